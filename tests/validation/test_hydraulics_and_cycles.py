"""Pipes, branches and pumps against hand calculation; refrigerant cycles against real units."""

import csv

import numpy as np
import pytest

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.borehole import Borehole, borehole_resistance
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.physics.pump import PumpBank, PumpMode, parallel_operation
from loopkeeper.physics.refrigeration import (
    WATER_TO_AIR,
    Compressor,
    Rating,
    cycle,
    cycle_map,
)

pytestmark = pytest.mark.validation
WATER = fluid_properties("water", 0.0, 10.0)


def rating(*, heating, point):
    return Rating(heating, *point)


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


def test_air_coils():
    water = cycle_map(rating(heating=False, point=(1e5, 5.0, 25.0, 7.0)))
    air = cycle_map(rating(heating=False, point=(1e5, 4.0, 25.0, 15.0)), approach=WATER_TO_AIR)
    for grid in (water, air):
        assert np.all(np.diff(grid.capacity, axis=0) <= 0)
    with pytest.raises(OutOfRangeError, match="ideal"):
        cycle_map(rating(heating=True, point=(1e5, 12.0, 5.0, 55.0)))
    with pytest.raises(OutOfRangeError, match="R999"):
        cycle(Compressor("R999", 1e-3), 0.0, 40.0)
