"""Weather and use close by parts, and each part is what was changed."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose.result import WeatherPart
from loopkeeper.lifecycle.diagnose.weather_use import unexplained_weather, weather_parts
from loopkeeper.physics.system import BoundaryConditions, Load, simulate
from loopkeeper.plant.years import mode_energy

HOURS = 24 * 100
WAVE = 2.5e5 + 1e5 * np.sin(np.arange(HOURS) / 7.0)
COLD = np.arange(HOURS) >= HOURS // 2
LOAD = Load(np.where(COLD, 0.0, WAVE), np.where(COLD, WAVE, 0.0))
OUTSIDE = BoundaryConditions(np.full(HOURS, 5.0), np.ones(HOURS, bool))
DELIVERED = (3e12, 2e12)


def run_of(system, load=LOAD):
    return simulate(system, load, OUTSIDE, 3600.0)


def split(system, other, load=LOAD, delivered=DELIVERED):
    """Parts by name, and the whole difference, of a design run and another one."""
    design, period = run_of(system), run_of(other, load)
    parts = {p.name: p for p in weather_parts(system, design, period, delivered)}
    whole = mode_energy(period).at_delivered_heat(*delivered)
    return parts, whole - mode_energy(design).at_delivered_heat(*delivered)


def energies(parts):
    return {name: part.energy for name, part in parts.items()}


def test_the_same_year_has_no_parts(office):
    parts, whole = split(office.system, office.system)
    assert whole == 0
    assert all(abs(energy) < 1.0 for energy in energies(parts).values())


@pytest.mark.parametrize("factor", [0.3, 0.7, 1.2])
def test_parts_sum_to_the_whole_and_leave_nothing_unexplained(office, factor):
    """A year of another load, colder source and warmer supply at once."""
    system = office.system
    controls = replace(system.controls, heating_supply=system.controls.heating_supply + 2.0)
    other = replace(system, source_offset=-1.5, controls=controls)
    load = Load(factor * LOAD.heating[::-1], 0.9 * LOAD.cooling[::-1])
    parts, whole = split(system, other, load)
    found = energies(parts)
    assert sum(found.values()) == pytest.approx(whole, rel=1e-9)
    assert abs(whole) > 1e9
    # the maps give what was simulated, to a part in a thousand of all electricity
    total = mode_energy(run_of(system)).at_delivered_heat(*DELIVERED)
    assert abs(found["other"]) < 1e-3 * total


@pytest.mark.parametrize(("delivered", "sign"), [((3e12, 0.0), 1), ((0.0, 2e12), -1)])
def test_a_colder_source_is_the_source(office, delivered, sign):
    """Heating takes more of it, cooling less."""
    other = replace(office.system, source_offset=-2.0)
    parts, whole = split(office.system, other, delivered=delivered)
    source = parts["source_temperature"]
    was, found = source.heating if sign > 0 else source.cooling
    assert found - was == pytest.approx(-2.0, abs=0.3)
    assert sign * whole > 0
    # the rest are pumps and machines that run longer for it
    assert source.energy == pytest.approx(whole, rel=0.1)
    assert abs(parts["load_temperature"].energy) < 1.0


def test_warmer_supply_is_the_load_water(office):
    controls = office.system.controls
    hotter = replace(controls, heating_supply=controls.heating_supply + 3.0)
    parts, whole = split(office.system, replace(office.system, controls=hotter))
    water = parts["load_temperature"]
    assert whole > 0
    assert water.heating[1] - water.heating[0] == pytest.approx(3.0)
    assert water.energy > 0.9 * whole


def test_pumps_that_draw_more_are_the_pumps(office):
    bank = office.system.load_pumps
    twice = office.system.with_pumps("load", replace(bank, electricity=2 * bank.electricity))
    parts, whole = split(office.system, twice)
    found = energies(parts)
    assert found["load_pumps"] == pytest.approx(whole, rel=1e-9)
    was, now = parts["load_pumps"].heating
    assert now == pytest.approx(2 * was)


def test_less_load_is_part_load_and_pump_hours(office):
    parts, whole = split(office.system, office.system, Load(0.1 * LOAD.heating, LOAD.cooling))
    found = energies(parts)
    assert parts["part_load"].heating[1] == pytest.approx(0.1 * parts["part_load"].heating[0])
    assert abs(found["part_load"]) > abs(found["load_temperature"])
    assert found["source_pumps"] + found["load_pumps"] > 0
    assert sum(found.values()) == pytest.approx(whole, rel=1e-9)


def test_a_mode_that_one_year_does_not_have_is_unexplained(office):
    design, period = run_of(office.system), run_of(office.system, Load(LOAD.heating, 0 * WAVE))
    parts = weather_parts(office.system, design, period, (3e12, 0.0))
    assert all(part.cooling == (None, None) for part in parts)
    assert parts[-1].energy == pytest.approx(0.0, abs=1.0)


def test_what_no_part_explains_is_said():
    def left(energy):
        return (WeatherPart("other", energy, "-", (None, None), (None, None)),)

    assert not unexplained_weather(left(1e9), 1e12)
    (said,) = unexplained_weather(left(-7.2e9), 1e12)
    assert "-2.0 MWh" in said.sentence("en")
    assert "-2.0 MWh" in said.sentence("zh")
