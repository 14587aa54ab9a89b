"""Sections of the periodic reports: standards, reliabilities, balance, water."""

from collections.abc import Iterator

import numpy as np

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import Block, Bullets, Heading, Table, Text
from loopkeeper.adapters.report.drawing import AMBER, BLUE, GREY, RED, WIDTH, Line
from loopkeeper.app.reviewing import Review
from loopkeeper.app.telling.places import place_name
from loopkeeper.app.telling.wording import (
    confident,
    figure,
    limits_of,
    local_day,
    one_of,
    with_ends,
)
from loopkeeper.lifecycle.evaluate.groundwater import SURE
from loopkeeper.lifecycle.evaluate.outlook import Crossing, Outlook, crossings
from loopkeeper.lifecycle.evaluate.packs import Graded, JudgedIndex, Outcome
from loopkeeper.lifecycle.evaluate.reliability import Pillar, SubIndex
from loopkeeper.plant.site import Promise
from loopkeeper.plant.source import water_tax
from loopkeeper.plant.words import Language, chosen, name_of, word

GOOD = 80
"""Score of 100 below which a pillar is a caution. [-]"""

_TONES = {Outcome.MET: "good", Outcome.MISSED: "problem", Outcome.OPEN: "caution",
          Outcome.NOT_JUDGED: "note"}  # fmt: skip
_ANSWERS = {"met": "good", "missed": "problem", "unknown": "note"}
FAR = 2.0
"""A forecast that leaves the design by more is said. [K]"""


def standards_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield the grades of every filled pack, and which packs give none."""
    yield Heading(word("report.standards", language))
    yield _judged_table(review, language, set(Outcome))
    yield Bullets(tuple(_grade_line(one, language) for one in review.graded if one.judged))
    if review.unfilled:
        names = ", ".join(p.id for p in review.unfilled)
        yield Bullets(((word("report.unfilled", language, packs=names), "note"),))


def limit_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield the limits of a month that are missed or may be; grades are for whole seasons."""
    table = _judged_table(review, language, {Outcome.MISSED, Outcome.OPEN})
    if table.rows:
        yield Heading(word("report.limits_missed", language))
        yield table


def _judged_table(review: Review, language: Language, outcomes: set[Outcome]) -> Table:
    rows: list[tuple[str, ...]] = []
    tones: dict[tuple[int, int], str] = {}
    for one in review.graded:
        known = any(j.outcome is not Outcome.NOT_JUDGED for j in one.judged)
        for judged in (j for j in one.judged if known and j.outcome in outcomes):
            grave = judged.outcome is Outcome.MISSED and one.pack.of_model
            tones[len(rows), 4] = "note" if grave else _TONES[judged.outcome]
            rows.append(_judged_row(one, judged, language))
    head = (
        "report.standard",
        "report.index",
        "report.value",
        "report.limit",
        "report.outcome",
        "report.grade",
        "report.clause",
    )
    return Table(tuple(word(h, language) for h in head), tuple(rows), (2, 3), tones)


def _judged_row(one: Graded, judged: JudgedIndex, language: Language) -> tuple[str, ...]:
    index = judged.index
    unit = index.unit.replace("-", "")
    value = "–" if judged.figure is None else with_ends(judged.figure.value, unit)
    return (
        one.pack.id,
        chosen(index.name, index.name_zh, language),
        value,
        limits_of(index),
        word(f"outcome.{judged.outcome}", language),
        one_of(judged.grades, language),
        confident(chosen(index.clause, index.clause_zh, language), index.confidence, language),
    )


def _grade_line(one: Graded, language: Language) -> tuple[str, str]:
    name = chosen(one.pack.name, one.pack.name_zh, language)
    note = chosen(one.pack.note, one.pack.note_zh, language)
    if one.reasons:
        why = one.reasons[0].sentence(language)
        return f"{one.pack.id} {name}: {word('report.no_grade', language)}. {why} {note}", "note"
    grade = one_of([one.grade], language)
    if one.between:
        grade = word("cli.open_between", language, grades=one_of(one.between, language))
    doubt = "" if one.verified else f" ({word('report.unverified', language)})"
    grave = "note" if one.pack.of_model else "problem"
    tone = {"fail": grave, "open": "caution"}.get(one.grade, "good")
    return f"{one.pack.id} {name}: {grade}{doubt}.{_scores(one, language)} {note}", tone


def _scores(one: Graded, language: Language) -> str:
    """The score of a scored pack with its interval, and of the branches next to the root."""
    whole = one.scores.get("")
    if whole is None:
        return ""
    text = word(
        "report.scored",
        language,
        score=f"{whole.value:.1f}",
        low=f"{whole.low:.1f}",
        high=f"{whole.high:.1f}",
    )
    parts = [
        f"{chosen(b.name, b.name_zh, language)} {one.scores[b.id].value:.0f}"
        for b in one.pack.branches
        if not b.parent and b.id in one.scores
    ]
    return f" {text}" + (f": {', '.join(parts)}." if parts else ".")


def reliability_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield the four reliabilities: scores, sub-indices, what drives them, their trend."""
    yield Heading(word("report.reliability", language))
    if not review.pillars:
        yield Text(word("report.scores_none", language), "caution")
        return
    newest = review.pillars[-1][1]
    names = [word(f"pillar.{p.id}", language) for p in newest]
    yield plots.score_bars(names, [p.score for p in newest], word("report.scores_note", language))
    head = (
        "report.pillar",
        "report.sub_index",
        "report.value",
        "report.range",
        "report.score",
        "report.basis",
    )
    rows = [_sub_row(part, language) for pillar in newest for part in pillar.parts]
    yield Table(tuple(word(h, language) for h in head), tuple(rows), (2, 3, 4))
    told = []
    for pillar in newest:
        driver = next((p for p in pillar.parts if p.id == pillar.driver), None)
        if driver is not None:
            name = chosen(driver.name, driver.name_zh, language)
            words = {"pillar": word(f"pillar.{pillar.id}", language), "driver": name}
            tone = "caution" if (pillar.score or 0) < GOOD else "note"
            told.append((word("report.driven", language, **words), tone))
    yield Bullets(tuple(told))
    if len(review.pillars) > 1:
        years = [
            (
                local_day(period.start, review.plant.site.timezone),
                *(_spanned(p) for p in pillars),
            )
            for period, pillars in review.pillars
        ]
        yield Table((word("report.trend", language), *names), tuple(years), (1, 2, 3, 4))


def _spanned(one: SubIndex | Pillar) -> str:
    """A score with its span, where it has one."""
    if one.score is None or one.span is None:
        return "–"
    low, high = (f"{end:.0f}" for end in one.span)
    return f"{one.score:.0f}" if low == high else f"{one.score:.0f} ({low}–{high})"


def _sub_row(part: SubIndex, language: Language) -> tuple[str, ...]:
    value, unit = part.value, name_of("unit", part.unit.replace("-", ""), language)
    shown = "–"
    if value is not None:
        shown = f"{figure(value.value, unit)} ({figure(value.low)} … {figure(value.high)})"
    return (
        word(f"pillar.{part.pillar}", language),
        chosen(part.name, part.name_zh, language),
        shown,
        f"{figure(part.floor)} … {figure(part.target)}",
        _spanned(part),
        confident(chosen(part.source, part.source_zh, language), part.confidence, language),
    )


def balance_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield the thermal balance and where the ground goes."""
    ratio = review.value("thermal_balance_ratio", "ground")
    outlook = None if review.evaluation is None else review.evaluation.ground
    if ratio is None and outlook is None and not review.ground and review.told.whole:
        return
    yield Heading(word("report.balance", language))
    meant = review.plant.promise.ground_drift_per_year
    promised = "–" if meant is None else f"{meant:+z.2f}"
    yield Bullets(
        tuple(
            (
                word(
                    "report.ground_trend",
                    language,
                    place=place_name(review.plant, place, language),
                    slope=f"{trend.slope:+z.2f}",
                    p=f"{trend.p:.2f}",
                    promised=promised,
                ),
                "note",
            )
            for place, trend in review.ground
        )
    )
    if ratio is not None:
        words = {k: f"{getattr(ratio.value, k):.2f}" for k in ("low", "high")}
        yield Text(
            word("report.balance_text", language, ratio=f"{ratio.value.value:.2f}", **words)
        )
    elif not review.told.whole:
        yield Text(word("report.balance_none", language), "caution")
    if outlook is not None:
        yield from _outlook_blocks(outlook, review.plant.promise, language)


def _outlook_blocks(outlook: Outlook, promise: Promise, language: Language) -> Iterator[Block]:
    """When the water leaves promise and design, and the years as a chart."""
    ahead = len(outlook.year) - outlook.lived
    told = [_crossing(c, ahead, language) for c in crossings(outlook, promise)]
    apart = np.abs(outlook.found.mean - outlook.design.mean) > FAR
    apart[: outlook.lived] = False
    if apart.any():
        told.append(
            (word("report.crossed", language, year=int(outlook.year[apart.argmax()])), "caution")
        )
    else:
        told.append((word("report.never_crossed", language, years=ahead), "good"))
    told.append((word("report.shifted", language, shift=f"{outlook.shift:+z.1f}"), "note"))
    yield Bullets(tuple(told))
    here, meant, year = outlook.found, outlook.design, outlook.year
    drawn = [
        Line(word("report.warmest", language), here.warmest + outlook.shift, RED),
        Line(word("report.coldest", language), here.coldest + outlook.shift, BLUE),
        Line(word("report.as_designed", language), meant.warmest, GREY, dashed=True),
        Line("", meant.coldest, GREY, dashed=True),
    ]
    limits = (promise.source_inlet_min, promise.source_inlet_max)
    names = (word("report.promised_limit", language), "")
    drawn += [
        Line(name, np.full(len(year), limit), AMBER, dashed=True)
        for name, limit in zip(names, limits, strict=True)
        if limit is not None
    ]
    yield plots.lines(
        year, drawn, "°C", word("report.outlook", language, lived=outlook.lived), size=(WIDTH, 2.4)
    )


def _crossing(one: Crossing, ahead: int, language: Language) -> tuple[str, str]:
    words = {"limit": f"{one.value:g}", "years": ahead}
    if one.year is None:
        return word(f"kept.{one.limit}", language, **words), "good"
    return word(f"passed.{one.limit}", language, year=one.year, **words), "problem"


def water_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield complete reinjection by its criteria, levels, injectivity and the tax."""
    water = review.water
    if water is None:
        return
    yield Heading(word("report.water", language))
    tone = {"met": "good", "missed": "problem"}.get(water.complete, "caution")
    yield Text(word(f"complete.{water.complete}", language), tone)
    lines = []
    for one in water.criteria:
        words = dict(one.figures)
        shown = ", ".join(f"{word(f'proof.{k}', language)} {v}" for k, v in words.items())
        text = f"{word(f'criterion.{one.id}', language)}: {word(f'answer.{one.answer}', language)}"
        lines.append((f"{text} ({shown})" if shown else text, _ANSWERS[one.answer]))
    yield Bullets(tuple(lines))
    told = [
        word(
            "report.level_trend",
            language,
            well=place_name(review.plant, well, language),
            slope=f"{trend.slope:+z.2f}",
            p=f"{trend.p:.2f}",
        )
        for well, trend in water.levels
    ]
    told += [
        word(
            "report.quality_trend",
            language,
            place=place_name(review.plant, place, language),
            index=index,
            slope=f"{trend.slope:+z.3g}",
            p=f"{trend.p:.2f}",
            count=trend.samples,
        )
        for place, index, trend in water.quality
        if trend.p < SURE
    ]
    for well in water.injectivity:
        if well.trend is not None:
            words = {
                "well": place_name(review.plant, well.well, language),
                "percent": f"{100 * well.trend:+z.0f}",
            }
            told.append(word("report.injectivity", language, **words, washes=well.backwashes))
        elif not len(well.values):
            told.append(
                word(
                    "report.injectivity_no_level",
                    language,
                    well=place_name(review.plant, well.well, language),
                )
            )
    if water.tax is not None and water.taken is not None:
        words = {"volume": f"{water.taken.value:,.0f}", "tax": f"{water.tax:,.1f}"}
        told.append(word("report.water_tax", language, **words))
    elif water.taken is not None:
        known = water_tax(review.plant.site) is not None
        key = "report.water_tax_none" if known else "report.water_tax_no_rate"
        told.append(word(key, language, volume=f"{water.taken.value:,.0f}"))
    yield Bullets(tuple((text, "note") for text in told))
