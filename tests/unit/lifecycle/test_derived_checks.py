"""What follows from other records, by hand from the clauses."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.build.derived import completed, survey_doubts
from loopkeeper.lifecycle.build.pipe_class import warm_factor
from loopkeeper.lifecycle.build.pressures import pressure_asked
from loopkeeper.lifecycle.build.reconcile import State, open_intervals, reconcile
from loopkeeper.plant.records import LedgerCheck, SurveyTest
from loopkeeper.plant.source import BoreholeField

POSITIONS = tuple((5.0 * i, 5.0 * j) for j in range(3) for i in range(4))


def plant(*, tests=(), area=None, ledger=(), water=None, fluid="water", warm=None, **pipes):
    field = BoreholeField(
        count=12, length=100.0, diameter=0.15, buried_depth=1.5, positions=POSITIONS, **pipes
    )
    return SimpleNamespace(
        source=SimpleNamespace(
            field=field,
            wells=(),
            aquifer=water if hasattr(water, "static_level") else None,
            ground=water if hasattr(water, "water_level") else None,
            fluid=fluid,
            fluid_mass_fraction=0.25,
        ),
        promise=SimpleNamespace(source_inlet_max=warm),
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


def test_the_last_working_pressure_of_a_header_counts():
    rows = [
        row("H1", "working_pressure", "1.2", kind="header"),
        row("H1", "working_pressure", "0.6", kind="header"),
        row("B1", "pressure_test_1_pressure", "0.9"),
    ]
    assert states(rows)["B1", "pressure_test_1_pressure"] == (State.DONE, "0.9")


def test_coils_are_tested_by_their_own_working_pressure():
    rows = [
        row("H1", "working_pressure", "0.8", kind="header"),
        row("C1", "working_pressure", "4", kind="coil", unit="bar"),
        row("C2", "working_pressure", "0.6", kind="coil"),
        *(row(f"C{n}", "pressure_test_1_pressure", "0.9", kind="coil") for n in (1, 2, 3)),
        row("B1", "pressure_test_1_pressure", "0.9"),
    ]
    found = states(rows)
    assert found["C1", "pressure_test_1_pressure"] == (State.DONE, "0.6")  # 1.5 times 0.4
    assert found["C2", "pressure_test_1_pressure"] == (State.DONE, "0.9")
    assert found["C3", "pressure_test_1_pressure"] == (State.DONE, "0.9")  # as the other coils
    assert found["B1", "pressure_test_1_pressure"] == (State.DEVIATING, "1.2")
    # without any of theirs they have the plant's
    others = [one for one in rows if (one.item_kind, one.check) != ("coil", "working_pressure")]
    assert states(others)["C1", "pressure_test_1_pressure"] == (State.DEVIATING, "1.2")


WATER = 999.7 * 9.80665 * 1e-6
"""Of the column in a pipe at 10 °C. [MPa/m]"""


def foot(rows, item, **about):
    found = reconcile(plant(**about), rows)
    (one,) = [f for f in found.findings if (f.item, f.check.check) == (item, "foot_pressure")]
    return one, open_intervals(plant(**about), found)


@pytest.mark.parametrize(
    ("told", "length", "state"),
    [
        # 0.6 MPa and 101.5 m of water are 1.595 MPa: just carried, water outside or not
        (row("B1", "pipe", "PE100 SDR11 DN32"), "100", State.DONE),
        (row("B1", "pipe_class", "16", unit="bar"), "102", State.UNPROVEN),
        (row("B1", "pipe", "PE 80 SDR 11"), "100", State.UNPROVEN),
        (row("B1", "pipe", "PE100, PN10"), "150", State.UNPROVEN),
        (row("B1", "pipe_class", "0.5"), "100", State.DEVIATING),  # at the top already
    ],
)
def test_a_pipe_carries_the_water_column_at_the_foot_of_its_hole(told, length, state):
    header = row("H1", "working_pressure", "0.6", kind="header")
    one, _ = foot([header, told, row("B1", "active_length", length)], "B1")
    deep = 1.5 + float(length)
    assert one.high == pytest.approx(0.6 + WATER * deep, abs=2e-3)
    assert one.low == pytest.approx(0.6, abs=2e-3)
    assert one.state is state
    assert (one.check.clause, one.check.confidence) == ("GB 50366-2005 (2009) 4.2.2", "M")


def test_the_ground_s_water_that_a_pipe_needs_is_said():
    rows = [
        row("H1", "working_pressure", "0.6", kind="header"),
        row("B1", "pipe_class", "1.0"),
        row("B2", "pipe_class", "1.25"),
    ]
    _, (said,) = foot(rows, "B1")
    assert said.code == "build.pressure.unproven"
    assert said.figures["count"] == 2
    assert said.figures["level"] == pytest.approx(0.4e6 / 9806.65, abs=0.2)
    assert "B1" in said.sentence()
    assert "no deeper than 41 m" in said.sentence()


@pytest.mark.parametrize("name", ["static_level", "water_level"])
@pytest.mark.parametrize(("level", "state"), [(30.0, State.DONE), (50.0, State.DEVIATING)])
def test_a_level_on_record_settles_what_a_pipe_carries(level, state, name):
    rows = [row("H1", "working_pressure", "0.6", kind="header"), row("B1", "pipe_class", "1.0")]
    one, said = foot(rows, "B1", water=SimpleNamespace(**{name: level}))
    assert one.state is state
    assert one.low == one.high == pytest.approx(0.6 + level * 9806.65e-6, abs=2e-3)
    assert said == ()


@pytest.mark.parametrize(
    ("level", "outside"),
    [
        (0.0, 101.5),  # up to the surface: all of the column is carried
        (101.5, 0.0),
        (140.0, 0.0),  # below the foot: none beside the hole
    ],
)
def test_water_stands_between_the_surface_and_the_foot(level, outside):
    rows = [row("H1", "working_pressure", "0.6", kind="header"), row("B1", "pipe_class", "1.0")]
    one, _ = foot(rows, "B1", water=SimpleNamespace(water_level=level))
    inside = 0.6 + WATER * 101.5
    assert one.low == one.high == pytest.approx(inside - outside * 9806.65e-6, abs=2e-3)


@pytest.mark.parametrize(
    ("celsius", "factor"),
    [
        (12.0, 1.0),
        (20.0, 1.0),
        (25.0, 0.935),
        (30.0, 0.87),
        (36.0, 0.792),
        (40.0, 0.74),
        (45.0, 0.675),
    ],
)
def test_warm_water_weakens_polyethylene(celsius, factor):
    assert warm_factor(celsius) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("pipe", "state"),
    [
        ("2.0", State.DONE),  # 1.184 MPa at 33 °C: 1.184 / 0.831 = 1.425
        ("1.25", State.UNPROVEN),  # carried at 20 °C, not at 33 °C
        ("1.0", State.DEVIATING),  # not at 20 °C either
    ],
)
def test_a_pipe_that_carries_its_foot_only_while_cold_is_not_proven(pipe, state):
    rows = [row("H1", "working_pressure", "0.6", kind="header"), row("B1", "pipe_class", pipe)]
    about = {"warm": 30.5, "water": SimpleNamespace(water_level=59.5)}
    one, said = foot(rows, "B1", **about)
    # 0.6 MPa and 59.5 m that no water outside carries
    assert one.low == pytest.approx(1.184, abs=2e-3)
    assert one.high == pytest.approx(1.425, abs=3e-3)
    assert one.state is state
    if state is State.UNPROVEN:
        assert [v.code for v in said] == ["build.pressure.warm"]
        assert said[0].figures["warm"] == 33.0
        assert said[0].figures["share"] == pytest.approx(0.831)
        assert "nominal 1.25 MPa" in said[0].sentence()
    else:
        assert said == ()


def test_the_level_that_a_warm_pipe_needs_is_higher():
    rows = [row("H1", "working_pressure", "0.6", kind="header"), row("B1", "pipe_class", "1.0")]
    _, (said,) = foot(rows, "B1", warm=30.5)
    # 0.831 MPa less 0.6 MPa are 23.6 m of water; 40.8 m at 20 °C
    assert said.code == "build.pressure.unproven"
    assert said.figures["level"] == pytest.approx(0.231e6 / 9806.65, abs=0.3)
    # 0.9 MPa are carried by a pipe of 1.0 MPa that is cold, wherever water stands
    rows[0] = row("H1", "working_pressure", "0.9", kind="header")
    _, (said,) = foot(rows, "B1", warm=30.5)
    assert said.code == "build.pressure.warm"


@pytest.mark.parametrize(("fluid", "density"), [("ethylene_glycol", 1033.0), ("oil", 1000.0)])
def test_a_heavier_fluid_presses_more_and_an_unknown_one_is_taken_as_water(fluid, density):
    rows = [row("H1", "working_pressure", "0.6", kind="header"), row("B1", "pipe_class", "1.6")]
    one, _ = foot(rows, "B1", fluid=fluid)
    assert one.high == pytest.approx(0.6 + density * 9.80665e-6 * 101.5, abs=3e-3)
    assert one.low == pytest.approx(0.6 + (density - 1000.0) * 9.80665e-6 * 101.5, abs=3e-3)


@pytest.mark.parametrize(
    ("pipes", "nominal"),
    [
        ({"pipe_outer": 0.032, "pipe_inner": 0.026}, "1.6"),  # a wall of 3.0 mm: SDR 11
        ({"pipe_outer": 0.032, "pipe_inner": 0.0272}, "1.25"),  # 2.4 mm: SDR 13.6
        ({"pipe_outer": 0.040, "pipe_inner": 0.0352}, "1"),  # 2.4 mm: SDR 17
    ],
)
def test_a_drawn_pipe_has_its_class_by_its_wall(pipes, nominal):
    one, _ = foot([row("H1", "working_pressure", "0.3", kind="header")], "field", **pipes)
    assert one.drawn == nominal
    assert one.check.confidence == "A"


def test_a_wall_of_no_series_or_no_working_pressure_tells_nothing():
    header = row("H1", "working_pressure", "0.6", kind="header")
    checks = {one.check for one in completed(plant(pipe_inner=0.0304), [header])}
    assert "foot_pressure" not in checks
    checks = {one.check for one in completed(plant(), [row("B1", "pipe_class", "1.6")])}
    assert "foot_pressure" not in checks


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
    (said,) = open_intervals(plant(), found)
    assert said.code == "build.spacing.unproven"
    assert said.figures["limit"] == pytest.approx(4.75)
    assert f"{one.low:.2f} to {one.high:.2f} m" in said.sentence()
    assert open_intervals(plant(), reconcile(plant(), places())) == ()


def test_one_place_far_out_leaves_the_mean_unproven():
    rows = places(0.9, scatter=0.05)
    far = ("B4", "x")  # a corner: 18.5 m for 13.5
    slipped = [
        replace(one, found="18.50") if (one.item, one.check) == far else one for one in rows
    ]
    (one,) = (f for f in reconcile(plant(), slipped).findings if f.check.check == "spacing")
    assert float(one.found) > 4.75  # by its value alone the narrow field would pass
    assert one.state is State.UNPROVEN


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
