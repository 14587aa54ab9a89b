"""Figures with their errors, trends, water and reference loads, each by hand."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from lived import HOURS, SEASONS, lived
from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.energies import carried_heat_capacity, electric_energy, thermal_energy
from loopkeeper.measure.kpi_loop import mean_temperature_difference, specific_pump_energy
from loopkeeper.measure.meter_error import (
    Sensed,
    deviation,
    heat_meter_limits,
    limits_of,
    pair_limit,
    summed,
    thermal_power_limit,
)
from loopkeeper.measure.metered import machines, parts_of
from loopkeeper.measure.recharge import _with_sign
from loopkeeper.measure.reference import _Days, _fit, _in_season, _room_offset, _Signature
from loopkeeper.measure.series import Channel, Period
from loopkeeper.measure.trend import Trend, _signs, _variance, seasonal_trend, together
from loopkeeper.measure.water_quality import (
    censored_quantiles,
    charge_balance,
    saturation_indices,
)
from loopkeeper.measure.water_units import routine_result
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.plant.machines import BackupRecord
from loopkeeper.plant.points import Point, Statistic


def point(quantity, accuracy, of="load"):
    return Point(
        id=f"{of}:{quantity}",
        quantity=quantity,
        of=of,
        statistic=Statistic.MEAN,
        unit="°C" if "temperature" in quantity else "-",
        accuracy=accuracy,
    )


# -- errors


def test_errors_from_one_source_add_and_from_several_are_squared():
    one, other = Sensed(10.0, {"a": 3.0, "b": 4.0}), Sensed(5.0, {"a": -1.0, "c": 2.0})
    assert one.standard_deviation == pytest.approx(5.0)
    assert one.relative == pytest.approx(0.5)
    total = summed([one, other])
    assert (total.value, total.parts) == (15.0, {"a": 2.0, "b": 4.0, "c": 2.0})
    assert one.scaled(-2.0).parts == {"a": -6.0, "b": -8.0}
    assert Sensed(0.0, {"a": 1.0}).relative == 0.0


def test_errors_that_two_figures_share_cancel_in_their_ratio():
    """10/5 with 3 and 2 of the same source: (3 - 2·2)/5."""
    ratio = Sensed(10.0, {"a": 3.0, "b": 1.0}).over(Sensed(5.0, {"a": 2.0, "c": 1.0}))
    assert ratio.value == 2.0
    assert ratio.parts == pytest.approx({"a": -0.2, "b": 0.2, "c": -0.4})


def test_a_class_two_heat_meter_at_three_kelvin_and_at_nominal_flow():
    scale, pair = heat_meter_limits(point("heat_power", "EN1434-2"), 3.0)
    assert scale == pytest.approx((2.0 + 0.02 + 0.5 + 1.0) / 100)
    assert pair == pytest.approx((0.5 + 3.0) / 100)
    near, _ = heat_meter_limits(point("heat_power", "EN1434-2"), 6.0, flow_ratio=400.0)
    assert near == pytest.approx((5.0 + 0.5 + 0.5) / 100)  # five per cent at most
    assert heat_meter_limits(point("heat_power", "3 %"), 3.0) == pytest.approx((0.03, 0.0))


def test_limits_are_two_deviations_and_heat_s_those_of_flow_and_pair():
    assert deviation(0.196) == pytest.approx(0.1, rel=0.02)
    assert deviation(0.196, 4.0) > deviation(0.196, 400.0) > deviation(0.196)
    assert thermal_power_limit(0.03, 0.2, -5.0) == pytest.approx(0.05)
    two = point("supply_temperature", "0.3"), point("return_temperature", "0.4")
    assert pair_limit(*two) == pytest.approx(0.5)
    assert limits_of(point("supply_temperature", "a word")).absolute > 0


def test_electricity_is_summed_over_chosen_hours_with_each_meter_s_error(
    channelled, plant, consistent
):
    hours = channelled(consistent(10))
    where = np.arange(240) < 100
    found = electric_energy(hours, machines(hours, plant), where)
    drawn = hours.values("electricity_power", "hp1")[:100].sum() * 3600.0
    assert found.value == pytest.approx(drawn)
    assert found.parts["meter:hp1:electricity_power"] == pytest.approx(
        deviation(0.01 * drawn, 100.0)
    )


def test_heat_over_what_the_water_carries_is_the_mean_difference(
    channelled, plant, consistent, whole
):
    hours = channelled(consistent(40))
    capacity = fluid_properties("water", 0.0, 42.0).volumetric_heat_capacity
    carried = carried_heat_capacity(hours, plant, "load", np.ones(960, bool))
    assert carried == pytest.approx(capacity * 0.005 * 960 * 3600.0, rel=1e-4)
    found = mean_temperature_difference(hours, plant, whole(hours), "load", "heating")
    load = hours.values("heat_power", "load")
    assert found.value.value == pytest.approx(load.mean() / 0.005 / capacity, rel=1e-4)
    assert thermal_energy(hours, plant, "load", np.ones(960, bool)).value == pytest.approx(
        load.sum() * 3600.0
    )


def test_pumps_spend_so_much_for_a_volume(channelled, plant, consistent, whole):
    hours = channelled(consistent(40))
    found = specific_pump_energy(hours, plant, whole(hours), "source")
    assert found.value.value == pytest.approx(1000.0 / 0.005)
    assert found.unit == "J m-3"


# -- trends


def test_a_rise_of_ten_years_has_the_score_of_mann_and_kendall():
    found = seasonal_trend(np.arange(10.0), [1] * 10, 2.0 * np.arange(10.0))
    assert (found.statistic, found.slope, found.samples) == (45, 2.0, 10)
    score = 44.0 / np.sqrt(10 * 9 * 25 / 18)
    assert found.p == pytest.approx(2 * norm.sf(score))


def test_seasons_are_compared_each_with_itself():
    years = np.arange(20) / 2.0
    values = np.where(np.arange(20) % 2 == 0, 0.0, 100.0) + 3.0 * years
    found = seasonal_trend(years, [k % 2 for k in range(20)], values)
    assert (found.statistic, found.slope) == (90, pytest.approx(3.0))
    with pytest.raises(InsufficientDataError):
        seasonal_trend(np.arange(7.0), [1] * 7, np.arange(7.0))


def test_ties_take_of_the_variance():
    whole = np.triu(np.ones((4, 4), int), 1)
    assert _variance(whole) == pytest.approx(4 * 3 * 13 / 18)
    tied = _signs(np.array([1.0, 1.0, 2.0, 3.0]), np.zeros(4, bool))
    assert _variance(tied) == pytest.approx((4 * 3 * 13 - 2 * 1 * 9) / 18)


def test_of_what_hides_below_its_limit_nothing_is_told():
    sign = _signs(np.array([5.0, 3.0, 7.0, 4.0]), np.array([True, False, False, True]))
    # below 5, 3, 7, below 4: only 7 is above a limit, and known to be above 3
    assert sign.tolist() == [[0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, -1], [0, 0, 0, 0]]


def test_side_by_side_probabilities_are_holm_s():
    trends = [Trend(1.0, p, 1, 10) for p in (0.04, 0.01, 0.03, 0.9)]
    assert [t.p for t in together(trends)] == pytest.approx([0.09, 0.04, 0.09, 0.9])


# -- water


def test_scaling_after_langelier_and_ryznar():
    """pH 7.5, 100 mg/L Ca, 250 mg/L HCO3, 400 mg/L, 25 °C."""
    a = (np.log10(400.0) - 1.0) / 10.0
    b = 34.55 - 13.12 * np.log10(298.15)
    c = np.log10(249.74) - 0.4
    d = np.log10(205.03)
    saturated = 9.3 + a + b - c - d
    lsi, rsi = saturation_indices(
        ph=7.5, calcium=100.0, bicarbonate=250.0, dissolved_solids=400.0, temperature=25.0
    )
    assert lsi == pytest.approx(7.5 - saturated, abs=1e-3)
    assert rsi == pytest.approx(2 * saturated - 7.5, abs=1e-3)


def test_charges_balance_when_salt_is_dissolved():
    assert charge_balance({"sodium": 22.99, "chloride": 35.45}) == pytest.approx(0.0, abs=0.05)
    assert charge_balance({"sodium": 3 * 22.99, "chloride": 35.45}) == pytest.approx(
        50.0, abs=0.05
    )
    with pytest.raises(InsufficientDataError):
        charge_balance({"sodium": 22.99})


def test_quantiles_of_results_that_hide_after_kaplan_and_meier():
    found = censored_quantiles(np.array([1.0, 2.0, 3.0, 4.0]), [True, False, False, False])
    assert found == [(2.0, True), (2.0, False), (3.0, False)]


@pytest.mark.parametrize(
    ("name", "value", "unit", "found"),
    [
        ("iron", 300.0, "ug/L", 0.3),
        ("iron", 0.3, "mg/L", 0.3),
        ("iron", 0.3, "", 0.3),
        ("nitrate as N", 2.0, "mg/L", 2.0),
        ("nitrate as NO3", 62.005, "mg/L", 14.007),
    ],
)
def test_results_are_in_the_unit_of_the_standard(name, value, unit, found):
    assert routine_result(name, value, unit).value == pytest.approx(found)


def test_germs_are_counted_in_the_standard_s_volume():
    litre = routine_result("total_coliforms", 30.0, "CFU/L")
    hundred = routine_result("total_coliforms", 3.0, "CFU/100mL")
    assert litre.value == pytest.approx(hundred.value) == pytest.approx(3.0)


# -- groups and hours


def test_backups_of_fuel_are_no_part_of_what_draws_electricity(plant):
    backed = replace(
        plant,
        backups=(
            BackupRecord(id="g", kind="gas_boiler"),
            BackupRecord(id="e", kind="electric_boiler"),
        ),
    )
    assert parts_of(backed, "backup") == {"e"}
    assert parts_of(backed, "load_pumps") == {"lp1"}


@pytest.mark.parametrize(
    ("signs", "values", "turned"),
    [
        ((-1,), [1.0, 2.0], True),
        ((-1,), [1.0, -2.0], False),
        ((-1, 1), [1.0, 2.0], False),
        ((), [1.0, 2.0], False),
    ],
)
def test_a_meter_without_sign_counts_relief_where_there_is_nothing_else(signs, values, turned):
    channel = Channel(np.array(values), np.ones(2))
    found = _with_sign(channel, tuple(SimpleNamespace(sign=s) for s in signs)).values
    assert found.tolist() == ([-v for v in values] if turned else values)


def test_the_water_of_an_operation_is_its_own_only_where_all_of_it_is_known(office):
    sound = lived(office.system)
    warm = np.full(HOURS, 12.0)
    assert sound.boundary().source_temperature is None
    assert replace(sound, natural=warm).boundary().source_temperature is warm
    warm = np.where(np.arange(HOURS) == 3, np.nan, warm)
    assert replace(sound, natural=warm).boundary().source_temperature is None


def test_hours_within_a_period_are_half_open(office):
    sound = lived(office.system)
    cut = sound.within(Period(sound.time[10], sound.time[20]))
    assert cut.hours == 10
    assert cut.heating.tolist() == sound.heating[10:20].tolist()
    parts = (cut.machine_electricity, cut.source_pump_electricity, cut.load_pump_electricity)
    assert cut.electricity == pytest.approx(sum(parts))


# -- reference loads


def days(mean, hours=24):
    count = len(mean)
    index = np.repeat(np.arange(count), hours)
    return _Days(
        index, np.tile(np.arange(hours), count), index % 7 >= 5, index, np.asarray(mean, float)
    )


def test_a_load_over_the_outdoor_temperature_is_a_line_to_its_balance(rng):
    air = days(rng.uniform(-10.0, 14.5, 120))
    load = 3000.0 * (15.0 - air.mean[air.index])
    found = _fit(air, load, 1.0)
    assert (found.balance, found.slope) == pytest.approx((15.0, 3000.0), rel=0.03)
    assert found.shape == pytest.approx(np.ones((2, 24)), rel=0.03)
    hot = days(rng.uniform(20.5, 35.0, 120))
    cold = _fit(hot, 2000.0 * (hot.mean[hot.index] - 20.0), -1.0)
    assert (cold.balance, cold.slope) == pytest.approx((20.0, 2000.0), rel=0.03)


def test_demand_moves_with_the_rooms_and_ends_at_the_balance():
    one = _Signature(15.0, 100.0, 1.0, np.ones((2, 24)))
    assert one.demand(np.array([5.0, 20.0]), 2.0).tolist() == [1200.0, 0.0]
    other = _Signature(20.0, 100.0, -1.0, np.ones((2, 24)))
    assert other.demand(np.array([25.0, 15.0]), -1.0).tolist() == [400.0, 0.0]


def test_a_season_is_within_a_week_of_a_day_with_load():
    year = days(np.zeros(366), hours=1)
    load = np.where(np.isin(year.slot, (100, 101)), 1.0, 0.0)
    found = np.flatnonzero(_in_season(year, load, year))
    assert (found[0], found[-1]) == (93, 108)


@pytest.mark.parametrize(("kept", "offset"), [(21.5, 1.5), (20.3, 0.0), (18.0, -2.0)])
def test_rooms_count_in_working_hours_beyond_their_slack(office, kept, offset):
    sound = lived(office.system, SEASONS)
    time = sound.time + np.timedelta64(8, "h")  # on the clocks of the site
    hour = (time.astype("M8[h]").astype(int)) % 24
    indoor = np.where((hour >= 10) & (hour < 16), kept, 5.0)
    run = replace(sound, indoor=np.where(np.isin(hour, (8, 9, 16, 17, 18)), np.nan, indoor))
    active = np.ones(HOURS, bool)
    assert _room_offset(run, 20.0, active, "Asia/Shanghai") == pytest.approx(offset)
    assert _room_offset(run, None, active, "Asia/Shanghai") is None
    assert _room_offset(run, 20.0, ~active, "Asia/Shanghai") is None
