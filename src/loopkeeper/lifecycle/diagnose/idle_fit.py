"""Water that passes idle machines and mixes into the supply: told by how many machines run."""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.diagnose.change_point import linear_evidence
from loopkeeper.lifecycle.diagnose.machine_fit import Range, drawn_over_maps
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Bools, Floats
from loopkeeper.physics.system import System

SHARES = np.linspace(0.0, 1.0, 21)
"""Flows of an idle machine that are tried, of a running one's. [-]"""
FEW_HOURS, FEW_GROUPS = 3, 30
"""Fewest hours of a day with so many machines running, and fewest such days, that tell."""
MOST_AT_REST, FEW_RESTS = 0.05, 100
"""Most that machines draw at rest, of the most they ever do [-], and fewest such hours."""
SLOPES = (0.01, 0.01, 0.1, 0.15)
"""
Logs by which maps of sound machines err: with a kelvin of the source's and of the load's water,
from no to full load, and from all machines running to none.
"""
AS_MANY = 0.1
"""Machines that run and that the maps would run are as many when not further apart. [-]"""
WORN, APART = 0.15, 0.06
"""Log by which worn machines draw more, and by which heating and cooling differ in it. [-]"""
NOISE, CORRELATION = 0.025, 4.0
"""Log by which days scatter at least, and days over which they do alike. [-]"""


@dataclass(frozen=True, slots=True)
class IdleFlow:
    """
    What passes each idle machine, of a running one's load water.

    ``weights`` of the ``SHARES``, nothing left out: their sum is 1; ``odds`` natural log of the
    evidence that some passes, against none.
    """

    weights: Floats
    odds: float

    @property
    def present(self) -> bool:
        """Whether the evidence is at least 20 to 1."""
        return self.odds > float(np.log(20.0))

    @property
    def value(self) -> float:
        """Mean of what may pass. [-]"""
        return float(self.weights @ SHARES)


def find_idle_flow(
    system: System, operation: Operation, doubt: float, water: Range | None = None
) -> IdleFlow | None:
    """
    Compare what machines draw over their maps while few and while many of them run.

    Parameters
    ----------
    system, operation, doubt, water
        As for :func:`~loopkeeper.lifecycle.diagnose.machine_fit.wear`.

    Returns
    -------
    IdleFlow or None
        None with a single machine, and where too little was measured.

    Notes
    -----
    Return water that passes idle machines makes the running ones deliver hotter (colder) water
    than the supply: what they draw over their maps rises with the idle machines to each running
    one and is nothing when all run, while worn machines draw more whatever runs. Linear-Gaussian
    models of means by day and machines running, compared by marginal likelihood for each share;
    worn and sound machines are equally likely beside it.
    """
    if len(system.machines) == 1:
        return None
    told = _told(system, operation, water)
    if told is None:
        return None
    sound, sizes = told.sound(doubt)
    worn = np.column_stack([sound, told.modes, np.ones(len(told.modes))])
    worn_sizes = np.concatenate([sizes, np.full(told.modes.shape[1], APART), [WORN]])
    noise = told.noise()
    logs = np.array(
        [
            np.logaddexp(
                linear_evidence(y, sound, sizes, noise)[-1],
                linear_evidence(y, worn, worn_sizes, noise)[-1],
            )
            for y in told.ratios
        ]
    )
    weights = np.exp(logs - logs.max())
    odds = np.log(weights[1:].mean()) - np.log(weights[0])
    weights[0] = 0.0
    return IdleFlow(weights / weights.sum(), float(odds))


@dataclass(frozen=True)
class _Told:
    """
    Means by day and machines running, n of them.

    ``ratios`` logs of what was drawn over the maps for each of the ``SHARES``, shape (s, n) [-];
    ``modes`` 1 where it is heating, or cooling, shape (n, m); ``beside`` source and load water
    [°C], share of the peak load and of idle machines [-], shape (n, 4); ``running`` machines.
    """

    ratios: Floats
    modes: Floats
    beside: Floats
    running: Floats

    def sound(self, doubt: float) -> tuple[Floats, Floats]:
        """Columns of what sound machines may be off by, and their sizes."""
        means = self.modes.T @ self.beside / self.modes.sum(axis=0)[:, None]
        apart = self.beside - self.modes @ means
        # idle machines are counted from all that run, where nothing passes them
        apart[:, -1] = self.beside[:, -1]
        slopes = [apart[:, [k]] * self.modes for k in range(apart.shape[1])]
        sizes = np.repeat([doubt, *SLOPES], self.modes.shape[1])
        return np.column_stack([self.modes, *slopes]), sizes

    def noise(self) -> float:
        """Scatter of days with as many machines running about their neighbours, inflated. [-]"""
        kinds = np.column_stack([self.modes, self.running])
        alike = [(kinds == one).all(axis=1) for one in np.unique(kinds, axis=0)]
        apart = np.concatenate([np.diff(self.ratios[0][rows]) for rows in alike])
        own = 1.4826 * float(np.median(np.abs(apart - np.median(apart)))) / np.sqrt(2)
        return float(max(own, NOISE) * np.sqrt(CORRELATION))


def _told(system: System, operation: Operation, water: Range | None) -> _Told | None:
    first = drawn_over_maps(system, operation, water)
    day = np.arange(operation.hours) // 24
    fleet = len(system.machines)
    count = np.rint(np.nan_to_num(operation.machines_running)).astype(int)
    usable = first.usable & (count > 0) & (count <= fleet)
    # with more or fewer machines than the maps would run the part load is another
    usable &= np.abs(first.running - operation.machines_running) < AS_MANY
    key = day * (fleet + 1) + count
    wide = int(key.max()) + 1

    def summed(values: Floats | Bools) -> Floats:
        return np.bincount(key[usable], values[usable], minlength=wide).astype(np.float64)

    hours = summed(usable)
    keep = hours >= FEW_HOURS
    keep &= summed(operation.machine_electricity) > 0
    if keep.sum() < FEW_GROUPS:
        return None
    running = (np.arange(wide) % (fleet + 1))[keep].astype(np.float64)
    at_rest = _at_rest(operation) * hours[keep] * (1.0 - running / fleet)
    drawn = np.log(np.maximum(summed(operation.machine_electricity)[keep] - at_rest, 1.0))
    systems = [replace(system, idle_flow=float(share)) for share in SHARES]
    maps = [summed(drawn_over_maps(one, operation, water).predicted)[keep] for one in systems]
    load = operation.heating + operation.cooling
    beside = [operation.source_supply, operation.load_supply, load / load.max()]
    means = [summed(values)[keep] / hours[keep] for values in beside]
    cold = summed(operation.cooling > operation.heating)[keep] > 0.5 * hours[keep]
    modes = np.column_stack([~cold, cold]).astype(np.float64)
    return _Told(
        drawn - np.log(maps),
        modes[:, modes.any(axis=0)],
        np.column_stack([*means, 1.0 - running / fleet]),
        running,
    )


def _at_rest(operation: Operation) -> float:
    """What all machines draw while none runs. [W]"""
    rests = (operation.machines_running == 0) & (operation.heating + operation.cooling == 0)
    rests &= np.isfinite(operation.machine_electricity)
    drawn = operation.machine_electricity[rests]
    drawn = drawn[drawn < MOST_AT_REST * np.nanmax(operation.machine_electricity)]
    return float(drawn.mean()) if len(drawn) > FEW_RESTS else 0.0
