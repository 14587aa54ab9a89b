"""What a promise needs and what documents list: from the one to the other and back."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose.needed import as_needed, other_type, undersized
from loopkeeper.lifecycle.diagnose.pump_fit import PumpFit
from loopkeeper.physics.pump import HOLDS_SPREAD, PumpMode
from loopkeeper.virtual.templates import template

NOBODY_LOOKED = {"source": None, "load": None}


def promising(heating, cooling):
    """The office (4 machines of 125 kW heat and 120 kW cold) for a building of these peaks."""
    plant = template("office").plant
    promise = replace(plant.promise, peak_heating=heating, peak_cooling=cooling)
    return replace(plant, promise=promise)


def capacity(system):
    return sum(float(m.heating.capacity.max()) for m in system.machines)


def flow(bank):
    return bank.count * bank.flow


def test_machines_and_pumps_far_beyond_the_need_are_replaced_by_needed_ones(office):
    needed = as_needed(promising(200e3, 160e3), office.system)
    # 500 kW of heat are listed and 200 kW needed, 230 kW with the usual margin; cold is further
    # off and does not decide
    assert needed.machines == pytest.approx(500 / 230)
    assert capacity(needed.system) == pytest.approx(0.46 * capacity(office.system))
    # 100 m3/h were designed for the source of 500 kW; 200 kW at 5 K are 34.4 m3/h
    assert 3600 * flow(needed.system.source_pumps) == pytest.approx(46.0)
    assert 3600 * flow(needed.system.load_pumps) == pytest.approx(34.4, rel=0.01)
    assert needed.pumps == pytest.approx({"source": 100 / 46.0, "load": 88 / 34.4}, rel=0.01)
    # electricity goes with flow: the head is that of the loop
    assert needed.system.source_pumps.electricity == pytest.approx(
        0.46 * office.system.source_pumps.electricity
    )


def test_misdesign_leads_from_the_need_back_to_the_list(office):
    needed = as_needed(promising(200e3, 160e3), office.system)
    (oversizing,) = needed.misdesign(NOBODY_LOOKED)
    assert oversizing.cause == "design.oversizing"
    assert oversizing.finding.figures["percent"] == pytest.approx(250.0)  # 500 kW for 200 kW
    listed = oversizing.change(office.with_system(needed.system)).system
    for back, was in zip(listed.machines, office.system.machines, strict=True):
        assert back.heating.capacity == pytest.approx(was.heating.capacity)
        assert back.cooling.electricity == pytest.approx(was.cooling.electricity)
    for loop in NOBODY_LOOKED:
        back, was = listed.pumps_of(loop), office.system.pumps_of(loop)
        assert (back.flow, back.electricity) == pytest.approx((was.flow, was.electricity))


@pytest.mark.parametrize("control", [PumpMode.ONE_PER_MACHINE, PumpMode.CONSTANT])
def test_pumps_of_oversized_machines_are_as_found_but_for_a_control_never_put_right(
    office, control
):
    needed = as_needed(promising(200e3, 160e3), office.system)
    found = PumpFit(
        mode=control,
        law=HOLDS_SPREAD,
        electricity_factor=0.8,
        electricity=1500.0,
        flow=0.008,
        scatter=0.02,
        idle=0.3,
    )
    (oversizing,) = needed.misdesign({"source": found, "load": None})
    bank = oversizing.change(office.with_system(needed.system)).system.source_pumps
    designed = office.system.source_pumps
    assert designed.mode is PumpMode.ONE_PER_MACHINE
    assert (bank.mode, bank.flow, bank.electricity) == (designed.mode, 0.008, 1500.0)
    assert bank.goes_on == pytest.approx(0.3 if control is designed.mode else 0.0)


@pytest.mark.parametrize(
    "peaks",
    [(330e3, 300e3), (200e3, 400e3), (None, None)],
    ids=["a spare machine", "cold needs them", "nothing promised"],
)
def test_machines_that_fit_are_left_alone(office, peaks):
    needed = as_needed(promising(*peaks), office.system)
    assert needed.machines == 1.0
    assert needed.system.machines == office.system.machines
    assert needed.misdesign(NOBODY_LOOKED) == ()


def test_fixed_pumps_far_above_need_are_held_against_the_flow_the_design_needs(office):
    plant = template("office").plant
    bank = replace(office.system.source_pumps, mode=PumpMode.ONE_PER_MACHINE)
    large = replace(
        office.system, source_pumps=replace(bank, flow=1.5 * plant.source.design_flow / bank.count)
    )
    needed = as_needed(plant, large)
    assert needed.pumps["source"] == pytest.approx(1.5)
    assert flow(needed.system.source_pumps) == pytest.approx(plant.source.design_flow)
    assert as_needed(plant, replace(large, source_pumps=bank)).pumps.get("source") is None
    turned_down = replace(large.source_pumps, mode=PumpMode.VARIABLE)
    assert as_needed(plant, replace(large, source_pumps=turned_down)).pumps == {}


def test_an_undersized_field_is_listed_shorter_than_needed(office):
    longer = office.with_ground(replace(office.field, length_factor=1.6))
    short = undersized(1.6)
    listed = short.change(longer)
    assert listed.field.length_factor == pytest.approx(1.0)
    assert listed.system.ground.total_length == pytest.approx(90 * 110.0)
    assert short.finding.figures["percent"] == pytest.approx(62.5)


def test_machines_of_another_type_draw_what_their_own_maps_say(office):
    promised = office.with_system(
        replace(
            office.system,
            machines=tuple(m.drawing(heating=0.8, cooling=0.5) for m in office.system.machines),
        )
    )
    other = other_type(0.8, 0.5)
    listed = other.change(promised).system
    for back, was in zip(listed.machines, office.system.machines, strict=True):
        assert np.allclose(back.heating.electricity, was.heating.electricity)
        assert np.allclose(back.cooling.electricity, was.cooling.electricity)
    # 1/0.8 = 1.25 and 1/0.5 = 2: 62.5 % more on the mean of both modes
    assert other.finding.figures["percent"] == pytest.approx(62.5)
