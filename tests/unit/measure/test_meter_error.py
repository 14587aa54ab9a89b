"""Errors of meters: limits to deviations, and what they do to heat and figures."""

import numpy as np
import pytest

from loopkeeper.measure.energies import electric_energy, thermal_energy
from loopkeeper.measure.kpi import GB50801, H1, performance_factor
from loopkeeper.measure.kpi_loop import thermal_balance_ratio
from loopkeeper.measure.meter_error import (
    LIMITS_95,
    Sensed,
    accuracy_cautions,
    deviation,
    heat_meter_limits,
    limits_of,
    summed,
    thermal_power_limit,
)
from loopkeeper.measure.metered import machines
from loopkeeper.plant.points import Point, Statistic

# Relative limits of a heat rate with flow ±2 %, by pair error [K] and difference [K], in percent:
# the root sum of squares, rounded to a tenth.
DIFFERENCES = (1.0, 1.5, 2.0, 3.0, 5.0)
PERCENT = {
    0.05: (5.4, 3.9, 3.2, 2.6, 2.2),
    0.1: (10.2, 7.0, 5.4, 3.9, 2.8),
    0.2: (20.1, 13.5, 10.2, 7.0, 4.5),
    0.3: (30.1, 20.1, 15.1, 10.2, 6.3),
}
DRAWS = 3000


def point(quantity, accuracy, unit="kWh"):
    return Point(
        id="P",
        quantity=quantity,
        of="load",
        statistic=Statistic.COUNTER,
        unit=unit,
        accuracy=accuracy,
    )


@pytest.mark.parametrize("pair", PERCENT)
def test_small_temperature_differences_dominate_the_error_of_heat(pair):
    found = [100 * thermal_power_limit(0.02, pair, d) for d in DIFFERENCES]
    assert found == pytest.approx(PERCENT[pair], abs=0.06)


@pytest.mark.parametrize("pair", PERCENT)
def test_the_table_holds_for_sampled_meters(pair):
    rng = np.random.default_rng(11)
    flow = 1 + 0.02 / LIMITS_95 * rng.standard_normal(200_000)
    bias = pair / LIMITS_95 * rng.standard_normal(200_000)
    for difference in DIFFERENCES[2:]:
        sampled = LIMITS_95 * np.std(flow * (difference + bias) / difference)
        assert sampled == pytest.approx(thermal_power_limit(0.02, pair, difference), rel=0.02)


def test_a_class_of_en_1434_grows_at_small_differences():
    scale, pair = heat_meter_limits(point("heat_energy", "EN1434-2"), 3.0)
    assert scale == pytest.approx(0.0202 + 0.005 + 0.01)
    assert pair == pytest.approx(0.005 + 0.03)
    assert heat_meter_limits(point("heat_energy", "4 %"), 1.0) == (0.04, 0.0)


def test_systematic_errors_do_not_average_out_and_scatter_does():
    assert deviation(0.1) == pytest.approx(0.1 / LIMITS_95)
    assert deviation(0.1, 1) == pytest.approx(np.hypot(0.1 / LIMITS_95, 0.1 / 3))
    assert deviation(0.1, 8760) == pytest.approx(0.1 / LIMITS_95, rel=1e-3)


def test_points_without_accuracy_get_a_default_and_a_caution():
    silent, stated = point("electricity_energy", ""), point("electricity_energy", "IEC-1")
    broken = point("heat_energy", "quite good")
    assert limits_of(silent).relative == 0.02
    assert limits_of(broken).relative == 0.05
    assert [v.code for v in accuracy_cautions([silent, stated, broken])] == [
        "measure.accuracy.not_stated",
        "measure.accuracy.unreadable",
    ]


def test_a_shared_error_cancels_in_a_ratio_and_adds_in_a_sum():
    one, other = Sensed(10.0, {"flow": 1.0}), Sensed(5.0, {"flow": 0.5})
    assert one.over(other).standard_deviation == pytest.approx(0.0)
    assert summed([one, other]).standard_deviation == pytest.approx(1.5)


def test_independent_errors_add_by_squares():
    one, other = Sensed(10.0, {"a": 0.3}), Sensed(5.0, {"b": 0.2})
    assert summed([one, other]).standard_deviation == pytest.approx(np.hypot(0.3, 0.2))
    assert one.over(other).relative == pytest.approx(np.hypot(0.03, 0.04))


@pytest.fixture
def unmetered(consistent):
    """A plant without heat meters: half a season of heating, half of cooling."""
    values = consistent()
    for loop in ("source", "load"):
        values["heat_power_calculated", loop] = values["heat_power", loop]
        cold = np.arange(2160) >= 1300
        for name in ("heat_power", "heat_power_calculated"):
            values[name, loop] = np.where(cold, -0.8, 1.0) * values[name, loop]
        supply, back = values["supply_temperature", loop], values["return_temperature", loop]
        middle, half = (supply + back) / 2, (supply - back) / 2
        half = np.where(cold, -0.8, 1.0) * half
        values["supply_temperature", loop] = middle + half
        values["return_temperature", loop] = middle - half
    return values


def perturbed(channelled, values, rng):
    """The same plant seen by other meters of the same accuracy."""
    seen = dict(values)
    for loop in ("source", "load"):
        gain = 1 + 0.02 / LIMITS_95 * rng.standard_normal()
        gain *= 1 + 0.005 * rng.standard_normal()
        bias = 0.1 / LIMITS_95 * (rng.standard_normal() - rng.standard_normal())
        difference = values["supply_temperature", loop] - values["return_temperature", loop]
        heat = values["heat_power", loop] * gain * (difference + bias) / difference
        seen["heat_power", loop] = seen["heat_power_calculated", loop] = heat
    for part in ("hp1", "sp1", "lp1"):
        gain = 1 + 0.01 / LIMITS_95 * rng.standard_normal()
        seen["electricity_power", part] = values["electricity_power", part] * gain
    return without_meters(channelled(seen))


def without_meters(hours):
    """Mark the heat of both loops as calculated."""
    for loop in ("source", "load"):
        hours.channels["heat_power", loop] = hours.channels["heat_power_calculated", loop]
    return hours


@pytest.mark.parametrize("mode", ["heating", "cooling"])
@pytest.mark.parametrize("boundary", [H1, GB50801])
def test_the_interval_of_a_performance_factor_agrees_with_sampling(
    channelled, unmetered, plant, whole, mode, boundary
):
    hours = without_meters(channelled(unmetered))
    period = whole(hours)
    linear = performance_factor(hours, plant, period, boundary, mode).value
    rng = np.random.default_rng(7)
    sampled = [
        performance_factor(
            perturbed(channelled, unmetered, rng), plant, period, boundary, mode
        ).value.value
        for _ in range(DRAWS // 4)
    ]
    assert linear.standard_deviation == pytest.approx(np.std(sampled), rel=0.08)
    assert linear.value == pytest.approx(np.mean(sampled), rel=0.01)


def test_the_interval_of_the_thermal_balance_agrees_with_sampling(
    channelled, unmetered, plant, whole
):
    hours = without_meters(channelled(unmetered))
    period = whole(hours)
    linear = thermal_balance_ratio(hours, plant, period).value
    rng = np.random.default_rng(7)
    sampled = [
        thermal_balance_ratio(perturbed(channelled, unmetered, rng), plant, period).value.value
        for _ in range(DRAWS // 4)
    ]
    assert linear.standard_deviation == pytest.approx(np.std(sampled), rel=0.08)


def test_heat_without_a_meter_carries_flow_and_pair(channelled, unmetered, plant):
    hours = without_meters(channelled(unmetered))
    where = hours.values("heat_power", "load") > 0
    heat = thermal_energy(hours, plant, "load", where)
    assert set(heat.parts) == {"flow:load:flow", "pair:load", "fluid:load"}
    mean = heat.parts["flow:load:flow"] / heat.value
    assert mean == pytest.approx(0.02 / LIMITS_95, rel=1e-3)


def test_each_electricity_meter_is_its_own_source_of_error(channelled, consistent, plant):
    hours = channelled(consistent())
    everywhere = np.ones(len(hours.time), bool)
    energy = electric_energy(hours, machines(hours, plant), everywhere)
    assert list(energy.parts) == ["meter:hp1:electricity_power"]
    assert energy.relative == pytest.approx(0.01 / LIMITS_95, rel=1e-3)
