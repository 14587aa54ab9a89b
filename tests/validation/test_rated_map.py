"""
The parametric map against makers' tables of brine/water units.

AixLib tables (six units; WPZ Buchs or makers). The map goes through one point of each unit and
is asked for the others: within 10 % in COP on average up to 15 K away. The Vitocal 350 rows repeat
capacities at other temperatures (a transcription error) and are left out.
"""

import csv

import numpy as np
import pytest

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.heat_pump import rated_map, with_part_load
from loopkeeper.physics.machine_arrays import machine_arrays
from loopkeeper.physics.machine_kernel import duty
from loopkeeper.plant.machine_maps import machine_of
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.site import SourceKind

pytestmark = pytest.mark.validation


def tables(folder):
    units: dict[str, list[tuple[float, ...]]] = {}
    with (folder / "hp_maps" / "aixlib_brine_water_tables.csv").open(encoding="utf-8") as file:
        reader = csv.DictReader(file)
        names = reader.fieldnames or []
        unit = names[0]
        columns = [
            next(n for n in names if key in n) for key in ("source", "sink", "Q_cond", "COP")
        ]
        for row in reader:
            if "Vitocal" not in row[unit]:
                units.setdefault(row[unit], []).append(tuple(float(row[c]) for c in columns))
    return units


def test_cop_of_real_units_away_from_the_rating_point(shared, judged):
    errors = []
    for rows in tables(shared).values():
        near = min(rows, key=lambda r: abs(r[0] - 5) + abs(r[1] - 45))
        source, sink, capacity, cop = near
        grid = rated_map(
            heating=True, capacity=capacity, efficiency=cop, source_inlet=source, load_outlet=sink
        )
        for s, k, _, truth in rows:
            if abs(s - source) <= 15 and abs(k - sink) <= 15 and 30 <= k <= 60:
                one = grid.on(np.array([s]), np.array([k]), np.array([1.0]))
                errors.append(one.capacity[0, 0] / one.electricity[0, 0, 0] / truth - 1)
    assert len(errors) > 20
    mean = np.mean(np.abs(errors))
    judged(
        "COP from one rating point, mean", by="makers' tables of six units", error=mean, bound=0.10
    )


@pytest.mark.parametrize("heating", [True, False])
def test_rating_point_itself_is_met(heating):
    source, sink = (10.0, 45.0) if heating else (25.0, 7.0)
    grid = rated_map(
        heating=heating, capacity=1e5, efficiency=4.5, source_inlet=source, load_outlet=sink
    )
    one = grid.on(np.array([source]), np.array([sink]), np.array([1.0]))
    # 1 %: the rating point lies between grid nodes, which are joined by straight lines
    assert one.capacity[0, 0] == pytest.approx(1e5, rel=0.01)
    assert one.capacity[0, 0] / one.electricity[0, 0, 0] == pytest.approx(4.5, rel=0.01)


def test_more_than_carnot_is_refused():
    with pytest.raises(OutOfRangeError, match="Carnot"):
        rated_map(heating=True, capacity=1e5, efficiency=9.0, source_inlet=0.0, load_outlet=55.0)


@pytest.mark.parametrize(
    ("compressor", "quarter"),
    # by hand from the published parabola a + b x + c x2 at x = 0.25 and 1
    [("scroll", 0.2241838 / 1.0040439), ("screw", 0.4178683 / 1.0264395)],
)
def test_part_load_is_that_of_the_compressor(compressor, quarter):
    """A unit twice too large works at half load: a screw then takes a tenth more for its heat."""
    grid = rated_map(
        heating=True, capacity=5e5, efficiency=4.6, source_inlet=10.0, load_outlet=45.0
    )
    made = with_part_load(grid, compressor)
    assert made.electricity[..., -1] == pytest.approx(grid.electricity[..., -1])
    one = made.electricity[3, 3]
    assert one[0] / one[-1] == pytest.approx(quarter, rel=1e-5)
    half = one[1] / (0.5 * one[-1])
    assert (half > 1.08) == (compressor == "screw")


def test_oversizing_of_a_nameplate_machine_is_seen():
    """The same load from one machine of its size and from one three times as large."""
    spent = []
    for factor in (1.0, 3.0):
        machine, _ = machine_of(
            MachineRecord(id="hp1", rated_heating=factor * 260e3, rated_cop=4.6),
            SourceKind.BOREHOLE_FIELD,
        )
        full = duty(machine_arrays((machine,))[0], 10.0, 45.0, 250e3, 0)
        spent.append(full.electricity)
    assert spent[1] > 1.15 * spent[0]
