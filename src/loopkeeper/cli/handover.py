"""``loopkeeper handover``: all that belongs to a plant as a package, and whether it is whole."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from loopkeeper import __version__
from loopkeeper.app.use_cases import handing_over
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.plant.verdict import GRAVE
from loopkeeper.plant.words import Language, chosen, name_of, word

app = screen.commands(
    "Hand-over: all that belongs to a plant, and whether it is as it was packed."
)
SHOWN = 12
"""Items and changes that are written out; JSON has all."""


@app.command()
def make(
    plant: options.PlantFolder,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Folder to write; NAME.zip is written beside it."),
    ],
    view: Annotated[
        handing_over.PackageView,
        typer.Option("--for", help="Whom it is for: whole, evaluator or water-authority."),
    ] = handing_over.PackageView.WHOLE,
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Day it is made on (default: today); the same day gives the same bytes.",
        ),
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Pack all that belongs to a plant, as folder and archive; exit 1 where problems are open."""
    with screen.spoken(), screen.working(word("cli.handing_over", language)) as told:
        folder = options.existing_folder(plant)
        day = (on or datetime.now(UTC)).date()
        order = handing_over.HandoverOrder(view=view, on=day, program=__version__)
        found = handing_over.handed_over(outside, folder, output, order, told)
    problems = any(one.verdict.severity in GRAVE for one in found.state.open)
    code = screen.PROBLEMS if problems else screen.FINE
    if as_json:
        written = found.folder, found.archive
        answer = handing_over.handed_over_json(written, found.package, found.state, language)
        screen.print_json(answer)
        raise typer.Exit(code)
    _open(found.state.open, language)
    of = {
        "there": len(found.state.complete.there),
        "asked": found.state.complete.asked,
        "open": len(found.state.open),
        "files": len(found.package.files),
    }
    screen.out.print(word("cli.handed_over", language, **of))
    for one in (found.folder, found.archive):
        screen.out.print(f"[green]✓[/] {escape(str(one))}", soft_wrap=True)
    for text in (
        word("cli.package_root", language, root=found.package.root),
        word("package_signature.holds", language, signer=found.package.key),
    ):
        screen.out.print(text, soft_wrap=True, highlight=False)
    raise typer.Exit(code)


def _open(items: tuple[handing_over.OpenItem, ...], language: Language) -> None:
    if not items:
        return
    heads = ("handover.what", "handover.owner", "handover.due", "cli.clause")
    table = screen.table_of(heads, language, left=range(4))
    for one in items[:SHOWN]:
        clause = f"{one.clause} ({one.confidence})" if one.clause else ""
        due = one.due.isoformat() if one.due else ""
        table.add_row(escape(one.verdict.sentence(language)), escape(one.owner), due, clause)
    screen.out.print(table)
    if len(items) > SHOWN:
        screen.out.print(word("cli.and_more", language, count=len(items) - SHOWN))


@app.command()
def check(
    package: Annotated[
        Path, typer.Argument(help="A hand-over: its folder or its archive.", exists=True)
    ],
    root: Annotated[str | None, typer.Option(help="Root that somebody kept of it.")] = None,
    key: Annotated[
        str | None, typer.Option(help="Public key that must have signed it, hexadecimal.")
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Say whether a hand-over is as packed, and name every file that is not; exit 1 then."""
    with screen.spoken(), screen.working(word("cli.checking_package", language)):
        witness = handing_over.PackageWitness(root=root, key=key)
        found = handing_over.checked(outside, package, witness)
    code = screen.FINE if found.sound else screen.PROBLEMS
    if as_json:
        read = found.package, found.signature
        answer = handing_over.checked_json(read, found.changes, found.complete, language)
        screen.print_json(answer)
        raise typer.Exit(code)
    _changes(found.changes, language)
    head = found.package.head
    day, files = head.on.isoformat(), len(found.package.files)
    key = "cli.package_sound" if found.sound else "cli.package_changed"
    of = {"files": files, "day": day, "count": len(found.changes)}
    screen.out.print(word(key, language, **of))
    _signature(found, language)
    if head.whole is not None:
        view = name_of("package_view", head.view, language)
        of_whole = {"view": view, "files": head.whole[0], "root": head.whole[1]}
        screen.out.print(word("cli.package_view", language, **of_whole), soft_wrap=True)
    _complete(found, language)
    raise typer.Exit(code)


def _changes(changes: tuple[handing_over.PackageChange, ...], language: Language) -> None:
    for one in changes[:SHOWN]:
        of = {"name": one.name, "other": one.other}
        text = word(f"package_change.{one.fate}", language, **of)
        screen.err.print(f"[red]✗[/] {escape(text)}", highlight=False)
    if len(changes) > SHOWN:
        screen.err.print(word("cli.and_more", language, count=len(changes) - SHOWN))


def _signature(found: handing_over.PackageChecked, language: Language) -> None:
    text = word(f"package_signature.{found.signature}", language, signer=found.package.key)
    mark = _MARKS[found.signature]
    screen.out.print(f"{mark} {escape(text)}", soft_wrap=True, highlight=False)


_MARKS = {
    handing_over.SignatureState.HOLDS: "[green]✓[/]",
    handing_over.SignatureState.UNSIGNED: "[yellow]![/]",
    handing_over.SignatureState.BROKEN: "[red]✗[/]",
    handing_over.SignatureState.OTHER_KEY: "[red]✗[/]",
}
"""What stands before the word on a signature."""


def _complete(found: handing_over.PackageChecked, language: Language) -> None:
    """What is missing, told again from the files; the manifest's counts where it cannot be."""
    head = found.package.head
    of = {
        "there": head.there,
        "asked": head.asked,
        "open": head.open,
        "files": len(found.package.files),
    }
    screen.out.print(word("cli.handed_over", language, **of))
    for one in () if found.complete is None else found.complete.missing:
        name = chosen(one.english, one.chinese, language)
        clause = chosen(one.clause, one.clause_chinese, language)
        told = f" · {clause} ({one.confidence})" if clause else ""
        screen.out.print(f"[yellow]![/] {escape(name)}{escape(told)}", highlight=False)
