"""The trials of a plant as they were made, step by step, and what its meters read."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trials.nature import RHO_C, STEP, Build, capacity, cop, ground_drop, pump

MINUTE = int(60 / STEP)
START = np.datetime64("2025-12-01T00:00:00", "s")


@dataclass
class Window:
    """A trial: its name, mode, when it began [s after the start], steps, and what stood then."""

    trial: str
    mode: str
    share: float | None
    began: float
    count: int
    mix: dict


def windows(build: Build) -> Iterator[Window]:
    """Return the trials in the order in which they are made."""
    t = 0.0

    def window(trial: str, mode: str, hours: float, share: float | None = None, **mix) -> Window:
        nonlocal t
        made = Window(trial, mode, share, t, int(hours * 3600 / STEP), mix)
        t += hours * 3600 + 1800
        return made

    yield window("point_check", "point_check", 0.6, rest=True)
    for side in ("s", "l"):
        for n in range(1, build.machines + 1):
            yield window(f"rotation-{side}p{n}", "rotation", 0.3, alone=f"{side}p{n}")
    yield window("flow_balance", "balance", 0.6, rest=True)
    yield window("valves", "valves", 0.6, rest=True, valve=True)
    yield window("meter_proof", "meter_proof", 2.5, 0.75)
    yield window("control", "control", 4.0, 0.8, low=0.4)
    yield window("heating_part", "heating", 3.2, 0.5)
    yield window("heating_full", "heating", 3.5, 1.0)
    yield window("continuous", "continuous", 24.5, 0.6)
    if build.kind in {"well_group", "single_well"}:
        yield window("reinjection", "source", 36.5, 0.7)


class Run:
    """Truth of a window by the step, from the state that the windows before left."""

    def __init__(self, build: Build, rng: np.random.Generator) -> None:
        self.build, self.rng = build, rng
        self.heat: list[float] = []
        self.hours: list[float] = []
        self.air = float(rng.uniform(1.0, 6.0))

    def of(self, window: Window) -> dict[str, np.ndarray]:
        """Return flows, temperatures and powers of a window. [m3 s-1], [°C], [W]"""
        count = window.count
        time = np.arange(count) * STEP
        out = {"t_out": self.air + 0.5 * np.sin(time / 7200)}
        if window.mix.get("rest") or "alone" in window.mix:
            return out | self._still(window, count)
        load = self._load(window, time)
        out |= self._running(load, time, out["t_out"], window)
        return out

    def _still(self, window: Window, count: int) -> dict[str, np.ndarray]:
        """Pumps on, machines off: one pump alone, or all."""
        build, alone = self.build, window.mix.get("alone")
        flow = {"s": 0.0, "l": 0.0}
        draws = {f"{s}p{n}": 0.0 for s in "sl" for n in range(1, build.machines + 1)}
        running = [alone] if alone else list(draws)
        for side in "sl":
            mine = [p for p in running if p.startswith(side)]
            x, power = pump(len(mine), build.machines, build.common) if mine else (0.0, 0.0)
            for name in mine:
                share = self._turned(name, x)
                flow[side] += share * self._rated(side)[0]
                draws[name] = power * self._rated(side)[1] * (0.85 if share < x else 1.0)
        one = np.ones(count)
        level = {"src": build.rest, "load": 24.0}
        out = {name: one * watt for name, watt in draws.items()}
        for loop, side in (("src", "s"), ("load", "l")):
            out[f"{loop}_sup"] = out[f"{loop}_ret"] = one * level[loop]
            out[f"{loop}_flow"] = one * flow[side]
        return out | {"load_heat": 0.0 * one, "machines": 0.0 * one, "on": 0.0 * one}

    def _turned(self, name: str, x: float) -> float:
        wrong = self.build.wrong.get("wrong_rotation")
        return wrong * x if wrong and name == "sp1" else x

    def _rated(self, side: str) -> tuple[float, float]:
        """Flow and draw of a pump. [m3 s-1], [W]"""
        flow = self.build.source_flow if side == "s" else self.build.load_flow
        head = 20.0 if side == "s" else 18.0
        return flow, 9810.0 * flow * head / 0.6

    def _load(self, window: Window, time: np.ndarray) -> np.ndarray:
        """Heat that the building takes, from a start that dies away in ten minutes. [W]"""
        share = np.full(len(time), window.share)
        if "low" in window.mix:
            share[len(time) // 2 :] = window.mix["low"]
        if self.build.wrong.get("capacity_short") and window.share == 1.0:
            share *= 1.15
        noise = 0.01 * np.sin(time / 900 + self.rng.uniform(0, 6))
        return self.build.load * share * (1 + noise) * (1 - 0.6 * np.exp(-time / 600))

    def _running(
        self, load: np.ndarray, time: np.ndarray, air: np.ndarray, window: Window
    ) -> dict[str, np.ndarray]:
        build, wrong = self.build, self.build.wrong
        asked = build.supply - build.reset * np.maximum(0.0, air - build.reset_from)
        if "no_reset" in wrong:
            asked = np.full(len(air), build.supply)
        asked = np.maximum(asked, 30.0) + wrong.get("set_point_off", 0.0)
        supply = asked + (26.0 - asked) * np.exp(-time / 480) * (window.began >= 0)
        names = ("src_sup", "src_ret", "machines", "on", "load_heat", "src_flow")
        out = {name: np.empty(len(time)) for name in names}
        short = 1.0 - wrong.get("capacity_short", 0.0)
        hour = window.began / 3600
        drop = 0.0
        for n in range(len(time)):
            if n % (10 * MINUTE) == 0:
                drop = ground_drop(build, np.array(self.heat), np.array(self.hours))
            inlet = self._inlet(drop, out, n)
            most = short * capacity(build, inlet, supply[n])
            heat = min(load[n], build.machines * most)
            if heat < load[n]:
                supply[n:] = np.minimum(supply[n:], asked[n:] - 3.0 - 2.0 * (1 - heat / load[n]))
            on = self._on(heat, most)
            part = heat / (on * most)
            draw = heat / cop(build, inlet, supply[n], part) * wrong.get("draws_too_much", 1.0)
            draw *= 1.0 / short if short < 1 else 1.0
            flow = self._source_flow(on)
            spread = (heat - draw) / (RHO_C * flow)
            out["src_sup"][n], out["src_ret"][n] = inlet, inlet - spread
            out["machines"][n], out["on"][n] = draw, on
            out["load_heat"][n], out["src_flow"][n] = heat, flow
            if n % (15 * MINUTE) == 0:
                self.heat.append(heat - draw)
                self.hours.append(hour + time[n] / 3600)
        self.heat.append(0.0)
        self.hours.append(hour + time[-1] / 3600)
        load_flow, pumps = self._load_pumps(out["load_heat"], out["on"])
        back = supply - out["load_heat"] / (RHO_C * load_flow)
        return out | pumps | {"load_sup": supply, "load_ret": back, "load_flow": load_flow}

    def _inlet(self, drop: float, out: dict[str, np.ndarray], n: int) -> float:
        """Water that enters the machines. [°C]"""
        build = self.build
        if build.kind == "borehole_field":
            half = (out["src_sup"][n - 1] - out["src_ret"][n - 1]) / 2 if n else 0.0
            return build.rest - drop + half
        if build.kind == "single_well" and n:
            share = 0.04 + build.wrong.get("seal_leak", 0.0)
            return (1 - share) * build.rest + share * float(out["src_ret"][n - 1])
        return build.rest

    def _on(self, heat: float, most: float) -> int:
        needed = int(np.ceil(heat / (0.97 * most)))
        if "wrong_staging" in self.build.wrong:
            return self.build.machines
        return min(max(needed, 1), self.build.machines)

    def _source_flow(self, on: int) -> float:
        x, _ = pump(on, self.build.machines, self.build.common)
        return on * x * self._rated("s")[0]

    def _load_pumps(
        self, heat: np.ndarray, on: np.ndarray
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Flow of the load side, and what pumps of both sides draw."""
        build, one = self.build, np.ones(len(heat))
        flow, watt = self._rated("l")
        whole = build.machines * flow
        out = {}
        if build.variable:
            share = np.clip(heat / (build.machines * build.rated), 0.4, 1.0)
            if "drive_at_50_hz" in build.wrong:
                share = one.copy()
            share = np.minimum(share * build.wrong.get("low_delta_t", 1.0), 2.5)
            moved = whole * share
            each = watt * np.minimum(share, 1.3) ** 3
        else:
            moved, each = whole * one * build.wrong.get("low_delta_t", 1.0), watt * one
        for n in range(1, build.machines + 1):
            out[f"lp{n}"] = each
            x = np.array([pump(int(k), build.machines, build.common)[1] for k in (1, 2, 3)])
            mine = on >= n
            out[f"sp{n}"] = np.where(mine, self._rated("s")[1] * x[on.astype(int) - 1], 0.0)
        return moved, out
