"""
Money and carbon of a period: by tariff band, per area and per heat, against other ways to do it.

Alternatives deliver the same heat and cold; their efficiencies are those of GB/T 50801-2013 where
it has them, each with its confidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.quality import Bools
from loopkeeper.measure.series import Floats
from loopkeeper.plant.carbon import COAL_CARBON, COAL_HEAT, GAS_CARBON, GAS_HEAT
from loopkeeper.plant.site import Tariff, TariffBand
from loopkeeper.units import HOUR, KWH

POWER_COAL: Final = 0.302
"""Standard coal a thermal power station burns for a kilowatt hour (M). [kg kWh-1]"""


@dataclass(frozen=True, slots=True)
class Alternative:
    """
    Another way to deliver the same.

    ``heating`` and ``cooling`` useful energy over final energy [-]; ``fuel`` of the heating;
    cooling is by electricity. ``source`` and ``confidence`` of the figures.
    """

    id: str
    fuel: str
    heating: float
    cooling: float
    source: str
    source_zh: str
    confidence: str


ALTERNATIVES: Final = (
    Alternative(
        "coal",
        "coal",
        0.70,
        2.8,
        "GB/T 50801-2013 (eta 0.70, EER 2.8)",
        "GB/T 50801-2013（锅炉效率 0.70，EER 2.8）",
        "S",
    ),
    Alternative(
        "gas",
        "gas",
        0.80,
        2.8,
        "GB/T 50801-2013 (eta 0.80, EER 2.8)",
        "GB/T 50801-2013（锅炉效率 0.80，EER 2.8）",
        "S",
    ),
    Alternative(
        "air_source",
        "electricity",
        2.3,
        2.8,
        "field means of air-source plants",
        "空气源热泵实测均值",
        "A",
    ),
)


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices beside electricity: ``gas`` [currency m-3], ``coal`` [currency kg-1]."""

    gas: float = 3.0
    coal: float = 1.2


@dataclass(frozen=True, slots=True)
class Band:
    """What one tariff band took: energy [J] and money."""

    name: str
    energy: float
    money: float


@dataclass(frozen=True, slots=True)
class Compared:
    """An alternative's money and carbon dioxide [kg] for the same heat and cold."""

    alternative: Alternative
    money: float | None
    carbon: float


@dataclass(frozen=True, slots=True)
class Account:
    """
    Money and carbon of a period.

    ``heat`` and ``cold`` delivered, ``electricity`` used [J]; ``money`` None without a tariff;
    ``carbon`` [kg] at ``factor`` [kg kWh-1]; ``coal_saved`` standard coal against the coal boiler
    and the reference chiller [kg]. ``known`` share of the hours measured: nothing is scaled up.
    """

    heat: float
    cold: float
    electricity: float
    bands: tuple[Band, ...]
    money: float | None
    currency: str
    carbon: float
    factor: float
    compared: tuple[Compared, ...]
    coal_saved: float
    known: float

    def per_area(self, area: float | None) -> float | None:
        """Money per heated area, None when either is unknown. [currency m-2]"""
        return None if self.money is None or not area else self.money / area

    def per_heat(self) -> float | None:
        """Money per energy delivered, heat and cold. [currency kWh-1]"""
        delivered = (self.heat + self.cold) / KWH
        return None if self.money is None or delivered <= 0 else self.money / delivered


@dataclass(frozen=True, slots=True)
class Used:
    """Hourly means, shape (n,): local hour of the day, heat, cold and electricity. [W]"""

    hour: NDArray[np.int64]
    heat: Floats
    cold: Floats
    electricity: Floats


def account(
    used: Used, tariff: Tariff | None, factor: float, prices: Prices | None = None
) -> Account:
    """
    Account for a period.

    Parameters
    ----------
    used : Used
        Hours of the period; NaN where not measured.
    tariff : Tariff or None
        Bands by local hour of the day.
    factor : float
        Carbon dioxide of the grid. [kg kWh-1]
    prices : Prices, optional
        Of gas and coal.

    Returns
    -------
    Account
    """
    known = np.isfinite(used.electricity) & np.isfinite(used.heat) & np.isfinite(used.cold)
    heat, cold, electricity = (
        float(v[known].sum()) * HOUR for v in (used.heat, used.cold, used.electricity)
    )
    bands = () if tariff is None else _bands(used, known, tariff)
    money = sum(b.money for b in bands) if bands else None
    price = money / (electricity / KWH) if money is not None and electricity > 0 else None
    each = prices or Prices()
    return Account(
        heat, cold, electricity, bands, money, "" if tariff is None else tariff.currency,
        electricity / KWH * factor, factor,
        tuple(_compared(a, (heat, cold), factor, (price, each)) for a in ALTERNATIVES),
        coal_saved(heat, cold, electricity), float(known.mean()) if len(known) else 0.0,
    )  # fmt: skip


def in_band(band: TariffBand, hour: NDArray[np.int64]) -> Bools:
    """Tell which local hours of the day fall into a tariff band."""
    inside = np.zeros(24, dtype=bool)
    for start, end in band.hours:
        inside[[h % 24 for h in range(start, end if end > start else end + 24)]] = True
    return np.asarray(inside[hour])


def _bands(used: Used, known: Bools, tariff: Tariff) -> tuple[Band, ...]:
    energy = np.where(known, used.electricity, 0.0) * HOUR
    found = []
    for band in tariff.bands:
        part = float(energy[in_band(band, used.hour)].sum())
        found.append(Band(band.name, part, part / KWH * band.price))
    return tuple(found)


def _compared(
    way: Alternative, energy: tuple[float, float], factor: float,
    prices: tuple[float | None, Prices],
) -> Compared:  # fmt: skip
    heat, cold = (e / KWH for e in energy)
    fuel, electric = heat / way.heating, cold / way.cooling
    price, each = prices
    carbon = electric * factor + fuel * _carbon(way.fuel, factor)
    cost = _price(way.fuel, price, each)
    money = None if price is None or cost is None else fuel * cost + electric * price
    return Compared(way, money, carbon)


def _carbon(fuel: str, factor: float) -> float:
    """Carbon dioxide of final energy. [kg kWh-1]"""
    return {"coal": COAL_CARBON / COAL_HEAT, "gas": GAS_CARBON}.get(fuel, factor)


def _price(fuel: str, electricity: float | None, each: Prices) -> float | None:
    """Price of final energy. [currency kWh-1]"""
    return {"coal": each.coal / COAL_HEAT, "gas": each.gas / GAS_HEAT}.get(fuel, electricity)


def coal_saved(heat: float, cold: float, electricity: float) -> float:
    """
    Return the standard coal saved against coal boiler and reference chiller.

    Parameters
    ----------
    heat, cold, electricity : float
        Delivered and used. [J]

    Returns
    -------
    float
        [kg], after GB/T 50801-2013 (form M+) with the coal of thermal power stations (M).
    """
    coal = ALTERNATIVES[0]
    burnt = heat / KWH / (coal.heating * COAL_HEAT)
    powered = cold / KWH / coal.cooling * POWER_COAL
    return burnt + powered - electricity / KWH * POWER_COAL


@dataclass(frozen=True, slots=True)
class Room:
    """A room with its own meter: readings at both ends of the period by band. [kWh]"""

    name: str
    used: Mapping[str, float]
    area: float | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """A room's statement: lines of band, kilowatt hours and money, and their sum."""

    room: str
    lines: tuple[tuple[str, float, float], ...]
    total: float


def bills(rooms: Sequence[Room], tariff: Tariff, *, shared: float = 0.0) -> tuple[Bill, ...]:
    """
    Return the statements of rooms that are metered one by one.

    Parameters
    ----------
    rooms : sequence of Room
        With what each used, by band.
    tariff : Tariff
        Prices by band.
    shared : float
        Electricity of what all share (source pumps), split by use. [kWh]

    Returns
    -------
    tuple of Bill
        Sums to the money of all rooms and of what they share, to the last cent's rounding.
    """
    prices = {b.name: b.price for b in tariff.bands}
    whole = sum(sum(r.used.values()) for r in rooms)
    mean = sum(prices[n] * e for r in rooms for n, e in r.used.items()) / whole if whole else 0.0
    found = []
    for room in rooms:
        lines = [(name, energy, energy * prices[name]) for name, energy in room.used.items()]
        own = sum(room.used.values())
        if shared and whole:
            part = shared * own / whole
            lines.append(("shared", part, part * mean))
        found.append(Bill(room.name, tuple(lines), sum(m for _, _, m in lines)))
    return tuple(found)
