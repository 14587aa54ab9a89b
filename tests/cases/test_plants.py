"""
Nine plants of an emulator that shares nothing with this project: what was delivered and used.

Their heat meters count without a sign in both seasons and stand-by pumps have no meter. The truth
stands beside them. Who is to blame is judged elsewhere; here it is whether the energies are right.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.app.closing_the_loop import evaluated
from loopkeeper.app.groundwork import admit_readings
from loopkeeper.app.use_cases.opening import open_plant
from loopkeeper.bootstrap.outside import outside
from loopkeeper.errors import DataError
from loopkeeper.measure.operation import operation
from loopkeeper.plant.verdict import GRAVE
from loopkeeper.units import KWH

pytestmark = pytest.mark.cases

SHARED = Path(os.environ.get("LOOPKEEPER_SHARED", Path(__file__).parents[2].parent / "shared"))
FOLDERS = sorted((SHARED / "plants").glob("plant-??"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_energies_are_those_of_the_truth(folder):
    truth = json.loads(folder.with_suffix(".truth.json").read_text(encoding="utf-8"))
    try:
        ground = open_plant(outside.dossiers, folder, lambda _: None).groundwork
        answer = evaluated(ground)
    except DataError as error:
        pytest.fail(str(error))
    assert not [v for v in ground.verdicts if v.severity in GRAVE]
    assert not isinstance(answer, DataError)
    for name in ("heating", "cooling", "electricity"):
        found = getattr(answer.measured, name).value / KWH / 1000
        # meters of 2 to 3 %, at the period's edges a few hours of another calendar
        assert found == pytest.approx(truth["measured"][f"{name}_MWh"], rel=0.03), name
    # told by a meter in one, by the circulation pump in three, nothing to tell in the others
    moved = float(ground.operation.recharge.sum()) / 1e6
    assert moved == pytest.approx(truth["measured"]["recharge_MWh"], rel=0.1)
    source = ground.operation.source_heat
    for name, heat in (("extracted", np.maximum(source, 0)), ("rejected", np.maximum(-source, 0))):
        found = float(np.nansum(heat)) / 1e6
        assert found == pytest.approx(truth["measured"][f"ground_{name}_MWh"], rel=0.03), name


@pytest.mark.parametrize("name", ["plant-03", "plant-04", "plant-08"])
def test_running_told_by_the_draw_is_that_of_the_running_points(name):
    folder = SHARED / "plants" / name
    if not folder.is_dir():
        pytest.skip("no shared plants")
    dossier = read_dossier(folder)
    readings, said = read_telemetry(folder, dossier.plant)
    blind = tuple(p for p in dossier.plant.points if p.quantity != "running")
    runs = []
    for points in (dossier.plant.points, blind):
        plant = replace(dossier.plant, points=points)
        hours = admit_readings(replace(dossier, plant=plant), readings, said).hours
        runs.append(operation(hours, plant, dossier.weather)[0])
    told, derived = (r.machines_running / len(dossier.plant.machines) for r in runs)
    known = np.isfinite(told + derived)
    assert known.mean() > 0.95
    assert derived[known].mean() == pytest.approx(told[known].mean(), rel=0.02)
    assert float(np.sqrt(np.mean((derived - told)[known] ** 2))) < 0.08
