"""Energies and what each meter's error does to them: every part by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure import energies
from loopkeeper.measure.energies import (
    carried_heat_capacity,
    electric_energy,
    loop_meters,
    thermal_energy,
)
from loopkeeper.measure.kpi import H2, performance_factor
from loopkeeper.measure.metered import Group
from loopkeeper.measure.series import Channel

HP, SP = ("electricity_power", "hp1"), ("electricity_power", "sp1")
LOAD, SOURCE = ("heat_power", "load"), ("heat_power", "source")
WHERE = np.array([True, False, True, True])


@pytest.fixture
def warm(monkeypatch):
    """Water that holds 4 MJ a cubic metre and kelvin, 0.01 MJ more a degree."""
    monkeypatch.setattr(energies, "volumetric_heat_capacity", lambda _, t: 4e6 + 1e4 * t)


def loop(of="load", sign=1.0):
    """Four hours of 2, 9, 3 and 5 L/s at 4, 9, 2 and 6 K about 20 °C: 4.2 MJ m-3 K-1."""
    apart = sign * np.array([4.0, 9.0, 2.0, 6.0])
    flow = np.array([2e-3, 9e-3, 3e-3, 5e-3])
    return {
        ("flow", of): flow,
        ("supply_temperature", of): 20.0 + apart / 2,
        ("return_temperature", of): 20.0 - apart / 2,
        ("heat_power", of): 4.2e6 * flow * apart,
    }


# -- electricity


def test_a_submeter_is_taken_off_with_its_own_error(channelled, pointed, spread):
    """Of 50 less 9 kWh known 44 are the group's: its hour without a main reading has a sub's."""
    hours = channelled({HP: [10e3, 20e3, np.nan, 40e3], SP: [1e3, 2e3, 3e3, 5e3]})
    hours = pointed(hours, {HP: "1 %", SP: "0.1"})
    values = hours.values(*HP) - hours.values(*SP)
    found = electric_energy(hours, Group("m", values, (HP, SP), (), (1, -1)), WHERE)
    assert found.value == pytest.approx(44e3 * 3600)
    assert found.parts == pytest.approx(
        {
            "meter:hp1:electricity_power": spread(0.01, 3) * 50 / 41 * 44e3 * 3600,
            "meter:sp1:electricity_power": -spread(100.0, 3) * 3 * 3600,
        }
    )


def test_relative_and_absolute_limits_of_a_sum_of_meters(channelled, pointed, spread):
    hours = pointed(channelled({HP: [8e3, 1e3, 4e3, 2e3], SP: 1e3}), {HP: "IEC-2", SP: "3 %"})
    group = Group("both", hours.values(*HP) + hours.values(*SP), (HP, SP))
    found = electric_energy(hours, group, WHERE)
    assert found.value == pytest.approx(17e3 * 3600)
    parts = {"hp1": 0.02 * 14e3, "sp1": 0.03 * 3e3}
    by_hand = {f"meter:{k}:electricity_power": spread(v, 3) * 3600 for k, v in parts.items()}
    assert found.parts == pytest.approx(by_hand)
    found = electric_energy(pointed(hours, {SP: "0.2"}), group, WHERE)
    by_hand["meter:sp1:electricity_power"] = spread(200.0 * 3, 3) * 3600
    assert found.parts == pytest.approx(by_hand)


def test_who_has_no_meter_or_draws_nothing_has_no_error(channelled, pointed):
    hours = pointed(channelled({HP: [8e3, 1e3, 4e3, 2e3], SP: 0.0}), {HP: None})
    assert electric_energy(hours, Group("m", hours.values(*HP), (HP,)), WHERE).parts == {}
    idle = electric_energy(hours, Group("m", hours.values(*SP), (SP,)), WHERE)
    assert (idle.value, idle.parts) == (0.0, {})
    unmetered = electric_energy(hours, Group("m", None), WHERE)
    assert (unmetered.value, unmetered.parts) == (0.0, {})


def test_what_a_submeter_reads_too_much_goes_from_one_part_to_the_other(
    channelled, plant, whole, pointed, spread
):
    """Machines are main less pump; both together are the main meter, whose error alone counts."""
    main = ("electricity_power", "hp1+sp1")
    rows = {LOAD: np.full(48, 40e3), main: np.full(48, 11e3), SP: np.full(48, 3e3)}
    hours = pointed(channelled(rows), {LOAD: None, main: "1 %", SP: "30 %"})
    found = performance_factor(hours, plant, whole(hours), H2, "heating").value
    assert found.value == pytest.approx(40 / 11)
    assert found.standard_deviation == pytest.approx(40 / 11 * spread(0.01, 48))


# -- heat


def test_a_heat_meter_of_stated_limits(channelled, plant, pointed, spread):
    rows = {LOAD: [10e3, 90e3, -4e3, np.nan]}
    found = thermal_energy(pointed(channelled(rows), {LOAD: "3 %"}), plant, "load", WHERE)
    assert found.value == pytest.approx(6e3 * 3600)
    name = "load:heat_power"
    assert found.parts == pytest.approx({f"meter:{name}": spread(0.03, 3) * 6e3 * 3600})
    found = thermal_energy(pointed(channelled(rows), {LOAD: "0.2"}), plant, "load", WHERE)
    zero = spread(200.0, 3) * 3 * 3600
    assert found.parts == pytest.approx({f"meter:{name}": 0.0, f"zero:{name}": zero})


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.usefixtures("warm")
def test_a_heat_meter_of_a_class_reads_less_surely_at_small_differences(
    channelled, plant, sign, pointed, spread
):
    """44 L/s K over 10 L/s are 4.4 K; both limits add, and a pair takes from cold."""
    hours = pointed(channelled(loop(sign=sign)), {LOAD: "EN1434-2"})
    found = thermal_energy(hours, plant, "load", WHERE)
    energy = sign * 4.2e6 * 44e-3 * 3600
    assert found.value == pytest.approx(energy)
    scale, pair = (2.0 + 0.02 + 0.5 + 3 / 4.4) / 100, (0.5 + 9 / 4.4) / 100
    lift = (scale + pair) / np.hypot(scale, pair)
    assert found.parts == pytest.approx(
        {
            "meter:load:heat_power": spread(scale * lift, 3) * energy,
            "pair:load:heat_power": spread(pair * lift, 3) * abs(energy),
        }
    )
    assert found.relative == pytest.approx(spread(scale + pair, 3))


@pytest.mark.usefixtures("warm")
def test_of_two_kelvin_the_pair_is_the_less_sure(channelled, plant, pointed, spread):
    rows = loop() | {("supply_temperature", "load"): 21.0 + np.zeros(4)}
    rows |= {("return_temperature", "load"): 19.0 + np.zeros(4)}
    rows[LOAD] = 4.2e6 * rows["flow", "load"] * 2.0
    found = thermal_energy(pointed(channelled(rows), {LOAD: "EN1434-3"}), plant, "load", WHERE)
    limit = (3.05 + 0.5 + 1.5) + (0.5 + 4.5)
    assert found.relative == pytest.approx(spread(limit / 100, 3))


def test_a_class_without_temperatures_is_that_of_large_differences(
    channelled, plant, pointed, spread
):
    hours = pointed(channelled({LOAD: [10e3, 90e3, 4e3, 6e3]}), {LOAD: "EN1434-1"})
    found = thermal_energy(hours, plant, "load", WHERE)
    assert found.relative == pytest.approx(spread((1.01 + 0.5 + 0.5) / 100, 3))


def test_a_meter_made_for_water_is_as_wrong_as_its_brine(
    channelled, plant, monkeypatch, pointed, spread
):
    monkeypatch.setattr(energies, "water_meter_error", lambda fluid: 0.07 * (fluid[0] != "water"))
    brine = replace(plant, source=replace(plant.source, fluid="glycol", fluid_mass_fraction=0.2))
    hours = pointed(channelled({LOAD: 4e3 + np.zeros(4), SOURCE: 3e3}), {SOURCE: "3 %"})
    found = thermal_energy(hours, brine, "source", WHERE)
    assert found.parts["fluid:source:heat_power"] == pytest.approx(spread(0.07) * 9e3 * 3600)
    assert set(thermal_energy(hours, brine, "load", WHERE).parts) == {"meter:load:heat_power"}


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.usefixtures("warm")
def test_heat_of_flow_and_temperatures_has_their_errors(channelled, plant, sign, pointed, spread):
    hours = pointed(channelled(loop("source", sign)), {SOURCE: None})
    found = thermal_energy(hours, plant, "source", WHERE)
    energy, carried = sign * 4.2e6 * 44e-3 * 3600, 4.2e6 * 10e-3 * 3600
    assert found.value == pytest.approx(energy)
    assert found.parts == pytest.approx(
        {
            "flow:source:flow": spread(0.02, 3) * energy,
            "pair:source": spread(np.hypot(0.1, 0.1), 3) * carried,
            "fluid:source": 0.005 * energy,
        }
    )


def test_heat_that_nothing_known_measures_has_no_error(channelled, plant, pointed):
    hours = pointed(channelled({LOAD: 4e3 + np.zeros(4)}), {LOAD: None})
    found = thermal_energy(hours, plant, "load", WHERE)
    assert (found.value, found.parts) == (12e3 * 3600, {})


@pytest.mark.usefixtures("warm")
def test_water_carries_by_its_mean_temperature_where_all_is_known(channelled, plant):
    """Chosen hours at 10 and 30 °C: 4.1 and 4.3 MJ; one without heat and one not chosen."""
    rows = {
        ("flow", "load"): [2e-3, 9e-3, 7e-3, 5e-3, 4e-3],
        ("supply_temperature", "load"): [14.0, 50.0, 20.0, 31.0, np.nan],
        ("return_temperature", "load"): [6.0, 50.0, 20.0, 29.0, 3.0],
        LOAD: [1.0, 1.0, np.nan, 1.0, 1.0],
    }
    where = np.array([True, False, True, True, True])
    found = carried_heat_capacity(channelled(rows), plant, "load", where)
    assert found == pytest.approx((4.1e6 * 2e-3 + 4.3e6 * 5e-3) * 3600)


@pytest.mark.parametrize("lacking", ["flow", "supply_temperature", "return_temperature"])
def test_a_loop_is_metered_by_flow_and_both_temperatures(channelled, lacking):
    hours = channelled(loop())
    found = loop_meters(hours, "load")
    assert [found.flow.id, found.supply.id, found.back.id] == [
        "load:flow",
        "load:supply_temperature",
        "load:return_temperature",
    ]
    rest = {k: v for k, v in hours.channels.items() if k[0] != lacking}
    assert loop_meters(replace(hours, channels=rest), "load") is None
    derived = Channel(np.ones(4), np.ones(4))
    bare = replace(hours, channels=hours.channels | {(lacking, "load"): derived})
    assert loop_meters(bare, "load") is None
