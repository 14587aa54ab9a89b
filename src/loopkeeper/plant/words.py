"""Every word that people see, in English and Chinese, from ``plant/data/words.csv``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from loopkeeper.errors import InputError
from loopkeeper.plant.tables import data_table


class Language(StrEnum):
    """A language that the program speaks."""

    ENGLISH = "en"
    CHINESE = "zh"


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return the table: by key, such as ``quantity.flow``, the text by language."""
    return {row["key"]: {one: row[one] for one in Language} for row in data_table("words.csv")}


def word(key: str, language: Language, **figures: object) -> str:
    """
    Return a word or phrase.

    Parameters
    ----------
    key : str
        Namespace and name, such as ``place.source``.
    language : Language
        Of the text.
    **figures : object
        What the phrase has in braces.

    Raises
    ------
    InputError
        When the table has no such key.
    """
    if key not in words():
        raise InputError(f"word {key!r} is not in words.csv")
    return words()[key][language].format(**figures)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word among the figures of a sentence: its key, and figures of its own."""

    key: str
    figures: Mapping[str, object] = field(default_factory=dict, hash=False)

    def text(self, language: Language) -> str:
        """Return it in a language."""
        figures = {name: worded(value, language) for name, value in self.figures.items()}
        return word(self.key, language, **figures)


def worded(value: object, language: Language) -> object:
    """Return a figure of a sentence, a phrase or several of them in words."""
    if isinstance(value, Phrase):
        return value.text(language)
    if isinstance(value, tuple):
        return listed([str(worded(one, language)) for one in value], language)
    return value


def in_both(key: str, **figures: object) -> str:
    """Return a phrase in both languages, where nobody chose one: in logs and on the web."""
    return " · ".join(word(key, language, **figures) for language in Language)


def name_of(family: str, name: str, language: Language) -> str:
    """
    Return what a plant's file calls by a name: a word of the program, or the name as it stands.

    Parameters
    ----------
    family : str
        Namespace of the words, such as ``place``.
    name : str
        ``source`` has a word; ``HP1`` and ``GB/T 50801`` are names already.
    language : Language
        Of the text.
    """
    key = f"{family}.{name}"
    return word(key, language) if key in words() else name


def chosen(english: str, chinese: str, language: Language) -> str:
    """Return the text of a pair that a file holds; the English one where there is no other."""
    return chinese if language == Language.CHINESE and chinese else english


def listed(texts: Iterable[str], language: Language, mark: str = "mark.between") -> str:
    """Return texts side by side, with the comma of the language or another mark."""
    return word(mark, language).join(texts)
