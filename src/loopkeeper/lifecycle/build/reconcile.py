"""As drawn against as found, item by item; what is missing is said, not passed over."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from loopkeeper.lifecycle.build.derived import SPACING, completed, response_tests
from loopkeeper.lifecycle.build.followed import FollowedCheck
from loopkeeper.lifecycle.build.pressures import (
    FIELD,
    FOOT,
    foot_level,
    ground_water,
    warm_share,
    warmest,
)
from loopkeeper.lifecycle.build.two_pipes import hole_of, holes_with, pipes_of
from loopkeeper.lifecycle.build.well_logs import NO_LOGS, WellLogs
from loopkeeper.lifecycle.build.work_units import number
from loopkeeper.lifecycle.build.work_words import told_words
from loopkeeper.lifecycle.build.works import Asked, HiddenCheck, WorkRule, hidden_checks
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.source import BoreholeField
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase


class State(StrEnum):
    """How an item stands, or one of its checks."""

    DONE = "done"
    DEVIATING = "deviating"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFinding:
    """
    A check of an item: what was drawn and found, and how it stands by its rule.

    ``low``, ``high`` are the 90 % interval of what was found, or all it can be, in its own unit.
    """

    item: str
    check: HiddenCheck
    drawn: str
    found: str
    state: State
    low: float | None = None
    high: float | None = None

    @property
    def name(self) -> str | Phrase:
        """The item by its name; all holes together by a word."""
        kind = self.check.item_kind
        return Phrase(f"item_kind.{kind}") if self.item == kind else self.item

    @property
    def told(self) -> str:
        """What was found, with its interval and unit."""
        unit = self.check.unit.replace("-", "")
        if self.low is None or self.high is None:
            return f"{self.found} {unit}".strip()
        return f"{self.found} ({self.low:.2f} … {self.high:.2f}) {unit}".strip()

    @property
    def bound(self) -> str:
        """What it is held against: a limit of its own, else what was drawn."""
        own = self.check.rule in OWN_LIMIT
        return f"{self.check.limit:g}" if own or not self.drawn else self.drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A check that is asked for, and how many of how many items have no record of it."""

    check: HiddenCheck
    without: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """
    Hidden works against the drawings.

    ``findings`` one a record that a rule judges; ``missing`` evidence; ``states`` of the items on
    record by their kind and name; ``unrecorded`` items of a kind that no record names;
    ``strangers`` records of checks that nobody asks for.
    """

    findings: tuple[WorkFinding, ...]
    missing: tuple[Missing, ...]
    states: Mapping[tuple[str, str], State]
    unrecorded: Mapping[str, int]
    strangers: tuple[LedgerCheck, ...]

    @property
    def deviating(self) -> tuple[WorkFinding, ...]:
        """What is not as it should be."""
        return tuple(one for one in self.findings if one.state is State.DEVIATING)


def open_intervals(plant: Plant, found: Reconciled) -> tuple[Verdict, ...]:
    """Return what cannot be judged because its interval reaches over its limit."""
    left = [one for one in found.findings if one.state is State.UNPROVEN and one.low is not None]
    apart = [one for one in left if one.check.check == SPACING]
    feet = [one for one in left if one.check.check == FOOT]
    said = [Verdict("build.spacing.unproven", _of_spacing(one)) for one in apart]
    share = warm_share(plant)
    levels = [
        (foot_level(share * (number(one.drawn) or 0.0), one.low or 0.0), one) for one in feet
    ]
    known = ground_water(plant) is not None
    dry = [(level, one) for level, one in levels if level >= 0.0 and not known]
    warm = [one for level, one in levels if level < 0.0 or known]
    if dry:
        said.append(Verdict("build.pressure.unproven", _of_dry(dry)))
    if warm:
        figures = {**_of_feet(warm), "warm": warmest(plant), "share": share}
        said.append(Verdict("build.pressure.warm", figures))
    return tuple(said)


def _of_spacing(one: WorkFinding) -> dict[str, object]:
    least = (number(one.drawn) or 0.0) * (1.0 - one.check.limit)
    return {"found": one.found, "low": one.low, "high": one.high, "limit": least}


def _of_dry(feet: Sequence[tuple[float, WorkFinding]]) -> dict[str, object]:
    """Of pipes that carry what is in them if the ground's water helps: the one that needs most."""
    level, worst = min(feet, key=lambda told: told[0])
    return {**_of_feet([worst]), "count": len(feet), "level": level}


def _of_feet(feet: Sequence[WorkFinding]) -> dict[str, object]:
    """Of pipes at the foot of their holes: the one that is nearest to its limit."""
    worst = max(feet, key=lambda one: (one.high or 0.0) / (number(one.drawn) or 1.0))
    figures = {"name": worst.name, "count": len(feet)}
    return {**figures, "nominal": worst.drawn, "high": worst.high}


def reconcile(plant: Plant, ledger: Sequence[LedgerCheck], logs: WellLogs = NO_LOGS) -> Reconciled:
    """
    Hold hidden works against the drawings.

    Parameters
    ----------
    plant : Plant
        As drawn.
    ledger : sequence of LedgerCheck
        What was found; of one item and check the last counts.
    logs : WellLogs
        Of tests of wells.

    Returns
    -------
    Reconciled
    """
    known, newest, strangers = hidden_checks(), {}, []
    for one in completed(plant, ledger, logs):
        if (one.item_kind, one.check) in known:
            newest[one.item_kind, one.item, one.check] = one
        else:
            strangers.append(one)
    findings = tuple(
        _judged(one, known[kind, check], plant) for (kind, _, check), one in newest.items()
    )
    items = defaultdict[str, dict[str, None]](dict)
    for kind, item, _ in newest:
        items[kind][hole_of(item)] = None
    expected = expected_items(plant)
    counts = {k: max(len(items[k]), expected.get(k, 0)) for k in {*items, *expected}}
    missing = tuple(_missing(known, counts, _counts(newest)))
    return Reconciled(
        findings=findings,
        missing=(*missing, *_untested(plant, known[TESTS], newest.get((FIELD, FIELD, TESTS[1])))),
        states=_states(findings, items, _told_of(newest)),
        unrecorded={k: n - len(items[k]) for k, n in counts.items() if n > len(items[k])},
        strangers=tuple(strangers),
    )


def expected_items(plant: Plant) -> dict[str, int]:
    """Return how many items of each kind a plant has hidden, as far as its drawings tell."""
    source = plant.source
    found: dict[str, int] = {}
    if source.field is not None:
        found |= {"borehole": source.field.count, "header": 1}
    if source.wells:
        found["well"] = len(source.wells)
    return found


def drawn_value(plant: Plant, kind: str, check: str) -> float | None:
    """Return what the drawings say of a check, None where they do not. [unit of the check]"""
    field = plant.source.field
    if kind != "borehole" or field is None:
        return None
    return _OF_FIELD[check](field) if check in _OF_FIELD else None


_OF_FIELD: Mapping[str, Callable[[BoreholeField], float | None]] = {
    "active_length": lambda field: None if field.lengths else field.length,
    "diameter": lambda field: field.diameter,
    "grout_conductivity": lambda field: field.grout_conductivity,
}


def _judged(one: LedgerCheck, check: HiddenCheck, plant: Plant) -> WorkFinding:
    drawn = one.drawn
    if not drawn and (value := drawn_value(plant, one.item_kind, one.check)) is not None:
        drawn = f"{value:g}"
    low, high = (one.low, one.high) if isinstance(one, FollowedCheck) else (None, None)
    ends = tuple(end for end in (low, high) if end is not None)
    return WorkFinding(
        item=one.item,
        check=check,
        drawn=drawn,
        found=one.found,
        state=_state(check, drawn, one.found, ends),
        low=low,
        high=high,
    )


def _state(check: HiddenCheck, drawn: str, found: str, ends: Sequence[float]) -> State:
    if check.rule is WorkRule.NONE:
        return State.DONE
    if check.rule is WorkRule.YES:
        return _told(found.strip().lower())
    if check.rule is WorkRule.AS_DRAWN:
        if not drawn or not found:
            return _told(found.strip().lower())
        return State.DONE if drawn.strip() == found.strip() else State.DEVIATING
    return _of_number(check, drawn, found, ends)


def _of_number(check: HiddenCheck, drawn: str, found: str, ends: Sequence[float]) -> State:
    value = number(found)
    bound = check.limit if check.rule in OWN_LIMIT else number(drawn)
    if value is None or bound is None:
        return State.UNPROVEN
    kept = {_kept(check, bound, one) for one in (value, *ends)}
    if len(kept) > 1:
        return State.UNPROVEN
    return State.DONE if kept.pop() else State.DEVIATING


def _told(word: str) -> State:
    if word in told_words("yes"):
        return State.DONE
    return State.DEVIATING if word in told_words("no") or _defective(word) else State.UNPROVEN


def _defective(text: str) -> bool:
    """Whether a text names a defect, and does not say that there is none."""
    named = any(one in text for one in told_words("defect"))
    return named and not any(one in text for one in told_words("none_of_it"))


def _kept(check: HiddenCheck, bound: float, value: float) -> bool:
    room = {
        WorkRule.AT_LEAST: value - bound,
        WorkRule.AT_MOST: bound - value,
        WorkRule.TEST_PRESSURE: value - bound,
        WorkRule.AT_LEAST_DRAWN: value - bound * (1 - check.limit),
        WorkRule.AT_MOST_DRAWN: bound * (1 + check.limit) - value,
        WorkRule.NEAR_DRAWN: check.limit - abs(value - bound),
        WorkRule.NEAR_DRAWN_SHARE: check.limit * abs(bound) - abs(value - bound),
    }
    return room[check.rule] >= -ROUNDED * abs(bound)


OWN_LIMIT = frozenset({WorkRule.AT_LEAST, WorkRule.AT_MOST})
"""Rules that need no drawing."""
ROUNDED = 1e-9
"""Of a bound: what is written with fewer digits still keeps it. [-]"""


def _told_of(newest: Iterable[tuple[str, str, str]]) -> Mapping[tuple[str, str], frozenset[str]]:
    """Return the items that each check is told of; a hole where it is of each of its pipes."""
    names = defaultdict[tuple[str, str], set[str]](set)
    for kind, item, check in newest:
        names[kind, check].add(item)
    pipes = pipes_of(item for told in names.values() for item in told)
    return {key: holes_with(told, pipes) for key, told in names.items()}


def _counts(newest: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], int]:
    return {key: len(told) for key, told in _told_of(newest).items()}


def _missing(
    known: Mapping[tuple[str, str], HiddenCheck],
    counts: Mapping[str, int],
    there: Mapping[tuple[str, str], int],
) -> list[Missing]:
    found = []
    for (kind, name), check in known.items():
        whole = counts.get(kind, 0)
        asked = {Asked.EACH: whole, Asked.SOME: min(whole, 1), Asked.NO: 0}[check.needed]
        told = there.get((kind, name), 0)
        if told < asked:
            found.append(Missing(check=check, without=asked - told, of=asked))
    return found


TESTS = FIELD, "response_tests"
"""The check that is counted in the survey."""


def _untested(plant: Plant, check: HiddenCheck, recorded: LedgerCheck | None) -> Sequence[Missing]:
    there, asked = response_tests(plant)
    told = None if recorded is None else number(recorded.found)
    there = there if told is None else max(there, int(told))
    return [Missing(check=check, without=asked - there, of=asked)] if there < asked else []


def _states(
    findings: Sequence[WorkFinding],
    items: Mapping[str, Mapping[str, None]],
    told: Mapping[tuple[str, str], frozenset[str]],
) -> dict[tuple[str, str], State]:
    """Deviating where one check is; done where all that is asked of each is there and kept."""
    each = [key for key, one in hidden_checks().items() if one.needed is Asked.EACH]
    asked = {kind: {check for k, check in each if k == kind} for kind in items}
    kept = defaultdict[tuple[str, str], set[str]](set)
    open_ = defaultdict[tuple[str, str], set[str]](set)
    made: dict[tuple[str, str], State] = {}
    for one in findings:
        key = one.check.item_kind, hole_of(one.item)
        (kept if one.state is State.DONE else open_)[key].add(one.check.check)
        if one.state is State.DEVIATING:
            made[key] = State.DEVIATING
    for key in {**kept, **open_}:
        kind, item = key
        whole = {name for name in kept[key] - open_[key] if item in told[kind, name]}
        made.setdefault(key, State.DONE if asked[kind] <= whole else State.UNPROVEN)
    return made
