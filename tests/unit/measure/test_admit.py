"""Admission: units, limits, duplicates, statistics, clocks."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from loopkeeper.measure.admit import admit
from loopkeeper.measure.admitted import Flag
from loopkeeper.measure.aggregate import total
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.units import HOUR, KWH


def point(quantity, statistic, unit, *, name="P", low=None, high=None):
    return Point(
        id=name, quantity=quantity, of="load", statistic=statistic, unit=unit, low=low, high=high
    )


def codes(admitted):
    return [v.code for v in admitted.verdicts]


TEMPERATURE = point("supply_temperature", Statistic.INSTANT, "°C")


@pytest.mark.parametrize(
    ("unit", "raw", "si"),
    [("°C", 20.0, 20.0), ("°F", 68.0, 20.0)],
)
def test_temperatures_become_celsius(readings, unit, raw, si):
    admitted = admit(
        readings(P=[(0, raw), (10, raw)]),
        [point("supply_temperature", Statistic.INSTANT, unit)],
    )
    assert admitted.frame["value"].to_list() == pytest.approx([si, si])


def test_an_instant_holds_until_the_next_reading(readings):
    frame = admit(readings(P=[(0, 20), (10, 21), (20, 22)]), [TEMPERATURE]).frame
    assert (frame["until"] - frame["time"])[0] == timedelta(minutes=10)


def test_an_instant_before_a_gap_holds_no_longer_than_its_rhythm_allows(readings):
    pairs = [(m, 20 + m / 100) for m in range(0, 100, 10)] + [(1000, 25)]
    frame = admit(readings(P=pairs), [TEMPERATURE]).frame
    assert (frame["until"] - frame["time"])[9] == timedelta(minutes=15)


def test_a_log_of_changes_holds_for_hours(readings):
    steps = [0, 1, 4, 60, 62, 150, 151, 158, 290, 300]
    frame = admit(readings(P=[(m, 20 + k) for k, m in enumerate(steps)]), [TEMPERATURE]).frame
    assert (frame["until"] - frame["time"])[7] == timedelta(minutes=132)


def test_a_mean_covers_the_step_that_begins_at_its_time(readings):
    frame = admit(
        readings(P=[(0, 5), (15, 7), (30, 9)]), [point("heat_power", Statistic.MEAN, "kW")]
    ).frame
    assert frame["value"].to_list() == [5000, 7000, 9000]
    assert (frame["until"] - frame["time"]).to_list() == [timedelta(minutes=15)] * 3


def test_a_sum_becomes_the_mean_rate_of_its_step(readings):
    frame = admit(
        readings(P=[(0, 2), (30, 3), (60, 4)]), [point("heat_energy", Statistic.SUM, "kWh")]
    ).frame
    assert frame["value"].to_list() == pytest.approx([4000, 6000, 8000])


def test_a_counter_becomes_the_mean_rate_between_readings(readings):
    frame = admit(
        readings(P=[(0, 100), (30, 102), (60, 105)]),
        [point("heat_energy", Statistic.COUNTER, "kWh")],
    ).frame
    assert frame["value"].to_list() == pytest.approx([4000, 6000])
    assert frame["flag"].to_list() == [Flag.GOOD, Flag.GOOD]


def test_energy_of_a_counter_gap_is_kept_but_marked(readings):
    pairs = [(10 * k, 100 + k) for k in range(10)] + [(1000, 190), (1010, 191)]
    admitted = admit(readings(P=pairs), [point("heat_energy", Statistic.COUNTER, "kWh")])
    assert total(admitted, "P") == pytest.approx(91 * KWH)
    assert admitted.frame["flag"].to_list()[9] == Flag.SPREAD
    assert admitted.frame["value"].max() < 2 * 6000
    assert "measure.counter.gap" in codes(admitted)


def test_a_quiet_counter_without_counts_has_no_gap(readings):
    pairs = [(10 * k, 100 + k) for k in range(10)] + [(1000, 109), (1010, 110)]
    admitted = admit(readings(P=pairs), [point("heat_energy", Statistic.COUNTER, "kWh")])
    assert codes(admitted) == []


def test_operating_hours_become_the_share_of_time_running(readings):
    admitted = admit(
        readings(P=[(0, 500), (120, 501)]), [point("running", Statistic.COUNTER, "h")]
    )
    assert admitted.frame["value"].to_list() == pytest.approx([0.5])
    assert total(admitted, "P") == pytest.approx(HOUR)


def test_readings_beyond_the_points_own_limits_are_marked_and_counted(readings):
    listed = point("supply_temperature", Statistic.INSTANT, "°C", low=0, high=60)
    admitted = admit(readings(P=[(0, 20), (10, 75), (20, 21)]), [listed])
    assert admitted.frame["flag"].to_list() == [0, Flag.RANGE, 0]
    (verdict,) = admitted.verdicts
    assert verdict.code == "measure.admit.range"
    assert verdict.figures["count"] == 1
    assert "75" in verdict.sentence()
    assert "60" in verdict.sentence("zh")


def test_sentinels_fail_the_physical_limits(readings):
    admitted = admit(readings(P=[(0, 20), (10, -32768), (20, 9999)]), [TEMPERATURE])
    assert admitted.frame["flag"].to_list() == [0, Flag.RANGE, Flag.RANGE]


def test_a_sentinel_in_a_counter_is_not_a_reset(readings):
    admitted = admit(
        readings(P=[(0, 100), (10, 101), (20, -32768), (30, 103)]),
        [point("heat_energy", Statistic.COUNTER, "kWh")],
    )
    assert total(admitted, "P") == pytest.approx(3 * KWH)
    assert codes(admitted) == ["measure.admit.range"]


def test_disorder_changes_nothing(readings):
    ordered = readings(P=[(0, 20), (10, 21), (20, 22)])
    assert admit(ordered.reverse(), [TEMPERATURE]).frame.equals(
        admit(ordered, [TEMPERATURE]).frame
    )


def test_of_two_values_for_one_time_the_last_row_wins_and_both_are_counted(readings):
    admitted = admit(readings(P=[(0, 20), (10, 21), (10, 25), (10, 25), (20, 22)]), [TEMPERATURE])
    assert admitted.frame["value"].to_list() == [20, 25, 22]
    (verdict,) = admitted.verdicts
    assert verdict.figures == {"count": 2, "different": 1}


def test_of_two_values_for_one_time_the_one_known_last_wins(readings):
    frame = readings(P=[(0, 20), (10, 25), (10, 21)], known_at=[1, 50, 11])
    assert admit(frame, [TEMPERATURE]).frame["value"].to_list() == [20, 25]


def test_what_became_known_later_is_not_used(readings):
    frame = readings(P=[(0, 20), (10, 21), (10, 25)], known_at=[1, 11, 500])
    now = frame["time"].max() + timedelta(hours=1)
    admitted = admit(frame, [TEMPERATURE], now=now)
    assert admitted.frame["value"].to_list() == [20, 21]
    assert codes(admitted) == ["measure.admit.late"]


def test_readings_from_the_future_and_from_unset_clocks_are_left_out(readings):
    frame = readings(P=[(0, 20), (10, 21), (5000, 22), (-20_000_000, 23)])
    now = frame["time"][1]
    admitted = admit(frame, [TEMPERATURE], now=now)
    assert admitted.frame["value"].to_list() == [20, 21]
    assert admitted.verdicts[0].figures["count"] == 2


def test_unknown_points_and_empty_values_are_counted(readings):
    frame = readings(P=[(0, 20), (10, None), (20, float("nan"))], Q=[(0, 1)])
    admitted = admit(frame, [TEMPERATURE])
    figures = {v.code: v.figures for v in admitted.verdicts}
    assert figures["measure.admit.unknown_point"] == {"count": 1, "points": "Q"}
    assert figures["measure.admit.missing"] == {"count": 2}
    assert admitted.frame.height == 1


def test_an_unknown_unit_is_a_problem_and_stops_only_its_point(readings):
    listed = [TEMPERATURE, point("flow", Statistic.INSTANT, "blorps", name="F")]
    admitted = admit(readings(P=[(0, 20), (10, 21)], F=[(0, 1)]), listed)
    assert "measure.admit.unknown_unit" in codes(admitted)
    assert set(admitted.segments()) == {"P"}


def test_silent_points_and_double_channels_are_named(readings):
    listed = [TEMPERATURE, point("supply_temperature", Statistic.INSTANT, "°C", name="Z")]
    admitted = admit(readings(P=[(0, 20), (10, 21)]), listed)
    assert codes(admitted) == ["measure.admit.same_channel", "measure.admit.no_readings"]


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(["P", "Q"])])
def test_any_kind_of_text_names_the_points(readings, dtype):
    frame = readings(P=[(0, 20), (10, 21)]).with_columns(pl.col("point").cast(dtype))
    assert admit(frame, [TEMPERATURE]).frame["value"].to_list() == [20, 21]


def test_no_readings_at_all_is_an_answer(readings):
    admitted = admit(readings(P=[]), [TEMPERATURE])
    assert admitted.frame.height == 0
    assert codes(admitted) == ["measure.admit.no_readings"]


def test_every_verdict_speaks_both_languages(readings):
    listed = point("supply_temperature", Statistic.INSTANT, "°C", low=0, high=60)
    frame = readings(P=[(0, 20), (0, 21), (10, 75), (20, None)], Q=[(0, 1)])
    for verdict in admit(frame, [listed]).verdicts:
        assert verdict.sentence("en") != verdict.sentence("zh")


def test_a_signed_register_goes_on_below_zero(readings):
    """Heat counted up, then cold counted down through zero: all of it is a course."""
    turns = np.repeat([1.0, -1.0, 1.0], [300, 400, 300])
    course = [(60 * n, v) for n, v in enumerate(4.0 * np.cumsum(turns))]
    admitted = admit(readings(P=course), [point("heat_energy", Statistic.COUNTER, "kWh")])
    assert "measure.admit.range" not in codes(admitted)
    assert "measure.counter.signed" in codes(admitted)
    net = total(admitted, "P") / KWH
    assert net == pytest.approx(course[-1][1] - course[0][1])


@pytest.mark.parametrize("odd", [-1.0, -9999.0], ids=["stray", "error code"])
def test_what_does_not_move_below_zero_is_no_course(readings, odd):
    course = [(m, odd if 200 < m < 260 else 10.0 * m) for m in range(0, 600, 10)]
    admitted = admit(readings(P=course), [point("heat_energy", Statistic.COUNTER, "kWh")])
    assert "measure.admit.range" in codes(admitted)
    assert total(admitted, "P") / KWH == pytest.approx(5900.0)
