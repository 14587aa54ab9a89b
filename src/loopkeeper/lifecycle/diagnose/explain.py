"""The explanation: from suspects to shares of the shortfall, with what remains."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

import numpy as np

from loopkeeper.lifecycle.diagnose.boundaries import PUMPS, Shares, onto_meters
from loopkeeper.lifecycle.diagnose.course import MonthlyRuns, tell
from loopkeeper.lifecycle.diagnose.evidence import settled_by
from loopkeeper.lifecycle.diagnose.hypothesis import Counterfactuals, Hypothesis, Setting
from loopkeeper.lifecycle.diagnose.metered_effect import Effects
from loopkeeper.lifecycle.diagnose.misnaming import misnamed, worth_of_names
from loopkeeper.lifecycle.diagnose.readings import readings_of
from loopkeeper.lifecycle.diagnose.result import Deviation, Diagnosis
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.shapley import Attribution, attribute
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.lifecycle.diagnose.weather_use import unexplained_weather, weather_parts
from loopkeeper.measure.calendar import local_days
from loopkeeper.measure.series import Floats, Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.system import Trajectory
from loopkeeper.plant.settling import settling
from loopkeeper.plant.verdict import Verdict

BOUNDARY = "GB/T 50801"
LEAST_SHARE = 0.01
"""A deviation is named from this share of the promised electricity on. [-]"""
LEAST_GAIN = 0.10
"""
What saves is named from this share on [-]: sound pumps, machines and ground are better than their
papers by less, and the sum of it stays among what is unexplained.
"""
LEAST_CONFIDENCE = 0.9
MOST_PLAYERS = 7
MODEL_SHARE = 0.28
"""
Standard deviation of a cause's energy for what the model leaves out, of that energy: how far the
energies of nine plants of another emulator lay off. [-]
"""
MODEL_FLOOR = 0.004
"""The same in shares of the promised electricity. [-]"""
REPEATS = 25
"""What the model leaves out is drawn so often for each draw of the causes. [-]"""
MODEL_TOTAL = 0.02
"""Standard deviation of the modelled total electricity. [-]"""
NEGLIGIBLE = 0.0005
"""Energies known to this share of the promised electricity trade off with nothing. [-]"""
INSEPARABLE = -0.7
"""Causes whose shares are correlated below this are merged. [-]"""


@dataclass(frozen=True, slots=True)
class Promised:
    """
    The promise at the delivered heat. [J]

    ``electricity`` promised; ``reference`` what the design plant, brought onto its promise, takes
    under its own design year: a difference is what no reason brings together.
    """

    electricity: float
    reference: float

    @property
    def misfit(self) -> float:
        """What the design needs above its promise. [J]"""
        return self.reference - self.electricity


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """
    Everything a diagnosis starts from.

    ``scene`` the case that causes were looked for in; ``design_run`` is the design year of the
    plant on its promise, which ``promised.reference`` was taken from; ``measured`` electricity
    [J]; ``expected`` electricity of the plant as built [J]; ``effects`` of water other than
    designed, as metered; ``cautions`` what was said so far.
    """

    scene: Scene
    promised: Promised
    design_run: Trajectory
    measured: float
    expected: Estimate
    effects: Effects
    cautions: tuple[Verdict, ...]


def explain(
    inquiry: Inquiry,
    suspects: Sequence[Suspect],
    rng: np.random.Generator,
    progress: Callable[[float], None] = lambda _: None,
) -> Diagnosis:
    """
    Attribute the shortfall of a period to the suspects.

    Parameters
    ----------
    inquiry : Inquiry
        Plant, period, promise and meters.
    suspects : sequence of Suspect
        Possible causes with their posterior draws.
    rng : Generator
        For the doubts of meters and model.
    progress : callable
        Told the share done.

    Returns
    -------
    Diagnosis
        Deviations in J at delivered heat, and what remains.
    """
    promised, measured = inquiry.promised, inquiry.measured
    scene, case, setting = inquiry.scene, inquiry.scene.case, inquiry.scene.setting
    remembers = not case.plant.source.traits.renewed
    court = Counterfactuals(setting)
    base = replace(Hypothesis.of(scene.model), unbalanced=not remembers)
    start = court.value(base)
    players = _players(court, base, suspects, start)
    shares = _attribute(setting, base, players, progress)
    exogenous = start - promised.reference
    draws = _meter_draws(inquiry, REPEATS * len(shares.fair), rng)
    shortfall = draws.measured - draws.promised
    spent = (measured, promised.electricity + exogenous)
    story = tell(court, base, players, spent, case.plant.site.timezone)
    groups = _merged(shares.fair, players, NEGLIGIBLE * promised.electricity)
    shares = onto_meters(story, shares, inquiry.effects, promised.electricity, rng)
    groups = _less_gains(groups, players, shares.best.fair)
    named, explained = _deviations(inquiry, story, shares, groups, rng)
    total = measured - promised.electricity
    loose = float(np.hypot(MODEL_TOTAL * measured, promised.misfit))
    unexplained = Estimate.from_draws(
        total - exogenous - sum(d.energy.value for d in named),
        shortfall - exogenous - explained + rng.normal(0.0, loose, len(shortfall)),
    )
    weights = _shares_of(named, unexplained.value)
    parts = weather_parts(
        base.system,
        inquiry.design_run,
        story.stage.base.run,
        (setting.heating, setting.cooling),
    )
    return Diagnosis(
        period=case.period,
        boundary=BOUNDARY,
        promised=Estimate.from_draws(promised.electricity, draws.promised),
        exogenous=Estimate.normal(exogenous, 0.25 * abs(exogenous) + 0.003 * promised.electricity),
        expected=inquiry.expected,
        measured=Estimate.from_draws(measured, draws.measured),
        shortfall=Estimate.from_draws(total, shortfall),
        deviations=tuple(replace(d, share=w) for d, w in zip(named, weights, strict=True)),
        unexplained=unexplained,
        unexplained_share=1.0 - sum(weights),
        healthy=not [d for d in named if d.energy.value > 0],
        cautions=(
            *inquiry.cautions,
            *unexplained_weather(parts, promised.electricity),
            *worth_of_names(len(named)),
        ),
        weather_parts=parts,
    )


def _shares_of(named: Sequence[Deviation], unexplained: float) -> list[float]:
    """Shares of what was found and what stays; of all energies moved where they cancel out."""
    energies = [d.energy.value for d in named]
    size = sum(abs(e) for e in energies) + abs(unexplained)
    total = sum(energies) + max(unexplained, 0.0)  # found to be more than all is no share of it
    reference = total if total > 0.5 * size else size
    return [e / reference if reference > 0 else 0.0 for e in energies]


@dataclass(frozen=True)
class _MeterDraws:
    measured: Floats
    promised: Floats


def _meter_draws(inquiry: Inquiry, count: int, rng: np.random.Generator) -> _MeterDraws:
    """Draw the biases of electricity and heat meters."""
    doubt = inquiry.scene.case.doubt
    measured = inquiry.measured * (1 + doubt.electricity * rng.standard_normal(count))
    promise = inquiry.promised.electricity * (1 + doubt.heat * rng.standard_normal(count))
    return _MeterDraws(measured, promise)


def _players(
    court: Counterfactuals, base: Hypothesis, suspects: Sequence[Suspect], start: float
) -> list[Suspect]:
    """The suspects that matter alone, the weightiest first, seven at most."""
    weights = [
        (abs(court.value(s.apply(base, s.value)) - start) / start, n)
        for n, s in enumerate(suspects)
    ]
    heavy = sorted((w for w in weights if w[0] > MODEL_FLOOR), reverse=True)[:MOST_PLAYERS]
    return [suspects[n] for _, n in sorted(heavy, key=lambda item: item[1])]


def _attribute(
    setting: Setting,
    base: Hypothesis,
    players: Sequence[Suspect],
    progress: Callable[[float], None],
) -> Shares:
    """Exact Shapley values at the best estimate and at each posterior draw."""
    order = list(range(len(players)))

    def at(values: Sequence[Floats]) -> Attribution:
        court = Counterfactuals(setting)

        def worth(group: frozenset[int]) -> float:
            hypothesis = base
            for n in sorted(group):
                hypothesis = players[n].apply(hypothesis, values[n])
            return court.value(hypothesis)

        return attribute(order, worth)

    best = at([p.value for p in players])
    count = len(players[0].draws) if players else 200
    if not players:
        nothing = np.zeros((count, 0))
        return Shares(best, nothing, nothing, nothing, np.ones(0), np.zeros(0))
    done: list[Attribution] = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for one in pool.map(lambda k: at([p.draws[k] for p in players]), range(count)):
            done.append(one)
            progress(len(done) / count)
    fair, first, last = (
        np.stack([getattr(a, name) for a in done]) for name in ("fair", "first", "last")
    )
    doubt = np.array([player.doubt for player in players])
    return Shares(best, fair, first, last, np.ones(len(players)), doubt)


def _deviations(
    inquiry: Inquiry,
    story: MonthlyRuns,
    shares: Shares,
    groups: Sequence[list[int]],
    rng: np.random.Generator,
) -> tuple[list[Deviation], Floats]:
    """Name the deviations that are large and sure enough, with draws of what they explain [J]."""
    size = inquiry.promised.electricity
    drawn = np.repeat(shares.fair, REPEATS, axis=0)
    noise = rng.standard_normal((2, *drawn.shape))
    left_out = np.hypot(MODEL_SHARE, shares.doubt)
    fair = drawn * (1 + left_out * noise[0]) + MODEL_FLOOR * size * noise[1]
    kept: list[list[int]] = []
    for group in groups:
        together = fair[:, group].sum(axis=1)
        energy = float(shares.best.fair[group].sum())
        sure = max((together > 0).mean(), (together < 0).mean()) >= LEAST_CONFIDENCE
        if sure and not -LEAST_GAIN * size < energy < LEAST_SHARE * size:
            kept.append(group)
    kept.sort(key=lambda group: -shares.best.fair[group].sum())
    none = np.zeros((len(fair), 0))
    believed = misnamed(np.column_stack([none, *(fair[:, g].sum(axis=1) for g in kept)]), rng)
    named = [
        _deviation(inquiry, story, shares, group, believed[:, n]) for n, group in enumerate(kept)
    ]
    everything = [n for group in kept for n in group]
    exactly = np.repeat(shares.fair[:, everything].sum(axis=1), REPEATS)
    moved = believed.sum(axis=1) - fair[:, everything].sum(axis=1)
    return named, exactly + moved


def _deviation(
    inquiry: Inquiry,
    story: MonthlyRuns,
    shares: Shares,
    group: list[int],
    draws: Floats,
) -> Deviation:
    """Put one group of inseparable suspects into words; the weightiest leads."""
    lead = _lead(group, shares.best.fair)
    energy = Estimate.from_draws(float(shares.best.fair[group].sum()), draws)
    costs = energy.value > 0
    suspect, cause = story.players[lead], BY_CODE[story.players[lead].cause]
    others = [story.players[n] for n in group if n != lead]
    case = inquiry.scene.case
    return Deviation(
        kind=suspect.kind,
        cause=suspect.cause,
        energy=energy,
        saving_if_fixed=_as_sure_as(energy, float(shares.best.last[group].sum())),
        if_alone=_as_sure_as(energy, float(shares.best.first[group].sum())),
        share=0.0,
        confidence=float((draws > 0).mean() if costs else 1.0 - (draws < 0).mean()),
        finding=suspect.finding,
        onset=_onset(suspect, case.period, case.plant.site.timezone),
        merged=tuple(dict.fromkeys(o.kind for o in others if o.kind != suspect.kind)),
        evidence=tuple(cause.evidence(case.plant, case.surveyed)),
        settles_by=settling(_settling_tests(suspect, others), case.plant),
        actions=tuple(Verdict(code, {}) for code in cause.actions),
        course=story.of(group, suspect, shares.factor),
        readings=readings_of(case.plant, cause.seen_at),
    )


def _settling_tests(lead: Suspect, others: Sequence[Suspect]) -> tuple[Verdict, ...]:
    """Return what would tell whether causes are there at all, and what tells them apart."""
    there = (test for one in (lead, *others) for test in one.settles)
    return (*there, *(settled_by(lead.cause, other.cause) for other in others))


def _as_sure_as(energy: Estimate, value: float) -> Estimate:
    """Another energy of the same deviation, known as well as its share of the shortfall. [J]"""
    ends = sorted(value * limit / energy.value for limit in (energy.low, energy.high))
    return Estimate(value, min(ends[0], value), max(ends[1], value))


def _merged(fair: Floats, players: Sequence[Suspect], least: float) -> list[list[int]]:
    """Group players whose energies trade off [J], and those of one kind in the same pumps."""
    groups = [[n] for n in range(len(players))]
    for a, b in combinations(range(len(players)), 2):
        if _same_pumps(players[a], players[b]) or _trade_off(fair[:, a], fair[:, b], least):
            one, other = (next(g for g in groups if n in g) for n in (a, b))
            if one is not other:
                one.extend(other)
                groups.remove(other)
    return groups


def _less_gains(
    groups: Sequence[list[int]], players: Sequence[Suspect], fair: Floats
) -> list[list[int]]:
    """Join what saves to the costliest at the same place: that costs so much less."""
    costs = [list(g) for g in groups if fair[g].sum() > 0]
    alone = []
    for gain in (list(g) for g in groups if fair[g].sum() <= 0):
        place = BY_CODE[players[_lead(gain, fair)].cause].seen_at
        beside = [
            c
            for c in costs
            if BY_CODE[players[_lead(c, fair)].cause].seen_at is place
            and fair[c].sum() + fair[gain].sum() > 0
        ]
        if beside:
            max(beside, key=lambda c: float(fair[c].sum())).extend(gain)
        else:
            alone.append(gain)
    return costs + alone


def _lead(group: Sequence[int], fair: Floats) -> int:
    """Return what a group is named after: its costliest, or what saves most where it saves."""
    saves = fair[list(group)].sum() < 0
    return max(group, key=lambda n: -fair[n] if saves else fair[n])


def _same_pumps(one: Suspect, other: Suspect) -> bool:
    place = BY_CODE[one.cause].seen_at
    same = one.kind is other.kind and place is BY_CODE[other.cause].seen_at
    return same and place in PUMPS


def _trade_off(one: Floats, other: Floats, least: float) -> bool:
    if min(one.std(), other.std()) < least:
        return False
    return bool(np.corrcoef(one, other)[0, 1] < INSEPARABLE)


def _onset(suspect: Suspect, period: Period, timezone: str) -> date | None:
    """Return the local day on which a cause began; none where it was there before."""
    if suspect.onset is None:
        return None
    begun = period.start + np.timedelta64(suspect.onset, "h")
    day: date = local_days(np.array([begun]), timezone)[0].astype(object)
    return day
