"""Meters as they are in the field: points, their conventions and errors, and the readings."""

from dataclasses import dataclass

import numpy as np

from . import loop
from .plant import Boreholes, SingleWells, Wells
from .run import Life

ENERGY_UNITS = {"kWh": 1.0, "MWh": 1e-3, "GJ": 3.6e-3}
POWER_UNITS = {"kW": 1.0, "W": 1e3, "MW": 1e-3}
CHINESE = {
    "outdoor_temperature": "室外温度", "indoor_temperature": "室内温度",
    "supply_temperature": "供水温度", "return_temperature": "回水温度", "flow": "流量",
    "heat_energy": "累计热量", "heat_power": "热功率", "cold_energy": "累计冷量",
    "electricity_energy": "电量",
    "electricity_power": "电功率", "running": "运行状态", "starts": "启动次数",
    "part_load": "负载率", "setpoint": "设定温度", "ground_temperature": "地温",
    "abstraction_flow": "抽水流量", "reinjection_flow": "回灌流量", "water_level": "水位",
    "water_temperature": "水源温度", "backup_heat_power": "补热功率", "site": "站房",
    "load": "用户侧", "source": "地源侧",
}  # fmt: skip


@dataclass(frozen=True)
class Conventions:
    """How this plant is metered."""

    heat: str
    heat_statistic: str
    heat_unit: str
    electricity_statistic: str
    electricity_unit: str
    pumps: str
    machines: str
    names: str
    shape: str
    file: str
    step_minutes: int
    recharge_heat: bool
    ground_sensor: bool
    flow_unit: str
    months: int


def pick(rng: np.random.Generator, options: dict[str, float]) -> str:
    """One of the options by weight."""
    weights = np.array(list(options.values()))
    return str(rng.choice(list(options), p=weights / weights.sum()))


def draw_conventions(rng: np.random.Generator) -> Conventions:
    """Conventions by the table of the README."""
    heat = pick(rng, {"unsigned": 0.65, "signed": 0.20, "registers": 0.15})
    statistic = "counter" if heat == "registers" else pick(rng, {"counter": 0.7, "mean": 0.3})
    units = (
        {"kWh": 0.5, "MWh": 0.2, "GJ": 0.3} if statistic == "counter" else {"kW": 0.9, "MW": 0.1}
    )
    electricity = pick(rng, {"counter": 0.7, "mean": 0.3})
    power = {"kWh": 0.85, "MWh": 0.15} if electricity == "counter" else {"kW": 0.85, "W": 0.15}
    shape = pick(rng, {"wide": 0.75, "long": 0.25})
    return Conventions(
        heat,
        statistic,
        pick(rng, units),
        electricity,
        pick(rng, power),
        pick(rng, {"single": 0.65, "group": 0.35}),
        pick(rng, {"single": 0.85, "group": 0.15}),
        pick(rng, {"english": 0.5, "chinese": 0.3, "code": 0.2}),
        shape,
        "parquet" if shape == "long" else pick(rng, {"parquet": 0.7, "csv": 0.3}),
        int(rng.choice([10, 15])),
        bool(rng.random() < 0.3),
        bool(rng.random() < 0.35),
        pick(rng, {"m3/h": 0.85, "L/s": 0.15}),
        int(rng.integers(18, 24)),
    )


@dataclass(frozen=True)
class Point:
    """A row of points.csv with its truth: what it would read without error, by time step."""

    name: str
    quantity: str
    of: str
    statistic: str
    unit: str
    accuracy: str
    low: str
    high: str
    truth: np.ndarray
    decimals: int


def steps(values: np.ndarray, n: int) -> np.ndarray:
    """Hourly means to steps: interpolated, the mean of each hour kept, no sign change."""
    t = np.arange(values.size * n)
    x = np.interp((t + 0.5) / n - 0.5, np.arange(values.size), values).reshape(-1, n)
    mean = x.mean(axis=1)
    scale = np.where(np.abs(mean) > 1e-9, values / np.where(np.abs(mean) > 1e-9, mean, 1.0), 0.0)
    scale = np.where(values == 0.0, 0.0, scale)
    even = np.abs(scale - 1.0) > 0.6
    return np.where(even[:, None], values[:, None], x * scale[:, None]).ravel()


def instants(values: np.ndarray, n: int) -> np.ndarray:
    """Hourly values to instants by interpolation."""
    t = np.arange(values.size * n)
    return np.interp((t + 0.5) / n - 0.5, np.arange(values.size), values)


def duty(hourly: np.ndarray, ratio: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Share of each step that a cycling machine runs; the hour's mean is kept by the caller."""
    count = np.clip(np.round(ratio * n), 1, n)
    order = np.argsort(rng.random((hourly.size, n)), axis=1)
    on = (order < count[:, None]) & (hourly[:, None] > 0.0)
    return on.astype(float)


def machine_rows(life: Life, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which machine runs (hours, n) and its power in kW, stand-by included."""
    n = life.real.machines
    rank = (np.arange(n)[None, :] - table[:, loop.ROTATION].astype(int)[:, None]) % n
    on = rank < table[:, loop.RUNNING][:, None]
    factor = np.array(life.real.spread.machines)[None, :] * on
    share = factor / np.maximum(factor.sum(axis=1), 1e-9)[:, None]
    power = share * table[:, loop.MACHINES][:, None] + table[:, loop.STAND_BY][:, None] / n
    return on, power


def pump_rows(
    table: np.ndarray, running: int, power: int, factors: tuple[float, ...]
) -> np.ndarray:
    """Power of each duty pump in kW (hours, n)."""
    on = np.arange(len(factors))[None, :] < table[:, running][:, None]
    weight = on * np.array(factors)[None, :]
    return weight / np.maximum(weight.sum(axis=1), 1e-9)[:, None] * table[:, power][:, None]


class Bench:
    """Collects points; each is read with an error of its class when telemetry is written."""

    def __init__(self, conventions: Conventions) -> None:
        self.c = conventions
        self.n = 60 // conventions.step_minutes
        self.points: list[Point] = []

    def label(self, of: str, quantity: str) -> str:
        """Name of a point in the plant's habit."""
        if self.c.names == "code":
            return f"{'AI' if len(self.points) < 12 else 'PI'}_{100 + len(self.points):04d}"
        if self.c.names == "chinese":
            return f"{CHINESE.get(of, of)}{CHINESE.get(quantity, quantity)}"
        return f"{of}.{quantity}".replace("@", "_")

    def add(
        self,
        of: str,
        quantity: str,
        kind: tuple[str, str, str],
        values: np.ndarray,
        span: tuple[str, str] = ("", ""),
        decimals: int = 2,
    ) -> None:
        """One more point; kind = statistic, unit, accuracy."""
        name = self.label(of, quantity)
        self.points.append(Point(name, quantity, of, *kind, *span, values, decimals))

    def instant(
        self, of: str, quantity: str, unit: str, accuracy: str, hourly: np.ndarray
    ) -> None:
        """A sensor read at an instant."""
        span = ("-40", "95") if unit == "°C" else ("", "")
        self.add(of, quantity, ("instant", unit, accuracy), instants(hourly, self.n), span, 1)

    def electricity(self, of: str, step_kw: np.ndarray) -> None:
        """An electricity meter, as counter or as mean power."""
        c = self.c
        if c.electricity_statistic == "counter":
            values, decimals = np.cumsum(step_kw) / self.n * ENERGY_UNITS[c.electricity_unit], 3
            quantity = "electricity_energy"
        else:
            values, decimals = step_kw * POWER_UNITS[c.electricity_unit], 2
            quantity = "electricity_power"
        kind = (c.electricity_statistic, c.electricity_unit, "1 %")
        self.add(of, quantity, kind, values, ("0", ""), decimals)

    def heat(self, signed_kw: np.ndarray) -> None:
        """The heat meter of the load: unsigned, signed or with two registers."""
        c = self.c
        if c.heat == "registers":
            for quantity, part in (("heat_energy", 1.0), ("cold_energy", -1.0)):
                kwh = np.cumsum(np.maximum(part * signed_kw, 0.0)) / self.n
                kind = ("counter", c.heat_unit, "3 %")
                self.add("load", quantity, kind, kwh * ENERGY_UNITS[c.heat_unit], ("0", ""), 3)
            return
        kw = np.abs(signed_kw) if c.heat == "unsigned" else signed_kw
        if c.heat_statistic == "counter":
            values = np.cumsum(kw) / self.n * ENERGY_UNITS[c.heat_unit]
            self.add("load", "heat_energy", ("counter", c.heat_unit, "3 %"), values, ("", ""), 3)
        else:
            kind = ("mean", c.heat_unit, "3 %")
            self.add("load", "heat_power", kind, kw * POWER_UNITS[c.heat_unit], ("", ""), 3)


def standing(temperature: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """What a sensor in standing water reads: it drifts to the machine room's 19 °C."""
    return np.where(flow > 0.0, temperature, 19.0 + 0.25 * (temperature - 19.0))


def all_points(life: Life, c: Conventions, rng: np.random.Generator) -> tuple[list[Point], slice]:
    """Every point of the plant over the last `months`, with its true values."""
    hours = slice(life.table.shape[0] - int(c.months * 730.5), life.table.shape[0])
    t, bench = life.table[hours], Bench(c)
    bench.instant("site", "outdoor_temperature", "°C", "0.3", life.weather.air[hours])
    for k in range(min(life.rooms.shape[1], 2)):
        bench.instant(f"zone-{k + 1}", "indoor_temperature", "°C", "0.5", life.rooms[hours, k])
    water(bench, t)
    sign = np.where(t[:, loop.MODE] == 2, -1.0, 1.0)
    bench.heat(steps(sign * t[:, loop.HEAT], bench.n))
    machines(bench, life, t, rng)
    pumps(bench, life, t)
    bench.instant("load", "setpoint", "°C", "", t[:, loop.SETPOINT])
    extras(bench, life, t)
    return bench.points, hours


def water(bench: Bench, t: np.ndarray) -> None:
    """Temperatures and flows of both loops."""
    factor = 1.0 if bench.c.flow_unit == "m3/h" else 1.0 / 3.6
    loops = (
        ("load", loop.T_SUPPLY, loop.T_RETURN, loop.FLOW_L),
        ("source", loop.T_IN, loop.T_OUT, loop.FLOW_S),
    )
    for of, supply, back, flow in loops:
        running = t[:, flow]
        bench.instant(of, "supply_temperature", "°C", "0.15", standing(t[:, supply], running))
        bench.instant(of, "return_temperature", "°C", "0.15", standing(t[:, back], running))
        bench.add(
            of,
            "flow",
            ("mean", bench.c.flow_unit, "2 %"),
            steps(running * factor, bench.n),
            ("0", ""),
        )


def machines(bench: Bench, life: Life, t: np.ndarray, rng: np.random.Generator) -> None:
    """Electricity, state, starts and part load of the machines."""
    on, power = machine_rows(life, t)
    least = life.real.type.least
    ratio = np.clip(t[:, loop.PART] / least, 0.05, 1.0)
    total = 0.0
    for i in range(life.real.machines):
        cycle = duty(on[:, i] * 1.0, ratio, bench.n, rng)
        rest = t[:, loop.STAND_BY] / life.real.machines
        share = cycle / np.maximum(cycle.mean(axis=1), 1e-9)[:, None]
        kw = (share * (power[:, i] - rest)[:, None] + rest[:, None]).ravel()
        total = total + kw
        if bench.c.machines == "single":
            bench.electricity(f"hp{i + 1}", kw)
        bench.add(f"hp{i + 1}", "running", ("instant", "", ""), cycle.ravel(), ("0", "1"), 0)
        begun = np.repeat(
            t[:, loop.STARTS] / np.maximum(t[:, loop.RUNNING], 1) * on[:, i], bench.n
        )
        starts = np.floor(np.cumsum(begun) / bench.n)
        bench.add(f"hp{i + 1}", "starts", ("counter", "", ""), starts, ("0", ""), 0)
    if bench.c.machines == "group":
        bench.electricity("machines", total)
    part = steps(100 * t[:, loop.PART] * on[:, 0], bench.n)
    bench.add("hp1", "part_load", ("mean", "%", "2"), part, ("0", "105"), 0)


def pumps(bench: Bench, life: Life, t: np.ndarray) -> None:
    """Electricity of pumps: single meters or one for the group; stand-by pumps have none."""
    spread = life.real.spread
    sets = (
        ("source", "sp", loop.PUMPS_S, loop.SOURCE_PUMPS, spread.source_pumps),
        ("load", "lp", loop.PUMPS_L, loop.LOAD_PUMPS, spread.load_pumps),
    )
    for of, name, running, power, factors in sets:
        if bench.c.pumps == "group":
            bench.electricity(of, steps(t[:, power], bench.n))
            continue
        rows = pump_rows(t, running, power, factors)
        for i in range(rows.shape[1]):
            bench.electricity(f"{name}{i + 1}", steps(rows[:, i], bench.n))
    if life.real.recharge:
        bench.electricity("rp1", np.repeat(t[:, loop.RECHARGE_PUMP], bench.n))


def extras(bench: Bench, life: Life, t: np.ndarray) -> None:
    """Points of the kind of source."""
    s, c = life.real.source, bench.c
    if life.real.recharge and c.recharge_heat:
        bench.add(
            "rc1",
            "backup_heat_power",
            ("mean", "kW", "3 %"),
            np.repeat(np.abs(t[:, loop.RECHARGE]), bench.n),
            ("0", ""),
            1,
        )
    if isinstance(s, Boreholes):
        if c.ground_sensor:
            bench.instant("borehole-G1@60m", "ground_temperature", "°C", "0.2", t[:, loop.T_WALL])
        return
    flow = t[:, loop.FLOW_S]
    if isinstance(s, Wells):
        one = flow / s.abstraction
        level = -(s.level + one * life.real.source_pumps.slope * s.abstraction * 0.8)
        bench.add(
            "well-1", "abstraction_flow", ("mean", "m3/h", "2 %"), steps(one, bench.n), ("0", "")
        )
        name = f"well-{s.abstraction + 1}"
        bench.add(
            name,
            "reinjection_flow",
            ("mean", "m3/h", "2 %"),
            steps(flow / s.injection, bench.n),
            ("0", ""),
        )
        bench.add("well-1", "water_level", ("instant", "m", "0.05"), instants(level, bench.n))
    elif not isinstance(s, SingleWells):
        bench.instant("source", "water_temperature", "°C", "0.2", t[:, loop.T_WALL])


def read(point: Point, rng: np.random.Generator) -> np.ndarray:
    """Readings with a bias within the class, noise and the resolution of the meter."""
    v = point.truth
    if point.statistic == "counter":
        if point.quantity == "starts":
            return v + rng.integers(50, 4000)
        percent = float(point.accuracy.split()[0]) / 100.0
        first = rng.uniform(0.2, 4.0) * max(abs(v[-1]), 1.0)
        digits = {"kWh": 1, "MWh": 3}.get(point.unit, 2)
        return np.round(first + v * (1.0 + rng.uniform(-0.6, 0.6) * percent), digits)
    if point.quantity in ("running", "setpoint"):
        return np.round(v, 1)
    if "%" in point.accuracy:
        percent = float(point.accuracy.split()[0]) / 100.0
        noise = rng.normal(0.0, 0.25 * percent, v.size)
        return np.round(v * (1.0 + rng.uniform(-0.6, 0.6) * percent + noise), point.decimals)
    absolute = float(point.accuracy)
    if point.quantity == "part_load":
        return np.clip(np.round(v + rng.normal(0, 0.3 * absolute, v.size) * (v > 0)), 0, 100)
    return np.round(
        v + rng.uniform(-0.6, 0.6) * absolute + rng.normal(0, 0.3 * absolute, v.size), 2
    )


__all__ = ["Conventions", "Point", "all_points", "draw_conventions", "read"]
