"""Names of points as building systems write them."""

import pytest

from loopkeeper.lifecycle.monitor.point_mapping import Named, missing_points, suggest
from loopkeeper.plant.points import QUANTITIES, Point, Statistic
from loopkeeper.plant.site import SourceKind

CASES = [
    # name, unit, quantity, of
    ("GeoLoop_SupplyTemp", "degC", "supply_temperature", "source"),
    ("HP1_EvapInletTemp", "degC", "evaporator_inlet_temperature", "hp1"),
    ("HP-02.Cond.Out.Temp", "degC", "condenser_outlet_temperature", "hp2"),
    ("Building return water temperature", "degC", "return_temperature", "load"),
    ("source.flow_rate", "m3/h", "flow", "source"),
    ("CH1 Active Power", "kW", "electricity_power", "hp1"),
    ("SP1_kWh", "kWh", "electricity_energy", "sp1"),
    ("OutdoorAirTemp", "degC", "outdoor_temperature", "site"),
    ("Room 12 humidity", "%", "indoor_humidity", "zone-12"),
    ("Well3 water level", "m", "water_level", "well-3"),
    ("Load heat meter", "MWh", "heat_energy", "load"),
    ("source dp", "kPa", "differential_pressure", "source"),
    ("地源侧供水温度", "degC", "supply_temperature", "source"),
    ("用户侧回水温度", "degC", "return_temperature", "load"),
    ("1#热泵机组有功功率", "kW", "electricity_power", "hp1"),
    ("2号机组用电量", "kWh", "electricity_energy", "hp2"),
    ("地源侧总管流量", "m3/h", "flow", "source"),
    ("地源侧供回水压差", "kPa", "differential_pressure", "source"),
    ("3号井水位", "m", "water_level", "well-3"),
    ("1号井回灌流量", "m3/h", "reinjection_flow", "well-1"),
    ("2号井井口压力", "MPa", "wellhead_pressure", "well-2"),
    ("室外温度", "degC", "outdoor_temperature", "site"),
    ("用户侧累计热量", "GJ", "heat_energy", "load"),
    ("1#地源侧水泵功率", "kW", "electricity_power", "sp1"),
    ("3#机组运行状态", "", "running", "hp3"),
    ("蒸发器进水温度_1#主机", "degC", "evaporator_inlet_temperature", "hp1"),
]


@pytest.mark.parametrize("case", CASES, ids=[c[0] for c in CASES])
def test_names_of_both_languages(case):
    name, unit, quantity, of = case
    (found,) = suggest([Named(address="a", name=name, unit=unit)])
    assert (found.quantity, found.of) == (quantity, of)
    assert found.confidence >= 0.9 or not unit
    assert found.statistic is (
        Statistic.COUNTER if quantity.endswith("energy") else Statistic.INSTANT
    )


def test_the_unit_overrules_a_word():
    (found,) = suggest([Named(address="a", name="HP1 power", unit="kWh")])
    assert found.quantity != "electricity_power"
    (found,) = suggest([Named(address="a", name="source supply", unit="m3/h")])
    assert found.quantity != "supply_temperature"


def test_what_the_name_does_not_tell_stays_open():
    (found,) = suggest([Named(address="40001", name="AI_17", unit="")])
    assert (found.quantity, found.of) == ("", "")
    assert found.confidence < 0.3


def test_a_part_the_plant_does_not_have_is_less_sure():
    known, unknown = (
        suggest([Named(address="a", name="HP1 power", unit="kW")], parts)[0]
        for parts in (["hp1"], ["machine-a"])
    )
    assert known.confidence > unknown.confidence


def point(quantity, of):
    return Point(
        id=f"{quantity}@{of}",
        quantity=quantity,
        of=of,
        statistic=Statistic.INSTANT,
        unit=QUANTITIES[quantity],
    )


def test_the_minimum_list_by_source():
    points = [
        point(q, of)
        for of in ("source", "load")
        for q in ("supply_temperature", "return_temperature", "flow", "pressure")
    ]
    points += [point("electricity_power", of) for of in ("hp1", "sp1")]
    points += [point("indoor_temperature", "zone-1"), point("indoor_humidity", "zone-1")]
    machines, pumps = ["hp1"], ["sp1"]
    assert missing_points(points, SourceKind.BOREHOLE_FIELD, machines, pumps) == ()
    wells = missing_points(points, SourceKind.WELL_GROUP, machines, pumps)
    assert {v.figures["of"] for v in wells} == {"well"}
    assert len(wells) == 5
    bare = missing_points([], SourceKind.BOREHOLE_FIELD, machines, pumps)
    assert len(bare) == 13
    assert "cannot be judged: efficiency of the machines" in " ".join(v.sentence() for v in bare)
    assert "机组能效" in " ".join(v.sentence("zh") for v in bare)
