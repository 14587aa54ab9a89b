"""Exchangers and surface water against closed forms and heat balances by hand."""

import numpy as np
import pytest

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.exchanger import (
    Exchanger,
    asymptotic_fouling,
    effectiveness,
    fouling_found,
)
from loopkeeper.physics.ground import ground_temperature
from loopkeeper.physics.surface_water import (
    Pond,
    Weather,
    natural_temperature,
    river_capacity,
    surface_balance,
    usable_heat,
    water_source,
    weekly_change,
)

pytestmark = pytest.mark.validation
CAPACITY = 4.18e6


@pytest.mark.parametrize(("units", "ratio", "known"), [
    (1.0, 0.0, 0.6321), (2.0, 0.5, 0.7746), (1.0, 1.0, 0.5), (3.0, 0.75, 0.8171),
    (5.0, 0.25, 0.9823),
])  # fmt: skip
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


def test_fouling_is_found_again_whatever_the_flow():
    clean = Exchanger(2.0e5, 0.03, area=100.0)
    dirty = clean.fouled(3e-4)
    for flow in (0.015, 0.03, 0.045):
        conductance = float(dirty.conductance_at(np.array(flow)))
        found = fouling_found(clean, flow=flow, heat=3e5, mean_difference=3e5 / conductance)
        assert found == pytest.approx(3e-4, rel=1e-9)


def test_fouling_grows_to_its_asymptote():
    film = asymptotic_fouling(
        np.array([0.0, 10.0, 1000.0]) * 86400, final=5e-4, growth=10 * 86400.0
    )
    assert film == pytest.approx([0.0, 5e-4 * (1 - np.exp(-1)), 5e-4])


def test_a_pond_settles_where_its_surface_balances(judged):
    count = 3000
    weather = Weather(
        np.full(count, 12.0), np.full(count, 150.0), np.full(count, 0.6), np.full(count, 2.0)
    )
    pond = Pond(3000.0, 1500.0)
    end = natural_temperature(pond, weather, step=3600.0, start=2.0)[-1]
    gain, slope = surface_balance(float(end), 12.0, 150.0, 0.6, 2.0)
    judged(
        "pond: settled temperature",
        by="zero heat balance",
        error=gain / slope,
        bound=0.01,
        unit="K",
    )
    assert 10.0 < end < 22.0


def test_heat_taken_from_a_pond_is_its_one_mode(judged):
    pond = Pond(3000.0, 1500.0, inflow=0.002)
    axis = np.array([0.01, 0.03])
    source = water_source(
        exchanger=None, flow_axis=axis, source_capacity=CAPACITY, loop_capacity=CAPACITY,
        temperature=12.0, pond=pond,
    )  # fmt: skip
    temperature, _ = ground_temperature(source, np.full(24 * 400, 1e4), 3600.0)
    error = 12.0 - temperature[-1] - 1e4 / pond.loss
    judged("pond under load", by="steady heat balance", error=error, bound=1e-6, unit="K")


def test_ice_holds_the_water_at_freezing():
    count = 2000
    cold = Weather(
        np.full(count, -15.0), np.zeros(count), np.full(count, 0.5), np.full(count, 3.0)
    )
    assert natural_temperature(Pond(500.0, 500.0), cold, step=3600.0, start=5.0)[-1] == 0.0


def test_what_passing_water_can_give():
    assert usable_heat(np.array([8.0]), np.array([0.1]))[0] == pytest.approx(0.1 * CAPACITY * 5.0)
    assert usable_heat(np.array([2.0]), np.array([0.1]))[0] == 0.0
    limited = usable_heat(np.array([12.0]), np.array([0.1]), ecological=2.0)
    assert limited[0] == pytest.approx(0.1 * CAPACITY * 2.0)
    assert river_capacity(10.0, heating=True) == 2 * river_capacity(10.0, heating=False)
    week = weekly_change(np.full(336, CAPACITY), np.ones(336), step=3600.0)
    assert week == pytest.approx([1.0, 1.0])


def test_impossible_water_is_refused():
    with pytest.raises(OutOfRangeError, match="volume"):
        Pond(0.0, 10.0)
    with pytest.raises(OutOfRangeError, match="conductance"):
        Exchanger(-1.0, 0.1)
    with pytest.raises(OutOfRangeError, match="fouling"):
        Exchanger(1.0, 0.1, fouling=-1.0)
