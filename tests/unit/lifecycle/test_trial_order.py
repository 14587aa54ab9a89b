"""What a trial rests on: the proof before it in time, and only where it reads what was proved."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.commission import evaluate as room
from loopkeeper.lifecycle.commission.evaluate import Run, evaluate_trials
from loopkeeper.lifecycle.commission.judged import ComparedFigure, Proved
from loopkeeper.lifecycle.commission.planned import PlannedTrial
from loopkeeper.measure.series import PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.trials import trial_kinds
from loopkeeper.plant.verdict import Verdict

MINUTES = PlantHours(np.zeros(0, "datetime64[s]"))
WRONG = Proved(findings=(Verdict("commission.meter.heat_factor"),))
APART = Proved(findings=(Verdict("commission.points.apart"),))


def run(kind, day, of="plant"):
    planned = PlannedTrial(
        name=kind if of == "plant" else f"{kind}-{of}",
        kind=trial_kinds()[kind],
        of=of,
        wanted=(),
        unmeasured=(),
        due=date(2026, 12, 1),
        postponed=False,
    )
    began = datetime(2026, 12, day, tzinfo=UTC)
    return Run(planned=planned, began=began, ended=began, rows=())


def judged(monkeypatch, runs, answers, pumps=()):
    """What a plant's runs prove when their laws answer so, sound otherwise."""

    def law(tried):
        return answers.get((tried.planned.name, next(days[tried.planned.name])), Proved())

    days = {}
    for one in runs:
        days.setdefault(one.planned.name, []).append(one.began.day)
    days = {name: iter(told) for name, told in days.items()}
    monkeypatch.setattr(room, "LAWS", dict.fromkeys(room.LAWS, law))
    results = evaluate_trials(SimpleNamespace(pumps=pumps), None, runs, MINUTES)
    return {(one.planned.name, one.began.day): str(one.proved.judged) for one in results}


def test_a_trial_rests_on_the_last_proof_before_it(monkeypatch):
    runs = [run("meter_proof", 1), run("meter_proof", 9)]
    runs += [run("heating_full", day) for day in (2, 10)]
    told = judged(monkeypatch, runs, {("meter_proof", 1): WRONG})
    assert told["heating_full", 2] == "not_proven"
    assert told["heating_full", 10] == "passed"
    told = judged(monkeypatch, runs, {("meter_proof", 9): WRONG})
    assert told["heating_full", 2] == "passed"
    assert told["heating_full", 10] == "not_proven"


def test_a_trial_made_before_any_proof_rests_on_the_first(monkeypatch):
    runs = [run("meter_proof", 9), run("heating_full", 2)]
    told = judged(monkeypatch, runs, {("meter_proof", 9): WRONG})
    assert told["heating_full", 2] == "not_proven"


def test_what_was_withheld_withholds_what_rests_on_it(monkeypatch):
    runs = [run("point_check", 1), run("meter_proof", 2), run("heating_full", 3)]
    told = judged(monkeypatch, [*runs, run("continuous", 4)], {("point_check", 1): APART})
    assert told == {
        ("point_check", 1): "failed",
        ("meter_proof", 2): "not_proven",
        ("heating_full", 3): "not_proven",
        ("continuous", 4): "not_proven",
    }


@pytest.mark.parametrize(
    "kind", ["rotation", "flow_balance", "valves", "interlocks", "alarms", "reinjection"]
)
def test_flows_and_what_people_state_do_not_rest_on_thermometers(monkeypatch, kind):
    runs = [run("point_check", 1), run("rotation", 2), run(kind, 3)]
    assert judged(monkeypatch, runs, {("point_check", 1): APART})[kind, 3] == "passed"


def test_an_electricity_meter_that_is_doubted_is_doubted_once(monkeypatch):
    doubt = Proved(findings=(Verdict("commission.meter.transformer"),))
    again = Proved(findings=(Verdict("commission.machine.draw"),))
    runs = [run("meter_proof", 1), run("heating_full", 2)]
    answers = {("meter_proof", 1): doubt, ("heating_full", 2): again}
    assert judged(monkeypatch, runs, answers)["heating_full", 2] == "not_proven"
    assert judged(monkeypatch, runs, answers | {("meter_proof", 1): Proved()}) == {
        ("meter_proof", 1): "passed",
        ("heating_full", 2): "failed",
    }


def moved(pump, flow):
    figure = ComparedFigure(
        quantity="flow",
        of=pump,
        unit="m³/h",
        measured=Estimate.exact(flow),
        expected=Estimate.exact(100.0),
        agrees=True,
    )
    return Proved(compared=(figure,))


@pytest.mark.parametrize(("flow", "state"), [(81.0, "passed"), (79.0, "failed")])
def test_a_pump_that_moves_less_than_its_equal_is_sick(monkeypatch, flow, state):
    pumps = [SimpleNamespace(id=f"lp{n}", loop="load", flow=0.02, head=18.0) for n in (1, 2)]
    pumps += [SimpleNamespace(id="lp3", loop="load", flow=0.05, head=18.0)]
    runs = [run("rotation", 1, of=one.id) for one in pumps]
    answers = {("rotation-lp1", 1): moved("lp1", 100.0), ("rotation-lp2", 1): moved("lp2", flow)}
    answers["rotation-lp3", 1] = moved("lp3", 250.0)
    told = judged(monkeypatch, runs, answers, pumps)
    assert [told[f"rotation-lp{n}", 1] for n in (1, 2, 3)] == ["passed", state, "passed"]
