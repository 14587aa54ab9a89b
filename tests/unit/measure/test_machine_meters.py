"""
Transformer ratios: a meter of a machine against its map and the heats.

The plant's maps have a COP of 4 at every temperature and part load, so that what a meter should
read is the heat over four.
"""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from loopkeeper.measure.consistency import judged_hours
from loopkeeper.plant.machines import BackupRecord, MachineRecord, MapPoint, Mode
from loopkeeper.plant.points import Point, Statistic

METER = ("electricity_power", "hp1")
SECOND = ("electricity_power", "hp2")
MAP = tuple(
    MapPoint(Mode.HEATING, source, outlet, part, 150e3 * part, 150e3 * part / 4.0)
    for source, outlet, part in product((0.0, 15.0), (35.0, 60.0), (0.2, 0.5, 1.0))
)


@pytest.fixture
def mapped(plant):
    machine = MachineRecord(id="hp1", rated_heating=150e3, rated_cop=4.0, map=MAP)
    return replace(plant, machines=(machine,))


@pytest.fixture
def said(channelled):
    def judge(values, plant, accuracy=None):
        hours = channelled(values)
        if accuracy is not None:
            doubted = {
                key: replace(c, point=replace(c.point, accuracy=accuracy))
                if key[0] == "heat_power"
                else c
                for key, c in hours.channels.items()
            }
            hours = replace(hours, channels=doubted)
        hours, verdicts = judged_hours(hours, plant)
        return hours, {v.code: v for v in verdicts if v.code.startswith("measure.machine")}

    return judge


def test_a_meter_in_order_is_left_alone(said, consistent, mapped):
    assert said(consistent(), mapped)[1] == {}


@pytest.mark.parametrize("factor", [0.5, 1.5, 2.0])
def test_a_wrong_transformer_ratio_is_named_and_its_readings_withheld(
    said, consistent, mapped, factor
):
    values = consistent()
    values[METER] = factor * values[METER]
    hours, found = said(values, mapped)
    figures = found["measure.machine.meter_wrong"].figures
    assert figures["points"] == "hp1:electricity_power"
    assert float(figures["times"]) == pytest.approx(factor, rel=0.01)
    assert float(figures["balance"]) == pytest.approx(1 / factor, abs=0.01)
    assert np.isnan(hours.values(*METER)).all()


@pytest.mark.parametrize("factor", [0.2, 6.0])
def test_by_a_nameplate_alone_an_impossible_efficiency_is_the_meter_s(
    said, consistent, plant, factor
):
    values = consistent()
    values[METER] = factor * values[METER]
    assert set(said(values, plant)[1]) == {"measure.machine.meter_wrong"}


def test_a_machine_that_draws_twice_its_map_is_no_meter(said, consistent, mapped):
    """The heat that the source does not give tells that the electricity is really drawn."""
    values = consistent()
    load, draw = values["heat_power", "load"], 2 * values[METER]
    middle = (values["supply_temperature", "source"] + values["return_temperature", "source"]) / 2
    half = (values["supply_temperature", "source"] - middle) * (load - draw) / (load - draw / 2)
    values[METER] = draw
    for key in (("heat_power", "source"), ("heat_power_calculated", "source")):
        values[key] = load - draw
    values["supply_temperature", "source"] = middle + half
    values["evaporator_inlet_temperature", "hp1"] = middle + half
    values["return_temperature", "source"] = middle - half
    assert said(values, mapped)[1] == {}


def test_meters_too_poor_to_tell_make_a_caution_and_nothing_is_withheld(said, consistent, mapped):
    values = consistent()
    values[METER] = 1.6 * values[METER]
    hours, found = said(values, mapped, accuracy="16 %")
    assert set(found) == {"measure.machine.draw_unlikely"}
    assert np.isfinite(hours.values(*METER)).all()


def test_no_machine_draws_half_of_its_map_whatever_the_heats_can_tell(said, consistent, mapped):
    values = consistent()
    values[METER] = 0.5 * values[METER]
    assert set(said(values, mapped, accuracy="16 %")[1]) == {"measure.machine.meter_wrong"}


def test_of_two_machines_the_wrong_one_is_named(said, consistent, mapped):
    plant, values = two(mapped), consistent()
    first = np.arange(len(values[METER])) // 240 % 2 == 0
    values[SECOND] = np.where(first, 0.0, 2.0 * values[METER])
    values[METER] = np.where(first, values[METER], 0.0)
    found = said(values, plant)[1]["measure.machine.meter_wrong"]
    assert found.figures["machines"] == "hp2"


def test_machines_that_are_never_alone_are_judged_as_one(said, consistent, mapped):
    plant, values = two(mapped), consistent()
    values[SECOND] = values[METER]  # each shows the draw of both
    found = said(values, plant)[1]["measure.machine.meter_wrong"]
    assert found.figures["machines"] == "hp1+hp2"
    assert float(found.figures["times"]) == pytest.approx(2.0, rel=0.01)


def test_heat_of_a_boiler_is_no_machine_s(said, consistent, mapped):
    plant = replace(mapped, backups=(BackupRecord("boiler", "gas_boiler", heating=50e3),))
    values = consistent()
    values[METER] = 2.0 * values[METER]
    assert said(values, plant)[1] == {}


def two(plant):
    second = replace(plant.machines[0], id="hp2")
    meter = Point(
        id="hp2:electricity_power",
        quantity=SECOND[0],
        of=SECOND[1],
        statistic=Statistic.MEAN,
        unit="kW",
        accuracy="1 %",
    )
    return replace(plant, machines=(*plant.machines, second), points=(*plant.points, meter))
