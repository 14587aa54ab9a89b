"""Where a point stands: a part with its number, a side of the plant, a zone."""

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import product

from loopkeeper.lifecycle.monitor.point_meaning import sides
from loopkeeper.lifecycle.monitor.point_words import APART, plain, tokens_of

ROOMS = frozenset({"indoor_temperature", "indoor_humidity"})
ELECTRIC = frozenset({"electricity_power", "electricity_energy"})
_OF_PUMPS = ELECTRIC | {"running", "starts"}
_OF_MACHINES = _OF_PUMPS | {"part_load", "fault_code"}
_NUMBERED = (
    ("sp", {"source pump"}, r"source pump|ground pump|geo pump|sp|cwp|cdwp|condenser water pump|"
     r"solepumpe|地源侧水泵|地源泵|源侧泵|源侧水泵|潜水泵|冷却泵|冷却水泵"),
    ("lp", {"load pump"}, r"load pump|user pump|chw pump|chwp|hwp|lp|chilled water pump|"
     r"hot water pump|heizkreispumpe|用户侧水泵|用户泵|空调泵|末端泵|循环泵|冷冻泵|冷冻水泵"),
    ("well-", {"well"}, r"well|brunnen|井"),
    ("hp", {"machine"}, r"hp|heat pump|chiller|wshp|gshp|hpu|ch|wp|wärmepumpe|waermepumpe|"
     r"热泵机组|热泵|主机|机组|冷水机组"),
)  # fmt: skip
"""How numbered parts are named, and the words with a number beside them."""
_ROOMS = (r"room|rm|raum|房间|室内", r"vav|fcu|zone|zn|space|区域")
"""How rooms and then what serves them are named: a room tells more."""
_OWN_SIDE = frozenset({"load", "source", "domestic"})
_HEAT = frozenset({"heat_power", "heat_energy", "cooling_energy"})
_EXCHANGERS = ("evaporator", "condenser")
_GUESSED = 0.4
_LIKELY = 0.8
_NAMED_ANEW = 0.7
_UNSURE = 0.5


def place(
    quantity: str, texts: tuple[str, str, str, str], parts: Collection[str] = ()
) -> tuple[str, float]:
    """
    Return the part or side of a point, and how sure.

    Parameters
    ----------
    quantity : str
        What it measures; outdoors is the site, room air is a zone.
    texts : tuple of str
        Words of what it belongs to, its own name, its class or markers, its address.
    parts : collection of str
        Ids of the plant's machines, pumps and wells; a part that is none of them is unsure.

    Returns
    -------
    tuple of (str, float)
        Empty and 0 where nothing tells it.
    """
    if quantity == "outdoor_temperature":
        return "site", 1.0
    if quantity in ROOMS:
        return _zone(*texts)
    owner, name, kind, _ = texts
    pump = "pump" in tokens_of(name) | tokens_of(owner)
    for text in (owner, name):
        found = _part(text, parts, quantity, pump=pump)
        if found[0]:
            return found
    return _side(_Told(quantity, owner, tokens_of(owner), tokens_of(name), tokens_of(kind)))


def _part(text: str, parts: Collection[str], quantity: str, *, pump: bool) -> tuple[str, float]:
    """A machine, pump or well with its number."""
    words = plain(text)
    for sort, _, pattern in _NUMBERED:
        if pump and sort == "hp":
            continue
        number = _numbered(words, pattern)
        if sort == "sp" and not pump and quantity not in _OF_PUMPS:
            continue
        if number:
            part = f"{sort}{number}"
            return part, 1.0 if not parts or part in parts else _UNSURE
    return "", 0.0


def _numbered(text: str, words: str) -> str:
    """The number beside a word: 1#机组, 机组1, hp 1; before an English word it needs its mark."""
    found = re.search(
        rf"(\d+)\s*[#号](?:\s*(?:{words}))(?![a-z])|(\d+)\s*(?=[^\x00-\x7f])(?:{words})"
        rf"|(?:(?<![a-zäöüß])|(?=[wg]shp))(?:{words})\s*(?:no|nr|#)?\s*(\d+)|[（(]?(\d+)#\S*?(?:{words})",
        text,
    )
    if found is None:
        return ""
    return next(g for g in found.groups() if g is not None).lstrip("0") or "0"


def _zone(owner: str, name: str, kind: str, address: str) -> tuple[str, float]:
    """The zone by its number, else by the name of its room; a class of zones names one anew."""
    for text, words in product((owner, name), _ROOMS):
        number = _numbered(plain(text), words)
        if number:
            return f"zone-{number}", 1.0
    slug = _slug(owner or address)
    if not slug:
        return "", 0.0
    return f"zone-{slug}", 1.0 if owner or kind else _NAMED_ANEW


def _slug(text: str) -> str:
    return "-".join(re.findall(r"\w+", plain(text.partition(APART)[0])))


@dataclass(frozen=True, slots=True)
class _Told:
    """Tokens of what a point belongs to, of its name and of its class."""

    quantity: str
    owner: str
    owned: AbstractSet[str]
    named: AbstractSet[str]
    classed: AbstractSet[str]

    @property
    def all(self) -> AbstractSet[str]:
        return self.owned | self.named | self.classed


def _side(told: _Told) -> tuple[str, float]:
    """The first that tells a side, the surest first; empty where the plant does not use it."""
    if "generation" in told.owned | told.named:
        return "", 0.0
    for rule in (_terminal, _ground, _exchanger, _pumps, _machine, _plant, _loop, _rest):
        found = rule(told)
        if found is not None:
            return found
    return "", 0.0


def _terminal(told: _Told) -> tuple[str, float] | None:
    there = told.owned if told.owner else told.named
    return ("terminals", 1.0) if there & {"terminal", "coil"} else None


def _ground(told: _Told) -> tuple[str, float] | None:
    return ("field", 1.0) if told.quantity == "ground_temperature" else None


def _exchanger(told: _Told) -> tuple[str, float] | None:
    """A side of its own of an exchanger is told by the class, the other is the exchanger's."""
    here = f"exchanger-{_slug(told.owner)}", 1.0
    if "exchanger" in told.owned and not told.all & _OWN_SIDE:
        return here
    if "district" in told.classed:
        return here if "exchanger" in told.owned else ("", 0.0)
    return None


def _pumps(told: _Told) -> tuple[str, float] | None:
    if "pump" not in told.all or told.quantity not in _OF_PUMPS:
        return None
    side = next((s for s in sides(told.all) if s in {"source", "load"}), "")
    if side:
        return f"{side}-pumps", 1.0
    return ("hot-water", 1.0) if "domestic" in told.all else ("", 0.0)


def _machine(told: _Told) -> tuple[str, float] | None:
    """What is measured of a machine itself or at its exchangers, whatever water it makes."""
    own = told.quantity in _OF_MACHINES or told.quantity.startswith(_EXCHANGERS)
    there = (told.owned | told.named | told.classed) & {"machine", "compressor"}
    return ("machines", 1.0) if own and there else None


def _plant(told: _Told) -> tuple[str, float] | None:
    """Electricity of a whole plant room, whatever water it makes."""
    here = told.quantity in ELECTRIC and "plantroom" in told.owned | told.named
    return ("plant", 1.0) if here else None


def _loop(told: _Told) -> tuple[str, float] | None:
    for there in (told.classed & _OWN_SIDE, told.owned, told.named, told.classed):
        side = next(sides(there), "")
        if side:
            turns = there is told.classed and there & {"entering", "leaving"}
            return side, _UNSURE if turns and not there & _OWN_SIDE else 1.0
    return None


def _rest(told: _Told) -> tuple[str, float] | None:
    if told.all & {"machine", "compressor"} or told.quantity.startswith(_EXCHANGERS):
        return "machines", _LIKELY
    if "zone" in told.owned and told.quantity in ELECTRIC | _HEAT:
        return _zone(told.owner, "", "", "")
    if told.quantity in _HEAT or {"heat", "total"} <= told.all:
        return "load", _GUESSED
    if "loop" in told.owned | told.named:
        return "source", _GUESSED
    if "site" in told.all and told.quantity in {*ELECTRIC, "gas_volume"}:
        return "site", 1.0
    return None
