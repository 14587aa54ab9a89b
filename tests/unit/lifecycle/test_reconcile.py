"""Each rule of hidden works at both sides of its bound, and what counts as missing."""

from types import SimpleNamespace

import pytest

from loopkeeper.lifecycle.build.reconcile import State, expected_items, reconcile
from loopkeeper.lifecycle.build.works import hidden_checks
from loopkeeper.plant.records import LedgerCheck

FIELD = SimpleNamespace(
    count=3,
    length=100.0,
    lengths=(),
    diameter=0.15,
    grout_conductivity=1.6,
    positions=((0.0, 0.0), (5.0, 0.0), (10.0, 0.0)),
)


def plant(field=FIELD, wells=()):
    site = SimpleNamespace(heated_area=None, cooled_area=None)
    return SimpleNamespace(source=SimpleNamespace(field=field, wells=wells), site=site, tests=())


def row(kind, check, drawn, found, item="A"):
    return LedgerCheck(item=item, item_kind=kind, check=check, drawn=drawn, found=found)


def state(*told):
    (found,) = reconcile(plant(), [row(*told)]).findings
    return found.state


@pytest.mark.parametrize(
    ("told", "good", "bad"),
    [
        (("borehole", "active_length", "120"), "117.6", "117.5"),  # 2 % short
        (("borehole", "drilled_depth", "120"), "120", "119.9"),
        (("borehole", "x", "10"), "10.5", "10.6"),  # half a metre
        (("borehole", "y", "10"), "9.5", "9.4"),
        (("borehole", "grout_volume_ratio", ""), "1", "0.99"),
        (("borehole", "pressure_test_1_pressure", ""), "0.6", "0.59"),
        (("borehole", "pressure_test_1_minutes", ""), "15", "14"),
        (("borehole", "pressure_test_1_drop", ""), "3", "3.1"),
        (("borehole", "hold_after_grouting", ""), "60", "59"),
        (("borehole", "pressure_test_2_minutes", ""), "30", "29"),
        (("header", "pressure_test_3_minutes", ""), "120", "119"),
        (("header", "pressure_test_4_minutes", ""), "720", "719"),
        (("header", "flow", "10"), "8.5", "8.4"),  # 15 %
        (("header", "flow", "10"), "11.5", "11.6"),
        (("coil", "pressure_test_3_minutes", ""), "720", "719"),
        (("well", "pumping_hours", ""), "12", "11.9"),
        (("well", "reinjection_hours", ""), "36", "35"),
        (("well", "drawdown", ""), "5", "5.1"),
        (("well", "sand_content", ""), "0.000005", "0.000006"),  # 1/200 000
        (("well", "seal_test", ""), "yes", "no"),
        (("well", "discharge_closed", ""), "合格", "不合格"),
        (("borehole", "pipe", "PE100 DN32"), "PE100 DN32", "PE80 DN32"),
        (("well", "filter", ""), "ok", "gravel pack incomplete"),
        (("well", "filter", ""), "良好", "滤料不完整"),
        (("well", "pressure_test_1_drop", ""), "3", "8.4"),
        (("sensor", "sensor_accuracy", "0.2"), "0.2", "0.21"),
    ],
)
def test_a_rule_is_kept_at_its_bound_and_broken_beyond(told, good, bad):
    assert state(*told, good) is State.DONE
    assert state(*told, bad) is State.DEVIATING


@pytest.mark.parametrize(
    "told",
    [
        ("borehole", "active_length", "120", "about 118"),
        ("borehole", "x", "", "10"),
        ("weld", "sound", "", "looked at"),
        ("borehole", "pipe", "", "PE100"),
        ("weld", "sound", "", "no leak seen"),
        ("weld", "sound", "", "leak-free"),
        ("well", "filter", "", "无渗漏"),
        ("well", "filter", "", "未见破损"),
    ],
)
def test_what_cannot_be_judged_is_unproven(told):
    assert state(*told) is State.UNPROVEN


def test_the_drawings_say_what_a_row_does_not():
    assert state("borehole", "active_length", "", "98") is State.DONE
    assert state("borehole", "active_length", "", "97.9") is State.DEVIATING
    assert state("borehole", "diameter", "", "0.146") is State.DEVIATING


def test_the_last_record_of_a_check_counts_and_strangers_are_named():
    rows = [
        row("borehole", "active_length", "100", "90"),
        row("borehole", "active_length", "100", "101"),
        row("borehole", "colour", "", "red"),
    ]
    found = reconcile(plant(), rows)
    assert [one.found for one in found.findings] == ["101"]
    assert [one.check for one in found.strangers] == ["colour"]


def test_missing_evidence_is_counted_over_all_that_is_hidden():
    found = reconcile(plant(), [row("borehole", "active_length", "100", "100")])
    missing = {(m.check.item_kind, m.check.check): (m.without, m.of) for m in found.missing}
    assert missing["borehole", "active_length"] == (2, 3)
    assert missing["borehole", "pressure_test_2_drop"] == (3, 3)
    assert missing["borehole", "grout_conductivity"] == (1, 1)
    assert missing["header", "vented"] == (1, 1)
    assert ("well", "depth") not in missing
    assert found.unrecorded == {"borehole": 2, "header": 1}
    assert found.states == {("borehole", "A"): State.UNPROVEN}


def test_an_item_is_done_when_all_that_each_must_have_is_there_and_kept():
    needed = [key for key, one in hidden_checks().items() if one.needed == "each"]
    good = {
        "active_length": ("100", "100"),
        "x": ("0", "0"),
        "y": ("0", "0"),
        "diameter": ("0.15", "0.15"),
        "grout_volume_ratio": ("", "1.1"),
        "pressure_test_1_drop": ("", "0.5"),
        "pressure_test_2_drop": ("", "0.5"),
    }
    assert {check for kind, check in needed if kind == "borehole"} == set(good)
    rows = [row("borehole", check, *told) for check, told in good.items()]
    assert reconcile(plant(), rows).states == {("borehole", "A"): State.DONE}
    assert reconcile(plant(), rows[:-1]).states == {("borehole", "A"): State.UNPROVEN}
    short = [*rows, row("borehole", "pressure_test_1_minutes", "", "10")]
    assert reconcile(plant(), short).states == {("borehole", "A"): State.DEVIATING}


def test_a_hole_and_a_weld_of_one_name_stand_each_for_itself():
    rows = [
        row("borehole", "active_length", "100", "90", item="1"),
        row("weld", "sound", "", "yes", item="1"),
    ]
    wanted = {("borehole", "1"): State.DEVIATING, ("weld", "1"): State.DONE}
    assert reconcile(plant(), rows).states == wanted
    assert reconcile(plant(), rows[::-1]).states == wanted


def test_wells_are_expected_by_their_number():
    assert expected_items(plant(field=None, wells=(1, 2, 3))) == {"well": 3}
    assert expected_items(plant()) == {"borehole": 3, "header": 1}


def test_every_clause_says_how_sure_it_is():
    assert {one.confidence for one in hidden_checks().values()} <= {"V", "S", "M", "A"}
    assert all(one.clause for one in hidden_checks().values())
