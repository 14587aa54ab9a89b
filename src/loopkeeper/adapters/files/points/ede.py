"""
Points of a BACnet EDE file (Engineering Data Exchange of the B.I.G.-EU, layouts 2.x and 3.x).

Semicolons, commas or tabs; what stands before the header is told apart by the header's own words.
"""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.point_mapping import Named

ASCII = 127
"""Last code of plain letters (ISO/IEC 646)."""

_COLUMNS = {
    "keyname": "key", "deviceobjinstance": "device", "deviceinstance": "device",
    "deviceobjectinstance": "device", "objectname": "name", "objecttype": "type",
    "objectinstance": "instance", "description": "description", "settable": "settable",
    "commandable": "settable", "deviceid": "device", "objinstance": "instance",
    "objname": "name", "objtype": "type", "referencepointname": "name", "pointname": "name",
    "volttronpointname": "description", "bacnetobjecttype": "type", "index": "instance",
    "writable": "settable",
    "partofinstallation": "part", "module": "module",
    "unitcode": "unit", "units": "unit", "unit": "unit",
}  # fmt: skip
_NEEDED = frozenset({"name", "type", "instance"})
_LOOKED_AT = 40
"""Lines in which the header stands."""
_OBJECTS = {
    0: "analog-input", 1: "analog-output", 2: "analog-value", 3: "binary-input",
    4: "binary-output", 5: "binary-value", 6: "calendar", 8: "device", 9: "event-enrollment",
    10: "file", 11: "group", 12: "loop", 13: "multi-state-input", 14: "multi-state-output",
    15: "notification-class", 16: "program", 17: "schedule", 18: "averaging",
    19: "multi-state-value", 20: "trend-log", 21: "life-safety-point", 23: "accumulator",
    24: "pulse-converter", 25: "event-log", 27: "trend-log-multiple", 29: "structured-view",
    45: "integer-value", 46: "large-analog-value", 48: "positive-integer-value",
}  # fmt: skip
_SHORT = {
    "ai": 0, "ao": 1, "av": 2, "bi": 3, "bo": 4, "bv": 5, "mi": 13, "msi": 13, "mo": 14,
    "mso": 14, "mv": 19, "msv": 19, "acc": 23, "pi": 24,
}  # fmt: skip
_NO_VALUE = frozenset({8, 9, 10, 11, 12, 15, 18, 20, 21, 25, 27, 29})
_VALUES = frozenset({"analog-value", "integer-value", "large-analog-value", "multi-state-value"})
_TOLD = ("name", "description", "key")
_PATH = re.compile(r"[\\/.:~'|]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MANY = 20
"""From so many objects on what half of them share is the project's name."""
_SETTABLE = 0.75
"""A value that may be written, or a temperature that is no input, is perhaps set: no surer. [-]"""
_UNITS = {
    "16": "J", "17": "kJ", "18": "Wh", "19": "kWh", "20": "Btu", "22": "ton_of_refrigeration*h",
    "27": "Hz", "29": "%", "31": "m", "33": "ft", "3": "A", "5": "V", "47": "W", "48": "kW",
    "49": "MW", "50": "Btu/h", "52": "ton_of_refrigeration", "53": "Pa", "54": "kPa", "55": "bar",
    "56": "psi", "62": "°C", "63": "K", "64": "°F", "71": "h", "72": "min", "73": "s",
    "79": "ft**3", "80": "m3", "82": "L", "83": "gal", "84": "ft**3/min", "85": "m3/s",
    "87": "L/s", "88": "L/min", "89": "gal/min", "96": "ppm", "98": "%", "118": "cm",
    "126": "MJ", "133": "hPa", "134": "mbar", "135": "m3/h", "136": "L/h", "146": "MWh",
    "147": "kBtu", "190": "µS/cm", "156": "t/h",
}  # fmt: skip
"""Units by their number in ANSI/ASHRAE 135, clause 21."""
UNIT_NAMES = {
    "degrees-celsius": "°C", "degrees-fahrenheit": "°F", "kilowatts": "kW", "watts": "W",
    "kilowatt-hours": "kWh", "megawatt-hours": "MWh", "cubic-meters-per-hour": "m3/h",
    "liters-per-second": "L/s", "us-gallons-per-minute": "gal/min", "kilopascals": "kPa",
    "bars": "bar", "pounds-force-per-square-inch": "psi", "percent": "%", "hours": "h",
    "percent-relative-humidity": "%", "%rh": "%", "cubic-meters": "m3", "meters": "m",
    "no-units": "", "parts-per-million": "ppm", "degc": "°C", "degf": "°F", "gpm": "gal/min",
    "lps": "L/s", "cmh": "m3/h", "btu/hr": "Btu/h", "tons": "ton_of_refrigeration",
    "m³/hr": "m3/h", "m3/hr": "m3/h", "amps": "A", "volts": "V", "inwc": "inch_H2O_39F",
    "inches-of-water": "inch_H2O_39F",
}  # fmt: skip
"""The same and other spellings by their name."""
_WESTERN = frozenset("äöüÄÖÜßéèàçêâîôûñå°²³µ§–’".encode("cp1252"))


def is_ede(path: Path) -> bool:
    """Tell whether a text file has the header of an EDE file."""
    return _header(_text(path).splitlines()) is not None


def read_ede(path: Path) -> tuple[Named, ...]:
    """
    Read the points of an EDE file.

    Parameters
    ----------
    path : Path
        The list of objects; a companion ``…units…`` beside it names units of the maker.

    Returns
    -------
    tuple of Named
        Every object, by its object name, with its address.

    Raises
    ------
    InputError
        When the header or the objects are missing.
    """
    lines = _text(path).splitlines()
    head = _header(lines)
    if head is None:
        raise InputError(f"{path.name}: no header of an EDE file (object-name; object-type; …)")
    first, delimiter, columns = head
    units = _UNITS | _companion(path, delimiter)
    rows = []
    for cells in csv.reader(lines[first + 1 :], delimiter=delimiter):
        row = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
        if (row.get("name") or row.get("key")) and not cells[0].lstrip().startswith("#"):
            rows.append(row)
    if not rows:
        raise InputError(f"{path.name}: no objects below the header")
    times = Counter(row.get("name", "") for row in rows)
    common = _common(rows)
    return tuple(_named(row, units, common, twice=times[row.get("name", "")] > 1) for row in rows)


def _common(rows: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """Pieces of paths that half of the rows share: the project's name tells nothing of a point."""
    if len(rows) < _MANY:
        return frozenset()
    pieces = Counter(
        piece
        for row in rows
        for piece in {p for at in _TOLD for p in _PATH.split(row.get(at, ""))}
    )
    return frozenset(p for p, times in pieces.items() if times > len(rows) / 2)


def _words(row: Mapping[str, str], common: frozenset[str], told: tuple[str, ...]) -> str:
    pieces = [p.strip() for at in told for p in _PATH.split(row.get(at, "")) if p not in common]
    return " / ".join(dict.fromkeys(p for p in pieces if p))


def _named(
    row: Mapping[str, str], units: Mapping[str, str], common: frozenset[str], *, twice: bool
) -> Named:
    number, kind = _kind(row.get("type", ""))
    name = row.get("name") or row.get("key", "")
    if twice:
        name = f"{row['device']}.{name}" if row.get("device") else row.get("key") or name
    unit = _unit(row.get("unit", ""), units)
    said = row.get("settable", "").upper()
    perhaps = said.startswith(("Y", "J", "T", "1")) or (not said and unit in {"°C", "°F"})
    return Named(
        address=name,
        name=_words(row, common, ("description",)),
        unit=unit,
        kind="trend log" if number in _NO_VALUE else kind.replace("-", " "),
        said="object type",
        found_at=f"bacnet://{row.get('device', '')}/{kind},{row.get('instance', '')}",
        part="|".join(w for w in (row.get("part"), row.get("module")) if w),
        hint=_SETTABLE if perhaps and kind in _VALUES else 1.0,
        code=_words(row, common, ("name", "key")),
    )


def _unit(text: str, units: Mapping[str, str]) -> str:
    named = re.sub(r"[ _]", "-", _HUMP.sub("-", text).lower())
    return units.get(text) or UNIT_NAMES.get(named, "" if text.isdigit() else text)


def _kind(text: str) -> tuple[int, str]:
    """Number and name of an object type, written as either."""
    found = re.search(r"\d+", text)
    word = re.sub(r"[^a-z]+", "-", _HUMP.sub("-", text).lower()).strip("-").removeprefix("object-")
    if word in _SHORT:
        return _SHORT[word], _OBJECTS[_SHORT[word]]
    names = {name: number for number, name in _OBJECTS.items()}
    word = word.replace("multistate", "multi-state").replace("object-", "")
    if word in names:
        return names[word], word
    number = int(found[0]) if found else -1
    return number, _OBJECTS.get(number, text.lower())


def _header(lines: list[str]) -> tuple[int, str, dict[str, int]] | None:
    """Line, separator and places of the columns."""
    for at, line in enumerate(lines[:_LOOKED_AT]):
        for delimiter in (";", ",", "\t"):
            cells = next(csv.reader([line], delimiter=delimiter), [])
            words = [re.sub(r"[^a-z]", "", c.lower()) for c in cells]
            columns = {
                _COLUMNS[w]: i for i, w in reversed(list(enumerate(words))) if w in _COLUMNS
            }
            if set(columns) >= _NEEDED:
                return at, delimiter, columns
    return None


def _companion(path: Path, delimiter: str) -> dict[str, str]:
    """Units that a maker numbers himself, from the file beside it."""
    stem = re.sub(r"[_\- .]?ede$", "", path.stem, flags=re.IGNORECASE).lower()
    for beside in sorted(path.parent.glob("*.csv")):
        if (
            beside != path
            and "unit" in beside.stem.lower()
            and beside.stem.lower().startswith(stem)
        ):
            rows = csv.reader(_text(beside).splitlines(), delimiter=delimiter)
            return {
                r[0].strip(): r[1].strip()
                for r in rows
                if len(r) > 1 and r[0].strip().isdigit() and r[0].strip() not in _UNITS
            }
    return {}


def _text(path: Path) -> str:
    """UTF-8 or UTF-16; western bytes where most foreign ones are western letters; else GBK."""
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        foreign = [b for b in raw if b > ASCII]
        western = sum(b in _WESTERN for b in foreign) > 0.8 * len(foreign)
        return raw.decode("cp1252" if western else "gb18030", errors="replace")
