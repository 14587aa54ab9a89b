"""Bars of pages against hand calculation."""

from datetime import UTC, datetime, timedelta

import pytest

from loopkeeper.lifecycle.monitor.alarm import AlarmEvent, AlarmState
from loopkeeper.lifecycle.monitor.alarm_rates import raised_per
from loopkeeper.web.pages.waterfall import month_bars, waterfall

ZERO = datetime(2026, 3, 1, tzinfo=UTC)


def energy(value, low, high):
    return {"value": value, "low": low, "high": high}


def found(promised, parts, measured):
    """A diagnosis of which each part has an interval of 1000 kWh to both sides."""
    return {
        "promised": {"electricity_kWh": energy(promised, promised, promised)},
        "measured_kWh": energy(measured, measured, measured),
        "weather_and_use_kWh": energy(0.0, 0.0, 0.0),
        "deviations": [
            {"kind": kind, "energy_kWh": energy(e, e - 1000, e + 1000)} for kind, e in parts
        ],
        "unexplained_kWh": energy(0.0, -1000.0, 1000.0),
    }


def test_bars_stand_where_the_sum_has_come_to():
    steps, base = waterfall(
        found(10_000.0, [("design", 60_000.0), ("operation", -20_000.0)], 49_000.0)
    )
    # from 0 to 71 MWh: 10 + 60 and 1 more of the interval
    assert base == 0.0
    told = [(s.name, s.sort, s.left, s.width) for s in steps]
    assert told == [
        ("promised", "total", 0.0, pytest.approx(100 * 10 / 71)),
        ("weather", "rest", pytest.approx(100 * 10 / 71), pytest.approx(0.4)),
        ("design", "more", pytest.approx(100 * 10 / 71), pytest.approx(100 * 60 / 71)),
        ("operation", "less", pytest.approx(100 * 50 / 71), pytest.approx(100 * 20 / 71)),
        ("unexplained", "rest", pytest.approx(100 * 49 / 71), pytest.approx(100 * 1 / 71)),
        ("measured", "total", 0.0, pytest.approx(100 * 49 / 71)),
    ]
    assert steps[2].low_at == pytest.approx(100 * 69 / 71)
    assert steps[2].high_at == pytest.approx(100.0)
    assert steps[4].value == pytest.approx(-1.0)  # so that the steps sum to what was measured
    assert sum(s.value for s in steps[:-1]) == pytest.approx(steps[-1].value)


def test_a_scale_that_would_hide_the_steps_begins_late():
    steps, base = waterfall(found(100_000.0, [("design", 10_000.0)], 110_000.0))
    # from 100 to 111 MWh, and 15 % of these 11 before the least
    assert base == pytest.approx(100 - 0.15 * 11)
    assert steps[0].left == 0.0
    assert steps[0].width == pytest.approx(100 * 0.15 / 1.15)


def test_a_month_costs_what_was_measured_less_what_it_would_be():
    course = {
        "months": ["a", "b", "c"],
        "measured_kWh": [3000.0, 1000.0, 0.0],
        "if_repaired_kWh": [1000.0, 2000.0, 0.0],
    }
    bars = [(b.month, b.value, b.top, b.height) for b in month_bars(course)]
    assert bars == [
        ("a", 2.0, 0.0, pytest.approx(200 / 3)),
        ("b", -1.0, pytest.approx(200 / 3), pytest.approx(100 / 3)),
        ("c", 0.0, pytest.approx(200 / 3), 0.0),
    ]
    assert month_bars(None) == []


def test_alarms_are_counted_where_they_came():
    def came(minutes, before=AlarmState.NORMAL):
        time = ZERO + timedelta(minutes=minutes)
        return AlarmEvent(time=time, alarm="a", before=before, after=AlarmState.UNACKNOWLEDGED)

    events = [came(-1), came(0), came(9.9), came(10), came(25, AlarmState.SHELVED), came(30)]
    each = timedelta(minutes=10)
    assert raised_per(events, ZERO, ZERO + 3 * each, each) == (2, 1, 0)
    assert raised_per(events, ZERO, ZERO + 2.5 * each, each) == (2, 1, 0)
