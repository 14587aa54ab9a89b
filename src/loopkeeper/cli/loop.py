"""The commands of the loop: check, evaluate, diagnose; the doors to print are elsewhere."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from loopkeeper.app.answers.loop import checked_json
from loopkeeper.app.telling.headlines import left_over, left_share, verdict_sentence
from loopkeeper.app.telling.weather import weather_rows
from loopkeeper.app.telling.wording import settling_words
from loopkeeper.app.use_cases import explaining
from loopkeeper.app.use_cases.explaining import (
    Diagnosis,
    Evaluation,
    Explained,
    KpiValue,
    explained,
    measured_factor,
)
from loopkeeper.app.use_cases.opening import inspect
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.errors import DataError
from loopkeeper.measure.told import HALF_TOLD
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import GRAVE, Severity
from loopkeeper.plant.words import Language, listed, name_of, word
from loopkeeper.units import KWH


def check(
    plant: options.PlantFolder,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Read a dossier and its telemetry and list everything that is wrong or missing."""
    with screen.working(word("cli.reading", language)):
        verdicts = inspect(outside.dossiers, options.existing_folder(plant))
    problems = [v for v in verdicts if v.severity in GRAVE]
    if as_json:
        screen.print_json(checked_json(plant.name, verdicts, language))
    else:
        screen.say(verdicts, language)
        counts = {"plant": escape(plant.name), "count": len(problems)}
        counts["cautions"] = sum(v.severity is Severity.CAUTION for v in verdicts)
        text = word("cli.checked_problems" if problems else "cli.checked_fine", language, **counts)
        screen.out.print(f"[bold {'red' if problems else 'green'}]{text}")
    raise typer.Exit(screen.grave(verdicts))


def evaluate(
    plant: options.PlantFolder,
    period: options.PeriodText = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Compare promised, expected and measured performance at the same delivered heat."""
    with screen.spoken():
        with screen.working(word("cli.evaluating", language)):
            folder = options.existing_folder(plant)
            found = explaining.evaluated(outside.dossiers, folder, options.period_of(period))
        answer = found.answer
        if as_json:
            screen.print_json(found.as_json(language))
        else:
            screen.say(found.verdicts, language)
            if isinstance(answer, DataError):
                screen.refuse(str(answer))
                screen.out.print(_figures_table(found.case.groundwork.kpis, language))
            else:
                screen.out.print(_evaluation_table(answer, language))
    code = screen.PROBLEMS if isinstance(answer, DataError) else screen.grave(answer.cautions)
    raise typer.Exit(code)


def diagnose(
    plant: options.PlantFolder,
    period: options.PeriodText = None,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Keep it in the dossier, for the fleet and the daily update."),
    ] = False,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Explain the shortfall in kWh, by cause, with uncertainty and evidence."""
    with screen.spoken():
        found = diagnosed(plant, period, language)
        if keep:
            explaining.keep(outside.dossiers, found, language)
        if as_json:
            screen.print_json(found.as_json(language))
        else:
            screen.say(found.diagnosis.cautions, language)
            screen.out.print(diagnosis_table(found.diagnosis, language))
            say_ties(found.diagnosis, language)
    raise typer.Exit(screen.grave(found.diagnosis.cautions))


def diagnosed(plant: Path, period: str | None, language: Language) -> Explained:
    """Open, evaluate and diagnose a plant under one progress bar."""
    with screen.working(word("cli.admitting", language)) as progress:
        folder = options.existing_folder(plant)
        return explained(outside.dossiers, folder, options.period_of(period), progress)


def _mwh(joule: float) -> str:
    return f"{joule / (1000 * KWH):,.1f}"


def _figures_table(kpis: Sequence[KpiValue], language: Language) -> Table:
    """The key figures that stand although the plant cannot be judged as a whole."""
    heads = ("", "report.boundary", "report.mode", "report.value", "90 %", "report.coverage")
    table = screen.table_of(heads, language, left=(0, 1, 2, 5))
    for one in kpis:
        scale, unit = (1 / KWH, "kWh") if one.unit == "J" else (1.0, one.unit.replace("-", ""))
        found = one.value.scaled(scale)
        table.add_row(
            word(f"figure.{one.name}", language),
            name_of("place", one.boundary, language),
            word(f"mode.{one.mode}", language),
            f"{found.value:,.4g} {unit}",
            f"{found.low:,.4g} … {found.high:,.4g}",
            f"{one.coverage:.0%}",
        )
    return table


_ROWS = {
    "heating": "energy.heat", "cooling": "energy.cold", "electricity": "energy.electricity",
    "machines": "place.machines", "source_pumps": "place.source-pumps",
    "load_pumps": "place.load-pumps",
}  # fmt: skip
"""Energies of an evaluation, and the word for each."""


def _evaluation_table(evaluation: Evaluation, language: Language) -> Table:
    """Promised, expected and measured side by side."""
    half = any(v.code in HALF_TOLD for v in evaluation.cautions)
    title = word(
        "cli.half_told" if half else "cli.same_heat", language, boundary=evaluation.boundary
    )
    heads = ("", "report.promised", "report.expected", "report.measured")
    table = screen.table_of(heads, language, title=title)
    levels = (evaluation.promised, evaluation.expected, evaluation.measured)
    for name, key in _ROWS.items():
        cells = ["–" if x is None else _mwh(getattr(x, name).value) for x in levels]
        table.add_row(
            listed((word(key, language), "MWh"), language, "mark.comma"),
            *cells,
            style=_row_style(name),
        )
    for mode in ("heating", "cooling"):
        values = [None if x is None else getattr(x, f"cop_{mode}") for x in levels[:2]]
        values.append(measured_factor(evaluation, mode))
        cells = ["–" if value is None else f"{value:.2f}" for value in values]
        table.add_row(word(f"cop.{mode}", language), *cells)
    return table


def _row_style(name: str) -> str:
    return "bold" if name == "electricity" else ""


def diagnosis_table(diagnosis: Diagnosis, language: Language) -> Table:
    """The waterfall as a table: promised, each cause, unexplained, measured."""
    title = verdict_sentence(diagnosis, language)
    heads = ("cli.cause", "MWh", "90 %", "report.share", "cli.finding")
    table = screen.table_of(heads, language, left=(0, 4), title=title)
    table.title_justify = "left"
    table.columns[2].style = "dim"

    def row(name: str, energy: Estimate, share: str, text: str, style: str = "") -> None:
        interval = f"{_mwh(energy.low)} … {_mwh(energy.high)}"
        table.add_row(name, _mwh(energy.value), interval, share, escape(text), style=style)

    at_heat = word("report.at_heat", language)
    row(word("report.promised", language), diagnosis.promised, "", at_heat, "bold")
    row(
        word("report.weather_use", language), diagnosis.exogenous, "", word("cli.nobody", language)
    )
    for name, energy, changed in weather_rows(diagnosis, language):
        table.add_row(f"  {name}", f"{energy:,.1f}", "", "", changed, style="dim")
    for one in diagnosis.deviations:
        kinds = " / ".join(word(f"kind.{kind}", language) for kind in (one.kind, *one.merged))
        text = one.finding.sentence(language)
        row(kinds, one.energy, f"{one.share:.0%}", text, "yellow" if one.energy.value > 0 else "")
    rest = left_over(diagnosis)
    row(word("report.unexplained", language), rest, left_share(diagnosis), "")
    row(word("report.measured", language), diagnosis.measured, "", "", "bold")
    return table


def say_ties(diagnosis: Diagnosis, language: Language) -> None:
    """Name the measurement that tells causes apart which the data do not, and its price."""
    for one in diagnosis.deviations:
        for settling in one.settles_by:
            kinds = " / ".join(word(f"kind.{kind}", language) for kind in (one.kind, *one.merged))
            told = escape(settling_words(settling, language))
            screen.out.print(
                f"[bold]{kinds}[/] – {word('report.settles', language)}: {told}", highlight=False
            )
