"""Prices as a user states them: a TOML table of what differs from the assumptions."""

import tomllib
from dataclasses import fields
from pathlib import Path

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.economy import Prices


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
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name}: {error}") from error
    known = [f.name for f in fields(Prices)]
    for key, value in table.items():
        if key not in known:
            raise InputError(f"{path.name}: {key!r} is no price; known: {', '.join(known)}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(f"{path.name}: {key} = {value!r}; expected a number")
    return Prices(**table)
