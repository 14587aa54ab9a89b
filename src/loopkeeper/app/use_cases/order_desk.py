"""What somebody asks for and does at a plant: orders and the trail of it, kept at once."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from loopkeeper.app.ports import DeedBook
from loopkeeper.app.work_orders import OrderBook, WorkOrder, moved_on


@dataclass(frozen=True, kw_only=True)
class OrderDesk:
    """Orders and trail as somebody sees them; what is written ``at_once`` is one transaction."""

    book: OrderBook
    trail: DeedBook
    at_once: Callable[[], AbstractContextManager[None]]

    def ask(self, plant: str, one: WorkOrder) -> WorkOrder:
        """Open a new order."""
        with self.at_once():
            made = self.book.open(plant, one)
            self.trail.add(plant, "order.open", f"{made.number}: {made.changed_by}")
        return made

    def move(self, plant: str, number: int, version: int, changes: Mapping[str, Any]) -> WorkOrder:
        """
        Change an order as it was read.

        Parameters
        ----------
        plant : str
            Whose.
        number : int
            Of the order.
        version : int
            Of the edition that was read.
        changes : mapping
            Fields of it.

        Raises
        ------
        KeyError
            When there is no such edition.
        InputError
            When the state cannot follow on the one that was.
        ConflictError
            When somebody else changed it since.
        """
        read = {one.version: one for one in self.book.editions(plant, number)}[version]
        with self.at_once():
            made = self.book.put(plant, moved_on(read, changes))
            self.trail.add(plant, f"order.{made.state}", f"{number}: {made.changed_by}")
        return made
