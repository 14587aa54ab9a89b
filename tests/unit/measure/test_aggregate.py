"""Hourly means: time-weighted, and products taken before averages."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import UnmappedPointError
from loopkeeper.measure.admit import admit
from loopkeeper.measure.aggregate import hourly, total
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.plant.points import Point, Statistic


def sensor(name, quantity, unit, of="load", statistic=Statistic.INSTANT):
    return Point(id=name, quantity=quantity, of=of, statistic=statistic, unit=unit)


LOOP = (
    sensor("V", "flow", "m3/h"),
    sensor("S", "supply_temperature", "°C"),
    sensor("R", "return_temperature", "°C"),
)


@pytest.fixture
def hours_of(readings, plant):
    def build(points, **series):
        return hourly(admit(readings(**series), points), replace(plant, points=tuple(points)))

    return build


def test_a_mean_weighs_readings_by_the_time_they_hold(hours_of):
    hours = hours_of([LOOP[1]], S=[(0, 10), (15, 30), (30, 30), (45, 30), (60, 30)])
    assert hours.values("supply_temperature", "load")[0] == pytest.approx(25.0)


def test_the_axis_has_no_gaps_and_starts_on_the_hour(hours_of):
    hours = hours_of([LOOP[1]], S=[(7, 10), (17, 10), (400, 10), (410, 10)])
    assert (np.diff(hours.time) == np.timedelta64(3600, "s")).all()
    assert hours.time[0] == np.datetime64("2024-01-01T00:00:00")
    assert np.isnan(hours.values("supply_temperature", "load")[3])


def test_coverage_is_the_share_of_the_hour_that_readings_stand_for(hours_of):
    pairs = [(m, 10) for m in range(0, 60, 10)] + [(m, 10) for m in range(60, 90, 10)]
    channel = hours_of([LOOP[1]], S=pairs).channels["supply_temperature", "load"]
    assert channel.coverage.tolist() == pytest.approx([1.0, 35 / 60])


def test_heat_is_multiplied_before_it_is_averaged(hours_of):
    cycle = [(m, 1.0 if m % 20 == 0 else 0.0) for m in range(0, 70, 10)]
    warm = [(m, 40.0 if m % 20 == 0 else 30.0) for m in range(0, 70, 10)]
    hours = hours_of(
        LOOP, V=[(m, 3.6 * v) for m, v in cycle], S=warm, R=[(m, 30) for m, _ in warm]
    )
    capacity = fluid_properties("water", 0.0, 35.0).volumetric_heat_capacity
    truth = 0.001 * capacity * 10.0 / 2
    assert hours.values("heat_power", "load")[0] == pytest.approx(truth, rel=1e-3)
    product_of_means = 0.0005 * capacity * 5.0
    assert product_of_means == pytest.approx(truth / 2, rel=1e-3)


def test_heat_taken_from_the_source_is_positive(hours_of):
    points = [replace(p, of="source") for p in LOOP]
    steady = {"V": 3.6, "S": 10.0, "R": 7.0}
    hours = hours_of(points, **{k: [(m, v) for m in range(0, 70, 10)] for k, v in steady.items()})
    assert hours.values("heat_power", "source")[0] == pytest.approx(
        0.001 * 3 * fluid_properties("water", 0.0, 8.5).volumetric_heat_capacity, rel=1e-3
    )


def test_the_heat_meter_goes_first_and_the_calculated_heat_is_kept(hours_of):
    meter = sensor("Q", "heat_energy", "kWh", statistic=Statistic.COUNTER)
    cold = sensor("C", "cooling_energy", "kWh", statistic=Statistic.COUNTER)
    every = range(0, 190, 10)
    hours = hours_of(
        [*LOOP, meter, cold],
        V=[(m, 3.6) for m in every],
        S=[(m, 35 if m < 60 else 28) for m in every],
        R=[(m, 30) for m in every],
        Q=[(m, min(m, 60) / 3) for m in every],
        C=[(m, 100 + max(m - 60, 0) / 10) for m in every],
    )
    assert hours.values("heat_power", "load")[:3] == pytest.approx([20e3, -6e3, -6e3])
    assert hours.channels["heat_power", "load"].point == meter
    assert hours.values("heat_power_calculated", "load")[0] == pytest.approx(20.7e3, rel=0.01)


def test_without_a_cold_counter_cold_comes_from_flow_and_temperatures(hours_of):
    meter = sensor("Q", "heat_energy", "kWh", statistic=Statistic.COUNTER)
    every = range(0, 130, 10)
    hours = hours_of(
        [*LOOP, meter],
        V=[(m, 3.6) for m in every],
        S=[(m, 35 if m < 60 else 28) for m in every],
        R=[(m, 30) for m in every],
        Q=[(m, min(m, 60) / 3) for m in every],
    )
    assert hours.values("heat_power", "load")[0] == pytest.approx(20e3)
    assert hours.values("heat_power", "load")[1] == pytest.approx(-8.3e3, rel=0.01)


def test_energy_of_a_gap_enters_the_values_but_not_the_coverage(hours_of):
    meter = sensor("Q", "heat_energy", "kWh", statistic=Statistic.COUNTER)
    pairs = [(10 * k, 100 + k) for k in range(7)] + [(60 * 5, 130), (60 * 5 + 10, 131)]
    channel = hours_of([meter], Q=pairs).channels["heat_energy", "load"]
    assert channel.values[:5].sum() == pytest.approx(30e3)
    assert channel.coverage[:5].tolist() == pytest.approx([1, 0, 0, 0, 0])


def test_of_two_points_on_one_channel_the_better_covered_is_used(hours_of):
    other = replace(LOOP[1], id="T")
    hours = hours_of([LOOP[1], other], S=[(0, 10)], T=[(m, 20) for m in range(0, 60, 10)])
    assert hours.channels["supply_temperature", "load"].point == other


def test_nothing_admitted_gives_no_hours(readings, plant):
    assert len(hourly(admit(readings(S=[]), LOOP), plant).time) == 0


def test_the_total_of_a_silent_point_is_refused(readings):
    with pytest.raises(UnmappedPointError, match="no readings"):
        total(admit(readings(S=[]), LOOP), "S")


def test_heat_from_two_counters_is_covered_where_both_are(hours_of):
    heat = sensor("Q", "heat_energy", "kWh", statistic=Statistic.COUNTER)
    cold = sensor("C", "cooling_energy", "kWh", statistic=Statistic.COUNTER)
    every = range(0, 130, 10)
    hours = hours_of([heat, cold], Q=[(m, m) for m in every], C=[(m, 5) for m in every if m <= 90])
    coverage = hours.channels["heat_power", "load"].coverage
    assert coverage[:2].tolist() == pytest.approx([1.0, 0.5])


METER = sensor("E", "heat_energy", "kWh", statistic=Statistic.COUNTER)


@pytest.mark.parametrize(
    ("counted", "step"),
    [
        ([(0, 70), (10, 72), (20, 73), (30, 76)], 1),
        ([(0, 70), (10, 90), (20, 100), (30, 120)], 10),
        ([(0, 4.3), (10, 4.8), (20, 4.9), (30, 4.9)], 0.1),
        ([(0, 40), (10, 40), (20, 40), (30, 43)], 3),
        ([(0, 40), (10, 40), (20, 40), (30, 40)], 0),
    ],
)
def test_a_register_tells_its_step_by_its_increments(hours_of, counted, step):
    """The smallest difference between any two, a standstill among them. [kWh]"""
    channels = hours_of([METER], E=counted).channels
    assert channels["heat_energy", "load"].resolution == pytest.approx(3.6e6 * step)
    assert channels["heat_power", "load"].resolution == pytest.approx(3.6e6 * step)


def test_what_is_no_register_is_not_rounded(hours_of):
    channels = hours_of([LOOP[1]], S=[(0, 10), (15, 30), (30, 30)]).channels
    assert channels["supply_temperature", "load"].resolution == 0.0
