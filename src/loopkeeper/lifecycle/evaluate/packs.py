"""
Standard packs: what a standard asks, as data, and what a plant's figures make of it.

A pack is a tree: branches carry weights, indices hang on them. An index names the figure it
reads, its clause, limits, bands or curve of points, weight and the confidence of its numbers.
A pack that holds no numbers is a template: nothing is graded by it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict

SEEN: Final = frozenset({"V", "S"})
"""Confidences of numbers that were seen; all others are shown as unverified."""


FAIL: Final = "fail"
"""Grade beyond a limit."""
OPEN: Final = "open"
"""Grade that the uncertainty leaves undecided."""


class Rule(StrEnum):
    """How a grade follows from the indices."""

    WORST = "worst"
    SCORE = "score"
    CHECKS = "checks"


class Outcome(StrEnum):
    """What came of an index."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """
    An index of a pack.

    ``figure`` names what it reads; ``at_least`` and ``at_most`` its limits, ``bands`` the grades
    by their lowest value (highest where ``lower`` is better), best first, and ``curve`` points of
    0 to 100 by ascending value, straight between, all in ``unit``. ``parent`` names the branch it
    hangs on, ``weight`` its share there; ``veto`` says that missing it denies every grade;
    ``when`` the part of plants it is for (a kind of source or a mode), empty for all.
    """

    id: str
    name: str
    name_zh: str
    figure: str
    unit: str = "-"
    clause: str = ""
    clause_zh: str = ""
    at_least: float | None = None
    at_most: float | None = None
    bands: tuple[tuple[float, str], ...] = ()
    curve: tuple[tuple[float, float], ...] = ()
    lower: bool = False
    parent: str = ""
    weight: float = 1.0
    veto: bool = False
    when: str = ""
    confidence: str = ""
    source: str = ""

    @property
    def verified(self) -> bool:
        """Whether the number was seen somewhere, not remembered."""
        return self.confidence.split("/", maxsplit=1)[0] in SEEN

    def keeps(self, value: float) -> bool:
        """Tell whether a value keeps the limits."""
        low = -float("inf") if self.at_least is None else self.at_least
        high = float("inf") if self.at_most is None else self.at_most
        return low <= value <= high

    def band(self, value: float) -> str:
        """Return the best grade a value reaches, empty for none."""
        side = -1.0 if self.lower else 1.0
        return next((name for bound, name in self.bands if side * (value - bound) >= 0), "")

    def grades(self, value: Estimate) -> tuple[str, ...]:
        """Return every grade within an interval, best first, ``FAIL`` beyond limit or bands."""
        inside = [bound for bound, _ in self.bands if value.low <= bound <= value.high]
        inside += [
            b
            for b in (self.at_least, self.at_most)
            if b is not None and value.low <= b <= value.high
        ]
        reached = {
            (self.band(v) or FAIL) if self.keeps(v) else FAIL
            for v in (value.low, value.value, value.high, *inside)
        }
        return tuple(name for name in (*(n for _, n in self.bands), FAIL) if name in reached)


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of the index tree: what hangs on it counts by ``weight`` within ``parent``."""

    id: str
    name: str
    name_zh: str
    parent: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """
    A standard as data.

    ``filled`` is False for a template; ``checklist`` says what a holder of the standard has to
    fill in. ``cuts`` of a scored pack are the lowest score of each grade, best first. ``of_model``
    says that it judges the plant's model: missing it is no fault of the plant's.
    """

    id: str
    name: str
    name_zh: str
    edition: str
    rule: Rule
    branches: tuple[Branch, ...] = ()
    indices: tuple[Index, ...] = ()
    cuts: tuple[tuple[float, str], ...] = ()
    filled: bool = True
    of_model: bool = False
    in_force: str = ""
    replaced_by: str = ""
    note: str = ""
    note_zh: str = ""
    checklist: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that packs read: estimate in SI or plain, coverage, and where it is from."""

    value: Estimate
    coverage: float = 1.0


@dataclass(frozen=True, slots=True)
class JudgedIndex:
    """
    What a plant makes of an index.

    ``figure`` in the index's unit; ``grades`` that its interval reaches by the bands, best first,
    none without bands. ``OPEN`` says that limit or grade cannot be told: a bound lies within the
    interval of the figure.
    """

    index: Index
    outcome: Outcome
    figure: Figure | None = None
    grades: tuple[str, ...] = ()
    reasons: tuple[Verdict, ...] = ()

    @property
    def grade(self) -> str:
        """The grade by its bands; empty when there are none, it is not sure or it missed."""
        return self.grades[0] if len(self.grades) == 1 and self.grades[0] != FAIL else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """
    What a plant makes of a pack.

    ``grade`` is empty where none can be given, ``reasons`` say why; ``fail`` where it misses a
    limit, ``open`` where the uncertainty leaves it undecided between ``between`` (the best and the
    worst it may be); ``scores`` of a scored pack by
    branch, the whole under ``""``; ``verified`` whether every number that decided was seen.
    """

    pack: Pack
    judged: tuple[JudgedIndex, ...]
    grade: str
    verified: bool
    reasons: tuple[Verdict, ...]
    scores: dict[str, Estimate] = field(default_factory=dict)
    between: tuple[str, ...] = ()
