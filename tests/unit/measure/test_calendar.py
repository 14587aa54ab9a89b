"""Months, days and hours as people on site count them."""

import numpy as np
import pytest

from loopkeeper.measure.calendar import Months, local_calendar, local_days

EVENING = np.datetime64("2024-01-31T15", "s") + np.arange(3) * np.timedelta64(1, "h")


def test_at_16_hours_utc_the_next_day_begins_in_shanghai():
    month, day, hour, weekday = local_calendar(EVENING, "Asia/Shanghai")
    assert month.tolist() == [1, 2, 2]
    assert day.tolist() == [31, 1, 1]
    assert hour.tolist() == [23, 0, 1]
    assert weekday.tolist() == [2, 3, 3]  # a Wednesday
    days = local_days(EVENING, "Asia/Shanghai")
    assert [str(d) for d in days] == ["2024-01-31", "2024-02-01", "2024-02-01"]
    assert len(local_calendar(EVENING[:0], "UTC")[0]) == 0


def test_summer_time_is_an_hour_more():
    noon = np.array(["2024-01-01T11", "2024-07-01T10"], dtype="datetime64[s]")
    assert local_calendar(noon, "Europe/Berlin")[2].tolist() == [12, 12]


def test_months_have_names_sums_and_means_of_what_is_kept():
    months = Months.of(EVENING, "Asia/Shanghai")
    assert months.names == ("2024-01", "2024-02")
    assert months.index.tolist() == [0, 1, 1]
    values = np.array([1.0, 2.0, 5.0])
    assert months.sums(values).tolist() == [1.0, 7.0]
    assert months.means(values, np.array([True, True, True])).tolist() == [1.0, 3.5]
    kept = months.means(np.array([np.nan, 2.0, 5.0]), np.array([False, False, True]))
    assert kept == pytest.approx([np.nan, 5.0], nan_ok=True)
