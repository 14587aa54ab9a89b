"""Hidden works as a document: how each hole stands, on a plan, by clause, and what is missing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

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
from loopkeeper.adapters.report.drawing import (
    AMBER,
    GREEN,
    GREY,
    RED,
    WIDTH,
    dress,
    legend,
    picture,
    sheet,
)
from loopkeeper.app.telling.wording import confident
from loopkeeper.lifecycle.build.as_found import survey_of
from loopkeeper.lifecycle.build.reconcile import Reconciled, State
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.lifecycle.build.work_units import number
from loopkeeper.plant.holes import drawn_holes
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, chosen, name_of, word, worded

COLOURS = {State.DONE: GREEN, State.DEVIATING: RED, State.UNPROVEN: AMBER}
MARKS = {State.DONE: "o", State.DEVIATING: "X", State.UNPROVEN: "s"}
"""Told apart without colours too."""
BOREHOLE = "borehole"
"""The kind of item that is drawn on the plan."""
LISTED = 60
"""Deviations that are listed; JSON has all."""
NAMED = 40
"""Most holes on a plan whose names are written beside those that deviate."""


def works_document(
    plant: Plant,
    found: tuple[Reconciled, Verified | None],
    verdicts: Sequence[Verdict],
    end: tuple[Language, str],
) -> Document:
    """
    Return hidden works against the drawings as a report.

    Parameters
    ----------
    plant : Plant
        As drawn, with its ledger.
    found : tuple
        How the works stand, and the ledger as it was verified, None where there is no sealed one.
    verdicts : sequence of Verdict
        What else is said of them.
    end : tuple
        Language and last line.
    """
    (state, sealed), language = found, end[0]
    foot = end[1] if sealed is None else f"{end[1]} · {sealed.size}:{sealed.root}"
    blocks = (
        *_front(state, sealed, language),
        *_plan(plant, state, language),
        *_deviating(state, language),
        *_missing(state, language),
        *_said(verdicts, language),
    )
    title = f"{plant.site.called(language)} · {word('document.works_report', language)}"
    return Document(title, word("document.works_subtitle", language), language, blocks, foot)


def _front(state: Reconciled, sealed: Verified | None, language: Language) -> Iterator[Block]:
    counts = Counter(state.states.values())
    bad = counts[State.DEVIATING]
    key, tone = ("works.some_deviate", "problem") if bad else ("works.none_deviates", "caution")
    whole = not (bad or state.missing or counts[State.UNPROVEN])
    yield Text(
        word("works.all_proved" if whole else key, language, count=bad),
        "good" if whole else tone,
    )
    unrecorded = sum(state.unrecorded.values())
    tiles = [
        Tile(word(f"works.{one}", language), str(counts[one]), tone=t)
        for one, t in zip(State, ("good", "problem", "caution"), strict=True)
    ]
    tiles.append(Tile(word("works.unrecorded", language), str(unrecorded), tone="caution"))
    yield Tiles(tuple(tiles))
    if sealed is None:
        yield Text(word("works.not_sealed", language), "caution")
    elif sealed.sound:
        told = word("works.sealed", language, size=sealed.size, keys=len(sealed.keys))
        yield Text(told, "note")


def _plan(plant: Plant, state: Reconciled, language: Language) -> Iterator[Block]:
    """The field from above, each hole by how it stands."""
    places = _places(plant)
    drawn = () if plant.source.field is None else plant.source.field.positions
    if not places and not drawn:
        return
    with dress():
        east, north = np.array([*places.values(), *drawn]).T
        wide, high = max(np.ptp(east), 1.0), max(np.ptp(north), 1.0)
        figure = sheet(WIDTH, float(np.clip(WIDTH * high / wide, 2.2, 6.5)))
        axes = figure.add_subplot()
        if drawn:
            label = f"{word('works.as_drawn', language)} {len(drawn)}"
            x, y = np.array(drawn).T
            axes.scatter(x, y, s=12, c=GREY, marker=".", label=label)
        for one in State:
            own = [k for k in places if state.states.get((BOREHOLE, k)) is one]
            if own:
                x, y = np.array([places[k] for k in own]).T
                label = f"{word(f'works.{one}', language)} {len(own)}"
                axes.scatter(x, y, s=26, c=COLOURS[one], marker=MARKS[one], label=label)
        bad = [k for k in places if state.states.get((BOREHOLE, k)) is State.DEVIATING]
        for name in bad if len(bad) <= NAMED else ():
            axes.text(*places[name], f"  {name}", fontsize=7, va="bottom")
        axes.set_aspect("equal", adjustable="datalim")
        axes.set_xlabel(word("works.east", language))
        axes.set_ylabel(word("works.north", language))
        legend(figure, axes)
        plan = picture(figure, word("works.plan_caption", language, count=len(places)))
    yield Heading(word("works.plan", language))
    yield plan


def _places(plant: Plant) -> Mapping[str, tuple[float, float]]:
    """Holes whose east and north are on record, in the frame of the drawing where one fits. [m]"""
    found: dict[str, dict[str, float]] = {}
    for one in plant.ledger:
        value = number(one.found)
        if one.item_kind == BOREHOLE and one.check in {"x", "y"} and value is not None:
            found.setdefault(one.item, {})[one.check] = value
    told = {item: (at["x"], at["y"]) for item, at in found.items() if {"x", "y"} <= set(at)}
    if plant.source.field is None or not told:
        return told
    _, _, frame = survey_of(drawn_holes(plant.source.field), plant.ledger)
    if frame is None:
        return told
    x, y = frame.laid(*np.array([*told.values()]).T)
    return dict(zip(told, zip(x.tolist(), y.tolist(), strict=True), strict=True))


def _deviating(state: Reconciled, language: Language) -> Iterator[Block]:
    yield Heading(word("works.deviations", language))
    if not state.deviating:
        yield Text(word("works.no_deviation", language), "good")
        return
    rows = []
    for one in state.deviating[:LISTED]:
        check = one.check
        unit = check.unit.replace("-", "")
        rows.append(
            (
                str(worded(one.name, language)),
                chosen(check.english, check.chinese, language),
                f"{one.bound} {unit}".strip(),
                one.told,
                confident(check.clause, check.confidence, language),
            )
        )
    heads = ("report.item", "report.check", "works.drawn", "works.found", "report.clause")
    yield Table(tuple(word(k, language) for k in heads), tuple(rows), (2, 3))
    if len(state.deviating) > LISTED:
        more = len(state.deviating) - LISTED
        yield Text(word("cli.and_more", language, count=more), "note")


def _missing(state: Reconciled, language: Language) -> Iterator[Block]:
    yield Heading(word("works.missing", language))
    if not state.missing:
        yield Text(word("works.nothing_missing", language), "good")
        return
    rows = tuple(
        (
            name_of("item_kind", one.check.item_kind, language),
            chosen(one.check.english, one.check.chinese, language),
            f"{one.without} / {one.of}",
            confident(one.check.clause, one.check.confidence, language),
        )
        for one in state.missing
    )
    heads = ("report.kind", "cli.evidence_missing", "cli.without", "report.clause")
    yield Table(tuple(word(k, language) for k in heads), rows, (2,))


def _said(verdicts: Sequence[Verdict], language: Language) -> Iterator[Block]:
    if verdicts:
        yield Heading(word("report.cautions", language))
        yield Bullets(tuple((v.sentence(language), str(v.severity)) for v in verdicts))
