"""How far the clock of a peer is from ours: the freshest reading of each message tells."""

from collections import deque

from loopkeeper.adapters.feeds.columns import Columns

AHEAD = 600.0
"""A reading dated so much later than now is said. [s]"""


class Skew:
    """
    Arrival less time of the newest reading, over the last messages.

    A peer whose clock is right is never early; transport and sampling only make it late. The
    smallest difference is therefore the estimate: negative when the peer's clock is ahead.
    """

    def __init__(self, last: int = 200) -> None:
        """Over so many messages."""
        self._apart: deque[float] = deque(maxlen=last)

    def saw(self, arrived: int, newest: int) -> None:
        """Note a message. [µs], [µs]"""
        self._apart.append((arrived - newest) / 1e6)

    @property
    def seconds(self) -> float | None:
        """Estimate, None before the first message. [s]"""
        return min(self._apart, default=None)


def note_ahead(columns: Columns, now: int) -> None:
    """Note that a reading is dated later than now. [µs]"""
    ahead = (max(columns.time, default=now) - now) / 1e6
    if ahead > AHEAD:
        hours = round(ahead / 3600, 1)
        columns.notes.append(f"dated {hours:g} h ahead of this machine's clock, kept as it is")
