"""``loopkeeper design loads``: a design year from a simulation, or from area and weather."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from loopkeeper.app.answers.common import verdicts_json
from loopkeeper.app.answers.design import figures_json, loads_json
from loopkeeper.app.answers.forms.common import RefusalForm
from loopkeeper.app.use_cases import design_loads
from loopkeeper.app.use_cases.design_loads import USES, LoadsOrder, LoadsReading, use_name
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.verdict import GRAVE, Verdict
from loopkeeper.plant.words import Language, listed, word


def loads(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="CSV to write, design/loads.csv.")
    ],
    area: Annotated[float | None, typer.Option(min=1, help="Heated and cooled area [m²].")] = None,
    use: Annotated[str, typer.Option(help=f"One of {', '.join(USES)}.")] = "office",
    own_use: Annotated[
        Path | None,
        typer.Option(help="TOML of a use of your own: hours, holidays, set-points.", exists=True),
    ] = None,
    weather: Annotated[
        Path | None,
        typer.Option(help="EPW, or a table with times and outdoor_temperature_C.", exists=True),
    ] = None,
    insulation: Annotated[float, typer.Option(help="Loss against the usual one [-].")] = 1.0,
    energyplus: Annotated[
        Path | None,
        typer.Option(help="Output of EnergyPlus, or a table of hourly loads.", exists=True),
    ] = None,
    timezone: Annotated[str, typer.Option(help="Of the site.")] = "Asia/Shanghai",
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Design year by the hour: from EnergyPlus, or built from area, use and weather."""
    if energyplus is None and (area is None or weather is None):
        raise typer.BadParameter("give --area with --weather, or --energyplus")
    if not use_name(use):
        raise typer.BadParameter(f"{use}: expected {', '.join(USES)}", param_hint="--use")
    options.known_zone(timezone)
    order = LoadsOrder(
        zone=timezone,
        area=area,
        use=use,
        own_use=own_use,
        weather=weather,
        insulation=insulation,
        simulation=energyplus,
    )
    with screen.spoken(), screen.working(word("cli.building_loads", language)):
        found = design_loads.loads(outside.design_files, order)
    if found.year is None or screen.grave(found.verdicts):
        _refused(found.verdicts, language, as_json=as_json)
    else:
        with screen.spoken():
            outside.design_files.write_loads(found.year, output, timezone)
        _shown(found, (output, area), language, as_json=as_json)


def _refused(verdicts: Sequence[Verdict], language: Language, *, as_json: bool) -> None:
    """Say why no design year was written."""
    if as_json:
        reasons = [v.sentence(language) for v in verdicts if v.severity in GRAVE]
        said = verdicts_json(verdicts, language)
        screen.print_json(RefusalForm(error="no design year", reasons=reasons, verdicts=said))
    else:
        screen.say(verdicts, language)
        screen.refuse(word("loads.no_year", language))
    raise typer.Exit(screen.PROBLEMS)


def _shown(
    found: LoadsReading, place: tuple[Path, float | None], language: Language, *, as_json: bool
) -> None:
    output, area = place
    if not isinstance(found.year, LoadYear):
        return
    if as_json:
        screen.print_json(
            loads_json(found.year, (str(output), area), found.columns, found.verdicts, language)
        )
        return
    screen.say(found.verdicts, language)
    heads = ("", "loads.peak", "loads.one_percent", "MWh", "loads.full_load", "W/m²", "kWh/m²")
    table = screen.table_of(heads, language, title=str(output))
    for name in ("heating", "cooling", "hot_water"):
        one = figures_json(getattr(found.year, name), area).values()
        cells = ("" if v is None else f"{v:,.1f}" for v in one)
        table.add_row(word(f"mode.{name}", language), *cells)
    screen.out.print(table)
    for name, names in found.columns.items():
        for column in names:
            text = listed((word(f"mode.{name}", language), escape(column)), language, "mark.colon")
            screen.out.print(text, highlight=False)
