"""Machines that feel the ground, several of them, wells that remember, changing plants."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import InputError
from loopkeeper.physics.ground import ModalGround
from loopkeeper.physics.heat_pump import Machine, PerformanceMap
from loopkeeper.physics.hole_resistance import NO_CHANGE
from loopkeeper.physics.pump import PumpMode
from loopkeeper.physics.returned_water import WellGround
from loopkeeper.physics.system import (
    BoundaryConditions,
    Controls,
    GroundState,
    Load,
    StagingOrder,
    simulate,
    simulate_phases,
)

PART = np.array([0.25, 1.0])
WATER = 4.0e6 * 8e-4
"""Heat that the source water carries per kelvin. [W/K]"""


@pytest.fixture
def quick(plant):
    """A plant on ground of one mode, so fast that it is a resistance."""
    ground = ModalGround(12.0, np.array([1.0]), np.array([0.2]), 100.0, 0.0, NO_CHANGE)
    return plant(ground=ground)


def feeling(source, outlet, capacity, draw):
    """A map whose electricity at full load is a sum over source and load temperature."""
    s, w = np.array(source), np.array(outlet)
    full = draw(s[:, None], w)
    return PerformanceMap(s, w, PART, capacity(s[:, None], w), full[..., None] * PART)


def warm(s, w):
    return 2e3 - 40.0 * (s - 10.0) + 30.0 * (w - 45.0)


def able(s, w):
    return 10e3 + 200.0 * (s - 10.0) - 50.0 * (w - 45.0)


HEATING = feeling([0.0, 8.0, 20.0], [35.0, 40.0, 55.0], able, warm)
COOLING = feeling(
    [10.0, 11.0, 30.0],
    [5.0, 6.0, 15.0],
    lambda s, w: 8e3 - 100.0 * (s - 20.0) + 0 * w,
    lambda s, w: 2e3 + 50.0 * (s - 20.0) - 60.0 * (w - 7.0),
)
REST = 2e-3 * (1.0 - 1.0 / 3600.0)
"""Mean drop over the hour per watt of the one fast mode. [K/W]"""


# -- machine and ground agree


def test_a_machine_draws_what_its_map_says_at_the_water_it_makes_itself(quick, lived):
    """
    Full heat H = C(T), electricity P(T), T = mean fluid + 2.5 K: the map was taken at 5 K.

    With q = H - P and the fluid 12 - R q both sides are straight in T.
    """
    system = replace(quick, machines=(Machine(HEATING, None),))
    run = lived(system, [20e3])
    base, slope = 10e3 - 2e3, 240.0
    seen = (12.0 + 2.5 - REST * (base - slope * 10.0)) / (1.0 + REST * slope)
    electricity = warm(seen, 45.0)
    assert run["heating_delivered"][0] == pytest.approx(able(seen, 45.0), rel=1e-9)
    assert run["machine_heating_electricity"][0] == pytest.approx(electricity, rel=1e-9)
    q = able(seen, 45.0) - electricity
    assert run["source_supply"][0] == pytest.approx(12.0 - REST * q + 0.5 * q / WATER)


def test_at_part_load_the_water_of_the_map_had_less_spread(quick, lived):
    system = replace(quick, machines=(Machine(HEATING, None, rated_spread=6.0),))
    run = lived(system, [4e3])
    seen = 12.0
    for _ in range(60):
        part = 4e3 / able(seen, 45.0)
        electricity = part * warm(seen, 45.0)
        seen = 12.0 - REST * (4e3 - electricity) + 0.5 * part * 6.0
    assert run["machine_heating_electricity"][0] == pytest.approx(electricity, rel=1e-9)
    assert run["heating_delivered"][0] == 4e3


def test_a_cooling_machine_sees_warmer_water_than_the_mean_by_half_its_map_s_spread(quick, lived):
    system = replace(quick, machines=(Machine(None, COOLING),), controls=Controls(45.0, 9.0))
    run = lived(system, cooling=[4e3])
    seen = 12.0
    for _ in range(60):
        part = 4e3 / (8e3 - 100.0 * (seen - 20.0))
        electricity = part * (2e3 + 50.0 * (seen - 20.0) - 120.0)
        seen = 12.0 + REST * (4e3 + electricity) - 0.5 * part * 5.0
    assert run["machine_cooling_electricity"][0] == pytest.approx(electricity, rel=1e-9)
    assert run["heating_delivered"][0] == 0.0
    assert lived(system, [3e3])["heating_unmet"][0] == 3e3


def test_heat_and_cold_at_once_are_read_at_the_water_supplied(quick, lived):
    system = replace(quick, machines=(Machine(HEATING, COOLING),))
    run = lived(system, [8e3], cooling=[5e3])
    seen = run["source_supply"][0]
    part = 8e3 / able(seen, 45.0)
    assert run["machine_heating_electricity"][0] == pytest.approx(part * warm(seen, 45.0))
    part = 5e3 / (8e3 - 100.0 * (seen - 20.0))
    cold = part * (2e3 + 50.0 * (seen - 20.0))
    assert run["machine_cooling_electricity"][0] == pytest.approx(cold)
    drawn = 3e3 - run["machine_heating_electricity"][0] - cold
    assert seen == pytest.approx(12.0 - REST * drawn + 0.5 * drawn / WATER)


def test_supply_follows_the_weather_and_the_map_with_it(quick, lived):
    line = {"heating_reset": 0.5, "heating_reset_from": -4.0, "heating_supply_min": 38.0}
    cold = {"cooling_reset": 0.4, "cooling_reset_from": 32.0, "cooling_supply_max": 14.0}
    system = replace(
        quick, machines=(Machine(HEATING, COOLING),), controls=Controls(46.0, 6.0, **line, **cold)
    )
    run = lived(system, [4e3], outdoor=6.0)
    assert run["load_supply"][0] == pytest.approx(41.0)
    assert lived(system, [4e3], outdoor=16.0)["load_supply"][0] == pytest.approx(38.0)
    assert lived(system, cooling=[4e3], outdoor=27.0)["load_supply"][0] == pytest.approx(8.0)
    assert lived(system, cooling=[4e3], outdoor=2.0)["load_supply"][0] == pytest.approx(14.0)
    seen = 12.0
    for _ in range(60):
        part = 4e3 / able(seen, 41.0)
        electricity = part * warm(seen, 41.0)
        seen = 12.0 - REST * (4e3 - electricity) + 2.5 * part
    assert run["machine_heating_electricity"][0] == pytest.approx(electricity, rel=1e-9)


def test_an_hour_beyond_the_edge_of_a_map_says_so_and_holds_the_edge(quick, lived):
    edge = feeling(
        [5.0, 7.0, 10.0],
        [40.0, 41.0, 50.0],
        lambda s, w: 10e3 + 0.0 * (s + w),
        lambda s, w: 1.8e3 - 80.0 * (s - 5.0) + 20.0 * (w - 40.0),
    )
    system = replace(quick, machines=(Machine(edge, None, rated_spread=0.0),))

    def hour(temperature, supply):
        ground = replace(quick.ground, undisturbed_temperature=temperature)
        one = replace(system, ground=ground, controls=Controls(supply, 7.0))
        run = lived(one, [10e3])
        return run["outside_map"][0], run["machine_heating_electricity"][0]

    assert hour(40.0, 45.0) == (1.0, pytest.approx(1.5e3))
    assert hour(4.0, 45.0) == (1.0, pytest.approx(1.9e3))
    assert hour(40.0, 52.0) == (1.0, pytest.approx(1.6e3))
    assert hour(40.0, 39.0) == (1.0, pytest.approx(1.4e3))
    assert lived(replace(system, controls=Controls(52.0, 7.0)), [0.0])["outside_map"][0] == 0.0
    inside = 2e-3 * 8.4e3 + 7.5
    assert hour(inside, 45.0)[0] == 0.0
    assert hour(inside, 50.5)[0] == 1.0
    assert hour(inside, 39.5)[0] == 1.0


def test_machines_of_a_ten_thousandth_the_size_feel_the_same_water(quick, lived):
    unit, size = Machine(HEATING, COOLING), 1e-4
    whole = replace(quick, machines=(unit,))
    small = replace(
        quick,
        machines=(unit.scaled(size),),
        ground=replace(quick.ground, total_length=100.0 * size),
        source_pumps=quick.source_pumps.as_found(flow_factor=size, electricity_factor=size),
        load_pumps=quick.load_pumps.as_found(flow_factor=size, electricity_factor=size),
    )
    heating, cooling = np.array([4e3, 0.0, 5e3]), np.array([0.0, 4e3, 3e3])
    one, other = lived(whole, heating, cooling), lived(small, size * heating, size * cooling)
    for name in ("machine_heating_electricity", "machine_cooling_electricity"):
        assert other[name] == pytest.approx(size * one[name], rel=1e-7, abs=0), name


# -- several machines


def test_unlike_machines_are_read_on_the_union_of_their_axes(plant, unit, lived):
    """The second draws 3 of its 5 kW at half load; its map knows no part below a half."""
    bent = PerformanceMap(
        np.array([12.0]),
        np.array([45.0]),
        np.array([0.5, 1.0]),
        np.array([[20e3]]),
        np.array([[[3e3, 5e3]]]),
    )
    second = Machine(bent, None, minimum_part_load=0.3, cycling_loss=0.2)
    system = plant(machines=(unit, second))
    run = lived(system, [25e3, 18e3, 16e3])
    # 15 kW of 20: halfway between a half and all; 8 and 6 kW: its map ends at a half
    assert run["machine_heating_electricity"] == pytest.approx([6e3, 5e3, 5e3])
    alone = lived(plant(machines=(second,)), [15e3, 4e3])
    share = 0.2 / 0.5
    assert alone["machine_heating_electricity"] == pytest.approx(
        [4e3, share * 3e3 / (1.0 - 0.2 * (1.0 - share))]
    )
    assert alone["run_share"] == pytest.approx([1.0, 0.4])
    assert alone["outside_map"] == pytest.approx([1.0, 1.0])


def test_machines_that_share_equally_cycle_together(plant, unit, lived):
    equal = Controls(45.0, 7.0, staging=StagingOrder.EQUAL)
    run = lived(plant(machines=(unit, unit), controls=equal), [3e3, 8e3])
    share = 0.15 / 0.25
    assert run["run_share"] == pytest.approx([share, 1.0])
    assert run["machines_running"] == pytest.approx([2 * share, 2.0])
    assert run["machine_heating_electricity"] == pytest.approx(
        [2 * share * 500.0 / (1.0 - 0.1 * (1.0 - share)), 1.6e3]
    )
    more = lived(plant(machines=(unit, unit), controls=equal), [25e3])
    assert more["heating_delivered"] == pytest.approx([20e3])
    ordered = lived(plant(machines=(unit, unit)), [3e3, 8e3])
    assert ordered["machines_running"] == pytest.approx([1.0, 1.0])


def test_heat_and_cold_share_one_fleet_of_machines(plant, unit, lived):
    """Of two machines one heats all hour, one cools for half of it; a third does not exist."""
    system = plant(machines=(unit, unit))
    bank = replace(system.source_pumps, mode=PumpMode.ONE_PER_MACHINE)
    run = lived(replace(system, source_pumps=bank), [6e3, 15e3], cooling=[1e3, 12e3])
    assert run["machines_running"] == pytest.approx([1.5, 2.0])
    beyond = lived(replace(system, source_pumps=bank), [11e3, 1e3], cooling=[6e3, 1.6e3])
    assert beyond["machines_running"] == pytest.approx([2.0, 2 * 0.8])
    x = (1.25 / (0.4 * 0.25 + 0.6 + 0.25)) ** 0.5
    assert run["source_flow"] == pytest.approx([0.5 * 4e-4 * x + 0.5 * 8e-4, 8e-4])


# -- wells that return their water


def test_two_hours_of_a_doublet_remember_the_volume_that_went_round(plant, lived):
    """
    Two modes, 90 % through the ground, exchanger and dirt 0.3 mK/W, a tenth by-passed.

    Deficit of the water taken D = a (D + S) + e m with the share a that comes back at once.
    """
    wells = WellGround(
        14.0,
        np.array([20.0, 3.0]),
        np.array([0.3, 0.1]),
        exchange=0.9,
        rest_time=36000.0,
        flow_axis=np.array([4e-4, 1.04e-3, 2e-3]),
        flow_resistance=np.array([3e-4, 1e-4, 7e-4]),
    )
    system = plant(ground=wells, bypass=0.1, source_resistance=1e-4)
    run = lived(system, [6e3, 3e3, 0.0], recharge=[0.0, 900.0, 0.0])
    through = 0.9 * 8e-4
    volume, c = through * 3600.0, np.array([0.3, 0.1])
    x = volume / wells.volumes
    kept = (1.0 - np.exp(-x)) / x
    state = np.zeros(2)
    direct = 0.1 + 0.9 * c @ (1.0 - kept)
    for n, (mean, drawn) in enumerate(((4.8e3, 4.8e3), (2.4e3, 1.5e3))):
        spread = drawn / (through * 4.0e6)
        deficit = (direct * spread + 0.9 * kept @ state) / (1.0 - direct)
        supply = 14.0 - deficit - 3e-4 * drawn - drawn / 9.0 / WATER
        assert run["source_supply"][n] == pytest.approx(supply)
        assert run["source_return"][n] == pytest.approx(supply - mean / WATER)
        assert run["ground_heat_rate"][n] == pytest.approx(drawn)
        faded = state * np.exp(-0.1)
        state = np.exp(-x) * faded + (1.0 - np.exp(-x)) * c * (deficit + spread)
    rest = 14.0 - 0.9 * state.sum()
    assert run["source_supply"][2] == pytest.approx(rest)
    assert run["source_return"][2] == pytest.approx(rest)
    assert run.state.modes == pytest.approx(state * np.exp(-0.1))
    alone = lived(system, [0.0], recharge=[700.0])
    assert alone["ground_heat_rate"][0] == pytest.approx(-700.0)


def test_the_memory_of_wells_is_of_the_water_that_moved_only_while_machines_ran(plant, lived):
    """1 kW of 10: 40 % of the hour, so 40 % of the volume, at the full spread."""
    wells = WellGround(14.0, np.array([5.0]), np.array([0.4]))
    run = lived(plant(ground=wells), [1e3])
    on = (1e3 - 200.0 / 0.94) / 0.4
    x = 8e-4 * 0.4 * 3600.0 / 5.0
    direct = 0.4 * (1.0 - (1.0 - np.exp(-x)) / x)
    deficit = direct / (1.0 - direct) * on / WATER
    assert run["source_supply"][0] == pytest.approx(14.0 - deficit)
    assert run["source_return"][0] == pytest.approx(14.0 - deficit - on / WATER)
    entering = deficit + on / WATER
    assert run.state.modes == pytest.approx([(1.0 - np.exp(-x)) * 0.4 * entering])


# -- a plant that changes, and loads that are none


def test_each_phase_starts_where_the_one_before_ended(plant, unit, lived):
    heavy = plant(machines=(unit.drawing(heating=1.5, cooling=1.0),))
    load = Load(np.array([6e3, 5e3, 4e3]), np.zeros(3), np.array([100.0, 200.0, 300.0]))
    boundary = BoundaryConditions(
        np.array([1.0, 2.0, 3.0]), np.ones(3, bool), np.array([11.0, 10.0, 9.0]), np.full(3, 1e4)
    )
    run = simulate_phases([(0, plant()), (2, heavy)], load, boundary, 3600.0)
    before = lived(plant(), [6e3, 5e3], recharge=[100.0, 200.0], natural=np.array([11.0, 10.0]))
    after = lived(heavy, [4e3], recharge=[300.0], natural=np.array([9.0]), state=before.state)
    assert run.values == pytest.approx(np.concatenate([before.values, after.values]))
    assert run["machine_heating_electricity"] == pytest.approx([1.2e3, 1e3, 1.2e3])
    assert run.state.modes == pytest.approx(after.state.modes)
    for phases in ([], [(1, heavy)], [(0, heavy), (2, heavy), (1, heavy)], [(0, heavy)] * 2):
        with pytest.raises(InputError, match="start at step 0"):
            simulate_phases(phases, load, boundary, 3600.0)
    plain = Load(load.heating, load.cooling)
    mild = BoundaryConditions(boundary.outdoor_temperature, boundary.enabled)
    assert simulate_phases([(0, plant())], plain, mild, 3600.0).values.shape == (3, 20)


@pytest.mark.parametrize(
    "wrong",
    [
        Load(np.array([-1.0]), np.zeros(1)),
        Load(np.zeros(1), np.array([-1.0])),
        Load(np.array([np.nan]), np.zeros(1)),
        Load(np.zeros(1), np.zeros(1), np.array([np.inf])),
        Load(np.zeros(2), np.zeros(1)),
    ],
)
def test_a_load_that_is_none_is_refused(plant, wrong):
    boundary = BoundaryConditions(np.zeros(1), np.ones(1, bool))
    with pytest.raises(InputError):
        simulate(plant(), wrong, boundary, 3600.0)


def test_pumps_are_asked_and_changed_by_their_loop(plant):
    system = plant()
    assert system.pumps_of("source") is system.source_pumps
    assert system.pumps_of("load") is system.load_pumps
    other = replace(system.load_pumps, count=3)
    assert system.with_pumps("load", other).load_pumps.count == 3
    assert system.with_pumps("load", other).source_pumps.count == 2
    assert system.with_pumps("source", other).source_pumps.count == 3
    fresh = simulate(
        system,
        Load(np.zeros(0), np.zeros(0)),
        BoundaryConditions(np.zeros(0), np.zeros(0, bool)),
        3600.0,
        GroundState(np.array([0.1, 0.2])),
    )
    assert fresh.state.modes.tolist() == [0.1, 0.2]
