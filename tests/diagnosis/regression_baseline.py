"""
A plain regression baseline: electricity per delivered heat over the outdoor temperature by day.

Change-point models (5 parameters with heating and cooling, else 3; ASHRAE Guideline 14) of the
first year on record say what the period should have used; without such a year the promised COPs
and nameplates do. What is left is the shortfall, named by the meter it stands on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, sqrt

import numpy as np

from diagnosis.baseline import METERS, Named, Seen, answer, metered
from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Bools, Floats
from loopkeeper.measure.uncertainty import COVERAGE_FACTOR_90, Estimate

LEAST_DAYS = 30
"""Days of a fit and, of a mode, that it needs to have a change point of its own. [d]"""
LEAST_HOURS = 18
"""Well measured hours of a day that counts. [h]"""
LEAST_HEAT = 0.05
"""A day counts with this share of the largest day's heat. [-]"""
LEAST_SPAN = 0.5
"""Source temperatures of the first year must span this to have a slope. [K]"""
GRID = 20
"""Change points tried between the coldest and the warmest day. [-]"""


@dataclass(frozen=True)
class Days:
    """Whole days that are told and have a load, shape (d,): kWh, outdoor and source in °C."""

    heating: Floats
    cooling: Floats
    outdoor: Floats
    source: Floats
    used: dict[str, Floats]

    @property
    def heat(self) -> Floats:
        """Heat and cold. [kWh]"""
        return self.heating + self.cooling


@dataclass(frozen=True)
class Model:
    """y = c + a·max(0, T_heat - T) + b·max(0, T - T_cool), y electricity over heat. [-]"""

    points: tuple[float | None, float | None]
    factors: Floats
    scatter: float
    tied: float
    days: int

    def __call__(self, days: Days) -> Floats:
        """Electricity of days. [kWh]"""
        return days.heat * (_columns(days.outdoor, self.points) @ self.factors)

    def deviation(self, period: Days) -> float:
        """Standard deviation of a period's sum (Guideline 14, 1.26 for the fit). [kWh]"""
        free = max(self.days * (1 - self.tied) / (1 + self.tied), 3.0)
        m = len(period.heat)
        return 1.26 * self.scatter * sqrt(self.days / free * (1 + 2 / free) * m)


def days_of(hours: Operation) -> Days:
    """Cut hours into days, of which the well measured hours count."""
    count, powers = hours.hours // 24, {m: metered(hours, m) for m in METERS}

    def daily(values: Floats) -> Floats:
        return values[: 24 * count].reshape(count, 24)

    good = hours.good & np.isfinite(hours.outdoor)
    load = np.where(good, hours.heating + hours.cooling, 0.0)
    heat = daily(load).sum(axis=1)
    kept = (daily(good).sum(axis=1) >= LEAST_HOURS) & (heat > LEAST_HEAT * heat.max(initial=0.0))
    seen = np.where(np.isfinite(hours.source_supply), load, 0.0)
    weight = daily(seen).sum(axis=1)
    water = daily(np.nan_to_num(hours.source_supply) * seen).sum(axis=1) / np.maximum(weight, 1e-9)
    return Days(
        daily(np.where(good, hours.heating, 0.0)).sum(axis=1)[kept] / 1000,
        daily(np.where(good, hours.cooling, 0.0)).sum(axis=1)[kept] / 1000,
        daily(hours.outdoor).mean(axis=1)[kept],
        np.where(weight > 0, water, np.nan)[kept],
        {m: daily(np.where(good, p, 0.0)).sum(axis=1)[kept] / 1000 for m, p in powers.items()},
    )


def _columns(outdoor: Floats, points: Sequence[float | None]) -> Floats:
    rows = [np.ones(len(outdoor))]
    for point, sign in zip(points, (-1.0, 1.0), strict=True):
        if point is not None:
            rows.append(np.maximum(0.0, sign * (outdoor - point)))
    return np.stack(rows, axis=1)


def fitted(days: Days, used: Floats) -> Model:
    """Fit the change-point model by least squares of the day's electricity, over a grid."""
    if len(used) < LEAST_DAYS:
        raise InsufficientDataError("no regression", [f"{len(used)} days with a load"])
    grid = np.linspace(days.outdoor.min(), days.outdoor.max(), GRID + 2)[1:-1]
    warm = grid if (days.heating > days.cooling).sum() >= LEAST_DAYS else [None]
    cold = grid if (days.cooling > days.heating).sum() >= LEAST_DAYS else [None]
    best: tuple[float, tuple, Floats] | None = None
    for points in ((h, c) for h in warm for c in cold if h is None or c is None or h <= c):
        columns = days.heat[:, None] * _columns(days.outdoor, points)
        factors = np.linalg.lstsq(columns, used, rcond=None)[0]
        error = float(((used - columns @ factors) ** 2).sum())
        if best is None or error < best[0]:
            best = (error, points, factors)
    assert best is not None
    left = used - days.heat * (_columns(days.outdoor, best[1]) @ best[2])
    own = len(best[2]) + sum(p is not None for p in best[1])
    tied = float(left[1:] @ left[:-1]) / max(float(left @ left), 1e-9)
    scatter = sqrt(best[0] / max(len(used) - own, 1))
    return Model(best[1], best[2], scatter, float(np.clip(tied, 0.0, 0.95)), len(used))


def _before(seen: Seen) -> Days | None:
    """Return the days of the first year, None where too few of them can be fitted."""
    days = None if seen.first is None else days_of(seen.first)
    return days if days is not None and len(days.heat) >= LEAST_DAYS else None


def _left_over(seen: Seen) -> tuple[Days, dict[str, Estimate]]:
    """What each meter used above its model, or else above the promise, in the period. [kWh]"""
    now, before, left = days_of(seen.now), _before(seen), {}
    told = sum(seen.spent.values()) / sum(float(u.sum()) for u in now.used.values())
    for meter, used in now.used.items():
        if before is None:
            model = fitted(now, used)
            more = seen.spent[meter] - seen.promised[meter]
        else:
            model = fitted(before, before.used[meter])
            more = told * float((used - model(now)).sum())
        left[meter] = Estimate.normal(more, told * model.deviation(now))
    return now, left


def _drifted(seen: Seen, now: Days) -> float:
    """What machines use more by the source's trend: slope of the first year times it. [kWh]"""
    before, more = _before(seen), 0.0
    if before is None:
        return more
    for mode, worse in (("heating", -1.0), ("cooling", 1.0)):
        then, here = (_mode(d, mode) for d in (before, now))
        if min(then.sum(), here.sum()) < LEAST_DAYS or np.ptp(before.source[then]) < LEAST_SPAN:
            continue
        per_heat = before.used["machine"][then] / before.heat[then]
        slope = float(np.polyfit(before.source[then], per_heat, 1)[0])
        trend = float(now.source[here].mean() - before.source[then].mean())
        if worse * trend > 0:
            more += max(slope * trend, 0.0) * float(now.heat[here].sum())
    return more


def _mode(days: Days, mode: str) -> Bools:
    return (getattr(days, mode) > 0.5 * days.heat) & np.isfinite(days.source)


def _by_load(seen: Seen, now: Days) -> float:
    """Electricity that does not follow the load, for the heat that the design had more. [kWh]"""
    promise = seen.plant.promise
    designed = (promise.annual_heating or 0.0) + (promise.annual_cooling or 0.0)
    if designed <= 0 or seen.ground.period.hours < 8700:
        return 0.0
    delivered = 3600.0 * float((seen.now.heating + seen.now.cooling).sum())
    used = sum(now.used.values())
    fixed = float(np.polyfit(now.heat, used, 1)[1])
    return max(fixed, 0.0) * len(used) * max(1.0 - delivered / designed, 0.0)


def split(left: dict[str, Estimate], by_load: float, drifted: float) -> list[Named]:
    """Name what is left on each meter; what load and trend explain is taken from it first."""
    positive = sum(max(e.value, 0.0) for e in left.values())
    shares = {m: max(e.value, 0.0) / positive if positive else 0.0 for m, e in left.items()}
    load = min(by_load, positive)
    rest = {m: max(e.value, 0.0) - load * shares[m] for m, e in left.items()}
    trend = min(drifted, rest["machine"])
    spread = {m: e.standard_deviation for m, e in left.items()}
    whole = sqrt(sum(s**2 for s in spread.values()))
    return [
        _named("operation", "machines", rest["machine"] - trend, spread["machine"]),
        _named("thermal_balance", "trend of the source", trend, spread["machine"]),
        _named("hydraulic", "source pumps", rest["source_pump"], spread["source_pump"]),
        _named("hydraulic", "load pumps", rest["load_pump"], spread["load_pump"]),
        _named("design", "load", load, whole),
    ]


def _named(kind: str, cause: str, value: float, deviation: float) -> Named:
    """Name a deviation; its confidence is that of differing from zero, two-sided."""
    surely = erf(value / max(deviation, 1e-9) / sqrt(2))
    return Named(kind, cause, Estimate.normal(value, deviation), surely)


def regression_answer(seen: Seen) -> dict[str, object]:
    """Answer a plant by what its change-point models leave over."""
    now, left = _left_over(seen)
    deviation = sqrt(sum(e.standard_deviation**2 for e in left.values()))
    shortfall = Estimate.normal(sum(e.value for e in left.values()), deviation)
    named = split(left, _by_load(seen, now), _drifted(seen, now))
    sure = [n for n in named if n.energy.value > COVERAGE_FACTOR_90 * n.energy.standard_deviation]
    return answer(shortfall, sure, base="first year" if _before(seen) else "promise")
