"""What a designer states beside the dossier: prices (TOML), and the corners of the land (CSV)."""

import tomllib
from dataclasses import fields
from math import isfinite
from pathlib import Path

import numpy as np

from loopkeeper.adapters.files.tables.tables import numbers, read_table
from loopkeeper.adapters.files.tables.utf8 import utf8_text
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.lifecycle.design.selection import CatalogueRow, catalogue_rows
from loopkeeper.measure.series import Floats


def read_prices(path: Path | None) -> Prices:
    """
    Read prices.

    Parameters
    ----------
    path : Path or None
        TOML with keys of :class:`Prices`; the assumptions when None.

    Returns
    -------
    Prices

    Raises
    ------
    InputError
        When the file is no TOML, or a key is unknown or no number; the key is named.
    """
    if path is None:
        return Prices()
    try:
        table = tomllib.loads(utf8_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name}: {error}") from error
    known = [f.name for f in fields(Prices)]
    for key, value in table.items():
        if key not in known:
            raise InputError(f"{path.name}: {key!r} is no price; known: {', '.join(known)}")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not isfinite(value):
            raise InputError(f"{path.name}: {key} = {value!r}; expected a number")
    return Prices(**table)


def read_corners(path: Path) -> Floats:
    """
    Read the corners of a piece of land.

    Parameters
    ----------
    path : Path
        CSV with columns ``x_m`` and ``y_m``, in order around the land.

    Returns
    -------
    array, shape (n, 2)
        [m]

    Raises
    ------
    InputError
        When a column is missing or a corner is no pair of numbers.
    """
    table = read_table(path)
    if not {"x_m", "y_m"} <= set(table.frame.columns):
        raise InputError(f"{path.name}: columns x_m and y_m are needed")
    columns = [numbers(table, c)[0].to_numpy() for c in ("x_m", "y_m")]
    corners = np.stack(columns, axis=1).astype(np.float64)
    if not np.all(np.isfinite(corners)):
        raise InputError(f"{path.name}: every corner needs two numbers")
    return np.asarray(corners)


def read_catalogue(path: Path) -> tuple[CatalogueRow, ...]:
    """
    Read a catalogue of units in the form of the example that comes with the program.

    Raises
    ------
    InputError
        When a column is missing or a number is none; file and row are named.
    """
    return catalogue_rows(utf8_text(path), path.name)
