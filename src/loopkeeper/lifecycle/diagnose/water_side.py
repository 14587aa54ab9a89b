"""Suspects of the water side: how pumps are driven, what they draw, and by-passes."""

from dataclasses import replace

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
        suspects.append(
            Suspect(
                DeviationKind.COMMISSIONING,
                f"commissioning.{loop}_pump_control",
                lambda case, _: case.changed(
                    lambda s: s.with_pumps(
                        loop,
                        replace(s.pumps_of(loop), mode=fit.mode, law=fit.law, idle=fit.idle),
                    ),
                    0,
                ),
                np.zeros(1),
                dice.nothing(),
                Verdict(
                    "diagnose.commissioning.pump_control",
                    {
                        "loop": loop,
                        "designed": bank.mode.name,
                        "found": "HARDLY VARIABLE" if hardly else fit.mode.name,
                    },
                ),
            )
        )
    elif fit.idle - bank.goes_on > LEAST_IDLE:
        suspects.append(
            Suspect(
                DeviationKind.COMMISSIONING,
                f"commissioning.{loop}_pumps_idle",
                lambda case, _: case.changed(
                    lambda s: s.with_pumps(loop, replace(s.pumps_of(loop), idle=fit.idle)), 0
                ),
                np.zeros(1),
                dice.nothing(),
                Verdict(
                    "diagnose.commissioning.pumps_idle",
                    {"loop": loop, "percent": 100 * fit.idle},
                ),
            )
        )
    draw, flow = fit.against(bank)
    if abs(np.log(draw)) > LEAST_FACTOR:
        value = np.log([draw, flow])
        suspects.append(
            Suspect(
                DeviationKind.HYDRAULIC,
                f"hydraulic.{loop}_pumps",
                _on_pumps(loop),
                value,
                dice.normal(value, np.array([doubt, 0.02])),
                Verdict(
                    "diagnose.hydraulic.pumps",
                    {
                        "loop": loop,
                        "electricity_percent": 100 * draw,
                        "flow_percent": 100 * flow,
                    },
                ),
            )
        )
    return suspects


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
