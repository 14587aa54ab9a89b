"""Design loads on measured hours: a line by hand, its rooms, its season and its calendar."""

from dataclasses import fields, replace

import numpy as np
import pytest

from loopkeeper.measure.operation import Operation
from loopkeeper.measure.reference import (
    _Days,
    _fit,
    _in_season,
    _room_offset,
    reference_loads,
)
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.machines import BackupRecord

HOUR = np.timedelta64(3600, "s")
YEAR = np.datetime64("2023-01-01T00", "s") + np.arange(8760) * HOUR
CLOCK = np.arange(8760) % 24
DAY = np.arange(8760) // 24
WEEKEND = (DAY + 6) % 7 >= 5  # the first of January 2023 was a Sunday
SWING = np.where(CLOCK < 12, -3.0, 3.0)
AIR = np.where((DAY >= 121) & (DAY < 273), 21.0 + DAY % 30 * 0.5, -5.0 + DAY % 40 * 0.5)
COURSE = np.where(WEEKEND, 1.0, np.where(CLOCK < 12, 0.5, 1.5))
HEATING = np.where(AIR < 15.0, 100.0 * (15.0 - AIR), 0.0) * COURSE
COOLING = np.where(AIR > 20.0, 50.0 * (AIR - 20.0), 0.0) * (2.0 - COURSE)


def design(**more):
    usual = {
        "time": YEAR,
        "heating": 0.75 * HEATING,
        "cooling": COOLING,
        "hot_water": 0.25 * HEATING,
        "outdoor_temperature": AIR + SWING,
    }
    return LoadYear(**{**usual, **more})


def measured(first, days, **columns):
    """Hours of days from a date on that are nought unless said otherwise."""
    count = 24 * days
    empty = {f.name: np.zeros(count) for f in fields(Operation)}
    empty |= {"lacking": (), "guessed": (), "indoor": np.full(count, np.nan)}
    empty["time"] = np.datetime64(first, "s") + np.arange(count) * HOUR
    given = {k: np.broadcast_to(np.asarray(v, float), count) for k, v in columns.items()}
    return Operation(**{**empty, **given})


def codes(said):
    return [v.code for v in said]


# -- the line


def test_a_winter_week_is_set_on_the_line_and_spread_as_the_design_does(plant):
    """A Monday of 5 °C asks for 1000 W on the mean, half of it before noon; so does a Sunday."""
    outdoor = 5.0 + np.where(np.arange(168) % 24 < 12, -4.0, 4.0)
    found, said = reference_loads(plant, design(), measured("2024-02-05", 7, outdoor=outdoor))
    forenoon = np.arange(168) % 24 < 12
    expected = np.where(np.arange(168) >= 120, 1.0, np.where(forenoon, 0.5, 1.5)) * 1000.0
    assert found.heating == pytest.approx(expected)
    assert not found.cooling.any()
    assert codes(said) == ["measure.reference.no_room_temperature"]


def test_a_summer_week_is_set_on_the_line_of_cold(plant):
    found, _ = reference_loads(plant, design(), measured("2024-07-01", 5, outdoor=26.0))
    forenoon = np.arange(120) % 24 < 12  # from a Monday on
    assert found.cooling == pytest.approx(300.0 * np.where(forenoon, 1.5, 0.5))
    assert not found.heating.any()


def test_beyond_the_balance_nothing_is_asked_for(plant):
    found, _ = reference_loads(plant, design(), measured("2024-02-05", 3, outdoor=[15.5] * 72))
    assert not found.heating.any()


@pytest.mark.parametrize(
    ("kept", "asked"), [(22.5, 1250.0), (21.05, 1105.0), (20.95, 1000.0), (18.0, 800.0)]
)
def test_rooms_kept_warmer_than_promised_by_more_than_a_kelvin_move_the_line(plant, kept, asked):
    here = replace(plant, promise=replace(plant.promise, indoor_heating=20.0, indoor_cooling=26.0))
    run = measured("2024-02-05", 7, outdoor=5.0, heating=1.0, indoor=kept)
    found, said = reference_loads(here, design(), run)
    assert found.heating.mean() == pytest.approx(asked)
    assert codes(said) == ["measure.reference.no_room_temperature"]  # of cooling


def test_rooms_kept_colder_in_summer_ask_for_more(plant):
    here = replace(plant, promise=replace(plant.promise, indoor_cooling=26.0))
    run = measured("2024-07-01", 7, outdoor=26.0, cooling=1.0, indoor=24.0)
    found, _ = reference_loads(here, design(), run)
    assert found.cooling.mean() == pytest.approx(50.0 * (6.0 + 2.0))


def test_with_both_rooms_known_nothing_is_said(plant):
    here = replace(plant, promise=replace(plant.promise, indoor_heating=20.0, indoor_cooling=26.0))
    heating = (np.arange(336) < 168).astype(float)
    run = measured("2024-02-05", 14, outdoor=5.0, heating=heating, cooling=1 - heating, indoor=23)
    found, said = reference_loads(here, design(), run)
    assert said == ()
    assert found.heating.mean() == pytest.approx(1300.0)


def test_a_design_without_cold_has_none(plant):
    none = design(cooling=np.zeros(8760))
    found, _ = reference_loads(plant, none, measured("2024-07-01", 5, outdoor=30.0))
    assert found.cooling.tolist() == [0.0] * 120


def test_the_fit_finds_balance_slope_and_the_course_of_either_sort_of_day():
    days = _Days.of(YEAR, AIR + SWING, "UTC")
    assert days.mean == pytest.approx(AIR[::24])
    found = _fit(days, HEATING, 1.0)
    assert (found.balance, found.slope) == pytest.approx((15.0, 100.0))
    assert found.shape[0] == pytest.approx([0.5] * 12 + [1.5] * 12)
    assert found.shape[1] == pytest.approx(np.ones(24))
    cold = _fit(days, COOLING, -1.0)
    assert (cold.balance, cold.slope) == pytest.approx((20.0, 50.0))
    assert cold.shape[0] == pytest.approx([1.5] * 12 + [0.5] * 12)


# -- days and seasons


def test_days_are_those_of_the_site_s_clock():
    time = np.datetime64("2024-03-01T14", "s") + np.arange(5) * HOUR  # Friday evening
    days = _Days.of(time, np.array([1.0, 3.0, 5.0, 9.0, 10.0]), "Asia/Shanghai")
    assert days.index.tolist() == [0, 0, 1, 1, 1]
    assert days.hour.tolist() == [22, 23, 0, 1, 2]
    assert days.weekend.tolist() == [False, False, True, True, True]
    assert days.slot.tolist() == [60, 60, 61, 61, 61]  # after 31 and 29 days
    assert days.mean == pytest.approx([2.0, 8.0])


@pytest.mark.parametrize(
    ("loaded", "inside", "outside"),
    [
        (0, [0, 7, 359, 365], [8, 358]),
        (365, [365, 358, 0, 6], [7, 357]),
        (200, [193, 207], [192, 208]),
    ],
)
def test_a_season_reaches_a_week_beyond_its_days_and_over_new_year(loaded, inside, outside):
    slot = np.arange(366)
    year = _Days(slot, slot % 24, slot > 999, slot, np.zeros(366))
    found = _in_season(year, np.where(slot == loaded, 1.0, 0.0), year)
    assert found[inside].all()
    assert not found[outside].any()


@pytest.mark.parametrize(
    ("last", "first_inside", "last_inside"),
    [("02-28", "02-21", "03-06"), ("04-30", "04-23", "05-07"), ("12-31", "12-24", "01-07")],
)
def test_a_week_is_seven_days_at_the_end_of_every_month(last, first_inside, last_inside):
    """A leap year counts the 29th of February; of all others that day is missing."""
    time = np.datetime64("2024-01-01T00", "s") + np.arange(366 * 24) * HOUR
    days = _Days.of(time, np.zeros(len(time)), "UTC")
    date = np.array([str(t)[5:10] for t in time])
    inside = date[_in_season(days, (date == last).astype(float), days)]
    assert len(set(inside)) == 15
    assert {first_inside, last_inside} <= set(inside)
    assert set(_Days.of(YEAR, AIR, "UTC").slot) == set(range(366)) - {59}


# -- rooms


def offset(hours_known, promised=20.0, first="2024-02-05", clock=(10, 17)):
    """Rooms at 23 °C in so many working hours of three weeks, unknown in all others."""
    run = measured(first, 21)
    hour = np.arange(504) % 24
    office = (hour >= clock[0]) & (hour < clock[1])
    known = office & (np.cumsum(office) <= hours_known)
    run = replace(run, indoor=np.where(known, 23.0, np.nan))
    return _room_offset(run, promised, np.ones(504, bool), "UTC")


def test_a_day_of_working_hours_tells_how_rooms_are_kept():
    assert offset(24) == pytest.approx(3.0)
    assert offset(23) is None
    assert offset(24, promised=None) is None
    assert offset(24, first="2024-02-10") is None  # Saturday and Sunday are fourteen of them
    assert offset(38, first="2024-02-10") == pytest.approx(3.0)


def test_working_hours_are_from_ten_to_five():
    for clock, told in (((9, 10), False), ((10, 11), True), ((16, 17), True), ((17, 18), False)):
        run = measured("2024-02-05", 42)
        hour = np.arange(42 * 24) % 24
        kept = (hour >= clock[0]) & (hour < clock[1])
        run = replace(run, indoor=np.where(kept, 23.0, np.nan))
        found = _room_offset(run, 20.0, np.ones(42 * 24, bool), "UTC")
        assert (found is not None) is told


# -- by calendar


def test_without_design_weather_loads_are_those_of_the_date(plant):
    """The leap day is the 28th; recharge is by calendar too."""
    numbered = np.arange(8760.0)
    bare = design(
        heating=numbered,
        hot_water=np.full(8760, 0.25),
        cooling=-numbered,
        outdoor_temperature=None,
    )
    tower = BackupRecord("ct", "cooling_tower", cooling=1e3, annual_design=8760 * 0.5 * 3.6e6)
    here = replace(plant, backups=(tower,))
    found, said = reference_loads(here, bare, measured("2024-02-28", 3))
    hours = [*range(1392, 1416), *range(1392, 1416), *range(1416, 1440)]  # days 58 and 59
    assert found.heating == pytest.approx(np.array(hours) + 0.25)
    assert found.cooling == pytest.approx(-np.array(hours, float))
    assert codes(said) == ["measure.reference.no_design_weather"]
    assert found.recharge.shape == (72,)
    assert (found.recharge < 0).all()
    away = replace(here, site=replace(here.site, timezone="Asia/Shanghai"))
    shifted, _ = reference_loads(away, bare, measured("2024-03-05", 1))
    assert shifted.heating == pytest.approx(np.arange(1512, 1536) + 0.25)  # day 63
