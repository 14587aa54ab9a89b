"""
What the source's water cost, metered: machines' maps at measured against designed water.

Between source and machines stands a thermometer. How much electricity all causes of the source
together took is therefore measured, whatever their model says; the model only splits it.
"""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.diagnose.case import Case, Court
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.measure.series import Floats
from loopkeeper.physics.duty import machine_response
from loopkeeper.physics.system import Load

METERED, METERED_SHARE = 0.012, 0.15
"""Standard deviation of the metered effect: of the promised electricity, and of itself. [-]"""
MODELLED, MODELLED_SHARE = 0.025, 0.5
"""The same of what the causes' models add up to. [-]"""
RUNS = 0.2
"""Machines that ran for this share of an hour tell what their water was like. [-]"""
ENOUGH_HOURS = 200
MOST = 4.0
"""No model is off by more than this. [-]"""
LEAST = 0.002
"""Causes that add up to less of the promised electricity are not scaled. [-]"""


@dataclass(frozen=True)
class Scale:
    """What the energies of the causes of the source are multiplied by, and its draws (n,). [-]"""

    factor: float
    draws: Floats


def source_effect(scene: Scene) -> float:
    """
    Return the electricity that source water other than designed took.

    Parameters
    ----------
    scene : Scene
        The plant in its measured period.

    Returns
    -------
    float
        At the measured load, above zero where the water was worse; NaN with fewer than two hundred
        hours of temperatures. [J]
    """
    operation = scene.operation
    designed = replace(Case.of(scene.model), sized=True)
    water = Court(scene.setting).run(designed)["source_supply"]
    load = Load(operation.heating, operation.cooling)
    spread = np.abs(operation.source_supply - operation.source_return)
    measured, as_designed = (
        machine_response(
            scene.staged, load, source_inlet=inlet, source_spread=spread,
            load_outlet=operation.load_supply,
        )[0]
        for inlet in (operation.source_supply, water)
    )  # fmt: skip
    known = operation.good & np.isfinite(measured + as_designed) & (operation.run_share > RUNS)
    if known.sum() < ENOUGH_HOURS or measured[known].sum() <= 0:
        return float("nan")
    share = (measured[known] - as_designed[known]).sum() / measured[known].sum()
    return float(np.nansum(operation.machine_electricity) * 3600.0 * share)


def scaled(
    metered: float, modelled: float, promised: float, count: int, rng: np.random.Generator
) -> Scale:
    """
    Weigh the metered effect against what the causes' models add up to.

    Parameters
    ----------
    metered, modelled : float
        Effect of the source's water, metered and by the causes together. [J]
    promised : float
        Electricity promised at the delivered heat. [J]
    count : int
        Draws wanted. [-]
    rng : Generator
        For them.

    Returns
    -------
    Scale
        One where nothing was metered or the causes add up to nothing; nothing where both differ in
        sign: then the water is not what costs.
    """
    if not np.isfinite(metered) or abs(modelled) < LEAST * promised:
        return Scale(1.0, np.ones(count))
    doubts = np.array([
        max(METERED * promised, METERED_SHARE * abs(metered)),
        max(MODELLED * promised, MODELLED_SHARE * abs(modelled)),
    ])  # fmt: skip
    weights = doubts**-2.0
    middle = float(weights @ np.array([metered, modelled]) / weights.sum())
    drawn = middle + rng.standard_normal(count) / np.sqrt(weights.sum())
    factor = float(np.clip(middle / modelled, 0.0, MOST))
    return Scale(factor, np.clip(drawn / modelled, 0.0, MOST))
