"""What a problem takes with it, and what it leaves."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.trust import blamed, withhold
from loopkeeper.plant.verdict import Verdict

DRAW, LOAD, SOURCE = ("electricity_power", "hp1"), ("heat_power", "load"), ("heat_power", "source")
FLOW, BY_WATER = ("flow", "load"), ("heat_power_calculated", "load")


@pytest.fixture
def hours(channelled):
    keys = (DRAW, LOAD, SOURCE, FLOW, BY_WATER, ("electricity_power", "lp1"))
    laid = channelled({k: np.full(3, 5.0) for k in keys})
    heir = replace(laid.channels[BY_WATER], rests_on=(FLOW,))
    return replace(laid, channels={**laid.channels, BY_WATER: heir})


@pytest.mark.parametrize(
    ("code", "figures", "keys"),
    [
        ("measure.balance.open", {}, {LOAD, SOURCE, DRAW}),
        ("measure.balance.cop_implausible", {}, {LOAD, DRAW}),
        ("measure.balance.heat_meter", {"loop": "load"}, {LOAD, BY_WATER}),
        ("measure.machine.meter_wrong", {"machines": "hp1"}, {DRAW}),
        ("measure.balance.pumping", {"loop": "load"}, {FLOW, ("electricity_power", "lp1")}),
        (
            "measure.pair.swapped",
            {"supply": "load:flow", "back": "source:heat_power"},
            {FLOW, SOURCE},
        ),
        (
            "measure.balance.heat_meter",
            {"loop": "source", "point": "hp1:electricity_power"},
            {SOURCE, ("heat_power_calculated", "source"), DRAW},
        ),
        ("measure.past.no_hand_over", {"point": "load:flow"}, set()),
    ],
)
def test_a_problem_blames_the_points_it_names_and_the_channels_of_its_row(
    hours, plant, code, figures, keys
):
    assert blamed(Verdict(code, figures), hours, plant) == keys


@pytest.mark.parametrize(
    "name", ["point", "flow", "supply", "back", "first_point", "second_point"]
)
def test_every_figure_that_names_a_point_blames_it(hours, plant, name):
    verdict = Verdict("measure.pair.swapped", {name: "load:flow", "meter": "load:heat_power"})
    assert blamed(verdict, hours, plant) == {FLOW}


def test_what_was_derived_from_others_is_not_blamed_for_its_point(hours, plant):
    derived = replace(hours.channels[LOAD], rests_on=(DRAW,))
    made = replace(hours, channels={**hours.channels, LOAD: derived})
    verdict = Verdict("measure.pair.swapped", {"point": "load:heat_power"})
    assert blamed(verdict, made, plant) == set()


def test_withheld_values_take_all_their_heirs_along(hours, plant):
    grandchild = replace(hours.channels[SOURCE], rests_on=(BY_WATER,))
    family = replace(hours, channels={**hours.channels, SOURCE: grandchild})
    verdict = Verdict("measure.pair.swapped", {"flow": "load:flow"})
    found = withhold(family, plant, [verdict, verdict])
    assert found.withheld == dict.fromkeys((FLOW, BY_WATER, SOURCE), (verdict,))
    for key, channel in found.channels.items():
        assert np.isnan(channel.values).all() == (key in found.withheld)
        assert channel.coverage.tolist() == [0.0 if key in found.withheld else 1.0] * 3


def test_reasons_are_kept_beside_those_given_before(hours, plant):
    first = Verdict("measure.pair.swapped", {"flow": "load:flow"})
    second = Verdict("measure.balance.pumping", {"loop": "load"})
    found = withhold(hours, plant, [first, second])
    assert found.withheld[FLOW] == (first, second)
    assert found.withheld[BY_WATER] == (first, second)


def test_a_channel_that_is_withheld_already_gets_the_second_reason_too(hours, plant):
    first = Verdict("measure.pair.swapped", {"point": "hp1:electricity_power"})
    second = Verdict("measure.machine.meter_wrong", {"machines": "hp1"})
    once = withhold(hours, plant, [first])
    twice = withhold(once, plant, [second])
    assert twice.withheld == {DRAW: (first, second)}
    assert withhold(twice, plant, [first, second]) is twice


def test_who_blames_nobody_changes_nothing(hours, plant):
    note = Verdict("measure.past.no_hand_over", {})
    assert withhold(hours, plant, [note]) is hours
    elsewhere = Verdict("measure.balance.heat_meter", {"loop": "moon"})
    assert withhold(hours, plant, [elsewhere]) is hours
