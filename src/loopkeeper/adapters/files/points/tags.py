"""
Points with tags: Brick (Turtle) and Project Haystack (JSON), in and out.

Out of a point list both ways keep place and quantity beside the standard's own words, so that
what was written is read back the same.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from rdflib import RDF, RDFS, Graph, Literal, Namespace

from loopkeeper.adapters.files.points.brick import BRICK, OWN, UNIT, UNITS, read_brick
from loopkeeper.adapters.files.points.haystack import read_haystack
from loopkeeper.lifecycle.monitor.point_meaning import meaning
from loopkeeper.lifecycle.monitor.point_words import APART, tokens_of
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point
from loopkeeper.plant.tables import data_table

__all__ = [
    "brick_text", "haystack_text", "quantity_of_tags", "read_brick", "read_haystack", "tags_of",
]  # fmt: skip
_EQUIPMENT = {
    "source": "Water_Loop", "load": "Water_Loop", "field": "Water_Loop", "site": "Site",
    "source-pumps": "Water_Pump", "load-pumps": "Water_Pump", "machines": "Chiller",
}  # fmt: skip
_MARKS = "point"


def tags_of(point: Point) -> dict[str, str]:
    """Return the Brick class and the Haystack markers of a point."""
    return {"brick": _row(point)["brick"], "haystack": f"{_MARKS} {_row(point)['haystack']}"}


def brick_text(plant: Plant) -> str:
    """Return a plant's points as a Brick model: Turtle; equipment by the parts of the plant."""
    graph = Graph()
    here = Namespace(f"urn:loopkeeper:{quote(plant.site.id)}:")
    for prefix, space in (("brick", BRICK), ("unit", UNIT), ("lk", OWN), ("plant", here)):
        graph.bind(prefix, space)
    units = {text: name for name, text in UNITS.items()}
    for point in plant.points:
        entity, part = here[f"point-{quote(point.id)}"], here[quote(point.of)]
        graph.add((part, RDF.type, BRICK[_equipment(plant, point.of)]))
        graph.add((part, RDFS.label, Literal(point.of)))
        graph.add((entity, RDF.type, BRICK[_row(point)["brick"] or "Sensor"]))
        graph.add((entity, RDFS.label, Literal(point.id)))
        graph.add((entity, BRICK.isPointOf, part))
        graph.add((entity, OWN.quantity, Literal(point.quantity)))
        graph.add((entity, OWN.statistic, Literal(str(point.statistic))))
        if point.unit in units:
            graph.add((entity, BRICK.hasUnit, UNIT[units[point.unit]]))
    return graph.serialize(format="turtle")


def haystack_text(plant: Plant) -> str:
    """
    Return a plant's points as a Haystack grid in JSON (Hayson).

    ``loopkeeperOf`` and ``loopkeeperQuantity`` stand beside the standard's markers.
    """
    site = {"_kind": "ref", "val": plant.site.id, "dis": plant.site.name}
    rows: list[dict[str, Any]] = [
        {"id": site, "dis": plant.site.name, "site": _marker(), "tz": plant.site.timezone}
    ]
    rows += [
        {"id": _ref(plant, part), "dis": part, "equip": _marker(), "siteRef": site}
        for part in dict.fromkeys(p.of for p in plant.points)
    ]
    for point in plant.points:
        marks = {word: _marker() for word in [_MARKS, *_row(point)["haystack"].split()]}
        rows.append(
            {
                "id": _ref(plant, f"point-{point.id}"),
                "dis": point.id,
                **marks,
                "kind": "Number",
                "unit": point.unit,
                "siteRef": site,
                "equipRef": _ref(plant, point.of),
                "loopkeeperOf": point.of,
                "loopkeeperQuantity": point.quantity,
            }
        )
    columns = list(dict.fromkeys(name for row in rows for name in row))
    grid = {
        "_kind": "grid",
        "meta": {"ver": "3.0"},
        "cols": [{"name": c} for c in columns],
        "rows": rows,
    }
    return json.dumps(grid, ensure_ascii=False, indent=1) + "\n"


def quantity_of_tags(marks: Iterable[str], name: str = "") -> str:
    """
    Return the quantity that Haystack's markers tell.

    Parameters
    ----------
    marks : iterable of str
        Markers of a point.
    name : str
        Of its equipment: on the load side water leaves as supply.

    Returns
    -------
    str
        Empty when none fits.
    """
    told = tokens_of(APART.join(m for m in marks if m != _MARKS))
    return meaning(told, tokens_of(name)).quantity


def _marker() -> dict[str, str]:
    return {"_kind": "marker"}


def _ref(plant: Plant, part: str) -> dict[str, str]:
    return {"_kind": "ref", "val": f"{plant.site.id}.{part}", "dis": part}


def _equipment(plant: Plant, of: str) -> str:
    if of in {m.id for m in plant.machines}:
        return "Chiller"
    if of in {p.id for p in plant.pumps}:
        return "Water_Pump"
    return "HVAC_Zone" if of.startswith(("zone", "room")) else _EQUIPMENT.get(of, "Equipment")


def _row(point: Point) -> Mapping[str, str]:
    rows = [r for r in data_table("point_tags.csv") if r["quantity"] == point.quantity]
    fitting = [r for r in rows if r["of"] in {"", point.of}]
    return fitting[0] if fitting else {"brick": "", "haystack": "sensor"}
