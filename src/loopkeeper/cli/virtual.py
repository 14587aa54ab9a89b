"""``loopkeeper virtual``: plants with known faults, to try the program on."""

from pathlib import Path
from typing import Annotated

import typer

from loopkeeper.app.answers.forms.plant import VirtualForm
from loopkeeper.app.outside import PlantToEmulate
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli import options, screen
from loopkeeper.errors import InputError
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.words import Language, word


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
    as_json: options.AsJson = False,
    language: options.Spoken = Language.ENGLISH,
) -> None:
    """Write a virtual plant with known faults, as a complete dossier, and the truth beside it."""
    lived = PlantToEmulate(
        template=plant,
        source=str(source),
        causes=tuple(cause or ()),
        seed=seed,
        years=years,
        kept=kept,
        interval=interval,
    )
    try:
        outside.emulator.check_virtual(lived)
    except InputError as error:
        raise typer.BadParameter(str(error), param_hint="--cause") from error
    with screen.spoken(), screen.working(word("cli.running_virtual", language)) as progress:
        outside.emulator.virtual_plant(output, lived, progress)
    truth = output.with_name(f"{output.name}.truth.json")
    if as_json:
        screen.print_json(VirtualForm(plant=str(output), truth=str(truth)))
    else:
        beside = word(
            "mark.aside", language, text=word("cli.truth_beside", language, file=truth.name)
        )
        screen.out.print(f"[green]✓[/] {output}{beside}", soft_wrap=True)
