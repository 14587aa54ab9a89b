"""What an evaluation hands over: performance at three levels, KPIs, traces, data quality."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.evaluate.outlook import Outlook
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.quality import PointSummary
from loopkeeper.measure.series import Floats, Period, Times
from loopkeeper.measure.told import HALF_TOLD
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict

PARTS: Final = {
    "heating": ("delivered_energy", "user side", "heating"),
    "cooling": ("delivered_energy", "user side", "cooling"),
    "machines": ("electricity", "machines", "all"),
    "source_pumps": ("electricity", "source-pumps", "all"),
    "load_pumps": ("electricity", "load-pumps", "all"),
}
"""Energies of a performance and the key figures that give them."""
FACTOR = "performance_factor"
"""Name of the key figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


def of_key_figures(found: Performance, kpis: Sequence[KpiValue]) -> Performance:
    """
    Return a performance with the key figures in its places: an energy has one value everywhere.

    Parameters
    ----------
    found : Performance
        Of the hours, gaps filled; it stands where no key figure is given.
    kpis : sequence of KpiValue
        Of the same period.

    Returns
    -------
    Performance
        Electricity by mode is split as it was. [J]
    """
    known = {(k.name, k.boundary, k.mode): k.value for k in kpis}
    energies = {part: known.get(key, getattr(found, part)) for part, key in PARTS.items()}
    spent = [energies[part] for part in ("machines", "source_pumps", "load_pumps")]
    whole, before = sum(e.value for e in spent), found.electricity
    ratio = whole / before.value if before.value > 0 else 1.0
    return Performance(
        **energies,
        electricity=before.scaled(ratio),
        electricity_heating=found.electricity_heating.scaled(ratio),
        electricity_cooling=found.electricity_cooling.scaled(ratio),
    )


def measured_factor(evaluation: Evaluation, mode: str) -> float | None:
    """
    Return the measured system factor of a mode: the key figure, one wherever it is shown.

    Where pumps have no meters there is no key figure; what was evaluated with their nameplates
    stands in. None in a period that is half told. [-]
    """
    for one in evaluation.kpis:
        if (one.name, one.boundary, one.mode) == (FACTOR, evaluation.boundary, mode):
            return one.value.value
    if any(v.code in HALF_TOLD for v in evaluation.cautions):
        return None
    found: float | None = getattr(evaluation.measured, f"cop_{mode}")
    return found


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
