"""Equal pumps beside one another: whose draw is not that of the others, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.commission import sisters as room
from loopkeeper.lifecycle.commission.judged import Proved, TrialResult
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.pump import PumpMode
from loopkeeper.plant.machines import Loop, PumpRecord
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.trials import JudgedBy
from loopkeeper.plant.verdict import Verdict

POWER = 5e3
COUNT = 60
SICK = Proved(findings=(Verdict("commission.pump.reversed"),))


def pump(name, loop=Loop.SOURCE, power=POWER):
    return PumpRecord(id=name, loop=loop, flow=0.02, head=20.0, power=power)


def figure(quantity, of, value, paper, doubt):
    return SimpleNamespace(
        quantity=quantity,
        of=of,
        measured=Estimate.normal(value, doubt * value),
        expected=Estimate.normal(paper, 0.05 * paper),
    )


def alone(name, flow, draw, doubt=0.005, proved=None):
    """A pump alone: its flow [m3/h] and draw [kW], beside papers of 72 m3/h and 5 kW."""
    compared = (
        figure("flow", name, flow, 72.0, 0.01),
        figure("electricity_power", name, draw, 5.0, doubt),
    )
    planned = SimpleNamespace(of=name, kind=SimpleNamespace(judged_by=JudgedBy.ROTATION))
    findings = () if proved is None else proved.findings
    told = Proved(compared=compared, findings=findings)
    return TrialResult(planned=planned, began=None, ended=None, proved=told)


def whole(pumps, mode=PumpMode.VARIABLE, draws=None):
    """A plant with what its pumps' meters read in all trials, minute by minute. [W]"""
    time = np.datetime64("2026-12-01T00:00:00", "s") + 60 * np.arange(COUNT)
    channels = {
        ("electricity_power", name): Channel(
            np.broadcast_to(np.asarray(one, dtype=float), (COUNT,)).copy(),
            np.ones(COUNT),
            Point(
                id=name,
                quantity="electricity_power",
                of=name,
                statistic=Statistic.MEAN,
                unit="kW",
                accuracy="1 %",
            ),
        )
        for name, one in (draws or {}).items()
    }
    return SimpleNamespace(
        plant=SimpleNamespace(pumps=pumps),
        model=SimpleNamespace(
            system=SimpleNamespace(pumps_of=lambda _: SimpleNamespace(mode=mode))
        ),
        minutes=PlantHours(time, channels),
    )


def named(told, results):
    found = room.beside_sisters(told, results)
    assert [one.planned.of for one in found] == [one.planned.of for one in results]
    return {
        one.planned.of: one.proved.findings[0].code.rpartition(".")[2]
        for one in found
        if one.proved.findings
    }


def three(*draws, flows=(72.0, 72.0, 72.0), doubt=0.005):
    names = [f"sp{n}" for n in range(1, len(draws) + 1)]
    pairs = zip(names, flows, draws, strict=False)
    return whole([pump(n) for n in names]), [alone(*one, doubt) for one in pairs]


@pytest.mark.parametrize(
    ("draws", "said"),
    [
        ((5.0, 5.1, 4.9), {}),
        ((4.0, 5.1, 4.9), {"sp1": "transformer"}),  # 250/5 as 200/5
        ((4.9, 6.3, 5.0), {"sp2": "transformer"}),
        ((5.0, 4.4, 5.0), {}),  # 12 %: sisters of one make may
        ((4.0, 5.2), {"sp1": "transformer"}),  # of two the one further from 5 kW
        ((4.8, 6.2), {"sp2": "transformer"}),
    ],
)
def test_a_pump_that_moves_as_much_draws_as_much(draws, said):
    assert named(*three(*draws)) == said


def test_what_is_said_is_how_many_times_the_others_draw():
    told, results = three(4.0, 5.0, 5.0)
    first, *_ = room.beside_sisters(told, results)
    (said,) = first.proved.findings
    assert said.figures == {"pump": "sp1", "flow": 100.0, "draw": 80.0, "one": 250, "other": 200}


def test_pumps_that_move_or_are_made_otherwise_are_no_witnesses():
    _, results = three(4.0, 5.0, 5.0)
    pumps = [pump("sp1", power=4e3), pump("sp2"), pump("sp3")]
    assert named(whole(pumps), results) == {}
    assert named(*three(4.2, 5.2, 5.2, flows=(72.0, 80.0, 80.0))) == {}
    told, results = three(4.0, 5.0)
    results[1] = alone("sp2", 72.0, 5.0, proved=SICK)
    assert named(told, results) == {"sp2": "reversed"}


def test_a_pump_that_moves_less_than_its_equal_is_sick_whatever_it_draws():
    assert named(*three(4.0, 5.0, flows=(55.0, 72.0))) == {"sp1": "less_than_sister"}


@pytest.mark.parametrize(
    ("mode", "said"), [(PumpMode.CONSTANT, {"sp1": "transformer"}), (PumpMode.VARIABLE, {})]
)
def test_where_registers_hide_a_pump_alone_the_pumps_together_tell(mode, said):
    """Alone within 14 %; an hour beside one another 3.75 kW and 5 kW, at one speed."""
    _, results = three(4.2, 5.0, 5.2, doubt=0.14)
    pumps = [pump(f"sp{n}") for n in (1, 2, 3)]
    stops = np.where(np.arange(COUNT) < 10, 0.0, 5e3)  # minutes of fewer pumps do not count
    draws = {"sp1": 3.75e3, "sp2": 5e3, "sp3": stops}
    assert named(whole(pumps, mode, draws), results) == said
    draws["sp3"] = np.where(np.arange(COUNT) < 10, 5e3, 0.0)  # ten minutes are too few
    assert named(whole(pumps, mode, draws), results) == {}
