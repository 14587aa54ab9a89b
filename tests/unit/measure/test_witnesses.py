"""Who bears witness: how points move, which stop together, and what is beyond chance."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.admitted import Flag, Segments
from loopkeeper.measure.excursions import runs_of
from loopkeeper.measure.witnesses import (
    MovingPoint,
    _beyond_chance,
    _moved,
    explained,
    partners,
    related,
    witness_of,
)
from loopkeeper.plant.machines import BackupRecord, Loop, MachineRecord, PumpRecord
from loopkeeper.plant.points import Point, Statistic

STEP = 600_000_000


def point(quantity="electricity_power", of="hp1"):
    return Point(id="P", quantity=quantity, of=of, statistic=Statistic.MEAN, unit="")


def seen(value, quantity="electricity_power", flag=None):
    start = np.arange(len(value)) * STEP
    flags = np.zeros(len(value), np.uint8) if flag is None else flag
    stretch = Segments(start, start + STEP, np.asarray(value, float), flags)
    return witness_of(point(quantity), stretch)


def moves(found):
    return (found.moves // STEP).tolist()


def level(low, high, count=100):
    """Half of the time the one, half of it the other."""
    return np.where(np.arange(count) < count // 2, float(low), float(high))


# -- moves and states


def test_a_witness_moves_by_a_fifth_of_its_usual_range():
    value = level(0, 100)
    value[80], value[90] = 79.5, 80.5
    assert moves(seen(value)) == [50, 80, 81]
    wide = np.arange(101.0)  # from 5 to 95: a fifth is 18
    wide[60], wide[70] = 76.9, 87.2  # 17.9 and 18.2 above the one before
    assert moves(seen(wide)) == [70]


@pytest.mark.parametrize(
    ("quantity", "base", "far", "moved"),
    [
        ("supply_temperature", 40.0, 0.95, False),
        ("supply_temperature", 40.0, 1.05, True),
        ("flow", 40.0, 1.95, False),
        ("flow", 40.0, 2.05, True),
        ("flow", -40.0, 2.05, True),
    ],
)
def test_what_hardly_varies_moves_by_a_kelvin_or_a_twentieth(quantity, base, far, moved):
    value = np.full(100, base)
    value[60] += far
    assert moves(seen(value, quantity)) == ([60, 61] if moved else [])


@pytest.mark.parametrize(
    ("low", "high", "middle", "reach"),
    [
        (40.0, 100.0, 70.0, 30.0),
        (51.0, 100.0, 50.0, 50.0),
        (49.0, 100.0, 74.5, 25.5),
        (-20.0, 100.0, 50.0, 50.0),
        (10.0, 100.0, 55.0, 45.0),
    ],
)
def test_the_middle_of_two_states_is_between_them_or_half_of_the_one(low, high, middle, reach):
    found = seen(level(low, high))
    assert (found.middle, found.reach) == pytest.approx((middle, reach))
    assert seen(np.arange(101.0)).middle == pytest.approx(50.0)  # of 5 and 95


def test_a_steady_witness_moves_at_less_than_one_in_fifty_readings():
    for rests, steady in ((1, True), (2, False)):
        value = np.full(199, 100.0)
        value[50:52] = 60.0  # two moves
        value[100 : 100 + 2 * (rests - 1)] = 60.0  # four of 199 are too many
        assert seen(value).steady is steady


@pytest.mark.parametrize(("low", "steady"), [(21.0, True), (19.0, False)])
def test_a_steady_witness_is_hardly_ever_below_a_fifth_of_what_it_reaches(low, steady):
    value = np.full(200, 100.0)
    value[100:120] = low
    assert moves(seen(value)) == [100, 120]
    assert seen(value).steady is steady


def test_refused_readings_are_no_moves_and_spread_ones_may_be():
    value, flag = np.full(30, 10.0), np.zeros(30, np.uint8)
    value[[5, 15]] = 90.0
    flag[5], flag[15] = Flag.RANGE, Flag.SPREAD
    found = seen(value, flag=flag)
    assert moves(found) == [15, 16]
    assert len(found.stretch.start) == 29
    flag[:7] = Flag.STUCK
    assert seen(value, flag=flag) is None  # 23 are left


# -- who goes with whom


def moving(quantity, of):
    nothing = Segments(*(np.zeros(0, np.int64) for _ in range(4)))
    none = np.zeros(0, np.int64)
    return MovingPoint(point(quantity, of), none, steady=False, stretch=nothing, middle=1, reach=1)


EVERY = [
    moving(*key)
    for key in (
        ("flow", "source"),
        ("flow", "load"),
        ("heat_power", "source"),
        ("heat_energy", "load"),
        ("electricity_power", "hp1"),
        ("running", "hp2"),
        ("electricity_energy", "machines"),
        ("electricity_power", "sp1"),
        ("electricity_power", "lp1"),
        ("supply_temperature", "load"),
    )
]


def names(found):
    return {f"{w.point.quantity}@{w.point.of}" for w in found}


MACHINES = {"electricity_power@hp1", "running@hp2", "electricity_energy@machines"}
HEATS = {"heat_power@source", "heat_energy@load"}


@pytest.mark.parametrize(
    ("key", "goes"),
    [
        (("flow", "source"), MACHINES | {"electricity_power@sp1", "heat_power@source"}),
        (("flow", "load"), MACHINES | {"electricity_power@lp1", "heat_energy@load"}),
        (("heat_power", "load"), MACHINES | HEATS),
        (("cooling_energy", "source"), MACHINES | HEATS),
        (("electricity_power", "sp1"), {"flow@source"}),
        (("electricity_power", "lp1"), {"flow@load"}),
        (("electricity_power", "hp1"), HEATS | {"electricity_power@hp1"}),
        (("running", "hp2"), HEATS | {"running@hp2"}),
    ],
)
def test_points_that_stop_together(plant, key, goes):
    two = replace(plant, machines=(*plant.machines, MachineRecord(id="hp2")))
    assert names(related(point(*key), two, EVERY)) == goes


def test_partners_run_if_and_only_if_a_point_does(plant):
    assert names(partners(point("flow", "source"), plant, EVERY)) == {"electricity_power@sp1"}
    assert names(partners(point("electricity_power", "lp1"), plant, EVERY)) == {"flow@load"}
    assert names(partners(point("electricity_power", "hp1"), plant, EVERY)) == HEATS
    assert partners(point("heat_power", "load"), plant, EVERY) == []
    spare = PumpRecord(id="sp2", loop=Loop.SOURCE, flow=0.005, head=20.0, power=2e3)
    more = replace(
        plant,
        pumps=(*plant.pumps, spare),
        machines=(*plant.machines, MachineRecord(id="hp2")),
    )
    assert partners(point("flow", "source"), more, EVERY) == []
    assert names(partners(point("flow", "load"), more, EVERY)) == {"electricity_power@lp1"}
    assert partners(point("electricity_power", "hp1"), more, EVERY) == []
    backed = replace(plant, backups=(BackupRecord("b", "gas_boiler"),))
    assert partners(point("electricity_power", "hp1"), backed, EVERY) == []


# -- chance


@pytest.mark.parametrize(
    ("hits", "chance", "beyond"),
    [
        (30, 0.1, 0.2 / 0.9),
        (23, 0.1, 0.13 / 0.9),
        (21, 0.1, 0.0),  # four deviations are twelve of a hundred
        (100, 0.5, 1.0),
        (100, 0.51, 0.0),
        (1, 0.0, 0.01),
        (0, 0.0, 0.0),
    ],
)
def test_hits_count_where_they_are_four_deviations_beyond_chance(hits, chance, beyond):
    assert _beyond_chance(np.arange(100) < hits, chance) == pytest.approx(beyond)


def test_moves_are_marked_at_the_reading_they_fall_in_or_so_many_later():
    start = np.array([0, 10, 20, 30])
    for moved, late, marks in (
        ([10], 0, [1]),
        ([15], 0, [1]),
        ([9], 0, [0]),
        ([15], 1, [2]),
        ([15], -1, [0]),
        ([-5], 0, []),
        ([0], -1, []),
        ([35], 0, [3]),
        ([35], 1, []),
        ([0, 30], 0, [0, 3]),
    ):
        assert np.flatnonzero(_moved(start, np.array(moved), late)).tolist() == marks


@pytest.mark.parametrize(("moved", "told"), [(33, True), (32, False)])
def test_a_witness_explains_when_three_tenths_are_beyond_chance(moved, told):
    """33 of a hundred less 33 of a thousand readings: 0.297 of 0.967."""
    start = np.arange(1000) * STEP
    runs = runs_of(np.arange(1000) % 10 == 5)
    at = (np.arange(100) * 10 + 5)[:moved]
    one = replace(moving("flow", "source"), moves=at * STEP)
    found, marks = explained(start, runs, [one])
    assert found.any() == told
    assert marks.any() == told
    if told:
        assert np.flatnonzero(found).tolist() == list(range(moved))
        assert np.flatnonzero(marks).tolist() == at.tolist()


def test_of_several_witnesses_the_one_that_explains_most_is_believed():
    start = np.arange(1000) * STEP
    runs = runs_of(np.arange(1000) % 10 == 5)
    at = np.arange(100) * 10 + 5
    some, most = (replace(moving("flow", "source"), moves=at[:n] * STEP) for n in (50, 80))
    for order in ([some, most], [most, some]):
        assert explained(start, runs, order)[0].sum() == 80


def test_an_excursion_is_explained_at_either_end_and_as_a_whole_at_both():
    start = np.arange(1000) * STEP
    runs = runs_of(np.isin(np.arange(1000) % 20, (5, 6)))
    begin, after = np.arange(50) * 20 + 5, np.arange(50) * 20 + 7
    for at, whole, told in (
        (begin, False, True),
        (after, False, True),
        (begin - 1, False, True),  # a reading late or early
        (begin - 3, False, False),
        (begin, True, False),
        (np.sort(np.append(begin, after)), True, True),
    ):
        one = replace(moving("flow", "source"), moves=at * STEP)
        assert bool(explained(start, runs, [one], whole=whole)[0].all()) is told


def test_an_excursion_to_the_end_of_the_record_ends_at_its_last_reading():
    start = np.arange(987) * STEP
    runs = runs_of(np.isin(np.arange(987) % 20, (5, 6)))
    after = np.append(np.arange(49) * 20 + 7, 986)
    found, _ = explained(start, runs, [replace(moving("flow", "source"), moves=after * STEP)])
    assert found.tolist() == [True] * 50
