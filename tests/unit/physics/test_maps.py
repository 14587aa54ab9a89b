"""Maps of machines: through a rating, from a refrigerant, on other axes, at part load."""

import numpy as np
import pytest

from loopkeeper.errors import InputError, OutOfRangeError
from loopkeeper.physics.coolprop import props_si
from loopkeeper.physics.duty import machine_response
from loopkeeper.physics.heat_pump import Machine, PerformanceMap, rated_map, with_part_load
from loopkeeper.physics.refrigeration import (
    WATER_TO_AIR,
    Approach,
    Compressor,
    Rating,
    cycle,
    cycle_map,
)
from loopkeeper.physics.system import Load, StagingOrder


def grid(capacity=((8.0, 10.0), (9.0, 13.0)), source=(0.0, 10.0), outlet=(35.0, 45.0)):
    full = np.array(capacity)
    return PerformanceMap(
        np.array(source),
        np.array(outlet),
        np.array([0.5, 1.0]),
        full,
        np.stack([0.15 * full, 0.25 * full], axis=2),
    )


# -- maps


def test_a_map_is_straight_between_its_points_and_held_at_its_edges():
    on = grid().on(np.array([-5.0, 4.0]), np.array([37.0, 60.0]), np.array([0.2, 0.6, 1.0]))
    low = [8.0 + 0.2 * 2.0, 10.0]
    middle = [8.0 + 0.4 * 1.0 + 0.2 * (2.0 + 0.4 * 2.0), 10.0 + 0.4 * 3.0]
    assert on.capacity == pytest.approx(np.array([low, middle]))
    assert on.electricity[..., 0] == pytest.approx(0.15 * on.capacity)
    assert on.electricity[..., 1] == pytest.approx(0.17 * on.capacity)
    assert on.electricity[..., 2] == pytest.approx(0.25 * on.capacity)
    point = PerformanceMap(
        np.array([5.0]), np.array([40.0]), np.ones(1), np.array([[7.0]]), np.array([[[2.0]]])
    )
    spread = point.on(np.array([0.0, 9.0]), np.array([30.0, 50.0]), np.array([0.3, 1.0]))
    assert spread.capacity.tolist() == [[7.0, 7.0], [7.0, 7.0]]
    assert spread.electricity.tolist() == [[[2.0, 2.0]] * 2] * 2
    line = PerformanceMap(
        np.array([0.0, 10.0]),
        np.array([40.0]),
        np.ones(1),
        np.array([[7.0], [9.0]]),
        np.array([[[2.0]], [[3.0]]]),
    )
    spread = line.on(np.array([5.0]), np.array([30.0, 50.0]), np.array([0.3, 1.0]))
    assert spread.capacity == pytest.approx(np.full((1, 2), 8.0))
    assert spread.electricity == pytest.approx(np.full((1, 2, 2), 2.5))


def test_a_map_that_is_no_grid_or_not_positive_is_refused():
    one = grid()
    assert grid(capacity=((0.8, 0.9), (0.7, 0.6))).capacity[1, 1] == 0.6
    for wrong in (
        {"source": (0.0, 0.0)},
        {"outlet": (45.0, 35.0)},
        {"source": (0.0, 5.0, 10.0)},
        {"capacity": ((8.0, 10.0), (0.0, 13.0))},
    ):
        with pytest.raises(InputError):
            grid(**wrong)
    for electricity in (one.electricity[..., :1], -one.electricity, one.electricity * [0.0, 1.0]):
        with pytest.raises(InputError):
            PerformanceMap(
                one.source_inlet, one.load_outlet, one.part_load, one.capacity, electricity
            )


def test_a_machine_is_worn_by_mode_and_sized_as_a_whole():
    unit = Machine(grid(), grid(), rated_spread=6.0)
    worn = unit.drawing(heating=1.2, cooling=1.1)
    assert worn.heating.electricity == pytest.approx(1.2 * grid().electricity)
    assert worn.cooling.electricity == pytest.approx(1.1 * grid().electricity)
    assert worn.heating.capacity == pytest.approx(grid().capacity)
    big = Machine(grid(), None).scaled(3.0)
    assert big.heating.capacity == pytest.approx(3.0 * grid().capacity)
    assert big.heating.electricity == pytest.approx(3.0 * grid().electricity)
    assert big.cooling is None
    assert Machine(None, grid()).drawing(heating=2.0, cooling=2.0).heating is None
    plain = Machine(None, None)
    assert (plain.minimum_part_load, plain.rated_spread, plain.cycling_loss) == (0.25, 5.0, 0.1)


@pytest.mark.parametrize(
    ("kind", "parabola"),
    [
        ("scroll", (0.04411957, 0.64036703, 0.31955532)),
        ("reciprocating", (0.08144133, 0.41927141, 0.49939604)),
        ("screw", (0.33018833, 0.23554291, 0.46070828)),
        ("centrifugal", (0.17149273, 0.58820208, 0.23737257)),
    ],
)
def test_part_load_follows_the_kind_of_compressor(kind, parabola):
    one = rated_map(heating=False, capacity=1e5, efficiency=5, source_inlet=25, load_outlet=7)
    bent = with_part_load(one, kind)
    a, b, c = parabola
    quarter, half = a + b / 4 + c / 16, a + b / 2 + c / 4
    full = one.electricity[..., -1]
    assert bent.electricity[..., 0] == pytest.approx(quarter / sum(parabola) * full)
    assert bent.electricity[..., 1] == pytest.approx(half / sum(parabola) * full)
    assert bent.electricity[..., -1] == pytest.approx(full)
    with pytest.raises(OutOfRangeError, match="expected one of centrifugal"):
        with_part_load(one, "rotary")


# -- through one rating


def at(one, source, outlet, part=1.0):
    there = one.on(np.array([source]), np.array([outlet]), np.array([part]))
    return float(there.capacity[0, 0]), float(there.electricity[0, 0, 0])


def test_a_heating_rating_is_a_share_of_carnot_between_its_saturations():
    """10/45 °C: 2 °C and 48 °C; at 0/40 °C it is −8 °C and 43 °C."""
    one = rated_map(
        heating=True, capacity=1e5, efficiency=4.0, source_inlet=10.0, load_outlet=45.0
    )
    assert at(one, 10.0, 45.0) == pytest.approx((1e5, 2.5e4))
    share = 4.0 / (321.15 / 46.0)
    capacity = 1e5 * (1 - 0.026 * 10.0) * (1 + 0.006 * 5.0)
    assert at(one, 0.0, 40.0) == pytest.approx((capacity, capacity / (share * 316.15 / 51.0)))
    assert at(one, 0.0, 40.0, 0.5)[1] == pytest.approx(0.5 * at(one, 0.0, 40.0)[1])
    assert one.source_inlet == pytest.approx(np.linspace(-10.0, 30.0, 9))
    assert one.load_outlet == pytest.approx([30, 35, 40, 45, 50, 55, 60])
    assert one.part_load.tolist() == [0.25, 0.5, 0.75, 1.0]


def test_a_cooling_rating_is_a_share_of_carnot_too_and_saturations_stay_8_k_apart():
    """25/7 °C: 4 °C and 33 °C; at 5/20 °C water the condenser is held at 25 °C over 17 °C."""
    one = rated_map(
        heating=False, capacity=8e4, efficiency=5.0, source_inlet=25.0, load_outlet=7.0
    )
    share = 5.0 / (277.15 / 29.0)
    full = 8e4 * (1 + 0.026 * 3.0) * (1 - 0.006 * 5.0)
    assert at(one, 30.0, 10.0) == pytest.approx((full, full / (share * 280.15 / 31.0)))
    full = 8e4 * (1 + 0.026 * 13.0) * (1 + 0.006 * 8.0)
    assert at(one, 5.0, 20.0) == pytest.approx((full, full / (share * 290.15 / 8.0)))
    assert one.source_inlet == pytest.approx(np.linspace(5.0, 45.0, 9))
    assert one.load_outlet == pytest.approx([5.0, 10.0, 15.0, 20.0])


def test_a_rating_beyond_85_percent_of_carnot_is_none():
    """10/45 °C: Carnot 6.98; at 30/30 °C source a fifth of the capacity is the least."""
    given = {"heating": True, "capacity": 1e5, "source_inlet": 10.0, "load_outlet": 45.0}
    rated_map(efficiency=5.90, **given)
    for wrong in (5.97, 0.0, -1.0):
        with pytest.raises(OutOfRangeError, match="of Carnot"):
            rated_map(efficiency=wrong, **given)
    warm = {"heating": True, "capacity": 1e5, "source_inlet": 30.0, "load_outlet": 45.0}
    cold = rated_map(efficiency=5.0, **warm)
    assert cold.capacity[0, -1] == pytest.approx(0.2 * 1e5)


# -- from a refrigerant


def test_a_cycle_follows_its_refrigerant_from_state_to_state():
    """R134a between 0 °C and 40 °C: suction at 5 °C, liquid at 37 °C."""
    unit = Compressor("R134a", 0.01, isentropic=0.65, motor=0.9, clearance=0.04)
    cold, heat, electricity = cycle(unit, 0.0, 40.0)
    low, high = (props_si("P", "T", t, "Q", 1, "R134a") for t in (273.15, 313.15))
    assert (low, high) == (pytest.approx(292.8e3, rel=1e-3), pytest.approx(1016.6e3, rel=1e-3))
    suction = [props_si(key, "T", 278.15, "P", low, "R134a") for key in ("H", "S", "D")]
    mass = suction[2] * 0.01 * (1.0 - 0.04 * (high / low - 1.0))
    liquid = props_si("H", "T", 310.15, "P", high, "R134a")
    work = (props_si("H", "S", suction[1], "P", high, "R134a") - suction[0]) / 0.65
    assert cold == pytest.approx(mass * (suction[0] - liquid))
    assert heat == pytest.approx(cold + mass * work)
    assert electricity == pytest.approx(mass * work / 0.9)


def test_a_compressor_keeps_a_tenth_of_its_volume_and_condenses_above_where_it_boils():
    none = Compressor("R134a", 0.01, clearance=1.0)
    tenth = Compressor("R134a", 0.001, clearance=0.0)
    assert cycle(none, 0.0, 40.0) == pytest.approx(cycle(tenth, 0.0, 40.0))
    with pytest.raises(OutOfRangeError, match="above evaporating"):
        cycle(none, 20.0, 20.0)
    with pytest.raises(OutOfRangeError, match="outside its properties"):
        cycle(none, 20.0, 200.0)
    with pytest.raises(OutOfRangeError, match="unknown"):
        cycle_map(heats(1e5, 4.0, 10.0, 45.0), refrigerant="R0")


def heats(capacity, efficiency, source, load):
    return Rating(
        heating=True,
        capacity=capacity,
        efficiency=efficiency,
        source_inlet=source,
        load_outlet=load,
    )


def unit_cycle(evaporating, condensing, refrigerant="R410A"):
    return np.array(cycle(Compressor(refrigerant, 1e-3), evaporating, condensing))


def test_a_map_of_a_refrigerant_goes_through_its_rating_and_bends_with_its_cycle():
    """Heating 10/45 °C with 5 K of spread and 3 K of approach: 2 °C and 48 °C."""
    one = cycle_map(heats(1e5, 4.0, 10.0, 45.0))
    assert at(one, 10.0, 45.0) == pytest.approx((1e5, 2.5e4))
    rated, other = unit_cycle(2.0, 48.0), unit_cycle(-13.0, 63.0)
    capacity, draw = at(one, -5.0, 60.0)
    assert capacity == pytest.approx(1e5 * other[1] / rated[1])
    assert draw == pytest.approx(2.5e4 * other[2] / rated[2])
    assert at(one, -5.0, 60.0, 0.25)[1] == pytest.approx(0.25 * draw)
    assert one.source_inlet == pytest.approx(np.linspace(-10.0, 30.0, 9))
    assert one.load_outlet == pytest.approx(np.linspace(30.0, 60.0, 7))


def test_a_cooling_map_of_a_refrigerant_condenses_ten_kelvin_above_its_load_at_least():
    one = cycle_map(
        Rating(heating=False, capacity=8e4, efficiency=5.0, source_inlet=25.0, load_outlet=7.0),
        refrigerant="R134a",
        approach=Approach(2.0, 4.0),
        spread=6.0,
    )
    rated, other = unit_cycle(3.0, 33.0, "R134a"), unit_cycle(12.0, 43.0, "R134a")
    assert at(one, 35.0, 16.0) == pytest.approx(
        (8e4 * other[0] / rated[0], 1.6e4 * other[2] / rated[2])
    )
    least = unit_cycle(12.0, 26.0, "R134a")
    assert at(one, 5.0, 16.0)[0] == pytest.approx(8e4 * least[0] / rated[0])
    assert one.source_inlet == pytest.approx(np.linspace(5.0, 45.0, 9))
    assert one.load_outlet == pytest.approx([4.0, 7.0, 10.0, 13.0, 16.0, 19.0])


def test_condensing_is_held_below_the_critical_point_and_ratings_below_the_ideal():
    """R410A ends at 71.3 °C: at 75 °C it condenses at 67.3 °C; air coils need 14 K."""
    critical = props_si("Tcrit", "R410A") - 273.15
    one = cycle_map(heats(1e5, 3.0, 10.0, 62.0))
    rated = unit_cycle(2.0, 65.0)
    assert at(one, 10.0, 77.0)[0] == pytest.approx(
        1e5 * unit_cycle(2.0, critical - 4.0)[1] / rated[1]
    )
    air = cycle_map(heats(1e4, 3.0, 10.0, 35.0), approach=WATER_TO_AIR)
    expected = 1e4 * unit_cycle(-3.0, 54.0)[1] / unit_cycle(2.0, 49.0)[1]
    assert at(air, 5.0, 40.0)[0] == pytest.approx(expected)
    ideal = rated[1] / rated[2] / (0.70 * 0.92)
    cycle_map(heats(1e5, 0.999 * ideal, 10.0, 62.0))
    for wrong in (1.001 * ideal, 0.0):
        with pytest.raises(OutOfRangeError, match="more than an ideal compressor"):
            cycle_map(heats(1e5, wrong, 10.0, 62.0))


# -- what machines would draw at measured water


def test_a_cooling_machine_is_read_at_water_warmer_by_half_the_spread_beyond_its_map_s():
    """9 K at full load where the map's spread is 5: read at 27 °C where 25 entered."""
    source, part = np.array([20.0, 30.0]), np.array([0.25, 1.0])
    full = 1e4 + 500.0 * (source - 20.0)
    one = PerformanceMap(
        source,
        np.array([5.0, 15.0]),
        part,
        np.full((2, 2), 5e4),
        full[:, None, None] * np.ones((2, 2, 1)) * part,
    )
    draw, running, delivered = machine_response(
        (Machine(None, one),),
        StagingOrder.SEQUENCE,
        Load(np.zeros(3), np.array([5e4, 2.5e4, 0.0])),
        source_inlet=np.full(3, 25.0),
        source_spread=np.array([9.0, 2.5, 9.0]),
        load_outlet=np.full(3, 10.0),
    )
    assert draw == pytest.approx([1e4 + 500.0 * 7.0, 0.5 * 12.5e3, 0.0])
    assert running == pytest.approx([1.0, 1.0, 0.0])
    assert delivered == pytest.approx([5e4, 2.5e4, 0.0])
