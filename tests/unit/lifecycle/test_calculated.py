"""Calculated points: spread, margin, starts and returned water, by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopkeeper.lifecycle.monitor.calculated import Calculation, Calculator, Kind
from loopkeeper.plant.points import Point, Statistic

ZERO = datetime(2026, 1, 1, tzinfo=UTC)


def point(name, quantity, unit, statistic=Statistic.INSTANT, **limits):
    return Point(id=name, quantity=quantity, of="source", statistic=statistic, unit=unit, **limits)


def at(minutes):
    return ZERO + timedelta(minutes=minutes)


SUPPLY = point("ts", "supply_temperature", "°C")
RETURN = point("tr", "return_temperature", "°C", high=60.0)
SPREAD = Calculation("calc.spread", Kind.SPREAD, (SUPPLY,), (RETURN,))


def test_a_spread_needs_both_of_about_the_same_time():
    one = Calculator((SPREAD,))
    assert one.take(at(0), {"ts": 12.0}) == {}
    assert one.take(at(1), {"tr": 7.5}) == {"calc.spread": 4.5}
    assert one.take(at(1.5), {"ts": 11.0}) == {}  # no more often than once a minute
    assert one.take(at(30), {"ts": 11.0}) == {}  # the return is half an hour old
    assert one.take(at(31), {"ts": 9.0, "tr": 10.0}) == {"calc.spread": 1.0}


def test_late_doubled_and_impossible_readings_change_nothing():
    one = Calculator((SPREAD,))
    one.take(at(10), {"ts": 12.0, "tr": 8.0})
    assert one.take(at(10), {"ts": 40.0, "tr": 8.0}) == {}
    assert one.take(at(5), {"ts": 40.0}) == {}
    assert one.take(at(12), {"tr": 85.0}) == {}  # beyond the point's own limit
    assert one.take(at(13), {"ts": 300.0}) == {}  # beyond what water can be
    assert one.take(at(14), {"ts": 13.0}) == {"calc.spread": 5.0}


def test_the_coldest_water_counts_to_freezing():
    cold = point("te", "evaporator_outlet_temperature", "°F")
    one = Calculator((Calculation("calc.m", Kind.MARGIN, (SUPPLY, cold), above=-10.0),))
    found = one.take(at(0), {"ts": 4.0, "te": 26.6})
    assert found["calc.m"] == pytest.approx(7.0)  # −3 °C over a fluid that freezes at −10 °C


def test_starts_within_the_hour_are_counted_and_forgotten():
    power = point("p", "electricity_power", "kW")
    one = Calculator((Calculation("calc.s", Kind.STARTS, (power,), above=1e3),))
    given = {}
    for minute in range(0, 200, 2):
        running = minute < 60 and minute % 10 < 4  # six runs, the first from the beginning
        for value in one.take(at(minute), {"p": 20.0 * running}).values():
            given[minute] = value
    assert max(given.values()) == 5  # the first run began before anything was seen
    assert given[50] == 5
    assert [v for m, v in given.items() if m > 104] == [0.0, 0.0]  # said once, then by the hour


ABSTRACTED = point("a", "abstraction_volume", "m3", Statistic.COUNTER)
RETURNED = point("r", "reinjection_volume", "m3", Statistic.COUNTER)
FLOWS = (point("qr", "reinjection_flow", "m3/h"), point("qa", "abstraction_flow", "m3/h"))
DAY = timedelta(days=1)


def played(calculation, readings):
    one, found = Calculator((calculation,)), []
    for minute, values in readings:
        found += one.take(at(minute), values).values()
    return found


def test_water_returned_by_counters():
    one = Calculation("calc.returned", Kind.RETURNED, (RETURNED,), (ABSTRACTED,), window=DAY)
    rows = [(10 * n, {"a": 5000 + 10.0 * n, "r": 9.4 * n}) for n in range(300)]
    found = played(one, rows)
    assert len(found) == 300 - 144  # nothing before a whole day is known
    assert found[-1] == pytest.approx(0.94)
    # a counter that falls back says nothing until a day later
    rows[200:] = [(m, {**v, "r": v["r"] - 1800.0}) for m, v in rows[200:]]
    assert len(played(one, rows)) == 200 - 144


def test_water_returned_by_flows_with_a_gap():
    one = Calculation("calc.returned", Kind.RETURNED, FLOWS[:1], FLOWS[1:], window=DAY)
    rows = [(15 * n, {"qa": 60.0, "qr": 57.0}) for n in range(200)]
    assert played(one, rows)[-1] == pytest.approx(0.95)
    with_gap = [r for r in rows if not 2000 <= r[0] < 2060]
    found = played(one, with_gap)
    before = sum(m < 2000 for m, _ in rows) - 96
    assert len(found) == before  # from the gap on, a day has to pass


def test_no_water_makes_no_ratio():
    one = Calculation("calc.returned", Kind.RETURNED, (RETURNED,), (ABSTRACTED,), window=DAY)
    assert played(one, [(10 * n, {"a": 0.001 * n, "r": 0.0}) for n in range(300)]) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 4000), st.sampled_from("ar"), st.floats(0, 1e4)), max_size=80
    ),
    st.randoms(),
)
def test_disorder_never_raises_and_never_gives_less_than_nothing(rows, random):
    one = Calculator(
        (Calculation("calc.returned", Kind.RETURNED, (RETURNED,), (ABSTRACTED,), window=DAY),)
    )
    random.shuffle(rows)
    for minute, name, value in rows:
        assert all(v >= 0 for v in one.take(at(minute), {name: value}).values())


def test_being_heard_needs_no_point_of_its_own():
    one = Calculator((Calculation("calc.heard", Kind.HEARD, ()),))
    assert one.take(at(0), {"anything": 1.0}) == {"calc.heard": 1.0}
    assert one.take(at(0.5), {"else": 1.0}) == {}
    assert one.take(at(2), {"else": 1.0}) == {"calc.heard": 1.0}
