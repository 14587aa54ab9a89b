"""Nine plants of an emulator that shares nothing with this project: who is to blame, how much."""

import json
import os
from pathlib import Path

import pytest

from loopkeeper.app.closing_the_loop import diagnose_plant, evaluate_plant
from loopkeeper.app.use_cases.opening import open_plant
from loopkeeper.bootstrap.outside import outside
from loopkeeper.units import KWH

pytestmark = pytest.mark.cases

SHARED = Path(os.environ.get("LOOPKEEPER_SHARED", Path(__file__).parents[2].parent / "shared"))
FOLDERS = sorted((SHARED / "plants").glob("plant-??"))
ALARM = 0.03
"""A deviation of a healthy plant above this share of its electricity is false. [-]"""


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_the_first_kind_and_the_shortfall_are_those_of_the_truth(folder):
    truth = json.loads(folder.with_suffix(".truth.json").read_text(encoding="utf-8"))
    ground = open_plant(outside.dossiers, folder, lambda _: None).groundwork
    found = diagnose_plant(ground, evaluate_plant(ground), draws=12)
    promised = truth["promised_electricity_for_actual_heat_kWh"]
    # 3 % of the promised electricity: heat meters of 3 %, electricity of 1 %
    assert found.shortfall.value / KWH == pytest.approx(
        truth["shortfall_kWh"], abs=0.03 * promised
    )
    kinds: dict[str, float] = {}
    for one in found.deviations:
        kinds[str(one.kind)] = kinds.get(str(one.kind), 0.0) + one.energy.value / KWH
    if truth["healthy"]:
        used = 1000 * truth["measured"]["electricity_MWh"]
        assert not [k for k, energy in kinds.items() if energy > ALARM * used]
    else:
        assert max(kinds, key=lambda k: kinds[k]) == truth["dominant"], kinds
