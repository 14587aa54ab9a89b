"""A drawn plant as a dossier: what it was designed as, what its meters read, what was written."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from trials.draw import FIELD, WATER, WELL
from trials.hidden_works import works
from trials.nature import STEP, Build, capacity, cop
from trials.windows import START, Run, Window, windows

HEAD = "trial,mode,load_fraction,started_at,ended_at,quantity,of,expected,found,unit,accepted,by"
PARTS = (0.25, 0.5, 0.75, 1.0)


def write_plant(build: Build, folder: Path, rng: np.random.Generator) -> None:
    """Write the dossier of a plant and of its trials."""
    (folder / "machines").mkdir(parents=True)
    (folder / "telemetry").mkdir()
    (folder / "plant.toml").write_text("\n".join(_toml(build)) + "\n", encoding="utf-8")
    _table(folder / "machines" / "map.csv", _map(build))
    _table(folder / "points.csv", _points(build))
    made = list(windows(build))
    _table(folder / "commissioning.csv", _trials(made))
    run, meters = Run(build, rng), _Meters(build, rng)
    rows: list[list[object]] = []
    for window in made:
        rows += meters.read(window, run.of(window))
    names = ["time", *(row[0] for row in list(_points(build))[1:])]
    _table(folder / "telemetry" / "trials.csv", [names, *rows])
    if build.kind == FIELD:
        write_ledger(build, folder, rng)


def write_site(build: Build, folder: Path, rng: np.random.Generator) -> None:
    """Write what there is of a field before anything runs: drawings and hidden works."""
    (folder / "machines").mkdir(parents=True)
    (folder / "plant.toml").write_text("\n".join(_toml(build)) + "\n", encoding="utf-8")
    _table(folder / "machines" / "map.csv", _map(build))
    write_ledger(build, folder, rng)


def write_ledger(build: Build, folder: Path, rng: np.random.Generator) -> None:
    """Write the hidden works of a field."""
    _table(folder / "ledger.csv", works(build, _places(build), rng))


def _table(path: Path, rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _toml(build: Build) -> Iterator[str]:
    hot = capacity(build, 10.0, 45.0)
    yield 'format = "dossier/1"\n[site]\nid = "trial"\nname = "Trial"\ntimezone = "UTC"'
    yield 'latitude = 40.0\nlongitude = 116.0\nuse = "office"\nheated_area_m2 = 9000.0'
    yield 'handed_over_on = 2025-12-20\nheating_season = ["11-15", "03-15"]'
    yield f"[promise]\npeak_heating_kW = {build.load / 1e3:.1f}"
    flow = build.machines * build.source_flow * 3600
    yield f'[source]\nkind = "{build.kind}"\ndesign_flow_m3_h = {flow:.1f}'
    yield from _source(build, flow)
    for n in range(1, build.machines + 1):
        yield f'[[machine]]\nid = "hp{n}"\nrated_heating_kW = {hot / 1e3:.1f}'
        yield f"rated_cop = {cop(build, 10.0, 45.0, 1.0):.2f}\nminimum_part_load = 0.25"
        yield 'map = "machines/map.csv"'
    for side, loop in (("s", "source"), ("l", "load")):
        one = build.source_flow if side == "s" else build.load_flow
        head = 20.0 if side == "s" else 18.0
        drive = "variable" if side == "l" and build.variable else "fixed"
        for n in range(1, build.machines + 1):
            yield f'[[pump]]\nid = "{side}p{n}"\nloop = "{loop}"\nflow_m3_h = {3600 * one:.2f}'
            yield f"head_m = {head}\npower_kW = {9.81 * one * head / 0.6:.3f}"
            yield f'drive = "{drive}"'
    control = "variable_dT" if build.variable else "constant"
    yield f"[controls]\nheating_supply_C = {build.supply:.2f}\nload_design_dT_K = {build.spread}"
    yield f'source_design_dT_K = {build.source_spread:.2f}\nstaging = "sequence"'
    yield f'source_pump_control = "one_per_machine"\nload_pump_control = "{control}"'
    yield f"heating_reset_K_per_K = {build.reset:.3f}"
    yield f"heating_reset_from_outdoor_C = {build.reset_from:.2f}\nheating_supply_min_C = 30.0"


def _source(build: Build, flow: float) -> Iterator[str]:
    if build.kind == FIELD:
        yield f'[source.ground]\nbasis = "test"\nconductivity_W_mK = {build.conductivity:.2f}'
        yield f"heat_capacity_MJ_m3K = 2.3\nundisturbed_temperature_C = {build.rest:.2f}"
        places = _places(build)
        yield f"[source.borehole_field]\ncount = {build.holes}\nlength_m = {build.length}"
        yield f"diameter_m = 0.15\nresistance_mK_W = {build.resistance}\npositions_m = {places}"
        return
    if build.kind == WATER:
        yield "[source.surface_water]"
        yield f'body = "reclaimed"\nmin_C = {build.rest - 0.3:.2f}\nmax_C = {build.rest + 0.3:.2f}'
        yield f"available_flow_m3_h = {3 * flow:.1f}"
        return
    yield '[source.aquifer]\nbasis = "test"\nhydraulic_conductivity_m_s = 0.0005'
    yield "thickness_m = 60.0\ntop_m = 10.0\nstatic_level_m = 10.0"
    yield f"undisturbed_temperature_C = {build.rest:.2f}"
    each = build.source_flow * 3600
    for n in range(1, build.machines + 1):
        if build.kind == WELL:
            yield f'[[source.single_well]]\nid = "w{n}"\ntype = "one_aquifer"\ndepth_m = 70.0'
            yield f"bore_diameter_m = 0.6\ndesign_flow_m3_h = {each:.1f}\nx_m = {80.0 * n}"
            yield "return_zone_m = [10.0, 30.0]\nintake_zone_m = [50.0, 70.0]"
        else:
            for role, x in (("abstraction", 0.0), ("injection", 150.0)):
                yield f'[[source.well]]\nid = "w{n}{role[0]}"\nrole = "{role}"\nx_m = {x}'
                yield f"y_m = {80.0 * n}\ndesign_flow_m3_h = {each:.1f}\ndepth_m = 70.0"


def _places(build: Build) -> list[list[float]]:
    """Heads of holes in rows of a square. [m]"""
    across = int(np.ceil(np.sqrt(build.holes)))
    step = build.spacing
    return [[step * (n % across), step * (n // across)] for n in range(build.holes)]


def _map(build: Build) -> Iterator[list[object]]:
    yield ["mode", "source_inlet_C", "load_outlet_C", "part_load", "capacity_kW", "electricity_kW"]
    for source in range(-4, 22, 2):
        for outlet in range(28, 58, 3):
            most = capacity(build, source, outlet)
            for part in PARTS:
                heat = part * most
                draw = heat / cop(build, source, outlet, part)
                yield ["heating", source, outlet, part, heat / 1e3, draw / 1e3]


def _points(build: Build) -> Iterator[list[object]]:
    yield ["point", "quantity", "of", "statistic", "unit", "accuracy"]
    for loop, of in (("src", "source"), ("load", "load")):
        yield [f"{loop}_sup", "supply_temperature", of, "instant", "°C", 0.2]
        yield [f"{loop}_ret", "return_temperature", of, "instant", "°C", 0.2]
        yield [f"{loop}_flow", "flow", of, "instant", "m3/h", "2 %"]
    yield ["load_heat", "heat_power", "load", "mean", "kW", "EN1434-2"]
    yield ["t_out", "outdoor_temperature", "site", "instant", "°C", 0.5]
    yield ["machines", "electricity_power", "machines", "mean", "kW", "IEC-1"]
    for n in range(1, build.machines + 1):
        yield [f"hp{n}_run", "running", f"hp{n}", "mean", "-", ""]
    for side in "sl":
        for n in range(1, build.machines + 1):
            yield [f"{side}p{n}", "electricity_power", f"{side}p{n}", "mean", "kW", "IEC-1"]
    for n in (1, 2, 3):
        yield [f"branch{n}", "flow", f"header-{n}", "instant", "m3/h", "3 %"]
    yield ["valve", "valve_position", "tank-1", "instant", "%", ""]
    yield ["valve_flow", "flow", "tank-1", "instant", "m3/h", "3 %"]
    if build.kind in {WELL, "well_group"}:
        yield ["taken", "abstraction_flow", "source", "instant", "m3/h", "1 %"]
        yield ["returned", "reinjection_flow", "source", "instant", "m3/h", "1 %"]
        name = "w1" if build.kind == WELL else "w1i"
        yield ["level", "water_level", name, "instant", "m", 0.05]


def _trials(made: list[Window]) -> Iterator[list[object]]:
    yield HEAD.split(",")
    for one in made:
        ends = [_instant(one.began), _instant(one.began + one.count * STEP)]
        share = "" if one.share is None else one.share
        yield [one.trial, one.mode, share, *ends, "", "plant", "", "", "", "", "engineer"]
        if one.trial == "flow_balance":  # the design's own flows: all alike
            for n in (1, 2, 3):
                yield [
                    *(one.trial, one.mode, share, *ends, "flow", f"header-{n}"),
                    *(10.0, "", "m3/h", "", "engineer"),
                ]


def _instant(seconds: float) -> str:
    return str(START + np.timedelta64(int(seconds), "s")) + "+00:00"


class _Meters:
    """What meters read of the truth: offsets, gains, noise, and what is wrong with them."""

    def __init__(self, build: Build, rng: np.random.Generator) -> None:
        self.build, self.rng = build, rng
        self.gain = {row[0]: rng.normal(1.0, 0.005) for row in _points(build)}
        self.offset = {row[0]: rng.uniform(-0.1, 0.1) for row in _points(build)}
        shares = np.array(build.branches) * rng.normal(1.0, 0.03, 3)
        shares[0] *= build.wrong.get("unbalanced_branches", 1.0)
        self.shares = shares / shares.sum()

    def read(self, window: Window, true: dict[str, np.ndarray]) -> list[list[object]]:
        """Return the rows of a window: readings at every step, one in two hundred lost."""
        count = window.count
        told = self._told(window, true)
        columns = [
            self._seen(name, told[name], count) for name, *_ in list(_points(self.build))[1:]
        ]
        jitter = self.rng.uniform(-1.0, 1.0, count)
        rows = []
        for n in range(count):
            if self.rng.random() < 0.005:
                continue
            stamp = _instant(window.began + n * STEP + max(0.0, jitter[n]))
            rows.append([stamp, *(f"{column[n]:.6g}" for column in columns)])
        return rows

    def _seen(self, name: str, values: np.ndarray, count: int) -> np.ndarray:
        if name.endswith(("_sup", "_ret")) or name == "t_out":
            off = self.offset[name]
            if name == "load_sup":
                off += self.build.wrong.get("sensor_off", 0.0)
            return np.round(values + off + self.rng.normal(0.0, 0.03, count), 2)
        if name in {"valve", "level"} or name.endswith("_run"):
            return values
        return values * self.gain[name] * self.rng.normal(1.0, 0.004, count)

    def _told(self, window: Window, true: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        build, wrong, count = self.build, self.build.wrong, window.count
        told = dict(true)
        if "swapped_sensor" in wrong:
            loop = "load" if wrong["swapped_sensor"] < 0.5 else "src"
            told[f"{loop}_sup"], told[f"{loop}_ret"] = told[f"{loop}_ret"], told[f"{loop}_sup"]
        told["load_heat"] = true["load_heat"] / 1e3 * wrong.get("k_factor", 1.0)
        told["machines"] = true["machines"] / 1e3 * wrong.get("wrong_ct", 1.0)
        for n in range(1, build.machines + 1):
            told[f"hp{n}_run"] = (true["on"] >= n).astype(float)
            for side in "sl":
                told[f"{side}p{n}"] = true[f"{side}p{n}"] / 1e3
        told["sp1"] = told["sp1"] * wrong.get("wrong_ct_pump", 1.0)
        for loop in ("src", "load"):
            told[f"{loop}_flow"] = true[f"{loop}_flow"] * 3600
        for n in (1, 2, 3):
            told[f"branch{n}"] = told["src_flow"] * self.shares[n - 1]
        wide = np.zeros(count)
        if window.mix.get("valve"):
            wide[: count // 2] = 100.0
        told["valve"] = wide
        passing = np.where(wide > 0, 1.0, wrong.get("stuck_valve", 0.0))
        told["valve_flow"] = 0.3 * told["load_flow"] * passing
        return told | self._wells(told, count)

    def _wells(self, told: dict[str, np.ndarray], count: int) -> dict[str, np.ndarray]:
        wrong, hours = self.build.wrong, np.arange(count) * STEP / 3600
        flowing = told["src_flow"] > 0
        rise = 1.5 * (1 - np.exp(-hours / 0.7)) + wrong.get("screen_clogged", 0.0) * hours
        return {
            "taken": told["src_flow"],
            "returned": told["src_flow"] * wrong.get("reinjection_short", 1.0),
            "level": np.where(flowing, 10.0 - rise, 10.0),
        }
