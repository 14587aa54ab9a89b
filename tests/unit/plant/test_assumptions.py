"""What stands in when the dossier says less: rating points, cycles, limits of surface water."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import InconsistentPlantError
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.machines import MachineRecord, Medium
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import SurfaceWater, WaterBody
from loopkeeper.plant.surface import water_limit
from loopkeeper.virtual.templates import template

PLATE = MachineRecord(
    id="hp", rated_heating=100e3, rated_cop=4.5, rated_cooling=90e3, rated_eer=5.0
)


def of(record, kind=SourceKind.BOREHOLE_FIELD):
    model, verdicts = assemble(replace(template("office", kind).plant, machines=(record,)))
    return model.system.machines[0], {v.code for v in verdicts if ".machine." in v.code}


def at(performance, source, load):
    point = performance.on(np.array([source]), np.array([load]), np.array([1.0]))
    return point.capacity.item(), point.electricity.item()


@pytest.mark.parametrize(
    ("kind", "inlet"),
    [
        (SourceKind.BOREHOLE_FIELD, 10.0),
        (SourceKind.SURFACE_WATER, 10.0),
        (SourceKind.WELL_GROUP, 15.0),
        (SourceKind.SINGLE_WELL, 15.0),
    ],
)
def test_the_plate_holds_at_the_rating_point_of_its_kind(kind, inlet):
    machine, codes = of(PLATE, kind)
    assert at(machine.heating, inlet, 45.0) == pytest.approx((100e3, 100e3 / 4.5), rel=0.01)
    assert codes == {"plant.machine.parametric_map"}


@pytest.mark.parametrize("said", [{"refrigerant": "R134a"}, {"type": "III"}])
def test_the_cycle_stands_in_where_its_bend_matters(said):
    machine, codes = of(replace(PLATE, **said))
    assert codes == {"plant.machine.cycle_map"}
    assert at(machine.heating, 10.0, 45.0) == pytest.approx((100e3, 100e3 / 4.5), rel=0.01)
    cold = at(machine.heating, -5.0, 45.0)
    assert cold[0] < 75e3
    assert cold[0] / cold[1] < 3.8


def test_air_is_rated_at_its_own_outlet():
    machine, _ = of(replace(PLATE, medium=Medium.AIR))
    assert at(machine.heating, 10.0, 38.0) == pytest.approx((100e3, 100e3 / 4.5), rel=0.01)


def test_an_unknown_refrigerant_is_named():
    with pytest.raises(InconsistentPlantError, match="machine hp: refrigerant 'R0' is unknown"):
        of(replace(PLATE, refrigerant="R0"))


def test_sewage_gives_what_flows_at_the_hour():
    by_hour = (0.2,) * 6 + (1.0,) * 18
    sewer = SurfaceWater(
        body=WaterBody.SEWAGE,
        low=12,
        high=24,
        available_flow=0.02,
        flow_by_hour=by_hour,
        ecological_limit=4.0,
        return_min=4.0,
    )
    hours = np.array([3, 12, 12, 12])
    heat = water_limit(sewer, np.array([12.0, 12.0, 6.0, 20.0]), hours, np.array([0, 0, 0, 1.0]))
    # 4.18 MJ/(m³ K) × flow × fall: the ecological 4 K, or what is left above 4 °C
    assert heat == pytest.approx([66_880.0, 334_400.0, 167_200.0, 334_400.0])
    unlimited = water_limit(replace(sewer, available_flow=None), heat, hours, heat)
    assert np.isinf(unlimited).all()
