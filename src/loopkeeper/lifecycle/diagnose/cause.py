"""The specification of a cause."""

from collections.abc import Callable
from dataclasses import dataclass

from loopkeeper.lifecycle.diagnose.evidence import Surveyed
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

Evidence = Callable[[Plant, Surveyed], list[Verdict]]


@dataclass(frozen=True)
class Cause:
    """
    The specification of a cause, one file each in ``suspects``.

    ``code`` as in the messages; ``look`` finds it in a scene, or does not; ``evidence`` is what
    the records say about it; ``actions`` what to do, most effective first; ``of_source`` whether
    it acts through the temperature of the source's water.
    """

    code: str
    look: Callable[[Scene], Suspect | None]
    evidence: Evidence
    actions: tuple[str, ...] = ()
    of_source: bool = False
