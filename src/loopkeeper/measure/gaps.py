"""Hours that nobody measured: filled from the hours around, and by what machines drew."""

from typing import Final

import numpy as np

from loopkeeper.measure.series import Floats

LONGEST_BRIDGE: Final = 6
"""Gaps up to this many hours are bridged by interpolation, longer ones by the day before. [h]"""
STOOD: Final = 0.05
"""Draw of machines over their usual one at which they stand: crankcases, controls (A). [-]"""
CLEAR_LIFT: Final = 0.5
"""Supply over return from which on the load's water tells heat from cold (A). [K]"""


def without_gaps(heat: Floats, machine: Floats, lift: Floats) -> Floats:
    """
    Return the heat of all hours: where it is not known as much as the machines' draw tells.

    Parameters
    ----------
    heat : array, shape (n,)
        Heat delivered, cold negative; NaN where it is not known. [W]
    machine : array, shape (n,)
        Electricity of the machines. [W]
    lift : array, shape (n,)
        Supply over return of the load's water. [K]

    Returns
    -------
    array, shape (n,)
        Without NaN. [W]

    Notes
    -----
    A gap is as much as machines usually give for what they drew in it, nothing where they stood;
    heat or cold as the ``lift`` of the load's water over its return has it, else as the hours
    around were. Only where the draw is not known either it is as large as around.
    """
    found = np.nan_to_num(bridged(heat))
    way = np.where(np.abs(lift) > CLEAR_LIFT, np.sign(lift), np.sign(found))
    gap = np.isnan(heat) & np.isfinite(machine)
    for sign in (1.0, -1.0):
        usual = np.isfinite(machine) & (sign * heat > 0)
        those, spent = gap & (way == sign), float(machine[usual].sum())
        if spent > 0:
            each = sign * float(heat[usual].sum()) / spent
            ran = machine[those] > STOOD * spent / float(usual.sum())
            found[those] = np.where(ran, sign * each * machine[those], 0.0)
    return found


def bridged(values: Floats) -> Floats:
    """Fill gaps: short ones by interpolation, long ones by the same hours of a day nearby."""
    known = np.isfinite(values)
    if known.all() or not known.any():
        return values
    axis = np.arange(len(values))
    filled = np.interp(axis, axis[known], values[known])
    edges = np.flatnonzero(np.diff(np.concatenate([[1], known.view(np.int8), [1]])))
    for first, last in edges.reshape(-1, 2):
        if last - first <= LONGEST_BRIDGE:
            continue
        for days in (1, 2, 3, 4, 5, 6, 7):
            source = np.arange(first, last) - 24 * days * int(
                np.ceil((last - first) / (24 * days))
            )
            if source[0] >= 0 and known[source].all():
                filled[first:last] = values[source]
                break
    return filled
