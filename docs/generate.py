"""Write the generated pages. A test fails when they are stale."""

import csv
import sys
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from functools import partial
from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter

sys.path.insert(0, str(Path(__file__).parent))

from python_page import python_page

from loopkeeper.adapters.files.dossier.columns import OTHERS, SORTS, DossierColumn, FileTable
from loopkeeper.adapters.files.dossier.columns import TABLES as FILES
from loopkeeper.adapters.files.dossier.described import example, told
from loopkeeper.adapters.files.dossier.keys import DossierKey
from loopkeeper.adapters.files.dossier.layout import PARTS, DossierPart
from loopkeeper.adapters.files.dossier.write import toml_value
from loopkeeper.adapters.settings.schema import FEEDS, LISTS, TABLES, SettingKey
from loopkeeper.app.answers.schemas import SCHEMAS
from loopkeeper.plant.verdict import catalogue
from loopkeeper.plant.words import Language
from loopkeeper.units import unit_in_name

FOLDER = Path(__file__).parent


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def verdicts() -> str:
    """Return the page of verdict codes."""
    lines = [
        "# Verdicts",
        "",
        "Every code the program may say, with its severity and its sentence in both languages. "
        "Written by `make docs` from `plant/data/messages`.",
        "",
        "| code | severity | English | 中文 |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{code}` | {m.severity} | {cell(m.english)} | {cell(m.chinese)} |"
        for code, m in sorted(catalogue().items())
    ]
    return "\n".join(lines) + "\n"


def glossary() -> str:
    """Return the page of words."""
    table = resources.files("loopkeeper.plant") / "data" / "glossary.csv"
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    lines = [
        "# Glossary",
        "",
        "The field's words as the program uses them. Written by `make docs` from "
        "`plant/data/glossary.csv`.",
        "",
        "| name | symbol | unit | meaning | 中文 | clause |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        "| " + " | ".join(cell(row[key]) for key in rows[0]) + " |"
        for row in sorted(rows, key=lambda r: r["name"])
    ]
    return "\n".join(lines) + "\n"


def setting(key: SettingKey) -> str:
    """Return the row of a setting."""
    bounds = {"number": f" {key.low:g} to {key.high:g}", "whole": f" {key.low:g} to {key.high:g}"}
    kind = key.kind + bounds.get(key.kind, "") + (": " + ", ".join(key.choices) if key.choices else "")
    default = "must be given 必填" if key.must else "" if key.default is None else f"`{key.default}`"
    cells = (f"`{key.name}`", kind, default, key.english, key.chinese)
    return "| " + " | ".join(cell(text) for text in cells) + " |"


def settings() -> str:
    """Return the page of the service's settings."""
    parts = {f"[{name}]": keys for name, keys in TABLES.items()}
    parts |= {f"[[{name}]]": keys for name, keys in LISTS.items()}
    parts |= {f'[[feed]] kind = "{name}"': keys for name, keys in FEEDS.items()}
    lines = [
        "# Settings 设置",
        "",
        "Every key of the file that `loopkeeper serve` reads; `loopkeeper serve --check FILE` names "
        "every mistake in one. `serve` 所读文件的全部键；`--check` 一次列出所有错误。"
        "Written by `make docs` from the schema.",
    ]
    for head, keys in parts.items():
        lines += ["", f"## `{head}`", "", "| key | kind | default | meaning | 含义 |", "|---|---|---|---|---|"]
        lines += [setting(key) for key in keys]
    return "\n".join(lines) + "\n"


ENGLISH: Mapping[str, str] = {
    "title": "The dossier",
    "intro": "A plant is a folder. Every file of it, every section, key and column that is read, with its "
    "unit, meaning and an example. The tables that the program reads and writes by are printed here, by "
    "`make docs`; [the same in Chinese](dossier.zh.md). `loopkeeper check FOLDER` names whatever stands "
    "in a folder otherwise. Why: [decision 37](decisions/0037-the-format-and-its-page.md).",
    "files": "Files", "file": "file", "meaning": "meaning", "key": "key", "column": "column",
    "kind": "kind", "unit": "unit", "default": "where not stated", "example": "example", "since": "since",
    "must": "**must be given**", "must_column": "**needed**", "read_only": "read only",
    "whole": "An example", "whole_intro": "All sections and keys at once, so that each can be seen; a plant has one source.",
    "number": "number", "text": "text", "date": "date", "flag": "true or false", "season": "two days",
    "span": "two ascending numbers", "list": "numbers", "integer": "whole number",
    "profile": "rows of depth [m] and value", "places": "pairs of numbers", "names": "texts by name",
    "hours": "pairs of hours", "months": "months", "rows": "sections", "moment": "time",
    "analysis": "number, or a limit", "to": " to ", "any": "any name",
}
CHINESE: Mapping[str, str] = {
    "title": "能源站档案格式",
    "intro": "一座能源站即一个文件夹。下列为程序读取的全部文件、节、键与列，含单位、含义与示例。本页由 `make docs` "
    "从程序读写所用的同一张表生成；[英文版](dossier.md)。`loopkeeper check 文件夹` 会指出与此不符之处。"
    "缘由见[决定 37](decisions/0037-the-format-and-its-page.md)。",
    "files": "文件", "file": "文件", "meaning": "含义", "key": "键", "column": "列",
    "kind": "类型", "unit": "单位", "default": "未填时", "example": "示例", "since": "始于",
    "must": "**必填**", "must_column": "**必有**", "read_only": "仅读取",
    "whole": "示例", "whole_intro": "为便于查看，各节各键一并列出；实际能源站只有一种地源。",
    "number": "数", "text": "文本", "date": "日期", "flag": "true 或 false", "season": "起止日",
    "span": "两个递增的数", "list": "数列", "integer": "整数",
    "profile": "深度（m）与数值，逐行", "places": "坐标对", "names": "名称对应",
    "hours": "时刻对", "months": "月份", "rows": "分节", "moment": "时刻",
    "analysis": "数，或检出限", "to": " 至 ", "any": "名称不限",
}
WORDS = {Language.ENGLISH: ENGLISH, Language.CHINESE: CHINESE}


def kind_of(one: DossierKey | DossierColumn, words: Mapping[str, str]) -> str:
    """Return what a key or column holds, with its range or choices."""
    if isinstance(one.kind, type) and issubclass(one.kind, StrEnum):
        return ", ".join(f"`{choice}`" for choice in one.kind)
    said = words[str(one.kind)]
    bounded = isinstance(one, DossierKey) and abs(one.low) != float("inf")
    return f"{said}, {one.low:g}{words['to']}{one.high:g}" if bounded else said


def default_of(key: DossierKey, record: type | None, words: Mapping[str, str]) -> str:
    """Return what stands where a key is not stated."""
    if key.required:
        return words["must"]
    defaults = {} if record is None else {f.name: f.default for f in fields(record)}
    value = defaults.get(key.field, MISSING)
    text = None if value is MISSING else toml_value(value, key)
    return "" if text is None else f"`{text}`"


def quoted(text: str) -> str:
    return f"`{text}`" if text else ""


def heads(names: tuple[str, ...], words: Mapping[str, str]) -> list[str]:
    return ["| " + " | ".join(words[name] for name in names) + " |", "|" + "---|" * len(names)]


def part_lines(part: DossierPart, language: Language) -> Iterator[str]:
    """Yield the lines of a section of plant.toml."""
    words = WORDS[language]
    title = f"`[[{part.name}]]`" if part.many else f"`[{part.name}]`" if part.name else "`plant.toml`"
    yield from ("", f"### {title}", "", told(part.name, "", language), "")
    yield from heads(("key", "kind", "unit", "default", "meaning", "example", "since"), words)
    for key in (*part.keys, *part.also):
        shown = (
            quoted(key.name), kind_of(key, words), unit_in_name(key.name),
            default_of(key, part.record, words), told(part.name, key.name, language),
            quoted(example(part.name, key.name)), key.since,
        )
        yield "| " + " | ".join(cell(text) for text in shown) + " |"


def table_lines(table: FileTable, language: Language) -> Iterator[str]:
    """Yield the lines of a table of the dossier."""
    words = WORDS[language]
    yield from ("", f"### `{table.file}`", "", told(table.file, "", language), "")
    yield from heads(("column", "kind", "unit", "default", "meaning", "example", "since"), words)
    for column in table.columns:
        stated = words["must_column"] if column.needed else words["read_only"] if column.read_only else ""
        shown = (
            quoted(column.name), kind_of(column, words), unit_in_name(column.name), stated,
            told(table.file, column.name, language), quoted(example(table.file, column.name)), column.since,
        )
        yield "| " + " | ".join(cell(text) for text in shown) + " |"


def example_toml() -> str:
    """Return a plant.toml with every key that has an example."""
    lines = []
    for part in PARTS:
        if part.name:
            lines += ["", f"[[{part.name}]]" if part.many else f"[{part.name}]"]
        stated = ((key.name, example(part.name, key.name)) for key in (*part.keys, *part.also))
        lines += [f"{name} = {text}" for name, text in stated if text]
    return "\n".join(lines) + "\n"


def dossier(language: Language) -> str:
    """Return the page of the dossier's format."""
    words = WORDS[language]
    lines = [f"# {words['title']}", "", words["intro"], "", f"## {words['files']}", ""]
    lines += heads(("file", "meaning"), words)
    named = [(table.file, f" ({words['any']})" if table.named else "") for table in FILES]
    for file, more in [(OTHERS[0], ""), *named, *((file, "") for file in (*OTHERS[1:], *SORTS))]:
        lines.append(f"| `{file}`{more} | {cell(told(file, '', language))} |")
    lines += ["", "## `plant.toml`"]
    for part in PARTS:
        lines += part_lines(part, language)
    lines += ["", f"## {words['files']}: CSV, Parquet"]
    for table in FILES:
        lines += table_lines(table, language)
    lines += ["", f"## {words['whole']}", "", words["whole_intro"], "", "```toml", example_toml() + "```"]
    return "\n".join(lines) + "\n"


SCHEMA_PLACE = "schemas/{}.json"
HISTORY = FOLDER / "schemas" / "versions.csv"
"""Every version of every schema that there was, with its SHA-256: only ever added to."""


def schema_of(command: str) -> dict[str, object]:
    """Return the JSON schema of a command's answer, with its version."""
    known = SCHEMAS[command]
    name = command.replace(" ", "-")
    title = f"loopkeeper {command} --json" if command != "refusal" else "any command that cannot answer"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"loopkeeper:{name}/{known.version}",
        "version": known.version,
        "title": title,
        **untitled(TypeAdapter(known.form).json_schema()),
    }


def untitled(tree: object) -> dict[str, object]:
    """Return a schema without the titles that repeat a name."""
    return without(tree, {"title"})


def without(tree: object, names: set[str]) -> object:
    """Return a schema without what is said for people only; properties of that name stay."""
    if isinstance(tree, list):
        return [without(one, names) for one in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        key: {name: without(one, names) for name, one in value.items()} if key in {"properties", "$defs"}
        else without(value, names)
        for key, value in tree.items()
        if key not in names
    }


def schema_text(command: str) -> str:
    return json.dumps(schema_of(command), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def digest(command: str) -> str:
    """Return the SHA-256 of what a schema asks for, whatever it says for people."""
    asked = without(schema_of(command), {"title", "description"})
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def history() -> dict[tuple[str, int], str]:
    """Return the digest of every schema by command and version."""
    rows = csv.DictReader(HISTORY.read_text(encoding="utf-8").splitlines()) if HISTORY.exists() else ()
    return {(row["command"], int(row["version"])): row["sha256"] for row in rows}


def changed_without_a_version() -> list[str]:
    """Name the schemas that are not what their version was."""
    before = history()
    return [
        f"{command}: its answer changed; raise its version to {known.version + 1} in "
        "src/loopkeeper/app/answers/schemas.py, then `make docs`"
        for command, known in SCHEMAS.items()
        if before.get((command, known.version), digest(command)) != digest(command)
    ]


def versions() -> str:
    """Return the history with what is new."""
    now = {(command, known.version): digest(command) for command, known in SCHEMAS.items()}
    rows = sorted((history() | now).items())
    return "command,version,sha256\n" + "".join(f"{c},{v},{d}\n" for (c, v), d in rows)


def schemas() -> str:
    """Return the list of schemas."""
    lines = [
        "# Answers as JSON",
        "",
        "With `--json` a command prints one object and nothing else. Each has a JSON schema (draft 2020-12) with a "
        "version of its own, which is raised whenever anything in it changes; [versions.csv](versions.csv) holds the "
        "SHA-256 of every version there was, of all but descriptions. Names of numbers end with their unit; what has none is a pure number, in "
        "the unit that stands beside it as `unit`, or money in the currency of the prices. A command that cannot "
        "answer prints [refusal.json](refusal.json) and exits with 1. Written by `make docs` from the declarations "
        "in `src/loopkeeper/app/answers/forms`, which the program's own answers are type-checked against.",
        "",
        "| command | schema | version |",
        "|---|---|---|",
    ]
    for command, known in SCHEMAS.items():
        name = command.replace(" ", "-")
        lines.append(f"| `{command}` | [{name}.json]({name}.json) | {known.version} |")
    return "\n".join(lines) + "\n"


PAGES = {
    "api.md": python_page,
    "settings.md": settings,
    "verdicts.md": verdicts,
    "glossary.md": glossary,
    "dossier.md": partial(dossier, Language.ENGLISH),
    "dossier.zh.md": partial(dossier, Language.CHINESE),
    "schemas/README.md": schemas,
    "schemas/versions.csv": versions,
    **{SCHEMA_PLACE.format(c.replace(" ", "-")): partial(schema_text, c) for c in SCHEMAS},
}

if __name__ == "__main__":
    if told_off := changed_without_a_version():
        raise SystemExit("\n".join(told_off))
    HISTORY.parent.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
