"""Pipes, branches and pumps against hand calculation; refrigerant cycles against real units."""

import csv

import numpy as np
import pytest

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.borehole import Borehole, borehole_resistance
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.physics.pipe_network import (
    Pipe,
    PipeLoop,
    branch_flows,
    friction_factor,
    imbalance,
    loop_head,
    operating_point,
)
from loopkeeper.physics.pump import PumpBank, PumpMode, parallel_operation
from loopkeeper.physics.refrigeration import (
    WATER_TO_AIR,
    Compressor,
    Rating,
    Recovery,
    cycle,
    cycle_map,
)

pytestmark = pytest.mark.validation
WATER = fluid_properties("water", 0.0, 10.0)


def rating(*, heating, point):
    return Rating(heating, *point)


@pytest.mark.parametrize(("reynolds", "roughness", "known"), [
    (1000.0, 0.0, 0.064), (1e5, 0.0, 0.0180), (1e5, 1e-3, 0.0222), (1e6, 1e-4, 0.0134),
    (1e7, 1e-2, 0.0379),
])  # fmt: skip
def test_friction(reynolds, roughness, known, judged):
    error = friction_factor(reynolds, roughness) / known - 1
    judged("pipe friction", by="Moody chart, three digits", error=error, bound=0.02)


def test_branches_divide_as_their_resistance(judged):
    # fully turbulent, fittings only: Q ∝ 1/√ζ, exactly
    branches = tuple((Pipe(0.05, 0.0, fittings=z),) for z in (1.0, 4.0, 9.0))
    flows, _ = branch_flows(PipeLoop((), branches), 0.01, WATER)
    exact = 0.01 * np.array([1.0, 1 / 2, 1 / 3]) / (1 + 1 / 2 + 1 / 3)
    judged("parallel branches", by="closed form", error=flows / exact - 1, bound=1e-9)
    assert imbalance(flows) == pytest.approx(6 / 11 * 3 - 1)


def test_pumps_meet_the_loop(judged):
    loop = PipeLoop((Pipe(0.1, 60.0),), (((Pipe(0.05, 100.0)),),) * 4, ((4.0, 0.02),))
    bank = PumpBank(2, 0.008, 18.0, 2000.0, PumpMode.CONSTANT)
    flow, head = operating_point(bank, loop, WATER)
    pump = 18.0 * (1.25 - 0.25 * (flow / 0.016) ** 2)
    judged("pumps on a loop", by="both curves", error=head / pump - 1, bound=1e-6)
    assert loop_head(loop, 1.1 * flow, WATER) > head


def test_a_loop_that_asks_too_much_is_refused():
    loop = PipeLoop((), ((Pipe(0.005, 5000.0),),))
    with pytest.raises(OutOfRangeError, match="head"):
        operating_point(PumpBank(1, 0.01, 5.0, 500.0, PumpMode.CONSTANT), loop, WATER)
    with pytest.raises(OutOfRangeError, match="branches"):
        branch_flows(PipeLoop((), ()), 0.01, WATER)


def test_fewer_pumps_run_further_out():
    bank = PumpBank(4, 0.01, 20.0, 3000.0, PumpMode.ONE_PER_MACHINE)
    assert parallel_operation(bank, 2)[0] > 0.5 * parallel_operation(bank, 4)[0]


def test_coaxial_and_series_holes():
    common = (100.0, 1.5, 0.075)
    tube = Borehole(*common, "coaxial", 0.06, 0.055, 1.5, 0.0, core_outer=0.025, core_inner=0.020)
    args = {"ground_conductivity": 2.0, "fluid": WATER}
    slow, fast = (borehole_resistance(tube, flow_rate=q, **args) for q in (1e-4, 6e-4))
    # at high flow what remains is pipe wall and the ring of grout
    ring = np.log(0.075 / 0.06) / (2 * np.pi * 1.5) + np.log(0.06 / 0.055) / (2 * np.pi * 0.4)
    assert ring < fast < 1.4 * ring
    assert slow > fast
    one = Borehole(*common, "single_u", 0.016, 0.013, 1.5, 0.045)
    two = Borehole(*common, "single_u", 0.016, 0.013, 1.5, 0.045, in_series=2)
    assert borehole_resistance(two, flow_rate=3e-4, **args) > borehole_resistance(
        one, flow_rate=3e-4, **args
    )
    with pytest.raises(OutOfRangeError, match="ascending"):
        borehole_resistance(
            Borehole(*common, "coaxial", 0.06, 0.055, 1.5, 0.0, 0.07, 0.02), flow_rate=1e-4, **args
        )


def test_cycle_obeys_the_first_and_second_law():
    for low, high in ((-5.0, 40.0), (5.0, 55.0)):
        cold, heat, electricity = cycle(Compressor("R410A", 1e-3), low, high)
        assert cold < heat < cold + electricity
        assert heat / electricity < (high + 273.15) / (high - low)


def test_cycle_follows_real_units(shared, judged):
    with (shared / "hp_maps" / "aixlib_brine_water_tables.csv").open(encoding="utf-8") as file:
        reader = csv.DictReader(file)
        unit = (reader.fieldnames or [])[0]
        names = [
            next(n for n in reader.fieldnames if key in n)
            for key in ("source", "sink", "Q_cond", "COP")
        ]
        units = {}
        for row in reader:
            if "Vitocal" not in row[unit]:
                units.setdefault(row[unit], []).append(tuple(float(row[c]) for c in names))
    errors = []
    for rows in units.values():
        source, sink, capacity, cop = min(rows, key=lambda r: abs(r[0] - 5) + abs(r[1] - 45))
        grid = cycle_map(rating(heating=True, point=(capacity, cop, source, sink)))
        for s, k, _, truth in rows:
            if abs(s - source) <= 15 and abs(k - sink) <= 15 and 30 <= k <= 60:
                one = grid.on(np.array([s]), np.array([k]), np.array([1.0]))
                errors.append(one.capacity[0, 0] / one.electricity[0, 0, 0] / truth - 1)
    law = "COP from the refrigerant's cycle, mean"
    judged(law, by="makers' tables of six units", error=np.mean(np.abs(errors)), bound=0.10)


def test_air_coils_and_recovery():
    water = cycle_map(rating(heating=False, point=(1e5, 5.0, 25.0, 7.0)))
    air = cycle_map(rating(heating=False, point=(1e5, 4.0, 25.0, 15.0)), approach=WATER_TO_AIR)
    for grid in (water, air):
        assert np.all(np.diff(grid.capacity, axis=0) <= 0)
    assert Recovery(0.8).heat(100.0, 25.0) == pytest.approx(100.0)
    with pytest.raises(OutOfRangeError, match="ideal"):
        cycle_map(rating(heating=True, point=(1e5, 12.0, 5.0, 55.0)))
    with pytest.raises(OutOfRangeError, match="R999"):
        cycle(Compressor("R999", 1e-3), 0.0, 40.0)
