"""The point list: what is measured, where, how well."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from loopkeeper.errors import UnitError
from loopkeeper.units import same_dimension, to_si


class Statistic(StrEnum):
    """What one reading of a point means."""

    INSTANT = "instant"
    MEAN = "mean"
    SUM = "sum"
    COUNTER = "counter"


QUANTITIES: Final = {
    "supply_temperature": "°C", "return_temperature": "°C", "flow": "m3/h", "pressure": "kPa",
    "differential_pressure": "kPa", "heat_power": "kW", "heat_energy": "kWh",
    "cooling_energy": "kWh", "electricity_power": "kW", "electricity_energy": "kWh",
    "running": "-", "part_load": "%", "starts": "-", "fault_code": "-",
    "evaporator_inlet_temperature": "°C", "evaporator_outlet_temperature": "°C",
    "condenser_inlet_temperature": "°C", "condenser_outlet_temperature": "°C",
    "outdoor_temperature": "°C", "indoor_temperature": "°C", "indoor_humidity": "%",
    "ground_temperature": "°C", "water_level": "m", "water_temperature": "°C",
    "turbidity": "NTU", "sand_content": "-", "conductivity_electrical": "µS/cm",
    "abstraction_flow": "m3/h", "reinjection_flow": "m3/h", "abstraction_volume": "m3",
    "reinjection_volume": "m3", "wellhead_pressure": "kPa", "valve_position": "%",
    "gas_volume": "m3", "backup_heat_power": "kW", "volume": "m3", "setpoint": "°C",
    "operating_mode": "-",
}  # fmt: skip
"""A unit of each quantity of the dossier; a point's own must be of its dimension."""
_HOURS_COUNTED: Final = frozenset({"running"})
"""Quantities whose counters run in hours."""
_ANY_UNIT: Final = frozenset({"sand_content", "setpoint"})
"""By volume as a share or by mass as a concentration; a set-point is of what it sets."""


PLACES: Final = frozenset(
    {"source", "load", "field", "site", "machines", "source-pumps", "load-pumps", "recharge",
     "backup", "hot-water", "buffer-pumps", "terminals", "make-up", "pumps", "plant"}
)  # fmt: skip
"""Parts that every plant may have, beside its own machines, pumps, backups and wells."""
PLACE_SORTS: Final = ("zone-", "room-", "borehole-", "well-", "header-", "exchanger-", "tank-")
"""How the names of zones, holes, headers and the like begin."""


def place_known(of: str, parts: Collection[str]) -> bool:
    """
    Tell whether a point stands at a part of its plant.

    Parameters
    ----------
    of : str
        The point's ``of``; ``@60m`` behind it is a depth, ``+`` joins parts behind one meter.
    parts : collection of str
        Ids of the plant's machines, pumps, backups and wells.

    Returns
    -------
    bool
        True for those, for the parts every plant has, and for zones, holes, headers and the like.
    """
    places = joined_places(of.split("@", maxsplit=1)[0])
    return all(p in PLACES or p in parts or p.startswith(PLACE_SORTS) for p in places)


def joined_places(of: str) -> list[str]:
    """Return the parts that a point stands at, several where one meter is of several."""
    return re.split(r"\s*[+＋&、]\s*", of.strip())


def unit_fits(quantity: str, unit: str, statistic: Statistic) -> bool:
    """
    Tell whether a unit measures a quantity.

    Parameters
    ----------
    quantity, unit : str
        As the point list has them; an unknown quantity takes any unit.
    statistic : Statistic
        Counters and sums of running are hours; a difference of temperatures is none here.

    Returns
    -------
    bool
        False when the two have different dimensions.

    Raises
    ------
    UnitError
        When the unit is unknown.
    """
    usual = QUANTITIES.get(quantity)
    if usual is None or quantity in _ANY_UNIT:
        return True
    if quantity in _HOURS_COUNTED and statistic in {Statistic.COUNTER, Statistic.SUM}:
        return same_dimension(unit, "h")
    return same_dimension(unit, usual)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Standard form of a sensor's accuracy: absolute (SI) plus relative part, as 95 % limits."""

    absolute: float = 0.0
    relative: float = 0.0


# 95 % limits of the classes named in standards.md §12.5 (confidence M+): EN 1434 flow and energy,
# IEC 62053 electricity, IEC 60751 platinum sensors (absolute part at 20 °C).
_CLASSES = {
    "EN1434-1": Accuracy(relative=0.02),
    "EN1434-2": Accuracy(relative=0.03),
    "EN1434-3": Accuracy(relative=0.05),
    "IEC-0.2S": Accuracy(relative=0.002),
    "IEC-0.5S": Accuracy(relative=0.005),
    "IEC-0.5": Accuracy(relative=0.005),
    "IEC-1": Accuracy(relative=0.01),
    "IEC-2": Accuracy(relative=0.02),
    "IEC60751-A": Accuracy(absolute=0.19),
    "IEC60751-B": Accuracy(absolute=0.40),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """
    One measured point of the plant.

    ``of`` is the plant part (``source``, ``load``, ``hp1`` …); ``unit`` is the meter's own unit,
    converted once on admission; ``low`` and ``high`` are plausibility limits in that unit.
    """

    id: str
    quantity: str
    of: str
    statistic: Statistic
    unit: str
    accuracy: str = ""
    calibrated_on: date | None = None
    calibration_months: int | None = None
    address: str = ""
    low: float | None = None
    high: float | None = None

    def times(self, factor: float) -> "Point":
        """
        Return the point of a meter that counts in steps of a factor times its unit.

        Parameters
        ----------
        factor : float
            What one step is worth in the unit, e.g. 0.1.

        Returns
        -------
        Point
            Its unit carries the factor (``0.1 kWh``); limits and accuracy stay what they were.
        """
        low, high = (None if v is None else v / factor for v in (self.low, self.high))
        if factor < 0:
            low, high = high, low
        try:
            accuracy = f"{float(self.accuracy) / abs(factor):.12g}"
        except ValueError:
            accuracy = self.accuracy
        unit = f"{factor:.12g} {self.unit or '-'}"
        return replace(self, unit=unit, accuracy=accuracy, low=low, high=high)

    def limits_of_error(self) -> Accuracy:
        """
        Return the 95 % limits of error of the sensor in SI.

        Returns
        -------
        Accuracy
            Absolute part in SI and relative part as a fraction; zeros when not stated.

        Raises
        ------
        UnitError
            When the accuracy text is neither a number, a percentage nor a known class.
        """
        text = self.accuracy.strip()
        if not text:
            return Accuracy()
        if text in _CLASSES:
            return _CLASSES[text]
        try:
            if text.endswith("%"):
                return Accuracy(relative=float(text[:-1]) / 100)
            return Accuracy(absolute=to_si(float(text), self.unit) - to_si(0.0, self.unit))
        except ValueError as error:
            known = ", ".join(_CLASSES)
            raise UnitError(
                f"accuracy {text!r} of point {self.id}: expected a number, 'x %' or one of {known}"
            ) from error


USUAL_CALIBRATION = 24
"""Months between calibrations where the point list does not say (A). [month]"""


def calibration_end(point: Point) -> date | None:
    """Return the day a point's calibration ends; None when it states none."""
    if point.calibrated_on is None:
        return None
    months = point.calibration_months or USUAL_CALIBRATION
    year, month = divmod(point.calibrated_on.month - 1 + int(months), 12)
    day = min(point.calibrated_on.day, 28)
    return date(point.calibrated_on.year + year, month + 1, day)
