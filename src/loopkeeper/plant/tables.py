"""The tables that come with the program."""

import csv
from functools import cache
from importlib import resources


@cache
def data_table(name: str) -> tuple[dict[str, str], ...]:
    """
    Return the rows of a table of ``plant/data``, texts by column.

    Parameters
    ----------
    name : str
        Of the file, such as ``regions.csv``.
    """
    table = resources.files("loopkeeper.plant") / "data" / name
    return tuple(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
