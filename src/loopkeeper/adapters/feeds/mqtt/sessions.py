"""What is known of Sparkplug nodes: births, names by alias, the order of messages."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

NODE_PARTS = 4
"""Parts of the topic of an edge node: name space, group, type, node (Sparkplug 3.0)."""

PATIENCE = 60.0
"""A node that was asked for a rebirth is asked again after so long. [s]"""
MOST, WITHIN = 10, 600.0
"""A node is asked so often at most within so long. [s]"""
_ROUND = 256


@dataclass(frozen=True)
class Topic:
    """``spBv1.0/group/kind/node[/device]``."""

    group: str
    kind: str
    node: str
    device: str = ""

    @classmethod
    def of(cls, text: str) -> "Topic | None":
        """Read a topic; None when it is none of Sparkplug's."""
        parts = text.split("/")
        if len(parts) < NODE_PARTS or parts[0] != "spBv1.0":
            return None
        return cls(parts[1], parts[2], parts[3], parts[4] if len(parts) > NODE_PARTS else "")


class Births:
    """Names by alias of every node and device, remembered over restarts."""

    def __init__(
        self, recall: Callable[[str], str | None], remember: Callable[[str, str], None]
    ) -> None:
        """Names are read and written through these."""
        self._recall, self._remember = recall, remember
        self._known: dict[str, dict[int, str]] = {}

    def names(self, topic: Topic) -> dict[int, str]:
        """Return the names of a node or device by alias."""
        key = self._key(topic)
        if key not in self._known:
            raw = json.loads(self._recall(key) or "{}")
            self._known[key] = {int(alias): text for alias, text in raw.items()}
        return self._known[key]

    def born(self, topic: Topic, names: dict[int, str]) -> None:
        """Replace the names after a birth."""
        self._known[self._key(topic)] = names
        self._remember(self._key(topic), json.dumps(names))

    @staticmethod
    def _key(topic: Topic) -> str:
        return f"sparkplug/{topic.group}/{topic.node}/{topic.device}"


@dataclass
class _Node:
    seq: int | None = None
    bd_seq: int | None = None
    alive: bool = True
    born: bool = False
    waiting_since: float | None = None
    asked: deque[float] = field(default_factory=lambda: deque(maxlen=MOST))


class Sessions:
    """The order of each node's messages since we listen, and when to ask for a rebirth."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Nobody heard yet; the clock tells seconds."""
        self.gaps, self.rebirths = 0, 0
        self._clock = clock
        self._nodes: dict[tuple[str, str], _Node] = {}

    @property
    def dead(self) -> int:
        """How many nodes said, or the broker for them, that they are gone."""
        return sum(not node.alive for node in self._nodes.values())

    def begin(self) -> None:
        """Forget the order of messages: after a new connection any may have been missed."""
        for node in list(self._nodes.values()):
            node.seq, node.born = None, False

    def saw(self, topic: Topic, seq: int | None, bd_seq: int | None) -> bool:
        """
        Note a message.

        Parameters
        ----------
        topic : Topic
            Where it came.
        seq : int, optional
            Its number; messages of a node and its devices count together, 0 to 255.
        bd_seq : int, optional
            Number of the session, in a node's birth and death.

        Returns
        -------
        bool
            Whether something before it is missing: one or more messages, or the node's birth.
        """
        node = self._nodes.setdefault((topic.group, topic.node), _Node())
        if topic.kind == "NDEATH":
            # a death of an earlier session comes late: the node lives on
            node.alive = bd_seq is not None and node.bd_seq not in {None, bd_seq}
            return False
        node.alive = True
        if topic.kind == "NBIRTH":
            node.seq, node.bd_seq, node.born, node.waiting_since = seq, bd_seq, True, None
            return False
        missed = self._missed(node, seq)
        self.gaps += missed
        return missed or not node.born

    @staticmethod
    def _missed(node: _Node, seq: int | None) -> bool:
        before, node.seq = node.seq, seq
        if before is None or seq is None:
            return False
        return seq not in {before, (before + 1) % _ROUND}  # the same one came twice

    def may_ask(self, topic: Topic) -> bool:
        """Tell whether a node should be asked for a rebirth now; counts as asked."""
        node = self._nodes.setdefault((topic.group, topic.node), _Node())
        now = self._clock()
        if node.waiting_since is not None and now - node.waiting_since < PATIENCE:
            return False
        if len(node.asked) == MOST and now - node.asked[0] < WITHIN:
            return False
        node.asked.append(now)
        node.waiting_since = now
        self.rebirths += 1
        return True
