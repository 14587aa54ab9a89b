"""Tables that map a peer's addresses to points: one row a point, any dialect of CSV."""

from collections.abc import Mapping
from pathlib import Path

from loopkeeper.adapters.files.tables.tables import read_table, texts
from loopkeeper.errors import InputError


def read_point_table(
    path: Path, needed: Mapping[str, str], *, unique: str = "point"
) -> list[dict[str, str]]:
    """
    Read a table of points.

    Parameters
    ----------
    path : Path
        CSV with a header.
    needed : mapping
        Columns that must be there and what stands in them, for the error.
    unique : str
        The column whose texts may stand there only once.

    Returns
    -------
    list of dict
        A row each, texts without blanks; ``row`` holds the line in the file.

    Raises
    ------
    InputError
        When a column is missing, a needed cell is empty or a name stands there twice.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such table of points")
    table = read_table(path)
    columns = [c for c in table.frame.columns if c != "row"]
    missing = [f"{name} ({what})" for name, what in needed.items() if name not in columns]
    if missing:
        raise InputError(f"{path.name}: no column {', '.join(missing)}; it has {columns}")
    cells = {name: texts(table, name) for name in columns}
    rows = [
        {"row": str(line), **{name: cells[name][n] for name in columns}}
        for n, line in enumerate(table.frame["row"])
    ]
    problems = [
        f"row {row['row']}: {name} is empty" for row in rows for name in needed if not row[name]
    ]
    names = [row[unique] for row in rows]
    problems += [
        f"row {row['row']}: {unique} {row[unique]!r} stands there twice"
        for n, row in enumerate(rows)
        if row[unique] in names[:n]
    ]
    if problems or not rows:
        raise InputError(f"{path.name}: " + "; ".join(problems[:10] or ["no points"]))
    return rows


def figure(row: Mapping[str, str], name: str, otherwise: float) -> float:
    """
    Return a number of a row.

    Parameters
    ----------
    row : mapping
        As read.
    name : str
        Its column.
    otherwise : float
        Where the cell is empty.

    Returns
    -------
    float

    Raises
    ------
    InputError
        When the cell is no number.
    """
    text = row.get(name, "")
    try:
        return float(text) if text else otherwise
    except ValueError as error:
        raise InputError(f"row {row['row']}: {name} {text!r} is no number") from error
