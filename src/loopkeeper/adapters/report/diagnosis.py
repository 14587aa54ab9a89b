"""A diagnosis as a document, for paper and Word; the page with moving charts is ``render``."""

from loopkeeper.adapters.report import courses, plots
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
from loopkeeper.adapters.report.render import (
    MWH,
    deviation_words,
    figure_tiles,
)
from loopkeeper.adapters.report.review_figures import figure_blocks
from loopkeeper.app.reviewing import Made
from loopkeeper.app.telling.headlines import left_over, unexplained_only, verdict_sentence
from loopkeeper.app.telling.weather import weather_lines
from loopkeeper.app.telling.wording import period_text
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.evaluate.result import Evaluation
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.words import Language, listed, word


def diagnosis_document(
    plant: Plant, evaluation: Evaluation, diagnosis: Diagnosis, language: Language, made: Made
) -> Document:
    """
    Return a diagnosis as a document.

    Parameters
    ----------
    plant : Plant
        The plant.
    evaluation : Evaluation
        Promised, expected and measured.
    diagnosis : Diagnosis
        The explained shortfall.
    language : Language
        Of the text.
    made : Made
        For its last line.

    Returns
    -------
    Document
        Ready to be printed.
    """
    site = plant.site
    name = site.called(language)
    when = period_text(evaluation.period, site.timezone)
    tone = "problem"
    if diagnosis.healthy:
        tone = "caution" if unexplained_only(diagnosis) else "good"
    tiles = tuple(Tile(*row) for row in figure_tiles(plant, evaluation, diagnosis, language))
    blocks: list[Block] = [
        Text(verdict_sentence(diagnosis, language), tone), Tiles(tiles),
        Heading(word("report.waterfall", language)), waterfall_picture(diagnosis, language),
        *_weather(diagnosis, language),
        Heading(word("report.deviations", language)), _deviations(diagnosis, language),
    ]  # fmt: skip
    for one in diagnosis.deviations:
        told = deviation_words(one, language)
        lines = [(told["finding"], "caution")]
        lines += [(text, "note") for text in (*told["evidence"], *told["settles"])]
        lines += [(f"→ {text}", "good") for text in told["actions"]]
        if one.readings:
            points = listed(one.readings, language)
            lines.append((f"{word('report.readings', language)}: {points}", "note"))
        blocks += [Heading(told["name"]), Bullets(tuple(lines))]
        if one.course is not None:
            blocks.append(courses.picture(one.course, language))
    if any(one.course for one in diagnosis.deviations):
        blocks.append(Bullets(((word("report.course_note", language), "note"),)))
    blocks += [
        *figure_blocks(evaluation.kpis, (), language),
        Heading(word("report.cautions", language)),
        Bullets(tuple((c.sentence(language), str(c.severity)) for c in diagnosis.cautions)),
    ]
    start, _, end = when.partition(" – ")
    foot = word("report.foot", language, start=start, end=end, data=made.data, code=made.code,
                packs=made.packs)  # fmt: skip
    return Document(
        f"{name} · {word('document.diagnosis', language)}", when, language, tuple(blocks), foot
    )


def waterfall_picture(diagnosis: Diagnosis, language: Language) -> Picture:
    """Return the steps from promise to measurement, each cause one. [MWh]"""
    steps = [(word("report.weather_use", language), diagnosis.exogenous.value)]
    steps += [(word(f"kind.{d.kind}", language), d.energy.value) for d in diagnosis.deviations]
    steps.append((word("report.unexplained", language), left_over(diagnosis).value))
    return plots.steps(
        (word("report.promised", language), diagnosis.promised.value / MWH),
        [(name, value / MWH) for name, value in steps],
        (word("report.measured", language), diagnosis.measured.value / MWH), "MWh",
        word("report.at_heat", language),
    )  # fmt: skip


def _weather(diagnosis: Diagnosis, language: Language) -> list[Block]:
    """What weather and use consist of; nothing where no part of them can be seen."""
    lines = weather_lines(diagnosis, language)
    if not lines:
        return []
    return [
        Heading(word("report.weather_parts", language)),
        Bullets(tuple((t, "note") for t in lines)),
    ]


def _deviations(diagnosis: Diagnosis, language: Language) -> Table:
    head = tuple(
        word(k, language) for k in ("report.cause", "report.fair", "report.share", "report.fix")
    )
    rows = []
    for one in diagnosis.deviations:
        told = deviation_words(one, language)
        text = f"{told['name']}: {told['finding']}"
        rows.append((text, f"{told['energy']} MWh", told["share"], f"{told['fix']} MWh"))
    share = f"{diagnosis.unexplained_share:.0%}"
    rows.append(
        (
            word("report.unexplained", language),
            f"{left_over(diagnosis).value / MWH:,.1f} MWh",
            share,
            "",
        )
    )
    return Table(head, tuple(rows), (1, 2, 3))
