"""Electricity meters of machines against the machines' maps and the heat balance."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from loopkeeper.errors import LoopkeeperError
from loopkeeper.measure.balance import ALWAYS_OPEN, first_day, pumped_energy
from loopkeeper.measure.energies import electric_energy, thermal_energy
from loopkeeper.measure.meter_error import LIMITS_95, summed
from loopkeeper.measure.metered import Group, electricity_of
from loopkeeper.measure.series import Bools, Floats, PlantHours
from loopkeeper.measure.uncertainty import COVERAGE_FACTOR_90
from loopkeeper.physics.duty import machine_response
from loopkeeper.physics.system import Load
from loopkeeper.plant.machine_maps import machine_of, order_of
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

LEAST_HOURS: Final = 100
"""A meter is judged by at least so many hours in which its machine runs alone. [h]"""
RUNS, RESTS = 0.2, 0.03
"""A machine runs above the first share of its usual highest draw and rests below the second."""
SOUND: Final = (0.85, 1.4)
"""What machines draw over their maps: none so much less, hardly one so much more by wear. [-]"""
SOUND_BY_NAMEPLATE: Final = (0.7, 1.8)
"""The same where only a rating point is known. [-]"""
LEAST: Final = 0.7
"""No machine draws less than this share of its map, whatever the heats can tell. [-]"""
MAP_DOUBT: Final = 0.05
"""Standard deviation of the log of what a sound machine draws over its map. [-]"""
SURE: Final = 2.0
"""Standard deviations within which two figures agree. [-]"""
DELIVERED: Final = 0.98
"""Hours in which the map cannot deliver the heat do not tell its electricity. [-]"""


METER_WRONG: Final = "measure.machine.meter_wrong"
DRAW_UNLIKELY: Final = "measure.machine.draw_unlikely"


@dataclass(frozen=True)
class Draw:
    """
    A meter's reading over what a map says, and what the heat balance leaves of the reading.

    ``by_map`` reading over map; ``balance`` electricity that the heats leave over reading, with
    its standard deviation ``doubt`` [-].
    """

    by_map: float
    balance: float
    doubt: float

    @property
    def meter_wrong(self) -> bool:
        """The balance says what the map says, and not what the meter says."""
        return self._beside_map <= SURE < self._beside_reading

    @property
    def open(self) -> bool:
        """The balance lets both be true."""
        return max(self._beside_map, self._beside_reading) <= SURE

    @property
    def _beside_reading(self) -> float:
        return abs(self.balance - 1.0) / self.doubt

    @property
    def _beside_map(self) -> float:
        by_map = 1.0 / self.by_map
        return abs(self.balance - by_map) / float(np.hypot(self.doubt, MAP_DOUBT * by_map))


def check_machine_meters(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """
    Return what is to be said of machines whose meters are far off what the machines can draw.

    A wrong transformer ratio, a phase left out or a wrong factor makes a meter read a constant
    multiple, which looks like a machine that is worn, or better than new. While the machine runs
    alone two witnesses that share no electricity meter tell it: the heats of both loops leave a
    difference, and the map gives a draw at the water temperatures. Where no machine runs alone
    all are judged as one.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its machines; with backups the heat is not theirs alone.

    Returns
    -------
    tuple of Verdict
        A problem where the heats agree with the map against the meter, or where no machine draws
        so little; a caution where the heats cannot tell; empty when meters are in order or
        nothing can be judged.
    """
    needed = [
        ("heat_power", "load"),
        ("heat_power", "source"),
        ("supply_temperature", "load"),
        ("supply_temperature", "source"),
        ("return_temperature", "source"),
    ]
    if plant.backups or not all(hours.has(*key) for key in needed):
        return ()
    alone = [_alone(hours, plant, machine) for machine in plant.machines]
    judged = [pick for pick in alone if pick.where.sum() >= LEAST_HOURS]
    if not judged:
        every = _running(hours, plant, plant.machines)
        judged = [pick for pick in (every,) if pick.where.sum() >= LEAST_HOURS]
    return tuple(v for pick in judged for v in _judged(hours, plant, pick))


@dataclass(frozen=True)
class _Pick:
    """Machines, their meters, what their maps say [W], and the hours that tell."""

    machines: tuple[MachineRecord, ...]
    group: Group
    by_map: Floats
    where: Bools


def _alone(hours: PlantHours, plant: Plant, machine: MachineRecord) -> _Pick:
    """Choose the hours of one machine while the others rest."""
    found = _running(hours, plant, (machine,))
    for other in plant.machines:
        if other != machine:
            share = _share(electricity_of(hours, plant, other.id), len(hours.time))
            found = replace(found, where=found.where & _inner(share < RESTS))
    return found


def _running(hours: PlantHours, plant: Plant, machines: tuple[MachineRecord, ...]) -> _Pick:
    """Choose the hours in which machines run and everything that tells their draw is known."""
    group = electricity_of(hours, plant, *(m.id for m in machines))
    by_map = _by_map(hours, plant, machines)
    heats = hours.values("heat_power", "load") + hours.values("heat_power", "source")
    where = _inner(_share(group, len(hours.time)) > RUNS) & np.isfinite(by_map + heats)
    return _Pick(machines, group, by_map, where)


def _judged(hours: PlantHours, plant: Plant, pick: _Pick) -> list[Verdict]:
    low, high = SOUND if all(m.map for m in pick.machines) else SOUND_BY_NAMEPLATE
    draw = _draw(hours, plant, pick)
    wrong = draw.meter_wrong or (draw.by_map < LEAST and draw.open)
    if low <= draw.by_map <= high or not (wrong or draw.open):
        return []
    meters = [hours.channels[key].point for key in pick.group.channels]
    figures = {
        "points": ", ".join(m.id for m in meters if m is not None),
        "machines": "+".join(m.id for m in pick.machines),
        "times": f"{draw.by_map:.2f}",
        "hours": int(pick.where.sum()),
        "first": first_day(hours, pick.where),
        "balance": f"{draw.balance:.2f}",
        "doubt": f"{COVERAGE_FACTOR_90 * draw.doubt:.2f}",
    }
    return [Verdict(METER_WRONG if wrong else DRAW_UNLIKELY, figures)]


def _draw(hours: PlantHours, plant: Plant, pick: _Pick) -> Draw:
    where = pick.where
    read = electric_energy(hours, pick.group, where)
    heats = [thermal_energy(hours, plant, loop, where) for loop in ("load", "source")]
    rest = summed([heats[0], heats[1].scaled(-1.0)])
    turnover = max(abs(heat.value) for heat in heats)
    # pipes, and pumps between the thermometers: within these limits, wherever they stand
    lost = (ALWAYS_OPEN * turnover + pumped_energy(hours, plant, where)) / LIMITS_95
    doubt = float(np.hypot(rest.standard_deviation, lost))
    by_map = float(pick.by_map[where].sum() * HOUR)
    return Draw(read.value / by_map, rest.value / read.value, doubt / read.value)


def _by_map(hours: PlantHours, plant: Plant, machines: tuple[MachineRecord, ...]) -> Floats:
    """Electricity of machines that carry the load by themselves; NaN where maps cannot. [W]"""
    heat = np.nan_to_num(hours.values("heat_power", "load"))
    try:
        models = tuple(machine_of(m, plant.source.kind)[0] for m in machines)
    except LoopkeeperError:
        return np.full(len(heat), np.nan)
    supply, back = (hours.values(f"{side}_temperature", "source") for side in ("supply", "return"))
    electricity, _, delivered = machine_response(
        models,
        order_of(plant.controls.staging),
        Load(np.maximum(heat, 0.0), np.maximum(-heat, 0.0)),
        source_inlet=supply,
        source_spread=np.abs(supply - back),
        load_outlet=hours.values("supply_temperature", "load"),
    )
    told = (delivered >= DELIVERED * np.abs(heat)) & (electricity > 0)
    return np.where(told, electricity, np.nan)


def _share(group: Group, count: int) -> Floats:
    """Draw over its usual highest, NaN where it is not known. [-]"""
    if group.values is None or not np.isfinite(group.values).any():
        return np.full(count, np.nan)
    return group.values / max(float(np.nanquantile(group.values, 0.99)), 1.0)


def _inner(alone: Bools) -> Bools:
    """Hours between two of their kind: none in which something starts or ends."""
    inside = alone.copy()
    inside[1:] &= alone[:-1]
    inside[:-1] &= alone[1:]
    return inside
