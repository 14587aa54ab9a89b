"""Beginning a dossier: from a handful of values to the smallest sound folder."""

from math import ceil
from pathlib import Path

from loopkeeper.app.outside import Outside
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.beginning import (
    Beginning,
    usual_capacity,
    usual_count,
)
from loopkeeper.lifecycle.design.uses import USES, use_name
from loopkeeper.lifecycle.survey.regional_guess import nearest_city, regional_guess
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.verdict import GRAVE, Verdict
from loopkeeper.plant.words import Language

__all__ = [
    "USES",
    "Beginning",
    "begin",
    "design_year",
    "nearest_city",
    "peaks",
    "refuse_there",
    "regional_guess",
    "use_name",
    "usual_capacity",
    "usual_count",
]
SPARE = 1.1
"""Machines over the peak of the loads. [-]"""
STEP = 10.0
"""Machines are stated in steps of so much. [kW]"""


def refuse_there(folder: Path, *, with_loads: bool) -> None:
    """Refuse to write over anything; InputError names what is there."""
    wanted = [folder / "plant.toml", *([folder / "design" / "loads.csv"] * with_loads)]
    for path in wanted:
        if path.exists():
            raise InputError(f"{path} is there already; nothing was written")


def design_year(
    outside: Outside, loads: Path, timezone: str, language: Language
) -> tuple[LoadYear, tuple[Verdict, ...]]:
    """
    Read the design year that a plant begins with.

    Raises
    ------
    InputError
        When the file holds none; the reasons are named.
    """
    found = outside.design_files.read_energyplus(loads, timezone)
    if found.year is None:
        reasons = [v.sentence(language) for v in found.verdicts if v.severity in GRAVE]
        raise InputError("; ".join([f"{loads.name} holds no design year", *reasons]))
    return found.year, found.verdicts


def peaks(year: LoadYear) -> tuple[float, float]:
    """Return machines a little above the peaks of a design year, heating and cooling. [kW]"""
    heating, cooling = (
        ceil(SPARE * float(peak.max()) / (1000 * STEP)) * STEP
        for peak in (year.heating + year.hot_water, year.cooling)
    )
    return heating, cooling


def begin(outside: Outside, folder: Path, plant: Beginning, year: LoadYear | None) -> None:
    """Write the smallest sound dossier of a plant, with its design year where there is one."""
    text = outside.dossiers.dossier_text(plant)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "plant.toml").open("x", encoding="utf-8") as file:
        file.write(text)
    if year is not None:
        outside.design_files.write_loads(year, folder / "design" / "loads.csv", plant.timezone)
