"""Full fit of a thermal response test with the product's own short- and long-term response."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, least_squares

from loopkeeper.errors import InsufficientDataError, UnphysicalError
from loopkeeper.lifecycle.survey.before_heating import DOUBT, Undisturbed
from loopkeeper.lifecycle.survey.flow_steps import FlowStep
from loopkeeper.lifecycle.survey.line_source import PLAUSIBLE, TestHole
from loopkeeper.lifecycle.survey.response_model import DOUBTS, NOMINAL, ResponseModel
from loopkeeper.lifecycle.survey.test_record import TestRecord
from loopkeeper.measure.series import Floats
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.units import HOUR

ROUNDS = 3
"""Noise, its memory and the hole's own resistance are estimated and the fit repeated. [-]"""
INSIDE = (0.02, 0.16)
"""Resistance of grout and pipes; more of it is heat passed between the legs. [m K W-1]"""
LEAST_NOISE, LEAST_MEMORY, LONGEST_MEMORY = 0.005, 6 * HOUR, 0.97
"""No model is truer than this [K] over such times [s]; largest correlation believed [-]."""
WITHHELD = 0.6
"""Undisturbed temperatures less sure than this (standard deviation) carry no resistance. [K]"""
MISFIT = 0.05
"""A misfit above this share of the rise describes another test. [-]"""
HELD = 1e-3
"""Heat capacity is held at what was assumed: a test cannot tell it from the resistance, and what
it seems to tell is the hole's inside. Its doubt is carried to the others. [-]"""
STRAINED = 2.5
"""An assumption drawn further than this many of its own standard deviations is doubted. [-]"""


@dataclass(frozen=True, kw_only=True)
class ResponseFit:
    """
    What the full model makes of a test.

    Conductivity [W m-1 K-1]; ``resistances`` of each stretch of one flow [m K W-1], empty where
    the undisturbed temperature is not known; that temperature, None then [°C]; ground heat
    capacity [J m-3 K-1]; ``strained`` names what was drawn far from what was assumed of it;
    ``rmse`` of the mean water temperature [K]; ``time`` [s], ``measured`` and ``modelled``
    temperature [°C], shape (n,).
    """

    conductivity: Estimate
    resistances: tuple[Estimate, ...]
    undisturbed: Undisturbed | None
    heat_capacity: Estimate
    strained: tuple[str, ...]
    rmse: float
    time: Floats
    measured: Floats
    modelled: Floats

    @property
    def resistance(self) -> Estimate | None:
        """The one resistance; None where there are several or none. [m K W-1]"""
        return self.resistances[0] if len(self.resistances) == 1 else None

    @property
    def undisturbed_temperature(self) -> Estimate | None:
        """With its 90 % interval; None where it is not known. [°C]"""
        return None if self.undisturbed is None else self.undisturbed.estimate


def response_fit(record: TestRecord, hole: TestHole, steps: tuple[FlowStep, ...]) -> ResponseFit:
    """
    Fit conductivity, resistance, undisturbed temperature and heat capacity to a whole test.

    Parameters
    ----------
    record : TestRecord
        The test, heating and recovery, with every change and failure of the power.
    hole : TestHole
        Where it was made; heat capacity and temperature are assumed with a doubt.
    steps : tuple of FlowStep
        Stretches of one flow; each gets a resistance of its own.

    Returns
    -------
    ResponseFit
        Estimates with 90 % intervals: of the fit, with the memory of its residuals, of what was
        assumed beforehand, and of length (0.5 %) and power (1.15 %, or half of what flow times
        spread differs from it).

    Raises
    ------
    InsufficientDataError
        When too little is left to fit, or the model describes the test by less than 5 % of its
        rise.
    UnphysicalError
        When the search ends at a bound.

    Notes
    -----
    The step response is that of ``physics.ground.fluid_step_response``, superposed in time.
    Residuals are means of blocks; as they remember each other, slow errors (weather, heat loss)
    count as the few independent readings they are worth and widen the interval. What pipes and
    grout keep of the heat beyond a usual hole, and an instant of switching between two readings,
    delay the rise alike: both are one term q·exp(−r²/4αt)/(4πkt) with a doubt of its own.
    """
    model = ResponseModel.of(record, hole, steps)
    x, noise, resistance = model.start(), 0.1, NOMINAL
    for _ in range(ROUNDS):
        answer = _search(x, model, noise, resistance)
        x = answer.x
        noise = _noise(model.apart(x, resistance), model.block, len(x) - 1)
        if hole.undisturbed is not None:
            resistance = float(np.clip(np.mean(x[4:]), *INSIDE))
    return _result(model, _search(x, model, noise, resistance), resistance)


def _result(model: ResponseModel, answer: OptimizeResult, resistance: float) -> ResponseFit:
    x, hole, record = answer.x, model.hole, model.record
    conductivity = float(np.exp(x[0]))
    if not 1.01 * PLAUSIBLE[0] < conductivity < 0.99 * PLAUSIBLE[1]:
        raise UnphysicalError("the full fit ends at its bound of conductivity")
    modelled = model.temperature(x, resistance, record.time)
    rmse = float(np.sqrt(np.mean((modelled - record.temperature)[model.used] ** 2)))
    rise = float(np.ptp(record.temperature[model.used]))
    if rmse > MISFIT * rise:
        raise InsufficientDataError(
            "the full fit does not describe the test",
            [f"it misses by {rmse:.2f} K of a rise of {rise:.1f} K; {MISFIT:.0%} are allowed"],
        )
    sigma = _deviations(answer.jac)
    power = max(DOUBTS["power"], 0.5 * abs(record.imbalance or 0.0), record.power_doubt)
    common = float(np.hypot(DOUBTS["length"], power))
    doubt = conductivity * float(np.hypot(sigma[0], common))
    undisturbed = _undisturbed(hole, float(x[3]), float(sigma[3]))
    ends = DOUBT["recovery"] * hole.length / record.steady_power if not hole.undisturbed else 0.0
    own = (x[4:] + 1 / (4 * np.pi * conductivity)) * common  # 1/k moves with power and length too
    width = np.sqrt(sigma[4:] ** 2 + own**2 + (x[4:] * DOUBTS["hole"]) ** 2 + ends**2)
    resistances = tuple(_positive(float(r), float(w)) for r, w in zip(x[4:], width, strict=True))
    return ResponseFit(
        conductivity=Estimate.normal(conductivity, doubt),
        resistances=resistances if undisturbed is not None else (),
        undisturbed=undisturbed,
        heat_capacity=_log_normal(hole.heat_capacity, DOUBTS["capacity"]),
        strained=_strained(x, model),
        rmse=rmse,
        time=record.time,
        measured=record.temperature,
        modelled=modelled,
    )


def _positive(value: float, sigma: float) -> Estimate:
    """A resistance: its interval ends at zero."""
    found = Estimate.normal(value, sigma)
    return Estimate(value, max(found.low, min(value, 0.0)), found.high)


def _undisturbed(hole: TestHole, off: float, sigma: float) -> Undisturbed | None:
    """As assumed and drawn by the test; from the recovery alone where that is enough."""
    if sigma > WITHHELD:
        return None
    if hole.undisturbed is None:
        return Undisturbed(off, float(np.hypot(sigma, DOUBT["recovery"])), "recovery")
    return Undisturbed(hole.reference + off, sigma, hole.undisturbed.origin)


def _deviations(jacobian: Floats) -> Floats:
    """Standard deviations, with the heat capacity's doubt in place of its being held."""
    known = jacobian.T @ jacobian
    known[1, 1] += DOUBTS["capacity"] ** -2 - HELD**-2
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(known))))


def _log_normal(middle: float, sigma: float) -> Estimate:
    return Estimate(*(middle * float(np.exp(d * sigma)) for d in (0.0, -1.645, 1.645)))


def _strained(x: Floats, model: ResponseModel) -> tuple[str, ...]:
    """What the test drew away from what was assumed of it."""
    drawn = zip(("interior", "undisturbed_temperature"), x[2:4] / model.doubts[1:], strict=True)
    return tuple(name for name, far in drawn if abs(far) > STRAINED)


def _noise(apart: Floats, block: float, count: int) -> float:
    """
    Standard deviation one block counts with, were all independent. [K]

    Residuals that remember the one before are worth fewer: variance grows by (1 + φ)/(1 − φ), and
    once more by what the fit itself took away of so few; what no model gets right is added alike.
    """
    own = float(np.mean(apart**2))
    memory = float(np.mean(apart[1:] * apart[:-1])) / own if own > 0 else 0.0
    memory = float(np.clip(memory, 0.0, LONGEST_MEMORY))
    worth = (1 + memory) / (1 - memory)
    few = max(len(apart) / worth, count + 1.0)
    lasting = float(np.exp(-block / LEAST_MEMORY))
    least = LEAST_NOISE**2 * (1 + lasting) / (1 - lasting)
    return float(np.sqrt(own * worth * few / (few - count + 0.5) + least))


def _search(x: Floats, model: ResponseModel, noise: float, resistance: float) -> OptimizeResult:
    """Least squares of blocks and of what strays from the prior."""

    def misfit(x: Floats) -> Floats:
        return np.concatenate([model.apart(x, resistance) / noise, x[1:4] / doubts])

    def slopes(x: Floats) -> Floats:
        columns = [c / noise for c in model.slopes(x, resistance)]
        prior = np.zeros((3, len(x)))
        prior[np.arange(3), np.arange(1, 4)] = 1.0 / doubts
        return np.vstack([np.column_stack(columns), prior])

    doubts = np.array([HELD, *model.doubts[1:]])
    many = len(x) - 3
    low = [np.log(PLAUSIBLE[0]), -1.0, -5.0, *[-np.inf] * many]
    high = [np.log(PLAUSIBLE[1]), 1.0, 5.0, *[np.inf] * many]
    scale = [0.1, 0.1, 0.3, 1.0, *[0.05] * (many - 1)]
    return least_squares(misfit, x, jac=slopes, bounds=(low, high), x_scale=scale, xtol=1e-6)
