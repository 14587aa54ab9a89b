"""Verdicts: what the software has to say about a plant or its data, as a value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TypeVar

from loopkeeper.errors import InputError
from loopkeeper.plant.sentences import translated
from loopkeeper.plant.tables import data_table, verdict_tables
from loopkeeper.plant.words import Language, chosen, listed, name_of, worded

T = TypeVar("T")
_FAMILIES = {
    "kpi": "figure", "boundary": "place", "mode": "mode", "loop": "loop", "control": "drive",
    "run_as": "drive", "part": "part", "chart": "chart",
}  # fmt: skip
"""Figures of a sentence that are names, and the family of words they are of."""
_LISTED = {"by": "witness", "checks": "ledger_check"}
"""Figures that list such names."""


class Severity(StrEnum):
    """How a verdict bears on the answer."""

    NOTE = "note"
    CAUTION = "caution"
    PROBLEM = "problem"
    DISQUALIFICATION = "disqualification"


GRAVE = frozenset({Severity.PROBLEM, Severity.DISQUALIFICATION})
"""Severities that withhold what rests on the thing they name."""


@dataclass(frozen=True, slots=True)
class Message:
    """One row of a message catalogue: the severity of a code and its sentence in two languages."""

    severity: Severity
    english: str
    chinese: str


@cache
def catalogue() -> Mapping[str, Message]:
    """Return every verdict code with its severity and sentences, from ``plant/data/messages``."""
    rows: dict[str, Message] = {}
    for table in verdict_tables():
        for row in data_table(table):
            if row["code"] in rows:
                raise InputError(f"verdict code {row['code']} stands twice in the catalogues")
            rows[row["code"]] = Message(Severity(row["severity"]), row["en"], row["zh"])
    return rows


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    A stable code with its figures; the sentence comes from the catalogue.

    Parameters
    ----------
    code : str
        Dotted and stable, e.g. ``measure.sensor.stuck``; a row of the catalogue.
    figures : mapping
        The numbers and names that fill the sentence.
    """

    code: str
    figures: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a code that no catalogue explains."""
        if self.code not in catalogue():
            raise InputError(f"verdict code {self.code!r} is in no message catalogue")

    @property
    def severity(self) -> Severity:
        """How the verdict bears on the answer."""
        return catalogue()[self.code].severity

    def sentence(self, language: Language = Language.ENGLISH) -> str:
        """Return the sentence in ``"en"`` or ``"zh"``."""
        message = catalogue()[self.code]
        template = chosen(message.english, message.chinese, language)
        figures = {k: _worded(k, value, language) for k, value in self.figures.items()}
        return template.format(**figures)

    def as_dict(self, language: Language = Language.ENGLISH) -> dict[str, object]:
        """Return the verdict as plain JSON data."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "sentence": self.sentence(language),
            "figures": {k: worded(v, language) for k, v in self.figures.items()},
        }


def _worded(key: str, value: object, language: Language) -> object:
    """Return a figure in words where it is a name, or a list of names, that has a word."""
    if key in _FAMILIES:
        return name_of(_FAMILIES[key], str(value), language)
    if key in _LISTED:
        names = str(value).split(", ")
        return listed([name_of(_LISTED[key], one, language) for one in names], language)
    if isinstance(value, str):
        return translated(value, language)
    return worded(value, language)


def gathered(found: Iterable[tuple[T, Iterable[Verdict]]]) -> tuple[list[T], list[Verdict]]:
    """Return what several findings hold, and all that was said of them, in their order."""
    pairs = list(found)
    return [value for value, _ in pairs], [v for _, said in pairs for v in said]


def once(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Say everything once, in the order it was first said."""
    seen: dict[tuple[str, str], Verdict] = {}
    for verdict in verdicts:
        seen.setdefault((verdict.code, repr(sorted(verdict.figures.items()))), verdict)
    return tuple(seen.values())
