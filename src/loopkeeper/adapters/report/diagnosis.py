"""A diagnosis as a document: verdict, figures and waterfall first, then each cause, then why."""

from collections.abc import Iterator

from loopkeeper.adapters.report import charts, courses
from loopkeeper.adapters.report.document import (
    Beside,
    Block,
    Bullets,
    Card,
    Document,
    Heading,
    Links,
    Picture,
    Plain,
    Table,
    Text,
    Tile,
    Tiles,
)
from loopkeeper.adapters.report.review_figures import figure_blocks
from loopkeeper.app.reviewing import Made
from loopkeeper.app.telling.headlines import (
    amounts,
    left_over,
    left_share,
    unexplained_only,
    verdict_sentence,
)
from loopkeeper.app.telling.places import place_name, point_name, sentence_of
from loopkeeper.app.telling.weather import weather_lines
from loopkeeper.app.telling.wording import period_text, priced, settling_words
from loopkeeper.lifecycle.diagnose.result import Deviation, Diagnosis
from loopkeeper.lifecycle.evaluate.result import Evaluation, measured_factor, promised_of
from loopkeeper.measure.quality import PointSummary
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Tariff
from loopkeeper.plant.words import Language, listed, name_of, word
from loopkeeper.units import KWH

MWH = 1000 * KWH
SHORT = 0.08
"""Share of the promise above which a shortfall is red even where it is not sure. [-]"""
COLOURS = {
    DeviationKind.DESIGN: "#7c3aed", DeviationKind.OPERATION: "#d97706",
    DeviationKind.THERMAL_BALANCE: "#dc2626", DeviationKind.CONSTRUCTION: "#0f766e",
    DeviationKind.RESOURCE: "#65a30d", DeviationKind.HYDRAULIC: "#0284c7",
    DeviationKind.COMMISSIONING: "#db2777",
}  # fmt: skip
"""Of the badges of causes."""

ALL_BUT_SURE = 0.99
"""Above this a confidence is told as a bound: no figure of a model is surer. [-]"""


def diagnosis_document(
    plant: Plant, evaluation: Evaluation, diagnosis: Diagnosis, language: Language, made: Made
) -> Document:
    """Return a diagnosis as a document, ready to be printed."""
    site = plant.site
    when = period_text(evaluation.period, site.timezone)
    tiles = diagnosis_tiles(plant, evaluation, diagnosis, language)
    blocks: list[Block] = [
        Text(verdict_sentence(diagnosis, language), _tone(diagnosis)),
        Tiles(tuple(tiles)),
        Heading(word("report.waterfall", language)),
        charts.waterfall(diagnosis, language),
        *_weather(diagnosis, language),
        Heading(word("report.deviations", language)),
        *_deviations(plant, diagnosis, language),
        *_courses(evaluation, site.timezone, language),
        Heading(word("report.how", language)),
        Bullets(
            tuple(
                (word(key, language), "note")
                for key in ("report.how_fair", "report.how_fix", "report.how_alone")
            )
        ),
        *figure_blocks(evaluation.kpis, (), language),
        Heading(word("report.quality", language)),
        _quality(plant, evaluation, language),
        Heading(word("report.cautions", language)),
        _cautions(plant, diagnosis, language),
    ]
    title = f"{site.called(language)} · {word('document.diagnosis', language)}"
    zone = word("mark.aside", language, text=site.timezone)
    below = f"{word('report.period', language)} {when}{zone} · "
    below += word("report.boundary_text", language)
    return Document(title, below, language, tuple(blocks), made.foot(when, language))


def _tone(diagnosis: Diagnosis) -> str:
    if diagnosis.healthy:
        return "caution" if unexplained_only(diagnosis) else "good"
    short, promised = diagnosis.shortfall, diagnosis.promised.value
    return "problem" if short.low > 0 or short.value > SHORT * promised else "caution"


def diagnosis_tiles(
    plant: Plant, evaluation: Evaluation, diagnosis: Diagnosis, language: Language
) -> Iterator[Tile]:
    """Yield the figures an operator looks at first."""
    promise, found = promised_of(evaluation), amounts(diagnosis)
    yield Tile(
        word("report.promised", language),
        f"{found.promised:,.1f} MWh",
        word("report.at_heat", language),
    )
    for key, value, between in (
        ("measured", f"{found.measured:,.1f}", diagnosis.measured),
        ("weather_use", f"{found.exogenous:+z,.1f}", diagnosis.exogenous),
        ("shortfall", f"{found.shortfall:+z,.1f}", diagnosis.shortfall),
    ):
        note = f"{between.low / MWH:,.1f} … {between.high / MWH:,.1f} (90 %)"
        yield Tile(word(f"report.{key}", language), f"{value} MWh", note)
    for mode in ("heating", "cooling"):
        was, wanted = measured_factor(evaluation, mode), getattr(promise, f"cop_{mode}")
        if was is not None and wanted is not None:
            note = f"{word('report.promised', language)} {wanted:.2f}"
            yield Tile(word(f"cop.{mode}", language), f"{was:.2f}", note)
    if plant.tariff is not None and diagnosis.shortfall.value > 0:
        money = _mean_price(plant.tariff) * diagnosis.shortfall.value / KWH
        yield Tile(
            word("report.shortfall_cost", language),
            priced(money, plant.tariff.currency, language),
            word("report.cost_note", language),
        )


def _mean_price(tariff: Tariff) -> float:
    """Mean of the bands by the hours they hold. [currency per kWh]"""
    hours = [sum(sum(band.shares(m)) for m in range(1, 13)) for band in tariff.bands]
    total = sum(h * band.price for h, band in zip(hours, tariff.bands, strict=True))
    return total / sum(hours)


def _weather(diagnosis: Diagnosis, language: Language) -> list[Block]:
    """What weather and use consist of; nothing where no part of them can be seen."""
    lines = tuple((text, "note") for text in weather_lines(diagnosis, language))
    return [Bullets(lines, word("report.weather_parts", language))] if lines else []


def _deviations(plant: Plant, diagnosis: Diagnosis, language: Language) -> Iterator[Block]:
    """A card for each cause, and what no cause explains."""
    for one in diagnosis.deviations:
        yield _card(plant, one, language)
    if not diagnosis.deviations:
        yield Text(word("report.none", language))
    if any(one.course for one in diagnosis.deviations):
        yield Text(word("report.course_note", language), "small")
    rest = f"{_energy(left_over(diagnosis))} MWh · {left_share(diagnosis)}"
    named = listed((word("report.unexplained", language), rest), language, "mark.colon")
    yield Text(named, "small")


def _card(plant: Plant, one: Deviation, language: Language) -> Card:
    since = one.onset.isoformat() if one.onset else word("report.from_start", language)
    figures = (
        ("report.fair", f"{_energy(one.energy)} MWh"),
        ("report.fix", f"{one.saving_if_fixed.value / MWH:,.1f} MWh"),
        ("report.alone", f"{one.if_alone.value / MWH:,.1f} MWh"),
        ("report.share", f"{one.share:.0%}"),
        ("report.onset", since),
        ("report.confidence", "> 99%" if one.sure > ALL_BUT_SURE else f"{one.sure:.0%}"),
    )
    return Card(
        word(f"kind.{one.kind}", language),
        COLOURS[one.kind],
        one.finding.sentence(language),
        tuple(Tile(word(key, language), value) for key, value in figures),
        max(0.0, min(1.0, one.share)),
        tuple(_below(plant, one, language)),
    )


def _below(plant: Plant, one: Deviation, language: Language) -> Iterator[Plain]:
    """What stands below the figures of a cause: its course, evidence and what to do."""
    if one.course is not None:
        yield courses.picture(one.course, language)
    if one.merged:
        kinds = listed([word(f"kind.{kind}", language) for kind in one.merged], language)
        yield Text(f"{word('report.merged', language)} {kinds}", "small")
    for head, tone, said in (
        ("report.evidence", "", [sentence_of(plant, v, language) for v in one.evidence]),
        ("report.settles", "", [settling_words(s, language) for s in one.settles_by]),
        ("report.actions", "good", [sentence_of(plant, v, language) for v in one.actions]),
    ):
        if said:
            yield Bullets(tuple((text, tone) for text in said), word(head, language))
    if one.readings:
        items = tuple((point_name(plant, p, language), f"point-{p}") for p in one.readings)
        yield Links(word("report.readings", language), items)


def _energy(estimate: Estimate) -> str:
    low, high = estimate.low / MWH, estimate.high / MWH
    return f"{estimate.value / MWH:,.1f} ({low:,.1f} … {high:,.1f})"


def _courses(evaluation: Evaluation, zone: str, language: Language) -> Iterator[Block]:
    """The period day by day, the ground over the years, and where the electricity went."""
    drawn: tuple[tuple[str, Picture], ...] = (
        ("report.electricity_course", charts.electricity(evaluation, zone, language)),
        ("report.source_course", charts.source_water(evaluation, zone, language)),
    )
    for key, picture in drawn:
        yield Heading(word(key, language))
        yield picture
    split = (word("report.split", language), charts.split(evaluation, language))
    if evaluation.ground is None or not len(evaluation.ground.year):
        yield Beside((split,))
        return
    ground = charts.ground(evaluation.ground, language)
    yield Beside(((word("report.ground_course", language), ground), split))


def _quality(plant: Plant, evaluation: Evaluation, language: Language) -> Table:
    """Every point, the least measured first, with what its readings were flagged for."""
    found = sorted(evaluation.quality, key=lambda q: q.coverage)
    head = tuple(
        word(k, language)
        for k in ("report.measures", "report.point", "report.coverage", "report.flagged")
    )
    rows = tuple(
        (
            listed(
                (
                    name_of("quantity", q.quantity, language),
                    place_name(plant, q.of, language),
                ),
                language,
                "mark.beside",
            ),
            q.point,
            f"{q.coverage:.1%}",
            _flagged(q, language),
        )
        for q in found
    )
    return Table(
        head,
        rows,
        (2,),
        bars={(n, 2): q.coverage for n, q in enumerate(found)},
        anchors=tuple(f"point-{q.point}" for q in found),
    )


def _flagged(point: PointSummary, language: Language) -> str:
    shares = [f"{name_of('flag', f, language)} {s:.2%}" for f, s in point.flags.items() if s > 0]
    return listed(shares, language)


def _cautions(plant: Plant, diagnosis: Diagnosis, language: Language) -> Bullets:
    said = [(sentence_of(plant, c, language), str(c.severity)) for c in diagnosis.cautions]
    return Bullets(tuple(said) or ((word("report.none", language), "note"),))
