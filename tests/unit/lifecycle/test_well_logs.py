"""Hours of pumping and reinjection by the logs of tests, against what was written down."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.build.derived import well_doubts
from loopkeeper.lifecycle.build.reconcile import State, reconcile
from loopkeeper.lifecycle.build.well_logs import well_logs
from loopkeeper.measure.dossier import SurveyTable
from loopkeeper.plant.records import LedgerCheck, SurveyTest

BEGIN = np.datetime64("2024-05-02T08:00:00", "s")
FILE = "survey/w1.csv"


def table(hours, *, settled=2.0, pause=None, level="water_level_m", flow="flow_m3_h"):
    """An hour at rest, then a level that falls by 3 m and stands from ``settled`` hours on."""
    minutes = np.arange(-60, int(60 * hours) + 1, 30)
    since = minutes / 60.0
    drop = np.where(since > 0, 3.0 * np.minimum(since / settled, 1.0), 0.0)
    rest = 0.0 if "drawdown" in level else -12.0
    pumped = np.where(since >= 0, 40.0, 0.0)
    if pause is not None:
        pumped[(since >= pause) & (since < pause + 1)] = 0.0
    columns = {flow: pumped, level: rest + drop if rest == 0 else rest - drop}
    return SurveyTable(BEGIN + minutes * np.timedelta64(60, "s"), columns)


def plant(*ledger, kind="pumping", hole="W1"):
    wells, single = ((SimpleNamespace(id=name),) for name in ("W1", "S1"))
    return SimpleNamespace(
        source=SimpleNamespace(field=None, wells=wells, single_wells=single),
        site=SimpleNamespace(heated_area=None, cooled_area=None),
        tests=(SurveyTest(kind=kind, file=FILE, hole=hole),),
        ledger=ledger,
    )


def row(found, check="pumping_hours", unit="h"):
    return LedgerCheck(item="W1", item_kind="well", check=check, drawn="", found=found, unit=unit)


def judged(about, log):
    logs = well_logs(about, {FILE: log})
    found = reconcile(about, about.ledger, logs)
    hours = [one for one in found.findings if one.check.check.endswith("_hours")]
    return hours, [v.code for v in well_doubts(about, logs)], found


@pytest.mark.parametrize("level", ["water_level_m", "depth_m", "drawdown_m", "水位"])
def test_a_log_tells_how_long_a_well_was_pumped_and_how_long_its_level_stood(level):
    about = plant()
    logs = well_logs(about, {FILE: table(20.0, settled=4.0, level=level)})
    one = logs.tests["W1", "pumping_hours"]
    assert one.hours == pytest.approx(20.0)
    # within 5 % of 3 m from 3.8 h on: the last reading outside is that of 3.5 h
    assert one.steady == pytest.approx(16.5)


def test_a_pause_or_a_silence_ends_a_test():
    one = well_logs(plant(), {FILE: table(20.0, pause=6.0)}).tests["W1", "pumping_hours"]
    assert one.hours == pytest.approx(13.0)  # from 7 to 20 h
    whole = table(20.0)
    since = (whole.time - BEGIN) / np.timedelta64(1, "h")
    kept = (since < 5) | (since > 11)
    silent = SurveyTable(whole.time[kept], {k: v[kept] for k, v in whole.columns.items()})
    one = well_logs(plant(), {FILE: silent}).tests["W1", "pumping_hours"]
    assert one.hours == pytest.approx(8.5)  # from 11.5 to 20 h


def test_a_log_without_a_row_proves_the_check():
    (one,), said, found = judged(plant(), table(20.0))
    assert (one.item, one.state, said) == ("W1", State.DONE, [])
    assert one.found == "18.5"
    assert (one.low, one.high) == (18.5, 20.0)
    missing = {m.check.check: (m.without, m.of) for m in found.missing}
    assert "pumping_hours" not in missing
    assert missing["reinjection_hours"] == (1, 1)


def test_a_single_well_without_a_record_is_asked_for_nothing():
    hours, said, _ = judged(plant(hole="S1"), table(20.0))
    assert (hours, said) == ([], [])
    one = LedgerCheck(item="S1", item_kind="well", check="depth", drawn="", found="80")
    (hours,), said, _ = judged(plant(one, hole="S1"), table(20.0))
    assert (hours.item, hours.state, said) == ("S1", State.DONE, [])


@pytest.mark.parametrize(
    ("kind", "hours", "settled", "state", "said"),
    [
        ("pumping", 11.0, 1.0, State.DEVIATING, []),
        ("pumping", 20.0, 15.0, State.UNPROVEN, ["build.well_log.unsteady"]),
        ("reinjection", 40.0, 2.0, State.DONE, []),
        ("reinjection", 35.0, 2.0, State.DEVIATING, []),
    ],
)
def test_a_log_is_judged_by_the_hours_of_the_clause(kind, hours, settled, state, said):
    (one,), codes, _ = judged(plant(kind=kind), table(hours, settled=settled))
    assert (one.state, codes) == (state, said)


@pytest.mark.parametrize(
    ("told", "unit", "hours", "state", "said"),
    [
        ("18", "h", 20.0, State.DONE, []),
        ("20.4", "h", 20.0, State.DONE, []),  # rounded
        ("24", "h", 20.0, State.DONE, ["build.well_log.pumping_shorter"]),
        ("1440", "min", 20.0, State.DONE, ["build.well_log.pumping_shorter"]),
        ("24", "h", 8.0, State.UNPROVEN, ["build.well_log.pumping_shorter"]),
        ("10", "h", 20.0, State.DEVIATING, []),
    ],
)
def test_a_row_that_tells_more_hours_than_its_log_is_contradicted(told, unit, hours, state, said):
    (one,), codes, _ = judged(plant(row(told, unit=unit)), table(hours))
    assert (one.state, codes) == (state, said)


def test_the_contradiction_names_well_file_and_both_figures():
    about = plant(row("36", "reinjection_hours"), kind="reinjection")
    (said,) = well_doubts(about, well_logs(about, {FILE: table(20.0)}))
    assert said.code == "build.well_log.reinjection_shorter"
    for word in ("W1", FILE, "36 h", "20.0 h"):
        assert word in said.sentence()


@pytest.mark.parametrize(
    ("about", "log"),
    [
        (plant(hole="B7"), table(20.0)),
        (plant(hole=""), table(20.0)),
        (plant(), table(20.0, level="turbidity", flow="pH")),
        (plant(), SurveyTable(np.array([], "datetime64[s]"), {"water_level_m": np.array([])})),
    ],
)
def test_a_log_that_tells_nothing_of_a_well_is_named(about, log):
    hours, said, _ = judged(about, log)
    assert hours == []
    assert said == ["build.well_log.unused"]


def test_a_log_that_cannot_be_read_is_named():
    about = plant()
    logs = well_logs(about, {})
    assert [v.code for v in well_doubts(about, logs)] == ["build.well_log.unused"]


def test_the_longest_of_several_logs_counts():
    about = plant()
    about.tests = (*about.tests, SurveyTest(kind="pumping", file="b.csv", hole="w1 "))
    logs = well_logs(about, {FILE: table(5.0), "b.csv": table(30.0)})
    assert logs.tests["W1", "pumping_hours"].file == "b.csv"
