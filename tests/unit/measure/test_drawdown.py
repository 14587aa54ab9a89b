"""Drawdown of a doublet, beside Thiem by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.drawdown import drawdown
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import AquiferRecord, Well, WellRole
from loopkeeper.virtual.templates import template

FLOW, APART, RADIUS = 60 / 3600, 80.0, 0.15
CONDUCTIVITY, THICK = 4e-4, 25.0
EXPECTED = FLOW / (2 * np.pi * CONDUCTIVITY * THICK) * np.log(APART / RADIUS)
"""Fall in the pumped well of a doublet that injects all it pumps, by Thiem: 1.67 m."""
HOURS = 1000
RUNNING = np.arange(HOURS) % 24 < 14
TIME = np.datetime64("2023-12-31T16:00:00", "s") + np.arange(HOURS) * np.timedelta64(1, "h")


@pytest.fixture
def doublet():
    plant = template("office", SourceKind.WELL_GROUP).plant
    wells = (
        Well(
            id="w1", role=WellRole.ABSTRACTION, x=0.0, y=0.0, design_flow=FLOW, diameter=2 * RADIUS
        ),
        Well(
            id="w2", role=WellRole.INJECTION, x=APART, y=0.0, design_flow=FLOW, diameter=2 * RADIUS
        ),
    )
    aquifer = AquiferRecord(hydraulic_conductivity=CONDUCTIVITY, thickness=THICK)
    return replace(plant, source=replace(plant.source, wells=wells, aquifer=aquifer))


def hours(fall, *, share=1.0, sign=1.0, running=RUNNING):
    """Levels as depth (1) or as elevation (-1), flow as a share of the design's."""
    full = np.ones(HOURS)
    flow = np.where(running, share * FLOW, 0.0)
    level = sign * (12.0 + np.where(running, fall, 0.0))
    return PlantHours(
        TIME,
        {
            ("abstraction_flow", "w1"): Channel(flow, full),
            ("water_level", "w1"): Channel(level, full),
        },
    )


@pytest.mark.parametrize("sign", [1.0, -1.0], ids=["depth", "elevation"])
@pytest.mark.parametrize("times", [1.0, 3.0])
def test_the_fall_is_held_against_the_aquifer(doublet, times, sign):
    told = hours(times * EXPECTED, sign=sign)
    found = drawdown(doublet, told)
    assert found.ratio == pytest.approx(times, rel=0.02)  # rounding of heads
    assert found.further == pytest.approx((times - 1.0) * EXPECTED, abs=0.02 * EXPECTED)


def test_less_flow_lets_expect_less(doublet):
    told = hours(0.5 * EXPECTED, share=0.5)
    assert drawdown(doublet, told).ratio == pytest.approx(1.0, rel=0.02)


def test_wells_that_never_rest_or_have_no_level_tell_nothing(doublet):
    assert np.isnan(drawdown(doublet, hours(2.0, running=np.ones(HOURS, bool))).ratio)
    assert np.isnan(drawdown(doublet, PlantHours(TIME, {})).ratio)
    assert np.isnan(drawdown(template("office").plant, hours(2.0)).ratio)
