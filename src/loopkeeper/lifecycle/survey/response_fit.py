"""Full fit of a thermal response test with the product's own short- and long-term response."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.optimize import OptimizeResult, least_squares
from scipy.signal import fftconvolve

from loopkeeper.lifecycle.survey.line_source import SETTLED, Hole, LineSource, after_outage
from loopkeeper.lifecycle.survey.test_record import Bools, TestRecord
from loopkeeper.measure.series import Floats
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.borehole import RadialBorehole
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse, fluid_step_response
from loopkeeper.units import HOUR

STEPS = 2500
"""The test is laid on at most this many steps. [-]"""
BURIED = 1.0
"""Depth of the hole's head where nobody wrote it down. [m]"""
FOURIER = 1.0
"""Evaluation begins at this r_b²/α: before it pipes and grout, seldom known, decide. [-]"""
CORE_SHARE = 0.55
"""Radius where the grout begins, as a share of the hole's; legs of a U in a usual hole. [-]"""
WATER_SHARE = 0.10
"""Share of the hole's cross-section that is water. [-]"""
ROUNDS = 3
"""Noise and its memory are estimated from the residuals and the fit repeated. [-]"""
BOUNDS = (
    [np.log(0.3), np.log(0.001), -1.5, -0.5, -2.0],
    [np.log(12.0), np.log(0.6), 1.5, 0.5, 2.0],
)
DOUBTS = {
    "capacity": 0.10, "temperature": 0.10, "interior": 0.40, "length": 0.01, "power": 0.02,
}  # fmt: skip
"""
Standard deviations beforehand: ground heat capacity and interior capacity relative [-],
undisturbed temperature [K], active length and power relative [-].
"""


@dataclass(frozen=True)
class ResponseFit:
    """
    What the full model makes of a test.

    Conductivity [W m-1 K-1], resistance [m K W-1], undisturbed temperature [°C], ground heat
    capacity [J m-3 K-1]; ``rmse`` of the mean water temperature [K]; ``time`` [s], ``measured``
    and ``modelled`` temperature [°C], shape (n,).
    """

    conductivity: Estimate
    resistance: Estimate
    undisturbed_temperature: Estimate
    heat_capacity: Estimate
    rmse: float
    time: Floats
    measured: Floats
    modelled: Floats


@dataclass(frozen=True)
class _Grid:
    """The test on even steps: means of temperature (NaN where unsettled) and power per metre."""

    step: float
    time: Floats
    temperature: Floats
    rate: Floats


def response_fit(record: TestRecord, hole: Hole, first_guess: LineSource) -> ResponseFit:
    """
    Fit conductivity, resistance, undisturbed temperature and heat capacity to a whole test.

    Parameters
    ----------
    record : TestRecord
        The test, heating and recovery, with every change and failure of the power.
    hole : Hole
        Where it was made; heat capacity and temperature are starting values with a doubt.
    first_guess : LineSource
        Where the search begins.

    Returns
    -------
    ResponseFit
        Estimates with 90 % intervals: of the fit, with the correlation of its residuals, of what
        was assumed beforehand, and of length (1 %) and power (2 %).

    Notes
    -----
    Residuals are taken as first-order autoregressive, so that slow errors (weather, heat loss)
    widen the interval instead of bending the answer. The step response is that of
    ``physics.ground.fluid_step_response``, superposed in time by convolution. Where the log begins
    late, the power before is taken as the first hour's.
    """
    grid = _on_grid(record, hole)
    field = FieldResponse.of(
        FieldGeometry(np.zeros(1), np.zeros(1), hole.length, BURIED, hole.radius)
    )
    begin = hole.radius**2 * hole.heat_capacity / first_guess.conductivity.value
    used = np.isfinite(grid.temperature) & (grid.time > FOURIER * begin)
    used &= ~after_outage(record, grid.time, SETTLED * begin)
    trial = _Trial(grid, hole, field, used)
    start = np.array(
        [
            np.log(first_guess.conductivity.value),
            np.log(max(first_guess.resistance.value, 0.005)),
            0.0, 0.0, 0.0,
        ]
    )  # fmt: skip
    x, noise = np.clip(start, *BOUNDS), _Noise(0.05, 0.9)
    for _ in range(ROUNDS - 1):
        x = _search(x, trial, noise).x
        noise = _Noise.of(trial.apart(x))
    answer = _search(x, trial, noise)
    x, apart = answer.x, trial.apart(answer.x)
    best = trial.temperature(x)
    rmse = float(np.sqrt(np.mean(apart**2)))
    sigma = np.sqrt(np.diag(np.linalg.pinv(answer.jac.T @ answer.jac)))
    common = float(np.hypot(DOUBTS["length"], DOUBTS["power"]))
    values = np.exp(x[:2])
    return ResponseFit(
        Estimate.normal(float(values[0]), float(values[0] * np.hypot(sigma[0], common))),
        Estimate.normal(float(values[1]), float(values[1] * np.hypot(sigma[1], common))),
        Estimate.normal(hole.undisturbed_temperature + float(x[2]), float(sigma[2])),
        _relative(hole.heat_capacity * float(np.exp(x[3])), float(sigma[3])),
        rmse,
        grid.time,
        grid.temperature,
        best,
    )


def _relative(value: float, sigma: float) -> Estimate:
    return Estimate.normal(value, value * sigma)


@dataclass(frozen=True)
class _Noise:
    """Size of a residual [K] and its correlation with the one before [-]."""

    size: float
    memory: float

    @classmethod
    def of(cls, apart: Floats) -> "_Noise":
        scale = float(np.sum(apart[:-1] ** 2))
        memory = float(np.sum(apart[1:] * apart[:-1])) / scale if scale > 0 else 0.0
        return cls(max(float(apart.std()), 0.005), float(np.clip(memory, 0.0, 0.999)))


@dataclass(frozen=True)
class _Trial:
    """A test, its hole, and which steps count."""

    grid: _Grid
    hole: Hole
    field: FieldResponse
    used: Bools

    def temperature(self, x: Floats) -> Floats:
        """Modelled mean water temperature of every step. [°C]"""
        return _modelled(x, self.grid, self.hole, self.field)

    def apart(self, x: Floats) -> Floats:
        """Modelled less measured, where it counts. [K]"""
        return np.asarray((self.temperature(x) - self.grid.temperature)[self.used])


def _search(x: Floats, trial: _Trial, noise: _Noise) -> OptimizeResult:
    """Least squares of what is new in each residual and of what strays from the prior."""
    doubts = np.array([DOUBTS["temperature"], DOUBTS["capacity"], DOUBTS["interior"]])

    def misfit(x: Floats) -> Floats:
        apart = trial.apart(x) / noise.size
        fresh = (apart[1:] - noise.memory * apart[:-1]) / np.sqrt(1 - noise.memory**2)
        return np.concatenate([apart[:1], fresh, x[2:] / doubts])

    return least_squares(misfit, x, bounds=BOUNDS, x_scale=[0.1, 0.1, 0.1, 0.1, 0.3])


def _on_grid(record: TestRecord, hole: Hole) -> _Grid:
    usual = float(np.median(np.diff(record.time)))
    step = max(60.0, usual, float(record.time[-1]) / STEPS)
    count = int(np.ceil(record.time[-1] / step))
    place = np.clip((record.time / step).astype(int), 0, count - 1)
    good = record.settled & np.isfinite(record.temperature)
    seen = np.bincount(place, minlength=count).astype(np.int64)
    rate = _mean(np.bincount(place, record.power, minlength=count), seen)
    known = np.flatnonzero(np.isfinite(rate))
    early = record.power[record.time <= record.time[0] + HOUR].mean()
    rate = np.interp(np.arange(count), known, rate[known])
    rate[: int(known[0])] = early
    kept = np.bincount(place[good], minlength=count).astype(np.int64)
    warm = np.bincount(place[good], record.temperature[good], minlength=count)
    time = np.asarray(step * (np.arange(count) + 0.5), dtype=np.float64)
    return _Grid(step, time, _mean(warm, kept), rate / hole.length)


def _mean(total: NDArray[np.generic], count: NDArray[np.int64]) -> Floats:
    return np.asarray(
        np.divide(
            total.astype(np.float64), count, out=np.full(len(total), np.nan), where=count > 0
        )
    )


def _interior(hole: Hole, resistance: float, factor: float) -> RadialBorehole:
    """A usual hole: some of it water, the rest grout, with the resistance asked for."""
    water = WATER * np.pi * hole.radius**2 * WATER_SHARE * factor
    return RadialBorehole(
        resistance, 0.25 * resistance, float(water), CORE_SHARE * hole.radius, hole.radius
    )


def _modelled(x: Floats, grid: _Grid, hole: Hole, field: FieldResponse) -> Floats:
    """Mean water temperature of every step. [°C]"""
    conductivity, resistance = np.exp(x[:2])
    axis = np.geomspace(grid.step / 4, grid.time[-1] + grid.step, 50)
    response = fluid_step_response(
        field,
        _interior(hole, float(resistance), float(np.exp(x[4]))),
        conductivity=float(conductivity),
        heat_capacity=hole.heat_capacity * float(np.exp(x[3])),
        time=axis,
    )
    ends = grid.step * np.arange(1, len(grid.time) + 1)
    at_ends = PchipInterpolator(np.log(axis), response)(np.log(ends))
    within = 0.5 * (at_ends + np.concatenate([[0.0], at_ends[:-1]]))
    change = np.diff(grid.rate, prepend=0.0)
    rise = fftconvolve(change, within)[: len(change)]
    return np.asarray(hole.undisturbed_temperature + x[2] + rise)
