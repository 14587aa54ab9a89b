"""Pumps that draw and move other than they should: head too large, loop unbalanced."""

from collections.abc import Callable

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.evidence import no_balance
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Apply, Suspect
from loopkeeper.measure.series import Floats
from loopkeeper.physics.system import System
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.kinds import Section
from loopkeeper.plant.verdict import Verdict

MORE_WATER = 1.12
"""Pumps with too large a head move more than this of what is listed. [-]"""
LOWERED = 1.4
"""Wells whose water falls so many times as far as expected resist: losses at sound screens, and
what an aquifer is off its record, stay below. [-]"""
BOTH_WAYS = 2.0
"""Wells that give stand below rest about as far as those that take stand above it. [-]"""
LEAST_FACTOR = 0.12
"""Pumps within 12 % of what they should draw are as they should be. [-]"""


def _on(loop: str) -> Callable[[Scene], Suspect | None]:
    def look(scene: Scene) -> Suspect | None:
        if scene.known.pumps.get(loop) is None:
            return None
        draw, flow = found_draw(scene, loop)
        if loop == "source" and against_lift(scene, draw, flow):
            draw, flow = draw / lifted(scene, draw, flow), 1.0
        if abs(np.log(draw)) <= LEAST_FACTOR:
            return None
        value = np.log([draw, flow])
        figures = {"loop": loop, "electricity_percent": 100 * draw, "flow_percent": 100 * flow}
        return Suspect(
            kind=DeviationKind.HYDRAULIC,
            cause=f"hydraulic.{loop}_pumps",
            apply=drawing(loop),
            value=value,
            draws=scene.dice.normal(value, np.array([scene.known.doubt[loop], 0.02])),
            finding=Verdict("diagnose.hydraulic.pumps", figures),
        )

    return look


def found_draw(scene: Scene, loop: str) -> tuple[float, float]:
    """Return draw and flow of a loop's pumps over the listed, before wells came to resist. [-]"""
    fit, bank = scene.known.pumps.get(loop), scene.listed.system.pumps_of(loop)
    if fit is None:
        return 1.0, 1.0
    draw, flow = fit.against(bank)
    risen = rise(scene) if loop == "source" else None
    return draw if risen is None else draw / float(np.exp(risen.value)), flow


def rise(scene: Scene) -> Level | None:
    """Return by how much pumps of wells came to draw more in the record; None if they did not."""
    if scene.plant.source.traits.section is not Section.WELL:
        return None
    level = scene.source_pumps_risen
    came = level.present and level.onset is not None and level.value > LEAST_FACTOR
    return level if came else None


def against_lift(scene: Scene, draw: float, flow: float) -> bool:
    """
    Whether pumps of wells draw more against a lower level.

    Where levels are metered it is seen; else by hardly more water for what they draw.
    """
    ratio = scene.case.drawdown.ratio
    low = ratio > LOWERED if np.isfinite(ratio) else flow < MORE_WATER
    wells = scene.plant.source.traits.section is Section.WELL
    return wells and draw > 1.0 + LEAST_FACTOR and low


def lifted(scene: Scene, draw: float, flow: float) -> float:
    """Return what of such a draw the wells ask for, all of it where no level is metered. [-]"""
    further = scene.case.drawdown.further
    heads = [pump.head for pump in scene.plant.pumps if pump.loop == "source" and pump.head]
    if not np.isfinite(further) or not heads:
        return draw
    return float(np.clip(flow * (1.0 + BOTH_WAYS * further / np.mean(heads)), 1.0, draw))


def drawing(loop: str, onset: int = 0) -> Apply:
    """Return how draw and flow of a loop's pumps, logs over the bank's, enter a hypothesis."""

    def apply(hypothesis: Hypothesis, value: Floats) -> Hypothesis:
        electricity, flow = (float(f) for f in np.exp(value))

        def change(system: System) -> System:
            bank = system.pumps_of(loop)
            found = bank.as_found(flow_factor=flow, electricity_factor=electricity)
            return system.with_pumps(loop, found)

        return hypothesis.changed(change, onset)

    return apply


CAUSES = tuple(
    Cause(
        f"hydraulic.{loop}_pumps",
        _on(loop),
        no_balance,
        ("action.trim_pumps",),
        SeenAt(f"{loop}_pumps"),
    )
    for loop in ("source", "load")
)
