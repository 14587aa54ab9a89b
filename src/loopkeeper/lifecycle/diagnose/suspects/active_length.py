"""Holes of which a part only works: drilled short, or loops shut or blocked."""

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import ledger
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter
from loopkeeper.lifecycle.diagnose.suspects.ground import of_ground

_look = of_ground(
    GroundParameter.LENGTH, "construction.active_length", lambda ground: ground.length_factor
)

CAUSES = (
    Cause(
        "construction.active_length",
        _look,
        ledger("active_length", "depth"),
        ("action.loop_check",),
        SeenAt.SOURCE,
    ),
)
