"""Headlines of diagnosis and design: each figure in them is one of the tables below them."""

from dataclasses import dataclass
from math import isfinite

from loopkeeper.app.designing import Sized
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.measure.told import HALF_TOLD
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.words import Language, listed, word
from loopkeeper.units import KWH

MWH = 1000 * KWH
SURE = 0.95
"""Probability at which a length counts as sure. [-]"""


@dataclass(frozen=True, slots=True)
class Amounts:
    """
    Energies of a diagnosis as they are printed, to a tenth of a megawatt hour. [MWh]

    They add up as printed: ``measured`` = ``promised`` + ``shortfall``, and ``shortfall`` =
    ``exogenous`` + ``causes`` + ``unexplained``.
    """

    promised: float
    measured: float
    exogenous: float
    shortfall: float
    causes: float
    unexplained: float


def amounts(diagnosis: Diagnosis) -> Amounts:
    """Return the energies of a diagnosis so rounded that what is printed adds up."""
    promised, measured, exogenous = (
        round(v / MWH, 1)
        for v in (diagnosis.promised.value, diagnosis.measured.value, diagnosis.exogenous.value)
    )
    causes = sum(round(d.energy.value / MWH, 1) for d in diagnosis.deviations)
    shortfall = measured - promised
    left = shortfall - exogenous - causes
    return Amounts(promised, measured, exogenous, shortfall, causes, left)


def left_over(diagnosis: Diagnosis) -> Estimate:
    """Return what stays unexplained as it is printed, with its interval. [J]"""
    found = diagnosis.unexplained
    return Estimate(amounts(diagnosis).unexplained * MWH, found.low, found.high)


def left_share(diagnosis: Diagnosis) -> str:
    """Return the share that stays unexplained; none where causes found more than there is."""
    return "–" if left_over(diagnosis).value < 0 else f"{diagnosis.unexplained_share:.0%}"


def unexplained_only(diagnosis: Diagnosis) -> bool:
    """Tell whether more was surely used than promised, and no cause of it was found."""
    return diagnosis.healthy and diagnosis.shortfall.low > 0


def verdict_sentence(diagnosis: Diagnosis, language: Language) -> str:
    """Return the whole diagnosis in one paragraph; a half-told period is said first."""
    told = [c.sentence(language) for c in diagnosis.cautions if c.code in HALF_TOLD]
    return listed([*told, _verdict(diagnosis, language)], language, "mark.sentences")


def _verdict(diagnosis: Diagnosis, language: Language) -> str:
    found = amounts(diagnosis)
    total = found.shortfall
    costly = [d for d in diagnosis.deviations if d.energy.value > 0]
    cost = sum(round(d.energy.value / MWH, 1) for d in costly)
    if unexplained_only(diagnosis):
        key = "report.sick_unexplained"
    elif diagnosis.healthy:
        key = "report.healthy"
    else:
        key = "report.sick_even" if total - found.exogenous < 0.5 * cost else "report.sick"
    explained = _explained(diagnosis)
    return word(
        key,
        language,
        measured=f"{found.measured:,.1f}",
        promised=f"{found.promised:,.1f}",
        total=f"{total:+z,.1f}",
        percent=f"{100 * total / found.promised:+z.0f}",
        exogenous=f"{found.exogenous:+z,.1f}",
        left=f"{found.unexplained + found.causes:+z,.1f}",
        count=len(costly if key == "report.sick_even" else diagnosis.deviations),
        causes=f"{found.causes:+z,.1f}",
        explained=f"{100 * explained:.0f}",
        unexplained=f"{found.unexplained:+z,.1f}",
        rest=f"{100 * (1 - explained):+z.0f}",
        cost=f"{cost:,.1f}",
        other=f"{total - cost:+z,.1f}",
    )


def _explained(diagnosis: Diagnosis) -> float:
    """Share that the causes explain; above one where they overshoot what was used. [-]"""
    left = diagnosis.shortfall.value - diagnosis.exogenous.value
    if diagnosis.unexplained.value < 0 < left:
        return sum(d.energy.value for d in diagnosis.deviations) / left
    return sum(d.share for d in diagnosis.deviations)


def metres(length: float, language: Language) -> str:
    """Return a length of hole, in words where no length is enough."""
    return f"{length:.1f} m" if isfinite(length) else word("report.no_length", language)


def design_sentence(
    plant: Plant, sized: Sized | None, *, passes: bool, language: Language
) -> tuple[str, str]:
    """
    Return whether a design passes and how surely, and the tone of it.

    Parameters
    ----------
    plant : Plant
        As drawn.
    sized : Sized or None
        Its field with the lengths for several probabilities, where it has one.
    passes : bool
        What its check says, at the values assumed.
    language : Language
        Of the text.

    Returns
    -------
    tuple of (str, str)
        Sentence and ``good``, ``caution`` or ``problem``.
    """
    if not passes:
        return word("report.design_fails", language), "problem"
    field = plant.source.field
    if sized is None or field is None:
        return word("report.design_passes_assumed", language), "caution"
    needed = sized.reliability.length_for
    drawn = sum(field.lengths) / len(field.lengths) if field.lengths else field.length
    kept = [p for p, length in needed.items() if length <= drawn]
    sure = max(kept, default=0.0)
    above = min((p for p in needed if p > sure), default=1.0)
    words = {
        "drawn": f"{drawn:.1f}",
        "half": metres(needed[0.5], language),
        "sure": metres(needed[SURE], language),
        "low": f"{100 * sure:.0f}",
        "high": f"{100 * above:.0f}",
    }
    key = "report.design_passes_surely" if sure >= SURE else "report.design_passes_perhaps"
    return word(key, language, **words), "good" if sure >= SURE else "caution"
