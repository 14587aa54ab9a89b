"""
The ground as found: conductivity, resistance, temperature and working length from the data.

Fast response speaks of the boreholes, slow response of the ground: both are in the measured fluid
temperature under the measured heat. Biases of thermometers and heat meter are fitted along with
them, and what the model cannot follow is taken as correlated noise.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.optimize import least_squares

from loopkeeper.lifecycle.diagnose.ground_parameters import (
    GROUND,
    LARGEST,
    SMALLEST,
    UNLIKE,
)
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter as Place
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.past import Past
from loopkeeper.measure.series import Floats
from loopkeeper.physics.ground import ground_temperature
from loopkeeper.physics.hole_resistance import fluid_at
from loopkeeper.physics.spacing import spaced
from loopkeeper.plant.model import GroundModel, PlantModel
from loopkeeper.units import DAY, HOUR

STEADY, SWITCHED = 0.95, 0.1
"""Hours count in which machines run so much, and no more of one starts or stops. [-]"""

Hours = NDArray[np.int64]

NOISE, MEMORY = 0.15, 4.5
"""What a day's mean strays about the model [K], and how long it does so alike [d]."""
STRUCTURE, SEASON = 0.35, 45.0
"""What no model gets right of a ground nobody has seen [K], alike over a season [d]: without it
slow errors are read as the ground itself."""
MOST_CAUSES, LOG_ODDS, NEGLIGIBLE = 2, float(np.log(0.15 / 0.85)), 0.02
"""Causes below ground at a time, log odds of one before the data, least weight of a story [-]."""
RECORDED_ODDS = -LOG_ODDS
"""Log odds of a cause that is on record: found at hand-over already (A). [-]"""
CAPACITIES = (1.0, 0.3, 0.05)
"""
Heat capacity of what stands in a hole over that of its concentric equivalent [-]: how soon a hole
answers hangs on where its pipes lie, on stirring water and on voids, and models of other hands
have it answer at once. A hole that is quicker than its model looks like a by-pass, which is
quicker still, so that the one the data bear out is taken (A).
"""
STEP = 0.02
"""Step of a forward difference. As GroundParameter."""
FULL_DAY = 6
"""Days with fewer usable hours are not counted. [h]"""
ENOUGH_DAYS = 20
"""Fewer days say nothing about the ground. [d]"""


@dataclass(frozen=True)
class GroundPrior:
    """
    Expected parameters and their standard deviations, one a parameter, as GroundParameter.

    ``recorded`` are those that a record says are not as drawn.
    """

    mean: Floats
    deviation: Floats
    recorded: frozenset[int] = frozenset()

    def log_odds(self, causes: Collection[int]) -> float:
        """Return the log odds of causes before the data. [-]"""
        return sum(RECORDED_ODDS if one in self.recorded else LOG_ODDS for one in causes)


@dataclass(frozen=True)
class GroundFit:
    """
    Posterior of the parameters: ``mean`` shape (9,), ``covariance`` shape (9, 9).

    ``misfit`` is the standard deviation of what remains [K], ``hours`` the hours used. ``stories``
    are the posteriors of few causes at a time, the most probable first: ``mean`` and
    ``covariance`` are its.
    """

    mean: Floats
    covariance: Floats
    misfit: float
    hours: int
    stories: tuple["GroundHypothesis", ...]

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Return draws of the six causes from all stories, shape (count, 6)."""
        part = slice(0, GROUND)
        weights = np.array([story.weight for story in self.stories])
        chosen = rng.choice(len(self.stories), size=count, p=weights)
        noise = rng.standard_normal((count, GROUND))
        roots = [
            np.linalg.cholesky(story.covariance[part, part] + np.diag((story.doubt * UNLIKE) ** 2))
            for story in self.stories
        ]
        drawn = [
            self.stories[n].mean[part] + roots[n] @ z for n, z in zip(chosen, noise, strict=True)
        ]
        return np.asarray(np.clip(drawn, SMALLEST[part], LARGEST[part]))


@dataclass(frozen=True)
class GroundHypothesis:
    """
    One way the ground may differ: few of its parameters at all, the others as in a sound plant.

    ``weight`` its probability beside the other stories [-]; ``doubt`` 1 for what differs, 0 else.
    """

    mean: Floats
    covariance: Floats
    weight: float
    doubt: Floats


def applied(ground: GroundModel, values: Floats) -> GroundModel:
    """
    Return a ground with the five parameters of the field applied.

    Parameters
    ----------
    ground : GroundModel
        The ground as designed.
    values : array, shape (5,) or longer
        Parameters in the order of GroundParameter. [-], [K]

    Returns
    -------
    GroundModel
        The changed ground.
    """
    moved = replace(
        ground,
        field=spaced(ground.field, float(np.exp(values[Place.SPACING]))),
        conductivity=ground.conductivity * float(np.exp(values[Place.CONDUCTIVITY])),
        undisturbed_temperature=ground.undisturbed_temperature + float(values[Place.TEMPERATURE]),
        length_factor=ground.length_factor * float(np.exp(values[Place.LENGTH])),
    )
    return moved.with_resistance(ground.resistance * float(np.exp(values[Place.RESISTANCE])))


@dataclass(frozen=True)
class _Evidence:
    """
    What the fit reads.

    Heat drawn before and in the period [W], what a kelvin of the pair carries [W K-1], usable
    hours, and their measured fluid mean [°C] and flow [m3 s-1].
    """

    past: Floats
    heat: Floats
    carried: Floats
    hours: Hours
    fluid: Floats
    flow: Floats


def fit_ground(
    model: PlantModel, operation: Operation, past: Past, prior: GroundPrior
) -> GroundFit | None:
    """
    Fit the ground parameters to a period.

    Parameters
    ----------
    model : PlantModel
        The plant as designed.
    operation : Operation
        Measured hours.
    past : Past
        Loads before the period.
    prior : GroundPrior
        What survey and ledger say.

    Returns
    -------
    GroundFit or None
        Posterior (Gauss–Newton with Laplace's approximation); None when fewer than 20 days
        of source temperatures under steady operation exist.
    """
    evidence = _evidence(model, operation, past)
    days, hours = np.unique(evidence.hours // 24, return_counts=True)
    if len(days[hours >= FULL_DAY]) < ENOUGH_DAYS:
        return None
    whole, days = _daily(evidence.fluid[:, None], evidence.hours)
    likelihood = _quickest(model, _Likelihood(model, evidence, whole, _whitening(days)), prior)
    stories = _stories(likelihood, prior)
    best = stories[0]
    misfit = float(np.std(whole - likelihood.daily(best.mean)))
    inflation = max(1.0, misfit / float(np.hypot(NOISE, STRUCTURE))) ** 2
    return GroundFit(
        best.mean,
        best.covariance * inflation,
        misfit,
        len(evidence.hours),
        tuple(replace(s, covariance=s.covariance * inflation) for s in stories),
    )


@dataclass(frozen=True)
class _Likelihood:
    """Whitened daily residuals and their slopes."""

    model: PlantModel
    evidence: _Evidence
    whole: Floats
    white: Callable[[Floats], Floats]

    def daily(self, theta: Floats) -> Floats:
        predicted = _predict(self.model, self.evidence, theta)[:, None]
        return _daily(predicted, self.evidence.hours)[0]

    def apart(self, theta: Floats) -> Floats:
        return self.white((self.whole - self.daily(theta))[:, 0])

    def slopes(self, theta: Floats) -> Floats:
        daily = _daily(_jacobian(self.model, self.evidence, theta), self.evidence.hours)[0]
        return -self.white(daily)


def _quickest(model: PlantModel, told: _Likelihood, prior: GroundPrior) -> _Likelihood:
    """The capacity of the holes that the data bear out best, whatever differs below ground."""
    ways = [replace(told, model=_with_capacity(model, share)) for share in CAPACITIES]
    return max(ways, key=lambda one: _story(one, prior, prior.mean)[2])


def _with_capacity(model: PlantModel, share: float) -> PlantModel:
    ground = model.field
    return model.with_ground(replace(ground, borehole=ground.borehole.with_capacity(share)))


def _stories(likelihood: _Likelihood, prior: GroundPrior) -> tuple[GroundHypothesis, ...]:
    """Few causes at a time, weighed by Laplace's evidence: faults are sparse, ridges are not."""
    told = []
    start = prior.mean
    for size in range(MOST_CAUSES + 1):
        for causes in combinations(range(GROUND), size):
            mean, covariance, log = _story(likelihood, _only(prior, causes), start)
            told.append((log + prior.log_odds(causes), mean, covariance, causes))
    top = max(log for log, *_ in told)
    weights = np.array([np.exp(log - top) for log, *_ in told])
    weights = np.where(weights > NEGLIGIBLE, weights, 0.0) / weights[weights > NEGLIGIBLE].sum()
    stories = [
        GroundHypothesis(
            mean, covariance, float(w), np.isin(np.arange(GROUND), causes).astype(np.float64)
        )
        for w, (_, mean, covariance, causes) in zip(weights, told, strict=True)
        if w > 0
    ]
    return tuple(sorted(stories, key=lambda story: -story.weight))


def _only(prior: GroundPrior, causes: tuple[int, ...]) -> GroundPrior:
    """The prior of a plant in which only some parameters of the ground are a cause."""
    deviation = prior.deviation.copy()
    for k in range(GROUND):
        if k not in causes:
            deviation[k] = min(deviation[k], UNLIKE[k])
    return replace(prior, deviation=deviation)


def _story(
    likelihood: _Likelihood, prior: GroundPrior, start: Floats
) -> tuple[Floats, Floats, float]:
    """Mean, covariance and log evidence under one prior (Gauss–Newton, Laplace)."""

    def apart(theta: Floats) -> Floats:
        strays = (prior.mean - theta) / prior.deviation
        return np.concatenate([likelihood.apart(theta), strays])

    def slopes(theta: Floats) -> Floats:
        return np.vstack([likelihood.slopes(theta), -np.diag(1.0 / prior.deviation)])

    answer = least_squares(
        apart,
        np.clip(start, SMALLEST + 1e-3, LARGEST - 1e-3),
        jac=slopes,
        bounds=(SMALLEST, LARGEST),
        x_scale=prior.deviation,
        xtol=1e-3,
        ftol=1e-3,
        max_nfev=8,
    )
    covariance = np.asarray(np.linalg.inv(answer.jac.T @ answer.jac), dtype=np.float64)
    log = -float(answer.cost) + 0.5 * float(np.linalg.slogdet(covariance)[1])
    return answer.x, covariance, log - float(np.log(prior.deviation).sum())


def _evidence(model: PlantModel, operation: Operation, past: Past) -> _Evidence:
    """Collect the heat history and the hours whose fluid temperature can be trusted."""
    system = model.system
    electricity = np.nan_to_num(operation.machine_electricity)
    delivered = operation.heating - operation.cooling
    by_load = np.where(delivered != 0.0, delivered - electricity, 0.0)
    source = np.where(np.isfinite(operation.source_heat), operation.source_heat, by_load)
    heat = source - operation.recharge
    drawn, rejected = _exchange_ratios(operation, source)
    before = past.heating * drawn - past.cooling * rejected - past.recharge
    through = np.where(
        np.isfinite(operation.field_flow),
        operation.field_flow,
        operation.source_flow * (1.0 - system.bypass),
    )
    capacity = system.source_heat_capacity
    with np.errstate(divide="ignore", invalid="ignore"):
        inlet = operation.source_return + operation.recharge / (capacity * operation.source_flow)
        fluid = inlet + 0.5 * heat / (capacity * through)
    usable = (
        (operation.run_share > STEADY)
        & np.isfinite(fluid)
        & (through > 0.05 * system.source_pumps.flow)
        & operation.good
        & (np.abs(operation.machines_running - np.round(operation.machines_running)) < SWITCHED)
        & (np.abs(operation.recharge) < 0.02 * np.abs(heat))  # mixing tells little of the ground
    )
    hours = np.flatnonzero(usable)
    carried = capacity * np.nan_to_num(operation.source_flow)
    return _Evidence(before, heat, carried, hours, fluid[hours], through[hours])


def _exchange_ratios(operation: Operation, source: Floats) -> tuple[float, float]:
    """Heat drawn per heat delivered, and rejected per cold, in the period itself. [-]"""
    ratios = []
    for load, sign, usual in ((operation.heating, 1.0, 0.78), (operation.cooling, -1.0, 1.18)):
        only = (load > 0) & ((operation.heating > 0) != (operation.cooling > 0))
        total = float(load[only].sum())
        ratio = sign * float(source[only].sum()) / total if total > 0 else usual
        ratios.append(ratio if 0.6 * usual < ratio < 1.4 * usual else usual)
    return ratios[0], ratios[1]


def _predict(model: PlantModel, evidence: _Evidence, theta: Floats) -> Floats:
    """Fluid temperature at the usable hours for one set of parameters. [°C]"""
    ground = replace(model, ground=applied(model.field, theta)).field_source
    gain, missing = float(np.exp(theta[Place.GAIN])), float(theta[Place.BYPASS])
    per_metre = gain / ground.total_length
    past = (evidence.past + float(theta[Place.PAIR]) * float(evidence.carried.mean())) * per_metre
    _, state = ground_temperature(ground, past, DAY)
    heat = (evidence.heat + float(theta[Place.PAIR]) * evidence.carried) * per_metre
    mean, _ = ground_temperature(ground, heat, HOUR, state)
    now, through = heat[evidence.hours], (1.0 - missing) * evidence.flow
    fluid = fluid_at(ground.by_flow, through, mean[evidence.hours], now)
    # what misses the field leaves it with less water: its mean lies further off the machines'
    spread = evidence.heat[evidence.hours] / evidence.carried[evidence.hours]
    return fluid - 0.5 * missing / (1.0 - missing) * spread + float(theta[Place.BIAS])


def _jacobian(model: PlantModel, evidence: _Evidence, theta: Floats) -> Floats:
    """Slopes of the prediction by forward differences, into the allowed, shape (n, 9)."""
    here = _predict(model, evidence, theta)
    columns = []
    for k in Place:
        if k is Place.BIAS:  # it adds to the prediction as it is
            columns.append(np.ones(len(here)))
            continue
        step = np.zeros(len(theta))
        step[k] = STEP if theta[k] + STEP <= LARGEST[k] else -STEP
        columns.append((_predict(model, evidence, theta + step) - here) / step[k])
    return np.column_stack(columns)


def _daily(rows: Floats, hours: Hours) -> tuple[Floats, Hours]:
    """Means over the usable hours of each full day: what happens within one is not the ground."""
    days, index = np.unique(hours // 24, return_inverse=True)
    count = np.bincount(index)
    means = [np.bincount(index, rows[:, k]) / count for k in range(rows.shape[1])]
    full = count >= FULL_DAY
    return np.stack(means, axis=1)[full], days[full]


def _whitening(days: Hours) -> Callable[[Floats], Floats]:
    """Make daily rows independent under what is alike over days and over a season."""
    apart = np.abs(days[:, None] - days[None, :])
    shared = NOISE**2 * np.exp(-apart / MEMORY) + STRUCTURE**2 * np.exp(-apart / SEASON)
    root = np.linalg.cholesky(shared)
    return lambda rows: np.asarray(solve_triangular(root, rows, lower=True))
