"""Recompute the published cases and write the pages that set them beside what was published."""

import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil
from pathlib import Path

import numpy as np

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.field_tests.water_samples import read_samples
from loopkeeper.app.designing import GUESSED
from loopkeeper.lifecycle.design.horizon import Horizon, horizon
from loopkeeper.lifecycle.evaluate.groundwater import SURE, quality_trends
from loopkeeper.lifecycle.survey.hydrochemistry import baseline
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import Bools
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import WaterSample
from loopkeeper.plant.well_capacity import ANISOTROPY, well_capacity
from loopkeeper.units import HOUR

FOLDER = Path(__file__).parent
TEXTS = FOLDER / "page.toml"
PAGES = {"en": "seed-cases.md", "zh": "seed-cases.zh.md"}
YEARS = 7
"""From the rebuilding of Chengde's wells to the day it was published. [year]"""
DOUBT, WARMTH = 0.2, GUESSED.temperature
"""Doubt of built loads and of assumed distances (A) [-], of the ground's temperature [K]."""
Figures = dict[str, float]


def opened(case: str) -> Dossier:
    """Return the dossier of a case."""
    return read_dossier(FOLDER / case)


def run_of(plant: Plant, dossier: Dossier, years: int = YEARS) -> Horizon:
    """Return the plant over its years, under the dossier's loads."""
    model, _ = assemble(plant)
    return horizon(plant, model.system, dossier.design_loads, years=years)


def variants(dossier: Dossier) -> list[Dossier]:
    """Return the case on ground, places and loads guessed wrong, one doubt after another."""
    source, year = dossier.plant.source, dossier.design_loads
    aquifer, wells = source.aquifer, source.single_wells
    if aquifer is None or year is None:
        return []
    shares = (1 - DOUBT, 1 + DOUBT)
    warmth = [aquifer.undisturbed_temperature + d for d in (-WARMTH, WARMTH)]
    ratio = [aquifer.anisotropy * f for f in (1 / ANISOTROPY, ANISOTROPY)]
    places = [tuple(replace(w, x=f * w.x, y=f * w.y) for w in wells) for f in shares]
    sources = [
        *(replace(source, aquifer=replace(aquifer, undisturbed_temperature=t)) for t in warmth),
        *(replace(source, aquifer=replace(aquifer, anisotropy=a)) for a in ratio),
        *(replace(source, single_wells=w) for w in places),
    ]
    loads = [
        replace(
            year, heating=f * year.heating, cooling=f * year.cooling, hot_water=f * year.hot_water
        )
        for f in shares
    ]
    grounds = [replace(dossier, plant=replace(dossier.plant, source=one)) for one in sources]
    return [*grounds, *(replace(dossier, design_loads=one) for one in loads)]


def winter(dossier: Dossier) -> Bools:
    """Return the hours of December to February."""
    time = np.array([] if dossier.design_loads is None else dossier.design_loads.time)
    return np.isin(
        (time + np.timedelta64(8, "h")).astype("datetime64[M]").astype(int) % 12, (11, 0, 1)
    )


def water(run: Horizon, dossier: Dossier) -> Figures:
    """Return the source water of the last winter and the heat it gives and takes."""
    cold, last = winter(dossier), run.last
    supply, back = last["source_supply"], last["source_return"]
    heat = last["ground_heat_rate"]
    peak = int(np.argmax(np.where(cold, heat, -np.inf)))
    return {
        "supply": float(supply[cold].mean()),
        "supply_low": float(supply[cold].min()),
        "supply_high": float(supply[cold].max()),
        "spread": float((supply - back)[cold].mean()),
        "spread_peak": float((supply - back)[peak]),
        "heat_peak": float(heat.max()) / 1e3,
        "rejected_peak": float(-heat.min()) / 1e3,
        "balance": run.balance_ratio,
        "drift": run.late_drift,
    }


def capacity(plant: Plant, mode: str) -> Figures:
    """Return what one well can give in a season, in kW, with the doubts of its aquifer."""
    if plant.source.aquifer is None:
        return {}
    found = well_capacity(plant.source.aquifer, plant.source.single_wells[0], mode)
    parts = {"": found.heat, "_low": found.low, "_high": found.high}
    return {f"{mode}_capacity{end}": value / 1e3 for end, value in parts.items()}


def chengde() -> Figures:
    """Hospital on 18 single wells in rock."""
    dossier = opened("chengde")
    plant = dossier.plant
    count, flow = len(plant.source.single_wells), 540 / HOUR
    props = fluid_properties("water", 0.0, 0.5 * (15.3 + 13.1))
    stated = flow * props.density * props.heat_capacity * (15.3 - 13.1) / 1e3
    found = water(run_of(plant, dossier), dossier)
    doubt = spread_of(dossier, found["supply"])
    first = water(run_of(plant, dossier, 1), dossier)
    return {
        **found,
        **capacity(plant, "heating"),
        **capacity(plant, "cooling"),
        "stated": stated,
        "stated_well": stated / count,
        "stated_share": stated / count / 2.0,
        "stated_area": 1e3 * stated / 19_000.0,
        "first_supply": first["supply"],
        "well_peak": found["heat_peak"] / count,
        "well_rejected": found["rejected_peak"] / count,
        "doubt_low": found["supply"] - doubt,
        "doubt_high": found["supply"] + doubt,
    }


def spread_of(dossier: Dossier, supply: float) -> float:
    """Return how far the winter's water may lie from what was computed, doubts in quadrature."""
    moved = [
        abs(water(run_of(one.plant, one), one)["supply"] - supply) for one in variants(dossier)
    ]
    return float(np.hypot.reduce(np.reshape(moved, (-1, 2)).max(axis=1)))


def haidian() -> Figures:
    """School on single wells in gravel."""
    dossier = opened("haidian-school")
    plant = dossier.plant
    run = run_of(plant, dossier)
    found = water(run, dossier)
    return {
        **found,
        **capacity(plant, "heating"),
        "count": len(plant.source.single_wells),
        "least": ceil(found["heat_peak"] / 500.0),
        "coldest": float(run.coldest[-1]),
        "well_peak": found["heat_peak"] / len(plant.source.single_wells),
    }


def dormitory() -> Figures:
    """Dormitory whose water was watched for fifteen years."""
    dossier = opened("dormitory")
    samples, _ = read_samples(FOLDER / "dormitory" / "water_quality.csv", "1993")
    graded = baseline(samples, edition="1993", temperature=25.0)
    trends = quality_trends(dossier.plant.samples)
    return {
        **water(run_of(dossier.plant, dossier), dossier),
        "samples": len(samples),
        "indices": len({s.parameter for s in dossier.plant.samples}),
        "grade": graded.grade.grade + 1,
        "trends": sum(t.p < SURE for _, _, t in trends),
        "seen": least_seen(dossier.plant.samples, "total_hardness"),
    }


def least_seen(samples: tuple[WaterSample, ...], index: str) -> float:
    """Return the least steady rise of an index that the whole search calls a trend. [% year-1]"""
    level = float(np.median([s.value for s in samples if s.parameter == index and s.value]))
    low, high = 0.0, 5.0
    while high - low > 0.02:
        middle = 0.5 * (low + high)
        raised = tuple(rising(s, index, level * middle / 100) for s in samples)
        seen = any(i == index and t.p < SURE for _, i, t in quality_trends(raised))
        low, high = (low, middle) if seen else (middle, high)
    return high


def rising(sample: WaterSample, index: str, slope: float) -> WaterSample:
    """Return a sample on a steady rise since 2001 on top of what was found."""
    if sample.parameter != index or sample.value is None:
        return sample
    years = int(sample.sampled_at[:4]) - 2001 + (int(sample.sampled_at[5:7]) - 0.5) / 12
    return replace(sample, value=sample.value + slope * years)


def sports_centre() -> Figures:
    """Sports centre with boiler and chiller in reserve."""
    dossier = opened("sports-centre")
    run = run_of(dossier.plant, dossier)
    last = run.last
    shares = {}
    for mode in ("heating", "cooling"):
        ground, spare = last[f"{mode}_delivered"], last[f"{mode}_backup"]
        shares[f"{mode}_share"] = 100 * float(ground.sum() / (ground + spare).sum())
        shares[f"{mode}_hours"] = float((spare > 1.0).sum())
        shares[f"{mode}_spare"] = float(spare.sum()) / 1e6
    return {**water(run, dossier), **shares, "unmet": 100 * float(run.unmet[-1])}


def forest_office() -> Figures:
    """Office whose wells and machines are parted by an exchanger."""
    dossier = opened("forest-office")
    plant = dossier.plant
    bare = replace(plant, source=replace(plant.source, exchanger=None))
    three, two = (run_of(one, dossier) for one in (plant, bare))
    extra = float(three.electricity[-1] / two.electricity[-1] - 1)
    return {
        **water(three, dossier),
        "coldest": float(three.coldest[-1]),
        "coldest_bare": float(two.coldest[-1]),
        "extra": 100 * extra,
        "lost": float(two.coldest[-1] - three.coldest[-1]),
        "unmet": 100 * float(three.unmet.max()),
    }


CASES: dict[str, Callable[[], Figures]] = {
    "chengde": chengde, "haidian-school": haidian, "dormitory": dormitory,
    "sports-centre": sports_centre, "forest-office": forest_office,
}  # fmt: skip


def page(found: Mapping[str, Figures], language: str) -> str:
    """Return the page in a language."""
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    lines = texts["page"][language].strip().splitlines()
    for case, parts in texts["case"].items():
        lines += ["", f"## {parts[f'title_{language}']}", ""]
        lines += [parts[f"source_{language}"] + f" [examples/{case}](../examples/{case})", ""]
        lines += [texts["page"][f"head_{language}"], "|---|---|---|---|"]
        for row in parts["row"]:
            cells = [str(cell) for cell in row[language]]
            lines.append("| " + " | ".join(c.format(**found[case]) for c in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    figures = {name: case() for name, case in CASES.items()}
    if "--figures" in sys.argv:
        print(figures)
    else:
        for language, name in PAGES.items():
            text = page(figures, language)
            (FOLDER.parent / "docs" / name).write_text(text, encoding="utf-8")
