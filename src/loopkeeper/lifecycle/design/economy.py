"""Money, primary energy and carbon of a heating and cooling plant over its life."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from loopkeeper.errors import InputError
from loopkeeper.plant.carbon import GAS_CARBON, HEAT_CARBON, NETWORK
from loopkeeper.units import KWH

PRIMARY = {"electricity": 2.6, "gas": 1.0, "heat": 1.22}
"""Primary energy of a kilowatt hour (GB/T 51350-2019, M+). [-]"""


CURRENCY, CONFIDENCE = "CNY", "A"
"""Of the prices that stand where nobody states his own: orders of magnitude, no offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """
    What things cost; every default is an assumption of order of magnitude (A), to be replaced.

    ``electricity`` mean tariff, ``gas`` and ``district_heat`` [CNY kWh-1]; ``drilling`` with pipe
    and grout [CNY m-1], ``field_fixed`` per hole [CNY]; capacities ``heat_pump``, ``boiler``,
    ``chiller``, ``tower``, ``air_source``, ``heat_network`` for the connection and
    ``heat_recovery`` of the condensers [CNY W-1]; ``solar`` per yearly heat [CNY per kWh];
    ``upkeep`` share of the investment a year [-]; ``discount`` rate [-]; ``years`` [year].
    """

    electricity: float = 0.75
    gas: float = 0.36
    district_heat: float = 0.30
    drilling: float = 110.0
    field_fixed: float = 1500.0
    heat_pump: float = 0.90
    boiler: float = 0.25
    chiller: float = 0.60
    tower: float = 0.12
    air_source: float = 1.30
    heat_network: float = 0.20
    heat_recovery: float = 0.15
    solar: float = 1.6
    upkeep: float = 0.015
    discount: float = 0.05
    years: int = 20

    def __post_init__(self) -> None:
        """Refuse prices below nothing."""
        for name in self.__slots__:
            if getattr(self, name) < 0:
                raise InputError(f"price {name} = {getattr(self, name):g}: allowed from 0")

    @property
    def annuity(self) -> float:
        """Present value of one a year. [year]"""
        if self.discount == 0:
            return float(self.years)
        return (1 - (1 + self.discount) ** -self.years) / self.discount


@dataclass(frozen=True)
class Variant:
    """
    One way to serve the loads.

    ``invested`` by part [CNY]; yearly ``electricity``, ``gas`` and ``heat`` bought [J].
    """

    name: str
    invested: Mapping[str, float]
    electricity: float
    gas: float = 0.0
    heat: float = 0.0
    notes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """
    A variant's account.

    ``investment``, ``yearly`` cost of energy and upkeep, ``life_cycle`` present value [CNY];
    ``primary`` energy a year [J]; ``carbon`` a year [kg]; ``electricity`` and ``fuel`` a year,
    fuel by its heating value and bought heat by what its boilers burn [J].
    """

    name: str
    investment: float
    yearly: float
    life_cycle: float
    primary: float
    carbon: float
    electricity: float
    fuel: float


def account(variant: Variant, prices: Prices, *, grid: float) -> Account:
    """
    Return money, primary energy and carbon of a variant.

    Parameters
    ----------
    variant : Variant
        What it costs to build and what it buys.
    prices : Prices
        Of energy and things.
    grid : float
        Carbon of the grid. [kg kWh-1]

    Returns
    -------
    Account
    """
    electricity, gas, heat = (v / KWH for v in (variant.electricity, variant.gas, variant.heat))
    invested = sum(variant.invested.values())
    energy = prices.electricity * electricity + prices.gas * gas + prices.district_heat * heat
    yearly = energy + prices.upkeep * invested
    primary = PRIMARY["electricity"] * electricity + PRIMARY["gas"] * gas + PRIMARY["heat"] * heat
    carbon = grid * electricity + GAS_CARBON * gas + HEAT_CARBON * heat
    return Account(
        name=variant.name,
        investment=invested,
        yearly=yearly,
        life_cycle=invested + prices.annuity * yearly,
        primary=primary * KWH,
        carbon=carbon,
        electricity=variant.electricity,
        fuel=variant.gas + variant.heat / NETWORK,
    )
