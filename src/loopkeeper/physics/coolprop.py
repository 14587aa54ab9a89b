"""CoolProp, loaded when it is first asked: reading its fluids takes two seconds."""

from functools import cache
from importlib import import_module
from typing import Any


def props_si(output: str, *state: str | float) -> float:
    """
    Return a fluid property.

    Parameters
    ----------
    output : str
        CoolProp's name of the property.
    *state : str or float
        Two inputs by name and value, then the fluid; SI, temperatures in K.

    Returns
    -------
    float
        SI.

    Raises
    ------
    ValueError
        As CoolProp does, when the state is outside the fluid's tables.
    """
    return float(_loaded().PropsSI(output, *state))


@cache
def _loaded() -> Any:
    return import_module("CoolProp.CoolProp")
