"""
Units: SI inside, conversion once, at the edges, by one function.

Inside: s, m, kg, W, J, Pa, m³/s, °C (differences in K), fractions. File columns and meters carry
their unit in the name or beside the value; :func:`to_si` and :func:`from_si` convert there.
"""

from functools import cache
from tokenize import TokenError
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
"""Joules in a kilowatt hour. [J]"""

_UNREADABLE: Final = (
    AssertionError, AttributeError, TypeError, ValueError, SyntaxError, TokenError
)  # fmt: skip
"""What Pint raises over texts such as ``$/kWh``."""
# What meters and spreadsheets really write, in Pint's words.
_SPELLINGS: Final = {
    "": "dimensionless",
    "-": "dimensionless",
    "1": "dimensionless",
    "°c": "degC",
    "℃": "degC",
    "c": "degC",
    "degc": "degC",
    "deg c": "degC",
    "celsius": "degC",
    "°f": "degF",
    "℉": "degF",
    "k": "delta_degC",
    "m3/h": "m**3/hour",
    "m³/h": "m**3/hour",
    "m3/s": "m**3/s",
    "m³/s": "m**3/s",
    "l/s": "liter/s",
    "l/min": "liter/minute",
    "l/h": "liter/hour",
    "m3": "m**3",
    "m³": "m**3",
    "m^3/h": "m**3/hour",
    "m^3": "m**3",
    "t/h": "m**3/hour",  # tonnes of water an hour, as Chinese flow meters print it
    "%": "percent",
    "ppm": "ppm",
    "mh2o": "meter_H2O",
    "mpa": "MPa",
    "kwh": "kWh",
    "mwh": "MWh",
    "gj": "GJ",
    "mj": "MJ",
    "kj": "kJ",
    "wh": "Wh",
    "kw": "kW",
    "mw": "MW",
    "w": "W",
    "kpa": "kPa",
    "pa": "Pa",
    "bar": "bar",
    "mbar": "mbar",
    "万kwh": "10000*kWh",
    "度": "kWh",
    "千瓦": "kW",
    "千瓦时": "kWh",
    "吨": "m**3",
    "us/cm": "microsiemens/cm",
    "µs/cm": "microsiemens/cm",
    "mg/l": "mg/liter",
    "ntu": "dimensionless",
    "h": "hour",
    "min": "minute",
    "hz": "hertz",
}


@cache
def _registry() -> "pint.UnitRegistry[float]":
    """Build Pint's registry once, with the water column the field uses."""
    registry: pint.UnitRegistry[float] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    registry.define("meter_H2O = 9806.65 pascal = mH2O")
    return registry


@cache
def linear_to_si(unit: str) -> tuple[float, float, str]:
    """
    Return the factor and offset that turn a value in `unit` into SI, and the SI dimension.

    ``si = factor * value + offset``; temperatures become °C, all else SI base units.

    Parameters
    ----------
    unit : str
        A unit as a meter or spreadsheet writes it, e.g. ``"m3/h"``, ``"°C"``, ``"MWh"``.

    Returns
    -------
    tuple of (float, float, str)
        Factor, offset and the dimension in Pint's words (``"[temperature]"`` …).

    Raises
    ------
    UnitError
        When the unit is unknown.
    """
    text = unit.strip()
    name = _SPELLINGS.get(text.lower(), text)
    if text in {"mW", "MW"}:  # the one pair where case carries the meaning
        name = text
    registry = _registry()
    try:
        zero, one = (registry.Quantity(v, name) for v in (0.0, 1.0))
        target = "degC" if one.check("[temperature]") and "delta" not in name else None
        low, high = (
            (q.to(target) if target else q.to_base_units()).magnitude for q in (zero, one)
        )
    except (pint.PintError, *_UNREADABLE) as error:
        raise UnitError(
            f"unknown unit {unit!r}; expected one such as °C, kW, kWh, m3/h"
        ) from error
    return float(high - low), float(low), str(one.dimensionality)


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
