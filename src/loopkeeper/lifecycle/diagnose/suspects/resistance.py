"""Boreholes that resist other than designed: grout, spacers, contact."""

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import ledger
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter
from loopkeeper.lifecycle.diagnose.suspects.ground import of_ground

_look = of_ground(
    GroundParameter.RESISTANCE, "construction.resistance", lambda ground: ground.resistance
)

CAUSES = (
    Cause(
        "construction.resistance",
        _look,
        ledger("grout_volume_ratio", "grout_conductivity"),
        (
            "action.loop_check",
            "action.raise_flow",
        ),
        SeenAt.SOURCE,
    ),
)
