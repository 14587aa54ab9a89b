"""
Wells that resist: pumps draw more for the same flow.

Since they were built: the water stands lower than drawn. Come in the record: reinjection declines.
"""

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import ledger, service
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects.pump_draw import (
    LEAST_FACTOR,
    LOWERED,
    against_lift,
    drawing,
    found_draw,
    lifted,
    rise,
)
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def _look(scene: Scene) -> Suspect | None:
    draw, flow = found_draw(scene, "source")
    if not against_lift(scene, draw, flow):
        return None
    draw = lifted(scene, draw, flow)
    if np.log(draw) <= LEAST_FACTOR:
        return None
    value = np.log([draw, flow])
    figures = {"electricity_percent": 100 * draw, "flow_percent": 100 * flow}
    finding = Verdict("diagnose.construction.wells", figures)
    ratio = scene.case.drawdown.ratio
    if ratio > LOWERED:
        finding = Verdict("diagnose.construction.wells_lower", {**figures, "ratio": ratio})
    return Suspect(
        kind=DeviationKind.CONSTRUCTION,
        cause="construction.wells",
        apply=drawing("source"),
        value=value,
        draws=scene.dice.normal(value, np.array([scene.known.doubt["source"], 0.02])),
        finding=finding,
    )


def _declining(scene: Scene) -> Suspect | None:
    risen = rise(scene)
    if risen is None or risen.onset is None:
        return None
    onset, value = 24 * risen.onset, np.array([risen.value, 0.0])
    return Suspect(
        kind=DeviationKind.OPERATION,
        cause="operation.reinjection",
        apply=drawing("source", onset),
        value=value,
        draws=scene.dice.normal(value, np.array([risen.deviation, 0.0])),
        finding=Verdict(
            "diagnose.operation.reinjection", {"percent": 100 * (np.exp(risen.value) - 1)}
        ),
        onset=onset,
    )


CAUSES = (
    Cause(
        "operation.reinjection",
        _declining,
        service,
        ("action.develop_wells", "action.measure_levels"),
        SeenAt.SOURCE_PUMPS,
    ),
    Cause(
        "construction.wells",
        _look,
        ledger("depth", "screen_length", "pumping_test"),
        ("action.measure_levels", "action.develop_wells"),
        SeenAt.SOURCE_PUMPS,
    ),
)
