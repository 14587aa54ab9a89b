"""The published cases as dossiers: they open, they run, and stand where their sources say."""

from pathlib import Path

import pytest

from loopkeeper.adapters.files.read import read_dossier
from loopkeeper.plant.verdict import GRAVE

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CASES = ("chengde", "haidian-school", "dormitory", "sports-centre", "forest-office")
pytestmark = pytest.mark.integration


@pytest.mark.parametrize("case", CASES)
def test_a_case_opens_without_a_problem_and_tells_what_it_assumes(case):
    dossier = read_dossier(EXAMPLES / case)

    said = {v.code for v in dossier.verdicts}
    assert not [v for v in dossier.verdicts if v.severity in GRAVE]
    assert said <= {"dossier.part.missing", "dossier.file.passed_over"}, said
    assert dossier.design_loads is not None
    assert len(dossier.design_loads.heating) == 8760
    assert "Assumed" in (EXAMPLES / case / "SOURCES.md").read_text(encoding="utf-8")
    assert sum(f.stat().st_size for f in (EXAMPLES / case).rglob("*")) < 1e6


def test_what_the_source_states_of_chengde_stands_in_its_dossier():
    """18 wells, 60 m, 200/300 kW, 540 m3/h, 19 000/79 000 m2: China Geothermal Energy 42, 3.2."""
    plant = read_dossier(EXAMPLES / "chengde").plant
    wells = plant.source.single_wells

    assert len(wells) == 18
    assert {w.depth for w in wells} == {60.0}
    assert {(w.design_heating, w.design_cooling) for w in wells} == {(200e3, 300e3)}
    assert plant.source.design_flow == pytest.approx(540 / 3600)
    assert sum(w.design_flow for w in wells) == pytest.approx(540 / 3600)
    assert (plant.site.heated_area, plant.site.cooled_area) == (19_000.0, 79_000.0)
