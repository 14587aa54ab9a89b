"""What the columns of a field test go by, in Chinese, English and German."""

import re
from dataclasses import dataclass

from loopkeeper.adapters.files.tables.header import split_unit
from loopkeeper.errors import UnitError
from loopkeeper.units import linear_to_si

_APART = re.compile(r"^(?P<name>.*?[^/,，\s])\s*[/,，\s]\s*(?P<unit>\(.*\)|（.*）|[^\s,，]+)$")


@dataclass(frozen=True, slots=True)
class Role:
    """What a column may mean: names it goes by, its unit, and its plausible range in SI."""

    name: str
    pattern: str
    unit: str
    low: float
    high: float


def name_and_unit(column: str) -> tuple[str, str]:
    """
    Return the name and the unit of a header of any test log, such as ``flow_L_s`` or ``T_in, °C``.

    Parameters
    ----------
    column : str
        As it stands in the file.

    Returns
    -------
    name, unit : str
        The unit is empty when none is written.
    """
    bare, unit = split_unit(column)
    if unit:
        return bare, unit
    apart = _APART.match(column)
    if apart and _is_unit(apart["unit"]):
        return apart["name"].strip(), apart["unit"].strip("()（）")
    for suffix, unit in _SUFFIXES.items():
        if column.lower().endswith(suffix) and len(column) > len(suffix) + SHORT.get(suffix, 0):
            return column[: -len(suffix)], unit
    return column, ""


def _is_unit(text: str) -> bool:
    try:
        return linear_to_si(text.strip("()（）"))[2] != "dimensionless"
    except UnitError:
        return False


SHORT = {"_f": 2, "_k": 2}
"""T_f is a fluid and T_in_f a unit: letters that must stand before the ending. [-]"""
_SUFFIXES = {
    "_l_s": "L/s", "_l_min": "L/min", "_m3_h": "m3/h", "_m3_s": "m3/s", "_m3_d": "m**3/day",
    "_gpm": "gpm", "_kg_s": "kg/s", "_btu_h": "Btu/h", "_degf": "degF", "_f": "degF", "_k": "K",
    "_min": "min", "_kw": "kW", "_degc": "degC", "_w": "W", "_c": "degC", "_s": "s", "_h": "h",
    "_m": "m", "_d": "day",
}  # fmt: skip


_INLET = (
    r"t_?(f_?)?(in|supply|ein|vl|zu)|tfin|(fluid |water )?(inlet|supply|entering).*|ewt"
    r"|temp(erature|eratur)?[ _.]?(in|inlet|ein)|t_?ein.*|eintritt.*|vorlauf.*"
    r"|(?!.*(压|流量|差)).*(进水|供水|进口|入口|进液|供液).*"
)
_OUTLET = (
    r"t_?(f_?)?(out|return|aus|rl|ab)|tfout|(fluid |water )?(outlet|return|leaving).*|lwt"
    r"|temp(erature|eratur)?[ _.]?(out|outlet|aus)|t_?aus.*|austritt.*|r(ü|ue)cklauf.*"
    r"|(?!.*(压|流量|差)).*(出水|回水|出口|出液|回液).*"
)
_MEAN = r"t_?(f|m|avg|mean|fluid|average)|tf|mean.*|average.*|mittel.*|.*平均.*温.*|平均.*"
_POWER = (
    r"p|q|kw|p_?el(ec)?|(heat(er|ing)?|electric(al)?|thermal|total|input)?[ _]?power.*|heat.*"
    r"|wattage|heizleistung.*|leistung.*|.*(加热|电|总|热|输入|循环).*功率.*|功率.*|热流.*|加热量.*"
)
_FLOW = (
    r"v|q_?v|v_?dot|m_?dot|((water|fluid|mass|volume|volumetric|circulation)[ _])?flow.*|v_geo"
    r"|volume.*|gpm|durchfluss.*|volumenstrom.*|massenstrom.*|.*流量.*"
)
RESPONSE_TEST = (
    Role("inlet", _INLET, "degC", -20, 95),
    Role("outlet", _OUTLET, "degC", -20, 95),
    Role("mean", _MEAN, "degC", -20, 95),
    Role("power", _POWER, "W", -1e6, 1e6),
    Role("flow", _FLOW, "m3/h", 0, 1),
    Role("bleed", r"bleed.*|v_saig|排水.*", "m3/h", 0, 1),
)
"""Columns of a thermal response test."""
