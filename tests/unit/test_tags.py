"""Points with tags: out and in again, and in from others."""

import json

import pytest

from loopkeeper.adapters.files.points.tags import (
    brick_text,
    haystack_text,
    quantity_of_tags,
    read_brick,
    read_haystack,
)
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.point_mapping import suggest
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import QUANTITIES, Point, Statistic
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source

PLANT = Plant(
    site=Site(id="north 1", name="North", timezone="Asia/Shanghai"),
    source=Source(kind=SourceKind.BOREHOLE_FIELD),
    points=tuple(
        Point(id=f"点 {n}", quantity=quantity, of=of, statistic=Statistic.INSTANT, unit=unit)
        for n, (quantity, unit) in enumerate(QUANTITIES.items())
        for of in ("source" if n % 2 else "load",)
    ),
)


@pytest.mark.parametrize(
    ("write", "read"), [(brick_text, read_brick), (haystack_text, read_haystack)]
)
def test_what_is_written_is_read_back(write, read, tmp_path):
    (tmp_path / "model").write_text(write(PLANT), encoding="utf-8")
    found = {s.named.address: s for s in suggest(read(tmp_path / "model"))}
    assert len(found) == len(PLANT.points)
    for point in PLANT.points:
        one = found[point.id]
        assert (one.quantity, one.of) == (point.quantity, point.of)
        assert one.confidence >= 0.9


BRICK = """
@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix b: <urn:building#> .
b:hp1 a brick:Chiller ; rdfs:label "Heat Pump 1" ; brick:hasPoint b:p1 .
b:p1 a brick:Electric_Power_Sensor ; rdfs:label "HP1 kW" ; brick:hasUnit unit:KiloW .
b:loop a brick:Water_Loop ; rdfs:label "Ground loop" .
b:p2 a brick:Return_Water_Temperature_Sensor ; brick:isPointOf b:loop ; brick:hasUnit unit:DEG_C .
"""
GRID = {
    "meta": {"ver": "3.0"}, "cols": [{"name": "id"}],
    "rows": [
        {"id": "r:e1 Heat Pump 2", "dis": "Heat Pump 2", "equip": "m:"},
        {"id": "r:p1", "dis": "s:kWh", "point": "m:", "elec": "m:", "active": "m:", "energy": "m:",
         "sensor": "m:", "unit": "s:kWh", "equipRef": "r:e1 Heat Pump 2"},
        {"id": "r:p2", "dis": "OAT", "point": "m:", "outside": "m:", "air": "m:", "temp": "m:",
         "sensor": "m:", "unit": "°C"},
    ],
}  # fmt: skip


def told(found):
    return {s.named.address: (s.quantity, s.of, s.unit) for s in suggest(found)}


def test_models_of_others_tell_quantity_and_place(tmp_path):
    (tmp_path / "b.ttl").write_text(BRICK, encoding="utf-8")
    assert told(read_brick(tmp_path / "b.ttl")) == {
        "HP1 kW": ("electricity_power", "hp1", "kW"),
        "p2": ("return_temperature", "source", "°C"),
    }
    (tmp_path / "h.json").write_text(json.dumps(GRID), encoding="utf-8")
    assert told(read_haystack(tmp_path / "h.json")) == {
        "p1": ("electricity_energy", "hp2", "kWh"),
        "p2": ("outdoor_temperature", "site", "°C"),
    }


def test_the_side_of_the_building_turns_supply_round():
    marks = ["point", "leaving", "water", "temp", "sensor"]
    assert quantity_of_tags(marks, "load") == "supply_temperature"
    assert quantity_of_tags(marks, "ground loop") == "return_temperature"
    assert quantity_of_tags(["point"]) == ""


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (read_brick, "b:hp1 a", "no Turtle"),
        (read_brick, "", "nothing in it is a point"),
        (read_haystack, "{", "no Haystack grid"),
        (read_haystack, "[]", "no Haystack grid"),
        (read_haystack, '{"rows": []}', "marker 'point'"),
    ],
)
def test_what_is_no_model_is_said(read, text, words, tmp_path):
    (tmp_path / "model").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read(tmp_path / "model")
