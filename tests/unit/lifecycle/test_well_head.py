"""Pumps that draw too much before wells: what the levels ask for, and what else resists."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose.pump_fit import PumpFit
from loopkeeper.lifecycle.diagnose.scene import Prior
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.measure.drawdown import Drawdown
from loopkeeper.physics.pump import HOLDS_SPREAD, PumpBank, PumpMode
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import Source

LISTED = PumpBank(2, 0.02, 35.0, 10e3, PumpMode.CONSTANT)
CAUSES = ("construction.wells", "hydraulic.source_pumps")


def looked(times, levels):
    """What is found of well pumps of 35 m that draw so many times the listed at listed flow."""
    fit = PumpFit(
        mode=PumpMode.CONSTANT,
        law=HOLDS_SPREAD,
        electricity_factor=times,
        electricity=times * 10e3,
        flow=0.02,
        scatter=0.02,
    )
    scene = SimpleNamespace(
        known=Prior(
            pumps={"source": fit}, doubt={"source": 0.05}, machine_doubt=0.03, weather_doubt=0.1
        ),
        case=SimpleNamespace(drawdown=levels),
        plant=SimpleNamespace(
            source=Source(kind=SourceKind.WELL_GROUP),
            pumps=[SimpleNamespace(loop="source", head=LISTED.head)],
        ),
        listed=SimpleNamespace(system=SimpleNamespace(pumps_of=lambda _: LISTED)),
        source_pumps_risen=SimpleNamespace(present=False, onset=None, value=0.0),
        dice=PosteriorSampler(np.random.default_rng(1), 10),
    )
    found = [BY_CODE[code].look(scene) for code in CAUSES]
    return [None if one is None else float(np.exp(one.value[0])) for one in found]


def test_levels_tell_the_wells_from_the_rest():
    # 14 m further down and as much further up are 28 of 35 m; 2.5 / 1.8 resists elsewhere
    assert looked(2.5, Drawdown(3.0, 14.0)) == pytest.approx([1.8, 2.5 / 1.8])


def test_wells_that_explain_it_all_leave_nothing():
    assert looked(1.8, Drawdown(3.0, 14.0)) == [pytest.approx(1.8), None]
    assert looked(1.5, Drawdown(3.0, 14.0)) == [pytest.approx(1.5), None]


def test_wells_whose_water_stands_as_expected_are_not_blamed():
    assert looked(1.8, Drawdown(1.0, 0.0)) == [None, pytest.approx(1.8)]


def test_without_levels_a_pump_that_moves_no_more_draws_against_the_wells():
    assert looked(1.8, Drawdown()) == [pytest.approx(1.8), None]
