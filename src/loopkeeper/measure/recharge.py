"""Heat put into the ground and taken out of it beside the machines, by meter or by its pump."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from loopkeeper.measure.metered import electricity_of
from loopkeeper.measure.series import Channel, ChannelKey, Floats, PlantHours
from loopkeeper.plant.machines import Drive, Loop, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.recharge import GroundService, serving_ground
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR, KWH

RECHARGE: Final = ("heat_power", "recharge")
"""Channel of what is put into the ground, negative where heat is taken out of it. [W]"""
PUMP_DOUBT: Final = 0.2
"""Relative standard deviation of heat that only a pump's draw tells (A). [-]"""
RUNS: Final = 0.02
"""A pump that draws less than this share of its nameplate stands still. [-]"""
FULL_RUN: Final = 0.9
"""Quantile of the running hours' draw that is taken for a pump at full run. [-]"""
PARTIAL: Final = 0.6
"""A pump that never draws this share of its full power runs a part of each reading only. [-]"""
SIGMAS: Final = 1.645
"""Standard deviations of a 90 % interval. [-]"""
_HEAT: Final = ("backup_heat_power", "heat_power", "heat_energy", "cooling_energy")


@dataclass(frozen=True)
class _Told:
    """What one service moved: into the ground positive [W], and what told it."""

    values: Floats
    keys: tuple[ChannelKey, ...]
    verdicts: tuple[Verdict, ...] = ()


def with_recharge(hours: PlantHours, plant: Plant) -> PlantHours:
    """
    Return the hours with what backups put into the ground or took out of it.

    By a meter at ``recharge``, by heat meters of the backups, else by the draw of their pumps:
    capacity times draw over draw at full run, with a standard deviation of ``PUMP_DOUBT``.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its backups and pumps.

    Returns
    -------
    PlantHours
        With ``RECHARGE``, positive into the ground, unless nothing tells of it; what was told by
        a pump is said. [W]
    """
    services = serving_ground(plant)
    channels = dict(hours.channels)
    common = _metered(channels, "recharge")
    if common is not None:
        channels[RECHARGE] = _with_sign(channels[common], services)
        return replace(hours, channels=channels)
    told = [t for s in services if (t := _told(hours, plant, s)) is not None]
    if not told:
        return hours
    values = np.sum([t.values for t in told], axis=0)
    keys = tuple(key for t in told for key in t.keys)
    coverage = np.min([channels[key].coverage for key in keys], axis=0)
    point = channels[keys[0]].point if len(keys) == 1 and keys[0][0] in _HEAT else None
    channels[RECHARGE] = Channel(values, coverage, point, keys)
    said = tuple(v for t in told for v in t.verdicts)
    return replace(hours, channels=channels, verdicts=(*hours.verdicts, *said))


def unmetered(hours: PlantHours, plant: Plant) -> tuple[GroundService, ...]:
    """Return what serves the ground while neither its heat nor its pump's draw is measured."""
    if _metered(hours.channels, "recharge") is not None:
        known = () if RECHARGE not in hours.channels else hours.channels[RECHARGE].rests_on
        if not known:
            return ()
    return tuple(s for s in serving_ground(plant) if _told(hours, plant, s) is None)


def told_by_pump(hours: PlantHours) -> bool:
    """Tell whether the recharge rests on the draw of pumps."""
    channel = hours.channels.get(RECHARGE)
    return channel is not None and any(q.startswith("electricity") for q, _ in channel.rests_on)


def _metered(channels: Mapping[ChannelKey, Channel], of: str) -> ChannelKey | None:
    """The first heat meter of a part that says anything."""
    keys = ((quantity, of) for quantity in _HEAT)
    return next((k for k in keys if k in channels and channels[k].coverage.any()), None)


def _with_sign(channel: Channel, services: tuple[GroundService, ...]) -> Channel:
    """A common meter without sign counts relief where the plant has nothing but relief."""
    relief = bool(services) and all(s.sign < 0 for s in services)
    one_way = not (np.nan_to_num(channel.values) < 0).any()
    return replace(channel, values=-channel.values) if relief and one_way else channel


def _told(hours: PlantHours, plant: Plant, service: GroundService) -> _Told | None:
    """What a service moved by its heat meter, else by its pump."""
    key = _metered(hours.channels, service.backup.id)
    if key is not None:
        return _Told(service.sign * np.abs(hours.channels[key].values), (key,))
    return _by_pump(hours, plant, service)


def _by_pump(hours: PlantHours, plant: Plant, service: GroundService) -> _Told | None:
    """Capacity of a service times the share of full run at which its pump draws."""
    pump, capacity = service.pump, service.capacity
    if pump is None or not capacity:
        return None
    drawn = electricity_of(hours, plant, pump.id)
    if drawn.values is None:
        return None
    running = drawn.values[drawn.values > RUNS * pump.power]
    full = _full_run(hours, plant, pump, running)
    moved = capacity * np.clip(
        np.where(drawn.values > RUNS * pump.power, drawn.values, 0.0) / full, 0.0, None
    )
    energy = float(np.nansum(moved)) * HOUR / (1000 * KWH)
    spread = SIGMAS * PUMP_DOUBT * energy
    figures = {
        "backup": service.backup.id,
        "pump": pump.id,
        "hours": len(running),
        "draw": f"{float(np.median(running)) / 1000 if len(running) else 0.0:.3g}",
        "full": f"{full / 1000:.3g}",
        "capacity": f"{capacity / 1000:.4g}",
        "heat": f"{energy:.4g}",
        "low": f"{energy - spread:.4g}",
        "high": f"{energy + spread:.4g}",
    }
    code = "measure.recharge.by_pump" if service.sign > 0 else "measure.relief.by_pump"
    said = [Verdict(code, figures)]
    if not pump.serves:
        named = {"pump": pump.id, "backup": service.backup.id}
        said.append(Verdict("measure.recharge.pump_supposed", named))
    return _Told(service.sign * moved, drawn.channels, tuple(said))


def _full_run(hours: PlantHours, plant: Plant, pump: PumpRecord, running: Floats) -> float:
    """
    Draw of a pump at full run. [W]

    A fixed pump cannot run at a fraction of its power: one that never draws much runs for a part
    of each reading, and full run is its nameplate in the ratio of the plant's other fixed pumps.
    """
    full = pump.power * _usual_share(hours, plant, pump)
    seen = float(np.quantile(running, FULL_RUN)) if len(running) else 0.0
    whole = pump.drive is Drive.VARIABLE or seen >= PARTIAL * full
    return seen if seen > 0 and whole else full


def _usual_share(hours: PlantHours, plant: Plant, pump: PumpRecord) -> float:
    """Draw of the other fixed source pumps while they run over their nameplates. [-]"""
    shares = []
    for other in plant.pumps:
        if other.loop is not Loop.SOURCE or other.drive is Drive.VARIABLE or other is pump:
            continue
        values = electricity_of(hours, plant, other.id).values
        running = None if values is None else values[values > RUNS * other.power]
        if running is not None and len(running):
            shares.append(float(np.median(running)) / other.power)
    return float(np.median(shares)) if shares else 1.0
