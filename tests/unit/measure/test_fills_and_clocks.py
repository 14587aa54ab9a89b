"""Hours that are known, what stands for those that are not, and clocks that are late."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.measure.admit import _goes_below
from loopkeeper.measure.admitted import SECOND, Flag, Segments
from loopkeeper.measure.aggregate import _axis
from loopkeeper.measure.averaging import integrate
from loopkeeper.measure.backup_energy import backup_energy, carried_alone
from loopkeeper.measure.clock import _correlation, find_shift, warmest_hour
from loopkeeper.measure.counter import count_increments
from loopkeeper.measure.derived import loop_heat, volumetric_heat_capacity, water_meter_error
from loopkeeper.measure.drawdown import _fall
from loopkeeper.measure.kpi import delivered_energy
from loopkeeper.measure.kpi_basis import (
    Fill,
    KpiRefusal,
    _ratio_variation,
    cut_out,
    daily_variation,
    lift,
)
from loopkeeper.measure.kpi_counts import operating_counts
from loopkeeper.measure.kpi_water import reinjection_ratio, water_taken
from loopkeeper.measure.metered import Group, electricity_of
from loopkeeper.measure.pairs import check_swapped
from loopkeeper.measure.series import Period
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.plant.machines import BackupRecord
from loopkeeper.plant.points import Statistic

HOUR = 3600 * SECOND
BLANK = KpiRefusal("a figure", "somewhere", "all", ())


def held(*rows):
    start, end, value = (np.array(column) for column in zip(*rows, strict=True))
    return Segments(
        (start * HOUR).astype(np.int64),
        (end * HOUR).astype(np.int64),
        value.astype(float),
        np.zeros(len(rows), np.uint8),
    )


# -- hours


def test_of_no_stretches_nothing_adds_up_in_any_hour():
    none = np.zeros(0, np.int64)
    empty = Segments(none, none, np.zeros(0), np.zeros(0, np.uint8))
    assert integrate(empty, np.arange(4, dtype=np.int64) * HOUR).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("end", "statistic", "hours"),
    [
        (5.0, Statistic.MEAN, 3),
        (5.49, Statistic.MEAN, 3),
        (5.51, Statistic.MEAN, 4),
        (5.01, Statistic.COUNTER, 4),
    ],
)
def test_less_than_half_an_hour_of_a_last_value_makes_no_hour(end, statistic, hours):
    admitted = SimpleNamespace(point=lambda _: SimpleNamespace(statistic=statistic))
    axis = _axis({"p": held((2, 3, 1.0), (3, end, 1.0))}, admitted)
    assert len(axis.time) == hours
    assert axis.edges[0] == 2 * HOUR


def test_hours_are_known_where_all_groups_are_and_covered_by_the_least(channelled):
    keys = ("heat_power", "load"), ("electricity_power", "hp1")
    one = np.array([1.0, np.nan, *[1.0] * 8])
    hours = channelled({keys[0]: one, keys[1]: np.ones(10)}, np.array([1, 1, 0.5, *[1.0] * 7]))
    groups = [Group(k[1], hours.channels[k].values, (k,)) for k in keys]
    cut = cut_out(hours, groups, BLANK)
    assert cut.known.tolist() == [True, False, *[True] * 8]
    assert cut.coverage == pytest.approx(8.5 / 10)
    hours.channels[keys[0]].coverage[3] = 0.4
    refused = cut_out(hours, groups, BLANK)
    assert refused.reasons[0].figures["coverage_percent"] == "79"
    assert refused.reasons[0].figures["needed_percent"] == "80"
    missing = cut_out(hours, [Group("x", None, (), ("a meter",))], BLANK)
    assert missing.reasons[0].figures["needed"] == "a meter"
    said = SimpleNamespace(code="said")
    blamed = replace(hours, withheld={keys[0]: (said,)})
    assert cut_out(blamed, groups, BLANK).reasons == (said,)


# -- fills

UNKNOWN = np.full(96, np.nan)
TWO = np.repeat([0, 1], 48)


def test_a_month_half_known_is_filled_by_its_own_mean():
    power = np.concatenate([np.full(48, 2.0), np.full(48, 6.0)])
    known = np.arange(96) % 48 < 36
    assert lift(power, known, Fill(TWO, UNKNOWN)) == pytest.approx(48 / 36)
    uneven = np.arange(96) < 72  # all of the first, half of the second
    filled = (48 * 2.0 + 48 * 6.0) / (48 * 2.0 + 24 * 6.0)
    assert lift(power, uneven, Fill(TWO, UNKNOWN)) == pytest.approx(filled)


def test_a_month_hardly_known_is_filled_by_the_period_s_mean():
    power = np.concatenate([np.full(48, 2.0), np.full(48, 6.0)])
    known = np.arange(96) < 60
    got = 48 * 2.0 + 12 * 6.0
    assert lift(power, known, Fill(TWO, UNKNOWN)) == pytest.approx((got + 36 * got / 60) / got)


def test_where_another_meter_tells_a_month_follows_it():
    power, beside = np.full(96, 4.0), np.where(np.arange(96) < 24, 1.0, 3.0)
    known = np.arange(96) < 48
    month = np.zeros(96, int)
    assert lift(power, known, Fill(month, beside)) == pytest.approx(
        beside.sum() / beside[:48].sum()
    )
    assert lift(power, np.ones(96, bool), Fill(month, beside)) == 1.0
    assert lift(0 * power, known, Fill(month, beside)) == 1.0


def test_what_a_missing_day_may_differ_is_the_spread_of_daily_means():
    power = np.repeat([2.0, 4.0, 6.0], 24)
    assert daily_variation(power, np.ones(72, bool)) == pytest.approx(np.std([2, 4, 6]) / 4.0)
    assert daily_variation(power, np.arange(72) < 36) == pytest.approx(np.std([2, 4]) / 3.0)
    assert daily_variation(power[:47], np.ones(47, bool)) == 1.0
    ratio = _ratio_variation(power, np.repeat([1.0, 1.0, 2.0], 24), np.ones(72, bool))
    assert ratio == pytest.approx(np.std([2, 4, 3]) / 3.0)


# -- backups and what they carried


def backed(plant, **of):
    return replace(plant, backups=(BackupRecord(id="b1", **of),))


def test_backups_carry_alone_where_they_give_and_machines_stand(channelled, plant):
    drawn = np.array([1e4, 1e4, 1e4, 0.0, 0.0, np.nan])
    given = np.array([0.0, 5e3, 0.0, 5e3, 0.0, 5e3])
    hours = channelled({("electricity_power", "hp1"): drawn, ("heat_power", "b1"): given})
    found = carried_alone(hours, backed(plant, kind="electric_boiler"))
    assert found.tolist() == [False, False, False, True, False, False]
    blind = channelled({("heat_power", "b1"): given})
    assert not carried_alone(blind, backed(plant, kind="electric_boiler")).any()


def test_gas_and_bought_heat_are_kept_apart(channelled, plant):
    hours = channelled({("gas_volume", "b1"): np.full(2, 1e-3)})
    found = backup_energy(hours, backed(plant, kind="gas_boiler", efficiency=0.9))
    assert list(found.fuels) == ["gas"]
    assert found.heat == pytest.approx(0.9 * found.fuels["gas"])
    bought = channelled({("heat_power", "b1"): np.full(2, 5e3)})
    network = backup_energy(bought, backed(plant, kind="heat_network"))
    assert (list(network.fuels), network.heat.tolist()) == (["heat"], [5e3, 5e3])
    nothing = backup_energy(channelled({("heat_power", "load"): np.ones(2)}), plant)
    assert (nothing.heat.tolist(), nothing.fuels, nothing.missing) == ([0.0, 0.0], {}, ())


def test_delivered_heat_holds_what_backups_gave(channelled, plant, consistent, whole):
    values = consistent(40)
    load = values["heat_power", "load"].sum() * 3600.0
    hours = channelled({**values, ("heat_power", "b1"): np.full(960, 1e3)})
    own = delivered_energy(hours, plant, whole(hours), "heating")
    both = delivered_energy(hours, backed(plant, kind="electric_boiler"), whole(hours), "heating")
    assert own.value.value == pytest.approx(load)
    assert both.value.value == pytest.approx(load + 960 * 3.6e6)
    assert both.estimated == 0.0


def test_a_meter_for_all_stands_in_where_a_single_one_is_silent(channelled, plant):
    two = replace(plant, machines=(plant.machines[0], replace(plant.machines[0], id="hp2")))
    hours = channelled(
        {
            ("electricity_power", "hp1"): [1.0, np.nan],
            ("electricity_power", "hp2"): [2.0, 2.0],
            ("electricity_power", "machines"): [9.0, 7.0],
        }
    )
    assert electricity_of(hours, two, "machines").values.tolist() == [3.0, 7.0]


def test_supply_and_return_that_stand_the_wrong_way_round_are_named(channelled, plant, consistent):
    values = consistent(20)
    keys = ("supply_temperature", "load"), ("return_temperature", "load")
    values[keys[0]], values[keys[1]] = values[keys[1]], values[keys[0]]
    (found,) = check_swapped(channelled(values), plant)
    assert (found.figures["loop"], found.figures["percent"]) == ("load", 100)
    assert found.figures["supply"] == "load:supply_temperature"
    assert check_swapped(channelled(consistent(20)), plant) == ()


# -- registers


def register(quantity="heat_energy"):
    return SimpleNamespace(point=SimpleNamespace(quantity=quantity))


def test_a_register_that_goes_below_nought_moves_there_and_stays():
    down = np.linspace(100.0, -20.0, 400)
    assert _goes_below(register(), down)
    assert not _goes_below(register("flow"), np.where(np.arange(400) == 7, -1.0, 50.0))
    stuck = np.where(np.arange(400) % 40 == 7, -127.0, np.linspace(0.0, 90.0, 400))
    assert not _goes_below(register(), stuck)


def test_a_learnt_register_leaves_out_what_it_cannot_have_counted():
    """One reading in ten is nonsense: the rest is what it counted, at its own pace."""
    count = 1000.0 + 2.0 * np.arange(3000)
    shown = count.copy()
    shown[5::10] = 7.0
    shown[9::50] = 90_000.0
    found = count_increments(900.0 * np.arange(3000), shown)
    kept = found.kept
    assert np.array_equal(shown[kept], count[kept])
    assert found.increment.sum() == pytest.approx(count[kept[-1]] - count[kept[0]])
    assert found.resets == ()


# -- clocks


def late(by, count=24 * 90):
    hour = np.arange(count + 24)
    wave = np.sin(2 * np.pi * hour / 24) + 0.7 * np.sin(hour / 5.3)
    return wave[12 : 12 + count], wave[12 - by : 12 - by + count]


@pytest.mark.parametrize("by", [-3, 0, 2, 8])
def test_a_late_series_is_found_by_its_hours(by):
    found = find_shift(*late(by))
    if by == 0:
        assert found is None
        return
    assert (found.hours, found.first, found.months) == (by, 0, 3)


def test_correlation_of_a_moved_series_needs_half_of_the_hours():
    one, other = late(2)
    assert _correlation(one, other, 2) == pytest.approx(1.0)
    assert _correlation(one, -other, 2) == pytest.approx(-1.0)
    assert _correlation(one, np.where(np.arange(len(one)) % 3, np.nan, other), 2) == 0.0
    assert _correlation(one, 0 * other, 2) == 0.0


@pytest.mark.parametrize("peak", [2.0, 15.0])
def test_the_warmest_hour_is_the_phase_of_the_mean_day(peak):
    time = np.datetime64("2024-01-01T00", "s") + np.arange(480) * np.timedelta64(3600, "s")
    air = 5.0 + 6.0 * np.cos(2 * np.pi * (np.arange(480) % 24 + 0.5 - peak) / 24)
    assert warmest_hour(time, air, "UTC") == pytest.approx(peak)
    assert warmest_hour(time, air, "Asia/Shanghai") == pytest.approx((peak + 8) % 24)
    assert warmest_hour(time, 0.01 * air, "UTC") is None
    assert warmest_hour(time[:239], air[:239], "UTC") is None


# -- heat of a loop, wells and counts


def test_products_are_taken_before_they_are_averaged():
    """Pumps cycle: 2 L/s at 5 K for half an hour, nothing at 1 K for the other half."""
    flow = held((0, 0.5, 2e-3), (0.5, 1, 0.0))
    supply, back = held((0, 0.5, 45.0), (0.5, 1, 41.0)), held((0, 1, 40.0))
    found = loop_heat(flow, supply, back, ("water", 0.0))
    capacity = volumetric_heat_capacity(("water", 0.0), np.array([42.5]))[0]
    assert found.value == pytest.approx([capacity * 2e-3 * 5.0, 0.0])
    assert capacity == pytest.approx(
        fluid_properties("water", 0.0, 42.5).volumetric_heat_capacity, rel=1e-3
    )
    assert (found.flag == Flag.GOOD).all()
    assert len(loop_heat(flow, supply, held((5, 6, 1.0)), ("water", 0.0)).value) == 0


def test_a_meter_made_for_water_reads_too_much_in_brine():
    water = fluid_properties("water", 0.0, 5.0).volumetric_heat_capacity
    brine = fluid_properties("propylene_glycol", 0.3, 5.0).volumetric_heat_capacity
    found = water_meter_error(("propylene_glycol", 0.3))
    assert found == pytest.approx(abs(water / brine - 1.0), rel=0.02)
    assert water_meter_error(("water", 0.0)) == 0.0


def test_a_well_falls_by_its_median_level_over_its_flow(channelled):
    runs = np.arange(600) % 3 == 0
    keys = ("abstraction_flow", "w1"), ("water_level", "w1")
    flow, level = np.where(runs, 0.02, 0.0), np.where(runs, 12.0, 9.0)
    assert _fall(channelled(dict(zip(keys, (flow, level), strict=True))), "w1") == pytest.approx(
        150
    )
    assert _fall(channelled({keys[0]: flow}), "w1") is None
    assert _fall(channelled(dict(zip(keys, (0 * flow, level), strict=True))), "w1") is None


def spans(hours):
    return Period(hours.time[0], hours.time[-1] + np.timedelta64(3600, "s"))


def test_water_returned_over_water_taken(channelled):
    taken, back = ("abstraction_flow", "w1"), ("reinjection_flow", "w2")
    hours = channelled({taken: np.full(48, 0.02), back: np.full(48, 0.019)})
    assert reinjection_ratio(hours, spans(hours)).value.value == pytest.approx(0.95)
    assert water_taken(hours, spans(hours)).value.value == pytest.approx(0.02 * 48 * 3600)
    closed = channelled(
        {("flow", "source"): np.full(48, 0.02), ("abstraction_flow", "make-up"): 1e-3}
    )
    found = reinjection_ratio(closed, spans(closed), closed=True)
    assert found.value.value == pytest.approx(0.95)
    assert isinstance(reinjection_ratio(closed, spans(closed)), KpiRefusal)


def test_machines_count_their_hours_and_starts(channelled):
    hours = channelled(
        {("running", "hp1"): np.full(48, 0.5), ("starts", "hp1"): np.full(48, 2 / 3600)}
    )
    ran, started = operating_counts(hours, spans(hours))
    assert (ran.name, ran.value.value, ran.unit) == ("running_hours", pytest.approx(24.0), "h")
    assert (started.name, started.value.value) == ("starts", pytest.approx(96.0))
