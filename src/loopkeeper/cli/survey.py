"""``loopkeeper survey``: field tests to ground properties, from files as loggers write them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from loopkeeper.app.answers.survey import guess_json
from loopkeeper.app.use_cases.response_tests import (
    CONDUCTIVITY,
    FLUIDS,
    ResponseOrder,
    ThermalResponse,
    keep_responses,
    printed_response,
    regional_guess,
    responded,
)
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.cli.survey_water import water
from loopkeeper.cli.survey_wells import pumping, reinjection
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.words import Language, chosen, listed, word
from loopkeeper.units import HOUR

app = screen.commands("Interpret field tests: what can the ground give, and how surely?")
app.command()(pumping)
app.command()(reinjection)
app.command()(water)

Files = Annotated[list[Path], typer.Argument(help="Log files (CSV of any dialect).", exists=True)]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help="role=name of a column the header does not tell; repeatable."),
]


def named_columns(given: list[str] | None) -> dict[str, str]:
    """Read ``role=name`` pairs."""
    pairs = {}
    for text in given or ():
        role, mark, name = text.partition("=")
        if not mark or not name:
            raise typer.BadParameter(f"{text!r}: expected role=name", param_hint="--column")
        pairs[role.strip()] = name.strip()
    return pairs


Into = Annotated[
    Path | None,
    typer.Option("--into", help="Dossier to keep the result in, under survey/.", exists=True),
]


@app.command()
def trt(
    files: Files,
    length: Annotated[float, typer.Option(min=1, help="Active length of the hole [m].")],
    diameter: Annotated[float, typer.Option(min=0.05, max=2, help="Of the hole [m].")],
    heat_capacity: Annotated[
        float, typer.Option(min=0.5, max=6, help="Of the ground, assumed [MJ/(m³·K)].")
    ] = 2.4,
    undisturbed: Annotated[
        float | None,
        typer.Option(
            help="Undisturbed ground temperature [°C]; else the log's own, else unknown."
        ),
    ] = None,
    fluid: Annotated[
        str | None, typer.Option(help=f"What circulates: {', '.join(FLUIDS)}; else water.")
    ] = None,
    concentration: Annotated[
        float, typer.Option(min=0, max=70, help="Of the antifreeze, by mass [%].")
    ] = 0.0,
    until: Annotated[
        float | None, typer.Option(min=1, help="Leave out what the log holds later than this [h].")
    ] = None,
    area: Annotated[
        float | None, typer.Option(help="Area the plant serves, for the number of holes [m²].")
    ] = None,
    column: Columns = None,
    beside: Annotated[
        list[Path] | None,
        typer.Option(help="Log of another logger, for its clock; repeatable.", exists=True),
    ] = None,
    into: Into = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Of the first log: .html, .pdf or .docx with course and steps."),
    ] = None,
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Thermal response test: conductivity, resistance and temperature of the ground."""
    _check_fluid(fluid, concentration)
    order = ResponseOrder(
        files=tuple(files),
        length=length,
        radius=diameter / 2,
        heat_capacity=1e6 * heat_capacity,
        undisturbed=undisturbed,
        fluid=fluid,
        fraction=concentration / 100,
        until=until,
        area=area,
        columns=named_columns(column),
        beside=tuple(beside or ()),
    )
    with screen.spoken(), screen.working(word("cli.interpreting", language)):
        found = responded(outside.field_tests, order)
        if into is not None:
            keep_responses(outside, into, found, language)
        if plot is not None:
            screen.write_file(
                printed_response(outside, found, screen.print_order(plot.suffix, language)), plot
            )
    if as_json:
        screen.print_json(found.as_json(language))
    else:
        for file, test in zip(found.files, found.tests, strict=True):
            screen.say(test.verdicts, language)
            screen.out.print(_response_table(file, test, language))
        screen.say(found.together.verdicts, language)
        if len(files) > 1:
            mean = _interval(found.together.conductivity, 3, language)
            screen.out.print(word("trt.mean", language, count=len(files), mean=mean))
    raise typer.Exit(max(screen.grave(test.verdicts) for test in found.tests))


def _check_fluid(name: str | None, concentration: float) -> None:
    """Refuse unknown fluids, antifreeze without strength, and strength without a name."""
    if name is None:
        if concentration:
            raise typer.BadParameter("say of what", param_hint="--fluid")
        return
    if name not in FLUIDS:
        raise typer.BadParameter(f"{name}: expected {', '.join(FLUIDS)}", param_hint="--fluid")
    if name != "water" and not concentration:
        raise typer.BadParameter(
            f"{name}: say how strong it is, by mass", param_hint="--concentration"
        )


def _response_table(file: Path, test: ThermalResponse, language: Language) -> Table:
    """Both evaluations side by side, or why one is missing."""
    line, fit = test.line_source, test.fit
    table = screen.table_of(
        ("", "report.line_source", "report.full_fit"),
        language,
        title=_response_title(file, test, language),
    )

    def row(key: str, unit: str, *cells: Estimate | None, digits: int) -> None:
        shown = (_interval(one, digits, language) for one in cells)
        table.add_row(_of_unit(word(key, language), unit, language), *shown)

    row(
        "property.conductivity",
        "W/(m·K)",
        None if line is None else line.conductivity,
        fit.conductivity,
        digits=3,
    )
    table.add_row(
        word("trt.to_design_with", language), "", _interval(test.conductivity, 3, language)
    )
    for step, resistance in zip(test.steps, fit.resistances or (None,), strict=False):
        name = word("property.resistance", language)
        if len(test.steps) > 1:
            name = word("trt.resistance_at", language, flow=f"{step.flow * HOUR:.3g}")
        own = None if line is None else line.resistance
        table.add_row(
            _of_unit(name, "m·K/W", language),
            _interval(own, 4, language),
            _interval(resistance, 4, language),
        )
    given, warm = test.hole.undisturbed, word("property.undisturbed_temperature", language)
    origin = word("trt.unknown", language)
    if given is not None:
        aside = word("mark.aside", language, text=word(f"origin.{given.origin}", language))
        origin = f"{given.value:.2f}{aside}"
    table.add_row(
        _of_unit(warm, "°C", language), origin, _interval(fit.undisturbed_temperature, 2, language)
    )
    held = word("property.heat_capacity", language)
    assumed = word("trt.assumed", language, value=f"{test.hole.heat_capacity / 1e6:.2f}")
    table.add_row(
        _of_unit(held, "MJ/(m³·K)", language),
        assumed,
        _interval(fit.heat_capacity.scaled(1e-6), 2, language),
    )
    table.add_row(_of_unit(word("trt.misfit", language), "K", language), "", f"{fit.rmse:.3f}")
    return table


def _response_title(file: Path, test: ThermalResponse, language: Language) -> str:
    named = {"file": file.name, "power": f"{test.record.mean_power:,.1f}"}
    if test.line_source is None:
        return word("trt.title", language, **named)
    begin, end = (f"{t / HOUR:.1f}" for t in test.line_source.window)
    return word("trt.title_window", language, begin=begin, end=end, **named)


def _of_unit(name: str, unit: str, language: Language) -> str:
    return listed((name, unit), language, "mark.comma")


def _interval(estimate: Estimate | None, digits: int, language: Language) -> str:
    if estimate is None:
        return word("trt.unknown", language)
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f} … {estimate.high:.{digits}f})"


@app.command()
def guess(
    city: Annotated[str, typer.Argument(help="City, e.g. beijing or 北京.")],
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Typical ground of a city, where nothing was measured; always flagged as a guess."""
    with screen.spoken():
        ground, region, verdict = regional_guess(city)
    if as_json:
        screen.print_json(guess_json(ground, region, verdict, language))
        return
    screen.say([verdict], language)
    city = chosen(region.city, region.chinese, language)
    warm = _interval(region.temperature, 1, language)
    conductivity = _interval(CONDUCTIVITY, 1, language)
    screen.out.print(
        word("trt.guess", language, city=city, temperature=warm, conductivity=conductivity)
    )
