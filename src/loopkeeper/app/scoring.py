"""The scorecard of the four reliabilities, year by year, from a plant's record."""

from collections.abc import Sequence
from datetime import UTC, date

import numpy as np

from loopkeeper.app.accounts import Rates, account_of, maintenance_of
from loopkeeper.app.grading import water_figures
from loopkeeper.app.groundwork import told_of
from loopkeeper.app.record import Prepared, answers_of, events_of, find
from loopkeeper.app.waters import groundwater_of
from loopkeeper.errors import DataError
from loopkeeper.lifecycle.evaluate.groundwater import Answer as Met
from loopkeeper.lifecycle.evaluate.outlook import Outlook, crossings
from loopkeeper.lifecycle.evaluate.packs import Figure
from loopkeeper.lifecycle.evaluate.reliability import (
    Pillar,
    assurance,
    comfort_share,
    degradation,
    scorecard,
    worst_of,
)
from loopkeeper.lifecycle.monitor.early_warning import ModeChart
from loopkeeper.measure.backup_energy import backup_energy, carried_alone
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.kpi_basis import Answer
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.periods import as_datetime, local_date, year_before
from loopkeeper.measure.quality import Bools
from loopkeeper.measure.series import Period, Times
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import calibration_end
from loopkeeper.plant.site import Promise, Site
from loopkeeper.units import HOUR, SATURDAY

LEAST_RUNNING = 500
"""Fewer running hours tell no rate of faults (A). [h]"""

WEEK = 168
"""Hours of running that a margin needs at least. [h]"""
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
    while told_of(base.case.operation, base.measured.hours, period).whole:
        found.append((period, scorecard(_sub_figures(base, period))))
        period = year_before(period)
    return tuple(reversed(found))


def _sub_figures(base: Prepared, period: Period) -> dict[str, Estimate | None]:
    """Values of the sub-indices that exist for the plant; None where they are not measured."""
    plant, op = base.dossier.plant, base.case.operation.within(period)
    answers = answers_of(base, period)
    found: dict[str, Estimate | None] = {}
    found |= _resource(base, period, op, answers)
    for mode in ("heating", "cooling"):
        promise = getattr(plant.promise, f"system_cop_{mode}")
        answer = find(answers, ("performance_factor", "GB/T 50801", mode))
        if answer is not None:
            found[f"cop_{mode}_level"] = answer.value
        if promise:
            kept = None if answer is None else answer.value.scaled(1 / promise)
            found[f"cop_{mode}_kept"] = kept
    shares = [find(answers, (f"{p}_pump_share", "GB/T 50801", "all")) for p in ("source", "load")]
    values = [s.value for s in shares if s is not None]
    found["pump_share"] = (
        None
        if len(values) < 2
        else Estimate(
            values[0].value + values[1].value,
            values[0].low + values[1].low,
            values[0].high + values[1].high,
        )
    )
    found |= _comfort(base, period, op)
    found["availability"] = _availability(base, period)
    found["fault_rate"] = _fault_rate(plant, op, period)
    found["data_coverage"] = Estimate.exact(float(op.good.sum()) / max(1, period.hours))
    found["degradation"] = _degradation(base.charts, period)
    found["upkeep"] = _upkeep(base, period, answers)
    found["calibrated"] = _calibrated(plant, period)
    return found


def _comfort(base: Prepared, period: Period, op: Operation) -> dict[str, Estimate | None]:
    """Rooms one by one while the building is heated, by machines or backups; the worst counts."""
    plant, hours = base.dossier.plant, base.measured.hours.within(period)
    heated = op.enabled & (op.heating + np.nan_to_num(backup_energy(hours, plant).heat) > 0)
    heated &= occupied(op.time, plant.site)
    rooms = [hours.values("indoor_temperature", of) for of in hours.places("indoor_temperature")]
    return {
        "comfort": worst_of([comfort_share(room, heated) for room in rooms]),
        "assurance": worst_of([assurance(room, op.outdoor, heated) for room in rooms]),
    }


def _upkeep(base: Prepared, period: Period, answers: Sequence[Answer]) -> Estimate | None:
    """Maintenance over the cost of energy; None where either is not written down. [-]"""
    spent = maintenance_of(base.dossier.plant, period)
    energy = account_of(base, Rates(), period, answers)
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
    return np.asarray((hour >= WORKING[0]) & (hour < WORKING[1]) & (weekday < SATURDAY))


def _resource(
    base: Prepared, period: Period, op: Operation, answers: Sequence[Answer]
) -> dict[str, Estimate | None]:
    plant = base.dossier.plant
    found: dict[str, Estimate | None] = {}
    found |= _margins(plant, op)
    ratio = find(answers, ("thermal_balance_ratio", "ground", "all"))
    if plant.source.traits.stores:
        found["balance_distance"] = None if ratio is None else _distance(ratio.value)
        found["ground_ahead"] = _ahead(_outlook(base, period))
    if not plant.source.traits.renewed:
        found["years_left"] = years_left(_outlook(base, period), plant.promise)
    return found | _wells(base, period, answers)


def _wells(
    base: Prepared, period: Period, answers: Sequence[Answer]
) -> dict[str, Estimate | None]:
    """What the report says of the water: returned, all criteria, injectivity, quality."""
    water = groundwater_of(base, period, answers)
    if water is None:
        return {}
    told = water.complete is not Met.UNKNOWN
    kept = [c.answer is Met.MET for c in water.criteria if told and c.answer is not Met.UNKNOWN]
    falls = [100.0 * w.trend for w in water.injectivity if w.trend is not None]
    quality = water_figures(base.dossier.plant.samples, period).get("water_class")
    return {
        "reinjection_ratio": None if water.ratio is None else water.ratio.value,
        "returned_whole": Estimate.exact(float(np.mean(kept))) if kept else None,
        "injectivity": Estimate.exact(min(falls)) if falls else None,
        "water_class": quality.value if isinstance(quality, Figure) else None,
    }


def _margins(plant: Plant, op: Operation) -> dict[str, Estimate | None]:
    """Smallest distance of the water to machines and field from what is promised. [K]"""
    promise, margins = plant.promise, []
    for lowest, water in (
        (promise.source_inlet_min, op.source_supply),
        (promise.field_inlet_min, op.source_return),
    ):
        active = water[(op.heating > 0) & np.isfinite(water)]
        if lowest is not None and len(active) >= WEEK:
            margins.append(float(np.quantile(active, 0.005)) - lowest)
    if margins:
        return {"source_margin": Estimate.normal(min(margins), 0.1)}
    return {} if promise.source_inlet_min is None else {"source_margin": None}


def _distance(ratio: Estimate) -> Estimate:
    ends = sorted(abs(1 - e) for e in (ratio.low, ratio.high))
    low = 0.0 if ratio.low <= 1 <= ratio.high else ends[0]
    return Estimate(abs(1 - ratio.value), low, ends[1])


def _outlook(base: Prepared, period: Period) -> Outlook | None:
    """The forecast; it is of the whole record, so of its last year only."""
    last = base.measured.hours.time[-1] - np.timedelta64(180, "D")
    return None if base.evaluation is None or period.end < last else base.evaluation.ground


def _ahead(outlook: Outlook | None) -> Estimate | None:
    """How far the forecast leaves the design in ten years. [K]"""
    if outlook is None:
        return None
    place = min(outlook.lived + 10, len(outlook.year)) - 1
    return Estimate.exact(abs(float(outlook.found.mean[place] - outlook.design.mean[place])))


def years_left(outlook: Outlook | None, promise: Promise) -> Estimate | None:
    """Return the years until the water passes a promised limit, all of the forecast if never."""
    if outlook is None:
        return None
    here, last = outlook.year[outlook.lived - 1], outlook.year[-1]
    ends = [
        float((last if c.year is None else c.year) - here) for c in crossings(outlook, promise)
    ]
    return Estimate.exact(max(0.0, min(ends))) if ends else None


def _availability(base: Prepared, period: Period) -> Estimate | None:
    """
    Share of hours without an outage and not carried by backups alone.

    None where nothing tells: no outage written down and no backup at work is no proof, unless
    somebody states that the log is complete, or the ``outage_hours`` themselves; nor is an outage
    without its hours, unless these are stated.
    """
    plant, hours = base.dossier.plant, base.measured.hours.within(period)
    outages = [e for e in events_of(plant, period) if e.kind == "outage"]
    lost, until = carried_alone(hours, plant), _last_day(plant, period)
    stated = plant.counted("outage_hours", until)
    silent = not (outages or lost.any() or plant.log_complete(until))
    if stated is None and (silent or any(e.value is None for e in outages)):
        return None
    for one in outages:
        start = np.datetime64(one.time.astimezone(UTC).replace(tzinfo=None), "s")
        length = np.timedelta64(int(HOUR * (one.value or 0.0)), "s")
        lost |= (hours.time >= start) & (hours.time < start + length)
    gone = max(float(lost.sum()), sum(e.value or 0.0 for e in outages), stated or 0.0)
    return Estimate.exact(max(0.0, 1.0 - gone / max(1, period.hours)))


def _fault_rate(plant: Plant, op: Operation, period: Period) -> Estimate | None:
    """Faults and outages for each thousand running hours; None as above. [1/1000 h]"""
    running = float(np.nansum(op.run_share))
    count = sum(e.kind in {"fault", "outage"} for e in events_of(plant, period))
    until = _last_day(plant, period)
    stated = plant.counted("faults", until)
    if running < LEAST_RUNNING or (not count and stated is None and not plant.log_complete(until)):
        return None
    count = max(count, int(stated or 0))
    return Estimate.exact(1000.0 * count / running)


def _last_day(plant: Plant, period: Period) -> date:
    return local_date(period.end - np.timedelta64(1, "s"), plant.site.timezone)


def _degradation(charts: Sequence[ModeChart], period: Period) -> Estimate | None:
    last = period.end.astype("datetime64[D]")
    for chart in charts:
        keep = chart.days < last
        try:
            return degradation(chart.days[keep], chart.ratio[keep])
        except DataError:
            continue
    return None
