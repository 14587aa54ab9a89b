"""What a diagnosis hands over."""

from dataclasses import dataclass
from datetime import date

from loopkeeper.measure.series import Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Deviation:
    """
    One cause of deviation. Energies in J of electricity at delivered heat, above zero = wasted.

    ``energy`` is the fair share (Shapley); ``saving_if_fixed`` what correcting only this would
    save today; ``if_alone`` what it would cost if it had happened alone. ``merged`` names other
    kinds the data cannot tell apart from ``kind``; ``settles_by`` names the test that would.
    ``confidence`` is the probability that the energy is above zero.
    """

    kind: DeviationKind
    cause: str
    energy: Estimate
    saving_if_fixed: Estimate
    if_alone: Estimate
    share: float
    confidence: float
    finding: Verdict
    onset: date | None = None
    merged: tuple[DeviationKind, ...] = ()
    evidence: tuple[Verdict, ...] = ()
    settles_by: tuple[Verdict, ...] = ()
    actions: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """
    The explained shortfall of one period; energies in J of electricity at delivered heat.

    ``promised`` + ``exogenous`` (weather and use, nobody's blame) + the deviations' energies +
    ``unexplained`` = ``measured``. Shares over deviations and unexplained sum to one.
    """

    period: Period
    boundary: str
    promised: Estimate
    exogenous: Estimate
    expected: Estimate
    measured: Estimate
    shortfall: Estimate
    deviations: tuple[Deviation, ...]
    unexplained: Estimate
    unexplained_share: float
    healthy: bool
    cautions: tuple[Verdict, ...]
