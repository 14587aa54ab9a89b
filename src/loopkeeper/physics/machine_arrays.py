"""Maps of several machines as the kernel reads them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics.heat_pump import Machine
from loopkeeper.physics.machine_kernel import MachineArrays

Floats = NDArray[np.float64]


def machine_arrays(machines: tuple[Machine, ...]) -> tuple[MachineArrays, MachineArrays]:
    """Return the maps of all machines per mode on the union of their axes. [°C], [-], [W]"""
    return _mode_arrays(machines, heating=True), _mode_arrays(machines, heating=False)


def _mode_arrays(machines: tuple[Machine, ...], *, heating: bool) -> MachineArrays:
    able = [m for m in machines if (m.heating if heating else m.cooling) is not None]
    maps = [m.heating if heating else m.cooling for m in able]
    real = [one for one in maps if one is not None]
    if not real:
        empty = np.zeros(0)
        return MachineArrays(
            empty, empty, empty, np.zeros((0, 0, 0)), np.zeros((0, 0, 0, 0)), empty, empty, empty
        )
    source, outlet, part = (
        _axis([getattr(one, name) for one in real])
        for name in ("source_inlet", "load_outlet", "part_load")
    )
    common = [one.on(source, outlet, part) for one in real]
    return MachineArrays(
        source,
        outlet,
        part,
        np.stack([c.capacity for c in common]),
        np.stack([c.electricity for c in common]),
        np.array([max(m.minimum_part_load, part[0]) for m in able]),
        np.array([m.cycling_loss for m in able]),
        np.array([m.rated_spread for m in able]),
    )


def _axis(axes: Sequence[Floats]) -> Floats:
    """Union of axes; an axis of one value gets a second one so that it can be bracketed."""
    union = np.unique(np.concatenate(axes))
    return union if len(union) > 1 else np.append(union, union[0] + 1.0)
