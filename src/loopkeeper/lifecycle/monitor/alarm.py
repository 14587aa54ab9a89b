"""
Alarms by ISA-18.2: definitions as data, one small state machine, every change an event.

A condition that lasts longer than its on-delay raises an alarm; one that stays away longer than
its off-delay, beyond its dead band, lets it return. Operators acknowledge, shelve and take out of
service; a plant's state suppresses. Nothing here knows where readings come from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from loopkeeper.errors import InputError


class Condition(StrEnum):
    """When an alarm is on."""

    ABOVE = "above"
    BELOW = "below"
    RISING = "rising"
    FALLING = "falling"
    STUCK = "stuck"
    SILENT = "silent"


class Priority(StrEnum):
    """How soon somebody has to act."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class AlarmState(StrEnum):
    """States of an alarm (ISA-18.2-2016, 5.6)."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned_unacknowledged"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed"
    OUT_OF_SERVICE = "out_of_service"


STANDING = {AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED}
"""States in which the condition counts as on and is shown."""
HIDDEN = {AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE}
"""States in which nobody is called."""
LONGEST_SHELF = timedelta(hours=24)
"""Nothing is shelved longer; taking out of service is the way then."""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """
    An alarm of one point.

    ``limit`` in the point's unit (per hour for rising and falling; seconds for stuck and silent);
    ``dead_band`` the value has to come back by, same unit; delays in seconds. ``suppressed_by``
    names a point: while its value is at or below ``suppressed_below``, nobody is called. The words
    of the rationalisation (cause, consequence, action) stand in the table of definitions.
    """

    id: str
    point: str
    condition: Condition
    limit: float
    priority: Priority = Priority.MEDIUM
    dead_band: float = 0.0
    on_delay: float = 0.0
    off_delay: float = 0.0
    suppressed_by: str | None = None
    suppressed_below: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what can never work."""
        if min(self.dead_band, self.on_delay, self.off_delay) < 0:
            raise InputError(f"alarm {self.id}: dead band and delays are never negative")
        if self.condition in {Condition.STUCK, Condition.SILENT} and self.limit <= 0:
            raise InputError(f"alarm {self.id}: {self.condition} needs a time above zero [s]")


@dataclass(frozen=True)
class Seen:
    """What an alarm knows of its point: newest reading, the one before, last change, hidden."""

    time: datetime | None = None
    value: float | None = None
    before: tuple[datetime, float] | None = None
    changed: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """
    An alarm as it stands.

    ``since`` when its state began; ``on`` whether the condition counts as on; ``pending`` when it
    began to differ from that; ``until`` the end of a shelf.
    """

    state: AlarmState = AlarmState.NORMAL
    since: datetime | None = None
    on: bool = False
    pending: datetime | None = None
    until: datetime | None = None
    seen: Seen = Seen()


@dataclass(frozen=True, kw_only=True)
class AlarmEvent:
    """A change of state: when, which alarm, from, to, the value, who and why."""

    time: datetime
    alarm: str
    before: AlarmState
    after: AlarmState
    value: float | None = None
    by: str = ""
    note: str = ""


def read(
    definition: Definition,
    standing: Standing,
    time: datetime,
    value: float | None,
    *,
    hidden: bool = False,
) -> tuple[Standing, tuple[AlarmEvent, ...]]:
    """
    Take a reading.

    Parameters
    ----------
    definition : Definition
        Of the alarm.
    standing : Standing
        As it stands.
    time : datetime
        Of the reading; older ones than the newest seen change nothing.
    value : float or None
        In the point's unit; None says that the source had none.
    hidden : bool
        Whether the plant's state suppresses the alarm now; the reading is noted all the same.

    Returns
    -------
    standing : Standing
    events : tuple of AlarmEvent
        Changes of state, none mostly.
    """
    seen = standing.seen
    if value is None or (seen.time is not None and time <= seen.time):
        return standing, ()
    changed = seen.changed if seen.value == value and seen.changed is not None else time
    before = None if seen.time is None or seen.value is None else (seen.time, seen.value)
    fresh = replace(standing, seen=Seen(time, value, before, changed))
    return pass_time(definition, fresh, time, hidden=hidden)


def pass_time(
    definition: Definition, standing: Standing, now: datetime, *, hidden: bool = False
) -> tuple[Standing, tuple[AlarmEvent, ...]]:
    """
    Let time pass: delays run out, silence is noticed, shelves end.

    Parameters
    ----------
    definition : Definition
        Of the alarm.
    standing : Standing
        As it stands.
    now : datetime
        The time.
    hidden : bool
        Whether the plant's state suppresses the alarm now.

    Returns
    -------
    standing : Standing
    events : tuple of AlarmEvent
    """
    moved = _condition_moved(definition, standing, now)
    target = _target(moved, now, hidden=hidden)
    if target is moved.state:
        return moved, ()
    note = "shelf ended" if moved.state is AlarmState.SHELVED else ""
    return _changed(moved, target, now, definition.id, note=note)


def acknowledge(
    definition: Definition, standing: Standing, now: datetime, by: str
) -> tuple[Standing, tuple[AlarmEvent, ...]]:
    """Note that somebody saw the alarm; one that returned meanwhile is normal then."""
    target = {
        AlarmState.UNACKNOWLEDGED: AlarmState.ACKNOWLEDGED,
        AlarmState.RETURNED: AlarmState.NORMAL,
    }
    if standing.state not in target:
        return standing, ()
    return _changed(standing, target[standing.state], now, definition.id, by=by)


def shelve(
    definition: Definition, standing: Standing, now: datetime, until: datetime, by: str, note: str
) -> tuple[Standing, tuple[AlarmEvent, ...]]:
    """
    Put an alarm aside for a time.

    Raises
    ------
    InputError
        When the shelf is longer than 24 h, over already, or nobody says who and why.
    """
    if not now < until <= now + LONGEST_SHELF:
        raise InputError("a shelf ends within 24 hours; take the alarm out of service otherwise")
    if not by or not note:
        raise InputError("who shelves an alarm says who and why")
    shelved = replace(standing, until=until)
    return _changed(shelved, AlarmState.SHELVED, now, definition.id, by=by, note=note)


def take_out_of_service(
    definition: Definition, standing: Standing, now: datetime, by: str, note: str
) -> tuple[Standing, tuple[AlarmEvent, ...]]:
    """Take an alarm out of service, as for maintenance, until it is put back."""
    if not by or not note:
        raise InputError("who takes an alarm out of service says who and why")
    return _changed(standing, AlarmState.OUT_OF_SERVICE, now, definition.id, by=by, note=note)


def put_back(
    definition: Definition, standing: Standing, now: datetime, by: str
) -> tuple[Standing, tuple[AlarmEvent, ...]]:
    """End a shelf, or put an alarm back into service."""
    if standing.state not in {AlarmState.SHELVED, AlarmState.OUT_OF_SERVICE}:
        return standing, ()
    target = AlarmState.UNACKNOWLEDGED if standing.on else AlarmState.NORMAL
    return _changed(standing, target, now, definition.id, by=by)


def is_hidden(definition: Definition, values: Mapping[str, float]) -> bool:
    """Tell whether the plant's state suppresses an alarm, by the newest values of its points."""
    if definition.suppressed_by is None or definition.suppressed_by not in values:
        return False
    return values[definition.suppressed_by] <= definition.suppressed_below


def _condition_moved(definition: Definition, standing: Standing, now: datetime) -> Standing:
    """The condition with its dead band, after its delays."""
    true = _is_true(definition, standing, now)
    if true == standing.on:
        return replace(standing, pending=None)
    pending = standing.pending or _began(definition, standing, now)
    delay = definition.off_delay if standing.on else definition.on_delay
    if (now - pending).total_seconds() < delay:
        return replace(standing, pending=pending)
    return replace(standing, on=true, pending=None)


def _began(definition: Definition, standing: Standing, now: datetime) -> datetime:
    """When the condition began to differ: silence begins by itself, whoever looks when."""
    seen = standing.seen.time
    if definition.condition is not Condition.SILENT or standing.on or seen is None:
        return now
    return min(now, seen + timedelta(seconds=definition.limit))


def _is_true(definition: Definition, standing: Standing, now: datetime) -> bool:
    """Whether the condition holds; without readings it stays as it was."""
    seen = standing.seen
    if seen.time is None or seen.value is None:
        return standing.on
    timed = definition.condition in {Condition.SILENT, Condition.STUCK}
    band = definition.dead_band if standing.on and not timed else 0.0
    return _EXCESS[definition.condition](seen, definition.limit, now) > -band


def _value(seen: Seen) -> float:
    return -float("inf") if seen.value is None else seen.value


def _slope(seen: Seen) -> float:
    """Change an hour; unknown before the second reading. [unit h-1]"""
    if seen.before is None or seen.time is None or seen.value is None:
        return float("nan")
    hours = (seen.time - seen.before[0]) / timedelta(hours=1)
    return (seen.value - seen.before[1]) / hours


def _seconds(since: datetime | None, until: datetime | None) -> float:
    return float("nan") if since is None or until is None else (until - since).total_seconds()


_EXCESS: Mapping[Condition, Callable[[Seen, float, datetime], float]] = {
    Condition.ABOVE: lambda seen, limit, _: _value(seen) - limit,
    Condition.BELOW: lambda seen, limit, _: limit - _value(seen),
    Condition.RISING: lambda seen, limit, _: _slope(seen) - limit,
    Condition.FALLING: lambda seen, limit, _: -_slope(seen) - limit,
    Condition.SILENT: lambda seen, limit, now: _seconds(seen.time, now) - limit,
    Condition.STUCK: lambda seen, limit, _: _seconds(seen.changed, seen.time) - limit,
}
"""How far each condition goes beyond its limit; the condition holds above zero."""


def _target(standing: Standing, now: datetime, *, hidden: bool) -> AlarmState:
    """The state that condition, suppression and shelf call for."""
    state = standing.state
    if state is AlarmState.OUT_OF_SERVICE:
        return state
    if state is AlarmState.SHELVED and standing.until is not None and now < standing.until:
        return state
    if hidden:
        return AlarmState.SUPPRESSED
    if standing.on:
        return state if state in STANDING else AlarmState.UNACKNOWLEDGED
    return (
        AlarmState.RETURNED
        if state in {AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED}
        else AlarmState.NORMAL
    )


def _changed(
    standing: Standing,
    state: AlarmState,
    now: datetime,
    alarm: str,
    *,
    by: str = "",
    note: str = "",
) -> tuple[Standing, tuple[AlarmEvent, ...]]:
    event = AlarmEvent(
        time=now,
        alarm=alarm,
        before=standing.state,
        after=state,
        value=standing.seen.value,
        by=by,
        note=note,
    )
    until = standing.until if state is AlarmState.SHELVED else None
    return replace(standing, state=state, since=now, until=until), (event,)
