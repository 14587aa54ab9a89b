"""When a machine's meter is wrong and when nobody can tell: figures by hand on either side."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure import machine_meters
from loopkeeper.measure.machine_meters import (
    Draw,
    _alone,
    _by_map,
    _draw,
    _inner,
    _judged,
    _Pick,
    _running,
    _share,
    check_machine_meters,
)
from loopkeeper.measure.metered import Group
from loopkeeper.plant.machines import BackupRecord, MachineRecord, MapPoint, Mode

DRAW, SECOND = ("electricity_power", "hp1"), ("electricity_power", "hp2")
HEAT, COLD = ("heat_power", "load"), ("heat_power", "source")


def places(mask):
    return np.flatnonzero(mask).tolist()


# -- two witnesses


@pytest.mark.parametrize(
    ("by_map", "balance", "doubt", "wrong", "is_open"),
    [
        (2.0, 0.577, 0.03, True, False),  # 0.077 of √(0.03² + 0.025²) are 1.97
        (2.0, 0.579, 0.03, False, False),  # 2.02
        (0.5, 1.82, 0.05, True, False),  # 0.18 of √(0.05² + 0.1²) are 1.61
        (0.5, 1.77, 0.05, False, False),  # 2.06
        (1.25, 0.79, 0.1, True, False),  # 0.21 of 0.1 beside the reading
        (1.25, 0.81, 0.1, False, True),
        (0.8, 1.19, 0.1, False, True),
        (0.8, 1.21, 0.1, True, False),
        (2.0, 0.75, 0.3, False, True),
        (2.0, 0.9, 0.1, False, False),  # near the reading, and not the map
    ],
)
def test_two_deviations_part_the_reading_from_the_map(by_map, balance, doubt, wrong, is_open):
    found = Draw(by_map, balance, doubt)
    assert (found.meter_wrong, found.open) == (wrong, is_open)


MAPPED = MachineRecord(
    id="hp1", map=(MapPoint(Mode.HEATING, 5.0, 45.0, 1.0, 1e5, 2.5e4),), rated_heating=1e5
)
PLATED = MachineRecord(id="hp1", rated_heating=1e5, rated_cop=4.0)


def said(channelled, plant, monkeypatch, draw, machines=(MAPPED,)):
    monkeypatch.setattr(machine_meters, "_draw", lambda *_: draw)
    hours = channelled({DRAW: np.ones(30)})
    where = np.arange(30) > 5
    pick = _Pick(machines, Group("hp1", np.ones(30), (DRAW,)), np.ones(30), where)
    return _judged(hours, plant, pick)


@pytest.mark.parametrize(
    ("by_map", "machine", "code"),
    [
        (0.86, MAPPED, None),
        (0.84, MAPPED, "draw_unlikely"),
        (1.39, MAPPED, None),
        (1.41, MAPPED, "draw_unlikely"),
        (0.71, MAPPED, "draw_unlikely"),
        (0.69, MAPPED, "meter_wrong"),
        (0.69, PLATED, "meter_wrong"),
        (0.71, PLATED, None),
        (1.79, PLATED, None),
        (1.81, PLATED, "draw_unlikely"),
    ],
)
def test_what_the_heats_leave_open_is_a_caution_but_too_little_is_the_meter_s(
    channelled, plant, monkeypatch, by_map, machine, code
):
    found = said(channelled, plant, monkeypatch, Draw(by_map, 1.0, 9.0), (machine,))
    assert [v.code for v in found] == ([f"measure.machine.{code}"] if code else [])


def test_where_the_heats_believe_the_reading_nothing_is_said(channelled, plant, monkeypatch):
    assert said(channelled, plant, monkeypatch, Draw(2.0, 1.0, 0.05)) == []
    assert said(channelled, plant, monkeypatch, Draw(0.5, 1.0, 0.05)) == []


def test_a_wrong_meter_is_told_with_its_figures(channelled, plant, monkeypatch):
    (found,) = said(channelled, plant, monkeypatch, Draw(2.0, 0.52, 0.04), (MAPPED, MAPPED))
    assert found.code == "measure.machine.meter_wrong"
    assert found.figures == {
        "points": "hp1:electricity_power",
        "machines": "hp1+hp1",
        "times": "2.00",
        "hours": 24,
        "first": "2024-01-01",
        "balance": "0.52",
        "doubt": "0.07",  # 1.645 deviations
    }
    mixed = (MAPPED, PLATED)  # as doubtful as a nameplate
    assert said(channelled, plant, monkeypatch, Draw(1.7, 1.0, 9.0), mixed) == []


# -- hours that tell


def test_hours_in_which_something_starts_or_ends_do_not_tell():
    on = np.array([1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1], bool)
    assert places(_inner(on)) == [0, 1, 8, 9, 10]


def test_a_draw_is_held_against_its_usual_highest():
    assert _share(Group("a", np.arange(101.0)), 101)[[0, 33, 99]] == pytest.approx([0, 1 / 3, 1])
    assert _share(Group("a", np.full(4, 0.5)), 4) == pytest.approx(np.full(4, 0.5))
    for unknown in (None, np.full(3, np.nan)):
        assert np.isnan(_share(Group("a", unknown), 3)).all()


@pytest.fixture
def two(plant):
    return replace(plant, machines=(PLATED, replace(PLATED, id="hp2")))


def drawing(*shares):
    """Blocks of three hours at these shares of 10 kW, which is reached at the end."""
    return 1e4 * np.append(np.repeat(shares, 3), np.ones(3))


def test_a_machine_runs_above_a_fifth_and_others_rest_below_three_hundredths(
    channelled, two, monkeypatch
):
    monkeypatch.setattr(machine_meters, "_by_map", lambda hours, *_: np.ones(len(hours.time)))
    first = drawing(0.21, 0.19, 0.5, 0.5, 0.5)
    second = drawing(0.0, 0.0, 0.029, 0.031, 0.0)
    heat = np.ones(18)
    heat[1] = np.nan
    hours = channelled({DRAW: first, SECOND: second, HEAT: heat, COLD: np.ones(18)})
    # it runs in hours 0 to 2 and 6 to 17: their inner ones, where heat is known
    assert places(_running(hours, two, two.machines[:1]).where) == [0, *range(7, 18)]
    # the other rests in hours 0 to 8 and 12 to 14
    assert places(_alone(hours, two, two.machines[0]).where) == [0, 7, 13]
    assert places(_alone(hours, two, two.machines[1]).where) == []


@pytest.mark.parametrize(("hours", "judged"), [(100, True), (99, False)])
def test_a_hundred_hours_alone_or_together_tell(channelled, two, monkeypatch, hours, judged):
    """Where each ran alone for too short a time all are judged as one."""
    asked = []

    def pick(where):
        return _Pick((), Group("a", None), np.ones(200), np.arange(200) < where)

    monkeypatch.setattr(
        machine_meters, "_alone", lambda *a: pick(hours if a[2].id == "hp1" else 7)
    )
    monkeypatch.setattr(machine_meters, "_running", lambda *_: pick(150))
    monkeypatch.setattr(machine_meters, "_judged", lambda *a: asked.append(a[2]) or [])
    keys = [f"{side}_temperature" for side in ("supply", "return")]
    values = {HEAT: 1.0, COLD: 1.0, (keys[0], "load"): 1.0}
    values |= {(key, "source"): np.ones(200) for key in keys}
    laid = channelled(values)
    check_machine_meters(laid, two)
    assert [p.where.sum() for p in asked] == [hours if judged else 150]
    asked.clear()
    check_machine_meters(laid, replace(two, backups=(BackupRecord("b", "gas_boiler"),)))
    for missing in values:
        part = {k: c for k, c in laid.channels.items() if k != missing}
        check_machine_meters(replace(laid, channels=part), two)
    assert asked == []
    monkeypatch.setattr(machine_meters, "_running", lambda *_: pick(99))
    monkeypatch.setattr(machine_meters, "_alone", lambda *_: pick(99))
    check_machine_meters(laid, two)
    assert asked == []


# -- energies


def test_the_balance_is_what_the_heats_leave_over_the_reading(channelled, plant):
    """Loops of 5 and 4 kW over a reading of 1.25 and a map of 0.5 kW."""
    where = np.arange(48) < 24
    hours = channelled(
        {
            DRAW: np.where(where, 1250.0, 9e9),
            HEAT: np.where(where, 5e3, 9e9),
            COLD: np.where(where, 4e3, 9e9),
        }
    )
    by_map = np.where(where, 500.0, np.nan)
    pick = _Pick((plant.machines[0],), Group("hp1", hours.values(*DRAW), (DRAW,)), by_map, where)
    found = _draw(hours, plant, pick)
    assert found.by_map == pytest.approx(2.5)
    assert found.balance == pytest.approx(0.8)
    # of a share of 5 kW that pipes may lose and the heat meters' limits of 3 %
    meters = 0.03 * np.hypot(5.0, 4.0) / 1.96
    lost = machine_meters.ALWAYS_OPEN * 5.0 / 1.96
    assert found.doubt == pytest.approx(np.hypot(meters, lost) / 1.25, rel=0.02)


def test_a_map_tells_the_draw_of_heat_it_can_deliver(channelled, plant, monkeypatch):
    """To two parts in a hundred; heat and cold are asked for apart."""
    asked = []

    def response(models, _, load, **water):
        asked.append((len(models), load, water))
        delivered = np.array([98.1, 97.9, 98.1, 97.9, 0.0, 98.1])
        return np.array([20.0, 20.0, 30.0, 30.0, 5.0, 0.0]), None, delivered

    monkeypatch.setattr(machine_meters, "machine_response", response)
    hours = channelled(
        {
            HEAT: np.array([100.0, 100.0, -100.0, -100.0, np.nan, 100.0]),
            ("supply_temperature", "source"): np.array([8.0] * 3 + [30.0] * 3),
            ("return_temperature", "source"): np.array([5.0] * 3 + [35.0] * 3),
            ("supply_temperature", "load"): 45.0,
        }
    )
    found = _by_map(hours, plant, plant.machines)
    nan = np.nan
    assert found == pytest.approx([20.0, nan, 30.0, nan, 5.0, nan], nan_ok=True)
    ((count, load, water),) = asked
    assert count == 1
    assert load.heating.tolist() == [100.0, 100.0, 0.0, 0.0, 0.0, 100.0]
    assert load.cooling.tolist() == [0.0, 0.0, 100.0, 100.0, 0.0, 0.0]
    assert water["source_inlet"].tolist() == [8.0] * 3 + [30.0] * 3
    assert water["source_spread"].tolist() == [3.0] * 3 + [5.0] * 3
    assert water["load_outlet"].tolist() == [45.0] * 6
    unknown = MachineRecord(id="hp1")
    assert np.isnan(_by_map(hours, plant, (unknown,))).all()
