"""How far the clock of a peer is from ours: the freshest reading of each message tells."""

from collections import deque


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
