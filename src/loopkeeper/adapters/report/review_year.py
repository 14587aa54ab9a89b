"""What only a year's report has: plant data, months, equipment, water indices, conclusions."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import Block, Bullets, Heading, Table, Text
from loopkeeper.app.accounts import energies, energy_of
from loopkeeper.app.reviewing import Review
from loopkeeper.app.telling.places import sentence_of
from loopkeeper.app.telling.wording import figure
from loopkeeper.app.yearbook import Month, Part, overdue
from loopkeeper.lifecycle.evaluate.outlook import crossings
from loopkeeper.lifecycle.evaluate.packs import JudgedIndex, Outcome
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.periods import last_day, local_date
from loopkeeper.measure.told import HALF_TOLD
from loopkeeper.measure.water_quality import class_name, index_class, index_of
from loopkeeper.measure.water_units import sampled_results
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import WaterSample
from loopkeeper.plant.verdict import GRAVE
from loopkeeper.plant.words import Language, chosen, listed, name_of, word
from loopkeeper.units import KWH

MWH = 1000 * KWH
SMALL = 0.05 * MWH
"""Energy that no table shows. [J]"""
_FACTOR = ("performance_factor", "GB/T 50801")
_ROLES = ("report.prepared", "report.checked", "report.approved")


def plant_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield what the plant is: site, source, machines, pumps, promise."""
    yield Heading(word("report.plant_data", language))
    rows = [
        *_site_rows(review.plant, language),
        *_source_rows(review.plant, language),
        *_machine_rows(review.plant, language),
    ]
    half = (len(rows) + 1) // 2
    rows += [("", "")] * (2 * half - len(rows))
    pairs = tuple((*a, *b) for a, b in zip(rows[:half], rows[half:], strict=True))
    item, value = word("report.item", language), word("report.value", language)
    yield Table((item, value, item, value), pairs, (1, 3))


def _site_rows(plant: Plant, language: Language) -> Iterator[tuple[str, str]]:
    site = plant.site
    yield word("report.plant_name", language), site.called(language)
    yield word("report.use", language), name_of("use", site.use, language)
    for key, area in (
        ("report.heated_area", site.heated_area),
        ("report.cooled_area", site.cooled_area),
    ):
        yield word(key, language), "–" if area is None else f"{area:,.0f} m²"
    yield word("report.handed_over", language), str(site.handed_over_on or "–")
    for mode in ("heating", "cooling"):
        season = getattr(site, f"{mode}_season")
        text = "–"
        if season is not None:
            text = " – ".join(f"{m:02d}-{d:02d}" for m, d in (season.first, season.last))
        yield word(f"season.{mode}", language), text


def _source_rows(plant: Plant, language: Language) -> Iterator[tuple[str, str]]:
    source = plant.source
    yield word("report.source_kind", language), word(f"source_kind.{source.kind}", language)
    field = source.field
    if field is not None:
        yield word("report.boreholes", language), f"{field.count} × {field.length:g} m"
    for kind, wells in (
        ("report.wells", source.wells),
        ("report.single_wells", source.single_wells),
    ):
        if wells:
            depths = sorted({f"{w.depth:g}" for w in wells})
            yield word(kind, language), f"{len(wells)} × {' / '.join(depths)} m"
    if source.surface is not None:
        yield word("report.water_body", language), word(f"body.{source.surface.body}", language)
    if source.design_flow is not None:
        yield word("report.design_flow", language), f"{3600 * source.design_flow:,.0f} m³/h"


def _machine_rows(plant: Plant, language: Language) -> Iterator[tuple[str, str]]:
    for mode in ("heating", "cooling"):
        rated = [getattr(m, f"rated_{mode}") for m in plant.machines]
        known = sum(r for r in rated if r is not None)
        count = sum(r is not None for r in rated)
        text = f"{known / 1e3:,.0f} kW" + (
            "" if count == len(rated) else f" ({count}/{len(rated)})"
        )
        yield word(f"rated.{mode}", language), text if count else "–"
    duty = sum(not p.standby for p in plant.pumps)
    pumps = f"{duty} + {len(plant.pumps) - duty}"
    yield word("report.pump_count", language), pumps
    for mode in ("heating", "cooling"):
        factor = getattr(plant.promise, f"system_cop_{mode}")
        name = f"{word(f'cop.{mode}', language)}, {word('report.promised', language)}"
        yield name, "–" if factor is None else f"{factor:.2f}"


def month_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield the months side by side; their sum is the figure of the period."""
    yield Heading(word("report.by_month", language))
    rows = [_month_row(m, review.plant.site.timezone) for m in review.months]
    whole = [energy_of(review.answers, names) for names in energies(review.answers).values()]
    told = [
        [energy_of(m.answers, names) for names in energies(m.answers).values()]
        for m in review.months
    ]
    parts = [sum(e.value for e in one if e is not None) for one in zip(*told, strict=True)]
    rest = [None if w is None else w.value - p for w, p in zip(whole, parts, strict=True)]
    blank = ("",) * 5
    if any(r is not None and abs(r) >= SMALL for r in rest):
        cells = (_mwh(r, signed=True) for r in rest)
        rows.append((word("report.month_gaps", language), *cells, *blank))
    factors = [review.value(*_FACTOR, mode) for mode in ("heating", "cooling")]
    total = (_mwh(None if w is None else w.value) for w in whole)
    rows.append(
        (
            word("report.total", language),
            *total,
            *map(_plain, factors),
            "",
            "",
            f"{review.told.share:.0%}",
        )
    )
    head = (
        "report.month",
        "report.heat_mwh",
        "report.cold_mwh",
        "report.energy",
        "cop.heating",
        "cop.cooling",
        "report.coldest_c",
        "report.warmest_c",
        "report.coverage",
    )
    tones = {(len(rows) - 1, n): "total" for n in range(len(head))}
    yield Table(tuple(word(h, language) for h in head), tuple(rows), tuple(range(1, 9)), tones)
    yield Text(word("report.month_note", language))


def _month_row(month: Month, timezone: str) -> tuple[str, ...]:
    found = [energy_of(month.answers, names) for names in energies(month.answers).values()]
    factors = [month.value(*_FACTOR, mode) for mode in ("heating", "cooling")]
    ends = ("–" if t is None else f"{t:.1f}" for t in (month.coldest, month.warmest))
    return (
        f"{local_date(month.period.start, timezone):%Y-%m}",
        *(_mwh(None if e is None else e.value) for e in found),
        *map(_plain, factors),
        *ends,
        f"{month.share:.0%}",
    )


def _mwh(energy: float | None, *, signed: bool = False) -> str:
    if energy is None:
        return "–"
    return f"{energy / MWH:+z,.1f}" if signed else f"{energy / MWH:,.1f}"


def _plain(answer: KpiValue | None) -> str:
    return "–" if answer is None else f"{answer.value.value:.2f}"


def part_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield every machine and pump: hours, starts, electricity, efficiency, calibration."""
    if not review.parts:
        return
    yield Heading(word("report.equipment", language))
    end = last_day(review.period, review.plant.site.timezone)
    rows = tuple(_part_row(one, end, language) for one in review.parts)
    tones = {(n, 8): "problem" for n, p in enumerate(review.parts) if overdue(p, end)}
    head = (
        "report.equipment",
        "report.kind",
        "report.rated_kw",
        "report.hours_run",
        "report.starts_count",
        "report.energy",
        "report.cop_own",
        "report.eer_own",
        "report.calibration",
    )
    yield Table(tuple(word(h, language) for h in head), rows, (2, 3, 4, 5, 6, 7), tones)
    machines = [p for p in review.parts if p.kind == "machine"]
    told = ["report.alone_note"] * any(p.basis == "alone" for p in machines)
    told += ["report.no_heat_note"] * any(p.factors == (None, None) for p in machines)
    told += ["report.about_note"] * any(not p.starts_counted and p.starts for p in review.parts)
    if told:
        yield Bullets(tuple((word(key, language), "note") for key in told))


def _part_row(one: Part, end: date, language: Language) -> tuple[str, ...]:
    run, begun = ("" if c else "≈ " for c in (one.hours_counted, one.starts_counted))
    mark = "*" if one.basis == "alone" else ""
    return (
        one.id if not one.model else f"{one.id} ({one.model})",
        word(f"equipment.{one.kind}", language),
        "–" if one.rated is None else figure(one.rated / 1e3),
        "–" if one.hours is None else f"{run}{one.hours:,.0f}",
        "–" if one.starts is None else f"{begun}{one.starts:,.0f}",
        _mwh(one.electricity),
        *("–" if f is None else f"{f:.2f}{mark}" for f in one.factors),
        _calibration(one, end, language),
    )


def _calibration(one: Part, end: date, language: Language) -> str:
    if not one.meters:
        return word("report.no_meter", language)
    if one.calibrated is None:
        return word("report.not_stated", language)
    return word(
        "report.overdue_since" if overdue(one, end) else "report.valid_until",
        language,
        day=one.calibrated.isoformat(),
    )


def index_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield every index of water that was ever sampled: newest, range, class, and its course."""
    end = last_day(review.period, review.plant.site.timezone)
    rows: dict[tuple[str, str], list[WaterSample]] = {}
    for one in sorted(review.plant.samples, key=lambda s: s.sampled_at):
        if one.value is not None and one.sampled_at[:10] <= end.isoformat():
            rows.setdefault((one.parameter, one.place), []).append(one)
    if not rows:
        return
    yield Heading(word("report.water_indices", language))
    head = (
        "report.index",
        "report.place",
        "report.samples",
        "report.newest",
        "report.sampled_on",
        "report.seen",
        "report.unit",
        "report.class_2017",
    )
    cells = tuple(_index_row(name, rows[name], language) for name in sorted(rows))
    yield Table(tuple(word(h, language) for h in head), cells, (2, 3))
    yield Text(word("report.class_note", language))
    yield plots.panels(
        [
            (
                _index_name(name, language),
                [
                    (
                        place,
                        [np.datetime64(s.sampled_at[:10]) for s in found],
                        [s.value or 0.0 for s in found],
                    )
                    for (other, place), found in sorted(rows.items())
                    if other == name
                ],
            )
            for name in dict.fromkeys(name for name, _ in sorted(rows))
        ],
        word("report.water_indices_chart", language),
    )


def _index_name(parameter: str, language: Language) -> str:
    index = index_of(parameter)
    if index is None:
        return parameter
    return chosen(index.name.replace("_", " "), index.chinese, language)


def _index_row(
    name: tuple[str, str], found: Sequence[WaterSample], language: Language
) -> tuple[str, ...]:
    newest, values = found[-1], [s.value or 0.0 for s in found]
    below = "< " if newest.below_detection else ""
    judged = next(map(index_class, sampled_results([newest])), None)
    return (
        _index_name(name[0], language),
        name[1],
        str(len(found)),
        f"{below}{figure(values[-1])}",
        newest.sampled_at[:10],
        f"{figure(min(values))} … {figure(max(values))}",
        newest.unit.strip("-"),
        "–" if judged is None else class_name(judged),
    )


def conclusion_blocks(review: Review, language: Language) -> Iterator[Block]:
    """Yield what the year comes to: data first, then promise, standards and source."""
    yield Heading(word("report.conclusions", language))
    half = [
        (sentence_of(review.plant, v, language), "caution")
        for v in review.verdicts
        if v.code in HALF_TOLD
    ]
    told = [
        *data_lines(review, language),
        *half,
        *_promise_lines(review, language),
        *_standard_lines(review, language),
        *_source_lines(review, language),
    ]
    yield Bullets(tuple(told))


def data_lines(review: Review, language: Language) -> Iterator[tuple[str, str]]:
    """Yield what the data are worth: share told, problems, calibrations."""
    grave = [v for v in review.verdicts if v.severity in GRAVE]
    key, tone = ("report.data_problems", "problem") if grave else ("report.data_fine", "good")
    if not grave and not review.told.whole:
        key, tone = "report.data_part", "caution"
    words = {"share": f"{review.told.share:.0%}", "count": len(grave)}
    yield word(key, language, **words), tone
    end = last_day(review.period, review.plant.site.timezone)
    bad = [p for p in review.parts if p.meters and (p.calibrated is None or overdue(p, end))]
    if bad:
        names = ", ".join(p.id for p in bad)
        yield word("report.calibration_lacks", language, names=names), "caution"


def _promise_lines(review: Review, language: Language) -> Iterator[tuple[str, str]]:
    for mode in ("heating", "cooling"):
        found = review.value(*_FACTOR, mode)
        promise = getattr(review.plant.promise, f"system_cop_{mode}")
        if found is None or not promise:
            continue
        low, high = found.value.low, found.value.high
        key, tone = "report.promise_open", "note"
        if high < promise:
            key, tone = "report.promise_missed", "problem"
        elif low >= promise:
            key, tone = "report.promise_kept", "good"
        words = {
            "name": word(f"cop.{mode}", language),
            "value": f"{found.value.value:.2f}",
            "low": f"{low:.2f}",
            "high": f"{high:.2f}",
            "promise": f"{promise:.2f}",
            "percent": f"{100 * (found.value.value / promise - 1):+z.0f}",
        }
        yield word(key, language, **words), tone


def _standard_lines(review: Review, language: Language) -> Iterator[tuple[str, str]]:
    """The counts of the table of standards: what binds the plant, then what is for reference."""
    judged = [
        (g.pack.of_model or not j.index.weight, g.pack.id, j)
        for g in review.graded
        for j in g.judged
    ]
    for beside, outcome, tone in (
        (False, Outcome.MET, "good"),
        (False, Outcome.MISSED, "problem"),
        (False, Outcome.OPEN, "caution"),
        (False, Outcome.NOT_JUDGED, "note"),
        *((True, outcome, "note") for outcome in Outcome),
    ):
        found = [(of, j) for aside, of, j in judged if (aside, j.outcome) == (beside, outcome)]
        if found:
            names = dict.fromkeys(_name(of if beside else "", j, language) for of, j in found)
            words = {"count": len(found), "names": listed(names, language)}
            key = f"indices_beside.{outcome}" if beside else f"indices.{outcome}"
            yield word(key, language, **words), tone


def _name(pack: str, judged: JudgedIndex, language: Language) -> str:
    """An index by its name, behind the standard where several have one of that name."""
    return f"{pack} {chosen(judged.index.name, judged.index.name_zh, language)}".strip()


def _source_lines(review: Review, language: Language) -> Iterator[tuple[str, str]]:
    outlook = None if review.evaluation is None else review.evaluation.ground
    if outlook is None:
        return
    for one in crossings(outlook, review.plant.promise):
        if one.year is not None:
            words = {"limit": f"{one.value:g}", "year": one.year}
            yield word(f"passed.{one.limit}", language, **words), "problem"


def signature_blocks(language: Language) -> Iterator[Block]:
    """Yield the lines on which people answer for the report."""
    head = tuple(
        word(k, language)
        for k in ("report.role", "report.signed_name", "report.signature", "report.signed_on")
    )
    line = "\u00a0\n\u00a0"
    yield Table(head, tuple((word(role, language), line, line, line) for role in _ROLES))
