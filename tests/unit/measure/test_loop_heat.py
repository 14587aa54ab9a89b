"""Signed heat of a loop from meters of every dialect, or from flow and temperatures, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.direction import HeatDirection
from loopkeeper.measure.loop_heat import (
    _falls_with_warmth,
    direction_in,
    is_signed,
    machine_heat,
    metered_heat,
    with_heat,
)
from loopkeeper.measure.series import Channel
from loopkeeper.plant.machines import BackupRecord, MachineRecord
from loopkeeper.plant.site import Season

LOAD, CALCULATED = ("heat_power", "load"), ("heat_power_calculated", "load")
HEAT, COLD = ("heat_energy", "load"), ("cooling_energy", "load")
AIR = ("outdoor_temperature", "site")


@pytest.fixture
def two(plant):
    """Two machines, a heater and a boiler."""
    machines = (
        MachineRecord(id="hp1", rated_heating=1e5, rated_cooling=8e4, rated_cop=5.0),
        MachineRecord(id="hp2", rated_heating=4e4, rated_cooling=6e4, rated_cop=5.0),
    )
    backups = BackupRecord("ih1", "immersion_heater"), BackupRecord("gb1", "gas_boiler")
    return replace(plant, machines=machines, backups=backups)


def towards(sign, by=("load_difference",), against=0.0):
    """Give one direction and keep the weights that were asked with."""
    asked = []

    def way(weight):
        asked.append(weight)
        return HeatDirection(np.asarray(sign, float), by, against)

    way.asked = asked
    return way


def nobody(weight):
    raise AssertionError(f"nobody was to be asked: {weight}")


# -- meters at machines


def test_meters_of_single_machines_are_summed(channelled, two):
    one, other = ("heat_energy", "hp1"), ("heat_energy", "hp2")
    hours = channelled({one: [3e3, 5e3, 7e3], other: [1e3, np.nan, 2e3]})
    hours = replace(
        hours,
        channels=hours.channels
        | {one: replace(hours.channels[one], coverage=np.array([0.7, 0.8, 1.0]))},
    )
    found, inside = machine_heat(hours, two)
    assert (list(found), inside) == ([HEAT], frozenset())
    assert found[HEAT].values.tolist() == pytest.approx([4e3, np.nan, 9e3], nan_ok=True)
    assert found[HEAT].coverage.tolist() == [0.7, 0.0, 1.0]
    assert found[HEAT].rests_on == (one, other)


def test_a_backup_s_meter_is_taken_off_a_common_one(channelled, two):
    main, own = ("heat_power", "machines+ih1"), ("heat_power", "ih1")
    found, inside = machine_heat(channelled({main: np.full(3, 9e3), own: 2e3}), two)
    assert found[LOAD].values.tolist() == [7e3] * 3
    assert set(found[LOAD].rests_on) == {main, own}
    assert inside == frozenset()


def test_a_meter_over_machines_and_backups_says_what_it_holds_too(channelled, two):
    """Of two such meters the one that holds less; the other quantity knows nothing of it."""
    rows = {
        ("heat_power", "machines+ih1+gb1"): np.full(3, 20e3),
        ("heat_power", "machines+ih1"): np.full(3, 9e3),
        ("heat_power", "zone-1"): np.full(3, 1e3),
        ("heat_energy", "hp1"): np.full(3, 5e3),
    }
    found, inside = machine_heat(channelled(rows), two)
    assert list(found) == [LOAD]
    assert found[LOAD].values.tolist() == [9e3] * 3
    assert inside == {"ih1"}


def test_a_meter_of_the_load_itself_needs_no_sum(channelled, two):
    rows = {LOAD: np.full(3, 4e3), ("heat_power", "hp1+hp2"): np.full(3, 9e3)}
    assert machine_heat(channelled(rows), two) == ({}, frozenset())
    found, _ = machine_heat(channelled(rows | {("cooling_energy", "machines"): 1e3}), two)
    assert list(found) == [COLD]


# -- registers


def test_registers_of_heat_and_of_cold_are_one_signed_heat(channelled):
    hours = channelled({HEAT: [9e3, 1e3, np.nan], COLD: [2e3, 4e3, 1e3]})
    laid = metered_heat(hours, "load", None, nobody)
    made = laid.channels[LOAD]
    assert made.values.tolist() == pytest.approx([7e3, -3e3, np.nan], nan_ok=True)
    assert made.coverage.tolist() == [1.0, 1.0, 0.0]
    assert made.rests_on == (HEAT, COLD)
    assert (laid.verdicts, made.point) == ((), None)


def test_a_power_is_asked_before_registers_and_a_silent_meter_not_at_all(channelled):
    rows = {LOAD: [5e3, -4e3], HEAT: [9e3, 1e3], COLD: [2e3, 4e3]}
    laid = metered_heat(channelled(rows), "load", None, nobody)
    assert laid.channels[LOAD].values.tolist() == [5e3, -4e3]
    assert laid.channels[LOAD].rests_on == ()
    silent = channelled(rows | {LOAD: [np.nan, np.nan]})
    assert metered_heat(silent, "load", None, nobody).channels[LOAD].values.tolist() == [7e3, -3e3]
    assert metered_heat(channelled({AIR: [1.0, 2.0]}), "load", None, nobody).channels == {}


def test_a_register_of_cold_alone_leaves_heat_to_flow_and_temperatures(channelled):
    hours = channelled({COLD: [2e3, 0.0, 0.0, np.nan]})
    laid = metered_heat(hours, "load", None, nobody).channels[LOAD]
    assert laid.values.tolist() == pytest.approx([-2e3, 0.0, 0.0, np.nan], nan_ok=True)
    assert laid.rests_on == (COLD,)
    seen = Channel(np.array([7e3, 3e3, -5e3, 4e3]), np.ones(4), None, (("flow", "load"),))
    laid = metered_heat(hours, "load", seen, nobody).channels[LOAD]
    assert laid.values.tolist() == pytest.approx([-2e3, 3e3, 0.0, np.nan], nan_ok=True)
    assert laid.rests_on == (COLD, ("flow", "load"))


@pytest.mark.parametrize(("below", "signed"), [(0.9, False), (1.1, True)])
def test_more_than_a_hundredth_below_nothing_is_a_sign(below, signed):
    values = np.array([100.0 - below, np.nan, -below, 0.0])
    assert is_signed(values) is signed


@pytest.mark.parametrize("loop", ["load", "hot-water"])
def test_signed_heat_hot_water_and_a_meter_at_rest_are_taken_as_they_are(channelled, loop):
    for values in ([5e3, -4e3, 1e3], [0.0, 0.0, 0.0]):
        hours = channelled({("heat_energy", loop): values})
        found = metered_heat(hours, loop, None, nobody).channels["heat_power", loop]
        assert found.values.tolist() == values
        assert found.rests_on == (("heat_energy", loop),)
    only = channelled({("heat_energy", "hot-water"): [5e3, 4e3]})
    laid = metered_heat(only, "hot-water", None, nobody)
    assert laid.channels["heat_power", "hot-water"].values.tolist() == [5e3, 4e3]


def test_hours_count_above_a_fiftieth_of_a_usual_high_hour(channelled):
    """Nine tenths of moving hours give up to 1000 W: 19 W count nothing and 21 W count."""
    values = np.array([1000.0] * 9 + [19.0, 21.0, 0.0, np.nan])
    way = towards(np.ones(13))
    metered_heat(channelled({HEAT: values}), "load", None, way)
    metered_heat(channelled({HEAT: values / 2000}), "load", None, way)
    by_hand = np.array([1000.0] * 9 + [0.0, 21.0, 0.0, 0.0])
    assert [w.tolist() for w in way.asked] == [by_hand.tolist(), (by_hand / 2000).tolist()]


# -- turned


@pytest.mark.parametrize(("cold", "turned"), [(0.9, False), (1.1, True)])
def test_a_register_that_counts_more_than_a_hundredth_in_cooling_counts_cold(
    channelled, cold, turned
):
    hours = channelled({HEAT: [100.0 - cold, cold, 0.0]})
    laid = metered_heat(hours, "load", None, towards([1, -1, -1]))
    assert laid.channels[LOAD].values.tolist() == [100.0 - cold, -cold if turned else cold, 0.0]
    assert len(laid.verdicts) == turned


@pytest.mark.parametrize(("against", "code"), [(0.19, "unsigned"), (0.21, "contradictory")])
def test_heat_is_turned_unless_a_fifth_is_torn(channelled, pointed, against, code):
    hours = channelled({LOAD: [6e3, 2e3, 2e3]})
    way = towards([1, -1, 0], ("load_difference", "season"), against)
    laid = metered_heat(hours, "load", None, way)
    turned = code == "unsigned"
    by_hand = [6e3, -2e3, -2e3] if turned else [6e3, 2e3, 2e3]
    assert laid.channels[LOAD].values.tolist() == by_hand
    (said,) = laid.verdicts
    assert said.code == f"measure.direction.{code}"
    assert said.figures == {
        "point": "load:heat_power",
        "percent": "40",
        "by": "load_difference, season",
        "against_percent": f"{100 * against:.1f}",
    }
    bare = metered_heat(pointed(hours, {LOAD: None}), "load", None, way)
    assert bare.verdicts[0].figures["point"] == "?"


@pytest.mark.parametrize(("counted", "turned"), [(49.0, False), (51.0, True)])
def test_a_register_that_counts_half_of_the_cold_that_water_carries_counts_it(
    channelled, counted, turned
):
    """100 W of cold in known hours; what it does not count is added to what stood."""
    values = np.array([900.0, counted, 0.0, np.nan, 0.0])
    seen = Channel(
        np.array([500.0, -70.0, -30.0, -1e4, np.nan]), np.ones(5), None, (("flow", "load"),)
    )
    laid = metered_heat(channelled({HEAT: values}), "load", seen, towards([1, -1, -1, -1, -1]))
    found = laid.channels[LOAD]
    if turned:
        assert found.values.tolist() == pytest.approx(
            [900.0, -counted, 0.0, np.nan, 0.0], nan_ok=True
        )
        assert found.rests_on == (HEAT,)
    else:
        by_hand = [900.0, counted, -30.0, np.nan, 0.0]
        assert found.values.tolist() == pytest.approx(by_hand, nan_ok=True)
        assert found.rests_on == (HEAT, ("flow", "load"))
        assert laid.verdicts == ()


def test_a_power_that_stands_while_cooling_takes_the_water_s_cold(channelled):
    seen = Channel(np.array([400.0, -70.0, -30.0, -9.0]), np.ones(4), None, (("flow", "load"),))
    hours = channelled({LOAD: [900.0, 0.0, 0.0, 0.5]})
    found = metered_heat(hours, "load", seen, towards([1, -1, 1, -1])).channels[LOAD]
    assert found.values.tolist() == [900.0, -70.0, 0.0, 0.5]
    assert found.rests_on == (("flow", "load"),)
    warm = replace(seen, values=np.array([400.0, 70.0, 30.0, 9.0]))
    found = metered_heat(hours, "load", warm, towards([1, -1, 1, -1])).channels[LOAD]
    assert (found.values.tolist(), found.rests_on) == ([900.0, 0.0, 0.0, 0.5], ())


# -- heat in the cooling season


def season(days, slope, rest=7):
    """Days of 24 h: heat of 100 less so much a degree of the air, and a few hours more."""
    air = np.repeat(np.linspace(20.0, 30.0, days), 24)
    heat = 100.0 + slope * (air - 25.0) + np.tile(np.arange(24.0), days)
    return np.append(heat, np.full(rest, 1e4)), np.append(air, np.full(rest, 99.0))


@pytest.mark.parametrize(
    ("days", "slope", "falls"), [(10, -3, True), (9, -3, False), (10, 3, False), (10, 0, False)]
)
def test_heat_that_falls_with_warmth_over_ten_days_is_no_cold(days, slope, falls):
    heat, air = season(days, slope)
    assert _falls_with_warmth(heat, air, np.ones(len(heat), bool)) is falls
    assert _falls_with_warmth(heat, None, np.ones(len(heat), bool)) is False
    even = np.full(len(air), 25.0)
    assert _falls_with_warmth(heat, even, np.ones(len(heat), bool)) is False


@pytest.mark.parametrize(("lean", "falls"), [(0.84, True), (0.8, False)])
def test_a_weak_response_is_none(lean, falls):
    """Heat that follows the air by so much and something else by 4: −0.206 and −0.196."""
    air = np.tile([1.0, -1.0, 1.0, -1.0], 3)
    other = np.tile([1.0, 1.0, -1.0, -1.0], 3)
    heat = 100.0 - lean * air + 4.0 * other
    assert bool(lean / np.hypot(lean, 4.0) > 0.2) == falls
    found = _falls_with_warmth(np.repeat(heat, 24), np.repeat(air, 24), np.ones(288, bool))
    assert found is falls


def test_only_whole_days_of_cooling_with_known_air_are_asked():
    """Eleven days that fall, one of which no hour, or none of the air, is known of."""
    heat, air = season(11, -3)
    where = np.ones(len(heat), bool)
    heat[24:48] = 1e5  # it would rise
    air[24:48] = 99.0
    assert _falls_with_warmth(heat, air, where) is False
    where[30] = False
    assert _falls_with_warmth(heat, air, where) is True
    air[30] = np.nan
    assert _falls_with_warmth(heat, air, np.ones(len(heat), bool)) is True
    where[100] = False
    assert _falls_with_warmth(heat, air, where) is False  # nine are left


@pytest.mark.parametrize(
    ("by", "turned"), [(("season",), False), (("season", "load_level"), True)]
)
def test_the_calendar_alone_turns_no_heat_that_falls_with_warmth(channelled, by, turned):
    heat, air = season(12, -3, rest=0)
    hours = channelled({HEAT: heat, AIR: air})
    laid = metered_heat(hours, "load", None, towards(-np.ones(288), by))
    assert laid.channels[LOAD].values.tolist() == ((-heat) if turned else heat).tolist()
    rising, _ = season(12, 3, rest=0)
    laid = metered_heat(
        channelled({HEAT: rising, AIR: air}), "load", None, towards(-np.ones(288), by)
    )
    assert (laid.channels[LOAD].values < 0).all()


def test_the_plant_s_own_season_gives_the_direction(channelled, plant):
    cooled = replace(plant, site=replace(plant.site, cooling_season=Season((1, 2), (1, 3))))
    way = direction_in(channelled({HEAT: np.ones(96)}), cooled)
    sign = way(np.ones(96)).sign
    assert sign.tolist() == [0] * 24 + [-1] * 48 + [0] * 24
    assert way(np.ones(96)).by == ("season",)


# -- capacity


@pytest.mark.parametrize(("times", "beyond"), [(2.49, False), (2.51, True)])
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_calculated_heat_beyond_two_and_a_half_times_all_machines_is_none(
    channelled, two, times, beyond, side
):
    """100 + 60 kW of machines, 20 kW of a chiller and 30 of a boiler: 210 kW."""
    kept = (
        BackupRecord("c1", "chiller", cooling=2e4),
        BackupRecord("g1", "gas_boiler", heating=3e4),
    )
    rated = replace(two, backups=kept)
    heat = np.full(10, 50e3)
    heat[4] = side * times * 210e3
    heat[7] = np.nan
    found = with_heat(channelled({CALCULATED: heat}), rated)
    kept = found.channels[CALCULATED]
    assert np.isnan(kept.values[4]) == beyond
    assert kept.coverage[4] == (0.0 if beyond else 1.0)
    assert kept.values[5] == 50e3
    said = [v for v in found.verdicts if v.code == "measure.bound.capacity"]
    assert len(said) == beyond
    if beyond:
        assert said[0].figures == {"loop": "load", "hours": 1, "times": "2.5", "kilowatt": "210"}


@pytest.mark.parametrize(("hours", "taken"), [(20, True), (21, False)])
def test_with_a_fifth_of_hours_beyond_the_nameplates_are_wrong(channelled, plant, hours, taken):
    """Of 101 hours 100 are known."""
    heat = np.full(101, 50e3)
    heat[:hours] = 251e3
    heat[90] = np.nan
    found = with_heat(channelled({("heat_power_calculated", "source"): heat}), plant)
    kept = found.channels["heat_power_calculated", "source"].values
    assert np.isnan(kept[:hours]).all() == taken
    assert [v.code for v in found.verdicts] == ["measure.bound.capacity"] * taken
    bare = replace(plant, machines=(replace(plant.machines[0], rated_heating=None),))
    kept = with_heat(channelled({("heat_power_calculated", "source"): heat}), bare)
    assert np.isfinite(kept.channels["heat_power_calculated", "source"].values[:hours]).all()


# -- all together


def test_a_loop_s_heat_is_its_meter_s_else_that_of_flow_and_temperatures(channelled, plant):
    rows = {
        CALCULATED: [40e3, 30e3],
        LOAD: [41e3, -31e3],
        ("heat_power_calculated", "source"): [25e3, 20e3],
        ("heat_energy", "hot-water"): [2e3, 3e3],
    }
    found = with_heat(channelled(rows), plant)
    assert found.values(*LOAD).tolist() == [41e3, -31e3]
    assert found.values("heat_power", "source").tolist() == [25e3, 20e3]
    assert found.values("heat_power", "hot-water").tolist() == [2e3, 3e3]
    assert found.verdicts == ()
    assert with_heat(channelled({AIR: [1.0, 2.0]}), plant).places("heat_power") == ()


def test_machines_meters_lay_the_load_s_heat_less_the_backup_they_hold(channelled, plant):
    heated = replace(plant, backups=(BackupRecord("ih1", "immersion_heater"),))
    rows = {
        ("heat_energy", "machines+ih1"): np.full(48, 50e3),
        ("electricity_power", "ih1"): np.full(48, 8e3),
    }
    found = with_heat(channelled(rows), heated)
    assert found.values(*LOAD).tolist() == [42e3] * 48
