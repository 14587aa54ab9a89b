"""Pairs of sensors of 0.1 K each, so 0.1414 K between them: thresholds from both sides."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.admit import _goes_below, _Meter
from loopkeeper.measure.admitted import Flag, Segments
from loopkeeper.measure.pairs import check_off_cycle, check_redundant, check_swapped, plant_mode
from loopkeeper.plant.points import Point, Statistic

DRAW = ("electricity_power", "hp1")
MODE = ("operating_mode", "hp1")
EVAPORATOR, CONDENSER = (f"{side}_inlet_temperature" for side in ("evaporator", "condenser"))


def figures(verdicts, code):
    """Figures of the only verdict, None without one."""
    assert [v.code for v in verdicts] in ([], [f"measure.pair.{code}"])
    return verdicts[0].figures if verdicts else None


def loop(name, apart, flow=0.005):
    """Supply above return by so much, at 20 °C."""
    apart = np.asarray(apart, float)
    return {
        ("supply_temperature", name): 20.0 + apart,
        ("return_temperature", name): 0 * apart + 20.0,
        ("flow", name): 0 * apart + flow,
    }


def swapped(channelled, plant, apart, mode=1.0, draw=1e4, name="source"):
    count = len(apart)
    values = {DRAW: np.broadcast_to(draw, count), MODE: np.full(count, mode)}
    return figures(check_swapped(channelled({**loop(name, apart), **values}), plant), "swapped")


@pytest.mark.parametrize("name", ["source", "load"])
@pytest.mark.parametrize("mode", [1.0, -1.0])
@pytest.mark.parametrize(("wrong", "said"), [(79, False), (80, True)])
def test_a_pair_that_is_wrong_in_four_fifths_of_hours_is_swapped(
    channelled, plant, name, mode, wrong, said
):
    apart = mode * np.where(np.arange(100) < 100 - wrong, 2.0, -2.0)
    found = swapped(channelled, plant, apart, mode, name=name)
    assert found == (
        {
            "loop": name,
            "supply": f"{name}:supply_temperature",
            "back": f"{name}:return_temperature",
            "percent": 80,
            "hours": 100,
            "first": "2024-01-01 20:00 UTC",
        }
        if said
        else None
    )


@pytest.mark.parametrize(("hours", "said"), [(24, True), (23, False)])
def test_a_day_of_running_hours_beyond_the_pair_s_limit_tells_a_swap(
    channelled, plant, hours, said
):
    apart = np.where(np.arange(60) < hours, -0.15, -0.13)
    assert bool(swapped(channelled, plant, apart)) is said
    draw = np.where(np.arange(60) < hours, 1e4, 0.0)
    assert bool(swapped(channelled, plant, np.full(60, -2.0), draw=draw)) is said
    assert swapped(channelled, plant, np.full(60, -2.0), mode=0.0) is None


def test_a_loop_s_own_temperatures_do_not_judge_themselves(channelled, plant):
    hours = channelled({**loop("source", np.full(4, -2.0)), MODE: np.full(4, np.nan)})
    assert plant_mode(hours, plant).tolist() == [-1.0] * 4
    assert plant_mode(hours, plant, "source").tolist() == [0.0] * 4
    assert plant_mode(hours, plant, "load").tolist() == [-1.0] * 4


def test_a_heat_meter_with_a_sign_and_one_alone_tell_the_mode(channelled, plant):
    signed = channelled({("heat_power", "load"): [5.0, -5.0, 0.0, np.nan], MODE: np.full(4, -1.0)})
    assert plant_mode(signed, plant).tolist() == [1.0, -1.0, -1.0, -1.0]
    counting = channelled({("heat_power", "load"): [5.0, 5.0], MODE: np.full(2, -1.0)})
    assert plant_mode(counting, plant).tolist() == [-1.0, -1.0]
    alone = channelled({("heat_power", "load"): [5.0, 0.0]})
    assert plant_mode(alone, plant).tolist() == [1.0, 0.0]


def idle(channelled, plant, offset, rest=40, **of):
    """Machines that draw for 20 hours and rest after."""
    draw = np.where(np.arange(20 + rest) < 20, 1e4, 0.0)
    apart = np.where(draw > 0, 5.0, offset)
    hours = channelled({DRAW: draw, **loop("load", apart, **of)})
    return figures(check_off_cycle(hours, plant), "off_cycle")


@pytest.mark.parametrize(("offset", "said"), [(0.13, False), (0.15, True), (-0.15, True)])
def test_at_rest_supply_and_return_are_the_same_water(channelled, plant, offset, said):
    found = idle(channelled, plant, offset)
    assert found == (
        {
            "loop": "load",
            "supply": "load:supply_temperature",
            "back": "load:return_temperature",
            "offset": f"{offset:+.2f}",
            "limit": "0.14",
            "hours": 39,
            "first": "2024-01-01 21:00 UTC",
        }
        if said
        else None
    )


def test_a_day_at_rest_with_water_flowing_tells_an_offset(channelled, plant):
    assert idle(channelled, plant, 0.5, rest=25)["hours"] == 24
    assert idle(channelled, plant, 0.5, rest=24) is None
    assert idle(channelled, plant, 0.5, flow=0.0) is None


def compared(channelled, plant, difference, first=EVAPORATOR, second=("source", "supply"), mode=1):
    """A machine's sensor less the loop's, by days."""
    values = np.repeat(np.asarray(difference, float), 24)
    key = (f"{second[1]}_temperature", second[0])
    hours = channelled(
        {
            (first, "hp1"): 10.0 + values,
            key: np.full(len(values), 10.0),
            MODE: np.full(len(values), float(mode)),
        }
    )
    sensor = Point(
        id="S", quantity=first, of="hp1", statistic=Statistic.MEAN, unit="°C", accuracy="0.1"
    )
    own = replace(hours.channels[first, "hp1"], point=sensor)
    return check_redundant(replace(hours, channels={**hours.channels, (first, "hp1"): own}), plant)


@pytest.mark.parametrize(
    ("first", "second", "mode"),
    [
        (EVAPORATOR, ("source", "supply"), 1),
        (CONDENSER, ("source", "supply"), -1),
        (CONDENSER, ("load", "return"), 1),
        (EVAPORATOR, ("load", "return"), -1),
    ],
)
def test_a_machine_s_inlet_is_the_loop_s_water_in_its_mode(channelled, plant, first, second, mode):
    found = figures(compared(channelled, plant, [0.15] * 3, first, second, mode), "differ")
    assert found == {
        "first_point": "S",
        "second_point": f"{second[0]}:{second[1]}_temperature",
        "limit": "0.14",
        "days": 3,
        "first": "2024-01-01 00:00 UTC",
        "offset": "+0.15",
    }
    assert compared(channelled, plant, [0.15] * 3, first, second, -mode) == ()


def test_sensors_differ_beyond_both_their_limits_over_three_days(channelled, plant):
    assert compared(channelled, plant, [0.13] * 3) == ()
    assert compared(channelled, plant, [-0.15] * 3)
    assert compared(channelled, plant, [0.15] * 2) == ()


@pytest.mark.parametrize(
    ("per_year", "days", "said"),
    [
        (0.6, 100, True),
        (-0.6, 100, True),
        (0.5, 100, False),  # 0.163 and 0.136 K in all
        (0.31, 300, True),
        (0.29, 300, False),
        (5.0, 59, False),
        (0.88, 60, True),  # 0.1422 K over 59 days
        (0.87, 60, False),  # 0.1406
    ],
)
def test_sensors_drift_apart_by_three_tenths_a_year_and_beyond_their_limits(
    channelled, plant, per_year, days, said
):
    course = per_year * (np.arange(days) - days / 2) / 365
    found = figures(compared(channelled, plant, course), "drift")
    assert bool(found) is said
    if said:
        assert found["per_year"] == f"{per_year:+.2f}"


@pytest.mark.parametrize(("share", "runs"), [(0.89, False), (0.91, True)])
def test_sensors_are_compared_while_the_machine_runs(channelled, plant, share, runs):
    values = np.full(72, 10.0)
    hours = channelled(
        {
            (EVAPORATOR, "hp1"): values + 1,
            ("supply_temperature", "source"): values,
            MODE: np.ones(72),
            ("running", "hp1"): np.full(72, share),
        }
    )
    assert bool(check_redundant(hours, plant)) is runs


# -- stretches


def stretches(*flags):
    start = np.arange(len(flags)) * 10
    return Segments(start, start + 10, start.astype(float), np.array(flags, np.uint8))


def test_up_to_three_refused_readings_are_drawn_through():
    good, bad = Flag.GOOD, Flag.STUCK
    short = stretches(good, bad, bad, bad, good)
    short.value[1:4] = 99.0
    assert short.bridged().value.tolist() == [0, 10, 20, 30, 40]
    assert short.bridged().flag.tolist() == [0, 1, 1, 1, 0]
    longer = stretches(good, bad, bad, bad, bad, good)
    assert longer.bridged().flag.tolist() == longer.flag.tolist()
    edges = stretches(bad, good, bad)
    assert edges.bridged().flag.tolist() == edges.flag.tolist()


def test_a_stretch_holds_from_its_start_until_before_its_end():
    found = stretches(0, 0).at(np.array([-1, 0, 9, 10, 19, 20]))
    assert found == pytest.approx([np.nan, 0, 0, 10, 10, np.nan], nan_ok=True)
    assert np.isnan(Segments(*[np.zeros(0, np.int64)] * 4).at(np.array([1]))).all()


# -- registers below zero


@pytest.mark.parametrize(
    ("quantity", "below", "goes"),
    [
        ("electricity_energy", np.full(30, -1.0), True),
        ("electricity_energy", -np.arange(1.0, 30), False),
        ("heat_energy", -np.arange(1.0, 10), True),
        ("heat_energy", -np.arange(1.0, 9), False),
        ("heat_energy", np.full(29, -1.0), False),
        ("cooling_energy", -np.arange(1.0, 10), True),
        ("heat_energy", np.zeros(0), False),
    ],
)
def test_a_register_goes_below_zero_in_three_tenths_or_by_moving_there(quantity, below, goes):
    point = Point(id="R", quantity=quantity, of="load", statistic=Statistic.COUNTER, unit="kWh")
    value = np.concatenate([below, np.arange(1.0, 101 - len(below))])
    assert _goes_below(_Meter(point, 1.0, 0.0), value) is goes
