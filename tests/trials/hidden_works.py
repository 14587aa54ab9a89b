"""What a site wrote down of its holes: honest, with the scatter of tapes, gauges and pumps."""

import cmath
from collections.abc import Iterator

import numpy as np

from trials.nature import Build

HEAD = ["item", "item_kind", "check", "drawn", "found", "unit", "checked_at", "checked_by"]
TAPE = 0.1
"""Scatter of a surveyed place. [m]"""
CREWS = ("crew 1", "crew 2", "crew 3")
SURVEYS = ("drawing", "copied", "grid", "north", "turned")
"""
Frames of surveys: the drawing's own, with the drawn places copied beside the found ones or not;
that of a national grid, with X to the east or to the north; that of a base line along a fence.
"""


def works(
    build: Build, places: list[list[float]], rng: np.random.Generator
) -> Iterator[list[object]]:
    """Yield the rows of a ledger, its head first."""
    yield HEAD
    wrong, working = build.wrong, float(rng.choice([0.4, 0.6, 0.8, 1.0]))
    least = max(0.6, 1.5 * working)
    for check, found, unit in (
        ("working_pressure", f"{working:g}", "MPa"),
        ("pressure_test_3_drop", f"{rng.uniform(0.0, 0.5):.1f}", "%"),
        ("pressure_test_4_drop", f"{rng.uniform(0.2, 1.5):.1f}", "%"),
        ("flushing_minutes", "75", "min"),
        ("vented", "yes", ""),
    ):
        yield ["header-1", "header", check, "", found, unit, "2025-09-02", CREWS[0]]
    short = set(rng.choice(build.holes, max(build.holes // 4, 1), replace=False).tolist())
    survey = str(rng.choice(SURVEYS))
    found_places = _surveyed(build, places, survey, rng)
    in_bar = bool(rng.random() < 0.3)
    for n in range(build.holes):
        day, name = f"2025-0{4 + n % 4}-{1 + n % 27:02d}", f"H-{n + 1:03d}"
        length = build.length * rng.normal(1.002, 0.002)
        length *= wrong.get("short_holes", 1.0) if n in short else 1.0
        ratio = rng.uniform(1.05, 1.25) * wrong.get("poor_grout", 1.0)
        pressure = least * rng.uniform(1.0, 1.1) * wrong.get("low_test_pressure", 1.0)
        pressure = np.ceil(100 * pressure) / 100 * (10 if in_bar else 1)
        drawn = [f"{one:g}" if survey == "copied" else "" for one in places[n]]
        x, y = found_places[n]
        rows = [
            ("x", drawn[0], f"{x:.2f}", "m"),
            ("y", drawn[1], f"{y:.2f}", "m"),
            ("grout_conductivity", "1.6", f"{rng.normal(1.62, 0.02):.2f}", "W/(m·K)"),
            ("active_length", f"{build.length:g}", f"{max(length, 1):.1f}", "m"),
            ("diameter", "0.15", f"{rng.uniform(0.150, 0.154):.3f}", "m"),
            ("grout_volume_ratio", "1.0", f"{ratio:.2f}", "-"),
            ("pressure_test_1_pressure", "", f"{pressure:g}", "bar" if in_bar else "MPa"),
            ("pressure_test_1_drop", "", f"{rng.uniform(0.1, 1.6):.1f}", "%"),
            ("pressure_test_2_drop", "", f"{rng.uniform(0.1, 1.6):.1f}", "%"),
        ]
        for check, was, found, unit in rows:
            if check == "pressure_test_2_drop" and "missing_pressure_test" in wrong and n % 3:
                continue
            yield [name, "borehole", check, was, found, unit, day, CREWS[n % 3]]


def _surveyed(
    build: Build, places: list[list[float]], survey: str, rng: np.random.Generator
) -> list[list[float]]:
    """Places as found in the frame of the survey; a rig that paces too short starts at hole 1."""
    at = np.array([x + 1j * y for x, y in places]) * build.wrong.get("wrong_spacing", 1.0)
    scatter = rng.normal(0.0, TAPE, (len(at), 2))
    at = at + scatter[:, 0] + 1j * scatter[:, 1]
    if survey == "turned":
        at = at * cmath.exp(1j * rng.uniform(-3.0, 3.0))
    if survey in {"grid", "north", "turned"}:
        at = at + complex(rng.uniform(4e5, 6e5), rng.uniform(3.2e6, 4.6e6))
    flat = np.stack([at.real, at.imag], axis=1)
    return (flat[:, ::-1] if survey == "north" else flat).tolist()
