"""
From the names a building's system gives its points to quantity, place and unit: suggestions.

A person confirms; what the names do not tell is left open, not guessed. The minimum list says
what cannot be judged without a point.
"""

import re
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from loopkeeper.lifecycle.monitor.point_meaning import (
    LOAD_SIDE,
    SOURCE_SIDE,
    Meaning,
    elsewhere,
    meaning,
    refusal,
)
from loopkeeper.lifecycle.monitor.point_places import place
from loopkeeper.lifecycle.monitor.point_words import (
    APART,
    fits,
    measured,
    plain,
    tokens_of,
    unknown_words,
)
from loopkeeper.plant.kinds import traits_of
from loopkeeper.plant.points import QUANTITIES, Point, Statistic
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.verdict import Verdict

COUNTED = {
    "heat_energy", "cooling_energy", "electricity_energy", "abstraction_volume",
    "reinjection_volume", "gas_volume", "starts",
}  # fmt: skip
"""Quantities that meters count."""
_CONTRARY = (("supply", "return"), ("return", "supply"), ("entering", "leaving"),
             ("leaving", "entering"), ("hot", "chilled"), ("chilled", "hot"))  # fmt: skip
_PARTS = frozenset({"machine", "pump", "compressor"})
"""What a name cannot add to a point of something else."""
_FUNCTIONS = frozenset({
    "setpoint", "command", "output", "alarm", "limit", "parameter", "mode", "enable", "request",
    "schedule", "override", "offset",
})  # fmt: skip
"""What a point does rather than measures."""
_DOUBTED = 0.75
"""A suggestion that class and name do not share is no surer. [-]"""
_MEASURES = frozenset({
    "temp", "flow", "pressure", "power", "energy", "humidity", "level", "volume",
    "position", "status", "run", "conductivity", "turbidity", "fault", "starts", "partload",
})  # fmt: skip
"""Tokens that tell what is measured: a name may add where, not what."""
_WHERE = frozenset({
    "supply", "return", "entering", "leaving", "zone", "outside", "source", "load", "hot",
    "chilled", "condenser", "evaporator", "domestic", "well", "river", "borehole", "soil",
    "machine", "pump", "compressor", "exhaust", "mixed", "coil", "tank", "floor", "terminal",
    "boiler", "wellwater", "primary", "reinjection", "abstraction", "tower",
})  # fmt: skip

CLEAR = 0.85
"""From this confidence on a suggestion needs a glance only. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """
    A point as its system names it: address, name or description, unit.

    ``quantity`` and ``of`` where tags tell them, empty otherwise. ``kind`` is its class or its
    markers with ``|`` between them, ``said`` what of the two; ``part`` is what it belongs to;
    ``found_at`` is where its system reads it. With ``hint`` the kind only bars, the name
    tells, and no suggestion is surer. [-] ``code`` is what may be words or letters of a code: it
    tells what the name leaves open and may only bar what the name tells.
    """

    address: str
    name: str
    unit: str = ""
    quantity: str = ""
    of: str = ""
    kind: str = ""
    said: str = "class"
    part: str = ""
    found_at: str = ""
    hint: float = 0.0
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """
    What a name says: quantity, place and unit, each empty where it does not tell.

    ``confidence`` of 0 to 1: how much of it is told [-]; ``reason`` in words of the name.
    """

    named: Named
    quantity: str
    of: str
    unit: str
    statistic: Statistic
    confidence: float
    reason: str


def suggest(points: Sequence[Named], parts: Collection[str] = ()) -> tuple[Suggestion, ...]:
    """
    Suggest quantity, place and unit of points by their names, Chinese or English.

    Parameters
    ----------
    points : sequence of Named
        As discovered.
    parts : collection of str
        Ids of the plant's machines, pumps and wells; a part that is none of them lowers the
        confidence.

    Returns
    -------
    tuple of Suggestion
        One each, in order.
    """
    sided = {p.part for p in points if p.part and _water_of(p) == "source"}
    return tuple(
        _suggestion(
            replace(p, part=f"{p.part}{APART}load side")
            if p.part in sided and _water_of(p) == "open"
            else p,
            parts,
        )
        for p in points
    )


def _water_of(named: Named) -> str:
    """
    Whose water enters or leaves at a point of a machine: of its source, of no side told, or none.

    Of a machine that tells its source's water apart, the other is its load's.
    """
    there = tokens_of(named.name) | tokens_of(named.code) | tokens_of(named.kind)
    ways = there & {"entering", "leaving"}
    if len(ways) != 1 or "air" in there or "machine" not in tokens_of(named.part):
        return ""
    if there & SOURCE_SIDE:
        return "source"
    return "" if there & (LOAD_SIDE | {"condenser", "evaporator"}) else "open"


def _suggestion(named: Named, parts: Collection[str]) -> Suggestion:
    found, sure, word = _told(named)
    quantity = found.quantity
    name = " / ".join(dict.fromkeys(w for w in (named.name, named.code) if w)) or named.address
    texts = (named.part, name, named.kind, named.address)
    where, placed = (named.of, 1.0) if named.of else place(quantity, texts, parts)
    if not quantity:
        where, placed = (where, placed) if not found.refused and not named.kind else ("", 0.0)
    known = bool(named.unit) and fits(named.unit, QUANTITIES.get(quantity, ""))
    told = 0.6 * bool(quantity) + 0.3 * bool(where) * placed + 0.1 * known
    unit = named.unit or QUANTITIES.get(quantity, "")
    reason = ", ".join(x for x in (word, where) if x)
    statistic = Statistic.COUNTER if quantity in COUNTED else Statistic.INSTANT
    return Suggestion(
        named=named,
        quantity=quantity,
        of=where,
        unit=unit,
        statistic=statistic,
        confidence=round(min(told, sure), 2),
        reason=reason,
    )


def _told(named: Named) -> tuple[Meaning, float, str]:
    """What tags or, where they leave it open, the name tells, how sure at most, and by what."""
    if named.quantity and (not named.unit or fits(named.unit, QUANTITIES[named.quantity])):
        return Meaning(named.quantity), 1.0, "tags"
    name, part = _name(named), tokens_of(named.part)
    if named.kind and not named.hint:
        return _by_class(named, name | tokens_of(named.code), part)
    barred = refusal(tokens_of(named.kind))
    if barred:
        return Meaning(refused=barred), 0.0, f"{named.said} says {barred}"
    found, there = _by_name(named, name, part)
    if "binary" in tokens_of(named.kind) and found.quantity not in {"", "running", "fault_code"}:
        return Meaning(refused="a state"), 0.0, f"{named.said} says a state"
    word = f"name says {found.refused}" if found.refused else " ".join(sorted(there))
    return found, named.hint or 1.0, word


def _by_name(
    named: Named, name: AbstractSet[str], part: AbstractSet[str]
) -> tuple[Meaning, AbstractSet[str]]:
    """The words of the name, then those of the code with them; either may say what it is not."""
    more = measured(named.unit) | (tokens_of(named.kind) & {"total", "run"})
    code = tokens_of(named.code)
    found = meaning(name | more, part, named.unit)
    if found.refused:
        return found, name
    barred = refusal(code & _FUNCTIONS)
    if barred:
        return Meaning(refused=barred), code
    if found.quantity and named.name:
        return found, name | more
    return meaning(name | code | more, part, named.unit), name | code | more


def _name(named: Named) -> frozenset[str]:
    """Tokens of the name; ``SP1`` is a pump where it measures no temperature, else a set-point."""
    text = plain(named.name or named.code or named.address)
    pump = re.sub(r"(?<![a-z])sp (?=\d)", "source pump ", text)
    found = tokens_of(pump)
    return tokens_of(text) if "temp" in found | measured(named.unit) else found


def _by_class(
    named: Named, name: AbstractSet[str], part: AbstractSet[str]
) -> tuple[Meaning, float, str]:
    """The class decides; where it leaves the place open, relations and then the name tell it."""
    kind = tokens_of(named.kind)
    if kind >= {"energy", "demand"}:  # Brick's demand of energy is a power
        kind = kind - {"energy"} | {"power"}
    kind |= name & {"differential"} if kind & {"pressure", "temp"} else frozenset()
    found = meaning(kind, part, named.unit)
    barred = elsewhere(found.quantity, kind, part or name)
    if barred:
        found = Meaning(refused=barred)
    text = named.kind.replace("|", " ")
    odd = unknown_words(named.kind)
    strange = odd and (named.said == "class" or bool(kind & {"status"}))
    if found.quantity:
        doubt = odd or _contrary(kind, name)
        return found, _DOUBTED if doubt else 1.0, f"{named.said} {text}"
    if found.refused or strange:
        told = f"says {found.refused}" if found.refused else f"{text} is no quantity of the plant"
        return Meaning(refused=found.refused or text), 0.0, f"{named.said} {told}"
    clear = kind & _MEASURES
    for more, most in ((part, 1.0), (part | name, 1.0)):
        added = (more & _WHERE) if clear else more
        added = added - (_PARTS - part) if part else added
        if not clear and refusal(more):
            return Meaning(refused=refusal(more)), 0.0, f"name says {refusal(more)}"
        units = measured(named.unit) - ({"differential"} if "temp" in kind else frozenset())
        found = meaning(kind | added | units, part, named.unit)
        if found.quantity:
            return found, most if clear and not odd else _DOUBTED, f"{named.said} {text} and name"
    return Meaning(refused=text), 0.0, f"{named.said} {text} is no quantity of the plant"


def _contrary(kind: AbstractSet[str], name: AbstractSet[str]) -> bool:
    """Whether a name says that the point is none, or the other of two."""
    other = any({a} <= kind and b in name and a not in name for a, b in _CONTRARY)
    return other or bool(refusal(name - {"fan"} if "outside" in kind else name))


def missing_points(
    points: Sequence[Point], kind: SourceKind, machines: Collection[str], pumps: Collection[str]
) -> tuple[Verdict, ...]:
    """
    Say what the minimum list asks for and the plant does not measure.

    Parameters
    ----------
    points : sequence of Point
        The point list.
    kind : SourceKind
        What the plant stands on.
    machines, pumps : collection of str
        Their ids: electricity of each stands for all of them.

    Returns
    -------
    tuple of Verdict
        One for each row of the list that is missing, with what cannot be judged without it.
    """
    there = {(p.quantity, _group(p.of, machines, pumps)) for p in points}
    said = []
    section = traits_of(kind).section
    for row in data_table("minimum_points.csv"):
        if row["sources"] != "*" and section not in row["sources"].split():
            continue
        wanted = row["quantity"].split("|")
        if any((q, of) in there for q in wanted for of in _groups(row["of"])):
            continue
        figures = {name: row[name] for name in ("what", "what_zh", "judged", "judged_zh", "of")}
        said.append(Verdict("monitor.points.missing", figures))
    return tuple(said)


def _group(of: str, machines: Collection[str], pumps: Collection[str]) -> str:
    """A part as the minimum list names it."""
    if of in machines:
        return "machines"
    if of in pumps:
        return "pumps"
    return next((sort for sort in ("well", "zone", "room") if of.startswith(sort)), of)


def _groups(of: str) -> set[str]:
    alike = {
        "zone": {"zone", "room"},
        "source-pumps": {"source-pumps", "pumps"},
        "load-pumps": {"load-pumps", "pumps"},
        "well": {"well", "source"},
    }
    return alike.get(of, {of})
