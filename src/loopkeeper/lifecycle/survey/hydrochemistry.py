"""Water quality baseline: class, charges, scaling and corrosion of each place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.measure.water_quality import (
    CLASSES,
    DIRECT_USE,
    Result,
    SampleClass,
    censored_quantiles,
    charge_balance,
    indices,
    sample_class,
    saturation_indices,
)
from loopkeeper.plant.verdict import Verdict

NEUTRAL = 0.5
"""Langelier index within which water neither scales nor corrodes (M). [-]"""

BALANCED = 5.0
"""Charge balance error that routine analyses keep. [%]"""
ROUTINE = 39
"""Indices of GB/T 14848-1993, and routine ones of 2017. [-]"""


@dataclass(frozen=True)
class Sample:
    """
    One sample: routine indices in their units, and ions for the charge balance [mg L-1].

    ``taken_on`` as an ISO date.
    """

    place: str
    taken_on: str
    results: tuple[Result, ...]
    ions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """
    A place over its samples.

    ``grade`` by the medians of each index, ``newest`` by its last result, the one that
    decides taken on ``newest_on``; ``balances`` charge balance error of each complete
    sample [%]; ``lsi`` and ``rsi`` at the temperature of use, None where ions are missing [-];
    ``medians`` by index: value, and True when it lies below the reporting limit.
    """

    place: str
    samples: int
    grade: SampleClass
    newest: SampleClass
    newest_on: str
    medians: Mapping[str, tuple[float, bool]]
    balances: tuple[float, ...]
    lsi: float | None
    rsi: float | None
    verdicts: tuple[Verdict, ...]

    @property
    def class_name(self) -> str:
        """Roman class of the place."""
        return CLASSES[self.grade.grade]

    @property
    def newest_name(self) -> str:
        """Roman class by the last results."""
        return CLASSES[self.newest.grade]

    @property
    def balance(self) -> Estimate | None:
        """Mean charge balance error with its spread; None without complete samples. [%]"""
        if not self.balances:
            return None
        spread = float(np.std(self.balances)) if len(self.balances) > 1 else 0.0
        return Estimate.normal(float(np.mean(self.balances)), spread)


def baseline(
    samples: Sequence[Sample], *, edition: str = "2017", temperature: float = 25.0
) -> Baseline:
    """
    Return the baseline of one place.

    Parameters
    ----------
    samples : sequence of Sample
        All of one place.
    edition : str
        Of GB/T 14848.
    temperature : float
        Of the warmest surface the water meets. [°C]

    Returns
    -------
    Baseline
        Medians with non-detects by Kaplan–Meier, their class, charges, scaling.

    Raises
    ------
    InsufficientDataError
        When no routine index was measured.
    """
    place = samples[0].place
    medians: dict[str, tuple[float, bool]] = {}
    for name in sorted({r.index for s in samples for r in s.results}):
        found = [r for s in samples for r in s.results if r.index == name]
        values = np.array([r.value for r in found])
        medians[name] = censored_quantiles(values, [r.censored for r in found], (0.5,))[0]
    grade = sample_class([Result(n, v, below) for n, (v, below) in medians.items()], edition)
    ordered = sorted(samples, key=lambda s: s.taken_on)
    last = {r.index: (r, s.taken_on) for s in ordered for r in s.results}
    newest = sample_class([r for r, _ in last.values()], edition)
    on = last[newest.decided_by[0]][1]
    balances = tuple(b for s in samples if (b := _balance(s)) is not None)
    lsi, rsi = _scaling(samples, medians, temperature)
    verdicts = [
        *_class_verdicts(place, grade, edition),
        *_newest_verdicts(place, (grade, newest), on, edition),
        *_balance_verdicts(place, balances),
        *_scaling_verdicts(place, lsi, rsi, temperature),
        *_direct_use(place, medians),
    ]
    return Baseline(
        place=place,
        samples=len(samples),
        grade=grade,
        newest=newest,
        newest_on=on,
        medians=medians,
        balances=balances,
        lsi=lsi,
        rsi=rsi,
        verdicts=tuple(verdicts),
    )


def _balance(sample: Sample) -> float | None:
    """Charge balance of a sample that has the main ions of both signs."""
    needed = {"calcium", "sodium", "chloride", "bicarbonate"}
    if not needed <= set(sample.ions):
        return None
    try:
        return charge_balance(sample.ions)
    except InsufficientDataError:
        return None


def _scaling(
    samples: Sequence[Sample], medians: Mapping[str, tuple[float, bool]], temperature: float
) -> tuple[float | None, float | None]:
    ions = {
        name: float(np.median([s.ions[name] for s in samples if name in s.ions]))
        for name in {n for s in samples for n in s.ions}
    }
    if min(ions.get("calcium", 0.0), ions.get("bicarbonate", 0.0)) <= 0 or "ph" not in medians:
        return None, None
    solids = medians.get("total_dissolved_solids")
    total = solids[0] if solids else sum(ions.values())
    return saturation_indices(
        ph=medians["ph"][0],
        calcium=ions["calcium"],
        bicarbonate=ions["bicarbonate"],
        dissolved_solids=total,
        temperature=temperature,
    )


def _names(index: str, edition: str = "2017") -> dict[str, object]:
    return {"index": index.replace("_", " "), "index_zh": indices(edition)[index].chinese}


def _class_verdicts(place: str, grade: SampleClass, edition: str) -> list[Verdict]:
    worst = grade.decided_by[0]
    known = indices(edition)
    verdicts = [
        Verdict(
            "survey.water.class",
            {
                "place": place,
                "grade": CLASSES[grade.grade],
                "edition": edition,
                "confidence": known[worst].confidence,
                **_names(worst, edition),
            },
        )
    ]
    for one in grade.undecided:
        limits = known[one.index].limits
        figures = {
            "place": place,
            **_names(one.index, edition),
            "limit": limits[min(one.high, 3)],
            "unit": known[one.index].unit,
            "low": CLASSES[one.low],
            "high": CLASSES[one.high],
        }
        verdicts.append(Verdict("survey.water.coarse", figures))
    if grade.measured < ROUTINE:
        figures = {"place": place, "count": grade.measured, "all": ROUTINE}
        verdicts.append(Verdict("survey.water.few_indices", figures))
    return verdicts


def _newest_verdicts(
    place: str, grades: tuple[SampleClass, SampleClass], on: str, edition: str
) -> list[Verdict]:
    """Say where the last results are worse than the medians that they drown in."""
    usual, newest = grades
    if newest.grade <= usual.grade:
        return []
    figures = {
        "place": place,
        "on": on or "–",
        "grade": CLASSES[newest.grade],
        "usual": CLASSES[usual.grade],
        **_names(newest.decided_by[0], edition),
    }
    return [Verdict("survey.water.newest", figures)]


def _balance_verdicts(place: str, balances: Sequence[float]) -> list[Verdict]:
    if not balances:
        return []
    middle = float(np.median(balances))
    code = "balance" if abs(middle) <= BALANCED else "unbalanced"
    figures = {"place": place, "percent": f"{middle:+z.1f}"}
    return [Verdict(f"survey.water.{code}", figures)]


def _scaling_verdicts(
    place: str, lsi: float | None, rsi: float | None, temperature: float
) -> list[Verdict]:
    if lsi is None or rsi is None:
        return []
    code = "scaling" if lsi > NEUTRAL else "corrosive" if lsi < -NEUTRAL else "neutral"
    figures = {
        "place": place,
        "temperature": f"{temperature:g}",
        "lsi": f"{lsi:+z.2f}",
        "rsi": f"{rsi:.2f}",
    }
    return [Verdict(f"survey.water.{code}", figures)]


def _direct_use(place: str, medians: Mapping[str, tuple[float, bool]]) -> list[Verdict]:
    verdicts = []
    for index, (limit, unit, clause, confidence) in DIRECT_USE.items():
        value = medians.get(index)
        if value is not None and not value[1] and value[0] > limit:
            figures = {
                "place": place,
                **_names(index),
                "value": f"{value[0]:g}",
                "unit": unit,
                "limit": f"{limit:g}",
                "clause": clause,
                "confidence": confidence,
            }
            verdicts.append(Verdict("survey.water.direct_use", figures))
    return verdicts
