"""
Forms that were filled in bulk: what no measurement gives, with its statistic.

A caution, never an accusation: the numbers say what is unlikely, a person asks why.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopkeeper.lifecycle.build.work_units import number
from loopkeeper.lifecycle.build.works import hidden_checks
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.verdict import Verdict

LEAST = 20
"""Records of a check below which nothing is said of them. [-]"""
FINE, ALIKE = 500.0, 0.6
"""A value of so many of its own last digits [-] is not the same to the digit in so many. [-]"""
ALL_ALIKE = 0.98
"""Nor is any, however coarse, in so many. [-]"""
NO_DROP = 0.6
"""Tests of pressure without any drop at all, as a share. [-]"""
METRES_A_DAY = 500.0
"""More than a crew drills in a day (100 to 300 m in soil are usual; A). [m]"""
TOGETHER, DISTINCT, SHUFFLES = 3, 0.7, 8
"""Holes with so many measured values [-] that hold fewer than this share [-] of the combinations
that the same values hold when each is dealt to the holes anew, so many times. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """The records of one check of one kind of item."""

    item_kind: str
    check: str
    texts: tuple[str, ...]


def sameness(ledger: Sequence[LedgerCheck]) -> tuple[Verdict, ...]:
    """
    Return what of hidden works looks as if it was not measured.

    Parameters
    ----------
    ledger : sequence of LedgerCheck
        What stands.

    Returns
    -------
    tuple of Verdict
        Values the same to the digit, pressure that never drops, metres that nobody drills in a
        day, holes that repeat one another: each with its count.
    """
    measured = [one for one in ledger if _measured(one)]
    return (
        *(v for column in _columns(measured) for v in _alike(column)),
        *_hurried(measured),
        *_twins(measured),
    )


def _measured(one: LedgerCheck) -> bool:
    known = hidden_checks().get((one.item_kind, one.check))
    return known is not None and known.measured and number(one.found) is not None


def _columns(ledger: Sequence[LedgerCheck]) -> Iterator[_Column]:
    found = defaultdict[tuple[str, str], list[str]](list)
    for one in ledger:
        found[one.item_kind, one.check].append(one.found.strip())
    for (kind, check), texts in found.items():
        if len(texts) >= LEAST:
            yield _Column(item_kind=kind, check=check, texts=tuple(texts))


def _alike(column: _Column) -> Iterator[Verdict]:
    values = [float(text) for text in column.texts]
    value, count = Counter(values).most_common(1)[0]
    share = count / len(values)
    figures = {
        "checks": column.check,
        "value": f"{value:g}",
        "count": count,
        "of": len(values),
    }
    if column.check.endswith("_drop"):
        if value == 0 and share > NO_DROP:
            yield Verdict("build.works.no_drop", figures)
        return
    fine = abs(value) / _last_digit(column.texts) >= FINE
    if share >= ALL_ALIKE or (fine and share > ALIKE):
        yield Verdict("build.works.alike", figures)


def _last_digit(texts: Sequence[str]) -> float:
    """The finest step in which values are written."""
    return float(10.0 ** -max(len(text.partition(".")[2]) for text in texts))


def _hurried(ledger: Sequence[LedgerCheck]) -> Iterator[Verdict]:
    """Days on which one crew drilled more than can be."""
    metres = defaultdict[tuple[str, str], float](float)
    for one in ledger:
        if one.check == "active_length" and one.checked_at:
            metres[one.checked_by, one.checked_at[:10]] += float(one.found)
    days = {key: sum_ for key, sum_ in metres.items() if sum_ > METRES_A_DAY}
    if days:
        (crew, day), most = max(days.items(), key=lambda item: item[1])
        figures = {"count": len(days), "of": len(metres), "crew": crew, "day": day, "most": most}
        yield Verdict("build.works.hurried", figures)


def _twins(ledger: Sequence[LedgerCheck]) -> Iterator[Verdict]:
    """Holes that repeat one another more often than their values would by chance."""
    holes = defaultdict[str, dict[str, str]](dict)
    for one in ledger:
        if one.item_kind == "borehole":
            holes[one.item][one.check] = one.found.strip()
    sorts = Counter(tuple(sorted(values)) for values in holes.values())
    for checks, count in sorts.items():
        if len(checks) >= TOGETHER and count >= LEAST:
            own = [values for values in holes.values() if tuple(sorted(values)) == checks]
            table = np.array([[values[check] for check in checks] for values in own])
            distinct, chance = _distinct(table), np.random.default_rng(count)
            dealt = [_distinct(chance.permuted(table, axis=0)) for _ in range(SHUFFLES)]
            if distinct < DISTINCT * np.mean(dealt):
                figures = {"count": count - distinct, "of": count}
                yield Verdict("build.works.twins", figures)


def _distinct(table: NDArray[np.str_]) -> int:
    return len({tuple(row) for row in table.tolist()})
