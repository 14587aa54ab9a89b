"""What the nameplates of a plant and the places of its sensors allow a point to read."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from loopkeeper.measure.admitted import Segments, stamp
from loopkeeper.measure.excursions import Bools
from loopkeeper.measure.limits import NOWHERE, Limits
from loopkeeper.measure.series import Floats
from loopkeeper.plant.machines import Loop, MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import linear_to_si

KILO = 1000.0
"""Watts in a kilowatt. [W]"""

HEAT_TIMES: Final = 4.0
"""No loop carries more heat than this many times the rated capacity. [-]"""
DRAW_TIMES: Final = 2.5
"""No machine draws more than this many times its rated electricity. [-]"""
PUMP_TIMES: Final = 5.0
"""No pump draws more than this many times its nameplate: those far above need that run out alone
draw up to four. [-]"""
FLOW_TIMES: Final = 4.0
"""No loop flows more than this many times what its pumps were chosen for. [-]"""
BACKWARDS: Final = 0.02
"""No pump or machine reads below zero by more than this share of its bound. [-]"""
MOST: Final = 0.3
"""When this share of what runs exceeds a limit, unit or factor are wrong, not readings. [-]"""

_LOAD: Final = (-5.0, 95.0)
_GROUND_LOOP: Final = (-25.0, 60.0)
_ROOM: Final = (-10.0, 50.0)
_HEATS: Final = ("heat_power", "heat_energy", "cooling_energy")
_DRAWS: Final = ("electricity_power", "electricity_energy")
_SIDES: Final = ("supply_temperature", "return_temperature")


def bounds(point: Point, plant: Plant) -> Limits:
    """
    Return the lowest and highest value that a point's place allows.

    Parameters
    ----------
    point : Point
        The point.
    plant : Plant
        Its machines, pumps and source.

    Returns
    -------
    low, high : float
        Infinite where nothing is stated. [SI; of counted quantities their rate]
    """
    if point.quantity.endswith("temperature"):
        return _temperatures(point, plant)
    high = _highest(point, plant)
    if high is None:
        return NOWHERE
    return (-high, high) if point.quantity in _HEATS else (-BACKWARDS * high, high)


def highest_rates(plant: Plant) -> Mapping[str, float]:
    """Return the highest rate of each counter that the nameplates tell, by point id. [SI s-1]"""
    counters = (p for p in plant.points if p.statistic is Statistic.COUNTER)
    limits = {p.id: _highest(p, plant) for p in counters}
    return {name: high for name, high in limits.items() if high is not None}


def scale_verdict(point: Point, running: Floats, high: float) -> tuple[Verdict, ...]:
    """
    Say that a point reads more than the nameplates allow most of the time it runs.

    Parameters
    ----------
    point : Point
        The point.
    running : array, shape (n,)
        What it reads while anything runs. [SI]
    high : float
        Its bound. [SI]

    Returns
    -------
    tuple of Verdict
        One or none.
    """
    size = np.abs(running)
    if len(size) == 0 or np.mean(size > high) < MOST:
        return ()
    top = float(np.quantile(size, 0.95))
    factor = linear_to_si(point.unit)[0]
    if point.statistic in {Statistic.COUNTER, Statistic.SUM}:
        factor = 1000.0
    figures = {
        "point": point.id,
        "value": float(f"{top / factor:.3g}"),
        "limit": float(f"{high / factor:.3g}"),
        "times": float(f"{top / high:.2g}"),
        "unit": "kW" if factor == KILO else point.unit,
    }
    return (Verdict("measure.bound.nameplate", figures),)


def implausible_verdict(point: Point, stretch: Segments, found: Bools, limits: Limits) -> Verdict:
    """Say that some readings of a point lie where its place does not allow."""
    first = int(np.argmax(found))
    return Verdict(
        "measure.quality.implausible",
        {
            "point": point.id,
            "count": int(found.sum()),
            "first": stamp(int(stretch.start[first])),
            "value": float(f"{stretch.value[first]:.5g}"),
            "low": float(f"{limits[0]:.4g}"),
            "high": float(f"{limits[1]:.4g}"),
        },
    )


def _temperatures(point: Point, plant: Plant) -> Limits:
    if point.quantity == "indoor_temperature":
        return _ROOM
    if point.quantity not in _SIDES:
        return NOWHERE
    if point.of == "load":
        return _LOAD
    closed = point.of == "source" and plant.source.traits.buried
    return _GROUND_LOOP if closed else NOWHERE


def _highest(point: Point, plant: Plant) -> float | None:
    """Highest heat, draw or flow of a point's place. [SI]"""
    if point.quantity in _HEATS and point.of in {"load", "source"}:
        return _times(HEAT_TIMES, [*map(_capacity, plant.machines), *_backups(plant)])
    if point.quantity in _DRAWS:
        return _draw(point.of, plant)
    if point.quantity == "flow" and point.of in {*Loop, "field"}:
        return _flow("source" if point.of == "field" else point.of, plant)
    return None


def _draw(part: str, plant: Plant) -> float | None:
    machines = [m for m in plant.machines if part in {m.id, "machines"}]
    if machines:
        return _times(DRAW_TIMES, map(_electricity, machines))
    pumps = [p for p in plant.pumps if part in {p.id, f"{p.loop}-pumps"}]
    return _times(PUMP_TIMES, [p.power or None for p in pumps])


def _flow(loop: str, plant: Plant) -> float | None:
    pumps = sum(p.flow for p in plant.pumps if p.loop == loop)
    design = plant.source.design_flow or 0.0 if loop == Loop.SOURCE else 0.0
    return FLOW_TIMES * max(pumps, design) or None


def _backups(plant: Plant) -> list[float]:
    return [max(b.heating or 0.0, b.cooling or 0.0) for b in plant.backups]


def _capacity(machine: MachineRecord) -> float | None:
    stated = [machine.rated_heating, machine.rated_cooling, *(m.capacity for m in machine.map)]
    return max((s for s in stated if s), default=None)


def _electricity(machine: MachineRecord) -> float | None:
    stated = [m.electricity for m in machine.map]
    if machine.rated_heating and machine.rated_cop:
        stated.append(machine.rated_heating / machine.rated_cop)
    if machine.rated_cooling and machine.rated_eer:
        stated.append(machine.rated_cooling / machine.rated_eer)
    return max(stated, default=None)


def _times(margin: float, parts: Iterable[float | None]) -> float | None:
    """Sum of parts times a margin; None when a part is unknown or there is none."""
    known = list(parts)
    if not known or any(k is None for k in known):
        return None
    return margin * sum(k for k in known if k is not None) or None
