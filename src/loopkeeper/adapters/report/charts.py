"""The charts of a diagnosis: from promise to measurement, and the period day by day."""

from zoneinfo import ZoneInfo

import numpy as np

from loopkeeper.adapters.report import plots, waterfalls
from loopkeeper.adapters.report.document import Picture
from loopkeeper.adapters.report.drawing import AMBER, BLUE, GREEN, GREY, HALF, Line
from loopkeeper.app.telling.headlines import left_over
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.evaluate.outlook import Outlook
from loopkeeper.lifecycle.evaluate.result import Evaluation, promised_of
from loopkeeper.measure.series import Floats, Times
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.words import Language, word
from loopkeeper.units import HOUR, KWH

HALF_A_DAY = 12
"""Fewer hours make no day's mean. [h]"""

MWH = 1000 * KWH


def waterfall(diagnosis: Diagnosis, language: Language) -> Picture:
    """Return promised → weather and use → each deviation → unexplained → measured. [MWh]"""
    seen: dict[str, int] = {}
    between = [_step(word("report.weather_use", language), diagnosis.exogenous, blamed=False)]
    for one in diagnosis.deviations:
        name = word(f"kind.{one.kind}", language)
        seen[name] = seen.get(name, 0) + 1
        label = name if seen[name] == 1 else f"{name} {seen[name]}"
        between.append(_step(label, one.energy))
    rest = left_over(diagnosis)
    between.append(_step(word("report.unexplained", language), rest, blamed=False))
    return waterfalls.steps(
        _step(word("report.promised", language), diagnosis.promised),
        between,
        _step(word("report.measured", language), diagnosis.measured),
        "MWh",
        word("report.at_heat", language),
    )


def _step(name: str, energy: Estimate, *, blamed: bool = True) -> waterfalls.Stair:
    shown = energy.scaled(1 / MWH)
    return waterfalls.Stair(name, shown.value, shown.low, shown.high, blamed)


def electricity(evaluation: Evaluation, zone: str, language: Language) -> Picture:
    """Return daily electricity, measured and expected. [MWh]"""
    traces = evaluation.traces
    index, days = _days(traces.time, zone)
    drawn = [
        Line(word(name, language), _daily(values, index, total=True) * HOUR / MWH, colour)
        for values, name, colour in (
            (traces.electricity_expected, "report.expected", GREY),
            (traces.electricity_measured, "report.measured", BLUE),
        )
    ]
    return plots.lines(days, drawn, word("report.mwh_a_day", language))


def source_water(evaluation: Evaluation, zone: str, language: Language) -> Picture:
    """Return daily mean source temperatures while running. [°C]"""
    traces = evaluation.traces
    index, days = _days(traces.time, zone)
    drawn = [
        Line(word(name, language), _daily(values, index, total=False), colour, dashed)
        for values, name, colour, dashed in (
            (traces.source_supply_design, "report.as_designed", AMBER, True),
            (traces.source_supply_expected, "report.expected", GREY, False),
            (traces.source_supply_measured, "report.measured", BLUE, False),
        )
    ]
    return plots.lines(days, drawn, "°C")


def _days(time: Times, zone: str) -> tuple[np.ndarray, Times]:
    """Index of the local day of each hour, and the days."""
    place, utc = ZoneInfo(zone), ZoneInfo("UTC")
    stamps = time.astype("datetime64[s]").astype(object)
    names = [s.replace(tzinfo=utc).astimezone(place).strftime("%Y-%m-%d") for s in stamps]
    unique, index = np.unique(names, return_inverse=True)
    return index, unique.astype("datetime64[D]")


def _daily(values: Floats, index: np.ndarray, *, total: bool) -> Floats:
    known = np.isfinite(values)
    count = np.bincount(index, known)
    sums = np.bincount(index, np.where(known, values, 0.0))
    if total:  # a day with gaps is lifted to its full length
        hours = np.bincount(index)
        return np.where(count >= HALF_A_DAY, sums * hours / np.maximum(count, 1), np.nan)
    return np.where(count >= 1, sums / np.maximum(count, 1), np.nan)


def ground(outlook: Outlook, language: Language) -> Picture:
    """Return the yearly mean of the source water: designed, as it went, and if it goes on. [°C]"""
    found, lived = outlook.found.mean, outlook.lived
    place = np.arange(len(outlook.year))
    drawn = [
        Line(word("report.as_designed", language), outlook.design.mean, AMBER, dashed=True),
        Line(
            word("report.forecast", language),
            np.where(place >= lived - 1, found, np.nan),
            GREY,
            dashed=True,
        ),
        Line(word("report.found", language), np.where(place < lived, found, np.nan), BLUE),
    ]
    years = outlook.year.astype(float)
    across = word("report.year", language)
    return plots.lines(years, drawn, "°C", across=across, size=(HALF, 2.2))


def split(evaluation: Evaluation, language: Language) -> Picture:
    """Return electricity of machines and pumps at the three levels. [MWh]"""
    levels = (
        ("report.promised", promised_of(evaluation)),
        ("report.expected", evaluation.expected),
        ("report.measured", evaluation.measured),
    )
    parts = {"machines": BLUE, "source_pumps": AMBER, "load_pumps": GREEN}
    drawn = [
        Line(
            word(f"place.{part.replace('_', '-')}", language),
            np.array([getattr(level, part).value / MWH for _, level in levels]),
            colour,
        )
        for part, colour in parts.items()
    ]
    names = [word(name, language) for name, _ in levels]
    return plots.stacks(names, drawn, "MWh", size=(HALF, 2.2))
