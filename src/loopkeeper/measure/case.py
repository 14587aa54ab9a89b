"""The case: one plant in one period, as the stages and the use cases share it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.drawdown import Drawdown
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.past import Past, RecordedYears
from loopkeeper.measure.quality import PointSummary
from loopkeeper.measure.series import ChannelKey, Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import GRAVE, Verdict, once

AS_DRAWN = 0.02
"""
A field whose holes are so near to the drawing on average stands as drawn [-]: acceptance takes a
hole 2 % short (A).
"""
CLOCK = "measure.clock."
"""Verdicts on clocks: sums over a period stand, what happened together does not."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """
    What thermal response tests gave.

    Conductivity [W m-1 K-1] and T0 [°C], None where not measured; ``holes`` tested.
    """

    conductivity: Estimate | None = None
    undisturbed_temperature: Estimate | None = None
    holes: int = 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """
    Mean of found over drawn of the holes on record.

    Their ``share`` of all, and how far the ``others`` are expected to be like them. [-]
    """

    factor: float = 1.0
    share: float = 0.0
    others: float = 0.0

    @property
    def weight(self) -> float:
        """How much of the field they speak for. [-]"""
        return self.share + (1.0 - self.share) * self.others

    @property
    def of_field(self) -> float:
        """The same of a whole field. [-]"""
        return 1.0 + self.weight * (self.factor - 1.0)

    @property
    def as_drawn(self) -> bool:
        """Whether the field is as drawn by it: one hole on record tells little of hundreds."""
        return abs(self.of_field - 1.0) <= AS_DRAWN


@dataclass(frozen=True, slots=True)
class FieldWorks:
    """
    What the ledger of hidden works tells of a borehole field, or of wells.

    Active ``length``, R_b* as grout and diameter on record make it (``resistance``; voids are on
    no record), and mean distance to the nearest hole (``spacing``), found over drawn; share of
    loops whose last pressure test was passed (``tight``); whether a test of a well's seal failed
    (``seal_failed``).
    """

    length: Recorded = Recorded()
    resistance: Recorded = Recorded()
    spacing: Recorded = Recorded()
    tight: Recorded = Recorded()
    seal_failed: bool = False

    @property
    def as_drawn(self) -> bool:
        """Whether a field is, by its holes on record, that of the drawing."""
        told = (self.length, self.resistance, self.spacing, self.tight)
        return all(one.as_drawn for one in told)


UNRECORDED = FieldWorks()
"""What a ledger without a row of holes tells."""


@dataclass(frozen=True, slots=True)
class MeterDoubt:
    """
    Relative standard deviations of the meters behind an evaluation. [-]

    ``pumps`` is that of pumps whose draw was shared out of a common meter or supposed.
    """

    heat: float
    electricity: float
    pumps: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Models:
    """A plant to be simulated, as ``designed`` and as ``built``."""

    designed: PlantModel
    built: PlantModel


@dataclass(frozen=True, kw_only=True)
class Case:
    """
    One plant in one period: what every stage reads of it, and what was said.

    Parameters
    ----------
    dossier : Dossier
        The plant and its records.
    period : Period
        The period that is looked at.
    simulated : Models or str
        The plant to be simulated; why it cannot be where its dossier does not describe it.
    operation : Operation
        The hours of the period.
    past : Past
        The years before it.
    record : RecordedYears
        The period with what was recorded ahead of it.
    surveyed : Surveyed
        What field tests gave.
    works : FieldWorks
        What the ledger of hidden works tells of a borehole field, or of wells.
    doubt : MeterDoubt
        Of the meters of the period.
    kpis : tuple of KpiValue
        Key figures of the period.
    quality : tuple of PointSummary
        Of its points.
    verdicts : tuple of Verdict
        The gravest first.
    drawdown : Drawdown
        Of pumped wells beside what the aquifer on file lets expect.
    withheld : mapping
        Channels whose values are withheld, with the reasons.
    """

    dossier: Dossier
    period: Period
    simulated: Models | str
    operation: Operation
    past: Past
    record: RecordedYears
    surveyed: Surveyed
    doubt: MeterDoubt
    kpis: tuple[KpiValue, ...]
    quality: tuple[PointSummary, ...]
    verdicts: tuple[Verdict, ...]
    drawdown: Drawdown
    withheld: Mapping[ChannelKey, tuple[Verdict, ...]] = field(default_factory=dict)
    works: FieldWorks = UNRECORDED

    @property
    def plant(self) -> Plant:
        """The plant."""
        return self.dossier.plant

    @property
    def models(self) -> Models:
        """The plant to be simulated; InsufficientDataError where it cannot be."""
        if isinstance(self.simulated, str):
            raise InsufficientDataError("the plant cannot be simulated", [self.simulated])
        return self.simulated

    def problems_of(self, read: Collection[str]) -> tuple[Verdict, ...]:
        """
        Return the problems of what an answer reads hour by hour.

        Parameters
        ----------
        read : collection of str
            Quantities that the answer rests on; a wrong clock touches them all.

        Returns
        -------
        tuple of Verdict
            Empty when the answer can be trusted.
        """
        kept = [v for (q, _), found in self.withheld.items() if q in read for v in found]
        late = [v for v in self.verdicts if v.code.startswith(CLOCK) and v.severity in GRAVE]
        return once((*kept, *late))
