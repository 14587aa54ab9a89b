"""Money, carbon and upkeep of periods, from a plant's record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.app.groundwork import told_of
from loopkeeper.app.record import Prepared, answers_of, find
from loopkeeper.lifecycle.evaluate.money import Account, Prices, Used, account
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.kpi_basis import Answer
from loopkeeper.measure.operation import Operation
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
        ("electricity", name, "all") for name in ("machines", "source-pumps", "load-pumps")
    ),
}
"""Energies that are added up in tiles, tables and money: the key figures they sum."""


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


def account_of(
    plant: Plant, operation: Operation, rates: Rates, period: Period,
    answers: Sequence[Answer] = (),
) -> Account:  # fmt: skip
    """
    Return the account of a period.

    Parameters
    ----------
    plant : Plant
        Its tariff.
    operation : Operation
        Hours of the period; those that were filled count as unknown.
    rates : Rates
        Of money and carbon.
    period : Period
        As it was asked for: ``known`` is the share of it that is measured.
    answers : sequence of KpiValue or KpiRefusal
        Its key figures: hours that these scale up over cost what the measured ones cost, so that
        an energy has one value wherever it is printed.

    Returns
    -------
    Account
    """
    hour = local_calendar(operation.time, plant.site.timezone)[2]
    heat, cold = (
        np.where(operation.filled, np.nan, v) for v in (operation.heating, operation.cooling)
    )
    columns = np.stack([heat, cold, operation.electricity])
    columns[:, ~np.isfinite(columns).all(axis=0)] = np.nan
    meant = (energy_of(answers, names) for names in ENERGIES.values())
    lifted = (_lifted(v, energy) for v, energy in zip(columns, meant, strict=True))
    found = account(Used(hour, *lifted), plant.tariff, rates.factor(period).factor, rates.prices)
    return replace(found, known=found.known * operation.hours / max(1, period.hours))


def energy_of(answers: Sequence[Answer], names: Sequence[tuple[str, str, str]]) -> Estimate | None:
    """Return the sum of some key figures; None where one of them is not given. [J]"""
    values = [answer.value for name in names if (answer := find(answers, name)) is not None]
    if not values or len(values) < len(names):
        return None
    whole = sum(v.value for v in values)
    doubt = float(np.hypot.reduce([v.standard_deviation for v in values]))
    return Estimate.normal(whole, doubt)


def _lifted(power: Floats, energy: Estimate | None) -> Floats:
    """Measured hours that stand for an energy. [W]"""
    measured = float(np.nansum(power)) * HOUR
    return power if energy is None or measured <= 0 else power * (energy.value / measured)


def accounts_by_year(
    base: Prepared, period: Period, rates: Rates
) -> tuple[tuple[Period, Account, GridFactor], ...]:
    """Return the account of a year and of those before it that the record tells whole."""
    found = []
    plant, whole = base.dossier.plant, base.ground.operation
    while told_of(whole, base.measured.hours, period).whole:
        answers = answers_of(base, period)
        bill = account_of(plant, whole.within(period), rates, period, answers)
        found.append((period, bill, rates.factor(period)))
        period = year_before(period)
    return tuple(reversed(found))


def maintenance_of(plant: Plant, period: Period) -> float | None:
    """Return the maintenance written down; None where no event states a cost. [currency]"""
    start, end = (as_datetime(t) for t in (period.start, period.end))
    written = (e for e in plant.events if e.kind == "maintenance" and start <= e.time < end)
    costs = [e.value for e in written if e.value is not None]
    return sum(costs) if costs else None
