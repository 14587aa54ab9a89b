"""One hour of a small plant: heat, temperatures, pumps and what is left over, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import InputError, OutOfRangeError
from loopkeeper.physics.pump import DriveLaw, PumpMode
from loopkeeper.physics.system import Controls, GroundState

TAU, C = np.array([7200.0, 1e6]), np.array([0.05, 0.2]) / 100.0
LEFT = np.exp(-3600.0 / TAU)
MEMORY = TAU / 3600.0 * (1.0 - LEFT)
GAIN = float(C @ (1.0 - MEMORY))
HOLE = 0.02 / 100.0
"""Of the hole at 0.8 L/s, halfway between the flows of its table. [K/W]"""
WATER = 4.0e6 * 8e-4
"""Heat that the source water carries per kelvin. [W/K]"""


def one_pump(share=0.5, branch=0.6):
    x = (1.25 / ((1 - branch) * share**2 + branch + 0.25)) ** 0.5
    return x, 1 + 0.5 * (x - 1) + 0.25 * (x - 1) ** 2


def first(run, *names):
    return [run[name][0] for name in names]


# -- heat and temperatures


def test_an_hour_of_heating_draws_from_the_ground_what_electricity_does_not_give(plant, lived):
    run = lived(plant(), [6e3])
    names = ("heating_delivered", "machine_heating_electricity", "ground_heat_rate", "run_share")
    assert first(run, *names) == pytest.approx([6e3, 1.2e3, 4.8e3, 1.0])
    assert first(run, "cooling_delivered", "machine_cooling_electricity") == [0.0, 0.0]
    assert first(run, "machines_running", "outside_map") == [1.0, 0.0]
    fluid = 12.0 - (GAIN + HOLE) * 4.8e3
    assert first(run, "source_supply", "source_return") == pytest.approx(
        [fluid + 2.4e3 / WATER, fluid - 2.4e3 / WATER]
    )
    assert run.state.modes == pytest.approx((1.0 - LEFT) * C * 4.8e3)
    assert run.energy("heating_delivered", "ground_heat_rate") == pytest.approx(10.8e3 * 3600.0)


def test_an_hour_of_cooling_gives_the_ground_cold_and_electricity(plant, lived):
    run = lived(plant(), cooling=[6e3])
    names = ("cooling_delivered", "machine_cooling_electricity", "ground_heat_rate")
    assert first(run, *names) == pytest.approx([6e3, 1.5e3, -7.5e3])
    fluid = 12.0 + (GAIN + HOLE) * 7.5e3
    assert first(run, "source_supply", "source_return") == pytest.approx(
        [fluid - 3.75e3 / WATER, fluid + 3.75e3 / WATER]
    )
    load = 4.2e6 * 6e-4
    assert first(run, "load_supply", "load_return") == pytest.approx([7.0, 7.0 + 6e3 / load])


def test_heat_and_cold_of_one_hour_meet_in_the_source_water(plant, lived):
    run = lived(plant(), [6e3], cooling=[4e3])
    assert first(run, "ground_heat_rate") == pytest.approx([4.8e3 - 5e3])
    assert first(run, "load_supply", "load_return") == pytest.approx(
        [45.0, 45.0 - 2e3 / (4.2e6 * 6e-4)]
    )
    assert first(run, "machines_running") == [1.0]


def test_the_second_hour_remembers_the_first_by_each_of_its_modes(plant, lived):
    run = lived(plant(), [6e3, 3e3])
    state = (1.0 - LEFT) * C * 4.8e3
    fluid = 12.0 - MEMORY @ state - (GAIN + HOLE) * 2.4e3
    assert run["source_supply"][1] == pytest.approx(fluid + 1.2e3 / WATER)
    assert run.state.modes == pytest.approx(LEFT * state + (1.0 - LEFT) * C * 2.4e3)
    again = lived(plant(), [3e3], state=GroundState(state))
    assert again.values[0] == pytest.approx(run.values[1])
    with pytest.raises(InputError, match="3 modes, the ground has 2"):
        lived(plant(), [3e3], state=GroundState(np.zeros(3)))


def test_a_machine_that_cycles_draws_more_while_it_runs_than_over_the_hour(plant, lived):
    """1 kW of 10 kW, a quarter being the least: on for 40 % of the hour, 6 % of loss."""
    run = lived(plant(), [1e3])
    electricity = 0.4 * 500.0 / (1.0 - 0.1 * 0.6)
    mean = 1e3 - electricity
    names = ("machine_heating_electricity", "run_share", "machines_running", "ground_heat_rate")
    assert first(run, *names) == pytest.approx([electricity, 0.4, 0.4, mean])
    on = mean / 0.4
    fluid = 12.0 - GAIN * mean - 3e-4 * (on - mean) - HOLE * on
    assert first(run, "source_supply", "source_return") == pytest.approx(
        [fluid + 0.5 * on / WATER, fluid - 0.5 * on / WATER]
    )
    assert first(run, "load_return") == pytest.approx([45.0 - 2.5e3 / (4.2e6 * 6e-4)])


def test_recharge_goes_into_the_ground_beside_what_machines_draw(plant, lived):
    run = lived(plant(recharge_effort=0.02), [6e3], recharge=[1.8e3])
    assert first(run, "ground_heat_rate") == pytest.approx([3e3])
    fluid = 12.0 - (GAIN + HOLE) * 3e3
    assert first(run, "source_supply", "source_return") == pytest.approx(
        [fluid + 1.5e3 / WATER, fluid + 1.5e3 / WATER - 4.8e3 / WATER]
    )
    assert first(run, "source_pump_electricity") == pytest.approx([200.0 + 36.0])
    relief = lived(plant(recharge_effort=0.02), [6e3], recharge=[-1.8e3])
    assert first(relief, "source_pump_electricity") == pytest.approx([236.0])
    assert first(relief, "ground_heat_rate") == pytest.approx([6.6e3])


def test_water_that_passes_by_leaves_the_hole_less_flow_and_mixes_behind_it(plant, lived):
    """A quarter by-passes: 0.6 L/s through the hole, whose resistance is then 0.03 m K/W."""
    run = lived(plant(bypass=0.25), [6e3])
    entering = 12.0 - (GAIN + 0.03 / 100.0) * 4.8e3 - 2.4e3 / (0.75 * WATER)
    supply = entering + 4.8e3 / WATER
    assert first(run, "source_supply", "source_return", "source_flow") == pytest.approx(
        [supply, entering, 8e-4]
    )
    for wrong in (-0.01, 1.0):
        with pytest.raises(OutOfRangeError, match="by-pass"):
            lived(plant(bypass=wrong), [6e3])


def test_a_worn_or_colder_source_is_told_by_its_offsets_and_resistance(plant, lived):
    clean = lived(plant(), [6e3], cooling=[0.0])["source_supply"][0]
    worn = plant(source_resistance=5e-4, source_offset=-0.7, cooling_offset=0.4)
    assert lived(worn, [6e3])["source_supply"][0] == pytest.approx(clean - 0.7 - 2.4)
    cool = lived(plant(), cooling=[6e3])["source_supply"][0]
    assert lived(worn, cooling=[6e3])["source_supply"][0] == pytest.approx(cool - 0.7 + 0.4 + 3.75)


def test_natural_water_stands_in_for_the_ground_s_own_temperature(plant, lived):
    own = lived(plant(), [6e3])["source_supply"][0]
    run = lived(plant(), [6e3], natural=np.array([9.0]))
    assert run["source_supply"][0] == pytest.approx(own - 3.0)
    middle = lived(plant(ground=replace(plant().ground, middle=1.0)), [6e3])
    assert middle["source_supply"][0] == pytest.approx(12.0 - (GAIN + HOLE) * 4.8e3)
    for given in ({"natural": np.array([np.nan])}, {"limit": np.array([-1.0])}):
        with pytest.raises(InputError):
            lived(plant(), [6e3], **given)
    with pytest.raises(InputError):
        lived(plant(), [6e3], natural=np.array([9.0, 9.0]))


# -- what the plant cannot give


def test_what_machines_cannot_give_comes_from_the_boiler_and_the_rest_is_missed(plant, lived):
    system = plant(backup_heating=1.5e3, backup_cooling=400.0)
    run = lived(system, [11e3, 13e3, 4e3])
    assert run["heating_delivered"] == pytest.approx([10e3, 10e3, 4e3])
    assert run["heating_backup"] == pytest.approx([1e3, 1.5e3, 0.0])
    assert run["heating_unmet"] == pytest.approx([0.0, 1.5e3, 0.0])
    run = lived(system, cooling=[8.3e3, 9e3])
    assert run["cooling_backup"] == pytest.approx([300.0, 400.0])
    assert run["cooling_unmet"] == pytest.approx([0.0, 600.0])


def cut(asked, most):
    """A load cut by bisection: the last of 4096 equal parts that still goes."""
    return asked * np.floor(4096 * most / asked) / 4096


def test_heating_is_cut_where_source_water_would_leave_too_cold(plant, lived):
    fall = GAIN + HOLE + 0.5 / WATER
    at_full = 12.0 - fall * 6.4e3
    free = plant(controls=Controls(45.0, 7.0, source_outlet_min=at_full - 1e-3))
    assert lived(free, [8e3])["heating_delivered"][0] == 8e3
    least = 12.0 - fall * 0.8 * 3335.0
    run = lived(plant(controls=Controls(45.0, 7.0, source_outlet_min=least)), [8e3])
    assert run["heating_delivered"][0] == pytest.approx(cut(8e3, 3335.0))
    assert run["source_return"][0] >= least
    never = plant(controls=Controls(45.0, 7.0, source_outlet_min=13.0))
    assert lived(never, [8e3])["heating_delivered"][0] == 0.0
    assert lived(never, cooling=[4e3])["cooling_delivered"][0] == 4e3


def test_cooling_is_cut_where_source_water_would_leave_too_warm(plant, lived):
    rise = GAIN + HOLE + 0.5 / WATER
    most = 12.0 + rise * 1.25 * 3335.0
    run = lived(plant(controls=Controls(45.0, 7.0, source_outlet_max=most)), cooling=[8e3])
    assert run["cooling_delivered"][0] == pytest.approx(cut(8e3, 3335.0))
    assert run["source_return"][0] <= most
    never = plant(controls=Controls(45.0, 7.0, source_outlet_max=11.0))
    assert lived(never, cooling=[8e3])["cooling_delivered"][0] == 0.0
    assert lived(never, [4e3])["heating_delivered"][0] == 4e3


def test_a_source_gives_and_takes_no_more_than_its_limit(plant, lived):
    run = lived(plant(), [8e3], limit=np.array([6.5e3]))
    assert run["heating_delivered"][0] == 8e3
    run = lived(plant(), [8e3], limit=np.array([0.8 * 3335.0]))
    assert run["heating_delivered"][0] == pytest.approx(cut(8e3, 3335.0))
    run = lived(plant(), cooling=[8e3], limit=np.array([1.25 * 3335.0]))
    assert run["cooling_delivered"][0] == pytest.approx(cut(8e3, 3335.0))


def test_a_plant_of_a_hundred_thousandth_the_size_has_the_same_temperatures(plant, unit, lived):
    size, system = 1e-5, plant()
    small = plant(
        machines=(unit.scaled(size),),
        ground=replace(
            system.ground,
            total_length=size * 100.0,
            by_flow=system.ground.by_flow.per_flow(size),
        ),
        source_pumps=system.source_pumps.as_found(flow_factor=size, electricity_factor=size),
        load_pumps=system.load_pumps.as_found(flow_factor=size, electricity_factor=size),
    )
    heating, cooling = np.array([6e3, 1e3, 0, 0]), np.array([0, 0, 6e3, 0])
    whole, part = lived(system, heating, cooling), lived(small, size * heating, size * cooling)
    for name in ("source_supply", "source_return", "load_supply", "load_return", "run_share"):
        assert part[name] == pytest.approx(whole[name]), name
    for name in ("machine_heating_electricity", "machine_cooling_electricity", "source_flow"):
        assert part[name] == pytest.approx(size * whole[name], rel=1e-6, abs=0), name
    limited = lived(small, [8e3 * size], limit=np.array([0.8 * 3335.0 * size]))
    assert limited["heating_delivered"][0] == pytest.approx(size * cut(8e3, 3335.0))


# -- pumps


def test_constant_pumps_run_whenever_the_plant_is_enabled(plant, lived):
    pumps = ("source_pump_electricity", "load_pump_electricity", "source_flow", "load_flow")
    for heat in (6e3, 1e3, 0.0):
        assert first(lived(plant(), [heat]), *pumps) == pytest.approx([200.0, 140.0, 8e-4, 6e-4])
    off = lived(plant(), [0.0], enabled=False)
    assert first(off, *pumps) == [0.0, 0.0, 0.0, 0.0]
    system = plant()
    some = plant(
        source_pumps=replace(system.source_pumps, idle=0.3),
        load_pumps=replace(system.load_pumps, idle=0.2),
    )
    assert first(lived(some, [0.0]), *pumps) == pytest.approx([60.0, 28.0, 2.4e-4, 1.2e-4])
    assert first(lived(some, [6e3]), *pumps) == pytest.approx([200.0, 140.0, 8e-4, 6e-4])


def test_a_pump_for_each_machine_runs_out_alone_and_stops_with_it(plant, unit, lived):
    system = plant(machines=(unit, unit))
    bank = replace(system.source_pumps, mode=PumpMode.ONE_PER_MACHINE)
    load = replace(system.load_pumps, mode=PumpMode.ONE_PER_MACHINE)
    system = replace(system, source_pumps=bank, load_pumps=load)
    x, power = one_pump()
    pumps = ("source_flow", "source_pump_electricity", "load_flow", "load_pump_electricity")
    alone = [4e-4 * x, 100.0 * power, 3e-4 * x, 70.0 * power]
    assert first(lived(system, [6e3]), *pumps) == pytest.approx(alone)
    assert first(lived(system, [15e3]), *pumps) == pytest.approx([8e-4, 200.0, 6e-4, 140.0])
    cycling = lived(system, [1e3])
    assert first(cycling, *pumps) == pytest.approx([0.4 * one for one in alone])
    assert first(cycling, "load_return") == pytest.approx([45.0 - 2.5e3 / (4.2e6 * 3e-4 * x)])
    # 11 kW: one machine all the hour, the second for 40 % of it
    mixed = lived(system, [11e3])
    expected = [0.6 * a + 0.4 * b for a, b in zip(alone, [8e-4, 200, 6e-4, 140], strict=True)]
    assert first(mixed, *pumps) == pytest.approx(expected)
    assert first(mixed, "machines_running", "run_share") == pytest.approx([1.4, 1.0])
    assert first(lived(system, [0.0]), *pumps) == [0.0] * 4


def test_four_pumps_on_three_machines_run_as_many_as_the_share_needs(plant, unit, lived):
    """One of three machines asks for 4/3 pumps: two; two ask for 8/3: three."""
    system = plant(machines=(unit,) * 3)
    bank = replace(system.source_pumps, count=4, mode=PumpMode.ONE_PER_MACHINE)
    run = lived(replace(system, source_pumps=bank), [6e3, 15e3, 25e3])
    expected = [n * 100.0 * one_pump(n / 4)[1] for n in (2, 3, 4)]
    assert run["source_pump_electricity"] == pytest.approx(expected)


def test_a_drive_moves_what_holds_its_spread_between_its_least_and_all(plant, lived):
    system = plant()
    bank = replace(
        system.source_pumps,
        mode=PumpMode.VARIABLE,
        design_spread=4.0,
        law=DriveLaw(0.1, 0.6, 0.25),
        minimum_speed=0.3,
    )
    load = replace(system.load_pumps, mode=PumpMode.VARIABLE, design_spread=8.0)
    run = lived(replace(system, source_pumps=bank, load_pumps=load), [7.5e3])
    moved = 0.1 + 0.6 * 6e3 / (4.0e6 * 4.0 * 8e-4)
    drawn = moved * (0.25 + 0.75 * moved**2)
    names = ("source_flow", "source_pump_electricity")
    assert first(run, *names) == pytest.approx([moved * 8e-4, drawn * 200.0])
    sent = max(0.4, 7.5e3 / (4.2e6 * 8.0 * 6e-4))
    assert first(run, "load_flow") == pytest.approx([sent * 6e-4])
    assert first(run, "load_pump_electricity") == pytest.approx([140.0 * sent**3])
    least = lived(replace(system, source_pumps=replace(bank, law=DriveLaw())), [1e3])
    share = 0.4
    on = (1e3 - 200.0 / 0.94) / share
    moved = on / (4.0e6 * 4.0 * 8e-4)
    assert moved < 0.3
    assert first(least, *names) == pytest.approx([0.3 * 8e-4 * share, 0.027 * 200.0 * share])
