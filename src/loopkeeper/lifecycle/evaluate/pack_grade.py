"""Grades by standard packs: outcome of every index, the grade by the pack's rule, reasons."""

from collections.abc import Mapping, Sequence

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.evaluate.pack_score import scored
from loopkeeper.lifecycle.evaluate.packs import Figure, Graded, Index, Judged, Outcome, Pack, Rule
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import from_si


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
    grade = "" if reasons else _grade(pack, judged, scores)
    deciding = [j.index for j in judged if j.outcome is not Outcome.NOT_JUDGED]
    verified = all(index.verified for index in deciding)
    return Graded(pack, judged, grade, verified, reasons, scores)


def _judged(index: Index, figures: Mapping[str, Figure | Sequence[Verdict]]) -> Judged:
    found = figures.get(index.figure)
    if not isinstance(found, Figure):
        missing = Verdict("evaluate.pack.no_figure", {"figure": index.figure})
        return Judged(index, Outcome.NOT_JUDGED, None, "", tuple(found or (missing,)))
    value = _in_unit(found.value, index.unit)
    met, sure = _within(index, value)
    outcome = Outcome.OPEN if not sure else Outcome.MET if met else Outcome.MISSED
    shown = Figure(value, found.coverage)
    return Judged(index, outcome, shown, index.band(value.value) if met else "")


def _in_unit(value: Estimate, unit: str) -> Estimate:
    """An estimate in SI as the index counts it."""
    return Estimate(*(from_si(v, unit) for v in (value.value, value.low, value.high)))


def _within(index: Index, value: Estimate) -> tuple[bool, bool]:
    """Whether a value keeps its limits, and whether its whole interval says the same."""
    met = index.keeps(value.value)
    return met, {index.keeps(end) for end in (value.low, value.high)} == {met}


def _refusals(judged: Sequence[Judged]) -> tuple[Verdict, ...]:
    """Why no grade can be given: indices that could not be judged."""
    blind = [j.index for j in judged if j.outcome is Outcome.NOT_JUDGED and j.index.weight > 0]
    if not any(j.index.weight > 0 for j in judged):
        return (Verdict("evaluate.pack.nothing", {}),)
    if not blind:
        return ()
    names = ", ".join(i.name for i in blind[:6])
    names_zh = "、".join(i.name_zh for i in blind[:6])
    figures = {"count": len(blind), "names": names, "names_zh": names_zh}
    return (Verdict("evaluate.pack.not_judged", figures),)


def _grade(pack: Pack, judged: Sequence[Judged], scores: Mapping[str, Estimate]) -> str:
    """The grade by the pack's rule; a vetoed index denies it."""
    failed = [j for j in judged if j.index.weight > 0 and _value_missed(j)]
    if any(j.index.veto for j in failed):
        return "fail"
    if pack.rule is Rule.SCORE:
        return next((name for low, name in pack.cuts if scores[""].value >= low), "fail")
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
    return one.figure is not None and not one.index.keeps(one.figure.value.value)
