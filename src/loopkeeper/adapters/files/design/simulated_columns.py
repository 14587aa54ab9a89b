"""Which columns of a simulation are loads: by a list of output variables, never by words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loopkeeper.adapters.files.tables.header import split_unit
from loopkeeper.errors import UnitError
from loopkeeper.plant.tables import data_table
from loopkeeper.units import linear_to_si

POWER, ENERGY = "W", "J"
_HEAD = re.compile(r"^(?P<name>.*?)\s*\[(?P<unit>[^\]]*)\]\s*(?:\((?P<step>[^)]*)\))?")
_BEHIND = re.compile(r"^(?P<name>.*?)[_ ](?P<unit>[kMG]?Wh?|[kMG]?J)$")
_QUANTITY = re.compile(r"[ _](heat transfer )?(energy|rate)$")
_FUELS = re.compile(
    r"electric|natural ?gas|\bgas\b|fuel|propane|diesel|\bcoal\b|\boil\b"
    r"|耗电|电耗|用电|电量|燃气|天然气|燃料"
)
_REJECTING = re.compile(r"cond|tower|\bcw\b|冷却")
"""Loops that carry away what chillers reject, which is no load."""
_OUTDOOR = re.compile(
    r"outdoor air dry ?bulb temperature|^outdoor(_| )(air(_| ))?temp|室外.*温度|^干球温度$"
)
_COARSE = frozenset({"daily", "monthly", "runperiod", "annual", "each call", "detailed"})
_TURNS = {"kbtu/hr": "kbtu/h", "btu/hr": "btu/h", "ton": "rt"}


@dataclass(frozen=True)
class Output:
    """
    A column that is on the list.

    ``use`` heating, cooling or hot_water; ``order`` the foremost first, columns of one order add
    up; ``kind`` what else of the list it holds or is held by; ``measures`` power or energy;
    ``factor`` to W or J.
    """

    column: str
    use: str
    order: int
    kind: str
    measures: str
    factor: float


def outputs(columns: Sequence[str]) -> tuple[list[Output], list[str]]:
    """
    Tell which columns are loads.

    Parameters
    ----------
    columns : sequence of str
        Headers.

    Returns
    -------
    found : list of Output
        Each quantity once: of rate and energy the energy, of two steps or two copies the first.
    others : list of str
        Headers that speak of heat or cold and are not on the list: electricity, gas, parts.
    """
    found = [one for c in columns if (one := _output(c)) is not None]
    once: dict[tuple[str, int, str], Output] = {}
    for one in sorted(found, key=lambda o: o.measures != ENERGY):
        once.setdefault((one.use, one.order, _plain(one.column)), one)
    kept = [one for one in found if one in once.values()]
    used = {o.column for o in kept}
    thermal = re.compile(r"heat|cool|热|冷|暖", re.IGNORECASE)
    return kept, [c for c in columns if c not in used and thermal.search(c)]


def without_unit(columns: Sequence[str]) -> list[str]:
    """Return headers that are on the list but state no unit of power or energy."""
    names = {c: _plain(c) for c in columns}
    return [
        c
        for c, name in names.items()
        if _listed(name) and not _FUELS.search(name) and _scale(_parts(c)[1]) is None
    ]


def outdoor_column(columns: Sequence[str]) -> tuple[str, str]:
    """Return the column of the outdoor dry bulb and its unit; empty when there is none."""
    for column in columns:
        name, unit, step = _parts(column)
        if step not in _COARSE and _OUTDOOR.search(name) and unit:
            return column, unit
    return "", ""


def _plain(column: str) -> str:
    """A header without unit, step, and the word for rate or energy."""
    name = _parts(column)[0]
    return _QUANTITY.sub("", name)


def _parts(column: str) -> tuple[str, str, str]:
    """Name, unit and step of a header."""
    match = _HEAD.match(column)
    if match is not None:
        return match["name"].strip().lower(), match["unit"].strip(), (match["step"] or "").lower()
    name, unit = split_unit(column)
    if not unit and (behind := _BEHIND.match(column)) is not None:
        name, unit = behind["name"], behind["unit"]
    return name.strip().lower(), unit, ""


def _output(column: str) -> Output | None:
    _, unit, step = _parts(column)
    full = _plain(column)
    if step in _COARSE or _FUELS.search(full):
        return None
    scale = _scale(unit)
    row = _listed(full)
    if scale is None or row is None:
        return None
    if row["kind"] == "loop" and _REJECTING.search(full.rpartition(":")[0]):
        return None
    return Output(column, row["use"], int(row["order"]), row["kind"], *scale)


def _listed(name: str) -> Mapping[str, str] | None:
    last = name.rpartition(":")[2].strip()
    for row in data_table("simulated_loads.csv"):
        if row["match"] == "pattern":
            hit = re.match(row["name"], last) is not None
        else:
            hit = row["name"] in {name, last} or name.endswith(":" + row["name"])
        if hit:
            return row
    return None


def _scale(unit: str) -> tuple[str, float] | None:
    """Whether a unit is one of power or energy, and its factor to W or J."""
    try:
        factor, _, dimension = linear_to_si(_TURNS.get(unit.lower(), unit))
        power = dimension == linear_to_si("W")[2]
        energy = dimension == linear_to_si("J")[2]
    except UnitError:
        return None
    if not unit or not (power or energy):
        return None
    return (POWER if power else ENERGY), factor


def step_scale(output: Output, step: float) -> float:
    """
    Return what turns a column's values into mean watts.

    Parameters
    ----------
    output : Output
        The column.
    step : float
        Length of its rows. [s]
    """
    return output.factor if output.measures == POWER else output.factor / step
