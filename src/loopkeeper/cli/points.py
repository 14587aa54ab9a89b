"""``loopkeeper points``: from the names of a building to a point list, and what it lacks."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from loopkeeper.app.answers.forms.plant import DiscoveredForm, WrittenForm
from loopkeeper.app.answers.plants import missing_points_json, suggestions_json
from loopkeeper.app.telling.evidence import evidence
from loopkeeper.app.use_cases.points import CLEAR, missing, suggested
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, word

app = screen.commands("Point lists: suggested from names, checked.")


@app.command(name="discover")
def discover_points(
    url: Annotated[
        str,
        typer.Argument(help="bacnet://HOST, opc.tcp://HOST:4840 or mqtt://HOST:1883/{plant}/…"),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV to write.")],
    seconds: Annotated[float, typer.Option(min=0.1, help="How long to listen or wait.")] = 10.0,
    ours: Annotated[str, typer.Option(help="Our BACnet address, e.g. 192.168.1.5/24.")] = "",
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Ask a peer for its points: the table serves as a feed's map and for `points suggest`."""
    with screen.spoken(), screen.working(word("cli.asking", language, peer=url)):
        found = outside.point_lists.discover(url, seconds=seconds, ours=ours)
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, list(found[0]))
            table.writeheader()
            table.writerows(found)
    if as_json:
        screen.print_json(DiscoveredForm(file=str(output), points=found))
        return
    text = word("cli.points_written", language, count=len(found), file=output)
    screen.out.print(f"[green]✓[/] {text}", soft_wrap=True)


@app.command(name="suggest")
def suggest_points(
    names: Annotated[
        Path,
        typer.Argument(
            help="CSV with a column point (and name, unit, address, tags), a Brick model (.ttl), "
            "a Haystack grid (.json, .zinc, .trio) or a BACnet EDE file (.csv).",
            exists=True,
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="points.csv to write.")],
    plant: Annotated[
        Path | None, typer.Option(help="Dossier whose machines, pumps and wells count.")
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Suggest quantity, place and unit of points by their names, Chinese or English."""
    with screen.spoken(), screen.working(word("cli.reading_points", language)):
        folder = None if plant is None else options.existing_folder(plant)
        found = suggested(outside, names, folder)
        outside.point_lists.write_suggestions(output, found)
    unclear = [s for s in found if s.confidence < CLEAR]
    if as_json:
        screen.print_json(suggestions_json(found, len(unclear)))
        return
    if unclear:
        figures = {"count": len(unclear), "total": len(found), "first": unclear[0].named.address}
        screen.say([Verdict("monitor.points.unclear", figures)], language)
    heads = ("report.point", "cli.quantity", "cli.place", "report.unit", "cli.sure", "cli.told_by")
    table = screen.table_of(heads, language, left=(0, 1, 2, 3, 5), title=str(output))
    for one in sorted(found, key=lambda s: s.confidence):
        table.add_row(
            one.named.address,
            one.quantity or "?",
            one.of or "?",
            one.unit or "?",
            f"{one.confidence:.0%}",
            evidence(one, language),
            style="" if one.confidence >= CLEAR else "yellow",
        )
    screen.out.print(table)


@app.command()
def check(
    plant: options.PlantFolder,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Compare a plant's points with the minimum list: what cannot be judged without them."""
    with screen.spoken():
        said = missing(outside.dossiers, options.existing_folder(plant))
    if as_json:
        screen.print_json(missing_points_json(said, language))
        return
    screen.say(said, language)
    key = "cli.points_missing" if said else "cli.points_complete"
    screen.out.print(word(key, language, count=len(said)))


@app.command()
def tags(
    plant: options.PlantFolder,
    output: Annotated[Path, typer.Option("--output", "-o", help=".ttl or .json to write.")],
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Write a plant's points with tags: Brick (.ttl) or Project Haystack (.json)."""
    lists = outside.point_lists
    kinds = {".ttl": lists.brick_text, ".json": lists.haystack_text}
    if output.suffix not in kinds:
        raise typer.BadParameter(f"{output.name}: expected .ttl or .json", param_hint="--output")
    with screen.spoken():
        found = outside.dossiers.read_dossier(options.existing_folder(plant)).plant
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(kinds[output.suffix](found), encoding="utf-8")
    if as_json:
        screen.print_json(WrittenForm(file=str(output), count=len(found.points)))
        return
    text = word("cli.points_written", language, count=len(found.points), file=output)
    screen.out.print(f"[green]✓[/] {text}", soft_wrap=True)
