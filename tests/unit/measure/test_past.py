"""Days before a period: counted by hand, each named by a number of its own."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest

from loopkeeper.measure.operation import Operation
from loopkeeper.measure.past import (
    Past,
    daily_means,
    days_since_hand_over,
    design_past,
    measured_past,
    recorded,
    reference_past,
)
from loopkeeper.measure.reference import ReferenceLoads
from loopkeeper.measure.series import LoadYear, Period

START = np.datetime64("2024-01-01T00", "s")
DAY = np.timedelta64(1, "D")
NAMES = ("heating", "cooling", "recharge", "outdoor")


def run_of(days, odd_hours=0):
    """Days 0, 1, 2 … from New Year on whose heating is the day's number, cooling 1000 more, …."""
    count = 24 * days + odd_hours
    columns = {f.name: np.zeros(count) for f in fields(Operation)}
    number = np.arange(count) // 24
    columns |= {name: 1000.0 * k + number for k, name in enumerate(NAMES)}
    columns["time"] = START + np.arange(count) * np.timedelta64(3600, "s")
    return Operation(**columns | {"lacking": (), "guessed": ()})


def handed_over(plant, on):
    return replace(plant, site=replace(plant.site, handed_over_on=on))


def from_day(first, last):
    return Period(START + first * DAY, START + last * DAY)


def codes(verdicts):
    return [(v.code, v.figures) for v in verdicts]


def test_a_daily_mean_is_over_24_hours_and_the_incomplete_last_day_is_left_out():
    values = np.concatenate([np.arange(24.0), np.full(24, 7.0), np.full(23, 99.0)])
    assert daily_means(values).tolist() == [11.5, 7.0]
    assert len(daily_means(np.zeros(23))) == 0


def test_days_since_hand_over_are_whole_and_never_negative(plant):
    period = from_day(40, 50)  # from 10 February on
    assert days_since_hand_over(handed_over(plant, date(2024, 2, 9)), period) == 1
    assert days_since_hand_over(handed_over(plant, date(2023, 2, 10)), period) == 365
    assert days_since_hand_over(handed_over(plant, date(2024, 2, 11)), period) == 0
    assert days_since_hand_over(handed_over(plant, None), period) == 0


def test_the_past_is_the_record_as_far_as_it_reaches(plant):
    past, said = measured_past(handed_over(plant, date(2024, 1, 3)), run_of(10), from_day(6, 10))
    for k, name in enumerate(NAMES):
        assert getattr(past, name).tolist() == [1000.0 * k + d for d in (2, 3, 4, 5)]
    assert said == ()


def test_days_before_the_record_are_the_period_s_own_by_calendar(plant):
    """Ten days ahead of day 2, two on record: eight from a period of days 2, 3, 4 repeated."""
    past, said = measured_past(
        handed_over(plant, date(2023, 12, 24)), run_of(5, odd_hours=5), from_day(2, 5)
    )
    assert past.heating.tolist() == [4, 2, 3, 4, 2, 3, 4, 2, 0, 1]
    assert past.outdoor[:2].tolist() == [3004, 3002]
    assert said == ()


def test_a_record_that_begins_within_a_day_counts_whole_days_up_to_the_period(plant):
    whole = run_of(6)
    late = whole.within(Period(START + np.timedelta64(5, "h"), START + 6 * DAY))
    past, _ = measured_past(handed_over(plant, date(2024, 1, 1)), late, from_day(3, 6))
    assert past.heating.tolist() == [3, 1, 2]  # 1 January is 19 hours and supposed: day 3


@pytest.mark.parametrize(("days", "word"), [(32, ()), (33, (31,))])
def test_a_month_that_had_to_be_supposed_is_worth_a_word(plant, days, word):
    on = (START + 2 * DAY - days * DAY).astype("datetime64[D]").astype(object)
    past, said = measured_past(handed_over(plant, on), run_of(5), from_day(2, 5))
    assert len(past.heating) == days
    assert codes(said) == [("measure.past.supposed", {"days": d}) for d in word]


def test_without_a_hand_over_there_is_no_past_and_it_is_said(plant):
    past, said = measured_past(handed_over(plant, None), run_of(5), from_day(2, 5))
    assert all(len(getattr(past, name)) == 0 for name in NAMES)
    assert codes(said) == [("measure.past.no_hand_over", {})]


def past_of(days):
    return Past(*(1000.0 * k + np.arange(float(days)) for k in range(4)))


@pytest.mark.parametrize(("hand_over", "ahead"), [(None, 6), (date(2024, 1, 3), 4)])
def test_what_was_recorded_ahead_is_no_longer_past(plant, hand_over, ahead):
    lasted = 4 if hand_over else 9
    record = recorded(handed_over(plant, hand_over), run_of(10), from_day(6, 10), past_of(lasted))
    assert record.ahead == ahead
    assert record.operation.heating.tolist() == np.repeat(range(6 - ahead, 10), 24).tolist()
    kept = max(lasted - ahead, 0)
    for k, name in enumerate(NAMES):
        assert getattr(record.past, name).tolist() == [1000.0 * k + d for d in range(kept)]


def test_no_more_than_a_year_ahead_is_read(plant):
    record = recorded(handed_over(plant, None), run_of(370), from_day(366, 370), past_of(366))
    assert record.ahead == 365
    assert record.operation.hours == 24 * (365 + 4)
    assert record.past.heating.tolist() == [0.0]


def test_less_than_a_day_ahead_is_not_read(plant):
    period = Period(START + np.timedelta64(23, "h"), START + 3 * DAY)
    record = recorded(handed_over(plant, None), run_of(3), period, past_of(2))
    assert record.ahead == 0
    assert record.operation.time[0] == period.start
    assert len(record.past.heating) == 2


def test_design_loads_are_repeated_backwards_from_the_period():
    day = np.repeat([1.0, 2.0, 3.0], 24)
    past = reference_past(ReferenceLoads(day, day + 10, day + 20), day + 30, 4)
    assert past.heating.tolist() == [3, 1, 2, 3]
    assert past.cooling.tolist() == [13, 11, 12, 13]
    assert past.recharge.tolist() == [23, 21, 22, 23]
    assert past.outdoor.tolist() == [33, 31, 32, 33]
    assert len(reference_past(ReferenceLoads(day, day, day), day, 0).heating) == 0


@pytest.mark.parametrize(("days", "laid"), [(182, 0), (183, 365), (547, 365), (548, 730)])
def test_whole_design_years_are_repeated(days, laid):
    number = np.repeat(np.arange(365.0), 24)
    hours = START + np.arange(8760) * np.timedelta64(3600, "s")
    design = LoadYear(hours, number, number + 1000, np.full(8760, 0.25), number - 9)
    past = design_past(design, number + 2000, days)
    assert len(past.heating) == laid
    if laid:
        assert past.heating[[0, -1]].tolist() == [0.25, 364.25]  # with hot water
        assert past.cooling[0] == 1000
        assert past.recharge[0] == 2000
        assert past.outdoor[0] == -9
        bare = replace(design, outdoor_temperature=None)
        assert (design_past(bare, number, days).outdoor == np.zeros(laid)).all()
