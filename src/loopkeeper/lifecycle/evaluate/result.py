"""What an evaluation hands over: performance at three levels, KPIs, traces, data quality."""

from dataclasses import dataclass

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.evaluate.outlook import Outlook
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.quality import PointSummary
from loopkeeper.measure.series import Floats, Period, Times
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Performance:
    """
    Heat, cold and electricity of one period inside the GB/T 50801 boundary. [J]

    Electricity = machines + source pumps + load pumps. ``electricity_heating`` and
    ``electricity_cooling`` are its parts by operating mode.
    """

    heating: Estimate
    cooling: Estimate
    electricity: Estimate
    electricity_heating: Estimate
    electricity_cooling: Estimate
    machines: Estimate
    source_pumps: Estimate
    load_pumps: Estimate

    @property
    def cop_heating(self) -> float | None:
        """System COP of heating; None when there was no heating."""
        e = self.electricity_heating.value
        return self.heating.value / e if e > 0 and self.heating.value > 0 else None

    @property
    def cop_cooling(self) -> float | None:
        """System COP of cooling; None when there was no cooling."""
        e = self.electricity_cooling.value
        return self.cooling.value / e if e > 0 and self.cooling.value > 0 else None


@dataclass(frozen=True, slots=True)
class Traces:
    """Hourly traces of the period for people to look at; NaN where not measured. [W], [°C]"""

    time: Times
    outdoor_temperature: Floats
    load: Floats
    electricity_measured: Floats
    electricity_expected: Floats
    source_supply_measured: Floats
    source_supply_expected: Floats
    source_supply_design: Floats
    load_supply_measured: Floats
    load_supply_expected: Floats


@dataclass(frozen=True, slots=True)
class Evaluation:
    """
    Promised, expected and measured performance of one period at the same delivered heat.

    ``promised`` is None where nothing was promised and no design year tells it.
    """

    period: Period
    boundary: str
    promised: Performance | None
    expected: Performance
    measured: Performance
    kpis: tuple[KpiValue, ...]
    traces: Traces
    ground: Outlook | None
    quality: tuple[PointSummary, ...]
    cautions: tuple[Verdict, ...]


def promised_of(evaluation: Evaluation) -> Performance:
    """
    Return the promise of an evaluation.

    Raises
    ------
    InsufficientDataError
        When nothing was promised.
    """
    if evaluation.promised is None:
        raise InsufficientDataError(
            "there is no promise to measure against",
            ["promise.system_cop_heating or _cooling and design/loads.csv are both missing"],
        )
    return evaluation.promised
