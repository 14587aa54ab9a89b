"""How much of a period that was asked for the record tells; long silences leave it half told."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from loopkeeper.measure.periods import local_date
from loopkeeper.measure.series import Bools, Period, Times
from loopkeeper.plant.verdict import Verdict

SILENCE: Final = 14 * 24
"""Hours without a reading from which a gap is no gap but a part that nobody tells. [h]"""
UNTOLD: Final = 0.04
"""Share of a period in such silences above which it is half told (a fortnight of a year). [-]"""
LEAST: Final = 0.85
"""Share of a period that must be told in any case. [-]"""
HALF_TOLD: Final = frozenset({"measure.period.half_told", "measure.period.thin"})
"""Verdicts that say so of a period."""
_HOUR: Final = np.timedelta64(1, "h")


@dataclass(frozen=True, slots=True)
class Completeness:
    """
    What is told of a period: the share of its hours, and its silences, longest first. [-]

    ``whole`` says that what needs all of the period, such as a balance or a comparison with
    another one, may be given.
    """

    share: float
    silences: tuple[Period, ...]
    whole: bool


def told(time: Times, known: Bools, period: Period) -> Completeness:
    """
    Return how much of a period is told.

    Parameters
    ----------
    time : array of datetime64, shape (n,)
        Hours of the record, UTC.
    known : bool array, shape (n,)
        Hours in which what matters is measured.
    period : Period
        As it was asked for; what lies outside the record is not told.

    Returns
    -------
    Completeness
    """
    count = max(1, period.hours)
    place = ((time - period.start) // _HOUR).astype(np.int64)
    inside = known & (place >= 0) & (place < count)
    there = np.zeros(count, dtype=bool)
    there[place[inside]] = True
    share = float(there.mean())
    gaps = sorted(silences(there), key=lambda gap: gap[0] - gap[1])
    found = tuple(Period(period.start + a * _HOUR, period.start + b * _HOUR) for a, b in gaps)
    return Completeness(share, found, share >= LEAST and silent_share(there) <= UNTOLD)


def untold(found: Completeness, timezone: str) -> tuple[Verdict, ...]:
    """Say that a period is half told; nothing where it is not."""
    if found.whole:
        return ()
    figures = {"percent": f"{100 * found.share:.0f}"}
    if not found.silences:
        return (Verdict("measure.period.thin", figures),)
    longest = found.silences[0]
    figures["first"], figures["last"] = (
        f"{local_date(t, timezone):%Y-%m-%d}" for t in (longest.start, longest.end)
    )
    figures["days"] = f"{longest.hours / 24:.0f}"
    return (Verdict("measure.period.half_told", figures),)


def not_compared(before: Completeness) -> tuple[Verdict, ...]:
    """Say that a year before is half told; nothing where there is none of it, or it is whole."""
    if before.whole or before.share == 0:
        return ()
    return (Verdict("measure.period.before", {"percent": f"{100 * before.share:.0f}"}),)


def silences(known: Bools) -> list[tuple[int, int]]:
    """Return first and last hour (half-open) of every stretch of a fortnight without a reading."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], known, [True]]).view(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if b - a >= SILENCE]


def silent_share(known: Bools) -> float:
    """Return the share of hours that lie in such stretches. [-]"""
    return sum(b - a for a, b in silences(known)) / max(1, len(known))
