"""``loopkeeper standards``: standards as data, shown, edited, checked, applied."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.tree import Tree

from loopkeeper.app.answers.forms.plant import FilesForm
from loopkeeper.app.answers.plants import (
    grades_json,
    pack_checked_json,
    pack_figures_json,
    packs_json,
)
from loopkeeper.app.telling.wording import confident, one_of
from loopkeeper.app.use_cases.reviews import library, review_basis
from loopkeeper.app.use_cases.standards import Figure, Graded, Index, Pack
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.cli.report import PackFiles
from loopkeeper.errors import InputError
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.words import Language, chosen, name_of, word

app = screen.commands("Standards as data: shown, edited, checked, applied.")
PackFile = Annotated[Path, typer.Argument(help="Pack of your own.", exists=True, dir_okay=False)]
ReviewPeriod = Annotated[str | None, options.period_option("default: the last complete year")]


@app.command(name="list")
def list_standards(
    as_json: options.AsJson = False, language: options.Spoken = Language.ENGLISH
) -> None:
    """List the standards of the program; those without numbers grade nothing."""
    packs = outside.standards.shipped_packs()
    if as_json:
        screen.print_json(packs_json(packs))
        return
    heads = ("report.standard", "report.title", "cli.indices", "cli.confidence", "cli.state")
    table = screen.table_of(heads, language, left=range(5))
    for one in packs:
        sure = "/".join(dict.fromkeys(i.confidence for i in one.indices))
        state = word("cli.filled", language)
        if not one.filled:
            state = f"[yellow]{word('cli.template', language)}[/]"
        table.add_row(
            one.id, chosen(one.name, one.name_zh, language), str(len(one.indices)), sure, state
        )
    screen.out.print(table)


WIDTHS = (28, None, 12, 8, 24)
"""Columns of a standard's indices in parts of what a value, which is not folded, leaves."""


@app.command()
def check(
    pack: PackFile,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Read a pack, show its tree, and say what is wrong with it or still missing."""
    with screen.spoken():
        found = outside.standards.read_pack(pack)
    _told(found, language, as_json=as_json)


@app.command()
def edit(
    pack: PackFile,
    index: Annotated[str, typer.Option(help="Id of an index to change or add.")] = "",
    branch: Annotated[str, typer.Option(help="Id of a branch to change or add.")] = "",
    to: Annotated[
        list[str] | None, typer.Option("--set", help="key=value; empty takes it away; repeatable.")
    ] = None,
    remove: Annotated[bool, typer.Option(help="Take the index or branch away.")] = False,
    done: Annotated[
        int, typer.Option(help="Number of an item of the checklist that is done.")
    ] = 0,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Change a pack: with --set at once, without as a form; nothing wrong is ever written."""
    record = "index" if index else "branch" if branch else "pack"
    with screen.spoken():
        text = outside.standards.utf8_text(pack)
        if done:
            text = outside.standards.ticked(text, pack.name, done)
        elif remove:
            text = outside.standards.removed(text, pack.name, record, index or branch)
        else:
            given = to if to is not None else _form(text, record, index or branch, language)
            values = dict(_pair(one) for one in given)
            text = outside.standards.changed(text, pack.name, record, index or branch, values)
        pack.write_text(text, encoding="utf-8")
        found = outside.standards.pack_of(text, pack.name)
    _told(found, language, as_json=as_json)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"--set {text}: expected key=value")
    return key.strip(), value.strip()


def _form(text: str, record: str, of: str, language: Language) -> list[str]:
    """Ask for every key of a record; what stands there is offered, a dash takes it away."""
    now = outside.standards.current(text, record, of)
    aside = word("mark.aside", language, text=word("cli.takes_away", language))
    screen.out.print(f"[bold]{record} {escape(of)}[/]{aside}")
    asked = [key for key in outside.standards.editable(record) if key != "id" or record == "pack"]
    given = {key: typer.prompt(key, default=now.get(key, "")) for key in asked}
    return [f"{k}={'' if v == '-' else v}" for k, v in given.items() if v != now.get(k, "")]


def _told(pack: Pack, language: Language, *, as_json: bool) -> None:
    if as_json:
        screen.print_json(pack_checked_json(pack, language))
    else:
        _show(pack, language)


def _show(pack: Pack, language: Language) -> None:
    """The tree of a pack, and what is left to do."""
    state = "" if pack.filled else f"  [yellow]{word('cli.not_filled', language)}[/]"
    text = word("cli.pack", language, pack=escape(pack.id), count=len(pack.indices))
    root = Tree(f"[green]✓[/] {text}{state}")
    _grow(root, pack, "", language)
    screen.out.print(root, highlight=False)
    for number, pair in enumerate(pack.checklist, 1):
        asked = escape(chosen(*pair, language))
        screen.out.print(f"  [yellow]□[/] {number} {asked}", highlight=False)


def _grow(root: Tree, pack: Pack, of: str, language: Language) -> None:
    leaves = [i for i in pack.indices if i.parent == of]
    branches = [b for b in pack.branches if b.parent == of]
    whole = sum(i.weight for i in leaves) + sum(b.weight for b in branches)
    for one in branches:
        share = one.weight / whole if whole else 0.0
        name = escape(chosen(one.name, one.name_zh, language))
        _grow(root.add(f"[bold]{name}[/] {share:.0%}"), pack, one.id, language)
    for leaf in leaves:
        share = leaf.weight / whole if whole else 0.0
        name = escape(chosen(leaf.name, leaf.name_zh, language))
        root.add(f"{name} {share:.0%} {_asked(leaf, language)}")


def _asked(index: Index, language: Language) -> str:
    """What an index asks for, in one line."""
    limits = [f"≥ {index.at_least:g}"] if index.at_least is not None else []
    limits += [f"≤ {index.at_most:g}"] if index.at_most is not None else []
    limits += [f"{name} {bound:g}" for bound, name in index.bands]
    limits += [f"{value:g} → {worth:g}" for value, worth in index.curve]
    veto = f", {word('cli.veto', language)}" if index.veto else ""
    clause = chosen(index.clause, index.clause_zh, language)
    asked = f"{', '.join(limits)} {index.unit.replace('-', '')}".strip()
    return f"[dim]{escape(f'{index.figure}: {asked} ({clause}; {index.confidence}{veto})')}[/]"


@app.command()
def figures(
    plant: options.PlantFolder,
    period: ReviewPeriod = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """List the figures that an index of a pack may read, with a plant's own values."""
    with screen.spoken(), screen.working(word("cli.evaluating", language)):
        shelf = library(outside, options.existing_folder(plant))
        review = shelf.graded(period, review_basis(outside))
    known = sorted(review.figures.items())
    if as_json:
        screen.print_json(pack_figures_json(dict(known), language))
        return
    heads = ("report.figure", "cli.value_si", "report.interval", "report.coverage")
    table = screen.table_of(heads, language, left=range(4))
    for name, one in known:
        if isinstance(one, Figure):
            interval = f"{one.value.low:.4g} … {one.value.high:.4g}"
            table.add_row(name, f"{one.value.value:.4g}", interval, f"{one.coverage:.0%}")
        else:
            table.add_row(name, "–", "; ".join(v.sentence(language) for v in one), "")
    screen.out.print(table)


@app.command()
def new(
    identifier: Annotated[str, typer.Argument(help="Such as 'NB/T 11700-2024'.")],
    output: Annotated[Path, typer.Option("--output", "-o", help=".toml to write.")],
    as_json: options.AsJson = False,
) -> None:
    """Write a pack of the program to a file, to fill it in or change it."""
    with screen.spoken():
        text = outside.standards.pack_text(identifier)
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    if as_json:
        screen.print_json(FilesForm(files=[str(output)]))
    else:
        screen.out.print(f"[green]✓[/] {output}", soft_wrap=True)


@app.command()
def templates(
    folder: Annotated[Path, typer.Argument(help="Folder to write into.")],
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Write the templates of the reports, to be changed and handed over with --templates."""
    with screen.spoken():
        folder.mkdir(parents=True, exist_ok=True)
        names = outside.printer.template_names()
        for name in names:
            text = outside.printer.template_text(name)
            (folder / name).write_text(text, encoding="utf-8")
    if as_json:
        screen.print_json(FilesForm(files=[str(folder / name) for name in names]))
        return
    text = word("cli.templates_in", language, names=", ".join(names), folder=folder)
    screen.out.print(f"[green]✓[/] {text}", soft_wrap=True)


@app.command()
def grade(
    plant: options.PlantFolder,
    period: ReviewPeriod = None,
    pack: PackFiles = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Grade a plant by every filled standard: value, limit, clause, confidence."""
    with screen.spoken(), screen.working(word("cli.grading", language)):
        shelf = library(outside, options.existing_folder(plant))
        own = [outside.standards.read_pack(p) for p in pack or ()]
        review = shelf.graded(period, review_basis(outside, own))
    if as_json:
        screen.print_json(grades_json(review.graded, language))
        return
    for one in (g for g in review.graded if g.judged):
        _graded(one, language)


def _graded(one: Graded, language: Language) -> None:
    """Show a standard: its grade, then its indices with value, outcome, grade and clause."""
    told = name_of("grade", one.grade, language) or word("report.no_grade", language)
    if one.between:
        told = word("cli.open_between", language, grades=one_of(one.between, language))
    score = one.scores.get("")
    points = "" if score is None else f" {score.value:.1f}"
    screen.out.print(
        f"[bold]{escape(one.pack.id)}[/]  {word('report.grade', language)}{points} [bold]{told}[/]"
    )
    heads = ("report.index", "report.value", "report.outcome", "report.grade", "cli.clause")
    table = screen.table_of(heads, language, left=range(len(heads)))
    table.expand = True
    for column, share in zip(table.columns, WIDTHS, strict=True):
        column.ratio, column.no_wrap = share, share is None
    for judged in one.judged:
        index = judged.index
        value = "–" if judged.figure is None else _shown(judged.figure.value)
        clause = chosen(index.clause, index.clause_zh, language)
        table.add_row(
            escape(chosen(index.name, index.name_zh, language)),
            value,
            word(f"outcome.{judged.outcome}", language),
            one_of(judged.grades, language),
            escape(confident(clause, index.confidence, language)),
        )
    screen.out.print(table)


def _shown(value: Estimate) -> str:
    """A figure, and below it its interval where it has one."""
    ends = "" if value.low == value.high else f"\n({value.low:.3g}–{value.high:.3g})"
    return f"{value.value:.3g}{ends}"
