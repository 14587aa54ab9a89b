"""``loopkeeper report``, ``bill`` and ``demo``: of a plant, its rooms, and a first look."""

import csv
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from loopkeeper import __version__
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.standards.packs import read_pack
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.adapters.report.bills import bills_document
from loopkeeper.adapters.report.diagnosis import diagnosis_document
from loopkeeper.adapters.report.document import Document
from loopkeeper.adapters.report.printing import SUFFIXES, printed
from loopkeeper.adapters.report.render import render_report
from loopkeeper.adapters.report.review import Made
from loopkeeper.adapters.reviews import (
    ReviewOptions,
    data_version,
    library,
    record_document,
)
from loopkeeper.app.accounts import Rates
from loopkeeper.app.answers import loop as answers
from loopkeeper.app.answers.forms.loop import DemoForm
from loopkeeper.app.answers.forms.plant import BillLineForm, BillsForm, ReportForm
from loopkeeper.app.billing import Statement, room_bills
from loopkeeper.app.groundwork import admit_readings
from loopkeeper.app.telling.wording import period_text
from loopkeeper.cli.loop import diagnosed, diagnosis_table, say_ties
from loopkeeper.cli.shared import (
    FINE,
    AsJson,
    PlantFolder,
    Spoken,
    existing_folder,
    grave,
    out,
    period_option,
    print_json,
    spoken,
    table_of,
    working,
)
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.evaluate.money import SHARED, FuelPrices
from loopkeeper.lifecycle.evaluate.result import Evaluation
from loopkeeper.measure.periods import last_complete, named_period
from loopkeeper.plant.carbon import grid_factor
from loopkeeper.plant.plant import Plant
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
    plant: PlantFolder,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=".html, .pdf or .docx file to write.")
    ],
    kind: Annotated[ReportKind, typer.Option(help="What it is about.")] = ReportKind.DIAGNOSIS,
    period: Annotated[
        str | None,
        period_option("default: the last complete one; of a diagnosis the last full year"),
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
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Write a report of the period, the diagnosis or the records; HTML, PDF or Word."""
    code = FINE
    if output.suffix not in SUFFIXES:
        raise typer.BadParameter(f"{output.name}: {' '.join(SUFFIXES)}", param_hint="--output")
    with spoken(), working(word("cli.writing", language, file=output.name)):
        if kind is ReportKind.DIAGNOSIS:
            case, evaluation, diagnosis = diagnosed(plant, period, language)
            if output.suffix == ".html" and templates is None:
                _write_diagnosis(case.plant, evaluation, diagnosis, language, output)
            else:
                made = Made(data_version(plant), __version__, "–")
                document = diagnosis_document(case.plant, evaluation, diagnosis, language, made)
                _print(document, output, templates, case.plant)
        elif kind in _RECORDS:
            document = record_document(existing_folder(plant), str(kind), language, region)
            _print(document, output, templates, read_dossier(plant).plant)
        else:
            own = tuple(read_pack(p) for p in pack or ())
            grid_factor(region, year)  # refused before anything is read
            wishes = ReviewOptions(own, Rates(region, year, FuelPrices(gas, coal, heat)))
            shelf = library(existing_folder(plant))
            review = shelf.review(str(kind), period, wishes)
            document = shelf.document(review, language)
            _print(document, output, templates, review.plant)
            code = grave(review.verdicts)
    _done(output, language, kind, as_json=as_json)
    raise typer.Exit(code)


def _done(output: Path, language: Language, kind: ReportKind, *, as_json: bool) -> None:
    if as_json:
        print_json(ReportForm(report=str(output), lang=language, kind=str(kind)))
    else:
        out.print(f"[green]✓[/] {output}", soft_wrap=True)


def _print(document: Document, output: Path, templates: Path | None, plant: Plant) -> None:
    now = datetime.now(ZoneInfo(plant.site.timezone))
    raw = printed(
        document, output.suffix, templates=templates, code_version=__version__,
        generated_on=f"{now:%Y-%m-%d %H:%M}",
    )  # fmt: skip
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(raw)


def bill(
    plant: PlantFolder,
    period: Annotated[str | None, period_option("default: the last complete month")] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help=".csv of all lines, or statements as .html .pdf .docx."
        ),
    ] = None,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Bill rooms that have meters of their own, by tariff band, with their part of the shared."""
    if output is not None and output.suffix not in {".csv", *SUFFIXES}:
        raise typer.BadParameter(
            f"{output.name}: .csv {' '.join(SUFFIXES)}", param_hint="--output"
        )
    with spoken(), working(word("cli.reading_meters", language)):
        dossier = read_dossier(existing_folder(plant))
        readings, said = read_telemetry(plant, dossier.plant)
        hours, site = admit_readings(dossier, readings, said).hours, dossier.plant.site
        name = period or last_complete("monthly", hours.time, site)[0]
        billed = named_period(name, site)
        found = room_bills(dossier.plant, hours, billed)
        rows = _bill_rows(found)
        if output is not None and output.suffix == ".csv":
            _write_lines(rows, output)
        elif output is not None:
            foot = f"{data_version(plant)} · {__version__}"
            when = period_text(billed, site.timezone)
            document = bills_document(dossier.plant, when, found, language, foot)
            _print(document, output, None, dossier.plant)
    totals = {s.bill.room: round(s.bill.total, 2) for s in found}
    if as_json:
        print_json(BillsForm(period=name, lines=rows, totals=totals))
        return
    heads = [f"bill.{column}" for column in rows[0]]
    shown = table_of(heads, language, left=(0, 1), title=name)
    for row in rows:
        cells = row | {
            "line": word("report.shared", language) if row["line"] == SHARED else row["line"]
        }
        shown.add_row(*(str(v) for v in cells.values()))
    out.print(shown)
    for one in found:
        total = (
            f"{one.bill.room}: {one.bill.total:.2f} {name_of('currency', one.currency, language)}"
        )
        out.print(total, highlight=False)


def _bill_rows(found: Sequence[Statement]) -> list[BillLineForm]:
    """Energy of the room's own meter and its part of the shared apart: each sums by itself."""
    return [
        {"room": s.bill.room, "line": line,
         "kWh": 0.0 if line == SHARED else round(energy, 2),
         "shared_kWh": round(energy, 2) if line == SHARED else 0.0,
         "amount": round(money, 2), "measured": round(s.coverage, 4)}
        for s in found for line, energy, money in s.bill.lines
    ]  # fmt: skip


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
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Diagnose the plant that comes with the program and write its reports."""
    reports = {one: output / f"report-{one}.html" for one in Language}
    with spoken(), resources.as_file(_DEMO) as folder:
        case, evaluation, diagnosis = diagnosed(folder, None, language)
        for one, target in reports.items():
            _write_diagnosis(case.plant, evaluation, diagnosis, one, target)
    if as_json:
        answer = answers.diagnosis_json(case.plant, evaluation, diagnosis, language, case.files)
        paths = {str(one): str(target.resolve()) for one, target in reports.items()}
        print_json(DemoForm(reports=paths, diagnosis=answer))
        return
    out.print(diagnosis_table(diagnosis, language))
    say_ties(diagnosis, language)
    for target in reports.values():
        text = word("cli.report_at", language, file=target.resolve())
        out.print(f"[green]✓[/] {text}", soft_wrap=True)


def _write_diagnosis(
    plant: Plant, evaluation: Evaluation, diagnosis: Diagnosis, language: Language, target: Path
) -> None:
    """Render and write the report of a diagnosis; the date of making is local."""
    now = datetime.now(ZoneInfo(plant.site.timezone))
    html = render_report(
        plant, evaluation, diagnosis, language=language,
        generated_on=f"{now:%Y-%m-%d %H:%M}", code_version=__version__,
    )  # fmt: skip
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html, encoding="utf-8")
