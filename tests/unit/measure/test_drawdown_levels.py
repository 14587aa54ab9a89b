"""How far the water of a well falls for its flow, and beside what is expected, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.errors import LoopkeeperError
from loopkeeper.measure import drawdown as levels
from loopkeeper.measure.drawdown import Drawdown, _fall, drawdown
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.plant.kinds import Section

FLOW, LEVEL = "abstraction_flow", "water_level"


def hours(**wells):
    """Flow [L/s] and level of each well, by the hour."""
    channels = {}
    for name, (flow, level) in wells.items():
        for quantity, values in ((FLOW, 1e-3 * np.asarray(flow)), (LEVEL, np.asarray(level))):
            channels[quantity, name] = Channel(values.astype(float), np.ones(len(values)))
    return PlantHours(np.arange(len(values)), channels)


def course(*parts):
    """Flow and level of so many hours each: ``(count, flow, level)``."""
    return tuple(np.repeat([p[k] for p in parts], [p[0] for p in parts]) for k in (1, 2))


def test_a_well_falls_by_the_medians_of_running_and_resting_over_its_running_flow():
    """20 L/s in most hours; 9.9 runs not and 1.05 rests not."""
    told = course(
        (200, 20, 12.0), (80, 11, 11.0), (50, 9.9, 90.0), (50, 1.05, 90.0), (150, 0.9, 9.0)
    )
    assert _fall(hours(w=told), "w") == pytest.approx(3.0 / 0.020)
    rising = course((200, 20, -12.0), (150, 0.0, -9.0))
    assert _fall(hours(w=rising), "w") == pytest.approx(3.0 / 0.020)


def test_the_usual_flow_is_that_of_nineteen_hours_in_twenty():
    """A hundredth at 90 L/s makes it not usual; a tenth does, and 20 is less than half of it."""
    assert _fall(hours(w=course((10, 90, 30.0), (490, 20, 12.0), (500, 0, 9.0))), "w") == (
        pytest.approx(150.0)
    )
    much = course((200, 90, 30.0), (300, 20, 12.0), (500, 0, 9.0))
    assert _fall(hours(w=much), "w") == pytest.approx(21 / 0.09)


@pytest.mark.parametrize(
    ("runs", "rests", "told"), [(100, 100, True), (99, 200, False), (200, 99, False)]
)
def test_a_hundred_hours_of_either_tell_a_fall(runs, rests, told):
    some = course((runs, 20, 12.0), (rests, 0, 9.0))
    assert (_fall(hours(w=some), "w") is not None) is told


def test_hours_in_which_either_is_unknown_tell_nothing():
    flow, level = course((150, 20.0, 12.0), (150, 0.0, 9.0))
    level = np.where(np.arange(300) < 51, np.nan, level)
    assert _fall(hours(w=(flow, level)), "w") is None
    level = np.where(np.arange(300) < 50, np.nan, level)
    level[:50] = np.nan
    level[50] = 12.0
    assert _fall(hours(w=(flow, level)), "w") == pytest.approx(150.0)
    both = hours(w=(flow, level))
    for lacking in (FLOW, LEVEL):
        kept = {k: c for k, c in both.channels.items() if k[0] != lacking}
        assert _fall(PlantHours(both.time, kept), "w") is None
    nothing = hours(w=(flow, np.full(300, np.nan)))
    assert _fall(nothing, "w") is None
    assert _fall(hours(w=(-flow, np.full(300, 9.0))), "w") is None


@pytest.fixture
def group(monkeypatch):
    """Three wells, the last injects: 2 m for 10 L/s and 6 m for 20 are expected."""
    flow = np.array([-0.010, -0.020, 0.030])
    made = SimpleNamespace(x=flow, y=flow, flow=flow, radius=0.1)
    monkeypatch.setattr(levels, "group_of", lambda _: (made, "an aquifer"))
    monkeypatch.setattr(levels, "balanced_heads", lambda *_, **__: np.array([-2.0, -6.0, -4.0]))
    wells = tuple(SimpleNamespace(id=f"w{n}") for n in (1, 2, 3))
    return SimpleNamespace(
        source=SimpleNamespace(wells=wells, traits=SimpleNamespace(section=Section.WELL))
    )


def falling(flow, fall):
    return course((150, flow, 9.0 + fall), (150, 0, 9.0))


def test_a_fall_is_held_against_the_head_expected_for_its_flow(group):
    """3 m for 5 L/s are 600 where 200 are expected; at design flow 6 m for 2."""
    found = drawdown(group, hours(w1=falling(5, 3.0)))
    assert (found.ratio, found.further) == (pytest.approx(3.0), pytest.approx(4.0))


def test_of_several_wells_the_median_counts_and_none_that_injects(group):
    """Ratios of 3 and 1.5; 4 and 3 m further."""
    some = hours(w1=falling(5, 3.0), w2=falling(10, 4.5), w3=falling(5, 100.0))
    found = drawdown(group, some)
    assert (found.ratio, found.further) == (pytest.approx(2.25), pytest.approx(3.5))
    only = drawdown(group, hours(w3=falling(5, 100.0)))
    assert np.isnan([only.ratio, only.further]).all()


def test_a_head_that_does_not_fall_expects_nothing(group, monkeypatch):
    monkeypatch.setattr(levels, "balanced_heads", lambda *_, **__: np.array([0.5, -6.0, 4.0]))
    found = drawdown(group, hours(w1=falling(5, 3.0), w2=falling(10, 4.5)))
    assert found.ratio == pytest.approx(1.5)


def test_without_wells_or_aquifer_nothing_is_told(group, monkeypatch):
    told = hours(w1=falling(5, 3.0))
    group.source.traits.section = Section.BOREHOLE_FIELD
    assert np.isnan(drawdown(group, told).ratio)
    group.source.traits.section = Section.WELL

    def unknown(_):
        raise LoopkeeperError("no aquifer")

    monkeypatch.setattr(levels, "group_of", unknown)
    found = drawdown(group, told)
    assert isinstance(found, Drawdown)
    assert np.isnan(found.further)
