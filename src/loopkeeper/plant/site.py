"""Where the plant stands, what was promised, and what electricity costs there."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from loopkeeper.plant.words import Language, chosen

ROUNDED = 1e-6
"""Share of an hour that is rounding. [-]"""


@dataclass(frozen=True, slots=True)
class Season:
    """A season as month and day of its first and last day; it may span New Year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def contains(self, month: int, day: int) -> bool:
        """Tell whether a day of the year falls into the season (both ends belong to it)."""
        here = (month, day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Who and where; SI units, optional values are None when the dossier does not say."""

    id: str
    name: str
    timezone: str
    name_zh: str = ""
    latitude: float | None = None
    longitude: float | None = None
    climate_zone: str = ""
    use: str = "other"
    heated_area: float | None = None
    cooled_area: float | None = None
    handed_over_on: date | None = None
    heating_season: Season | None = None
    cooling_season: Season | None = None

    def called(self, language: Language) -> str:
        """Return its name in ``"zh"`` or ``"en"``."""
        return chosen(self.name, self.name_zh, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """
    What the design said the plant would do; deviation is measured from here. SI units.

    ``source_inlet_*`` limit the water to the machines, ``field_inlet_min`` the water back to a
    field of boreholes while heat is drawn.
    """

    peak_heating: float | None = None
    peak_cooling: float | None = None
    annual_heating: float | None = None
    annual_cooling: float | None = None
    annual_electricity: float | None = None
    system_cop_heating: float | None = None
    system_cop_cooling: float | None = None
    indoor_heating: float | None = None
    indoor_cooling: float | None = None
    source_inlet_min: float | None = None
    source_inlet_max: float | None = None
    field_inlet_min: float | None = None
    ground_drift_per_year: float | None = None
    loads: str = ""


@dataclass(frozen=True, slots=True)
class TariffBand:
    """
    One price with the hours of the day it holds, as half-open ranges that may wrap midnight.

    Hours may end in halves or quarters (``7.5``); ``months`` in which it holds, all when empty.
    """

    name: str
    price: float
    hours: tuple[tuple[float, float], ...]
    months: tuple[int, ...] = ()

    def shares(self, month: int) -> tuple[float, ...]:
        """Return the share of each of the 24 hours of the day that it holds in a month."""
        if self.months and month not in self.months:
            return (0.0,) * 24
        ranges = [
            part
            for start, end in self.hours
            for part in ([(start, end)] if end > start else [(start, 24.0), (0.0, end)])
        ]
        return tuple(
            sum(max(0.0, min(h + 1.0, end) - max(float(h), start)) for start, end in ranges)
            for h in range(24)
        )


@dataclass(frozen=True, slots=True)
class Tariff:
    """Electricity price by band. [currency per kWh]"""

    currency: str
    bands: tuple[TariffBand, ...]

    def wrong_hours(self) -> tuple[tuple[int, int, float], ...]:
        """Return month, hour and priced share of hours that bands do not price exactly once."""
        return tuple(
            (month, hour, share)
            for month in range(1, 13)
            for hour, shares in enumerate(zip(*(b.shares(month) for b in self.bands), strict=True))
            if abs((share := sum(shares)) - 1.0) > ROUNDED
        )


class SourceKind(StrEnum):
    """The kinds of source that a ground-source heat pump plant stands on."""

    BOREHOLE_FIELD = "borehole_field"
    SINGLE_WELL = "single_well"
    WELL_GROUP = "well_group"
    SURFACE_WATER = "surface_water"
    HORIZONTAL_LOOP = "horizontal_loop"
    STANDING_COLUMN = "standing_column"
