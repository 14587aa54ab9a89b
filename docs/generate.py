"""Write the generated pages: verdict codes and glossary. A test fails when they are stale."""

import csv
import sys
from importlib import resources
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from python_page import python_page

from loopkeeper.adapters.settings.schema import FEEDS, LISTS, TABLES, SettingKey
from loopkeeper.plant.verdict import catalogue

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


PAGES = {"api.md": python_page, "settings.md": settings, "verdicts.md": verdicts, "glossary.md": glossary}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
