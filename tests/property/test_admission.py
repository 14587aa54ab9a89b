"""Laws of admission: units, order, duplicates and resets change nothing that was true."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loopkeeper.measure.admit import admit
from loopkeeper.measure.admitted import Flag
from loopkeeper.measure.aggregate import hourly, total
from loopkeeper.measure.courses import NEAR_FULL, REGISTER_SIZES
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source
from loopkeeper.units import HOUR, KWH, from_si

START = datetime(2024, 3, 1, tzinfo=UTC)
SETTINGS = settings(max_examples=60, deadline=None, derandomize=True)
ENERGY_UNITS = ("kWh", "MWh", "GJ", "MJ", "Wh", "J")
PLANT = Plant(
    site=Site(id="p", name="P", timezone="UTC"), source=Source(kind=SourceKind.BOREHOLE_FIELD)
)


def frame(minutes, values, name="P"):
    return pl.DataFrame(
        {
            "time": [START + timedelta(minutes=float(m)) for m in minutes],
            "point": [name] * len(minutes),
            "value": np.asarray(values, float),
        }
    ).with_columns(pl.col("time").cast(pl.Datetime("us", "UTC")))


def meter(unit="kWh"):
    return Point(id="P", quantity="heat_energy", of="load", statistic=Statistic.COUNTER, unit=unit)


# Counts of a step, never more than fifty times the usual one, at ten minutes each.
steps = st.lists(st.integers(1, 20), min_size=20, max_size=80)


@SETTINGS
@given(steps, st.integers(0, 10**6), st.data())
def test_resets_duplicates_and_disorder_keep_the_energy(counts, first, data):
    truth = np.concatenate([[first], first + np.cumsum(counts)]).astype(float)
    shown = truth.copy()
    resets = data.draw(st.lists(st.integers(1, len(counts)), max_size=3, unique=True))
    for place in sorted(resets):  # the register is zeroed right after the reading before
        assume(shown[place] - shown[place - 1] < shown[place - 1])  # else nobody can see it
        assume(not any(NEAR_FULL * size <= shown[place - 1] < size for size in REGISTER_SIZES))
        shown[place:] -= shown[place - 1]
    minutes = 10 * np.arange(len(shown))
    again = data.draw(st.lists(st.integers(0, len(counts)), max_size=10))
    rows = data.draw(st.permutations([*range(len(shown)), *again]))
    admitted = admit(frame(minutes[rows], shown[rows]), [meter()])
    assert total(admitted, "P") == pytest.approx(sum(counts) * KWH)
    assert admitted.frame["value"].min() >= 0
    assert admitted.frame["value"].max() <= 20 * KWH / 600 * (1 + 1e-9)


@SETTINGS
@given(steps, st.sampled_from([1e4, 1e5, 1e6, 65536.0]), st.integers(1, 15))
def test_a_rollover_keeps_the_energy(counts, size, before):
    truth = size - sum(counts[:before]) + np.concatenate([[0], np.cumsum(counts)])
    admitted = admit(frame(10 * np.arange(len(truth)), truth % size), [meter()])
    assert total(admitted, "P") == pytest.approx(sum(counts) * KWH)


@SETTINGS
@given(steps, st.lists(st.integers(2, 18), max_size=4, unique=True), st.sampled_from([0.0, 4e8]))
def test_a_glitch_never_becomes_energy(counts, places, nonsense):
    truth = 50_000.0 + np.concatenate([[0], np.cumsum(counts)])
    shown = truth.copy()
    shown[places] = nonsense
    admitted = admit(frame(10 * np.arange(len(shown)), shown), [meter()])
    assert total(admitted, "P") == pytest.approx(sum(counts) * KWH)


@SETTINGS
@given(steps, st.sampled_from(ENERGY_UNITS))
def test_the_unit_of_a_counter_changes_nothing(counts, unit):
    register = np.concatenate([[0.0], np.cumsum(counts)]) * KWH
    one = admit(frame(10 * np.arange(len(register)), register / KWH), [meter()])
    other = admit(
        frame(10 * np.arange(len(register)), from_si(1.0, unit) * register), [meter(unit)]
    )
    assert other.frame["value"].to_list() == pytest.approx(one.frame["value"].to_list())
    assert other.frame["flag"].to_list() == one.frame["flag"].to_list()


@SETTINGS
@given(st.lists(st.floats(-30, 90), min_size=2, max_size=60), st.booleans())
def test_the_unit_of_a_temperature_changes_nothing(values, coarse):
    minutes = (60 if coarse else 10) * np.arange(len(values))
    celsius = Point(
        id="P", quantity="supply_temperature", of="load", statistic=Statistic.INSTANT, unit="°C"
    )
    fahrenheit = Point(
        id="P", quantity="supply_temperature", of="load", statistic=Statistic.INSTANT, unit="°F"
    )
    one = admit(frame(minutes, values), [celsius]).frame
    other = admit(frame(minutes, 1.8 * np.array(values) + 32), [fahrenheit]).frame
    assert other["value"].to_list() == pytest.approx(one["value"].to_list(), abs=1e-9)
    assert other["flag"].to_list() == one["flag"].to_list()


@SETTINGS
@given(steps, st.integers(0, 59))
def test_hours_hold_all_the_energy_of_a_counter(counts, offset):
    register = np.concatenate([[0.0], np.cumsum(counts)])
    admitted = admit(frame(offset + 10 * np.arange(len(register)), register), [meter()])
    channel = hourly(admitted, PLANT).channels["heat_energy", "load"]
    covered = np.nan_to_num(channel.values) * channel.coverage
    assert covered.sum() * HOUR == pytest.approx(sum(counts) * KWH)


@SETTINGS
@given(st.lists(st.floats(0, 80), min_size=3, max_size=50), st.data())
def test_stretches_never_overlap_and_follow_the_order_of_time(values, data):
    gaps = data.draw(st.lists(st.integers(1, 600), min_size=len(values), max_size=len(values)))
    point = Point(
        id="P", quantity="supply_temperature", of="load", statistic=Statistic.INSTANT, unit="°C"
    )
    result = admit(frame(np.cumsum(gaps), values), [point]).frame
    assert (result["until"] > result["time"]).all()
    assert (result["time"][1:] >= result["until"][:-1]).all()


@SETTINGS
@given(
    st.lists(
        st.tuples(
            st.integers(-10, 3000),
            st.sampled_from(["P", "Q", "?"]),
            st.one_of(st.none(), st.floats(allow_infinity=True, allow_nan=True)),
        ),
        max_size=60,
    )
)
def test_every_reading_is_kept_or_counted(rows):
    """For points that are no counters: rows in = stretches out + what the verdicts count."""
    readings = pl.DataFrame(
        {
            "time": [START + timedelta(minutes=m) for m, _, _ in rows],
            "point": [p for _, p, _ in rows],
            "value": [v for _, _, v in rows],
        },
        schema={"time": pl.Datetime("us", "UTC"), "point": pl.String, "value": pl.Float64},
    )
    points = [
        Point(id=k, quantity="supply_temperature", of=k, statistic=Statistic.INSTANT, unit="°C")
        for k in ("P", "Q")
    ]
    admitted = admit(readings, points)
    left_out = {
        "measure.admit.unknown_point",
        "measure.admit.missing",
        "measure.admit.duplicate",
    }
    counted = sum(v.figures["count"] for v in admitted.verdicts if v.code in left_out)
    assert admitted.frame.height + counted == len(rows)
    bad = int((admitted.frame["flag"] == Flag.RANGE).sum())
    ranged = [v.figures["count"] for v in admitted.verdicts if v.code == "measure.admit.range"]
    assert bad == sum(ranged)
