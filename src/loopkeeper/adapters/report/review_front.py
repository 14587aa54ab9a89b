"""Page one of a periodic report: the headline, the tiles, and what was out of the ordinary."""

from collections.abc import Iterator, Sequence

import numpy as np

from loopkeeper.adapters.report.document import Text, Tile
from loopkeeper.app.accounts import energies, energy_of
from loopkeeper.app.reviewing import Review
from loopkeeper.app.telling.places import place_name, point_known, sentence_of
from loopkeeper.app.telling.wording import missed_words, one_of, priced
from loopkeeper.lifecycle.evaluate.packs import Outcome
from loopkeeper.lifecycle.monitor.early_warning import ModeChart
from loopkeeper.measure.kpi_basis import KpiRefusal
from loopkeeper.measure.periods import last_day
from loopkeeper.measure.series import Times
from loopkeeper.measure.told import HALF_TOLD
from loopkeeper.plant.records import PlantEvent
from loopkeeper.plant.verdict import GRAVE
from loopkeeper.plant.words import Language, listed, name_of, word
from loopkeeper.units import KWH

TOLD, COVERED, NAMED = 0.005, 0.8, 4
"""Estimated shares that are told, coverage below which a point is a caution [-]; days named."""

MWH = 1000 * KWH
POOR = 0.85
"""A point measured less than this is listed. [-]"""
ALIKE = 0.03
"""A point that is silent by no more than this beyond the plant itself is not. [-]"""
SMALL = 2.0
"""A swing of electricity below this that came back needs nobody. [%]"""
OFTEN = 0.01
"""A flag on more readings than this is listed. [-]"""


def headline(review: Review, swings: Sequence[tuple[str, str]], language: Language) -> Text:
    """The whole report in one sentence."""
    grave = [text for text, tone in swings if tone in {"caution", "problem"}]
    missed = [
        f"{g.pack.id}: {missed_words(j, language)}"
        for g in review.graded
        for j in g.judged
        if j.outcome is Outcome.MISSED and j.index.weight > 0 and not g.pack.of_model
    ]
    part = [sentence_of(review.plant, v, language) for v in review.verdicts if v.code in HALF_TOLD]
    problems = [
        sentence_of(review.plant, v, language) for v in review.verdicts if v.severity in GRAVE
    ]
    if problems:
        key = "report.headline_problem" if len(problems) == 1 else "report.headline_problems"
        text = word(key, language, count=len(problems), first=problems[0])
        return Text(_joined([text, *part], language), "problem")
    found = [*missed, *grave]
    if not found:
        return Text(
            *((part[0], "caution") if part else (word("report.headline_good", language), "good"))
        )
    key = "report.headline_one" if len(found) == 1 else "report.headline_look"
    text = word(key, language, count=len(found), first=found[0])
    return Text(_joined([*part, text], language), "problem" if missed else "caution")


def _joined(sentences: Sequence[str], language: Language) -> str:
    return listed(sentences, language, "mark.sentences")


def tiles(review: Review, language: Language) -> Iterator[Tile]:
    """Yield energies, factors, money and carbon, each with its interval or coverage."""
    bill = review.account
    for key, names in energies(review.answers).items():
        whole = energy_of(review.answers, names)
        if whole is not None:
            note = f"± {(whole.high - whole.low) / 2 / MWH:,.1f} MWh (90 %)"
            guessed = max(a.estimated for n in names if (a := review.value(*n)) is not None)
            note += (
                f" · {word('report.estimated', language)} {guessed:.0%}" if guessed > TOLD else ""
            )
            if not review.told.whole:
                share = f"{review.told.share:.0%}"
                note += f" · {word('report.measured_part', language, share=share)}"
            yield Tile(word(f"energy.{key}", language), f"{whole.value / MWH:,.1f} MWh", note)
        elif any(_is_withheld(review, *name) for name in names):
            yield Tile(
                word(f"energy.{key}", language), "–", word("report.withheld", language), "problem"
            )
    for mode in ("heating", "cooling"):
        tile = _cop_tile(review, mode, language)
        if tile is not None:
            yield tile
    if bill.money is not None and bill.known > 0:
        area = bill.per_area(review.plant.site.heated_area)
        note = f"{word('report.coverage', language)} {bill.known:.0%}"
        note += "" if area is None else f" · {priced(area, bill.currency, language, 2)}/m²"
        yield Tile(
            word("report.energy_cost", language),
            priced(bill.money, bill.currency, language),
            note,
        )
    factor = (
        f"{word('report.coverage', language)} {bill.known:.0%} · {review.grid.factor:g} kg/kWh"
    )
    carbon = f"{bill.carbon / 1000:,.1f} t" if bill.known > 0 else "–"
    yield Tile(word("report.carbon", language), carbon, factor)


def _is_withheld(review: Review, name: str, boundary: str, mode: str) -> bool:
    """Tell whether a problem of the data keeps a figure back."""
    return any(
        isinstance(a, KpiRefusal)
        and (a.name, a.boundary, a.mode) == (name, boundary, mode)
        and any(v.severity in GRAVE for v in a.reasons)
        for a in review.answers
    )


def _cop_tile(review: Review, mode: str, language: Language) -> Tile | None:
    key = ("performance_factor", "GB/T 50801", mode)
    answer, name = review.value(*key), word(f"cop.{mode}", language)
    if answer is None:
        delivered = getattr(review.operation, mode).any()
        if delivered and _is_withheld(review, *key):
            return Tile(name, "–", word("report.withheld", language), "problem")
        if delivered and not review.told.whole:
            return Tile(name, "–", word("report.in_part", language), "caution")
        return None
    notes, tone = _grade_of(review, mode, language)
    promise = getattr(review.plant.promise, f"system_cop_{mode}")
    if promise:
        notes.append(f"{word('report.promised', language)} {promise:.2f}")
    before = review.value_before(*key)
    if before is not None:
        notes.append(f"{word('report.year_before', language)} {before.value.value:.2f}")
    value, low, high = answer.value.value, answer.value.low, answer.value.high
    spread = f"{low:.2f} … {high:.2f}"
    return Tile(name, f"{value:.2f}", " · ".join([spread, *notes]), tone)


def _grade_of(review: Review, mode: str, language: Language) -> tuple[list[str], str]:
    """Grade of a mode by GB/T 50801 in words, and its tone."""
    grades = [
        j
        for g in review.graded
        if g.pack.id == "GB/T 50801-2013"
        for j in g.judged
        if j.index.when == mode and j.figure is not None
    ]
    if grades and grades[0].grade:
        return [word("report.of_grade", language, grade=grades[0].grade)], "good"
    if grades and grades[0].outcome is Outcome.OPEN:
        told = one_of(grades[0].grades, language)
        return [word("report.open_grade", language, grades=told)], "caution"
    return ([word("report.below_grade", language)], "problem") if grades else ([], "")


def swings_of(review: Review, language: Language) -> tuple[tuple[str, str], ...]:
    """Return signals of the charts, events, points with gaps or flags, the gravest first."""
    first, last = (t.astype("datetime64[D]") for t in (review.period.start, review.period.end))
    found = [
        (sentence_of(review.plant, v, language), "problem")
        for v in review.verdicts
        if v.severity in GRAVE
    ]
    for chart in review.charts:
        found += _signal(chart, (first, last), language)
    found += [(text, "caution") for text in _events(review, language)]
    for point in review.quality:
        name = point_known(review.plant, point.point, language)
        if point.coverage < min(POOR, review.told.share - ALIKE):
            text = word("report.gap", language, point=name, coverage=f"{point.coverage:.0%}")
            found.append((text, "caution" if point.coverage < COVERED else "note"))
        for flag, share in point.flags.items():
            if share > OFTEN:
                words = {
                    "point": name,
                    "flag": word(f"flag.{flag}", language),
                    "share": f"{share:.0%}",
                }
                found.append((word("report.flag", language, **words), "caution"))
    if not found:
        found.append((word("report.nothing", language), "good"))
    last = last_day(review.period, review.plant.site.timezone)
    if not review.events and not review.plant.log_complete(last):
        found.append((word("report.no_log", language), "note"))
    return tuple(found)


def _events(review: Review, language: Language) -> Iterator[str]:
    """A sentence each; alarms that came again and again are counted, the most frequent first."""
    groups: dict[tuple[str, ...], list[PlantEvent]] = {}
    for n, event in enumerate(review.events):
        same = (event.of, event.note) if event.kind == "alarm" else (str(n),)
        groups.setdefault(same, []).append(event)
    for group in sorted(groups.values(), key=len, reverse=True):
        first = min(group, key=lambda e: e.time)
        words = {
            "time": f"{first.time:%Y-%m-%d}",
            "kind": name_of("event", first.kind, language),
            "of": place_name(review.plant, first.of, language),
            "note": first.note,
            "count": len(group),
        }
        yield word("report.event" if len(group) == 1 else "report.events", language, **words)


def _signal(
    chart: ModeChart, within: tuple[Times, Times], language: Language
) -> list[tuple[str, str]]:
    """Days on which the chart signalled; a small swing that came back is but a note."""
    first, last = within
    days = [chart.days[n] for n in chart.signals if first <= chart.days[n] < last]
    inside = (chart.days >= first) & (chart.days < last)
    if not days or not inside.any():
        return []
    percent = 100 * float(np.expm1(np.median(chart.ratio[inside]) - chart.chart.mean))
    shown = ", ".join(str(d)[5:] for d in days[:NAMED]) + (" …" if len(days) > NAMED else "")
    words = {
        "mode": word(f"mode.{chart.mode}", language),
        "days": shown,
        "percent": f"{round(percent):+d}",
    }
    passed = chart.standing < 1
    tone = "note" if passed and abs(percent) < SMALL else "caution"
    return [(word("report.signal_passed" if passed else "report.signal", language, **words), tone)]
