"""A pumping test as a document: diagnostic plot with derivative, sorts of aquifer, doubts."""

from collections.abc import Iterator, Sequence

import numpy as np

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import (
    Block,
    Document,
    Heading,
    Picture,
    Table,
    Text,
    Tile,
    Tiles,
)
from loopkeeper.adapters.report.drawing import AMBER, BLUE, GREEN, RED
from loopkeeper.adapters.report.response_test import said
from loopkeeper.app.telling.wording import figure
from loopkeeper.lifecycle.survey.pumping_test import (
    AquiferFit,
    AquiferTest,
    derivative,
)
from loopkeeper.measure.series import Floats
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, word
from loopkeeper.units import DAY, MINUTE

COLOURS = (BLUE, AMBER, GREEN, RED)


def pumping_document(
    test: AquiferTest, verdicts: Sequence[Verdict], name: str, language: Language, foot: str
) -> Document:
    """
    Return a pumping test as a document, all sorts of aquifer tried and what is doubted.

    ``name`` of the test, e.g. its file; ``foot`` is the last line.
    """
    blocks: list[Block] = [
        Tiles(tuple(_tiles(test.best, language))),
        Heading(word("report.diagnostic", language)),
        diagnostic(test, language),
        Text(word("report.diagnostic_note", language), "small"),
        Heading(word("report.aquifer_sorts", language)),
        _sorts(test, language),
        Heading(word("report.cautions", language)),
        said(verdicts, language),
    ]
    basis = " · ".join(f"r = {o.distance:g} m" for o in test.observations)
    title = f"{name} · {word('document.pumping_test', language)}"
    return Document(title, basis, language, tuple(blocks), foot)


def _tiles(best: AquiferFit, language: Language) -> Iterator[Tile]:
    daily = best.transmissivity.scaled(DAY)
    yield Tile(word("report.aquifer_sort", language), word(f"aquifer.{best.sort}", language))
    yield Tile(word("property.transmissivity", language), f"{daily.value:,.4g} m²/d", _span(daily))
    yield Tile(
        word("property.storage", language), f"{best.storage.value:.3g}", _span(best.storage)
    )
    yield Tile("RMSE", f"{100 * best.rmse:.2g} cm")


def _span(estimate: Estimate) -> str:
    return f"90 %: {estimate.low:,.4g} … {estimate.high:,.4g}"


def _sorts(test: AquiferTest, language: Language) -> Table:
    """All sorts tried, the chosen one bold."""
    head = (
        word("report.aquifer_sort", language),
        "T, m²/d",
        "S",
        word("report.aquifer_extra", language),
        "RMSE, cm",
        "AICc",
    )
    rows = tuple(
        (
            word(f"aquifer.{fit.sort}", language),
            f"{fit.transmissivity.value * DAY:,.4g}",
            f"{fit.storage.value:.3g}",
            ", ".join(figure(e.value) for e in fit.extras),
            f"{100 * fit.rmse:.2g}",
            f"{fit.aicc:,.0f}",
        )
        for fit in test.tried
    )
    best = next(n for n, fit in enumerate(test.tried) if fit is test.best)
    return Table(head, rows, (1, 2, 3, 4, 5), {(best, c): "strong" for c in range(len(head))})


def diagnostic(test: AquiferTest, language: Language) -> Picture:
    """Return drawdown and its derivative over time, both axes logarithmic, with the choice. [m]"""
    several = len(test.observations) > 1
    drawn = []
    for place, modelled, colour in zip(
        test.observations, test.best.modelled, COLOURS, strict=False
    ):
        shown = (place.time > 0) & (place.drawdown > 0)
        minutes = place.time[shown] / MINUTE
        suffix = f" {place.distance:g} m" if several else ""
        time, slope = _rising(place.time[shown], place.drawdown[shown])
        drawn += [
            plots.Course(word(f"report.{name}", language) + suffix, x, y, colour, mark)
            for name, x, y, mark in (
                ("drawdown", minutes, place.drawdown[shown], "o"),
                ("modelled", minutes, modelled[shown], "-"),
                ("derivative", time / MINUTE, slope, "+"),
            )
        ]
    return plots.logarithmic(drawn, "min", "m")


def _rising(time: Floats, drawdown: Floats) -> tuple[Floats, Floats]:
    """The derivative where it can stand on a logarithmic axis."""
    order = np.argsort(time, kind="stable")
    first = np.concatenate([[True], np.diff(time[order]) > 0])
    at, slope = derivative(time[order][first], drawdown[order][first])
    return at[slope > 0], slope[slope > 0]
