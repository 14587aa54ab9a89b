"""
Nine plants of an emulator that shares nothing with this project: what was delivered and used.

Their heat meters count without a sign in both seasons and stand-by pumps have no meter. The truth
stands beside them. Who is to blame is judged elsewhere; here it is whether the energies are right.
"""

import json
import os
from pathlib import Path

import pytest

from loopkeeper.adapters.reading import open_plant
from loopkeeper.app.closing_the_loop import evaluated
from loopkeeper.errors import DataError
from loopkeeper.plant.verdict import GRAVE
from loopkeeper.units import KWH

pytestmark = pytest.mark.cases

SHARED = Path(os.environ.get("LOOPKEEPER_SHARED", Path(__file__).parents[2].parent / "shared"))
FOLDERS = sorted((SHARED / "plants").glob("plant-??"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_energies_are_those_of_the_truth(folder):
    truth = json.loads(folder.with_suffix(".truth.json").read_text(encoding="utf-8"))
    try:
        ground = open_plant(folder, lambda _: None).groundwork
        answer = evaluated(ground)
    except DataError as error:
        pytest.fail(str(error))
    assert not [v for v in ground.verdicts if v.severity in GRAVE]
    assert not isinstance(answer, DataError)
    for name in ("heating", "cooling", "electricity"):
        found = getattr(answer.measured, name).value / KWH / 1000
        # meters of 2 to 3 %, at the period's edges a few hours of another calendar
        assert found == pytest.approx(truth["measured"][f"{name}_MWh"], rel=0.03), name
