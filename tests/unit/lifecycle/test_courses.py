"""The course of a deviation closes with its annual figures, and shows nothing where nothing is."""

from dataclasses import replace

import numpy as np
import pytest

from lived import HOURS, court_of, hours_from_start, lived
from loopkeeper.lifecycle.diagnose.course import at_delivered_heat, tell
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.readings import readings_of
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.measure.calendar import Months
from loopkeeper.physics.system import BoundaryConditions, Load, simulate
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.years import mode_energy
from loopkeeper.virtual.templates import template

TIME = hours_from_start(HOURS)
ZONE = "Asia/Shanghai"


def suspect(cause, change):
    said = Verdict("diagnose.hydraulic.bypass", {"percent": 0.0})
    return Suspect(
        kind=DeviationKind.HYDRAULIC,
        cause=cause,
        apply=lambda case, _: case.changed(change, 0),
        value=np.zeros(1),
        draws=np.zeros((2, 1)),
        finding=said,
    )


def pumps(electricity):
    def change(system):
        bank = system.source_pumps.as_found(flow_factor=1.0, electricity_factor=electricity)
        return system.with_pumps("source", bank)

    return change


def worn(system):
    machines = tuple(m.drawing(heating=1.2, cooling=1.2) for m in system.machines)
    return replace(system, machines=machines)


def test_months_are_those_of_the_site():
    months = Months.of(TIME, ZONE)
    assert months.names == ("2024-01", "2024-02", "2024-03", "2024-04")
    assert np.array_equal(months.sums(np.ones(HOURS)), 24 * np.array([31, 29, 31, 29]))
    assert np.isnan(months.means(np.ones(HOURS), months.index == 1)[0])


@pytest.mark.parametrize("factor", [0.4, 1.0, 1.3])
def test_months_at_delivered_heat_sum_to_the_whole_period(office, factor):
    operation = lived(office.system)
    months = Months.of(TIME, ZONE)
    # other loads in another order: the sum must close whatever the months are
    load = Load(factor * operation.heating[::-1], factor * operation.cooling[::-1])
    outside = BoundaryConditions(np.full(HOURS, 5.0), np.ones(HOURS, bool))
    run = simulate(office.system, load, outside, 3600.0)
    whole = mode_energy(run).at_delivered_heat(
        operation.heating.sum() * 3600.0, operation.cooling.sum() * 3600.0
    )
    assert at_delivered_heat(run, operation, months).sum() == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize(
    "cause",
    [
        "operation.wear",
        "operation.set_point",
        "construction.resistance",
        "hydraulic.bypass",
        "hydraulic.source_pumps",
        "commissioning.staging",
        "design.load_size",
    ],
)
def test_no_deviation_gives_equal_lines(office, cause):
    operation = lived(office.system)
    court, base = court_of(operation), Hypothesis.of(office)
    total = float(operation.electricity.sum() * 3600.0)
    none = suspect(cause, lambda system: system)
    course = tell(court, base, [none], (total, total), ZONE).of([0], none, np.ones(1))
    assert course.measured == pytest.approx(course.expected, rel=1e-6)
    assert course.measured == pytest.approx(course.repaired, rel=1e-6)
    seen = course.witness
    assert seen.measured == pytest.approx(seen.designed, rel=1e-6)
    assert seen.measured == pytest.approx(seen.repaired, rel=1e-6)


def test_what_is_repaired_goes_back_to_what_was_promised(office):
    """Pumps of twice the draw: taken out, the plant is the designed one, month by month."""
    twice = suspect("hydraulic.source_pumps", pumps(2.0))
    operation = lived(pumps(2.0)(office.system))
    court, base = court_of(operation), Hypothesis.of(office)
    total, start = float(operation.electricity.sum() * 3600.0), court.value(base)
    course = tell(court, base, [twice], (total, start), ZONE).of([0], twice, np.ones(1))
    saved = total - start
    assert sum(course.measured) == pytest.approx(total, rel=1e-9)
    assert sum(course.expected) == pytest.approx(start, rel=1e-9)
    assert sum(course.measured) - sum(course.repaired) == pytest.approx(saved, rel=1e-9)
    assert course.repaired == pytest.approx(course.expected, rel=1e-6)
    seen = course.witness
    assert seen.quantity == "source_pump_electricity"
    assert seen.measured == pytest.approx(2 * np.array(seen.designed), rel=1e-6)


def test_each_of_several_causes_is_taken_out_by_itself(office):
    both = [suspect("hydraulic.source_pumps", pumps(2.0)), suspect("operation.wear", worn)]
    operation = lived(office.system)
    court, base = court_of(operation, 1.5), Hypothesis.of(office)
    whole = court.value(both[1].apply(both[0].apply(base, None), None))
    story = tell(court, base, both, (whole, court.value(base)), ZONE)
    for n, one in enumerate(both):
        without = court.value(both[1 - n].apply(base, None))
        course = story.of([n], one, np.ones(2))
        assert sum(course.repaired) == pytest.approx(without, rel=1e-9)
        assert max(course.witness.repaired) < max(course.witness.measured)


def test_gaps_are_filled_by_the_load_they_carried(office):
    operation = lived(office.system)
    good = np.arange(HOURS) % 5 > 0
    holes = replace(operation, good=good)
    total = float(operation.electricity.sum() * 3600.0)
    story = tell(court_of(holes), Hypothesis.of(office), [], (total, total), ZONE)
    assert story.stage.measured.sum() == pytest.approx(total, rel=1e-12)
    assert story.stage.measured.sum(axis=0) == pytest.approx(story.expected, rel=0.02)


def test_a_quantity_that_is_not_measured_is_no_witness(office):
    operation = replace(lived(office.system), source_supply=np.full(HOURS, np.nan))
    none = suspect("construction.resistance", lambda system: system)
    story = tell(court_of(operation), Hypothesis.of(office), [none], (1.0, 1.0), ZONE)
    assert story.of([0], none, np.ones(1)).witness is None


def test_readings_are_the_points_a_finding_rests_on():
    plant = template("office").plant
    points = tuple(
        Point(id=f"p{n}", quantity=quantity, of=of, statistic=Statistic.INSTANT, unit="")
        for n, (quantity, of) in enumerate(
            [
                ("supply_temperature", "source"),
                ("supply_temperature", "load"),
                ("electricity_power", "source-pumps"),
                ("electricity_power", "plant"),
                ("electricity_power", plant.machines[0].id),
                ("running", plant.machines[0].id),
                ("flow", "field"),
                ("outdoor_temperature", "site"),
                ("setpoint", "load"),
            ]
        )
    )
    told = replace(plant, points=points)
    assert readings_of(told, BY_CODE["operation.set_point"].seen_at) == ("p1", "p7", "p8")
    assert readings_of(told, BY_CODE["hydraulic.source_pumps"].seen_at) == ("p0", "p2", "p3", "p5")
    assert readings_of(told, BY_CODE["operation.wear"].seen_at) == ("p0", "p1", "p3", "p4", "p5")
    assert readings_of(told, BY_CODE["hydraulic.bypass"].seen_at) == ("p6",)
    assert readings_of(told, BY_CODE["resource.conductivity"].seen_at) == ("p0", "p5")
