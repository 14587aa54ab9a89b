"""The chart of a deviation: measured, as promised, and if repaired, by months; and its witness."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import Picture
from loopkeeper.adapters.report.drawing import BLUE, GREEN, GREY, Line
from loopkeeper.lifecycle.diagnose.result import Monthly, MonthlyCourse, WitnessMonths
from loopkeeper.plant.words import Language, word
from loopkeeper.units import HOUR, KWH

MWH = 1000 * KWH

LINES = (
    ("report.measured", BLUE), ("report.as_promised", GREY), ("report.if_repaired", GREEN)
)  # fmt: skip
"""What every panel compares, and its colour."""
_SHOWN = {"J": ("MWh", MWH), "m3 s-1": ("m³/h", 1 / HOUR), "°C": ("°C", 1.0)}


@dataclass(frozen=True)
class Panel:
    """One quantity by months: title with its unit, its three rows in the order of LINES."""

    title: str
    rows: tuple[list[float], ...]
    summed: bool


def panels_of(course: MonthlyCourse, language: Language) -> list[Panel]:
    """Return electricity and, where there is one, the witness, in units of people."""
    energies = [
        [v / MWH for v in row] for row in (course.measured, course.expected, course.repaired)
    ]
    panels = [
        Panel(
            f"{word('report.electricity_at_heat', language)} [MWh]", tuple(energies), summed=True
        )
    ]
    if course.witness is not None:
        panels.append(_witness(course.witness, language))
    return panels


def _witness(witness: WitnessMonths, language: Language) -> Panel:
    unit, size = _unit_of(witness)
    rows = (witness.measured, witness.designed, witness.repaired)
    name = word(f"course.{witness.quantity}", language)
    title = name[:1].upper() + name[1:] + (f" [{unit}]" if unit else "")
    return Panel(title, tuple(_scaled(row, size) for row in rows), summed=witness.unit == "J")


def _unit_of(witness: WitnessMonths) -> tuple[str, float]:
    if witness.quantity == "machine_consumption":
        return "kWh/kWh", 1.0
    return _SHOWN.get(witness.unit, ("", 1.0))


def _scaled(row: Monthly, size: float) -> list[float]:
    return [np.nan if v is None else v / size for v in row]


def picture(course: MonthlyCourse, language: Language) -> Picture:
    """Return the chart."""
    names = [word(name, language) for name, _ in LINES]
    drawn = [
        (
            panel.title,
            panel.summed,
            [
                Line(name, np.array(row), colour)
                for name, (_, colour), row in zip(names, LINES, panel.rows, strict=True)
            ],
        )
        for panel in panels_of(course, language)
    ]
    return plots.compared(course.months, drawn)
