"""What people hold of a deviation that was found: accepted or disputed, and why."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from loopkeeper.app.ports import DeedBook
from loopkeeper.errors import InputError


class Stance(StrEnum):
    """What somebody holds of a deviation."""

    ACCEPTED = "accepted"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationStance:
    """
    What is held of a deviation, by its cause; ``made_at`` of the diagnosis that was read.

    ``version`` counts the editions; who disputes says why.
    """

    cause: str
    stance: Stance
    note: str = ""
    made_at: datetime
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""

    def __post_init__(self) -> None:
        """Refuse a dispute without a reason."""
        if self.stance is Stance.DISPUTED and not self.note:
            raise InputError("who disputes a deviation says why")


class StanceBook(Protocol):
    """What is held of deviations, as far as somebody may see them; only added to."""

    def all(self, plant: str) -> tuple[DeviationStance, ...]:
        """Return what is held now of the deviations of a plant, by cause."""

    def put(self, plant: str, one: DeviationStance) -> DeviationStance:
        """Keep the next edition; ConflictError when there is one since the ``version`` given."""


@dataclass(frozen=True, kw_only=True)
class StanceDesk:
    """What is held and the trail of it, kept at once."""

    book: StanceBook
    trail: DeedBook
    at_once: Callable[[], AbstractContextManager[None]]

    def hold(self, plant: str, one: DeviationStance) -> DeviationStance:
        """Accept or dispute a deviation; ConflictError when somebody else did since."""
        with self.at_once():
            made = self.book.put(plant, one)
            self.trail.add(plant, f"deviation.{made.stance}", made.cause)
        return made
