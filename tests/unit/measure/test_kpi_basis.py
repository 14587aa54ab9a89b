"""What every key figure rests on, by hand: modes, months, coverage, gaps and what fills them."""

import numpy as np
import pytest

from loopkeeper.measure.kpi_basis import (
    Cut,
    Fill,
    KpiRefusal,
    KpiValue,
    _month,
    _ratio_variation,
    by_month,
    cut_out,
    daily_variation,
    lift,
    nothing_delivered,
    nothing_of,
    scaled_up,
)
from loopkeeper.measure.meter_error import Sensed
from loopkeeper.measure.metered import Group
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.plant.verdict import Verdict

BLANK = KpiRefusal("figure", "edge", "heating", ())
LOAD, DRAW = ("heat_power", "load"), ("electricity_power", "hp1")
NAMED = {"kpi": "figure", "boundary": "edge", "mode": "heating"}


def hours_of(channels, start="2024-01-01T00", withheld=None):
    count = len(next(iter(channels.values())).values)
    time = np.datetime64(start, "s") + np.arange(count) * np.timedelta64(3600, "s")
    return PlantHours(time, channels, withheld or {})


def channel(values, coverage=1.0):
    values = np.asarray(values, float)
    return Channel(values, np.broadcast_to(np.asarray(coverage, float), len(values)).copy())


def group(hours, *keys):
    return Group("-".join(k[1] for k in keys), sum(hours.channels[k].values for k in keys), keys)


def no_fill(months):
    months = np.asarray(months)
    return Fill(months, np.full(len(months), np.nan))


# -- modes and months


def test_known_hours_are_of_the_mode_of_their_heat_and_idle_ones_of_the_one_before():
    hours = hours_of({LOAD: channel([0.0, 30.0, 0.0, -7.0, np.nan, 5.0])})
    cut = Cut(hours, np.array([True, True, True, True, True, False]), 1.0)
    assert cut.mode("heating").tolist() == [True, True, True, False, False, False]
    assert cut.mode("cooling").tolist() == [False, False, False, True, True, False]


def test_months_are_numbered_by_the_clocks_of_the_site():
    """Sixteen o'clock UTC is midnight in Shanghai; December and January are different months."""
    hours = hours_of({LOAD: channel(np.ones(34 * 24))}, "2023-12-31T14")
    month = by_month(hours, "Asia/Shanghai").month
    assert month[:4].tolist() == [0, 0, 1, 1]
    assert np.flatnonzero(np.diff(month)).tolist() == [1, 1 + 31 * 24]
    assert month[-1] == 2
    assert np.isnan(by_month(hours, "Asia/Shanghai", month * 1.0).beside).all()


@pytest.mark.parametrize(("cold", "follows"), [(1.9, True), (2.1, False)])
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_heat_follows_electricity_in_months_of_less_than_a_fiftieth_of_the_other_mode(
    side, cold, follows
):
    """January has 100 of one and so much of the other mode, February both alike."""
    load = np.zeros(60 * 24)
    load[:3] = np.array([60.0, 40.0, -cold]) * side
    load[40 * 24 : 40 * 24 + 2] = 5.0, -5.0
    beside = np.arange(60 * 24) + 1.0
    found = by_month(hours_of({LOAD: channel(load)}), "UTC", beside, load).beside
    january = found[: 31 * 24]
    assert january.tolist() == beside[: 31 * 24].tolist() if follows else np.isnan(january).all()
    assert np.isnan(found[31 * 24 :]).all()


# -- coverage


@pytest.mark.parametrize(("least", "given"), [(0.61, True), (0.59, False)])
def test_eight_tenths_of_a_period_must_be_measured_by_the_worst_of_its_meters(least, given):
    """Half of the hours wholly, half by the lesser of two shares: (1 + 0.61)/2 and 0.59."""
    half = np.arange(10) < 5
    hours = hours_of(
        {
            LOAD: channel(np.ones(10), np.where(half, 1.0, least)),
            DRAW: channel(np.full(10, 2.0), np.where(half, 1.0, 0.97)),
        }
    )
    cut = cut_out(hours, [group(hours, LOAD, DRAW)], BLANK)
    if given:
        assert cut.coverage == pytest.approx((1 + least) / 2)
        assert cut.known.all()
        return
    (reason,) = cut.reasons
    assert reason.code == "measure.kpi.coverage"
    assert reason.figures == {**NAMED, "coverage_percent": "80", "needed_percent": "80"}


def test_an_hour_that_one_of_the_groups_does_not_know_is_not_covered():
    one, other = np.ones(20), np.ones(20)
    one[3] = other[7] = np.nan
    hours = hours_of({LOAD: channel(one), DRAW: channel(other)})
    blank = Group("nothing", None)
    cut = cut_out(hours, [group(hours, LOAD), blank, group(hours, DRAW)], BLANK)
    assert np.flatnonzero(~cut.known).tolist() == [3, 7]
    assert cut.coverage == pytest.approx(0.9)
    none = PlantHours(np.zeros(0, "M8[s]"), {LOAD: channel([])})
    assert cut_out(none, [group(none, LOAD)], BLANK).reasons[0].figures["coverage_percent"] == "0"


@pytest.mark.parametrize(
    ("silent", "count", "refused"),
    [(336, 8401, False), (336, 8390, True), (335, 2000, False), (400, 9000, True)],
)
def test_a_figure_of_the_whole_period_bears_silences_of_a_twenty_fifth(silent, count, refused):
    """336 h are a fortnight; 336 of 8400 are four in a hundred."""
    values = np.ones(count)
    values[100 : 100 + silent] = np.nan
    values[700:720] = np.nan  # a gap, no silence
    hours = hours_of({LOAD: channel(values)})
    assert isinstance(cut_out(hours, [group(hours, LOAD)], BLANK), Cut)
    found = cut_out(hours, [group(hours, LOAD)], BLANK, whole=True)
    assert isinstance(found, KpiRefusal) is refused
    if refused:
        (reason,) = found.reasons
        assert reason.code == "measure.kpi.half_told"
        assert reason.figures["days"] == f"{silent / 24:.0f}"
        assert reason.figures["coverage_percent"] == f"{100 * (1 - (silent + 20) / count):.0f}"


def test_of_two_silences_the_longer_is_told():
    values = np.ones(2400)
    values[100:436] = values[1000:1480] = np.nan
    hours = hours_of({LOAD: channel(values, 1.0)})
    found = cut_out(hours, [group(hours, LOAD)], BLANK, whole=True)
    assert found.reasons[0].figures["days"] == "20"


def test_a_problem_of_the_meters_is_told_before_what_is_missing_and_once():
    said = Verdict("measure.backup.inside", {"percent": "3"})
    rows = {LOAD: channel(np.ones(3)), DRAW: channel(np.ones(3))}
    hours = hours_of(rows, withheld={LOAD: (said,), DRAW: (said,)})
    lacking = Group("none", None, (), ("a meter", "another"))
    both = [group(hours, LOAD), group(hours, DRAW), lacking]
    assert cut_out(hours, both, BLANK).reasons == (said,)
    missing = cut_out(hours_of(rows), both, BLANK).reasons
    assert [v.figures for v in missing] == [
        {**NAMED, "needed": "a meter"},
        {**NAMED, "needed": "another"},
    ]
    assert {v.code for v in missing} == {"measure.kpi.not_metered"}


def test_a_figure_of_nothing_is_told_from_one_that_is_not_measured():
    nothing = nothing_delivered(BLANK)
    assert nothing.reasons[0].figures == NAMED
    assert nothing_of(nothing)
    other = Verdict("measure.kpi.not_metered", {**NAMED, "needed": "a"})
    assert not nothing_of(KpiRefusal("figure", "edge", "heating", (*nothing.reasons, other)))
    given = BLANK.given(Sensed(3.0).estimate(), "J", 0.9, "a clause", "M")
    assert not nothing_of(given)
    assert given == KpiValue(
        name="figure",
        boundary="edge",
        mode="heating",
        value=Sensed(3.0).estimate(),
        unit="J",
        coverage=0.9,
        clause="a clause",
        confidence="M",
    )
    assert (given.estimated, BLANK.given(given.value, "J", 0.9).clause) == (0.0, "")


# -- what a missing day may differ


def test_daily_means_vary_by_their_deviation_over_their_mean():
    """Days of 10, 30 and 50 W by their known hours: √(800/3) over 30; the rest of a day aside."""
    power = np.repeat([10.0, 30.0, 50.0, 90.0, 1e4], [24, 24, 24, 24, 5])
    known = np.arange(101) < 96
    known[72:96] = False
    known[24:47] = False  # one hour of the second is known
    power[24:40] = np.nan
    assert daily_variation(power, known) == pytest.approx(np.sqrt(800 / 3) / 30)
    assert daily_variation(power[:48], known[:48]) == pytest.approx(0.5)


def test_of_one_day_or_of_nothing_a_missing_day_may_be_all():
    assert daily_variation(np.arange(47.0), np.ones(47, bool)) == 1.0
    assert daily_variation(np.zeros(48), np.ones(48, bool)) == 1.0
    assert daily_variation(np.ones(48), np.zeros(48, bool)) == 1.0


def test_a_ratio_of_two_powers_varies_from_day_to_day():
    """Ratios of 2, 4 and 9: mean 5, √(26/3) apart; a day without the other meter has none."""
    other = np.repeat([3.0, 5.0, 2.0, 0.0, 7.0], [24, 24, 24, 24, 9])
    power = np.repeat([6.0, 20.0, 18.0, 4.0, 7e4], [24, 24, 24, 24, 9])
    known = np.ones(105, bool)
    known[30] = False
    power[30] = np.nan
    assert _ratio_variation(power, other, known) == pytest.approx(np.sqrt(26 / 3) / 5)
    assert _ratio_variation(power[:48], other[:48], known[:48]) == pytest.approx(1 / 3)
    assert _ratio_variation(power[:47], other[:47], known[:47]) == 1.0
    assert _ratio_variation(power[48:96], other[48:96], known[48:96]) == 1.0  # one ratio
    assert _ratio_variation(0 * other[:48], other[:48], known[:48]) == 1.0


# -- what fills gaps

MONTH = np.array([5.0, 0.0, 3.0, 0.0, 0.0, 7.0])
SEEN = np.array([True, False, True, False, False, True])
ALL = np.ones(6, bool)
UNKNOWN = np.full(6, np.nan)


def test_a_month_without_gaps_is_what_it_measured():
    assert _month(np.arange(6.0), ALL, ALL, (np.arange(6.0) + 1, 50.0)) == 15.0


def test_a_month_follows_the_meter_beside_it():
    """15 at 2 + 1 + 2 of the other, whose month holds 12."""
    beside = np.array([2.0, 3.0, 1.0, 1.0, 3.0, 2.0])
    assert _month(MONTH, SEEN, ALL, (beside, 50.0)) == pytest.approx(15 * 12 / 5)
    rest = np.array([0.0, 3.0, 0.0, 1.0, 3.0, 0.0])  # it stood in all known hours
    assert _month(MONTH, SEEN, ALL, (rest, 50.0)) == pytest.approx(15 * 6 / 3)


def test_a_month_that_is_half_known_goes_on_at_its_own_mean_else_at_the_period_s():
    assert _month(MONTH, SEEN, ALL, (UNKNOWN, 50.0)) == pytest.approx(15 * 6 / 3)
    few = np.array([True, False, True, False, False, False])
    assert _month(MONTH, few, ALL, (UNKNOWN, 50.0)) == pytest.approx(8 + 4 * 50)
    none = np.zeros(6, bool)
    assert _month(MONTH, none, ALL, (np.ones(6), 50.0)) == pytest.approx(6 * 50)


def test_each_month_is_filled_from_itself():
    """Two months of 4 and 6 hours: 9 of three hours make 12, 10 of two of six stay with 19/5."""
    power = np.array([2.0, 3.0, np.nan, 4.0, 4.0, 6.0, np.nan, np.nan, np.nan, np.nan])
    known = np.isfinite(power)
    months = [0] * 4 + [1] * 6
    whole = 9 * 4 / 3 + (10 + 4 * 19 / 5)
    assert lift(power, known, no_fill(months)) == pytest.approx(whole / 19)
    assert lift(0 * power, known, no_fill(months)) == 1.0
    beside = Fill(np.array(months), np.array([2.0, 3.0, 1.0, 4.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0]))
    assert lift(power, known, beside) == pytest.approx((9 * 10 / 9 + 10 * 12 / 2) / 19)
    less = Fill(np.array(months), np.array([2.0, 3.0, -9.0, 4.0, 1, 1, 0, 0, 0, 0]))
    assert lift(power, known, less) == 1.0  # filling takes nothing away


def test_nothing_stands_for_a_silence_of_a_fortnight():
    """700 h of 2 W, 20 h of gap: the gap is filled; a silence of 400 h beside it is not."""
    power = np.full(1120, 2.0)
    power[50:70] = power[300:700] = np.nan
    known = np.isfinite(power)
    assert lift(power, known, no_fill(np.zeros(1120, int))) == pytest.approx(720 / 700)
    short = np.delete(power, slice(300, 365))  # 335 h are a gap as well
    known = np.isfinite(short)
    assert lift(short, known, no_fill(np.zeros(1055, int))) == pytest.approx(1055 / 700)


def test_an_energy_is_scaled_up_and_as_unsure_as_a_missing_day_may_differ():
    """Days of 10 and 30 W; six of 48 hours unknown on the first: means vary by half."""
    power = np.repeat([10.0, 30.0], 24)
    known = np.arange(48) >= 6
    cut = Cut(hours_of({LOAD: channel(power)}), known, 0.85)
    measured = 18 * 10.0 + 24 * 30.0
    energy = Sensed(measured, {"meter": 0.02 * measured})
    found = scaled_up(BLANK, energy, cut, power, no_fill(np.zeros(48, int)))
    factor = 48 / 42
    assert found.value.value == pytest.approx(measured * factor)
    assert found.estimated == pytest.approx(6 / 48)
    assert (found.unit, found.coverage) == ("J", 0.85)
    spread = measured * factor * np.hypot(0.02, 6 / 48 * 0.5)
    assert found.value.standard_deviation == pytest.approx(spread)
    assert nothing_of(scaled_up(BLANK, Sensed(0.0), cut, power, no_fill(np.zeros(48, int))))
    assert scaled_up(BLANK, Sensed(0.5), cut, power, no_fill(np.zeros(48, int))).unit == "J"


def test_an_energy_that_follows_another_meter_is_as_unsure_as_their_ratio():
    """Ratios of 2.5 and 1.5 a day, a quarter of their mean; 24 h of 4 W for 18 make 240 of 180."""
    power, beside = np.repeat([10.0, 30.0], 24), np.repeat([4.0, 20.0], 24)
    known = np.arange(48) >= 6
    cut = Cut(hours_of({LOAD: channel(power)}), known, 0.9)
    fill = Fill(np.repeat([0, 1], 24), beside)
    found = scaled_up(BLANK, Sensed(900.0), cut, power, fill)
    assert found.value.value == pytest.approx(960.0)
    assert found.estimated == pytest.approx(60 / 960)
    assert found.value.standard_deviation == pytest.approx(60 * 0.25)
