"""Fields of others in the dossier: where they stand, what they draw, what cannot be counted."""

from dataclasses import replace

import pytest

from loopkeeper.adapters.files.dossier.read import inspect_dossier
from loopkeeper.adapters.files.dossier.write import plant_toml
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.built import as_built
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import Basis
from loopkeeper.virtual.templates import template

SCHOOL = """
[[source.neighbour]]
id = "school"
count = 6
columns = 3
rows = 2
spacing_m = 4.0
x_m = 60.0
y_m = -10.0
length_m = 120
heat_MWh_a = 50
years_before = 4
"""


@pytest.fixture
def opened(tmp_path):
    def opened(more, kind=SourceKind.BOREHOLE_FIELD):
        (tmp_path / "plant.toml").write_text(plant_toml(template("office", kind).plant) + more)
        read, said = inspect_dossier(tmp_path)
        return read, {v.code: v.figures for v in said if v.code.startswith("dossier.")}

    return opened


def test_a_neighbour_is_read_and_written(opened, tmp_path):
    read, _ = opened(SCHOOL)
    (school,) = read.plant.source.neighbours
    assert school.positions[0] == (60.0, -10.0)
    assert school.positions[-1] == (68.0, -6.0)
    assert school.heat == pytest.approx(50 * 3.6e9)
    assert (school.years_before, school.buried_depth) == (4.0, 1.5)
    (tmp_path / "plant.toml").write_text(plant_toml(read.plant))
    assert inspect_dossier(tmp_path)[0].plant.source.neighbours == (school,)


def test_what_it_draws_must_be_told(opened):
    read, said = opened(SCHOOL.replace("heat_MWh_a = 50\n", ""))
    assert read.plant.source.neighbours == ()
    assert said["dossier.key.missing"]["key"] == "heat_MWh_a"


def test_every_hole_has_its_place(opened):
    read, said = opened(SCHOOL.replace("count = 6", "count = 7"))
    assert read.plant.source.neighbours == ()
    assert said["dossier.key.wrong"]["expected"] == "7 (count)"


def test_a_corner_that_is_no_number_is_named(opened):
    _, said = opened(SCHOOL.replace("x_m = 60.0", 'x_m = "east"'))
    assert said["dossier.key.wrong"]["where"].endswith("x_m")


def test_wells_have_no_such_neighbours(opened):
    read, said = opened(SCHOOL, SourceKind.WELL_GROUP)
    assert read.plant.source.neighbours == ()
    assert said["dossier.neighbour.kind"]["id"] == "school"


@pytest.mark.parametrize(
    "places",
    [
        "positions_m = [1, 2]",
        'positions_m = [["a", 2]]',
        "positions_m = 3",
        "positions_m = [[1]]",
        'columns = 2\nspacing_m = "x"',
    ],
)
def test_places_that_are_none_are_named(opened, places):
    head = SCHOOL.split("count", maxsplit=1)[0]
    text = f"{head}count = 2\nlength_m = 100\nheat_MWh_a = 5\n{places}\n"
    read, said = opened(text)
    assert read.plant.source.neighbours == ()
    assert said["dossier.key.wrong"]["value"] == "0 positions"


@pytest.mark.parametrize("measured", [None, 13.5])
def test_a_temperature_measured_beside_a_neighbour_has_its_past_in_it(opened, measured):
    plant = opened(SCHOOL)[0].plant
    ground = replace(plant.source.ground, basis=Basis.REGIONAL_GUESS)
    plant = replace(plant, source=replace(plant.source, ground=ground))
    built = as_built(assemble(plant)[0], undisturbed_temperature=measured)
    assert [n.seen for n in built.field.neighbours] == [measured is not None]


def test_a_measured_conductivity_says_nothing_of_the_temperature(opened):
    plant = opened(SCHOOL)[0].plant
    ground = replace(plant.source.ground, basis=Basis.TEST, temperature_basis=Basis.REGIONAL_GUESS)
    plant = replace(plant, source=replace(plant.source, ground=ground))
    assert [n.seen for n in assemble(plant)[0].field.neighbours] == [False]
