"""What a register may count, what it counted across an event, and when it is not believed."""

import numpy as np
import pytest

from loopkeeper.measure.admitted import Flag
from loopkeeper.measure.counter import (
    Counted,
    _bridged,
    _closed,
    _credible,
    _doubtful,
    _kept,
    _learnt,
    _other_way,
    _raised,
    _rules,
    count_increments,
)
from loopkeeper.measure.courses import (
    CAUGHT_UP,
    FAST,
    JUMP,
    LOST,
    OVERLAP,
    RESET,
    ROLLOVER,
    USUAL,
    CounterCourse,
    Rules,
    Stretches,
)
from loopkeeper.measure.register_turns import Direction


def stretches(*rows):
    """Stretches as ``(first, last, start value, end value, size, rises)``, a reading in 100 s."""
    first, last, low, high, size, rises = (np.array(c) for c in zip(*rows, strict=True))
    return Stretches(
        first,
        last,
        last - (last > first + 1),
        100.0 * first,
        100.0 * last,
        100.0 * last,
        low.astype(float),
        high.astype(float),
        size.astype(float),
        1.0 + rises,
        rises,
    )


def course(chosen, *way):
    return CounterCourse(np.array(chosen), np.array([USUAL, *way]))


RULES = Rules(mean=0.1, usual=1.0, fastest=10.0, slack=2.0, rounding=0.5)


# -- rules


def test_few_rises_allow_fifty_times_their_usual_rate():
    """Rises of 2, 4 and 12 in 10, 10 and 40 s: rates of 0.2, 0.4 and 0.3; 60 of 80 s rise."""
    count = np.array([500_000.0, 500_002.0, 500_002.0, 500_006.0, 500_018.0])
    duration = np.array([10.0, 20.0, 10.0, 40.0])
    found = _rules(np.diff(count), duration, count, None)
    assert found.mean == pytest.approx(0.3 * 60 / 80)
    assert found.usual == found.fastest == pytest.approx(50 * 0.3)
    assert found.slack == pytest.approx(2 * (2 + 0.02 * 2))
    assert found.rounding == pytest.approx(2e-6 * 500_002)
    named = _rules(np.diff(count), duration, count, 7.0)
    assert (named.usual, named.fastest) == (7.0, 7.0)


def test_many_rises_allow_twice_the_rate_that_two_in_a_hundred_pass():
    """Rates of 1 to 21 in steps of 1: the 98 % quantile lies at 20.6, the median at 11."""
    step = np.arange(1.0, 22.0)
    count = np.append(0.0, np.cumsum(step))
    found = _rules(step, np.ones(21), count, None)
    assert found.usual == pytest.approx(2 * 20.6)
    assert found.fastest == pytest.approx(50 * 11)
    assert found.mean == pytest.approx(11.0)
    named = _rules(step, np.ones(21), count, 3.0)
    assert named.fastest == pytest.approx(3 * 20.6)
    twenty = _rules(step[:20], np.ones(20), count[:21], 0.5)
    assert twenty.usual == pytest.approx(2 * 19.62)
    nineteen = _rules(step[:19], np.ones(19), count[:20], 0.5)
    assert nineteen.usual == nineteen.fastest == 0.5


def test_a_register_that_never_rises_may_only_round():
    found = _rules(np.array([0.0, -1.0]), np.ones(2), np.array([-3e6, -3e6, -3e6 - 1]), 4.0)
    assert found[:5] == (0.0, 0.0, 0.0, 0.0, pytest.approx(6.0))


def test_rules_are_learnt_from_rises_amid_rises():
    """One count in 100 s by 2 and then by 4, and in a tenth of the readings nothing, as a zero."""
    count = 1000 + np.cumsum(np.tile([2.0, 4.0], 150))
    count[np.arange(5, 300, 10)] = 0.0
    seconds = 100.0 * np.arange(300)
    found = _learnt(seconds, count, 0.5, None)
    assert found.slack == pytest.approx(2 * 2.0)
    assert found.usual == pytest.approx(2 * 0.04)  # rises of four within 100 s
    assert found.fastest == pytest.approx(10 * 0.04, rel=0.5)
    assert found.mean == pytest.approx(0.03, rel=0.02)
    assert found.rounding == 0.5
    assert _learnt(seconds, count, 0.5, 0.9).fastest == pytest.approx(0.9)
    assert _learnt(seconds, count, 0.5, 0.01).fastest == pytest.approx(3 * 0.04)
    still = _learnt(seconds, np.full(300, 7.0), 0.5, None)
    assert still[:5] == (0.0, 0.0, 0.0, 0.0, 0.5)


def test_a_register_that_seldom_rises_counts_since_its_last_rise():
    """One count in every fourth reading of 100 s: 1 in 400 s, fifty of it with few rises."""
    count = 1000 + np.arange(200) // 4
    found = _learnt(100.0 * np.arange(200), count.astype(float), 0.5, None)
    assert found.usual == pytest.approx(2 / 400)
    assert found.fastest == pytest.approx(50 / 400)
    assert found.mean == pytest.approx(49 / 19_900)
    assert found.slack == pytest.approx(2.0)


# -- ways that are not up


def test_a_register_of_both_ways_is_believed_where_it_is_steady_and_may_be_signed():
    """Nine in ten steps in 10 s are at most 2: up to ten times that and two of slack is steady."""
    step = np.array([1.0] * 8 + [-2.0] * 11 + [21.9])
    both = Direction.BOTH
    found = _other_way(step, np.full(20, 10.0), RULES, both, signed=True)
    assert (found.believable, found.signed) == (True, True)
    assert found.increment.tolist() == step.tolist()
    assert found.flag.tolist() == [0] * 20
    assert found.kept.tolist() == list(range(21))
    assert found.resolution == 1.0
    fast = np.append(step[:-1], 22.1)
    for refused in (
        _other_way(fast, np.full(20, 10.0), RULES, both, signed=True),
        _other_way(step, np.full(20, 10.0), RULES, both, signed=False),
        _other_way(step, np.full(20, 10.0), RULES, Direction.DOWN, signed=True),
    ):
        assert not refused.believable
        assert refused.direction in {both, Direction.DOWN}
        assert np.isnan(refused.increment).all()
        assert refused.flag.tolist() == [Flag.JUMP] * 20
        assert len(refused.kept) == 21


# -- the course


@pytest.mark.parametrize(
    ("leaps", "drops", "left", "found"),
    [
        (3, 0, 0, True),
        (2, 0, 0, False),
        (3, 1, 0, False),
        (10, 1, 0, True),
        (10, 2, 0, False),
        (3, 0, 3, True),
        (3, 0, 4, False),
    ],
)
def test_leaps_that_recur_and_stay_are_how_a_register_counts(leaps, drops, left, found):
    """Leaps by 500 and twice that in 100 s, one by 60 000: 5 and 10 are alike, three times 10."""
    sizes = np.array(([500.0, 1000.0, 60_000.0] * 4)[:leaps])
    start = np.cumsum(np.append([100.0] * (drops + 1), sizes))
    rows = [(n, n, v, v, 0, 0) for n, v in enumerate(start)]
    rows += [(len(rows) + n, len(rows) + n, 1, 1, 0, 0) for n in range(left)]
    ways = course(range(len(start)), *[LOST] * drops, *[JUMP] * leaps)
    raised = _raised(stretches(*rows), ways, RULES)
    assert (raised is not None) == found
    if found:
        assert raised.fastest == pytest.approx(30.0)
        assert raised.usual == RULES.usual


def test_what_lies_on_the_course_is_kept():
    """A register frozen before it catches up said nothing; one that overlaps, what is above."""
    rows = [(0, 1, 5, 6, 0, 1), (2, 4, 9, 9, 0, 0), (5, 6, 2, 3, 0, 1), (7, 9, 8, 12, 0, 2)]
    count = np.array([5.0, 6, 9, 9, 9, 2, 3, 8, 11, 12])
    found = _kept(stretches(*rows), course([0, 1, 3], USUAL, USUAL), count, 0.5)
    assert np.flatnonzero(~found).tolist() == [5, 6]
    found = _kept(stretches(*rows), course([0, 1, 3], USUAL, CAUGHT_UP), count, 0.5)
    assert np.flatnonzero(~found).tolist() == [4, 5, 6]
    found = _kept(stretches(*rows), course([0, 1, 3], USUAL, OVERLAP), count, 0.5)
    assert np.flatnonzero(~found).tolist() == [5, 6, 7]
    found = _kept(stretches(*rows), course([0, 1, 3], USUAL, OVERLAP), count, 1.0)
    assert np.flatnonzero(~found).tolist() == [5, 6]


@pytest.mark.parametrize(
    ("believed", "wrong", "rises", "credible"),
    [
        (7, 3, 1, True),
        (5, 3, 1, True),
        (5, 4, 1, False),
        (14, 6, 1, True),
        (13, 6, 1, False),
        (5, 400, 0, True),
    ],
)
def test_three_in_ten_off_the_course_are_borne_and_a_constant_answer_counts_once(
    believed, wrong, rises, credible
):
    rows = [(0, believed - 1, 5, 60, 0, 9), (believed, believed + wrong - 1, 1, 2, 0, rises)]
    kept = np.arange(believed + wrong) < believed
    assert _credible(stretches(*rows), course([0]), kept) is credible


@pytest.mark.parametrize(
    ("events", "believed", "credible"),
    [(3, 8, True), (4, 8, False), (4, 40, True), (5, 49, False)],
)
@pytest.mark.parametrize("way", [ROLLOVER, RESET, JUMP, LOST])
def test_one_event_in_ten_readings_is_borne(way, events, believed, credible):
    rows = [(n, n, 5, 6, 0, 0) for n in range(events + 1)]
    kept = np.ones(believed, bool)
    found = _credible(stretches(*rows), course(range(events + 1), *[way] * events), kept)
    assert found is credible
    habit = course(range(events + 1), *[FAST] * events)
    assert _credible(stretches(*rows), habit, kept) is True


def test_what_was_counted_across_an_event():
    two = stretches((0, 1, 90, 95, 100, 1), (2, 3, 4, 9, 0, 1))
    assert _bridged(two, 0, 1, ROLLOVER) == (9.0, Flag.GOOD)
    assert _bridged(two, 0, 1, RESET) == (4.0, Flag.SPREAD)
    for way, flag in ((JUMP, Flag.JUMP), (LOST, Flag.RESET)):
        step, said = _bridged(two, 0, 1, way)
        assert np.isnan(step)
        assert said == flag


def test_courses_are_laid_end_to_end():
    """Up by 3 with a rounding back, over the top, two readings left out, a reset, an exchange."""
    count = np.array([90.0, 93, 92.9, 95, 4, 9, 0.1, 7e3, 3, 5, 900, 904])
    rows = [
        (0, 3, 90, 95, 100, 2),
        (4, 5, 4, 9, 0, 1),
        (6, 7, 0.1, 7e3, 0, 1),
        (8, 9, 3, 5, 0, 1),
        (10, 11, 900, 904, 0, 1),
    ]
    kept = ~np.isin(np.arange(12), (6, 7))
    ways = course([0, 1, 3, 4], ROLLOVER, RESET, JUMP)
    found = _closed(count, kept, stretches(*rows), ways, RULES)
    by_hand = [3, 0, 2, 9, 5, 3, 2, np.nan, 4]
    assert found.increment.tolist() == pytest.approx(by_hand, nan_ok=True)
    flags = [0, 0, 0, 0, 0, Flag.SPREAD, 0, Flag.JUMP, 0]
    assert found.flag.tolist() == flags
    assert (found.rollovers, found.resets, found.jumps) == ((4,), (8,), (10,))
    assert found.glitches == (6, 7)
    assert found.kept.tolist() == [0, 1, 2, 3, 4, 5, 8, 9, 10, 11]
    assert found.resolution == 1.0
    lost = _closed(
        count, kept, stretches(*rows), course([0, 1, 3, 4], ROLLOVER, LOST, JUMP), RULES
    )
    assert lost.resets == (8,)
    assert lost.flag[5] == Flag.RESET


# -- doubt


def doubted(rises, *, out=(), flags=(), counts=None, each=100.0):
    """Whether so many rises after one another are doubtful beside readings that are left out."""
    n = len(rises) + 1 + len(out)
    kept = ~np.isin(np.arange(n), out)
    places = np.flatnonzero(kept)
    count = np.full(n, 1e9)
    count[places] = 1e6 + np.append(0.0, np.cumsum(rises)) if counts is None else counts
    flag = np.zeros(len(rises), np.uint8)
    flag[list(flags)] = Flag.SPREAD
    told = Counted(kept=places, increment=np.asarray(rises, float), flag=flag)
    return _doubtful(each * np.arange(n), count, kept, told, RULES)


def rises(**at):
    """Forty rises of 100, others by place: ``rises(_12=130)``."""
    found = np.full(40, 100.0)
    for place, value in at.items():
        found[int(place[1:])] = value
    return found


def test_fast_steps_beside_what_is_left_out_are_doubtful():
    """103 in 100 s is faster than usual and more than a hundredth of 4000; 101 is not."""
    assert doubted(rises(_12=103), out=(14,))
    assert not doubted(rises(_12=101), out=(14,))
    for out, near in ((16, False), (15, True), (11, True), (10, False)):
        assert doubted(rises(_12=103), out=(out,)) == near


def test_the_ends_of_a_record_lie_beside_nothing_known():
    for place, near in (("_0", True), ("_2", True), ("_3", False), ("_39", True), ("_36", False)):
        assert doubted(rises(**{place: 103})) == near


def test_a_reset_beside_what_is_left_out_is_doubtful():
    assert doubted(rises(), out=(14,), flags=(12,))
    assert not doubted(rises(), flags=(12,))


def test_a_hundredth_of_the_energy_may_be_in_doubt():
    """39 of 39 000 and the doubtful 380 and 405 of a hundredth of 39 380 and 39 405."""
    for fast, told in ((380.0, False), (405.0, True)):
        many = np.full(40, 1000.0)
        many[12] = fast
        assert doubted(many, out=(14,), flags=(12,), each=1000.0) == told


def test_a_leap_over_more_than_three_readings_at_thrice_the_mean_is_doubtful():
    """Over three readings in 400 s: 3 · 0.1 · 400 + 2 at the mean."""
    for out, value, told in (
        ((14, 15, 16), 123.0, True),
        ((14, 15, 16), 121.0, False),
        ((14, 15), 123.0, False),
    ):
        assert doubted(rises(_13=value), out=out) == told


def test_slight_steps_back_are_doubtful_where_a_reset_would_start_near_nothing():
    """60 back at 500 of 4000 counted is more than a hundredth; from 100 to 40 it is a reset."""
    counts = np.full(41, 500.0)
    counts[20:] = 440.0
    assert doubted(rises(), counts=counts)
    counts[20:] = 499.6
    assert not doubted(rises(), counts=counts)
    counts[20:] = 249.0
    assert not doubted(rises(), counts=counts)


# -- all together


def test_of_one_reading_or_none_nothing_is_counted():
    for n in (0, 1):
        found = count_increments(np.arange(float(n)), np.full(n, 5.0))
        assert found.kept.tolist() == list(range(n))
        assert (len(found.increment), len(found.flag), found.believable) == (0, 0, True)


def test_a_sound_register_tells_its_resolution():
    found = count_increments(100.0 * np.arange(5), np.array([7.0, 9.0, 9.0, 12.0, 14.0]))
    assert found.increment.tolist() == [2.0, 0.0, 3.0, 2.0]
    assert found.flag.tolist() == [Flag.GOOD] * 4
    assert found.resolution == pytest.approx(2.0)
    assert found.direction is Direction.UP


@pytest.mark.parametrize(("leap", "told"), [(1750.0, 1750.0), (5000.0, 0.0)])
def test_a_register_is_at_its_fastest_for_an_hour_of_a_long_gap(leap, told):
    """Rises of 1 in 100 s and a gap of five hours: fifty times that for an hour are 1800."""
    seconds = 100.0 * np.arange(301) + np.where(np.arange(301) > 150, 17_900.0, 0.0)
    count = 100.0 + np.arange(301) + np.where(np.arange(301) > 150, leap - 1, 0.0)
    found = count_increments(seconds, count)
    assert np.nansum(found.increment) == pytest.approx(299 + told)
    assert (found.jumps == (151,)) is not bool(told)


@pytest.mark.parametrize(
    ("rising", "resets", "leaps"), [(600, 2, 0), (600, 3, 1), (300, 1, 0), (150, 1, 1)]
)
def test_more_than_one_break_in_two_hundred_rises_narrows_the_rules(rising, resets, leaps):
    """Rises of 1 in 100 s and a leap of 30: within fifty times the usual, not ten."""
    step = np.ones(rising + 20)
    step[10:30] = 0.0
    step[3 * rising // 4] = 30.0
    count = np.cumsum(np.append(5000.0, step))
    for n in range(resets):
        after = 60 + 60 * n + 1
        count[after:] -= count[after] - 1.0
    found = count_increments(100.0 * np.arange(len(count)), count)
    assert len(found.resets) == resets
    assert len(found.jumps) == leaps
    assert np.nansum(found.increment) == pytest.approx(rising - 1 + 30 - 30 * leaps)


def test_leaps_that_recur_are_counted_where_no_nameplate_forbids():
    """Four leaps of 2000 among 600 rises of 1 in 100 s."""
    step = np.ones(604)
    step[[100, 250, 400, 550]] = 2000.0
    count, seconds = np.cumsum(np.append(100.0, step)), 100.0 * np.arange(605)
    found = count_increments(seconds, count)
    assert found.jumps == ()
    assert np.nansum(found.increment) == pytest.approx(600 + 8000)
    named = count_increments(seconds, count, fastest=0.4)
    assert named.jumps == (101, 251, 401, 551)
    assert np.nansum(named.increment) == pytest.approx(600)


@pytest.mark.parametrize(("zeros", "believed"), [(0, True), (11, True), (14, False)])
def test_up_and_down_again_is_nonsense_where_a_fiftieth_is_left_out(zeros, believed):
    """Three courses of 200 readings, the middle one far above; 0.02 of 611 are 12."""
    parts = (5000.0, 9e6, 300.0)
    sound = np.concatenate([start + 5.0 * np.arange(200) for start in parts])
    shown = np.insert(sound, 10 + 12 * np.arange(zeros), 0.0)
    found = count_increments(100.0 * np.arange(len(shown)), shown)
    assert found.believable is believed
    if believed:
        assert (len(found.jumps), len(found.resets), len(found.glitches)) == (1, 1, zeros)
        assert np.nansum(found.increment) == pytest.approx(3 * 995)
