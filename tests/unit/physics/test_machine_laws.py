"""Laws of machines, pumps, exchangers and passing water, where a hand has the answer."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import InputError, OutOfRangeError
from loopkeeper.physics.control_laws import ResetLine, driven, supplies
from loopkeeper.physics.duty import machine_response
from loopkeeper.physics.exchanger import Exchanger, effectiveness
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.heat_pump import Machine, PerformanceMap
from loopkeeper.physics.pump import DriveLaw, PumpBank, PumpMode, parallel_operation
from loopkeeper.physics.surface_water import Pond, usable_heat
from loopkeeper.physics.system import Load, StagingOrder


def machine(slope=0.0, capacity=1e5, minimum=0.25, **of):
    """Draws a fifth of its capacity at 10 °C, more by ``slope`` a kelvin colder."""
    source, part = np.array([0.0, 20.0]), np.array([0.25, 1.0])
    full = capacity / 5 * (1.0 - slope * (source - 10.0))
    one = PerformanceMap(
        source,
        np.array([40.0, 50.0]),
        part,
        np.full((2, 2), capacity),
        full[:, None, None] * np.ones((2, 2, 1)) * part,
    )
    return Machine(one, None, minimum_part_load=minimum, **of)


def response(machines, heat, staging=StagingOrder.SEQUENCE, inlet=10.0, spread=5.0):
    heat = np.atleast_1d(np.asarray(heat, float))
    same = [np.full(len(heat), v) for v in (inlet, spread, 45.0)]
    return machine_response(
        machines,
        staging,
        Load(heat, 0 * heat),
        source_inlet=same[0],
        source_spread=same[1],
        load_outlet=same[2],
    )


def test_machines_start_one_after_the_other_or_all_together():
    two = (machine(), machine())
    draw, running, delivered = response(two, [1.5e5, 2.5e5])
    assert draw == pytest.approx([3e4, 4e4])
    assert running == pytest.approx([2.0, 2.0])
    assert delivered == pytest.approx([1.5e5, 2e5])
    assert response(two, [0.9e5])[1] == pytest.approx([1.0])
    assert response(two, [0.9e5], StagingOrder.EQUAL)[1] == pytest.approx([2.0])
    unlike = (machine(capacity=3e5), machine(capacity=1e5))
    assert response(unlike, [2e5], StagingOrder.EQUAL)[0] == pytest.approx([4e4])


def test_a_machine_below_its_least_part_load_runs_a_share_of_the_time_with_a_loss():
    draw, running, delivered = response((machine(cycling_loss=0.2),), [1e4])
    share = 0.1 / 0.25
    assert running == pytest.approx([share])
    assert draw == pytest.approx([share * 5e3 / (1.0 - 0.2 * (1.0 - share))])
    assert delivered == pytest.approx([1e4])


def test_a_map_is_read_at_the_mean_of_the_water_it_was_taken_at():
    """A spread of 8 K where the map's is 5: the water is 1.5 K colder than the inlet says."""
    draw = response((machine(slope=0.02),), [1e5], spread=8.0)[0]
    assert draw == pytest.approx([2e4 * (1.0 + 0.02 * 1.5)])
    half = response((machine(slope=0.02),), [0.5e5], spread=2.5)[0]
    assert half == pytest.approx([1e4])


def test_unknown_water_gives_no_draw_and_unlike_lengths_are_refused():
    draw, running, delivered = response((machine(),), [1e5], inlet=np.nan)
    assert np.isnan([draw, running, delivered]).all()
    one, two = np.ones(1), np.ones(2)
    with pytest.raises(InputError):
        machine_response(
            (machine(),),
            StagingOrder.SEQUENCE,
            Load(one, one),
            source_inlet=two,
            source_spread=one,
            load_outlet=one,
        )


def test_pumps_in_parallel_run_out_on_their_common_loop():
    bank = PumpBank(4, 0.01, 20.0, 3000.0, PumpMode.ONE_PER_MACHINE, branch=0.6)
    assert parallel_operation(bank, 4) == pytest.approx((0.04, 12e3))
    assert parallel_operation(bank, 0) == (0.0, 0.0)
    x = (1.25 / (0.4 * 0.25 + 0.6 + 0.25)) ** 0.5
    power = 1.0 + 0.5 * (x - 1.0) + 0.25 * (x - 1.0) ** 2
    assert parallel_operation(bank, 2) == pytest.approx((0.02 * x, 6e3 * power))
    with pytest.raises(OutOfRangeError):
        parallel_operation(bank, 5)
    found = bank.as_found(flow_factor=1.2, electricity_factor=0.9)
    assert (found.flow, found.electricity) == pytest.approx((0.012, 2700.0))
    assert [replace(bank, mode=m).goes_on for m in PumpMode] == [1.0, 0.0, 0.0]
    assert replace(bank, idle=0.3).goes_on == 0.3


def test_a_drive_moves_its_law_between_its_least_and_all_and_draws_its_share():
    moved, drawn = driven(DriveLaw(0.2, 0.6, 0.25), np.full(4, 0.35), np.array([0, 0.5, 1, 2.0]))
    assert moved == pytest.approx([0.35, 0.5, 0.8, 1.0])
    assert drawn == pytest.approx(moved * (0.25 + 0.75 * moved**2))
    held = DriveLaw(0.3, 0.9, 0.25).held()
    assert (held.base_flow, held.slope, held.static) == pytest.approx((0.25, 0.75, 0.25))


def test_supplies_follow_the_weather_as_far_as_their_limits():
    hot = ResetLine(50.0, 0.8, 0.0, 40.0)
    cold = ResetLine(7.0, 0.3, 30.0, 12.0)
    found = supplies(hot, cold, np.array([-5.0, 5.0, 20.0, 35.0]))
    assert found[0] == pytest.approx([50.0, 46.0, 40.0, 40.0])
    assert found[1] == pytest.approx([12.0, 12.0, 10.0, 7.0])


def test_the_effectiveness_of_counterflow_at_its_limits():
    units = np.array([0.5, 2.0])
    assert effectiveness(units, np.zeros(2)) == pytest.approx(1 - np.exp(-units))
    assert effectiveness(units, np.ones(2)) == pytest.approx(units / (1 + units))
    middle = (1 - np.exp(-1.0)) / (1 - 0.5 * np.exp(-1.0))
    assert effectiveness(np.array([2.0]), np.array([0.5]))[0] == pytest.approx(middle)


def test_an_exchanger_between_equal_waters_is_one_over_its_conductance():
    plate = Exchanger(5e4, 0.02, area=30.0)
    flow = np.array([0.01, 0.02])
    clean = 1.0 / (5e4 * np.array([0.5**0.7, 1.0]))
    same = {"source_capacity": 4e6, "loop_capacity": 4e6}
    assert plate.resistance(flow, **same) == pytest.approx(clean)
    assert replace(plate, fouling=3e-4).resistance(flow, **same) == pytest.approx(clean + 1e-5)
    unlike = plate.resistance(flow[1:], source_capacity=4e6, loop_capacity=2e6)
    share = effectiveness(np.array([5e4 / 4e4]), np.array([0.5]))
    assert unlike == pytest.approx(1.0 / (share * 4e4) - 1.0 / 4e4)


def test_a_pond_remembers_as_long_as_it_takes_to_lose_its_heat():
    pond = Pond(volume=1000.0, area=500.0, surface=20.0, inflow=0.001)
    assert pond.loss == pytest.approx(20.0 * 500.0 + WATER * 0.001)
    assert pond.time_constant == pytest.approx(WATER * 1000.0 / pond.loss)


def test_passing_water_gives_no_more_than_ecology_and_frost_allow():
    heat = usable_heat(np.array([10.0, 4.0, 1.0]), np.full(3, 0.01), ecological=3.0, leaving=2.0)
    assert heat == pytest.approx(WATER * 0.01 * np.array([3.0, 2.0, 0.0]))
