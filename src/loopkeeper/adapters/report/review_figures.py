"""Key figures of a periodic report: boundaries side by side, all others, and what is not given."""

from collections.abc import Iterator, Sequence

from loopkeeper.adapters.report.document import Block, Bullets, Heading, Table
from loopkeeper.adapters.report.review_words import said
from loopkeeper.adapters.report.wording import confident, figure
from loopkeeper.app.record import find
from loopkeeper.measure.kpi import BOUNDARIES, MODES
from loopkeeper.measure.kpi_basis import Answer, KpiRefusal, KpiValue
from loopkeeper.plant.names import named
from loopkeeper.plant.verdict import GRAVE, Verdict
from loopkeeper.units import KWH

FACTOR = "performance_factor"
_EARLIER = ("year_before",)
_SHOWN = {"J": ("MWh", 1000 * KWH), "J m-3": ("kWh/m³", KWH), "m3": ("m³", 1.0)}


def figure_blocks(
    answers: Sequence[Answer], before: Sequence[Answer], language: str
) -> Iterator[Block]:
    """
    Yield key figures with interval, coverage and clause, and what is not given.

    Parameters
    ----------
    answers : sequence of KpiValue or KpiRefusal
        Of the period.
    before : sequence of KpiValue or KpiRefusal
        Of a year before.
    language : str
        ``"zh"`` or ``"en"``.
    """
    yield Heading(said("figures", language))
    yield from _side_by_side(answers, before, language)
    rows = [
        _row(answer, before, language)
        for answer in answers if isinstance(answer, KpiValue) and answer.name != FACTOR
    ]  # fmt: skip
    head = ("figure", "value", "interval", "coverage", *_EARLIER[: bool(before)], "clause")
    right = tuple(range(1, len(head) - 1))
    if rows:
        yield Table(tuple(said(h, language) for h in head), tuple(rows), right)
    missing = _not_given([a for a in answers if isinstance(a, KpiRefusal)], language)
    if missing:
        yield Bullets(tuple((text, "note") for text in missing))


def _side_by_side(
    answers: Sequence[Answer], before: Sequence[Answer], language: str
) -> Iterator[Table]:
    """One row a boundary, from the machine outwards, the modes beside each other."""
    modes = [m for m in MODES if any(find(answers, (FACTOR, b.name, m)) for b in BOUNDARIES)]
    rows = []
    for boundary in BOUNDARIES:
        found = [find(answers, (FACTOR, boundary.name, mode)) for mode in modes]
        if not any(found):
            continue
        cells = [
            cell for mode, answer in zip(modes, found, strict=True)
            for cell in _factor(answer, (FACTOR, boundary.name, mode), before)
        ]  # fmt: skip
        coverage = min(answer.coverage for answer in found if answer is not None)
        clause = confident(named(boundary.clause, language), boundary.confidence, language)
        rows.append((named(boundary.name, language), *cells, f"{coverage:.1%}", clause))
    if not rows:
        return
    beside = tuple(said(h, language) for h in ("interval", *_EARLIER[: bool(before)]))
    columns = [cell for mode in modes for cell in (named(mode, language), *beside)]
    ends = (said("boundary", language), said("coverage", language), said("clause", language))
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


def _row(answer: KpiValue, before: Sequence[Answer], language: str) -> tuple[str, ...]:
    unit, size = _SHOWN.get(answer.unit, (answer.unit.replace("-", ""), 1.0))
    found = answer.value.scaled(1 / size)
    estimated = f" (+{answer.estimated:.0%})" if answer.estimated > 0.005 else ""
    earlier = find(before, (answer.name, answer.boundary, answer.mode))
    past = "" if earlier is None else figure(earlier.value.value / size)
    return (
        _called(answer, language), figure(found.value, unit),
        f"{figure(found.low)} … {figure(found.high)}", f"{answer.coverage:.1%}{estimated}",
        *(past,)[: bool(before)],
        confident(named(answer.clause, language), answer.confidence, language),
    )  # fmt: skip


def _called(answer: KpiValue, language: str) -> str:
    """A figure's name with its place and mode."""
    apart = "，" if language == "zh" else ", "
    places = [named(k, language) for k in (answer.boundary, answer.mode) if k != "all"]
    return apart.join([named(answer.name, language), *places])


def _not_given(refused: Sequence[KpiRefusal], language: str) -> list[str]:
    """A sentence for each reason, with all figures it keeps back."""
    reasons: dict[tuple[str, str], dict[tuple[str, str], list[str]]] = {}
    for one in refused:
        for reason in one.reasons[:1]:
            text = _because(reason, language)
            places = reasons.setdefault((reason.code, text), {})
            places.setdefault((one.name, one.mode), []).append(named(one.boundary, language))
    return [_kept_back(text, places, language) for (_, text), places in reasons.items()]


def _because(reason: Verdict, language: str) -> str:
    """A reason as part of a sentence; a problem in its own words."""
    if reason.severity in GRAVE:
        return reason.sentence(language).rstrip(".。")
    return said(f"because_{reason.code.rpartition('.')[2]}", language, **reason.figures)


def _kept_back(text: str, places: dict[tuple[str, str], list[str]], language: str) -> str:
    wide = language == "zh"
    names = []
    for (name, mode), where in places.items():
        of = "" if mode == "all" else ("，" if wide else ", ") + named(mode, language)
        inside = ("、" if wide else ", ").join(dict.fromkeys(where))
        names.append(f"{named(name, language)}{of} ({inside})")
    listed = ("；" if wide else "; ").join(names)
    return said("kept_back", language, reason=text, names=listed)
