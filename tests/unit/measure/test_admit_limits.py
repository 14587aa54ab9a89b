"""What is admitted of a reading: limits in its own unit, stretches of means, gaps of counters."""

from datetime import timedelta

import numpy as np
import pytest

from loopkeeper.measure.admit import _expected, _Meter, admit
from loopkeeper.measure.admitted import Flag
from loopkeeper.plant.points import Point, Statistic

MEAN, SUM, COUNTER = Statistic.MEAN, Statistic.SUM, Statistic.COUNTER


def point(quantity, statistic, unit, **limits):
    return Point(id="P", quantity=quantity, of="load", statistic=statistic, unit=unit, **limits)


def only(admitted, code):
    (found,) = (v.figures for v in admitted.verdicts if v.code == code)
    return found


def minutes(frame):
    return ((frame["until"] - frame["time"]) / timedelta(minutes=1)).to_list()


# -- limits


@pytest.mark.parametrize(
    ("statistic", "quantity", "given", "expected"),
    [
        (MEAN, "supply_temperature", (None, None), (-40.0, 266.0)),
        (MEAN, "supply_temperature", (0.0, 300.0), (0.0, 266.0)),
        (MEAN, "supply_temperature", (-99.0, 100.0), (-40.0, 100.0)),
        (COUNTER, "heat_energy", (None, None), (0.0, np.inf)),
        (COUNTER, "heat_energy", (-5.0, 7.0), (0.0, 7.0)),
        (COUNTER, "heat_energy", (5.0, None), (5.0, np.inf)),
        (SUM, "heat_energy", (-3.0, 7.0), (-3.0, 7.0)),
        (SUM, "heat_energy", (None, None), (-np.inf, np.inf)),
    ],
)
def test_a_raw_reading_keeps_the_narrower_of_two_limits(statistic, quantity, given, expected):
    """In °F: 1.8 of a degree above 32; loops lie between −40 and 130 °C."""
    of = point(quantity, statistic, "°F", low=given[0], high=given[1])
    assert _expected(_Meter(of, 5 / 9, -160 / 9)) == pytest.approx(expected)


def test_what_lies_outside_is_counted_and_the_first_is_shown(readings):
    """A limit of the point in °F, one of the quantity in °C: 266 °F are 130 °C."""
    of = point("supply_temperature", MEAN, "°F", low=40.0)
    rows = [(0, 50), (10, 41), (20, 39.123456789), (30, 265), (40, 267), (50, 60)]
    admitted = admit(readings(P=rows), [of])
    flags = [0, 0, Flag.RANGE, 0, Flag.RANGE, 0]
    assert admitted.frame["flag"].to_list() == flags
    assert only(admitted, "measure.admit.range") == {
        "point": "P",
        "count": 2,
        "first": "2024-01-01 00:20 UTC",
        "value": 39.1235,
        "low": 40.0,
        "high": 266.0,
        "unit": "°F",
    }


# -- stretches


def test_means_cover_their_step_also_before_a_gap(readings):
    rows = [(0, 5), (10, 6), (20, 7), (30, 8), (44, 9), (60, 4), (70, 5), (80, 6)]
    frame = admit(readings(P=rows), [point("heat_power", MEAN, "kW")]).frame
    assert minutes(frame) == [10, 10, 10, 14, 10, 10, 10, 10]


def test_a_sum_is_spread_over_its_own_stretch(readings):
    """6 kWh in ten minutes are 36 kW."""
    rows = [(0, 6), (10, 3), (20, -1), (30, 2)]
    frame = admit(readings(P=rows), [point("heat_energy", SUM, "kWh")]).frame
    assert frame["value"].to_list() == pytest.approx([36e3, 18e3, -6e3, 12e3])


def test_the_last_instant_holds_as_long_as_its_rhythm_allows(readings):
    rows = [(20 * n, 40 + n) for n in range(8)]
    frame = admit(readings(P=rows), [point("supply_temperature", Statistic.INSTANT, "°C")]).frame
    assert minutes(frame) == [20] * 7 + [30]


# -- counters


def counted(readings, rows, unit="kWh", quantity="heat_energy", **more):
    return admit(readings(P=rows), [point(quantity, COUNTER, unit)], **more)


@pytest.mark.parametrize(
    ("step", "gap", "spread"),
    [(10, 59, False), (10, 61, True), (40, 99, False), (40, 101, True)],
)
def test_a_gap_of_an_hour_and_two_and_a_half_usual_steps_is_spread(readings, step, gap, spread):
    rows = [(step * n, 100 + 5 * n) for n in range(20)]
    last, count = rows[-1]
    rows += [(last + gap + step * n, count + 50 + 5 * n) for n in range(20)]
    admitted = counted(readings, rows)
    flags = admitted.frame["flag"].to_list()
    assert flags == [0] * 19 + [Flag.SPREAD if spread else 0] + [0] * 19
    assert admitted.frame["value"][19] == pytest.approx(50 * 3.6e6 / gap / 60)
    assert [v.code for v in admitted.verdicts] == ["measure.counter.gap"] * spread


def test_gaps_are_counted_with_the_longest_and_the_first(readings):
    rows = [(10 * n, 100 + 5 * n) for n in range(20)]
    rows += [(190 + 90 + 10 * n, 195 + 50 + 5 * n) for n in range(20)]
    rows += [(470 + 150 + 10 * n, 340 + 60 + 5 * n) for n in range(20)]
    assert only(counted(readings, rows), "measure.counter.gap") == {
        "point": "P",
        "count": 2,
        "hours": 4.0,
        "longest_hours": 2.5,
        "first": "2024-01-01 03:10 UTC",
    }


def test_a_gap_in_which_hardly_anything_was_counted_is_none(readings):
    """Twice its resolution of 5 are 10."""
    for count, spread in ((10, False), (11, True)):
        rows = [(10 * n, 100 + 5 * n) for n in range(20)]
        rows += [(190 + 90 + 10 * n, 195 + count + 5 * n) for n in range(20)]
        flags = counted(readings, rows).frame["flag"].to_list()
        assert (flags[19] == Flag.SPREAD) is spread


def test_rates_beyond_what_is_possible_are_leaps_but_for_one_count(readings):
    """20 m³/s: 12 000 m³ in ten minutes, and one count of 9000 more."""
    rows = [(10 * n, 9000.0 * n) for n in range(8)]
    whole = counted(readings, rows, "m3", "flow").frame
    assert whole["flag"].to_list() == [0] * 7
    assert whole["value"].to_list() == pytest.approx([15.0] * 7)
    for more, flag in ((20_900.0, 0), (21_100.0, Flag.JUMP)):
        fast = [*rows, (80, 63_000.0 + more), (90, 72_000.0 + more)]
        found = counted(readings, fast, "m3", "flow", fastest={"P": 100.0}).frame
        assert found["flag"].to_list() == [0] * 7 + [flag, 0]


@pytest.mark.parametrize(
    ("register", "code", "first"),
    [
        ([900, 910, 920, 930, 3, 13, 23, 33, 43], "reset", 4),
        ([970, 980, 990, 999, 9, 19, 29, 39, 49], "rollover", 4),
        ([900, 910, 920, 930, 8e5, 8e5 + 10, 8e5 + 20, 8e5 + 30], "jump", 4),
        ([900, 910, 2, 930, 940, 950, 960], "glitch", 2),
    ],
)
def test_what_happens_to_a_register_is_said_with_its_time(readings, register, code, first):
    admitted = counted(readings, [(10 * n, v) for n, v in enumerate(register)])
    assert only(admitted, f"measure.counter.{code}") == {
        "point": "P",
        "count": 1,
        "first": f"2024-01-01 00:{10 * first} UTC",
    }


def test_registers_that_do_not_count_up_are_told_by_what_they_do(readings):
    """Down; up and down for weeks, as a meter of draw may not; and up and down at random."""
    season = np.concatenate([np.arange(400.0), np.arange(400.0, 0, -1)]) * 5
    wild = 50 + 10 * np.random.default_rng(3).standard_normal(500)
    for values, quantity, code in (
        (5000 - 5 * np.arange(60.0), "heat_energy", "backwards"),
        (3000 + season, "electricity_energy", "both_ways"),
        (3000 + season, "heat_energy", "signed"),
        (wild, "heat_energy", "not_a_counter"),
    ):
        rows = [(60 * n, float(v)) for n, v in enumerate(values)]
        admitted = counted(readings, rows, quantity=quantity)
        found = only(admitted, f"measure.counter.{code}")
        assert found["point"] == "P"
        assert [v.code for v in admitted.verdicts][-1] == f"measure.counter.{code}"


def test_a_nameplate_is_in_the_point_s_own_unit_per_second(readings):
    """A leap of 300 kWh in ten minutes is 1.8 MW."""
    slow = [(10 * n, 100 + 0.5 * n) for n in range(40)]
    rows = slow + [(10 * (40 + n), 420 + 0.5 * n) for n in range(40)]
    assert only(counted(readings, rows), "measure.counter.jump")["count"] == 1
    allowed = counted(readings, rows, fastest={"P": 1.9e6})
    assert allowed.verdicts == ()
    refused = counted(readings, rows, fastest={"P": 1.7e6})
    assert only(refused, "measure.counter.jump")["count"] == 1


def test_two_points_of_one_channel_and_silent_points_are_named(readings):
    one = point("flow", MEAN, "m3/h")
    extra = [Point(id=n, quantity="flow", of=n, statistic=MEAN, unit="L/s") for n in ("Q", "R")]
    admitted = admit(readings(P=[(0, 7.2), (10, 7.2)]), [one, *extra])
    assert only(admitted, "measure.admit.no_readings") == {"points": "Q, R", "n": 2}
    twin = Point(id="T", quantity="flow", of="load", statistic=MEAN, unit="L/s")
    admitted = admit(readings(P=[(0, 7.2), (10, 3.6)], T=[(0, 2.0)]), [one, twin])
    assert only(admitted, "measure.admit.same_channel") == {
        "point": "T",
        "first": "P",
        "quantity": "flow",
        "of": "load",
    }
    assert admitted.segments()["P"].value.tolist() == pytest.approx([2e-3, 1e-3])
