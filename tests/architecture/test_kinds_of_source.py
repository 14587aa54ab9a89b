"""A kind of source has its row, its words, and whatever its section of the dossier asks for."""

import re
from pathlib import Path

import pytest

from loopkeeper.adapters.files.design.first_dossier import _SOURCES as BEGINNINGS
from loopkeeper.adapters.files.dossier.layout import PARTS
from loopkeeper.plant.assemble import _MODELS
from loopkeeper.plant.kinds import Section, traits_of
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.verdict import catalogue
from loopkeeper.plant.words import Language, word

ROOM = Path(__file__).parents[2] / "src" / "loopkeeper"
ROWS = data_table("source_kinds.csv")
NUMBERS = {
    "rated_confidence": ("rated_heating_C", "rated_cooling_C"),
    "usual_confidence": ("drawn_W_m", "put_in_W_m", "length_m"),
    "fall_confidence": ("least_fall",),
}
"""Columns of numbers by the column that says how sure they are."""
NATURE = "virtual"
"""The room where kinds are told apart by name: the plants that nature stands on."""


def test_every_kind_has_its_row():
    assert [row["kind"] for row in ROWS] == list(SourceKind)


@pytest.mark.parametrize("kind", SourceKind)
def test_every_kind_has_its_words(kind):
    names = {word(f"source_kind.{kind}", language) for language in Language}
    assert len(names) == len(Language)


@pytest.mark.parametrize("kind", SourceKind)
def test_what_is_said_of_an_untested_kind_is_in_the_catalogue(kind):
    assert f"evidence.survey.{traits_of(kind).untested}" in catalogue()


@pytest.mark.parametrize("kind", SourceKind)
def test_what_a_kind_needs_is_read(kind):
    assert {f"source.{name}" for name in traits_of(kind).sections} <= {p.name for p in PARTS}


@pytest.mark.parametrize("table", [_MODELS, BEGINNINGS])
def test_every_section_has_its_model_and_its_first_dossier(table):
    assert set(table) == set(Section)


@pytest.mark.parametrize("table", ["default_alarms.csv", "minimum_points.csv", "next_steps.csv"])
def test_tables_ask_for_sections_that_exist(table):
    for row in data_table(table):
        asked = row.get("sources", row.get("source", "")).split()
        assert set(asked) <= {*Section, "*"}, row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["kind"])
def test_every_number_says_how_sure_it_is(row):
    for sure, numbers in NUMBERS.items():
        assert bool(row[sure]) == any(row[name] for name in numbers), sure
    assert row["rated_source"]


def test_nobody_asks_for_a_kind_by_its_name():
    """Properties and sections are asked for; a kind is named where none is stated, no more."""
    asked = re.compile(r"SourceKind\.(?!BOREHOLE_FIELD)[A-Z_]+|(?:is|not|==|!=|in) SourceKind\.")
    found = {
        str(path.relative_to(ROOM)): asked.findall(path.read_text(encoding="utf-8"))
        for path in sorted(ROOM.rglob("*.py"))
        if path.relative_to(ROOM).parts[0] != NATURE
    }
    assert not {name: places for name, places in found.items() if places}
