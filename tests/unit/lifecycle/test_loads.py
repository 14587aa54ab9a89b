"""Built loads: degree hours by hand, schedules, and files of weather and EnergyPlus."""

import numpy as np
import pytest

from loopkeeper.adapters.files.weather_year import read_energyplus, read_weather_year
from loopkeeper.errors import DossierError, InputError
from loopkeeper.lifecycle.design.loads import USES, Use, WeatherYear, built_loads, figures

TIME = np.datetime64("2023-01-01T00:00:00") + np.arange(8760) * np.timedelta64(3600, "s")
HOUR = np.arange(8760) % 24
DAY = np.arange(8760) // 24
MONTH = TIME.astype("datetime64[M]").astype(int) % 12 + 1


def weather(air, sun=0.0):
    return WeatherYear(TIME, HOUR, (DAY + 6) % 7, MONTH, np.full(8760, air) + np.zeros(8760),
                       np.full(8760, sun) + np.zeros(8760))  # fmt: skip


def test_steady_cold_is_degree_hours():
    use = Use(1.0, 3e5, 0.0, 0.0, 0.0, 0, 24, workdays=False, heating=20.0, heating_closed=20.0)
    year = built_loads(use, 100.0, weather(0.0))
    winter = (MONTH <= 4) | (MONTH >= 10)
    settled = winter & np.roll(winter, 200)
    # 20 K through 1 W/(m² K) on 100 m²
    assert year.heating[settled] == pytest.approx(2000.0, rel=1e-6)
    assert year.heating[~winter].max() == 0.0
    assert year.cooling.max() == 0.0


def test_gains_of_people_spare_heat_and_cost_cold():
    base = built_loads(USES["office"], 1e4, weather(5 + 20 * np.sin((DAY - 100) / 58.1)))
    busy = built_loads(
        Use(1.10, 3.6e5, 30.0, 0.03, 0.3, 7, 19, workdays=True), 1e4,
        weather(5 + 20 * np.sin((DAY - 100) / 58.1)),
    )  # fmt: skip
    assert busy.heating.sum() < base.heating.sum()
    assert busy.cooling.sum() > base.cooling.sum()


def test_an_office_rests_at_night():
    year = built_loads(USES["office"], 1e4, weather(-5.0))
    night, day = year.heating[(HOUR == 3) & (MONTH == 1)], year.heating[(HOUR == 9) & (MONTH == 1)]
    assert night.mean() < 0.8 * day.mean()


@pytest.mark.parametrize("use", list(USES))
def test_beijing_like_figures_are_plausible(use):
    air = (
        12.5
        - 15.5 * np.cos(2 * np.pi * (DAY - 15) / 365)
        + 4 * np.sin((HOUR - 9) / 24 * 2 * np.pi)
    )
    sun = np.maximum(0, 600 * np.sin((HOUR - 6) / 12 * np.pi)) * (HOUR > 6) * (HOUR < 18)
    year = built_loads(USES[use], 1e4, weather(air, sun))
    heat = figures(year.heating)
    assert 15 < heat.peak / 1e4 < 120  # W/m²
    assert 10 < heat.energy / 3.6e6 / 1e4 < 200  # kWh/m²; much gain, little heat
    assert figures(year.cooling).peak / 1e4 < 120


@pytest.mark.parametrize(
    ("area", "insulation", "hours"), [(-1, 1, 8760), (1, 0, 8760), (1, 1, 100)]
)
def test_impossible_buildings_are_refused(area, insulation, hours):
    w = weather(5.0)
    cut = WeatherYear(*(v[:hours] for v in (w.time, w.hour, w.weekday, w.month, w.air, w.sun)))
    with pytest.raises(InputError):
        built_loads(USES["office"], area, cut, insulation=insulation)


def test_energyplus_columns_are_added_up(tmp_path):
    path = tmp_path / "eplus.csv"
    names = ("Date/Time", "ZONE1:Heating Energy [J](Hourly)", "ZONE2:Heating Energy [J](Hourly)",
             "ChillerCooling [W](Hourly)", "Lights [J](Hourly)")  # fmt: skip
    head = ",".join(names) + "\n"
    path.write_text(head + " 01/01  01:00:00,3600000,7200000,500,9\n" * 8760)
    year = read_energyplus(path, "Asia/Shanghai")
    assert year.heating[0] == pytest.approx(3000.0)
    assert year.cooling[0] == pytest.approx(500.0)
    path.write_text("Date/Time,Lights [J](Hourly)\n1,2\n")
    with pytest.raises(DossierError, match="no hourly loads"):
        read_energyplus(path, "Asia/Shanghai")


def test_epw_and_csv_weather(tmp_path):
    epw = tmp_path / "town.epw"
    row = "2001,1,1,1,0,?,{t},0,0,0,0,0,0,{s}" + ",0" * 20 + "\n"
    epw.write_text("head\n" * 8 + "".join(row.format(t=-3.5, s=n % 24) for n in range(8760)))
    year = read_weather_year(epw, "Asia/Shanghai")
    assert year.air[0] == -3.5
    assert year.hour[0] == 0
    assert year.month[0] == 1
    bad = tmp_path / "weather.csv"
    bad.write_text("time,wind\n2023-01-01,3\n")
    with pytest.raises(DossierError, match="columns missing"):
        read_weather_year(bad, "Asia/Shanghai")


def test_a_year_of_measured_beijing_weather(shared, tmp_path):
    import polars as pl  # noqa: PLC0415

    table = pl.read_csv(
        shared / "weather_beijing_2010_2014" / "PRSA_data_2010.1.1-2014.12.31.csv",
        null_values="NA",
        infer_schema_length=None,
    ).filter(pl.col("year") == 2013)
    path = tmp_path / "weather.csv"
    table.select(
        pl.format("{}-{}-{} {}:00", "year", pl.col("month").cast(str).str.zfill(2),
                  pl.col("day").cast(str).str.zfill(2), pl.col("hour").cast(str).str.zfill(2))
        .alias("time"),
        pl.col("TEMP").alias("outdoor_temperature_C"),
    ).write_csv(path)  # fmt: skip
    year = built_loads(USES["residential"], 1e4, read_weather_year(path, "Asia/Shanghai"))
    heat = figures(year.heating)
    # Beijing dwellings need 30 to 50 W/m² and 60 to 130 kWh/m² (common design figures)
    assert 20 < heat.peak / 1e4 < 50
    assert 50 < heat.energy / 3.6e6 / 1e4 < 140
