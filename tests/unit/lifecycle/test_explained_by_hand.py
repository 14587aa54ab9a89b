"""The explanation piece by piece: what is weighed, named, put into words and left over."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import explain
from loopkeeper.lifecycle.diagnose.boundaries import Shares
from loopkeeper.lifecycle.diagnose.cause import SeenAt
from loopkeeper.lifecycle.diagnose.shapley import Attribution
from loopkeeper.measure.series import Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.deviation import DeviationKind


class Dice:
    """Noise that is known: every normal is one, those of a second row two."""

    def __init__(self):
        self.asked = []

    def standard_normal(self, shape):
        self.asked.append(shape)
        noise = np.ones(shape)
        if np.ndim(noise) == 3:
            noise[1] = 2.0
        return noise

    def normal(self, mean, deviation, count):
        self.asked.append(deviation)
        return np.full(count, mean + deviation)


def shares_of(fair, drawn, doubt=0.0):
    fair, drawn = np.array(fair, float), np.array(drawn, float)
    best = Attribution(fair, 0.5 * fair, 2.0 * fair, float(fair.sum()))
    count = len(fair)
    return Shares(best, drawn, drawn, drawn, np.ones(count), np.broadcast_to(doubt, (count,)))


@dataclass(frozen=True)
class Named:
    """An energy and its share."""

    energy: Estimate
    share: float = 0.0


# -- energies


def test_meters_are_off_by_their_own_shares():
    """Both by two standard deviations, downwards."""
    dice = SimpleNamespace(standard_normal=lambda count: np.full(count, -2.0))
    inquiry = SimpleNamespace(
        scene=SimpleNamespace(
            case=SimpleNamespace(doubt=SimpleNamespace(electricity=0.02, heat=0.05))
        ),
        measured=300.0,
        promised=explain.Promised(200.0, 210.0),
    )
    found = explain._meter_draws(inquiry, 3, dice)
    assert found.measured == pytest.approx([288.0] * 3)
    assert found.promised == pytest.approx([180.0] * 3)


def weighed(monkeypatch, players):
    """Players add their values; a plant costs the square of what it is."""
    monkeypatch.setattr(
        explain, "Counterfactuals", lambda _: SimpleNamespace(value=lambda plant: plant**2)
    )
    done = []
    return explain._attribute("setting", 1.0, players, done.append), done


def adding(value, draws, doubt=0.0):
    return SimpleNamespace(
        apply=lambda plant, more: plant + float(more),
        value=np.array(value),
        draws=np.array(draws),
        doubt=doubt,
    )


def test_energies_are_shared_at_the_best_estimate_and_at_every_draw(monkeypatch):
    """From 1 to (1 + 2 + 3)²: alone 8 and 15, last 20 and 27, fair the mean of both."""
    players = [adding(2.0, [1.0, 2.0], 0.3), adding(3.0, [1.0, 0.0], 0.4)]
    found, done = weighed(monkeypatch, players)
    assert found.best.first == pytest.approx([8.0, 15.0])
    assert found.best.last == pytest.approx([20.0, 27.0])
    assert found.best.fair == pytest.approx([14.0, 21.0])
    assert found.fair == pytest.approx(np.array([[4.0, 4.0], [8.0, 0.0]]))
    assert found.first == pytest.approx(np.array([[3.0, 3.0], [8.0, 0.0]]))
    assert found.last == pytest.approx(np.array([[5.0, 5.0], [8.0, 0.0]]))
    assert (found.factor.tolist(), found.doubt.tolist()) == ([1.0, 1.0], [0.3, 0.4])
    assert done == [0.5, 1.0]


def test_without_suspects_there_are_two_hundred_draws_of_nothing(monkeypatch):
    found, done = weighed(monkeypatch, [])
    assert found.fair.shape == found.first.shape == found.last.shape == (200, 0)
    assert (found.best.total, len(found.factor), len(found.doubt), done) == (0.0, 0, 0, [])


@pytest.mark.parametrize(("more", "kept"), [(0.41, True), (0.39, False), (-0.41, True)])
def test_suspects_count_from_four_in_a_thousand_of_the_electricity_on(more, kept):
    court = SimpleNamespace(value=lambda plant: plant)
    one = adding(more, [])
    assert explain._players(court, 100.0, [one], 100.0) == ([one] if kept else [])


def test_the_seven_weightiest_are_kept_in_their_order():
    court = SimpleNamespace(value=lambda plant: plant)
    sizes = (5.0, -9.0, 6.0, 1.0, 7.0, 8.0, -2.0, 3.0, 4.0)
    kept = explain._players(court, 100.0, [adding(size, []) for size in sizes], 100.0)
    assert [float(one.value) for one in kept] == [5.0, -9.0, 6.0, 7.0, 8.0, 3.0, 4.0]


# -- which are named


def named(monkeypatch, shares, groups=None, size=1000.0):
    """Groups that are named with their draws, and what they explain."""
    believed = []

    def misnamed(energies, _):
        believed.append(energies.copy())
        return 0.75 * energies

    monkeypatch.setattr(explain, "misnamed", misnamed)
    monkeypatch.setattr(
        explain, "_deviation", lambda _, __, ___, group, draws: (group, draws.tolist())
    )
    inquiry = SimpleNamespace(promised=explain.Promised(size, size))
    groups = [[n] for n in range(len(shares.best.fair))] if groups is None else groups
    found, explained = explain._deviations(inquiry, None, shares, groups, Dice())
    return found, explained, believed[0]


def test_draws_stray_by_what_the_model_leaves_out_of_an_energy_and_of_the_promise(monkeypatch):
    """28 % and a doubt of 21 %: 35; two times 0.4 % of a thousand; what is left is exact."""
    shares = shares_of([300.0, 200.0], [[300.0, 200.0], [100.0, 400.0]], [0.21, 0.0])
    found, explained, energies = named(monkeypatch, shares)
    first = np.repeat([300.0 * 1.35 + 8.0, 100.0 * 1.35 + 8.0], 25)
    second = np.repeat([200.0 * 1.28 + 8.0, 400.0 * 1.28 + 8.0], 25)
    assert energies == pytest.approx(np.column_stack([first, second]))
    assert [group for group, _ in found] == [[0], [1]]
    assert found[0][1] == pytest.approx(0.75 * first)
    assert found[1][1] == pytest.approx(0.75 * second)
    assert explained == pytest.approx(500.0 - 0.25 * (first + second))


@pytest.mark.parametrize(
    ("energy", "is_named"), [(10.1, True), (9.9, False), (-99.0, False), (-101.0, True)]
)
def test_a_cost_of_a_hundredth_or_a_saving_of_a_tenth_is_named(monkeypatch, energy, is_named):
    drawn = np.full((20, 1), energy)
    found, explained, energies = named(monkeypatch, shares_of([energy], drawn))
    assert bool(found) is is_named
    assert energies.shape == (500, int(is_named))
    assert explained.shape == (500,)
    assert is_named or not explained.any()


@pytest.mark.parametrize(("sure", "is_named"), [(18, True), (17, False)])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_nine_tenths_of_the_draws_have_the_sign_of_what_is_named(
    monkeypatch, sure, is_named, sign
):
    drawn = sign * np.where(np.arange(20) < sure, 300.0, -300.0)
    found = named(monkeypatch, shares_of([sign * 300.0], drawn[:, None]))[0]
    assert bool(found) is is_named


def test_groups_are_named_together_the_costliest_first(monkeypatch):
    fair = [30.0, -200.0, 100.0, 8.0]
    shares = shares_of(fair, np.tile(fair, (2, 1)))
    found = named(monkeypatch, shares, [[1], [0, 3], [2]])[0]
    assert [group for group, _ in found] == [[2], [0, 3], [1]]
    assert found[1][1][0] == pytest.approx(0.75 * (38.0 * 1.28 + 16.0))


# -- in words


class Plant(str):
    """A plant of no more than its name, in China."""

    __slots__ = ()
    site = SimpleNamespace(timezone="Asia/Shanghai")


PERIOD = Period(
    np.datetime64("2024-03-30T16:00:00", "s"), np.datetime64("2025-03-30T16:00:00", "s")
)


def suspect(cause, kind=DeviationKind.HYDRAULIC, onset=None):
    return SimpleNamespace(
        cause=cause,
        kind=kind,
        onset=onset,
        finding=f"found {cause}",
        settles=(f"is {cause} there",),
    )


@pytest.mark.parametrize(
    ("onset", "zone", "day"),
    [
        (None, "Asia/Shanghai", None),
        (0, "Asia/Shanghai", date(2024, 3, 31)),
        (23, "Asia/Shanghai", date(2024, 3, 31)),
        (24, "Asia/Shanghai", date(2024, 4, 1)),
        (-1, "Asia/Shanghai", date(2024, 3, 30)),
        (7, "UTC", date(2024, 3, 30)),
        (8, "UTC", date(2024, 3, 31)),
    ],
)
def test_what_began_has_its_day_on_the_site_s_own_calendar(onset, zone, day):
    """The period begins at midnight of 31 March in China, four in the afternoon before in UTC."""
    assert explain._onset(suspect("a", onset=onset), PERIOD, zone) == day


def told(monkeypatch, fair, draws, group):
    players = (
        suspect("a", DeviationKind.HYDRAULIC, 24),
        suspect("b", DeviationKind.OPERATION, 48),
        suspect("c", DeviationKind.HYDRAULIC),
        suspect("d", DeviationKind.DESIGN),
        suspect("e", DeviationKind.DESIGN),
    )
    causes = {
        p.cause: SimpleNamespace(
            evidence=lambda plant, surveyed, c=p.cause: [f"{plant} {surveyed} {c}"],
            actions=(f"mend {p.cause}",),
            seen_at=SeenAt.LOAD,
        )
        for p in players
    }
    monkeypatch.setattr(explain, "BY_CODE", causes)
    monkeypatch.setattr(explain, "Verdict", lambda code, figures: (code, figures))
    monkeypatch.setattr(explain, "settled_by", lambda one, other: f"{one} or {other}")
    monkeypatch.setattr(explain, "settling", lambda tests, plant: (*tests, plant))
    monkeypatch.setattr(explain, "readings_of", lambda plant, place: (plant, place))
    plant = Plant("plant")
    case = SimpleNamespace(plant=plant, surveyed="survey", period=PERIOD)
    inquiry = SimpleNamespace(scene=SimpleNamespace(case=case))
    story = SimpleNamespace(players=players, of=lambda *args: args)
    shares = shares_of(fair, [fair])
    return explain._deviation(inquiry, story, shares, group, np.array(draws)), players, shares


def test_a_deviation_is_named_after_its_costliest_and_tells_what_it_may_be_instead(monkeypatch):
    found, players, shares = told(
        monkeypatch, [20.0, 60.0, 10.0, 5.0, 5.0], [50.0, 110.0, -10.0, 90.0], [0, 1, 2, 3, 4]
    )
    assert (found.cause, found.kind, found.finding) == ("b", players[1].kind, "found b")
    assert found.merged == (DeviationKind.HYDRAULIC, DeviationKind.DESIGN)
    assert found.energy == Estimate.from_draws(100.0, np.array([50.0, 110.0, -10.0, 90.0]))
    assert (found.saving_if_fixed.value, found.if_alone.value) == (200.0, 50.0)
    assert found.saving_if_fixed.high == pytest.approx(2 * found.energy.high)
    assert (found.confidence, found.share) == (0.75, 0.0)
    assert found.onset == date(2024, 4, 2)
    assert found.evidence == ("plant survey b",)
    assert found.actions == (("mend b", {}),)
    assert found.settles_by == (
        *(f"is {c} there" for c in "bacde"),
        *(f"b or {c}" for c in "acde"),
        "plant",
    )
    assert found.readings == ("plant", SeenAt.LOAD)
    assert found.course == ([0, 1, 2, 3, 4], players[1], shares.factor)


def test_a_saving_is_named_after_what_saves_most_and_is_as_sure_as_its_sign(monkeypatch):
    found, _, _ = told(
        monkeypatch, [10.0, -30.0, 0.0, 0.0, 0.0], [-20.0, -25.0, -15.0, 5.0, 0.0], [0, 1]
    )
    assert found.cause == "b"
    assert found.merged == (DeviationKind.HYDRAULIC,)
    assert found.confidence == pytest.approx(0.4)
    assert found.sure == pytest.approx(0.6)


# -- the whole


def explained(monkeypatch, energies, *, renewed=False):
    """
    A diagnosis of 1300 J measured of 1000 promised, the design run 1030, the design's plant 1100.

    Named deviations have these energies and explain 120 J in all draws.
    """
    deviations = [Named(Estimate.exact(e)) for e in energies]
    asked = SimpleNamespace()
    two = np.array([[60.0, 40.0]] * 2)
    shares = shares_of([60.0, 40.0], two)

    def note(name, answer):
        def call(*args):
            setattr(asked, name, args)
            return answer

        monkeypatch.setattr(explain, name, call)

    court = SimpleNamespace(value=lambda _: 1100.0)
    note("Counterfactuals", court)
    note("_players", ["one", "other"])
    note("_attribute", shares)
    note("tell", SimpleNamespace(stage=SimpleNamespace(base=SimpleNamespace(run="period run"))))
    note("_merged", "merged")
    note("onto_meters", shares_of([50.0, 70.0], two))
    note("_less_gains", "grouped")
    note("_deviations", (deviations, np.full(50, 120.0)))
    note("weather_parts", ("part",))
    note("unexplained_weather", ("weather",))
    note("worth_of_names", ("names",))
    source = SimpleNamespace(traits=SimpleNamespace(renewed=renewed))
    plant = SimpleNamespace(source=source, site=SimpleNamespace(timezone="UTC"))
    case = SimpleNamespace(
        plant=plant, period=PERIOD, doubt=SimpleNamespace(electricity=0.02, heat=0.05)
    )
    scene = SimpleNamespace(
        case=case,
        setting=SimpleNamespace(heating=7.0, cooling=8.0),
        model=SimpleNamespace(ground="ground", system="system"),
    )
    inquiry = explain.Inquiry(
        scene=scene,
        promised=explain.Promised(1000.0, 1030.0),
        design_run="design run",
        measured=1300.0,
        expected=Estimate.exact(1200.0),
        effects="effects",
        cautions=("said",),
    )
    dice = Dice()
    return explain.explain(inquiry, ["suspects"], dice), asked, dice


def test_a_diagnosis_closes(monkeypatch):
    """Weather and use take 70; of 300 J more than promised 80 and 30 are named, 120 are left."""
    found, asked, dice = explained(monkeypatch, [80.0, 30.0])
    assert (found.promised.value, found.measured.value) == (1000.0, 1300.0)
    assert found.promised.high == pytest.approx(1050.0)
    assert found.measured.high == pytest.approx(1326.0)
    assert (found.shortfall.value, found.shortfall.low) == (300.0, pytest.approx(276.0))
    assert found.exogenous == Estimate.normal(70.0, 0.25 * 70.0 + 3.0)
    assert found.unexplained.value == pytest.approx(120.0)
    loose = np.hypot(0.02 * 1300.0, 30.0)
    assert dice.asked[-1] == pytest.approx(loose)
    drawn = 276.0 - 70.0 - 120.0 + loose
    assert (found.unexplained.low, found.unexplained.high) == pytest.approx((120.0, drawn))
    assert [d.share for d in found.deviations] == pytest.approx([80 / 230, 30 / 230])
    assert found.unexplained_share == pytest.approx(120 / 230)
    assert not found.healthy
    assert found.cautions == ("said", "weather", "names")
    assert found.weather_parts == ("part",)
    assert found.expected.value == 1200.0
    assert (found.period, found.boundary) == (PERIOD, "GB/T 50801")
    assert asked.worth_of_names == (2,)
    assert asked.unexplained_weather == (("part",), 1000.0)


def test_what_is_weighed_is_handed_on(monkeypatch):
    _, asked, dice = explained(monkeypatch, [80.0])
    base = asked._players[1]
    assert (base.ground, base.system, base.unbalanced, base.sized) == (
        "ground",
        "system",
        False,
        False,
    )
    assert asked._players[2:] == (["suspects"], 1100.0)
    assert asked.tell[2:] == (["one", "other"], (1300.0, 1070.0), "UTC")
    assert asked._merged[1:] == (["one", "other"], 0.5)
    assert asked.onto_meters[2:4] == ("effects", 1000.0)
    assert asked._less_gains[:2] == ("merged", ["one", "other"])
    assert asked._less_gains[2].tolist() == [50.0, 70.0]
    assert asked._deviations[3] == "grouped"
    assert asked.weather_parts == ("system", "design run", "period run", (7.0, 8.0))
    assert dice.asked[:2] == [50, 50]  # 25 for each of two draws


def test_of_sources_that_renew_the_balance_of_the_years_is_no_cause(monkeypatch):
    _, asked, _ = explained(monkeypatch, [80.0], renewed=True)
    assert asked._players[1].unbalanced


@pytest.mark.parametrize(
    ("energies", "healthy"), [([], True), ([-150.0], True), ([-150.0, 10.0], False)]
)
def test_a_plant_without_costs_is_healthy(monkeypatch, energies, healthy):
    assert explained(monkeypatch, energies)[0].healthy is healthy
