"""How drives turn their pumps, and how far pumps run out: by flow and electricity."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import nnls

from loopkeeper.measure.series import Bools, Floats
from loopkeeper.physics.pump import HOLDS_PRESSURE, DriveLaw, PumpBank, parallel_operation

ALL_HOUR = 0.95
"""Pumps that run so much of an hour run all of it. [-]"""

NAMEPLATE = 0.9
"""Draw at the rating over the motor's nameplate, which is the next size up. [-]"""
ENOUGH_HOURS = 100
"""Fewest hours that tell anything of a bank."""
HARDLY = 0.15
"""A drive that moves so much more than usual at half the need hardly follows it. [-]"""
ASTRAY = 1.2
"""A drive that holds temperature difference or pressure moves what is needed at full need; one
that moves so much more feeds water that gives nothing off. [-]"""
LEAST_ELASTIC = 0.08
"""With as many machines on, a following drive's flow rises by this share of the need. [-]"""
TURNED = 0.25
"""With as many machines on, the flow of a drive in automatic rises by this share. [-]"""
NEAR_FULL, WASTED = 0.85, 1.1
"""Drives that move so much of a pump's flow for every machine, and so much more than is needed,
are not turned down. [-]"""
ENOUGH_IN_CLASS, WHOLE = 40, 0.05
"""Hours with so many machines on that count, and how far from whole their number may be."""
LEAST_RANGE = 0.05
"""A need that varies by less tells nothing of how it is followed. [-]"""
LEAST_SLOPE, MOST_SLOPE, MOST_STATIC = 0.2, 1.5, 0.9
"""A drive whose flow rises less than this with what is needed does not follow it. [-]"""
CLASSES = 12
"""A law is read from means over so many classes of need, alike in hours. [-]"""


@dataclass(frozen=True)
class PumpHours:
    """
    What a bank's fit reads, shape (n,), NaN where not measured.

    ``electricity`` [W], ``flow`` [m3 s-1], flow ``required`` to hold the design spread [m3 s-1],
    share of the ``machines`` that are ``running`` [-], and whether the plant is ``enabled``.
    """

    electricity: Floats
    flow: Floats
    required: Floats
    running: Floats
    enabled: Bools
    machines: int

    def where(self, kept: Bools) -> "PumpHours":
        """Return some of the hours."""
        return PumpHours(
            self.electricity[kept],
            self.flow[kept],
            self.required[kept],
            self.running[kept],
            self.enabled[kept],
            self.machines,
        )


LEVEL_WIDTH, AT_LEVELS = 0.03, 0.9
"""Width of a level of flow, as a log [-]; share of hours at no more levels than there are machines
that tells of whole pumps [-]."""


def follows(bank: PumpBank, law: DriveLaw, hours: PumpHours) -> bool:
    """Whether a drive turns its pumps down: at half the need, or at all."""
    usual = HOLDS_PRESSURE.base_flow + 0.5 * HOLDS_PRESSURE.slope
    half = law.base_flow + 0.5 * law.slope < usual + HARDLY
    half &= law.base_flow + law.slope < ASTRAY
    classes = by_count(hours)
    if not classes or not _stiff(hours):
        return half
    each, need = (
        np.concatenate([values[own] / n for n, own in classes.items()]) / bank.flow
        for values in (hours.flow, hours.required)
    )
    return half and not (np.median(each) > NEAR_FULL and np.mean(each) > WASTED * np.mean(need))


def turned(hours: PumpHours) -> bool:
    """Whether somebody turns a drive: its flow rises with the need, as many machines on."""
    found = _elasticity(hours)
    return found is not None and found > TURNED and not _by_whole_pumps(hours)


def _by_whole_pumps(hours: PumpHours) -> bool:
    """Whether flow stands at a few levels, as pumps at one speed give it that come and go."""
    flow = np.concatenate([hours.flow[own] for own in by_count(hours).values()])
    near = np.unique(np.round(np.log(flow) / LEVEL_WIDTH), return_counts=True)[1]
    return bool(np.sort(near)[-hours.machines :].sum() > AT_LEVELS * len(flow))


def _elasticity(hours: PumpHours) -> float | None:
    """Share by which flow rises with the need, as many machines on; None where nothing tells."""
    logs = [
        (np.log(hours.required[own]), np.log(hours.flow[own])) for own in by_count(hours).values()
    ]
    if not logs:
        return None
    apart = [(need - need.mean(), flow - flow.mean()) for need, flow in logs]
    need, flow = (np.concatenate(column) for column in zip(*apart, strict=True))
    return float(need @ flow / (need @ need)) if np.std(need) > LEAST_RANGE else None


def _stiff(hours: PumpHours) -> bool:
    """Whether flow is known not to rise with the need, as many machines on."""
    found = _elasticity(hours)
    return found is not None and found <= LEAST_ELASTIC


def by_count(hours: PumpHours) -> dict[int, Bools]:
    """Return hours with flow, need and draw by whole machines running, where there are enough."""
    known = np.isfinite(hours.flow) & (hours.flow > 0) & (hours.electricity > 0)
    known &= np.isfinite(hours.required) & (hours.required > 0)
    count = np.round(hours.running * hours.machines)
    known &= (np.abs(hours.running * hours.machines - count) < WHOLE) & (count > 0)
    classes = {int(n): known & (count == n) for n in np.unique(count[known])}
    return {n: own for n, own in classes.items() if own.sum() >= ENOUGH_IN_CLASS}


def branch_share(bank: PumpBank, hours: PumpHours) -> float:
    """
    Share of the head in a machine's own branch, by how pumps run out when fewer run. [-]

    Where the same number always runs, pumps are taken to be those listed.
    """
    classes = {n: own for n, own in by_count(hours).items() if n <= bank.count}
    if hours.machines != bank.count or not set(classes) - {bank.count}:
        return bank.branch
    measured = np.log([np.median(hours.flow[own]) for own in classes.values()])

    def spread(branch: float) -> float:
        tried = replace(bank, branch=branch)
        apart = measured - np.log([parallel_operation(tried, n)[0] for n in classes])
        return float(np.std(apart) if len(apart) > 1 else np.abs(apart[0]))

    shares = [bank.branch, *np.linspace(0.0, 1.0, 21).tolist()]
    return float(min(shares, key=spread))


def drive_law(bank: PumpBank, hours: PumpHours) -> tuple[DriveLaw, ...]:
    """The law of measured flow and electricity; empty without flow, or where none is followed."""
    full = (
        np.isfinite(hours.flow)
        & (hours.flow > 0)
        & (hours.running * bank.count > ALL_HOUR)
        & np.isfinite(hours.required)
    )
    if full.sum() < ENOUGH_HOURS:
        return ()
    top_flow, top_power = parallel_operation(bank, bank.count)
    seen = hours.where(full)
    order = np.array_split(np.argsort(seen.required), CLASSES)
    need, moved, power = (
        np.array([np.median(values[part]) for part in order])
        for values in (
            seen.required / top_flow,
            seen.flow / top_flow,
            seen.electricity / top_power,
        )
    )
    static = _static(moved, power)
    if _stiff(hours):
        return (DriveLaw(0.0, 1.0, static),)
    if np.ptp(need) < LEAST_RANGE:
        return ()
    slope = float(np.polyfit(need, moved, 1)[0])
    if slope < LEAST_SLOPE:
        return ()
    slope = min(slope, MOST_SLOPE)
    base = float(np.clip(np.mean(moved - slope * need), 0.0, 1.0))
    return (DriveLaw(base, slope, static),)


def _static(moved: Floats, power: Floats) -> float:
    """Share of the head that stays as flow falls; from the usual draw where flow is one. [-]"""
    if np.ptp(moved) < LEAST_RANGE:
        q, p = float(np.median(moved)), float(np.median(power)) / NAMEPLATE
        return float(np.clip((p / q - q**2) / max(1.0 - q**2, 0.1), 0.0, MOST_STATIC))
    flat, steep = nnls(np.column_stack([moved, moved**3]), power)[0]
    return float(min(flat / (flat + steep) if flat + steep > 0 else 0.0, MOST_STATIC))


def lowest_share(bank: PumpBank, hours: PumpHours) -> float:
    """Share of the running pumps' flow that a drive at its lowest speed moves. [-]"""
    classes = {n: own for n, own in by_count(hours).items() if n <= bank.count}
    if not classes or not _stiff(hours):
        return bank.minimum_speed
    least = [
        float(np.median(hours.flow[own])) / parallel_operation(bank, n)[0]
        for n, own in classes.items()
    ]
    return float(np.clip(np.median(least), 0.1, 1.0))
