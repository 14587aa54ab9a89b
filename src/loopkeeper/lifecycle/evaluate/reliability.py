"""
The four reliabilities: sub-indices with floor and target, year by year.

A sub-index scores 0 at its floor and 100 at its target; a pillar is the weighted mean of those
that can be judged, and what drives it is the one that costs it most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.series import Floats, Times
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.tables import data_table
from loopkeeper.units import HOURS_A_WEEK

FULL_SCORE = 100.0
"""What a faultless index scores. [-]"""

PILLARS: Final = ("resource", "system", "operation", "lifecycle")
COMFORT: Final = (18.0, 22.0)
"""Rooms while heated (2025 industry report). [°C]"""
COLDEST: Final = 0.05
"""Share of the days of heating that count as the coldest. [-]"""
FEWEST_PAIRS: Final = 30
"""Pairs of days a year apart that a degradation needs. [-]"""
DRAWS: Final = 400
SEED: Final = 20250701


@dataclass(frozen=True, slots=True, kw_only=True)
class SubIndex:
    """
    A sub-index of a pillar for one year.

    ``score`` of 0 to 100 and its ``span`` over the value's interval, None where it cannot be
    judged; then ``value`` is None as well.
    """

    id: str
    pillar: str
    name: str
    name_zh: str
    unit: str
    floor: float
    target: float
    weight: float
    source: str
    source_zh: str
    confidence: str
    value: Estimate | None
    score: float | None
    span: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Pillar:
    """
    A reliability: score, what of its weight could be judged [-], and what drives it down.

    ``span`` is where the score lies if all its sub-indices are at their worst, or at their best.
    """

    id: str
    score: float | None
    judged: float
    driver: str
    parts: tuple[SubIndex, ...]
    span: tuple[float, float] | None = None


def scorecard(figures: Mapping[str, Estimate | None]) -> tuple[Pillar, ...]:
    """
    Return the four reliabilities.

    Parameters
    ----------
    figures : mapping
        Values of sub-indices by id; those that do not exist for the plant are left out of the
        mapping, those that could not be measured are None.

    Returns
    -------
    tuple of Pillar
        In the order of :data:`PILLARS`; score None where nothing can be judged.
    """
    rows = [r for r in data_table("reliability.csv") if r["id"] in figures]
    parts = [_sub_index(row, figures[row["id"]]) for row in rows]
    return tuple(_pillar(name, [p for p in parts if p.pillar == name]) for name in PILLARS)


def _sub_index(row: Mapping[str, str], value: Estimate | None) -> SubIndex:
    floor, target = float(row["floor"]), float(row["target"])

    def points(at: float) -> float:
        return 100.0 * float(np.clip((at - floor) / (target - floor), 0.0, 1.0))

    score = None if value is None else points(value.value)
    ends = () if value is None else sorted(points(v) for v in (value.low, value.high))
    span = (ends[0], ends[1]) if ends else None
    return SubIndex(
        id=row["id"],
        pillar=row["pillar"],
        name=row["name"],
        name_zh=row["name_zh"],
        unit=row["unit"],
        floor=floor,
        target=target,
        weight=float(row["weight"]),
        source=row["source"],
        source_zh=row["source_zh"],
        confidence=row["confidence"],
        value=value,
        score=score,
        span=span,
    )


def _pillar(name: str, parts: Sequence[SubIndex]) -> Pillar:
    known = [p for p in parts if p.score is not None]
    whole = sum(p.weight for p in parts)
    weight = sum(p.weight for p in known)
    if not weight:
        return Pillar(name, None, 0.0, "", tuple(parts))
    score = sum(p.weight * (p.score or 0.0) for p in known) / weight
    low, high = (sum(p.weight * p.span[k] for p in known if p.span) / weight for k in (0, 1))
    worst = max(known, key=lambda p: p.weight * (100.0 - (p.score or 0.0)))
    driver = worst.id if (worst.score or 0.0) < FULL_SCORE else ""
    return Pillar(name, score, weight / whole, driver, tuple(parts), (low, high))


def worst_of(rooms: Sequence[Estimate | None]) -> Estimate | None:
    """Return the lowest of what rooms have; a warm room does not warm a cold one."""
    known = [one for one in rooms if one is not None]
    return min(known, key=lambda one: one.value, default=None)


def comfort_share(indoor: Floats, heating: np.ndarray) -> Estimate | None:
    """
    Return the share of heated hours with rooms of 18 to 22 °C.

    Parameters
    ----------
    indoor : array, shape (n,)
        Hourly temperature of one room or zone, NaN where not measured. [°C]
    heating : bool array, shape (n,)
        Heated hours in which rooms are used.

    Returns
    -------
    Estimate or None
        Share [-]; None below a week of measured hours. Its interval is that of half a kelvin.
    """
    rooms = indoor[heating & np.isfinite(indoor)]
    if len(rooms) < HOURS_A_WEEK:
        return None
    low, high = COMFORT
    shares = [float(((rooms >= low + d) & (rooms <= high + d)).mean()) for d in (0.0, -0.5, 0.5)]
    return Estimate(shares[0], min(shares), max(shares))


def assurance(indoor: Floats, outdoor: Floats, heating: np.ndarray) -> Estimate | None:
    """
    Return the share of hours at 18 °C or more on the coldest days of heating.

    Parameters
    ----------
    indoor, outdoor : array, shape (24 d + r,)
        Hourly temperatures. [°C]
    heating : bool array, shape (n,)
        Heated hours in which rooms are used.

    Returns
    -------
    Estimate or None
        Share [-]; None when fewer than three such days are measured.
    """
    days = len(indoor) // 24
    shape = (days, 24)
    rooms = np.where(heating & np.isfinite(indoor), indoor, np.nan)[: 24 * days].reshape(shape)
    cold = np.where(np.isfinite(outdoor), outdoor, 99.0)[: 24 * days].reshape(shape).mean(axis=1)
    usable = np.isfinite(rooms).any(axis=1)
    if usable.sum() < 3 / COLDEST:
        return None
    limit = np.quantile(cold[usable], COLDEST)
    coldest = rooms[usable & (cold <= limit)]
    chosen = coldest[np.isfinite(coldest)]
    shares = [float((chosen >= COMFORT[0] + d).mean()) for d in (0.0, -0.5, 0.5)]
    return Estimate(shares[0], min(shares), max(shares))


def degradation(days: Times, ratio: Floats) -> Estimate:
    """
    Return the change of efficiency a year by the year-on-year method.

    Each day is held against the day a year later; the median of the pairs is the rate, because
    season, holiday and weather that the model does not know repeat themselves. Errors of the
    meters that stay the same cancel; a drift of theirs looks like one of the plant and is not in
    the interval.

    Parameters
    ----------
    days : array, shape (n,)
        Dates.
    ratio : array, shape (n,)
        Logarithm of measured over expected electricity. [-]

    Returns
    -------
    Estimate
        Efficiency a year, negative when it falls [%]; interval by drawing months again.

    Raises
    ------
    InsufficientDataError
        When fewer than 30 days have a partner a year later.
    """
    place = {int(d): n for n, d in enumerate(days.astype("datetime64[D]").astype(np.int64))}
    pairs = [(n, place[d + 365]) for d, n in place.items() if d + 365 in place]
    if len(pairs) < FEWEST_PAIRS:
        raise InsufficientDataError(
            "no degradation can be given",
            [f"{len(pairs)} days have one a year later, {FEWEST_PAIRS} are needed"],
        )
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    change = -100.0 * (ratio[second] - ratio[first])
    month = days[first].astype("datetime64[M]").astype(np.int64)
    blocks = [change[month == m] for m in np.unique(month)]
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(len(blocks), size=(DRAWS, len(blocks)))
    draws = [float(np.median(np.concatenate([blocks[k] for k in row]))) for row in drawn]
    return Estimate.from_draws(float(np.median(change)), np.array(draws))
