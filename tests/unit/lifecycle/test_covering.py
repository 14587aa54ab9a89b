"""Machines against the building's demand: what they leave, and the plant that leaves nothing."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import InputError, InsufficientDataError
from loopkeeper.lifecycle.design.covering import covered, enlarged, sized_for_demand
from loopkeeper.measure.series import LoadYear
from loopkeeper.virtual.templates import template

HOUR = np.arange(8760)
TIME = np.datetime64("2022-12-31T16:00:00") + HOUR * np.timedelta64(3600, "s")
SHAPE = np.maximum(0, np.cos(2 * np.pi * HOUR / 8760)) ** 2 * (np.abs(HOUR % 24 - 12) <= 3)
"""Seven hours a day around New Year, so that the ground is no limit."""
PLANT = template("office").plant
PLANT = replace(PLANT, machines=tuple(replace(m, map=(), map_file="") for m in PLANT.machines))


def demand(kilowatts):
    return LoadYear(TIME, 1e3 * kilowatts * SHAPE, 0 * SHAPE, 0 * SHAPE, 5 + 0 * SHAPE)


def with_length(plant, length):
    return replace(
        plant, source=replace(plant.source, field=replace(plant.source.field, length=length))
    )


def test_what_four_machines_leave_of_a_triple_load():
    """
    By hand: 4 x 125 kW under a peak of 1500 kW leave what lies above 500 kW.

    The capacity at 8 to 14 °C into the machines is within 10 % of the rated one at 10 °C, and the
    500 kW stand for a third of the load: 10 % of them are 5 % of what is left.
    """
    left = np.maximum(1500 * SHAPE - 500, 0).sum() / (1500 * SHAPE).sum()
    found = covered(PLANT, demand(1500))
    assert found.mode == "heating"
    assert found.unmet == pytest.approx(left, abs=0.1 * (1 - left))
    assert found.missing == pytest.approx(1e6, rel=0.05)
    assert covered(PLANT, demand(400)).enough


def test_machines_as_large_as_the_load_leave_nothing():
    plant = enlarged(PLANT, 3.3)
    assert sum(m.rated_heating for m in plant.machines) == pytest.approx(1.65e6)
    flow = sum(p.flow for p in PLANT.pumps)
    assert sum(p.flow for p in plant.pumps) == pytest.approx(3.3 * flow)
    assert covered(with_length(plant, 330.0), demand(1500)).enough


def deep(plant):
    """A stand-in for sizing: holes by the machines' rated heat."""
    return with_length(plant, 110.0 * sum(m.rated_heating for m in plant.machines) / 500e3)


def test_the_demand_is_sized_and_the_problem_comes_with_it():
    found, said = sized_for_demand(PLANT, demand(1500), deep, lambda plant: plant)
    (verdict,) = said
    assert verdict.code == "design.size.not_covered"
    assert verdict.severity == "problem"
    # 1500 kW on 500 kW with 5 % to spare
    assert float(verdict.figures["factor"]) == pytest.approx(3.15, rel=0.1)
    assert covered(found, demand(1500)).enough
    found, said = sized_for_demand(PLANT, demand(400), deep, lambda plant: plant)
    assert (found.source.field.length, said) == (110.0, ())


def test_the_same_machines_drawn_large_give_the_same_plant():
    found, _ = sized_for_demand(PLANT, demand(1500), deep, lambda plant: plant)
    rated = sum(m.rated_heating for m in found.machines)
    again, said = sized_for_demand(
        enlarged(PLANT, rated / 500e3), demand(1500), deep, lambda plant: plant
    )
    assert said == ()
    assert again.source.field.length == pytest.approx(found.source.field.length, rel=1e-9)


def test_machines_without_a_mode_are_said():
    heaters = tuple(replace(m, rated_cooling=None) for m in PLANT.machines)
    year = replace(demand(400), heating=0 * SHAPE, cooling=4e5 * SHAPE)
    _, said = sized_for_demand(replace(PLANT, machines=heaters), year, deep, lambda plant: plant)
    assert [v.code for v in said] == ["design.size.mode_absent"]
    assert said[0].figures["percent"] == "100.0"


def test_what_the_machines_leave_is_said_first_when_nothing_can_be_sized():
    def narrow(plant):
        if sum(m.rated_heating for m in plant.machines) > 600e3:
            raise InputError("no such field")
        return plant

    with pytest.raises(InsufficientDataError, match=r"machines leave .* uncovered(?s:.*)no such"):
        sized_for_demand(PLANT, demand(1500), narrow, lambda plant: plant)
