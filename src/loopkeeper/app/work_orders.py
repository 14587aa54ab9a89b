"""What is to be done at a plant, and how far it is: every edition is kept with who made it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from loopkeeper.errors import InputError


class WorkState(StrEnum):
    """How far a piece of work is; only what is done can be verified."""

    OPEN = "open"
    IN_HAND = "in_hand"
    DONE = "done"
    VERIFIED = "verified"
    DROPPED = "dropped"


NEXT: Final[Mapping[WorkState, frozenset[WorkState]]] = {
    WorkState.OPEN: frozenset({WorkState.IN_HAND, WorkState.DROPPED}),
    WorkState.IN_HAND: frozenset({WorkState.OPEN, WorkState.DONE, WorkState.DROPPED}),
    WorkState.DONE: frozenset({WorkState.IN_HAND, WorkState.VERIFIED}),
    WorkState.VERIFIED: frozenset(),
    WorkState.DROPPED: frozenset({WorkState.OPEN}),
}
"""What may follow on what."""
ENDED: Final = frozenset({WorkState.VERIFIED, WorkState.DROPPED})
"""Nothing is left to be done of it."""
TO_DO: Final = frozenset(WorkState) - ENDED
"""Something is left to be done of it, if only to see whether it helped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """
    A piece of work at a plant.

    ``about`` names the deviation, alarm or part it is for; ``version`` counts the editions of it.
    """

    number: int = 0
    state: WorkState = WorkState.OPEN
    title: str
    about: str = ""
    assignee: str = ""
    due_on: date | None = None
    note: str = ""
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""


class OrderBook(Protocol):
    """Work orders of plants, as far as somebody may see them; all of it is only added to."""

    def all(self, plant: str) -> tuple[WorkOrder, ...]:
        """Return every order of a plant as it is now, by number."""

    def everywhere(self) -> tuple[tuple[str, WorkOrder], ...]:
        """Return every order as it is now with its plant, by plant and number."""

    def counts(self, states: Collection[WorkState]) -> Mapping[str, int]:
        """Return by plant how many orders are in some states; plants without any are left out."""

    def editions(self, plant: str, number: int) -> tuple[WorkOrder, ...]:
        """Return what an order was, the oldest first; none where there is no such order."""

    def open(self, plant: str, one: WorkOrder) -> WorkOrder:
        """Keep a new order; it gets the next number of the plant."""

    def put(self, plant: str, one: WorkOrder) -> WorkOrder:
        """Keep the next edition; ConflictError when there is one since the ``version`` given."""


def moved_on(one: WorkOrder, changes: Mapping[str, Any]) -> WorkOrder:
    """
    Return an order with changes.

    Parameters
    ----------
    one : WorkOrder
        As it was read.
    changes : mapping
        Fields of it; ``state`` among them must be one that may follow.

    Raises
    ------
    InputError
        When the state cannot follow on the one that is.
    """
    state = WorkState(changes.get("state", one.state))
    if state is not one.state and state not in NEXT[one.state]:
        allowed = ", ".join(sorted(NEXT[one.state])) or "nothing"
        raise InputError(f"work that is {one.state} cannot become {state}; expected {allowed}")
    return replace(one, **{**changes, "state": state})
