"""Laws of drives and of pumps that run out, from flows that follow them exactly."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import drive_fit
from loopkeeper.lifecycle.diagnose.drive_fit import PumpHours
from loopkeeper.physics.pump import DriveLaw, PumpBank, PumpMode, parallel_operation

BANK = PumpBank(4, 0.01, 20.0, 2000.0, PumpMode.ONE_PER_MACHINE)
DRIVE = replace(BANK, mode=PumpMode.VARIABLE, minimum_speed=0.33)
ONE = PumpBank(1, 0.01, 20.0, 2000.0, PumpMode.VARIABLE)


def hours(flow, need, count=1, power=1000.0, machines=1):
    """Flow and need in m3 s-1, so many machines on."""
    rows = [np.array(r, dtype=float) for r in np.broadcast_arrays(power, flow, need, count)]
    electricity, moved, required, running = rows
    enabled = np.ones(len(running), dtype=bool)
    return PumpHours(electricity, moved, required, running / machines, enabled, machines)


def elastic(share, spread=1.0, count=101):
    """One machine's flow that rises with its need by a share, logs evenly spread."""
    logs = np.linspace(-spread, spread, count)
    return hours(0.01 * np.exp(share * logs), 0.01 * np.exp(logs))


# -- classes of hours


def test_some_of_the_hours_are_the_same_hours():
    seen = hours([1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [1, 2, 3], [7.0, 8.0, 9.0], machines=4)
    kept = seen.where(np.array([False, True, True]))
    assert (kept.flow.tolist(), kept.required.tolist()) == ([2.0, 3.0], [5.0, 6.0])
    assert (kept.electricity.tolist(), kept.running.tolist()) == ([8.0, 9.0], [0.5, 0.75])
    assert (len(kept.enabled), kept.machines) == (2, 4)


@pytest.mark.parametrize(("count", "classes"), [(39, []), (40, [2])])
def test_forty_hours_make_a_class(count, classes):
    seen = hours(np.ones(count), 1.0, 2, machines=4)
    assert list(drive_fit.by_count(seen)) == classes


@pytest.mark.parametrize(
    ("running", "counts"), [(1.951, 2), (1.949, None), (2.049, 2), (2.051, None), (0.01, None)]
)
def test_machines_within_a_twentieth_of_a_whole_number_make_a_class(running, counts):
    seen = hours(np.ones(40), 1.0, running, machines=4)
    assert list(drive_fit.by_count(seen)) == ([] if counts is None else [counts])


@pytest.mark.parametrize("name", ["flow", "required", "electricity"])
def test_hours_of_a_class_have_flow_need_and_draw(name):
    seen = hours(np.ones(43), 1.0)
    values = getattr(seen, name)
    values[:3] = np.nan, 0.0, -1.0
    assert drive_fit.by_count(seen)[1].sum() == 40
    values[3] = 0.0
    assert drive_fit.by_count(seen) == {}


# -- does flow rise with the need


@pytest.mark.parametrize("share", [0.3, -0.2, 1.1])
def test_elasticity_is_the_share_of_logs(share):
    assert drive_fit._elasticity(elastic(share)) == pytest.approx(share)


def test_classes_have_their_own_levels():
    """Twice the machines move three times the flow; within each, flow rises by two fifths."""
    logs = np.tile(np.linspace(-0.5, 0.5, 50), 2)
    count = np.repeat([1, 2], 50)
    flow = np.where(count == 2, 3.0, 1.0) * np.exp(0.4 * logs)
    seen = hours(flow, np.where(count == 2, 2.5, 1.0) * np.exp(logs), count, machines=2)
    assert drive_fit._elasticity(seen) == pytest.approx(0.4)


@pytest.mark.parametrize(("spread", "told"), [(0.051, True), (0.049, False)])
def test_a_need_that_hardly_varies_tells_nothing(spread, told):
    """A standard deviation of so much of its log."""
    logs = np.resize([spread, -spread], 100)
    found = drive_fit._elasticity(hours(np.exp(0.5 * logs), np.exp(logs)))
    assert found == (pytest.approx(0.5) if told else None)


def test_nothing_is_stiff_that_nobody_saw():
    few = elastic(0.0).where(np.arange(101) < 39)
    assert drive_fit._elasticity(few) is None
    assert not drive_fit._stiff(few)
    assert [drive_fit._stiff(elastic(share)) for share in (0.079, 0.081)] == [True, False]


@pytest.mark.parametrize(("share", "turned"), [(0.26, True), (0.24, False)])
def test_a_drive_is_turned_from_a_quarter_on(share, turned):
    assert drive_fit.turned(elastic(share)) is turned


def levels(counts, steps, machines):
    """Hours at levels of flow three hundredths apart."""
    flow = np.repeat(np.exp(0.03 * np.array(steps, dtype=float)), counts)
    return hours(flow, 1.0, machines, machines=machines)


@pytest.mark.parametrize(
    ("counts", "whole"), [((46, 45, 9), True), ((45, 45, 10), False), ((9, 45, 46), True)]
)
def test_nine_tenths_of_the_hours_at_as_many_levels_as_machines_are_whole_pumps(counts, whole):
    assert drive_fit._by_whole_pumps(levels(counts, (0, 20, 40), 2)) is whole
    assert drive_fit._by_whole_pumps(levels(counts, (0, 20, 40), 3))


def test_levels_are_three_hundredths_apart():
    assert not drive_fit._by_whole_pumps(levels((50, 50), (5, 6), 1))
    assert drive_fit._by_whole_pumps(levels((50, 50), (5, 5.4), 1))
    assert drive_fit._by_whole_pumps(levels((100,), (5,), 1))


def test_pumps_that_come_and_go_are_no_drive_that_is_turned():
    """Two pumps for the upper half of the need, one for the lower: flow rises, by whole pumps."""
    need = np.linspace(0.5, 1.0, 100)
    flow = np.where(need > 0.75, 2.0, 1.0)
    steps = hours(flow, need, 2, machines=2)
    assert drive_fit._elasticity(steps) > 0.25
    assert not drive_fit.turned(steps)
    assert drive_fit.turned(hours(1.4 * need, need, 2, machines=2))


@pytest.mark.parametrize(
    ("base", "slope", "follows"),
    [
        (0.70, 0.29, True),
        (0.70, 0.31, False),
        (0.50, 0.69, True),
        (0.45, 0.76, False),
        (0.00, 1.00, True),
    ],
)
def test_a_drive_follows_that_moves_little_more_than_usual_and_than_is_needed(
    base, slope, follows
):
    """Usual is 0.7 at half the need: 0.15 more, and a fifth above full need."""
    law = DriveLaw(base, slope, 0.3)
    assert drive_fit.follows(DRIVE, law, elastic(0.5)) is follows
    assert drive_fit.follows(DRIVE, law, elastic(0.5).where(np.zeros(101, bool))) is follows


@pytest.mark.parametrize(
    ("each", "need", "follows"),
    [(0.86, 0.77, False), (0.86, 0.79, True), (0.84, 0.60, True)],
)
def test_a_stiff_drive_near_full_flow_that_wastes_a_tenth_does_not_follow(each, need, follows):
    """Of every machine on, two and three of them, needs a tenth up and down about their mean."""
    count = np.repeat([2.0, 3.0], 50)
    asked = need * count * np.resize([0.9, 1.1], 100) * DRIVE.flow
    seen = hours(each * count * DRIVE.flow, asked, count, machines=4)
    law = DriveLaw(0.0, 1.0, 0.3)
    assert drive_fit.follows(DRIVE, law, seen) is follows
    assert not drive_fit.follows(DRIVE, DriveLaw(0.9, 0.1, 0.3), seen)


# -- pumps that run out


def run_out(branch, counts, factor=1.0, machines=4):
    """Flow of so many pumps of a branch share, forty hours each."""
    bank = replace(BANK, branch=branch)
    flow = [factor * parallel_operation(bank, n)[0] for n in counts]
    return hours(np.repeat(flow, 40), 1.0, np.repeat(counts, 40), machines=machines)


@pytest.mark.parametrize("branch", [0.0, 0.35, 0.9])
@pytest.mark.parametrize("counts", [(1, 2), (2, 3, 4), (1, 4)])
@pytest.mark.parametrize("factor", [1.0, 1.2])
def test_the_branch_s_share_is_that_of_pumps_that_run_out_alike(branch, counts, factor):
    found = drive_fit.branch_share(BANK, run_out(branch, counts, factor))
    assert found == pytest.approx(branch)


def test_one_number_of_pumps_tells_by_its_flow_and_all_of_them_nothing():
    assert drive_fit.branch_share(BANK, run_out(0.35, (2,))) == pytest.approx(0.35)
    assert drive_fit.branch_share(BANK, run_out(0.35, (4,), 1.3)) == BANK.branch
    assert drive_fit.branch_share(replace(BANK, branch=0.47), run_out(0.47, (1, 2))) == 0.47


def test_pumps_that_are_not_one_for_every_machine_are_those_listed():
    six = run_out(0.35, (1, 2), machines=6)
    assert drive_fit.branch_share(BANK, six) == BANK.branch


# -- the law


def driven(base, slope, static, low=0.2, high=0.6, count=108):
    """A drive on its law, nine hours to each of twelve classes of need."""
    need = np.linspace(low, high, count)
    moved = base + slope * need
    power = 0.8 * moved * (static + (1 - static) * moved**2)
    shuffled = np.random.default_rng(5).permutation(count)
    top_flow, top_power = parallel_operation(ONE, 1)
    return hours(top_flow * moved, top_flow * need, 1, top_power * power).where(shuffled)


@pytest.mark.parametrize(
    ("base", "slope", "static"), [(0.3, 0.6, 0.25), (0.1, 1.2, 0.0), (0.5, 0.21, 0.6)]
)
def test_the_law_is_that_of_flow_and_draw(base, slope, static):
    (law,) = drive_fit.drive_law(ONE, driven(base, slope, static))
    assert (law.base_flow, law.slope) == pytest.approx((base, slope), abs=1e-9)
    assert law.static == pytest.approx(static, abs=1e-9)


def test_a_law_is_read_from_the_middle_of_twelve_classes():
    """Every class of nine hours has four that are far off, and its middle stays."""
    seen = driven(0.3, 0.6, 0.25)
    rank = np.argsort(np.argsort(seen.required)) % 9
    seen.flow[rank == 0] *= 0.9
    seen.flow[rank == 8] *= 1.1
    seen.electricity[rank == 0] *= 0.7
    seen.electricity[rank == 8] *= 1.3
    (law,) = drive_fit.drive_law(ONE, seen)
    assert (law.base_flow, law.slope, law.static) == pytest.approx((0.3, 0.6, 0.25), abs=1e-9)


@pytest.mark.parametrize(("slope", "told"), [(0.21, True), (0.19, False)])
def test_a_drive_that_rises_less_than_a_fifth_follows_no_law(slope, told):
    assert bool(drive_fit.drive_law(ONE, driven(0.5, slope, 0.3))) is told


def test_a_law_that_rises_by_more_than_half_again_is_not_believed():
    (steep,) = drive_fit.drive_law(ONE, driven(0.05, 1.6, 0.0))
    assert steep.slope == 1.5
    assert steep.base_flow == pytest.approx(0.05 + 0.1 * 0.4)
    (late,) = drive_fit.drive_law(ONE, driven(-0.1, 1.2, 0.0))
    assert late.base_flow == 0.0
    (full,) = drive_fit.drive_law(ONE, driven(1.2, 0.5, 0.0))
    assert full.base_flow == 1.0


@pytest.mark.parametrize(("wide", "told"), [(0.0535, True), (0.0515, False)])
def test_needs_alike_tell_no_law(wide, told):
    """From the middle of the first class of nine hours in 108 to that of the last: 99 / 107."""
    assert bool(drive_fit.drive_law(ONE, driven(0.2, 0.9, 0.2, 0.3, 0.3 + wide + 1e-3))) is told


@pytest.mark.parametrize(("count", "told"), [(100, True), (99, False)])
def test_a_hundred_hours_of_flow_tell_a_law(count, told):
    assert bool(drive_fit.drive_law(ONE, driven(0.3, 0.6, 0.2, count=count))) is told


@pytest.mark.parametrize(
    ("name", "value"), [("flow", np.nan), ("flow", 0.0), ("required", np.nan), ("running", 0.94)]
)
def test_hours_without_flow_or_need_or_all_running_do_not_count(name, value):
    seen = driven(0.3, 0.6, 0.2, count=100)
    getattr(seen, name)[50] = value
    assert drive_fit.drive_law(ONE, seen) == ()
    kept = driven(0.3, 0.6, 0.2, count=100)
    kept.running[50] = 0.96
    assert drive_fit.drive_law(ONE, kept)


@pytest.mark.parametrize(("running", "told"), [(0.24, True), (0.235, False)])
def test_hours_tell_a_law_in_which_one_of_the_pumps_ran_all_the_time(running, told):
    """Of four: 0.96 and 0.94 of an hour."""
    seen = driven(0.3, 0.6, 0.2)
    seen.running[:] = running
    assert bool(drive_fit.drive_law(replace(ONE, count=4), seen)) is told


def test_a_drive_that_stands_holds_the_spread_as_far_as_it_goes():
    (law,) = drive_fit.drive_law(ONE, driven(0.7, 0.0, 0.3))
    assert (law.base_flow, law.slope) == (0.0, 1.0)
    assert law.static == pytest.approx((0.8 * (0.3 + 0.7 * 0.49) / 0.9 - 0.49) / 0.51)


@pytest.mark.parametrize(
    ("moved", "power", "static"),
    [
        (0.5, 0.9 * 0.5 * 0.55, 0.3 / 0.75),
        (0.97, 0.9 * 0.97 * (0.97**2 + 0.05), 0.5),  # at nearly full flow a tenth is left
        (0.5, 0.9 * 0.5 * 0.2, 0.0),
        (0.5, 0.9 * 0.5 * 0.99, 0.9),
    ],
)
def test_flow_that_stands_tells_by_the_usual_nine_tenths_of_the_nameplate(moved, power, static):
    found = drive_fit._static(np.full(12, moved), np.full(12, power))
    assert found == pytest.approx(static)


@pytest.mark.parametrize(("wide", "varies"), [(0.051, True), (0.049, False)])
def test_flow_that_varies_by_a_twentieth_tells_by_its_course(wide, varies):
    """Half of the head stays, at a fifth less than the nameplate's draw."""
    moved = np.linspace(0.6, 0.6 + wide, 13)
    power = 0.8 * moved * (0.5 + 0.5 * moved**2)
    middle = 0.6 + wide / 2
    usual = (0.8 / 0.9 * (0.5 + 0.5 * middle**2) - middle**2) / (1 - middle**2)
    assert drive_fit._static(moved, power) == pytest.approx(0.5 if varies else usual)
    assert drive_fit._static(moved, 0 * power) == 0.0


# -- the lowest speed


def floors(shares, machines=4):
    """Two, three and four machines on at so much of their pumps' flow, whatever they need."""
    counts = np.repeat([2, 3, 4], 40)
    flow = [s * parallel_operation(DRIVE, n)[0] for s, n in zip(shares, (2, 3, 4), strict=True)]
    need = 0.01 * np.resize([0.5, 1.5], 120)
    return hours(np.repeat(flow, 40), need, counts, machines=machines)


@pytest.mark.parametrize(
    ("shares", "lowest"),
    [
        ((0.30, 0.35, 0.60), 0.35),
        ((0.30, 0.75, 0.60), 0.60),
        ((0.09, 0.08, 0.60), 0.10),
        ((1.30, 1.20, 0.60), 1.00),
    ],
)
def test_the_lowest_flow_is_the_middle_share_of_the_classes(shares, lowest):
    assert drive_fit.lowest_share(DRIVE, floors(shares)) == pytest.approx(lowest)


def test_a_drive_not_seen_at_its_lowest_has_the_listed_one():
    assert drive_fit.lowest_share(ONE, elastic(0.5)) == 0.4
    assert drive_fit.lowest_share(replace(ONE, minimum_speed=0.25), elastic(0.5)) == 0.25
    more = hours(np.full(100, 0.02), 0.01 * np.resize([0.5, 1.5], 100), 2, machines=2)
    assert drive_fit.lowest_share(ONE, more) == 0.4  # two machines on one pump
