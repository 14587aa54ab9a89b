"""``loopkeeper design``: is a design sound, how long must its field be, what may it promise?"""

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from loopkeeper.adapters.design_answers import check_json, size_json
from loopkeeper.adapters.files.read import read_dossier
from loopkeeper.app.designing import checked, sized
from loopkeeper.cli.shared import (
    PROBLEMS,
    AsJson,
    Language,
    PlantFolder,
    chosen_language,
    existing_folder,
    out,
    print_json,
    say,
    spoken,
    working,
)

app = typer.Typer(no_args_is_help=True, help="Check and size a design, with its uncertainty.")

Years = Annotated[int, typer.Option(min=5, max=100, help="Years the design must last.")]


@app.command()
def check(
    plant: PlantFolder, years: Years = 25, as_json: AsJson = False, lang: Language = "en"
) -> None:
    """Resource, load and system against each other; thermal balance is a hard check."""
    language = chosen_language(lang)
    with spoken(), working("Running the design over its years"):
        answer = checked(read_dossier(existing_folder(plant)), years)
    if as_json:
        print_json(check_json(answer, language))
    else:
        say(answer.verdicts, language)
        run = answer.horizon
        table = Table(title=f"{plant.name} over {run.years} years", box=SIMPLE_HEAD)
        for heading in (
            "year",
            "coldest, °C",
            "warmest, °C",
            "mean, °C",
            "electricity, MWh",
        ):
            table.add_column(heading, justify="right")
        shown = sorted({0, 1, 4, 9, 19, run.years - 1} & set(range(run.years)))
        for n in shown:
            table.add_row(
                str(n + 1), f"{run.coldest[n]:.1f}", f"{run.warmest[n]:.1f}",
                f"{run.mean[n]:.1f}", f"{run.electricity[n] / 3.6e9:,.1f}",
            )  # fmt: skip
        out.print(table)
        word = "[green]passes" if answer.passes else "[red]does not pass"
        out.print(f"heat put in / drawn: {run.balance_ratio:.2f}; the design {word}")
    raise typer.Exit(0 if answer.passes else PROBLEMS)


@app.command()
def size(
    plant: PlantFolder,
    low: Annotated[
        float | None, typer.Option(help="Coldest water to the machines [°C]; default: promised.")
    ] = None,
    high: Annotated[
        float | None, typer.Option(help="Warmest water to the machines [°C]; default: promised.")
    ] = None,
    years: Years = 25,
    deepest: Annotated[float, typer.Option(help="Deepest hole allowed [m].")] = 200.0,
    as_json: AsJson = False,
    lang: Language = "en",
) -> None:
    """Shortest field that keeps its limits, hour by hour, machines included; and how surely."""
    language = chosen_language(lang)
    with spoken(), working("Sizing"):
        answer = sized(
            read_dossier(existing_folder(plant)), low=low, high=high, years=years, deepest=deepest
        )
    if as_json:
        print_json(size_json(answer, language))
        return
    say(answer.verdicts, language)
    found, sure = answer.found.size, answer.reliability
    count = answer.found.task.geometry.count
    out.print(f"{count} holes of {found.length:.1f} m, {found.total_length:,.0f} m in all")
    table = Table(title="Length by probability of keeping the limits", box=SIMPLE_HEAD)
    for probability in sure.length_for:
        table.add_column(f"{probability:.0%}", justify="right")
    table.add_row(*(f"{length:.1f} m" for length in sure.length_for.values()))
    out.print(table)
