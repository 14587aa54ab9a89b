"""Two pipes of one hole: both must pass each test, and the hole is counted once."""

from types import SimpleNamespace

import pytest

from loopkeeper.lifecycle.build.as_found import holes_named
from loopkeeper.lifecycle.build.reconcile import State, reconcile
from loopkeeper.lifecycle.build.two_pipes import hole_of, pipe_name
from loopkeeper.lifecycle.build.works import hidden_checks
from loopkeeper.plant.records import LedgerCheck

NEEDED = [c for (k, c), one in hidden_checks().items() if k == "borehole" and one.needed == "each"]
GOOD = {"active_length": "100", "x": "0", "y": "0", "diameter": "0.15"}


def plant():
    field = SimpleNamespace(
        count=1,
        length=100.0,
        lengths=(),
        diameter=0.15,
        grout_conductivity=1.6,
        positions=((0.0, 0.0),),
    )
    site = SimpleNamespace(heated_area=None, cooled_area=None)
    return SimpleNamespace(source=SimpleNamespace(field=field, wells=()), site=site, tests=())


def row(item, check, found):
    drawn = GOOD.get(check, "")
    return LedgerCheck(item=item, item_kind="borehole", check=check, drawn=drawn, found=found)


def hole(second="2", **of_second):
    """All that is asked of a hole, tests for each pipe, of the second as told."""
    rows = []
    for check in NEEDED:
        if not check.startswith("pressure_test"):
            rows.append(row("A1", check, GOOD.get(check, "1.05")))
            continue
        rows.append(row(pipe_name("A1", "1"), check, "1.5"))
        found = of_second.get(check, "1.5")
        if found:
            rows.append(row(pipe_name("A1", second), check, found))
    return reconcile(plant(), rows)


def test_a_hole_whose_pipes_both_passed_is_done():
    found = hole()
    assert found.states == {("borehole", "A1"): State.DONE}
    assert "borehole" not in found.unrecorded
    assert not [m for m in found.missing if m.check.check in NEEDED]


@pytest.mark.parametrize("second", ["2", "B"])
def test_a_pipe_that_failed_makes_the_hole_deviate(second):
    found = hole(second, pressure_test_2_drop="3.4")
    assert found.states == {("borehole", "A1"): State.DEVIATING}
    (bad,) = found.deviating
    assert (bad.item, bad.check.check) == (f"A1 · {second}", "pressure_test_2_drop")


def test_a_test_of_one_pipe_only_is_missing():
    found = hole(pressure_test_2_drop="")
    assert found.states == {("borehole", "A1"): State.UNPROVEN}
    missing = {m.check.check: (m.without, m.of) for m in found.missing}
    assert missing["pressure_test_2_drop"] == (1, 1)
    assert "pressure_test_1_drop" not in missing


def test_a_pipe_s_number_is_not_that_of_its_hole():
    rows = [row("A7 · 1", "active_length", "100"), row("A7 · 2", "active_length", "99")]
    where, beyond = holes_named(rows, 10)
    assert (where, beyond) == ({"A7 · 1": 6, "A7 · 2": 6}, ())
    assert hole_of("A7 · 2") == hole_of("A7") == "A7"
