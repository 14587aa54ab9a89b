"""Plants with known faults, as the virtual room lives them."""

from collections.abc import Callable
from pathlib import Path

from loopkeeper.app.outside import PlantToEmulate
from loopkeeper.errors import InputError
from loopkeeper.plant.site import SourceKind
from loopkeeper.virtual.build import Life, Recording, build_virtual_plant
from loopkeeper.virtual.causes import check_causes, parse_cause


def check_virtual(plant: PlantToEmulate) -> None:
    """Refuse causes that are none, or that the source cannot have."""
    check_causes([parse_cause(text) for text in plant.causes], SourceKind(plant.source))


def virtual_plant(
    out: Path, plant: PlantToEmulate, progress: Callable[[float], None] = lambda _: None
) -> None:
    """
    Write the dossier of a virtual plant, and the truth beside it.

    InputError where a dossier stands already that is no virtual plant's own: no truth beside it.
    """
    if (out / "plant.toml").exists() and not out.with_name(f"{out.name}.truth.json").exists():
        raise InputError(
            f"{out} holds the dossier of another plant, none that virtual wrote; "
            "nothing was written"
        )
    causes = tuple(parse_cause(text) for text in plant.causes)
    life = Life(plant.template, causes, plant.seed, plant.years, SourceKind(plant.source))
    build_virtual_plant(out, life, Recording(plant.interval, plant.kept), progress)
