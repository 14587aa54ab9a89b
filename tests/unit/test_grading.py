"""Figures that standards read: the class of the water by hand."""

import numpy as np
import pytest

from loopkeeper.adapters.files.packs import shipped_packs
from loopkeeper.app.grading import parts_of, water_figures
from loopkeeper.lifecycle.design.consistency import clause_of
from loopkeeper.lifecycle.evaluate.pack_grade import graded
from loopkeeper.lifecycle.evaluate.packs import Outcome
from loopkeeper.measure.series import Period
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import WaterSample
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source

YEAR = Period(np.datetime64("2024-01-01"), np.datetime64("2025-01-01"))


def water(*rows, period=YEAR):
    samples = [WaterSample(day, "w1", name, value, unit) for day, name, value, unit in rows]
    return water_figures(samples, period)


@pytest.mark.parametrize(
    ("value", "number", "outcome"),
    [
        (0.50, 3.0, Outcome.MET),  # GB/T 14848-2017 table 1: NH3-N III up to 0.50, IV to 1.50 mg/L
        (0.60, 4.0, Outcome.MISSED), (1.60, 5.0, Outcome.MISSED), (0.02, 1.0, Outcome.MET),
    ],
)  # fmt: skip
def test_the_class_of_ammonia_counts_from_one(value, number, outcome):
    found = water(("2024-05-01", "NH3-N", value, "mg/L"))
    assert found["water_class"].value.value == number
    pack = next(p for p in shipped_packs() if p.id == "GB/T 14848-2017")
    assert graded(pack, found, ("groundwater",)).judged[0].outcome is outcome
    assert found["water_class"].coverage == pytest.approx(1 / 39)


def test_a_newer_sample_of_one_index_does_not_hide_the_others():
    found = water(
        ("2023-05-01", "氨氮", 0.05, "mg/L"), ("2024-03-01", "氨氮", 0.60, "mg/L"),
        ("2024-06-01", "pH", 7.2, ""),
    )  # fmt: skip
    assert found["water_class"].value.value == 4.0
    assert found["water_class_change"].value.value == 2.0  # II to IV


def test_samples_after_the_period_do_not_count():
    rows = (("2024-03-01", "氨氮", 0.05, "mg/L"), ("2025-03-01", "氨氮", 5.0, "mg/L"))
    assert water(*rows)["water_class"].value.value == 2.0
    assert water(rows[1]) == {}


def test_the_unit_of_the_laboratory_is_read():
    assert water(("2024-05-01", "铁", 250.0, "ug/L"))["water_class"].value.value == 3.0


@pytest.mark.parametrize(
    ("kind", "fluid", "here"),
    [
        (SourceKind.BOREHOLE_FIELD, "water", {"field_outlet_max", "field_inlet_min", "balance"}),
        (SourceKind.BOREHOLE_FIELD, "propylene_glycol", {"field_outlet_max", "balance"}),
        (SourceKind.WELL_GROUP, "water", {"returned", "sand"}),
        (SourceKind.SINGLE_WELL, "water", {"returned", "sand"}),
        (SourceKind.SURFACE_WATER, "water", set()),
    ],
)
def test_clauses_of_boreholes_are_for_boreholes(kind, fluid, here):
    """GB 50366 chapter 4 is of buried pipes, 5 of groundwater, 6 of surface water."""
    parts = parts_of(Plant(Site("x", "X", "UTC"), Source(kind, fluid=fluid)))
    pack = next(p for p in shipped_packs() if p.id.startswith("GB 50366"))
    assert {i.id for i in pack.indices if not i.when or i.when in parts} == here


def test_no_clause_of_boreholes_in_the_verdicts_on_wells():
    """Chapters 3.2 and 4 of GB 50366 do not name wells; 3.3 asks for their survey."""
    wells = Plant(Site("x", "X", "UTC"), Source(SourceKind.WELL_GROUP))
    holes = Plant(Site("x", "X", "UTC"), Source(SourceKind.BOREHOLE_FIELD))
    assert "3.2.2A" in clause_of(holes, "3.2.2A", "3.3.2")["clause"]
    assert "3.3.2" in clause_of(wells, "3.2.2A", "3.3.2")["clause"]
    assert "GB" not in clause_of(wells, "4.3.2", "")["clause"]
