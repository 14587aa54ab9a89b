"""Readings a finding rests on, and what maps and controls are asked for."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import machine_fit, readings
from loopkeeper.lifecycle.diagnose.cause import SeenAt

PARTS = {
    "source-pumps": {"p1", "p2"},
    "load-pumps": {"p3"},
    "machines": {"m1", "m2"},
    "p1": {"p1"},
    "m1+p3": {"m1", "p3"},
    "p3": {"p3"},
    "m2": {"m2"},
    "load": None,
}


def read(monkeypatch, place, quantity):
    """The meters of one quantity that speak of a place."""
    monkeypatch.setattr(readings, "parts_behind", lambda of, _: PARTS.get(of))
    monkeypatch.setattr(readings, "required_parts", lambda group, _: PARTS[group])
    places = (*PARTS, "source", "field", "site", "recharge")
    points = [SimpleNamespace(id=of, of=of, quantity=quantity) for of in places]
    return readings.readings_of(SimpleNamespace(points=points), place)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (SeenAt.SOURCE_PUMPS, ("source-pumps", "p1", "source")),
        (SeenAt.LOAD_PUMPS, ("load-pumps", "m1+p3", "p3", "load")),
        (SeenAt.MACHINES, ("machines", "m1+p3", "m2")),
        (SeenAt.STAGING, ("machines", "m1+p3", "m2")),
        (SeenAt.SOURCE, ()),
        (SeenAt.LOAD, ()),
    ],
)
def test_a_meter_of_several_parts_counts_for_each(monkeypatch, place, found):
    assert read(monkeypatch, place, "electricity_power") == found
    assert read(monkeypatch, place, "electricity_energy") == found


@pytest.mark.parametrize(
    ("place", "quantity", "found"),
    [
        (SeenAt.SOURCE, "supply_temperature", ("source",)),
        (SeenAt.SOURCE, "water_temperature", ("source",)),
        (SeenAt.SOURCE, "running", ("machines", "m1+p3", "m2")),
        (SeenAt.FIELD, "flow", ("source", "field")),
        (SeenAt.FIELD, "heat_power", ()),
        (SeenAt.SUPPLY, "setpoint", ("load",)),
        (SeenAt.SUPPLY, "outdoor_temperature", ("site",)),
        (SeenAt.LOAD, "heat_energy", ("load", "recharge")),
        (SeenAt.MACHINES, "flow", ("load", "source")),
        (SeenAt.STAGING, "flow", ("load",)),
        (SeenAt.LOAD_PUMPS, "return_temperature", ("load",)),
    ],
)
def test_each_place_is_read_by_its_own_quantities(monkeypatch, place, quantity, found):
    assert read(monkeypatch, place, quantity) == found


def test_maps_are_asked_at_the_measured_load_and_waters(monkeypatch):
    asked = {}

    def response(machines, staging, load, **waters):
        asked.update(waters, machines=machines, staging=staging, load=load)
        return "answer"

    def outlets(idle_flow, fleet, **waters):
        asked.update(idle_flow=idle_flow, fleet=fleet, mixed=waters)
        return "outlets"

    monkeypatch.setattr(machine_fit, "machine_response", response)
    monkeypatch.setattr(machine_fit, "mixed_outlets", outlets)
    op = SimpleNamespace(
        heating="heat",
        cooling="cold",
        source_supply=np.array([8.0, 20.0]),
        source_return=np.array([5.0, 26.0]),
        load_supply="out",
        load_return="back",
        machines_running="running",
    )
    system = SimpleNamespace(
        machines="both", idle_flow=0.3, controls=SimpleNamespace(staging="staging")
    )
    assert machine_fit._response(system, op) == "answer"
    assert asked["source_spread"].tolist() == [3.0, 6.0]
    assert asked["source_inlet"] is op.source_supply
    assert (asked["load_outlet"], asked["load"].heating, asked["load"].cooling) == (
        "outlets",
        "heat",
        "cold",
    )
    assert (asked["idle_flow"], asked["fleet"]) == (0.3, 4)
    assert asked["mixed"] == {"load_supply": "out", "load_return": "back", "running": "running"}
    assert (asked["machines"], asked["staging"]) == ("both", "staging")


def test_designed_supplies_are_those_of_both_lines(monkeypatch):
    monkeypatch.setattr(machine_fit, "supplies", lambda *lines: lines)
    controls = SimpleNamespace(heating_line="warm", cooling_line="cold")
    system = SimpleNamespace(controls=controls)
    assert machine_fit.designed_supply(system, "outdoor") == ("warm", "cold", "outdoor")
