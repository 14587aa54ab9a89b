"""
Well groups against Gringarten and Sauty (1975), Lippmann and Tsang (1980) and particle tracking.
"""

import numpy as np
import pytest

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import Aquifer
from loopkeeper.physics.well_group import (
    Cover,
    WellGroup,
    group_curve,
    group_feedback,
    group_ground,
    stream_tubes,
)
from peers.doublet import (
    doublet_breakthrough,
    doublet_feedback,
    least_distance,
    return_fraction,
)

pytestmark = pytest.mark.validation
TIMES = np.array([1.0472, 1.1, 1.25, 1.5, 2, 3, 5, 10, 20, 50, 100])
TABLE = {
    np.inf: [0, 0.1114, 0.2100, 0.2965, 0.3924, 0.4905, 0.5827, 0.6757, 0.7454, 0.8137, 0.8525],
    1e4: [0, 0.1025, 0.2009, 0.2873, 0.3830, 0.4809, 0.5726, 0.6650, 0.7339, 0.8009, 0.8386],
    1e3: [0, 0.0849, 0.1823, 0.2682, 0.3634, 0.4608, 0.5518, 0.6432, 0.7109, 0.7765, 0.8134],
    100: [0, 0.0433, 0.1316, 0.2144, 0.3077, 0.4036, 0.4936, 0.5840, 0.6516, 0.7182, 0.7569],
    10: [0, 0.0021, 0.0384, 0.0981, 0.1784, 0.2686, 0.3580, 0.4527, 0.5275, 0.6061, 0.6546],
    1: [0, 0, 0.0001, 0.0031, 0.0221, 0.0683, 0.1378, 0.2327, 0.3207, 0.4233, 0.4907],
}
RETURNED = {1.2: 0.0305, 1.5: 0.0917, 2: 0.1817, 3: 0.3081, 5: 0.4502, 10: 0.6042, 100: 0.8729}
LATER = {1.2: 3.756, 1.5: 2.310, 2: 1.712, 3: 1.375, 5: 1.193, 10: 1.0875, 100: 1.008}
FLOW, DISTANCE, THICKNESS = 0.02, 100.0, 30.0


def aquifer(velocity=0.0):
    return Aquifer(THICKNESS, 1e-3, 4.0, 2.2, 2.5e6, 14.0, velocity=velocity)


def doublet():
    return WellGroup(np.array([0.0, DISTANCE]), np.zeros(2), np.array([-FLOW, FLOW]))


@pytest.mark.parametrize("conduction", list(TABLE))
def test_feedback_of_a_doublet(conduction, judged):
    # 0.001: the first column stands at the very front, where f rises vertically
    error = doublet_feedback(TIMES, conduction) - TABLE[conduction]
    judged(
        "doublet: feedback with conduction", by="Gringarten–Sauty table", error=error, bound=1e-3
    )


@pytest.mark.parametrize("beta", list(RETURNED))
def test_regional_flow(beta, judged):
    moving = aquifer(2 * FLOW / (np.pi * THICKNESS * beta * DISTANCE))
    error = return_fraction(beta) - RETURNED[beta]
    judged("doublet: return fraction", by="Luo–Kitanidis table", error=error, bound=1e-4)
    ratio = doublet_breakthrough(moving, distance=DISTANCE, flow=FLOW) / doublet_breakthrough(
        aquifer(), distance=DISTANCE, flow=FLOW
    )
    by = "Lippmann–Tsang, tracked"
    judged(
        "doublet: breakthrough in regional flow", by=by, error=ratio / LATER[beta] - 1, bound=1e-3
    )
    tubes = stream_tubes(doublet(), moving)
    first = doublet_breakthrough(moving, distance=DISTANCE, flow=FLOW)
    # 240 lines: the return fraction is known to one line in 240, the first arrival to 1.5 %
    judged(
        "stream tubes: return fraction",
        by="closed form",
        error=1 - tubes.lost - RETURNED[beta],
        bound=0.006,
    )
    judged(
        "stream tubes: first arrival",
        by="closed form",
        error=tubes.time.min() / first - 1,
        bound=0.025,
    )


def test_tubes_give_the_doublet_table(judged):
    tubes = stream_tubes(doublet(), aquifer())
    time = TIMES * (2.5e6 / 4.18e6) * THICKNESS * DISTANCE**2 / FLOW
    cover = Cover(2.0, 2.4e6)
    conduction = 4.18e6 * 2.5e6 * FLOW * THICKNESS / (2.0 * 2.4e6 * DISTANCE**2)
    got = group_feedback(tubes, aquifer(), time=time, cover=cover)
    error = got - doublet_feedback(TIMES, conduction)
    judged("stream tubes: feedback", by="Gringarten–Sauty", error=error, bound=0.004)


def test_regional_flow_keeps_a_far_doublet_apart():
    moving = aquifer(1e-6)
    far = 1.01 * least_distance(moving, flow=FLOW)
    assert doublet_breakthrough(moving, distance=far, flow=FLOW) == np.inf
    assert return_fraction(0.99) == 0.0
    assert return_fraction(np.inf) == 1.0


def test_more_injection_wells_break_through_later():
    one = stream_tubes(doublet(), aquifer()).time.min()
    group = WellGroup(
        np.array([0.0, 100.0, -100.0]), np.zeros(3), np.array([-FLOW, FLOW / 2, FLOW / 2])
    )
    assert stream_tubes(group, aquifer()).time.min() > one


def test_water_not_injected_brings_nothing_back():
    half = WellGroup(np.array([0.0, DISTANCE]), np.zeros(2), np.array([-FLOW, 0.5 * FLOW]))
    horizon = 20 * 365 * 86400.0
    _, feedback = group_curve(half, aquifer(), horizon=horizon)
    assert feedback.max() < 0.5
    with pytest.raises(OutOfRangeError, match="exceeds"):
        group_curve(WellGroup(half.x, half.y, -half.flow[::-1]), aquifer(), horizon=horizon)


@pytest.mark.parametrize("seed", range(6))
def test_groups_reduce_to_modes(seed, judged):
    rng = np.random.default_rng(seed)
    many = int(rng.integers(1, 4))
    flow = 10 ** rng.uniform(-2.5, -1)
    group = WellGroup(
        np.append(0.0, np.full(many, rng.uniform(40, 300))),
        np.append(0.0, 40.0 * np.arange(many)),
        np.append(-flow, np.full(many, flow / many)),
    )
    horizon = 30 * 365 * 86400.0
    volume, feedback = group_curve(group, aquifer(), horizon=horizon)
    error = group_ground(group, aquifer(), horizon=horizon).feedback(volume) - feedback
    judged("well groups reduced to modes", by="the tubes they came from", error=error, bound=0.01)


def test_groups_that_are_none_are_refused():
    with pytest.raises(OutOfRangeError, match="injects"):
        WellGroup(np.array([0.0, 50.0]), np.zeros(2), np.array([-1e-3, -1e-3]))
    with pytest.raises(OutOfRangeError, match="apart"):
        WellGroup(np.array([0.0, 0.1]), np.zeros(2), np.array([-1e-3, 1e-3]))
