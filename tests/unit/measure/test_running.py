"""What stands in for running points, source flow and source heat."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.admit import admit
from loopkeeper.measure.aggregate import hourly
from loopkeeper.measure.operation import operation
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.points import Point, Statistic

MINUTES = range(0, 24 * 60, 10)


def codes(verdicts):
    return {v.code for v in verdicts}


@pytest.fixture
def drawing(readings, plant):
    """Hours of a machine of 20 kW that may go down to a quarter, by what it draws. [W]"""
    machine = MachineRecord(id="hp1", rated_heating=1e5, rated_cop=5.0, minimum_part_load=0.25)
    one = replace(plant, machines=(machine,))

    def build(watts, **more):
        points = (
            Point(
                id="E", quantity="electricity_power", of="hp1", statistic=Statistic.MEAN, unit="W"
            ),
            *(
                Point(id=n, quantity="running", of="hp1", statistic=Statistic.INSTANT, unit="")
                for n in more
            ),
        )
        here = replace(one, points=points)
        return hourly(admit(readings(E=watts, **more), points), here), here

    return build


def test_a_machine_runs_while_it_draws(drawing):
    watts = [(m, 18e3 if m % 60 < 20 else 100.0) for m in MINUTES]
    hours, plant = drawing(watts)
    found, said = operation(hours, plant)
    assert found.run_share[1:-1] == pytest.approx(1 / 3)
    assert found.machines_running[1:-1] == pytest.approx(1 / 3)
    assert "measure.running.derived" in codes(said)


def test_low_stages_run_all_the_hour(drawing):
    hours, plant = drawing([(m, 5e3) for m in MINUTES])
    found, _ = operation(hours, plant)
    assert found.run_share[1:-1] == pytest.approx(1.0)


def test_a_running_point_is_believed_first(drawing):
    hours, plant = drawing([(m, 18e3) for m in MINUTES], R=[(m, m % 60 < 30) for m in MINUTES])
    found, said = operation(hours, plant)
    assert found.run_share[1:-1] == pytest.approx(0.5)
    assert "measure.running.derived" not in codes(said)


def test_flow_of_fixed_pumps_is_their_rating_while_they_run(plant, channelled):
    draw = np.where(np.arange(48) % 2, 1700.0, 0.0)
    values = {("electricity_power", "sp1"): draw, ("outdoor_temperature", "site"): 0.0}
    found, said = operation(channelled(values), plant)
    assert found.source_flow == pytest.approx(np.where(draw > 0, 0.005, 0.0))
    assert "measure.flow.by_pumps" in codes(said)


def test_heat_of_an_unmetered_source_closes_the_balance(plant, channelled):
    values = {
        ("heat_power", "load"): np.array([1e5, 0.0, -1e5]),
        ("electricity_power", "hp1"): np.array([2e4, 0.0, 2e4]),
    }
    found, said = operation(channelled(values), plant)
    assert found.source_heat == pytest.approx([8e4, 0.0, -1.2e5])
    assert "measure.source.by_balance" in codes(said)
