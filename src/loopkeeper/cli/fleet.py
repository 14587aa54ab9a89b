"""``loopkeeper fleet``: key figures of many plants side by side."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from loopkeeper.app.answers.plants import fleet_json
from loopkeeper.app.paper import SUFFIXES
from loopkeeper.app.use_cases.fleet import Member, plant_folders
from loopkeeper.app.use_cases.fleet import fleet as read_fleet
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.cli.tongue import told
from loopkeeper.plant.words import Language, name_of, word


def fleet(
    folder: Annotated[Path, typer.Argument(help="Folder of dossiers.", exists=True)],
    period: Annotated[
        str | None, options.period_option("default: each plant's last complete month")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=".html, .pdf or .docx to write.")
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Compare plants: distributions, outliers, and the share of the kinds of deviation."""
    if output is not None and output.suffix not in SUFFIXES:
        raise typer.BadParameter(f"{output.name}: {' '.join(SUFFIXES)}", param_hint="--output")
    with screen.spoken(), screen.working(word("cli.reading_plants", language)) as progress:
        members = read_fleet(outside, plant_folders(folder), period, language, told=progress)
        if output is not None:
            order = screen.print_order(output.suffix, language)
            screen.write_file(outside.printer.fleet(members, period or "", order), output)
    if as_json:
        screen.print_json(fleet_json(members))
        return
    _show(members, language)
    if output is not None:
        screen.out.print(f"[green]✓[/] {output}", soft_wrap=True)


def _show(members: tuple[Member, ...], language: Language) -> None:
    heads = (
        "report.plant_name",
        "report.use",
        "COP",
        "EER",
        "place.source-pumps",
        "report.balance",
        "report.coverage",
    )
    table = screen.table_of(heads, language, left=(0, 1))
    for one in members:
        names = ("cop_heating", "cop_cooling", "source_pump_share", "balance")
        shown = [_cell(one, name) for name in names]
        table.add_row(
            one.id,
            name_of("use", one.group.get("use", ""), language),
            *shown,
            f"{one.coverage:.0%}",
        )
    screen.out.print(table)
    for one in members:
        if one.reasons and not one.within and not any(one.figures.values()):
            screen.out.print(
                f"[yellow]![/] {one.id}: {escape(told(one.reasons[0]))}", highlight=False
            )


def _cell(one: Member, name: str) -> str:
    """A figure; at another boundary than the others' with the name of that."""
    found = one.figures.get(name)
    if found is not None:
        return f"{found.value:.2f}"
    if name in one.within:
        boundary, value = one.within[name]
        return f"{value.value:.2f} ({boundary})"
    return "–"
