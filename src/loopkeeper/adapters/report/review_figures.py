"""Key figures of a periodic report: boundaries side by side, all others, and what is not given."""

from collections.abc import Iterator, Sequence

from loopkeeper.adapters.report.document import Block, Bullets, Heading, Table
from loopkeeper.app.record import find
from loopkeeper.app.telling.places import needed_words
from loopkeeper.app.telling.wording import confident, figure, figure_words
from loopkeeper.measure.kpi import BOUNDARIES, MODES
from loopkeeper.measure.kpi_basis import Answer, KpiRefusal, KpiValue
from loopkeeper.plant.verdict import GRAVE, Verdict
from loopkeeper.plant.words import Language, listed, name_of, word
from loopkeeper.units import KWH

TOLD = 0.005
"""Estimated shares from which on they are told: half a per cent. [-]"""

FACTOR = "performance_factor"
_EARLIER = ("report.year_before",)
_SHOWN = {"J": ("MWh", 1000 * KWH), "J m-3": ("kWh/m³", KWH), "m3": ("m³", 1.0)}


def figure_blocks(
    answers: Sequence[Answer], before: Sequence[Answer], language: Language
) -> Iterator[Block]:
    """
    Yield key figures with interval, coverage and clause, and what is not given.

    Parameters
    ----------
    answers : sequence of KpiValue or KpiRefusal
        Of the period.
    before : sequence of KpiValue or KpiRefusal
        Of a year before.
    language : Language
        Of the text.
    """
    yield Heading(word("report.figures", language))
    yield from _side_by_side(answers, before, language)
    rows = [
        _row(answer, before, language)
        for answer in answers
        if isinstance(answer, KpiValue) and answer.name != FACTOR
    ]
    head = (
        "report.figure",
        "report.value",
        "report.interval",
        "report.coverage",
        *_EARLIER[: bool(before)],
        "report.clause",
    )
    right = tuple(range(1, len(head) - 1))
    if rows:
        yield Table(tuple(word(h, language) for h in head), tuple(rows), right)
    missing = _not_given([a for a in answers if isinstance(a, KpiRefusal)], language)
    if missing:
        yield Bullets(tuple((text, "note") for text in missing))


def _side_by_side(
    answers: Sequence[Answer], before: Sequence[Answer], language: Language
) -> Iterator[Table]:
    """One row a boundary, from the machine outwards, the modes beside each other."""
    modes = [m for m in MODES if any(find(answers, (FACTOR, b.name, m)) for b in BOUNDARIES)]
    rows = []
    for boundary in BOUNDARIES:
        found = [find(answers, (FACTOR, boundary.name, mode)) for mode in modes]
        if not any(found):
            continue
        cells = [
            cell
            for mode, answer in zip(modes, found, strict=True)
            for cell in _factor(answer, (FACTOR, boundary.name, mode), before)
        ]
        coverage = min(answer.coverage for answer in found if answer is not None)
        clause = confident(
            name_of("clause", boundary.clause, language), boundary.confidence, language
        )
        rows.append((name_of("place", boundary.name, language), *cells, f"{coverage:.1%}", clause))
    if not rows:
        return
    beside = tuple(word(h, language) for h in ("report.interval", *_EARLIER[: bool(before)]))
    columns = [cell for mode in modes for cell in (word(f"mode.{mode}", language), *beside)]
    ends = (
        word("report.boundary", language),
        word("report.coverage", language),
        word("report.clause", language),
    )
    head = (ends[0], *columns, *ends[1:])
    yield Table(head, tuple(rows), tuple(range(1, len(head) - 1)))


def _factor(
    answer: KpiValue | None, key: tuple[str, str, str], before: Sequence[Answer]
) -> tuple[str, ...]:
    """A factor, its interval, and the same a year before where anything of that is known."""
    value = "–" if answer is None else f"{answer.value.value:.2f}"
    interval = "" if answer is None else f"{answer.value.low:.2f} … {answer.value.high:.2f}"
    earlier = find(before, key)
    past = "" if earlier is None else f"{earlier.value.value:.2f}"
    return (value, interval, past)[: 2 + bool(before)]


def _row(answer: KpiValue, before: Sequence[Answer], language: Language) -> tuple[str, ...]:
    unit, size = _SHOWN.get(answer.unit, (answer.unit.replace("-", ""), 1.0))
    found = answer.value.scaled(1 / size)
    estimated = f" (+{answer.estimated:.0%})" if answer.estimated > TOLD else ""
    earlier = find(before, (answer.name, answer.boundary, answer.mode))
    past = "" if earlier is None else figure(earlier.value.value / size)
    return (
        _called(answer, language),
        figure(found.value, unit),
        f"{figure(found.low)} … {figure(found.high)}",
        f"{answer.coverage:.1%}{estimated}",
        *(past,)[: bool(before)],
        confident(name_of("clause", answer.clause, language), answer.confidence, language),
    )


def _called(answer: KpiValue, language: Language) -> str:
    """A figure's name with its place and mode."""
    what, *mode = figure_words(answer.name, answer.mode, language)
    texts = (what, name_of("place", answer.boundary, language), *mode)
    return listed(texts, language, "mark.comma")


def _not_given(refused: Sequence[KpiRefusal], language: Language) -> list[str]:
    """A sentence for each reason, with all figures it keeps back."""
    reasons: dict[tuple[str, str], dict[tuple[str, str], list[str]]] = {}
    for one in refused:
        for reason in one.reasons[:1]:
            text = _because(reason, language)
            places = reasons.setdefault((reason.code, text), {})
            places.setdefault((one.name, one.mode), []).append(
                name_of("place", one.boundary, language)
            )
    return [_kept_back(text, places, language) for (_, text), places in reasons.items()]


def _because(reason: Verdict, language: Language) -> str:
    """A reason as part of a sentence; a problem in its own words."""
    if reason.severity in GRAVE:
        return reason.sentence(language).rstrip("." + word("mark.stop", language))
    figures = dict(reason.figures)
    if "needed" in figures:
        figures["needed"] = needed_words(str(figures["needed"]), language)
    return word(f"because.{reason.code.rpartition('.')[2]}", language, **figures)


def _kept_back(text: str, places: dict[tuple[str, str], list[str]], language: Language) -> str:
    names = []
    for (name, mode), where in places.items():
        of = figure_words(name, mode, language)
        inside = word("mark.aside", language, text=listed(dict.fromkeys(where), language))
        names.append(listed(of, language, "mark.comma") + inside)
    together = listed(names, language, "mark.semicolon")
    return word("report.kept_back", language, reason=text, names=together)
