"""Stuck values, spikes and gaps: found where they are, silent where they are not."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.admit import admit
from loopkeeper.measure.admitted import Flag
from loopkeeper.measure.quality import check_readings, running_hours, summarise
from loopkeeper.measure.series import Period
from loopkeeper.plant.points import Point, Statistic

MINUTES = np.arange(0, 30 * 1440, 10)
RUNNING = np.where(MINUTES % 120 < 80, 20.0, 0.0)
DRAW = Point(id="W", quantity="electricity_power", of="hp1", statistic=Statistic.MEAN, unit="kW")
WATER = Point(
    id="S", quantity="supply_temperature", of="source", statistic=Statistic.INSTANT, unit="°C"
)


def series(values):
    return list(zip(MINUTES.tolist(), np.asarray(values, float).tolist(), strict=True))


def noisy(resolution=0.05):
    rng = np.random.default_rng(5)
    slow = 10 + 2 * np.sin(MINUTES / 3000) + 0.03 * rng.standard_normal(len(MINUTES))
    return np.round(slow / resolution) * resolution


@pytest.fixture
def checked(readings, plant):
    def check(values, point=WATER, draw=RUNNING):
        listed = (DRAW, point)
        frame = readings(**{"W": series(draw), point.id: series(values)})
        return check_readings(admit(frame, listed), replace(plant, points=listed))

    return check


def flagged(admitted, name, flag):
    return int((admitted.segments()[name].flag == flag).sum())


def test_a_healthy_sensor_is_left_alone(checked):
    admitted = checked(noisy())
    assert admitted.verdicts == ()
    assert set(admitted.frame["flag"]) == {Flag.GOOD}


def test_a_stuck_sensor_is_found_from_its_second_reading_on(checked):
    values = noisy()
    values[1000:1300] = 10.35
    admitted = checked(values)
    assert flagged(admitted, "S", Flag.STUCK) == 299
    verdict, gap = admitted.verdicts
    assert verdict.code == "measure.quality.stuck"
    assert gap.code == "measure.quality.gap"
    assert verdict.figures["point"] == "S"
    assert verdict.figures["first"] == "2024-01-07 22:50 UTC"


def test_a_coarse_sensor_is_not_stuck(checked):
    assert flagged(checked(noisy(resolution=1.0)), "S", Flag.STUCK) == 0


def test_a_sensor_of_an_idle_plant_is_not_stuck(checked):
    values, draw = noisy(), RUNNING.copy()
    values[1000:2500] = 10.35
    draw[990:2510] = 0.0
    assert flagged(checked(values, draw=draw), "S", Flag.STUCK) == 0


def test_a_sensor_that_never_changes_is_stuck(checked):
    assert flagged(checked(np.full(len(MINUTES), 12.0)), "S", Flag.STUCK) > 4000


def test_ground_that_never_changes_is_not_stuck(checked):
    ground = replace(WATER, quantity="ground_temperature", of="b1")
    assert flagged(checked(np.full(len(MINUTES), 12.0), ground), "S", Flag.STUCK) == 0


def test_a_pump_at_constant_speed_is_not_stuck(checked):
    flow = replace(WATER, quantity="flow", unit="m3/h")
    assert flagged(checked(np.full(len(MINUTES), 60.0), flow), "S", Flag.STUCK) == 0


def test_a_flow_meter_that_stops_moving_is_stuck(checked):
    rng = np.random.default_rng(1)
    values = 60 + rng.normal(0, 0.5, len(MINUTES))
    values[1000:2000] = 60.0
    flow = replace(WATER, quantity="flow", unit="m3/h")
    assert flagged(checked(values, flow), "S", Flag.STUCK) == 999


@pytest.mark.parametrize("width", [1, 2, 3])
def test_spikes_up_to_three_readings_long_are_found(checked, width):
    values = noisy()
    values[1000 : 1000 + width] += 40.0
    admitted = checked(values)
    assert flagged(admitted, "S", Flag.JUMP) == width
    assert admitted.verdicts[0].code == "measure.quality.spike"


def test_a_step_that_stays_is_no_spike(checked):
    values = noisy()
    values[1000:] += 20.0
    assert flagged(checked(values), "S", Flag.JUMP) == 0


def test_machines_that_switch_on_make_no_spikes(checked):
    supply = np.where(RUNNING > 0, 45.0, 30.0)
    assert flagged(checked(supply), "S", Flag.JUMP) == 0


def test_an_absurd_power_is_a_spike(checked):
    power = replace(WATER, quantity="electricity_power", of="sp1", unit="kW")
    values = 5 + 0.1 * np.sin(MINUTES)
    values[700] = 8000.0
    assert flagged(checked(values, power), "S", Flag.JUMP) == 1


def test_a_gap_is_named_with_coverage_and_longest_silence(readings, plant):
    pairs = [p for p in series(noisy()) if not 10_000 <= p[0] < 20_000]
    listed = (WATER, DRAW)
    frame = readings(S=pairs, W=series(RUNNING))
    admitted = check_readings(admit(frame, listed), replace(plant, points=listed))
    (verdict,) = admitted.verdicts
    assert verdict.code == "measure.quality.gap"
    assert verdict.figures["coverage_percent"] == pytest.approx(76.9, abs=0.1)
    assert verdict.figures["longest_hours"] == pytest.approx(166.6, abs=0.1)


def test_the_summary_counts_coverage_and_flags_within_the_period(checked):
    values = noisy()
    values[1000:1300] = 10.35
    period = Period(np.datetime64("2024-01-01"), np.datetime64("2024-01-11"))
    summary = {s.point: s for s in summarise(checked(values), period)}
    assert summary["W"].coverage == pytest.approx(1.0)
    assert summary["S"].coverage == pytest.approx(1 - 299 / 1440, abs=1e-3)
    assert summary["S"].flags == {"stuck": pytest.approx(299 / 1440, abs=1e-3)}


def test_a_machine_runs_above_a_twentieth_of_its_usual_draw():
    draw = np.array([0.0, 40.0, 60.0, 1000.0, 1000.0, np.nan])
    assert running_hours(draw).tolist() == [False, False, True, True, True, False]


def test_a_machine_that_never_draws_never_runs():
    assert not running_hours(np.zeros(5)).any()


def test_runs_as_short_as_one_reading_are_no_spikes(checked):
    supply = noisy() + np.where(MINUTES % 120 == 0, 15.0, 0.0)
    assert flagged(checked(supply), "S", Flag.JUMP) == 0


def test_a_standby_pump_may_stand_at_zero_for_weeks(checked):
    rng = np.random.default_rng(1)
    values = 60 + rng.normal(0, 0.5, len(MINUTES))
    values[500:2500] = 0.0
    flow = replace(WATER, quantity="flow", of="field-2", unit="m3/h")
    assert flagged(checked(values, flow), "S", Flag.STUCK) == 0


def test_the_answer_of_a_sensor_at_power_on_is_a_sentinel(checked):
    values = noisy()
    values[::350] = 85.0
    admitted = checked(values)
    assert flagged(admitted, "S", Flag.JUMP) == len(values[::350])


def test_a_power_beyond_its_nameplate_most_of_the_time_is_a_matter_of_scale(checked):
    pump = replace(WATER, quantity="electricity_power", of="sp1", unit="kW")
    admitted = checked(20 + 0.1 * np.sin(MINUTES), pump)
    verdict = next(v for v in admitted.verdicts if v.code == "measure.bound.nameplate")
    assert verdict.figures["point"] == "S"
    assert verdict.figures["limit"] == pytest.approx(10.0)  # five times 2 kW
    assert verdict.figures["times"] == pytest.approx(20.1 / 10, abs=0.06)


def test_a_flow_that_falls_out_while_its_pump_draws_is_a_dropout(readings, plant):
    flow = replace(WATER, quantity="flow", unit="m3/h")
    draw = replace(DRAW, id="P", of="sp1")
    rng = np.random.default_rng(4)
    values = 18 + 0.05 * rng.standard_normal(len(MINUTES))
    values[1000:1200] = 0.0
    frame = readings(S=series(values), P=series(1.9 + 0.01 * rng.standard_normal(len(MINUTES))))
    listed = (flow, draw)
    admitted = check_readings(admit(frame, listed), replace(plant, points=listed))
    assert flagged(admitted, "S", Flag.JUMP) == 200
    assert admitted.verdicts[0].code == "measure.quality.dropout"


def test_a_lone_sensor_that_jumps_at_random_is_erratic(readings, plant):
    rng = np.random.default_rng(2)
    values = noisy()
    wrong = rng.random(len(values)) < 0.1
    values[wrong] = rng.uniform(0, 60, wrong.sum())
    listed = (WATER,)
    admitted = check_readings(
        admit(readings(S=series(values)), listed), replace(plant, points=listed)
    )
    assert admitted.verdicts[0].code == "measure.quality.erratic"
    assert flagged(admitted, "S", Flag.JUMP) == len(values)


def test_short_peaks_in_a_log_of_changes_are_no_spikes(readings, plant):
    """Hot water peaks of one or two readings, written only when they change."""
    rng = np.random.default_rng(8)
    minutes = np.cumsum(rng.choice([1, 4, 15, 40], 600))
    values = np.round(32 + 2 * np.sin(minutes / 900), 1)
    values[5::9] += rng.uniform(6.0, 20.0, len(values[5::9])).round(1)
    point = replace(WATER, of="load")
    frame = readings(S=list(zip(minutes.tolist(), values.tolist(), strict=True)))
    admitted = check_readings(admit(frame, (point,)), replace(plant, points=(point,)))
    assert flagged(admitted, "S", Flag.JUMP) == 0
