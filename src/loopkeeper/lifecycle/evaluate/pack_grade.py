"""Grades by standard packs: outcome of every index, the grade by the pack's rule, reasons."""

from collections.abc import Mapping, Sequence
from typing import Final

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.evaluate.pack_score import scored
from loopkeeper.lifecycle.evaluate.packs import (
    FAIL,
    OPEN,
    Figure,
    Graded,
    Index,
    JudgedIndex,
    Outcome,
    Pack,
    Rule,
)
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, listed
from loopkeeper.units import from_si

KEPT: Final = "pass"
"""Grade of checks that are all kept, and of indices without bands."""


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
    scores = scored(pack, judged) if pack.rule is Rule.SCORE and not reasons else {}
    possible = () if reasons else _possible(pack, judged, scores)
    grade = OPEN if len(set(possible)) > 1 else "".join(possible[:1])
    deciding = [j.index for j in judged if j.outcome is not Outcome.NOT_JUDGED]
    verified = all(index.verified for index in deciding)
    between = possible if grade == OPEN else ()
    return Graded(
        pack=pack,
        judged=judged,
        grade=grade,
        verified=verified,
        reasons=reasons,
        scores=scores,
        between=between,
    )


def _judged(index: Index, figures: Mapping[str, Figure | Sequence[Verdict]]) -> JudgedIndex:
    found = figures.get(index.figure)
    if not isinstance(found, Figure):
        missing = Verdict("evaluate.pack.no_figure", {"figure": index.figure})
        return JudgedIndex(index, Outcome.NOT_JUDGED, None, (), tuple(found or (missing,)))
    value = _in_unit(found.value, index.unit)
    met, sure = _within(index, value)
    grades = index.grades(value) if index.bands else ()
    told = sure and len(grades) <= 1
    missed = sure and not met
    outcome = Outcome.MISSED if missed else Outcome.MET if told else Outcome.OPEN
    return JudgedIndex(index, outcome, Figure(value, found.coverage), grades)


def _in_unit(value: Estimate, unit: str) -> Estimate:
    """An estimate in SI as the index counts it."""
    return Estimate(*(from_si(v, unit) for v in (value.value, value.low, value.high)))


def _within(index: Index, value: Estimate) -> tuple[bool, bool]:
    """Whether a value keeps its limits, and whether its whole interval says the same."""
    met = index.keeps(value.value)
    return met, {index.keeps(end) for end in (value.low, value.high)} == {met}


def _refusals(judged: Sequence[JudgedIndex]) -> tuple[Verdict, ...]:
    """Why no grade can be given: indices that could not be judged."""
    blind = [j.index for j in judged if j.outcome is Outcome.NOT_JUDGED and j.index.weight > 0]
    if not any(j.index.weight > 0 for j in judged):
        return (Verdict("evaluate.pack.nothing", {}),)
    if not blind:
        return ()
    names = listed([i.name for i in blind[:6]], Language.ENGLISH)
    names_zh = listed([i.name_zh for i in blind[:6]], Language.CHINESE)
    figures = {"count": len(blind), "names": names, "names_zh": names_zh}
    return (Verdict("evaluate.pack.not_judged", figures),)


def _possible(
    pack: Pack, judged: Sequence[JudgedIndex], scores: Mapping[str, Estimate]
) -> tuple[str, str]:
    """The best and the worst grade that the intervals allow, by the pack's rule."""
    deciding = [j for j in judged if j.index.weight > 0]
    binding = [j for j in deciding if j.index.veto] if pack.rule is Rule.SCORE else deciding
    if pack.rule is Rule.SCORE:
        best, worst = (_cut(pack, end) for end in (scores[""].high, scores[""].low))
    elif pack.rule is Rule.CHECKS:
        best, worst = KEPT, KEPT
    else:
        best, worst = _of_worst(deciding)
    if any(j.outcome is Outcome.MISSED for j in binding):
        return FAIL, FAIL
    return best, FAIL if any(not _keeps(j) for j in binding) else worst


def _cut(pack: Pack, score: float) -> str:
    return next((name for low, name in pack.cuts if score >= low), FAIL)


def _of_worst(judged: Sequence[JudgedIndex]) -> tuple[str, str]:
    """The worst index decides: once each at its best, once each at its worst."""
    order = [KEPT, *(name for j in judged for _, name in j.index.bands), FAIL]
    ends = ([j.grades[at] for j in judged if j.grades] for at in (0, -1))
    best, worst = (max(names, key=order.index, default=KEPT) for names in ends)
    return best, worst


def _keeps(one: JudgedIndex) -> bool:
    """Whether the whole interval keeps the limits."""
    return one.figure is None or all(
        one.index.keeps(end) for end in (one.figure.value.low, one.figure.value.high)
    )
