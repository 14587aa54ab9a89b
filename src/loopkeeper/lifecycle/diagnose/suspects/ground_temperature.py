"""
Ground of another temperature at rest.

Other than a test found before construction: what happened since, a matter of the balance. As
tested, or never tested: the resource.
"""

from collections.abc import Callable

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import nothing, survey
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects.ground import of_ground


def _has_come_since(scene: Scene) -> bool:
    """Whether the ground is nearer to another temperature than to the tested one."""
    fit, tested = scene.ground, scene.case.surveyed.undisturbed_temperature
    if fit is None or tested is None:
        return False
    shift = float(fit.mean[GroundParameter.TEMPERATURE])
    found = scene.listed.field.undisturbed_temperature + shift
    return abs(found - tested.value) > 0.5 * abs(shift)


def _as(code: str, *, since: bool) -> Callable[[Scene], Suspect | None]:
    look = of_ground(
        GroundParameter.TEMPERATURE, code, lambda ground: ground.undisturbed_temperature
    )
    return lambda scene: look(scene) if _has_come_since(scene) is since else None


CAUSES = (
    Cause(
        "resource.temperature",
        _as("resource.temperature", since=False),
        survey,
        ("action.reduce_ground_load",),
        SeenAt.SOURCE,
    ),
    Cause(
        "thermal_balance.temperature",
        _as("thermal_balance.temperature", since=True),
        nothing,
        ("action.recharge",),
        SeenAt.SOURCE,
    ),
)
