"""
Points with tags: Brick (Turtle) and Project Haystack (JSON), in and out.

Out of a point list both ways keep place and quantity beside the standard's own words, so that
what was written is read back the same. In from others, class or markers tell the quantity, names
of equipment the place.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.point_mapping import Named
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import QUANTITIES, Point
from loopkeeper.plant.tables import data_table

BRICK = Namespace("https://brickschema.org/schema/Brick#")
UNIT = Namespace("http://qudt.org/vocab/unit/")
OWN = Namespace("urn:loopkeeper:")
_UNITS = {
    "DEG_C": "°C", "KiloW": "kW", "W": "W", "KiloW-HR": "kWh", "MegaW-HR": "MWh",
    "M3-PER-HR": "m3/h", "L-PER-SEC": "L/s", "KiloPA": "kPa", "BAR": "bar", "PERCENT": "%",
    "HR": "h", "M": "m", "M3": "m3", "MicroS-PER-CentiM": "µS/cm", "NTU": "NTU",
}  # fmt: skip
_EQUIPMENT = {
    "source": "Water_Loop", "load": "Water_Loop", "field": "Water_Loop", "site": "Site",
    "source-pumps": "Water_Pump", "load-pumps": "Water_Pump", "machines": "Chiller",
}  # fmt: skip
_MARKS = "point"


def tags_of(point: Point) -> dict[str, str]:
    """Return the Brick class and the Haystack markers of a point."""
    return {"brick": _row(point)["brick"], "haystack": f"{_MARKS} {_row(point)['haystack']}"}


def brick_text(plant: Plant) -> str:
    """
    Return a plant's points as a Brick model.

    Parameters
    ----------
    plant : Plant
        With its points.

    Returns
    -------
    str
        Turtle; equipment by the parts of the plant.
    """
    graph = Graph()
    here = Namespace(f"urn:loopkeeper:{quote(plant.site.id)}:")
    for prefix, space in (("brick", BRICK), ("unit", UNIT), ("lk", OWN), ("plant", here)):
        graph.bind(prefix, space)
    units = {text: name for name, text in _UNITS.items()}
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

    Parameters
    ----------
    plant : Plant
        With its points.

    Returns
    -------
    str
        JSON; ``loopkeeperOf`` and ``loopkeeperQuantity`` beside the standard's markers.
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
                "id": _ref(plant, f"point-{point.id}"), "dis": point.id, **marks,
                "kind": "Number", "unit": point.unit, "siteRef": site,
                "equipRef": _ref(plant, point.of), "loopkeeperOf": point.of,
                "loopkeeperQuantity": point.quantity,
            }
        )  # fmt: skip
    columns = list(dict.fromkeys(name for row in rows for name in row))
    grid = {
        "_kind": "grid", "meta": {"ver": "3.0"}, "cols": [{"name": c} for c in columns],
        "rows": rows,
    }  # fmt: skip
    return json.dumps(grid, ensure_ascii=False, indent=1) + "\n"


def read_brick(path: Path) -> tuple[Named, ...]:
    """
    Read the points of a Brick model.

    Parameters
    ----------
    path : Path
        Turtle.

    Returns
    -------
    tuple of Named
        Every entity that is a point of something, with what its class tells.

    Raises
    ------
    InputError
        When it is no Turtle or holds no points.
    """
    graph = Graph()
    try:
        graph.parse(path, format="turtle")
    except (SyntaxError, ValueError, OSError) as error:
        reason = str(error).strip().splitlines()[0][:200]
        raise InputError(f"{path.name}: no Turtle: {reason}") from error
    links = [(s, o) for s, _, o in graph.triples((None, BRICK.isPointOf, None))]
    links += [(o, s) for s, _, o in graph.triples((None, BRICK.hasPoint, None))]
    found = dict(sorted((URIRef(str(p)), URIRef(str(e))) for p, e in links))
    if not found:
        raise InputError(f"{path.name}: nothing in it is a point of anything (brick:isPointOf)")
    return tuple(_from_brick(graph, point, part) for point, part in found.items())


def _from_brick(graph: Graph, point: URIRef, part: URIRef) -> Named:
    kinds = {str(k).removeprefix(str(BRICK)) for k in graph.objects(point, RDF.type)}
    label, place = _label(graph, point), _label(graph, part)
    own = graph.value(point, OWN.quantity)
    unit = str(graph.value(point, BRICK.hasUnit) or "").removeprefix(str(UNIT))
    told = [r["quantity"] for r in data_table("point_tags.csv") if r["brick"] in kinds]
    quantity = str(own) if own is not None else (told[0] if told else "")
    return Named(label, f"{place} {label}", _UNITS.get(unit, ""), _known(quantity),
                 place if own is not None else "")  # fmt: skip


def _label(graph: Graph, entity: URIRef) -> str:
    label = graph.value(entity, RDFS.label)
    return str(label) if label is not None else str(entity).rpartition("#")[2].rpartition(":")[2]


def read_haystack(path: Path) -> tuple[Named, ...]:
    """
    Read the points of a Haystack grid.

    Parameters
    ----------
    path : Path
        JSON, of version 4 (Hayson) or 3.

    Returns
    -------
    tuple of Named
        Every row with the marker ``point``, with what its markers tell.

    Raises
    ------
    InputError
        When it is no such grid or holds no points.
    """
    try:
        grid = json.loads(path.read_text(encoding="utf-8-sig"))
        rows = [r for r in grid["rows"] if isinstance(r, dict)]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path.name}: no Haystack grid in JSON: {error}") from error
    names = {_plain(r.get("id")): _name(r) for r in rows}
    points = [r for r in rows if _is_marker(r.get(_MARKS))]
    if not points:
        raise InputError(f"{path.name}: no row has the marker 'point'")
    return tuple(_from_haystack(row, names) for row in points)


def _from_haystack(row: Mapping[str, Any], names: Mapping[str, str]) -> Named:
    marks = [name for name, value in row.items() if _is_marker(value)]
    own = row.get("loopkeeperOf")
    part = own or names.get(_plain(row.get("equipRef")), "")
    quantity = row.get("loopkeeperQuantity") or quantity_of_tags(marks, str(part))
    name = _name(row)
    unit = _plain(row.get("unit")).removeprefix("s:")
    return Named(name, f"{part} {name}", unit, _known(str(quantity)), str(own or ""))


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
        The one with most markers among them; empty when none fits.
    """
    there = set(marks)
    best, most = "", 0
    for row in data_table("point_tags.csv"):
        wanted = set(row["haystack"].split())
        if row["of"] and row["of"] not in name.lower():
            continue
        if wanted <= there and len(wanted) > most:
            best, most = row["quantity"], len(wanted)
    return best


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("dis") or row.get("navName") or _plain(row.get("id"))).removeprefix("s:")


def _plain(value: Any) -> str:
    """A value of either version as text; of a reference its id."""
    if isinstance(value, dict):
        return str(value.get("val", ""))
    text = str(value or "")
    return text[2:].split(" ", maxsplit=1)[0] if text.startswith("r:") else text


def _is_marker(value: Any) -> bool:
    return value == "m:" or (isinstance(value, dict) and value.get("_kind") == "marker")


def _marker() -> dict[str, str]:
    return {"_kind": "marker"}


def _ref(plant: Plant, part: str) -> dict[str, str]:
    return {"_kind": "ref", "val": f"{plant.site.id}.{part}", "dis": part}


def _known(quantity: str) -> str:
    return quantity if quantity in QUANTITIES else ""


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
