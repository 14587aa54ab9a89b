"""What pressure a plastic pipe is made for, by how it is called or by how thick its wall is."""

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Final

from loopkeeper.plant.source import BoreholeField, PipeKind
from loopkeeper.plant.tables import data_table

USUAL: Final = "PE100"
"""Material of a drawn pipe, whose drawing names none (A)."""
WALL: Final = 0.1
"""Within which outer diameter over wall is a ratio of the table (tolerances of walls, A). [-]"""
BAR: Final = 0.1
"""A bar, as PN counts. [MPa]"""


@cache
def pipe_classes() -> Mapping[tuple[str, float], float]:
    """Return the nominal pressure at 20 °C by material and outer diameter over wall. [MPa]"""
    rows = data_table("pipe_classes.csv")
    return {(row["material"], float(row["sdr"])): float(row["nominal_MPa"]) for row in rows}


def warm_factor(celsius: float) -> float:
    """
    Return what share of its nominal pressure a pipe of PE carries for fifty years. [-]

    Notes
    -----
    ``plant/data/pipe_warmth.csv``: of 20 °C and colder all of it, between its rows in
    proportion, and beyond the warmest by the line of the last two (A).
    """
    known = [(float(r["temperature_C"]), float(r["factor"])) for r in data_table(WARMTH)]
    if celsius <= known[0][0]:
        return known[0][1]
    lines = list(pairwise(known))
    (cool, most), (warm, least) = next((to for to in lines if celsius <= to[1][0]), lines[-1])
    return most + (least - most) * (celsius - cool) / (warm - cool)


WARMTH: Final = "pipe_warmth.csv"


def class_called(text: str) -> float | None:
    """
    Return the nominal pressure of a pipe by its name, None where that does not tell it. [MPa]

    A pressure in the name (``PN16``, ``1.6 MPa``) counts before material and ratio (``PE100
    SDR11``), of which both must be there.
    """
    plain = text.upper().replace(" ", "")
    if (told := re.search(r"PN(\d+(?:\.\d+)?)", plain)) is not None:
        number = float(told[1])
        return number * BAR if number > LARGEST else number
    if (told := re.search(r"(\d+(?:\.\d+)?)MPA", plain)) is not None:
        return float(told[1])
    material = re.search(r"PE-?(100|80)(?!\d)", plain)
    ratio = re.search(r"SDR(\d+(?:\.\d+)?)", plain)
    if material is None or ratio is None:
        return None
    return pipe_classes().get((f"PE{material[1]}", float(ratio[1])))


LARGEST: Final = 3.0
"""A number behind PN up to this is in MPa, as some write it, beyond in bar (A). [MPa]"""


def class_drawn(field: BoreholeField) -> float | None:
    """Return the nominal pressure of the drawn pipe by its wall, as of PE100. [MPa]"""
    wall = (field.pipe_outer - field.pipe_inner) / 2
    if field.pipe is PipeKind.COAXIAL or wall <= 0:
        return None
    ratio = field.pipe_outer / wall
    known = [sdr for material, sdr in pipe_classes() if material == USUAL]
    nearest = min(known, key=lambda one: abs(one - ratio))
    if abs(nearest - ratio) > WALL * nearest:
        return None
    return pipe_classes()[USUAL, nearest]
