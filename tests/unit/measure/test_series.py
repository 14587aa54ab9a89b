"""Hours of a plant cut to a period, laid over a longer one, and asked for what is not there."""

import numpy as np
import pytest

from loopkeeper.errors import UnmappedPointError
from loopkeeper.measure.series import Period, PlantHours

HOUR = np.timedelta64(3600, "s")
START = np.datetime64("2024-01-01T00", "s")
FLOW, DRAW = ("flow", "load"), ("electricity_power", "hp1")


@pytest.fixture
def hours(channelled):
    return channelled({FLOW: np.arange(10.0), DRAW: np.where(np.arange(10) == 4, np.nan, 5.0)})


def test_a_period_is_half_open_and_counted_in_whole_hours(hours):
    period = Period(START + 3 * HOUR, START + 7 * HOUR)
    assert period.hours == 4
    assert Period(START, START + np.timedelta64(7199, "s")).hours == 1
    part = hours.within(period)
    assert part.values(*FLOW).tolist() == [3.0, 4.0, 5.0, 6.0]
    assert part.channels[DRAW].coverage.tolist() == [1.0, 0.0, 1.0, 1.0]
    assert part.time.tolist() == hours.time[3:7].tolist()


def test_over_a_longer_period_hours_outside_the_record_are_there_without_values(hours):
    period = Period(START - 2 * HOUR, START + 11 * HOUR)
    wide = hours.over(period)
    assert wide.time.tolist() == [START.item() + k * HOUR.item() for k in range(-2, 11)]
    nan = [np.nan]
    assert wide.values(*FLOW) == pytest.approx(nan * 2 + list(range(10)) + nan, nan_ok=True)
    assert wide.channels[FLOW].coverage.tolist() == [0.0] * 2 + [1.0] * 10 + [0.0]
    within = hours.over(Period(START + 3 * HOUR, START + 7 * HOUR))
    assert within.values(*FLOW).tolist() == [3.0, 4.0, 5.0, 6.0]


def test_a_period_from_half_past_has_the_record_s_whole_hours(hours):
    half = np.timedelta64(1800, "s")
    wide = hours.over(Period(START - half - HOUR, START + 3 * HOUR))
    assert wide.time.tolist() == [START.item() + k * HOUR.item() for k in range(-1, 3)]
    assert wide.values(*FLOW)[1:].tolist() == [0.0, 1.0, 2.0]


def test_a_record_of_one_hour_is_laid_out_and_one_without_hours_stays_so(hours):
    single = hours.within(Period(START, START + HOUR)).over(Period(START - HOUR, START + HOUR))
    assert single.values(*FLOW) == pytest.approx([np.nan, 0.0], nan_ok=True)
    empty = PlantHours(np.zeros(0, "datetime64[s]"))
    assert len(empty.over(Period(START, START + HOUR)).time) == 0


def test_holes_within_a_record_are_laid_where_they_are(hours):
    keep = np.array([True] * 3 + [False] * 2 + [True] * 5)
    channels = {
        FLOW: type(hours.channels[FLOW])(hours.values(*FLOW)[keep], np.ones(8)),
    }
    holed = PlantHours(hours.time[keep], channels)
    wide = holed.over(Period(START, START + 10 * HOUR))
    nan = np.nan
    assert wide.values(*FLOW) == pytest.approx([0, 1, 2, nan, nan, 5, 6, 7, 8, 9], nan_ok=True)


def test_places_are_in_order_and_what_is_not_measured_is_named(channelled):
    hours = channelled({("flow", "b"): [1.0], ("flow", "a"): [1.0], ("pressure", "c"): [1.0]})
    assert hours.places("flow") == ("a", "b")
    assert hours.has("pressure", "c")
    assert not hours.has("pressure", "a")
    with pytest.raises(UnmappedPointError, match="no point measures pressure of a"):
        hours.values("pressure", "a")


def test_a_silent_channel_is_there_and_says_nothing(hours):
    silent = hours.channels[FLOW].silent()
    assert np.isnan(silent.values).all()
    assert silent.coverage.tolist() == [0.0] * 10
    assert silent.point is hours.channels[FLOW].point
    assert hours.values(*FLOW)[1] == 1.0
