"""``loopkeeper alarms``: what a plant is watched for, as a table to edit and check."""

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from loopkeeper.adapters.files.alarms import read_alarms, write_alarms
from loopkeeper.adapters.files.read import read_dossier
from loopkeeper.cli.shared import (
    AsJson,
    Language,
    PlantFolder,
    chosen_language,
    existing_folder,
    out,
    print_json,
    say,
    spoken,
)
from loopkeeper.lifecycle.monitor.alarm import Priority
from loopkeeper.lifecycle.monitor.defaults import DefaultAlarm, default_alarms
from loopkeeper.plant.verdict import Verdict

app = typer.Typer(
    no_args_is_help=True, add_completion=False,
    help="Alarms: suggested for a plant, checked.",
)  # fmt: skip


@app.command(name="suggest")
def suggest_alarms(
    plant: PlantFolder,
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV to write.")],
    lang: Language = "en",
) -> None:
    """Write the alarms that a plant's points allow, with cause, consequence and action."""
    language = chosen_language(lang)
    with spoken():
        found = read_dossier(existing_folder(plant)).plant
        given = default_alarms(found)
        write_alarms(output, found.site.id, given)
    asked = [a for a in given if a.definition is None]
    if asked:
        figures = {"count": len(asked), "alarms": ", ".join(a.id for a in asked[:8])}
        say([Verdict("monitor.alarms.site", figures)], language)
    out.print(_shown(given, str(output), language))


@app.command()
def check(
    table: Annotated[Path, typer.Argument(help="CSV of alarms.", exists=True)],
    as_json: AsJson = False,
) -> None:
    """Read a table of alarms as the service would; says how they share the priorities."""
    with spoken():
        found = read_alarms(table)
    counts = {str(p): sum(w.definition.priority is p for w in found) for p in Priority}
    if as_json:
        print_json({"alarms": len(found), "priorities": counts})
        return
    shares = ", ".join(f"{n} {name}" for name, n in counts.items() if n)
    out.print(f"[green]✓[/] {len(found)} alarms: {shares}")


def _shown(given: tuple[DefaultAlarm, ...], title: str, language: str) -> Table:
    table = Table(title=title, box=SIMPLE_HEAD)
    for heading in ("alarm", "when", "priority", "action"):
        table.add_column(heading)
    for one in given:
        limit = "?" if one.definition is None else f"{one.definition.limit:g}"
        unit = one.row["unit"].replace("-", "")
        when = f"{one.point} {one.row['condition']} {limit} {unit}"
        action = one.row["action_zh" if language == "zh" else "action"]
        table.add_row(one.id, when.strip(), one.row["priority"], action)
    return table
