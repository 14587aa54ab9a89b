"""Money, carbon and upkeep of periods, from a plant's record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.app.groundwork import told_of
from loopkeeper.app.record import Prepared, answers_of, find
from loopkeeper.lifecycle.evaluate.money import FuelPrices, PeriodAccount, Terms, Used, account
from loopkeeper.measure.backup_energy import backup_energy
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.kpi_basis import Answer, by_month, lift, nothing_of
from loopkeeper.measure.periods import as_datetime, year_before
from loopkeeper.measure.series import Floats, Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.carbon import GridFactor, factor_of_time
from loopkeeper.plant.plant import Plant
from loopkeeper.units import HOUR

ENERGIES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "heat": (("delivered_energy", "user side", "heating"),),
    "cold": (("delivered_energy", "user side", "cooling"),),
    "electricity": tuple(
        ("electricity", name, "all")
        for name in ("machines", "source-pumps", "load-pumps", "backup")
    ),
}
"""Energies that are added up in tiles, tables and money: the key figures they sum."""
BACKUPS = ENERGIES["electricity"][-1]
"""What only plants with electric backups have."""


@dataclass(frozen=True, slots=True)
class Rates:
    """
    What money and carbon stand on.

    ``region`` of the grid, ``year`` of its factor (None: of the period), and prices of fuels.
    """

    region: str = "china"
    year: int | None = None
    prices: FuelPrices = FuelPrices()

    def factor(self, period: Period) -> GridFactor:
        """Return the carbon of the grid in a period."""
        middle = as_datetime(period.start + (period.end - period.start) / 2)
        return factor_of_time(self.region, middle.year, self.year)


def account_of(
    base: Prepared, rates: Rates, period: Period, answers: Sequence[Answer] = ()
) -> PeriodAccount:
    """
    Return the account of a period, backups included.

    Parameters
    ----------
    base : Prepared
        The plant and its record; hours that were filled count as unknown.
    rates : Rates
        Of money and carbon.
    period : Period
        As it was asked for: ``known`` is the share of it that is measured.
    answers : sequence of KpiValue or KpiRefusal
        Its key figures: hours that these scale up over cost what the measured ones cost, so that
        an energy has one value wherever it is printed.

    Returns
    -------
    PeriodAccount
    """
    plant, operation = base.dossier.plant, base.case.operation.within(period)
    beside = backup_energy(base.measured.hours.within(period), plant)
    month, _, hour, _ = local_calendar(operation.time, plant.site.timezone)
    heat, cold = (
        np.where(operation.filled, np.nan, v) for v in (operation.heating, operation.cooling)
    )
    columns = np.stack(
        [
            heat + beside.heat,
            cold + beside.cold,
            operation.electricity + beside.electricity,
            *beside.fuels.values(),
        ]
    )
    columns[:, ~np.isfinite(columns).all(axis=0)] = np.nan
    lifts = [
        _lift(power, energy_of(answers, names))
        for power, names in zip(columns[:3], energies(answers).values(), strict=True)
    ]
    useful, cooled, drawn = (f * v for f, v in zip(lifts, columns[:3], strict=True))
    burnt = _burnt(base, period)
    fuels = {
        name: v * _lift(v, burnt[name]) for name, v in zip(beside.fuels, columns[3:], strict=True)
    }
    used = Used(
        hour=hour,
        month=month,
        heat=useful,
        cold=cooled,
        electricity=drawn,
        fuels=fuels,
        missing=beside.missing,
    )
    terms = Terms(rates.factor(period).factor, rates.prices, cooling_capacity(plant))
    found = account(used, plant.tariff, terms)
    return replace(found, known=found.known * operation.hours / max(1, period.hours))


def _burnt(base: Prepared, period: Period) -> dict[str, Estimate]:
    """Fuels of backups by their own meters, gaps filled as those of key figures. [J]"""
    plant, hours = base.dossier.plant, base.measured.hours.over(period)
    fill = by_month(hours, plant.site.timezone)
    return {
        name: Estimate.exact(float(np.nansum(v)) * HOUR * lift(v, np.isfinite(v), fill))
        for name, v in backup_energy(hours, plant).fuels.items()
    }


def cooling_capacity(plant: Plant) -> float | None:
    """Cooling of the largest unit by its plate (机组容量), else what was promised. [W]"""
    plates = max((m.rated_cooling or 0.0 for m in plant.machines), default=0.0)
    return plates or plant.promise.peak_cooling


def energies(answers: Sequence[Answer]) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    """Return the key figures that each energy sums, without those of which there was nothing."""
    idle = {(a.name, a.boundary, a.mode) for a in answers if nothing_of(a)}
    some = {(a.name, a.boundary, a.mode) for a in answers} - idle
    return {
        key: tuple(n for n in names if n not in idle and (n != BACKUPS or n in some))
        for key, names in ENERGIES.items()
    }


def energy_of(answers: Sequence[Answer], names: Sequence[tuple[str, str, str]]) -> Estimate | None:
    """Return the sum of some key figures; None where one of them is not given. [J]"""
    values = [answer.value for name in names if (answer := find(answers, name)) is not None]
    if not values or len(values) < len(names):
        return None
    whole = sum(v.value for v in values)
    doubt = float(np.hypot.reduce([v.standard_deviation for v in values]))
    return Estimate.normal(whole, doubt)


def _lift(power: Floats, energy: Estimate | None) -> float:
    """What an energy is over that of the measured hours that stand for it. [-]"""
    measured = float(np.nansum(power)) * HOUR
    return 1.0 if energy is None or measured <= 0 else energy.value / measured


def accounts_by_year(
    base: Prepared, period: Period, rates: Rates
) -> tuple[tuple[Period, PeriodAccount, GridFactor], ...]:
    """Return the account of a year and of those before it that the record tells whole."""
    found = []
    while told_of(base.case.operation, base.measured.hours, period).whole:
        answers = answers_of(base, period)
        found.append((period, account_of(base, rates, period, answers), rates.factor(period)))
        period = year_before(period)
    return tuple(reversed(found))


def maintenance_of(plant: Plant, period: Period) -> float | None:
    """Return the maintenance written down; None where no event states a cost. [currency]"""
    start, end = (as_datetime(t) for t in (period.start, period.end))
    written = (e for e in plant.events if e.kind == "maintenance" and start <= e.time < end)
    costs = [e.value for e in written if e.value is not None]
    return sum(costs) if costs else None
