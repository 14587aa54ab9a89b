"""Limits of meters by statement, class and quantity, and of places by nameplate."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.limits import NOWHERE
from loopkeeper.measure.meter_error import (
    Sensed,
    accuracy_cautions,
    deviation,
    heat_meter_limits,
    limits_of,
    pair_limit,
)
from loopkeeper.measure.nameplates import bounds, highest_rates, scale_verdict
from loopkeeper.plant.machines import BackupRecord, Loop, MachineRecord, MapPoint, Mode, PumpRecord
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import Source


def point(quantity, of="load", accuracy="", unit="kW", statistic=Statistic.MEAN):
    return Point(
        id="P", quantity=quantity, of=of, statistic=statistic, unit=unit, accuracy=accuracy
    )


# -- accuracies


@pytest.mark.parametrize(
    ("quantity", "absolute", "relative"),
    [
        ("supply_temperature", 0.3, 0.0),
        ("heat_temperature", 0.3, 0.0),
        ("flow", 0.0, 0.03),
        ("gas_volume", 0.0, 0.03),
        ("heat_power", 0.0, 0.05),
        ("cooling_energy", 0.0, 0.05),
        ("electricity_energy", 0.0, 0.02),
        ("pressure", 0.0, 0.05),
    ],
)
def test_a_point_that_states_nothing_has_the_usual_limits_of_its_kind(
    quantity, absolute, relative
):
    for accuracy in ("", "  ", "quite good"):
        found = limits_of(point(quantity, accuracy=accuracy))
        assert (found.absolute, found.relative) == (absolute, relative)


def test_two_sensors_of_a_pair_are_independent():
    one, other = (point("supply_temperature", accuracy=a, unit="°C") for a in ("0.3", "0.4"))
    assert pair_limit(one, other) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("quantity", "of", "code", "supposed"),
    [
        ("supply_temperature", "load", "not_stated", "0.3 K"),
        ("return_temperature", "source", "not_stated", "0.3 K"),
        ("flow", "load", "not_stated", "3 %"),
        ("heat_power", "load", "not_stated", "5 %"),
        ("electricity_energy", "hp1", "not_stated", "2 %"),
        ("cooling_energy", "load", "unreadable", "5 %"),
        ("indoor_temperature", "z1", None, ""),
        ("running", "hp1", None, ""),
    ],
)
def test_a_supposed_accuracy_is_said_where_it_enters_a_figure(quantity, of, code, supposed):
    given = "quite good" if code == "unreadable" else ""
    found = accuracy_cautions([point(quantity, of, given)])
    if code is None:
        assert found == ()
        return
    (said,) = found
    assert said.code == f"measure.accuracy.{code}"
    assert said.figures == {"point": "P", "given": given, "supposed": supposed}
    assert accuracy_cautions([point(quantity, of, "1 %" if "%" in supposed else "0.1")]) == ()


@pytest.mark.parametrize(
    ("quantity", "of", "said"),
    [
        ("heat_power", "source", True),
        ("cooling_energy", "source", True),
        ("heat_power", "load", False),
        ("flow", "source", False),
    ],
)
def test_a_heat_meter_for_water_in_brine_is_said(quantity, of, said):
    found = accuracy_cautions([point(quantity, of, "3 %")], 0.0437)
    assert [(v.code, v.figures) for v in found] == (
        [("measure.accuracy.brine", {"point": "P", "percent": "4.4"})] if said else []
    )
    assert accuracy_cautions([point(quantity, of, "3 %")]) == ()


@pytest.mark.parametrize(
    ("name", "base", "slope"), [("1", 1, 0.01), ("2", 2, 0.02), ("3", 3, 0.05)]
)
def test_classes_of_heat_meters_add_flow_calculator_and_pair(name, base, slope):
    """At 6 K, twice the least difference, and a tenth of the nominal flow."""
    scale, pair = heat_meter_limits(point("heat_power", accuracy=f" EN1434-{name} "), -6.0, 10.0)
    assert scale == pytest.approx((base + 10 * slope + 0.5 + 0.5) / 100)
    assert pair == pytest.approx((0.5 + 1.5) / 100)
    most, _ = heat_meter_limits(point("heat_power", accuracy=f"EN1434-{name}"), 3.0, 1e4)
    assert most == pytest.approx((5.0 + 0.5 + 1.0) / 100)
    scale, pair = heat_meter_limits(point("heat_power", accuracy=f"EN1434-{name}"), 0.0)
    assert pair == pytest.approx((0.5 + 9000.0) / 100)


def test_the_scatter_of_single_readings_is_a_third_of_the_limits():
    assert deviation(1.0, 16) == pytest.approx(np.hypot(1 / 1.959964, 1 / 12))
    assert deviation(1.0, 0.2) == pytest.approx(np.hypot(1 / 1.959964, 1 / 3))
    assert deviation(3.0) == pytest.approx(3.0 / 1.959964)


def test_a_figure_has_its_deviations_by_source():
    one = Sensed(-10.0, {"a": 3.0}).with_part("b", -4.0)
    assert one.parts == {"a": 3.0, "b": -4.0}
    assert one.relative == pytest.approx(0.5)
    estimate = one.estimate()
    assert (estimate.low, estimate.value, estimate.high) == pytest.approx(
        (-10 - 5 * 1.6448536, -10, -10 + 5 * 1.6448536)
    )
    assert str(Sensed(0.0).scaled(-1.0).value) == "0.0"


# -- nameplates


def of(quantity, place, plant):
    return bounds(point(quantity, place), plant)


def test_heat_is_bounded_by_four_times_all_capacities(plant):
    """The greater of heating and cooling and of the map, and what backups give."""
    mapped = MapPoint(Mode.HEATING, 5.0, 45.0, 1.0, 1.3e5, 3e4)
    machines = (
        MachineRecord(id="hp1", rated_heating=1e5, rated_cooling=1.1e5),
        MachineRecord(id="hp2", rated_heating=1e5, map=(mapped,)),
    )
    backup = BackupRecord("b", "gas_boiler", heating=2e4, cooling=3e4)
    here = replace(plant, machines=machines, backups=(backup,))
    assert of("heat_energy", "source", here) == pytest.approx((-1.08e6, 1.08e6))
    assert of("heat_power", "hp1", here) == NOWHERE
    unknown = replace(here, machines=(*machines, MachineRecord(id="hp3")))
    assert of("heat_power", "load", unknown) == NOWHERE
    assert of("heat_power", "load", replace(plant, machines=())) == NOWHERE
    small = (MachineRecord(id="hp1", rated_heating=100.0),)
    bare = replace(plant, machines=small, backups=(BackupRecord("b", "gas_boiler"),))
    assert of("heat_power", "load", bare) == pytest.approx((-400.0, 400.0))


def test_a_draw_is_bounded_by_two_and_a_half_times_the_greatest_rating(plant):
    mapped = MapPoint(Mode.HEATING, 5.0, 45.0, 1.0, 1.3e5, 3e4)
    first = MachineRecord(
        id="hp1", rated_heating=1e5, rated_cop=5.0, rated_cooling=9e4, rated_eer=3.6
    )
    second = replace(first, id="hp2", map=(mapped,))
    here = replace(plant, machines=(first, second))
    assert of("electricity_power", "hp1", here)[1] == pytest.approx(62.5e3)  # 25 kW in cooling
    assert of("electricity_power", "hp2", here)[1] == pytest.approx(75e3)
    assert of("electricity_energy", "machines", here) == pytest.approx((-2750.0, 137.5e3))
    bare = replace(here, machines=(first, MachineRecord(id="hp2", rated_cooling=9e4)))
    assert of("electricity_energy", "machines", bare) == NOWHERE
    unrated = replace(plant, pumps=(replace(plant.pumps[0], power=0.0),))
    assert of("electricity_power", "sp1", unrated) == NOWHERE


def test_a_flow_is_bounded_by_its_pumps_or_the_design(plant):
    more = PumpRecord(id="sp2", loop=Loop.SOURCE, flow=0.003, head=20.0, power=1e3)
    here = replace(plant, pumps=(*plant.pumps, more))
    assert of("flow", "source", here)[1] == pytest.approx(0.032)
    assert of("flow", "field", here)[1] == pytest.approx(0.032)
    assert of("flow", "load", here)[1] == pytest.approx(0.02)
    designed = replace(here, source=replace(here.source, design_flow=0.01))
    assert of("flow", "source", designed)[1] == pytest.approx(0.04)
    assert of("flow", "load", designed)[1] == pytest.approx(0.02)
    assert of("flow", "hp1", here) == NOWHERE
    assert of("flow", "load", replace(plant, pumps=())) == NOWHERE


def test_open_water_bounds_no_loop(plant):
    wet = replace(plant, source=Source(kind=SourceKind.SURFACE_WATER))
    assert of("supply_temperature", "source", wet) == NOWHERE
    assert of("supply_temperature", "load", wet) == (-5.0, 95.0)
    assert of("supply_temperature", "field", plant) == NOWHERE
    assert of("return_temperature", "source", plant) == (-25.0, 60.0)
    assert of("indoor_temperature", "z1", plant) == (-10.0, 50.0)


def test_registers_are_bounded_by_their_rate(plant):
    counters = tuple(
        replace(point("flow", place, statistic=Statistic.COUNTER), id=place)
        for place in ("load", "hp1")
    )
    assert highest_rates(replace(plant, points=counters)) == pytest.approx({"load": 0.02})


@pytest.mark.parametrize(
    ("quantity", "unit", "statistic", "value", "shown"),
    [
        ("heat_energy", "MWh", Statistic.COUNTER, 7.6e4, (76.0, 40.0, "kW")),
        ("heat_energy", "MWh", Statistic.SUM, 7.6e4, (76.0, 40.0, "kW")),
        ("heat_power", "kW", Statistic.MEAN, -7.6e4, (76.0, 40.0, "kW")),
        ("heat_power", "MW", Statistic.MEAN, 7.6e4, (0.076, 0.04, "MW")),
    ],
)
def test_a_matter_of_scale_is_told_in_the_point_s_unit(quantity, unit, statistic, value, shown):
    what = point(quantity, unit=unit, statistic=statistic)
    (said,) = scale_verdict(what, np.full(20, value), 4e4)
    figures = {"point": "P", "value": shown[0], "limit": shown[1], "times": 1.9, "unit": shown[2]}
    assert said.figures == figures
    ramp = np.arange(101.0) * 1e3  # 95 of a hundred are less than 95 kW
    assert scale_verdict(what, ramp, 4e4)[0].figures["times"] == pytest.approx(2.4)
    assert scale_verdict(what, np.zeros(0), 4e4) == ()
