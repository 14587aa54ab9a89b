"""A drawn plant as a dossier folder: its design, its points, its trials and their log."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from trials_other import ledger
from trials_other.draw import Plant
from trials_other.meters import Meters, points
from trials_other.run import HEADS, Run, Window, rating, windows

TRIALS = "trial,mode,load_fraction,started_at,ended_at,quantity,of,expected,found,unit,accepted,by"
POINTS = ["point", "quantity", "of", "statistic", "unit", "accuracy"]
MAP = ["mode", "source_inlet_C", "load_outlet_C", "part_load", "capacity_kW", "electricity_kW"]
PARTS = (0.25, 0.4, 0.6, 0.8, 1.0)


def write(plant: Plant, folder: Path, rng: np.random.Generator) -> None:
    """Write the dossier of a plant and of its trials."""
    (folder / "machines").mkdir(parents=True)
    (folder / "telemetry").mkdir()
    (folder / "plant.toml").write_text("\n".join(_toml(plant)) + "\n", encoding="utf-8")
    _table(folder / "machines" / "map.csv", _map(plant))
    _table(folder / "points.csv", [POINTS, *points(plant)])
    made = list(windows(plant, rng))
    _table(folder / "commissioning.csv", _trials(plant, made))
    fine = float(min(plant.step, 30))
    run, meters = Run(plant, rng, fine), Meters(plant, rng)
    rows: list[list[object]] = [["time", *(row[0] for row in points(plant))]]
    for window in made:
        for seconds, *rest in meters.read(window, run.of(window), fine):
            rows.append([_instant(plant, seconds), *rest])
    _table(folder / "telemetry" / "log.csv", rows)
    if plant.kind == "borehole_field":
        _table(folder / "ledger.csv", ledger.rows(plant, rng))


def _table(path: Path, rows: Iterable[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _instant(plant: Plant, seconds: float) -> str:
    start = "2026-07-06T01:00:00" if plant.cooling else "2025-12-08T01:00:00"
    return str(np.datetime64(start, "s") + np.timedelta64(int(seconds), "s")) + "+00:00"


def _toml(plant: Plant) -> Iterator[str]:
    """Yield the plant as designed."""
    mode = plant.mode
    yield 'format = "dossier/1"\n[site]\nid = "other"\nname = "Other"\ntimezone = "UTC"'
    yield 'latitude = 39.0\nlongitude = 117.0\nuse = "office"\nheated_area_m2 = 9000.0'
    yield f"handed_over_on = {'2026-07-25' if plant.cooling else '2025-12-25'}"
    yield 'heating_season = ["11-15", "03-15"]\ncooling_season = ["06-01", "09-15"]'
    yield f"[promise]\npeak_{mode}_kW = {plant.peak / 1e3:.0f}"
    flow = 3600 * plant.count * plant.source_flow
    yield f'[source]\nkind = "{plant.kind}"\ndesign_flow_m3_h = {flow:.0f}'
    yield from SOURCES[plant.kind](plant)
    yield from _machines(plant)
    yield from _pumps(plant)
    yield from _controls(plant)


def _machines(plant: Plant) -> Iterator[str]:
    machine = plant.machine
    for n in range(1, plant.count + 1):
        yield f'[[machine]]\nid = "hp{n}"\nminimum_part_load = 0.2\nmap = "machines/map.csv"'
        yield f"rated_heating_kW = {machine.heat / 1e3:.0f}"
        yield f"rated_cop = {machine.heat / machine.draw('heating', 10, 45, 1):.2f}"
        if plant.cooling:
            yield f"rated_cooling_kW = {machine.cold / 1e3:.0f}"
            yield f"rated_eer = {machine.cold / machine.draw('cooling', 25, 7, 1):.2f}"


def _pumps(plant: Plant) -> Iterator[str]:
    for side, loop in (("s", "source"), ("l", "load")):
        flow, watt = rating(plant, side)
        drive = "variable" if side == "l" and plant.drive == "variable" else "fixed"
        for n in range(1, plant.count + 1):
            yield f'[[pump]]\nid = "{side}p{n}"\nloop = "{loop}"\nflow_m3_h = {3600 * flow:.1f}'
            yield f'head_m = {HEADS[side]}\npower_kW = {watt / 1e3:.2f}\ndrive = "{drive}"'


def _controls(plant: Plant) -> Iterator[str]:
    mode = plant.mode
    control = "variable_dT" if plant.drive == "variable" else plant.drive
    yield f"[controls]\n{mode}_supply_C = {plant.supply:.2f}\nload_design_dT_K = {plant.spread}"
    yield f'source_design_dT_K = {plant.source_spread:.2f}\nstaging = "sequence"'
    yield f'source_pump_control = "one_per_machine"\nload_pump_control = "{control}"'
    yield f"{mode}_reset_K_per_K = {plant.reset:.3f}"
    yield f"{mode}_reset_from_outdoor_C = {plant.reset_from:.2f}"
    yield "cooling_supply_max_C = 15.0" if plant.cooling else "heating_supply_min_C = 30.0"


def _field(plant: Plant) -> Iterator[str]:
    yield f'[source.ground]\nbasis = "test"\nconductivity_W_mK = {plant.conductivity:.2f}'
    yield f"heat_capacity_MJ_m3K = {plant.heat_capacity / 1e6:.2f}"
    yield f"undisturbed_temperature_C = {plant.rest:.1f}"
    yield f"[source.borehole_field]\ncount = {plant.holes}\nlength_m = {plant.length}"
    yield f"diameter_m = {plant.bore}\nresistance_mK_W = {plant.resistance:.3f}"
    yield f"positions_m = {ledger.places(plant)}"


def _water(plant: Plant) -> Iterator[str]:
    yield f'[source.surface_water]\nbody = "{plant.body}"\nmin_C = {plant.coldest}'
    yield f"max_C = {plant.warmest}"
    yield f"available_flow_m3_h = {4 * 3600 * plant.count * plant.source_flow:.0f}"


def _aquifer(plant: Plant) -> Iterator[str]:
    yield '[source.aquifer]\nbasis = "test"\nthickness_m = 50.0\ntop_m = 15.0'
    yield "static_level_m = 12.0"
    yield f"hydraulic_conductivity_m_s = {plant.transmissivity / 50:.6f}"
    yield f"storage_1_m = {plant.storage / 50:.7f}\nundisturbed_temperature_C = {plant.rest:.1f}"


def _wells(plant: Plant) -> Iterator[str]:
    yield from _aquifer(plant)
    for n in range(1, plant.count + 1):
        for role, x in (("abstraction", 0.0), ("injection", 120.0)):
            yield f'[[source.well]]\nid = "w{n}{role[0]}"\nrole = "{role}"\nx_m = {x}'
            yield f"y_m = {60.0 * n}\ndesign_flow_m3_h = {3600 * plant.source_flow:.1f}"
            yield "depth_m = 65.0"


def _single(plant: Plant) -> Iterator[str]:
    yield from _aquifer(plant)
    for n in range(1, plant.count + 1):
        yield f'[[source.single_well]]\nid = "w{n}"\ntype = "one_aquifer"\ndepth_m = 65.0'
        yield f"bore_diameter_m = 0.6\ndesign_flow_m3_h = {3600 * plant.source_flow:.1f}"
        yield f"x_m = {70.0 * n}\nreturn_zone_m = [15.0, 32.0]\nintake_zone_m = [48.0, 65.0]"


SOURCES = {
    "borehole_field": _field,
    "surface_water": _water,
    "well_group": _wells,
    "single_well": _single,
}


def _map(plant: Plant) -> Iterator[list[object]]:
    """Yield the machines' map as a maker prints it."""
    yield MAP
    for mode in ("heating", "cooling") if plant.cooling else ("heating",):
        sources = range(5, 42, 4) if mode == "cooling" else range(-5, 26, 3)
        outlets = range(4, 23, 3) if mode == "cooling" else range(25, 61, 5)
        for source in sources:
            for outlet in outlets:
                most = plant.machine.capacity(mode, source, outlet)
                for part in PARTS:
                    draw = plant.machine.draw(mode, source, outlet, part)
                    numbers = [round(part * most / 1e3, 1), round(draw / 1e3, 1)]
                    yield [mode, source, outlet, part, *numbers]


def _trials(plant: Plant, made: list[Window]) -> Iterator[list[object]]:
    """Yield the windows of trials, with the design's flows of branches where it has any."""
    yield TRIALS.split(",")
    branch = "header" if plant.kind == "borehole_field" else "zone"
    for one in made:
        ends = [_instant(plant, one.began), _instant(plant, one.began + one.lasts)]
        share = "" if one.share is None else round(min(one.share, 1.0), 2)
        start = [one.trial, one.mode, share, *ends]
        yield [*start, "", "plant", "", "", "", "", "supervisor"]
        if one.trial == "flow_balance" and plant.stated:
            for n, flow in enumerate(plant.design, 1):
                yield [*start, "flow", f"{branch}-{n}", flow, "", "m3/h", "", "supervisor"]
