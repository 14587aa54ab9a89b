"""
The promise first: the plant as designed is brought onto its own promise before anything is blamed.

Drawings say what was bought, not what it draws: nameplates of pumps are rounded up, maps of
machines are good to a few per cent. What has to be moved within these bounds is moved, and said.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import OptimizeResult, least_squares

from loopkeeper.lifecycle.diagnose.pump_fit import NAMEPLATE, PumpFit
from loopkeeper.measure.series import Floats
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.pump import PumpBank, PumpMode
from loopkeeper.physics.system import System, Trajectory
from loopkeeper.plant.model import PlantModel, WaterModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.years import cooling_share

MAP_DOUBT, PUMP_DOUBT, UNSEEN_DOUBT, UNTOLD_DOUBT = 0.05, 0.08, 0.15, 0.4
"""Standard deviations of logs beforehand: machines about their map; pumps about what they were
found to draw; pumps never measured; pumps far above need, and drives never seen to follow their
load, of which documents tell nothing. [-]"""
RESISTANCE_DOUBT, GROUND_DOUBT, WATER_DOUBT, GIVING_DOUBT = 0.2, 0.4, 1.0, 4.0
"""Standard deviations of the design's own source about ours: log of the borehole resistance [-],
temperature of ground and of water [K], fall of wells and water under the peak load [K]."""
EXTREME = 0.6
"""A year's coldest hour differs by so much between sound models. [K]"""
FURTHEST = 2.5
"""Nothing is moved by more than so many of its standard deviations. [-]"""
COLD_LIMITS = frozenset({-5.0, -3.0, 0.0, 2.0, 3.0, 4.0, 5.0})
WARM_LIMITS = frozenset({30.0, 32.0, 33.0, 35.0, 38.0, 40.0})
"""What is promised as a limit by habit or code says nothing of the design. [°C]"""
PLAUSIBLE = 2.0
"""An extreme further off than so many standard deviations is a limit, nothing foreseen. [-]"""
UNKNOWN_DOUBT = 0.5
"""Nothing is doubted by more than this. [-]"""
PUMP_REACH = 0.9
"""Logs of pumps may be moved so far where the promise asks for it: documents list what was bought,
and what was bought may be twice what was designed. [-]"""
PRINTED = 0.01
"""A promised COP is printed to about a hundredth. [-]"""
ABOVE_NEED = 1.2
"""Fixed pumps that move more than this share of what the design needs are far above need. [-]"""
USUAL = (0.65, 1.3)
"""Draw of sound pumps over their nameplate. [-]"""
TOLERABLE = 0.05
"""A promise missed by more than this is a finding about the promise. [-]"""
WORTH_SAYING = 0.03
PLACES = ("machines heating", "machines cooling", "source pumps", "load pumps")


@dataclass(frozen=True)
class PromiseFit:
    """
    The plant as designed, brought onto its promise.

    ``model`` simulates it; ``moved`` what each of ``PLACES`` was multiplied by and ``doubt`` the
    standard deviation of its log [-]; ``misfit`` electricity the design still needs above its
    promise, of the promise [-], NaN where nothing was promised; ``verdicts`` say what was moved
    and what is left.
    """

    model: PlantModel
    moved: tuple[float, ...]
    doubt: tuple[float, ...]
    misfit: float
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class _Energies:
    """Electricity of the four places by mode, shape (2, 4), and heat and cold delivered. [J]"""

    spent: Floats
    delivered: Floats

    @classmethod
    def of(cls, run: Trajectory) -> "_Energies":
        heating, cooling = run["heating_delivered"], run["cooling_delivered"]
        cold = cooling_share(heating, cooling)
        pumps = [run["source_pump_electricity"], run["load_pump_electricity"]]
        none = np.zeros(len(cold))
        rows = (
            (run["machine_heating_electricity"], none, *((1 - cold) * p for p in pumps)),
            (none, run["machine_cooling_electricity"], *(cold * p for p in pumps)),
        )
        spent = np.array([[column.sum() for column in row] for row in rows]) * run.step
        delivered = np.array([heating.sum(), cooling.sum()]) * run.step
        return cls(spent, delivered)


def as_needed(plant: Plant, system: System) -> tuple[System, dict[str, float]]:
    """
    Return the plant with fixed pumps of the flow its design needs.

    Parameters
    ----------
    plant : Plant
        Its promise and its source tell the need.
    system : System
        With the pumps as listed.

    Returns
    -------
    System
        Pumps within 20 % of the need are left alone.
    ratios : dict
        Listed over needed flow of the loops that were changed. [-]
    """
    promise = plant.promise
    peak = max(promise.peak_heating or 0.0, promise.peak_cooling or 0.0)
    needs = {
        "source": plant.source.design_flow or 0.0,
        "load": peak / (WATER * plant.controls.load_design_dt),
    }
    ratios: dict[str, float] = {}
    for loop, need in needs.items():
        bank = system.pumps_of(loop)
        listed = bank.count * bank.flow
        if bank.mode is PumpMode.VARIABLE or not 0 < need < listed / ABOVE_NEED:
            continue
        ratios[loop] = listed / need
        smaller = bank.as_found(flow_factor=need / listed, electricity_factor=need / listed)
        system = system.with_pumps(loop, smaller)
    return system, ratios


def fit_inlet(
    plant: Plant, model: PlantModel, run: Callable[[System], Trajectory]
) -> Callable[[PlantModel], PlantModel]:
    """
    Find what no document tells to a tenth, so that the design's water is as warm as was promised.

    Parameters
    ----------
    plant : Plant
        Promised coldest and warmest water into the machines.
    model : PlantModel
        The plant as designed.
    run : callable
        Simulates a system under its design year.

    Returns
    -------
    callable
        Gives the plant, designed or built, another borehole resistance and ground temperature, or
        water so much warmer that gives way so much more; leaves it as it is where nothing was
        promised, or limits only: the usual ones, and those further off than two sound models are.
    """
    promise = plant.promise
    asked = np.array([
        _foreseen(promise.source_inlet_min, COLD_LIMITS),
        _foreseen(promise.source_inlet_max, WARM_LIMITS),
    ])  # fmt: skip
    moves = _moves_of(plant, model)
    if not np.isfinite(asked).any():
        return _unmoved
    now = _extremes(run(model.system))
    doubts = np.array([doubt for _, doubt in moves])
    columns = [_extremes(run(move(model, doubt).system)) - now for move, doubt in moves]
    slopes = np.column_stack(columns)  # of one standard deviation each
    spread = np.sqrt(EXTREME**2 + (slopes**2).sum(axis=1))
    missed = asked - now
    known = np.isfinite(missed) & (np.abs(missed) < PLAUSIBLE * spread)
    if not known.any():
        return _unmoved
    weighed = slopes[known] / EXTREME
    normal = weighed.T @ weighed + np.eye(len(moves))
    answer = doubts * np.linalg.solve(normal, weighed.T @ (missed[known] / EXTREME))

    def moved(other: PlantModel) -> PlantModel:
        for (move, _), value in zip(moves, answer, strict=True):
            other = move(other, float(value))
        return other

    return moved


def _unmoved(model: PlantModel) -> PlantModel:
    return model


def _foreseen(stated: float | None, limits: frozenset[float]) -> float:
    """A promised extreme, unless it is one of the usual limits. [°C]"""
    return np.nan if stated is None or stated in limits else stated


Move = Callable[[PlantModel, float], PlantModel]


def _moves_of(plant: Plant, model: PlantModel) -> tuple[tuple[Move, float], ...]:
    """What of a source may be moved, and its standard deviation beforehand."""
    if isinstance(model.ground, WaterModel):
        promise = plant.promise
        peak = max(promise.peak_heating or 0.0, promise.peak_cooling or 0.0, 1.0)
        return ((_warmer_water, WATER_DOUBT), (_giving_way, GIVING_DOUBT / peak))
    return ((_other_resistance, RESISTANCE_DOUBT), (_warmer_ground, GROUND_DOUBT))


def _warmer_water(model: PlantModel, shift: float) -> PlantModel:
    offset = model.system.source_offset + shift
    return model.with_system(replace(model.system, source_offset=offset))


def _giving_way(model: PlantModel, resistance: float) -> PlantModel:
    more = max(model.system.source_resistance + resistance, 0.0)
    return model.with_system(replace(model.system, source_resistance=more))


def _other_resistance(model: PlantModel, log: float) -> PlantModel:
    ground = model.field
    return model.with_ground(ground.with_resistance(ground.resistance * float(np.exp(log))))


def _warmer_ground(model: PlantModel, shift: float) -> PlantModel:
    warmer = model.field.undisturbed_temperature + shift
    return model.with_ground(replace(model.field, undisturbed_temperature=warmer))


def _extremes(run: Trajectory) -> Floats:
    """Coldest water into the machines while heating, warmest while cooling. [°C]"""
    supply = run["source_supply"]
    ends = []
    for name, end in (("heating_delivered", np.min), ("cooling_delivered", np.max)):
        on = (run["run_share"] > 0) & (run[name] > 0)
        ends.append(float(end(supply[on])) if on.any() else np.nan)
    return np.array(ends)


def fit_promise(
    plant: Plant,
    model: PlantModel,
    run: Trajectory,
    found: dict[str, PumpFit | None],
    ratios: dict[str, float],
) -> PromiseFit:
    """
    Move the electricity of machines and pumps until the design reaches its promise.

    Parameters
    ----------
    plant : Plant
        Its promise.
    model : PlantModel
        The plant as designed, pumps as the design needs them.
    run : Trajectory
        Its design year.
    found : dict
        Pumps as measured, by loop.
    ratios : dict
        Loops whose listed pumps are far above need.

    Returns
    -------
    PromiseFit
        Most probable factors; untouched where neither COP nor electricity was promised.
    """
    energies = _Energies.of(run)
    promise = plant.promise
    stated = np.array([promise.system_cop_heating or np.nan, promise.system_cop_cooling or np.nan])
    asked = energies.delivered / stated
    told = np.isfinite(asked) & (energies.delivered > 0)
    total = promise.annual_electricity or np.nan
    prior = [
        _pump_prior(found.get(loop), model.system.pumps_of(loop), above_need=loop in ratios)
        for loop in ("source", "load")
    ]
    mean = np.array([0.0, 0.0, prior[0][0], prior[1][0]])
    doubt = np.array([MAP_DOUBT, MAP_DOUBT, prior[0][1], prior[1][1]])
    if not told.any() and not np.isfinite(total):
        return PromiseFit(model, (1.0,) * 4, tuple(doubt), float("nan"), ())

    def missed(x: Floats) -> Floats:
        modes = energies.spent @ np.exp(x)
        if told.any():
            return np.asarray(np.log(modes[told] / asked[told]))
        return np.array([np.log(modes.sum() / total)])

    answer = _most_probable(missed, mean, doubt)
    moved = tuple(float(f) for f in np.exp(answer.x))
    left = energies.spent @ np.exp(answer.x)
    wanted = float(asked[told].sum()) if told.any() else total
    misfit = float(left[told].sum() if told.any() else left.sum()) / wanted - 1.0
    precision = answer.jac.T @ answer.jac + np.diag(UNKNOWN_DOUBT**-2 * np.ones(4))
    width = np.sqrt(np.diag(np.linalg.inv(precision)))
    return PromiseFit(
        model.with_system(moved_system(model.system, moved)),
        moved, tuple(float(w) for w in width), misfit, _said(moved, misfit, ratios),
    )  # fmt: skip


def _most_probable(
    missed: Callable[[Floats], Floats], mean: Floats, doubt: Floats
) -> OptimizeResult:
    """Best of several beginnings: a pump may be quite another, machines are not."""
    pumps = np.array([False, False, True, True])
    reach = np.where(pumps, np.maximum(PUMP_REACH, FURTHEST * doubt), FURTHEST * doubt)

    def strays(x: Floats) -> Floats:
        off = (x - mean) / doubt
        return np.where(pumps, np.sign(off) * np.sqrt(np.log1p(off**2)), off)

    found = [
        least_squares(
            lambda x: np.concatenate([missed(x) / PRINTED, strays(x)]),
            mean + np.array([0.0, 0.0, source, load]), bounds=(mean - reach, mean + reach),
        )
        for source in (0.01, -0.4) for load in (0.01, -0.4)
    ]  # fmt: skip
    return min(found, key=lambda answer: answer.cost)


def moved_system(system: System, moved: tuple[float, ...]) -> System:
    """Return a system with the electricity of the four places multiplied. [-]"""
    return replace(
        system,
        machines=tuple(m.drawing(heating=moved[0], cooling=moved[1]) for m in system.machines),
        source_pumps=system.source_pumps.as_found(flow_factor=1.0, electricity_factor=moved[2]),
        load_pumps=system.load_pumps.as_found(flow_factor=1.0, electricity_factor=moved[3]),
        recharge_effort=system.recharge_effort * moved[2],
    )


def _pump_prior(fit: PumpFit | None, bank: PumpBank, *, above_need: bool) -> tuple[float, float]:
    """Log of what pumps draw over what is listed: mean and standard deviation. [-]"""
    usual = float(np.log(NAMEPLATE))
    untold = bank.mode is PumpMode.VARIABLE and (fit is None or fit.mode is not bank.mode)
    if above_need or untold:
        return usual, UNTOLD_DOUBT
    if fit is None or not USUAL[0] < fit.electricity / bank.electricity < USUAL[1]:
        return usual, UNSEEN_DOUBT
    return float(np.log(fit.electricity / bank.electricity)), PUMP_DOUBT


def _said(
    moved: tuple[float, ...], misfit: float, ratios: dict[str, float]
) -> tuple[Verdict, ...]:
    said = [
        Verdict("diagnose.promise.moved", {"place": place, "percent": 100 * (factor - 1)})
        for place, factor in zip(PLACES, moved, strict=True)
        if abs(factor - 1) > WORTH_SAYING
    ]
    said += [
        Verdict("diagnose.promise.pumps_above_need", {"loop": loop, "percent": 100 * ratio})
        for loop, ratio in ratios.items()
    ]
    if abs(misfit) > TOLERABLE:
        said.insert(0, Verdict("diagnose.promise.not_reproduced", {"percent": 100 * misfit}))
    return tuple(said)
