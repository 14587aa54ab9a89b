"""What the tokens of a point mean: a quantity, or why it is none."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from loopkeeper.lifecycle.monitor.point_words import fits
from loopkeeper.plant.points import QUANTITIES
from loopkeeper.plant.tables import data_table

AIR_SIDE = frozenset({"terminal", "coil"})
SOURCE_SIDE = frozenset({"source", "tower", "borehole", "well", "river", "wellwater"})
_RUNNING = frozenset({"machine", "pump", "compressor", "boiler", "tower", "meter"})
_STATES = frozenset({"running", "fault_code", "starts", "part_load", "valve_position"})
_WATER = (
    frozenset(
        {
            "water",
            "hot",
            "chilled",
            "condenser",
            "evaporator",
            "domestic",
            "machine",
            "pump",
            "loop",
        }
    )
    | SOURCE_SIDE
)
_ELSEWHERE = {
    ("flow", "pressure", "differential_pressure"): (
        frozenset({"terminal", "zone", "fan", "damper", "filter"}), _WATER,
        "flow or pressure of air",
    ),
    ("water_level", "conductivity_electrical", "turbidity"): (
        AIR_SIDE | {"tower", "tank", "boiler", "machine", "pump"},
        frozenset({"well", "wellwater", "borehole", "river"}), "water of a tank or tower",
    ),
    ("part_load",): (
        AIR_SIDE | {"pump", "tower", "zone"}, frozenset({"machine", "compressor", "boiler"}),
        "load of no machine",
    ),
}  # fmt: skip
"""What a quantity is at some places, unless another word is there: it is none of the plant."""
LOAD_SIDE = frozenset({"load", "hot", "chilled", "domestic", "boiler"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """A quantity, or in ``refused`` what the point is instead; both empty where nothing fits."""

    quantity: str = ""
    refused: str = ""


def meaning(
    there: AbstractSet[str], part: AbstractSet[str] = frozenset(), unit: str = ""
) -> Meaning:
    """
    Return what tokens mean.

    Parameters
    ----------
    there : set of str
        Tokens of the point.
    part : set of str
        Tokens of what it belongs to: they tell which way water that enters or leaves flows.
    unit : str
        Its unit; a quantity must fit it. Empty where none is known.

    Returns
    -------
    Meaning
        Of the rule with most tokens among them.
    """
    refused = refusal(there)
    if refused:
        return Meaning(refused=refused)
    turned = _turned(there, part)
    if turned is None:
        return Meaning(refused="water of a coil or an air handler")
    best, most = "", 0
    for quantity, wanted, unwanted in _rules():
        if len(wanted) <= most or unwanted & turned or not all(w & turned for w in wanted):
            continue
        if not unit or _fits(quantity, unit):
            best, most = quantity, len(wanted)
    if "status" in there and best and best not in _STATES:
        return Meaning(refused="status")
    barred = elsewhere(best, there, part)
    return Meaning(refused=barred) if barred else Meaning(best)


def elsewhere(quantity: str, there: AbstractSet[str], part: AbstractSet[str]) -> str:
    """
    Return what a quantity is where the plant has none, empty where it may have it.

    Parameters
    ----------
    quantity : str
        As suggested.
    there, part : set of str
        Tokens of the point and of what it belongs to.

    Returns
    -------
    str
        Such as ``flow or pressure of air``.
    """
    both = there | part
    if quantity in {"running", "fault_code"} and not both & _RUNNING:
        named = quantity == "running" or "faultcode" in both
        told = part or not named or both & (AIR_SIDE | {"zone"})
        return "state or fault of no machine or pump" if told else ""
    for quantities, (places, unless, reason) in _ELSEWHERE.items():
        if quantity in quantities and both & places and not both & unless:
            return reason
    return ""


def refusal(there: AbstractSet[str]) -> str:
    """
    Return what a point is that is no measurement of the plant.

    Parameters
    ----------
    there : set of str
        Its tokens.

    Returns
    -------
    str
        Such as ``set-point``; empty when nothing speaks against it.
    """
    for wanted, excepted, reason in _refusals():
        if wanted <= there and not excepted & there:
            return reason
    return ""


def _turned(there: AbstractSet[str], part: AbstractSet[str]) -> frozenset[str] | None:
    """
    Tokens with what enters and leaves named after the loop, as the point list does.

    Water that enters a machine is the source's supply; on the load side water leaves as supply.
    None where it enters a coil.
    """
    entering, leaving = "entering" in there, "leaving" in there
    if entering is leaving or "air" in there or "temp" not in there:
        return frozenset(there)
    if there & {"condenser", "evaporator"} and "tower" not in part:
        return frozenset(there)
    both = there | part
    if both & AIR_SIDE:
        return None
    there = there | {"load"} if {"hot", "chilled"} <= there else there
    if "machine" in both and not (there | part) & {"source", "load"}:
        exchanger = {"hot": "condenser", "chilled": "evaporator"}
        told = next((exchanger[t] for t in ("hot", "chilled") if t in there), "")
        if told:
            return frozenset(there | {told})
    to_machine = _enters_as_supply(there, part)
    name = "supply" if entering is to_machine else "return"
    return frozenset((there - {"entering", "leaving"}) | {name})


def _enters_as_supply(there: AbstractSet[str], part: AbstractSet[str]) -> bool:
    """Whether what enters is supply: at a machine's source and an exchanger's primary side."""
    for tokens in (there, part):
        if "machine" in tokens and "load" not in tokens:
            return True
        if "district" in tokens:
            return True
        if tokens & {"tower", "exchanger"}:
            return "primary" in there
        if tokens & SOURCE_SIDE:
            return True
        if tokens & LOAD_SIDE:
            return False
    return True


@cache
def _rules() -> tuple[tuple[str, tuple[frozenset[str], ...], frozenset[str]], ...]:
    return tuple(
        (
            row["quantity"],
            tuple(frozenset(w.split("|")) for w in row["all"].split()),
            frozenset(row["none"].split()),
        )
        for row in data_table("point_rules.csv")
    )


@cache
def _refusals() -> tuple[tuple[frozenset[str], frozenset[str], str], ...]:
    return tuple(
        (frozenset(row["tokens"].split()), frozenset(row["except"].split()), row["reason"])
        for row in data_table("point_refusals.csv")
    )


def _fits(quantity: str, unit: str) -> bool:
    """A unit nobody knows speaks for nothing and against nothing."""
    usual = QUANTITIES[quantity]
    known = any(fits(unit, other) for other in _usual_units())
    return not known or fits(unit, usual)


@cache
def _usual_units() -> tuple[str, ...]:
    return tuple(sorted({*QUANTITIES.values(), "h", "A", "V", "Hz"}))


def sides(tokens: AbstractSet[str]) -> Iterator[str]:
    """Yield the sides of the plant that tokens tell, the surest first."""
    if "district" in tokens:
        return
    told = (
        ("hot-water", {"domestic"}),
        ("source", SOURCE_SIDE),
        ("load", {"load"}),
        ("backup", {"boiler"}),
        ("make-up", {"makeup"}),
        ("load", {"hot", "chilled"}),
    )
    for side, words in told:
        if tokens & words:
            yield side
    if tokens & {"condenser"} and tokens & {"supply", "return", "flow", "pressure", "pump"}:
        yield "source"
