"""Series: the measured hours of a plant, in SI, with coverage; plain arrays inside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import UnmappedPointError
from loopkeeper.plant.points import Point
from loopkeeper.plant.verdict import Verdict

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]
Bools = NDArray[np.bool_]
ChannelKey = tuple[str, str]
"""(quantity, of), e.g. ``("supply_temperature", "source")``."""


@dataclass(frozen=True, slots=True)
class LoadYear:
    """
    The hourly design year: start of each hour (UTC) and loads. [W]

    ``outdoor_temperature`` [°C] is None when the dossier gives no design weather.
    """

    time: Times
    heating: Floats
    cooling: Floats
    hot_water: Floats
    outdoor_temperature: Floats | None = None


@dataclass(frozen=True, slots=True)
class TemperatureSeries:
    """A measured temperature, of the air or of water: start of each interval (UTC) and °C."""

    time: Times
    temperature: Floats


@dataclass(frozen=True, slots=True)
class Channel:
    """
    One quantity at one place, hour by hour.

    ``values`` are hourly means in SI (counters appear as mean rate: W, m³/s), NaN where there is
    no good reading; ``coverage`` is the share of each hour that good readings stand for.
    ``point`` is the meter, or None for a derived channel; ``rests_on`` names the channels a
    derived one was made from. ``resolution`` is what the reading of a register is rounded to
    (J, m³), 0 where it is none: what it hides at both ends of a time.
    """

    values: Floats
    coverage: Floats
    point: Point | None = None
    rests_on: tuple[ChannelKey, ...] = ()
    resolution: float = 0.0

    def silent(self) -> "Channel":
        """Return the channel without its values: it is there and says nothing."""
        nothing = np.full_like(self.values, np.nan)
        return replace(self, values=nothing, coverage=np.zeros_like(self.coverage))


def joint_resolution(parts: Iterable[Channel]) -> float:
    """Return the step of one register that hides as much as several, added or taken off."""
    return float(np.sqrt(sum(one.resolution**2 for one in parts)))


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open period in UTC, [start, end)."""

    start: np.datetime64
    end: np.datetime64

    @property
    def hours(self) -> int:
        """Whole hours in the period."""
        return int((self.end - self.start) / np.timedelta64(1, "h"))


@dataclass(frozen=True, slots=True)
class PlantHours:
    """
    All channels of a plant on one hourly axis (UTC, label = start of the hour).

    ``withheld`` channels are there without values, because of what was found about them;
    ``verdicts`` is what was said while they were laid.
    """

    time: Times
    channels: Mapping[ChannelKey, Channel] = field(default_factory=dict)
    withheld: Mapping[ChannelKey, tuple[Verdict, ...]] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()

    def has(self, quantity: str, of: str) -> bool:
        """Tell whether the channel exists."""
        return (quantity, of) in self.channels

    def values(self, quantity: str, of: str) -> Floats:
        """
        Return the hourly values of a channel.

        Raises
        ------
        UnmappedPointError
            When the plant has no such channel.
        """
        try:
            return self.channels[quantity, of].values
        except KeyError:
            raise UnmappedPointError(
                f"no point measures {quantity} of {of}; add a row to points.csv"
            ) from None

    def places(self, quantity: str) -> tuple[str, ...]:
        """Return every plant part that carries `quantity`, in alphabetical order."""
        return tuple(sorted(of for q, of in self.channels if q == quantity))

    def within(self, period: Period) -> "PlantHours":
        """Return the hours of `period` only."""
        keep = (self.time >= period.start) & (self.time < period.end)
        channels = {
            key: replace(c, values=c.values[keep], coverage=c.coverage[keep])
            for key, c in self.channels.items()
        }
        return replace(self, time=self.time[keep], channels=channels)

    def over(self, period: Period) -> "PlantHours":
        """
        Return all hours of `period`; those outside the record are there without values.

        Whatever is said of a period has one coverage then: that of the period, not of the record.
        """
        inside = self.within(period)
        hour = np.timedelta64(1, "h")
        if len(self.time) == 0:
            return inside
        step = (self.time[0] - period.start) % hour
        whole = np.arange(period.start + step, period.end, hour).astype(self.time.dtype)
        if len(whole) == len(inside.time):
            return inside
        place = np.searchsorted(whole, inside.time)

        def laid(values: Floats, nothing: float) -> Floats:
            out = np.full(len(whole), nothing)
            out[place] = values
            return out

        channels = {
            key: replace(c, values=laid(c.values, np.nan), coverage=laid(c.coverage, 0.0))
            for key, c in inside.channels.items()
        }
        return replace(self, time=whole, channels=channels)
