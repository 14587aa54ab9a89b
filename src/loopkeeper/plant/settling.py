"""What a measurement that tells causes apart takes: days, money, and whether the plant stops."""

from dataclasses import dataclass

from loopkeeper.plant.plant import Plant
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.verdict import Verdict

_CHINA = frozenset(
    {"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "Asia/Urumqi", "Asia/Kashgar", "PRC"}
)
_SAID = {
    "none": "settles.effort.running",
    "nights": "settles.effort.nights",
    "whole": "settles.effort.stops",
}
"""Sentences by how far the plant has to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """
    Typical effort of a measurement.

    ``site_days`` of work on site and ``elapsed_days`` until the answer [d]; ``cost`` low and high
    [CNY]; ``stop`` none, nights or whole, for ``stop_days`` [d]; what it is reckoned from, in both
    languages, and its confidence (A is an estimate).
    """

    site_days: float
    elapsed_days: float
    cost: tuple[float, float]
    stop: str
    stop_days: float
    basis: str
    basis_zh: str
    confidence: str

    def said(self) -> Verdict:
        """Return the effort as a sentence."""
        figures = {
            "site": self.site_days,
            "elapsed": self.elapsed_days,
            "stop": self.stop_days,
            "low": self.cost[0] / 1000,
            "high": self.cost[1] / 1000,
        }
        return Verdict(_SAID[self.stop], figures)


@dataclass(frozen=True, slots=True)
class Settling:
    """A measurement that would tell causes apart, and its effort where that is known."""

    test: Verdict
    effort: Effort | None


def effort_of(test: str, plant: Plant) -> Effort | None:
    """
    Return what a measurement takes at a plant.

    Parameters
    ----------
    test : str
        Code of its message, e.g. ``settles.pulse_test``.
    plant : Plant
        In China by its time zone or its tariff, else abroad.

    Returns
    -------
    Effort or None
        None where the table does not know it.
    """
    tariff = plant.tariff
    china = plant.site.timezone in _CHINA or (tariff is not None and tariff.currency == "CNY")
    region = "china" if china else "international"
    for row in data_table("settling.csv"):
        if (row["test"], row["region"]) == (test, region):
            return Effort(
                site_days=float(row["site_d"]),
                elapsed_days=float(row["elapsed_d"]),
                cost=(float(row["cost_low_CNY"]), float(row["cost_high_CNY"])),
                stop=row["stop"],
                stop_days=float(row["stop_d"]),
                basis=row["basis"],
                basis_zh=row["basis_zh"],
                confidence=row["confidence"],
            )
    return None


def settling(tests: tuple[Verdict, ...], plant: Plant) -> tuple[Settling, ...]:
    """Return measurements with their effort at a plant, each once."""
    once = {test.code: test for test in tests}
    return tuple(Settling(test, effort_of(code, plant)) for code, test in once.items())
