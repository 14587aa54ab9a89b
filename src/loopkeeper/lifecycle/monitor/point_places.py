"""Where a point stands: a part with its number, a side of the plant, a zone."""

import re
from collections.abc import Collection, Set

from loopkeeper.lifecycle.monitor.point_meaning import sides
from loopkeeper.lifecycle.monitor.point_words import APART, plain, tokens_of

ROOMS = frozenset({"indoor_temperature", "indoor_humidity"})
ELECTRIC = frozenset({"electricity_power", "electricity_energy"})
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
_ROOM = r"zone|room|rm|zn|raum|space|房间|室内|区域"
_OWN_SIDE = frozenset({"load", "source", "domestic"})
_HEAT = frozenset({"heat_power", "heat_energy", "cooling_energy"})
_GUESSED = 0.3
_LIKELY = 0.8
_UNSURE = 0.5


def place(
    quantity: str, texts: tuple[str, str, str], parts: Collection[str] = ()
) -> tuple[str, float]:
    """
    Return the part or side of a point, and how sure.

    Parameters
    ----------
    quantity : str
        What it measures; outdoors is the site, room air is a zone.
    texts : tuple of str
        Words of what it belongs to, its own name, its class or markers.
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
    owner, name, kind = texts
    pump = "pump" in tokens_of(name) | tokens_of(owner)
    for text in (owner, name):
        found = _part(text, parts, quantity, pump=pump)
        if found[0]:
            return found
    tokens = tuple(tokens_of(text) for text in texts)
    return _side(quantity, tokens, owner=owner)


def _part(text: str, parts: Collection[str], quantity: str, *, pump: bool) -> tuple[str, float]:
    """A machine, pump or well with its number."""
    words = plain(text)
    for sort, _, pattern in _NUMBERED:
        if pump and sort == "hp":
            continue
        number = _numbered(words, pattern)
        if sort == "sp" and not pump and quantity not in {*ELECTRIC, "running", "starts"}:
            continue
        if number:
            part = f"{sort}{number}"
            return part, 1.0 if not parts or part in parts else _UNSURE
    return "", 0.0


def _numbered(text: str, words: str) -> str:
    """The number beside a word: 1#机组, 机组1, hp 1, 2号井; a number before an English word needs its mark."""
    found = re.search(
        rf"(\d+)\s*[#号](?:\s*(?:{words}))(?![a-z])|(\d+)\s*(?=[^\x00-\x7f])(?:{words})"
        rf"|(?:(?<![a-zäöüß])|(?=[wg]shp))(?:{words})\s*(?:no|nr|#)?\s*(\d+)|[（(]?(\d+)#\S*?(?:{words})",
        text,
    )
    if found is None:
        return ""
    return next(g for g in found.groups() if g is not None).lstrip("0") or "0"


def _zone(owner: str, name: str, kind: str) -> tuple[str, float]:
    """The zone by its number, else by the name of its room; a class of zones names one anew."""
    for text in (owner, name):
        number = _numbered(plain(text), _ROOM)
        if number:
            return f"zone-{number}", 1.0
    told = owner or (name if kind else "")
    slug = _slug(told)
    return (f"zone-{slug}", 1.0) if slug else ("", 0.0)


def _slug(text: str) -> str:
    return "-".join(re.findall(r"\w+", plain(text.split(APART)[0])))


def _side(
    quantity: str, tokens: tuple[Set[str], Set[str], Set[str]], *, owner: str
) -> tuple[str, float]:
    owned, named, classed = tokens
    everything = owned | named | classed
    if owned & {"terminal", "coil"} or (named & {"terminal", "coil"} and not owner):
        return "terminals", 1.0
    if "generation" in owned | named:
        return "", 0.0
    if quantity == "ground_temperature":
        return "field", 1.0
    if "exchanger" in owned and not everything & _OWN_SIDE:
        return f"exchanger-{_slug(owner)}", 1.0
    if classed & {"district"}:
        return (f"exchanger-{_slug(owner)}", 1.0) if "exchanger" in owned else ("", 0.0)
    for there in (classed & _OWN_SIDE, owned, named, classed):
        if "pump" in everything and quantity in {*ELECTRIC, "running", "starts"}:
            side = next((s for s in sides(everything | {"pump"}) if s in {"source", "load"}), "")
            return (f"{side}-pumps", 1.0) if side else ("", 0.0)
        side = next(sides(there), "")
        if side:
            loose = there is classed and there & {"entering", "leaving"} and not there & _OWN_SIDE
            return side, _UNSURE if loose else 1.0
    if everything & {"machine", "compressor"}:
        return "machines", 1.0 if quantity in {*ELECTRIC, "running", "part_load"} else _LIKELY
    if "zone" in owned:
        return _zone(owner, "", "")
    if quantity in _HEAT:
        return "load", _GUESSED
    if everything & {"site"} and quantity in {*ELECTRIC, "gas_volume"}:
        return "site", 1.0
    return "", 0.0
