"""Work in the background: what is asked for, how it stands, and when it is tried again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

LEASE = timedelta(minutes=2)
"""Who works on a job says so more often than this, or loses it."""
BACK_OFF = timedelta(minutes=1)
"""Waited before the second try; twice as long before each further one."""
MOST_TRIES = 3
"""A job is given up after so many tries. [-]"""


class JobState(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Order:
    """
    Work that is asked for.

    ``kind`` of work; ``key`` that makes it the same as work that waits or runs, none where it
    never is; ``payload`` plain data; not before ``due_at``.
    """

    kind: str
    plant: str
    key: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    most_tries: int = MOST_TRIES
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """
    Work in the queue: what was asked for by whom, and how it stands.

    ``result`` is what who asked is told when it is done, as plain data.
    """

    id: str
    kind: str
    plant: str
    key: str
    payload: Mapping[str, Any]
    state: JobState
    tries: int
    most_tries: int
    worker: str
    progress: float
    cancelled: bool
    error: str
    result: Mapping[str, Any]
    asked_by: str
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
