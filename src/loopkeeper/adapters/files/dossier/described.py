"""What every section, key and column of a dossier means: the words beside the tables."""

from functools import cache

from loopkeeper.plant.tables import data_table
from loopkeeper.plant.words import Language

WORDS = "dossier_words.csv"
"""Place (a section or a file), name (empty for the place itself), example, meaning in English
and Chinese."""


@cache
def _rows() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["place"], row["name"]): row for row in data_table(WORDS)}


def described() -> tuple[tuple[str, str], ...]:
    """Return place and name of everything that is described, in order."""
    return tuple(_rows())


def told(place: str, name: str, language: Language) -> str:
    """
    Return what a key or column means.

    Parameters
    ----------
    place : str
        A section such as ``source.ground``, or a file such as ``points.csv``.
    name : str
        Of a key or column; empty for the place itself.
    language : Language
        Of the meaning.

    Raises
    ------
    KeyError
        When it is not described.
    """
    row = _rows()[place, name]
    return row["english"] if language is Language.ENGLISH else row["chinese"]


def example(place: str, name: str) -> str:
    """Return an example as it stands in the file; empty where there is none to give."""
    return _rows()[place, name]["example"]
