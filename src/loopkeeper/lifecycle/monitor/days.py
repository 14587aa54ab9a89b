"""Days against a plant as found: what was measured less what its model says, by kind of cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from loopkeeper.measure.calendar import local_days
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Bools, Floats, Times
from loopkeeper.physics.duty import machine_response
from loopkeeper.physics.system import Load, System, Trajectory

WHOLE_DAY = 20
"""Hours with heat and electricity that a day needs. [h]"""
ENOUGH = 4
"""Hours that a residual of a day needs. [h]"""
ONE_SIDED = 5.0
"""A day is one mode's when it has so many times the other's heat. [-]"""
RUNS, STEADY = 0.5, 0.9
"""Share of an hour that machines run: for temperatures, and for maps (cycling is apart). [-]"""


@dataclass(frozen=True)
class Days:
    """
    Local days, shape (n,).

    ``day`` dates; ``known`` hours with heat and electricity [h]; ``mode`` ``heating``,
    ``cooling``, or nothing on idle, mixed and half-told days; ``heat`` mean heat or cold
    delivered [W]; ``values`` residuals by family, NaN where not known.
    """

    day: Times
    known: np.ndarray[tuple[int], np.dtype[np.int64]]
    mode: np.ndarray[tuple[int], np.dtype[np.str_]]
    heat: Floats
    values: Mapping[str, Floats]


def load_of(operation: Operation) -> Load:
    """Return what a plant really had to do. [W]"""
    return Load(operation.heating, operation.cooling, operation.recharge)


def by_maps(phases: Sequence[tuple[int, System]], operation: Operation) -> Floats:
    """
    Return what the machines' maps say at the measured temperatures.

    Parameters
    ----------
    phases : sequence of (int, System)
        First hour of each phase, and the plant from then on.
    operation : Operation
        Measured hours.

    Returns
    -------
    array, shape (n,)
        Electricity of all machines; NaN where a temperature is missing. [W]
    """
    expected = np.full(operation.hours, np.nan)
    for first, system in phases:
        expected[first:] = machine_response(
            system.machines,
            system.controls.staging,
            load_of(operation),
            source_inlet=operation.source_supply,
            source_spread=np.abs(operation.source_supply - operation.source_return),
            load_outlet=operation.load_supply,
        )[0][first:]
    return expected


class _Sums:
    """Sums of hours by day."""

    def __init__(self, days: Times) -> None:
        self.day, self._place = np.unique(days, return_inverse=True)

    def of(self, values: Floats | Bools, where: Bools) -> Floats:
        """Sum of the hours chosen, in the unit of the values times hours."""
        weights = np.where(where, np.nan_to_num(values), 0.0)
        return np.asarray(np.bincount(self._place, weights, minlength=len(self.day)), np.float64)

    def mean(self, values: Floats, where: Bools) -> Floats:
        """Mean of the hours chosen; NaN with too few."""
        chosen = where & np.isfinite(values)
        count = self.of(chosen, chosen)
        mean: Floats = self.of(values, chosen) / np.maximum(count, 1.0)
        mean[count < ENOUGH] = np.nan
        return mean

    def ratio(self, above: Floats, below: Floats, where: Bools) -> Floats:
        """Ratio of two sums over the hours that have both; NaN with too few, or none above 0."""
        chosen = where & np.isfinite(above) & np.isfinite(below)
        top, bottom = self.of(above, chosen), self.of(below, chosen)
        told = (self.of(chosen, chosen) >= ENOUGH) & (top > 0) & (bottom > 0)
        ratio: Floats = np.full(len(top), np.nan)
        ratio[told] = top[told] / bottom[told]
        return ratio


def days_of(
    operation: Operation, run: Trajectory, by_map: Floats, found_bypass: float, timezone: str
) -> Days:
    """
    Hold days against the plant as found.

    Parameters
    ----------
    operation : Operation
        Measured hours.
    run : Trajectory
        The plant as found under the same loads, the same hours.
    by_map : array, shape (n,)
        See :func:`by_maps`. [W]
    found_bypass : float
        Share of the source flow that misses the ground as found. [-]
    timezone : str
        Of the site.

    Returns
    -------
    Days
        Every day that has an hour.
    """
    sums = _Sums(local_days(operation.time, timezone))
    op, good = operation, operation.good
    known = sums.of(good, good).round().astype(np.int64)
    heats = np.stack([sums.of(op.heating, good), sums.of(op.cooling, good)])
    one_sided = heats.max(axis=0) > ONE_SIDED * heats.min(axis=0)
    names = np.array(["heating", "cooling"])[heats.argmax(axis=0)]
    mode = np.where(one_sided & (known >= WHOLE_DAY), names, "")
    return Days(
        sums.day,
        known,
        mode,
        heats.max(axis=0) / np.maximum(known, 1),
        _residuals(op, run, by_map, found_bypass, sums),
    )


def _residuals(
    op: Operation, run: Trajectory, by_map: Floats, found_bypass: float, sums: _Sums
) -> dict[str, Floats]:
    good, working = op.good, op.good & ((op.heating > 0) ^ (op.cooling > 0))
    flowing = working & (op.run_share > RUNS) & (run["run_share"] > 0)
    steady = working & (op.run_share > STEADY)
    pumps = {f"{loop}_pumps": f"{loop}_pump_electricity" for loop in ("source", "load")}
    machines = run["machine_heating_electricity"] + run["machine_cooling_electricity"]
    expected = machines + sum(run[name] for name in pumps.values())
    drawn = np.where(op.heating > 0, op.source_heat, -op.source_heat)
    needed = (
        op.heating
        + op.cooling
        + np.where(op.heating > 0, -op.machine_electricity, op.machine_electricity)
    )
    return {
        "machines": np.log(sums.ratio(op.machine_electricity, by_map, steady)),
        "supply": sums.mean(op.load_supply - run["load_supply"], flowing),
        "inlet": sums.mean(op.source_supply - run["source_supply"], flowing),
        **{
            family: np.log(sums.ratio(getattr(op, name), run[name], good))
            for family, name in pumps.items()
        },
        "bypass": 1 - found_bypass - sums.ratio(op.field_flow, op.source_flow, steady),
        "balance": np.log(sums.ratio(drawn, needed, flowing)),
        "total": np.log(sums.ratio(op.electricity, expected, good)),
    }
