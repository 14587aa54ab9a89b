"""Survey files: response tests, pumping tests and the temperature of surface water."""

from pathlib import Path

import numpy as np
from scipy.special import exp1

from .build import far_temperature, hole_star
from .dossier import block, table
from .plant import Boreholes, Surface, Wells
from .run import Life, design_weather


def survey(life: Life, folder: Path, rng: np.random.Generator, *, tested: bool) -> str:
    """Survey files and their declarations; they tell the real ground."""
    s = life.real.source
    day = np.datetime64(life.design.handed_over) - np.timedelta64(500, "D")
    if isinstance(s, Surface):
        w = design_weather(life.design, 1)
        water = far_temperature(life.design, w)
        rows = [
            [str(t), f"{x:.1f}"]
            for t, x in zip(w.time[::24].astype("datetime64[m]"), water[::24], strict=True)
        ]
        table(folder / "survey" / "water_temperature.csv", "time, temperature_C", rows)
        return ""
    if not tested:
        return ""
    if isinstance(s, Boreholes):
        return response_test(life, folder, day, rng)
    return pumping_test(life, folder, day, rng)


def response_test(life: Life, folder: Path, day: np.datetime64, rng: np.random.Generator) -> str:
    """Three days of a thermal response test on a hole as drawn, in the real ground."""
    s, d = life.real.source, life.design.source
    minutes = np.arange(0, 72 * 60, 10)
    t = np.maximum((minutes - 120.0) * 60.0, 0.0)
    power = np.where(t > 0, 55.0 * d.length, 0.0) * (1 + rng.normal(0, 0.005, t.size))
    alpha = s.conductivity / s.heat
    rise = np.where(t > 0, exp1((d.diameter / 2) ** 2 / (4 * alpha * np.maximum(t, 60.0))), 0.0)
    flow = 1.5
    star = hole_star(life.design, d, flow * d.count)
    rise = (
        power / d.length * (rise / (4 * np.pi * s.conductivity) + star * (1 - np.exp(-t / 4000)))
    )
    half = power / (2 * 1163.0 * flow)
    begin = day.astype("datetime64[m]") + np.timedelta64(9, "h")
    rows = [
        [
            str(begin + np.timedelta64(int(m), "m")),
            f"{s.temperature + x + h + a:.2f}",
            f"{s.temperature + x - h + b:.2f}",
            f"{flow:.3f}",
            f"{q / 1e3:.3f}",
        ]
        for m, x, h, q, a, b in zip(
            minutes, rise, half, power, *rng.normal(0, 0.02, (2, t.size)), strict=True
        )
    ]
    header = "time, inlet_temperature_C, outlet_temperature_C, flow_m3_h, power_kW"
    table(folder / "survey" / "response.csv", header, rows)
    return block(
        "[[survey.test]]",
        {
            "kind": "thermal_response",
            "file": "survey/response.csv",
            "taken_on!": day,
            "hole": "T1",
            "length_m": d.length,
            "diameter_m": d.diameter,
        },
    )


def pumping_test(life: Life, folder: Path, day: np.datetime64, rng: np.random.Generator) -> str:
    """A day of constant pumping: Theis in the real aquifer."""
    s = life.real.source
    transmissivity = s.hydraulic * s.thickness if isinstance(s, Wells) else 4e-4 * 0.8 * s.depth
    flow, minutes = 40.0, np.unique(np.round(np.geomspace(1, 1440, 90)))
    u = 0.2**2 * 0.12 / (4 * transmissivity * minutes * 60.0)
    drop = flow / 3600.0 * exp1(u) / (4 * np.pi * transmissivity)
    begin = day.astype("datetime64[m]") + np.timedelta64(9, "h")
    rows: list[list[object]] = [[str(begin), 0.0, f"{-s.level:.2f}"]]
    rows += [
        [
            str(begin + np.timedelta64(int(m), "m")),
            flow,
            f"{-s.level - x + rng.normal(0, 0.01):.2f}",
        ]
        for m, x in zip(minutes, drop, strict=True)
    ]
    table(folder / "survey" / "pumping.csv", "time, flow_m3_h, water_level_m", rows)
    hole = "well-1" if isinstance(s, Wells) else "sw-1"
    return block(
        "[[survey.test]]",
        {
            "kind": "pumping",
            "file": "survey/pumping.csv",
            "taken_on!": day,
            "hole": hole,
        },
    )
