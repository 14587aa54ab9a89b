"""Design loads against season, air, area and machines; the judge is a year made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.lifecycle.design.load_checks import by_area, unlikely_loads
from loopkeeper.measure.recharge_year import design_recharge
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.machines import BackupRecord
from loopkeeper.plant.site import Promise
from loopkeeper.virtual.templates import template

TIME = np.datetime64("2022-12-31T16:00:00") + np.arange(8760) * np.timedelta64(3600, "s")
HOUR, DAY = np.arange(8760) % 24, np.arange(8760) // 24
AIR = 13 - 15 * np.cos(2 * np.pi * (DAY - 20) / 365) + 4 * np.cos(2 * np.pi * (HOUR - 15) / 24)
HEAT = 20e3 * np.maximum(0, 12 - AIR)
"""20 kW/K below 12 °C: 300 to 400 kW of 16 000 m², some 20 W/m²."""
COLD = 30e3 * np.maximum(0, AIR - 24)
YEAR = LoadYear(TIME, HEAT, COLD, 0 * HEAT, AIR)
OFFICE = replace(template("office").plant, promise=Promise())


def codes(design, plant=OFFICE):
    return {v.code: v for v in unlikely_loads(plant, design)}


def moved(months):
    n = round(8760 * months / 12)
    return replace(YEAR, heating=np.roll(HEAT, n), cooling=np.roll(COLD, n))


@pytest.mark.parametrize("air", [AIR, None])
def test_likely_loads_are_left_alone(air):
    assert not codes(replace(YEAR, outdoor_temperature=air))


@pytest.mark.parametrize("name", ["office", "school", "hospital"])
def test_the_plants_that_come_with_the_program_are_likely(name):
    plant = template(name).plant
    scale = min(
        sum(m.rated_heating for m in plant.machines) / HEAT.max(),
        sum(m.rated_cooling for m in plant.machines) / COLD.max(),
    )
    assert not codes(replace(YEAR, heating=scale * HEAT, cooling=scale * COLD), plant)


@pytest.mark.parametrize("air", [AIR, None])
def test_exchanged_columns(air):
    found = codes(replace(YEAR, heating=COLD, cooling=HEAT, outdoor_temperature=air))
    said = found["design.loads.elsewhere"]
    assert said.severity == "problem"
    assert "exchanged" in said.sentence()
    if air is not None:
        # by hand: all of it is asked for above 24 °C and all but a rest below 8 °C
        assert said.figures["heat"] == "100"
        below = 100 * HEAT[AIR < 8].sum() / HEAT.sum()
        assert float(said.figures["cold"]) == pytest.approx(below, abs=0.51)


@pytest.mark.parametrize("months", [4, 6, 8])
def test_loads_months_away_from_their_weather(months):
    said = codes(moved(months))["design.loads.elsewhere"]
    assert f"the loads {12 - months} months later" in said.sentence()


def test_a_little_heat_in_summer_is_a_caution():
    found = codes(replace(YEAR, heating=HEAT + 0.4 * HEAT.mean()))
    assert found["design.loads.out_of_season"].severity == "caution"


def test_a_whole_year_in_the_wrong_half():
    turned = {
        n: np.roll(getattr(YEAR, n), 4380) for n in ("heating", "cooling", "outdoor_temperature")
    }
    shifted = replace(YEAR, **turned)
    assert codes(shifted)["design.loads.calendar"].severity == "problem"
    south = replace(OFFICE, site=replace(OFFICE.site, latitude=-37.7))
    assert not codes(shifted, south)
    assert "design.loads.calendar" in codes(YEAR, south)


def test_fahrenheit_in_the_design_year():
    said = codes(replace(YEAR, outdoor_temperature=32 + 1.8 * AIR))["design.weather.other_unit"]
    assert said.figures["unit"] == "°F"


def test_watts_under_kilowatts():
    watts = replace(YEAR, heating=1000 * HEAT, cooling=1000 * COLD)
    said = codes(watts)["design.loads.thousandfold"]
    each = COLD.max() / 16.0  # W/m² of 16 000 m² after the thousandfold
    assert float(str(said.figures["each"]).replace(",", "")) > 0.5 * each
    bare = replace(OFFICE, site=replace(OFFICE.site, heated_area=None, cooled_area=None))
    assert codes(watts, bare)["design.loads.thousandfold_machines"].severity == "problem"


def test_megawatts_under_kilowatts():
    found = codes(replace(YEAR, heating=HEAT / 1000, cooling=COLD / 1000))
    assert found["design.loads.thousandth"].severity == "problem"


def test_a_wrong_area_is_not_a_wrong_unit():
    """16 m² in place of 16 000: the machines suit the loads."""
    small = replace(OFFICE, site=replace(OFFICE.site, heated_area=16.0, cooled_area=16.0))
    assert {c: v.severity for c, v in codes(YEAR, small).items()} == {
        "design.loads.area_high": "caution"
    }


def test_peaks_against_the_area_and_the_use():
    peak = replace(YEAR, heating=HEAT / HEAT.max() * 400e3, cooling=COLD / COLD.max() * 1e3)
    found = by_area(peak, (1000.0, 1000.0), "office")
    assert [v.code for v in found] == ["design.loads.area_high", "design.loads.area_low"]
    assert [v.figures["each"] for v in found] == ["400", "1"]
    assert [v.code for v in by_area(peak, (1000.0, None), "温室")] == []


def test_peaks_against_machines_and_promise():
    """Four machines of 125 kW are 500 kW; the peak is made 1300 kW, 2.6 times as much."""
    large = replace(YEAR, heating=HEAT / HEAT.max() * 1300e3)
    assert codes(large)["design.loads.machines"].figures["ratio"] == "2.6"
    annual = float(HEAT.sum() * 3600)
    promised = replace(OFFICE, promise=Promise(annual_heating=annual / 1.4))
    assert set(codes(YEAR, promised)) == {"design.loads.promise"}
    assert not codes(YEAR, replace(OFFICE, promise=Promise(annual_heating=annual / 1.2)))


def test_cold_in_winter_is_likely_in_a_data_room():
    room = replace(OFFICE, site=replace(OFFICE.site, use="data_room"))
    steady = replace(YEAR, heating=0 * HEAT, cooling=np.full(8760, 400e3))
    assert not codes(steady, room)
    assert "design.loads.out_of_season" in codes(steady)


def test_the_sun_recharges_in_the_summer_of_the_place():
    sun = BackupRecord("sun", "solar", annual_design=1e12)
    for latitude, month in ((39.9, 7), (-37.7, 1)):
        site = replace(OFFICE.site, latitude=latitude, heating_season=None, cooling_season=None)
        plant = replace(OFFICE, site=site, backups=(sun,))
        recharge = design_recharge(plant, YEAR)
        months = np.array([d.astype(object).month for d in TIME.astype("datetime64[D]")])
        assert recharge[months == month].sum() > 0.15 * recharge.sum()
        assert recharge[months == (1 if month == 7 else 7)].sum() == 0.0
        assert recharge.sum() * 3600 == pytest.approx(1e12)
