"""Default alarms: what the table asks, for the points a plant has, in their own units."""

from dataclasses import replace

import pytest

from loopkeeper.adapters.files.dossier.alarms import read_alarms, write_alarms
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.alarm import Condition, Priority
from loopkeeper.lifecycle.monitor.calculated import Kind
from loopkeeper.lifecycle.monitor.defaults import default_alarms, default_calculations
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source, Well, WellRole

INSTANT, COUNTER = Statistic.INSTANT, Statistic.COUNTER
WELLS = (
    Well(id="well-1", role=WellRole.ABSTRACTION, x=0, y=0, design_flow=0.02),
    Well(id="well-2", role=WellRole.INJECTION, x=50, y=0, design_flow=0.02, screen=(30.0, 60.0)),
)
POINTS = (
    Point(id="ts", quantity="supply_temperature", of="source", statistic=INSTANT, unit="°F"),
    Point(id="tr", quantity="return_temperature", of="source", statistic=INSTANT, unit="°C"),
    Point(id="p1", quantity="electricity_power", of="hp1", statistic=INSTANT, unit="kW"),
    Point(id="va", quantity="abstraction_volume", of="well-1", statistic=COUNTER, unit="m3"),
    Point(id="vr", quantity="reinjection_volume", of="well-2", statistic=COUNTER, unit="m3"),
    Point(id="ph", quantity="wellhead_pressure", of="well-2", statistic=INSTANT, unit="bar"),
    Point(id="lv", quantity="water_level", of="well-2", statistic=INSTANT, unit="m"),
    Point(id="z1", quantity="indoor_temperature", of="zone-1", statistic=INSTANT, unit="°C"),
    Point(id="z2", quantity="indoor_temperature", of="zone-2", statistic=INSTANT, unit="°F"),
)


@pytest.fixture
def plant():
    return Plant(
        site=Site(id="north", name="North", timezone="Asia/Shanghai"),
        source=Source(
            kind=SourceKind.WELL_GROUP,
            fluid="ethylene_glycol",
            fluid_mass_fraction=0.25,
            wells=WELLS,
        ),
        machines=(MachineRecord(id="hp1", rated_heating=200e3, rated_cop=5.0),),
        points=POINTS,
    )


def by_name(plant):
    return {a.id.removeprefix("north."): a for a in default_alarms(plant)}


def test_calculated_points_follow_from_the_points(plant):
    found = {c.id: c for c in default_calculations(plant)}
    assert set(found) == {
        "calc.heard",
        "calc.spread.source",
        "calc.freeze_margin",
        "calc.starts.hp1",
        "calc.running",
        "calc.returned",
    }
    assert found["calc.freeze_margin"].above == pytest.approx(-10.97, abs=0.01)  # 25 % glycol
    assert found["calc.running"].above == pytest.approx(0.05 * 200e3 / 5.0)
    assert found["calc.returned"].kind is Kind.RETURNED


def test_limits_are_in_the_unit_of_the_point(plant):
    found = by_name(plant)
    room = found["room_cold.z2"].definition
    assert (room.limit, room.dead_band) == (pytest.approx(64.4), pytest.approx(0.9))
    assert found["room_cold.z1"].definition.limit == 18.0
    # 0.2 bar for each of the 30 m above the screen
    assert found["wellhead"].definition.limit == pytest.approx(6.0)
    assert found["wellhead"].definition.dead_band == pytest.approx(0.1)


def test_every_kind_of_source_has_its_own(plant):
    wells = set(by_name(plant))
    assert {"returned", "wellhead", "level", "freezing", "watch_heating"} <= wells
    assert "ground_cools" not in wells
    dry = replace(plant, source=replace(plant.source, kind=SourceKind.BOREHOLE_FIELD))
    assert {"ground_cools", "ground_warms", "source_warm"} <= set(by_name(dry))
    assert not {"returned", "wellhead"} & set(by_name(dry))
    suppressed = by_name(plant)["spread_source"].definition.suppressed_by
    assert suppressed == "calc.running"
    unknown = replace(plant, machines=(*plant.machines, MachineRecord(id="hp2")))
    assert by_name(unknown)["spread_source"].definition.suppressed_by is None


def test_water_is_no_matter_where_a_well_is_not_metered(plant):
    more = (*WELLS, Well(id="well-3", role=WellRole.INJECTION, x=90, y=0, design_flow=0.02))
    partly = replace(plant, source=replace(plant.source, wells=more))
    assert "returned" not in by_name(partly)


def test_priorities_are_few_at_the_top(plant):
    ranks = [a.definition.priority for a in by_name(plant).values() if a.definition]
    assert ranks.count(Priority.CRITICAL) <= 1
    assert ranks.count(Priority.HIGH) <= len(ranks) / 3
    for one in by_name(plant).values():
        assert {"cause", "action", "cause_zh", "action_zh", "clause", "confidence"} <= set(
            one.words
        )


def test_the_table_round_trips_once_the_site_has_given_its_limits(plant, tmp_path):
    given = default_alarms(plant)
    write_alarms(tmp_path / "alarms.csv", "north", given)
    with pytest.raises(InputError, match="limit is empty"):
        read_alarms(tmp_path / "alarms.csv")
    write_alarms(tmp_path / "alarms.csv", "north", [a for a in given if a.definition])
    read = {w.definition.id: w.definition for w in read_alarms(tmp_path / "alarms.csv")}
    for one in given:
        if one.definition is None:
            assert one.id == "north.level"
            continue
        back = read[one.id]
        assert back.limit == pytest.approx(one.definition.limit, rel=1e-5)
        assert replace(back, limit=1, dead_band=0) == replace(one.definition, limit=1, dead_band=0)
    assert read["north.silent"].condition is Condition.SILENT
