"""
Design loads held against season, outdoor air, floor area and machines: swapped, shifted, × 1000.

A problem where another reading of the same columns fits and this one does not; a caution where
loads are merely unlikely.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from loopkeeper.lifecycle.design.seasons import SEASONAL
from loopkeeper.lifecycle.design.uses import use_name
from loopkeeper.lifecycle.design.weather import air_on_earth
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.series import Bools, Floats, LoadYear
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.season import winter_in_july
from loopkeeper.plant.site import Site
from loopkeeper.plant.verdict import GRAVE, Verdict
from loopkeeper.plant.words import Phrase
from loopkeeper.units import HOUR, KWH

WHOLE = 100
"""Figures from which on no decimals are written."""

WARM, COLD = 22.0, 8.0
"""Outdoor air above which rooms need no heat, below which they need hardly any cold. [°C]"""
FEW_WARM, FEW_COLD = 0.05, 0.30
"""Share of a year's heat above the one and of its cold below the other that is likely. [-]"""
WRONG = 0.25
"""Share of both together from which another reading is looked for. [-]"""
FITS = 0.25
"""What another reading must leave of that share. [-]"""
LEAST = 3.0
"""Peak of a building that is heated or cooled at all. [W m-2]"""
MOST = {
    "greenhouse": (450.0, 600.0),
    "data_room": (350.0, 6000.0),
    "factory": (450.0, 700.0),
}
MOST_USUAL = (250.0, 350.0)
"""Peak of heat and of cold by use: twice the largest of CJJ 34-2010, 3.1.2 (M+). [W m-2]"""
OVER, UNDER = 2.0, 0.1
"""Peak over rated machines and others beside them that is unlikely. [-]"""
PROMISED = 1.3
"""Factor by which loads may miss what was promised of the same year. [-]"""
MODES = ("heating", "cooling")


def unlikely_loads(plant: Plant, design: LoadYear) -> tuple[Verdict, ...]:
    """
    Return what is unlikely about the design year of a plant.

    Parameters
    ----------
    plant : Plant
        Its site, machines and promise.
    design : LoadYear
        Hourly.

    Returns
    -------
    tuple of Verdict
        Problems where the columns are exchanged, shifted or a thousandfold; else cautions.
    """
    site, air = plant.site, design.outdoor_temperature
    impossible = [] if air is None else air_on_earth("design/loads.csv", air)
    verdicts = impossible or _calendar(site, design) or out_of_season(site, design)
    areas = (site.heated_area, site.cooled_area)
    ratios = _ratios(plant, design)
    fitting = {mode for mode, (_, _, ratio) in ratios.items() if UNDER <= ratio <= OVER}
    by_size = by_area(design, areas, site.use, fitting)
    if not any(v.severity in GRAVE for v in by_size):
        by_size += _by_machines(ratios)
    return (*verdicts, *by_size, *_by_promise(plant, design))


def _months(site: Site, design: LoadYear) -> Floats:
    return local_calendar(design.time, site.timezone)[0].astype(np.float64)


def _calendar(site: Site, design: LoadYear) -> list[Verdict]:
    """Outdoor air whose seasons are those of the other hemisphere: the whole year is shifted."""
    south, air = winter_in_july(site), design.outdoor_temperature
    if south is None or air is None:
        return []
    month = _months(site, design)
    excess = float(air[np.isin(month, (6, 7, 8))].mean() - air[np.isin(month, (12, 1, 2))].mean())
    if abs(excess) < SEASONAL or (excess < 0) == south:
        return []
    return [Verdict("design.loads.calendar", {"excess": f"{excess:+z.1f}"})]


def out_of_season(site: Site, design: LoadYear) -> list[Verdict]:
    """
    Return heat asked for while it is warm and cold while it is cold.

    Parameters
    ----------
    site : Site
        Its latitude or seasons decide where the design year has no outdoor air.
    design : LoadYear
        Hourly.

    Returns
    -------
    list of Verdict
        A problem where the columns would fit exchanged or shifted, else a caution.
    """
    masks = _masks(site, design)
    if masks is None:
        return []
    warm, cold, called = masks
    heat, chill = design.heating, design.cooling
    if use_name(site.use) in {"data_room", "factory"}:
        chill = np.zeros_like(chill)
    odd_heat, odd_cold = _share(heat, warm), _share(chill, cold)
    if odd_heat <= FEW_WARM and odd_cold <= FEW_COLD:
        return []
    figures = {
        "heat": f"{100 * odd_heat:.0f}",
        "cold": f"{100 * odd_cold:.0f}",
        "warm": called[0],
        "cool": called[1],
    }
    found = _better(heat, chill, warm, cold) if _odd(heat, chill, warm, cold) > WRONG else None
    if found is None:
        return [Verdict("design.loads.out_of_season", figures)]
    return [Verdict("design.loads.elsewhere", {**figures, "hint": found})]


def _masks(site: Site, design: LoadYear) -> tuple[Bools, Bools, tuple[Phrase, Phrase]] | None:
    """Warm and cold hours, and how they are called."""
    air = design.outdoor_temperature
    if air is not None and np.ptp(air) > SEASONAL:
        called = (
            Phrase("season.above", {"limit": f"{WARM:g}"}),
            Phrase("season.below", {"limit": f"{COLD:g}"}),
        )
        return np.asarray(air > WARM), np.asarray(air < COLD), called
    south = winter_in_july(site)
    if south is None:
        return None
    month = _months(site, design)
    summer, winter = np.isin(month, (6, 7, 8)), np.isin(month, (12, 1, 2))
    june, december = Phrase("season.june"), Phrase("season.december")
    if south:
        return winter, summer, (december, june)
    return summer, winter, (june, december)


def _share(load: Floats, when: Bools) -> float:
    total = float(load.sum())
    return float(load[when].sum()) / total if total > 0 else 0.0


def _odd(heat: Floats, chill: Floats, warm: Bools, cold: Bools) -> float:
    """Share of heat and cold together that fall into the wrong hours."""
    total = float(heat.sum() + chill.sum())
    return float(heat[warm].sum() + chill[cold].sum()) / total if total > 0 else 0.0


def _better(heat: Floats, chill: Floats, warm: Bools, cold: Bools) -> Phrase | None:
    """Other readings that fit: columns exchanged, or months later or earlier."""
    enough = FITS * _odd(heat, chill, warm, cold)
    exchanged = bool(chill.any()) and _odd(chill, heat, warm, cold) <= enough
    turns = {m: round(m * len(heat) / 12) for m in range(1, 12)}
    odd = {m: _odd(np.roll(heat, n), np.roll(chill, n), warm, cold) for m, n in turns.items()}
    best = min(odd, key=lambda m: odd[m])
    if odd[best] <= enough:
        return Phrase("hint.either" if exchanged else "hint.later", {"months": best})
    return Phrase("hint.exchanged") if exchanged else None


def by_area(
    design: LoadYear, areas: Sequence[float | None], use: str, fitting: Collection[str] = ()
) -> list[Verdict]:
    """
    Hold peaks against the floor area.

    Parameters
    ----------
    design : LoadYear
        Hourly.
    areas : sequence of (float or None)
        Heated and cooled. [m2]
    use : str
        Of the building, as in the dossier.
    fitting : collection of str
        Modes whose peaks suit the machines: there the area is wrong, not the unit.

    Returns
    -------
    list of Verdict
    """
    verdicts = []
    most = MOST.get(use_name(use), MOST_USUAL)
    for mode, area, limit in zip(MODES, areas, most, strict=True):
        peak = float(getattr(design, mode).max())
        if not area or peak <= 0:
            continue
        each = peak / area
        figures = {
            "mode": mode,
            "peak": f"{peak / 1e3:,.0f}",
            "area": f"{area:,.0f}",
            "each": _shown(each),
            "limit": f"{limit:g}",
            "least": f"{LEAST:g}",
        }
        unit = mode not in fitting
        if each > limit:
            thousand = unit and LEAST <= each / 1000 <= limit
            code = "thousandfold" if thousand else "area_high"
            verdicts.append(Verdict(f"design.loads.{code}", figures))
        elif each < LEAST:
            code = "thousandth" if unit and each < LEAST / 10 else "area_low"
            verdicts.append(Verdict(f"design.loads.{code}", figures))
    return verdicts


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= WHOLE else f"{value:.3g}"


def _ratios(plant: Plant, design: LoadYear) -> dict[str, tuple[float, float, float]]:
    """Peak, rating of machines and others beside them [W] and their ratio, by mode."""
    found = {}
    for mode, load in (
        ("heating", design.heating + design.hot_water),
        ("cooling", design.cooling),
    ):
        peak = float(load.max())
        rated = sum(getattr(m, f"rated_{mode}") or 0.0 for m in plant.machines)
        rated += sum(getattr(b, mode) or 0.0 for b in plant.backups)
        if rated > 0 and peak > 0:
            found[mode] = (peak, rated, peak / rated)
    return found


def _by_machines(ratios: Mapping[str, tuple[float, float, float]]) -> list[Verdict]:
    """Peaks against machines and what stands beside them."""
    verdicts = []
    for mode, (peak, rated, ratio) in ratios.items():
        if UNDER <= ratio <= OVER:
            continue
        figures = {
            "mode": mode,
            "peak": f"{peak / 1e3:,.0f}",
            "rated": f"{rated / 1e3:,.0f}",
            "ratio": _shown(ratio),
        }
        thousand = 1000 * UNDER <= ratio <= 1000 * OVER
        code = "thousandfold_machines" if thousand else "machines"
        verdicts.append(Verdict(f"design.loads.{code}", figures))
    return verdicts


def _by_promise(plant: Plant, design: LoadYear) -> list[Verdict]:
    """Heat and cold of the year against what is promised of it."""
    verdicts = []
    for mode, load in (
        ("heating", design.heating + design.hot_water),
        ("cooling", design.cooling),
    ):
        promised = getattr(plant.promise, f"annual_{mode}")
        energy = float(load.sum() * HOUR)
        if not promised or 1 / PROMISED <= energy / promised <= PROMISED:
            continue
        figures = {
            "mode": mode,
            "energy": f"{energy / KWH / 1e3:,.0f}",
            "promised": f"{promised / KWH / 1e3:,.0f}",
        }
        verdicts.append(Verdict("design.loads.promise", figures))
    return verdicts
