"""``loopkeeper commission``: what is tried before acceptance, and what the trials prove."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from loopkeeper.app.paper import SUFFIXES
from loopkeeper.app.telling.places import named_trial, needed_words, place_name, sentence_of
from loopkeeper.app.use_cases import commissioning
from loopkeeper.app.use_cases.commissioning import Planned, TrialOutcome, TrialsJudged, TrialState
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.plant.words import Language, listed, name_of, word

app = screen.commands("Commissioning: trials planned, written down, judged by what was logged.")
FORMS = frozenset({".csv", ".xlsx"})
"""Endings of forms to fill; the others are for paper."""
MARKS = {
    "passed": "[green]✓[/]",
    "failed": "[red]✗[/]",
    "not_proven": "[yellow]?[/]",
    "open": "·",
    "postponed": "→",
}
OnDay = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="The day; today if not given."),
]


@app.command()
def plan(
    plant: options.PlantFolder,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output", "-o", help="To write: .html, .pdf, .docx to print, .csv, .xlsx to fill."
        ),
    ] = None,
    on: OnDay = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Plan the trials that acceptance asks for, in order, with those of the next season."""
    with screen.spoken():
        found = commissioning.planned(outside, options.existing_folder(plant), _day(on))
        for file in output or ():
            _write(plant, found, file, language)
    if as_json:
        files = [str(file) for file in output or ()]
        screen.print_json(commissioning.planned_json(found.plan, found.status, files, language))
        return
    _show(found, language)
    for file in output or ():
        screen.out.print(f"[green]✓[/] {file}", soft_wrap=True)


def _day(on: datetime | None) -> date:
    return datetime.now().astimezone().date() if on is None else on.date()


def _write(plant: Path, found: Planned, file: Path, language: Language) -> None:
    if file.suffix in FORMS:
        raw = commissioning.trial_form(outside, found, file.suffix, language)
    elif file.suffix in SUFFIXES:
        order = screen.print_order(file.suffix, language)
        with screen.working(word("cli.writing", language, file=file)):
            raw = commissioning.printed_plan(outside, plant, found, order)
    else:
        known = ", ".join((*SUFFIXES, *sorted(FORMS)))
        raise typer.BadParameter(f"{file.suffix}: {known}", param_hint="--output")
    screen.write_file(raw, file)


def _show(found: Planned, language: Language) -> None:
    heads = ("trials.trial", "trials.state", "trials.runs", "report.due")
    table = screen.table_of(heads, language, left=(0, 1, 3))
    for one in found.status:
        title = named_trial(found.plant, one.planned, language)
        table.add_row(
            escape(title),
            f"{MARKS[one.state]} {word(f'trial_state.{one.state}', language)}",
            str(one.runs or ""),
            "" if one.closed else one.due.isoformat(),
        )
    screen.out.print(table)
    bare = dict.fromkeys(key for one in found.plan.trials for key in one.unmeasured)
    if bare:
        points = listed([needed_words(f"{q} @ {of}", language) for q, of in bare], language)
        text = word("trials.not_measured", language, points=points, count=_wanted(found))
        screen.out.print(f"[yellow]![/] {escape(text)}")


def _wanted(found: Planned) -> int:
    return len({key for one in found.plan.trials for key in one.wanted})


@app.command()
def status(
    plant: options.PlantFolder,
    on: OnDay = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Say how the trials stand; exit 1 where one failed, or is overdue."""
    with screen.spoken():
        found = commissioning.planned(outside, options.existing_folder(plant), _day(on))
    bad = any(one.state is TrialState.FAILED or one.overdue for one in found.status)
    if as_json:
        screen.print_json(commissioning.planned_json(found.plan, found.status, (), language))
        raise typer.Exit(screen.PROBLEMS if bad else screen.FINE)
    _show(found, language)
    for one in found.status:
        if one.note and not one.closed:
            title = named_trial(found.plant, one.planned, language)
            owner = f" ({one.owner})" if one.owner else ""
            text = escape(f"{title}{owner}: {one.note}")
            screen.out.print(f"{MARKS[one.state]} {text}", highlight=False)
    raise typer.Exit(screen.PROBLEMS if bad else screen.FINE)


@app.command()
def record(
    plant: options.PlantFolder,
    form: Annotated[
        Path,
        typer.Argument(help="A form of commission plan, filled.", exists=True, dir_okay=False),
    ],
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Take a filled form into the trials of a plant: all of it, or nothing."""
    with screen.spoken():
        new, known = commissioning.recorded(outside, options.existing_folder(plant), form)
    if as_json:
        screen.print_json(commissioning.recorded_json(new, known))
        return
    text = word("trials.rows_taken", language, new=new, known=known)
    screen.out.print(f"[green]✓[/] {text}")


@app.command()
def evaluate(
    plant: options.PlantFolder,
    readings: Annotated[
        list[Path] | None,
        typer.Argument(help="Logs of the trials; the dossier's telemetry if not given."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write what was proved to commissioning.csv.")
    ] = False,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Judge trials by what was logged, at the conditions they were made in; exit 1 on failure."""
    with screen.spoken():
        folder = options.existing_folder(plant)
        with screen.working(word("cli.evaluating_trials", language)) as told:
            found = commissioning.evaluated(outside, folder, readings or (), told)
        now = datetime.now(UTC)
        rows = commissioning.written(outside, folder, found, now, language) if write else 0
    if as_json:
        answer = commissioning.evaluated_json(found.results, found.verdicts, rows, language)
        screen.print_json(answer)
    else:
        _judged(found, language)
        if write:
            text = word("trials.rows_written", language, count=rows)
            screen.out.print(f"[green]✓[/] {text}")
    raise typer.Exit(screen.PROBLEMS if found.failed else screen.FINE)


def _judged(found: TrialsJudged, language: Language) -> None:
    screen.say(found.verdicts, language)
    for one in found.results:
        proved = one.proved
        title = named_trial(found.plant, one.planned, language)
        state = word(f"trial_state.{proved.judged}", language)
        head = f"{MARKS[proved.judged]} [bold]{escape(title)}[/] {state}"
        screen.out.print(head, highlight=False)
        _figures(found, one.proved.compared, language)
        for said in (*proved.findings, *proved.reasons):
            text = escape(sentence_of(found.plant, said, language))
            screen.out.print(f"    {text}", highlight=False, soft_wrap=True)
    counts = {
        str(state): sum(one.proved.judged is state for one in found.results)
        for state in TrialOutcome
    }
    screen.out.print(word("trials.evaluated", language, **counts))


def _figures(
    found: TrialsJudged, told: tuple[commissioning.ComparedFigure, ...], language: Language
) -> None:
    if not told:
        return
    heads = ("report.figure", "trials.measured", "trials.expected", "trials.interval")
    table = screen.table_of(heads, language)
    for one in told:
        name = name_of("quantity", one.quantity, language)
        place = place_name(found.plant, one.of, language)
        mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]?[/]"}[one.agrees]
        table.add_row(
            f"{mark} {escape(listed((name, place), language, 'mark.beside'))}",
            f"{one.measured.value:.4g} {one.unit}",
            f"{one.expected.value:.4g} {one.unit}",
            f"{one.expected.low:.4g} … {one.expected.high:.4g}",
        )
    screen.out.print(table)
