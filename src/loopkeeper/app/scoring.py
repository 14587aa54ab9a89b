"""The scorecard of the four reliabilities, year by year, from a plant's record."""

from collections.abc import Sequence

import numpy as np

from loopkeeper.app.accounts import Rates, account_of, maintenance_of
from loopkeeper.app.groundwork import told_of
from loopkeeper.app.record import Prepared, answers_of, events_of, find
from loopkeeper.app.sensor_health import calibration_end
from loopkeeper.errors import DataError
from loopkeeper.lifecycle.evaluate.reliability import (
    Pillar,
    assurance,
    comfort_share,
    degradation,
    scorecard,
)
from loopkeeper.lifecycle.monitor.early_warning import ModeChart
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.kpi_basis import Answer
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.periods import as_datetime, local_date, year_before
from loopkeeper.measure.quality import Bools
from loopkeeper.measure.series import Period, Times
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import GROUNDWATER, Site, SourceKind

KNOWN = 0.5
"""Share of a period's hours that must be measured for its cost to stand. [-]"""
DAY_TIME = frozenset({"office", "school", "commercial"})
"""Uses of buildings that are empty at night and on weekends."""
WORKING = (9, 18)
"""Local hours in which such buildings are used (A). [h]"""


def years_of_scores(
    base: Prepared, period: Period
) -> tuple[tuple[Period, tuple[Pillar, ...]], ...]:
    """Return the scorecard of a period and of the years before it that the record tells whole."""
    found = []
    while told_of(base.ground.operation, base.measured.hours, period).whole:
        found.append((period, scorecard(_sub_figures(base, period))))
        period = year_before(period)
    return tuple(reversed(found))


def _sub_figures(base: Prepared, period: Period) -> dict[str, Estimate | None]:
    """Values of the sub-indices that exist for the plant; None where they are not measured."""
    plant, op = base.dossier.plant, base.ground.operation.within(period)
    answers = answers_of(base, period)
    found: dict[str, Estimate | None] = {}
    found |= _resource(base, period, op, answers)
    for mode in ("heating", "cooling"):
        promise = getattr(plant.promise, f"system_cop_{mode}")
        answer = find(answers, ("performance_factor", "GB/T 50801", mode))
        if promise:
            kept = None if answer is None else answer.value.scaled(1 / promise)
            found[f"cop_{mode}_kept"] = kept
    shares = [find(answers, (f"{p}_pump_share", "GB/T 50801", "all")) for p in ("source", "load")]
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
    found["data_coverage"] = Estimate.exact(float(op.good.sum()) / max(1, period.hours))
    found["degradation"] = _degradation(base.charts, period)
    found["upkeep"] = _upkeep(plant, op, period, answers)
    found["calibrated"] = _calibrated(plant, period)
    return found


def _upkeep(
    plant: Plant, op: Operation, period: Period, answers: Sequence[Answer]
) -> Estimate | None:
    """Maintenance over the cost of electricity; None where either is not written down. [-]"""
    spent = maintenance_of(plant, period)
    energy = account_of(plant, op, Rates(), period, answers)
    if spent is None or not energy.money or energy.known < KNOWN:
        return None
    return Estimate.exact(spent / energy.money)


def _calibrated(plant: Plant, period: Period) -> Estimate | None:
    """Share of points within their calibration at the end; None where none states any."""
    ends = [end for p in plant.points if (end := calibration_end(p)) is not None]
    if not ends:
        return None
    last = as_datetime(period.end).date()
    return Estimate.exact(sum(end >= last for end in ends) / len(plant.points))


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
    ratio = find(answers, ("thermal_balance_ratio", "ground", "all"))
    if plant.source.kind is SourceKind.BOREHOLE_FIELD:
        found["balance_distance"] = None if ratio is None else _distance(ratio.value)
        found["ground_ahead"] = _ahead(base, period)
    if plant.source.kind in GROUNDWATER:
        back = find(answers, ("reinjection_ratio", "wells", "all"))
        found["reinjection_ratio"] = None if back is None else back.value
    return found


def _distance(ratio: Estimate) -> Estimate:
    ends = sorted(abs(1 - e) for e in (ratio.low, ratio.high))
    low = 0.0 if ratio.low <= 1 <= ratio.high else ends[0]
    return Estimate(abs(1 - ratio.value), low, ends[1])


def _ahead(base: Prepared, period: Period) -> Estimate | None:
    """How far the forecast leaves the design; it is of the whole record, so of its last year."""
    evaluation = base.evaluation
    last = base.measured.hours.time[-1] - np.timedelta64(180, "D")
    if evaluation is None or evaluation.ground is None or period.end < last:
        return None
    outlook = evaluation.ground
    place = min(outlook.lived + 10, len(outlook.year)) - 1
    return Estimate.exact(abs(float(outlook.found.mean[place] - outlook.design.mean[place])))


def _availability(plant: Plant, period: Period) -> Estimate | None:
    """
    Share of hours without an outage.

    None where an outage's hours are not written, or where none is written and nobody states that
    the log is complete: nothing written is no proof that nothing stood still.
    """
    hours = [e.value for e in events_of(plant, period) if e.kind == "outage"]
    known = [h for h in hours if h is not None]
    if len(known) < len(hours) or not (hours or _all_written(plant, period)):
        return None
    return Estimate.exact(max(0.0, 1.0 - sum(known) / max(1, period.hours)))


def _fault_rate(plant: Plant, op: Operation, period: Period) -> Estimate | None:
    """Faults and outages for each thousand running hours; None as above. [1/1000 h]"""
    running = float(np.nansum(op.run_share))
    count = sum(e.kind in {"fault", "outage"} for e in events_of(plant, period))
    if running < 500 or not (count or _all_written(plant, period)):
        return None
    return Estimate.exact(1000.0 * count / running)


def _all_written(plant: Plant, period: Period) -> bool:
    """Whether somebody states that all events of a period are written down."""
    return plant.log_complete(local_date(period.end - np.timedelta64(1, "s"), plant.site.timezone))


def _degradation(charts: Sequence[ModeChart], period: Period) -> Estimate | None:
    last = period.end.astype("datetime64[D]")
    for chart in charts:
        keep = chart.days < last
        try:
            return degradation(chart.days[keep], chart.ratio[keep])
        except DataError:
            continue
    return None
