"""The plan of commissioning trials as a document: to be printed, carried along and signed."""

from collections import Counter
from collections.abc import Iterator, Sequence

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
from loopkeeper.app.telling.places import named_trial, needed_words, place_name
from loopkeeper.app.telling.wording import confident
from loopkeeper.lifecycle.commission.planned import TrialPlan
from loopkeeper.lifecycle.commission.status import TrialState, TrialStatus
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.trials import JudgedBy, TrialKind
from loopkeeper.plant.words import Language, chosen, listed, word

TONES = {
    TrialState.PASSED: "good",
    TrialState.FAILED: "problem",
    TrialState.NOT_PROVEN: "caution",
    TrialState.OPEN: "",
    TrialState.POSTPONED: "",
}
SIGNED = "____________________"


def trial_plan_document(
    plant: Plant,
    found: tuple[TrialPlan, Sequence[TrialStatus]],
    end: tuple[Language, str],
) -> Document:
    """
    Return the plan of a plant's trials.

    Parameters
    ----------
    plant : Plant
        The plant.
    found : tuple
        Its plan, and how the trials stand.
    end : tuple
        Language and last line.
    """
    (plan, status), (language, foot) = found, end
    blocks = (
        *_front(plan, status, language),
        *trial_table(plant, status, language),
        *_next_season(plant, status, language),
        *(block for kind in _kinds(plan) for block in _how(plant, plan, kind, language)),
        *_signatures(language),
    )
    title = f"{plant.site.called(language)} · {word('document.trial_plan', language)}"
    return Document(title, word("document.trial_plan_subtitle", language), language, blocks, foot)


def _front(plan: TrialPlan, status: Sequence[TrialStatus], language: Language) -> Iterator[Block]:
    counts = Counter(one.state for one in status)
    failed, left = counts[TrialState.FAILED], len(status) - counts[TrialState.PASSED]
    key = "trials.some_failed" if failed else "trials.some_left" if left else "trials.all_passed"
    tone = "problem" if failed else "caution" if left else "good"
    yield Text(word(key, language, count=failed or left, on=plan.on.isoformat()), tone)
    yield Tiles(
        tuple(
            Tile(word(f"trial_state.{state}", language), str(counts[state]), tone=TONES[state])
            for state in TrialState
        )
    )
    bare = [one for one in plan.trials if one.unmeasured]
    if bare:
        yield Text(word("trials.unmeasured", language, count=len(bare)), "caution")


def trial_table(
    plant: Plant, status: Sequence[TrialStatus], language: Language
) -> Iterator[Block]:
    """
    Return how trials stand, one a row, in the order in which they are made.

    Parameters
    ----------
    plant : Plant
        The plant.
    status : sequence of TrialStatus
        As :func:`trial_status` gives them.
    language : Language
        Of the text.
    """
    keys = ("trials.trial", "trials.state", "trials.runs", "report.due", "trials.owner")
    rows = tuple(
        (
            named_trial(plant, one.planned, language),
            word(f"trial_state.{one.state}", language),
            str(one.runs or "–"),
            "–" if one.closed else one.due.isoformat(),
            one.owner or "–",
        )
        for one in status
    )
    tones = {(n, 1): TONES[one.state] for n, one in enumerate(status) if TONES[one.state]}
    yield Heading(word("report.trials", language))
    yield Table(tuple(word(key, language) for key in keys), rows, (2,), tones)
    notes = tuple(
        (f"{named_trial(plant, one.planned, language)}: {one.note}", TONES[one.state])
        for one in status
        if one.note and not one.closed
    )
    if notes:
        yield Bullets(notes)


def _next_season(
    plant: Plant, status: Sequence[TrialStatus], language: Language
) -> Iterator[Block]:
    """What this season does not allow and nobody has made yet, the earliest first."""
    left = [one.planned for one in status if one.state is TrialState.POSTPONED]
    if not left:
        return
    rows = tuple(
        (one.due.isoformat(), named_trial(plant, one, language))
        for one in sorted(left, key=lambda one: one.due)
    )
    yield Heading(word("trials.next_season", language))
    yield Table((word("trials.from", language), word("trials.trial", language)), rows)


def _kinds(plan: TrialPlan) -> list[TrialKind]:
    return list(dict.fromkeys(one.kind for one in plan.trials))


def _how(plant: Plant, plan: TrialPlan, kind: TrialKind, language: Language) -> Iterator[Block]:
    """What is done, read and accepted, for one kind of trial."""
    trials = [one for one in plan.trials if one.kind is kind]
    wanted = dict.fromkeys(key for one in trials for key in one.wanted)
    bare = {key for one in trials for key in one.unmeasured}
    clause = confident(kind.clause or word("trials.practice", language), kind.confidence, language)
    conditions = word("trials.hours", language, hours=f"{kind.hours:g}", step=f"{kind.interval:g}")
    if kind.load_low is not None:
        high = f"{kind.load_high or 1:.0%}"
        conditions += word("trials.load", language, low=f"{kind.load_low:.0%}", high=high)
    rows = [
        (word("trials.how", language), chosen(kind.how_english, kind.how_chinese, language)),
        (word("trials.conditions", language), conditions),
        (
            word("trials.accepted_when", language),
            chosen(kind.accept_english, kind.accept_chinese, language),
        ),
        (word("trials.clause", language), clause),
    ]
    if wanted and kind.judged_by is not JudgedBy.POINTS:
        logged = [needed_words(f"{q} @ {of}", language) for q, of in wanted]
        rows.insert(1, (word("trials.log", language), listed(logged, language)))
    if len(trials) > 1:
        parts = listed([place_name(plant, one.of, language) for one in trials], language)
        rows.insert(0, (word("trials.of", language), parts))
    yield Heading(chosen(kind.english, kind.chinese, language))
    yield Table((word("trials.what", language), ""), tuple(rows))
    if bare:
        told = listed([needed_words(f"{q} @ {of}", language) for q, of in sorted(bare)], language)
        text = word("trials.not_measured", language, points=told, count=len(wanted))
        yield Text(text, "caution")


def _signatures(language: Language) -> Iterator[Block]:
    yield Heading(word("trials.signatures", language))
    keys = ("trials.commissioned_by", "trials.supervised_by", "trials.accepted_by")
    yield Table(
        (word("trials.role", language), word("trials.name_date", language)),
        tuple((word(key, language), SIGNED) for key in keys),
    )
