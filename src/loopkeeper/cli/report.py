"""``loopkeeper report``, ``bill`` and ``demo``: of a plant, its rooms, and a first look."""

import csv
from collections.abc import Sequence
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from loopkeeper import __version__
from loopkeeper.app.accounts import Rates
from loopkeeper.app.answers.forms.loop import DemoForm
from loopkeeper.app.answers.forms.plant import BillLineForm, BillsForm, ReportForm
from loopkeeper.app.paper import SUFFIXES
from loopkeeper.app.use_cases.billing import SHARED, Billed, FuelPrices, billed
from loopkeeper.app.use_cases.explaining import printed_diagnosis
from loopkeeper.app.use_cases.reviews import library, printed_records, review_basis
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.cli.loop import diagnosed, diagnosis_table, say_ties
from loopkeeper.plant.carbon import grid_factor
from loopkeeper.plant.words import Language, name_of, word

_DEMO = resources.files("loopkeeper.adapters") / "demo" / "office"
PackFiles = Annotated[
    list[Path] | None, typer.Option("--pack", help="Standard pack of your own; repeatable.")
]


class ReportKind(StrEnum):
    """What a report is about."""

    DIAGNOSIS = "diagnosis"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"
    SURVEY = "survey"
    DESIGN = "design"
    COMMISSIONING = "commissioning"


_RECORDS = {ReportKind.SURVEY, ReportKind.DESIGN, ReportKind.COMMISSIONING}


def report(
    plant: options.PlantFolder,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=".html, .pdf or .docx file to write.")
    ],
    kind: Annotated[ReportKind, typer.Option(help="What it is about.")] = ReportKind.DIAGNOSIS,
    period: Annotated[
        str | None,
        options.period_option("default: the last complete one; of a diagnosis the last full year"),
    ] = None,
    pack: PackFiles = None,
    region: Annotated[str, typer.Option(help="Grid whose carbon counts.")] = "china",
    year: Annotated[int | None, typer.Option(help="Of the grid factor; the period's.")] = None,
    gas: Annotated[float, typer.Option(help="Price of gas per m³: backups, comparison.")] = 3.0,
    coal: Annotated[float, typer.Option(help="Price of coal per kg, to compare.")] = 1.2,
    heat: Annotated[float, typer.Option(help="Price of bought heat per kWh.")] = 0.3,
    templates: Annotated[
        Path | None, typer.Option(help="Folder with templates of your own.", exists=True)
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Write a report of the period, the diagnosis or the records; HTML, PDF or Word."""
    code = screen.FINE
    if output.suffix not in SUFFIXES:
        raise typer.BadParameter(f"{output.name}: {' '.join(SUFFIXES)}", param_hint="--output")
    with screen.spoken(), screen.working(word("cli.writing", language, file=output.name)):
        folder = options.existing_folder(plant)
        order = screen.print_order(output.suffix, language, templates)
        if kind is ReportKind.DIAGNOSIS:
            found = diagnosed(folder, period, language)
            raw = printed_diagnosis(outside, found, order)
        elif kind in _RECORDS:
            raw = printed_records(outside, folder, str(kind), order, region)
        else:
            own = [outside.standards.read_pack(p) for p in pack or ()]
            grid_factor(region, year)  # refused before anything is read
            rates = Rates(region, year, FuelPrices(gas, coal, heat))
            shelf = library(outside, folder)
            review = shelf.review(str(kind), period, review_basis(outside, own, rates))
            raw = outside.printer.review(review, shelf.made(review), order)
            code = screen.grave(review.verdicts)
        screen.write_file(raw, output)
    _done(output, language, kind, as_json=as_json)
    raise typer.Exit(code)


def _done(output: Path, language: Language, kind: ReportKind, *, as_json: bool) -> None:
    if as_json:
        screen.print_json(ReportForm(report=str(output), lang=language, kind=str(kind)))
    else:
        screen.out.print(f"[green]✓[/] {output}", soft_wrap=True)


def bill(
    plant: options.PlantFolder,
    period: Annotated[
        str | None, options.period_option("default: the last complete month")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help=".csv of all lines, or statements as .html .pdf .docx."
        ),
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Bill rooms that have meters of their own, by tariff band, with their part of the shared."""
    if output is not None and output.suffix not in {".csv", *SUFFIXES}:
        raise typer.BadParameter(
            f"{output.name}: .csv {' '.join(SUFFIXES)}", param_hint="--output"
        )
    with screen.spoken(), screen.working(word("cli.reading_meters", language)):
        found = billed(outside.dossiers, options.existing_folder(plant), period)
        rows = _bill_rows(found)
        if output is not None and output.suffix == ".csv":
            _write_lines(rows, output)
        elif output is not None:
            order = screen.print_order(output.suffix, language)
            foot = f"{outside.dossiers.data_version(plant)} · {__version__}"
            sheet = found.plant, found.when, found.statements, foot, order
            screen.write_file(outside.printer.bills(*sheet), output)
    totals = {s.bill.room: round(s.bill.total, 2) for s in found.statements}
    if as_json:
        screen.print_json(BillsForm(period=found.name, lines=rows, totals=totals))
        return
    heads = [f"bill.{column}" for column in rows[0]]
    shown = screen.table_of(heads, language, left=(0, 1), title=found.name)
    for row in rows:
        cells = row | {
            "line": word("report.shared", language) if row["line"] == SHARED else row["line"]
        }
        shown.add_row(*(str(v) for v in cells.values()))
    screen.out.print(shown)
    for one in found.statements:
        total = (
            f"{one.bill.room}: {one.bill.total:.2f} {name_of('currency', one.currency, language)}"
        )
        screen.out.print(total, highlight=False)


def _bill_rows(found: Billed) -> list[BillLineForm]:
    """Energy of the room's own meter and its part of the shared apart: each sums by itself."""
    return [
        {
            "room": s.bill.room,
            "line": line,
            "kWh": 0.0 if line == SHARED else round(energy, 2),
            "shared_kWh": round(energy, 2) if line == SHARED else 0.0,
            "amount": round(money, 2),
            "measured": round(s.coverage, 4),
        }
        for s in found.statements
        for line, energy, money in s.bill.lines
    ]


def _write_lines(rows: Sequence[BillLineForm], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", newline="", encoding="utf-8-sig") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the reports.")] = Path(
        "out"
    ),
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Diagnose the plant that comes with the program and write its reports."""
    reports = {one: output / f"report-{one}.html" for one in Language}
    with screen.spoken(), resources.as_file(_DEMO) as folder:
        found = diagnosed(folder, None, language)
        for one, target in reports.items():
            order = screen.print_order(".html", one)
            screen.write_file(printed_diagnosis(outside, found, order), target)
    if as_json:
        paths = {str(one): str(target.resolve()) for one, target in reports.items()}
        screen.print_json(DemoForm(reports=paths, diagnosis=found.as_json(language)))
        return
    screen.out.print(diagnosis_table(found.diagnosis, language))
    say_ties(found.diagnosis, language)
    for target in reports.values():
        text = word("cli.report_at", language, file=target.resolve())
        screen.out.print(f"[green]✓[/] {text}", soft_wrap=True)
