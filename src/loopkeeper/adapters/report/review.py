"""Periodic reports 月报/季报/年报: from a review to a document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Picture,
    Table,
    Text,
    Tile,
    Tiles,
)
from loopkeeper.adapters.report.review_figures import figure_blocks
from loopkeeper.adapters.report.review_sections import (
    balance_blocks,
    limit_blocks,
    money_blocks,
    one_of,
    reliability_blocks,
    standards_blocks,
    water_blocks,
)
from loopkeeper.adapters.report.review_words import said
from loopkeeper.adapters.report.wording import figure, local_day
from loopkeeper.app.reviewing import Review
from loopkeeper.lifecycle.evaluate.packs import Outcome
from loopkeeper.lifecycle.monitor.early_warning import ModeChart
from loopkeeper.measure.kpi_basis import KpiRefusal
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.quality import Bools, running_hours
from loopkeeper.measure.series import Floats, Times
from loopkeeper.measure.uncertainty import COVERAGE_FACTOR_90
from loopkeeper.plant.names import named
from loopkeeper.plant.records import Event
from loopkeeper.plant.verdict import GRAVE, Severity
from loopkeeper.units import KWH

MWH = 1000 * KWH
FULL = 0.95
"""Points measured less than this are listed at the end. [-]"""
POOR = 0.85
"""A point measured less than this is listed. [-]"""
_ENERGIES = {
    "heat": (("delivered_energy", "user side", "heating"),),
    "cold": (("delivered_energy", "user side", "cooling"),),
    "electricity": tuple(
        ("electricity", name, "all") for name in ("machines", "source-pumps", "load-pumps")
    ),
}
"""Energies of the first tiles: the key figures they sum."""
SMALL = 2.0
"""A swing of electricity below this that came back needs nobody. [%]"""
OFTEN = 0.01
"""A flag on more readings than this is listed. [-]"""


@dataclass(frozen=True, slots=True)
class Made:
    """What makes a report reproducible: hashes of data and packs, version of the program."""

    data: str
    code: str
    packs: str


def review_document(review: Review, language: str, made: Made) -> Document:
    """
    Return a periodic report.

    Parameters
    ----------
    review : Review
        What it says.
    language : str
        ``"zh"`` or ``"en"``.
    made : Made
        For its last line.

    Returns
    -------
    Document
        Ready to be printed.
    """
    site = review.plant.site
    name = site.called(language)
    start, end = (local_day(t, site.timezone) for t in (review.period.start, review.period.end))
    swings = _swings(review, language)
    blocks: list[Block] = [
        _headline(review, swings, language), Tiles(tuple(_tiles(review, language))),
        Heading(said("swings", language)),
        Bullets(swings or ((said("nothing", language), "good"),)),
        *_pictures(review, language),
        *figure_blocks(review.answers, review.before, language), *_losses(review, language),
    ]  # fmt: skip
    blocks += (limit_blocks if review.kind == "monthly" else standards_blocks)(review, language)
    if review.kind == "annual":
        blocks += reliability_blocks(review, language)
        blocks += balance_blocks(review, language)
    blocks += water_blocks(review, language)
    blocks += money_blocks(review, language)
    blocks += _cautions(review, language)
    foot = said("foot", language, start=start, end=end, data=made.data, code=made.code,
                packs=made.packs)  # fmt: skip
    return Document(
        f"{name} · {said(review.kind, language)}",
        f"{start} – {end}",
        language,
        tuple(blocks),
        foot,
    )


def _headline(review: Review, swings: Sequence[tuple[str, str]], language: str) -> Text:
    """The whole report in one sentence."""
    grave = [text for text, tone in swings if tone in {"caution", "problem"}]
    missed = [
        f"{g.pack.id}: {j.index.name_zh if language == 'zh' else j.index.name}"
        for g in review.graded for j in g.judged
        if j.outcome is Outcome.MISSED and j.index.weight > 0 and not g.pack.of_model
    ]  # fmt: skip
    problems = [v.sentence(language) for v in review.verdicts if v.severity in GRAVE]
    if problems:
        key = "headline_problem" if len(problems) == 1 else "headline_problems"
        return Text(said(key, language, count=len(problems), first=problems[0]), "problem")
    found = [*grave, *missed]
    if not found:
        return Text(said("headline_good", language), "good")
    key = "headline_one" if len(found) == 1 else "headline_look"
    text = said(key, language, count=len(found), first=found[0])
    return Text(text, "problem" if missed else "caution")


def _tiles(review: Review, language: str) -> Iterator[Tile]:
    bill = review.account
    for key, names in _ENERGIES.items():
        whole_names = (*names, *_of_backups(review)) if key == "electricity" else names
        found = [review.value(*name) for name in whole_names]
        values = [answer.value for answer in found if answer is not None]
        if len(values) == len(whole_names):
            whole = sum(v.value for v in values) / MWH
            doubt = float(np.hypot.reduce([v.standard_deviation for v in values])) / MWH
            note = f"± {COVERAGE_FACTOR_90 * doubt:,.1f} MWh (90 %)"
            guessed = max(answer.estimated for answer in found if answer is not None)
            note += f" · {said('estimated', language)} {guessed:.0%}" if guessed > 0.005 else ""
            yield Tile(said(key, language), f"{whole:,.1f} MWh", note)
        elif any(_is_withheld(review, *name) for name in whole_names):
            yield Tile(said(key, language), "–", said("withheld", language), "problem")
    for mode in ("heating", "cooling"):
        tile = _cop_tile(review, mode, language)
        if tile is not None:
            yield tile
    if bill.money is not None and bill.known > 0:
        area = bill.per_area(review.plant.site.heated_area)
        note = f"{said('coverage', language)} {bill.known:.0%}"
        note += "" if area is None else f" · {area:.2f} {bill.currency}/m²"
        yield Tile(said("cost", language), f"{bill.money:,.0f} {bill.currency}", note)
    factor = f"{said('coverage', language)} {bill.known:.0%} · {review.grid.factor:g} kg/kWh"
    carbon = f"{bill.carbon / 1000:,.1f} t" if bill.known > 0 else "–"
    yield Tile(said("carbon", language), carbon, factor)


def _of_backups(review: Review) -> tuple[tuple[str, str, str], ...]:
    """The electricity of backups, where there may be any."""
    backup = ("electricity", "backup", "all")
    here = [a for a in review.answers if (a.name, a.boundary, a.mode) == backup]
    idle = all(
        isinstance(a, KpiRefusal)
        and all(v.code == "measure.kpi.nothing_delivered" for v in a.reasons)
        for a in here
    )
    return () if idle else (backup,)


def _is_withheld(review: Review, name: str, boundary: str, mode: str) -> bool:
    """Tell whether a problem of the data keeps a figure back."""
    return any(
        isinstance(a, KpiRefusal) and (a.name, a.boundary, a.mode) == (name, boundary, mode)
        and any(v.severity in GRAVE for v in a.reasons)
        for a in review.answers
    )  # fmt: skip


def _cop_tile(review: Review, mode: str, language: str) -> Tile | None:
    key = ("performance_factor", "GB/T 50801", mode)
    answer = review.value(*key)
    if answer is None and _is_withheld(review, *key) and getattr(review.operation, mode).any():
        return Tile(said(f"cop_{mode}", language), "–", said("withheld", language), "problem")
    if answer is None:
        return None
    grades = [
        j for g in review.graded if g.pack.id == "GB/T 50801-2013" for j in g.judged
        if j.index.when == mode and j.figure is not None
    ]  # fmt: skip
    notes, tone = [], ""
    if grades and grades[0].grade:
        notes.append(said("of_grade", language, grade=grades[0].grade))
        tone = "good"
    elif grades and grades[0].outcome is Outcome.OPEN:
        told = one_of(grades[0].grades, language)
        notes.append(said("open_grade", language, grades=told))
        tone = "caution"
    elif grades:
        notes.append(said("below_grade", language))
        tone = "problem"
    promise = getattr(review.plant.promise, f"system_cop_{mode}")
    if promise:
        notes.append(f"{said('promised', language)} {promise:.2f}")
    before = review.value_before("performance_factor", "GB/T 50801", mode)
    if before is not None:
        notes.append(f"{said('year_before', language)} {before.value.value:.2f}")
    value, low, high = answer.value.value, answer.value.low, answer.value.high
    spread = f"{low:.2f} … {high:.2f}"
    return Tile(said(f"cop_{mode}", language), f"{value:.2f}", " · ".join([spread, *notes]), tone)


def _swings(review: Review, language: str) -> tuple[tuple[str, str], ...]:
    """Signals of the charts, events, points with gaps or flags; what comes first matters most."""
    first, last = (t.astype("datetime64[D]") for t in (review.period.start, review.period.end))
    found = [(v.sentence(language), "problem") for v in review.verdicts if v.severity in GRAVE]
    for chart in review.charts:
        found += _signal(chart, (first, last), language)
    found += [(text, "caution") for text in _events(review.events, language)]
    for point in review.quality:
        if point.coverage < POOR:
            text = said("gap", language, point=point.point, coverage=f"{point.coverage:.0%}")
            found.append((text, "caution" if point.coverage < 0.8 else "note"))
        for flag, share in point.flags.items():
            if share > OFTEN:
                words = {
                    "point": point.point,
                    "flag": named(flag, language),
                    "share": f"{share:.0%}",
                }
                found.append((said("flag", language, **words), "caution"))
    return tuple(found)


def _events(events: Sequence[Event], language: str) -> Iterator[str]:
    """A sentence each; alarms that came again and again are counted, the most frequent first."""
    groups: dict[tuple[str, ...], list[Event]] = {}
    for n, event in enumerate(events):
        same = (event.of, event.note) if event.kind == "alarm" else (str(n),)
        groups.setdefault(same, []).append(event)
    for group in sorted(groups.values(), key=len, reverse=True):
        first = min(group, key=lambda e: e.time)
        words = {"time": f"{first.time:%Y-%m-%d}", "kind": named(first.kind, language),
                 "of": first.of, "note": first.note, "count": len(group)}  # fmt: skip
        yield said("event" if len(group) == 1 else "events", language, **words)


def _signal(chart: ModeChart, within: tuple[Times, Times], language: str) -> list[tuple[str, str]]:
    """Days on which the chart signalled; a small swing that came back is but a note."""
    first, last = within
    days = [chart.days[n] for n in chart.signals if first <= chart.days[n] < last]
    inside = (chart.days >= first) & (chart.days < last)
    if not days or not inside.any():
        return []
    percent = 100 * float(np.expm1(np.median(chart.ratio[inside]) - chart.chart.mean))
    shown = ", ".join(str(d)[5:] for d in days[:4]) + (" …" if len(days) > 4 else "")
    words = {"mode": named(chart.mode, language), "days": shown, "percent": f"{round(percent):+d}"}
    passed = chart.standing < 1
    tone = "note" if passed and abs(percent) < SMALL else "caution"
    return [(said("signal_passed" if passed else "signal", language, **words), tone)]


def _daily(values: Floats) -> Floats:
    """Means of whole days, NaN where less than half of a day is known."""
    days = len(values) // 24
    shaped = values[: 24 * days].reshape(days, 24)
    known = np.isfinite(shaped).sum(axis=1)
    sums = np.where(np.isfinite(shaped), shaped, 0.0).sum(axis=1)
    return np.where(known >= 12, sums / np.maximum(known, 1), np.nan)


def _pictures(review: Review, language: str) -> Iterator[Picture]:
    traces, op = review.traces, review.operation
    days = len(op.time) // 24
    time = op.time[: 24 * days : 24]
    drawn = [plots.Line(said("measured", language), _daily(op.electricity) * 24 / 1e3, plots.INK)]
    if traces is not None and len(traces.time) == len(op.time):
        expected = _daily(traces.electricity_expected) * 24 / 1e3
        drawn.append(plots.Line(said("expected", language), expected, plots.BLUE, dashed=True))
    yield plots.lines(time, drawn, "kWh/d", said("daily", language))
    flowing = _flowing(op)
    waters = [
        plots.Line(said("source_water", language), _seen(op.source_supply, flowing), plots.BLUE),
        plots.Line(said("load_water", language), _seen(op.load_supply, flowing), plots.RED),
        plots.Line(said("outdoor", language), _daily(op.outdoor), plots.GREY, dashed=True),
    ]
    yield plots.lines(time, waters, "°C", said("waters", language))


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


def _losses(review: Review, language: str) -> Iterator[Picture]:
    """Where the factor is lost, the modes side by side."""
    drawn = []
    for mode, steps in review.waterfalls.items():
        shown = [s for s in steps if s.name != "backup" or s.electricity.value > 0]
        names = [said(s.name, language) for s in shown]
        drawn.append((named(mode, language), names, [s.factor.value for s in shown]))
    if drawn:
        yield plots.waterfalls(drawn, said("loss", language))


def _cautions(review: Review, language: str) -> list[Block]:
    tones = {Severity.NOTE: "note", Severity.CAUTION: "caution"}
    once = dict.fromkeys((v.sentence(language), tones.get(v.severity, "problem"))
                         for v in review.verdicts)  # fmt: skip
    return [
        *_quality(review, language), Heading(said("cautions", language)), Bullets(tuple(once)),
    ]  # fmt: skip


def _quality(review: Review, language: str) -> Iterator[Block]:
    """How well the points were measured; those are listed that lack more than a little."""
    yield Heading(said("quality", language))
    ranked = sorted(review.quality, key=lambda q: q.coverage)
    if not ranked:
        return
    words = {"count": len(ranked), "least": f"{ranked[0].coverage:.1%}", "point": ranked[0].point}
    yield Text(said("quality_text", language, **words))
    rows = tuple((q.point, figure(100 * q.coverage, "%")) for q in ranked if q.coverage < FULL)
    if rows:
        yield Table(tuple(said(k, language) for k in ("point", "coverage")), rows[:20], (1,))
