"""Which point speaks for a channel, what is drawn through, and where a record ends."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import UnmappedPointError
from loopkeeper.measure import derived
from loopkeeper.measure.admit import admit
from loopkeeper.measure.aggregate import _axis, hourly, total
from loopkeeper.measure.averaging import HOUR_STEP
from loopkeeper.plant.points import Point, Statistic

MEAN, COUNTER = Statistic.MEAN, Statistic.COUNTER
SUPPLY = "supply_temperature"


def point(name, quantity, unit, *, of="load", statistic=MEAN, high=None):
    return Point(id=name, quantity=quantity, of=of, statistic=statistic, unit=unit, high=high)


@pytest.fixture
def laid(readings, plant):
    def build(points, **series):
        admitted = admit(readings(**series), points)
        return hourly(admitted, replace(plant, points=tuple(points)))

    return build


def every(value, *, step=10, until=120):
    return [(m, value) for m in range(0, until, step)]


@pytest.mark.parametrize(
    ("first", "second", "told"), [(60, 120, 7.0), (120, 60, 5.0), (90, 90, 5.0)]
)
def test_of_two_points_the_better_covered_speaks_and_else_the_first(laid, first, second, told):
    points = [
        point("A", SUPPLY, "°C"),
        point("B", SUPPLY, "°C"),
        point("C", SUPPLY, "°C", of="source"),
    ]
    hours = laid(points, A=every(5.0, until=first), B=every(7.0, until=second), C=every(9.0))
    found = hours.channels[SUPPLY, "load"]
    assert found.values[0] == told
    assert found.point.id == {5.0: "A", 7.0: "B"}[told]


def test_a_register_of_volume_is_a_flow(laid):
    hours = laid(
        [point("V", "volume", "m3", statistic=COUNTER)],
        V=[(10 * n, 100 + 3 * n) for n in range(13)],
    )
    assert hours.values("flow", "load").tolist() == pytest.approx([3 / 600] * 2)


def test_refused_means_are_drawn_through_and_counts_are_not(laid):
    """50 and 70 °C around one reading of 999: 60; a register says nothing of its leap."""
    rows = [(0, 50.0), (20, 999.0), (40, 70.0)]
    hours = laid([point("T", SUPPLY, "°C")], T=rows)
    found = hours.channels[SUPPLY, "load"]
    assert found.values.tolist() == pytest.approx([60.0])
    assert found.coverage.tolist() == pytest.approx([2 / 3])
    rows = [(10 * n, 100.0 + n + 9e5 * (n > 2)) for n in range(7)]
    hours = laid([point("Q", "heat_energy", "kWh", statistic=COUNTER)], Q=rows)
    found = hours.channels["heat_energy", "load"]
    assert found.values.tolist() == pytest.approx([6e3])
    assert found.coverage.tolist() == pytest.approx([5 / 6])


@pytest.mark.parametrize(("statistic", "hours"), [(MEAN, 1), (Statistic.SUM, 2), (COUNTER, 2)])
@pytest.mark.parametrize("over", [0, 20, 40])
def test_less_than_half_an_hour_of_a_last_value_makes_no_hour(readings, statistic, hours, over):
    """Steps of 20 min that end so many minutes after a full hour."""
    rows = [(20 * n, 100.0 + n) for n in range(3 + over // 20 + (statistic is COUNTER))]
    admitted = admit(
        readings(P=rows),
        [
            point(
                "P",
                "heat_energy" if statistic is not MEAN else SUPPLY,
                "kWh" if statistic is not MEAN else "°C",
                statistic=statistic,
            )
        ],
    )
    axis = _axis(admitted.segments(), admitted)
    assert len(axis.time) == {0: 1, 20: hours, 40: 2}[over]


def test_half_an_hour_makes_an_hour(readings):
    rows = [(30 * n, 50.0) for n in range(3)]
    admitted = admit(readings(P=rows), [point("P", SUPPLY, "°C")])
    axis = _axis(admitted.segments(), admitted)
    assert np.diff(axis.edges).tolist() == [HOUR_STEP] * 2


def test_the_axis_spans_all_points(readings):
    rows = {"A": [(70, 5.0), (80, 5.0)], "B": [(200, 7.0), (240, 7.0), (280, 7.0)]}
    admitted = admit(
        readings(**rows), [point("A", SUPPLY, "°C"), point("B", SUPPLY, "°C", of="source")]
    )
    axis = _axis(admitted.segments(), admitted)
    assert axis.time[0] == np.datetime64("2024-01-01T01")
    assert axis.time[-1] == np.datetime64("2024-01-01T04")


def test_a_loop_s_heat_needs_flow_and_both_temperatures(laid, monkeypatch):
    """2 L/s at 10 K, in MJ a cubic metre and kelvin that are 4."""
    monkeypatch.setattr(derived, "volumetric_heat_capacity", lambda _, t: 4e6 + 0 * t)
    points = [
        point("V", "flow", "L/s"),
        point("S", SUPPLY, "°C"),
        point("R", "return_temperature", "°C"),
    ]
    series = {"V": every(2.0), "S": every(50.0), "R": every(40.0)}
    hours = laid(points, **series)
    heat = hours.channels["heat_power_calculated", "load"]
    assert heat.values.tolist() == pytest.approx([80e3] * 2)
    assert heat.rests_on == (("flow", "load"), (SUPPLY, "load"), ("return_temperature", "load"))
    assert hours.values("heat_power", "load").tolist() == pytest.approx([80e3] * 2)
    for lacking in series:
        kept = {k: v for k, v in series.items() if k != lacking}
        assert not laid(points, **kept).has("heat_power_calculated", "load")


def test_a_total_is_the_integral_of_what_is_usable(readings):
    rows = [(10 * n, 100.0 + 2 * n) for n in range(7)]
    admitted = admit(readings(Q=rows), [point("Q", "heat_energy", "kWh", statistic=COUNTER)])
    assert total(admitted, "Q") == pytest.approx(12 * 3.6e6)
    with pytest.raises(UnmappedPointError, match="point X has no readings"):
        total(admitted, "X")
