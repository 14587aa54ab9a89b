"""
Nature's heat pump: a refrigeration cycle between two exchangers, and the map a maker would print.

Evaporating and condensing temperatures follow from approach temperatures that grow with the load;
efficiency is a share of Carnot that has its best point at part load.
"""

from typing import NamedTuple

import numpy as np

from loopkeeper.physics.compiled import compiled
from loopkeeper.plant.machines import MapPoint, Mode

LEAST_LIFT = 22.0
"""Compressors do not follow Carnot to small lifts: pressure ratio and oil set a floor. [K]"""


class Cycle(NamedTuple):
    """
    One machine in one mode: rated capacity [W], share of Carnot at full load [-], approaches [K].

    ``sign`` is +1 for heating and -1 for cooling; ``flow_capacity`` is the heat the rated source
    flow carries per kelvin [W K-1].
    """

    sign: float
    capacity: float
    share: float
    evaporator: float
    condenser: float
    rated_source: float
    rated_load: float
    flow_capacity: float


@compiled
def performance(
    cycle: Cycle, source: float, load: float, part: float, flow_capacity: float
) -> tuple[float, float]:
    """
    Return delivered heat or cold and electricity at a part load.

    Parameters
    ----------
    cycle : Cycle
        The machine.
    source, load : float
        Source water entering and load water leaving. [°C]
    part : float
        Part load. [-]
    flow_capacity : float
        Heat the source flow of this machine carries per kelvin. [W K-1]

    Returns
    -------
    delivered, electricity : float
        [W], [W]
    """
    delivered, electricity = cycle.capacity * part, 0.2 * cycle.capacity * part
    for _ in range(12):
        exchanged = delivered - cycle.sign * electricity
        outlet = source - cycle.sign * exchanged / flow_capacity
        if cycle.sign > 0:
            cold, hot = outlet - cycle.evaporator * part, load + cycle.condenser * part
        else:
            cold, hot = load - cycle.evaporator * part, outlet + cycle.condenser * part
        lift = max(hot - cold, LEAST_LIFT)
        base = (hot if cycle.sign > 0 else cold) + 273.15
        share = cycle.share * (0.55 + 0.75 * part - 0.30 * part * part)
        cop = share * base / lift
        rated_cold = cycle.rated_source - 8.0 if cycle.sign > 0 else cycle.rated_load - 3.0
        rated_hot = cycle.rated_load + 3.0 if cycle.sign > 0 else cycle.rated_source + 8.0
        size = (1.0 + 0.027 * (cold - rated_cold)) * (1.0 - 0.006 * (hot - rated_hot))
        delivered = cycle.capacity * part * max(size, 0.3)
        electricity = delivered / cop
    return delivered, electricity


def rated_cycle(mode: Mode, capacity: float, efficiency: float) -> Cycle:
    """
    Return a cycle that reaches its rated efficiency at the rating point of GB/T 19409.

    Parameters
    ----------
    mode : Mode
        Heating (10 °C entering, 45 °C leaving) or cooling (25 °C, 7 °C).
    capacity : float
        Rated capacity. [W]
    efficiency : float
        Rated COP or EER. [-]

    Returns
    -------
    Cycle
        The machine in that mode.
    """
    sign = 1.0 if mode is Mode.HEATING else -1.0
    source, load = (10.0, 45.0) if sign > 0 else (25.0, 7.0)
    exchanged = capacity * (1 - sign / efficiency)
    trial = Cycle(sign, capacity, 0.5, 3.0, 3.0, source, load, exchanged / 5.0)
    for _ in range(30):
        delivered, electricity = performance(trial, source, load, 1.0, trial.flow_capacity)
        trial = trial._replace(share=trial.share * efficiency / (delivered / electricity))
    return trial


def printed_map(cycle: Cycle) -> tuple[MapPoint, ...]:
    """
    Return the performance map the maker prints: steady points at rated source flow.

    Parameters
    ----------
    cycle : Cycle
        The machine in one mode.

    Returns
    -------
    tuple of MapPoint
        A full grid.
    """
    heating = cycle.sign > 0
    sources = np.arange(-5.0, 26.0, 5.0) if heating else np.arange(5.0, 46.0, 5.0)
    loads = np.arange(30.0, 56.0, 5.0) if heating else np.arange(5.0, 16.0, 2.5)
    rows = []
    for source in sources:
        for load in loads:
            for part in (0.25, 0.5, 0.75, 1.0):
                delivered, electricity = performance(
                    cycle, float(source), float(load), part, cycle.flow_capacity
                )
                full = performance(cycle, float(source), float(load), 1.0, cycle.flow_capacity)[0]
                mode = Mode.HEATING if heating else Mode.COOLING
                rows.append(
                    MapPoint(
                        mode,
                        float(source),
                        float(load),
                        part,
                        full * part,
                        electricity * full * part / delivered,
                    )
                )
    return tuple(rows)
