"""What a site wrote down of its holes, plainly: tapes, gauges and pumps that scatter."""

from collections.abc import Iterator

import numpy as np

from trials_other.draw import Plant

HEAD = ["item", "item_kind", "check", "drawn", "found", "unit", "checked_at", "checked_by"]


def places(plant: Plant) -> list[list[float]]:
    """Heads of holes in long rows. [m]"""
    across = max(int(np.ceil(np.sqrt(2 * plant.holes))), 1)
    step = plant.spacing
    return [[step * (n % across), step * (n // across)] for n in range(plant.holes)]


def rows(plant: Plant, rng: np.random.Generator) -> Iterator[list[object]]:
    """Yield the rows of a ledger, its head first."""
    yield HEAD
    working = float(rng.choice([0.5, 0.6, 0.8]))
    for check, found, unit in (
        ("working_pressure", working, "MPa"),
        ("pressure_test_3_drop", round(rng.uniform(0, 0.8), 2), "%"),
        ("pressure_test_4_drop", round(rng.uniform(0.2, 1.5), 2), "%"),
        ("flushing_minutes", 60, "min"),
        ("vented", "yes", ""),
    ):
        yield ["header-1", "header", check, "", found, unit, "2025-10-11", "team A"]
    yield ["field", "field", "response_tests", 1, 2, "-", "2025-05-10", "survey"]
    begin, short = int(rng.integers(plant.holes)), max(plant.holes // 3, 1)
    for n in range(plant.holes):
        wrong = dict(plant.wrong)
        if (n - begin) % plant.holes >= short:
            wrong.pop("short_holes", None)
        for check, was, found, unit in _hole(plant, n, wrong, working, rng):
            if "missing_pressure_test" in wrong and check == "pressure_test_2_drop" and n % 2:
                continue
            name = f"B{n + 1:03d}"
            yield [name, "borehole", check, was, found, unit, "2025-08-20", "team B"]


def _hole(
    plant: Plant, n: int, wrong: dict[str, float], working: float, rng: np.random.Generator
) -> list[tuple[str, str, str, str]]:
    """Return what was written down of one hole: check, drawn, found, unit."""
    at, narrow = places(plant)[n], wrong.get("wrong_spacing", 1.0)
    pressure = max(0.6, 1.5 * working) * rng.uniform(1.02, 1.15)
    pressure *= wrong.get("low_test_pressure", 1.0) / (1.08 if "low_test_pressure" in wrong else 1)
    ratio = rng.uniform(1.08, 1.3) * wrong.get("poor_grout", 1.0)
    length = plant.length * rng.uniform(1.0, 1.008) * wrong.get("short_holes", 1.0)
    return [
        ("x", "", f"{at[0] * narrow + rng.normal(0, 0.08):.2f}", "m"),
        ("y", "", f"{at[1] * narrow + rng.normal(0, 0.08):.2f}", "m"),
        ("active_length", f"{plant.length:g}", f"{length:.1f}", "m"),
        ("diameter", f"{plant.bore:g}", f"{plant.bore + rng.uniform(0, 0.004):.3f}", "m"),
        ("grout_conductivity", "1.8", f"{rng.normal(1.84, 0.03):.2f}", "W/(m·K)"),
        ("grout_volume_ratio", "1.0", f"{ratio:.2f}", "-"),
        ("pressure_test_1_pressure", "", f"{pressure:.2f}", "MPa"),
        ("pressure_test_1_drop", "", f"{rng.uniform(0.1, 2.0):.1f}", "%"),
        ("pressure_test_2_drop", "", f"{rng.uniform(0.1, 2.0):.1f}", "%"),
    ]
