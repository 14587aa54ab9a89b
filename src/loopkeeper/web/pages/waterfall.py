"""From what was promised to what was measured, as bars of a page: where each begins and ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from loopkeeper.units import KWH_OF_MWH

_ROOM: Final = 0.15
"""Share of what is shown that is left before the least of it, where the scale begins late. [-]"""
_LATE: Final = 0.5
"""The scale begins late where the least is more than this share of the most. [-]"""


@dataclass(frozen=True, kw_only=True)
class FallStep:
    """
    A bar: what it is called by, its energy with its 90 % interval [MWh], and its place.

    ``left``, ``width``, ``low_at`` and ``high_at`` are of the scale [%]; ``sort`` is ``total``,
    ``more``, ``less`` or ``rest``.
    """

    name: str
    sort: str
    value: float
    low: float
    high: float
    left: float
    width: float
    low_at: float
    high_at: float


def waterfall(found: Mapping[str, Any]) -> tuple[list[FallStep], float]:
    """
    Return the bars of a diagnosis, and where their scale begins. [MWh]

    Parameters
    ----------
    found : mapping
        A diagnosis as it is kept in a language.
    """
    parts = [("weather", found["weather_and_use_kWh"])]
    parts += [(one["kind"], one["energy_kWh"]) for one in found["deviations"]]
    first, last = found["promised"]["electricity_kWh"], found["measured_kWh"]
    at = first["value"]
    rows: list[tuple[str, Mapping[str, float], float, float]] = [("promised", first, 0.0, at)]
    for name, part in parts:
        rows.append((name, part, at, at + part["value"]))
        at += part["value"]
    rest = last["value"] - at
    left = {**found["unexplained_kWh"], "value": rest}
    rows += [("unexplained", left, at, last["value"]), ("measured", last, 0.0, last["value"])]
    return _placed(rows)


def _placed(
    rows: Sequence[tuple[str, Mapping[str, float], float, float]],
) -> tuple[list[FallStep], float]:
    ends = [begin + part[key] for _, part, begin, _ in rows for key in ("low", "high", "value")]
    least, most = min(ends), max(ends)
    base = least - _ROOM * (most - least) if least > _LATE * most else min(0.0, least)
    size = (most - base) or 1.0

    def place(value: float) -> float:
        return min(100.0, max(0.0, 100 * (value - base) / size))

    steps = [
        FallStep(
            name=name,
            sort=_sort(name, part["value"]),
            value=part["value"] / KWH_OF_MWH,
            low=part["low"] / KWH_OF_MWH,
            high=part["high"] / KWH_OF_MWH,
            left=place(min(begin, end)),
            width=max(0.4, place(max(begin, end)) - place(min(begin, end))),
            low_at=place(begin + part["low"]),
            high_at=place(begin + part["high"]),
        )
        for name, part, begin, end in rows
    ]
    return steps, base / KWH_OF_MWH


def _sort(name: str, value: float) -> str:
    if name in {"promised", "measured"}:
        return "total"
    if name in {"weather", "unexplained"}:
        return "rest"
    return "more" if value >= 0 else "less"


@dataclass(frozen=True, kw_only=True)
class MonthBar:
    """What a cause cost in a month [MWh], and its bar: top and height of a hundred."""

    month: str
    value: float
    top: float
    height: float


def month_bars(course: Mapping[str, Any] | None) -> list[MonthBar]:
    """Return what a cause alone cost month by month: measured less what it would be without."""
    if not course:
        return []
    pairs = zip(course["measured_kWh"], course["if_repaired_kWh"], strict=True)
    costs = [(a - b) / KWH_OF_MWH for a, b in pairs]
    most, least = max(0.0, *costs), min(0.0, *costs)
    size = (most - least) or 1.0
    return [
        MonthBar(
            month=month,
            value=cost,
            top=100 * (most - max(cost, 0.0)) / size,
            height=100 * abs(cost) / size,
        )
        for month, cost in zip(course["months"], costs, strict=True)
    ]
