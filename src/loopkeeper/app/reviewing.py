"""Periodic review of a plant: everything a month's, quarter's or year's report says, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from loopkeeper.app.closing_the_loop import evaluate_plant
from loopkeeper.app.grading import parts_of, plant_figures
from loopkeeper.app.groundwork import Groundwork, Measured, lay_groundwork, once
from loopkeeper.app.watching import charted
from loopkeeper.errors import DataError, InsufficientDataError
from loopkeeper.lifecycle.evaluate.groundwater import Groundwater, groundwater
from loopkeeper.lifecycle.evaluate.money import Account, Prices, Used, account
from loopkeeper.lifecycle.evaluate.packs import Graded, Pack, graded
from loopkeeper.lifecycle.evaluate.reliability import (
    Pillar,
    assurance,
    comfort_share,
    degradation,
    scorecard,
)
from loopkeeper.lifecycle.evaluate.result import Evaluation, Traces
from loopkeeper.lifecycle.monitor.early_warning import ModeChart
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.kpi_basis import Answer, KpiRefusal, KpiValue
from loopkeeper.measure.kpi_system import (
    Step,
    hot_water_energy,
    loss_waterfall,
    pump_work,
    system_factor,
    water_transport_factor,
)
from loopkeeper.measure.kpi_table import key_figures
from loopkeeper.measure.kpi_water import reinjection_ratio, water_taken
from loopkeeper.measure.operation import Operation, local_calendar
from loopkeeper.measure.periods import year_before
from loopkeeper.measure.quality import Bools, PointSummary, summarise
from loopkeeper.measure.series import Period, Times
from loopkeeper.measure.trend import Trend, monthly_trend
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.carbon import GridFactor
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import Event
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.verdict import Verdict

LEAST: Mapping[str, float] = {"monthly": 0.8, "quarterly": 0.8, "annual": 0.8}
"""Least share of a period that has to be measured. [-]"""
DAY_TIME = frozenset({"office", "school", "commercial"})
"""Uses of buildings that are empty at night and on weekends."""
WORKING = (9, 18)
"""Local hours in which such buildings are used (A). [h]"""
FAULTS = frozenset({"outage", "fault", "alarm", "complaint"})
"""Kinds of events that a month's report lists."""


@dataclass(frozen=True)
class Prepared:
    """A plant whose whole record is admitted and, where it can be, evaluated once."""

    dossier: Dossier
    measured: Measured
    ground: Groundwork
    evaluation: Evaluation | None
    charts: tuple[ModeChart, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Asked:
    """What a review stands on beside the plant: packs, grid factor and prices."""

    packs: tuple[Pack, ...]
    grid: GridFactor
    prices: Prices


@dataclass(frozen=True)
class Review:
    """What a periodic report says."""

    kind: str
    plant: Plant
    period: Period
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
    account: Account
    grid: GridFactor
    evaluation: Evaluation | None
    quality: tuple[PointSummary, ...]
    events: tuple[Event, ...]
    verdicts: tuple[Verdict, ...]

    def value(self, name: str, boundary: str, mode: str = "all") -> KpiValue | None:
        """Return a key figure, None where it was refused."""
        return _find(self.answers, (name, boundary, mode))

    def value_before(self, name: str, boundary: str, mode: str = "all") -> KpiValue | None:
        """Return the same key figure a year earlier."""
        return _find(self.before, (name, boundary, mode))


def _find(answers: Sequence[Answer], key: tuple[str, str, str]) -> KpiValue | None:
    for answer in answers:
        if isinstance(answer, KpiValue) and (answer.name, answer.boundary, answer.mode) == key:
            return answer
    return None


def prepared(dossier: Dossier, measured: Measured) -> Prepared:
    """
    Prepare a plant for its reviews.

    Parameters
    ----------
    dossier : Dossier
        The plant.
    measured : Measured
        All its admitted readings.

    Returns
    -------
    Prepared
        With the reason where the plant cannot be held against its model.

    Raises
    ------
    InsufficientDataError
        When there are no hours at all.
    """
    time = measured.hours.time
    whole = None if not len(time) else Period(time[0], time[-1] + np.timedelta64(1, "h"))
    ground = lay_groundwork(dossier, measured, whole)
    try:
        evaluation = evaluate_plant(ground)
        charts, said = charted(ground, evaluation)
    except DataError as error:
        reason = Verdict("monitor.round.none", {"reason": str(error)})
        return Prepared(dossier, measured, ground, None, (), (reason,))
    return Prepared(dossier, measured, ground, evaluation, charts, said)


def reviewed(base: Prepared, kind: str, period: Period, asked: Asked) -> Review:
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
    asked : Asked
        Packs, grid factor, prices.

    Returns
    -------
    Review

    Raises
    ------
    InsufficientDataError
        When the record holds less than a day of the period.
    """
    plant, hours = base.dossier.plant, base.measured.hours
    if hours.within(period).time.size < 24:
        first, last = hours.time[0], hours.time[-1]
        raise InsufficientDataError(
            "the period holds no data", [f"data reach from {first} to {last} UTC"]
        )
    answers = _answers(base, period, LEAST[kind])
    refused = tuple(v for a in answers if isinstance(a, KpiRefusal) for v in a.reasons)
    inside = replace(base.ground, period=period, operation=base.ground.operation.within(period))
    figures = plant_figures(inside, hours, answers, None)
    if base.evaluation is not None and kind == "annual":
        figures |= plant_figures(inside, hours, answers, base.evaluation)
    filled = tuple(p for p in asked.packs if p.filled)
    falls = {m: loss_waterfall(hours, plant, period, m) for m in ("heating", "cooling")}
    return Review(
        kind, plant, period, answers, _answers(base, year_before(period), LEAST[kind]),
        {m: f for m, f in falls.items() if not isinstance(f, KpiRefusal)},
        inside.operation, _traces(base.evaluation, period), _charts(base.charts, period),
        tuple(graded(p, figures, parts_of(plant)) for p in filled),
        tuple(p for p in asked.packs if not p.filled),
        _years(base, period) if kind == "annual" else (),
        _groundwater(base, period, answers), _ground_trends(base, period),
        _maintenance(plant, period),
        _account(plant, inside.operation, asked), asked.grid,
        base.evaluation if kind == "annual" else None,
        summarise(base.measured.admitted, period), _events(plant, period),
        once((*base.ground.verdicts, *base.verdicts, *refused)),
    )  # fmt: skip


def _answers(base: Prepared, period: Period, least: float) -> tuple[Answer, ...]:
    """Every key figure of a period; none where it lies outside the record."""
    plant, hours = base.dossier.plant, base.measured.hours
    if not len(hours.within(period).time):
        return ()
    found: list[Answer] = [*key_figures(hours, plant, period, minimum_coverage=least)]
    for loop in ("source", "load"):
        found.append(pump_work(hours, plant, period, loop, minimum_coverage=least))
        found.append(water_transport_factor(hours, plant, period, loop, minimum_coverage=least))
    found.append(system_factor(hours, plant, period, minimum_coverage=least))
    if hours.places("heat_power") and "hot-water" in hours.places("heat_power"):
        found += hot_water_energy(hours, plant, period, minimum_coverage=least)
    if plant.source.kind is SourceKind.WELL_GROUP:
        found.append(reinjection_ratio(hours, period, minimum_coverage=least))
        found.append(water_taken(hours, period, minimum_coverage=least))
    return tuple(found)


def _groundwater(base: Prepared, period: Period, answers: Sequence[Answer]) -> Groundwater | None:
    plant, hours = base.dossier.plant, base.measured.hours
    if plant.source.kind is not SourceKind.WELL_GROUP:
        return None
    record = hours.within(Period(hours.time[0], period.end))
    names = ("reinjection_ratio", "water_taken")
    water = tuple(_find(answers, (name, "wells", "all")) for name in names)
    return groundwater(plant, hours.within(period), record, water)


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


def _account(plant: Plant, operation: Operation, asked: Asked) -> Account:
    hour = local_calendar(operation.time, plant.site.timezone)[2]
    heat, cold = (
        np.where(operation.filled, np.nan, v) for v in (operation.heating, operation.cooling)
    )
    used = Used(hour, heat, cold, operation.electricity)
    return account(used, plant.tariff, asked.grid.factor, asked.prices)


def _events(plant: Plant, period: Period) -> tuple[Event, ...]:
    start, end = (_instant(t) for t in (period.start, period.end))
    return tuple(e for e in plant.events if e.kind in FAULTS and start <= e.time < end)


def _instant(time: np.datetime64) -> datetime:
    return datetime.fromtimestamp(int(time.astype("datetime64[s]").astype(np.int64)), UTC)


def _years(base: Prepared, period: Period) -> tuple[tuple[Period, tuple[Pillar, ...]], ...]:
    """The scorecard of the period and of the years before it that the record covers."""
    found = []
    while base.ground.operation.within(period).hours >= 0.9 * period.hours:
        found.append((period, scorecard(_sub_figures(base, period))))
        period = year_before(period)
    return tuple(reversed(found))


def _sub_figures(base: Prepared, period: Period) -> dict[str, Estimate | None]:
    """Values of the sub-indices that exist for the plant; None where they are not measured."""
    plant, op = base.dossier.plant, base.ground.operation.within(period)
    answers = _answers(base, period, 0.8)
    found: dict[str, Estimate | None] = {}
    found |= _resource(base, period, op, answers)
    for mode in ("heating", "cooling"):
        promise = getattr(plant.promise, f"system_cop_{mode}")
        answer = _find(answers, ("performance_factor", "GB/T 50801", mode))
        if promise:
            kept = None if answer is None else answer.value.scaled(1 / promise)
            found[f"cop_{mode}_kept"] = kept
    shares = [_find(answers, (f"{p}_pump_share", "GB/T 50801", "all")) for p in ("source", "load")]
    values = [s.value for s in shares if s is not None]
    found["pump_share"] = None if len(values) < 2 else Estimate(
        values[0].value + values[1].value, values[0].low + values[1].low,
        values[0].high + values[1].high,
    )  # fmt: skip
    used = occupied(op.time, plant.site)
    found["comfort"] = comfort_share(op.indoor, used & op.enabled & (op.heating > 0))
    found["assurance"] = assurance(op.indoor, op.outdoor, used & op.enabled & (op.heating > 0))
    found["availability"] = _availability(plant, period)
    found["fault_rate"] = _fault_rate(plant, op, period)
    found["data_coverage"] = Estimate.exact(float(op.good.mean())) if op.hours else None
    found["degradation"] = _degradation(base.charts, period)
    dated = [p for p in plant.points if p.calibrated_on is not None]
    if dated:
        found["calibrated"] = Estimate.exact(len(dated) / len(plant.points))
    return found


def occupied(time: Times, site: Site) -> Bools:
    """Return the hours in which people are in: working hours of day-time buildings, else all."""
    if site.use not in DAY_TIME:
        return np.ones(len(time), dtype=bool)
    _, _, hour, weekday = local_calendar(time, site.timezone)
    return np.asarray((hour >= WORKING[0]) & (hour < WORKING[1]) & (weekday < 5))


def _resource(
    base: Prepared, period: Period, op: Operation, answers: Sequence[Answer]
) -> dict[str, Estimate | None]:
    plant = base.dossier.plant
    found: dict[str, Estimate | None] = {}
    lowest = plant.promise.source_inlet_min
    active = op.source_supply[(op.heating > 0) & np.isfinite(op.source_supply)]
    if lowest is not None:
        margin = None if len(active) < 168 else float(np.quantile(active, 0.005)) - lowest
        found["source_margin"] = None if margin is None else Estimate.normal(margin, 0.1)
    ratio = _find(answers, ("thermal_balance_ratio", "ground", "all"))
    if plant.source.kind is SourceKind.BOREHOLE_FIELD:
        found["balance_distance"] = None if ratio is None else _distance(ratio.value)
        found["ground_ahead"] = _ahead(base.evaluation, period)
    if plant.source.kind is SourceKind.WELL_GROUP:
        back = _find(answers, ("reinjection_ratio", "wells", "all"))
        found["reinjection_ratio"] = None if back is None else back.value
    return found


def _distance(ratio: Estimate) -> Estimate:
    ends = sorted(abs(1 - e) for e in (ratio.low, ratio.high))
    low = 0.0 if ratio.low <= 1 <= ratio.high else ends[0]
    return Estimate(abs(1 - ratio.value), low, ends[1])


def _ahead(evaluation: Evaluation | None, period: Period) -> Estimate | None:
    if evaluation is None or evaluation.ground is None or period.hours < 8000:
        return None
    outlook = evaluation.ground
    place = min(outlook.lived + 10, len(outlook.year)) - 1
    return Estimate.exact(abs(float(outlook.found[place] - outlook.design[place])))


def _availability(plant: Plant, period: Period) -> Estimate | None:
    """Share of hours without an outage written down; None when nobody writes any events down."""
    if not plant.events:
        return None
    lost = sum(e.value or 0.0 for e in _events(plant, period) if e.kind == "outage")
    return Estimate.exact(max(0.0, 1.0 - lost / max(1, period.hours)))


def _fault_rate(plant: Plant, op: Operation, period: Period) -> Estimate | None:
    """Faults and outages written down for each thousand running hours. [1/1000 h]"""
    running = float(op.run_share.sum())
    if not plant.events or running < 500:
        return None
    count = sum(e.kind in {"fault", "outage"} for e in _events(plant, period))
    return Estimate.exact(1000.0 * count / running)


def _maintenance(plant: Plant, period: Period) -> float | None:
    """Cost of the maintenance written down; None when no event states one. [currency]"""
    start, end = (_instant(t) for t in (period.start, period.end))
    written = (e for e in plant.events if e.kind == "maintenance" and start <= e.time < end)
    costs = [e.value for e in written if e.value is not None]
    return sum(costs) if costs else None


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
    return tuple(found)


def _degradation(charts: Sequence[ModeChart], period: Period) -> Estimate | None:
    last = period.end.astype("datetime64[D]")
    for chart in charts:
        keep = chart.days < last
        try:
            return degradation(chart.days[keep], chart.ratio[keep])
        except DataError:
            continue
    return None
