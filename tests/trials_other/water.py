"""Pumps on pipes: a quadratic head curve against a lift and a drag, branches on a header."""

import numpy as np

RHO_C = 4.17e6
"""Heat that warms a cubic metre of water by a kelvin. [J m-3 K-1]"""
SHUT, LINEAR, SQUARE = 1.3, 0.05, 0.25
"""Head of a pump over its rating: at no flow, and how it falls with flow and its square. [-]"""
EFFICIENCY_FALL = 0.6
"""Loss of a pump's efficiency by the square of its way from the rating. [-]"""


def head(x: float, speed: float = 1.0) -> float:
    """Head of a pump at a flow and speed over its rating. [-]"""
    return SHUT * speed**2 - LINEAR * x * speed - SQUARE * x**2


def drawn(x: float, speed: float = 1.0) -> float:
    """Draw of a pump at a flow and speed over its rating. [-]"""
    if x <= 0 or speed <= 0:
        return 0.0
    off = min(abs(x / speed - 1.0), 1.1)
    return head(x, speed) * x / (1 - EFFICIENCY_FALL * off**2)


def each(running: int, count: int, lift: float, own: float, drag: float = 1.0) -> float:
    """
    Flow of each of some equal pumps over its rating.

    ``lift`` is the share of the head that does not go with flow, ``own`` of the rest that is lost
    in a branch of each pump; ``drag`` multiplies what goes with flow. [-]
    """
    low, high = 0.0, 2.1
    for _ in range(40):
        x = (low + high) / 2
        lost = own * x**2 + (1 - own) * (x * running / count) ** 2
        asked = lift + (1 - lift) * drag * lost
        low, high = (x, high) if head(x) > asked else (low, x)
    return low


def speed_for(x: float, kept: float) -> float:
    """Speed at which pumps move a flow and keep a part of their head before the valves. [-]"""
    asked = kept + (1 - kept) * x**2
    b = LINEAR * x
    return (b + (b**2 + 4 * SHUT * (asked + SQUARE * x**2)) ** 0.5) / (2 * SHUT)


def branch_shares(valves: np.ndarray, lost: float) -> np.ndarray:
    """Shares of branches by their valves, along a header that loses head to its end. [-]"""
    shares = valves / valves.sum()
    for _ in range(30):
        passing = shares[::-1].cumsum()[::-1]
        left = 1 - lost * np.cumsum(passing**2) / len(valves)
        flows = valves * np.sqrt(np.maximum(left, 0.05))
        shares = flows / flows.sum()
    return shares
