"""What the five causes below ground share: a parameter of one fit, moved alone."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.ground_fit import applied
from loopkeeper.lifecycle.diagnose.ground_parameters import FIELD, GroundParameter
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.measure.series import Floats
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.model import GroundModel, WaterModel
from loopkeeper.plant.verdict import Verdict


def of_ground(
    parameter: GroundParameter, cause: str, designed: Callable[[GroundModel], float]
) -> Callable[[Scene], Suspect | None]:
    """
    Return how the suspect of one parameter of the ground's fit is looked for.

    Parameters
    ----------
    parameter : GroundParameter
        One of the field's own.
    cause : str
        Its code, which begins with its kind.
    designed : callable
        Value of the design; temperatures are shifted, the others multiplied. [parameter's unit]

    Returns
    -------
    callable
        Finds nothing without a fit. The joint draws of a scene are shared by all.
    """
    return lambda scene: _found(scene, parameter, cause, designed)


def _found(
    scene: Scene, parameter: GroundParameter, cause: str, design: Callable[[GroundModel], float]
) -> Suspect | None:
    fit, draws = scene.ground, scene.ground_draws
    if fit is None or draws is None:
        return None
    designed = design(scene.listed.field)
    middle = float(fit.mean[parameter])
    shifts = parameter is GroundParameter.TEMPERATURE
    found = designed + middle if shifts else designed * float(np.exp(middle))
    deviation = float(np.sqrt(fit.covariance[parameter, parameter]))
    width = deviation if shifts else found * deviation
    figures = {"designed": designed, "found": found, "half_width": 1.645 * width}

    def apply(hypothesis: Hypothesis, value: Floats) -> Hypothesis:
        if isinstance(hypothesis.ground, WaterModel):  # there is a fit for borehole fields only
            return hypothesis
        moved = np.zeros(FIELD)
        moved[parameter] = value[0]
        return replace(hypothesis, ground=applied(hypothesis.ground, moved))

    return Suspect(
        kind=DeviationKind(cause.partition(".")[0]),
        cause=cause,
        apply=apply,
        value=fit.mean[parameter : parameter + 1],
        draws=draws[:, parameter : parameter + 1],
        finding=Verdict(f"diagnose.{cause}", figures),
    )
