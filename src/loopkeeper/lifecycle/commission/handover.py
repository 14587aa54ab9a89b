"""What belongs into a hand-over, whether it is there, and what is still open."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from loopkeeper.lifecycle.commission.plan import trial_plan
from loopkeeper.lifecycle.commission.planned import PlannedTrial
from loopkeeper.lifecycle.commission.status import TrialState, trial_status
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import Trial
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.trials import trial_kinds
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverItem:
    """
    Something that a hand-over needs; ``plant/data/handover.csv``.

    ``applies`` to which plants; ``told_by`` what tells that it is there, any one of them: a part
    of the ``plant``, trials of a ``mode``, a ``file`` that begins so, or what somebody
    ``stated``; ``who`` needs it; the ``clause`` that asks for it and how sure that is.
    """

    item: str
    applies: str
    told_by: tuple[str, ...]
    who: tuple[str, ...]
    clause: str
    clause_chinese: str
    confidence: str
    english: str
    chinese: str


@cache
def handover_items() -> tuple[HandoverItem, ...]:
    """Return all that hand-overs need, in their order."""
    return tuple(
        HandoverItem(
            item=row["item"],
            applies=row["applies"],
            told_by=tuple(row["told_by"].split()),
            who=tuple(row["who"].split()),
            clause=row["clause"],
            clause_chinese=row["clause_zh"],
            confidence=row["confidence"],
            english=row["en"],
            chinese=row["zh"],
        )
        for row in data_table("handover.csv")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """
    Something still to be done: what, by which clause, by whom until when.

    ``id`` is the same in every hand-over of the plant; ``about`` the mode of a trial, the kind of
    hidden works, or the item that is missing; ``owner`` and ``due`` where on record.
    """

    id: str
    about: str
    verdict: Verdict
    clause: str = ""
    confidence: str = ""
    owner: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverFacts:
    """
    What is known of a plant when it is handed over ``on`` a day.

    ``findings`` of field tests [-]; ``files`` of its dossier by name; ``sealed`` where its ledger
    stands under seal; ``works`` that are not as drawn or without a record; ``recorded`` where
    all that is asked of them is on record.
    """

    plant: Plant
    on: date
    findings: int = 0
    files: tuple[str, ...] = ()
    sealed: bool = False
    works: tuple[OpenItem, ...] = ()
    recorded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageCompleteness:
    """What a hand-over of a plant needs: what is ``there``, what is ``missing``."""

    there: tuple[HandoverItem, ...]
    missing: tuple[HandoverItem, ...]

    @property
    def asked(self) -> int:
        """How much is asked for. [-]"""
        return len(self.there) + len(self.missing)


def completeness(facts: HandoverFacts) -> PackageCompleteness:
    """Return what of the minimum list applies to a plant, and what of that is there."""
    asked = [one for one in handover_items() if _APPLIES[one.applies](facts.plant)]
    there = {one.item: _there(one, facts) for one in asked}
    return PackageCompleteness(
        there=tuple(one for one in asked if there[one.item]),
        missing=tuple(one for one in asked if not there[one.item]),
    )


def open_items(facts: HandoverFacts) -> tuple[OpenItem, ...]:
    """
    Return what is still to be done at a plant.

    Returns
    -------
    tuple of OpenItem
        Trials that failed, proved nothing or were not made; hidden works that deviate or have no
        record; what the minimum list asks for and nobody brought.
    """
    missing = completeness(facts).missing
    return (
        *_of_plan(facts.plant, facts.on),
        *_beside_the_plan(facts.plant.trials),
        *facts.works,
        *(_lacking(one) for one in missing if _no_other_says(one)),
    )


def newest_trials(trials: Sequence[Trial]) -> tuple[Trial, ...]:
    """Return the rows of each trial's last repetition, in their order."""
    last: dict[str, Trial] = {}
    for one in trials:
        before = last.get(one.trial)
        if before is None or _began(one) >= _began(before):
            last[one.trial] = one
    return tuple(one for one in trials if _began(one) == _began(last[one.trial]))


def _began(one: Trial) -> float:
    return one.started_at.timestamp() if one.started_at else 0.0


def _heats(plant: Plant) -> bool:
    stated = (plant.site.heated_area, plant.promise.annual_heating, plant.promise.peak_heating)
    return any(stated) or any(one.rated_heating for one in plant.machines)


def _cools(plant: Plant) -> bool:
    stated = (plant.site.cooled_area, plant.promise.annual_cooling, plant.promise.peak_cooling)
    return any(stated) or any(one.rated_cooling for one in plant.machines)


def _source_drawn(plant: Plant) -> bool:
    source = plant.source
    drawn = (source.field, source.wells, source.single_wells, source.surface, source.horizontal)
    return any(drawn) or source.standing_columns is not None


_APPLIES: Mapping[str, Callable[[Plant], bool]] = {
    "always": lambda _: True,
    "buried": lambda plant: plant.source.traits.buried,
    "groundwater": lambda plant: plant.source.traits.groundwater,
    "hidden": lambda plant: plant.source.traits.buried or plant.source.traits.groundwater,
    "tested": lambda plant: bool(plant.tests),
    "heats": _heats,
    "cools": _cools,
}
"""Which plants an item of the minimum list is for."""
_TOLD: Mapping[str, Callable[[HandoverFacts], bool]] = {
    "handed_over": lambda facts: facts.plant.site.handed_over_on is not None,
    "promise": lambda facts: any(
        (facts.plant.promise.annual_electricity, facts.plant.promise.system_cop_heating)
    ),
    "tests": lambda facts: any(
        one.kind in facts.plant.source.traits.tests for one in facts.plant.tests
    ),
    "findings": lambda facts: facts.findings > 0,
    "source": lambda facts: _source_drawn(facts.plant),
    "machines": lambda facts: (
        bool(facts.plant.machines)
        and all(one.rated_heating or one.rated_cooling for one in facts.plant.machines)
    ),
    "maps": lambda facts: (
        bool(facts.plant.machines) and all(one.map for one in facts.plant.machines)
    ),
    "pumps": lambda facts: bool(facts.plant.pumps),
    "controls": lambda facts: bool(facts.plant.controls.stated),
    "sealed": lambda facts: facts.sealed,
    "works_recorded": lambda facts: facts.recorded,
    "points": lambda facts: bool(facts.plant.points),
    "calibrated": lambda facts: (
        bool(facts.plant.points)
        and all(one.calibrated_on for one in facts.plant.points if one.accuracy)
    ),
    "samples": lambda facts: bool(facts.plant.samples),
    "events": lambda facts: bool(facts.plant.events),
}
"""Parts of a plant that tell by themselves that an item is there."""


def _there(one: HandoverItem, facts: HandoverFacts) -> bool:
    return any(_told(told, facts) for told in one.told_by)


def _told(by: str, facts: HandoverFacts) -> bool:
    way, _, name = by.partition(":")
    if way == "plant":
        return _TOLD[name](facts)
    if way == "mode":
        return any(t.mode == name and t.accepted is not None for t in facts.plant.trials)
    if way == "file":
        return any(file.startswith(name) for file in facts.files)
    return any(a.figure == name and a.value >= 1 for a in facts.plant.assessments)


def _of_plan(plant: Plant, on: date) -> Iterator[OpenItem]:
    """Trials of the plan that are not closed, each once."""
    for one in trial_status(trial_plan(plant, on), plant.trials):
        if one.closed:
            continue
        kind = one.planned.kind
        figures = {
            "trial": f"{kind.english} {_part(one.planned)}".strip(),
            "trial_zh": f"{kind.chinese} {_part(one.planned)}".strip(),
            "note": one.note or "–",
        }
        yield OpenItem(
            id=f"trial-{one.planned.name}",
            about=kind.mode,
            verdict=Verdict(_CODES[one.state], figures),
            clause=kind.clause,
            confidence=kind.confidence,
            owner=one.owner,
            due=one.due if one.due > on or one.overdue else None,
        )


_CODES: Mapping[TrialState, str] = {
    TrialState.FAILED: "handover.trial.failed",
    TrialState.NOT_PROVEN: "handover.trial.not_proven",
    TrialState.OPEN: "handover.trial.not_made",
    TrialState.POSTPONED: "handover.trial.postponed",
}
"""What is said of a trial that is not closed."""


def _part(planned: PlannedTrial) -> str:
    """The pump that is tried; nothing of trials of the whole plant."""
    return "" if planned.kind.each == "plant" else planned.of


def _beside_the_plan(trials: Sequence[Trial]) -> Iterator[OpenItem]:
    """Trials of a mode that no plan knows, whose last repetition was not accepted."""
    modes = {kind.mode for kind in trial_kinds().values()}
    seen: set[str] = set()
    for one in newest_trials(trials):
        if one.accepted is True or one.mode in modes or one.trial in seen:
            continue
        seen.add(one.trial)
        failed = one.accepted is False
        figures = {"trial": one.trial, "trial_zh": one.trial, "note": one.note or "–"}
        yield OpenItem(
            id=f"trial-{one.trial}",
            about=one.mode,
            verdict=Verdict(f"handover.trial.{'failed' if failed else 'not_proven'}", figures),
            owner=one.owner,
            due=one.due,
        )


def _no_other_says(one: HandoverItem) -> bool:
    """Trials and hidden works that are missing are open items by themselves."""
    return not one.told_by[0].startswith("mode:") and one.item != "works_recorded"


def _lacking(one: HandoverItem) -> OpenItem:
    figures = {
        "item": one.english,
        "item_zh": one.chinese,
        "who": tuple(Phrase(f"role.{name}") for name in one.who),
    }
    return OpenItem(
        id=f"missing-{one.item}",
        about=one.item,
        verdict=Verdict("handover.item.missing", figures),
        clause=one.clause,
        confidence=one.confidence,
    )
