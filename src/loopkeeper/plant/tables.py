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


def verdict_tables() -> tuple[str, ...]:
    """Return the names of the catalogues of verdicts, as :func:`data_table` takes them."""
    folder = resources.files("loopkeeper.plant") / "data" / "messages"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".csv"))
    return tuple(f"messages/{name}" for name in names)
