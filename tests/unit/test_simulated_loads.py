"""
Loads of building simulations: one quantity per use, whatever else stands beside it.

The judge is the heat and cold that were written, by sums of their own; names of output variables
and meters are those of EnergyPlus (Input Output Reference; issues 6439 and 10798: the district
meter is the sum of ideal loads).
"""

import numpy as np
import pytest

from loopkeeper.adapters.files.design.energyplus import read_energyplus

HOUR = np.arange(8760)
HEAT = np.round(50e3 * np.maximum(0, np.cos(2 * np.pi * HOUR / 8760)) ** 2)
COLD = np.round(40e3 * np.maximum(0, -np.cos(2 * np.pi * HOUR / 8760)) ** 2)
WATER = 900.0 + 0 * HEAT
ZONE = "Asia/Shanghai"
DISTRICT, CHILLED = "DistrictHeatingWater:Facility", "DistrictCooling:Facility"
IDEAL = "ZONE {} IDEAL LOADS AIR SYSTEM:Zone Ideal Loads Supply Air Total {} "
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
DATES = [f"{m + 1:02d}/{d + 1:02d}" for m, n in enumerate(DAYS) for d in range(n)]


def labels(steps=1, dates=DATES):
    clock = [divmod(60 * n // steps, 60) for n in range(1, 24 * steps + 1)]
    return [f" {day}  {h:02d}:{m:02d}:00" for day in dates for h, m in clock]


def written(path, columns, times=None, first="Date/Time"):
    times = labels() if times is None else times
    heads = ",".join([first, *columns])
    rows = (
        f"{t}," + ",".join("" if np.isnan(v) else f"{v:.8g}" for v in row)
        for t, row in zip(times, np.array(list(columns.values()), dtype=float).T, strict=True)
    )
    path.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return read_energyplus(path, ZONE)


def codes(found):
    return [v.code for v in found.verdicts if v.code != "design.simulated.used"]


def same(found, heat=HEAT, cold=COLD):
    assert found.year.heating == pytest.approx(heat, rel=1e-6)
    assert found.year.cooling == pytest.approx(cold, rel=1e-6)


def test_one_meter_for_each_use(tmp_path):
    found = written(
        tmp_path / "e.csv",
        {f"{DISTRICT} [J](Hourly)": HEAT * 3600, f"{CHILLED} [J](Hourly) ": COLD * 3600},
    )
    same(found)
    assert codes(found) == []
    assert found.columns["heating"] == (f"{DISTRICT} [J](Hourly)",)
    used = [v for v in found.verdicts if v.code == "design.simulated.used"]
    assert float(used[0].figures["energy"]) == pytest.approx(HEAT.sum() / 1e6, abs=0.06)


def test_the_same_heat_seen_four_times_counts_once(tmp_path):
    found = written(
        tmp_path / "e.csv",
        {
            IDEAL.format(1, "Heating") + "Energy [J](Hourly)": HEAT * 2000,
            IDEAL.format(2, "Heating") + "Energy [J](Hourly)": HEAT * 1600,
            IDEAL.format(1, "Heating") + "Rate [W](Hourly)": HEAT * 2000 / 3600,
            "ZONE 1:Zone Ideal Loads Zone Total Heating Energy [J](Hourly)": HEAT * 3240,
            IDEAL.format(1, "Heating").replace("Total", "Sensible") + "Energy [J](Hourly)": HEAT,
            IDEAL.format(1, "Heating").replace("Total", "Latent") + "Energy [J](Hourly)": HEAT,
            IDEAL.format(1, "Cooling") + "Energy [J](Hourly)": COLD * 3600,
            f"{DISTRICT} [J](Hourly)": HEAT * 3600,
        },
    )
    same(found)
    assert codes(found).count("design.simulated.left") == 3
    assert found.columns["heating"] == (f"{DISTRICT} [J](Hourly)",)


def test_zones_of_one_quantity_add_up(tmp_path):
    found = written(
        tmp_path / "e.csv",
        {
            IDEAL.format(1, "Heating") + "Energy [J](Hourly)": HEAT * 2000,
            IDEAL.format(2, "Heating") + "Energy [J](Hourly)": HEAT * 1600,
            IDEAL.format(1, "Cooling") + "Rate [W](Hourly)": COLD,
        },
    )
    same(found)
    assert len(found.columns["heating"]) == 2


@pytest.mark.parametrize(
    "name",
    [
        "Heating:Electricity",
        "Heating:NaturalGas",
        "BOILER 1:Boiler NaturalGas Energy",
        "COIL:Heating Coil Electricity Energy",
        "CHILLER 1:Chiller Electricity Energy",
        "WATER:Cooling Tower Fan Electricity Energy",
        "采暖耗电量",
        "供暖燃气耗量",
        "Zone Heating Setpoint Not Met Time",
    ],
)
def test_electricity_and_gas_never_count(tmp_path, name):
    found = written(
        tmp_path / "e.csv",
        {
            f"{name} [J](Hourly)": HEAT * 1000,
            "B:Boiler Heating Rate [W](Hourly)": HEAT,
            "C:Chiller Evaporator Cooling Rate [W](Hourly)": COLD,
        },
    )
    same(found)
    alone = written(tmp_path / "f.csv", {f"{name} [J](Hourly)": HEAT * 1000})
    assert alone.year is None
    assert codes(alone) == ["design.simulated.none"]


def test_rate_and_energy_of_one_boiler(tmp_path):
    found = written(
        tmp_path / "e.csv",
        {
            "B:Boiler Heating Rate [W](Hourly)": HEAT,
            "B:Boiler Heating Energy [J](Hourly)": HEAT * 3600,
            "C:Chiller Evaporator Cooling Energy [kWh](Hourly)": COLD / 1000,
        },
    )
    same(found)


def test_a_quantity_written_twice_counts_once(tmp_path):
    stepped = np.full(2 * 8760, np.nan)
    stepped[1::2] = HEAT * 3600
    half = np.repeat(HEAT, 2) * 1800
    found = written(
        tmp_path / "e.csv",
        {
            f"{DISTRICT} [J](TimeStep)": half,
            f"{DISTRICT} [J](Hourly)": stepped,
            f"{DISTRICT} [J](TimeStep) ": half,
            "DistrictHeatingWater:HVAC [J](TimeStep)": half,
            "DistrictCooling:HVAC [J](TimeStep)": np.repeat(COLD, 2) * 1800,
        },
        labels(2),
    )
    same(found)
    assert found.columns["heating"] == (f"{DISTRICT} [J](TimeStep)",)


@pytest.mark.parametrize(
    ("one", "two", "share"),
    [
        (DISTRICT, "B:Boiler Heating Energy", 0.5),
        (DISTRICT, "B:Boiler Heating Energy", 3.0),
        ("B:Boiler Heating Energy", IDEAL.format(1, "Heating") + "Energy", 0.3),
        ("B:Boiler Heating Energy", "C:Heating Coil Heating Energy", 1.6),
    ],
)
def test_heat_that_may_stand_beside_other_heat_is_refused(tmp_path, one, two, share):
    found = written(
        tmp_path / "e.csv",
        {f"{one} [J](Hourly)": HEAT * 3600, f"{two} [J](Hourly)": share * HEAT * 3600},
    )
    assert found.year is None
    (said,) = (v for v in found.verdicts if v.code == "design.simulated.overlap")
    assert float(said.figures["other"]) == pytest.approx(share * HEAT.sum() / 1e6, abs=0.06)


def test_outdoor_air_comes_along(tmp_path):
    air = 10 - 12 * np.cos(2 * np.pi * HOUR / 8760)
    found = written(
        tmp_path / "e.csv",
        {
            "Environment:Site Outdoor Air Drybulb Temperature [C](Hourly)": air,
            f"{DISTRICT} [J](Hourly)": HEAT * 3600,
            f"{CHILLED} [J](Hourly)": COLD * 3600,
        },
    )
    same(found)
    assert found.year.outdoor_temperature == pytest.approx(air, abs=1e-5)


def test_a_missing_unit_and_a_missing_mode_are_said(tmp_path):
    bare = written(tmp_path / "e.csv", {"Heating": HEAT / 1e3, "Cooling": COLD / 1e3})
    assert codes(bare) == ["design.simulated.no_unit"]
    found = written(
        tmp_path / "e.csv", {"Building Heating Loads (W)": HEAT, "Water Heating Loads (W)": WATER}
    )
    assert codes(found) == ["design.simulated.no_mode"]
    assert found.year.hot_water == pytest.approx(WATER)


def test_what_a_chiller_rejects_is_no_load(tmp_path):
    found = written(
        tmp_path / "e.csv",
        {
            "CHW LOOP:Plant Supply Side Cooling Demand Rate [W](Hourly)": COLD,
            "CW LOOP:Plant Supply Side Cooling Demand Rate [W](Hourly)": 1.2 * COLD,
            "CONDENSER:Plant Supply Side Cooling Demand Rate [W](Hourly)": 1.2 * COLD,
            "HW LOOP:Plant Supply Side Heating Demand Rate [W](Hourly)": HEAT,
        },
    )
    same(found)


def test_hot_water_is_taken_out_of_the_meter_that_holds_it(tmp_path):
    found = written(
        tmp_path / "e.csv",
        {
            f"{DISTRICT} [J](Hourly)": (HEAT + WATER) * 3600,
            "WaterSystems:DistrictHeatingWater [J](Hourly)": WATER * 3600,
        },
    )
    same(found, cold=0 * COLD)
    assert found.year.hot_water == pytest.approx(WATER)
    beside = written(
        tmp_path / "f.csv",
        {
            "Heating:DistrictHeatingWater [J](Hourly)": HEAT * 3600,
            f"{DISTRICT} [J](Hourly)": (HEAT + WATER) * 3600,
            "W:Water Use Equipment Heating Rate [W](Hourly)": WATER,
        },
    )
    assert beside.year is None


def test_sizing_days_and_a_run_that_begins_in_july(tmp_path):
    sizing = labels(dates=["01/21", "07/21"])
    turned = DATES[181:] + DATES[:181]
    heat, cold = (np.roll(v, -24 * 181) for v in (HEAT, COLD))
    days = np.full(48, 9e4)
    found = written(
        tmp_path / "e.csv",
        {
            "B:Boiler Heating Rate [W](Hourly)": np.r_[days, heat],
            "C:Chiller Evaporator Cooling Rate [W](Hourly)": np.r_[days, cold],
        },
        sizing + labels(dates=turned),
    )
    same(found)
    (said,) = (v for v in found.verdicts if v.code == "design.simulated.sizing_days")
    assert said.figures["dropped"] == 48
    assert str(found.year.time[0]) == "2022-12-31T16:00:00"


@pytest.mark.parametrize("steps", [2, 4, 6])
def test_time_steps_are_means_of_their_hour(tmp_path, steps):
    wave = np.tile(np.r_[1.5, np.ones(steps - 2), 0.5], 8760)
    rate = np.repeat(HEAT, steps) * wave
    found = written(
        tmp_path / "e.csv",
        {
            "B:Boiler Heating Rate [W](TimeStep)": rate,
            "C:Chiller Evaporator Cooling Energy [J](TimeStep)": np.repeat(COLD, steps)
            * 3600
            / steps,
        },
        labels(steps),
    )
    same(found)


def test_hours_beside_time_steps(tmp_path):
    hourly = np.full(4 * 8760, np.nan)
    hourly[3::4] = COLD * 3600
    found = written(
        tmp_path / "e.csv",
        {
            "B:Boiler Heating Energy [J](TimeStep)": np.repeat(HEAT, 4) * 900,
            "C:Chiller Evaporator Cooling Energy [J](Hourly)": hourly,
            "D:Chiller Evaporator Cooling Energy [J](Monthly)": np.where(hourly > 0, 1e9, np.nan),
        },
        labels(4),
    )
    same(found)


def test_a_leap_year_loses_its_day(tmp_path):
    dates = [*DATES[:59], "02/29", *DATES[59:]]
    longer = np.r_[HEAT[: 59 * 24], np.full(24, 7e4), HEAT[59 * 24 :]]
    found = written(
        tmp_path / "e.csv", {"B:Boiler Heating Rate [W](Hourly)": longer}, labels(dates=dates)
    )
    same(found, cold=0 * COLD)
    assert "design.simulated.leap" in codes(found)


@pytest.mark.parametrize("rows", [8759, 48, 4380, 2 * 8760])
def test_what_is_no_year_is_refused(tmp_path, rows):
    times = (labels() * 2)[:rows]
    found = written(
        tmp_path / "e.csv", {"B:Boiler Heating Rate [W](Hourly)": np.ones(rows)}, times
    )
    assert found.year is None
    assert codes(found) == ["design.simulated.not_a_year"]


def test_holes_and_negative_loads_are_refused(tmp_path):
    holes, negative = HEAT.copy(), HEAT.copy()
    holes[77:80], negative[2000:3000] = np.nan, -5e4
    for values, count in ((holes, 3), (negative, 0)):
        found = written(tmp_path / "e.csv", {"B:Boiler Heating Rate [W](Hourly)": values})
        assert found.year is None
        (said,) = (v for v in found.verdicts if v.code == "design.simulated.value")
        assert said.figures["count"] == count


@pytest.mark.parametrize(
    ("heat", "cold", "water", "factor"),
    [
        ("热负荷(kW)", "冷负荷(kW)", "生活热水负荷(kW)", 1e-3),
        ("供暖热负荷 [W]", "空调冷负荷 [W]", "热水负荷 [W]", 1.0),
        ("采暖耗热量(kWh)", "空调耗冷量(kWh)", "热水耗热量(kWh)", 1e-3),
        ("采暖负荷（kW）", "供冷负荷（kW）", "生活热水（kW）", 1e-3),
        ("建筑总热负荷_kW", "建筑总冷负荷_kW", "热水负荷_kW", 1e-3),
        ("heating_kW", "cooling_kW", "hot_water_kW", 1e-3),
        ("Heating load (MBH)", "Cooling load (RT)", "DHW load (kW)", None),
    ],
)
def test_tables_of_other_programs(tmp_path, heat, cold, water, factor):
    start = np.datetime64("2023-01-01T00:00")
    times = [str(t).replace("T", " ") for t in start + HOUR * np.timedelta64(60, "m")]
    scale = (factor,) * 3 if factor else (1 / 293.071, 1 / 3516.85, 1e-3)
    columns = {
        heat: HEAT * scale[0],
        cold: COLD * scale[1],
        water: WATER * scale[2],
        "电负荷(kW)": HEAT,
    }
    found = written(tmp_path / "e.csv", columns, times, "时间")
    # units of the table by hand: 1 MBH 293.071 W, 1 RT 3516.85 W
    assert found.year.heating == pytest.approx(HEAT, rel=1e-5)
    assert found.year.cooling == pytest.approx(COLD, rel=1e-5)
    assert found.year.hot_water == pytest.approx(WATER, rel=1e-5)


def test_rooms_beside_their_total(tmp_path):
    found = written(
        tmp_path / "e.csv",
        {
            "房间1:热负荷 [kW](Hourly)": HEAT * 0.4e-3,
            "房间2:热负荷 [kW](Hourly)": HEAT * 0.6e-3,
            "总热负荷 [kW](Hourly)": HEAT * 1e-3,
            "房间1:显热冷负荷 [kW](Hourly)": COLD * 1e-3,
            "总冷负荷 [kW](Hourly)": COLD * 1e-3,
        },
    )
    same(found)


def test_labels_at_the_end_and_none_at_all(tmp_path):
    start = np.datetime64("2023-01-01T01:00")
    times = [str(t).replace("T", " ") for t in start + HOUR * np.timedelta64(60, "m")]
    same(written(tmp_path / "e.csv", {"热负荷(kW)": HEAT / 1e3, "冷负荷(kW)": COLD / 1e3}, times))
    found = written(
        tmp_path / "f.csv", {"热负荷(kW)": HEAT / 1e3, "冷负荷(kW)": COLD / 1e3}, HOUR + 1, "序号"
    )
    same(found)
    assert "design.simulated.no_times" in codes(found)
