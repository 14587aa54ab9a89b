"""Electricity by meter, by nameplate and by sharing one meter out."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.spent import Spent, spent_electricity
from loopkeeper.plant.machines import BackupRecord, Loop, PumpRecord

DRAW, WHOLE = ("electricity_power", "hp1"), ("electricity_power", "plant")
SOURCE_PUMP, LOAD_PUMP = ("electricity_power", "sp1"), ("electricity_power", "lp1")


@pytest.fixture
def spent(channelled, plant):
    def build(values, here=plant) -> Spent:
        return spent_electricity(channelled({k: np.array(v) for k, v in values.items()}), here)

    return build


def test_what_has_its_meter_is_that_meter_s(spent):
    found = spent({DRAW: [1e4, 2e4], SOURCE_PUMP: [1.1e3, 0.0], LOAD_PUMP: [0.7e3, 0.3e3]})
    assert found.machines.tolist() == [1e4, 2e4]
    assert found.source_pumps.tolist() == [1.1e3, 0.0]
    assert found.load_pumps.tolist() == [0.7e3, 0.3e3]
    assert (found.verdicts, found.guessed, found.supposed, found.split) == ((), (), 0.0, False)


def test_machines_without_any_meter_are_unknown_and_pumps_rest(spent):
    found = spent({("flow", "load"): [1.0, 1.0]})
    assert np.isnan(found.machines).all()
    assert found.source_pumps.tolist() == [0.0, 0.0]
    assert found.supposed == 0.0
    assert found.guessed == ("source", "load")


def test_pumps_run_by_nameplate_in_the_hours_machines_do(spent):
    """A twentieth of what they usually draw: 500 of 10 000."""
    found = spent({DRAW: [1e4] * 9 + [501.0, 499.0, np.nan]})
    assert found.source_pumps.tolist() == [2e3] * 10 + [0.0] * 2
    assert found.load_pumps.tolist() == [1e3] * 10 + [0.0] * 2
    assert found.supposed == pytest.approx(3e4 / (9e4 + 1000.0 + 3e4))
    codes = [(v.code, v.figures) for v in found.verdicts]
    assert codes == [
        ("measure.operation.pump_not_metered", {"loop": "source", "kilowatt": "2"}),
        ("measure.operation.pump_not_metered", {"loop": "load", "kilowatt": "1"}),
    ]


def test_of_several_pumps_those_with_a_meter_are_believed(spent, plant):
    """The standby rests, a solar pump too: no machine tells when it runs."""
    more = (
        PumpRecord(id="sp2", loop=Loop.SOURCE, flow=0.005, head=20.0, power=1500.0),
        PumpRecord(id="sp3", loop=Loop.SOURCE, flow=0.005, head=9.0, power=7e3, standby=True),
        PumpRecord(id="rp", loop=Loop.SOURCE, flow=0.004, head=9.0, power=800.0, serves="sun"),
    )
    here = replace(
        plant, pumps=(*plant.pumps, *more), backups=(BackupRecord("sun", "solar", heating=4e4),)
    )
    found = spent({DRAW: [1e4, 0.0], SOURCE_PUMP: [1.1e3, 0.4e3], LOAD_PUMP: [0.0, 0.0]}, here)
    assert found.source_pumps.tolist() == [1.1e3 + 1.5e3, 0.4e3]
    assert found.guessed == ("source",)
    assert found.verdicts[0].figures == {"loop": "source", "kilowatt": "3.5"}
    assert found.supposed == pytest.approx((2.6e3 + 0.4e3) / (1e4 + 3e3))


@pytest.mark.parametrize("loop", ["source", "load"])
def test_a_meter_named_after_a_loop_is_said_to_be_its_pumps(spent, loop):
    found = spent({DRAW: [1e4], ("electricity_power", loop): [900.0], ("flow", loop): [1.0]})
    said = [v for v in found.verdicts if v.code == "measure.operation.loop_meter"]
    assert [v.figures for v in said] == [{"loop": loop}]
    assert (found.source_pumps if loop == "source" else found.load_pumps).tolist() == [900.0]


def test_one_meter_pays_pumps_by_nameplate_first_and_never_more_than_it_read(spent):
    found = spent({WHOLE: [12e3, 1.5e3, 100.0, np.nan]})
    assert found.source_pumps[:3] == pytest.approx([2e3, 1e3, 0.0])
    assert found.load_pumps[:3] == pytest.approx([1e3, 0.5e3, 0.0])
    assert found.machines[:3] == pytest.approx([9e3, 0.0, 100.0])
    assert np.isnan(found.machines[3])
    assert found.split
    assert found.guessed == ()
    (said,) = found.verdicts
    assert (said.code, said.figures) == ("measure.operation.split", {"loops": "source, load"})


def test_beside_the_machines_own_meter_the_rest_is_the_pumps(spent):
    """Left are 1.2, 6 and less than nought: in the ratio of two to one."""
    found = spent({WHOLE: [11.2e3, 16e3, 9e3], DRAW: [1e4, 1e4, 1e4]})
    assert found.machines.tolist() == [1e4] * 3
    assert found.source_pumps == pytest.approx([0.8e3, 4e3, 0.0])
    assert found.load_pumps == pytest.approx([0.4e3, 2e3, 0.0])


def test_a_loop_s_own_meter_is_taken_off_before_the_other_loop_is_paid(spent):
    found = spent({WHOLE: [12e3, 2.3e3], LOAD_PUMP: [0.6e3, 0.8e3]})
    assert found.load_pumps.tolist() == [0.6e3, 0.8e3]
    assert found.source_pumps == pytest.approx([2e3, 1.5e3])
    assert found.machines == pytest.approx([9.4e3, 0.0])
    assert found.verdicts[0].figures == {"loops": "source"}


def test_where_pumps_have_meters_machines_are_what_is_left(spent):
    found = spent({WHOLE: [12e3, 1e3], LOAD_PUMP: [0.6e3, 0.8e3], SOURCE_PUMP: [1.1e3, 0.1e3]})
    assert found.machines == pytest.approx([10.3e3, 0.1e3])
    assert found.source_pumps.tolist() == [1.1e3, 0.1e3]
