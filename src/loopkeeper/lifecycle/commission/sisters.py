"""Equal pumps of one loop beside one another: one that moves less, or draws otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.judged import ComparedFigure, TrialResult, Tried
from loopkeeper.lifecycle.commission.means import ratio
from loopkeeper.lifecycle.commission.meters import transformer
from loopkeeper.lifecycle.commission.rotation import own_draw, runs_within
from loopkeeper.lifecycle.commission.steady import SHORTEST
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.pump import PumpMode
from loopkeeper.plant.machines import PumpRecord
from loopkeeper.plant.trials import JudgedBy
from loopkeeper.plant.verdict import Verdict

LESS: Final = 0.8
"""Flow of a pump alone over that of its equal on the same loop below which it is sick (A). [-]"""
SAME: Final = 0.05
"""Flows of equal pumps so near to one another are alike (A). [-]"""
MAKE: Final = 0.03
"""Standard deviation of what pumps of one make draw at one flow (A). [-]"""
ALIKE: Final = (0.9, 1.1)
"""Draw over that of equal pumps that is taken; the next transformer is a fifth away (A). [-]"""
Figures = Mapping[str, ComparedFigure]
"""Of pumps alone, by pump."""


def beside_sisters(whole: Tried, results: Sequence[TrialResult]) -> tuple[TrialResult, ...]:
    """
    Hold equal pumps of a loop against one another.

    Parameters
    ----------
    whole : Tried
        The plant, with what was logged in all trials.
    results : sequence of TrialResult
        As their own laws judged them.

    Returns
    -------
    tuple of TrialResult
        In their order. A pump that moves less alone than its equal is sick. One that moves as much
        and draws otherwise, alone or beside the others at one speed, is read by a wrong
        transformer or sick; of two it is the one that is further from its papers.
    """
    flows, draws = _figures(results, "flow"), _figures(results, "electricity_power")
    sick = {one.planned.of for one in results if _rotation(one) and one.proved.findings}
    sound = [p for p in whole.plant.pumps if p.id in flows and p.id not in sick]
    said: dict[str, Verdict] = {}
    for pump in sound:
        others = [p for p in whole.plant.pumps if _equal(p, pump) and p.id in flows]
        most = max((flows[p.id].measured.value for p in others), default=0.0)
        share = flows[pump.id].measured.value / most if most > 0 else 1.0
        if share < LESS:
            figures = {"pump": pump.id, "flow": 100 * share}
            said[pump.id] = Verdict("commission.pump.less_than_sister", figures)
            continue
        alike = [p for p in sound if p in others and _moves_as(flows[p.id], flows[pump.id])]
        if (found := _unlike(whole, pump, alike, draws)) is not None:
            said[pump.id] = found
    return tuple(
        replace(one, proved=replace(one.proved, findings=(said[one.planned.of],)))
        if _rotation(one) and one.planned.of in said
        else one
        for one in results
    )


def _rotation(one: TrialResult) -> bool:
    return one.planned.kind.judged_by is JudgedBy.ROTATION


def _figures(results: Sequence[TrialResult], quantity: str) -> dict[str, ComparedFigure]:
    """A quantity of pumps alone, by pump; of the last run."""
    return {
        one.planned.of: figure
        for one in results
        if _rotation(one)
        for figure in one.proved.compared
        if figure.quantity == quantity
    }


def _equal(one: PumpRecord, other: PumpRecord) -> bool:
    return (one.loop, one.flow, one.head) == (other.loop, other.flow, other.head)


def _moves_as(one: ComparedFigure, other: ComparedFigure) -> bool:
    return abs(one.measured.value / other.measured.value - 1) <= SAME


def _unlike(
    whole: Tried, pump: PumpRecord, alike: Sequence[PumpRecord], alone: Figures
) -> Verdict | None:
    """Say what a pump draws over its equals that move as much, where that is not alike."""
    sisters = [p.id for p in alike if p.id in alone and p.power == pump.power and p.id != pump.id]
    if pump.id not in alone or not sisters:
        return None
    draws = _together(whole, [p for p in alike if p.id in {pump.id, *sisters}])
    paper = pump.power if draws else alone[pump.id].expected.scaled(1e3).value
    draws = draws or {name: alone[name].measured.scaled(1e3) for name in (pump.id, *sisters)}
    middle = float(np.median([draws[name].value for name in sisters]))
    doubt = max(draws[name].standard_deviation / draws[name].value for name in sisters)
    expected = Estimate.normal(middle, middle * float(np.hypot(doubt, 2**0.5 * MAKE)))
    found = ratio(draws[pump.id], expected)
    nearer = abs(np.log(draws[pump.id].value / paper)) <= abs(np.log(middle / paper))
    if nearer or (found.high >= ALIKE[0] and found.low <= ALIKE[1]):
        return None
    figures: dict[str, object] = {"pump": pump.id, "flow": 100.0, "draw": 100 * found.value}
    usual = transformer(found.value)
    if usual is None:
        return Verdict("commission.pump.draw", figures)
    return Verdict("commission.pump.transformer", {**figures, "one": usual[0], "other": usual[1]})


def _together(whole: Tried, pumps: Sequence[PumpRecord]) -> dict[str, Estimate]:
    """What equal pumps draw while all run at one speed, by pump; nothing where that is unknown."""
    if whole.model.system.pumps_of(pumps[0].loop).mode is PumpMode.VARIABLE:
        return {}
    seen = [runs_within(whole, one) for one in pumps]
    where = np.logical_and.reduce([one for one in seen if one is not None])
    if any(one is None for one in seen) or np.sum(where) < SHORTEST:
        return {}
    told = {one.id: own_draw(whole, one.id, where) for one in pumps}
    found = {name: one for name, one in told.items() if one is not None and one.value > 0}
    return found if len(found) == len(pumps) else {}
