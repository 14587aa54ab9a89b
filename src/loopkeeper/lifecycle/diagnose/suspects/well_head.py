"""Wells in which the water stands lower than drawn: pumps draw more for the same flow."""

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import ledger
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects.pump_draw import against_lift, drawing
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def _look(scene: Scene) -> Suspect | None:
    fit, bank = scene.known.pumps.get("source"), scene.listed.system.source_pumps
    if fit is None or not against_lift(scene, *fit.against(bank)):
        return None
    draw, flow = fit.against(bank)
    value = np.log([draw, flow])
    figures = {"electricity_percent": 100 * draw, "flow_percent": 100 * flow}
    return Suspect(
        DeviationKind.CONSTRUCTION,
        "construction.wells",
        drawing("source"),
        value,
        scene.dice.normal(value, np.array([scene.known.doubt["source"], 0.02])),
        Verdict("diagnose.construction.wells", figures),
    )


CAUSES = (
    Cause(
        "construction.wells",
        _look,
        ledger("depth", "screen_length", "pumping_test"),
        ("action.measure_levels", "action.develop_wells"),
        SeenAt.SOURCE_PUMPS,
    ),
)
