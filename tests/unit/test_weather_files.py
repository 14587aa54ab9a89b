"""Years of weather from files: codes, gaps, units, clocks; the judge is the series written."""

import numpy as np
import polars as pl
import pytest

from loopkeeper.adapters.files.design.weather_year import read_weather_year

TIME = np.datetime64("2023-01-01T00:00:00") + np.arange(8760) * np.timedelta64(3600, "s")
DAY, HOUR = np.arange(8760) // 24, np.arange(8760) % 24
RNG = np.random.default_rng(7)
SYSTEMS = np.convolve(RNG.standard_normal(8760 + 47), np.ones(48) / 7, "valid")
AIR = np.round(
    12
    - 14 * np.cos(2 * np.pi * (DAY - 20) / 365)
    + 4 * np.cos(2 * np.pi * (HOUR - 15) / 24)
    + SYSTEMS,
    1,
)
SUN = np.round(np.maximum(0, 700 * np.sin((HOUR - 5.5) / 12 * np.pi)) * (HOUR > 6) * (HOUR < 18))
ZONE = "Asia/Shanghai"


def csv(
    path, air, sun=None, *, keep=slice(None), head="outdoor_temperature_C", stamp="%Y-%m-%d %H:%M"
):
    table = pl.DataFrame({"time": TIME.astype("datetime64[us]"), head: air})
    if sun is not None:
        table = table.with_columns(pl.Series("solar_W_m2", sun))
    table = table.with_columns(pl.col("time").dt.strftime(stamp))
    rows = np.arange(8760)[keep]
    table[rows].write_csv(path)
    return read_weather_year(path, ZONE)


def epw(path, air=AIR, sun=SUN, *, place="39.9,116.3,8.0", rows=None, direct=None, diffuse=None):
    month = TIME.astype("datetime64[M]").astype(int) % 12 + 1
    day = (TIME.astype("datetime64[D]") - TIME.astype("datetime64[M]")).astype(int) + 1
    direct = 0 * SUN if direct is None else direct
    diffuse = 0 * SUN if diffuse is None else diffuse
    lines = [f"LOCATION,Town,-,XXX,made,000000,{place},50.0", *["HEAD,0"] * 7]
    lines += [
        f"2001,{month[n]},{day[n]},{HOUR[n] + 1},60,?,{air[n]:.1f},0,50,101300,0,0,300,"
        f"{sun[n]:.0f},{direct[n]:.0f},{diffuse[n]:.0f}" + ",0" * 19
        for n in (range(8760) if rows is None else rows)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def codes(found):
    return {v.code for v in found.verdicts}


def test_a_whole_year_is_what_was_written(tmp_path):
    found = csv(tmp_path / "w.csv", AIR, SUN)
    assert not found.verdicts
    assert np.array_equal(found.year.air, AIR)
    assert np.array_equal(found.year.sun, SUN)
    same = read_weather_year(epw(tmp_path / "w.epw"), ZONE)
    assert not same.verdicts
    assert np.array_equal(same.year.air, AIR)
    assert (same.year.hour[0], same.year.month[0], same.year.latitude) == (0, 1, 39.9)


def test_codes_for_missing_are_no_weather(tmp_path):
    air, sun = AIR.copy(), SUN.copy()
    air[1000:1003], sun[3000:3005] = 99.9, 9999
    found = read_weather_year(epw(tmp_path / "w.epw", air, sun), ZONE)
    counts = {v.figures["quantity"].key: v.figures["count"] for v in found.verdicts}
    assert counts == {"sky.air": 3, "sky.sun": 5}
    # a straight line over three hours, by hand
    assert found.year.air[1001] == pytest.approx(0.5 * (AIR[999] + AIR[1003]))
    # the made sun is the same every day: other days give it back
    assert found.year.sun[3000:3005] == pytest.approx(SUN[3000:3005])


def test_a_year_without_radiation_is_said_and_has_no_sun(tmp_path):
    found = read_weather_year(epw(tmp_path / "w.epw", AIR, 9999 + 0 * SUN), ZONE)
    assert codes(found) == {"design.weather.no_sun"}
    assert found.year.sun.max() == 0.0


def test_global_sun_follows_from_direct_and_diffuse(tmp_path):
    """
    At 39.9° north on 21 June at noon the sun stands 90 - 39.9 + 23.45 = 73.55° high.

    116.3° E is 3.7° west of the clock's meridian, a quarter of an hour: at 12:00-13:00 the middle
    of the hour is within 15 minutes of noon, where the sine changes by less than 1 %.
    """
    up = (HOUR > 6) & (HOUR < 18)
    path = epw(tmp_path / "w.epw", AIR, 9999 + 0 * SUN, direct=800.0 * up, diffuse=100.0 * up)
    found = read_weather_year(path, ZONE)
    assert found.year.sun[24 * 171 + 12] == pytest.approx(
        100 + 800 * np.sin(np.radians(73.55)), rel=0.01
    )
    assert found.year.sun[24 * 171 + 2] == 0.0


def test_codes_in_tables_are_no_weather_and_a_hot_day_is_one(tmp_path):
    air = AIR.copy()
    air[[5, 7, 3000, 3001]] = 99.9, -99.9, 999.9, 99.9
    found = csv(tmp_path / "w.csv", air)
    (gap,) = (v for v in found.verdicts if v.code == "design.weather.missing")
    assert gap.figures["count"] == 4
    hot = AIR * 1.8 + 32
    hot[4400], hot[4401] = 99.9, 101.0
    found = csv(tmp_path / "f.csv", hot, head="outdoor_temperature_F")
    assert "design.weather.missing" not in codes(found)
    assert found.year.air[4400] == pytest.approx((99.9 - 32) / 1.8)


@pytest.mark.parametrize(
    ("head", "spelled"),
    [
        ("time(UTC+8),T2m,G(h)", lambda t: t[:10].replace("-", "") + ":" + t[11:13] + "10"),
        (
            "YEAR,MO,DY,HR,T2M,ALLSKY_SFC_SW_DWN",
            lambda t: f"{t[:4]},{int(t[5:7])},{int(t[8:10])},{int(t[11:13])}",
        ),
        ("日期,时间,室外干球温度(℃),水平面总辐射照度(W/m2)", lambda t: f"{t[:10]},{t[11:16]}"),
        ("hour,outdoor_temperature_C,solar_W_m2", lambda t: t[:0] + "0"),
    ],
)
def test_tables_as_services_and_programs_write_them(tmp_path, head, spelled):
    rows = (f"{spelled(str(t))},{a},{s}" for t, a, s in zip(TIME, AIR, SUN, strict=True))
    path = tmp_path / "w.csv"
    path.write_text(head + "\n" + "\n".join(rows), encoding="utf-8")
    found = read_weather_year(path, ZONE)
    assert np.array_equal(found.year.air, AIR)
    assert np.array_equal(found.year.sun, SUN)
    assert (found.year.hour[0], found.year.month[0]) == (0, 1)


def test_short_gaps_are_counted_and_long_ones_refused(tmp_path):
    keep = np.ones(8760, dtype=bool)
    keep[4000:4020] = False
    found = csv(tmp_path / "w.csv", AIR, keep=keep)
    (gap,) = (v for v in found.verdicts if v.code == "design.weather.missing")
    assert (gap.figures["count"], gap.figures["longest"]) == (20, 20)
    # twenty hours keep their daily swing: within 4 K of what was there, a straight line is not
    assert np.ptp(found.year.air[4000:4020]) > 4.0
    keep[4020:4072] = False
    found = csv(tmp_path / "w.csv", AIR, keep=keep)
    assert found.year is None
    (gap,) = (v for v in found.verdicts if v.code == "design.weather.gap")
    assert (gap.figures["longest"], gap.figures["since"]) == (72, "2023-06-16 16:00")


@pytest.mark.parametrize("rows", [[0, 8759], [0], slice(0, 8760, 24), slice(0, 6000)])
def test_some_rows_are_no_year(tmp_path, rows):
    found = csv(tmp_path / "w.csv", AIR, keep=rows)
    assert found.year is None
    assert "design.weather.gap" in codes(found)


def test_three_hourly_and_ten_minute_readings_are_a_year(tmp_path):
    found = csv(tmp_path / "w.csv", AIR, keep=slice(0, 8760, 3))
    assert found.year.air[:-3] == pytest.approx(AIR[:-3], abs=3.0)
    fine = np.datetime64("2023-01-01T00:00") + np.arange(6 * 8760) * np.timedelta64(10, "m")
    air = np.repeat(AIR, 6) + np.tile([-5, 5], 3 * 8760)
    table = pl.DataFrame({"time": fine.astype("datetime64[us]"), "outdoor_temperature_C": air})
    table.with_columns(pl.col("time").dt.strftime("%Y-%m-%d %H:%M")).write_csv(tmp_path / "f.csv")
    assert read_weather_year(tmp_path / "f.csv", ZONE).year.air == pytest.approx(AIR)


@pytest.mark.parametrize("days", [3, 14, 70])
def test_a_line_over_a_gap_is_found(tmp_path, days):
    air = AIR.copy()
    air[500 : 500 + 24 * days] = np.linspace(air[500], air[500 + 24 * days], 24 * days).round(1)
    found = csv(tmp_path / "w.csv", air)
    (line,) = (v for v in found.verdicts if v.code == "design.weather.straight")
    assert found.year is None
    assert abs(line.figures["longest"] - 24 * days) < 12


def test_means_of_days_are_said_and_used(tmp_path):
    found = csv(tmp_path / "w.csv", 10 - 14 * np.cos(2 * np.pi * np.arange(8760) / 8760))
    assert found.year is not None
    assert "design.weather.smooth" in codes(found)


@pytest.mark.parametrize(("unit", "factor", "offset"), [("°F", 1.8, 32.0), ("K", 1.0, 273.15)])
def test_other_units_under_celsius_are_refused_and_named(tmp_path, unit, factor, offset):
    found = csv(tmp_path / "w.csv", AIR * factor + offset)
    assert found.year is None
    (said,) = (v for v in found.verdicts if v.code == "design.weather.other_unit")
    assert said.figures["unit"] == unit
    assert float(said.figures["last"]) == pytest.approx(AIR.max(), abs=0.06)


@pytest.mark.parametrize(
    ("head", "factor", "offset"),
    [
        ("outdoor_temperature_F", 1.8, 32.0),
        ("室外温度(℃)", 1.0, 0.0),
        ("干球温度 [°F]", 1.8, 32.0),
        ("Dry Bulb Temperature (C)", 1.0, 0.0),
        ("TEMP", 1.0, 0.0),
        ("气温(K)", 1.0, 273.15),
        ("temperature_2m (°C)", 1.0, 0.0),
    ],
)
def test_a_named_unit_is_converted(tmp_path, head, factor, offset):
    found = csv(tmp_path / "w.csv", AIR * factor + offset, head=head)
    assert found.year.air == pytest.approx(AIR, abs=1e-6)
    assert "design.weather.columns" in codes(found)


def test_sun_in_other_units(tmp_path):
    table = pl.DataFrame(
        {"时间": TIME.astype("datetime64[us]"), "室外温度(℃)": AIR, "太阳总辐射(kJ/m²)": SUN * 3.6}
    )
    table.with_columns(pl.col("时间").dt.strftime("%Y年%m月%d日 %H:%M")).write_csv(
        tmp_path / "w.csv"
    )
    assert read_weather_year(tmp_path / "w.csv", ZONE).year.sun == pytest.approx(SUN)
    assert "design.weather.sun_unit" in codes(csv(tmp_path / "x.csv", AIR, SUN * 3.6))
    assert "design.weather.sun_unit" in codes(csv(tmp_path / "y.csv", AIR, SUN / 1000))


@pytest.mark.parametrize("stamp", ["%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%Y年%m月%d日 %H:%M"])
def test_dates_of_many_countries(tmp_path, stamp):
    assert np.array_equal(csv(tmp_path / "w.csv", AIR, stamp=stamp).year.air, AIR)


def test_dates_nobody_can_read_are_named(tmp_path):
    found = csv(tmp_path / "w.csv", AIR, stamp="%d%H%M")
    assert found.year is None
    assert any(v.severity == "problem" for v in found.verdicts)


def test_the_clock_of_a_file_against_the_site(tmp_path):
    path = epw(tmp_path / "w.epw", place="39.9,116.3,6.0")
    found = read_weather_year(path, ZONE)
    assert "design.weather.zone" in codes(found)
    # 0:00 of UTC+6 is 2:00 of UTC+8
    assert (found.year.hour[0], found.year.air[0]) == (2, AIR[0])
    assert "design.weather.zone_far" in codes(read_weather_year(path, "Europe/Berlin"))
    noon_at_four = np.roll(SUN, 8)
    assert "design.weather.clock" in codes(csv(tmp_path / "w.csv", AIR, noon_at_four))


def test_summer_time_does_not_move_the_weather(tmp_path):
    path = epw(tmp_path / "w.epw", place="52.5,13.4,1.0")
    found = read_weather_year(path, "Europe/Berlin")
    assert not found.verdicts
    assert np.array_equal(found.year.air, AIR)
    south = epw(tmp_path / "s.epw", np.roll(AIR, 4380), place="-33.9,151.2,10.0")
    assert codes(read_weather_year(south, "Australia/Sydney")) == {"design.weather.southern"}


def test_seasons_that_are_not_of_the_latitude_are_said(tmp_path):
    found = read_weather_year(epw(tmp_path / "w.epw", place="-33.9,116.3,8.0"), ZONE)
    assert "design.weather.hemisphere" in codes(found)


def test_rows_of_a_year_that_begins_in_july(tmp_path):
    rows = np.roll(np.arange(8760), -4344)
    found = read_weather_year(epw(tmp_path / "w.epw", rows=rows), ZONE)
    assert np.array_equal(found.year.air, AIR)


def test_years_below_each_other_are_refused(tmp_path):
    path = epw(tmp_path / "w.epw", rows=[*range(8760), *range(100)])
    found = read_weather_year(path, ZONE)
    assert [(v.code, v.figures["count"]) for v in found.verdicts] == [
        ("design.weather.twice", 100)
    ]
    found = csv(tmp_path / "w.csv", AIR, keep=[*range(8760), 17, 18])
    (said,) = (v for v in found.verdicts if v.code == "design.weather.again")
    assert said.figures["count"] == 2


def test_what_is_no_weather_file_is_refused(tmp_path):
    bad = tmp_path / "w.csv"
    bad.write_text("time,wind\n2023-01-01 00:00,3\n2023-01-01 01:00,3\n", encoding="utf-8")
    assert codes(read_weather_year(bad, ZONE)) == {"design.weather.no_air"}
    bad = tmp_path / "w.epw"
    bad.write_text("hello\n", encoding="utf-8")
    assert codes(read_weather_year(bad, ZONE)) == {"design.weather.not_hours"}
    bad.write_text("LOCATION\n" + "2001,13,41,1,60,?,3" + ",0" * 30 + "\n", encoding="utf-8")
    assert codes(read_weather_year(bad, ZONE)) == {"design.weather.not_hours"}
