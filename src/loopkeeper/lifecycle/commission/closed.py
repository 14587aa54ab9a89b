"""The heat balance of machines: whether source, electricity and building fit together."""

from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.judged import Tried
from loopkeeper.lifecycle.commission.means import channel, heat_of, machine_draw, ratio
from loopkeeper.measure.balance import ALWAYS_OPEN
from loopkeeper.measure.series import Bools
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict

CLOSED: Final = (1 - 2 * ALWAYS_OPEN, 1 + 2 * ALWAYS_OPEN)
"""Heat to the building over heat from source and machines. [-]"""


def sides(tried: Tried, where: Bools) -> tuple[Estimate, Estimate] | None:
    """
    Return the heat to the building, and what source and machines give together. [W]

    Parameters
    ----------
    tried : Tried
        Heat of both loops and the machines' electricity.
    where : array of bool, shape (n,)
        Minutes; those without either heat are left out.

    Returns
    -------
    tuple of Estimate or None
        Both with the sign that makes the first positive; None where a part is not measured.
    """
    heats = [channel(tried.minutes, "heat_power", loop) for loop in ("load", "source")]
    known = where & np.isfinite(heats[0] + heats[1])
    load, source = (heat_of(tried, loop, known) for loop in ("load", "source"))
    draw = machine_draw(tried, known)
    if load is None or source is None or draw is None or load.value == 0:
        return None
    doubt = float(np.hypot(source.standard_deviation, draw.standard_deviation))
    rest = Estimate.normal(source.value + draw.value, doubt)
    sign = 1.0 if load.value > 0 else -1.0
    told = [Estimate.normal(sign * one.value, one.standard_deviation) for one in (load, rest)]
    return told[0], told[1]


def open_balance(tried: Tried, where: Bools) -> Verdict | None:
    """
    Return why nothing that rests on heat and electricity is said of some minutes.

    None where the balance closes there, may well do so, or is not measured.
    """
    told = sides(tried, where)
    if told is None:
        return None
    if told[1].value > 0:
        found = ratio(*told)
        if found.low <= CLOSED[1] and found.high >= CLOSED[0]:
            return None
    return Verdict("commission.not_closed")
