"""Machines that give all they have, and what follows from what was found already."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.commission import evaluate, means, performance
from loopkeeper.lifecycle.commission.judged import Proved, TrialResult
from loopkeeper.lifecycle.commission.maps import ByMaps
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.trials import JudgedBy
from loopkeeper.plant.verdict import Verdict

ALL = np.ones(60, dtype=bool)
BEGAN = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def full(monkeypatch):
    """Two machines that give 200 kW of 50 kW at full load; asked for are 45 °C."""
    monkeypatch.setattr(performance, "set_point", lambda *_, **__: np.full(60, 45.0))

    def told(_tried, _where, heat):
        return ByMaps(abs(heat.value) / 4, 200e3, 50e3)

    monkeypatch.setattr(performance, "by_maps", told)
    monkeypatch.setattr(performance, "machine_draw", lambda one, _: Estimate.exact(one.drawn))
    monkeypatch.setattr(performance, "running", lambda one: one.on)


def plant(drawn=50e3, supply=43.0, on=2.0, *, led=False):
    time = np.datetime64("2026-12-01T00:00:00", "s") + 60 * np.arange(60)
    water = Channel(np.full(60, supply), np.ones(60))
    return SimpleNamespace(
        minutes=PlantHours(time, {("supply_temperature", "load"): water}),
        model=SimpleNamespace(system=SimpleNamespace(machines=(1, 2))),
        drawn=drawn,
        on=np.broadcast_to(on, (60,)),
        led=led,
    )


STOPPED = np.where(np.arange(60) == 30, 1.0, 2.0)
"""One of two machines stopped for a minute."""


@pytest.mark.parametrize(
    ("told", "out"),
    [
        ({}, True),
        ({"drawn": 46e3}, False),  # less than 95 % of full draw: who knows why
        ({"drawn": 40e3, "led": True}, True),  # controls are right: machines lack something
        ({"drawn": 40e3, "led": True, "supply": 44.0}, False),  # within 1.5 K: they hold it
        ({"drawn": 40e3, "led": True, "on": STOPPED}, False),
        ({"drawn": 40e3, "led": True, "on": 1.0}, False),
        ({"on": STOPPED}, True),
    ],
)
def test_machines_give_all_where_nothing_else_leaves_the_water_short(told, out):
    assert performance._all_out(plant(**told), ALL, Estimate.exact(160e3)) is out


@pytest.mark.parametrize(
    ("heat", "drawn", "named"),
    [
        (200e3, 50e3, []),
        (150e3, 50e3, ["capacity"]),  # a third too much for that heat, and no more than at full
        (150e3, 36e3, ["capacity"]),  # little refrigerant draws little
        (200e3, 58e3, ["draw"]),
        (200e3, 62e3, ["electricity"]),  # the meter or the machines: no heat tells which
        (200e3, 36e3, ["electricity"]),  # the meter: nobody makes that of so little
        (150e3, 58e3, ["capacity", "draw"]),
        (150e3, 62e3, ["capacity", "electricity"]),
    ],
)
def test_full_load_is_held_against_full_load(heat, drawn, named):
    proved = performance._machines(plant(drawn, led=True), ALL, Estimate.exact(heat))
    assert [one.code.rpartition(".")[2] for one in proved.findings] == named


# -- direction


@pytest.mark.parametrize(
    ("source", "load", "heating"),
    [
        ((10, 6), (45, 40), True),
        ((6, 10), (45, 40), True),  # source exchanged
        ((10, 6), (40, 45), True),  # load exchanged
        ((6, 10), (40, 45), True),  # both: no machine lifts heat down by 34 K
        ((28, 33), (7, 12), False),
        ((14, 17), (18, 22), False),  # a set-point far too warm, above the source
        ((14, 17), (22, 18), True),  # the same with one loop exchanged: nobody knows
        ((14, 14), (18, 18), True),
    ],
)
def test_waters_near_to_one_another_are_told_by_what_is_done_to_them(source, load, heating):
    water = {
        (f"{side}_temperature", loop): Channel(np.full(60, float(value)), np.ones(60))
        for loop, sides in (("source", source), ("load", load))
        for side, value in zip(("supply", "return"), sides, strict=True)
    }
    one = SimpleNamespace(minutes=PlantHours(plant().minutes.time, water))
    assert means.is_heating(one, ALL) is heating


# -- what follows


def result(name, *codes, compared=(), law=JudgedBy.PERFORMANCE, day=1):
    found = Proved(
        findings=tuple(Verdict(f"commission.{code}") for code in codes), compared=compared
    )
    kind = SimpleNamespace(judged_by=law)
    planned = SimpleNamespace(name=name, kind=kind)
    return TrialResult(planned=planned, began=BEGAN + timedelta(day), ended=None, proved=found)


@pytest.mark.parametrize(
    ("before", "left", "why"),
    [
        ((), ["machine.draw", "machine.staging", "flow.low_spread"], []),
        (("machine.capacity",), ["flow.low_spread"], ["follows"]),
        (("control.full_speed",), ["machine.draw", "machine.staging"], ["follows"]),
        (("meter.transformer",), ["machine.staging", "flow.low_spread"], ["doubted"]),
    ],
)
def test_what_follows_from_a_finding_is_told_once(before, left, why):
    found = result("part", "machine.draw", "machine.staging", "flow.low_spread")
    told = evaluate._told_once(found, [found, result("later", *before)]).proved
    assert [one.code.removeprefix("commission.") for one in told.findings] == left
    assert [one.code.removeprefix("commission.") for one in told.reasons] == why


def test_a_trial_that_was_repeated_counts_as_it_ended():
    made = [result("full", "machine.capacity"), result("full")]
    found = result("part", "machine.draw")
    assert evaluate._told_once(found, [found, *made]) == found


@pytest.mark.parametrize(("agrees", "led"), [(True, True), (False, False), (None, False)])
def test_controls_lead_where_their_last_trial_found_the_set_point(agrees, led):
    figure = SimpleNamespace(quantity="supply_temperature", of="load", agrees=agrees)
    other = SimpleNamespace(quantity="supply_temperature", of="load", agrees=not led)
    trials = [
        result("control", compared=(other,), law=JudgedBy.CONTROL),
        result("control", compared=(figure,), law=JudgedBy.CONTROL),
        result("heating_full", compared=(other,)),
    ]
    assert evaluate._led(trials) is led
    assert evaluate._led(trials[2:]) is False


@pytest.mark.parametrize(
    ("source", "drawn", "named"),
    [
        (150e3, 67e3, ["transformer"]),  # both heats leave 50 kW: read by 75/5 as of 100/5
        (133e3, 67e3, ["draw"]),  # they leave 67 kW: the machines draw a third too much
        (150e3, 52e3, []),
    ],
)
def test_heat_that_machines_reject_tells_their_meter_from_themselves(
    monkeypatch, source, drawn, named
):
    """What a machine draws goes into its water; a transformer changes no temperature."""

    def heat(_tried, loop, _where):
        return Estimate.normal(200e3 if loop == "load" else source, 1e3)

    monkeypatch.setattr("loopkeeper.lifecycle.commission.meters.calculated", heat)
    monkeypatch.setattr("loopkeeper.lifecycle.commission.meters.metered", lambda *_: None)
    monkeypatch.setattr("loopkeeper.lifecycle.commission.meters.is_heating", lambda *_: True)
    proved = performance._machines(plant(drawn), ALL, Estimate.exact(200e3))
    assert [one.code.rpartition(".")[2] for one in proved.findings] == named


def reads(percent, *, agrees):
    """The machines' meter beside maps that say 50 kW within 2.5 kW."""
    return SimpleNamespace(
        quantity="electricity_power",
        of="machines",
        measured=Estimate.normal(percent / 2, 0.1),
        expected=Estimate.normal(50.0, 1.5),
        agrees=agrees,
    )


@pytest.mark.parametrize(
    ("elsewhere", "agrees", "left"),
    [
        (98, True, "machine.draw"),  # read rightly at another load: one transformer cannot
        (127, True, "meter.electricity"),  # as much there, and taken for sound
        (98, None, "meter.electricity"),
        (134, False, "meter.electricity"),
    ],
)
def test_a_transformer_is_one_factor_at_any_load(elsewhere, agrees, left):
    proof = result("proof", "meter.electricity", compared=(reads(134, agrees=False),))
    full = result("full", compared=(reads(elsewhere, agrees=agrees),))
    (one,) = evaluate._not_the_meter(proof, [proof, full]).proved.findings
    assert one.code == f"commission.{left}"


def test_a_doubt_of_the_meter_is_told_of_the_first_trial():
    first, second = (result(name, "meter.transformer", day=n) for n, name in enumerate("ab"))
    assert evaluate._told_once(first, [first, second]) == first
    told = evaluate._told_once(second, [first, second]).proved
    assert (told.findings, [v.code for v in told.reasons]) == ((), ["commission.doubted"])
