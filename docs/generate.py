"""Write the generated pages: verdict codes and glossary. A test fails when they are stale."""

import csv
from importlib import resources
from pathlib import Path

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


PAGES = {"verdicts.md": verdicts, "glossary.md": glossary}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
