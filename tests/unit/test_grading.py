"""Figures that standards read: the class of the water by hand."""

import numpy as np
import pytest

from loopkeeper.adapters.files.standards.packs import shipped_packs
from loopkeeper.app.grading import parts_of, unit_figures, water_figures
from loopkeeper.lifecycle.design.consistency import clause_of
from loopkeeper.lifecycle.evaluate.pack_grade import graded
from loopkeeper.lifecycle.evaluate.packs import Outcome
from loopkeeper.measure.series import Period
from loopkeeper.measure.water_quality import indices
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import WaterSample
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Ground, Source
from loopkeeper.plant.words import Language

YEAR = Period(np.datetime64("2024-01-01"), np.datetime64("2025-01-01"))


def water(*rows, period=YEAR):
    samples = [
        WaterSample(sampled_at=day, place="w1", parameter=name, value=value, unit=unit)
        for day, name, value, unit in rows
    ]
    return water_figures(samples, period)


@pytest.mark.parametrize(
    ("value", "number", "outcome"),
    [
        # GB/T 14848-2017 table 1: NH3-N III up to 0.50, IV to 1.50 mg/L; one index proves no class
        (0.50, 3.0, Outcome.OPEN),
        (0.60, 4.0, Outcome.MISSED),
        (1.60, 5.0, Outcome.MISSED),
        (0.02, 1.0, Outcome.OPEN),
    ],
)
def test_the_class_of_ammonia_counts_from_one(value, number, outcome):
    found = water(("2024-05-01", "NH3-N", value, "mg/L"))
    assert found["water_class"].value.value == number
    pack = next(p for p in shipped_packs() if p.id == "GB/T 14848-2017")
    assert graded(pack, found, ("groundwater",)).judged[0].outcome is outcome
    assert found["water_class"].coverage == pytest.approx(1 / 39)


def test_twenty_indices_tell_a_class():
    """Twenty of 39 at their limit of class II: nitrate at 5.0 mg/L as N, pH 7 and so on."""
    named = [i for i in indices("2017").values() if i.name not in {"ph", "odour"}][:20]
    rows = [("2024-05-01", i.name, float(i.limits[1]), "") for i in named]
    pack = next(p for p in shipped_packs() if p.id == "GB/T 14848-2017")
    assert graded(pack, water(*rows), ("groundwater",)).grade == "pass"
    few = graded(pack, water(*rows[:19]), ("groundwater",))
    assert (few.grade, few.between) == ("open", ("pass", "fail"))


def test_a_newer_sample_of_one_index_does_not_hide_the_others():
    found = water(
        ("2023-05-01", "氨氮", 0.05, "mg/L"),
        ("2024-03-01", "氨氮", 0.60, "mg/L"),
        ("2024-06-01", "pH", 7.2, ""),
    )
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
    parts = parts_of(
        Plant(site=Site(id="x", name="X", timezone="UTC"), source=Source(kind=kind, fluid=fluid))
    )
    pack = next(p for p in shipped_packs() if p.id.startswith("GB 50366"))
    assert {i.id for i in pack.indices if not i.when or i.when in parts} == here


def test_a_plate_that_lacks_a_figure_leaves_the_worst_unit_open():
    """hp1: ACOP 0.56 × 6.4 + 0.44 × 5.0 = 5.78, grade 1 of ground units above 260 kW (5.6)."""
    whole = MachineRecord(
        id="hp1", rated_heating=300e3, rated_cop=5.0, rated_cooling=300e3, rated_eer=6.4
    )
    bare = MachineRecord(id="hp2", rated_heating=300e3, rated_cop=5.0, rated_cooling=300e3)
    pack = next(p for p in shipped_packs() if p.id == "GB 19577-2024")

    def grade(*machines):
        plant = Plant(
            site=Site(id="x", name="X", timezone="UTC"),
            source=Source(kind=SourceKind.BOREHOLE_FIELD),
            machines=machines,
        )
        return graded(pack, unit_figures(plant), ("units-2024",))

    assert grade(whole).grade == "1"
    assert (grade(whole, bare).grade, grade(whole, bare).between) == ("open", ("1", "fail"))
    assert grade(bare).grade == ""


@pytest.mark.parametrize(("ground", "outcome"), [(8.0, "missed"), (17.4, "met")])
def test_ground_of_eight_degrees_asks_for_type_three(ground, outcome):
    """T/BAEE 019-2023 by its examples: Harbin 8 °C III, Hefei 17.4 °C I; here units of type II."""
    machine = MachineRecord(id="hp1", rated_heating=300e3, rated_cop=5.0, type="II")
    source = Source(
        kind=SourceKind.BOREHOLE_FIELD,
        ground=Ground(conductivity=2.0, heat_capacity=2.4e6, undisturbed_temperature=ground),
    )
    plant = Plant(site=Site(id="x", name="X", timezone="UTC"), source=source, machines=(machine,))
    pack = next(p for p in shipped_packs() if p.id == "T/BAEE 019-2023")
    judged = graded(pack, unit_figures(plant), ("borehole_field",)).judged
    assert str(next(j for j in judged if j.index.id == "ground").outcome) == outcome


def test_no_clause_of_boreholes_in_the_verdicts_on_wells():
    """Chapters 3.2 and 4 of GB 50366 do not name wells; 3.3 asks for their survey."""
    wells = Plant(
        site=Site(id="x", name="X", timezone="UTC"), source=Source(kind=SourceKind.WELL_GROUP)
    )
    holes = Plant(
        site=Site(id="x", name="X", timezone="UTC"), source=Source(kind=SourceKind.BOREHOLE_FIELD)
    )
    assert "3.2.2A" in clause_of(holes, "3.2.2A", "3.3.2").text(Language.ENGLISH)
    assert "3.3.2" in clause_of(wells, "3.2.2A", "3.3.2").text(Language.ENGLISH)
    assert "GB" not in clause_of(wells, "4.3.2", "").text(Language.ENGLISH)
