"""What a diagnosis hands over."""

from dataclasses import dataclass
from datetime import date

from loopkeeper.measure.series import Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.settling import Settling
from loopkeeper.plant.verdict import Verdict

Monthly = tuple[float | None, ...]
"""One value a month, None where it is not known."""


@dataclass(frozen=True, slots=True)
class WitnessMonths:
    """
    The measured quantity that shows a cause, month by month.

    ``quantity`` is a word of the family ``course``; values in ``unit``, which is SI:
    ``measured``; ``designed``, the plant on its promise under the weather and use of the period;
    ``repaired``, as measured and moved by what the cause alone does to the simulated plant:
    temperatures by the difference, amounts by the ratio.
    """

    quantity: str
    unit: str
    measured: Monthly
    designed: Monthly
    repaired: Monthly


@dataclass(frozen=True, slots=True)
class MonthlyCourse:
    """
    The electricity of a period by local calendar months, and what it would be without a cause.

    All at the heat and cold delivered in each month [J]. ``measured`` sums to the measured
    electricity; ``expected`` is the plant on its promise under the weather and use of the period
    and sums to ``promised`` + ``exogenous`` of the diagnosis; ``repaired`` is ``measured`` less
    what the cause costs beside all others and sums to ``measured`` − ``saving_if_fixed``.
    """

    months: tuple[str, ...]
    measured: tuple[float, ...]
    expected: tuple[float, ...]
    repaired: tuple[float, ...]
    witness: WitnessMonths | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """
    One cause of deviation. Energies in J of electricity at delivered heat, above zero = wasted.

    ``energy`` is the fair share (Shapley); ``saving_if_fixed`` what correcting only this would
    save today; ``if_alone`` what it would cost if it had happened alone. ``merged`` names other
    kinds the data cannot tell apart from ``kind``; ``settles_by`` names the test that would, with
    its effort.
    ``confidence`` is the probability that the energy is above zero; ``course`` shows it by months
    and ``readings`` names the points it rests on.
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
    settles_by: tuple[Settling, ...] = ()
    actions: tuple[Verdict, ...] = ()
    course: MonthlyCourse | None = None
    readings: tuple[str, ...] = ()

    @property
    def sure(self) -> float:
        """Probability that the energy has the sign it is shown with. [-]"""
        return max(self.confidence, 1.0 - self.confidence)


Pair = tuple[float | None, float | None]
"""A figure of the design year, and of the period; None where the mode does not occur."""


@dataclass(frozen=True, slots=True)
class WeatherPart:
    """
    A part of what weather and use cost.

    ``energy`` of electricity at delivered heat [J]; ``heating`` and ``cooling`` tell in ``unit``
    (SI) what changed: mean water temperature, mean load of the hours with load, electricity of
    pumps per heat.
    """

    name: str
    energy: float
    unit: str
    heating: Pair
    cooling: Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """
    The explained shortfall of one period; energies in J of electricity at delivered heat.

    ``promised`` + ``exogenous`` (weather and use, nobody's blame) + the deviations' energies +
    ``unexplained`` = ``measured``. Shares over deviations and unexplained sum to one.
    ``weather_parts`` sum to ``exogenous``.
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
    weather_parts: tuple[WeatherPart, ...] = ()
