"""What the maps of a plant's machines say of a heat at the waters of a trial."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.judged import Tried
from loopkeeper.lifecycle.commission.means import channel, is_heating
from loopkeeper.measure.running import running_of
from loopkeeper.measure.series import Bools
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.duty import machine_response
from loopkeeper.physics.heat_pump import Machine
from loopkeeper.physics.system import Load, StagingOrder

BEYOND: Final = 100.0
"""So many times a heat is more than machines give. [-]"""
RUNS: Final = 0.5
"""Share of a stretch from which on a machine is one that ran in it. [-]"""
UNIFORM: Final = 12**-0.5
"""Standard deviation of what lies anywhere in a range, in ranges. [-]"""


@dataclass(frozen=True, slots=True)
class ByMaps:
    """
    What machines ``draw`` by their maps for a heat; ``capacity`` and draw at ``full``. [W]

    ``draw_doubt`` and ``capacity_doubt`` are standard deviations of how the maps are read. [W]
    """

    draw: float
    capacity: float
    full: float
    draw_doubt: float = 0.0
    capacity_doubt: float = 0.0

    def wanted_draw(self, doubt: float) -> Estimate:
        """Return the draw with a relative standard deviation of the maps themselves. [W]"""
        return _doubted(self.draw, self.draw_doubt, doubt)

    def wanted_capacity(self, doubt: float) -> Estimate:
        """Return the capacity with a relative standard deviation of the maps themselves. [W]"""
        return _doubted(self.capacity, self.capacity_doubt, doubt)


def by_maps(tried: Tried, where: Bools, heat: Estimate) -> ByMaps | None:
    """
    Return what the machines' maps say of a heat at the waters of a trial.

    Parameters
    ----------
    tried : Tried
        Waters of both loops.
    where : array of bool, shape (n,)
        Steady minutes.
    heat : Estimate
        Mean heat of the load; its course is taken to be even. [W]

    Returns
    -------
    ByMaps or None
        None where a temperature is not known.

    Notes
    -----
    A map tells neither which spread the source water of its maker had (the rated one, or any), nor
    how machines that run together share a load (as designed, the last takes the rest; or all
    alike). The middle of these readings is taken, and their range is its doubt.
    """
    designed = (tried.model.system.machines, tried.model.system.controls.staging)
    evenly = [(on, StagingOrder.EQUAL)] if (on := _running(tried, where)) else []
    size = abs(heat.value)
    signed = size if is_heating(tried, where) else -size
    told = [_answer(tried, where, signed, one) for one in _readings([designed, *evenly])]
    most = [_answer(tried, where, BEYOND * signed, one) for one in _readings([designed])]
    if not all(np.isfinite([one.draw for one in (*told, *most)])):
        return None
    draw, draw_doubt = _middle([one.draw for one in told])
    full, _ = _middle([one.draw for one in most])
    capacity, capacity_doubt = _middle([one.delivered for one in most])
    return ByMaps(draw, capacity, full, draw_doubt, capacity_doubt)


Sharing = tuple[tuple[Machine, ...], StagingOrder]
"""Machines, and how they share a load."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What machines draw, and deliver. [W]"""

    draw: float
    delivered: float


def _readings(sharing: Sequence[Sharing]) -> Iterator[Sharing]:
    """Each way to share, by maps of the rated spread, and as if they held for any."""
    for machines, order in sharing:
        yield machines, order
        yield tuple(replace(one, rated_spread=0.0) for one in machines), order


def _answer(tried: Tried, where: Bools, heat: float, sharing: Sharing) -> _Answer:
    """What machines do with a heat, cold negative [W]; NaN where a temperature is not known."""
    supply, back, outlet = (
        channel(tried.minutes, name, loop)[where]
        for name, loop in (
            ("supply_temperature", "source"),
            ("return_temperature", "source"),
            ("supply_temperature", "load"),
        )
    )
    even = np.full(len(supply), heat)
    machines, order = sharing
    rated = any(one.rated_spread for one in machines)
    draw, _, delivered = machine_response(
        machines,
        order,
        Load(np.maximum(even, 0.0), np.maximum(-even, 0.0)),
        source_inlet=supply,
        source_spread=np.abs(supply - back) * rated,
        load_outlet=outlet,
    )
    known = np.isfinite(draw)
    if not known.any():
        return _Answer(np.nan, np.nan)
    return _Answer(float(draw[known].mean()), float(delivered[known].mean()))


def _running(tried: Tried, where: Bools) -> tuple[Machine, ...]:
    """The machines that ran, none where nothing tells of one."""
    shares, _ = running_of(tried.minutes, tried.plant)
    machines = tried.model.system.machines
    means = [float(one[where].mean()) for one in shares]
    if len(means) != len(machines) or not np.isfinite(means).all():
        return ()
    return tuple(m for m, mean in zip(machines, means, strict=True) if mean > RUNS)


def _middle(readings: Sequence[float]) -> tuple[float, float]:
    """Middle of readings, and the standard deviation of what lies anywhere between them."""
    low, high = min(readings), max(readings)
    return (low + high) / 2, UNIFORM * (high - low)


def _doubted(value: float, doubt: float, share: float) -> Estimate:
    return Estimate.normal(value, float(np.hypot(doubt, share * value)))
