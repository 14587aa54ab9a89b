"""Documents that list other than the promise needs: size of machines, type of unit, source."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import nothing
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.needed import Misdesign
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Apply, Suspect
from loopkeeper.measure.series import Floats
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.model import PlantModel


def _as(code: str) -> Callable[[Scene], Suspect | None]:
    def look(scene: Scene) -> Suspect | None:
        found = [one for one in scene.known.misdesign if one.cause == code]
        if not found:
            return None
        return Suspect(
            kind=DeviationKind.DESIGN,
            cause=code,
            apply=_listing(found[0]),
            value=np.zeros(1),
            draws=scene.dice.nothing(),
            finding=found[0].finding,
        )

    return look


def _listing(one: Misdesign) -> Apply:
    def apply(hypothesis: Hypothesis, _: Floats) -> Hypothesis:
        listed = one.change(PlantModel(hypothesis.system, hypothesis.ground))
        return replace(hypothesis, system=listed.system, ground=listed.ground)

    return apply


CAUSES = (
    Cause(
        "design.oversizing",
        _as("design.oversizing"),
        nothing,
        ("action.resize_operation",),
        SeenAt.MACHINES,
    ),
    Cause(
        "design.undersized_source",
        _as("design.undersized_source"),
        nothing,
        ("action.reduce_ground_load", "action.recharge"),
        SeenAt.SOURCE,
    ),
    Cause(
        "design.unit_type",
        _as("design.unit_type"),
        nothing,
        ("action.other_unit",),
        SeenAt.MACHINES,
    ),
)
