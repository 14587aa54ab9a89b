"""
Standard packs: what a standard asks, as data, and what a plant's figures make of it.

A pack names for every index the figure it reads, its clause, limits, grade bands, weight and the
confidence of the numbers. A pack that holds no numbers is a template: nothing is graded by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from loopkeeper.errors import InputError
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import from_si

SEEN: Final = frozenset({"V", "S"})
"""Confidences of numbers that were seen; all others are shown as unverified."""


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


@dataclass(frozen=True, slots=True)
class Index:
    """
    An index of a pack.

    ``figure`` names what it reads; ``at_least`` and ``at_most`` its limits and ``bands`` the
    grades by their lowest value (highest where ``lower`` is better), best first, all in ``unit``.
    ``parent`` names the group it
    belongs to, ``weight`` its share there; ``veto`` says that missing it denies every grade;
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


@dataclass(frozen=True, slots=True)
class Pack:
    """
    A standard as data.

    ``filled`` is False for a template; ``checklist`` says what a holder of the standard has to
    fill in. ``cuts`` of a scored pack are the lowest score of each grade, best first.
    """

    id: str
    name: str
    name_zh: str
    edition: str
    rule: Rule
    indices: tuple[Index, ...] = ()
    cuts: tuple[tuple[float, str], ...] = ()
    filled: bool = True
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
class Judged:
    """
    What a plant makes of an index.

    ``figure`` in the index's unit; ``grade`` by its bands, empty when there are none or it missed
    its limit. ``OPEN`` says that the limit lies within the interval of the figure.
    """

    index: Index
    outcome: Outcome
    figure: Figure | None = None
    grade: str = ""
    reasons: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Graded:
    """
    What a plant makes of a pack.

    ``grade`` is empty where none can be given, ``reasons`` say why; ``fail`` where it misses a
    limit, ``open`` where the uncertainty leaves that undecided; ``score`` of a scored pack;
    ``verified`` whether every number that decided was seen.
    """

    pack: Pack
    judged: tuple[Judged, ...]
    grade: str
    score: float | None
    verified: bool
    reasons: tuple[Verdict, ...]


def graded(
    pack: Pack, figures: Mapping[str, Figure | Sequence[Verdict]], parts: Sequence[str]
) -> Graded:
    """
    Grade a plant by a pack.

    Parameters
    ----------
    pack : Pack
        A filled one.
    figures : mapping
        Figures by name; a sequence of verdicts where one cannot be given.
    parts : sequence of str
        Kind of source and modes of the plant: indices for others are left out.

    Returns
    -------
    Graded
        With every index, its clause and confidence.

    Raises
    ------
    InputError
        When the pack is a template; says what is missing.
    """
    if not pack.filled:
        todo = "; ".join(text for text, _ in pack.checklist)
        raise InputError(f"{pack.id}: the pack holds no numbers, nothing is graded by it: {todo}")
    judged = tuple(
        _judged(index, figures) for index in pack.indices if not index.when or index.when in parts
    )
    reasons = _refusals(judged)
    score = _score(judged) if pack.rule is Rule.SCORE and not reasons else None
    grade = "" if reasons else _grade(pack, judged, score)
    deciding = [j.index for j in judged if j.outcome is not Outcome.NOT_JUDGED]
    verified = all(index.verified for index in deciding)
    return Graded(pack, judged, grade, score, verified, reasons)


def _judged(index: Index, figures: Mapping[str, Figure | Sequence[Verdict]]) -> Judged:
    found = figures.get(index.figure)
    if not isinstance(found, Figure):
        missing = Verdict("evaluate.pack.no_figure", {"figure": index.figure})
        return Judged(index, Outcome.NOT_JUDGED, None, "", tuple(found or (missing,)))
    value = _in_unit(found.value, index.unit)
    met, sure = _within(index, value)
    outcome = Outcome.OPEN if not sure else Outcome.MET if met else Outcome.MISSED
    shown = Figure(value, found.coverage)
    return Judged(index, outcome, shown, _band(index, value.value) if met else "")


def _in_unit(value: Estimate, unit: str) -> Estimate:
    """An estimate in SI as the index counts it."""
    return Estimate(*(from_si(v, unit) for v in (value.value, value.low, value.high)))


def _band(index: Index, value: float) -> str:
    """The best grade a value reaches."""
    side = -1.0 if index.lower else 1.0
    return next((name for bound, name in index.bands if side * (value - bound) >= 0), "")


def _within(index: Index, value: Estimate) -> tuple[bool, bool]:
    """Whether a value keeps its limits, and whether its whole interval says the same."""
    low = -float("inf") if index.at_least is None else index.at_least
    high = float("inf") if index.at_most is None else index.at_most
    met = low <= value.value <= high
    ends = {low <= end <= high for end in (value.low, value.high)}
    return met, ends == {met}


def _refusals(judged: Sequence[Judged]) -> tuple[Verdict, ...]:
    """Why no grade can be given: indices that could not be judged."""
    blind = [j.index for j in judged if j.outcome is Outcome.NOT_JUDGED and j.index.weight > 0]
    if not judged:
        return (Verdict("evaluate.pack.nothing", {}),)
    if not blind:
        return ()
    names = ", ".join(i.name for i in blind[:6])
    names_zh = "、".join(i.name_zh for i in blind[:6])
    figures = {"count": len(blind), "names": names, "names_zh": names_zh}
    return (Verdict("evaluate.pack.not_judged", figures),)


def _grade(pack: Pack, judged: Sequence[Judged], score: float | None) -> str:
    """The grade by the pack's rule; a vetoed index denies it."""
    failed = [j for j in judged if _value_missed(j)]
    if any(j.index.veto for j in failed):
        return "fail"
    if pack.rule is Rule.SCORE:
        return next(
            (name for low, name in pack.cuts if score is not None and score >= low), "fail"
        )
    if failed:
        sure = any(j.outcome is Outcome.MISSED for j in failed)
        return "fail" if sure else "open"
    if pack.rule is Rule.CHECKS:
        return "pass"
    order = [name for j in judged for _, name in j.index.bands]
    reached = [j.grade for j in judged if j.grade]
    return max(reached, key=order.index, default="pass")


def _value_missed(one: Judged) -> bool:
    """Whether the value itself, apart from its interval, misses a limit."""
    return one.figure is not None and not _within(one.index, one.figure.value)[0]


def _score(judged: Sequence[Judged]) -> float:
    """
    Score of 0 to 100: groups by their weights, indices by theirs within the group.

    An index scores by its band: the best 100, missed limits 0, evenly between.
    """
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(one.index.parent, []).append(one)
    total, weights = 0.0, 0.0
    for ones in groups.values():
        weight = sum(o.index.weight for o in ones)
        total += sum(o.index.weight * _points(o) for o in ones)
        weights += weight
    return total / weights if weights else 0.0


def _points(one: Judged) -> float:
    if _value_missed(one):
        return 0.0
    names = [name for _, name in one.index.bands]
    if not names:
        return 100.0
    return 100.0 * (len(names) - names.index(one.grade)) / len(names) if one.grade else 0.0
