"""Built loads: degree hours by hand, schedules, seasons, uses; a measured year."""

import numpy as np
import pytest

from loopkeeper.adapters.files.design.own_use import read_use
from loopkeeper.adapters.files.design.weather_year import read_weather_year
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.loads import built_loads, figures
from loopkeeper.lifecycle.design.uses import USES, Served, Use, use_name
from loopkeeper.lifecycle.design.weather import WeatherYear

TIME = np.datetime64("2023-01-01T00:00:00") + np.arange(8760) * np.timedelta64(3600, "s")
HOUR = np.arange(8760) % 24
DAY = np.arange(8760) // 24
MONTH = TIME.astype("datetime64[M]").astype(int) % 12 + 1


OF_MONTH = (TIME.astype("datetime64[D]") - TIME.astype("datetime64[M]")).astype(int) + 1


def weather(air, sun=0.0, latitude=None):
    return WeatherYear(
        time=TIME,
        hour=HOUR,
        weekday=(DAY + 6) % 7,
        month=MONTH,
        day=OF_MONTH,
        air=np.full(8760, air) + np.zeros(8760),
        sun=np.full(8760, sun) + np.zeros(8760),
        latitude=latitude,
    )


def test_steady_cold_is_degree_hours():
    use = Use(
        loss=1.0,
        capacity=3e5,
        gains=0.0,
        solar=0.0,
        hot_water=0.0,
        opens=0,
        closes=24,
        workdays=False,
        heating=20.0,
        heating_closed=20.0,
    )
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
        Use(
            loss=1.10,
            capacity=3.6e5,
            gains=30.0,
            solar=0.03,
            hot_water=0.3,
            opens=7,
            closes=19,
            workdays=True,
        ),
        1e4,
        weather(5 + 20 * np.sin((DAY - 100) / 58.1)),
    )
    assert busy.heating.sum() < base.heating.sum()
    assert busy.cooling.sum() > base.cooling.sum()


def test_an_office_rests_at_night():
    year = built_loads(USES["office"], 1e4, weather(-5.0))
    night, day = year.heating[(HOUR == 3) & (MONTH == 1)], year.heating[(HOUR == 9) & (MONTH == 1)]
    assert night.mean() < 0.8 * day.mean()


BEIJING = (
    12.5 - 15.5 * np.cos(2 * np.pi * (DAY - 15) / 365) + 4 * np.sin((HOUR - 9) / 24 * 2 * np.pi)
)
SUN = np.maximum(0, 600 * np.sin((HOUR - 6) / 12 * np.pi)) * (HOUR > 6) * (HOUR < 18)
INDICES = {
    # glass and double film at -7 to -12 °C outdoors: 6 W/(m² K), 19 to 28 K; rural houses of the
    # north 60 to 110; works halls 60 to 120; buildings with doors that stand open as shops of
    # CJJ 34-2010 table 3.1.2-1 (M+), 55 to 80 and their air besides (all M)
    "greenhouse": (100, 220), "farmhouse": (50, 110), "factory": (55, 120),
    "toll_station": (50, 100), "service_area": (50, 115),
}  # fmt: skip
"""Design heat by use [W/m²]."""


@pytest.mark.parametrize("use", list(USES))
def test_beijing_like_figures_are_plausible(use):
    year = built_loads(USES[use], 1e4, weather(BEIJING, SUN))
    heat, cold = figures(year.heating), figures(year.cooling)
    if USES[use].heats is not Served.NEVER:
        assert 15 < heat.peak / 1e4 < 220  # W/m²
        assert 10 < heat.energy / 3.6e6 / 1e4 < 350  # kWh/m²; much gain, little heat
    assert cold.peak / 1e4 < (600 if use == "data_room" else 120)


@pytest.mark.parametrize("use", list(INDICES))
def test_heat_is_that_of_published_indices(use):
    low, high = INDICES[use]
    peak = figures(built_loads(USES[use], 1e4, weather(BEIJING - 3.0)).heating).peak / 1e4
    assert low < peak < high


def test_a_data_room_needs_cold_in_every_month_and_no_heat():
    year = built_loads(USES["data_room"], 1e3, weather(BEIJING, SUN))
    assert year.heating.max() == 0.0
    # in the steady state 500 W/m² and 1 W/(m² K) of 1000 m², by hand, air at 24 °C
    wanted = 1e3 * (500.0 + (BEIJING - 24.0))
    assert year.cooling.sum() == pytest.approx(wanted.sum(), rel=0.01)
    assert all(year.cooling[m == MONTH].min() > 0 for m in range(1, 13))


def test_a_greenhouse_is_heated_on_cold_nights_of_may_too():
    year = built_loads(USES["greenhouse"], 1e3, weather(BEIJING - 8.0, SUN))
    assert year.heating[MONTH == 5].sum() > 0
    assert year.cooling.max() == 0.0


@pytest.mark.parametrize("latitude", [None, -37.7, 59.6])
def test_the_same_climate_six_months_on_needs_the_same(latitude):
    """Half a year is 182.5 days: the turned year has other hours and weekdays, hence 2 %."""
    north = built_loads(USES["office"], 1e3, weather(BEIJING, SUN, 39.9))
    turned = np.roll(BEIJING, 24 * 182), np.roll(SUN, 24 * 182)
    south = built_loads(USES["office"], 1e3, weather(*turned, latitude))
    assert south.heating.sum() == pytest.approx(north.heating.sum(), rel=0.02)
    assert south.cooling.sum() == pytest.approx(north.cooling.sum(), rel=0.02)
    assert south.heating[MONTH == 7].sum() > 0.1 * south.heating.sum()


def test_in_the_tropics_every_month_is_cooled():
    year = built_loads(USES["hotel"], 1e3, weather(27.0 + 0 * DAY, SUN, 1.3))
    assert all(year.cooling[m == MONTH].sum() > 0 for m in range(1, 13))
    assert year.heating.max() == 0.0


def test_own_hours_and_holidays(tmp_path):
    path = tmp_path / "use.toml"
    path.write_text(
        'based_on = "office"\ngains_W_m2 = 10\nheating_C = 18\nheating_closed_C = 5\n'
        'hot_water_W_m2 = 0\nsolar_share = 0\nclosed = ["01-10/01-31"]\n'
        f"workday = {[0] * 8 + [1] * 8 + [0] * 8}\nweekend = {[0] * 24}\n",
        encoding="utf-8",
    )
    use = read_use(path)
    assert use.loss == USES["office"].loss
    # gains and set-points by hand: cold enough that heat is needed in every open hour
    year = built_loads(use, 1.0, weather(-20.0))
    away = (MONTH == 1) & (OF_MONTH >= 12) & (OF_MONTH <= 30)
    assert year.heating[away].max() <= use.loss * 25.0 + 1e-6
    open_ = (MONTH == 2) & (HOUR >= 8) & (HOUR < 16) & ((DAY + 6) % 7 < 5)
    assert year.heating[open_].mean() > 1.1 * year.heating[(MONTH == 2) & ~open_].mean()
    everyday = built_loads(
        read_use(tmp_path / "use.toml"), 1.0, weather(np.where(away, 12.0, -20.0))
    )
    # nobody there: what is lost at 12 °C outdoors needs no heat at a set-point of 5 °C
    assert everyday.heating[away & (OF_MONTH > 14)].max() == 0.0


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("colour = 1", "colour"),
        ("loss_W_m2K = -1", "loss_W_m2K"),
        ("workday = [1, 2]", "24 shares"),
        ('based_on = "castle"', "castle"),
        ('closed = ["July"]', "07-15/08-25"),
        ('heats = "often"', "season"),
        ("cooling_C = 18", "above heating_C"),
        ("x", "use.toml"),
    ],
)
def test_a_wrong_use_is_named(tmp_path, line, named):
    path = tmp_path / "use.toml"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=named):
        read_use(path)


def test_uses_by_their_chinese_names():
    assert use_name("温室") == "greenhouse"
    assert use_name("Toll station") == "toll_station"
    assert not use_name("castle")
    assert USES["greenhouse"].cools is Served.NEVER


@pytest.mark.parametrize(
    ("area", "insulation", "hours"), [(-1, 1, 8760), (1, 0, 8760), (1, 1, 100)]
)
def test_impossible_buildings_are_refused(area, insulation, hours):
    w = weather(5.0)
    columns = ("time", "hour", "weekday", "month", "day", "air", "sun")
    cut = WeatherYear(**{name: getattr(w, name)[:hours] for name in columns})
    with pytest.raises(InputError):
        built_loads(USES["office"], area, cut, insulation=insulation)


def test_a_year_of_measured_beijing_weather(shared, tmp_path):
    import polars as pl  # noqa: PLC0415

    table = pl.read_csv(
        shared / "weather_beijing_2010_2014" / "PRSA_data_2010.1.1-2014.12.31.csv",
        null_values="NA",
        infer_schema_length=None,
    ).filter(pl.col("year") == 2013)
    path = tmp_path / "weather.csv"
    table.select(
        pl.format(
            "{}-{}-{} {}:00",
            "year",
            pl.col("month").cast(str).str.zfill(2),
            pl.col("day").cast(str).str.zfill(2),
            pl.col("hour").cast(str).str.zfill(2),
        ).alias("time"),
        pl.col("TEMP").alias("outdoor_temperature_C"),
    ).write_csv(path)
    found = read_weather_year(path, "Asia/Shanghai")
    assert [v.code for v in found.verdicts if v.severity != "note"] == ["design.weather.no_sun"]
    year = built_loads(USES["residential"], 1e4, found.year)
    heat = figures(year.heating)
    # Beijing dwellings need 30 to 50 W/m² and 60 to 130 kWh/m² (common design figures)
    assert 20 < heat.peak / 1e4 < 50
    assert 50 < heat.energy / 3.6e6 / 1e4 < 140
