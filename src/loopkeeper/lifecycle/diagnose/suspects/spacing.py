"""Holes nearer to one another than drawn: they draw on the same ground."""

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import ledger
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter
from loopkeeper.lifecycle.diagnose.suspects.ground import of_ground

_look = of_ground(GroundParameter.SPACING, "construction.spacing", lambda _: 1.0)

CAUSES = (
    Cause(
        "construction.spacing",
        _look,
        ledger("spacing", "position"),
        ("action.reduce_ground_load", "action.recharge"),
        SeenAt.SOURCE,
    ),
)
