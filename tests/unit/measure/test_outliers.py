"""Excursions and outliers: each rule on a course of a constant, thresholds from both sides."""

import numpy as np
import pytest

from loopkeeper.measure import outliers
from loopkeeper.measure.admitted import Segments
from loopkeeper.measure.contradiction import contradicted
from loopkeeper.measure.excursions import (
    course_of,
    crowded,
    excursions,
    flipped,
    runs_of,
    sentinels,
)
from loopkeeper.measure.outliers import (
    _alike,
    _beyond_habit,
    _driven,
    _Off,
    _stages,
    _warm,
    judge,
    usual,
)
from loopkeeper.measure.witnesses import MovingPoint, explained, informative, witness_of
from loopkeeper.plant.points import Point, Statistic

COUNT = 100
STEP = 600_000_000
START = np.arange(COUNT) * STEP


def point(quantity="electricity_power", of="hp1"):
    return Point(id="P", quantity=quantity, of=of, statistic=Statistic.MEAN, unit="")


def stretch(value):
    start = np.arange(len(value)) * STEP
    return Segments(start, start + STEP, np.asarray(value, float), np.zeros(len(value), np.uint8))


def witness(*moves, steady=False, value=None, of=None):
    """A point that moves at these readings."""
    laid = stretch(np.full(COUNT, 10.0) if value is None else value)
    return MovingPoint(of or point(), np.array(moves, int) * STEP, steady, laid, 5.0, 5.0)


def placed(changes, base=10.0, count=COUNT):
    value = np.full(count, float(base))
    for place, reading in changes.items():
        value[place] = reading
    return value


def off(changes, base=10.0, crowd=(), count=COUNT):
    """Readings off a constant course where they are changed."""
    value = placed(changes, base, count)
    odd = value != base
    crowded_at = np.isin(np.arange(count), crowd)
    return _Off(value, np.full(count, float(base)), odd, odd.copy(), crowded_at, twofold=False)


def places(mask):
    return np.flatnonzero(mask).tolist()


# -- excursions


def test_runs_have_a_first_and_a_last():
    first, last = runs_of(np.array([True, False, True, True, False, True]))
    assert (first.tolist(), last.tolist()) == ([0, 2, 5], [0, 3, 5])
    assert len(runs_of(np.zeros(3, bool)).first) == 0


def test_a_course_bears_four_of_nine_and_gives_way_to_five():
    value = placed(dict.fromkeys(range(40, 44), 50.0))
    assert course_of(value).tolist() == [10.0] * COUNT
    assert course_of(placed(dict.fromkeys(range(40, 45), 50.0)))[42] == 50.0


def test_a_place_is_crowded_with_five_wrong_of_nine():
    wrong = np.isin(np.arange(COUNT), (50, 52, 54, 56, 58))
    assert places(crowded(wrong)) == [54]
    assert not crowded(wrong & (np.arange(COUNT) < 58)).any()


def test_an_excursion_is_eight_usual_distances_and_beyond_what_is_noticed():
    """The median distance is 1: 8 · 1.4826 = 11.86."""
    distance = np.array([1.0] * 7 + [11.8, 11.9])
    assert places(excursions(distance, 5.0)) == [8]
    assert places(excursions(distance, 11.85)) == [8]
    assert places(excursions(distance, 11.95)) == []
    assert places(excursions(np.array([0.0, 0.0, 0.0, 2.0, 2.1]), 2.0)) == [4]


def test_readings_of_the_wrong_sign_come_and_go_by_leaps():
    assert places(flipped(placed({30: -10.0, 31: -9.0, 60: -3.4, 70: -3.2}), 3.0)) == [30, 31, 60]
    slope = {30: 4.0, 31: 2.0, 32: 0.0, 33: -2.0, 34: -4.0, 35: -6.0}
    assert places(flipped(placed(slope), 3.0)) == []
    assert places(flipped(placed({0: -10.0, 99: -10.0}), 3.0)) == [0, 99]


def varied(changes, count=COUNT):
    """Readings that never repeat, around 10."""
    value = 10.0 + 0.01 * np.arange(count)
    for place, reading in changes.items():
        value[place] = reading
    return value


@pytest.mark.parametrize(
    ("reading", "times", "found"),
    [(50.0, 3, True), (50.0, 2, False), (85.0, 2, True), (-127.0, 2, True), (85.0, 1, False)],
)
def test_a_foreign_value_recurs_thrice_or_is_known_and_recurs(reading, times, found):
    where = [20, 40, 60][:times]
    mask = sentinels(varied(dict.fromkeys(where, reading)), 3.0)
    assert places(mask) == (where if found else [])


def test_a_run_of_four_at_a_point_that_never_repeats_is_foreign_at_once():
    for length, found in ((4, True), (3, False)):
        where = range(20, 20 + length)
        mask = sentinels(varied(dict.fromkeys(where, 50.0)), 3.0)
        assert bool(places(mask)) is found


def test_more_than_a_quarter_of_all_readings_is_no_foreign_value():
    for times, found in ((25, True), (26, False)):
        where = range(1, 3 * times, 3)
        mask = sentinels(varied(dict.fromkeys(where, 50.0)), 3.0)
        assert places(mask) == (list(where) if found else [])


def test_values_like_a_foreign_one_are_rare():
    """At most half as many within half of what is noticed."""
    where = dict.fromkeys((20, 30, 40, 50), 50.0)
    for more, found in (({60: 51.0, 70: 49.0}, True), ({60: 51.0, 70: 49.0, 80: 51.4}, False)):
        mask = sentinels(varied(where | more), 3.0)
        assert places(mask) == (list(where) if found else [])
    far = sentinels(varied(where | {60: 51.6, 70: 48.4, 80: 51.7}), 3.0)
    assert places(far) == list(where)


def test_before_and_after_a_foreign_value_the_point_reads_the_same():
    steps = np.where(np.arange(COUNT) % 20 < 10, 10.0, 90.0) + 0.001 * np.arange(COUNT)
    steps[[10, 20, 30, 40]] = 50.0  # 40 away from either side, which are 80 apart
    assert not sentinels(steps, 3.0).any()


# -- flow and power


def test_what_a_flow_usually_reads_is_the_median_of_what_is_not_nought():
    assert usual(np.array([0.0, 0.0, 0.0, -4.0, 6.0, 8.0])) == 6.0
    assert usual(np.zeros(3)) == 0.0


@pytest.mark.parametrize(
    ("reading", "kind"),
    [
        (0.0, "odd"),
        (0.49, "odd"),
        (0.51, ""),
        (5.0, ""),
        (19.9, ""),
        (20.1, "odd"),
        (-0.51, "odd"),
        (49.9, "odd"),
        (50.1, "absurd"),
        (-50.1, "absurd"),
    ],
)
def test_means_are_odd_at_rest_backwards_or_beyond_twice_their_reach(reading, kind):
    """Eleven at 0 move the sum enough; one reading beside them is judged."""
    changes = dict.fromkeys(range(2, 46, 4), 0.0) | {70: reading}
    absurd, odd = _driven(START, off(changes), [witness(steady=True)], means=True)
    assert places(absurd) == ([70] if kind == "absurd" else [])
    assert places(odd) == [*range(2, 46, 4)] + ([70] if kind == "odd" else [])


def test_instants_are_odd_wherever_they_leave_their_course():
    changes = dict.fromkeys(range(2, 46, 4), 0.0) | {70: 5.0}
    _, odd = _driven(START, off(changes), [witness(steady=True)], means=False)
    assert places(odd) == [*range(2, 46, 4), 70]


@pytest.mark.parametrize(("readings", "left"), [({50: 0.2}, True), ({50: 0.2, 60: 9.0}, False)])
def test_oddities_of_less_than_a_hundredth_of_the_sum_are_left_alone(readings, left):
    """990.2 in sum: 9.8 are less than 9.9, and 10.8 are not less than 9.99."""
    _, odd = _driven(START, off(readings), [witness(steady=True)], means=False)
    assert places(odd) == ([] if left else [50, 60])


def test_without_a_witness_odd_readings_stay_unless_they_are_many_and_unlike():
    few = off(dict.fromkeys((10, 20), 3.0))
    assert [places(m) for m in _driven(START, few, [], means=False)] == [[], []]
    many = off({10: 3.0, 20: 18.0, 30: 6.0})
    assert _driven(START, many, [], means=False) is None
    rests = off(dict.fromkeys((10, 20, 30), 0.0))  # who often rests is not erratic
    assert [places(m) for m in _driven(START, rests, [], means=False)] == [[], []]


@pytest.mark.parametrize(
    ("distances", "alike"),
    [
        ([5.0] * 20, True),
        ([5.0] * 19, False),
        ([-5.0] * 20, True),
        ([5.0] * 19 + [-5.0], False),
        ([5.0] * 20 + [-5.0], True),
        ([3.6, 6.4] * 10 + [5.0], True),
        ([3.4, 6.6] * 10 + [5.0], False),
    ],
)
def test_cycles_are_many_to_one_side_and_about_as_far(distances, alike):
    changes = {3 * k: 10.0 + d for k, d in enumerate(distances)}
    assert _alike(off(changes)) is alike


# -- temperatures


@pytest.mark.parametrize(
    ("distances", "stages"),
    [
        (np.linspace(3, 4, 20), True),
        (np.linspace(3, 4, 19), False),
        (np.linspace(4, 4.99, 20), True),
        (np.linspace(4.2, 5.2, 20), False),
        ([3.0] * 6 + list(np.linspace(3.1, 4, 14)), False),
        ([3.0] * 5 + list(np.linspace(3.1, 4, 15)), True),
        (np.concatenate([np.linspace(1.1, 1.5, 10), np.linspace(4, 4.9, 10)]), False),
    ],
)
def test_stages_are_many_values_about_as_far_and_within_five_kelvin(distances, stages):
    changes = {3 * k: 10.0 + d for k, d in enumerate(distances)}
    assert _stages(off(changes)) is stages


@pytest.mark.parametrize(("far", "spike"), [(4.9, False), (5.1, True), (-5.1, True)])
def test_a_lone_temperature_spikes_beyond_five_kelvin(far, spike):
    found, dropout = _warm(START, off({50: 10.0 + far}), [])
    assert places(found) == ([50] if spike else [])
    assert not dropout.any()


def test_a_lone_temperature_that_steps_far_of_itself_spikes_four_times_farther():
    value = np.where(np.arange(COUNT) // 25 % 2, 12.0, 10.0)  # steps of 2 K: 8 K
    for far, spike in ((7.9, False), (8.1, True)):
        changed = value.copy()
        changed[60] += far
        own = np.arange(COUNT) == 60
        judged = _Off(changed, value, own, own.copy(), np.zeros(COUNT, bool), twofold=False)
        assert bool(_warm(START, judged, [])[0].any()) is spike


def test_many_excursions_of_a_lone_temperature_are_refused_unless_alike():
    unlike = off({10: 30.0, 20: -20.0, 30: 17.0})
    assert _warm(START, unlike, []) is None
    for count, refused in ((20, False), (21, True)):  # a fiftieth of a thousand
        odd = off({3 * k: 10.0 + 2.0 * k + 2.0 for k in range(count)}, count=1000)
        assert (_warm(np.arange(1000) * STEP, odd, []) is None) is refused
    cycles = off(dict.fromkeys(range(0, 60, 3), 17.0))
    assert [places(m) for m in _warm(START, cycles, [])] == [[], []]


def test_beside_a_seldom_witness_few_excursions_are_odd_when_far_crowded_or_repeated():
    quiet = [witness(1)]
    found, _ = _warm(START, off({50: 13.0, 60: 15.1}), quiet)
    assert places(found) == [60]
    found, _ = _warm(START, off({50: 13.0}, crowd=(50,)), quiet)
    assert places(found) == [50]
    often, _ = _warm(START, off({50: 13.0, 60: 12.0, 70: 14.0}), quiet)
    assert places(often) == [50, 60, 70]  # three of a hundred are no accident
    thrice = off(dict.fromkeys((50, 150, 250), 13.0) | {90: 12.0}, count=300)
    found, _ = _warm(np.arange(300) * STEP, thrice, quiet)
    assert places(found) == [50, 150, 250]


def test_a_log_of_changes_spikes_beyond_what_its_own_steps_do():
    for top, spike in ((49.0, False), (51.0, True)):
        judged = off({50: top}, count=1000)
        assert bool(_beyond_habit(judged, warm=False).any()) is spike
    for far, spike in ((4.9, False), (5.1, True)):
        judged = off({50: 10.0 + far}, count=1000)
        assert bool(_beyond_habit(judged, warm=True).any()) is spike


def test_a_point_of_few_readings_or_of_small_steps_is_sound():
    for count, judged in ((23, False), (24, True)):  # one in 24 is more than an accident
        found = judge(START[:count], placed({10: 90.0}, count=count), [], None)
        assert (found.erratic is not None) is judged
    for far in (0.99, -0.99):
        assert not judge(START, placed({50: 10 + far}), [], None).spike.any()


def test_with_three_tenths_left_out_a_point_is_not_believed(monkeypatch):
    for odd, erratic in ((30, False), (31, True)):
        mask = np.arange(COUNT) < odd
        monkeypatch.setattr(outliers, "_decided", lambda *_, m=mask, **__: (m, m & False))
        found = judge(START, placed({50: 90.0}), [], None)
        assert (found.erratic is not None) is erratic
        assert found.spike.sum() == (0 if erratic else odd)


# -- witnesses and partners


def test_a_witness_moves_by_a_fifth_of_its_range_and_half_is_its_middle():
    value = np.where(np.arange(COUNT) % 50 < 25, 100.0, 0.0)
    found = witness_of(point(), stretch(value))
    assert (found.moves // STEP).tolist() == [25, 50, 75]
    assert (found.middle, found.reach, found.steady) == (50.0, 50.0, False)
    assert found.high_at(START[[0, 30]]).tolist() == [True, False]
    assert witness_of(point(), stretch(value[:23])) is None
    assert witness_of(point(), stretch(value[:24])).steady


def test_a_witness_runs_above_a_fifth_of_its_reach_and_not_far_beyond_its_range():
    value = placed({1: 1.9, 2: 2.1, 3: 19.9, 4: 20.1, 5: np.nan})
    seen = witness(value=value)
    assert seen.running_at(START[:6]).tolist() == [True, False, True, True, False, False]
    assert seen.high_at(START[:6]).tolist() == [True, False, False, True, False, False]


def test_a_seldom_witness_moves_at_less_than_a_fifth_of_readings():
    assert informative(START, [witness(*range(19))])
    assert not informative(START, [witness(*range(20))])


def test_excursions_at_a_witness_s_moves_are_explained():
    own = off(dict.fromkeys((10, 30, 50, 70), 30.0))
    runs = runs_of(own.off)
    told, moved = explained(START, runs, [witness(10, 30, 50, 90)])
    assert told.tolist() == [True, True, True, False]
    assert places(moved) == [10, 30, 50, 90]
    one_late, _ = explained(START, runs, [witness(9, 29, 49, 69)])
    assert one_late.all()
    none, marks = explained(START, runs, [witness(15, 35, 55, 75)])
    assert not none.any()
    assert not marks.any()
    assert not explained(START, runs, [witness(10, 30, 50, 70)], whole=True)[0].any()
    both = [p for k in (10, 30, 50, 70) for p in (k, k + 1)]
    assert explained(START, runs, [witness(*both)], whole=True)[0].all()


def test_a_flow_that_rests_while_its_pump_runs_is_contradicted():
    pump = witness(value=placed(dict.fromkeys(range(60, 100), 0.0)))
    value = placed({10: 0.0, 20: 0.49, 30: 0.51, 70: 0.0})
    assert places(contradicted(START, value, [pump])) == [10, 20]
    assert not contradicted(START, value, []).any()
    for wrong, believed in ((29, True), (30, False)):
        rests = placed(dict.fromkeys(range(wrong), 0.0))
        assert contradicted(START, rests, [pump]).any() == believed


def test_heat_goes_on_for_three_readings_after_the_draw():
    heat = witness(of=point("heat_power", "load"))
    for length, told in ((3, False), (4, True)):
        value = placed(dict.fromkeys(range(20, 20 + length), 0.0))
        assert contradicted(START, value, [heat]).any() == told
    short = witness(
        of=point("heat_power", "load"), value=placed(dict.fromkeys((19, 22), 0.0))
    )  # as long as the heat itself
    assert places(contradicted(START, placed({20: 0.0, 21: 0.0}), [short])) == [20, 21]
