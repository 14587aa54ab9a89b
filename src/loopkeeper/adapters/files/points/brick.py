"""
Points of a Brick model: what its classes, relations and references tell.

Names are read by their last part, so that every version of Brick and its frame are understood.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.sax import SAXException

from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.exceptions import ParserError
from rdflib.term import Node

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.point_mapping import Named
from loopkeeper.plant.points import QUANTITIES

BRICK = Namespace("https://brickschema.org/schema/Brick#")
UNIT = Namespace("http://qudt.org/vocab/unit/")
OWN = Namespace("urn:loopkeeper:")
UNITS = {
    "DEG_C": "°C", "KiloW": "kW", "W": "W", "KiloW-HR": "kWh", "MegaW-HR": "MWh",
    "M3-PER-HR": "m3/h", "L-PER-SEC": "L/s", "KiloPA": "kPa", "BAR": "bar", "PERCENT": "%",
    "HR": "h", "M": "m", "M3": "m3", "MicroS-PER-CentiM": "µS/cm", "NTU": "NTU",
}  # fmt: skip
"""Units that points are written with."""
_MORE_UNITS = UNITS | {
    "DEG_F": "°F",
    "K": "K",
    "MegaW": "MW",
    "W-HR": "Wh",
    "GigaJ": "GJ",
    "MegaJ": "MJ",
    "KiloJ": "kJ",
    "J": "J",
    "M3-PER-SEC": "m3/s",
    "L-PER-MIN": "L/min",
    "L-PER-HR": "L/h",
    "GAL_US-PER-MIN": "gal/min",
    "FT3-PER-MIN": "ft**3/min",
    "PA": "Pa",
    "MegaPA": "MPa",
    "PSI": "psi",
    "LB_F-PER-IN2": "psi",
    "PERCENT_RH": "%",
    "PPM": "ppm",
    "L": "L",
    "GAL_US": "gal",
    "FT3": "ft**3",
    "FT": "ft",
    "BTU_IT-PER-HR": "Btu/h",
    "HZ": "Hz",
    "KiloBTU_IT": "kBtu",
    "BTU_IT": "Btu",
    "TON_FG": "ton_of_refrigeration",
    "A": "A",
    "V": "V",
    "CentiM": "cm",
    "MilliM": "mm",
    "KiloV-A": "kV*A",
    "MIN": "min",
    "SEC": "s",
}
_PREFIXES = "".join(
    f"@prefix {name}: <{space}> . "
    for name, space in {
        "brick": str(BRICK),
        "unit": str(UNIT),
        "owl": str(OWL),
        "rdf": str(RDF),
        "rdfs": str(RDFS),
        "xsd": str(XSD),
        "rec": "https://w3id.org/rec#",
        "ref": "https://brickschema.org/schema/Brick/ref#",
        "tag": "https://brickschema.org/schema/BrickTag#",
        "sh": "http://www.w3.org/ns/shacl#",
        "bacnet": "http://data.ashrae.org/bacnet/2020#",
        "skos": str(SKOS),
    }.items()
)
"""Prefixes that models use and forget; what a file declares itself comes after and wins."""
_POINT = re.compile(
    r"(Sensor|Setpoint|Deadband|Shift|Offset|Threshold|Request|Status|Command|Alarm|Parameter|Limit|Point|Counter|Band|Mode|Temperature"
    r"|Humidity|Flow|Pressure|Power|Energy|Demand|Usage|Usage_Meter)$"
)
"""How classes of points end, those of old versions too."""
_FORMATS = {".ttl": "turtle", ".n3": "n3", ".nt": "nt", ".rdf": "xml", ".jsonld": "json-ld"}
SUFFIXES = frozenset(_FORMATS)
_EQUIPMENT = re.compile(
    r"(Meter|Equipment|Damper|Valve|Fan|Pump|Chiller|Boiler|Tower|Coil|VAV|AHU|FCU|RTU|Room|Zone"
    r"|Floor|Building|System|Loop|Plant|Unit|Panel|Thermostat|Radiator|Exchanger|Tank|Filter|VFD"
    r"|Site|Space|Heat_Pump|Compressor|Condenser|Evaporator)$"
)
"""How classes of things end that are no points whatever a model says."""
_FRAME = re.compile(r"/Brick(Frame|Tag)#|^http://www\.w3\.org/")
"""What the frame of old models and languages of the web say of a thing is no class of it."""
_UPWARDS = (("isPartOf", "hasPart"), ("meters", "isMeteredBy"), ("hasLocation", "isLocationOf"))
_PLAIN_PART = re.compile(r"Meter|Equipment|Panel|Collection|Sensor", re.IGNORECASE)
_OPEN_PART = re.compile(rf"{_PLAIN_PART.pattern}|^(Water_)?Pump$", re.IGNORECASE)
"""Classes of parts that leave open where they stand."""
_HEAT_PUMP = re.compile(r"heat[_\- ]?pump(?!.*pump)", re.IGNORECASE)
"""How a heat pump is named where its Brick had no class for it but the one of pumps."""
_FEEDERS = (
    (re.compile(r"Chiller|Heat_Pump|Boiler"), "load side"),
    (re.compile(r"Cooling_Tower|Dry_Cooler|Ground"), "source side"),
)
"""On which side a part stands that is fed by another: a machine feeds its load."""
_ROOM = re.compile(r"Room|Zone|Space|Office|Lobby|Hallway", re.IGNORECASE)
_UNTYPED = 0.75
"""A point of no class is told by its name: no surer. [-]"""
_FARTHEST = 3
"""Relations are followed so far up."""


def read_brick(path: Path) -> tuple[Named, ...]:
    """
    Read the points of a Brick model.

    Parameters
    ----------
    path : Path
        Turtle, or another form of RDF by its suffix.

    Returns
    -------
    tuple of Named
        Everything whose class is one of points, that is a point of something or that has a
        reference outside, with what class, relations and references tell.

    Raises
    ------
    InputError
        When it is no Turtle or holds no points.
    """
    graph = Graph()
    form = _FORMATS.get(path.suffix.lower(), "turtle")
    try:
        text = path.read_text(encoding="utf-8-sig")
        graph.parse(data=_PREFIXES + text if form in {"turtle", "n3"} else text, format=form)
    except (SyntaxError, ValueError, OSError, ParserError, SAXException) as error:
        reason = (str(error).strip().splitlines() or ["unreadable"])[0][:200]
        raise InputError(f"{path.name}: no {form.capitalize()}: {reason}") from error
    model = _Model(graph)
    found = model.points()
    if not found:
        raise InputError(
            f"{path.name}: nothing in it is a point of anything (brick:isPointOf), has a class of "
            "points such as brick:Temperature_Sensor or an outside reference"
        )
    return tuple(model.named(point) for point in found)


class _Model:
    """A graph by the last parts of its names."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.links: dict[str, dict[Node, list[Node]]] = {}
        self.back: dict[str, dict[Node, list[Node]]] = {}
        for subject, link, thing in sorted(graph):
            name = _last(link)
            self.links.setdefault(name, {}).setdefault(subject, []).append(thing)
            self.back.setdefault(name, {}).setdefault(thing, []).append(subject)
        self.taken = self._labels()
        self.tails = Counter(
            tail
            for subject in {*graph.subjects(), *self.back.get("hasPoint", {})}
            for tail in _tails(str(subject))
        )

    def points(self) -> list[URIRef]:
        """Every point once, in order of its name."""
        things = {*self.links.get("isPointOf", {}), *self.back.get("hasPoint", {})}
        things |= set(self.links.get("hasExternalReference", {}))
        things |= set(self.links.get("hasTimeseriesReference", {}))
        things |= set(self.links.get("hasTimeseriesId", {}))
        references = {
            r
            for kind in ("hasExternalReference", "hasTimeseriesReference")
            for r in self.back.get(kind, {})
        }
        for thing in self.links.get("type", {}):
            if any(_POINT.search(kind) for kind in self.classes(thing)):
                things.add(thing)
        return sorted(
            t
            for t in things
            if isinstance(t, URIRef)
            and t not in references
            and not self.is_definition(t)
            and not self.is_equipment(t)
        )

    def is_definition(self, thing: Node) -> bool:
        """A class or shape of the model, not a thing."""
        kinds = self.links.get("type", {}).get(thing, [])
        shape = {"NodeShape", "PropertyShape", "Ontology", "Class", "Restriction"}
        return OWL.Class in kinds or any(_last(k) in shape for k in kinds)

    def is_equipment(self, thing: Node) -> bool:
        """A meter or machine with an outside reference of its own is no point."""
        kinds = self.classes(thing)
        if any(_POINT.search(kind) for kind in kinds) or self.is_read_meter(thing):
            return False
        linked = thing in self.links.get("isPointOf", {}) or thing in self.back.get("hasPoint", {})
        return any(_EQUIPMENT.search(k) for k in kinds) or (bool(kinds) and not linked)

    def is_read_meter(self, thing: Node) -> bool:
        """A meter that a model says to be a point of something: what it reads its name tells."""
        kinds = self.classes(thing)
        return thing in self.links.get("isPointOf", {}) and any(k.endswith("Meter") for k in kinds)

    def classes(self, thing: Node) -> list[str]:
        """Classes of Brick, those of the model followed up to them."""
        found: list[str] = []
        todo = list(self.links.get("type", {}).get(thing, []))
        while todo:
            kind = todo.pop(0)
            known = "brickschema.org" in str(kind)
            if _last(kind) in found or _FRAME.search(str(kind)):
                continue
            above = self.links.get("subClassOf", {}).get(kind, [])
            if known or not above:
                found.append(_last(kind))
            todo += [] if known else above
        return sorted(found)

    def named(self, point: Node) -> Named:
        """A point with all that is told about it."""
        label = self.name(point)
        own = self.value(point, "quantity") if str(OWN) in str(self._links_of(point)) else ""
        part = min(self._owners(point), key=self._rank, default=None)
        unit = _last(self.first(point, "hasUnit"))
        more = [_last(self.first(point, link)) for link in ("hasQuantity", "hasSubstance")]
        kinds = [k for k in self.classes(point) if k not in {"Point", "Unknown"}]
        sure = (any(kinds) or any(more)) and not self.is_read_meter(point)
        return Named(
            address=label,
            name=" / ".join([label, *self.words(point)]),
            unit=_MORE_UNITS.get(unit, ""),
            quantity=own if own in QUANTITIES else "",
            of=self.name(part) if own and part is not None else "",
            kind="|".join(k.replace("_", " ") for k in [*kinds, *more] if k)
            or self.object_type(point),
            said="class",
            part="" if part is None else self.described(part),
            found_at=self.address(point),
            hint=0.0 if sure else _UNTYPED,
        )

    def object_type(self, point: Node) -> str:
        """The type of its BACnet object: it bars what no class tells."""
        places = [point, *self.links.get("hasExternalReference", {}).get(point, [])]
        names = (self.value(p, "object-identifier").partition(",")[0] for p in places)
        return next((name.replace("-", " ") for name in names if name), "")

    def words(self, point: Node) -> list[str]:
        """What the point or its references outside are described with."""
        places = [point, *self.links.get("hasExternalReference", {}).get(point, [])]
        found = [self.value(p, name) for p in places for name in ("description", "object-name")]
        return list(dict.fromkeys(f for f in found if f and f != _last(point)))

    def _links_of(self, point: Node) -> list[str]:
        return [str(link) for link in self.graph.predicates(point)]

    def _owners(self, point: Node) -> Iterator[Node]:
        for forth, back in (
            ("isPointOf", "hasPoint"),
            ("hasLocation", "isLocationOf"),
            ("isLocatedIn", ""),
            ("isPartOf", "hasPart"),
        ):
            yield from self.links.get(forth, {}).get(point, [])
            yield from self.back.get(back, {}).get(point, [])

    def _rank(self, part: Node) -> int:
        """A room tells more than the terminal unit that serves it, any part more than a meter."""
        kinds = " ".join(self.classes(part))
        return 0 if _ROOM.search(kinds) else 2 if _PLAIN_PART.search(kinds) or not kinds else 1

    def described(self, part: Node) -> str:
        """A part by its name and class; of a meter or system also what it belongs to."""
        words, here = [self.name(part), *self._side(part)], part
        for _ in range(_FARTHEST):
            kinds = self.classes(here)
            if kinds == ["Pump"] and _HEAT_PUMP.search(self.name(here)):
                break
            words += [k.replace("_", " ") for k in kinds]
            if kinds and not any(_OPEN_PART.search(k) for k in kinds):
                break
            above = [
                n
                for forth, back in _UPWARDS
                for n in (
                    *self.links.get(forth, {}).get(here, []),
                    *self.back.get(back, {}).get(here, []),
                )
            ]
            if not above or above[0] == here:
                break
            here = above[0]
            words.append(self.name(here))
        return "|".join(words)

    def _side(self, part: Node) -> list[str]:
        """On which side a part of an open class stands, by what feeds it."""
        if not any(_OPEN_PART.search(k) for k in self.classes(part)):
            return []
        feeders = [
            *self.links.get("isFedBy", {}).get(part, []),
            *self.back.get("feeds", {}).get(part, []),
        ]
        kinds = " ".join(kind for feeder in feeders for kind in self.classes(feeder))
        return [side for pattern, side in _FEEDERS if pattern.search(kinds)][:1]

    def name(self, thing: Node) -> str:
        """The label where no other thing has it, else as little of the identifier as none has."""
        label = self.value(thing, "label") if thing in self.links.get("label", {}) else ""
        if label and self.taken.get(label) == 1:
            return label
        tails = _tails(str(thing))
        return next((tail for tail in tails if self.tails[tail] <= 1), str(thing))

    def address(self, point: Node) -> str:
        """BACnet object or series of a point's reference, empty without one."""
        places = [point]
        for link in ("hasExternalReference", "hasTimeseriesReference", "timeseries"):
            places += self.links.get(link, {}).get(point, [])
        for place in places:
            uri = self.value(place, "BACnetURI")
            if uri:
                return uri
            thing = self.value(place, "object-identifier")
            if thing:
                device = self.value(place, "device-identifier") or self._device(place)
                return f"bacnet://{device.removeprefix('device,')}/{thing}"
        series = ("hasTimeseriesId", "timeseries-id", "hasIfcProjectReference", "mqttTopic")
        found = (self.value(p, name) for name in series for p in places)
        return next((f for f in found if f), "")

    def _device(self, place: Node) -> str:
        device = self.first(place, "objectOf") or self.first(place, "contains")
        return self.value(device, "device-instance") or _last(device)

    def first(self, thing: Node | None, link: str) -> Node | None:
        """The first thing that a link leads to."""
        return next(iter(self.links.get(link, {}).get(thing, [])), None) if thing else None

    def value(self, thing: Node | None, link: str) -> str:
        """The text that a link leads to."""
        found = self.first(thing, link)
        value = self.first(found, "value") if found is not None else None
        return str(value if value is not None else found or "")

    def _labels(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for labels in self.links.get("label", {}).values():
            counts[str(labels[0])] = counts.get(str(labels[0]), 0) + 1
        return counts


def _tails(text: str) -> list[str]:
    """An identifier from its last, last but one … part on."""
    starts = [found.end() for found in re.finditer(r"[#/:]", text.rstrip("#/:"))]
    return [text[at:] for at in reversed(starts)] or [text]


def _last(thing: Node | None) -> str:
    """The last part of an identifier."""
    if thing is None or isinstance(thing, Literal):
        return str(thing or "")
    found = re.split(r"[#/]", str(thing).rstrip("#/"))[-1]
    return found.rpartition(":")[2] or found
