"""From which size on machines and pumps are beyond the need, on a plant of 80 kW heat, 70 cold."""

from dataclasses import replace

import numpy as np
import pytest

from lived import pumps_like
from loopkeeper.lifecycle.diagnose.needed import as_needed, other_type, undersized
from loopkeeper.physics.heat_pump import Machine
from loopkeeper.physics.pump import DriveLaw, PumpMode
from loopkeeper.plant.machines import ControlRecord, MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Promise, Site, SourceKind
from loopkeeper.plant.source import Source

KW = 1e3
LISTED = 0.006
"""Flow of two source pumps of 3 l/s and of three load pumps of 2 l/s. [m3 s-1]"""


def promising(heat, cold, flow=0.0, spread=5.0, rated=((40.0, 35.0),) * 2):
    """Peaks and rated powers in kW, flow of the source as designed in m3/s."""
    machines = tuple(
        MachineRecord(id="m", rated_heating=hot and hot * KW, rated_cooling=cool and cool * KW)
        for hot, cool in rated
    )
    return Plant(
        site=Site(id="p", name="P", timezone="UTC"),
        source=Source(kind=SourceKind.BOREHOLE_FIELD, design_flow=flow or None),
        promise=Promise(peak_heating=heat and heat * KW, peak_cooling=cold and cold * KW),
        machines=machines,
        controls=ControlRecord(load_design_dt=spread),
    )


@pytest.mark.parametrize(
    ("heat", "cold", "size"),
    [
        (49.9, 20.0, 80 / 49.9 / 1.15),
        (50.1, 20.0, 1.0),
        (20.0, 43.7, 70 / 43.7 / 1.15),
        (20.0, 43.8, 1.0),
        (40.0, 20.0, 80 / 40 / 1.15),
        (None, 20.0, 70 / 20 / 1.15),
        (20.0, None, 80 / 20 / 1.15),
        (None, None, 1.0),
    ],
)
def test_machines_of_more_than_1_6_times_the_peak_are_too_large_by_what_exceeds_1_15(
    small, heat, cold, size
):
    """The mode that is nearer to its need decides, of those that are promised."""
    needed = as_needed(promising(heat, cold), small.system)
    assert needed.machines == pytest.approx(size)
    for found, listed in zip(needed.system.machines, small.system.machines, strict=True):
        assert found.heating.capacity[0, 0] == pytest.approx(40e3 / size)
        assert found.cooling.electricity[0, 0, 0] == pytest.approx(7e3 / size)
        assert (size > 1.0) is (found != listed)


def test_machines_that_are_rated_in_one_mode_are_held_against_that_mode(small):
    heats = promising(40.0, 10.0, rated=((60.0, None), (40.0, None)))
    assert as_needed(heats, small.system).machines == pytest.approx(100 / 40 / 1.15)
    cools = promising(40.0, 10.0, rated=((None, 30.0),))
    assert as_needed(cools, small.system).machines == pytest.approx(30 / 10 / 1.15)
    assert as_needed(promising(40.0, 10.0, rated=()), small.system).machines == 1.0


@pytest.mark.parametrize(
    ("heat", "cold", "spread", "ratio"),
    [
        (104.0, 60.0, 5.0, LISTED / (104e3 / (4.18e6 * 5))),
        (60.0, 104.0, 5.0, LISTED / (104e3 / (4.18e6 * 5))),
        (105.0, 60.0, 5.0, None),
        (123.0, 60.0, 6.0, LISTED / (123e3 / (4.18e6 * 6))),
        (None, None, 5.0, None),
    ],
)
def test_load_pumps_of_more_than_1_2_times_the_flow_of_the_peak_are_as_needed(
    small, heat, cold, spread, ratio
):
    needed = as_needed(promising(heat, cold, spread=spread), small.system)
    assert needed.machines == 1.0
    assert needed.pumps == ({} if ratio is None else {"load": pytest.approx(ratio)})
    bank, by = needed.system.load_pumps, ratio or 1.0
    assert (bank.flow, bank.electricity) == pytest.approx((0.002 / by, 700 / by))
    assert needed.system.source_pumps == small.system.source_pumps


@pytest.mark.parametrize(("flow", "ratio"), [(0.00501, None), (0.00499, 1.2024), (0.003, 2.0)])
def test_source_pumps_are_held_against_the_flow_the_source_was_designed_for(small, flow, ratio):
    needed = as_needed(promising(120.0, 60.0, flow), small.system)
    assert needed.pumps == ({} if ratio is None else {"source": pytest.approx(ratio, rel=1e-4)})
    bank, by = needed.system.source_pumps, LISTED / flow if ratio else 1.0
    assert (bank.flow, bank.electricity) == pytest.approx((0.003 / by, 900 / by))


@pytest.mark.parametrize(("heat", "scaled"), [(120.0, set()), (40.0, {"source", "load"})])
def test_drives_are_as_needed_only_where_their_machines_were_too_large(small, heat, scaled):
    driven = small.system
    for loop in ("source", "load"):
        bank = replace(driven.pumps_of(loop), mode=PumpMode.VARIABLE)
        driven = driven.with_pumps(loop, bank)
    needed = as_needed(promising(heat, 20.0, 0.003), driven)
    assert set(needed.pumps) == scaled


def test_pumps_of_too_large_machines_lose_what_the_machines_lose(small):
    """80 kW for 40 kW, 46 with the margin: 1.739; 5 l/s of source were for all 80 kW."""
    needed = as_needed(promising(40.0, 20.0, 0.005), small.system)
    assert needed.machines == pytest.approx(80 / 46)
    assert needed.pumps["source"] == pytest.approx(LISTED / (0.005 * 46 / 80))
    assert needed.pumps["load"] == pytest.approx(LISTED / (40e3 / (4.18e6 * 5)))


def oversizing(small, found):
    """The listed plant, by way of the needed one, and what is said of it."""
    needed = as_needed(promising(40.0, 20.0, 0.005), small.system)
    (one,) = needed.misdesign(found)
    return one, one.change(small.with_system(needed.system))


def test_oversizing_brings_back_machines_and_pumps(small):
    one, listed = oversizing(small, {"source": None, "load": None})
    assert one.finding.code == "diagnose.design.oversizing"
    assert one.finding.figures == pytest.approx({"percent": 200.0})
    assert listed.ground is small.ground
    for machine in listed.system.machines:
        assert machine.heating.capacity[0, 0] == pytest.approx(40e3)
        assert machine.cooling.capacity[0, 0] == pytest.approx(35e3)
    for loop, flow, draw in (("source", 0.003, 900.0), ("load", 0.002, 700.0)):
        bank = listed.system.pumps_of(loop)
        assert (bank.flow, bank.electricity) == pytest.approx((flow, draw))
    _, without = oversizing(small, {"load": None})
    assert without.system.source_pumps.flow == pytest.approx(0.005 / 2 * 46 / 80)


def test_pumps_that_are_as_large_as_needed_stay_where_machines_are_too_large(small):
    needed = as_needed(promising(40.0, 20.0), small.system)
    assert set(needed.pumps) == {"load"}
    (one,) = needed.misdesign({"source": None, "load": None})
    listed = one.change(small.with_system(needed.system)).system
    assert listed.source_pumps == small.system.source_pumps


def test_pumps_of_too_large_machines_are_as_found_but_not_in_another_s_control(small):
    law = DriveLaw(0.1, 0.7, 0.3)
    own = pumps_like(small.system.source_pumps, 1.3, 1.1, idle=0.4, law=law, minimum_speed=0.6)
    other = pumps_like(small.system.load_pumps, 1.5, 1.2, mode=PumpMode.CONSTANT, idle=0.4)
    _, listed = oversizing(small, {"source": own, "load": other})
    source, load = listed.system.source_pumps, listed.system.load_pumps
    assert (source.electricity, source.flow) == pytest.approx((1170.0, 0.0033))
    assert (source.idle, source.law, source.minimum_speed) == (0.4, law, 0.6)
    assert (load.electricity, load.flow) == pytest.approx((1050.0, 0.0024))
    assert (load.mode, load.idle) == (PumpMode.ONE_PER_MACHINE, None)


def test_a_field_too_short_is_listed_as_a_share_of_the_needed(small):
    short = undersized(1.25)
    listed = short.change(small)
    assert listed.ground.length_factor == pytest.approx(0.96 / 1.25)
    assert replace(listed.ground, length_factor=0.96) == small.ground
    assert short.cause == "design.undersized_source"
    assert short.finding.figures == pytest.approx({"percent": 80.0})


def test_machines_of_another_type_draw_the_listed_over_the_promised(small):
    """1 / 0.8 and 1 / 0.5 of what was promised: 62.5 % more on the mean of both modes."""
    other = other_type(0.8, 0.5)
    heats = Machine(small.system.machines[0].heating, None)
    model = small.with_system(replace(small.system, machines=(heats, small.system.machines[1])))
    first, second = other.change(model).system.machines
    assert first.heating.electricity[0, 0, 0] == pytest.approx(9e3 / 0.8)
    assert first.cooling is None
    assert second.cooling.electricity[0, 0, 0] == pytest.approx(7e3 / 0.5)
    assert np.array_equal(second.heating.capacity, heats.heating.capacity)
    assert other.finding.code == "diagnose.design.unit_type"
    assert other.finding.figures == pytest.approx({"percent": 62.5})
