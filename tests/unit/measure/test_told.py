"""
A period that was asked for and is half told: hand calculations on a made year.

The year: 50 kW drawn in 150 winter days, 60 kW put in during 92 summer days. Without its last 60
days, all winter, the heat put in over the heat drawn would read 1.23 instead of 0.74.
"""

import numpy as np
import pytest

from loopkeeper.measure.kpi import H1, delivered_energy, performance_factor
from loopkeeper.measure.kpi_basis import KpiRefusal
from loopkeeper.measure.kpi_loop import thermal_balance_ratio
from loopkeeper.measure.series import Period
from loopkeeper.measure.told import not_compared, silences, silent_share, told, untold
from loopkeeper.units import KWH

DAYS = np.arange(365 * 24) // 24
WINTER = (DAYS < 90) | (DAYS >= 305)
SUMMER = (DAYS >= 152) & (DAYS < 244)
YEAR = Period(np.datetime64("2024-01-01", "s"), np.datetime64("2024-12-31", "s"))


def made(channelled, keep):
    """The made year; readings only where ``keep``, and no hours after the last of them."""
    source = np.where(WINTER, 50e3, np.where(SUMMER, -60e3, 0.0))
    load = np.where(WINTER, 65e3, np.where(SUMMER, -50e3, 0.0))
    draw = np.where(WINTER, 15e3, np.where(SUMMER, 10e3, 0.0))
    end = np.flatnonzero(keep)[-1] + 1
    values = {
        ("heat_power", "source"): source,
        ("heat_power", "load"): load,
        ("electricity_power", "hp1"): draw,
    }
    return channelled({k: np.where(keep, v, np.nan)[:end] for k, v in values.items()})


def test_the_whole_year_is_balanced_as_by_hand(channelled, plant):
    hours = made(channelled, DAYS >= 0)
    found = thermal_balance_ratio(hours, plant, YEAR)
    assert found.value.value == pytest.approx(92 * 60 / (150 * 50))  # 0.736
    assert performance_factor(hours, plant, YEAR, H1, "heating").value.value == pytest.approx(
        65 / 15
    )


@pytest.mark.parametrize(
    ("silent", "days"),
    [(DAYS >= 305, 60), (DAYS < 60, 60), ((DAYS >= 10) & (DAYS < 41), 31), (DAYS >= 350, 15)],
)
def test_a_year_with_months_missing_gives_nothing_that_needs_the_year(
    channelled, plant, silent, days
):
    hours = made(channelled, ~silent)
    for found in (
        thermal_balance_ratio(hours, plant, YEAR),
        performance_factor(hours, plant, YEAR, H1, "heating"),
    ):
        assert isinstance(found, KpiRefusal)
        assert [v.code for v in found.reasons] == ["measure.kpi.half_told"]
        assert found.reasons[0].figures["days"] == str(days)
        assert found.reasons[0].figures["coverage_percent"] == f"{100 * (1 - days / 365):.0f}"


def test_nobody_knows_what_two_silent_months_delivered(channelled, plant):
    """The sum is of what was measured; scaled by time, 60 days would be invented."""
    heat = delivered_energy(made(channelled, DAYS < 305), plant, YEAR, "heating")
    assert heat.value.value == pytest.approx(90 * 24 * 65 * KWH)
    assert heat.estimated == 0.0
    assert heat.coverage == pytest.approx(305 / 365)


def test_gaps_within_what_is_told_are_scaled_as_ever(channelled, plant):
    """An hour of each day is missing: that share of what is told is estimated, and no more."""
    keep = (DAYS < 305) & (np.arange(len(DAYS)) % 24 > 0)
    heat = delivered_energy(made(channelled, keep), plant, YEAR, "heating")
    assert heat.value.value == pytest.approx(90 * 24 * 65 * KWH)
    assert heat.estimated == pytest.approx(1 / 24)


def test_a_year_is_the_sum_of_its_months_and_idle_ones_invent_nothing(channelled, plant):
    """
    Ten days of April, without heat, and five of January are missing.

    By hand: nothing is lost in April, and January's 26 other days stand for 31. By time over the
    year, 15 of 365 days, the answer would be 4.1 % up on what was measured: 145 of 150 days.
    """
    gap = ((DAYS >= 95) & (DAYS < 105)) | ((DAYS >= 10) & (DAYS < 15))
    heat = delivered_energy(made(channelled, ~gap), plant, YEAR, "heating")
    assert heat.value.value == pytest.approx(150 * 24 * 65 * KWH)
    assert heat.estimated == pytest.approx(5 / 150)
    january = Period(YEAR.start, np.datetime64("2024-02-01", "s"))
    month = delivered_energy(made(channelled, ~gap), plant, january, "heating")
    assert month.value.value == pytest.approx(31 * 24 * 65 * KWH)


def test_a_fortnight_of_a_year_is_a_gap_and_ten_scattered_percent_are_gaps():
    time = YEAR.start + np.arange(len(DAYS)) * np.timedelta64(1, "h")
    fortnight = told(time, (DAYS < 200) | (DAYS >= 214), YEAR)
    assert fortnight.whole
    assert fortnight.silences[0].start == np.datetime64("2024-07-19", "s")
    assert told(time, np.arange(len(DAYS)) % 10 > 0, YEAR).whole
    assert not told(time, np.arange(len(DAYS)) % 5 > 0, YEAR).whole  # a fifth is too much


def test_what_lies_outside_the_record_is_not_told():
    """A record of ten months: 305 of 365 days, and the silence is the last one."""
    record = YEAR.start + np.arange(305 * 24) * np.timedelta64(1, "h")
    found = told(record, np.ones(len(record), bool), YEAR)
    assert found.share == pytest.approx(305 / 365)
    assert found.silences == (Period(np.datetime64("2024-11-01", "s"), YEAR.end),)
    assert not found.whole


# -- thresholds


HOURS = YEAR.start + np.arange(8760) * np.timedelta64(1, "h")


def of_year(*silent):
    """A year of 365 days that is silent from one hour until another, so often."""
    known = np.ones(8760, bool)
    for first, last in silent:
        known[first:last] = False
    return told(HOURS, known, YEAR)


def test_a_fortnight_without_a_reading_is_a_silence_and_an_hour_less_a_gap():
    assert silences(np.ones(500, bool)) == []
    for length, found in ((336, [(7, 343)]), (335, [])):
        known = np.ones(500, bool)
        known[7 : 7 + length] = False
        assert silences(known) == found
        assert silent_share(known) == (length / 500 if found else 0.0)
    assert silences(np.zeros(400, bool)) == [(0, 400)]
    assert silent_share(np.zeros(0, bool)) == 0.0


def test_four_hundredths_of_a_year_may_be_silent():
    """350.4 hours; what is told is 0.96 of the year either way."""
    assert of_year((100, 450)).whole
    assert not of_year((100, 451)).whole
    assert of_year((100, 450), (5000, 5335)).whole  # the second is a gap
    assert not of_year((100, 450), (5000, 5336)).whole


def test_eighty_five_hundredths_have_to_be_told():
    """Gaps of 300 hours, none of them a silence: 1314 hours may lack."""
    gaps = [(1000 * k, 1000 * k + 300) for k in range(4)]
    assert of_year(*gaps, (5000, 5114)).whole
    assert not of_year(*gaps, (5000, 5115)).whole


def test_silences_are_told_the_longest_first_and_hours_beyond_the_period_do_not_count():
    found = of_year((100, 450), (5000, 5500))
    assert [(p.hours, p.start) for p in found.silences] == [
        (500, HOURS[5000]),
        (350, HOURS[100]),
    ]
    assert found.share == pytest.approx(7910 / 8760)
    wide = YEAR.start + np.arange(-500, 8760 + 500) * np.timedelta64(1, "h")
    part = told(wide, np.arange(len(wide)) % 9760 < 700, YEAR)
    assert part.share == pytest.approx(200 / 8760)
    assert part.silences == (Period(HOURS[200], YEAR.end),)


def test_a_half_told_period_names_its_longest_silence_and_a_thin_one_its_share():
    (half,) = untold(of_year((100, 500), (5000, 5700)), "UTC")
    assert half.code == "measure.period.half_told"
    assert half.figures == {
        "percent": "87",
        "first": "2024-07-27",
        "last": "2024-08-25",
        "days": "29",
    }
    (thin,) = untold(of_year(*((1000 * k, 1000 * k + 300) for k in range(8))), "UTC")
    assert (thin.code, thin.figures) == ("measure.period.thin", {"percent": "73"})
    assert untold(of_year((100, 400)), "UTC") == ()


def test_a_year_before_is_compared_where_it_is_whole_or_was_never_there():
    assert not_compared(of_year()) == ()
    assert not_compared(of_year((0, 8760))) == ()
    (said,) = not_compared(of_year((0, 4380)))
    assert (said.code, said.figures) == ("measure.period.before", {"percent": "50"})
