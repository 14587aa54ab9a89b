"""A plant run over its design year for decades: what it takes and how cold its water gets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import InsufficientDataError
from loopkeeper.physics.system import BoundaryConditions, Load, System, simulate
from loopkeeper.plant.site import Tariff
from loopkeeper.plant.years import source_water
from loopkeeper.units import HOUR, KWH

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SPENDERS = (
    "machine_heating_electricity",
    "machine_cooling_electricity",
    "source_pump_electricity",
    "load_pump_electricity",
)
MISSED = ("heating_unmet", "cooling_unmet")


@dataclass(frozen=True, kw_only=True)
class YearlyDuty:
    """
    What a plant has to do, year after year.

    ``load`` and ``boundary`` of one year by the hour; ``price`` of electricity in each hour
    [currency kWh-1], None without a tariff; ``years`` [year].
    """

    load: Load
    boundary: BoundaryConditions
    price: Floats | None = None
    years: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCourse:
    """
    What became of it.

    ``electricity`` of machines and pumps, mean of a year [J]; ``money`` for it, mean of a year,
    None without a tariff; ``coldest`` and ``warmest`` water to the machines while they run [°C],
    the year of the coldest from 1; ``unmet`` share of heat and cold in the worst year [-];
    ``drawn`` heat taken out less heat put in, mean of a year [J].
    """

    electricity: float
    money: float | None
    coldest: float
    warmest: float
    coldest_year: int
    unmet: float
    drawn: float

    def figures(self) -> Floats:
        """Return electricity, money, coldest and warmest; NaN for money that is not known."""
        money = np.nan if self.money is None else self.money
        return np.array([self.electricity, money, self.coldest, self.warmest])


def run(system: System, duty: YearlyDuty) -> RunCourse:
    """
    Run a plant for years.

    Parameters
    ----------
    system : System
        As drawn, as found, or with a cure.
    duty : YearlyDuty
        Its year.

    Returns
    -------
    RunCourse

    Raises
    ------
    InsufficientDataError
        When no year is asked for.
    """
    if duty.years < 1:
        raise InsufficientDataError("nothing can be said of no years", ["years: expected from 1"])
    asked = float(duty.load.heating.sum() + duty.load.cooling.sum())
    count, price = len(duty.load.heating), duty.price
    whole = simulate(system, *_again(duty), HOUR)
    rows = []
    for year in range(duty.years):
        hours = slice(year * count, (year + 1) * count)
        spent = np.sum([whole[name][hours] for name in SPENDERS], axis=0)
        _, coldest, warmest, _ = source_water(whole, hours)
        money = np.nan if price is None else float(spent @ price) * HOUR / KWH
        unmet = sum(float(whole[name][hours].sum()) for name in MISSED)
        drawn = float(whole["ground_heat_rate"][hours].sum()) * HOUR
        rows.append((float(spent.sum()) * HOUR, money, coldest, warmest, unmet, drawn))
    spent, money, coldest, warmest, unmet, drawn = np.array(rows).T
    return RunCourse(
        electricity=float(spent.mean()),
        money=None if duty.price is None else float(money.mean()),
        coldest=float(coldest.min()),
        warmest=float(warmest.max()),
        coldest_year=int(coldest.argmin()) + 1,
        unmet=float(unmet.max() / asked) if asked > 0 else 0.0,
        drawn=float(drawn.mean()),
    )


def _again(duty: YearlyDuty) -> tuple[Load, BoundaryConditions]:
    """Load and boundary of all years in a row: machines are laid out once."""
    load, outside, years = duty.load, duty.boundary, duty.years

    def some(values: Floats | None) -> Floats | None:
        return None if values is None else np.tile(values, years)

    return (
        Load(np.tile(load.heating, years), np.tile(load.cooling, years), some(load.recharge)),
        BoundaryConditions(
            np.tile(outside.outdoor_temperature, years),
            np.tile(outside.enabled, years),
            some(outside.source_temperature),
            some(outside.source_limit),
        ),
    )


def hourly_price(tariff: Tariff, month: Integers, hour: Integers) -> Floats | None:
    """
    Return the price of electricity in every hour.

    Parameters
    ----------
    tariff : Tariff
        Bands.
    month, hour : array, shape (n,)
        Local month from 1 and hour of the day.

    Returns
    -------
    array, shape (n,)
        None where bands do not price every hour exactly once. [currency kWh-1]
    """
    if tariff.wrong_hours():
        return None
    table = np.array(
        [
            np.sum([band.price * np.array(band.shares(m)) for band in tariff.bands], axis=0)
            for m in range(1, 13)
        ]
    )
    return np.asarray(table[month - 1, hour])
