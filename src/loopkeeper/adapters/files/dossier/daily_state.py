"""The state of the daily update as one JSON text, in a dossier or in the service's memory."""

import json
from contextlib import suppress
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from loopkeeper import __version__
from loopkeeper.adapters.files.dossier import columns
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.daily import DailyState

FORMAT = "daily-state/1"
STATE = Path(columns.STATE)
"""Where a dossier keeps the state that its last diagnosis left."""


def state_text(state: DailyState) -> str:
    """
    Return a state as JSON.

    Parameters
    ----------
    state : DailyState
        To be kept.

    Returns
    -------
    str
        With format and version of the program; numbers as they are, to the last bit.
    """
    plain = {"format": FORMAT, "version": __version__, "state": _plain(state)}
    return json.dumps(plain, ensure_ascii=False, allow_nan=False)


def state_of(text: str) -> DailyState:
    """
    Return the state of a JSON text.

    Parameters
    ----------
    text : str
        As :func:`state_text` gives it.

    Returns
    -------
    DailyState

    Raises
    ------
    InputError
        When it is none, or of another format or version: numbers of another version need not go
        on from these.
    """
    try:
        kept = json.loads(text)
        found = (kept["format"], kept["version"])
        if found == (FORMAT, __version__):
            state = _value(DailyState, kept["state"])
            if isinstance(state, DailyState):
                return state
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"this is no state of the daily update: {error!r}") from error
    raise InputError(
        f"the state of the daily update is of {found[0]} {found[1]}, this is {FORMAT} "
        f"{__version__}; run the full diagnosis again"
    )


def keep_state(folder: Path, state: DailyState) -> Path:
    """Keep a state in a dossier; return the file."""
    target = folder / STATE
    target.parent.mkdir(exist_ok=True)
    target.write_text(state_text(state), encoding="utf-8")
    return target


def newest_state(folder: Path, kept: str | None) -> DailyState | None:
    """
    Return the state to go on from: a diagnosis kept in the dossier since replaces the service's.

    Parameters
    ----------
    folder : Path
        The dossier.
    kept : str or None
        What the service remembers.

    Returns
    -------
    DailyState or None
        The one of the later diagnosis; None where neither is of this version.
    """
    path = folder / STATE
    texts = [kept, path.read_text(encoding="utf-8") if path.is_file() else None]
    states = []
    for text in texts:
        with suppress(InputError):
            states += [state_of(text)] if text else []
    return max(states, key=lambda state: state.diagnosed.end, default=None)


def _plain(value: Any) -> Any:
    """A value as plain JSON: records by their fields, arrays as lists, times as ISO text."""
    names = _names(type(value))
    if names:
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, np.ndarray):
        return _plain(value.astype(str).tolist() if value.dtype.kind == "M" else value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.datetime64):
        return str(value)
    if isinstance(value, float):
        return float(value) if np.isfinite(value) else str(float(value))
    return value.value if isinstance(value, Enum) else value


def _value(kind: Any, plain: Any) -> Any:
    """A value of a declared kind from its plain form."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return _value(_chosen(get_args(kind), plain), plain)
    if origin is tuple:
        return tuple(_value(get_args(kind)[0], one) for one in plain)
    if origin is np.ndarray:
        return _array(kind, plain)
    names = _names(kind)
    if names:
        hints = get_type_hints(kind)
        return kind(**{name: _value(hints[name], plain[name]) for name in names})
    return None if kind is type(None) else kind(plain)


def _array(kind: Any, plain: Any) -> Any:
    times = "datetime64" in str(kind)
    return np.array(plain, dtype="datetime64[D]" if times else np.float64)


def _names(kind: Any) -> tuple[str, ...]:
    """Fields of a record."""
    if is_dataclass(kind):
        return tuple(f.name for f in fields(kind))
    return tuple(getattr(kind, "_fields", ()))


def _chosen(kinds: tuple[Any, ...], plain: Any) -> Any:
    """The kind of a union that a plain form is of: by its fields, or the one that is not None."""
    if plain is None:
        return type(None)
    given = set(plain) if isinstance(plain, dict) else set()
    return next(k for k in kinds if k is not type(None) and set(_names(k)) == given)
