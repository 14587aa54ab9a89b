"""Both baselines of the diagnosis on operations made up by arithmetic."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from diagnosis import judge
from diagnosis.baseline import METERS, Seen, promised_power
from diagnosis.regression_baseline import regression_answer
from diagnosis.rule_baseline import RULES, judge_rule, rule_answer
from loopkeeper.measure.case import Surveyed
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Channel, Period, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.machines import Loop, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import LedgerCheck, Trial
from loopkeeper.plant.site import Promise, Site
from loopkeeper.plant.source import Ground, Source, SourceKind

YEAR = 8760
HOUR = np.timedelta64(3600, "s")
RULE = {r.name: r for r in RULES}
TRIAL = Trial(
    trial="t",
    mode="heating",
    load_fraction=1.0,
    started_at=None,
    ended_at=None,
    quantity="supply_temperature",
    of="load",
    expected=45.0,
    found=45.0,
    accepted=True,
)
DRAWN = LedgerCheck(
    item="B-1", item_kind="borehole", check="active_length", drawn="100", found="100", unit="m"
)
CHANNELS = {
    ("flow", "header-1"): 1.0, ("flow", "header-2"): 1.0,
    ("abstraction_flow", "well-1"): 1.0, ("reinjection_flow", "well-2"): 1.0,
    ("starts", "hp1"): 1 / 3600,
}  # fmt: skip


def operated(years=2):
    """By day heat and cold over the weather at COPs of about 4, everything as designed."""
    n = years * YEAR
    axis = np.arange(n)
    noise = np.random.default_rng(1).normal(0.0, 1.0, (2, n // 24)).repeat(24, axis=1)
    outdoor = 11.0 - 13.0 * np.cos(2 * np.pi * axis / YEAR) + 2.0 * noise[0]
    day = (axis % 24 >= 6) & (axis % 24 < 22)
    heating = np.where(day, 6e3 * np.clip(15.0 - outdoor, 0.0, 30.0), 0.0)
    cooling = np.where(day, 12e3 * np.clip(outdoor - 19.0, 0.0, 12.0), 0.0)
    load, warm = heating + cooling, heating > 0
    per_heat = (0.2 + 0.002 * np.maximum(0.0, 15.0 - outdoor)) * (1 + 0.02 * noise[1])
    nothing, source = np.full(n, np.nan), np.where(warm, 11.0, 16.0)
    supply = np.where(warm, 45.0, 7.0)
    return Operation(
        time=np.datetime64("2021-01-01T00", "s") + axis * HOUR,
        heating=heating,
        cooling=cooling,
        recharge=np.zeros(n),
        outdoor=outdoor,
        indoor=nothing,
        enabled=load > 0,
        filled=np.zeros(n, bool),
        good=np.ones(n, bool),
        source_heat=nothing,
        source_supply=source,
        source_return=source + np.where(warm, -5.0, 5.0),
        source_flow=nothing,
        field_flow=nothing,
        load_supply=supply,
        load_return=supply + np.where(warm, -5.0, 5.0),
        load_flow=nothing,
        machine_electricity=per_heat * load,
        source_pump_electricity=0.02 * load,
        load_pump_electricity=0.015 * load,
        machines_running=np.ceil(load / 1e5),
        run_share=(load > 0).astype(float),
        natural=nothing,
        source_limit=nothing,
    )


def designed(hours):
    """Return the plant whose promise is what its first year does."""
    first, cops = hours.within(Period(hours.time[0], hours.time[0] + YEAR * HOUR)), {}
    for mode in ("heating", "cooling"):
        heat = getattr(first, mode)
        cops[mode] = float(heat.sum() / first.electricity[heat > 0].sum())
    return Plant(
        site=Site(id="test", name="Test", timezone="UTC"),
        source=Source(
            kind=SourceKind.BOREHOLE_FIELD,
            ground=Ground(conductivity=2.0, heat_capacity=2.2e6, undisturbed_temperature=13.0),
        ),
        promise=Promise(
            annual_heating=3600.0 * float(first.heating.sum()),
            annual_cooling=3600.0 * float(first.cooling.sum()),
            system_cop_heating=cops["heating"],
            system_cop_cooling=cops["cooling"],
            source_inlet_min=9.0,
            source_inlet_max=20.0,
        ),
        machines=tuple(
            MachineRecord(
                id=f"hp{i}", rated_heating=1e5, rated_cop=5.0, rated_cooling=1e5, rated_eer=5.0
            )
            for i in (1, 2)
        ),
        pumps=(
            PumpRecord(id="sp1", loop=Loop.SOURCE, flow=0.01, head=20.0, power=3.0e3),
            PumpRecord(id="lp1", loop=Loop.LOAD, flow=0.01, head=20.0, power=2.2e3),
        ),
        ledger=(DRAWN,),
        trials=(TRIAL,),
    )


def made(years=2, channels=None, tested=2.0, plant=None, **columns):
    """
    A healthy plant with some things changed.

    Columns are functions of the operation and of whether an hour lies in the last year.
    """
    healthy = operated(years)
    late = np.arange(healthy.hours) >= (years - 1) * YEAR
    whole = replace(healthy, **{k: change(healthy, late) for k, change in columns.items()})
    period = Period(whole.time[-YEAR], whole.time[-1] + HOUR)
    given = CHANNELS if channels is None else channels
    laid = {k: Channel(np.full(YEAR, v), np.ones(YEAR)) for k, v in given.items()}
    surveyed = Surveyed(None if tested is None else Estimate.exact(tested))
    ground = SimpleNamespace(
        dossier=SimpleNamespace(plant=replace(designed(healthy), **(plant or {}))),
        period=period,
        operation=whole.within(period),
        surveyed=surveyed,
    )
    return Seen(ground, PlantHours(whole.time[-YEAR:], laid), whole)


def unread(h, _):
    return np.full(h.hours, np.nan)


def times(name, factor):
    return {name: lambda h, _: getattr(h, name) * factor}


def narrowed(loop):
    """Return a loop with two fifths of its temperature difference."""
    return {
        f"{loop}_return": lambda h, _: (
            0.6 * getattr(h, f"{loop}_supply") + 0.4 * getattr(h, f"{loop}_return")
        )
    }


def warmer(h, where):
    return h.load_supply + np.where(h.heating > 0, 3.0, -3.0) * where


NO_SUPPLY = {"load_supply": unread}
NO_WATER = {"source_supply": unread}
TWINS = {
    "load temperature difference low": (narrowed("load"), NO_SUPPLY),
    "source temperature difference low": (narrowed("source"), NO_WATER),
    "source pumps' share of electricity high": (times("source_pump_electricity", 5), None),
    "load pumps' share of electricity high": (times("load_pump_electricity", 5), None),
    "branches uneven": ({"channels": CHANNELS | {("flow", "header-2"): 2.0}}, {"channels": {}}),
    "pumps run without machines": (
        {"load_pump_electricity": lambda h, _: np.full(h.hours, 3e3)},
        {"load_pump_electricity": unread},
    ),
    "all machines together at low part load": (
        {"machines_running": lambda h, _: 2.0 * (h.run_share > 0)},
        {"machines_running": unread},
    ),
    "supply off its design from the start": (
        {"load_supply": lambda h, _: warmer(h, where=True)},
        NO_SUPPLY,
    ),
    "supply off its design since later": ({"load_supply": warmer}, NO_SUPPLY),
    "trial not accepted": (
        {"plant": {"trials": (replace(TRIAL, accepted=False),)}},
        {"plant": {"trials": ()}},
    ),
    "COP fallen since the first month of a season": (
        {"machine_electricity": lambda h, late: h.machine_electricity * (1 + 0.2 * late)},
        {"years": 1},
    ),
    "source water outside the promise": (
        {"source_supply": lambda h, _: h.source_supply + np.where(h.heating > 0, -4.0, 6.0)},
        NO_WATER,
    ),
    "less water returned than taken": (
        {"channels": CHANNELS | {("reinjection_flow", "well-2"): 0.7}},
        {"channels": {}},
    ),
    "ground tested below its design": ({"tested": 1.6}, {"tested": None}),
    "source water drifts": (
        {"source_supply": lambda h, late: h.source_supply - 1.5 * late * (h.heating > 0)},
        NO_WATER,
    ),
    "holes found below what was drawn": (
        {"plant": {"ledger": (replace(DRAWN, found="90"),)}},
        {"plant": {"ledger": ()}},
    ),
    "heat delivered far from the design year": (
        times("heating", 0.5),
        {"plant": {"promise": Promise()}},
    ),
    "machines start too often": (
        {"channels": CHANNELS | {("starts", "hp1"): 6 / 3600}},
        {"channels": {}},
    ),
}
"""What makes each rule fire, and without what it cannot be judged (meters that all need: None)."""


def test_every_rule_has_its_twin():
    assert set(TWINS) == set(RULE)


@pytest.mark.parametrize("name", TWINS)
def test_a_rule_fires_on_its_own_fault(name):
    status, energy = judge_rule(RULE[name], made(**TWINS[name][0]))
    assert status == "FIRED"
    assert energy > 0


@pytest.mark.parametrize("name", [n for n, (_, lacking) in TWINS.items() if lacking])
def test_a_rule_is_skipped_without_its_readings(name):
    assert judge_rule(RULE[name], made(**TWINS[name][1])) == ("SKIPPED", 0.0)


def test_rules_are_quiet_on_a_plant_as_designed():
    healthy = made()
    assert [r.name for r in RULES if judge_rule(r, healthy)[0] != "QUIET"] == []
    answer = rule_answer(healthy)
    assert answer["deviations"] == []
    assert abs(answer["shortfall_kWh"]["value"]) < 0.01 * sum(healthy.spent.values())


def test_a_kind_takes_the_largest_energy_of_its_rules():
    sick = made(
        load_supply=lambda h, _: warmer(h, where=True),
        tested=1.6,
        machines_running=lambda h, _: 2.0 * (h.run_share > 0),
    )
    answer = rule_answer(sick)
    kinds = [d["kind"] for d in answer["deviations"]]
    fired = [r["energy_kWh"] for r in answer["rules"] if r["kind"] == "commissioning"]
    assert sorted(kinds) == ["commissioning", "resource"]
    assert answer["deviations"][0]["energy_kWh"]["value"] == max(fired)
    assert sum(d["share"] for d in answer["deviations"]) == pytest.approx(1.0)


def test_the_promise_is_shared_out_among_the_meters():
    seen = made()
    powers = promised_power(seen.plant, seen.now)
    promise = seen.plant.promise
    whole = (
        seen.now.heating / promise.system_cop_heating
        + seen.now.cooling / promise.system_cop_cooling
    )
    assert sum(powers[m] for m in METERS) == pytest.approx(whole)
    assert powers["source_pump"].max() <= 3.0e3
    assert (powers["load_pump"][seen.now.heating + seen.now.cooling == 0] == 0).all()


@pytest.mark.parametrize("years", [1, 2])
def test_a_gap_does_not_change_the_energies(years):
    gap = made(years, good=lambda h, _: np.arange(h.hours) % 100 > 4)
    assert gap.spent["machine"] == pytest.approx(made(years).spent["machine"], rel=0.01)


def test_the_regression_recovers_machines_that_use_a_fifth_more():
    sick = made(machine_electricity=lambda h, late: h.machine_electricity * (1 + 0.2 * late))
    planted = sick.spent["machine"] / 6
    answer = regression_answer(sick)
    first = answer["deviations"][0]
    assert answer["base"] == "first year"
    assert first["kind"] == "operation"
    assert first["energy_kWh"]["value"] == pytest.approx(planted, rel=0.05)
    assert first["energy_kWh"]["low"] <= planted <= first["energy_kWh"]["high"]
    assert answer["shortfall_kWh"]["low"] <= planted <= answer["shortfall_kWh"]["high"]


def test_with_one_year_the_regression_holds_it_against_the_promise():
    sick = made(1, machine_electricity=lambda h, _: 1.2 * h.machine_electricity)
    answer = regression_answer(sick)
    assert answer["base"] == "promise"
    assert answer["shortfall_kWh"]["value"] == pytest.approx(sick.spent["machine"] / 6, rel=0.02)
    assert answer["deviations"][0]["kind"] == "operation"


@pytest.mark.parametrize(("meter", "factor"), [("source_pump", 1.5), ("load_pump", 2.0)])
def test_the_regression_names_pumps_by_their_meters(meter, factor):
    name = f"{meter}_electricity"
    sick = made(**{name: lambda h, late: getattr(h, name) * np.where(late, factor, 1.0)})
    answer = regression_answer(sick)
    assert answer["deviations"][0]["kind"] == "hydraulic"
    assert answer["deviations"][0]["energy_kWh"]["value"] == pytest.approx(
        sick.spent[meter] * (1 - 1 / factor), rel=0.1
    )


def test_the_regression_leaves_a_steady_plant_alone():
    healthy = made()
    answer = regression_answer(healthy)
    used = sum(healthy.spent.values())
    assert abs(answer["shortfall_kWh"]["value"]) < 0.01 * used
    assert all(d["energy_kWh"]["value"] < 0.01 * used for d in answer["deviations"])


def test_a_folder_that_cannot_be_read_is_three_answers_with_the_reason(tmp_path):
    (tmp_path / "plant.toml").write_text('format = "dossier/1"\n', encoding="utf-8")
    said = judge.answered(tmp_path, 2)
    assert set(said) == set(judge.ASKED)
    assert all(one["error"] for one in said.values())


def test_a_baseline_that_fails_does_not_stop_the_run(monkeypatch, tmp_path):
    def fail(_):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(Seen, "of", lambda _: made())
    monkeypatch.setattr(judge, "rule_answer", fail)
    monkeypatch.setattr(judge, "_own", lambda seen, _: regression_answer(seen))
    said = judge.answered(tmp_path, 2)
    assert said["rules"]["error"] == "by nothing"
    assert "deviations" in said["regression"]
    assert "deviations" in said["ours"]


def test_scores_stand_side_by_side():
    lines = list(judge.side_by_side({"ours": {"a": 1}, "rules": {"a": 2}}))
    assert lines == ["| score | ours | rules |", "|---|---|---|", "| a | 1 | 2 |"]
