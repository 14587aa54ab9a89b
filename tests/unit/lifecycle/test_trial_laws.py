"""Laws that judge trials, on windows written by hand: each fault as the textbook has it."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.commission import rotation as room
from loopkeeper.lifecycle.commission.balance import balance
from loopkeeper.lifecycle.commission.evaluate import stated
from loopkeeper.lifecycle.commission.judged import Proved, TrialOutcome, Tried
from loopkeeper.lifecycle.commission.meters import PULSES, meters, nearest, transformer
from loopkeeper.lifecycle.commission.planned import PlannedTrial
from loopkeeper.lifecycle.commission.points import points
from loopkeeper.lifecycle.commission.reinjection import reinjection
from loopkeeper.lifecycle.commission.rotation import rotation
from loopkeeper.lifecycle.commission.valves import valves
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.pump import PumpBank, PumpMode
from loopkeeper.plant.machines import Loop, MachineRecord, PumpRecord
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.trials import trial_kinds
from loopkeeper.plant.verdict import Verdict

FLOW, HEAD, POWER = 0.02, 20.0, 6e3
"""Of one source pump at its rating. [m3 s-1], [m], [W]"""
UNITS = {"flow": "m3/h", "electricity_power": "kW", "water_level": "m", "valve_position": "%"}
MINUTES = 60


def channels(told, count=MINUTES, accuracy="1 %"):
    """Channels of a window; a number is even."""
    found = {}
    for (quantity, of), values in told.items():
        unit = UNITS.get(quantity, "°C" if quantity.endswith("temperature") else "m3/h")
        text = "0.2" if unit == "°C" else accuracy
        point = Point(
            id=f"{of}.{quantity}",
            quantity=quantity,
            of=of,
            statistic=Statistic.INSTANT,
            unit="-" if quantity == "running" else unit,
            accuracy="" if quantity in {"running", "valve_position"} else text,
        )
        series = np.broadcast_to(np.asarray(values, dtype=float), (count,)).copy()
        step = 60.0 * series[series > 0].min() if quantity.endswith("_energy") else 0.0
        found[quantity, of] = Channel(series, np.ones(count), point, resolution=step)
    return found


def window(told, count=MINUTES, accuracy="1 %"):
    start = np.datetime64("2026-12-01T00:00:00", "s")
    time = start + np.arange(count) * np.timedelta64(60, "s")
    return PlantHours(time, channels(told, count, accuracy))


def tried(kind, told, of="plant", count=MINUTES, rows=(), **plant):
    minutes = window(told, count, plant.pop("accuracy", "1 %"))
    pumps = [
        PumpRecord(id=f"sp{n}", loop=Loop.SOURCE, flow=FLOW, head=HEAD, power=POWER)
        for n in (1, 2)
    ]
    bank = PumpBank(count=2, flow=FLOW, head=HEAD, electricity=POWER, mode=PumpMode.CONSTANT)
    given = {"pumps": pumps, "machines": [MachineRecord(id="hp1")], "points": (), "backups": ()}
    given["source"] = SimpleNamespace(field="a field")
    given |= plant
    planned = PlannedTrial(
        name=kind,
        kind=trial_kinds()[kind],
        of=of,
        wanted=(),
        unmeasured=(),
        due=date(2026, 12, 1),
        postponed=False,
    )
    return Tried(
        plant=SimpleNamespace(**given),
        model=SimpleNamespace(system=SimpleNamespace(pumps_of=lambda _: bank)),
        planned=planned,
        minutes=minutes,
        before=minutes,
        stated=rows,
    )


def codes(proved):
    assert isinstance(proved, Proved)
    return [one.code.removeprefix("commission.") for one in proved.findings]


def why(proved):
    return [one.code.removeprefix("commission.") for one in proved.reasons]


# -- pumps


def pump(flow, draw=None, head=None):
    """A pump alone, by shares of what it moves and draws alone on its loop."""
    moved, drawn = (float(one) for one in room._alone_on_loop(tried("rotation", {}), PUMP))
    told = {("flow", "source"): flow * moved}
    if draw is not None:
        told["electricity_power", "sp1"] = draw * drawn
    if head is not None:
        told["differential_pressure", "sp1"] = head * 9.80665 * 1000 * HEAD
    return rotation(tried("rotation", told, of="sp1"))


PUMP = PumpRecord(id="sp1", loop=Loop.SOURCE, flow=FLOW, head=HEAD, power=POWER)


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ((1.0, 1.0), []),
        ((1.08, 0.95, 1.0), []),
        ((0.5, 0.8, 0.4), ["pump.reversed"]),
        ((0.5, 0.8, 0.9), ["pump.choked"]),
        ((0.5, 0.8), ["pump.reversed_or_choked"]),
        ((0.1, 0.7, 0.3), ["pump.air"]),
        ((0.02, 0.5), ["pump.shut"]),
        ((0.7, 0.343), ["pump.slow"]),  # 35 Hz: the cube of 0.7
        ((1.0, 1.5), ["pump.transformer"]),
        ((1.0, 0.5), ["pump.transformer"]),
        ((1.5, 1.27), []),  # it runs out on its curve, and draws more
        ((1.4, 0.95), []),  # or no more than at its rating
    ],
)
def test_flow_draw_and_head_of_a_pump_alone_name_what_is_wrong(told, named):
    assert codes(pump(*told)) == named


def test_a_slow_drive_is_told_by_its_frequency():
    (one,) = pump(0.7, 0.343).findings
    assert one.figures["hertz"] == pytest.approx(35.0, abs=0.1)


def test_a_pump_whose_draw_is_not_read_is_not_proven_and_one_just_beyond_its_papers_neither():
    assert why(pump(1.0)) == ["missing"]
    assert why(pump(0.8, 0.9)) == ["too_uncertain"]


def test_a_pump_beside_another_one_is_never_alone():
    told = {
        ("flow", "source"): 2 * FLOW,
        ("electricity_power", "sp1"): POWER,
        ("electricity_power", "sp2"): POWER,
    }
    assert why(rotation(tried("rotation", told, of="sp1"))) == ["pump.never_alone"]


@pytest.mark.parametrize(("share", "said"), [(1.0, []), (0.5, ["pump.transformer"])])
def test_a_register_that_stands_still_between_its_steps_tells_the_mean(share, said):
    """A step of two minutes of the pump's draw: by minutes it reads nothing, or twice as much."""
    moved, drawn = (float(one) for one in room._alone_on_loop(tried("rotation", {}), PUMP))
    steps = np.where(np.arange(MINUTES) % 2, 2.0 * share * drawn, 0.0)
    told = {("flow", "source"): moved, ("electricity_energy", "sp1"): steps}
    found = rotation(tried("rotation", told, of="sp1"))
    assert codes(found) == said
    (draw,) = [one for one in found.compared if one.quantity == "electricity_power"]
    assert draw.measured.value == pytest.approx(share * drawn / 1e3, rel=0.02)
    hidden = 2e-3 * share * drawn / 6**0.5 / MINUTES
    assert draw.measured.standard_deviation > hidden


# -- branches and valves


@pytest.mark.parametrize(
    ("flows", "named"),
    [
        ((1.0, 1.0, 1.0), []),
        ((1.1, 0.95, 0.95), []),
        ((0.6, 1.2, 1.2), ["flow.branch"] * 3),
        ((0.8, 1.1, 1.1), ["flow.branch"]),
    ],
)
def test_branches_beyond_15_percent_of_their_share_are_named(flows, named):
    told = {("flow", f"header-{n}"): 0.01 * one for n, one in enumerate(flows)}
    assert codes(balance(tried("flow_balance", told))) == named


def test_branches_that_do_not_make_up_the_loop_are_wrong_somewhere():
    told = {("flow", f"header-{n}"): 0.01 for n in range(3)} | {("flow", "header-by-pass"): 0.0}
    assert codes(balance(tried("flow_balance", told | {("flow", "source"): 0.03}))) == []
    assert codes(balance(tried("flow_balance", told | {("flow", "source"): 0.04}))) == ["flow.sum"]
    assert why(balance(tried("flow_balance", {("flow", "header-1"): 0.01}))) == ["missing"]


def test_shares_that_only_the_design_knows_are_not_guessed():
    """Zones, and headers of no field; where rows state the design's flows these count."""
    zones = {("flow", f"zone-{n}"): 0.01 * n for n in (1, 2)}
    assert why(balance(tried("flow_balance", zones))) == ["flow.no_design"]
    wells = SimpleNamespace(field=None)
    headers = {("flow", f"header-{n}"): 0.01 * n for n in (1, 2)}
    assert why(balance(tried("flow_balance", headers, source=wells))) == ["flow.no_design"]
    for n, named in ((2.0, []), (1.0, ["flow.branch"] * 2)):
        rows = tuple(
            SimpleNamespace(quantity="flow", of=f"header-{k}", expected=v)
            for k, v in ((1, 10.0), (2, 10.0 * n))
        )
        assert codes(balance(tried("flow_balance", headers, source=wells, rows=rows))) == named


@pytest.mark.parametrize(
    ("shut", "named"),
    [(0.0, []), (0.0004, []), (0.0011, ["valve.passes"]), (0.01, ["valve.passes"])],
)
def test_a_shut_valve_that_passes_more_than_a_twentieth_is_named(shut, named):
    half = np.arange(MINUTES) < MINUTES / 2
    told = {
        ("valve_position", "tank-1"): np.where(half, 1.0, 0.0),
        ("flow", "tank-1"): np.where(half, 0.01, shut),
    }
    assert codes(valves(tried("valves", told))) == named


def test_a_valve_that_was_not_moved_proves_nothing():
    told = {("valve_position", "tank-1"): 0.0, ("flow", "tank-1"): 0.0}
    assert why(valves(tried("valves", told))) == ["valve.not_moved"]
    assert why(valves(tried("valves", {}))) == ["missing"]


# -- points


def rest(**off):
    told = {
        (f"{side}_temperature", loop): 20.0 + off.get(f"{loop}_{side}", 0.0)
        for loop in ("source", "load")
        for side in ("supply", "return")
    }
    told |= {("flow", loop): 0.02 for loop in ("source", "load")}
    return told | {("running", "hp1"): 0.0}


def test_thermometers_of_water_at_rest_agree_within_their_limits():
    """0.4 K along a loop and 0.2 K of either sensor."""
    assert codes(points(tried("point_check", rest()))) == []
    assert codes(points(tried("point_check", rest(load_supply=0.6)))) == []
    assert codes(points(tried("point_check", rest(load_supply=0.8)))) == ["points.pair_apart"]


def test_of_three_thermometers_the_odd_one_is_named():
    told = rest(load_supply=1.5) | {("condenser_inlet_temperature", "hp1"): 20.1}
    (one,) = points(tried("point_check", told)).findings
    assert (one.code, one.figures["point"]) == (
        "commission.points.apart",
        "load.supply_temperature",
    )
    assert one.figures["kelvin"] == pytest.approx(1.4)


def test_points_that_say_nothing_are_counted():
    wanted = [
        one.point for one in channels({("flow", "load"): 0.0, ("flow", "field"): 0.0}).values()
    ]
    (one,) = points(tried("point_check", rest(), points=wanted)).findings
    assert one.figures == {"points": "field.flow", "count": 1}


def test_machines_that_never_rest_leave_thermometers_unproven():
    running = rest() | {("running", "hp1"): 1.0}
    assert why(points(tried("point_check", running))) == ["points.never_at_rest"]


# -- wells


def wells(returned=1.0, slope=0.0, hours=37, fall=2.0):
    count = hours * 60
    time = np.arange(count) / 60
    told = {
        ("abstraction_flow", "source"): 0.02,
        ("reinjection_flow", "source"): 0.02 * returned,
        ("water_level", "w1"): 10.0 + fall * (1 - np.exp(-time)) + slope * time,
    }
    return reinjection(tried("reinjection", told, count=count))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, []),
        ({"returned": 0.99}, []),
        ({"returned": 0.93}, ["well.not_returned"]),
        ({"slope": 0.05}, ["well.level_moves"]),
        ({"fall": 5.4}, ["well.drawdown"]),
    ],
)
def test_all_water_is_returned_and_levels_come_to_rest(given, named):
    assert codes(wells(**given)) == named


def test_a_trial_shorter_than_asked_for_proves_nothing():
    assert why(wells(hours=20)) == ["too_short"]


# -- factors


@pytest.mark.parametrize(
    ("factor", "usual"), [(10.2, 10.0), (0.098, 0.1), (2.45, 2.5), (1.0, None), (1.6, None)]
)
def test_usual_factors_of_heat_meters_are_known(factor, usual):
    assert nearest(factor, PULSES) == usual


@pytest.mark.parametrize(
    ("factor", "pair"),
    [(2.0, (50, 100)), (1.5, (50, 75)), (0.5, (100, 50)), (0.99, None), (7.0, None)],
)
def test_ratios_of_transformers_are_told_by_the_nearest_pair(factor, pair):
    found = transformer(factor)
    assert found == pair or (pair and found and found[1] / found[0] == pair[1] / pair[0])


def test_meters_without_half_an_hour_of_steady_state_prove_nothing():
    cycling = 50e3 * (np.arange(MINUTES) % 20 < 12)
    told = {("heat_power", "load"): cycling}
    assert why(meters(tried("meter_proof", told))) == ["not_steady"]


# -- what people state


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ([True], TrialOutcome.PASSED),
        ([True, False], TrialOutcome.FAILED),
        ([True, None], TrialOutcome.NOT_PROVEN),
        ([], TrialOutcome.NOT_PROVEN),
    ],
)
def test_what_was_stated_counts_as_it_was(told, outcome):
    rows = tuple(SimpleNamespace(accepted=one) for one in told)
    assert stated(tried("alarms", {}, rows=rows)).judged is outcome


def test_a_finding_counts_before_what_is_not_known():
    none = Proved(reasons=(Verdict("commission.flow.none"),))
    both = replace(none, findings=(Verdict("commission.flow.none"),))
    assert (none.judged, both.judged) == (TrialOutcome.NOT_PROVEN, TrialOutcome.FAILED)
    assert Estimate.exact(1.0).standard_deviation == 0.0
