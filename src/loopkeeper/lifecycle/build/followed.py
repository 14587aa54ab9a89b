"""A record that nobody wrote: it follows from others, and says how sure it is."""

from dataclasses import dataclass

from loopkeeper.plant.records import LedgerCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedCheck(LedgerCheck):
    """
    A check that follows from other records.

    ``low``, ``high`` are its 90 % interval, or all it can be, in its own unit.
    """

    low: float
    high: float
