"""
Units: SI inside, conversion once, at the edges, by one function.

Inside: s, m, kg, W, J, Pa, m³/s, °C (differences in K), fractions. File columns and meters carry
their unit in the name or beside the value; :func:`to_si` and :func:`from_si` convert there.
"""

import difflib
import re
import tokenize
import unicodedata
from functools import cache
from typing import Final

import pint

from loopkeeper.errors import UnitError

ZERO_CELSIUS: Final = 273.15
"""Absolute temperature of 0 °C. [K]"""
GRAVITY: Final = 9.80665
"""Standard acceleration of free fall. [m s-2]"""
MINUTE: Final = 60.0
HOUR: Final = 3600.0
"""Seconds in an hour. [s]"""
DAY: Final = 86400.0
"""Seconds in a day. [s]"""
YEAR: Final = 8760 * HOUR
"""Seconds in a year of 365 days. [s]"""
KWH: Final = 3.6e6
KWH_OF_MWH: Final = 1000.0
"""Joules in a kilowatt hour. [J]"""
HOURS_A_DAY: Final = 24
HOURS_A_WEEK: Final = 168
HOURS_A_YEAR: Final = 8760
HOURS_A_LEAP_YEAR: Final = 8784
MINUTES_AN_HOUR: Final = 60
MONTHS_A_YEAR: Final = 12
SATURDAY: Final = 5
"""First day of the weekend, Monday being 0."""
MAJORITY: Final = 0.5
"""Share from which on something holds for the most. [-]"""

_WRITTEN: Final = {
    "dimensionless": "1 - -- / # none n count counts pcs bool boolean on/off state status "
    "ph ntu fnu ftu 次 台 个 无 无量纲",
    "percent": "% pct percent %rh rh% 百分比",
    "ppm": "ppm",
    "degC": "°c c oc degc deg.c celsius degreec degreesc"
    " degreecelsius degreescelsius 摄氏度 摄氏 ºc",
    "degF": "°f f of degf fahrenheit degreef degreesf degreesfahrenheit 华氏度 ºf",
    "delta_degC": "k kelvin delta_degc deltadegc Δk Δ°c 开",
    "delta_degF": "delta_degf deltadegf Δ°f",
    "watt": "w watt watts 瓦",
    "kilowatt": "kw kwth kwt kwe kwel kwtherm 千瓦",
    "megawatt": "mw mwth 兆瓦",
    "gigawatt": "gw",
    "Wh": "wh 瓦时",
    "kWh": "kwh kwhth kwht kwhe kwhel 度 千瓦时 千瓦小时 度电",
    "MWh": "mwh mwhth mwhel 兆瓦时",
    "GWh": "gwh 吉瓦时",
    "joule": "j 焦 焦耳",
    "kilojoule": "kj 千焦",
    "megajoule": "mj 兆焦",
    "gigajoule": "gj 吉焦",
    "terajoule": "tj",
    "kilojoule/hour": "kj/h",
    "megajoule/hour": "mj/h",
    "gigajoule/hour": "gj/h",
    "4186.8*joule": "kcal 千卡 大卡",
    "4.1868*joule": "cal 卡",
    "4186800*joule": "mcal 兆卡",
    "4186800000*joule": "gcal 吉卡 百万大卡",
    "4186.8*joule/hour": "kcal/h 千卡/h 大卡/h",
    "4186800*joule/hour": "mcal/h",
    "4186800000*joule/hour": "gcal/h 百万大卡/h",
    "Btu": "btu btus",
    "Btu/hour": "btu/h btuh",
    "1000*Btu": "kbtu",
    "1000*Btu/hour": "mbh kbtu/h kbtuh",
    "1000000*Btu": "mmbtu",
    "1000000*Btu/hour": "mmbtu/h mmbh mmbtuh",
    "100000*Btu": "therm therms thm",
    "12000*Btu/hour": "rt usrt tr ton tons rton tonr ton_ref tonref "
    "tonrefrigeration ustr 冷吨 美国冷吨",
    "12000*Btu": "rth usrth trh tonh tonsh rtonh tonhour tonhours 冷吨时 冷吨h 冷吨小时",
    "3861.16*watt": "jrt 日本冷吨",
    "hp": "hp 马力",
    "m**3": "m3 cbm cum t 吨 立方 立方米 方",
    "liter": "l ltr liter liters litre litres 升",
    "milliliter": "ml 毫升",
    "gallon": "gal usgal gallon gallons",
    "foot**3": "ft3 cf cuft",
    "m**3/hour": "m3/h m3h cmh t/h tph cbm/h cum/h 吨/h",
    "m**3/minute": "m3/min cmm t/min",
    "m**3/second": "m3/s m3/sec cms cumecs t/s",
    "m**3/day": "m3/d m3/day t/d t/day",
    "liter/second": "l/s l/sec lps kg/s kg/sec",
    "liter/minute": "l/min l/m lpm kg/min",
    "liter/hour": "l/h lph kg/h",
    "gallon/minute": "gpm usgpm gal/min gal/m",
    "imperial_gallon/minute": "igpm impgpm",
    "gallon/hour": "gph gal/h",
    "foot**3/minute": "cfm ft3/min",
    "pascal": "pa 帕",
    "hectopascal": "hpa",
    "kilopascal": "kpa kpag kpa(g) kpaa kpad 千帕",
    "megapascal": "mpa mpag mpa(g) mpaa 兆帕",
    "bar": "bar barg bar(g) bara bard bars 巴",
    "millibar": "mbar",
    "psi": "psi psig psia psid lb/in2 lbf/in2",
    "atmosphere": "atm",
    "98066.5*pascal": "kgf/cm2 kg/cm2 at",
    "meter_H2O": "mh2o mwc mws mwg mca m水柱 米水柱 mwater",
    "0.001*meter_H2O": "mmh2o mmwc mmws mm水柱",
    "0.3048*meter_H2O": "fth2o ftwc ftwg",
    "0.0254*meter_H2O": "inh2o inwc inwg",
    "133.322387415*pascal": "mmhg torr",
    "meter": "m meter meters metre metres 米",
    "centimeter": "cm 厘米",
    "millimeter": "mm 毫米",
    "foot": "ft feet",
    "inch": "in inch",
    "hour": "h hour hours 小时 时",
    "minute": "min mins minute minutes 分钟 分",
    "second": "s sec secs second seconds 秒",
    "day": "d day days 天 日",
    "hertz": "hz hertz 赫兹",
    "revolutions_per_minute": "rpm r/min 转/分 转/min",
    "microsiemens/cm": "us/cm μs/cm",
    "millisiemens/cm": "ms/cm",
    "mg/liter": "mg/l",
    "microgram/liter": "ug/l μg/l",
    "gram/liter": "g/l",
    "volt": "v 伏",
    "ampere": "a amp amps 安",
    "meter**2": "m2 平方米",
    "watt/meter**2": "w/m2",
    "watt/meter/kelvin": "w/mk w/(mk) w/m/k wm-1k-1",
    "meter*kelvin/watt": "mk/w (mk)/w",
    "watt/meter**2/kelvin": "w/m2k w/(m2k) w/m2/k",
    "meter**2*kelvin/watt": "m2k/w (m2k)/w",
    "1000000*joule/meter**3/kelvin": "mj/m3k mj/(m3k) mj/m3/k",
    "1000*joule/kilogram/kelvin": "kj/kgk kj/(kgk) kj/kg/k",
    "kilowatt/kelvin": "kw/k",
    "kilogram": "kg 千克",
}
"""What meters and spreadsheets write, by the unit in Pint's words (with a factor before it)."""

_BASES: Final = frozenset((
    "meter", "second", "minute", "hour", "day", "year", "month", "week", "liter", "gram",
    "metric_ton", "watt", "joule", "calorie", "pascal", "bar", "atmosphere",
    "pound_force_per_square_inch", "volt", "ampere", "siemens", "ohm", "hertz", "newton",
    "degree_Celsius", "delta_degree_Celsius", "kelvin", "degree_Fahrenheit",
    "delta_degree_Fahrenheit", "foot", "inch", "gallon", "percent", "ppm", "radian", "degree",
    "mole", "watt_hour", "british_thermal_unit", "darcy", "meter_H2O",
))  # fmt: skip
_PREFIXES: Final = frozenset(
    ("", "nano", "micro", "milli", "centi", "deci", "hecto", "kilo", "mega", "giga", "tera")
)
_SHOWN: Final = (
    "°C", "°F", "K", "kW", "W", "MW", "kWh", "MWh", "Wh", "万kWh", "GJ", "MJ", "kJ", "kcal/h",
    "Gcal/h", "BTU/h", "MBH", "RT", "m3/h", "m³/h", "l/s", "l/min", "l/h", "gpm", "t/h", "m3",
    "kPa", "MPa", "bar", "mbar", "psi", "mH2O", "m", "mm", "%", "ppm", "Hz", "rpm", "h", "min",
    "µS/cm", "mg/l", "NTU", "-",
)  # fmt: skip
_HAN: Final = (
    ("每小时", "/h"), ("/小时", "/h"), ("/时", "/h"), ("/分钟", "/min"), ("/分", "/min"),
    ("/秒", "/s"), ("/天", "/d"), ("/日", "/d"), ("立方米", "m3"), ("立方", "m3"), ("升", "l"),
    ("吨", "t"), ("千瓦小时", "kwh"), ("千瓦时", "kwh"), ("千瓦", "kw"), ("兆瓦时", "mwh"),
    ("兆瓦", "mw"),
)  # fmt: skip
_NUMBER = r"[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?"
_BEFORE: Final = re.compile(rf"({_NUMBER})\s*[x×*·]?\s*([^\d\s./*].*)", re.IGNORECASE)
_BEHIND: Final = re.compile(rf"(.*[^\d\s./*])\s*[x×*]\s*({_NUMBER})", re.IGNORECASE)


@cache
def _registry() -> "pint.UnitRegistry[float]":
    """Build Pint's registry once; a metre of water column is the field's, 9806.65 Pa."""
    registry: pint.UnitRegistry[float] = pint.UnitRegistry(
        autoconvert_offset_to_baseunit=True, on_redefinition="ignore"
    )
    registry.define("meter_H2O = 9806.65 pascal = mH2O")
    return registry


@cache
def _names() -> dict[str, str]:
    """Return the unit in Pint's words by spelling."""
    return {one: name for name, spellings in _WRITTEN.items() for one in spellings.split()}


def _key(unit: str) -> str:
    """One spelling for all: half width, small letters, no blanks or middle dots."""
    text = unicodedata.normalize("NFKC", unit).replace("°", "°").strip()
    if text == "mW":  # the one pair where case carries the meaning
        return "0.001*watt"
    text = text.lower()
    for han, latin in _HAN if text not in _names() else ():
        text = text.replace(han, latin)
    text = re.sub(r"\bhrs?\b|(?<=kw)hr|(?<=[-/ ])hrs?$", "h", text)
    if len(text) > 1 and text not in _names():
        text = re.sub(r"[\s·•∙⋅・^_‧]|(?<=[a-z])[-.](?=[a-z])", "", text)
    return re.sub(r"hrs?$", "h", text)


@cache
def linear_to_si(unit: str) -> tuple[float, float, str]:
    """
    Return the factor and offset that turn a value in `unit` into SI, and the SI dimension.

    ``si = factor * value + offset``; temperatures become °C, all else SI base units.

    Parameters
    ----------
    unit : str
        A unit as a meter or spreadsheet writes it, e.g. ``"m3/h"``, ``"°C"``, ``"万kWh"``; a
        factor may stand before it: ``"0.1 kWh"``, ``"100 W"``.

    Returns
    -------
    tuple of (float, float, str)
        Factor, offset and the dimension in Pint's words (``"[temperature]"`` …).

    Raises
    ------
    UnitError
        When the unit is unknown; the nearest known one is named.
    """
    key = _key(unit)
    found = _names().get(key) if key else "dimensionless"
    if found is not None or key == "0.001*watt":
        return _scaled(found or key)
    apart = _factor_apart(unicodedata.normalize("NFKC", unit).strip())
    if apart is not None:
        factor, offset, dimension = linear_to_si(apart[1])
        return apart[0] * factor, offset, dimension
    return _by_pint(unit.strip())


def _scaled(name: str) -> tuple[float, float, str]:
    """A unit of the table; a number may stand before it."""
    factor, mark, rest = name.partition("*")
    if mark and factor[0].isdigit():
        one, offset, dimension = _linear(rest)
        return float(factor) * one, offset, dimension
    return _linear(name)


def _factor_apart(text: str) -> tuple[float, str] | None:
    """The factor and the unit of ``0.1 kWh``, ``kWh x10`` and ``万kWh``."""
    if text.startswith("万"):
        return 1e4, text.removeprefix("万")
    before, behind = _BEFORE.fullmatch(text), _BEHIND.fullmatch(text)
    figure, unit = before.groups() if before else behind.groups()[::-1] if behind else ("", "")
    if not figure or re.search(r",\d{3}$", figure):  # 1,000 may be a thousand or one
        return None
    return float(figure.replace(",", ".")), unit


def _by_pint(text: str) -> tuple[float, float, str]:
    """A unit that is spelled out in Pint's words, made of parts that meters use."""
    registry = _registry()
    if not _is_product(text):
        raise UnitError(_unknown(text))
    try:
        for part in registry.parse_units_as_container(text):
            names = registry.parse_unit_name(str(part))
            if not any(p in _PREFIXES and name in _BASES for p, name, _ in names):
                raise UnitError(_unknown(text))
        return _linear(text)
    except (
        pint.PintError,
        AttributeError,
        TypeError,
        ValueError,
        SyntaxError,
        KeyError,
        tokenize.TokenError,
        AssertionError,
        RecursionError,
        ArithmeticError,
    ) as error:
        raise UnitError(_unknown(text)) from error


def _is_product(text: str) -> bool:
    """Whether a text is names with small powers, multiplied and divided, and no other sum."""
    names = re.sub(r"[^\W\d]+\s*(?:(?:\*\*|\^)\s*-?[1-9](?!\d))?", "u", text)
    return bool(re.fullmatch(r"(?:1\s*/\s*)?u(?:\s*[*/]?\s*(?:u|\(u(?:\s*[*/]?\s*u)*\)))*", names))


def _linear(name: str) -> tuple[float, float, str]:
    registry = _registry()
    zero, one = (registry.Quantity(v, name) for v in (0.0, 1.0))
    target = "degC" if one.check("[temperature]") and "delta" not in name else None
    low, high = ((q.to(target) if target else q.to_base_units()).magnitude for q in (zero, one))
    return float(high - low), float(low), str(one.dimensionality)


def _unknown(unit: str) -> str:
    return f"unknown unit {unit!r}; expected one such as {nearest_units(unit)}"


def nearest_units(unit: str) -> str:
    """
    Return the known units that a text comes nearest to.

    Parameters
    ----------
    unit : str
        As somebody wrote it.

    Returns
    -------
    str
        Up to three, or the usual ones when none is near.
    """
    shown = {_key(one): one for one in reversed(_SHOWN)}
    near = difflib.get_close_matches(_key(unit), shown, n=3, cutoff=0.5)
    return ", ".join(shown[one] for one in near) or "°C, kW, kWh, m3/h"


NAME_UNITS: Final = {
    "kWh": "kWh", "MWh": "MWh", "MWh_a": "MWh/a", "kWh_m2": "kWh/m²", "kW": "kW", "W": "W",
    "W_m": "W/m", "W_m2": "W/m²", "W_mK": "W/(m·K)", "mK_W": "m·K/W", "kW_K": "kW/K",
    "MJ_m3K": "MJ/(m³·K)", "m2K_W": "m²·K/W", "m3_h": "m³/h", "m2_h": "m²/h", "m2_d": "m²/d",
    "m2_s": "m²/s", "kg_s": "kg/s", "kg_kWh": "kg/kWh", "C": "°C", "K": "K", "K_m": "K/m",
    "K_per_K": "K/K", "K_per_year": "K/a", "m": "m", "m2": "m²", "m3": "m³", "m_d": "m/d",
    "m_s": "m/s", "1_m": "1/m", "1_m2": "1/m²", "s2_m5": "s²/m⁵", "d_m2": "d/m²",
    "d2_m5": "d²/m⁵", "min2_m5": "min²/m⁵", "deg": "°", "s": "s", "h": "h", "d": "d",
    "minutes": "min", "hours": "h", "days": "d", "years": "a", "months": "month", "t": "t",
    "percent": "%", "CNY": "CNY",
}  # fmt: skip
"""What stands behind the last underscores of a name, and the unit it means."""


def unit_in_name(name: str) -> str:
    """Return the unit that a name ends with, such as kW of ``peak_heating_kW``; or nothing."""
    parts = name.split("_")
    ends = ("_".join(parts[n:]) for n in range(len(parts)))
    return next((NAME_UNITS[end] for end in ends if end in NAME_UNITS), "")


def to_si(value: float, unit: str) -> float:
    """Return `value`, given in `unit`, in SI (temperatures in °C)."""
    factor, offset, _ = linear_to_si(unit)
    return factor * value + offset


def from_si(value: float, unit: str) -> float:
    """Return an SI `value` (temperatures in °C) in `unit`."""
    factor, offset, _ = linear_to_si(unit)
    return (value - offset) / factor


def same_dimension(unit: str, other: str) -> bool:
    """Tell whether two units measure the same thing."""
    return linear_to_si(unit)[2] == linear_to_si(other)[2]
