"""
Opens an old workbook (.xls) in a process of its own: a damaged one ends its reader, not us.

The reader trusts the tables inside such a file and may ask for memory without bounds.
"""

import io
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine as calamine

MEMORY, SECONDS = 2_000_000_000, 60
"""What the reader may take: address space [byte] and time [s]."""
TIMES: Mapping[str, Callable[[str], date | time]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}
SPAN = "timedelta"


@dataclass(frozen=True)
class OldSheet:
    """A sheet as it was read: whether it is visible, its cells, its merged ranges."""

    visible: bool
    rows: list[list[Any]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


def old_sheets(raw: bytes) -> Mapping[str, OldSheet] | None:
    """Return the sheets of an old workbook by name, None where it cannot be opened."""
    try:
        told = subprocess.run(  # noqa: S603 - this file, by the interpreter that runs it
            [sys.executable, "-P", str(Path(__file__))],
            input=raw,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        sheets = json.loads(told.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return {
        name: OldSheet(
            visible,
            [[_cell(one) for one in row] for row in rows],
            [((top, left), (bottom, right)) for (top, left), (bottom, right) in merged],
        )
        for name, visible, rows, merged in sheets
    }


def _cell(told: Any) -> Any:
    if not isinstance(told, list):
        return told
    kind, value = told
    return timedelta(seconds=value) if kind == SPAN else TIMES[kind](value)


def _told(cell: object) -> object:
    if isinstance(cell, timedelta):
        return [SPAN, cell.total_seconds()]
    kind = type(cell).__name__
    return [kind, cell.isoformat()] if isinstance(cell, date | time) else cell


def main() -> None:
    """Read a workbook of the standard input, and write what it holds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    opened = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    found = []
    for one in opened.sheets_metadata:
        if one.typ == calamine.SheetTypeEnum.WorkSheet:
            sheet = opened.get_sheet_by_name(one.name)
            rows = [
                [_told(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)
            ]
            visible = one.visible == calamine.SheetVisibleEnum.Visible
            found.append((one.name, visible, rows, sheet.merged_cell_ranges or []))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
