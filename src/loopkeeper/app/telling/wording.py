"""Figures, clauses and days as a report writes them."""

from collections.abc import Sequence

import numpy as np

from loopkeeper.app.grading import WORST
from loopkeeper.lifecycle.evaluate.packs import SEEN, Index, JudgedIndex
from loopkeeper.measure.periods import last_day, local_date
from loopkeeper.measure.series import Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.settling import Settling
from loopkeeper.plant.words import Language, chosen, listed, name_of, word

WHOLE, TINY = 100, 1e-4
"""Figures from which on no decimals are written, and below which three digits are not enough."""


def local_day(moment: np.datetime64, timezone: str) -> str:
    """Return the local date of a time in UTC."""
    return f"{local_date(moment, timezone):%Y-%m-%d}"


def period_text(period: Period, timezone: str) -> str:
    """Return a period as its first and its last local day, both in it."""
    return f"{local_day(period.start, timezone)} – {last_day(period, timezone)}"


def figure(value: float, unit: str = "") -> str:
    """Return three figures with their unit, thousands apart, never an exponent."""
    if abs(value) >= WHOLE:
        text = f"{value:,.0f}"
    elif abs(value) >= 1:
        text = f"{value:.2f}"
    else:
        text = f"{value:z.3g}" if abs(value) >= TINY or value == 0 else f"{value:z.6f}"
    return f"{text} {unit}".strip()


def priced(amount: float, currency: str, language: Language, digits: int = 0) -> str:
    """Return an amount with the name of its currency in the language."""
    return f"{amount:,.{digits}f} {name_of('currency', currency, language)}"


def with_ends(value: Estimate, unit: str) -> str:
    """Return a figure with its interval, where it has one; without an end that is unknown."""
    here, low, high = figure(value.value, unit), figure(value.low), figure(value.high)
    if value.low == value.high:
        return here
    if value.low == WORST[0]:
        return f"{here} (≤ {high})"
    return f"{here} (≥ {low})" if value.high == WORST[1] else f"{here} ({low}–{high})"


_OF_A_MODE = {
    ("delivered_energy", "heating"): "figure.heat_delivered",
    ("delivered_energy", "cooling"): "figure.cold_delivered",
    ("delivered_energy", "hot_water"): "figure.hot_water_delivered",
}
"""Figures that the trade calls by one word in a mode."""


def figure_words(name: str, mode: str, language: Language) -> tuple[str, ...]:
    """Return a key figure's name and its mode; in one word where the trade has one."""
    if (name, mode) in _OF_A_MODE:
        return (word(_OF_A_MODE[name, mode], language),)
    return (word(f"figure.{name}", language), *[word(f"mode.{mode}", language)][: mode != "all"])


def one_of(grades: Sequence[str], language: Language) -> str:
    """Return the grades that an interval reaches, in words."""
    words = [name_of("grade", g, language) for g in grades]
    return f" {word('report.or', language)} ".join(words)


def limits_of(index: Index) -> str:
    """Return the limits of an index as a table has them."""
    limits = [f"≥ {figure(index.at_least)}"] if index.at_least is not None else []
    limits += [f"≤ {figure(index.at_most)}"] if index.at_most is not None else []
    return " ".join(limits)


def missed_words(judged: JudgedIndex, language: Language) -> str:
    """Return an index with what was found and what is asked."""
    index = judged.index
    name = chosen(index.name, index.name_zh, language)
    if judged.figure is None:
        return name
    found = figure(judged.figure.value.value, index.unit.replace("-", ""))
    return f"{name}: {found} ({limits_of(index)})"


def confident(clause: str, confidence: str, language: Language) -> str:
    """Return a clause with its confidence; what was not seen is called unverified."""
    if not confidence:
        return clause
    seen = confidence.split("/", maxsplit=1)[0] in SEEN
    text = f"{clause} ({confidence})".strip()
    return text if seen else f"{text} {word('report.unverified', language)}"


def settling_words(settling: Settling, language: Language) -> str:
    """Return a measurement with what it takes and what that is reckoned from."""
    told = settling.test.sentence(language)
    effort = settling.effort
    if effort is None:
        return told
    basis = chosen(effort.basis, effort.basis_zh, language)
    texts = [told, effort.said().sentence(language) + word("mark.aside", language, text=basis)]
    return listed(texts, language, "mark.sentences")
