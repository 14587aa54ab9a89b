"""Uncertainty: a value with its 90 % interval, and how sensor errors travel into results."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COVERAGE_FACTOR_90 = 1.6448536269514722
"""Half-width of a 90 % interval in standard deviations of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the limits of its 90 % interval, all in the same unit."""

    value: float
    low: float
    high: float

    @classmethod
    def exact(cls, value: float) -> "Estimate":
        """Return a value without uncertainty (a promise, a nameplate figure)."""
        return cls(value, value, value)

    @classmethod
    def normal(cls, value: float, standard_deviation: float) -> "Estimate":
        """Return a normally distributed value as a 90 % interval."""
        half = COVERAGE_FACTOR_90 * standard_deviation
        return cls(value, value - half, value + half)

    @classmethod
    def from_draws(cls, value: float, draws: NDArray[np.float64]) -> "Estimate":
        """Return `value` with the 5 % and 95 % quantiles of its draws (widened to hold it)."""
        low, high = np.quantile(draws, [0.05, 0.95])
        return cls(float(value), float(min(low, value)), float(max(high, value)))

    @property
    def standard_deviation(self) -> float:
        """Standard deviation of the normal distribution with the same interval."""
        return (self.high - self.low) / (2 * COVERAGE_FACTOR_90)

    def scaled(self, factor: float) -> "Estimate":
        """Return the estimate times a positive exact factor (a unit conversion)."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)

    def as_dict(self) -> dict[str, float]:
        """Return ``{value, low, high}``."""
        return {"value": self.value, "low": self.low, "high": self.high}
