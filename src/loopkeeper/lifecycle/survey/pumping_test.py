"""
Pumping, recovery and reinjection tests: which aquifer, and its properties.

One model of drawdown, one schedule of flows; the sort of aquifer is chosen by what the data say,
with the evidence beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.series import Floats
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.drawdown import (
    stored_well_drawdown,
    superposed,
    unconfined_drawdown,
    unit_drawdown,
)

CANDIDATES = ("confined", "leaky", "recharge_boundary", "barrier", "well_storage")
"""Sorts of aquifer that are tried, the simplest first."""
SORTS = (*CANDIDATES, "unconfined")
"""All that are known. A water table that yields late looks like a boundary to the levels: the
borehole's log tells which it is, so it is tried only where somebody says so."""
CONVINCING = 10.0
"""A more complex aquifer must be better by so much AICc (Burnham and Anderson). [-]"""
FEWEST = 6
"""Readings a fit needs. [-]"""
SEARCHED = (1e-9, 10.0)
"""Transmissivities that are searched. [m2 s-1]"""
DESCRIBED = 0.6
"""A fit that leaves more of the scatter of the levels than this describes nothing. [-]"""
DIFFERENCE = 1e-4
"""Relative step of the Jacobian: above the noise of numerical Laplace inversion. [-]"""
IMAGES = {"recharge_boundary", "barrier"}
EXTRAS = {
    "leaky": ((500.0, 0.02, 1e5),),
    "recharge_boundary": ((8.0, 0.02, 1e5),),
    "barrier": ((8.0, 0.02, 1e5),),
    "well_storage": ((0.15, 0.02, 1e5),),
    "unconfined": ((0.1, 1e-3, 0.6), (1e-4, 1e-8, 1e2)),
}
"""Start and bounds of what a sort needs beside transmissivity and storage: leakage factor [m],
image's further distance over the well's [-], casing radius [m], specific yield [-] and vertical
over radial conductivity by the square of the thickness [m-2]."""


@dataclass(frozen=True)
class Schedule:
    """Flows pumped (positive) or injected (negative) from each start on. [s], [m3 s-1]"""

    starts: Floats
    flows: Floats


@dataclass(frozen=True)
class Observations:
    """
    Drawdown at one place.

    ``time`` since the first flow [s], ``drawdown`` from rest [m], shape (n,), ``distance`` from
    the axis of the well [m].
    """

    time: Floats
    drawdown: Floats
    distance: float


@dataclass(frozen=True, kw_only=True)
class AquiferFit:
    """
    One sort of aquifer fitted.

    Transmissivity [m2 s-1], storage [-], ``extras`` by ``sort``: leakage factor B, distance to
    the image well, or casing radius [m]; specific yield [-] and Kz/(Kr b²) [m-2] of an unconfined
    aquifer; ``rmse`` [m]; ``aicc`` [-]; ``modelled`` drawdown of each observation [m].
    """

    sort: str
    transmissivity: Estimate
    storage: Estimate
    extras: tuple[Estimate, ...]
    rmse: float
    aicc: float
    modelled: tuple[Floats, ...]

    @property
    def leakage_resistance(self) -> float | None:
        """Resistance c = B²/T of the leaky layer; None for others. [s]"""
        if self.sort != "leaky":
            return None
        return self.extras[0].value ** 2 / self.transmissivity.value


@dataclass(frozen=True)
class AquiferTest:
    """What was observed, the chosen fit, and all that were tried, best first."""

    observations: tuple[Observations, ...]
    best: AquiferFit
    tried: tuple[AquiferFit, ...]

    @property
    def margin(self) -> float:
        """How much AICc the choice is better than the next sort. [-]"""
        others = [f.aicc for f in self.tried if f is not self.best]
        return min(others) - self.best.aicc if others else np.inf


def aquifer_test(
    observations: Sequence[Observations],
    schedule: Schedule,
    sorts: Sequence[str] = CANDIDATES,
) -> AquiferTest:
    """
    Fit every sort of aquifer to a test and choose.

    Parameters
    ----------
    observations : sequence of Observations
        One or more wells, drawdown, recovery or both.
    schedule : Schedule
        What was pumped.
    sorts : sequence of str
        Which of :data:`SORTS` to try.

    Returns
    -------
    AquiferTest
        The simplest aquifer that no other beats by 10 AICc.

    Raises
    ------
    InsufficientDataError
        When fewer than six readings show a drawdown, or the best aquifer is none that exists.

    Notes
    -----
    Least squares of drawdown; intervals from the Jacobian with residual noise. A storage found in
    the pumped well itself stands for storage and well loss together.
    """
    count = sum(int((o.time > 0).sum()) for o in observations)
    if count < FEWEST:
        raise InsufficientDataError(
            "the pumping test is too short", [f"{count} readings, {FEWEST} are needed"]
        )
    own = _simple_start(observations, schedule)
    fits = [_fit(sort, observations, schedule, own) for sort in sorts]
    chosen = fits[0]
    for fit in fits[1:]:
        if fit.aicc < chosen.aicc - CONVINCING:
            chosen = fit
    _refuse_impossible(chosen, observations)
    ranked = tuple(sorted(fits, key=lambda f: f.aicc))
    return AquiferTest(tuple(observations), chosen, ranked)


def _refuse_impossible(fit: AquiferFit, observations: Sequence[Observations]) -> None:
    """A transmissivity at the end of what was searched, or a misfit as large as the drawdown."""
    value = fit.transmissivity.value
    reasons = []
    if not 1.5 * SEARCHED[0] < value < SEARCHED[1] / 1.5:
        reasons.append(f"transmissivity ends at a bound of the search, {value:.1e} m²/s")
    spread = float(np.std(np.concatenate([o.drawdown for o in observations])))
    if fit.rmse > DESCRIBED * spread:
        reasons.append(f"misfit {fit.rmse:.3g} m of levels that scatter by {spread:.3g} m")
    if reasons:
        raise InsufficientDataError(
            "no aquifer answers as the log says",
            [*reasons, "are time and level the right columns, flow and units right, the pump on?"],
        )


def modelled(sort: str, x: Floats, place: Observations, schedule: Schedule) -> Floats:
    """
    Return the drawdown of one sort of aquifer at the times of an observation.

    Parameters
    ----------
    sort : str
        One of :data:`SORTS`.
    x : array
        Logarithms of transmissivity [m2 s-1], storage [-] and what the sort needs more.
    place : Observations
        Times and distance.
    schedule : Schedule
        What was pumped.

    Returns
    -------
    array, shape (n,)
        [m]
    """
    transmissivity, storage = float(np.exp(x[0])), float(np.exp(x[1]))
    more = [float(v) for v in np.exp(x[2:])]

    def unit(time: Floats) -> Floats:
        r = place.distance
        common: dict[str, Any] = {
            "transmissivity": transmissivity,
            "storage": storage,
            "distance": r,
        }
        if sort == "leaky":
            return unit_drawdown(time, **common, leakage=more[0])
        if sort in IMAGES:
            sign = -1.0 if sort == "recharge_boundary" else 1.0
            return unit_drawdown(time, **common, image=(sign, r * (1 + more[0])))
        if sort == "well_storage":
            radii = {"screen_radius": min(more[0], r), "casing_radius": more[0]}
            return stored_well_drawdown(time, **common, **radii)
        if sort == "unconfined":
            return unconfined_drawdown(time, **common, specific_yield=more[0], drainage=more[1])
        return unit_drawdown(time, **common)

    return superposed(place.time, schedule.starts, schedule.flows, unit)


def _simple_start(observations: Sequence[Observations], schedule: Schedule) -> Floats:
    """Logarithms of T and S to start from: Cooper and Jacob on the late half."""
    place = observations[0]
    flow = float(np.abs(schedule.flows).max())
    late = place.time > np.median(place.time)
    late &= place.time > 0
    if np.ptp(schedule.flows) == 0 and late.sum() >= FEWEST:
        slope, level = np.polyfit(np.log(place.time[late]), np.abs(place.drawdown[late]), 1)
        if slope > 0:
            transmissivity = flow / (4 * np.pi * slope)
            zero = np.exp(-level / slope)
            storage = 2.25 * transmissivity * zero / place.distance**2
            return np.log([transmissivity, np.clip(storage, 1e-7, 0.3)])
    largest = float(np.abs(place.drawdown).max()) or 1.0
    return np.log([flow / (2 * np.pi * largest), 1e-4])


def _fit(
    sort: str, observations: Sequence[Observations], schedule: Schedule, own: Floats
) -> AquiferFit:
    def apart(x: Floats) -> Floats:
        return np.concatenate([modelled(sort, x, o, schedule) - o.drawdown for o in observations])

    extras = EXTRAS.get(sort, ())
    extra, least, most = (list(np.log([e[i] for e in extras])) for i in range(3))
    low = [np.log(SEARCHED[0]), np.log(1e-9), *least]
    high = [np.log(SEARCHED[1]), np.log(0.6), *most]
    best = None
    for storage in (own[1], np.log(1e-4), np.log(1e-2)):
        start = np.clip([own[0], storage, *extra], np.array(low) + 1e-6, np.array(high) - 1e-6)
        answer = least_squares(apart, start, bounds=(low, high), x_scale=0.5, diff_step=DIFFERENCE)
        if best is None or answer.cost < best.cost:
            best = answer
    n, k = len(best.fun), len(best.x) + 1  # type: ignore[union-attr]
    square = max(float(np.mean(best.fun**2)), 1e-18)  # type: ignore[union-attr]
    aicc = n * np.log(square) + 2 * k + 2 * k * (k + 1) / max(n - k - 1, 1)
    normal = best.jac.T @ best.jac  # type: ignore[union-attr]
    covariance = np.linalg.pinv(normal) * square * n / max(n - k, 1)
    sigma = np.sqrt(np.diag(covariance))
    estimates = [_lognormal(v, s) for v, s in zip(best.x, sigma, strict=True)]  # type: ignore[union-attr]
    if sort in IMAGES:
        r = observations[0].distance
        e = estimates[2]
        estimates[2] = Estimate(r * (1 + e.value), r * (1 + e.low), r * (1 + e.high))
    return AquiferFit(
        sort=sort,
        transmissivity=estimates[0],
        storage=estimates[1],
        extras=tuple(estimates[2:]),
        rmse=float(np.sqrt(square)),
        aicc=float(aicc),
        modelled=tuple(modelled(sort, best.x, o, schedule) for o in observations),  # type: ignore[union-attr]
    )


def _lognormal(log_value: float, sigma: float) -> Estimate:
    """A positive value from its logarithm and that one's standard deviation."""
    half = 1.645 * min(sigma, 20.0)
    return Estimate(*(float(np.exp(log_value + d)) for d in (0.0, -half, half)))


def unconfined_correction(drawdown: Floats, thickness: float) -> Floats:
    """
    Return the drawdown a confined aquifer of the same transmissivity would show (Jacob).

    Parameters
    ----------
    drawdown : array, shape (n,)
        As measured. [m]
    thickness : float
        Saturated thickness at rest. [m]

    Returns
    -------
    array, shape (n,)
        :math:`s - s^2 / 2H`. [m]
    """
    return np.asarray(drawdown - drawdown**2 / (2 * thickness))


def equivalent_time(since_stop: Floats, pumped_for: float) -> Floats:
    """
    Return Agarwal's equivalent time of a recovery.

    Parameters
    ----------
    since_stop : array, shape (n,)
        [s]
    pumped_for : float
        [s]

    Returns
    -------
    array, shape (n,)
        At which the drawdown under pumping equals the level recovered. [s]

    References
    ----------
    .. [1] R. G. Agarwal, SPE 9289 (1980).
    """
    return np.asarray(pumped_for * since_stop / (pumped_for + since_stop))


def derivative(time: Floats, drawdown: Floats, *, width: float = 0.4) -> tuple[Floats, Floats]:
    """
    Return the diagnostic derivative ds/d ln t (Bourdet).

    Parameters
    ----------
    time : array, shape (n,)
        Ascending, positive. [s]
    drawdown : array, shape (n,)
        [m]
    width : float
        Least distance in ln t of the neighbours used. [-]

    Returns
    -------
    time, derivative : arrays, shape (m,)
        Flat where flow is radial, falling under leakage or a recharge boundary, doubling at a
        barrier. [s], [m]
    """
    x = np.log(time)
    places, slopes = [], []
    for i in range(len(x)):
        left = np.searchsorted(x, x[i] - width, side="right") - 1
        right = np.searchsorted(x, x[i] + width, side="left")
        if left < 0 or right >= len(x):
            continue
        before, after = x[i] - x[left], x[right] - x[i]
        first = (drawdown[i] - drawdown[left]) / before
        second = (drawdown[right] - drawdown[i]) / after
        places.append(time[i])
        slopes.append((first * after + second * before) / (before + after))
    return np.array(places), np.array(slopes)
