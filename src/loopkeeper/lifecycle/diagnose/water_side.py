"""Suspects of the water side: how pumps are driven, what they draw, and by-passes."""

from dataclasses import replace
from typing import Any

import numpy as np

from loopkeeper.lifecycle.diagnose.case import Case
from loopkeeper.lifecycle.diagnose.pump_fit import LEAST_FACTOR, LEAST_IDLE, PumpFit, follows
from loopkeeper.lifecycle.diagnose.suspects import Apply, Dice, Suspect
from loopkeeper.measure.series import Floats
from loopkeeper.physics.pump import PumpBank, PumpMode
from loopkeeper.physics.system import System
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def pump_suspects(
    loop: str, bank: PumpBank, fit: PumpFit, doubt: float, dice: Dice
) -> list[Suspect]:
    """
    Return what is unusual about the pumps of one loop.

    Parameters
    ----------
    loop : str
        ``source`` or ``load``.
    bank : PumpBank
        As designed.
    fit : PumpFit
        As found.
    doubt : float
        Standard deviation of the log of what the design's pumps draw. [-]
    dice : Dice
        For the draws.

    Returns
    -------
    list of Suspect
        Wrong control (commissioning), unusual electricity and flow (hydraulic), or none.
    """
    suspects = []
    hardly = fit.mode is PumpMode.VARIABLE and fit.law != bank.law and not follows(fit.law)
    if fit.mode is not bank.mode or hardly:
        found = "HARDLY VARIABLE" if hardly else fit.mode.name
        figures = {"loop": loop, "designed": bank.mode.name, "found": found}
        said = Verdict("diagnose.commissioning.pump_control", figures)
        as_run = {"mode": fit.mode, "law": fit.law, "idle": fit.idle}
        suspects.append(_never_automatic(loop, "pump_control", as_run, said, dice))
    elif fit.idle - bank.goes_on > LEAST_IDLE:
        share = {"loop": loop, "percent": 100 * fit.idle}
        said = Verdict("diagnose.commissioning.pumps_idle", share)
        suspects.append(_never_automatic(loop, "pumps_idle", {"idle": fit.idle}, said, dice))
    draw, flow = fit.against(bank)
    if abs(np.log(draw)) > LEAST_FACTOR:
        suspects.append(_unusual_draw(loop, (draw, flow), doubt, dice))
    return suspects


def _never_automatic(
    loop: str, cause: str, as_run: dict[str, Any], said: Verdict, dice: Dice
) -> Suspect:
    """Pumps that do not run as they were designed to."""

    def change(system: System) -> System:
        return system.with_pumps(loop, replace(system.pumps_of(loop), **as_run))

    return Suspect(
        DeviationKind.COMMISSIONING,
        f"commissioning.{loop}_{cause}",
        lambda case, _: case.changed(change, 0),
        np.zeros(1),
        dice.nothing(),
        said,
    )


def _unusual_draw(loop: str, found: tuple[float, float], doubt: float, dice: Dice) -> Suspect:
    """Pumps that draw and move other than they should."""
    draw, flow = found
    value = np.log([draw, flow])
    figures = {"loop": loop, "electricity_percent": 100 * draw, "flow_percent": 100 * flow}
    return Suspect(
        DeviationKind.HYDRAULIC,
        f"hydraulic.{loop}_pumps",
        _on_pumps(loop),
        value,
        dice.normal(value, np.array([doubt, 0.02])),
        Verdict("diagnose.hydraulic.pumps", figures),
    )


def bypass_suspect(share: float, deviation: float, dice: Dice) -> Suspect:
    """Return source water that returns to the machines without passing the ground. [-]"""
    return Suspect(
        DeviationKind.HYDRAULIC,
        "hydraulic.bypass",
        lambda case, value: case.changed(
            lambda s: replace(s, bypass=float(np.clip(value[0], 0.0, 0.95))), 0
        ),
        np.array([share]),
        dice.normal(np.array([share]), np.array([deviation])),
        Verdict("diagnose.hydraulic.bypass", {"percent": 100 * share}),
    )


def _on_pumps(loop: str) -> Apply:
    def apply(case: Case, value: Floats) -> Case:
        electricity, flow = np.exp(value)

        def change(system: System) -> System:
            bank = system.pumps_of(loop)
            return system.with_pumps(
                loop, bank.as_found(flow_factor=float(flow), electricity_factor=float(electricity))
            )

        return case.changed(change, 0)

    return apply
