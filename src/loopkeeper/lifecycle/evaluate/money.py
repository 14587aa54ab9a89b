"""
Money and carbon of a period: by tariff band, per area and per heat, against other ways to do it.

Alternatives deliver the same heat and cold; their efficiencies are those of GB/T 50801-2013 where
it has them, each with its confidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.quality import Bools
from loopkeeper.measure.series import Floats
from loopkeeper.plant.carbon import (
    COAL_CARBON,
    COAL_DUST,
    COAL_HEAT,
    COAL_SULPHUR,
    GAS_CARBON,
    GAS_HEAT,
    HEAT_CARBON,
)
from loopkeeper.plant.reference_ways import (
    coal_saved,
    reference_eer,
    reference_way,
    system_efficiency,
)
from loopkeeper.plant.site import ROUNDED, Tariff, TariffBand
from loopkeeper.units import HOUR, KWH

SHARED: Final = "shared"
"""Name of a bill's line of what all rooms use together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """
    Another way to deliver the same.

    ``heating`` and ``cooling`` useful energy over final energy [-]; ``fuel`` of the heating, cold
    takes electricity. ``source`` and ``confidence`` of the figures.
    """

    id: str
    fuel: str
    heating: float
    cooling: float
    source: str
    source_zh: str
    confidence: str


def alternatives(capacity: float | None) -> tuple[Alternative, ...]:
    """
    Return boilers with the reference chiller, and air-source heat pumps with their pumps.

    Parameters
    ----------
    capacity : float or None
        Nominal cooling of a unit of the reference chiller. [W]
    """
    eer = reference_eer(capacity)
    burnt = [(way, reference_way(way, "heating")) for way in ("coal", "gas")]
    found = [
        Alternative(
            id=way,
            fuel=r.fuel,
            heating=r.value,
            cooling=eer,
            source=r.source,
            source_zh=r.source_zh,
            confidence=r.confidence,
        )
        for way, r in burnt
    ]
    heating, cooling = (system_efficiency("air_source", mode) for mode in ("heating", "cooling"))
    air = reference_way("air_source", "heating", "unit")
    return (
        *found,
        Alternative(
            id=air.way,
            fuel=air.fuel,
            heating=heating,
            cooling=cooling,
            source=air.source,
            source_zh=air.source_zh,
            confidence=air.confidence,
        ),
    )


@dataclass(frozen=True, slots=True)
class FuelPrices:
    """
    Prices beside electricity.

    ``gas`` [currency m-3], ``coal`` [currency kg-1], bought ``heat`` [currency kWh-1].
    """

    gas: float = 3.0
    coal: float = 1.2
    heat: float = 0.3

    def of(self, fuel: str) -> float:
        """Return the price of final energy. [currency kWh-1]"""
        return {"coal": self.coal / COAL_HEAT, "gas": self.gas / GAS_HEAT, "heat": self.heat}[fuel]


@dataclass(frozen=True, slots=True)
class Band:
    """What one tariff band, or a fuel, took: energy [J] and money."""

    name: str
    energy: float
    money: float


@dataclass(frozen=True, slots=True)
class Compared:
    """An alternative's money and carbon dioxide [kg] for the same heat and cold."""

    alternative: Alternative
    money: float | None
    carbon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodAccount:
    """
    Money and carbon of a period.

    ``heat`` and ``cold`` delivered, ``electricity`` used, backups included [J]; ``fuels`` of
    backups; ``money`` None without a tariff, or where ``unpriced`` electricity [J] falls outside
    its bands; ``carbon`` [kg] at ``factor`` [kg kWh-1]; ``coal_saved`` standard coal against the
    coal boiler and the reference chiller of ``eer`` [kg]. ``known`` share of the hours measured:
    nothing is scaled up; ``missing`` names what of backups no meter tells.
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
    eer: float = field(default_factory=lambda: reference_eer(None))
    fuels: tuple[Band, ...] = ()
    unpriced: float = 0.0
    missing: tuple[str, ...] = ()

    @property
    def reduced(self) -> tuple[float, float, float]:
        """CO₂, SO₂ and dust that the saved coal would have given off (GB/T 50801-2013, S). [kg]"""
        carbon, sulphur, dust = (self.coal_saved * f for f in _OF_COAL)
        return carbon, sulphur, dust

    def per_area(self, area: float | None) -> float | None:
        """Money per heated area, None when either is unknown. [currency m-2]"""
        return None if self.money is None or not area else self.money / area

    def per_heat(self) -> float | None:
        """Money per energy delivered, heat and cold. [currency kWh-1]"""
        delivered = (self.heat + self.cold) / KWH
        return None if self.money is None or delivered <= 0 else self.money / delivered


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """
    Hourly means, shape (n,): heat, cold and electricity with backups, ``fuels`` by name. [W]

    ``hour`` of the day and ``month`` in local time; ``missing`` as in :class:`PeriodAccount`.
    """

    hour: NDArray[np.int64]
    month: NDArray[np.int64]
    heat: Floats
    cold: Floats
    electricity: Floats
    fuels: Mapping[str, Floats] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What money and carbon are counted by.

    ``factor`` carbon dioxide of the grid [kg kWh-1]; ``capacity`` of its units' cooling for the
    reference system, None when not known [W].
    """

    factor: float
    prices: FuelPrices = FuelPrices()
    capacity: float | None = None


def account(used: Used, tariff: Tariff | None, terms: Terms) -> PeriodAccount:
    """
    Account for a period.

    Parameters
    ----------
    used : Used
        Hours of the period; NaN where not measured.
    tariff : Tariff or None
        Bands by local hour of the day and month.
    terms : Terms
        Grid, prices and capacity.

    Returns
    -------
    PeriodAccount
    """
    known = np.all([np.isfinite(v) for v in _columns(used)], axis=0)
    heat, cold, electricity = (
        float(v[known].sum()) * HOUR for v in (used.heat, used.cold, used.electricity)
    )
    burnt = {name: float(v[known].sum()) * HOUR for name, v in used.fuels.items()}
    fuels = tuple(Band(n, e, e / KWH * terms.prices.of(n)) for n, e in burnt.items())
    bands = () if tariff is None else _bands(used, known, tariff)
    unpriced = electricity - sum(b.energy for b in bands) if bands else 0.0
    priced = bool(bands) and unpriced <= ROUNDED * max(electricity, 1.0)
    spent = sum(b.money for b in bands) if priced else None
    price = spent / (electricity / KWH) if spent is not None and electricity > 0 else None
    eer = reference_eer(terms.capacity)
    carbon = electricity / KWH * terms.factor
    carbon += sum(e / KWH * _carbon(n, terms.factor) for n, e in burnt.items())
    return PeriodAccount(
        heat=heat,
        cold=cold,
        electricity=electricity,
        bands=bands,
        money=None if spent is None else spent + sum(f.money for f in fuels),
        currency="" if tariff is None else tariff.currency,
        carbon=carbon,
        factor=terms.factor,
        compared=tuple(
            _compared(a, heat, cold, price, terms) for a in alternatives(terms.capacity)
        ),
        coal_saved=coal_saved(heat, cold, (electricity, sum(burnt.values())), terms.capacity),
        known=float(known.mean()) if len(known) else 0.0,
        eer=eer,
        fuels=fuels,
        unpriced=0.0 if priced or not bands else unpriced,
        missing=used.missing,
    )


def _columns(used: Used) -> tuple[Floats, ...]:
    return (used.heat, used.cold, used.electricity, *used.fuels.values())


def band_share(band: TariffBand, month: NDArray[np.int64], hour: NDArray[np.int64]) -> Floats:
    """Return the share of each local hour that falls into a tariff band. [-]"""
    table = np.array([band.shares(m) for m in range(1, 13)])
    return np.asarray(table[month - 1, hour])


def _bands(used: Used, known: Bools, tariff: Tariff) -> tuple[Band, ...]:
    energy = np.where(known, used.electricity, 0.0) * HOUR
    found = []
    for band in tariff.bands:
        part = float((energy * band_share(band, used.month, used.hour)).sum())
        found.append(Band(band.name, part, part / KWH * band.price))
    return tuple(found)


def _compared(
    way: Alternative, heat: float, cold: float, price: float | None, terms: Terms
) -> Compared:
    fuel, electric = heat / KWH / way.heating, cold / KWH / way.cooling
    carbon = electric * terms.factor + fuel * _carbon(way.fuel, terms.factor)
    if price is None:
        return Compared(way, None, carbon)
    cost = price if way.fuel == "electricity" else terms.prices.of(way.fuel)
    return Compared(way, fuel * cost + electric * price, carbon)


def _carbon(fuel: str, factor: float) -> float:
    """Carbon dioxide of final energy. [kg kWh-1]"""
    known = {"coal": COAL_CARBON / COAL_HEAT, "gas": GAS_CARBON, "heat": HEAT_CARBON}
    return known.get(fuel, factor)


_OF_COAL: Final = (COAL_CARBON, COAL_SULPHUR, COAL_DUST)


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


def bills(
    rooms: Sequence[Room], tariff: Tariff, *, shared: Mapping[str, float] | None = None
) -> tuple[Bill, ...]:
    """
    Return the statements of rooms that are metered one by one.

    Parameters
    ----------
    rooms : sequence of Room
        With what each used, by band.
    tariff : Tariff
        Prices by band.
    shared : mapping, optional
        Electricity of what all share (pumps) by band, split by use; evenly when no room used any.
        [kWh]

    Returns
    -------
    tuple of Bill
        Sums to the money of all rooms and of what they share, to the last cent's rounding.
    """
    prices = {b.name: b.price for b in tariff.bands}
    common = shared or {}
    energy, money = sum(common.values()), sum(e * prices[n] for n, e in common.items())
    whole = sum(sum(r.used.values()) for r in rooms)
    found = []
    for room in rooms:
        lines = [(name, used, used * prices[name]) for name, used in room.used.items()]
        part = sum(room.used.values()) / whole if whole else 1.0 / len(rooms)
        lines += [(SHARED, part * energy, part * money)] if energy else []
        found.append(Bill(room.name, tuple(lines), sum(m for _, _, m in lines)))
    return tuple(found)
