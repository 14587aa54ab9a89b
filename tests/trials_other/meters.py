"""What meters read: registers that are rounded, one clock that is late, and what is wrong."""

import numpy as np

from trials_other.draw import Plant
from trials_other.run import Window
from trials_other.source import theis
from trials_other.water import branch_shares

JOULES = 3.6e6
"""Of a kilowatt-hour. [J]"""
THERMOMETERS = ("load_sup", "load_ret", "src_sup", "src_ret")
Row = list[object]


def points(plant: Plant) -> list[Row]:
    """Return the point list, without its head."""
    rows: list[Row] = []
    for loop, of in (("src", "source"), ("load", "load")):
        rows.append([f"{loop}_sup", "supply_temperature", of, "instant", "°C", 0.2])
        rows.append([f"{loop}_ret", "return_temperature", of, "instant", "°C", 0.2])
        rows.append([f"{loop}_flow", "flow", of, "instant", "m3/h", "2 %"])
    rows += _heat_points(plant)
    rows.append(["t_air", "outdoor_temperature", "site", "instant", "°C", 0.5])
    rows += _power_points(plant)
    rows += [[f"hp{n}_on", "running", f"hp{n}", "instant", "-", ""] for n in _numbers(plant)]
    branch = "header" if plant.kind == "borehole_field" else "zone"
    for n in range(1, len(plant.design) + 1):
        rows.append([f"branch{n}", "flow", f"{branch}-{n}", "instant", "m3/h", "3 %"])
    rows.append(["valve", "valve_position", "tank-1", "instant", "%", ""])
    rows.append(["valve_flow", "flow", "tank-1", "instant", "m3/h", "3 %"])
    if plant.kind in {"well_group", "single_well"}:
        rows.append(["taken", "abstraction_flow", "source", "instant", "m3/h", "1 %"])
        rows.append(["returned", "reinjection_flow", "source", "instant", "m3/h", "1 %"])
        well = "w1" if plant.kind == "single_well" else "w1i"
        rows.append(["level", "water_level", well, "instant", "m", 0.05])
    if plant.kind == "surface_water" and plant.water_metered:
        rows.append(["t_water", "water_temperature", "source", "instant", "°C", 0.3])
    return rows


def _numbers(plant: Plant) -> range:
    return range(1, plant.count + 1)


def _heat_points(plant: Plant) -> list[Row]:
    loops = ["load", "source"] if plant.source_meter else ["load"]
    if not plant.heat_counter:
        return [[f"{o}_heat", "heat_power", o, "mean", "kW", "EN1434-2"] for o in loops]
    rows = [["load_heat", "heat_energy", "load", "counter", "kWh", "EN1434-2"]]
    if plant.cooling:
        rows.append(["load_cold", "cooling_energy", "load", "counter", "kWh", "EN1434-2"])
    return rows


def _power_points(plant: Plant) -> list[Row]:
    names = [f"hp{n}" for n in _numbers(plant)] if plant.each_metered else ["machines"]
    sides = {"s": "source-pumps", "l": "load-pumps"}
    if plant.pumps_metered:
        names += [f"{s}p{n}" for s in sides for n in _numbers(plant)]
    else:
        names += list(sides.values())
    what = ("electricity_power", "mean", "kW")
    if plant.power_counter:
        what = ("electricity_energy", "counter", "kWh")
    return [[f"{name}_e", what[0], name, what[1], what[2], "IEC-1"] for name in names]


class Meters:
    """Meters with offsets and gains within their classes, over all windows of a plant."""

    def __init__(self, plant: Plant, rng: np.random.Generator) -> None:
        self.plant, self.rng = plant, rng
        self.points = points(plant)
        self.gain = {row[0]: _gain(row, rng) for row in self.points}
        self.offset = {row[0]: float(rng.uniform(-0.1, 0.1)) for row in self.points}
        self.register = {row[0]: float(rng.uniform(500, 90000)) for row in self.points}
        self.round = {row[0]: _resolution(row, plant, rng) for row in self.points}
        self.late = str(rng.choice([row[0] for row in self.points]))
        self.lag = float(rng.choice([30, 45, 60]))
        valves = np.array(plant.design)
        for _ in range(60):
            valves = (
                valves * np.array(plant.design) / branch_shares(valves, 0.3) / sum(plant.design)
            )
        self.valves = valves * np.array(plant.branch_off)
        self.valves[int(rng.integers(len(valves)))] *= plant.wrong.get("unbalanced_branches", 1.0)

    def read(self, window: Window, true: dict[str, np.ndarray], fine: float) -> list[Row]:
        """Return the rows of a window by the log's step. [s]"""
        told = self._told(window, true)
        seen = {row[0]: self._seen(row, told[row[0]], fine) for row in self.points}
        shift = round(self.lag / fine)
        late = seen[self.late]
        seen[self.late] = np.concatenate([np.full(min(shift, len(late)), late[0]), late])[
            : len(late)
        ]
        every = max(round(self.plant.step / fine), 1)
        gap = self._gap(len(late), fine) if window.lasts > 3600 else slice(0, 0)
        rows = []
        for n in range(0, len(late), every):
            if gap.start <= n < gap.stop or self.rng.random() < 0.003:
                continue
            rows.append([true["time"][n], *(f"{seen[row[0]][n]:.8g}" for row in self.points)])
        return rows

    def _gap(self, count: int, fine: float) -> slice:
        """A few minutes in which nothing was logged."""
        start = int(self.rng.integers(count))
        return slice(start, start + int(self.rng.uniform(60, 420) / fine))

    def _seen(self, row: Row, values: np.ndarray, fine: float) -> np.ndarray:
        """Readings of a point of its true values, in its unit."""
        name, quantity = row[0], row[1]
        if quantity.endswith("_temperature"):
            off = self.offset[name] + self._apart(name)
            noise = self.rng.normal(0.0, 0.03, len(values))
            return np.round((values + off + noise) / self.round[name]) * self.round[name]
        if row[3] == "counter":
            whole = self.register[name] + np.cumsum(values * self.gain[name]) * fine / 3600
            self.register[name] = float(whole[-1])
            return np.floor(whole / self.round[name]) * self.round[name]
        if quantity in {"running", "valve_position", "water_level"}:
            return values
        return values * self.gain[name] * self.rng.normal(1.0, 0.006, len(values))

    def _apart(self, name: str) -> float:
        """By how much a thermometer is wrong. [K]"""
        wrong = self.plant.wrong
        if "sensor_off" in wrong and THERMOMETERS[int(wrong["at"])] == name:
            return wrong["sensor_off"]
        return 0.0

    def _told(self, window: Window, true: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        plant, wrong = self.plant, self.plant.wrong
        told = {name: true[name] for name in THERMOMETERS}
        if "swapped_sensor" in wrong:
            loop = "load" if wrong["swapped_sensor"] < 0.5 else "src"
            told[f"{loop}_sup"], told[f"{loop}_ret"] = told[f"{loop}_ret"], told[f"{loop}_sup"]
        told |= {f"{loop}_flow": 3600 * true[f"{loop}_flow"] for loop in ("src", "load")}
        told["t_air"] = true["air"]
        told["t_water"] = true["src_sup"]
        told |= self._heats(true) | self._powers(true)
        branches = true["src_flow" if plant.kind == "borehole_field" else "load_flow"]
        shares = branch_shares(self.valves, 0.3)
        for n, share in enumerate(shares, 1):
            told[f"branch{n}"] = 3600 * share * branches
        return told | self._valve(window, told) | self._wells(window, told)

    def _heats(self, true: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Heat of both loops, as power with a sign or on two registers. [kW]"""
        plant, factor = self.plant, self.plant.wrong.get("k_factor", 1.0)
        heat = true["heat"] / 1e3
        sign = -1.0 if plant.cooling else 1.0
        source = sign * heat - true["machines"].sum(axis=0) / 1e3
        told = {"load_heat": factor * sign * heat, "source_heat": source}
        if plant.heat_counter and plant.cooling:
            told |= {"load_heat": 0.0 * heat, "load_cold": factor * heat}
        return told

    def _powers(self, true: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Electricity of machines and pumps. [kW]"""
        plant, wrong = self.plant, self.plant.wrong
        one = [true["machines"][n - 1] / 1e3 for n in _numbers(plant)]
        told = {f"hp{n}_on": (one[n - 1] > 0).astype(float) for n in _numbers(plant)}
        told |= {f"hp{n}_e": one[n - 1] for n in _numbers(plant)}
        told["machines_e"] = sum(one)
        for name in ("machines_e", *(f"hp{n}_e" for n in _numbers(plant))):
            told[name] = told[name] * wrong.get("wrong_ct", 1.0)
        for side, group in (("s", "source-pumps"), ("l", "load-pumps")):
            names = [f"{side}p{n}" for n in _numbers(plant)]
            told |= {f"{name}_e": true[name] / 1e3 for name in names}
            told[f"{group}_e"] = sum(true[name] / 1e3 for name in names)
            if "wrong_ct_pump" in wrong and "sl"[int(wrong["at"])] == side:
                for name in (f"{side}p1_e", f"{group}_e"):
                    told[name] = told[name] * wrong["wrong_ct_pump"]
        return told

    def _valve(self, window: Window, told: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """A by-pass that is opened and then shut over a minute and a half. [%], [m3 h-1]"""
        count = len(told["t_air"])
        wide = np.zeros(count)
        if "valve" in window.setup:
            half = count // 2
            wide[:half] = 100.0
            shutting = max(int(90 / window.lasts * count), 1)
            wide[half : half + shutting] = np.linspace(100, 0, shutting)
        passing = self.plant.wrong.get("stuck_valve", 0.01)
        return {
            "valve": wide,
            "valve_flow": 0.35 * told["load_flow"] * np.maximum(wide / 100, passing),
        }

    def _wells(self, window: Window, told: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Water taken and returned, and the level of the well that takes it back. [m3 h-1], [m]"""
        plant, wrong, flow = self.plant, self.plant.wrong, told["src_flow"]
        seconds = np.linspace(0, window.lasts, len(flow))
        one = flow / 3600 / plant.count
        rise = theis(plant.transmissivity, plant.storage, 0.3, 1.0, seconds)
        rise = rise - theis(plant.transmissivity, plant.storage, 60.0, 1.0, seconds)
        if plant.kind == "single_well":
            rise = 0.3 * rise
        rise = rise * one + 900 * one**2 + wrong.get("screen_clogged", 0.0) * seconds / 3600
        level = 12.0 - np.where(flow > 0, rise, 0.0)
        noise = self.rng.normal(0, 0.004, len(flow))
        return {
            "taken": flow,
            "returned": flow * wrong.get("reinjection_short", 1.0),
            "level": np.round(level + noise, 3),
        }


def _gain(row: Row, rng: np.random.Generator) -> float:
    """Of a meter within its class. [-]"""
    size = 0.01 if "1434" in str(row[5]) or row[5] in {"2 %", "3 %"} else 0.004
    return 1 + float(np.clip(rng.normal(0, size), -1.9 * size, 1.9 * size))


def _resolution(row: Row, plant: Plant, rng: np.random.Generator) -> float:
    """Last digit of a reading, in its unit."""
    if row[1].endswith("_temperature"):
        return float(rng.choice([0.01, 0.1]))
    if row[2] in {"load", "source", "machines"} or str(row[2]).startswith("hp"):
        return 10.0 if plant.count * plant.rated > 8e5 and row[2] == "load" else 1.0
    return 0.1
