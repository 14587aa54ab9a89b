"""
What water and machines cost, metered at the boundaries between the parts of a plant.

Between source and machines, and between machines and building, stand thermometers: how much
electricity water other than designed took is read from the machines' maps, whatever the model of a
cause says; what the maps do not tell at the measured temperatures is the machines' own. The model
only splits it among causes.
"""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.diagnose.hypothesis import Counterfactuals, Hypothesis
from loopkeeper.lifecycle.diagnose.machine_fit import designed_supply, machines_outlet
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Floats
from loopkeeper.physics.duty import machine_response
from loopkeeper.physics.system import Load, System
from loopkeeper.units import HOUR

METERED_SHARE, MODELLED, MODELLED_SHARE = 0.15, 0.025, 0.5
"""Standard deviations: of a metered effect, of itself; of what causes' models add up to, of the
promised electricity and of itself. [-]"""
WATER_METERED, MACHINES_METERED, PUMPS_METERED = 0.012, 0.025, 0.01
"""Standard deviation of what water, machines and pumps took more than promised, as metered, of the
promised electricity. [-]"""
RUNS = 0.2
"""Machines that ran for this share of an hour tell what their water was like. [-]"""
ENOUGH_HOURS = 200
MOST = 4.0
"""No model is off by more than this. [-]"""
LEAST = 0.002
"""Causes that add up to less of the promised electricity are not scaled. [-]"""


@dataclass(frozen=True)
class Effects:
    """
    Electricity that water other than designed took, either side of the machines. [J]

    ``history`` is what of the ``source``'s the balance of the years brings, by the model.
    """

    source: float
    supply: float
    history: float = 0.0


@dataclass(frozen=True)
class Scale:
    """What the energies of some causes are multiplied by, and its draws (n,). [-]"""

    factor: float
    draws: Floats


def metered_effects(scene: Scene) -> Effects:
    """
    Return the electricity that source and supply water other than designed took.

    Parameters
    ----------
    scene : Scene
        The plant in its measured period.

    Returns
    -------
    Effects
        At the measured load, above zero where the water was worse; NaN with fewer than two hundred
        hours of temperatures.
    """
    operation, system = scene.operation, scene.staged
    water = scene.designed["source_supply"]
    unbalanced = replace(Hypothesis.of(scene.model), sized=True, unbalanced=True)
    history = Counterfactuals(scene.setting).run(unbalanced)["source_supply"]
    hot, cold = designed_supply(system, operation.outdoor)
    asked = np.where(operation.heating >= operation.cooling, hot, cold)
    found = (operation.source_supply, operation.load_supply)
    source, brought, supply = (
        _cost(system, operation, measured, other)
        for measured, other in (
            (found, (water, operation.load_supply)),
            ((history, operation.load_supply), (water, operation.load_supply)),
            (found, (operation.source_supply, asked)),
        )
    )
    return Effects(source + _beyond_maps(scene), supply, brought)


def _beyond_maps(scene: Scene) -> float:
    """Electricity in water the machines were not chosen for, above maps and wear. [J]"""
    operation = scene.operation
    system = scene.mixed
    waters = operation.source_supply, machines_outlet(system, operation)
    predicted = _drawn(system, operation, waters)
    off = operation.good & (operation.run_share > RUNS) & np.isfinite(predicted)
    off &= ~scene.designed_water.holds(operation.source_supply)
    worn = float(np.exp(scene.wear.value)) if scene.wear.likely else 1.0
    above = operation.machine_electricity[off] / worn - predicted[off]
    return max(float(above.sum()) * HOUR, 0.0)


Waters = tuple[Floats, Floats]
"""Source and load water at the machines. [°C], [°C]"""


def _cost(system: System, operation: Operation, waters: Waters, others: Waters) -> float:
    """Electricity the machines take with some waters more than with others. [J]"""
    drawn, other = (_drawn(system, operation, both) for both in (waters, others))
    known = operation.good & np.isfinite(drawn + other) & (operation.run_share > RUNS)
    if known.sum() < ENOUGH_HOURS or drawn[known].sum() <= 0:
        return float("nan")
    spent = float(np.nansum(operation.machine_electricity)) * HOUR
    return spent * float((drawn - other)[known].sum() / drawn[known].sum())


def _drawn(system: System, operation: Operation, waters: Waters) -> Floats:
    """What the maps say at some waters. [W]"""
    load = Load(operation.heating, operation.cooling)
    spread = np.abs(operation.source_supply - operation.source_return)
    return machine_response(
        system.machines,
        system.controls.staging,
        load,
        source_inlet=waters[0],
        source_spread=spread,
        load_outlet=waters[1],
    )[0]


@dataclass(frozen=True)
class Both:
    """An effect as metered with the least standard deviation of that, and as modelled. [J]"""

    metered: float
    deviation: float
    modelled: float


def scaled(both: Both, drawn: Floats, promised: float, rng: np.random.Generator) -> Scale:
    """
    Weigh a metered effect against what its causes' models add up to.

    Parameters
    ----------
    both : Both
        The effect.
    drawn : array, shape (n,)
        What the models add up to for every draw of the causes. [J]
    promised : float
        Electricity promised at the delivered heat. [J]
    rng : Generator
        For them.

    Returns
    -------
    Scale
        One where nothing was metered or the causes add up to nothing; nothing where both differ in
        sign: then it is not these that cost.
    """
    modelled = both.modelled
    if not np.isfinite(both.metered) or abs(modelled) < LEAST * promised:
        return Scale(1.0, np.ones(len(drawn)))
    doubts = np.array(
        [
            max(both.deviation, METERED_SHARE * abs(both.metered)),
            max(MODELLED * promised, MODELLED_SHARE * abs(modelled)),
        ]
    )
    weights = doubts**-2.0
    middle = float(weights @ np.array([both.metered, modelled]) / weights.sum())
    wanted = middle + rng.standard_normal(len(drawn)) / np.sqrt(weights.sum())
    least = np.copysign(LEAST * promised, modelled)
    together = np.where(drawn * np.sign(modelled) > abs(least), drawn, least)
    factor = float(np.clip(middle / modelled, 0.0, MOST))
    return Scale(factor, np.clip(wanted / together, 0.0, MOST))
