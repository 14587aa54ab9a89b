"""
Ground of another temperature at rest.

Other than a test found before construction: what happened since, a matter of the balance. As
tested, or never tested: the resource.
"""

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import nothing, survey
from loopkeeper.lifecycle.diagnose.ground_fit import PARAMETERS
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects.ground import of_ground
from loopkeeper.plant.deviation import DeviationKind


def _has_come_since(scene: Scene) -> bool:
    """Whether the ground is nearer to another temperature than to the tested one."""
    fit, tested = scene.ground, scene.known.surveyed.undisturbed_temperature
    if fit is None or tested is None:
        return False
    shift = float(fit.mean[PARAMETERS.index("temperature")])
    found = scene.listed.field.undisturbed_temperature + shift
    return abs(found - tested.value) > 0.5 * abs(shift)


def _resource(scene: Scene) -> Suspect | None:
    if scene.on_water or _has_come_since(scene):
        return None
    rest = scene.listed.field.undisturbed_temperature
    kind = DeviationKind.RESOURCE
    return of_ground(scene, "temperature", kind, "resource.temperature", rest)


def _balance(scene: Scene) -> Suspect | None:
    if scene.on_water or not _has_come_since(scene):
        return None
    rest = scene.listed.field.undisturbed_temperature
    kind = DeviationKind.THERMAL_BALANCE
    return of_ground(scene, "temperature", kind, "thermal_balance.temperature", rest)


CAUSES = (
    Cause(
        "resource.temperature", _resource, survey, ("action.reduce_ground_load",), SeenAt.SOURCE
    ),
    Cause("thermal_balance.temperature", _balance, nothing, ("action.recharge",), SeenAt.SOURCE),
)
