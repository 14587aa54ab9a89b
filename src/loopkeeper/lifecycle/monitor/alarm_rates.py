"""How bearable a plant's alarms are for the people who answer them (EEMUA 191)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loopkeeper.lifecycle.monitor.alarm import HIDDEN, AlarmEvent, AlarmState, Priority

TEN_MINUTES = timedelta(minutes=10)
FLOOD = 10
"""More alarms within ten minutes are a flood (EEMUA 191, K). [-]"""
CHATTER, CHATTER_WITHIN = 3, timedelta(minutes=1)
"""So many times within a minute is chattering (ISA-18.2, K)."""
STALE = timedelta(hours=24)
"""Standing longer is stale (ISA-18.2, K)."""


@dataclass(frozen=True, kw_only=True)
class AlarmRates:
    """
    Rates of a period.

    ``per_ten_minutes`` on average and ``worst`` [-]; ``flooded`` share of the ten minutes with
    more than ten alarms [-]; ``top_ten`` share of the ten most frequent [-]; alarms that
    chattered, that stand stale; share by priority [-].
    """

    raised: int
    per_ten_minutes: float
    worst: int
    flooded: float
    top_ten: float
    chattering: tuple[str, ...]
    stale: tuple[str, ...]
    by_priority: Mapping[str, float]


def alarm_rates(
    events: Sequence[AlarmEvent],
    start: datetime,
    end: datetime,
    priorities: Mapping[str, Priority],
) -> AlarmRates:
    """
    Count what operators had to bear.

    Parameters
    ----------
    events : sequence of AlarmEvent
        All changes of state up to the end, in order; older ones tell what stood at the start.
    start, end : datetime
        The period, half-open.
    priorities : mapping
        By alarm.

    Returns
    -------
    AlarmRates
    """
    raised = _raised(events, start, end)
    slots = _slots(raised, start, TEN_MINUTES)
    number = max(1, -((start - end) // TEN_MINUTES))
    counts = Counter(e.alarm for e in raised)
    top = sum(n for _, n in counts.most_common(10))
    ranks = Counter(str(priorities.get(e.alarm, Priority.MEDIUM)) for e in raised)
    total = max(1, len(raised))
    return AlarmRates(
        raised=len(raised),
        per_ten_minutes=len(raised) / number,
        worst=max(slots.values(), default=0),
        flooded=sum(n > FLOOD for n in slots.values()) / number,
        top_ten=top / total,
        chattering=_chattering(raised),
        stale=_stale(events, end),
        by_priority={rank: n / total for rank, n in sorted(ranks.items())},
    )


def raised_per(
    events: Sequence[AlarmEvent], start: datetime, end: datetime, each: timedelta
) -> tuple[int, ...]:
    """
    Count the alarms that came in each part of a period, the first part first.

    Parameters
    ----------
    events : sequence of AlarmEvent
        Changes of state.
    start, end : datetime
        The period, half-open.
    each : timedelta
        Length of a part.

    Returns
    -------
    tuple of int
        As many as parts begin in the period.
    """
    slots = _slots(_raised(events, start, end), start, each)
    return tuple(slots[n] for n in range(-((start - end) // each)))


def _raised(events: Sequence[AlarmEvent], start: datetime, end: datetime) -> list[AlarmEvent]:
    """What came within a period; what was only hidden before did not come."""
    return [
        e
        for e in events
        if e.after is AlarmState.UNACKNOWLEDGED
        and e.before not in HIDDEN
        and start <= e.time < end
    ]


def _slots(raised: Sequence[AlarmEvent], start: datetime, each: timedelta) -> Counter[int]:
    return Counter((e.time - start) // each for e in raised)


def _chattering(raised: Sequence[AlarmEvent]) -> tuple[str, ...]:
    times: dict[str, list[datetime]] = {}
    for event in raised:
        times.setdefault(event.alarm, []).append(event.time)
    return tuple(
        sorted(
            alarm
            for alarm, at in times.items()
            if any(b - a <= CHATTER_WITHIN for a, b in zip(at, at[CHATTER - 1 :], strict=False))
        )
    )


def _stale(events: Sequence[AlarmEvent], end: datetime) -> tuple[str, ...]:
    """Alarms that stand at the end and have stood for longer than a day."""
    since: dict[str, datetime] = {}
    for event in events:
        if event.time >= end:
            break
        standing = event.after in {AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED}
        if not standing:
            since.pop(event.alarm, None)
        else:
            since.setdefault(event.alarm, event.time)
    return tuple(sorted(alarm for alarm, began in since.items() if end - began > STALE))
