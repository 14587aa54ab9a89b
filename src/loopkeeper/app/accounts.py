"""Money, carbon and upkeep of periods, from a plant's record."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.app.record import Prepared
from loopkeeper.lifecycle.evaluate.money import Account, Prices, Terms, Used, account
from loopkeeper.measure.backup_energy import backup_energy
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.periods import as_datetime, year_before
from loopkeeper.measure.series import Period
from loopkeeper.plant.carbon import GridFactor, factor_of_time
from loopkeeper.plant.plant import Plant

COVERED = 0.9
"""Share of a year that the record must hold for it to be told. [-]"""


@dataclass(frozen=True, slots=True)
class Rates:
    """
    What money and carbon stand on.

    ``region`` of the grid, ``year`` of its factor (None: of the period), and prices of fuels.
    """

    region: str = "china"
    year: int | None = None
    prices: Prices = Prices()

    def factor(self, period: Period) -> GridFactor:
        """Return the carbon of the grid in a period."""
        middle = as_datetime(period.start + (period.end - period.start) / 2)
        return factor_of_time(self.region, middle.year, self.year)


def account_of(base: Prepared, rates: Rates, period: Period) -> Account:
    """Return the account of the hours of a period; hours that were filled count as unknown."""
    plant, operation = base.dossier.plant, base.ground.operation.within(period)
    beside = backup_energy(base.measured.hours.within(period), plant)
    month, _, hour, _ = local_calendar(operation.time, plant.site.timezone)
    heat, cold = (
        np.where(operation.filled, np.nan, v) for v in (operation.heating, operation.cooling)
    )
    used = Used(hour, month, heat + beside.heat, cold + beside.cold,
                operation.electricity + beside.electricity, beside.fuels,
                beside.missing)  # fmt: skip
    terms = Terms(rates.factor(period).factor, rates.prices, _cooling_capacity(plant))
    return account(used, plant.tariff, terms)


def _cooling_capacity(plant: Plant) -> float | None:
    """Cooling of the largest unit by its plate (机组容量), else what was promised. [W]"""
    plates = max((m.rated_cooling or 0.0 for m in plant.machines), default=0.0)
    return plates or plant.promise.peak_cooling


def accounts_by_year(
    base: Prepared, period: Period, rates: Rates
) -> tuple[tuple[Period, Account, GridFactor], ...]:
    """Return the account of a year and of those before it that the record covers."""
    found = []
    while base.ground.operation.within(period).hours >= COVERED * period.hours:
        found.append((period, account_of(base, rates, period), rates.factor(period)))
        period = year_before(period)
    return tuple(reversed(found))


def maintenance_of(plant: Plant, period: Period) -> float | None:
    """Return the maintenance written down; None where no event states a cost. [currency]"""
    start, end = (as_datetime(t) for t in (period.start, period.end))
    written = (e for e in plant.events if e.kind == "maintenance" and start <= e.time < end)
    costs = [e.value for e in written if e.value is not None]
    return sum(costs) if costs else None
