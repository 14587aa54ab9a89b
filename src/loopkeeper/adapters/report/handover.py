"""A hand-over as a document: what is there, what is missing, what is open, what was built."""

from collections.abc import Iterator

from loopkeeper.adapters.report.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Table,
    Text,
    Tile,
    Tiles,
)
from loopkeeper.app.handover_ports import HandoverState
from loopkeeper.app.telling.places import place_name
from loopkeeper.app.telling.wording import confident, figure
from loopkeeper.lifecycle.commission.handover import HandoverItem, newest_trials
from loopkeeper.lifecycle.commission.views import PackageView
from loopkeeper.plant.points import Point, calibration_end
from loopkeeper.plant.verdict import GRAVE
from loopkeeper.plant.words import Language, chosen, listed, name_of, word
from loopkeeper.units import from_si

LISTED = 80
"""Rows that are written out; the workbooks have all."""


def handover_document(state: HandoverState, language: Language) -> Document:
    """
    Return a hand-over as a report.

    Parameters
    ----------
    state : HandoverState
        The plant on the day.
    language : Language
        Of the report.
    """
    sealed = state.sealed
    foot = state.data if sealed is None else f"{state.data} · {sealed.size}:{sealed.root}"
    blocks = (
        *_front(state, language),
        *_missing(state, language),
        *_open(state, language),
        *_there(state, language),
        *_machines(state, language),
        *_tests(state, language),
        *_trials(state, language),
        *_calibrations(state, language),
        *_signed(state.key, language),
    )
    title = f"{state.plant.site.called(language)} · {word('document.handover', language)}"
    subtitle = word("document.handover_subtitle", language, day=state.on.isoformat())
    return Document(title, subtitle, language, blocks, foot)


def _front(state: HandoverState, language: Language) -> Iterator[Block]:
    complete, sealed = state.complete, state.sealed
    grave = sum(one.verdict.severity in GRAVE for one in state.open)
    lacking = len(complete.missing)
    if state.view is not PackageView.WHOLE:
        yield Text(word(f"package_for.{state.view}", language), "note")
    key = "handover.complete" if not (lacking or state.open) else "handover.not_complete"
    tone = "good" if key == "handover.complete" else "problem" if grave else "caution"
    yield Text(word(key, language, missing=lacking, open=len(state.open)), tone)
    tile = Tile(
        word("handover.tile_there", language),
        f"{len(complete.there)} / {complete.asked}",
        tone="good" if not lacking else "caution",
    )
    ledger = "–" if sealed is None else str(sealed.size)
    note = word(
        "handover.sealed" if sealed is not None and sealed.sound else "handover.unsealed", language
    )
    yield Tiles(
        (
            tile,
            Tile(word("handover.tile_open", language), str(len(state.open)), tone=tone),
            Tile(word("handover.tile_grave", language), str(grave)),
            Tile(word("handover.tile_ledger", language), ledger, note),
        )
    )


def _heads(language: Language, *keys: str) -> tuple[str, ...]:
    return tuple(word(key, language) for key in keys)


def _clause(one: HandoverItem, language: Language) -> str:
    clause = chosen(one.clause, one.clause_chinese, language)
    return confident(clause, one.confidence, language) if clause else "–"


def _items(items: tuple[HandoverItem, ...], language: Language) -> Table:
    rows = tuple(
        (
            chosen(one.english, one.chinese, language),
            listed([word(f"role.{who}", language) for who in one.who], language),
            _clause(one, language),
        )
        for one in items
    )
    return Table(_heads(language, "report.item", "handover.who", "report.clause"), rows)


def _missing(state: HandoverState, language: Language) -> Iterator[Block]:
    yield Heading(word("handover.missing", language))
    if state.complete.missing:
        yield _items(state.complete.missing, language)
    else:
        yield Text(word("handover.nothing_missing", language), "good")


def _there(state: HandoverState, language: Language) -> Iterator[Block]:
    if state.complete.there:
        yield Heading(word("handover.there", language))
        yield _items(state.complete.there, language)


def _open(state: HandoverState, language: Language) -> Iterator[Block]:
    yield Heading(word("handover.open", language))
    if not state.open:
        yield Text(word("handover.nothing_open", language), "good")
        return
    shown = state.open[:LISTED]
    rows = tuple(
        (
            one.verdict.sentence(language),
            one.owner or "–",
            one.due.isoformat() if one.due else "–",
            confident(one.clause, one.confidence, language) if one.clause else "–",
        )
        for one in shown
    )
    tones = {(n, 0): "problem" for n, one in enumerate(shown) if one.verdict.severity in GRAVE}
    heads = _heads(language, "handover.what", "handover.owner", "handover.due", "report.clause")
    yield Table(heads, rows, tones=tones)
    yield from _more(len(state.open), language)


def _more(count: int, language: Language) -> Iterator[Block]:
    if count > LISTED:
        yield Text(word("cli.and_more", language, count=count - LISTED), "note")


def _machines(state: HandoverState, language: Language) -> Iterator[Block]:
    plant = state.plant
    rows = [
        (
            place_name(plant, one.id, language),
            one.model or "–",
            _kilowatts(one.rated_heating),
            _kilowatts(one.rated_cooling),
        )
        for one in plant.machines
    ]
    if rows:
        yield Heading(word("handover.machines", language))
        heads = _heads(
            language,
            "handover.part",
            "handover.model",
            "handover.heating",
            "handover.cooling",
        )
        yield Table(heads, tuple(rows), (2, 3))
    pumps = tuple(
        (
            place_name(plant, one.id, language),
            name_of("loop", one.loop, language),
            f"{from_si(one.flow, 'm3/h'):.1f} m³/h",
            f"{one.head:.1f} m",
            _kilowatts(one.power),
        )
        for one in plant.pumps
    )
    if pumps:
        yield Heading(word("handover.pumps", language))
        heads = _heads(
            language,
            "handover.part",
            "handover.loop",
            "handover.flow",
            "handover.head",
            "handover.power",
        )
        yield Table(heads, pumps, (2, 3, 4))


def _kilowatts(value: float | None) -> str:
    return "–" if value is None else f"{from_si(value, 'kW'):.1f} kW"


def _tests(state: HandoverState, language: Language) -> Iterator[Block]:
    rows = tuple(
        (name_of("test", one.kind, language), one.file, str(one.taken_on or "–"), one.hole or "–")
        for one in state.plant.tests
    )
    if rows:
        yield Heading(word("report.tests_declared", language))
        heads = ("report.test", "report.file", "report.taken_on", "report.hole")
        yield Table(_heads(language, *heads), rows)
    found = tuple(
        (
            name_of("test", one.kind, language),
            name_of("property", name, language),
            figure(value.value),
            f"{figure(value.low)} … {figure(value.high)}",
        )
        for one in state.dossier.findings
        for name, value in one.values.items()
    )
    if found:
        yield Heading(word("report.tests_evaluated", language))
        heads = ("report.test", "report.figure", "report.value", "report.interval")
        yield Table(_heads(language, *heads), found, (2, 3))


def _trials(state: HandoverState, language: Language) -> Iterator[Block]:
    plant, outcome = state.plant, {True: "met", False: "missed", None: "not_judged"}
    trials = newest_trials(plant.trials)
    rows = tuple(
        (
            one.trial,
            f"{name_of('quantity', one.quantity, language)} "
            f"({place_name(plant, one.of, language)})",
            "–" if one.expected is None else f"{figure(one.expected)} {one.unit}".strip(),
            "–" if one.found is None else f"{figure(one.found)} {one.unit}".strip(),
            word(f"outcome.{outcome[one.accepted]}", language),
        )
        for one in trials[:LISTED]
    )
    if rows:
        tones = {
            (n, 4): "good" if t.accepted else "problem" for n, t in enumerate(trials[:LISTED])
        }
        yield Heading(word("report.trials", language))
        heads = (
            "report.trial",
            "report.figure",
            "report.expected_value",
            "report.value",
            "report.outcome",
        )
        yield Table(_heads(language, *heads), rows, (2, 3), tones)
        yield from _more(len(trials), language)


def _calibrations(state: HandoverState, language: Language) -> Iterator[Block]:
    plant, rows, tones = state.plant, [], {}
    for n, one in enumerate(plant.points[:LISTED]):
        end = calibration_end(one)
        rows.append(
            (
                one.id,
                name_of("quantity", one.quantity, language),
                place_name(plant, one.of, language),
                one.accuracy or "–",
                _calibrated(one, language),
                str(end or "–"),
            )
        )
        if one.accuracy and (end is None or end < state.on):
            tones[n, 4 if end is None else 5] = "caution"
    if rows:
        yield Heading(word("handover.sheet_calibrations", language))
        heads = ("point", "quantity", "place", "accuracy", "calibrated_on", "next_due")
        yield Table(_heads(language, *(f"handover.{h}" for h in heads)), tuple(rows), tones=tones)
        yield from _more(len(plant.points), language)


def _calibrated(one: Point, language: Language) -> str:
    """When it was; a point without an accuracy, such as a state, needs none."""
    if one.calibrated_on is None:
        return word("calibration.never", language) if one.accuracy else "–"
    return one.calibrated_on.isoformat()


def _signed(key: str, language: Language) -> Iterator[Block]:
    yield Heading(word("handover.signed", language))
    lines = ("handover.given_by", "handover.taken_by", "handover.root_kept")
    signed = word("handover.signed_with", language, signer=key)
    yield Bullets(tuple((text, "") for text in (*_heads(language, *lines), signed)))
