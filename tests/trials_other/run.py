"""Trials as they were made: a loop with a store, a controller, stages of machines."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from trials_other.draw import Plant
from trials_other.source import TENTH, Ground
from trials_other.water import RHO_C, drawn, each, head, speed_for

PAUSE = 2400.0
"""Between two trials. [s]"""
LITRES = 12.0
"""Water of the load loop a kilowatt. [l kW-1]"""
WARM, COOL = 20.0, 26.0
"""Rooms that are heated and cooled. [°C]"""


@dataclass
class Window:
    """A trial: name, mode, load share, begin [s after the first], length [s], and its set-up."""

    trial: str
    mode: str
    share: float | None
    began: float
    lasts: float
    setup: dict = field(default_factory=dict)


def windows(plant: Plant, rng: np.random.Generator) -> Iterator[Window]:
    """Yield the trials in the order in which they are made."""
    t = 0.0

    def window(trial: str, mode: str, hours: float, share: float | None = None, **setup) -> Window:
        nonlocal t
        made = Window(trial, mode, share, t, round(60 * hours) * 60.0, setup)
        t += made.lasts + PAUSE
        return made

    yield window("point_check", "point_check", 0.75, still="all")
    for side in ("s", "l"):
        for n in range(1, plant.count + 1):
            yield window(f"rotation-{side}p{n}", "rotation", 0.3, still=f"{side}p{n}")
    yield window("flow_balance", "balance", 0.6, still="all")
    yield window("valves", "valves", 0.7, still="all", valve=True)
    if plant.kind in {"well_group", "single_well"}:
        yield window("reinjection", "source", 36.5, None, still="wells")
    yield window("meter_proof", "meter_proof", 2.5, float(rng.uniform(0.55, 0.85)))
    low, high = float(rng.uniform(0.32, 0.45)), float(rng.uniform(0.7, 0.85))
    yield window("control", "control", 4.5, high, then=low)
    mode = plant.mode
    yield window(f"{mode}_part", mode, 3.5, float(rng.uniform(0.42, 0.6)))
    yield window(f"{mode}_full", mode, 4.0, float(rng.uniform(1.06, 1.2)), all_out=True)
    yield window("continuous", "continuous", 24.5, float(rng.uniform(0.5, 0.7)), day=True)


class Run:
    """Truth of windows, step by step, from the state that the windows before left."""

    def __init__(self, plant: Plant, rng: np.random.Generator, step: float) -> None:
        self.plant, self.rng, self.step = plant, rng, step
        self.ground = Ground(plant, rng)
        self.hunting = float(rng.uniform(0.1, 0.35))
        self.period = float(rng.uniform(700, 1500))
        self.tau = float(rng.uniform(180, 420))
        self.turned = "sl"[int(plant.wrong["at"])] if "wrong_rotation" in plant.wrong else ""
        self.mixing = float(rng.uniform(0.03, 0.15))

    def of(self, window: Window) -> dict[str, np.ndarray]:
        """Return flows, temperatures and powers of a window. [m3 s-1], [°C], [W]"""
        count = round(window.lasts / self.step)
        time = window.began + np.arange(count) * self.step
        air = self.plant.air + (2.0 if "day" in window.setup else 0.4) * np.sin(
            time / 86400 * 6.28
        )
        told = (
            self._still(window, count) if "still" in window.setup else self._led(window, time, air)
        )
        return told | {"air": air, "time": time}

    def _still(self, window: Window, count: int) -> dict[str, np.ndarray]:
        """Pumps on and machines off: one pump alone, those of the wells, or all."""
        plant, which, one = self.plant, window.setup["still"], np.ones(count)
        names = {s: [f"{s}p{n}" for n in range(1, plant.count + 1)] for s in "sl"}
        running = {"all": names["s"] + names["l"], "wells": names["s"]}.get(which, [which])
        out = dict.fromkeys(names["s"] + names["l"], 0.0 * one)
        for side, loop in (("s", "src"), ("l", "load")):
            mine = [name for name in names[side] if name in running]
            flow = 0.0
            for name in mine:
                moved, watt = self._pump(side, name, len(mine))
                flow, out[name] = flow + moved, watt * one
            ripple = 1 + 0.01 * np.sin(np.arange(count) * self.step / 400)
            out[f"{loop}_flow"] = flow * ripple
        rest = self.ground.inlet(window.began, self.plant.rest, 0.0)
        cold = 22.0 if not self.plant.cooling else 19.0
        for loop, level, sign in (("src", rest, -1), ("load", cold, 1)):
            drift = level - 0.1 * np.arange(count) * self.step / 3600
            out[f"{loop}_sup"] = drift
            out[f"{loop}_ret"] = drift - sign * self.mixing
        return out | {"machines": np.zeros((plant.count, count)), "heat": 0.0 * one}

    def _pump(self, side: str, name: str, running: int) -> tuple[float, float]:
        """Flow and draw of one pump at full speed among some. [m3 s-1], [W]"""
        plant = self.plant
        lift = plant.lift if side == "s" else 0.0
        x = each(running, plant.count, lift, plant.own, self._drag(side))
        share, watt = 1.0, drawn(x)
        if self.turned == side and name.endswith("1"):
            share, watt = plant.wrong["wrong_rotation"], 0.95 * watt
        flow, power = rating(plant, side)
        return share * x * flow, watt * power

    def _drag(self, side: str) -> float:
        """What the loop loses over its design, where nobody throttled it. [-]"""
        wide = self.plant.wrong.get("low_delta_t", 1.0)
        if side == "s" or self.plant.drive == "variable":
            return 1.0
        wide = min(wide, 1.7)
        return head(wide) / wide**2

    def _asked(self, air: np.ndarray) -> np.ndarray:
        """Set-point of the supply as the controller has it. [°C]"""
        plant, wrong = self.plant, self.plant.wrong
        away = np.maximum(0.0, plant.reset_from - air if plant.cooling else air - plant.reset_from)
        moved = 0.0 * away if "no_reset" in wrong else plant.reset * away
        asked = plant.supply + moved if plant.cooling else plant.supply - moved
        asked = np.minimum(asked, 15.0) if plant.cooling else np.maximum(asked, 30.0)
        return asked + wrong.get("set_point_off", 0.0)

    def _shares(self, window: Window, time: np.ndarray) -> np.ndarray:
        """Load of the building over the design's, with what people do. [-]"""
        count = len(time)
        share = np.full(count, window.share)
        if "then" in window.setup:
            share[int(0.45 * count) :] = window.setup["then"]
        if "day" in window.setup:
            share *= 1 + 0.15 * np.sin(time / 86400 * 6.28)
        keep = np.exp(-self.step / 1500)
        noise = np.zeros(count)
        for n in range(1, count):
            noise[n] = keep * noise[n - 1] + (1 - keep**2) ** 0.5 * self.rng.normal(0, 0.008)
        return share * (1 + noise)

    def _led(self, window: Window, time: np.ndarray, air: np.ndarray) -> dict[str, np.ndarray]:
        """Machines under load, led by the supply water."""
        plant, step = self.plant, self.step
        sign = -1.0 if plant.cooling else 1.0
        asked, shares = self._asked(air), self._shares(window, time)
        room = COOL if plant.cooling else WARM
        design = self._design_supply(air)
        store = LITRES / 1000 * plant.count * plant.rated / 1e3 * RHO_C
        supply, on, wait = (22.0 if plant.cooling else 26.0), 1, 0.0
        inlet = self.ground.inlet(time[0], plant.rest, 0.0)
        names = ("src_sup", "src_ret", "load_sup", "load_ret", "heat", "src_flow", "load_flow")
        out = {name: np.empty(len(time)) for name in names}
        watts = np.zeros((plant.count, len(time)))
        pumps = {f"{s}p{n}": np.zeros(len(time)) for s in "sl" for n in range(1, plant.count + 1)}
        noted, back, spread = -np.inf, inlet, 0.0
        for n, now in enumerate(time):
            size = self._able(inlet, design[n]) if "all_out" in window.setup else plant.peak
            load = shares[n] * size * max((supply - room) / (design[n] - room), 0.02)
            aim = asked[n] + self.hunting * np.sin(now / self.period * 6.28)
            wanted = load + sign * store * (aim - supply) / self.tau
            most = [self._capacity(k, inlet, supply) for k in range(plant.count)]
            on, wait = self._staged(on, wait, wanted, most)
            whole = sum(most[:on])
            part = float(np.clip(wanted / whole, 0.2, 1.0))
            heat, draw = part * whole, 0.0
            for k in range(on):
                watts[k, n] = self._draw(k, inlet, supply, part)
                draw += watts[k, n]
            supply += sign * (heat - load) * step / store
            moved = self._source(on, n, pumps)
            taken = sign * heat - draw
            spread += (taken / (RHO_C * moved) - spread) * min(1.0, step / 150)
            inlet += (self.ground.inlet(now, back, spread) - inlet) * min(1.0, step / 200)
            back = inlet - spread
            if now - noted >= TENTH:
                self.ground.remember(now, taken)
                noted = now
            flow = self._load(on, load / (plant.count * plant.rated), n, pumps)
            values = (
                inlet,
                back,
                supply,
                supply - sign * heat / (RHO_C * flow),
                heat,
                moved,
                flow,
            )
            for name, value in zip(names, values, strict=True):
                out[name][n] = value
        self.ground.remember(time[-1] + step, 0.0)
        return out | pumps | {"machines": watts}

    def _design_supply(self, air: np.ndarray) -> np.ndarray:
        """Supply at which the building takes what the trial wants. [°C]"""
        plant = self.plant
        away = np.maximum(0.0, plant.reset_from - air if plant.cooling else air - plant.reset_from)
        level = plant.supply + plant.reset * away * (1 if plant.cooling else -1)
        return np.minimum(level, 15.0) if plant.cooling else np.maximum(level, 30.0)

    def _capacity(self, k: int, inlet: float, supply: float) -> float:
        short = 1 - self.plant.wrong.get("capacity_short", 0.0)
        told = self.plant.machine.capacity(self.plant.mode, inlet, supply)
        return short * self.plant.as_built[k][0] * told

    def _able(self, inlet: float, supply: float) -> float:
        """What all machines give by their maps. [W]"""
        return self.plant.count * self.plant.machine.capacity(self.plant.mode, inlet, supply)

    def _draw(self, k: int, inlet: float, supply: float, part: float) -> float:
        wrong = self.plant.wrong
        short = (1 - wrong.get("capacity_short", 0.0)) ** (1 - wrong.get("charge", 0.0))
        off = self.plant.as_built[k][0] * self.plant.as_built[k][1]
        told = self.plant.machine.draw(self.plant.mode, inlet, supply, part)
        return off * short * wrong.get("draws_too_much", 1.0) * told

    def _staged(self, on: int, wait: float, wanted: float, most: list[float]) -> tuple[int, float]:
        """How many machines run, and how long another number has been due. [-], [s]"""
        wrong = self.plant.wrong.get("wrong_staging")
        if wrong == 0.0:
            return len(most), 0.0
        up, down = (0.55, 0.45) if wrong else (0.98, 0.88)
        if on < len(most) and wanted > up * sum(most[:on]):
            wait = max(wait, 0.0) + self.step
            return (on + 1, 0.0) if wait > 180 else (on, wait)
        if on > 1 and wanted < down * sum(most[: on - 1]):
            wait = min(wait, 0.0) - self.step
            return (on - 1, 0.0) if wait < -480 else (on, wait)
        return on, 0.0

    def _source(self, on: int, n: int, pumps: dict[str, np.ndarray]) -> float:
        """Flow of the source pumps, one a machine. [m3 s-1]"""
        moved = 0.0
        for k in range(1, on + 1):
            flow, watt = self._kept("s", f"sp{k}", on)
            pumps[f"sp{k}"][n] = watt
            moved += flow
        return moved

    def _kept(self, side: str, name: str, running: int) -> tuple[float, float]:
        """As :meth:`_pump`, worked out once."""
        known = self.__dict__.setdefault("memory", {})
        key = (side, name, running)
        if key not in known:
            known[key] = self._pump(side, name, running)
        return known[key]

    def _load(self, on: int, share: float, n: int, pumps: dict[str, np.ndarray]) -> float:
        """Flow of the load pumps by how they are driven. [m3 s-1]"""
        plant = self.plant
        if plant.drive == "variable":
            return self._driven(share, n, pumps)
        running = on if plant.drive == "one_per_machine" else plant.count
        moved = 0.0
        for k in range(1, running + 1):
            flow, watt = self._kept("l", f"lp{k}", running)
            pumps[f"lp{k}"][n] = watt
            moved += flow
        return moved

    def _driven(self, share: float, n: int, pumps: dict[str, np.ndarray]) -> float:
        """Flow of drives that hold the pressure before valves that throttle. [m3 s-1]"""
        plant, wrong = self.plant, self.plant.wrong
        flow, watt = rating(plant, "l")
        x = plant.base + (1 - plant.base) * min(share, 1.0)
        x = min(x * wrong.get("low_delta_t", 1.0), 1.12)
        speed = speed_for(x, plant.kept)
        if "drive_at_50_hz" in wrong:
            x = 1.0 - 0.02 * wrong["drive_at_50_hz"] if wrong["drive_at_50_hz"] < 0.7 else x**0.5
            speed = 1.0
        elif "low_delta_t" in wrong:
            speed = min(speed, 1.0)
        turned = wrong["wrong_rotation"] if self.turned == "l" else 1.0
        for k in range(1, plant.count + 1):
            pumps[f"lp{k}"][n] = watt * drawn(x, speed)
        return flow * x * (plant.count - 1 + turned)


def rating(plant: Plant, side: str) -> tuple[float, float]:
    """Flow and draw of a pump at its rating. [m3 s-1], [W]"""
    flow = plant.source_flow if side == "s" else plant.load_flow
    return flow, 9810.0 * flow * HEADS[side] / 0.62


HEADS = {"s": 26.0, "l": 22.0}
"""Heads of pumps at their rating. [m]"""
