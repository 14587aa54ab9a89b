"""Stages by level of load, drives by flow and draw, and water that nobody measured."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.commission import control, performance
from loopkeeper.lifecycle.commission.maps import ByMaps
from loopkeeper.measure.metered import Group
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.pump import PumpBank, PumpMode
from loopkeeper.physics.system import StagingOrder

COUNT = 240
TIME = np.datetime64("2026-12-01T00:00:00", "s") + 60 * np.arange(COUNT)
ALL = np.ones(COUNT, dtype=bool)
EARLY = np.arange(COUNT) < COUNT / 2


def series(values):
    return Channel(
        np.broadcast_to(np.asarray(values, dtype=float), (COUNT,)).copy(), np.ones(COUNT)
    )


def logged(**told):
    keys = {tuple(name.split("__")): series(one) for name, one in told.items()}
    return PlantHours(TIME, keys)


# -- stages


@pytest.fixture
def three(monkeypatch):
    """Three machines of 100 kW that give 120 kW each at the waters of the trial."""
    monkeypatch.setattr(control, "heat_of", lambda *_: Estimate.exact(1e5))
    monkeypatch.setattr(control, "by_maps", lambda *_: ByMaps(0.0, 360e3, 0.0))
    monkeypatch.setattr(control, "running", lambda one: one.on)
    machine = SimpleNamespace(rated_heating=1e5, rated_cooling=None)

    def build(heat, on):
        system = SimpleNamespace(
            machines=(1, 2, 3), controls=SimpleNamespace(staging=StagingOrder.SEQUENCE)
        )
        return SimpleNamespace(
            minutes=logged(heat_power__load=heat),
            plant=SimpleNamespace(machines=[machine] * 3),
            model=SimpleNamespace(system=system),
            on=np.broadcast_to(on, (COUNT,)),
        )

    return build


@pytest.mark.parametrize(
    ("heat", "on", "told"),
    [
        (250e3, 3.0, None),
        (85e3, 1.0, None),
        (85e3, 2.0, (2.0, 1)),  # one gives 120 kW, and may start another at 90
        (95e3, 2.0, None),
        (85e3, 1.4, None),  # a second that comes and goes
        (np.where(EARLY, 250e3, 85e3), np.where(EARLY, 3, 2), (2.0, 1)),
        (np.where(EARLY, 250e3, 150e3), np.where(EARLY, 3, 2), None),
        # on the whole 2.4 machines for 170 kW: one level hid the other
        (np.where(EARLY, 250e3, 85e3), np.where(EARLY, 2.8, 2), (2.0, 1)),
    ],
)
def test_more_machines_than_a_level_of_load_needs_are_named(three, heat, on, told):
    found = control.staging(three(heat, on), ALL, heating=True).findings
    assert [tuple(one.figures[k] for k in ("count", "needed")) for one in found] == [
        (pytest.approx(told[0], abs=0.15), told[1]) for _ in range(bool(told))
    ]


def test_a_level_of_less_than_an_hour_tells_nothing(three):
    dips = np.arange(COUNT) % 80 < 50
    heat, on = np.where(dips, 85e3, 250e3), np.where(dips, 2.0, 3.0)
    assert control.staging(three(heat, on), ALL, heating=True).findings == ()


# -- drives


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.0])
@pytest.mark.parametrize("flow", [0.3, 0.6, 0.9])
def test_flow_and_draw_of_a_pump_tell_its_speed(speed, flow):
    """By hand: n³ (3/4 + x²/(4 n²))."""
    draw = speed**3 * (0.75 + 0.25 * (flow / speed) ** 2)
    assert control.speed_by_draw(flow, draw) == pytest.approx(speed)


def drives(monkeypatch, low, high, draw):
    """Two pumps at four and at nine tenths of the design's load, by shares of their rating."""
    monkeypatch.setattr(control, "nominal", lambda *_, **__: 1e5)
    monkeypatch.setattr(
        control, "pumps", lambda minutes, _plant, of: Group(of, minutes.values("draw", of))
    )
    monkeypatch.setattr(
        control,
        "mean_of",
        lambda one, name, of, where: Estimate.exact(one.minutes.values(name, of)[where].mean()),
    )
    monkeypatch.setattr(
        control, "draw_of", lambda _, group, where: Estimate.exact(group.values[where].mean())
    )
    variable = PumpBank(2, 0.01, 20.0, 3e3, PumpMode.VARIABLE)
    constant = PumpBank(2, 0.01, 20.0, 3e3, PumpMode.CONSTANT)
    told = {
        "heat_power__load": np.where(EARLY, 9e4, 4e4),
        "flow__load": 0.02 * np.where(EARLY, high, low),
        "draw__load": 6e3 * draw,
    }
    one = SimpleNamespace(
        minutes=logged(**told),
        plant=None,
        model=SimpleNamespace(
            system=SimpleNamespace(pumps_of=lambda loop: variable if loop == "load" else constant)
        ),
    )
    proved = control._drives(one, ALL, heating=True)
    return [v.code.rpartition(".")[2] for v in (*proved.findings, *proved.reasons)]


STEPS = np.where(np.arange(COUNT) % 5 == 0, 5.0, 0.0)
"""A register that steps every five minutes: its median is nothing, its mean one."""


@pytest.mark.parametrize(
    ("low", "high", "draw", "told"),
    [
        (0.5, 0.95, 0.3, []),
        (0.99, 0.99, 1.0, ["full_speed"]),
        (0.99, 0.99, STEPS, ["full_speed"]),
        (0.6, 0.95, 0.84, ["full_speed"]),  # throttled by valves, and not slowed: x²/4 + 3/4
        (0.6, 0.95, 0.7 * STEPS, []),
        (0.96, 1.12, 1.0, ["open_loop"]),  # flow that follows: the drive need not stand still
        (1.10, 1.10, 1.0, ["open_loop"]),
    ],
)
def test_drives_that_do_not_slow_down_are_told_from_loops_that_are_open(
    monkeypatch, low, high, draw, told
):
    assert drives(monkeypatch, low, high, draw) == told


# -- water


@pytest.mark.parametrize(
    ("body", "measured", "doubt"),
    [("a river", True, 0.5), ("a river", False, 2.0), (None, False, 0.5)],
)
def test_open_water_that_nobody_measures_differs_from_its_course(body, measured, doubt):
    told = {"water_temperature__source": 12.0} if measured else {}
    source = SimpleNamespace(open_water=body)
    one = SimpleNamespace(minutes=logged(**told), plant=SimpleNamespace(source=source))
    assert performance._water_doubt(one) == doubt
