"""Sections of the periodic reports: key figures, standards, reliabilities, balance, money."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import numpy as np

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import Block, Bullets, Heading, Table, Text
from loopkeeper.adapters.report.review_words import said
from loopkeeper.adapters.report.words import named
from loopkeeper.app.reviewing import Review
from loopkeeper.lifecycle.evaluate.groundwater import SURE
from loopkeeper.lifecycle.evaluate.money import Compared
from loopkeeper.lifecycle.evaluate.packs import SEEN, Graded, Judged, Outcome
from loopkeeper.lifecycle.evaluate.reliability import SubIndex
from loopkeeper.measure.kpi_basis import KpiRefusal, KpiValue
from loopkeeper.measure.periods import as_datetime
from loopkeeper.units import KWH

MWH = 1000 * KWH
_SHOWN = {"J": ("MWh", MWH), "J m-3": ("kWh/m³", KWH), "m3": ("m³", 1.0)}
_TONES = {Outcome.MET: "good", Outcome.MISSED: "problem", Outcome.OPEN: "caution",
          Outcome.NOT_JUDGED: "note"}  # fmt: skip
_ANSWERS = {"met": "good", "missed": "problem", "unknown": "note"}
_WORDY = {"pass", "fail", "open"}
FAR = 2.0
"""A forecast that leaves the design by more is said. [K]"""


def local_day(moment: np.datetime64, timezone: str) -> str:
    """Return the local date of a time in UTC."""
    return f"{as_datetime(moment).astimezone(ZoneInfo(timezone)):%Y-%m-%d}"


def figure(value: float, unit: str = "") -> str:
    """Return three figures with their unit, thousands apart, never an exponent."""
    if abs(value) >= 100:
        text = f"{value:,.0f}"
    elif abs(value) >= 1:
        text = f"{value:.2f}"
    else:
        text = f"{value:.3g}" if abs(value) >= 1e-4 or value == 0 else f"{value:.6f}"
    return f"{text} {unit}".strip()


def confident(clause: str, confidence: str, language: str) -> str:
    """Return a clause with its confidence; what was not seen is called unverified."""
    if not confidence:
        return clause
    seen = confidence.split("/", maxsplit=1)[0] in SEEN
    text = f"{clause} ({confidence})".strip()
    return text if seen else f"{text} {said('unverified', language)}"


def _own(english: str, chinese: str, language: str) -> str:
    return chinese if language == "zh" and chinese else english


def kpi_table(review: Review, language: str) -> Table:
    """Return the key figures with interval, coverage, last year and clause."""
    head = ("figure", "boundary", "mode", "value", "interval", "coverage", "year_before", "clause")
    rows: list[tuple[str, ...]] = []
    tones: dict[tuple[int, int], str] = {}
    for answer in review.answers:
        places = [named(x, language) for x in (answer.name, answer.boundary, answer.mode)]
        if isinstance(answer, KpiRefusal):
            reason = answer.reasons[0].sentence(language) if answer.reasons else ""
            tones[len(rows), 3] = "note"
            rows.append((*places, "–", "", "", "", reason))
            continue
        before = review.value_before(answer.name, answer.boundary, answer.mode)
        rows.append((*places, *_value(answer, before, language)))
    return Table(tuple(said(h, language) for h in head), tuple(rows), (3, 4, 5, 6), tones)


def _value(answer: KpiValue, before: KpiValue | None, language: str) -> tuple[str, ...]:
    unit, size = _SHOWN.get(answer.unit, (answer.unit.replace("-", ""), 1.0))
    found = answer.value.scaled(1 / size)
    estimated = f" (+{answer.estimated:.0%})" if answer.estimated > 0.005 else ""
    return (
        figure(found.value, unit), f"{figure(found.low)} … {figure(found.high)}",
        f"{answer.coverage:.1%}{estimated}",
        "" if before is None else figure(before.value.value / size),
        confident(answer.clause, answer.confidence, language),
    )  # fmt: skip


def standards_blocks(review: Review, language: str) -> Iterator[Block]:
    """Yield the grades of every filled pack, and which packs give none."""
    yield Heading(said("standards", language))
    rows: list[tuple[str, ...]] = []
    tones: dict[tuple[int, int], str] = {}
    for one in review.graded:
        for judged in one.judged:
            tones[len(rows), 4] = _TONES[judged.outcome]
            rows.append(_judged_row(one, judged, language))
    head = ("standard", "index", "value", "limit", "outcome", "grade", "clause")
    yield Table(tuple(said(h, language) for h in head), tuple(rows), (2, 3), tones)
    said_of = [_grade_line(one, language) for one in review.graded if one.judged]
    yield Bullets(tuple(said_of))
    if review.unfilled:
        names = ", ".join(p.id for p in review.unfilled)
        yield Bullets(((said("unfilled", language, packs=names), "note"),))


def _judged_row(one: Graded, judged: Judged, language: str) -> tuple[str, ...]:
    index = judged.index
    unit = index.unit.replace("-", "")
    limits = [f"≥ {figure(index.at_least)}"] if index.at_least is not None else []
    limits += [f"≤ {figure(index.at_most)}"] if index.at_most is not None else []
    value = "–" if judged.figure is None else figure(judged.figure.value.value, unit)
    return (
        one.pack.id, index.name_zh if language == "zh" else index.name, value, " ".join(limits),
        said(str(judged.outcome), language), judged.grade,
        confident(_own(index.clause, index.clause_zh, language), index.confidence, language),
    )  # fmt: skip


def _grade_line(one: Graded, language: str) -> tuple[str, str]:
    name = one.pack.name_zh if language == "zh" else one.pack.name
    note = one.pack.note_zh if language == "zh" else one.pack.note
    if one.reasons:
        why = one.reasons[0].sentence(language)
        return f"{one.pack.id} {name}: {said('none', language)}. {why} {note}", "note"
    grade = said(one.grade, language) if one.grade in _WORDY else one.grade
    doubt = "" if one.verified else f" ({said('unverified', language)})"
    tone = {"fail": "problem", "open": "caution"}.get(one.grade, "good")
    return f"{one.pack.id} {name}: {grade}{doubt}.{_scores(one, language)} {note}", tone


def _scores(one: Graded, language: str) -> str:
    """The score of a scored pack with its interval, and of the branches next to the root."""
    whole = one.scores.get("")
    if whole is None:
        return ""
    text = said("scored", language, score=f"{whole.value:.1f}", low=f"{whole.low:.1f}",
                high=f"{whole.high:.1f}")  # fmt: skip
    parts = [
        f"{_own(b.name, b.name_zh, language)} {one.scores[b.id].value:.0f}"
        for b in one.pack.branches if not b.parent and b.id in one.scores
    ]  # fmt: skip
    return f" {text}" + (f": {', '.join(parts)}." if parts else ".")


def reliability_blocks(review: Review, language: str) -> Iterator[Block]:
    """Yield the four reliabilities: scores, sub-indices, what drives them, their trend."""
    if not review.pillars:
        return
    yield Heading(said("reliability", language))
    newest = review.pillars[-1][1]
    names = [said(p.id, language) for p in newest]
    yield plots.score_bars(names, [p.score for p in newest], said("scores_note", language))
    head = ("pillar", "sub_index", "value", "range", "score", "basis")
    rows = [_sub_row(part, language) for pillar in newest for part in pillar.parts]
    yield Table(tuple(said(h, language) for h in head), tuple(rows), (2, 3, 4))
    told = []
    for pillar in newest:
        driver = next((p for p in pillar.parts if p.id == pillar.driver), None)
        if driver is not None:
            name = driver.name_zh if language == "zh" else driver.name
            words = {"pillar": said(pillar.id, language), "driver": name}
            tone = "caution" if (pillar.score or 0) < 80 else "note"
            told.append((said("driven", language, **words), tone))
    yield Bullets(tuple(told))
    if len(review.pillars) > 1:
        years = [
            (
                local_day(period.start, review.plant.site.timezone),
                *("–" if p.score is None else f"{p.score:.0f}" for p in pillars),
            )
            for period, pillars in review.pillars
        ]
        yield Table((said("trend", language), *names), tuple(years), (1, 2, 3, 4))


def _sub_row(part: SubIndex, language: str) -> tuple[str, ...]:
    value, unit = part.value, part.unit.replace("-", "")
    shown = "–"
    if value is not None:
        shown = f"{figure(value.value, unit)} ({figure(value.low)} … {figure(value.high)})"
    return (
        said(part.pillar, language), part.name_zh if language == "zh" else part.name, shown,
        f"{figure(part.floor)} … {figure(part.target)}",
        "–" if part.score is None else f"{part.score:.0f}",
        confident(_own(part.source, part.source_zh, language), part.confidence, language),
    )  # fmt: skip


def balance_blocks(review: Review, language: str) -> Iterator[Block]:
    """Yield the thermal balance and where the ground goes."""
    ratio = review.value("thermal_balance_ratio", "ground")
    outlook = None if review.evaluation is None else review.evaluation.ground
    if ratio is None and outlook is None and not review.ground:
        return
    yield Heading(said("balance", language))
    meant = review.plant.promise.ground_drift_per_year
    promised = "–" if meant is None else f"{meant:+.2f}"
    yield Bullets(
        tuple(
            (said("ground_trend", language, place=place, slope=f"{trend.slope:+.2f}",
                  p=f"{trend.p:.2f}", promised=promised), "note")
            for place, trend in review.ground
        )
    )  # fmt: skip
    if ratio is not None:
        words = {k: f"{getattr(ratio.value, k):.2f}" for k in ("low", "high")}
        yield Text(said("balance_text", language, ratio=f"{ratio.value.value:.2f}", **words))
    if outlook is None:
        return
    apart = np.abs(outlook.found - outlook.design) > FAR
    apart[: outlook.lived] = False
    if apart.any():
        text = said("crossed", language, year=int(outlook.year[apart.argmax()]))
    else:
        text = said("never_crossed", language, years=len(outlook.year))
    yield Text(text, "caution" if apart.any() else "")
    drawn = [
        plots.Line(said("as_found", language), outlook.found, plots.RED),
        plots.Line(said("as_designed", language), outlook.design, plots.BLUE, dashed=True),
    ]
    yield plots.lines(outlook.year, drawn, "°C", said("outlook", language), height=2.2)


def water_blocks(review: Review, language: str) -> Iterator[Block]:
    """Yield complete reinjection by its criteria, levels, injectivity and the tax."""
    water = review.water
    if water is None:
        return
    yield Heading(said("water", language))
    tone = {"met": "good", "missed": "problem"}.get(water.complete, "caution")
    yield Text(said(f"complete_{water.complete}", language), tone)
    lines = []
    for one in water.criteria:
        words = dict(one.figures)
        shown = ", ".join(f"{said(f'figure_{k}', language)} {v}" for k, v in words.items())
        text = f"{said(f'criterion_{one.id}', language)}: {said(f'answer_{one.answer}', language)}"
        lines.append((f"{text} ({shown})" if shown else text, _ANSWERS[one.answer]))
    yield Bullets(tuple(lines))
    told = [
        said("level_trend", language, well=well, slope=f"{trend.slope:+.2f}", p=f"{trend.p:.2f}")
        for well, trend in water.levels
    ]
    told += [
        said("quality_trend", language, place=place, index=index, slope=f"{trend.slope:+.3g}",
             p=f"{trend.p:.2f}", count=trend.samples)
        for place, index, trend in water.quality if trend.p < SURE
    ]  # fmt: skip
    for well in water.injectivity:
        if well.trend is not None:
            words = {"well": well.well, "percent": f"{100 * well.trend:+.0f}"}
            told.append(said("injectivity", language, **words, washes=well.backwashes))
    if water.tax is not None and water.taken is not None:
        words = {"volume": f"{water.taken.value:,.0f}", "tax": f"{water.tax:,.1f}"}
        told.append(said("water_tax", language, **words))
    elif water.taken is not None:
        told.append(said("water_tax_none", language, volume=f"{water.taken.value:,.0f}"))
    yield Bullets(tuple((text, "note") for text in told))


def money_blocks(review: Review, language: str) -> Iterator[Block]:
    """Yield cost by tariff band, comparison with other ways, carbon and coal."""
    bill = review.account
    yield Heading(said("money", language))
    if bill.bands:
        rows = tuple(
            (b.name, f"{b.energy / MWH:,.1f}", f"{b.money:,.0f} {bill.currency}")
            for b in bill.bands
        )
        head = tuple(said(k, language) for k in ("band", "energy", "amount"))
        yield Table(head, tuple(rows), (1, 2))
    here = "–" if bill.money is None else f"{bill.money:,.0f} {bill.currency}"
    ways = [(said("this_plant", language), here, f"{bill.carbon / 1000:,.1f}", "")]
    ways += [_compared(c, bill.currency, language) for c in bill.compared]
    head = tuple(said(k, language) for k in ("way", "amount", "carbon_t", "basis"))
    yield Table(head, tuple(ways), (1, 2))
    grid = review.grid
    words = {"factor": f"{grid.factor:g}", "region": grid.region, "year": grid.year,
             "confidence": grid.confidence}  # fmt: skip
    told = [said("grid", language, **words)]
    if review.maintenance is not None:
        cost = f"{review.maintenance:,.0f} {bill.currency}"
        told.insert(0, said("maintenance_cost", language, cost=cost))
    each = bill.per_heat()
    if each is not None:
        told.insert(0, f"{said('per_heat', language)}: {each:.3f} {bill.currency}")
    told.insert(0, f"{said('coal_saved', language)}: {bill.coal_saved / 1000:,.1f} t")
    yield Bullets(tuple((text, "note") for text in told))


def _compared(one: Compared, currency: str, language: str) -> tuple[str, str, str, str]:
    money = "–" if one.money is None else f"{one.money:,.0f} {currency}"
    way = one.alternative
    basis = confident(_own(way.source, way.source_zh, language), way.confidence, language)
    return said(one.alternative.id, language), money, f"{one.carbon / 1000:,.1f}", basis
