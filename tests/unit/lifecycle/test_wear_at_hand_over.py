"""Whose fault it is that machines draw too much: what trials saw is no fault of operation."""

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from lived import even_dice
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.plant.records import Trial

LATER, THEN = "operation.wear", "commissioning.machine_draw"
SURE, FIFTH = np.log(30.0), np.log(1.2)


def trial(found, of="hp1"):
    return Trial(
        trial="heating_full",
        mode="heating",
        load_fraction=1.0,
        started_at=datetime(2022, 10, 1, tzinfo=UTC),
        ended_at=None,
        quantity="electricity_power",
        of=of,
        expected=100.0,
        found=found,
    )


def scene(*trials, value=FIFTH, onset=None):
    return SimpleNamespace(
        wear=Level(value, 0.02, onset, SURE),
        plant=SimpleNamespace(trials=trials, machines=[SimpleNamespace(id="hp1")]),
        known=SimpleNamespace(meter_doubted=False),
        dice=even_dice(2),
    )


@pytest.mark.parametrize(
    ("found", "onset", "named"),
    [
        (None, None, LATER),  # nobody tried
        (101.0, None, LATER),  # sound then: 1 % of the 20 found now
        (112.0, None, THEN),  # log 1.12 is 0.62 of log 1.2
        (108.0, None, LATER),  # log 1.08 is 0.42 of it
        (125.0, None, THEN),
        (125.0, 40, LATER),  # another one began on a day of the record
    ],
)
def test_draw_that_trials_saw_to_a_half_was_delivered_so(found, onset, named):
    trials = () if found is None else (trial(found),)
    suspects = {code: BY_CODE[code].look(scene(*trials, onset=onset)) for code in (LATER, THEN)}
    told = {code: one for code, one in suspects.items() if one is not None}
    assert list(told) == [named]
    assert told[named].cause == named
    assert told[named].kind.value == named.partition(".")[0]
    assert told[named].finding.figures["percent"] == pytest.approx(20.0)


def test_machines_behind_one_meter_tell_together():
    assert BY_CODE[THEN].look(scene(trial(120.0, of="machines"))) is not None
    assert BY_CODE[THEN].look(scene(trial(120.0, of="load"))) is None


def test_machines_near_their_maps_are_nobodys_fault():
    sound = scene(trial(120.0), value=0.02)
    assert [BY_CODE[code].look(sound) for code in (LATER, THEN)] == [None, None]
