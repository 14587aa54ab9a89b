"""``loopkeeper build``: hidden works taken in, held against the drawings, proved unchanged."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from loopkeeper.app.answers.forms.plant import FilesForm
from loopkeeper.app.answers.forms.works import ProvedForm
from loopkeeper.app.answers.forms.works_cost import WorksCostForm
from loopkeeper.app.answers.works_cost import works_cost_json
from loopkeeper.app.paper import SUFFIXES
from loopkeeper.app.use_cases import works, works_cost
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.cli.tongue import tongue
from loopkeeper.plant.verdict import GRAVE
from loopkeeper.plant.words import Language, chosen, name_of, word, worded

app = screen.commands("Construction: a ledger of hidden works, held against the drawings.")
SHOWN = 12
"""Findings and changes that are written out; JSON has all."""


@app.command(name="import")
def import_works(
    plant: options.PlantFolder,
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Filled forms, workbooks, tables as ledger.csv, other laptops' .jsonl.",
            exists=True,
            dir_okay=False,
        ),
    ],
    mapping: Annotated[
        Path | None,
        typer.Option(help="What their labels mean, as build map wrote it.", exists=True),
    ] = None,
    despite: Annotated[
        bool, typer.Option("--despite", help="Take what is good beside bad cells.")
    ] = False,
    evidence: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the photographs and files that rows name.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Take records of hidden works into the sealed ledger: all of them, or nothing."""
    with screen.spoken(), screen.working(word("cli.taking_in", language)) as told:
        folder = options.existing_folder(plant)
        how = works.Reading(mapping=mapping, despite=despite, evidence=evidence)
        found = works.imported(outside, folder, files, datetime.now(UTC), how, told)
    if as_json:
        screen.print_json(found.as_json(language))
        return
    screen.say(found.verdicts, language)
    of = {"new": found.new, "known": found.known, "size": found.size}
    screen.out.print(f"[green]✓[/] {word('cli.taken_in', language, **of)}")
    _root(found.size, found.root, language)


@app.command()
def form(
    plant: options.PlantFolder,
    output: Annotated[Path, typer.Option("--output", "-o", help=".xlsx to write.")],
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Write a blank form of a plant's hidden works, with the drawn values; filled, import it."""
    with screen.spoken():
        raw = works.blank_form(outside, options.existing_folder(plant), language)
        screen.write_file(raw, output)
    if as_json:
        screen.print_json(FilesForm(files=[str(output)]))
    else:
        screen.out.print(f"[green]✓[/] {output}", soft_wrap=True)


@app.command(name="map")
def map_labels(
    book: Annotated[
        Path, typer.Argument(help="A contractor's workbook.", exists=True, dir_okay=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help=".toml to write.")],
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Suggest what the labels of a workbook mean, once per contractor; confirm the doubtful."""
    with screen.spoken():
        found = works.mapped(outside, book, output)
    answer = works.mapped_json(str(output), found, language)
    if as_json:
        screen.print_json(answer)
        return
    screen.say(found.doubts, language)
    heads = ("cli.label", "report.check", "report.unit", "cli.sure")
    table = screen.table_of(heads, language, left=range(4))
    for one in answer["labels"]:
        sure = "[green]✓[/]" if one["sure"] else "[yellow]?[/]"
        table.add_row(escape(one["label"]), one["check"] or one["role"], one["unit"], sure)
    screen.out.print(table)
    screen.out.print(f"[green]✓[/] {output}", soft_wrap=True)


def _root(size: int, root: str, language: Language) -> None:
    text = word("cli.ledger_root", language, root=f"{size}:{root}")
    screen.out.print(text, soft_wrap=True, highlight=False)


@app.command()
def check(
    plant: options.PlantFolder,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=".html, .pdf or .docx file to write.")
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Hold hidden works against the drawings, item by item; exit 1 where some deviate."""
    with screen.spoken():
        checked = works.reconciled(outside, options.existing_folder(plant))
        if output is not None:
            _write(plant, checked, output, language)
    found, said = checked.found, checked.verdicts
    if as_json:
        screen.print_json(works.reconciled_json(found, said, language))
        raise typer.Exit(screen.PROBLEMS if found.deviating else screen.FINE)
    screen.say(said, language)
    counts = Counter(str(one) for one in found.states.values())
    of = {name: counts[name] for name in ("done", "deviating", "unproven")}
    screen.out.print(word("cli.works_checked", language, **of))
    for kind, count in found.unrecorded.items():
        of_kind = {"kind": name_of("item_kind", kind, language), "count": count}
        screen.out.print(f"[yellow]![/] {word('cli.works_unrecorded', language, **of_kind)}")
    _deviating(found, language)
    _missing(found, language)
    raise typer.Exit(screen.PROBLEMS if found.deviating else screen.FINE)


def _write(plant: Path, checked: works.WorksChecked, output: Path, language: Language) -> None:
    if output.suffix not in SUFFIXES:
        raise typer.BadParameter(f"{output.suffix}: {', '.join(SUFFIXES)}", param_hint="--output")
    order = screen.print_order(output.suffix, language)
    with screen.working(word("cli.writing", language, file=output)):
        screen.write_file(works.printed_works(outside, plant, checked, order), output)


def _deviating(found: works.Reconciled, language: Language) -> None:
    if not found.deviating:
        return
    heads = ("report.item", "report.check", "cli.drawn", "cli.found", "cli.clause")
    table = screen.table_of(heads, language, left=(0, 1, 4))
    for one in found.deviating[:SHOWN]:
        check = one.check
        unit = check.unit.replace("-", "")
        table.add_row(
            escape(str(worded(one.name, language))),
            chosen(check.english, check.chinese, language),
            f"{one.bound} {unit}".strip(),
            one.told,
            f"{check.clause} ({check.confidence})",
        )
    screen.out.print(table)
    if len(found.deviating) > SHOWN:
        more = len(found.deviating) - SHOWN
        screen.out.print(word("cli.and_more", language, count=more))


def _missing(found: works.Reconciled, language: Language) -> None:
    if not found.missing:
        return
    heads = ("report.kind", "cli.evidence_missing", "cli.without", "cli.clause")
    table = screen.table_of(heads, language, left=(0, 1, 3))
    for one in found.missing:
        check = one.check
        table.add_row(
            name_of("item_kind", check.item_kind, language),
            chosen(check.english, check.chinese, language),
            f"{one.without} / {one.of}",
            f"{check.clause} ({check.confidence})",
        )
    screen.out.print(table)


@app.command()
def cost(
    plant: options.PlantFolder,
    years: Annotated[int, typer.Option(min=1, max=50, help="Years that are looked at.")] = 25,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Say what the holes as found will cost in electricity, money and colder water, and a cure."""
    with screen.spoken(), screen.working(word("cli.costing", language)):
        folder = options.existing_folder(plant)
        answer = works_cost_json(works_cost.cost(outside.dossiers, folder, years=years))
    if as_json:
        screen.print_json(answer)
        return
    holes, change = answer["holes"], answer["change"]
    of = {
        "drawn": holes["drawn"],
        "unrecorded": holes["unrecorded"],
        "total": f"{holes['found_total_length_m']:,.0f}",
        "wanted": f"{holes['drawn_total_length_m']:,.0f}",
    }
    screen.out.print(word("cli.holes_found", language, **of))
    shares = answer["ignorance"]["all"]
    rows = [
        (
            "works.more_electricity",
            change["electricity_kWh"],
            "kWh/a",
            shares["electricity_share"],
        ),
        ("works.colder", change["coldest_K"], "K", shares["coldest_share"]),
        ("works.warmer", change["warmest_K"], "K", shares["warmest_share"]),
    ]
    if change["money"] is not None:
        unit = f"{name_of('currency', answer['currency'], language)}/a"
        rows.insert(1, ("works.more_money", change["money"], unit, shares["money_share"] or 0.0))
    heads = ("report.figure", "report.value", "report.interval", "works.of_ignorance")
    title = word("works.against_drawing", language, years=answer["years"])
    table = screen.table_of(heads, language, title=title)
    for key, value, unit, share in rows:
        digits = ".2f" if unit == "K" else ",.0f"
        table.add_row(
            word(key, language),
            f"{value['value']:+{digits}} {unit}",
            f"{value['low']:+{digits}} … {value['high']:+{digits}}",
            f"{share:.0%}",
        )
    screen.out.print(table)
    _cures(answer, language)


def _cures(answer: WorksCostForm, language: Language) -> None:
    """What brings the lowest water back, the cheapest first."""
    target = f"{answer['target_coldest_C']:.1f}"
    if not answer["cures"]:
        screen.out.print(word("works.no_cure_needed", language, target=target))
        return
    heads = ("works.cure", "works.amount", "works.coldest_then", "works.life_cycle")
    table = screen.table_of(heads, language, title=word("works.cures", language, target=target))
    for one in answer["cures"]:
        table.add_row(
            name_of("cure", one["kind"], language),
            f"{one['amount']:,.3g} {one['unit'].replace('holes', '')}".strip(),
            f"{one['coldest_C']:.1f} °C",
            f"{one['life_cycle']:,.0f}",
        )
    screen.out.print(table)
    prices = answer["cure_prices"]
    currency = name_of("currency", prices["currency"], language)
    of = {"currency": currency, "confidence": prices["confidence"]}
    screen.out.print(word("works.cure_prices", language, **of), style="dim")


@app.command()
def verify(
    plant: options.PlantFolder,
    root: Annotated[
        str | None, typer.Option(help="SIZE:ROOT as a report or a hand-over prints it.")
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Say whether ledger and evidence are as sealed, and name what was changed; exit 1 then."""
    with screen.spoken():
        witness = None if root is None else works.witness_of(root)
        found, said = works.verified(outside, options.existing_folder(plant), witness)
    sound = found.sound and not any(one.severity in GRAVE for one in said)
    end = screen.FINE if sound else screen.PROBLEMS
    if as_json:
        screen.print_json(works.verified_json(found, said, language))
        raise typer.Exit(end)
    screen.say(said, language)
    for one in found.changes[:SHOWN]:
        text = word(f"ledger_change.{one.change}", language, number=one.number)
        screen.err.print(f"[red]✗[/] {text}", highlight=False)
    if len(found.changes) > SHOWN:
        more = len(found.changes) - SHOWN
        screen.err.print(word("cli.and_more", language, count=more))
    key = "cli.ledger_sound" if found.sound else "cli.ledger_changed"
    of = {"size": found.size, "count": len(found.changes), "keys": len(found.keys)}
    screen.out.print(word(key, language, **of))
    _root(found.size, found.root, language)
    raise typer.Exit(end)


@app.command()
def forget(
    plant: options.PlantFolder,
    name: Annotated[str, typer.Argument(help="Of somebody who signed records.")],
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Forget somebody's name; the records stay, sealed with a reference that tells nobody."""
    with screen.spoken():
        found = works.forgotten(outside, options.existing_folder(plant), name)
    if as_json:
        screen.print_json(works.forgotten_json(found))
        return
    text = word("cli.forgotten", language, count=found.records)
    screen.out.print(f"[green]✓[/] {text}", soft_wrap=True)
    if found.plain:
        text = word("cli.forgotten_plain", language, count=found.plain)
        screen.out.print(f"[yellow]![/] {text}", soft_wrap=True)


@app.command()
def prove(
    plant: options.PlantFolder,
    item: Annotated[str, typer.Argument(help="Such as the name of a hole.")],
    output: Annotated[Path, typer.Option("--output", "-o", help=".json to write.")],
    as_json: options.AsJson = False,
) -> None:
    """Write what proves an item's records to an outsider, without handing over the others."""
    with screen.spoken():
        found = works.proved(outside, options.existing_folder(plant), item)
        text = json.dumps(found, ensure_ascii=False, indent=1)
        screen.write_file(text.encode(), output)
    size, root = int(str(found["size"])), str(found["root"])
    count = len(list(found["records"])) if isinstance(found["records"], list) else 0
    if as_json:
        screen.print_json(ProvedForm(file=str(output), count=count, size=size, root=root))
        return
    of = {"count": count, "item": item, "file": output}
    screen.out.print(f"[green]✓[/] {word('cli.proved', tongue(), **of)}", soft_wrap=True)
    _root(size, root, tongue())
