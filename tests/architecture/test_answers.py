"""Every answer has a schema and a version, and every number in it says its unit."""

import importlib.util
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from loopkeeper.app.answers.forms import plant
from loopkeeper.app.answers.schemas import SCHEMAS, AnswerSchema
from loopkeeper.cli.main import COMMANDS, whole_command
from loopkeeper.units import unit_in_name

DOCS = Path(__file__).parents[2] / "docs"
COUNTS = {
    "problems", "count", "rounds", "tried", "too_deep", "added", "samples", "indices_measured",
    "diagnosed", "unclear", "alarms", "priorities", "indices", "refused", "year", "grade",
    "new", "known", "size", "unsealed", "number", "done", "deviating", "unproven", "unrecorded",
    "asked", "there", "files", "open", "without", "of", "drawn", "recorded", "unread",
    "worth_holes", "coldest_year", "years", "runs", "written", "records", "plain",
    "calls_per_minute", "version",
}  # fmt: skip
"""Numbers of things, and names that are whole numbers."""
RATIOS = {
    "system_cop_heating", "system_cop_cooling", "coverage", "estimated", "flags", "share",
    "confidence", "unexplained_share", "log_ratio", "average", "limit", "memory", "standing",
    "balance_ratio", "unmet_share", "numerical_error", "probability", "no_length_is_enough",
    "what_moves_it", "margin", "heating_share", "cooling_share", "balance", "covered",
    "storage", "storage_interval", "aicc", "specific_yield", "efficiency", "lsi", "rsi", "within",
    "electricity_share", "money_share", "coldest_share", "warmest_share", "common_sd",
    "single_sd", "spread", "score", "by_plant", "by_energy", "scores", "load_low_share",
    "load_high_share",
}  # fmt: skip
"""Shares, ratios, logarithms and points."""
MONEY = {"cost", "prices", "investment", "yearly", "life_cycle", "amount", "totals", "money",
         "invested"}  # fmt: skip
"""In the currency of the prices or the tariff, which the answer's page says."""
NAMED_BESIDE = {
    "value": "by the metric or the figure that stands beside it",
    "figures": "SI or plain, as indices of packs read them; ratios of a fleet",
    "latitude": "degrees",
    "longitude": "degrees",
    "measured": "dossier/1 names it so; measured_kWh stands beside it. A bill: share of its hours",
}
"""Numbers whose unit stands elsewhere, and where."""
KNOWN = COUNTS | RATIOS | MONEY | set(NAMED_BESIDE)


@pytest.fixture(scope="module")
def pages():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands_with_json(name, command):
    if any("--json" in getattr(one, "opts", ()) for one in command.params):
        yield name
    for below, one in getattr(command, "commands", {}).items():
        yield from commands_with_json(f"{name} {below}", one)


def test_every_command_that_answers_as_json_has_a_schema_and_no_other():
    found = {
        command for name in COMMANDS for command in commands_with_json(name, whole_command(name))
    }
    assert found == set(SCHEMAS) - {"refusal"}


def test_schemas_are_fresh_and_none_is_left_behind(pages):
    names = {name for name in pages.PAGES if name.startswith("schemas/")}
    assert {f"schemas/{path.name}" for path in (DOCS / "schemas").iterdir()} == names
    for name in names:
        assert (DOCS / name).read_text(encoding="utf-8") == pages.PAGES[name](), name


def test_a_schema_changes_together_with_its_version(pages):
    assert pages.changed_without_a_version() == []
    for command, known in SCHEMAS.items():
        assert (command, known.version) in pages.history(), f"{command}: run `make docs`"


def test_a_change_without_a_version_is_told(pages, monkeypatch):
    changed = {**SCHEMAS, "bill": AnswerSchema(plant.PacksForm, SCHEMAS["bill"].version)}
    monkeypatch.setattr(pages, "SCHEMAS", changed)
    (told,) = pages.changed_without_a_version()
    assert told.startswith("bill: its answer changed; raise its version to 2")


def test_a_description_is_no_change(pages, monkeypatch):
    before = pages.digest("bill")
    monkeypatch.setattr(plant.BillsForm, "__doc__", "Said otherwise.")
    assert pages.digest("bill") == before
    assert "Said otherwise." in pages.schema_text("bill")


@pytest.mark.parametrize("command", SCHEMAS)
def test_a_schema_is_one(pages, command):
    schema = pages.schema_of(command)
    Draft202012Validator.check_schema(schema)
    assert schema["version"] == SCHEMAS[command].version


class Numbers:
    """Names of the numbers of a schema whose unit nothing tells."""

    def __init__(self, schema):
        self.defs, self.bare = schema.get("$defs", {}), set()
        self.look(schema, "", told=False)

    def look(self, node, name, *, told):
        if "$ref" in node:
            self.look(self.defs[node["$ref"].rsplit("/", 1)[-1]], name, told=told)
        for one in node.get("anyOf", ()):
            self.look(one, name, told=told)
        for inside in ("items", "additionalProperties"):
            if isinstance(node.get(inside), dict):
                self.look(node[inside], name, told=told)
        if node.get("type") in {"number", "integer"} and not told:
            self.bare.add(name)
        self.properties(node.get("properties", {}), told=told)

    def properties(self, inside, *, told):
        # an estimate and its like are in the unit of their own name; anything else begins anew
        parts = set(inside) <= {
            "value",
            "low",
            "high",
            "median",
            "mean",
            "std",
            "min",
            "max",
            "samples",
            "designed",
            "period",
            "boundary",
        }
        told = "unit" in inside or (told and parts)
        for name, node in inside.items():
            self.look(node, name, told=told or bool(unit_in_name(name)) or name in KNOWN)


@pytest.mark.parametrize("command", SCHEMAS)
def test_every_number_says_its_unit(pages, command):
    assert Numbers(pages.schema_of(command)).bare == set()


def test_a_number_without_a_unit_is_found():
    node = {"type": "object", "properties": {"power": {"type": "number"}}}
    assert Numbers(node).bare == {"power"}


def test_no_exception_is_kept_that_nothing_needs(pages):
    names = set()

    def collect(node):
        if isinstance(node, dict):
            names.update(node.get("properties", {}))
            for one in node.values():
                collect(one)
        elif isinstance(node, list):
            for one in node:
                collect(one)

    for command in SCHEMAS:
        collect(pages.schema_of(command))
    assert KNOWN - names == set()
