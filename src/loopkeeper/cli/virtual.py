"""``loopkeeper virtual``: plants with known faults, to try the program on."""

from pathlib import Path
from typing import Annotated

import typer

from loopkeeper.app.answers.forms.plant import VirtualForm
from loopkeeper.cli.shared import AsJson, Spoken, out, print_json, spoken, working
from loopkeeper.errors import InputError
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.words import Language, word
from loopkeeper.virtual.build import Life, Recording, build_virtual_plant
from loopkeeper.virtual.causes import check_causes, parse_cause


def virtual(
    output: Annotated[Path, typer.Argument(help="Folder to write the dossier into.")],
    source: Annotated[
        SourceKind, typer.Option(help="What the plant stands on.")
    ] = SourceKind.BOREHOLE_FIELD,
    plant: Annotated[str, typer.Option(help="Template: office, school or hospital.")] = "office",
    cause: Annotated[
        list[str] | None, typer.Option(help="kind[.variant]:severity[@date]; may be repeated.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of weather and sensors.")] = 1,
    years: Annotated[int, typer.Option(min=1, max=20, help="Years from hand-over.")] = 2,
    kept: Annotated[
        int | None, typer.Option(min=1, help="Years of telemetry kept, the last ones.")
    ] = None,
    interval: Annotated[
        int, typer.Option(min=5, max=60, help="Minutes between readings, a multiple of five.")
    ] = 10,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Write a virtual plant with known faults, as a complete dossier, and the truth beside it."""
    try:
        causes = tuple(parse_cause(text) for text in cause or ())
        check_causes(causes, source)
    except InputError as error:
        raise typer.BadParameter(str(error), param_hint="--cause") from error
    with spoken(), working(word("cli.running_virtual", language)) as progress:
        life = Life(plant, causes, seed, years, source)
        build_virtual_plant(output, life, Recording(interval, kept), progress)
    truth = output.with_name(f"{output.name}.truth.json")
    if as_json:
        print_json(VirtualForm(plant=str(output), truth=str(truth)))
    else:
        beside = word(
            "mark.aside", language, text=word("cli.truth_beside", language, file=truth.name)
        )
        out.print(f"[green]✓[/] {output}{beside}", soft_wrap=True)
