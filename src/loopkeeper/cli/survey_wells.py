"""``loopkeeper survey pumping`` and ``reinjection``: tests of wells."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from loopkeeper.app.outside import Stated
from loopkeeper.app.use_cases.well_tests import (
    SORTS,
    AquiferTest,
    Schedule,
    StepTest,
    WellOrder,
    injected,
    keep_well_test,
    printed_pumping,
    pumped,
)
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.plant.words import Language, word
from loopkeeper.units import DAY, HOUR

Files = Annotated[
    list[Path], typer.Argument(help="Level logs, one well each: time and drawdown.", exists=True)
]
Rates = Annotated[
    str,
    typer.Option(
        "--rates",
        "--flow",
        help="Flow [m³/h], or START:FLOW,START:FLOW,… in the file's time unit (minutes from its "
        "first row where it has dates); 0 stops the pump.",
    ),
]
Distances = Annotated[
    list[float] | None,
    typer.Option("--distance", min=0.01, help="From the well's axis [m], once per file."),
]
TimeUnit = Annotated[str | None, typer.Option(help="s, min, h or d, where the file does not say.")]
LevelUnit = Annotated[str | None, typer.Option(help="m, cm, ft …, where the file does not say.")]
Static = Annotated[
    float | None,
    typer.Option(help="Depth or height of the water at rest, when the file holds such."),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        help="time=NAME or level=NAME, where the header does not tell; level once for each well.",
    ),
]
Into = Annotated[
    Path | None,
    typer.Option("--into", help="Dossier to keep the result in, under survey/.", exists=True),
]


def pumping(
    files: Files,
    rates: Rates,
    distance: Distances = None,
    thickness: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            help="Of an unconfined aquifer: its thinning and late yield are allowed for [m].",
        ),
    ] = None,
    recovered_after: Annotated[
        float | None,
        typer.Option(help="The file is the recovery after so long a pumping (its time unit)."),
    ] = None,
    sort: Annotated[
        list[str] | None, typer.Option(help=f"Only these aquifers: {', '.join(SORTS)}.")
    ] = None,
    time_unit: TimeUnit = None,
    level_unit: LevelUnit = None,
    static: Static = None,
    column: Columns = None,
    into: Into = None,
    plot: Annotated[
        Path | None, typer.Option(help=".html, .pdf or .docx: diagnostic plot, sorts, doubts.")
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Pumping, recovery and step tests: the aquifer's transmissivity, storage and leakage."""
    if unknown := set(sort or ()) - set(SORTS):
        raise typer.BadParameter(f"{', '.join(unknown)}: expected {', '.join(SORTS)}")
    order = _order(files, rates, distance, Stated(time_unit, level_unit, static), column)
    with screen.spoken(), screen.working(word("cli.interpreting", language)):
        found = pumped(
            outside.field_tests,
            order,
            thickness=thickness,
            recovered_after=recovered_after,
            sorts=tuple(sort or ()),
        )
        if into is not None:
            keep_well_test(outside, into, found, language)
        if plot is not None:
            screen.write_file(
                printed_pumping(outside, found, screen.print_order(plot.suffix, language)), plot
            )
    if as_json:
        screen.print_json(found.as_json(language))
        return
    screen.say(found.verdicts, language)
    screen.out.print(_aquifer_table(found.test, language))
    if found.steps is not None:
        screen.out.print(_steps_table(found.steps, found.schedule, language))


def reinjection(
    files: Files,
    rates: Rates,
    distance: Distances = None,
    temperature: Annotated[
        float | None, typer.Option(help="Of the injected water, to correct for viscosity [°C].")
    ] = None,
    time_unit: TimeUnit = None,
    level_unit: LevelUnit = None,
    static: Static = None,
    column: Columns = None,
    into: Into = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Reinjection test: injectivity, corrected for viscosity, and how long it was stable."""
    order = _order(files, rates, distance, Stated(time_unit, level_unit, static), column)
    with screen.spoken(), screen.working(word("cli.interpreting", language)):
        found = injected(outside.field_tests, order, temperature=temperature)
        if into is not None:
            keep_well_test(outside, into, found, language)
    if as_json:
        screen.print_json(found.as_json(language))
        return
    screen.say(found.verdicts, language)
    per_metre = (found.found.specific, found.found.at_reference)
    specific, reference = (f"{v * HOUR:.3f}" for v in per_metre)
    rise = f"{found.rise:.2f}"
    screen.out.print(
        word("wells.injectivity", language, specific=specific, reference=reference, rise=rise)
    )


def _order(
    files: list[Path],
    rates: str,
    distance: list[float] | None,
    stated: Stated,
    column: list[str] | None,
) -> WellOrder:
    """Return what is asked, as far as the command line alone can tell that it is right."""
    columns = _chosen(column, len(files))
    given = tuple(distance or ())
    if given and len(given) != len(files) * len(columns):
        raise typer.BadParameter(
            f"{len(given)} distances for {len(files) * len(columns)} wells",
            param_hint="--distance",
        )
    return WellOrder(
        files=tuple(files),
        flows=_flows(rates),
        distances=given,
        stated=stated,
        columns=tuple(columns),
    )


def _chosen(column: list[str] | None, files: int) -> list[dict[str, str]]:
    """Named columns of a file: one choice for each level that is named."""
    pairs = [text.partition("=")[::2] for text in column or ()]
    if any(not role or not name for role, name in pairs):
        raise typer.BadParameter("expected time=NAME or level=NAME", param_hint="--column")
    common = {role: name for role, name in pairs if role != "level"}
    levels = [name for role, name in pairs if role == "level"]
    if len(levels) > 1 and files > 1:
        raise typer.BadParameter("several levels need one file", param_hint="--column")
    return [{**common, "level": name} for name in levels] or [common]


def _flows(text: str) -> tuple[tuple[float, float], ...]:
    """Read ``20`` or ``0:20,30:28,80:0``."""
    pairs = []
    for part in text.split(","):
        start, mark, flow = part.rpartition(":")
        try:
            pairs.append((float(start) if mark else 0.0, float(flow)))
        except ValueError as error:
            raise typer.BadParameter(
                f"{part!r}: expected a flow in m³/h or START:FLOW", param_hint="--rates"
            ) from error
    starts = [start for start, _ in pairs]
    if any(after <= before for before, after in pairwise(starts)):
        raise typer.BadParameter(f"{text!r}: starts must ascend", param_hint="--rates")
    return tuple(pairs)


def _aquifer_table(test: AquiferTest, language: Language) -> Table:
    heads = ("", "T, m²/d", "S", "wells.extras", "wells.leakage", "RMSE, m")
    table = screen.table_of(heads, language, title=word("wells.sorts", language))
    for fit in test.tried:
        resistance = fit.leakage_resistance
        table.add_row(
            word(f"aquifer.{fit.sort}", language),
            f"{fit.transmissivity.value * DAY:,.1f}",
            f"{fit.storage.value:.3g}",
            f"{fit.extras[0].value:,.4g}" if fit.extras else "",
            "" if resistance is None else f"{resistance / DAY:,.0f}",
            f"{fit.rmse:.4f}",
            style="bold" if fit is test.best else "",
        )
    return table


def _steps_table(steps: StepTest, schedule: Schedule, language: Language) -> Table:
    losses = {
        "aquifer": f"{steps.aquifer_loss.value / HOUR:.4g}",
        "well": f"{steps.well_loss.value / 3600:.3g}",
    }
    title = word("wells.step_test", language, **losses)
    table = screen.table_of(("wells.flow", "wells.efficiency"), language, left=(), title=title)
    flows = schedule.flows[schedule.flows > 0]
    for flow, efficiency in zip(flows, steps.efficiency, strict=True):
        table.add_row(f"{flow * HOUR:.1f}", f"{efficiency:.0%}")
    return table
