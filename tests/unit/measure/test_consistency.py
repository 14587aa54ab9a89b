"""Meters against each other and against the laws: each planted fault is named, none invented."""

import numpy as np
import pytest

from loopkeeper.measure.clock import find_shift, warmest_hour
from loopkeeper.measure.consistency import check_hours

SUPPLY, RETURN = "supply_temperature", "return_temperature"


def said(channelled, values, plant):
    return {v.code: v for v in check_hours(channelled(values), plant)}


def test_a_consistent_plant_is_left_alone(channelled, consistent, plant):
    assert said(channelled, consistent(), plant) == {}


def test_a_consistent_plant_in_cooling_is_left_alone(channelled, consistent, plant):
    values = consistent()
    for loop in ("source", "load"):
        values["heat_power_calculated", loop] = -values["heat_power", loop]
    load = -values["heat_power", "load"]
    draw = -load / 5.0
    values["heat_power", "load"] = load
    values["heat_power", "source"] = load - draw
    values["heat_power_calculated", "source"] = load - draw
    values["electricity_power", "hp1"] = draw
    for loop, middle in (("source", 25.0), ("load", 10.0)):
        half = np.abs(values["heat_power", loop]) / 0.005 / 4.17e6 / 2
        values[SUPPLY, loop], values[RETURN, loop] = middle - half, middle + half
    values["evaporator_inlet_temperature", "hp1"] = values[RETURN, "load"]
    assert said(channelled, values, plant) == {}


@pytest.mark.parametrize("loop", ["source", "load"])
def test_swapped_supply_and_return_are_named(channelled, consistent, plant, loop):
    values = consistent()
    values[SUPPLY, loop], values[RETURN, loop] = values[RETURN, loop], values[SUPPLY, loop]
    verdict = said(channelled, values, plant)["measure.pair.swapped"]
    assert verdict.figures["loop"] == loop
    assert verdict.figures["percent"] == 100


def test_without_a_heat_meter_the_weather_tells_the_mode(channelled, consistent, plant):
    values = consistent()
    del values["heat_power", "load"]
    values[SUPPLY, "load"], values[RETURN, "load"] = values[RETURN, "load"], values[SUPPLY, "load"]
    assert "measure.pair.swapped" in said(channelled, values, plant)


def test_sensors_must_agree_while_machines_rest(channelled, consistent, plant):
    values = consistent()
    resting = np.arange(2160) % 240 < 48
    for key in (("electricity_power", "hp1"), ("heat_power", "load"), ("heat_power", "source")):
        values[key] = np.where(resting, 0.0, values[key])
    for loop in ("source", "load"):
        for name in (SUPPLY, RETURN):
            values[name, loop] = np.where(resting, 20.0, values[name, loop])
    assert "measure.pair.off_cycle" not in said(channelled, values, plant)
    values[SUPPLY, "load"] = values[SUPPLY, "load"] + 0.4
    verdict = said(channelled, values, plant)["measure.pair.off_cycle"]
    assert verdict.figures["offset"] == "+0.40"
    assert verdict.figures["limit"] == "0.14"


def test_two_sensors_in_the_same_water_that_differ_are_named(channelled, consistent, plant):
    values = consistent()
    values["evaporator_inlet_temperature", "hp1"] += 0.5
    verdict = said(channelled, values, plant)["measure.pair.differ"]
    assert verdict.figures["offset"] == "+0.50"


def test_a_drift_is_told_from_a_difference(channelled, consistent, plant):
    values = consistent()
    values["evaporator_inlet_temperature", "hp1"] += np.linspace(0.0, 0.5, 2160)
    codes = said(channelled, values, plant)
    assert "measure.pair.differ" not in codes
    assert float(codes["measure.pair.drift"].figures["per_year"]) == pytest.approx(2.03, abs=0.05)


def test_a_slow_season_of_both_sensors_is_no_drift(channelled, consistent, plant):
    values = consistent()
    values["evaporator_inlet_temperature", "hp1"] += 0.02 * np.sin(np.arange(2160) / 300)
    assert said(channelled, values, plant) == {}


def test_an_open_heat_balance_is_named_with_its_size(channelled, consistent, plant):
    values = consistent()
    values["heat_power", "source"] = values["heat_power", "source"] * 0.7
    values["heat_power_calculated", "source"] = values["heat_power", "source"]
    verdict = said(channelled, values, plant)["measure.balance.open"]
    assert verdict.figures["mode"] == "heating"
    assert float(verdict.figures["percent"]) == pytest.approx(22.5, abs=0.2)


def test_a_heat_meter_off_from_flow_and_temperatures_is_named(channelled, consistent, plant):
    values = consistent()
    values["heat_power_calculated", "load"] = values["heat_power", "load"] * 0.8
    verdict = said(channelled, values, plant)["measure.balance.heat_meter"]
    assert float(verdict.figures["percent"]) == pytest.approx(25.0, abs=0.1)


@pytest.mark.parametrize("factor", [0.2, 6.0])
def test_an_impossible_efficiency_is_named(channelled, consistent, plant, factor):
    values = consistent()
    values["electricity_power", "hp1"] = values["electricity_power", "hp1"] * factor
    for name in ("heat_power", "heat_power_calculated", "flow"):  # no balance tells the meter
        del values[name, "source"]
    figures = said(channelled, values, plant)["measure.balance.cop_implausible"].figures
    assert figures["days"] == figures["of_days"] == 90


def test_a_late_clock_is_found_with_its_hours(channelled, consistent, plant):
    values = consistent()
    values["heat_power", "load"] = np.roll(values["heat_power", "load"], 3)
    verdict = said(channelled, values, plant)["measure.clock.shifted"]
    assert verdict.figures["hours"] == "+3"
    assert verdict.figures["of"] == "load"


def test_a_clock_in_another_time_zone_is_found_by_the_weather(channelled, consistent, plant):
    values = consistent()
    values["outdoor_temperature", "site"] = np.roll(values["outdoor_temperature", "site"], 8)
    verdict = said(channelled, values, plant)["measure.clock.weather"]
    assert float(verdict.figures["hour"]) == pytest.approx(23, abs=1)


@pytest.mark.parametrize("shift", [-5, -1, 1, 12])
def test_shifts_in_both_directions_are_found(shift):
    rng = np.random.default_rng(2)
    reference = rng.normal(size=2000).cumsum() % 7
    found = find_shift(reference, np.roll(reference, shift))
    assert found is not None
    assert found.hours == shift


def test_series_in_step_or_unrelated_have_no_shift():
    rng = np.random.default_rng(2)
    one, other = rng.normal(size=(2, 2000))
    assert find_shift(one, one) is None
    assert find_shift(one, other) is None


def test_an_even_day_has_no_warmest_hour():
    time = np.datetime64("2024-01-01T00", "s") + np.arange(480) * np.timedelta64(3600, "s")
    assert warmest_hour(time, np.full(480, 12.0), "UTC") is None


def test_the_warmest_hour_is_local():
    time = np.datetime64("2024-01-01T00", "s") + np.arange(480) * np.timedelta64(3600, "s")
    outdoor = 5 * np.cos(2 * np.pi * (np.arange(480) % 24 + 0.5 - 7) / 24)
    assert warmest_hour(time, outdoor, "Asia/Shanghai") == pytest.approx(15.0, abs=0.01)


def test_a_plant_without_meters_cannot_be_judged(channelled, plant):
    assert said(channelled, {("outdoor_temperature", "site"): np.zeros(100)}, plant) == {}
