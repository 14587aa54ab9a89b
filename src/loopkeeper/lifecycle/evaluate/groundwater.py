"""
Groundwater in operation: is all of it returned, does the level hold, do the wells still take it?

"100 % reinjection" is no single number: two meters of class 2 cannot tell 97 % from 100 %. It is
all of several criteria, each met, missed or not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.evaluate.injectivity import (
    InjectivityHistory,
    injectivities,
    is_wash,
    well_flow,
)
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.kpi_water import MAKE_UP
from loopkeeper.measure.periods import as_datetime, local_date
from loopkeeper.measure.series import PlantHours
from loopkeeper.measure.trend import Trend, monthly_trend, seasonal_trend, together
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import WaterSample
from loopkeeper.plant.source import water_tax

SHORT_RATIO: Final = 0.95
"""No day may return less of its water (A). [-]"""
LEAST_PUMPED: Final = 0.1
"""Days with less than this share of the usual volume tell no ratio. [-]"""
MOST_UNTOLD: Final = 0.05
"""Days of which more than this share is not metered do not prove that every day was kept. [-]"""
MADE_UP: Final = 0.01
"""Most of its circulating water that a closed well may have to make up (A). [-]"""
_LOOPS: Final = frozenset({"source", "load"})
SURE: Final = 0.05
"""Probability below which a trend is called one. [-]"""
_CLOSED = frozenset({"1", "1.0", "yes", "true", "closed", "是", "关闭"})


class Answer(StrEnum):
    """Whether a criterion holds."""

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of complete reinjection: name, answer, and the figures that gave it."""

    id: str
    answer: Answer
    figures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Groundwater:
    """
    What is known of the water.

    ``criteria`` of complete reinjection; trends of resting ``levels`` by well and of ``quality``
    by place and index; ``injectivity``; water ``taken`` [m3] and its ``tax``
    [CNY], None where it was not all reinjected or no rate is known.
    """

    ratio: KpiValue | None
    criteria: tuple[Criterion, ...]
    levels: tuple[tuple[str, Trend], ...]
    quality: tuple[tuple[str, str, Trend], ...]
    injectivity: tuple[InjectivityHistory, ...]
    taken: Estimate | None
    tax: float | None

    @property
    def complete(self) -> Answer:
        """Whether all water is returned: missed when any criterion is, unknown when any is."""
        answers = {c.answer for c in self.criteria}
        if Answer.MISSED in answers:
            return Answer.MISSED
        return Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.MET


def groundwater(
    plant: Plant, hours: PlantHours, record: PlantHours, water: tuple[KpiValue | None, ...]
) -> Groundwater:
    """
    Judge the water of wells: groups that return it elsewhere, single ones that circulate it.

    Parameters
    ----------
    plant : Plant
        Wells, ledger, events.
    hours : PlantHours
        Of the period.
    record : PlantHours
        All hours up to its end: a level's trend needs two years.
    water : tuple of KpiValue or None
        Reinjection ratio and water taken, None where not metered.

    Returns
    -------
    Groundwater
    """
    ratio, taken = water
    levels = tuple(_levels(record))
    by_make_up = _by_make_up(plant, hours)
    criteria = (
        _closed(plant),
        _circulated(ratio, hours) if by_make_up else _balanced(ratio),
        _flushed(plant, hours),
        _same_aquifer(plant),
        _level(levels),
        _every_day(plant, hours),
    )
    found = Groundwater(
        ratio=ratio,
        criteria=criteria,
        levels=levels,
        quality=quality_trends(plant.samples),
        injectivity=injectivities(plant, hours),
        taken=None if taken is None else taken.value,
        tax=None,
    )
    rate = water_tax(plant.site)
    if taken is None or rate is None or found.complete is not Answer.MET:
        return found
    return replace(found, tax=rate * taken.value.value)


def _closed(plant: Plant) -> Criterion:
    """(a) No discharge path is open: only the ledger or a log can tell."""
    checks = [c for c in plant.ledger if c.check == "discharge_closed"]
    if not checks:
        return Criterion("closed", Answer.UNKNOWN)
    shut = all(c.found.strip().lower() in _CLOSED for c in checks)
    return Criterion("closed", Answer.MET if shut else Answer.MISSED)


def _balanced(ratio: KpiValue | None) -> Criterion:
    """(b) The ratio is 1 within twice its standard uncertainty."""
    if ratio is None:
        return Criterion("balanced", Answer.UNKNOWN)
    doubt = 2 * ratio.value.standard_deviation
    answer = Answer.MET if abs(1 - ratio.value.value) <= doubt else Answer.MISSED
    figures = (("ratio", f"{100 * ratio.value.value:.1f}"), ("doubt", f"{100 * doubt:.1f}"))
    return Criterion("balanced", answer, figures)


def _by_make_up(plant: Plant, hours: PlantHours) -> bool:
    """Whether what goes back into single wells is told by what has to be made up."""
    return bool(plant.source.single_wells) and well_flow(hours, "reinjection") is None


def _circulated(ratio: KpiValue | None, hours: PlantHours) -> Criterion:
    """(b) In a closed well: hardly any water is made up, and the seal keeps its zones apart."""
    head = _seal_head(hours)
    if ratio is None or head is None:
        return Criterion("circulated", Answer.UNKNOWN)
    made_up = 1 - ratio.value.value
    kept = made_up <= MADE_UP and head > 0
    figures = (("made_up", f"{100 * made_up:.2f}"), ("seal", f"{head / 1e3:.0f}"))
    return Criterion("circulated", Answer.MET if kept else Answer.MISSED, figures)


def _seal_head(hours: PlantHours) -> float | None:
    """Head over the seal while water flows, median of the worst well. [Pa]"""
    if not hours.has("flow", "source"):
        return None
    running = np.nan_to_num(hours.values("flow", "source")) > 0
    wells = [of for of in hours.places("differential_pressure") if of not in _LOOPS]
    heads = [hours.values("differential_pressure", of)[running] for of in wells]
    known = [float(np.nanmedian(head)) for head in heads if np.isfinite(head).any()]
    return min(known, default=None)


def _flushed(plant: Plant, hours: PlantHours) -> Criterion:
    """(c) Water of backwashing is metered, or somebody states that there was none."""
    if not len(hours.time):
        return Criterion("flushed", Answer.UNKNOWN)
    first, last = (as_datetime(hours.time[n]) for n in (0, -1))
    until = local_date(hours.time[-1], plant.site.timezone)
    washes = sum(is_wash(e.note) for e in plant.events if first <= e.time <= last)
    metered = any(
        np.isfinite(c.values).any()
        for (_, of), c in hours.channels.items()
        if "flush" in of or "backwash" in of
    )
    stated = plant.log_complete(until) or plant.counted("backwashes", until) == 0
    none = not washes and stated
    answer = Answer.MET if metered or none else Answer.UNKNOWN
    figures = (("washes", str(washes)),) if washes or none else ()
    return Criterion("flushed", answer, figures)


def _same_aquifer(plant: Plant) -> Criterion:
    """(d) Every screen lies in the aquifer that the water is taken from."""
    aquifer, single = plant.source.aquifer, plant.source.single_wells
    screens = [w.screen for w in plant.source.wells]
    screens += [zone for w in single for zone in (w.return_zone, w.intake_zone)]
    if aquifer is None or not screens or any(s is None for s in screens):
        return Criterion("same_aquifer", Answer.UNKNOWN)
    top, bottom = aquifer.top, aquifer.top + aquifer.thickness
    inside = all(s is not None and s[0] >= top - 0.5 and s[1] <= bottom + 0.5 for s in screens)
    return Criterion("same_aquifer", Answer.MET if inside else Answer.MISSED)


def _level(levels: Sequence[tuple[str, Trend]]) -> Criterion:
    """(e) The static level keeps: no significant trend away from the surface (depths grow)."""
    if not levels:
        return Criterion("level", Answer.UNKNOWN)
    sinking = [well for well, t in levels if t.p < SURE and t.slope > 0]
    figures = (("wells", ", ".join(sinking) or "–"),)
    return Criterion("level", Answer.MISSED if sinking else Answer.MET, figures)


def _every_day(plant: Plant, hours: PlantHours) -> Criterion:
    """(f) No whole day returns less than 95 %; of a closed well, makes up more than the rest."""
    back, taken = (well_flow(hours, side) for side in ("reinjection", "abstraction"))
    if _by_make_up(plant, hours) and hours.has("flow", "source"):
        taken = hours.values("flow", "source") if taken is None else taken
        added = well_flow(hours, "abstraction", at=MAKE_UP)
        back = None if added is None else taken - added
    days = len(hours.time) // 24
    if back is None or taken is None or days == 0:
        return Criterion("every_day", Answer.UNKNOWN)
    volumes = [f[: 24 * days].reshape(days, 24).sum(axis=1) for f in (back, taken)]
    known = np.isfinite(volumes[0]) & np.isfinite(volumes[1])
    if not known.any():
        return Criterion("every_day", Answer.UNKNOWN)
    untold = 1 - float(known.mean())
    enough = known & (volumes[1] > LEAST_PUMPED * np.nanmedian(volumes[1][known]))
    if not enough.any():
        return Criterion("every_day", Answer.UNKNOWN)
    ratio = volumes[0][enough] / volumes[1][enough]
    short = int((ratio < SHORT_RATIO).sum())
    figures = (("days", str(short)), ("lowest", f"{100 * ratio.min():.0f}"))
    if not short and untold > MOST_UNTOLD:
        return Criterion("every_day", Answer.UNKNOWN, figures)
    return Criterion("every_day", Answer.MISSED if short else Answer.MET, figures)


def _levels(hours: PlantHours) -> list[tuple[str, Trend]]:
    """Trend of the resting level of each well, monthly medians; levels are depths. [m/year]"""
    taken = well_flow(hours, "abstraction")
    rest = np.ones(len(hours.time), bool) if taken is None else np.nan_to_num(taken) <= 0
    found = []
    for of in hours.places("water_level"):
        try:
            found.append((of, monthly_trend(hours.time, hours.values("water_level", of), rest)))
        except InsufficientDataError:
            continue
    return list(zip([of for of, _ in found], together([t for _, t in found]), strict=True))


def quality_trends(samples: Sequence[WaterSample]) -> tuple[tuple[str, str, Trend], ...]:
    """
    Return the trend of every index of every place with samples enough.

    Parameters
    ----------
    samples : sequence of WaterSample
        Results; what lies below detection ties with what it cannot be told from.

    Returns
    -------
    tuple of (place, index, Trend)
        Seasons are quarters; slopes in the samples' unit a year; probabilities are those of the
        whole search (Holm), or among thirty indices one or two would seem to rise.
    """
    groups: dict[tuple[str, str], list[WaterSample]] = {}
    for one in samples:
        if one.value is not None:
            groups.setdefault((one.place, one.parameter), []).append(one)
    found = []
    for (place, index), rows in sorted(groups.items()):
        days = [date.fromisoformat(r.sampled_at[:10]) for r in rows]
        years = np.array([d.year + (d.timetuple().tm_yday - 1) / 365.25 for d in days])
        quarter = [(d.month - 1) // 3 for d in days]
        values = np.array([r.value for r in rows], dtype=np.float64)
        try:
            trend = seasonal_trend(years, quarter, values, [r.below_detection for r in rows])
        except InsufficientDataError:
            continue
        found.append((place, index, trend))
    corrected = together([t for _, _, t in found])
    return tuple((p, i, t) for (p, i, _), t in zip(found, corrected, strict=True))
