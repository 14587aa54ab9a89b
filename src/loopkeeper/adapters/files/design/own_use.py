"""A use of one's own from a TOML file: based on a known one, with own hours and holidays."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from loopkeeper.adapters.files.tables.utf8 import utf8_text
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.uses import USES, Served, Use, use_name
from loopkeeper.units import HOURS_A_DAY, MONTHS_A_YEAR

_NUMBERS = {
    "loss_W_m2K": ("loss", 1.0, 0.05, 20.0),
    "capacity_kJ_m2K": ("capacity", 1e3, 10.0, 5000.0),
    "gains_W_m2": ("gains", 1.0, 0.0, 5000.0),
    "solar_share": ("solar", 1.0, 0.0, 2.0),
    "hot_water_W_m2": ("hot_water", 1.0, 0.0, 500.0),
    "heating_C": ("heating", 1.0, 0.0, 35.0),
    "heating_closed_C": ("heating_closed", 1.0, -20.0, 35.0),
    "cooling_C": ("cooling", 1.0, 5.0, 45.0),
    "cooling_closed_C": ("cooling_closed", 1.0, 5.0, 99.0),
}
"""Keys: field, factor to SI, allowed from and to."""
_DAY = re.compile(r"(\d{1,2})-(\d{1,2})/(\d{1,2})-(\d{1,2})")
_KEYS = (*_NUMBERS, "based_on", "workday", "weekend", "closed", "heats", "cools")


def read_use(path: Path) -> Use:
    """
    Read a use.

    Parameters
    ----------
    path : Path
        TOML: ``based_on`` a known use; keys such as ``loss_W_m2K``, ``gains_W_m2``,
        ``heating_C`` in place of its own; ``workday`` and ``weekend`` with 24 shares of people and
        equipment each; ``closed`` periods such as ``"07-15/08-25"``; ``heats`` and ``cools``
        never, season or always.

    Returns
    -------
    Use

    Raises
    ------
    InputError
        When a key is unknown or its value cannot be; key, value and what is expected are named.
    """
    table = _table(path)
    base = use_name(str(table.get("based_on", "office")))
    if not base:
        raise _refused(path, "based_on", table["based_on"], f"one of {', '.join(USES)}")
    fields: dict[str, Any] = {}
    for key, (name, factor, low, high) in _NUMBERS.items():
        if key in table:
            fields[name] = factor * _number(path, key, table[key], (low, high))
    for key in ("heats", "cools"):
        if key in table:
            fields[key] = _served(path, key, table[key])
    use = replace(USES[base], **fields, **_hours(path, table))
    if use.heating >= use.cooling:
        raise _refused(path, "cooling_C", use.cooling, f"above heating_C = {use.heating:g}")
    return use


def _table(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(utf8_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name}: {error}") from error
    for key in table:
        if key not in _KEYS:
            raise InputError(f"{path.name}: {key!r} is unknown; known: {', '.join(_KEYS)}")
    return table


def _hours(path: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Own hours and closed periods."""
    closed = table.get("closed", [])
    if not isinstance(closed, list):
        raise _refused(path, "closed", closed, 'a list of periods such as "07-15/08-25"')
    fields: dict[str, Any] = {"closed": tuple(_period(path, one) for one in closed)}
    if "workday" in table or "weekend" in table:
        workday = _shares(path, "workday", table.get("workday"))
        fields["own_hours"] = (workday, _shares(path, "weekend", table.get("weekend", workday)))
    return fields


def _refused(path: Path, key: str, value: object, expected: str) -> InputError:
    return InputError(f"{path.name}: {key} = {value!r}; expected {expected}")


def _number(path: Path, key: str, value: object, limits: tuple[float, float]) -> float:
    sound = isinstance(value, int | float) and not isinstance(value, bool)
    if not sound or not limits[0] <= float(str(value)) <= limits[1]:
        raise _refused(path, key, value, f"a number from {limits[0]:g} to {limits[1]:g}")
    return float(str(value))


def _served(path: Path, key: str, value: object) -> Served:
    if value not in set(Served):
        raise _refused(path, key, value, "never, season or always")
    return Served(str(value))


def _shares(path: Path, key: str, value: object) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or len(value) != HOURS_A_DAY:
        raise _refused(path, key, value, "24 shares, one for each hour of the day")
    return tuple(_number(path, key, one, (0.0, 1.0)) for one in value)


def _period(path: Path, value: object) -> tuple[tuple[int, int], tuple[int, int]]:
    match = _DAY.fullmatch(str(value))
    parts = [int(part) for part in match.groups()] if match else []
    if not parts or not all(1 <= m <= MONTHS_A_YEAR for m in parts[::2]):
        raise _refused(path, "closed", value, 'periods such as "07-15/08-25"')
    return (parts[0], parts[1]), (parts[2], parts[3])
