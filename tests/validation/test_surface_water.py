"""Exchangers and surface water against closed forms and heat balances by hand."""

import numpy as np
import pytest

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.exchanger import Exchanger, effectiveness
from loopkeeper.physics.ground import ground_temperature
from loopkeeper.physics.surface_water import Pond, usable_heat, water_source

pytestmark = pytest.mark.validation
CAPACITY = 4.18e6


@pytest.mark.parametrize(
    ("units", "ratio", "known"),
    [
        (1.0, 0.0, 0.6321),
        (2.0, 0.5, 0.7746),
        (1.0, 1.0, 0.5),
        (3.0, 0.75, 0.8171),
        (5.0, 0.25, 0.9823),
    ],
)
def test_effectiveness(units, ratio, known, judged):
    error = effectiveness(np.array(units), np.array(ratio)) - known
    judged("counterflow exchanger", by="formula by hand, four digits", error=error, bound=1e-4)


def test_exchanger_cost_is_the_balance_of_its_two_sides(judged):
    one = Exchanger(2.0e5, 0.03)
    flow = np.array([0.01, 0.03, 0.06])
    x = one.resistance(flow, source_capacity=CAPACITY, loop_capacity=CAPACITY)
    # equal capacity flows: every kelvin of approach stands everywhere, X = 1/UA
    error = x * one.conductance_at(flow) - 1
    judged("plate exchanger, equal flows", by="1/UA", error=error, bound=1e-6)


def test_heat_taken_from_a_pond_is_its_one_mode(judged):
    pond = Pond(3000.0, 1500.0, inflow=0.002)
    axis = np.array([0.01, 0.03])
    source = water_source(
        exchanger=None,
        flow_axis=axis,
        source_capacity=CAPACITY,
        loop_capacity=CAPACITY,
        temperature=12.0,
        pond=pond,
    )
    temperature, _ = ground_temperature(source, np.full(24 * 400, 1e4), 3600.0)
    error = 12.0 - temperature[-1] - 1e4 / pond.loss
    judged("pond under load", by="steady heat balance", error=error, bound=1e-6, unit="K")


def test_what_passing_water_can_give():
    assert usable_heat(np.array([8.0]), np.array([0.1]))[0] == pytest.approx(0.1 * CAPACITY * 5.0)
    assert usable_heat(np.array([2.0]), np.array([0.1]))[0] == 0.0
    limited = usable_heat(np.array([12.0]), np.array([0.1]), ecological=2.0)
    assert limited[0] == pytest.approx(0.1 * CAPACITY * 2.0)


def test_impossible_water_is_refused():
    with pytest.raises(OutOfRangeError, match="volume"):
        Pond(0.0, 10.0)
    with pytest.raises(OutOfRangeError, match="conductance"):
        Exchanger(-1.0, 0.1)
    with pytest.raises(OutOfRangeError, match="fouling"):
        Exchanger(1.0, 0.1, fouling=-1.0)
