"""One step of heat between wells: what crosses a face, what a well brings, how long a step is."""

import numpy as np
import pytest

from loopkeeper.errors import UnphysicalError
from loopkeeper.physics.aquifer import Aquifer
from loopkeeper.physics.field_transport import FieldTransport
from loopkeeper.physics.well_field import FieldFlow

WATER, GROUND, K = 4.18e6, 2.5e6, 2.0
SAND = Aquifer(20.0, 5e-4, thermal_conductivity=K, heat_capacity=GROUND)
EDGES = (
    np.array([0.0, 1.0, 3.0, 6.0, 8.0, 9.5, 11.0]),
    np.array([0.0, 2.0, 5.0]),
    np.array([0.0, 1.5, 2.5]),
)
"""Along the axis looked at, and across it. [m]"""
ROW = np.array([5.0, 4.0, 2.0, 3.0, 2.5, 1.5])
"""Deficits that fall at both ends and rise between. [K]"""


def between(before, here, after, courant):
    """At a face downstream of ``here``: van Leer's mean of both slopes, none at an extreme."""
    up, down = here - before, after - here
    if up * down <= 0:
        return here
    return here + (1.0 - courant) * up * down / (up + down)


def carried(values, speed, step):
    """Heat through the inner faces of a row per square metre, with conduction. [W m-2]"""
    wide = np.diff(EDGES[0])
    padded = np.concatenate([values[:1], values, values[-1:]])
    share = WATER * abs(speed) * step / (GROUND * wide)
    if speed > 0:
        face = [between(*padded[n : n + 3], share[n]) for n in range(len(values) - 1)]
    else:
        back = padded[::-1]
        share = share[::-1]
        face = [between(*back[n : n + 3], share[n]) for n in range(len(values) - 1)][::-1]
    middle = 0.5 * (wide[1:] + wide[:-1])
    return WATER * speed * np.array(face) - K * np.diff(values) / middle


def one_way(axis, speed):
    """Water of one speed along one axis, on a grid whose rows are all alike."""
    order = [1, 2]
    order.insert(axis, 0)
    edges = [EDGES[n] for n in order]
    width = [np.diff(e) for e in edges]
    flows = []
    for n in range(3):
        shape = [len(w) for w in width]
        shape[n] += 1
        flow = np.zeros(shape)
        if n == axis:
            across = np.ones(1)
            for m in range(3):
                across = np.multiply.outer(across, np.ones(shape[n] - 2) if m == n else width[m])
            inner = [slice(None)] * 3
            inner[n] = slice(1, -1)
            flow[tuple(inner)] = speed * across[0]
        flows.append(flow)
    return FieldFlow(
        *edges, *flows, np.zeros((0, 2), np.int64), np.zeros((0, len(width[2]))), np.zeros(0), 1.0
    )


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("speed", [2e-6, -2e-6])
def test_a_step_moves_between_cells_what_water_and_ground_carry(axis, speed):
    model = FieldTransport(SAND, one_way(axis, speed))
    shape = [1, 1, 1]
    shape[axis] = -1
    model.deficit += ROW.reshape(shape)
    step = 0.9 * model.longest_step()
    flux = carried(ROW, speed, step)
    gained = np.concatenate([[0.0], flux]) - np.concatenate([flux, [0.0]])
    expected = ROW + gained * step / (GROUND * np.diff(EDGES[0]))
    before = model.stored
    assert model.run(step) == 0.0
    assert model.deficit == pytest.approx(
        np.broadcast_to(expected.reshape(shape), model.deficit.shape), rel=1e-9
    )
    assert before == pytest.approx(GROUND * 5.0 * 2.5 * (ROW @ np.diff(EDGES[0])))
    assert model.stored == pytest.approx(before)


def test_the_longest_step_lets_no_cell_give_more_than_it_has():
    model = FieldTransport(SAND, one_way(0, 2e-6))
    link = K / np.array([1.5, 2.5, 2.5, 1.75, 1.5])
    around = np.concatenate([link, [0.0]]) + np.concatenate([[0.0], link])
    sideways = K / 2.5 / 2.0 + K / 1.25 / 1.0
    leaving = np.array([2e-6] * 5 + [0.0])
    wide = np.diff(EDGES[0])

    def longest(share):
        return 0.8 * (GROUND * wide / (WATER * share * leaving + around + sideways * wide)).min()

    assert model.longest_step() == pytest.approx(longest(1.0))
    assert model.longest_step(0.25) == pytest.approx(longest(0.25))
    back = FieldTransport(SAND, one_way(0, -2e-6))
    leaving = np.array([0.0] + [2e-6] * 5)
    assert back.longest_step() == pytest.approx(longest(1.0))


def stacked(wall, column=0.0, flow=0.01):
    """One well in one stack of three cells, 1, 2 and 3 m high, without flow between them."""
    return FieldFlow(
        np.array([0.0, 2.0]),
        np.array([0.0, 4.0]),
        np.array([0.0, 1.0, 3.0, 6.0]),
        np.zeros((2, 1, 3)),
        np.zeros((1, 2, 3)),
        np.zeros((1, 1, 4)),
        np.zeros((1, 2), np.int64),
        np.array([wall]),
        np.array([column]),
        flow,
    )


VALUE = np.array([1.0, 2.0, 4.0])
CONDUCTED = K * 8.0 * np.array([1.0 / 1.5, 2.0 / 2.5])
"""Downwards between the cells of a stack at ``VALUE``. [W]"""
SINKS = np.array([CONDUCTED[0], CONDUCTED[1] - CONDUCTED[0], -CONDUCTED[1]])


def after(brought, step):
    return VALUE + step * (np.array(brought) + SINKS) / (GROUND * 8.0 * np.array([1, 2, 3]))


def test_a_screened_well_sends_what_enters_and_takes_the_mean_of_its_intake():
    model = FieldTransport(SAND, stacked([-0.006, -0.004, 0.01]))
    model.deficit[0, 0] = VALUE
    taken = model.run(100.0, entering=6.0)
    assert taken == pytest.approx(0.6 * 1.0 + 0.4 * 2.0)
    brought = WATER * np.array([-0.006 * 1.0, -0.004 * 2.0, 0.01 * 6.0])
    assert model.deficit[0, 0] == pytest.approx(after(brought, 100.0), rel=1e-9)


def test_a_packing_s_water_takes_in_what_enters_on_its_way_down():
    """10 L/s at 5 K: 4 leave at the top, 3 of 2 K and 1 of 1 K enter below."""
    model = FieldTransport(SAND, stacked([-0.001, -0.003, 0.004], column=0.01))
    model.deficit[0, 0] = VALUE
    taken = model.run(100.0, entering=5.0)
    assert taken == pytest.approx((9 * 4.0 + 1 * 1.0) / 10)
    brought = WATER * np.array([-0.001 * 1.0, -0.003 * 2.0, 0.004 * 5.0])
    assert model.deficit[0, 0] == pytest.approx(after(brought, 100.0), rel=1e-9)


def test_what_leaves_a_packing_below_has_mixed_with_what_came_in_above_it():
    """10 L/s at 5 K: 3 leave at the top, 5 of 2 K enter, 2 of the mixture leave at the foot."""
    model = FieldTransport(SAND, stacked([0.002, -0.005, 0.003], column=0.01))
    model.deficit[0, 0] = VALUE
    mixed = (7 * 5.0 + 5 * 2.0) / 12
    assert model.run(100.0, entering=5.0) == pytest.approx(mixed)
    brought = WATER * np.array([0.002 * mixed, -0.005 * 2.0, 0.003 * 5.0])
    assert model.deficit[0, 0] == pytest.approx(after(brought, 100.0), rel=1e-9)


def test_a_share_of_the_flow_brings_a_share_of_the_heat_at_the_same_temperature():
    model = FieldTransport(SAND, stacked([-0.001, -0.003, 0.004], column=0.01))
    model.deficit[0, 0] = VALUE
    assert model.run(100.0, entering=5.0, share=0.5) == pytest.approx(3.7)
    brought = WATER * 0.5 * np.array([-0.001 * 1.0, -0.003 * 2.0, 0.004 * 5.0])
    assert model.deficit[0, 0] == pytest.approx(after(brought, 100.0), rel=1e-9)
    assert model.run(100.0, entering=5.0, share=0.0) == 0.0


def test_a_wall_that_takes_water_shortens_the_step_of_its_cell():
    model = FieldTransport(SAND, stacked([-0.006, -0.004, 0.01]))
    lowest = WATER * 0.006 + K * 8.0 / 1.5
    assert model.longest_step() == pytest.approx(0.8 * GROUND * 8.0 / lowest)
    half = WATER * 0.003 + K * 8.0 / 1.5
    assert model.longest_step(0.5) == pytest.approx(0.8 * GROUND * 8.0 / half)


def test_a_longer_time_is_cut_into_equal_steps_and_the_last_one_tells_what_was_taken():
    whole, parts = (FieldTransport(SAND, stacked([-0.006, -0.004, 0.01])) for _ in range(2))
    for model in (whole, parts):
        model.deficit[0, 0] = VALUE
    step = whole.longest_step()
    taken = whole.run(2.5 * step, entering=2.0)
    last = [parts.run(2.5 * step / 3, entering=2.0) for _ in range(3)][-1]
    assert taken == pytest.approx(last, rel=1e-12)
    assert whole.deficit == pytest.approx(parts.deficit, rel=1e-12)
    parts.deficit[0, 0, 0] = np.nan
    with pytest.raises(UnphysicalError):
        parts.run(1.0)
