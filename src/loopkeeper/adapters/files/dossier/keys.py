"""What a key of ``plant.toml`` is; how a table of keys is written down."""

from dataclasses import dataclass

SINCE = "0.1"
"""The version of the program that first read what says nothing else."""


@dataclass(frozen=True, slots=True)
class DossierKey:
    """
    One key: its name in the file, the field it fills, its kind, unit and plausible range.

    ``kind`` is ``number``, ``text``, ``date``, ``flag``, ``season``, ``span`` (two ascending
    numbers), ``list`` (numbers, ``size`` of them when it is above 0), ``integer``, ``profile``
    (depths and values), ``places`` (pairs of numbers), ``names`` (texts by text), ``hours`` and
    ``months`` of a tariff, ``rows`` (sections of their own) or an enum class; ``low`` and
    ``high`` are in the file's unit; ``since`` which version of the program it is read.
    """

    name: str
    field: str
    kind: object = "number"
    unit: str = ""
    low: float = float("-inf")
    high: float = float("inf")
    required: bool = False
    size: int = 0
    since: str = SINCE


def number(
    name: str, field: str, unit: str, low: float, high: float, *, required: bool = False
) -> DossierKey:
    """Return a key of a number, in the unit of the file between two bounds."""
    return DossierKey(name, field, "number", unit, low, high, required)
