"""What follows from other records, by hand from the clauses."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.build.derived import completed, pressure_asked, survey_doubts
from loopkeeper.lifecycle.build.reconcile import State, open_intervals, reconcile
from loopkeeper.plant.records import LedgerCheck, SurveyTest
from loopkeeper.plant.source import BoreholeField

POSITIONS = tuple((5.0 * i, 5.0 * j) for j in range(3) for i in range(4))


def plant(*, tests=(), area=None, ledger=()):
    field = BoreholeField(
        count=12, length=100.0, diameter=0.15, buried_depth=1.5, positions=POSITIONS
    )
    return SimpleNamespace(
        source=SimpleNamespace(field=field, wells=()),
        site=SimpleNamespace(heated_area=area, cooled_area=None),
        tests=tests,
        ledger=ledger,
    )


def row(item, check, found, *, kind="borehole", drawn="", unit=""):
    return LedgerCheck(item=item, item_kind=kind, check=check, drawn=drawn, found=found, unit=unit)


def places(scale=1.0, east=0.0, *, exchanged=False, scatter=0.1):
    rng = np.random.default_rng(5)
    rows = []
    for n, (x, y) in enumerate(POSITIONS, 1):
        told = [scale * x + east, scale * y]
        told = told[::-1] if exchanged else told
        for axis, value in zip("xy", told, strict=True):
            rows.append(row(f"B{n}", axis, f"{value + rng.normal(0.0, scatter):.2f}"))
    return rows


def states(rows, **about):
    found = reconcile(plant(**about), rows)
    return {(one.item, one.check.check): (one.state, one.drawn) for one in found.findings}


@pytest.mark.parametrize(
    ("working", "wanted"), [(None, 0.0), (0.3, 0.45), (0.8, 1.2), (1.0, 1.5), (1.2, 1.7)]
)
def test_the_pressure_of_a_test_goes_by_the_working_pressure(working, wanted):
    assert pressure_asked(working) == pytest.approx(wanted)


def test_a_test_is_held_against_the_working_pressure_on_record():
    rows = [
        row("H1", "working_pressure", "8", kind="header", unit="bar"),
        row("B1", "pressure_test_1_pressure", "1.2"),
        row("B2", "pressure_test_1_pressure", "1.1"),
        row("H1", "pressure_test_3_pressure", "9", kind="header", unit="bar"),
    ]
    found = states(rows)
    assert found["B1", "pressure_test_1_pressure"] == (State.DONE, "1.2")
    assert found["B2", "pressure_test_1_pressure"] == (State.DEVIATING, "1.2")
    assert found["H1", "pressure_test_3_pressure"][0] is State.DEVIATING
    # without one the least that is ever allowed
    assert states(rows[1:])["B2", "pressure_test_1_pressure"] == (State.DONE, "0.6")


@pytest.mark.parametrize(
    ("found", "unit", "state"),
    [
        ("6", "bar", State.DONE),
        ("5.9", "bar", State.DEVIATING),
        ("590", "kPa", State.DEVIATING),
        ("6", "leagues", State.UNPROVEN),
        ("6", "m", State.UNPROVEN),
    ],
)
def test_a_record_is_judged_in_its_own_unit(found, unit, state):
    rows = [row("B1", "pressure_test_1_pressure", found, unit=unit)]
    assert states(rows)["B1", "pressure_test_1_pressure"][0] is state


@pytest.mark.parametrize("how", [{}, {"east": 400.0}, {"exchanged": True}])
def test_places_are_held_against_the_drawing_in_the_frame_of_the_survey(how):
    found = states(places(**how))
    assert {state for (_, check), (state, _) in found.items() if check in {"x", "y"}} == {
        State.DONE
    }
    assert found["field", "spacing"][0] is State.DONE
    one = places(**how)
    last = float(one[-1].found)
    one[-1] = row("B12", "y", f"{last + 1.5:.2f}")
    assert states(one)["B12", "y"][0] is State.DEVIATING


@pytest.mark.parametrize(("scale", "state"), [(0.96, State.DONE), (0.9, State.DEVIATING)])
def test_a_field_drilled_too_narrow_is_found_in_the_mean(scale, state):
    assert states(places(scale, scatter=0.05))["field", "spacing"][0] is state


def test_a_mean_distance_whose_interval_reaches_over_the_limit_is_not_proven():
    # 12 holes 0.4 m off in every direction: the mean is known to about 0.15 m
    found = reconcile(plant(), places(0.95, scatter=0.4))
    (one,) = [f for f in found.findings if f.check.check == "spacing"]
    assert one.low < 4.75 < one.high
    assert one.state is State.UNPROVEN
    assert one.told == f"{one.found} ({one.low:.2f} … {one.high:.2f}) m"
    (said,) = open_intervals(found)
    assert said.code == "build.spacing.unproven"
    assert said.figures["limit"] == pytest.approx(4.75)
    assert f"{one.low:.2f} to {one.high:.2f} m" in said.sentence()
    assert open_intervals(reconcile(plant(), places())) == ()


def test_an_origin_of_its_own_and_an_axis_to_the_north_are_said():
    def codes(rows):
        return [v.code for v in survey_doubts(plant(ledger=tuple(rows)))]

    assert codes(places()) == []
    assert codes(places(east=400.0)) == ["build.survey.moved"]
    assert codes(places(exchanged=True)) == ["build.survey.north"]
    dealt = [row(f"B{13 - n // 2 - 1}", one.check, one.found) for n, one in enumerate(places())]
    assert codes(dealt) == ["build.survey.moved"]  # turned by half a circle
    mixed = [
        row(f"B{(5 * (n // 2)) % 12 + 1}", one.check, one.found) for n, one in enumerate(places())
    ]
    assert codes(mixed) == ["build.survey.elsewhere"]


@pytest.mark.parametrize(
    ("area", "holes", "without", "asked"),
    [
        (4999.0, 1, 0, 1),
        (5000.0, 1, 1, 2),
        (5000.0, 2, 0, 2),
        (None, 1, 0, 1),
        (None, 0, 1, 1),
    ],
)
def test_large_buildings_need_two_response_tests_and_too_few_are_missing(
    area, holes, without, asked
):
    tests = tuple(
        SurveyTest(kind="thermal_response", file=f"t{n}.csv", hole=f"B{n}") for n in range(holes)
    )
    found = reconcile(plant(tests=tests, area=area), [])
    told = [(m.without, m.of) for m in found.missing if m.check.check == "response_tests"]
    assert told == ([(without, asked)] if without else [])
    assert found.findings == ()


def test_a_response_test_that_only_the_ledger_knows_counts():
    rows = [row("field", "response_tests", "2", kind="field")]
    found = reconcile(plant(area=9000.0), rows)
    assert not [m for m in found.missing if m.check.check == "response_tests"]


def test_what_somebody_recorded_is_not_derived():
    rows = [*places(0.9), row("field", "spacing", "5.0", kind="field", drawn="5")]
    spacings = [one for one in completed(plant(), rows) if one.check == "spacing"]
    assert [one.found for one in spacings] == ["5.0"]
