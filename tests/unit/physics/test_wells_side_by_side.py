"""Wells that circulate side by side: early and late, boxes and fine grids, put together."""

import numpy as np
import pytest

from loopkeeper.physics import circulating
from loopkeeper.physics.aquifer import Aquifer, Screens
from loopkeeper.physics.circulating import (
    EARLY,
    LATE,
    Circulating,
    _boxed,
    _correction,
    _marched,
    _Own,
    _together,
    circulating_response,
)
from loopkeeper.physics.well_field import WellField
from loopkeeper.physics.well_flow import WellFlow

DAY, YEAR = 86400.0, 3.1536e7
SAND = Aquifer(20.0, 5e-4)


class Clock:
    """Stands for a model: tells how long it ran, at which share, and remembers each run."""

    def __init__(self):
        self.runs = []

    def run(self, duration, *, entering=1.0, share=1.0):
        self.runs.append((duration, share, entering))
        return sum(d * s for d, s, _ in self.runs)


def field(apart=30.0, flow=(0.01, 0.03)):
    n = len(flow)
    wall = np.outer(flow, [1.0, -1.0])
    return WellField(
        apart * np.arange(n),
        np.zeros(n),
        np.array([0.0, 9.0, 20.0]),
        wall,
        np.zeros(n),
        np.array(flow),
    )


def test_the_first_half_year_is_looked_at_by_days_and_thirty_years_after_it():
    assert len(EARLY) == 8 + 60
    assert EARLY[[0, 8, 9, -1]] / DAY == pytest.approx([0.25, 3.0, 6.0, 180.0])
    assert EARLY[1] / EARLY[0] == pytest.approx(12 ** (1 / 8))
    assert len(LATE) == 60
    assert (LATE[0], LATE[-1]) == (pytest.approx(1.03 * 180 * DAY), pytest.approx(30 * YEAR))


def test_water_is_taken_as_the_mean_over_the_last_25th_of_each_time():
    clock = Clock()
    found = _marched(clock, np.array([100.0, 300.0]))
    assert [run[0] for run in clock.runs] == pytest.approx([96.0, 4.0, 192.0, 8.0])
    assert found == pytest.approx([100.0, 300.0])


def test_after_half_a_year_wells_rest_half_the_time(monkeypatch):
    clock, asked = Clock(), []
    monkeypatch.setattr(circulating, "FieldTransport", lambda _, flow: asked.append(flow) or clock)
    monkeypatch.setattr(circulating, "field_flow", lambda _, wells, size: (wells, size))
    wells = field()
    time = np.array([3.0 * DAY, 180.0 * DAY, 203.0 * DAY])
    found = _boxed(SAND, wells, 4.5, time)
    assert asked == [(wells, 4.5)]
    assert [run[:2] for run in clock.runs] == [
        pytest.approx((3.0 * DAY, 1.0)),
        pytest.approx((177.0 * DAY, 1.0)),
        pytest.approx((46.0 * DAY, 0.5)),
    ]
    assert found == pytest.approx(time)


def test_what_boxes_say_wrongly_is_corrected_well_by_well_and_by_flow(monkeypatch):
    boxes = {0.01: 0.2, 0.03: 0.3}
    seen = []

    def boxed(_, wells, size, time):
        seen.append((wells.flow[0], size))
        return np.full(len(time), boxes[wells.flow[0]])

    monkeypatch.setattr(circulating, "_boxed", boxed)
    own = [np.full(len(EARLY), v) for v in (0.5, 0.4, 0.9)]
    found = _correction(SAND, field(flow=(0.01, 0.03, 0.01)), own, 4.0)
    assert found == pytest.approx(np.full(len(EARLY), (0.01 * 0.3 * 2 + 0.03 * 0.1) / 0.05))
    assert seen == [(0.01, 4.0), (0.03, 4.0)]


def test_a_correction_fades_as_the_front_widens(monkeypatch):
    sizes = []

    def boxed(_, wells, size, time):
        del wells
        sizes.append((size, len(time)))
        return np.full(len(time), 0.5 if len(time) == len(EARLY) else 0.3)

    monkeypatch.setattr(circulating, "_boxed", boxed)
    monkeypatch.setattr(
        circulating, "_correction", lambda *a: np.full(len(EARLY), 0.1 + 0 * a[-1])
    )
    found = _together(SAND, field(apart=30.0), [])
    assert sizes == [(6.0, len(EARLY)), (10.0, len(EARLY) + len(LATE))]
    assert found[: len(EARLY)] == pytest.approx(0.6)
    assert found[len(EARLY) :] == pytest.approx(0.3 + 0.3 * (EARLY[-1] / LATE) ** 2)


def test_feedback_is_of_the_water_that_passes_the_ground_and_never_falls(monkeypatch):
    """Wells of 1 and 3 L/s, wholly through the ground; volume is of a mean well."""
    z = np.array([0.0, 10.0, 20.0])

    def alone(_, shape, flow):
        del shape
        radial = np.array([[-flow, flow]])
        water = WellFlow(np.zeros(2), z, radial, np.zeros((1, 3)), 0.0, flow, 1.0, np.zeros(3))
        return _Own(np.zeros(len(EARLY)), water)

    total = np.linspace(-0.1, 1.2, len(EARLY) + len(LATE))
    total[50] = 0.0
    monkeypatch.setattr(circulating, "_alone", alone)
    monkeypatch.setattr(circulating, "_together", lambda *_: total)
    screens = Screens(0.2, (10.0, 20.0), (0.0, 10.0))
    wells = [Circulating(0.0, 0.0, screens, 0.001), Circulating(40.0, 0.0, screens, 0.003)]
    found = circulating_response(SAND, wells)
    assert found.exchange == pytest.approx(1.0)
    assert found.volume == pytest.approx(0.002 * np.concatenate([EARLY, LATE]))
    assert found.feedback[[0, 49, 50, -1]] == pytest.approx([0.0, total[49], total[49], 1.0])
