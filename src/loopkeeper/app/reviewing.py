"""Periodic review of a plant: everything a month's, quarter's or year's report says, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from loopkeeper.app.accounts import Rates, account_of, accounts_by_year, maintenance_of
from loopkeeper.app.grading import Figures, parts_of, plant_figures
from loopkeeper.app.groundwork import refuse_short, told_of
from loopkeeper.app.record import Prepared, answers_of, events_of, find
from loopkeeper.app.scoring import years_of_scores
from loopkeeper.app.waters import groundwater_of
from loopkeeper.app.yearbook import Month, Part, months, parts
from loopkeeper.errors import DataError
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.lifecycle.evaluate.groundwater import Groundwater
from loopkeeper.lifecycle.evaluate.money import PeriodAccount
from loopkeeper.lifecycle.evaluate.pack_grade import graded
from loopkeeper.lifecycle.evaluate.packs import Graded, Pack
from loopkeeper.lifecycle.evaluate.reliability import Pillar
from loopkeeper.lifecycle.evaluate.result import Evaluation, Traces
from loopkeeper.lifecycle.monitor.early_warning import ModeChart
from loopkeeper.measure.kpi_basis import Answer, KpiRefusal, KpiValue, nothing_of
from loopkeeper.measure.kpi_system import Step, loss_waterfall
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.periods import year_before
from loopkeeper.measure.quality import PointSummary, summarise
from loopkeeper.measure.series import Period
from loopkeeper.measure.told import Completeness, not_compared, untold
from loopkeeper.measure.trend import Trend, monthly_trend, together
from loopkeeper.plant.carbon import GridFactor
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import PlantEvent
from loopkeeper.plant.verdict import Verdict, once
from loopkeeper.plant.words import Language, word


@dataclass(frozen=True, slots=True)
class Made:
    """
    What makes a report reproducible: hashes of data and packs, version of the program.

    ``ledger`` of hidden works as it was verified, None where no sealed one stands.
    """

    data: str
    code: str
    packs: str
    ledger: Verified | None = None

    def foot(self, when: str, language: Language) -> str:
        """Return the last line of a report of a period, as :func:`period_text` names it."""
        start, _, end = when.partition(" – ")
        told = {"data": self.data, "code": self.code, "packs": self.packs}
        foot = word("report.foot", language, start=start, end=end, **told)
        return f"{foot} {ledger_line(self.ledger, language)}".strip()


def ledger_line(found: Verified | None, language: Language) -> str:
    """
    Return size and root of a sealed ledger for the last line of a report.

    Who keeps the page can tell later whether the ledger was cut or written anew. Of one that was
    changed no root is printed.
    """
    if found is None:
        return ""
    if not found.sound:
        return word("report.ledger_changed", language, count=len(found.changes))
    return word("report.ledger_root", language, root=f"{found.size}:{found.root}")


@dataclass(frozen=True)
class ReviewBasis:
    """What a review stands on beside the plant: packs, and rates of money and carbon."""

    packs: tuple[Pack, ...]
    rates: Rates


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a periodic report says."""

    kind: str
    plant: Plant
    period: Period
    told: Completeness
    answers: tuple[Answer, ...]
    before: tuple[Answer, ...]
    waterfalls: Mapping[str, tuple[Step, ...]]
    operation: Operation
    traces: Traces | None
    charts: tuple[ModeChart, ...]
    graded: tuple[Graded, ...]
    unfilled: tuple[Pack, ...]
    pillars: tuple[tuple[Period, tuple[Pillar, ...]], ...]
    water: Groundwater | None
    ground: tuple[tuple[str, Trend], ...]
    maintenance: float | None
    account: PeriodAccount
    grid: GridFactor
    years: tuple[tuple[Period, PeriodAccount, GridFactor], ...]
    evaluation: Evaluation | None
    quality: tuple[PointSummary, ...]
    events: tuple[PlantEvent, ...]
    verdicts: tuple[Verdict, ...]
    figures: Figures
    months: tuple[Month, ...]
    parts: tuple[Part, ...]

    def value(self, name: str, boundary: str, mode: str = "all") -> KpiValue | None:
        """Return a key figure, None where it was refused."""
        return find(self.answers, (name, boundary, mode))

    def value_before(self, name: str, boundary: str, mode: str = "all") -> KpiValue | None:
        """Return the same key figure a year earlier."""
        return find(self.before, (name, boundary, mode))


def reviewed(base: Prepared, kind: str, period: Period, asked: ReviewBasis) -> Review:
    """
    Review a period.

    Parameters
    ----------
    base : Prepared
        The plant.
    kind : str
        ``monthly``, ``quarterly`` or ``annual``.
    period : Period
        Its period.
    asked : ReviewBasis
        Packs and rates.

    Returns
    -------
    Review

    Raises
    ------
    InsufficientDataError
        When the record holds less than a day of the period.
    """
    plant, hours = base.dossier.plant, base.measured.hours
    refuse_short(hours, period, plant.site.timezone)
    answers = answers_of(base, period)
    told = told_of(base.case.operation, hours, period)
    before, unlike = _before(base, period, told)
    inside = replace(base.case, period=period, operation=base.case.operation.within(period))
    traces = _traces(base.evaluation, period)
    figures = plant_figures(inside, hours, answers, traces if kind == "annual" else None)
    filled = tuple(p for p in asked.packs if p.filled)
    falls = {m: loss_waterfall(hours, plant, period, m) for m in ("heating", "cooling")}
    return Review(
        kind=kind,
        plant=plant,
        period=period,
        told=told,
        answers=answers,
        before=before,
        waterfalls={m: f for m, f in falls.items() if not isinstance(f, KpiRefusal)},
        operation=inside.operation,
        traces=traces,
        charts=_charts(base.charts, period),
        graded=tuple(graded(p, figures, _parts(plant, kind, answers)) for p in filled),
        unfilled=tuple(p for p in asked.packs if not p.filled),
        pillars=years_of_scores(base, period) if kind == "annual" else (),
        water=groundwater_of(base, period, answers),
        ground=_ground_trends(base, period),
        maintenance=maintenance_of(plant, period),
        account=account_of(base, asked.rates, period, answers),
        grid=asked.rates.factor(period),
        years=accounts_by_year(base, period, asked.rates) if kind == "annual" else (),
        evaluation=base.evaluation if kind == "annual" else None,
        quality=summarise(base.measured.admitted, period),
        events=events_of(plant, period),
        verdicts=once(
            (*untold(told, plant.site.timezone), *base.case.verdicts, *base.verdicts, *unlike)
        ),
        figures=figures,
        months=months(base, period) if kind == "annual" else (),
        parts=parts(plant, hours, period) if kind == "annual" else (),
    )


def _before(
    base: Prepared, period: Period, now: Completeness
) -> tuple[tuple[Answer, ...], tuple[Verdict, ...]]:
    """Key figures of a year before, where both years are told; else why there are none."""
    earlier = year_before(period)
    there = told_of(base.case.operation, base.measured.hours, earlier)
    if not now.whole or not there.whole:
        return (), not_compared(there)
    return answers_of(base, earlier), ()


def _parts(plant: Plant, kind: str, answers: Sequence[Answer]) -> tuple[str, ...]:
    """What indices are for; a season in which a mode delivered nothing is not asked for it."""
    parts = parts_of(plant)
    if kind == "annual":
        return parts
    idle = {a.mode for a in answers if a.name == "delivered_energy" and nothing_of(a)}
    return tuple(p for p in parts if p.removeprefix("network-") not in idle)


def _traces(evaluation: Evaluation | None, period: Period) -> Traces | None:
    if evaluation is None:
        return None
    whole = evaluation.traces
    keep = (whole.time >= period.start) & (whole.time < period.end)
    if not keep.any():
        return None
    return Traces(**{name: getattr(whole, name)[keep] for name in Traces.__dataclass_fields__})


def _charts(charts: Sequence[ModeChart], period: Period) -> tuple[ModeChart, ...]:
    """Charts that have days in the period."""
    first, last = (t.astype("datetime64[D]") for t in (period.start, period.end))
    return tuple(c for c in charts if ((c.days >= first) & (c.days < last)).any())


def _ground_trends(base: Prepared, period: Period) -> tuple[tuple[str, Trend], ...]:
    """Trend of each ground thermometer over the record up to the period's end. [K/year]"""
    hours = base.measured.hours
    record = hours.within(Period(hours.time[0], period.end))
    found = []
    for of in record.places("ground_temperature"):
        try:
            found.append((of, monthly_trend(record.time, record.values("ground_temperature", of))))
        except DataError:
            continue
    corrected = together([trend for _, trend in found])
    return tuple((of, trend) for (of, _), trend in zip(found, corrected, strict=True))
