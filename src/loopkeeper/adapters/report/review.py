"""Periodic reports: from a review to a document."""

from collections.abc import Iterator

import numpy as np

from loopkeeper.adapters.report import plots, waterfalls
from loopkeeper.adapters.report.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Picture,
    Table,
    Text,
    Tiles,
)
from loopkeeper.adapters.report.drawing import BLUE, GREY, INK, RED, Line
from loopkeeper.adapters.report.review_figures import figure_blocks
from loopkeeper.adapters.report.review_front import headline, swings_of, tiles
from loopkeeper.adapters.report.review_money import money_blocks
from loopkeeper.adapters.report.review_sections import (
    balance_blocks,
    limit_blocks,
    reliability_blocks,
    standards_blocks,
    water_blocks,
)
from loopkeeper.adapters.report.review_year import (
    conclusion_blocks,
    data_lines,
    index_blocks,
    month_blocks,
    part_blocks,
    plant_blocks,
    signature_blocks,
)
from loopkeeper.app.reviewing import Made, Review
from loopkeeper.app.telling.places import point_known, sentence_of
from loopkeeper.app.telling.wording import figure, period_text
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.quality import Bools, running_hours
from loopkeeper.measure.series import Floats
from loopkeeper.plant.verdict import Severity
from loopkeeper.plant.words import Language, word
from loopkeeper.units import KWH

HALF_A_DAY = 12
"""Fewer hours make no day's mean. [h]"""

MWH = 1000 * KWH
FULL = 0.95
"""Points measured less than this are listed at the end. [-]"""


def review_document(review: Review, language: Language, made: Made) -> Document:
    """Return a periodic report, ready to be printed."""
    site = review.plant.site
    name = site.called(language)
    when = period_text(review.period, site.timezone)
    swings = swings_of(review, language)
    blocks: list[Block] = [
        headline(review, swings, language),
        Tiles(tuple(tiles(review, language))),
        Heading(word("report.data_state", language)),
        Bullets(tuple(data_lines(review, language))),
        Heading(word("report.swings", language)),
        Bullets(swings),
        *_pictures(review, language),
        *_yearly(review, language),
        *figure_blocks(review.answers, review.before, language),
        *_losses(review, language),
    ]
    blocks += (limit_blocks if review.kind == "monthly" else standards_blocks)(review, language)
    if review.kind == "annual":
        blocks += reliability_blocks(review, language)
        blocks += balance_blocks(review, language)
    blocks += water_blocks(review, language)
    if review.kind == "annual":
        blocks += index_blocks(review, language)
    blocks += money_blocks(review, language)
    blocks += _cautions(review, language)
    if review.kind == "annual":
        blocks += conclusion_blocks(review, language)
        blocks += signature_blocks(language)
    return Document(
        f"{name} · {word(f'document.{review.kind}', language)}",
        when,
        language,
        tuple(blocks),
        made.foot(when, language),
    )


def _yearly(review: Review, language: Language) -> Iterator[Block]:
    """What stands first in a year's report: the plant, its months, its equipment."""
    if review.kind == "annual":
        yield from plant_blocks(review, language)
        yield from month_blocks(review, language)
        yield from part_blocks(review, language)


def _daily(values: Floats) -> Floats:
    """Means of whole days, NaN where less than half of a day is known."""
    days = len(values) // 24
    shaped = values[: 24 * days].reshape(days, 24)
    known = np.isfinite(shaped).sum(axis=1)
    sums = np.where(np.isfinite(shaped), shaped, 0.0).sum(axis=1)
    return np.where(known >= HALF_A_DAY, sums / np.maximum(known, 1), np.nan)


def _pictures(review: Review, language: Language) -> Iterator[Picture]:
    traces, op = review.traces, review.operation
    days = len(op.time) // 24
    time = op.time[: 24 * days : 24]
    drawn = [Line(word("report.measured", language), _daily(op.electricity) * 24 / 1e3, INK)]
    if traces is not None and len(traces.time) == len(op.time):
        expected = _daily(traces.electricity_expected) * 24 / 1e3
        drawn.append(Line(word("report.expected_by_model", language), expected, BLUE, dashed=True))
    yield plots.lines(time, drawn, "kWh/d", word("report.daily", language))
    flowing = _flowing(op)
    waters = [
        Line(word("report.source_water", language), _seen(op.source_supply, flowing), BLUE),
        Line(word("report.load_water", language), _seen(op.load_supply, flowing), RED),
        Line(word("report.outdoor", language), _daily(op.outdoor), GREY, dashed=True),
    ]
    yield plots.lines(time, waters, "°C", word("report.waters", language))


def _flowing(op: Operation) -> Bools:
    """Hours in which water flows: machines run by their own word, else by their draw."""
    drawn = running_hours(op.machine_electricity)
    every = np.full(op.hours, not drawn.any())
    return np.where(np.isfinite(op.run_share), op.run_share > 0, drawn | every)


def _seen(values: Floats, flowing: Bools) -> Floats:
    """Daily means over the hours in which water flows."""
    days = len(values) // 24
    shaped = np.where(flowing, values, np.nan)[: 24 * days].reshape(days, 24)
    known = np.isfinite(shaped)
    sums = np.where(known, shaped, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), sums / np.maximum(known.sum(axis=1), 1), np.nan)


def _losses(review: Review, language: Language) -> Iterator[Picture]:
    """Where the factor is lost, the modes side by side."""
    drawn = []
    for mode, steps in review.waterfalls.items():
        shown = [s for s in steps if s.name != "backup" or s.electricity.value > 0]
        names = [word(f"loss.{s.name}", language) for s in shown]
        drawn.append((word(f"mode.{mode}", language), names, [s.factor.value for s in shown]))
    if drawn:
        yield waterfalls.waterfalls(drawn, word("report.loss", language))


def _cautions(review: Review, language: Language) -> list[Block]:
    tones = {Severity.NOTE: "note", Severity.CAUTION: "caution"}
    once = dict.fromkeys(
        (sentence_of(review.plant, v, language), tones.get(v.severity, "problem"))
        for v in review.verdicts
    )
    return [
        *_quality(review, language),
        Heading(word("report.cautions", language)),
        Bullets(tuple(once)),
    ]


def _quality(review: Review, language: Language) -> Iterator[Block]:
    """How well the points were measured; those are listed that lack more than a little."""
    yield Heading(word("report.quality", language))
    ranked = sorted(review.quality, key=lambda q: q.coverage)
    if not ranked:
        return
    words = {"count": len(ranked), "least": f"{ranked[0].coverage:.1%}"}
    words["point"] = point_known(review.plant, ranked[0].point, language)
    yield Text(word("report.quality_text", language, **words))
    rows = tuple(
        (point_known(review.plant, q.point, language), figure(100 * q.coverage, "%"))
        for q in ranked
        if q.coverage < FULL
    )
    if rows:
        yield Table(
            tuple(word(k, language) for k in ("report.point", "report.coverage")), rows[:20], (1,)
        )
