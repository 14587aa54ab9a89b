"""
What the ground of a plant of the other emulator is told to be, beside what was planted there.

Its ground is finite lines superposed with equal extraction, ours equal wall temperature in modes.
"""

import json

import numpy as np
import pytest

from diagnosis.baseline import Seen
from emulator.truth import write_plant
from loopkeeper.app.closing_the_loop import evaluate_plant, investigated

pytestmark = pytest.mark.integration


@pytest.mark.slow
@pytest.mark.parametrize("seed", [63, 260])
def test_holes_nearer_than_drawn_are_told_from_colder_ground(seed, tmp_path):
    write_plant(seed, "plant", tmp_path)
    planted = json.loads((tmp_path / "plant.truth.json").read_text(encoding="utf-8"))["causes"][0]
    assert planted["name"] == "close_holes"
    ground = Seen.of(tmp_path / "plant").ground
    found = investigated(ground, evaluate_plant(ground), draws=200)
    suspect = {one.cause: one for one in found.suspects}["construction.spacing"]
    spacing = np.exp(suspect.draws[:, 0])
    # another code's holes share their heat otherwise: a tenth of the distance
    assert np.median(spacing) == pytest.approx(planted["severity"], rel=0.1)


@pytest.mark.slow
def test_holes_as_drawn_are_not_called_near(tmp_path):
    write_plant(49, "plant", tmp_path)
    ground = Seen.of(tmp_path / "plant").ground
    found = investigated(ground, evaluate_plant(ground), draws=200)
    suspect = {one.cause: one for one in found.suspects}["construction.spacing"]
    assert np.exp(np.quantile(suspect.draws[:, 0], 0.1)) > 0.85
