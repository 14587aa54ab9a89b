"""Single wells whose place nobody wrote down, and wells drawn into one another."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import InconsistentPlantError
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import AquiferRecord, SingleWell, SingleWellType, Source
from loopkeeper.plant.wells import single_well_ground, single_well_response

WELL = SingleWell(
    id="s1",
    type=SingleWellType.ONE_AQUIFER,
    depth=60.0,
    bore_diameter=0.5,
    design_flow=15 / 3600,
    return_zone=(28.0, 36.0),
    intake_zone=(48.0, 58.0),
)


def plant(*wells):
    aquifer = AquiferRecord(hydraulic_conductivity=2.6e-4, thickness=36.0, top=25.0)
    return Plant(
        site=Site(id="p", name="P", timezone="UTC"),
        source=Source(kind=SourceKind.SINGLE_WELL, aquifer=aquifer, single_wells=wells),
    )


def codes(verdicts):
    return {v.code for v in verdicts}


def test_wells_without_a_place_do_not_touch_and_it_is_said():
    alone, one = single_well_response(plant(WELL))
    three, count = single_well_response(plant(*(replace(WELL, id=f"s{n}") for n in range(3))))
    assert (one, count) == (1, 3)
    assert three.volume == pytest.approx(alone.volume)
    assert three.feedback == pytest.approx(alone.feedback)
    said = single_well_ground(plant(WELL, replace(WELL, id="s2")))[1]
    assert "plant.well.place_unknown" in codes(said)
    assert "plant.well.place_unknown" not in codes(single_well_ground(plant(WELL))[1])


def test_wells_at_one_drawn_place_are_refused():
    with pytest.raises(InconsistentPlantError, match="placed by x_m, y_m"):
        single_well_ground(plant(*(replace(WELL, id=i, x=0.0, y=0.0) for i in "ab")))


def test_a_placed_well_feels_its_neighbour_an_unplaced_one_does_not():
    near = [replace(WELL, id=f"s{n}", x=30.0 * n, y=0.0) for n in range(2)]
    drawn, unknown = (
        single_well_response(plant(*wells))[0]
        for wells in (near, [replace(w, x=None, y=None) for w in near])
    )
    late = drawn.volume > np.median(drawn.volume)
    assert (drawn.feedback[late] >= unknown.feedback[late] - 1e-6).all()
    assert drawn.feedback[-1] > unknown.feedback[-1]
