"""``loopkeeper alarms``: what a plant is watched for, as a table to edit and check."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from loopkeeper.app.answers.plants import alarms_json, suggested_alarms_json
from loopkeeper.app.use_cases import alarms
from loopkeeper.app.use_cases.alarms import DefaultAlarm
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, chosen, listed, word

app = screen.commands("Alarms: suggested for a plant, checked.")


@app.command(name="suggest")
def suggest_alarms(
    plant: options.PlantFolder,
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV to write.")],
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Write the alarms that a plant's points allow, with cause, consequence and action."""
    with screen.spoken():
        given = alarms.suggested(outside.dossiers, options.existing_folder(plant), output)
    if as_json:
        screen.print_json(suggested_alarms_json(str(output), given, language))
        return
    asked = [a for a in given if a.definition is None]
    if asked:
        figures = {"count": len(asked), "alarms": ", ".join(a.id for a in asked[:8])}
        screen.say([Verdict("monitor.alarms.site", figures)], language)
    screen.out.print(_shown(given, str(output), language))


@app.command()
def check(
    table: Annotated[Path, typer.Argument(help="CSV of alarms.", exists=True)],
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Read a table of alarms as the service would; says how they share the priorities."""
    with screen.spoken():
        answer = alarms_json(alarms.checked(outside.dossiers, table))
    if as_json:
        screen.print_json(answer)
        return
    counts, count = answer["priorities"], answer["alarms"]
    shares = [f"{n} {word(f'priority.{name}', language)}" for name, n in counts.items() if n]
    text = word("cli.alarms_checked", language, count=count, shares=listed(shares, language))
    screen.out.print(f"[green]✓[/] {text}")


def _shown(given: tuple[DefaultAlarm, ...], title: str, language: Language) -> Table:
    heads = ("cli.alarm", "cli.when", "cli.priority", "cli.action")
    table = screen.table_of(heads, language, left=range(4), title=title)
    for one in given:
        limit = "?" if one.definition is None else f"{one.definition.limit:g}"
        condition = one.row["condition"]
        unit = one.row["unit"].replace("-", "")
        when = f"{one.point} {word(f'condition.{condition}', language)} {limit} {unit}"
        action = chosen(one.row["action"], one.row["action_zh"], language)
        priority = word(f"priority.{one.row['priority']}", language)
        name = chosen(one.row["name"], one.row["name_zh"], language)
        table.add_row(f"{name} ({one.id})", when.strip(), priority, action)
    return table
