"""Layers and profiles of a survey in the dossier: means by hand, and what contradicts them."""

import re

import pytest

from loopkeeper.adapters.files.dossier.read import inspect_dossier
from loopkeeper.adapters.files.dossier.write import plant_toml
from loopkeeper.plant.site import SourceKind
from loopkeeper.virtual.templates import template

LAYERS = """
[[source.ground.layer]]
thickness_m = 22
conductivity_W_mK = 1.4
heat_capacity_MJ_m3K = 2.6
material = "粉质黏土"

[[source.ground.layer]]
thickness_m = 40
conductivity_W_mK = 2.0
heat_capacity_MJ_m3K = 2.2
"""
PROFILE = "temperature_profile = [[2, 9.0], [20, 14.0], [60, 15.0], [120, 16.5]]\n"
STATED = {"conductivity_W_mK": 1.78, "heat_capacity_MJ_m3K": 2.35,
          "undisturbed_temperature_C": 14.4, "gradient_K_m": 0.0}  # fmt: skip


@pytest.fixture
def opened(tmp_path):
    """A plant with one hole from 2 m to 102 m, its ground told as asked; what is said of it."""

    def opened(stated, more):
        text = plant_toml(template("office").plant)
        head, rest = text.split("[source.ground]", 1)
        rest = rest[rest.index("\n[") :]
        rest = re.sub(r"(?m)^length_m = .*$", "length_m = 100", rest, count=1)
        rest = re.sub(r"(?m)^buried_depth_m = .*$", "buried_depth_m = 2", rest, count=1)
        lines = "".join(f"{key} = {value}\n" for key, value in stated.items())
        (tmp_path / "plant.toml").write_text(f"{head}[source.ground]\n{lines}{more}{rest}")
        read, said = inspect_dossier(tmp_path)
        return read, {v.code: v.figures for v in said if v.code.startswith("dossier.")}

    return opened


def test_means_follow_from_layers_and_profile(opened):
    read, said = opened({}, PROFILE + LAYERS)
    ground = read.plant.source.ground
    # 20 m of clay and 80 m of what lies below it, which goes on from 62 m to the bottom
    assert ground.conductivity == pytest.approx(0.2 * 1.4 + 0.8 * 2.0)
    assert ground.heat_capacity == pytest.approx((0.2 * 2.6 + 0.8 * 2.2) * 1e6)
    # trapezia over 2–20, 20–60 and 60–102 m, where the profile says 16.05 °C
    assert ground.undisturbed_temperature == pytest.approx(
        (18 * 11.5 + 40 * 14.5 + 42 * 15.525) / 100, abs=0.01
    )
    assert ground.gradient == pytest.approx(0.025)
    assert said["dossier.ground.layers_end"] == {"reach": 62.0, "bottom": 102.0}
    assert ground.layers[0].material == "粉质黏土"


def test_what_is_stated_stands_and_is_held_against_the_survey(opened):
    read, said = opened(STATED, PROFILE + LAYERS)
    assert read.plant.source.ground.conductivity == pytest.approx(1.78)
    assert read.plant.source.ground.gradient == 0.0
    assert "dossier.ground.differs" not in said
    read, said = opened({**STATED, "conductivity_W_mK": 2.6}, PROFILE + LAYERS)
    assert read.plant.source.ground.conductivity == pytest.approx(2.6)
    assert said["dossier.ground.differs"]["surveyed"] == pytest.approx(1.88)


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ("temperature_profile = [[20, 14.0], [10, 15.0]]\n", "temperature_profile"),
        ("temperature_profile = [[20, 14.0]]\n", "temperature_profile"),
        ('temperature_profile = "survey.csv"\n', "temperature_profile"),
        (LAYERS.replace("= 40", "= -40"), "thickness_m"),
    ],
    ids=["upwards", "one depth", "text", "a layer below none"],
)
def test_broken_surveys_are_named(opened, more, where):
    _, said = opened(STATED, more)
    assert where in said["dossier.key.wrong"]["where"]


def test_without_either_what_is_missing_is_named(opened):
    _, said = opened({"undisturbed_temperature_C": 14.0}, "")
    assert said["dossier.key.missing"]["key"] in {"conductivity_W_mK", "heat_capacity_MJ_m3K"}


def test_levels_of_an_aquifer_tell_its_rest(tmp_path):
    text = plant_toml(template("office", SourceKind.WELL_GROUP).plant)
    told = "level_profile = [[30, 11.8], [55, 12.2], [80, 12.0]]\n"
    for stated, level, codes in (("", 12.0, 0), ("static_level_m = 3\n", 3.0, 1)):
        head, rest = re.sub(r"(?m)^static_level_m = .*\n", "", text).split("[source.aquifer]\n")
        written = f"{head}[source.aquifer]\n{told}{stated}{rest}"
        (tmp_path / "plant.toml").write_text(written)
        read, said = inspect_dossier(tmp_path)
        assert read.plant.source.aquifer.static_level == pytest.approx(level)
        assert sum(v.code == "dossier.aquifer.levels_differ" for v in said) == codes


@pytest.mark.parametrize(("told", "level"), [("", None), ("0", 0.0), ("6.5", 6.5), ("240", 240.0)])
def test_the_level_of_the_ground_s_water_is_read_and_written(opened, tmp_path, told, level):
    more = f"water_level_m = {told}\n" if told else ""
    read, said = opened(STATED, more)
    assert read.plant.source.ground.water_level == level
    assert not {code for code in said if code.startswith("dossier.key")}
    (tmp_path / "plant.toml").write_text(plant_toml(read.plant), encoding="utf-8")
    again, _ = inspect_dossier(tmp_path)
    assert again.plant.source.ground.water_level == level


def test_a_level_above_the_surface_is_refused(opened):
    _, said = opened(STATED, "water_level_m = -1.0\n")
    assert said["dossier.key.wrong"]["where"] == "source.ground.water_level_m"
