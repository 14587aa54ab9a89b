"""
The promise first: the plant as designed is brought onto its own promise before anything is blamed.

Drawings say what was bought, not what it draws: nameplates of pumps are rounded up, maps of
machines are good to a few per cent. What has to be moved within these bounds is moved, and said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.optimize import OptimizeResult, least_squares

from loopkeeper.lifecycle.diagnose.drive_fit import NAMEPLATE
from loopkeeper.lifecycle.diagnose.pump_fit import PumpFit
from loopkeeper.measure.series import Floats
from loopkeeper.physics.pump import PumpBank, PumpMode
from loopkeeper.physics.system import System, Trajectory
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.years import cooling_share

MAP_DOUBT, APART_DOUBT, PUMP_DOUBT, UNSEEN_DOUBT, UNTOLD_DOUBT = 0.05, 0.03, 0.08, 0.15, 0.4
"""Standard deviations of logs beforehand: machines about their map, and heating and cooling about
each other; pumps about what they were found to draw; pumps never measured; pumps far above need,
and drives never seen to follow their load, of which documents tell nothing. [-]"""
FURTHEST = 2.5
"""Pumps as found are moved by no more than so many of their standard deviations. [-]"""
OTHER_TYPE, PER_KELVIN = 0.05, 0.01
"""Machines further below their maps in the promise are not those of the promise; slopes of maps
are good to a hundredth a kelvin. Logs. [-], [K-1]"""
UNKNOWN_DOUBT = 0.5
"""Nothing is doubted by more than this. [-]"""
PUMP_REACH, MACHINE_REACH = 0.9, 0.35
"""Logs of pumps that were not found as listed, and of machines, may be moved so far where the
promise asks for it: documents list what was bought, and what was bought may be twice what was
designed, or of another type. [-]"""
PRINTED = 0.01
"""A promised COP is printed to about a hundredth. [-]"""
USUAL = (0.65, 1.3)
"""Draw of sound pumps over their nameplate. [-]"""
MOVED = 1.12
"""Pumps that move more of their listed flow than this are not those of the design. [-]"""
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
    moved: tuple[float, float, float, float]
    doubt: tuple[float, ...]
    misfit: float
    verdicts: tuple[Verdict, ...]

    def other_type(self, found: float, apart: float) -> tuple[float, float] | None:
        """
        Return promised over listed electricity of machines that are not those of the promise. [-]

        None where they were moved little, or ``found`` (log of what they draw over their maps [-])
        to be as promised, not as listed. Water that came ``apart`` from the design's [K] says less
        of them.
        """
        common = float(np.mean(np.log(self.moved[:2])))
        as_listed = abs(found) < abs(found - common)
        least = OTHER_TYPE + PER_KELVIN * apart
        return self.moved[:2] if common < -least and as_listed else None


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
    beliefs = [
        _pump_belief(found.get(loop), model.system.pumps_of(loop), above_need=loop in ratios)
        for loop in ("source", "load")
    ]
    if not told.any() and not np.isfinite(total):
        doubt = (MAP_DOUBT, MAP_DOUBT, *(one.doubt for one in beliefs))
        return PromiseFit(model, (1.0,) * 4, doubt, float("nan"), ())

    def missed(x: Floats) -> Floats:
        modes = energies.spent @ np.exp(x)
        if told.any():
            return np.asarray(np.log(modes[told] / asked[told]))
        return np.array([np.log(modes.sum() / total)])

    answer = _most_probable(missed, beliefs)
    first, second, source, load = (float(f) for f in np.exp(answer.x))
    moved = (first, second, source, load)
    left = energies.spent @ np.exp(answer.x)
    wanted = float(asked[told].sum()) if told.any() else total
    misfit = float(left[told].sum() if told.any() else left.sum()) / wanted - 1.0
    precision = answer.jac.T @ answer.jac + np.eye(4) / UNKNOWN_DOUBT**2
    width = np.sqrt(np.diag(np.linalg.inv(precision)))
    return PromiseFit(
        model.with_system(moved_system(model.system, moved)),
        moved,
        tuple(float(w) for w in width),
        misfit,
        _said(moved, misfit, ratios),
    )


@dataclass(frozen=True)
class _Belief:
    """Log of what pumps draw over what is listed [-]; ``found`` as listed, or open to surprise."""

    mean: float
    doubt: float
    found: bool = False

    def strays(self, log: float) -> float:
        off = (log - self.mean) / self.doubt
        return off if self.found else float(np.sign(off) * np.sqrt(np.log1p(off**2)))

    @property
    def reach(self) -> float:
        return FURTHEST * self.doubt if self.found else max(PUMP_REACH, FURTHEST * self.doubt)


def _most_probable(
    missed: Callable[[Floats], Floats], beliefs: Sequence[_Belief]
) -> OptimizeResult:
    """Best of several beginnings: pumps and machines may be quite others than those listed."""
    mean = np.array([0.0, 0.0, *(one.mean for one in beliefs)])
    reach = np.array([MACHINE_REACH, MACHINE_REACH, *(one.reach for one in beliefs)])

    def strays(x: Floats) -> Floats:
        common, apart = (x[0] + x[1]) / 2 / MAP_DOUBT, (x[0] - x[1]) / 2 / APART_DOUBT
        surprise = np.sign(common) * np.sqrt(np.log1p(common**2))
        pumps = (one.strays(float(log)) for one, log in zip(beliefs, x[2:], strict=True))
        return np.array([surprise, apart, *pumps])

    starts = [
        np.maximum([machines, machines, source, load], -0.9 * reach)
        for machines, source, load in product((0.01, -0.15), (0.01, -0.4), (0.01, -0.4))
    ]
    found = [
        least_squares(
            lambda x: np.concatenate([missed(x) / PRINTED, strays(x)]),
            mean + start,
            bounds=(mean - reach, mean + reach),
        )
        for start in starts
    ]
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


def _pump_belief(fit: PumpFit | None, bank: PumpBank, *, above_need: bool) -> _Belief:
    """What pumps draw over what is listed, before the promise is read."""
    usual = float(np.log(NAMEPLATE))
    driven = fit is not None and fit.mode is bank.mode and (fit.follows or fit.turned)
    untold = bank.mode is PumpMode.VARIABLE and not driven
    if above_need or untold:
        return _Belief(usual, UNTOLD_DOUBT)
    if fit is None or not _as_listed(*fit.against(bank)):
        return _Belief(usual, UNSEEN_DOUBT)
    return _Belief(float(np.log(fit.electricity / bank.electricity)), PUMP_DOUBT, found=True)


def _as_listed(draw: float, flow: float) -> bool:
    return USUAL[0] < draw < USUAL[1] and flow < MOVED


def _said(
    moved: tuple[float, ...], misfit: float, ratios: dict[str, float]
) -> tuple[Verdict, ...]:
    said = [
        Verdict("diagnose.promise.moved", {"part": place, "percent": 100 * (factor - 1)})
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
