"""A trial plan: which trials a plant needs, in which order, and when they can be made."""

from dataclasses import dataclass
from datetime import date

from loopkeeper.measure.series import ChannelKey
from loopkeeper.plant.trials import TrialKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTrial:
    """
    One trial of a plant.

    ``name`` as its rows in ``commissioning.csv`` are called, such as ``rotation-lp1``; ``of`` the
    part that is tried; ``wanted`` points that must log, ``unmeasured`` those of them the plant has
    none of; ``due`` the first day on which it can be made, ``postponed`` when that is another
    season; ``latest`` the last day on which it should have been: of hand-over, or of the first
    season after it; None where nobody says when the plant was handed over.
    """

    name: str
    kind: TrialKind
    of: str
    wanted: tuple[ChannelKey, ...]
    unmeasured: tuple[ChannelKey, ...]
    due: date
    postponed: bool
    latest: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPlan:
    """The trials of a plant in the order in which they are made; ``on`` the day of the plan."""

    on: date
    trials: tuple[PlannedTrial, ...]
