"""Which way heat goes: every witness alone, and how their votes are weighed."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from loopkeeper.measure.direction import (
    Evidence,
    HeatDirection,
    direction_of,
    disagreement,
    witnesses,
)
from loopkeeper.plant.records import PlantEvent
from loopkeeper.plant.site import Season

DAY = np.ones(24)
SUPPLY, BACK = "supply_temperature", "return_temperature"


def says(name, *parts):
    """Evidence of so many hours each: ``says("season", (24, 1), (6, -1))``."""
    return Evidence(name, np.concatenate([np.full(n, float(v)) for n, v in parts]))


@pytest.fixture
def heard(channelled, plant):
    """Return what each witness says, by name."""

    def hear(values, of=plant):
        return {e.name: e.sign.tolist() for e in witnesses(channelled(values), of)}

    return hear


# -- one witness each


@pytest.mark.parametrize("loop", ["load", "source"])
def test_supply_above_return_heats_beyond_what_the_pair_allows(heard, loop):
    """Two sensors of 0.1 K each: 0.1414 K."""
    apart = np.array([0.15, 0.13, 0.0, -0.13, -0.15, np.nan])
    told = heard({(SUPPLY, loop): 22.0 + apart, (BACK, loop): np.full(6, 22.0)})
    assert told == {f"{loop}_difference": [1, 0, 0, 0, -1, 0]}


def test_sensors_that_nobody_knows_are_off_by_three_tenths(channelled, plant):
    hours = channelled({(SUPPLY, "load"): [22.31, 22.29, 21.69], (BACK, "load"): np.full(3, 22.0)})
    bare = {k: replace(c, point=None) for k, c in hours.channels.items()}
    (told,) = witnesses(replace(hours, channels=bare), plant)
    assert told.sign.tolist() == [1, 0, -1]


def test_one_of_a_pair_tells_no_difference(heard):
    assert heard({(SUPPLY, "load"): np.full(4, 22.0)}) == {}
    assert heard({(BACK, "load"): np.full(4, 22.0)}) == {}


def test_water_moves_above_a_tenth_of_its_high_flow(heard):
    flow = np.array([10.0] * 30 + [1.01, 0.99, -1.01, 0.0, np.nan])
    warm = {(SUPPLY, "load"): np.full(35, 32.0), (BACK, "load"): np.full(35, 30.0)}
    told = heard({**warm, ("flow", "load"): flow})
    assert told["load_difference"][30:] == [1, 0, 1, 0, 0]
    assert told["load_level"][30:] == [1, 0, 1, 0, 0]


def test_the_high_flow_is_that_of_nine_tenths_of_moving_hours(heard):
    flow = np.concatenate([np.arange(1.0, 12.0), np.zeros(20)])  # of 1 … 11 that is 10
    flow[0] = 0.99
    pair = {(SUPPLY, "load"): np.full(31, 22.0), (BACK, "load"): np.full(31, 20.0)}
    assert heard({**pair, ("flow", "load"): flow})["load_difference"][:2] == [0, 1]
    flow[0] = 1.01
    assert heard({**pair, ("flow", "load"): flow})["load_difference"][:2] == [1, 1]


def test_a_flow_meter_that_never_moves_is_no_witness_of_rest(heard):
    pair = {(SUPPLY, "load"): np.full(2, 22.0), (BACK, "load"): np.full(2, 20.0)}
    assert heard({**pair, ("flow", "load"): np.zeros(2)}) == {"load_difference": [1, 1]}


@pytest.mark.parametrize(
    ("of", "name"),
    [("hp1", "machine_mode"), ("machines", "operating_mode"), ("load", "operating_mode")],
)
def test_modes_are_one_for_heat_and_minus_one_or_two_for_cold(heard, of, name):
    told = heard({("operating_mode", of): [1.0, -1.0, 2.0, 0.0, 3.0, np.nan]})
    assert told == {name: [1, -1, -1, 0, 0, 0]}


def test_modes_of_several_places_hold_where_they_agree(heard):
    told = heard({("operating_mode", "load"): [1, 1, 2], ("operating_mode", "site"): [1, 2, 2]})
    assert told == {"operating_mode": [1, 0, -1]}


@pytest.mark.parametrize(
    ("note", "value", "sign"),
    [
        ("Heating", None, 1),
        ("WINTER operation", None, 1),
        ("切换供热", None, 1),
        ("供暖", None, 1),
        ("制热", None, 1),
        ("采暖季", None, 1),
        ("Cooling", None, -1),
        ("summer", None, -1),
        ("chilled water", None, -1),
        ("供冷", None, -1),
        ("制冷", None, -1),
        ("heating and cooling", 2.0, -1),
        ("heating and cooling", None, 0),
        ("", 1.0, 1),
        ("", -1.0, -1),
        ("", 2.0, -1),
        ("", 3.0, 0),
        ("cooling", 1.0, -1),
    ],
)
def test_what_operators_write_holds_from_then_on(heard, plant, note, value, sign):
    event = PlantEvent(datetime(2024, 1, 1, 2, tzinfo=UTC), "operating_mode", "site", note, value)
    noted = replace(plant, events=(event, replace(event, kind="repair", note="heating")))
    told = heard({("electricity_power", "sp1"): np.ones(4)}, noted)
    assert told == ({"operating_mode": [0, 0, sign, sign]} if sign else {})


def test_the_later_of_two_notes_holds(heard, plant):
    first = PlantEvent(datetime(2024, 1, 1, 1, tzinfo=UTC), "operating_mode", "site", "heating")
    then = replace(first, time=datetime(2024, 1, 1, 3, tzinfo=UTC), note="cooling")
    noted = replace(plant, events=(then, first))
    told = heard({("electricity_power", "sp1"): np.ones(4)}, noted)
    assert told == {"operating_mode": [0, 1, 1, -1]}


def test_water_above_27_degrees_heats_and_below_18_cools(heard):
    level = np.array([27.1, 27.0, 26.9, 18.1, 18.0, 17.9, np.nan])
    assert heard({("setpoint", "load"): level}) == {"set_point": [1, 0, 0, 0, 0, -1, 0]}
    assert heard({(SUPPLY, "load"): level}) == {"load_level": [1, 0, 0, 0, 0, -1, 0]}
    swapped = heard({(SUPPLY, "load"): [24.0, 26.2], (BACK, "load"): [30.2, 27.6]})
    assert swapped["load_level"] == [1, 0]  # means of 27.1 and 26.9


def test_days_below_10_degrees_heat_and_above_26_cool(heard):
    air = [9.9, 10.0, 10.1, 25.9, 26.0, 26.1, np.nan]
    told = heard({("outdoor_temperature", "site"): air})
    assert told == {"season": [1, 0, 0, 0, 0, -1, 0]}


def test_seasons_of_the_site_outvote_the_air_in_local_time(heard, plant):
    """New Year's Day is the last of heating and the second cools: from 16 h UTC on in Shanghai."""
    heating, cooling = Season((11, 15), (1, 1)), Season((1, 2), (1, 2))
    seasons = {"timezone": "Asia/Shanghai", "heating_season": heating, "cooling_season": cooling}
    site = replace(plant.site, **seasons)
    air = {("outdoor_temperature", "site"): np.full(24 + 18, 30.0)}
    told = heard(air, replace(plant, site=site))
    assert told == {"season": [1] * 16 + [-1] * 24 + [-1] * 2}  # the third by the warm air
    only = replace(plant, site=replace(site, cooling_season=None))
    assert heard(air, only) == {"season": [1] * 16 + [-1] * 26}
    mild = {("outdoor_temperature", "site"): np.full(24 + 18, 18.0)}
    assert heard(mild, only) == {"season": [1] * 16 + [0] * 26}
    other = replace(plant, site=replace(site, heating_season=None))
    assert heard(mild, other) == {"season": [0] * 16 + [-1] * 24 + [0] * 2}


def test_the_most_trusted_comes_first(heard):
    told = heard(
        {
            (SUPPLY, "load"): np.full(2, 40.0),
            (BACK, "load"): np.full(2, 30.0),
            (SUPPLY, "source"): np.full(2, 10.0),
            (BACK, "source"): np.full(2, 8.0),
            ("operating_mode", "hp1"): np.ones(2),
            ("setpoint", "load"): np.full(2, 40.0),
            ("operating_mode", "site"): np.ones(2),
            ("outdoor_temperature", "site"): np.zeros(2),
        }
    )
    assert list(told) == [
        "load_difference",
        "source_difference",
        "machine_mode",
        "operating_mode",
        "load_level",
        "set_point",
        "season",
    ]


# -- votes


@pytest.mark.parametrize(
    ("one", "others", "share"),
    [
        ("load_difference", ("machine_mode",), 0.0),
        ("machine_mode", ("load_difference",), 1.0),
        ("load_difference", ("set_point", "season"), 1.0),  # 3.0 against 3.5
        ("heat_sign", ("set_point", "season"), 0.0),  # 3.5 against 3.5: nobody wins
        ("heat_sign", ("load_level", "season"), 1.0),  # 3.5 against 4.0
        ("machine_mode", ("operating_mode",), 0.0),  # even
        ("season", ("set_point",), 1.0),
        ("set_point", ("season",), 0.0),
        ("heat_sign", ("source_difference",), 0.0),
        ("source_difference", ("load_difference",), 0.0),  # even
        ("load_difference", ("source_difference",), 0.0),  # even
        ("operating_mode", ("machine_mode",), 0.0),  # even
        ("load_level", ("set_point",), 0.0),
        ("machine_mode", ("load_level",), 0.0),  # even
        ("season", ("season", "season"), 1.0),
    ],
)
def test_two_witnesses_outvote_a_more_trusted_third(one, others, share):
    own = says(one, (24, 1))
    votes = [own, *(says(name, (24, -1)) for name in others)]
    assert disagreement(own, votes, DAY) == share


def test_disagreement_is_a_share_of_weight():
    trusted = says("heat_sign", (30, 1))
    other = says("season", (20, 1), (10, -1))
    weight = np.array([1.0] * 20 + [4.0] * 10)
    assert disagreement(other, [trusted, other], weight) == pytest.approx(40 / 60)
    assert disagreement(trusted, [trusted, other], weight) == 0


def test_less_than_a_day_s_hours_against_are_not_told():
    trusted, weight = says("heat_sign", (40, 1)), np.ones(40)
    for hours, share in ((24, 1.0), (23, 0.0)):
        against = says("season", (hours, -1), (40 - hours, 0))
        assert disagreement(against, [trusted, against], weight) == share
    silent = says("season", (40, -1))
    assert disagreement(silent, [trusted, silent], np.r_[np.ones(23), np.zeros(17)]) == 0
    assert disagreement(silent, [trusted, silent], np.r_[np.ones(24), np.zeros(16)]) == 1


@pytest.mark.parametrize(("against", "believed"), [(79, True), (80, False), (81, False)])
def test_who_is_against_the_rest_in_four_fifths_is_not_believed(against, believed):
    lone = says("source_difference", (against, -1), (100 - against, 1), (1, -1))
    rest = [says("machine_mode", (100, 1), (1, 0)), says("set_point", (100, 1), (1, 0))]
    found = direction_of([lone, *rest], np.r_[np.ones(100), 0.0])
    assert ("source_difference" in found.by) == believed
    assert found.sign[:100].sum() == (100 - 2 * against if believed else 100)
    assert found.sign[100] == (-1 if believed else 0)
    assert found.against == pytest.approx(against / 100 if believed else 0)


def test_each_hour_is_told_by_the_most_trusted_who_speaks():
    first = says("load_difference", (10, 0), (10, 1), (10, 0))
    second = says("set_point", (20, -1), (10, 0))
    found = direction_of([first, second], np.ones(30))
    assert found.sign.tolist() == [-1] * 10 + [1] * 10 + [0] * 10
    assert found.by == ("load_difference", "set_point")
    assert found.against == pytest.approx(10 / 20)  # of the hours in which somebody spoke


def test_who_speaks_only_in_hours_without_weight_bears_nothing():
    first, second = says("load_difference", (5, 1), (5, 0)), says("set_point", (10, 1))
    found = direction_of([first, second], np.r_[np.zeros(5), np.ones(5)])
    assert found.by == ("set_point",)
    both = [second, replace(second)]
    assert direction_of(both, np.ones(10)).by == ("set_point",)


def test_the_calendar_contradicts_nobody():
    found = direction_of([says("set_point", (20, 1)), says("season", (20, -1))], np.ones(20))
    assert found.against == 0
    assert found.sign.tolist() == [1] * 20
    alone = direction_of([says("season", (20, -1))], np.ones(20))
    assert (alone.sign.sum(), alone.by, alone.against) == (-20, ("season",), 0.0)


def test_contradiction_is_a_share_of_weight_not_of_hours():
    first, second = says("set_point", (4, 1)), says("load_level", (1, -1), (3, 1))
    assert direction_of([first, second], np.array([2.0, 1, 1, 1])).against == pytest.approx(0.4)
    assert direction_of([first, second], np.zeros(4)).against == 0


def test_without_witnesses_no_direction_is_known():
    found = direction_of([], np.ones(3))
    assert (found.sign.tolist(), found.by, found.against) == ([0, 0, 0], (), 0.0)


def test_unknown_hours_go_on_as_the_last_known_else_as_the_first_after():
    sign = np.array([0.0, 0, 1, 0, -1, 0, 0, 1])
    assert HeatDirection(sign, (), 0.0).filled().tolist() == [1, 1, 1, 1, -1, -1, -1, 1]
    assert HeatDirection(np.zeros(3), (), 0.0).filled().tolist() == [0, 0, 0]
