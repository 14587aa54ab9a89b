"""Electricity of machines and pumps by the hour, whatever way it is metered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from loopkeeper.measure.metered import OF_A_LOOP, Group, electricity_of, machines, pumps
from loopkeeper.measure.quality import running_hours
from loopkeeper.measure.series import Bools, Floats, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.recharge import recharge_pumps
from loopkeeper.plant.verdict import Verdict

LOOPS: Final = ("source", "load")
NAMEPLATE_DOUBT: Final = 0.3
"""Relative standard deviation of a pump's draw that is supposed from its nameplate (A). [-]"""


@dataclass(frozen=True, kw_only=True)
class Spent:
    """
    Electricity by the hour, shape (n,) each. [W]

    ``supposed`` is the share of all of it that stands on nameplates instead of meters [-];
    ``split`` tells that one meter was shared among its parts by nameplates; ``guessed`` loops
    have pumps without a meter.
    """

    machines: Floats
    source_pumps: Floats
    load_pumps: Floats
    verdicts: tuple[Verdict, ...]
    supposed: float = 0.0
    split: bool = False
    guessed: tuple[str, ...] = ()


def spent_electricity(hours: PlantHours, plant: Plant) -> Spent:
    """
    Return the electricity of machines and of both loops' pumps.

    One meter over several parts is split: what has a meter of its own is taken off, pumps are
    supposed to draw their nameplate power while machines run, the machines keep the rest. The
    total stays as metered. Pumps without any meter are supposed likewise.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its machines and pumps.

    Returns
    -------
    Spent
        NaN where unknown.
    """
    drawn = machines(hours, plant)
    moved = {loop: pumps(hours, plant, loop) for loop in LOOPS}
    whole = electricity_of(hours, plant, "machines", *(f"{loop}-pumps" for loop in LOOPS))
    lacking = [loop for loop in LOOPS if moved[loop].values is None]
    running = running_hours(_first(drawn, whole, hours))
    supposed = {loop: _supposed(hours, plant, loop, moved[loop], running) for loop in LOOPS}
    if whole.values is not None and (drawn.values is None or lacking):
        return _split(whole.values, drawn, supposed, lacking)
    machine = _known(drawn, hours)
    verdicts = [_unmetered(plant, loop) for loop in lacking]
    verdicts += [
        Verdict("measure.operation.loop_meter", {"loop": of})
        for quantity, of in hours.channels
        if of in OF_A_LOOP and quantity.startswith("electricity")
    ]
    share = _share([supposed[k] for k in lacking], [machine, *supposed.values()])
    return Spent(
        machines=machine,
        source_pumps=supposed["source"],
        load_pumps=supposed["load"],
        verdicts=tuple(verdicts),
        supposed=share,
        guessed=tuple(lacking),
    )


def _first(drawn: Group, whole: Group, hours: PlantHours) -> Floats:
    for group in (drawn, whole):
        if group.values is not None:
            return group.values
    return np.full(len(hours.time), np.nan)


def _known(group: Group, hours: PlantHours) -> Floats:
    return np.full(len(hours.time), np.nan) if group.values is None else group.values


def _supposed(
    hours: PlantHours, plant: Plant, loop: str, metered: Group, running: Bools
) -> Floats:
    """A loop's pumps by their meters; those without one by their nameplates."""
    if metered.values is not None:
        return metered.values
    total = np.zeros(len(hours.time))
    beside = recharge_pumps(plant)
    for pump in plant.pumps:
        if pump.loop != loop or pump.standby:
            continue
        own = electricity_of(hours, plant, pump.id)
        rests = 0.0 if pump.id in beside else pump.power  # no machine tells when it runs
        total += np.where(running, rests, 0.0) if own.values is None else own.values
    return total


def _split(whole: Floats, drawn: Group, pumped: Mapping[str, Floats], lacking: list[str]) -> Spent:
    """Share one meter among the parts behind it; what they have meters of their own for first."""
    own = [pumped[loop] for loop in LOOPS if loop not in lacking]
    own += [] if drawn.values is None else [drawn.values]
    left = np.maximum(whole - np.sum([0.0 * whole, *own], axis=0), 0.0)
    wished = np.sum([0.0 * whole, *(pumped[loop] for loop in lacking)], axis=0)
    scale = np.divide(left, wished, out=np.zeros_like(left), where=wished > 0)
    if drawn.values is None:
        scale = np.minimum(scale, 1.0)
    shares = {loop: pumped[loop] * (scale if loop in lacking else 1.0) for loop in LOOPS}
    rest = left - np.sum([0.0 * whole, *(shares[loop] for loop in lacking)], axis=0)
    machine = rest if drawn.values is None else drawn.values
    said = Verdict("measure.operation.split", {"loops": ", ".join(lacking) or "–"})
    return Spent(
        machines=machine,
        source_pumps=shares["source"],
        load_pumps=shares["load"],
        verdicts=(said,),
        split=True,
    )


def _unmetered(plant: Plant, loop: str) -> Verdict:
    duty = [p for p in plant.pumps if p.loop == loop and not p.standby]
    kilowatt = sum(p.power for p in duty if p.id not in recharge_pumps(plant)) / 1000
    figures = {"loop": loop, "kilowatt": f"{kilowatt:.3g}"}
    return Verdict("measure.operation.pump_not_metered", figures)


def _share(supposed: list[Floats], every: list[Floats]) -> float:
    whole = float(sum(np.nansum(v) for v in every))
    return float(sum(np.nansum(v) for v in supposed)) / whole if whole > 0 else 0.0
