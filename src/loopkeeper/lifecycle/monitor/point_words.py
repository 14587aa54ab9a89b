"""
Words of points in a few common tokens: classes, markers, English, German, Chinese, abbreviations.

``RM12 Zn-T Stpt``, ``Zone_Air_Temperature_Setpoint`` and ``12号房间温度设定`` say the same.
"""

import re
from functools import cache, lru_cache

from loopkeeper.errors import UnitError
from loopkeeper.plant.tables import data_table
from loopkeeper.units import same_dimension

APART = "|"
"""Between words that stand for themselves, such as the markers of a point."""
_MEASURED = (
    ("°C", "temp"), ("kWh", "energy"), ("kW", "power"), ("m3/h", "flow"), ("kPa", "pressure"),
)  # fmt: skip
"""Units that tell what is measured though the name does not."""


@lru_cache(maxsize=4096)
def tokens_of(text: str) -> frozenset[str]:
    """
    Return what the words of a text stand for.

    Parameters
    ----------
    text : str
        A name, a class or markers with ``|`` between them.

    Returns
    -------
    frozenset of str
        Tokens of the table ``point_words.csv``; words it does not know are left out.
    """
    found: set[str] = set()
    for part in text.split(APART):
        for match in _pattern().finditer(plain(part)):
            found |= _words()[match[0]]
    return frozenset(found)


@lru_cache(maxsize=4096)
def unknown_words(text: str) -> bool:
    """
    Tell whether a text has words that mean nothing here.

    Parameters
    ----------
    text : str
        A class or several with ``|`` between them.

    Returns
    -------
    bool
        True where something is said that the table does not know.
    """
    left = " ".join(_pattern().sub(" ", plain(part)) for part in text.split(APART))
    return bool(re.search(r"[^\W\d_]{2,}", left))


def measured(unit: str) -> frozenset[str]:
    """Return what a unit alone tells."""
    if unit.strip() in {"K", "delta_degC", "ΔK"}:
        return frozenset({"temp", "differential"})
    return frozenset(token for usual, token in _MEASURED if unit and fits(unit, usual))


def fits(unit: str, usual: str) -> bool:
    """Tell whether two units measure the same; an unknown one measures nothing."""
    try:
        return same_dimension(unit, usual)
    except UnitError:
        return False


@cache
def plain(text: str) -> str:
    """
    Return lower case words with blanks between them.

    Parameters
    ----------
    text : str
        Camel case, digits and marks are taken apart; Chinese stays as it is.
    """
    text = re.sub(r"([kKM]W)[hH]", lambda m: f" {m[0].lower()} ", text)
    apart = re.sub(r"(?<=[a-z0-9äöüß])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    apart = re.sub(r"[_\-./\\:,;()\[\]{}'\"%@+*=<>&]+", " ", apart)
    apart = re.sub(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", apart)
    return re.sub(r"\s+", " ", apart).strip().lower()


@cache
def _words() -> dict[str, frozenset[str]]:
    return {
        word.removeprefix("~"): frozenset(row["tokens"].split())
        for row in data_table("point_words.csv")
        for word in row["words"].split("|")
    }


@cache
def _pattern() -> re.Pattern[str]:
    """Longest words first; a word in Latin letters stands alone unless it begins with ``~``."""
    listed = {word for row in data_table("point_words.csv") for word in row["words"].split("|")}
    forms = []
    for word in sorted(listed, key=lambda w: (-len(w.removeprefix("~")), w)):
        text = re.escape(word.removeprefix("~"))
        loose = word.startswith("~") or (not word.isascii() and not re.search(r"[a-zäöü]", word))
        forms.append(text if loose else rf"(?<![a-zäöüß]){text}(?![a-zäöüß])")
    return re.compile("|".join(forms))
