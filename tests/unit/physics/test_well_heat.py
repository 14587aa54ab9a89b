"""One step of heat around a well: what crosses a face, its wall and its packing."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import UnphysicalError
from loopkeeper.physics.aquifer import Aquifer
from loopkeeper.physics.well_flow import WellFlow
from loopkeeper.physics.well_transport import WellTransport, feedback_response

WATER, GROUND, K = 4.18e6, 2.5e6, 2.0
SAND = Aquifer(20.0, 5e-4, thermal_conductivity=K, heat_capacity=GROUND)
R = np.array([0.2, 1.0, 2.0, 4.0, 7.0])
AREA = np.pi * np.diff(R**2)
MIDDLE = 0.5 * (R[1:] + R[:-1])
AROUND = 2 * np.pi * K / np.log(MIDDLE[1:] / MIDDLE[:-1])
"""Conduction outwards per metre of height between the cells. [W m-1 K-1]"""


def around(z, radial=None, vertical=None, column=None, flow=0.01):
    z = np.array(z)
    nr, nz = len(R) - 1, len(z) - 1
    return WellFlow(
        R,
        z,
        np.zeros((nr + 1, nz)) if radial is None else radial,
        np.zeros((nr, nz + 1)) if vertical is None else vertical,
        0.0,
        flow,
        1.0,
        np.zeros(nz + 1) if column is None else column,
    )


def between(before, here, after, courant):
    """At a face downstream of ``here``: van Leer's mean of both slopes, none at an extreme."""
    up, down = here - before, after - here
    if up * down <= 0:
        return here
    return here + (1.0 - courant) * up * down / (up + down)


OUT = np.array([5.0, 4.0, 2.0, 2.5])


def test_water_that_leaves_a_well_carries_its_deficit_from_ring_to_ring():
    """1 mL/s per metre outwards; the water at the wall, of 6 K, is what lies before ring one."""
    thick = np.array([1.0, 2.0])
    model = WellTransport(SAND, around([0.0, 1.0, 3.0], 1e-6 * np.ones((5, 1)) * thick))
    model.deficit += OUT[:, None]
    step, q = 2e5, WATER * 1e-6
    share = q * step / (GROUND * AREA)
    row = np.concatenate([[6.0], OUT, OUT[-1:]])
    face = np.array([between(*row[n : n + 3], share[n]) for n in range(3)])
    outwards = np.concatenate([[q * 6.0], q * face - AROUND * np.diff(OUT), [0.0]])
    assert model._longest_step(1.0) > step
    taken = model.run(step, entering=6.0)
    expected = OUT - np.diff(outwards) * step / (GROUND * AREA)
    assert model.deficit == pytest.approx(np.stack([expected] * 2, axis=1), rel=1e-9)
    assert taken == 0.0
    assert model.stored == pytest.approx(GROUND * 3.0 * (AREA @ expected))


def test_water_past_a_closed_wall_carries_what_the_ring_before_it_has():
    radial = 1e-6 * np.ones((5, 1))
    radial[0] = 0.0
    model = WellTransport(SAND, around([0.0, 1.0], radial))
    model.deficit += OUT[:, None]
    step, q = 2e5, WATER * 1e-6
    share = q * step / (GROUND * AREA)
    row = np.concatenate([OUT[:1], OUT, OUT[-1:]])
    face = np.array([between(*row[n : n + 3], share[n]) for n in range(3)])
    outwards = np.concatenate([[0.0], q * face - AROUND * np.diff(OUT), [0.0]])
    model.run(step, entering=9.0)
    expected = OUT - np.diff(outwards) * step / (GROUND * AREA)
    assert model.deficit[:, 0] == pytest.approx(expected, rel=1e-9)


def test_water_that_enters_a_well_comes_from_ring_to_ring():
    thick = np.array([1.0, 2.0])
    model = WellTransport(
        SAND, around([0.0, 1.0, 3.0], -1e-6 * np.ones((5, 1)) * thick, flow=4e-6)
    )
    values = np.array([2.5, 2.0, 4.0, 5.0])
    model.deficit += values[:, None]
    step, q = 2e5, WATER * 1e-6
    share = q * step / (GROUND * AREA)
    row = np.concatenate([values, values[-1:]])
    face = np.array([between(*row[n : n + 3][::-1], share[n + 1]) for n in range(3)])
    outwards = np.concatenate([[-q * 2.5], -q * face - AROUND * np.diff(values), [0.0]])
    assert model._longest_step(1.0) > step
    taken = model.run(step, entering=6.0)
    expected = values - np.diff(outwards) * step / (GROUND * AREA)
    assert model.deficit == pytest.approx(np.stack([expected] * 2, axis=1), rel=1e-9)
    assert taken == pytest.approx(3.0 * 2.5 / 4.0)


Z = np.array([0.0, 1.0, 3.0, 6.0, 8.0, 9.5, 11.0])
UP = np.array([5.0, 4.0, 2.0, 3.0, 2.5, 1.5])


@pytest.mark.parametrize("speed", [1e-6, -1e-6])
def test_water_that_rises_or_sinks_carries_heat_from_layer_to_layer(speed):
    vertical = np.zeros((4, 7))
    vertical[:, 1:-1] = speed * AREA[:, None]
    model = WellTransport(SAND, around(Z, vertical=vertical))
    model.deficit += UP
    step, thick = 1.9e5, np.diff(Z)
    share = WATER * abs(speed) * step / (GROUND * thick)
    row = np.concatenate([UP[:1], UP, UP[-1:]])
    if speed > 0:
        face = np.array([between(*row[n : n + 3], share[n]) for n in range(5)])
    else:
        face = np.array([between(*row[n + 1 : n + 4][::-1], share[n + 1]) for n in range(5)])
    flux = WATER * speed * face - K * np.diff(UP) / (0.5 * (thick[1:] + thick[:-1]))
    assert model._longest_step(1.0) > step
    assert model.run(step, entering=1.0) == 0.0
    gained = np.concatenate([[0.0], flux]) - np.concatenate([flux, [0.0]])
    expected = UP + gained * step / (GROUND * thick)
    assert model.deficit == pytest.approx(np.stack([expected] * 4), rel=1e-9)


def test_the_longest_step_lets_no_ring_give_more_than_it_has():
    thick = np.array([1.0, 3.0])
    rising = np.zeros((4, 3))
    rising[:, 1] = 4e-6 * AREA
    model = WellTransport(SAND, around([0.0, 1.0, 4.0], 5e-5 * np.ones((5, 1)) * thick, rising))
    link = np.concatenate([[0.0], AROUND, [0.0]])
    up = K * AREA / 2.0
    for share in (1.0, 0.1):
        leaving = WATER * share * (5e-5 + 4e-6 * AREA)
        lower = GROUND * AREA / (leaving + link[1:] + link[:-1] + up)
        upper = GROUND * AREA * 3.0
        upper /= WATER * share * 1.5e-4 + 3.0 * (link[1:] + link[:-1]) + up
        least = 0.8 * min(lower.min(), upper.min())
        assert model._longest_step(share) == pytest.approx(least)
    entering = WellTransport(
        SAND, around([0.0, 1.0, 4.0], -5e-5 * np.ones((5, 1)) * thick, -rising)
    )
    leaving = WATER * 5e-5 * thick + np.outer(link[1:] + link[:-1], thick) + up[:, None]
    leaving[:, 1] += WATER * 4e-6 * AREA
    assert entering._longest_step(1.0) == pytest.approx(
        0.8 * (GROUND * AREA[:, None] * thick / leaving).min()
    )


def packed(flow=0.01):
    """10 L/s down a packing of two layers: 4 leave through the upper wall, 4 enter below."""
    radial = np.zeros((5, 2))
    radial[0] = [-0.4 * flow, 0.4 * flow]
    return around([0.0, 1.0, 3.0], radial, column=np.array([1.0, 0.6, 1.0]) * flow, flow=flow)


def test_water_in_a_packing_cools_at_the_wall_it_passes_and_mixes_with_what_enters():
    model = WellTransport(SAND, packed(1e-5))
    model.deficit[0] = [1.0, 3.0]
    model.deficit[1] = [2.0, 2.5]
    skin = 2 * np.pi * K / np.log(MIDDLE[0] / R[0]) * np.array([1.0, 2.0])
    w = WATER * 1e-5
    upper = 3.0 + (7.0 - 3.0) * np.exp(-skin[1] / w)
    mixed = 0.6 * upper + 0.4 * 1.0
    lower = 1.0 + (mixed - 1.0) * np.exp(-skin[0] / w)
    step, before = 1e3, model.deficit.copy()
    taken = model.run(step, entering=7.0)
    assert taken == pytest.approx(lower)
    up = K * AREA * (before[:, 1] - before[:, 0]) / 1.5
    into = np.stack([up, -up], axis=1)
    out = AROUND[:, None] * [1.0, 2.0] * -np.diff(before, axis=0)
    into[:-1] -= out
    into[1:] += out
    into[0, 1] += w * (7.0 - upper) + 0.4 * w * upper
    into[0, 0] += w * (mixed - lower) - 0.4 * w * 1.0
    expected = before + step * into / (GROUND * AREA[:, None] * [1.0, 2.0])
    assert model.deficit == pytest.approx(expected, rel=1e-9)


def screened():
    radial = np.zeros((5, 2))
    radial[0] = [-1e-5, 1e-5]
    return around([0.0, 1.0, 3.0], radial, flow=1e-5)


def test_water_of_a_spread_is_returned_so_much_colder_than_it_was_taken():
    model = WellTransport(SAND, screened())
    model.deficit[:] = [2.0, 0.0]
    step, w = 1e3, WATER * 1e-5
    heat = K * AREA[0] * 2.0 / 1.5
    first = model.run(step, spread=3.0)
    assert first == pytest.approx(2.0)
    upper = step * (w * 3.0 + heat) / (GROUND * AREA[0] * 2.0)
    assert model.deficit[0, 1] == pytest.approx(upper, rel=1e-9)
    lower = model.deficit[0, 0]
    kept = model.deficit.copy()
    assert model.run(step, spread=3.0) == pytest.approx(lower)
    gained = w * 5.0 + K * AREA[0] / 1.5 * (kept[0, 0] - kept[0, 1])
    gained += AROUND[0] * 2.0 * (kept[1, 1] - kept[0, 1])
    assert model.deficit[0, 1] == pytest.approx(
        kept[0, 1] + step * gained / (GROUND * AREA[0] * 2.0), rel=1e-9
    )


def test_a_longer_time_is_cut_into_equal_steps_and_their_mean_is_what_was_taken():
    whole, parts = (WellTransport(SAND, screened()) for _ in range(2))
    step = whole._longest_step(1.0)
    taken = whole.run(2.5 * step, entering=2.0)
    each = [parts.run(2.5 * step / 3, entering=2.0) for _ in range(3)]
    assert taken == pytest.approx(sum(each) / 3, rel=1e-12)
    assert whole.deficit == pytest.approx(parts.deficit, rel=1e-12)
    half = WellTransport(SAND, screened())
    half.run(1e3, entering=2.0, share=0.5)
    brought = WATER * 0.5e-5 * 2.0 * 1e3
    assert half.stored == pytest.approx(brought)
    parts.deficit[0, 0] = np.nan
    with pytest.raises(UnphysicalError):
        parts.run(1.0)


def test_feedback_is_the_mean_over_the_last_fiftieth_of_three_hours_at_most():
    day = 86400.0
    flow = replace(screened(), radial=screened().radial.copy())
    found = feedback_response(SAND, flow, time=np.array([2.0, 32.0]) * day)
    model = WellTransport(SAND, flow)
    model.run(2.0 * day * 0.98, entering=1.0)
    first = model.run(0.04 * day, entering=1.0)
    model.run(30.0 * day - 10800.0, entering=1.0)
    second = model.run(10800.0, entering=1.0)
    assert found == pytest.approx([first, second], rel=1e-9)
    assert 0.0 < found[0] < found[1] < 1.0
