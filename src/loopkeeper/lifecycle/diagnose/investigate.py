"""The investigation: which causes the measured hours speak for, and how large they are."""

from dataclasses import dataclass

from loopkeeper.lifecycle.diagnose.drive_fit import ENOUGH_HOURS
from loopkeeper.lifecycle.diagnose.pump_fit import found_bypass
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects import LIBRARY
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True)
class Findings:
    """Suspects with their sizes, and what could not be looked at."""

    suspects: tuple[Suspect, ...]
    verdicts: tuple[Verdict, ...]


def investigate(scene: Scene) -> Findings:
    """
    Look for every cause of the library in turn.

    Parameters
    ----------
    scene : Scene
        The plant in its measured period.

    Returns
    -------
    Findings
        Suspects in the order of the library, and what nobody could look for.
    """
    found = [cause.look(scene) for cause in LIBRARY]
    return Findings(tuple(s for s in found if s is not None), tuple(_unseen(scene)))


def _unseen(scene: Scene) -> list[Verdict]:
    """What was read, and what could not be."""
    verdicts = []
    if found_bypass(scene.operation) is None:
        verdicts.append(Verdict("diagnose.no_field_flow", {}))
    if scene.ground is not None:
        figures = {"hours": scene.ground.hours, "misfit": round(scene.ground.misfit, 2)}
        verdicts.append(Verdict("diagnose.ground.fitted", figures))
    elif not scene.on_water:
        verdicts.append(Verdict("diagnose.ground.too_few_hours", {}))
    verdicts += [
        Verdict("diagnose.pumps.unknown", {"loop": loop, "hours": ENOUGH_HOURS})
        for loop, fit in scene.known.pumps.items()
        if fit is None
    ]
    return verdicts
