"""The library of causes is complete: codes, kinds, words in both languages, and what to do."""

import re
from importlib import import_module, resources
from string import Formatter
from types import SimpleNamespace

import pytest

from loopkeeper.lifecycle.diagnose import suspects
from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE, LIBRARY
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.verdict import catalogue
from loopkeeper.virtual.templates import template as templated

ROOM = resources.files("loopkeeper.lifecycle.diagnose") / "suspects"
SOURCE = "\n".join(f.read_text("utf-8") for f in ROOM.iterdir() if f.name.endswith(".py"))
SHARED = re.compile(r"(source|load)_")
"""Pump causes of both loops use the same words."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
each_cause = pytest.mark.parametrize("cause", LIBRARY, ids=[c.code for c in LIBRARY])


def figures(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_codes_are_unique_and_all_are_found_by_code():
    codes = [cause.code for cause in LIBRARY]
    assert len(set(codes)) == len(codes)
    assert {code: BY_CODE[code] for code in codes} == {c.code: c for c in LIBRARY}
    assert len(BY_CODE) == len(codes)


def test_every_file_of_the_library_is_in_it():
    files = {f.name.removesuffix(".py") for f in ROOM.iterdir() if f.name.endswith(".py")}
    modules = [
        import_module(f"{suspects.__name__}.{name}") for name in files - {"__init__", "ground"}
    ]
    listed = [cause.code for module in modules for cause in module.CAUSES]
    assert sorted(listed) == sorted(BY_CODE)


@each_cause
def test_a_code_is_a_kind_and_a_name(cause):
    kind, _, name = cause.code.partition(".")
    assert kind in set(DeviationKind)
    assert re.fullmatch(r"[a-z_]+", name)


@each_cause
def test_a_finding_has_words_in_both_languages(cause):
    said = f"diagnose.{cause.code}"
    if said not in catalogue():
        said = SHARED.sub("", said, count=1)
    message = catalogue()[said]
    assert CHINESE.search(message.chinese)
    assert figures(message.chinese) == figures(message.english)


@each_cause
def test_there_is_something_to_do_about_it(cause):
    assert cause.actions
    for action in cause.actions:
        assert CHINESE.search(catalogue()[action].chinese)
        assert action.startswith("action.")


def test_no_action_is_in_the_library_without_a_message():
    assert set(re.findall(r'"(action\.[a-z_]+)"', SOURCE)) <= set(catalogue())


@pytest.mark.parametrize("place", SeenAt)
def test_what_is_seen_at_source_or_field_acts_through_the_water(place):
    cause = Cause("code", None, None, (), place)
    assert cause.of_source is (place in (SeenAt.SOURCE, SeenAt.FIELD))


def test_causes_of_pumps_are_seen_at_their_own_loop():
    for loop in ("source", "load"):
        of = (
            f"hydraulic.{loop}_pumps",
            f"hydraulic.{loop}_excess_flow",
            f"commissioning.{loop}_pump_control",
            f"commissioning.{loop}_pumps_idle",
        )
        assert {BY_CODE[code].seen_at for code in of} == {f"{loop}_pumps"}
        assert not any(BY_CODE[code].of_source for code in of)


def test_a_river_remembers_nothing():
    river = SimpleNamespace(plant=templated("office", SourceKind.SURFACE_WATER).plant)
    assert BY_CODE["thermal_balance.history"].look(river) is None
