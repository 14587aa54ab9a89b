"""A mapping as TOML, kept once for a contractor."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from loopkeeper.adapters.files.tables.utf8 import utf8_text
from loopkeeper.app.paper import on_disk
from loopkeeper.errors import InputError, UnitError
from loopkeeper.lifecycle.build.layouts import WorkField, WorkLayout, WorkMapping, WorkRole
from loopkeeper.lifecycle.build.work_units import scale_to
from loopkeeper.lifecycle.build.works import hidden_checks

KEYS = {"layout", "item_kind", "item_from_sheet", "form", "field"}
TEXTS = ("label", "role", "item_kind", "check", "unit", "sheet")
FIELD_KEYS = {*TEXTS, "checks", "sure"}


def read_mapping(path: Path) -> WorkMapping:
    """
    Return a mapping of a file.

    Raises
    ------
    InputError
        When it is none; what is wrong is named.
    """
    try:
        told = tomllib.loads(utf8_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name}: no TOML: {error}") from error
    if unknown := sorted(told.keys() - KEYS):
        raise InputError(f"{path.name}: unknown: {', '.join(unknown)}")
    fields = told.get("field", [])
    if not isinstance(fields, list) or not all(isinstance(one, dict) for one in fields):
        raise InputError(f"{path.name}: expected [[field]] tables")
    texts = [told.get(one, "") for one in ("layout", "item_kind", "form")]
    if told.get("layout") not in set(WorkLayout) or not all(isinstance(one, str) for one in texts):
        raise InputError(f"{path.name}: layout: expected one of {', '.join(WorkLayout)}")
    return WorkMapping(
        layout=WorkLayout(told["layout"]),
        item_kind=texts[1],
        fields=tuple(_field(one, f"{path.name}: field {n}") for n, one in enumerate(fields, 1)),
        item_from_sheet=told.get("item_from_sheet", False) is True,
        form=texts[2],
    )


def _field(told: Mapping[str, Any], where: str) -> WorkField:
    if unknown := sorted(told.keys() - FIELD_KEYS):
        raise InputError(f"{where}: unknown: {', '.join(unknown)}")
    texts = {name: told.get(name, "") for name in TEXTS}
    checks, sure = told.get("checks", []), told.get("sure", True)
    listed = isinstance(checks, list) and all(isinstance(one, str) for one in checks)
    if not listed or not all(isinstance(one, str) for one in texts.values()):
        raise InputError(f"{where}: expected texts, and a list of texts for checks")
    if not isinstance(sure, bool):
        raise InputError(f"{where}: sure: expected true or false")
    if texts["role"] not in set(WorkRole) or not texts["label"]:
        raise InputError(f"{where}: expected a label, and a role of {', '.join(WorkRole)}")
    made = WorkField(**{**texts, "role": WorkRole(texts["role"])}, checks=tuple(checks), sure=sure)
    _checked(made, where)
    return made


def _checked(made: WorkField, where: str) -> None:
    names = {check for _, check in hidden_checks()}
    for one in (made.check, *made.checks):
        if one and one not in names:
            raise InputError(f"{where}: check {one!r} is not in the vocabulary of hidden works")
    check = hidden_checks().get((made.item_kind, made.check))
    if made.check and made.item_kind and check is None:
        raise InputError(f"{where}: no {made.item_kind} has a check {made.check!r}")
    if check is None or not made.unit or not made.sure:
        return
    try:
        scale = scale_to(made.unit, check.unit)
    except UnitError as error:
        raise InputError(f"{where}: unit: {error}") from error
    if scale is None:
        raise InputError(f"{where}: unit {made.unit!r} cannot be turned into {check.unit}")


def write_mapping(path: Path, mapping: WorkMapping) -> None:
    """Write a mapping; what is left empty is left out."""
    document = tomlkit.document()
    document["layout"] = str(mapping.layout)
    document["item_kind"] = mapping.item_kind
    if mapping.item_from_sheet:
        document["item_from_sheet"] = True
    if mapping.form:
        document["form"] = mapping.form
    fields = tomlkit.aot()
    for one in mapping.fields:
        table = tomlkit.table()
        for name in TEXTS:
            if value := getattr(one, name):
                table[name] = str(value)
        if one.checks:
            table["checks"] = list(one.checks)
        table["sure"] = one.sure
        fields.append(table)
    document["field"] = fields
    with on_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
