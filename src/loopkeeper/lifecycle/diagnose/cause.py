"""The specification of a cause."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.measure.case import Surveyed
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict


class SeenAt(StrEnum):
    """Places of a plant whose readings show a cause."""

    SOURCE = "source"
    FIELD = "field"
    SUPPLY = "supply"
    MACHINES = "machines"
    STAGING = "staging"
    LOAD = "load"
    SOURCE_PUMPS = "source_pumps"
    LOAD_PUMPS = "load_pumps"


Evidence = Callable[[Plant, Surveyed], list[Verdict]]


@dataclass(frozen=True)
class Cause:
    """
    The specification of a cause, one file each in ``suspects``.

    ``code`` as in the messages; ``look`` finds it in a scene, or does not; ``evidence`` is what
    the records say about it; ``actions`` what to do, most effective first; ``seen_at`` the place
    of the plant whose readings show it.
    """

    code: str
    look: Callable[[Scene], Suspect | None]
    evidence: Evidence
    actions: tuple[str, ...]
    seen_at: SeenAt

    @property
    def of_source(self) -> bool:
        """Whether it acts through the temperature of the source's water."""
        return self.seen_at in {SeenAt.SOURCE, SeenAt.FIELD}
