"""What is left out of a point's readings by its place, by judgement and by its neighbours."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from loopkeeper.measure import quality
from loopkeeper.measure.admitted import Admitted, Flag, Segments
from loopkeeper.measure.outliers import OutlierMasks
from loopkeeper.measure.quality import (
    _bound,
    _checked,
    _outliers,
    _RunningClock,
    _Scene,
    _summary,
    check_readings,
)
from loopkeeper.plant.points import Point, Statistic

HOUR = 3_600_000_000


def point(quantity, of, unit="kW", statistic=Statistic.MEAN):
    return Point(id="P", quantity=quantity, of=of, statistic=statistic, unit=unit)


PUMP = point("electricity_power", "sp1")  # of 2 kW: not above 10 kW, not below -0.2 kW
BACK = point("return_temperature", "source", "°C")  # -25 to 60 °C
NONE = np.zeros(100, bool)


def stretch(values, flags=None, minutes=10):
    start = np.arange(len(values)) * minutes * 60_000_000
    flag = np.zeros(len(values), np.uint8) if flags is None else np.array(flags, np.uint8)
    return Segments(start, start + minutes * 60_000_000, np.array(values, float), flag)


def places(mask):
    return np.flatnonzero(mask).tolist()


def codes(said):
    return [v.code.rpartition(".")[2] for v in said]


@pytest.fixture
def scene(plant):
    """The plant runs always and nobody bears witness."""
    return _Scene(plant, _RunningClock(np.array([0.0, 1e9]), np.array([0.0, 1e9])), ())


# -- bounds


def test_readings_that_a_place_does_not_allow_are_left_out_on_either_side(scene):
    value = np.full(100, 8.0)
    value[[10, 20, 30, 40]] = -25.1, -24.9, 60.1, 59.9
    checked = stretch(value)
    (said,) = _bound(BACK, checked, scene)
    assert places(checked.flag == Flag.JUMP) == [10, 30]
    assert said.code == "measure.quality.implausible"
    assert said.figures == {
        "point": "P",
        "count": 2,
        "first": "1970-01-01 01:40 UTC",
        "value": -25.1,
        "low": -25.0,
        "high": 60.0,
    }
    assert _bound(BACK, stretch(np.full(100, 8.0)), scene) == []


@pytest.mark.parametrize(("wrong", "left_out"), [(30, 30), (31, 0)])
def test_more_than_three_tenths_beyond_a_place_are_another_fault(scene, wrong, left_out):
    checked = stretch(np.where(np.arange(100) < wrong, 70.0, 8.0))
    assert len(_bound(BACK, checked, scene)) == (left_out > 0)
    assert (checked.flag == Flag.JUMP).sum() == left_out


def test_what_is_refused_already_counts_neither_way(scene):
    """Of twenty good readings seven are beyond: too many, where six are not."""
    flags = np.where(np.arange(100) < 80, Flag.STUCK, np.where(np.arange(100) < 90, 0, 1))
    for wrong, found in ((6, True), (7, False)):
        value = np.where((np.arange(100) < 80) | (np.arange(100) >= 100 - wrong), 70.0, 8.0)
        checked = stretch(value, flags)
        assert bool(_bound(BACK, checked, scene)) is found
        assert (checked.flag[:80] == Flag.STUCK).all()


@pytest.mark.parametrize(("beyond", "code"), [(29, "implausible"), (30, "nameplate")])
def test_beyond_a_nameplate_in_three_tenths_of_what_runs_is_a_matter_of_scale(scene, beyond, code):
    """What rests below 500 W, a twentieth of the bound, does not count as running."""
    value = np.concatenate([np.full(100, 1e3), np.full(200, 490.0), [-300.0]])
    value[:beyond] = 1.2e4
    checked = stretch(value)
    said = _bound(PUMP, checked, scene)
    assert codes(said) == [code]
    left_out = [*range(beyond), 300] if code == "implausible" else []
    assert places(checked.flag == Flag.JUMP) == left_out
    value[100:300] = 510.0
    assert codes(_bound(PUMP, stretch(value), scene)) == ["implausible"]


@pytest.mark.parametrize(("beyond", "said"), [(2, []), (3, ["nameplate"])])
def test_a_register_is_judged_by_the_hours_in_which_it_counts(scene, beyond, said):
    """Of ten running hours three beyond the bound tell; single readings are no means."""
    register = replace(PUMP, statistic=Statistic.COUNTER, quantity="electricity_energy")
    value = np.concatenate([np.full(60, 1e3), np.zeros(60)])
    value[: 6 * beyond] = 1.2e4
    value[54] = 2e4  # a jump within an hour
    checked = stretch(value)
    assert codes(_bound(register, checked, scene)) == said
    assert not checked.flag.any()


def test_what_nothing_bounds_is_not_judged(scene):
    assert _bound(point("outdoor_temperature", "site"), stretch(np.full(9, 999.0)), scene) == []


# -- judgement


@pytest.fixture
def judged(scene, monkeypatch):
    """Ask for the outliers of hundred readings, judged as told; what the judge saw with it."""

    def ask(masks, value=None, flags=None, what=BACK):
        seen = []

        def judge(start, readings, witnesses, sworn, *, means):
            seen.append((start, readings, witnesses, sworn, means))
            return masks

        monkeypatch.setattr(quality, "judge", judge)
        checked = stretch(np.full(100, 8.0) if value is None else value, flags)
        said = _outliers(what, checked, scene, warm=what.quantity.endswith("temperature"))
        return checked.flag, said, seen[0]

    return ask


def mask(*at):
    return np.isin(np.arange(100), at)


def test_each_kind_of_false_reading_is_said_with_its_count(judged):
    masks = OutlierMasks(mask(10, 20), mask(30, 40, 50), mask(60))
    flag, said, _ = judged(masks)
    assert places(flag == Flag.JUMP) == [10, 20, 30, 40, 50, 60]
    assert [(v.code, v.figures["count"], v.figures["first"]) for v in said] == [
        ("measure.quality.sentinel", 2, "1970-01-01 01:40 UTC"),
        ("measure.quality.spike", 3, "1970-01-01 05:00 UTC"),
        ("measure.quality.dropout", 1, "1970-01-01 10:00 UTC"),
    ]
    assert judged(OutlierMasks(NONE, NONE, NONE))[1] == []


@pytest.mark.parametrize(
    ("refused", "island"), [(Flag.RANGE, [53]), (Flag.JUMP, [53]), (Flag.STUCK, [])]
)
def test_a_reading_amid_false_and_impossible_ones_is_an_island(judged, refused, island):
    """Five of nine around it: two spikes and three refused; stuck ones do not count."""
    flags = np.where(mask(51, 52, 55), refused, Flag.GOOD)
    good = np.flatnonzero(flags == Flag.GOOD)
    none = np.zeros(len(good), bool)
    flag, said, _ = judged(OutlierMasks(none, np.isin(good, (50, 54)), none), flags=flags)
    fresh = (flag == Flag.JUMP) & (flags == Flag.GOOD)
    assert places(fresh) == sorted([50, 54, *island])
    assert [(v.code, v.figures["count"]) for v in said] == [
        ("measure.quality.spike", 2 + len(island))
    ]


def test_an_erratic_point_is_left_out_as_a_whole(judged):
    flags = np.where(np.arange(100) < 20, Flag.RESET, Flag.GOOD)
    erratic = np.arange(80) < 28
    flag, said, _ = judged(OutlierMasks(erratic, erratic, erratic, erratic), flags=flags)
    assert places(flag == Flag.JUMP) == list(range(20, 100))
    assert [(v.code, v.figures["percent"], v.figures["count"]) for v in said] == [
        ("measure.quality.erratic", 35.0, 80)
    ]
    assert said[0].figures["first"] == "1970-01-01 03:20 UTC"


def test_a_judge_sees_good_readings_and_no_noise_of_a_meter_at_rest(judged):
    """Below 50 W, a two hundredth of what its nameplate bounds, a pump rests."""
    value = np.full(100, 900.0)
    value[[1, 2, 3, 4]] = 49.0, 51.0, -49.0, -51.0
    flags = np.where(np.isin(np.arange(100), (0, 9)), Flag.SPREAD, Flag.GOOD)
    none = np.zeros(98, bool)
    _, _, (start, readings, witnesses, sworn, means) = judged(
        OutlierMasks(none, none, none), value, flags, PUMP
    )
    assert readings[:4].tolist() == [0.0, 51.0, 0.0, -51.0]
    assert (len(start), start[0], start[8]) == (98, 600_000_000, 10 * 600_000_000)
    assert (witnesses, sworn, means) == ([], [], True)
    sampled = replace(BACK, statistic=Statistic.INSTANT)
    _, _, (_, readings, _, sworn, means) = judged(
        OutlierMasks(NONE, NONE, NONE), np.full(100, 0.01), None, sampled
    )
    assert readings.tolist() == [0.01] * 100
    assert (sworn, means) == (None, False)


# -- checks


def test_counters_and_short_records_are_bounded_and_nothing_more(scene):
    stuck = np.full(600, 7.0)
    for what, count, found in (
        (BACK, 600, True),
        (BACK, 23, False),
        (replace(PUMP, statistic=Statistic.COUNTER), 600, False),
        (replace(PUMP, statistic=Statistic.SUM), 600, False),
        (point("operating_mode", "hp1"), 600, False),
    ):
        checked, said = _checked(what, stretch(stuck[:count], minutes=60), scene)
        assert ("stuck" in codes(said)) is found
        assert (checked.flag == Flag.STUCK).any() == found
    assert _checked(BACK, stretch([]), scene)[1] == []
    hot = np.full(20, 8.0)
    hot[5] = 99.0
    assert codes(_checked(BACK, stretch(hot), scene)[1]) == ["implausible"]


@pytest.mark.parametrize(
    ("quantity", "stuck"),
    [("supply_temperature", True), ("ground_temperature", False), ("water_temperature", False)],
)
def test_ground_and_water_may_stand_for_longer_than_pipes(scene, quantity, stuck):
    """Forty hours among swings of an hour each."""
    value = np.resize([8.0, 9.0], 600)
    value[300:340] = 8.5
    _, said = _checked(point(quantity, "source", "°C"), stretch(value, minutes=60), scene)
    assert ("stuck" in codes(said)) is stuck
    if stuck:
        assert said[0].figures["count"] == 39
        assert said[0].figures["hours"] == 39.0


def test_a_summary_counts_what_lies_in_its_period():
    flags = [2, 0, 0, 0, 3, 3, 1, 0, 0, 0, 0, 4]
    edges = np.array([HOUR, 11 * HOUR])
    found = _summary(PUMP, stretch(np.ones(12), flags, 60), edges, 10 * HOUR)
    assert found.coverage == pytest.approx(0.7)
    assert found.flags == pytest.approx({"stuck": 0.2, "spread": 0.1})
    silent = _summary(PUMP, None, edges, 10 * HOUR)
    assert (silent.coverage, silent.flags) == (0.0, {})


def test_nothing_admitted_stays_nothing(plant):
    empty = Admitted(pl.DataFrame(), (), ())
    assert check_readings(empty, plant) is empty
