"""The point list: what is measured, where, how well."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from loopkeeper.errors import UnitError
from loopkeeper.units import to_si


class Statistic(StrEnum):
    """What one reading of a point means."""

    INSTANT = "instant"
    MEAN = "mean"
    SUM = "sum"
    COUNTER = "counter"


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


@dataclass(frozen=True, slots=True)
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
