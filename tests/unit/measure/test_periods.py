"""Months, quarters, seasons and years in the site's own time."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from loopkeeper.errors import InputError, InsufficientDataError
from loopkeeper.measure.periods import (
    as_datetime,
    check_period_name,
    last_complete,
    last_day,
    local_date,
    months_of,
    named_period,
    period_of_kind,
    reach_text,
    year_before,
)
from loopkeeper.plant.site import Season, Site

SITE = Site(
    id="a",
    name="A",
    timezone="Asia/Shanghai",
    heating_season=Season((11, 15), (3, 15)),
    cooling_season=Season((6, 1), (9, 15)),
)


def text(period):
    return str(period.start), str(period.end)


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2024-02", "2024-01-31T16:00:00", "2024-02-29T16:00:00"),  # a leap day
        ("2024-12", "2024-11-30T16:00:00", "2024-12-31T16:00:00"),
        ("2024-Q4", "2024-09-30T16:00:00", "2024-12-31T16:00:00"),
        ("2024", "2023-12-31T16:00:00", "2024-12-31T16:00:00"),
        ("heating-2023", "2023-11-14T16:00:00", "2024-03-15T16:00:00"),  # over New Year
        ("cooling-2024", "2024-05-31T16:00:00", "2024-09-15T16:00:00"),
        ("2024-01-05/2024-01-08", "2024-01-04T16:00:00", "2024-01-07T16:00:00"),
        ("2024Q4", "2024-09-30T16:00:00", "2024-12-31T16:00:00"),
        ("2024-01-05T06:00/2024-01-08", "2024-01-04T22:00:00", "2024-01-07T16:00:00"),
        ("2024-01-05T06:00Z/2024-01-08T06:00+01:00", "2024-01-05T06:00:00", "2024-01-08T05:00:00"),
    ],
)
def test_names_of_periods(name, start, end):
    assert text(named_period(name, SITE)) == (start, end)


def test_clocks_that_change_make_months_of_odd_hours():
    berlin = replace(SITE, timezone="Europe/Berlin")
    assert named_period("2024-03", berlin).hours == 31 * 24 - 1
    assert named_period("2024-10", berlin).hours == 31 * 24 + 1


@pytest.mark.parametrize(
    "name",
    [
        "",
        "24-01",
        "2024-13",
        "2024-Q5",
        "heating",
        "2024-02-30/2024-03-01",
        "2024-03-01/2024-02-01",
    ],
)
def test_other_names_say_what_is_expected(name):
    with pytest.raises(InputError, match="period"):
        named_period(name, SITE)
    with pytest.raises(InputError, match="period"):
        check_period_name(name)


def test_a_season_is_a_period_of_some_site():
    check_period_name("heating-2023")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2024-02", "2024-02-29"),
        ("2024-01-05/2024-01-08", "2024-01-07"),
        ("2024-01-05/2024-01-08T06:00", "2024-01-08"),
    ],
)
def test_the_last_day_is_in_the_period(name, day):
    assert str(last_day(named_period(name, SITE), SITE.timezone)) == day


def test_a_season_that_the_site_does_not_name():
    with pytest.raises(InputError, match="names no heating season"):
        named_period("heating-2023", replace(SITE, heating_season=None))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("monthly", "2024-02"),
        ("monthly", "2024-02-01/2024-03-01"),
        ("quarterly", "heating-2023"),
        ("quarterly", "cooling-2024"),
        ("quarterly", "2023-11-15/2024-03-16"),
        ("quarterly", "2024Q2"),
        ("annual", "2024"),
        ("annual", "2023-11-01/2024-11-01"),
        ("annual", "2023-10-28/2024-10-28"),
        ("annual", "2024-02-29/2025-03-01"),
    ],
)
def test_periods_of_their_kind(kind, name):
    assert period_of_kind(kind, name, SITE) == named_period(name, SITE)


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("annual", "2024-01", "an annual report is of twelve months"),
        ("annual", "heating-2023", "an annual report is of twelve months"),
        ("annual", "2023-11-01/2024-10-31", "an annual report is of twelve months"),
        ("annual", "2023-11-01T06:00/2024-11-01T06:00", "an annual report is of twelve months"),
        ("monthly", "2023-11-01/2024-11-01", "a monthly report is of a calendar month"),
        ("monthly", "2024-01-15/2024-02-15", "a monthly report is of a calendar month"),
        ("quarterly", "2024", "a quarterly report is of a season or a quarter"),
        ("quarterly", "2024-02-01/2024-05-01", "a quarterly report is of a season or a quarter"),
    ],
)
def test_a_report_is_of_a_period_of_its_kind(kind, name, expected):
    with pytest.raises(InputError, match=f"period '{name}': {expected}"):
        period_of_kind(kind, name, SITE)


def hours(first, last):
    return np.arange(np.datetime64(first, "h"), np.datetime64(last, "h")).astype("datetime64[s]")


def test_the_last_complete_period():
    time = hours("2022-11-01", "2024-02-20")
    assert last_complete("monthly", time, SITE)[0] == "2024-01"
    assert last_complete("quarterly", time, SITE)[0] == "cooling-2023"
    name, year = last_complete("annual", time, SITE)
    assert (name, year.hours) == ("2023-02-01/2024-02-01", 365 * 24)
    assert last_complete("annual", time, SITE, rolling=False)[0] == "2023"
    bare = replace(SITE, heating_season=None, cooling_season=None)
    assert last_complete("quarterly", time, bare)[0] == "2023-Q4"
    with pytest.raises(InsufficientDataError, match="no month is complete"):
        last_complete("monthly", hours("2024-01-05", "2024-01-25"), SITE)


def test_a_year_before():
    assert text(year_before(named_period("2024-01", SITE)))[0] == "2022-12-31T16:00:00"


def test_quarters_begin_in_their_months():
    utc = replace(SITE, timezone="UTC")
    first = [str(named_period(f"2023Q{q}", utc).start)[5:10] for q in (1, 2, 3, 4)]
    assert first == ["01-01", "04-01", "07-01", "10-01"]


def test_a_year_later_is_the_same_day():
    utc = replace(SITE, timezone="UTC")
    assert period_of_kind("annual", "2023-05-17/2024-05-17", utc).hours == 366 * 24
    for off in ("2023-05-17/2024-05-16", "2023-05-17/2024-05-18"):
        with pytest.raises(InputError):
            period_of_kind("annual", off, utc)


def test_a_quarterly_report_may_be_of_any_quarter_or_season():
    utc = replace(SITE, timezone="UTC")
    for start, end in (("01", "04"), ("04", "07"), ("07", "10")):
        name = f"2023-{start}-01/2023-{end}-01"
        assert period_of_kind("quarterly", name, utc) == named_period(name, utc)
    for name in ("2023-02-01/2023-05-01", "2023-03-01/2023-06-01", "2023-06-01/2023-09-15"):
        with pytest.raises(InputError):
            period_of_kind("quarterly", name, utc)
    assert period_of_kind("quarterly", "2023-06-01/2023-09-16", utc).hours == 107 * 24


def test_a_period_has_its_local_months_whole_or_in_part():
    period = named_period("2023-11-15/2024-02-03", SITE)
    found = months_of(period, SITE.timezone)
    assert [p.hours for p in found] == [16 * 24, 31 * 24, 31 * 24, 2 * 24]
    assert (found[0].start, found[-1].end) == (period.start, period.end)
    assert all(a.end == b.start for a, b in pairwise(found))
    assert months_of(named_period("2024-02", SITE), SITE.timezone) == (
        named_period("2024-02", SITE),
    )


def test_what_data_reach_is_told_on_the_site_s_clock():
    time = hours("2024-01-05T03", "2024-01-25T07")
    assert reach_text(time, "Asia/Shanghai") == (
        "data reach from 2024-01-05 11:00 to 2024-01-25 15:00 (Asia/Shanghai)"
    )
    assert str(as_datetime(np.datetime64("2024-01-05T03:04:05"))) == "2024-01-05 03:04:05+00:00"
    assert str(local_date(np.datetime64("2024-01-05T16:00"), "Asia/Shanghai")) == "2024-01-06"


@pytest.mark.parametrize(
    ("kind", "first", "last", "name"),
    [
        ("monthly", "2023-11-30T16", "2023-12-31T16", "2023-12"),  # to the hour
        ("monthly", "2023-11-30T16", "2023-12-31T15", None),
        ("monthly", "2023-11-30T17", "2023-12-31T16", None),
        ("annual", "2022-12-31T16", "2023-12-31T16", "2023-01-01/2024-01-01"),
        ("annual", "2022-12-31T16", "2023-12-31T15", None),
        ("quarterly", "2023-11-14T16", "2024-03-15T16", "heating-2023"),
        ("quarterly", "2023-11-14T16", "2024-03-15T15", None),
    ],
)
def test_a_period_is_complete_from_its_first_hour_to_its_last(kind, first, last, name):
    time = hours(first, last)
    if name is None:
        with pytest.raises(InsufficientDataError) as refused:
            last_complete(kind, time, SITE)
        assert reach_text(time, SITE.timezone) in str(refused.value)
        return
    found, period = last_complete(kind, time, SITE)
    assert period == named_period(name, SITE)
    assert found in {name, "2023"}


def test_a_season_that_began_the_year_before_the_record_may_be_its_last():
    """Only the heating season that began in 2023 is covered; the next one is not over."""
    time = hours("2023-11-01", "2024-12-31")
    assert (
        last_complete("quarterly", time, replace(SITE, cooling_season=None))[0] == "heating-2023"
    )
    bare = replace(SITE, heating_season=None, cooling_season=None)
    assert last_complete("quarterly", hours("2023-12-31T16", "2024-04-01"), bare)[0] == "2024-Q1"


def test_a_year_before_is_as_long():
    before = year_before(named_period("2024-01", SITE))
    assert text(before) == ("2022-12-31T16:00:00", "2023-01-31T16:00:00")
