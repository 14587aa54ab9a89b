"""
How sensor errors travel into energies and key figures.

A stated accuracy is read as 95 % limits of a systematic error: the same all year, so that it does
not average out. Beside it every reading scatters by a third of its limits (the repeatability that
OIML R 49 allows a water meter, confidence M); over a season that part is negligible and is kept
only for short periods. Errors of different meters are independent; one meter's error that enters
several terms of a figure is followed through all of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from loopkeeper.errors import UnitError
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.points import Accuracy, Point
from loopkeeper.plant.verdict import Verdict

LIMITS_95: Final = 1.959963984540054
"""Half-width of 95 % limits in standard deviations of a normal distribution. [-]"""
REPEATABILITY: Final = 1 / 3
"""Standard deviation of single readings as a share of the limits of error. [-]"""

# 95 % limits taken where a point states none: field practice with class 2 flow meters, Pt100 of
# class B in pockets and class 1 electricity meters with their transformers (confidence M).
_DEFAULTS: Final[dict[str, Accuracy]] = {
    "temperature": Accuracy(absolute=0.3),
    "flow": Accuracy(relative=0.03),
    "volume": Accuracy(relative=0.03),
    "heat": Accuracy(relative=0.05),
    "electricity": Accuracy(relative=0.02),
}
_OTHERWISE: Final = Accuracy(relative=0.05)
# Smallest temperature difference for which EN 1434 classes are usually approved. [K]
_LEAST_DIFFERENCE: Final = 3.0
_FLOW_CLASS: Final = {"EN1434-1": (1.0, 0.01), "EN1434-2": (2.0, 0.02), "EN1434-3": (3.0, 0.05)}


@dataclass(frozen=True, slots=True)
class Sensed:
    """
    A figure with the standard deviation that each source of error gives it, signed.

    ``parts`` maps a source, e.g. ``"pair:load"``, to what one standard deviation of it does to the
    value, in the value's unit. Two figures that share a source are correlated through it.
    """

    value: float
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def standard_deviation(self) -> float:
        """Root sum of squares over the independent sources."""
        return float(np.sqrt(sum(p * p for p in self.parts.values())))

    @property
    def relative(self) -> float:
        """Standard deviation over value; 0 when the value is 0. [-]"""
        return abs(self.standard_deviation / self.value) if self.value else 0.0

    def estimate(self) -> Estimate:
        """Return the value with its 90 % interval."""
        return Estimate.normal(self.value, self.standard_deviation)

    def scaled(self, factor: float) -> "Sensed":
        """Return the figure times an exact factor."""
        parts = {k: p * factor for k, p in self.parts.items()}
        return Sensed(self.value * factor + 0.0, parts)  # nothing is never minus nothing

    def over(self, other: "Sensed") -> "Sensed":
        """Return this figure divided by another one, shared errors cancelling."""
        value = self.value / other.value
        sources = {*self.parts, *other.parts}
        parts = {
            s: (self.parts.get(s, 0.0) - value * other.parts.get(s, 0.0)) / other.value
            for s in sources
        }
        return Sensed(value, parts)

    def with_part(self, source: str, deviation: float) -> "Sensed":
        """Return the figure with one more independent source of error."""
        return Sensed(self.value, {**self.parts, source: deviation})


def summed(figures: Iterable[Sensed]) -> Sensed:
    """Return the sum of figures, shared errors adding up."""
    total, parts = 0.0, dict[str, float]()
    for figure in figures:
        total += figure.value
        for source, deviation in figure.parts.items():
            parts[source] = parts.get(source, 0.0) + deviation
    return Sensed(total, parts)


def limits_of(point: Point) -> Accuracy:
    """
    Return the 95 % limits of a point: as stated, else the default of its quantity.

    Parameters
    ----------
    point : Point
        The meter.

    Returns
    -------
    Accuracy
        Absolute part in SI and relative part as a fraction.
    """
    if point.accuracy.strip():
        try:
            return point.limits_of_error()
        except UnitError:
            return _default(point.quantity)
    return _default(point.quantity)


def accuracy_cautions(points: Iterable[Point], brine: float = 0.0) -> tuple[Verdict, ...]:
    """
    Return a caution for every point whose accuracy had to be supposed, or is not what it says.

    Parameters
    ----------
    points : iterable of Point
        The point list; only quantities that enter key figures are looked at.
    brine : float
        What a heat meter made for water reads too much in the source's fluid. [-]

    Returns
    -------
    tuple of Verdict
        Each names the point and the default, or how much its interval is widened.
    """
    cautions = []
    for point in points:
        if brine and point.of == "source" and point.quantity.startswith(("heat_", "cooling_")):
            figures = {"point": point.id, "percent": f"{100 * brine:.1f}"}
            cautions.append(Verdict("measure.accuracy.brine", figures))
        if not _counts(point.quantity) or _is_stated(point):
            continue
        limits = _default(point.quantity)
        text = f"{limits.absolute:g} K" if limits.absolute else f"{100 * limits.relative:g} %"
        code = "measure.accuracy.unreadable" if point.accuracy else "measure.accuracy.not_stated"
        cautions.append(
            Verdict(code, {"point": point.id, "given": point.accuracy, "supposed": text})
        )
    return tuple(cautions)


def _is_stated(point: Point) -> bool:
    if not point.accuracy.strip():
        return False
    try:
        point.limits_of_error()
    except UnitError:
        return False
    return True


def _counts(quantity: str) -> bool:
    loop = quantity in {"supply_temperature", "return_temperature", "flow"}
    return loop or quantity.endswith(("_power", "_energy"))


def _default(quantity: str) -> Accuracy:
    if quantity == "cooling_energy":
        return _DEFAULTS["heat"]
    if quantity.endswith("_temperature"):
        return _DEFAULTS["temperature"]
    for word, accuracy in _DEFAULTS.items():
        if word in quantity:
            return accuracy
    return _OTHERWISE


def pair_limit(supply: Point, back: Point) -> float:
    """Return the 95 % limit of the difference of two independent temperature sensors. [K]"""
    return float(np.hypot(limits_of(supply).absolute, limits_of(back).absolute))


def thermal_power_limit(flow_limit: float, pair: float, difference: float) -> float:
    r"""
    Return the relative 95 % limit of a heat rate from flow and a pair of temperatures.

    .. math:: u_Q = \sqrt{u_V^2 + (u_{\Delta T} / \Delta T)^2}

    Parameters
    ----------
    flow_limit : float
        Relative 95 % limit of the flow. [-]
    pair : float
        95 % limit of the temperature difference. [K]
    difference : float
        Temperature difference. [K]

    Returns
    -------
    float
        Relative 95 % limit. [-]
    """
    return float(np.hypot(flow_limit, pair / abs(difference)))


def heat_meter_limits(
    point: Point, difference: float, flow_ratio: float = 1.0
) -> tuple[float, float]:
    """
    Return the relative limits of a heat meter at a mean temperature difference, in two parts.

    A class of EN 1434 stands for flow sensor, calculator and sensor pair together, whose limits
    the standard adds: class 2 is (2 + 0.02 qp/q) + (0.5 + ΔTmin/ΔT) + (0.5 + 3 ΔTmin/ΔT) percent,
    with ΔTmin = 3 K (confidence M+). Any other statement is taken as it is.

    Parameters
    ----------
    point : Point
        The heat meter.
    difference : float
        Flow-weighted mean temperature difference. [K]
    flow_ratio : float
        Nominal over actual flow, qp/q. [-]

    Returns
    -------
    scale : float
        Relative 95 % limit of flow sensor and calculator. [-]
    pair : float
        Relative 95 % limit of the temperature pair. [-]
    """
    classes = _FLOW_CLASS.get(point.accuracy.strip())
    if classes is None:
        return limits_of(point).relative, 0.0
    base, slope = classes
    flow = min(base + slope * flow_ratio, 5.0)
    nearness = _LEAST_DIFFERENCE / max(abs(difference), 1e-3)
    return (flow + 0.5 + nearness) / 100, (0.5 + 3.0 * nearness) / 100


def deviation(limit: float, readings: float = np.inf) -> float:
    """
    Return the standard deviation of a mean of readings from their 95 % limits.

    Parameters
    ----------
    limit : float
        95 % limits of the systematic error. [any]
    readings : float
        Number of independent readings behind the mean. [-]

    Returns
    -------
    float
        Systematic part and what is left of the scatter of single readings. [same]
    """
    systematic = limit / LIMITS_95
    return float(np.hypot(systematic, REPEATABILITY * limit / np.sqrt(max(readings, 1.0))))
