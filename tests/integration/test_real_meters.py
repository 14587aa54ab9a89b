"""Real meters: a Danish heat meter, a heat pump's log of changes, Beijing's weather."""

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loopkeeper.measure.admit import admit
from loopkeeper.measure.admitted import Flag
from loopkeeper.measure.aggregate import hourly, total
from loopkeeper.measure.clock import warmest_hour
from loopkeeper.measure.quality import check_readings
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source
from loopkeeper.units import HOUR, KWH

pytestmark = pytest.mark.integration

SHARED = Path(os.environ.get("LOOPKEEPER_SHARED", Path(__file__).parents[2].parent / "shared"))
PLANT = Plant(
    site=Site(id="real", name="Real", timezone="UTC"),
    source=Source(kind=SourceKind.BOREHOLE_FIELD),
)


def shared(name):
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"no shared data {name}")
    return path


def long(frame):
    """Turn a wide frame with a column ``time`` into readings."""
    return frame.unpivot(index="time", variable_name="point", value_name="value").with_columns(
        pl.col("time").cast(pl.Datetime("us", "UTC")), pl.col("value").cast(pl.Float64)
    )


def counter(name, unit, quantity="heat_energy"):
    return Point(id=name, quantity=quantity, of=name, statistic=Statistic.COUNTER, unit=unit)


@pytest.fixture(scope="module")
def danish():
    table = pl.read_csv(
        shared("heatmeter_denmark/processed_final_data_sample.csv"), try_parse_dates=True
    )
    columns = {
        "energy_heat_kwh": "E",
        "volume_flow_m3": "V",
        "inlet_flow_energy_m3xC": "A",
        "back_flow_energy_m3xC": "B",
    }
    wide = table.rename({"time_rounded": "time"}).select(
        "time", *(pl.col(k).alias(v) for k, v in columns.items())
    )
    points = [counter("E", "kWh"), *(counter(n, "m3", f"volume_{n}") for n in "VAB")]
    return admit(long(wide), points)


class TestDanishHeatMeter:
    def test_counters_give_the_published_totals(self, danish):
        assert danish.verdicts == ()
        assert total(danish, "E") / KWH == pytest.approx(51_627.2, abs=0.05)
        assert total(danish, "V") == pytest.approx(1286.315, abs=5e-4)

    def test_flow_weighted_temperatures(self, danish):
        volume = total(danish, "V")
        assert total(danish, "A") / volume == pytest.approx(68.344, abs=5e-4)
        assert total(danish, "B") / volume == pytest.approx(32.999, abs=5e-4)

    @staticmethod
    def channels():
        return [("E", "heat_energy"), *((n, f"volume_{n}") for n in "VAB")]

    def test_hours_carry_the_same_energy_as_the_counter(self, danish):
        values = hourly(danish, PLANT).values("heat_energy", "E")
        assert np.nansum(values) * HOUR == pytest.approx(total(danish, "E"))


@pytest.fixture(scope="module")
def nibe():
    table = pl.read_csv(shared("hp_nibe_f730_log/ai_database_raw.csv"), infer_schema_length=None)
    names = {c: c.replace("\u00ad", "").removeprefix("timestamp;") for c in table.columns}
    wide = table.rename(names).rename({"timestamp": "time"})
    wide = wide.with_columns(pl.col("time").str.to_datetime(time_zone="UTC"))
    points = [
        Point(
            id="Number of compressor starts",
            quantity="starts",
            of="hp",
            statistic=Statistic.COUNTER,
            unit="",
        ),
        Point(id="Oper. time", quantity="running", of="hp", statistic=Statistic.COUNTER, unit="h"),
        Point(
            id="Oper. time hot water",
            quantity="running",
            of="dhw",
            statistic=Statistic.COUNTER,
            unit="h",
        ),
        Point(
            id="Supply line (BT2)",
            quantity="supply_temperature",
            of="load",
            statistic=Statistic.INSTANT,
            unit="°C",
        ),
        Point(
            id="Current temperature system 1",
            quantity="indoor_temperature",
            of="z",
            statistic=Statistic.INSTANT,
            unit="°C",
        ),
    ]
    return admit(long(wide.select("time", *(p.id for p in points))), points), wide, points


class TestNibeLogOfChanges:
    def test_counters_give_starts_and_hours(self, nibe):
        admitted = nibe[0]
        assert total(admitted, "Number of compressor starts") == pytest.approx(225)
        assert total(admitted, "Oper. time") / HOUR == pytest.approx(585)
        assert total(admitted, "Oper. time hot water") / HOUR == pytest.approx(108)

    def test_mean_run_and_starts_a_day(self, nibe):
        admitted, wide, _ = nibe
        starts = total(admitted, "Number of compressor starts")
        days = (wide["time"].max() - wide["time"].min()).total_seconds() / 86_400
        assert total(admitted, "Oper. time") / HOUR / starts == pytest.approx(2.6)
        assert starts / days == pytest.approx(225 / 47.4, rel=0.01)

    def test_the_sentinel_is_marked_and_never_used(self, nibe):
        admitted, wide, _ = nibe
        name = "Current temperature system 1"
        sentinels = int((wide[name] == -32768).sum())
        assert sentinels > 0
        quality = admitted.segments()[name].flag
        assert int((quality == Flag.RANGE).sum()) == sentinels
        verdict = next(v for v in admitted.verdicts if v.code == "measure.admit.range")
        assert verdict.figures["count"] == sentinels

    def test_a_log_of_changes_is_covered_without_being_stuck(self, nibe):
        admitted = nibe[0]
        checked = check_readings(admitted, PLANT)
        assert "measure.quality.stuck" not in {v.code for v in checked.verdicts}
        channel = hourly(checked, PLANT).channels["supply_temperature", "load"]
        assert channel.coverage.mean() > 0.95

    def test_hourly_means_stay_within_the_readings(self, nibe):
        admitted, wide, points = nibe
        values = hourly(admitted, PLANT).values("supply_temperature", "load")
        readings = wide[points[3].id].drop_nulls()
        assert readings.min() <= np.nanmin(values)
        assert np.nanmax(values) <= readings.max()


@pytest.fixture(scope="module")
def beijing():
    path = shared("weather_beijing_2010_2014/PRSA_data_2010.1.1-2014.12.31.csv")
    table = pl.read_csv(path, null_values=["NA"], infer_schema_length=None)
    local = pl.datetime("year", "month", "day", "hour", time_zone="Asia/Shanghai")
    wide = table.select(local.dt.convert_time_zone("UTC").alias("time"), pl.col("TEMP").alias("T"))
    return admit(
        long(wide),
        [
            Point(
                id="T",
                quantity="outdoor_temperature",
                of="site",
                statistic=Statistic.INSTANT,
                unit="°C",
            )
        ],
    )


class TestBeijingWeather:
    def test_five_years_are_complete(self, beijing):
        assert beijing.verdicts == ()
        channel = hourly(beijing, PLANT).channels["outdoor_temperature", "site"]
        assert np.isfinite(channel.values[:43_824]).all()
        assert channel.coverage[:43_824].min() == pytest.approx(1.0)

    def test_yearly_means_are_the_published_ones(self, beijing):
        hours = hourly(beijing, PLANT)
        local = hours.time + np.timedelta64(8, "h")
        values = hours.values("outdoor_temperature", "site")
        years = local.astype("datetime64[Y]").astype(int) + 1970
        means = [np.nanmean(values[years == y]) for y in range(2010, 2015)]
        assert means == pytest.approx([11.63, 12.57, 11.97, 12.40, 13.68], abs=0.006)

    def test_whole_degrees_are_not_stuck(self, beijing):
        codes = {v.code for v in check_readings(beijing, PLANT).verdicts}
        assert "measure.quality.stuck" not in codes
        assert "measure.quality.spike" not in codes

    def test_the_day_is_warmest_in_the_local_afternoon(self, beijing):
        hours = hourly(beijing, PLANT)
        values = hours.values("outdoor_temperature", "site")
        assert 13 < warmest_hour(hours.time, values, "Asia/Shanghai") < 17
        assert not 12 < warmest_hour(hours.time, values, "UTC") < 18
