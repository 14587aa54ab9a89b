"""The dossiers that stand in a folder."""

from pathlib import Path

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.app.use_cases.new_plants import FoundPlants
from loopkeeper.errors import LoopkeeperError
from loopkeeper.plant.plant import Plant


def dossiers_in(folder: Path) -> FoundPlants:
    """Return the plants whose dossiers stand in a folder, and what is wrong with the others."""
    plants: dict[str, tuple[Path, Plant]] = {}
    mistakes: list[str] = []
    for one in [path.parent for path in sorted(folder.glob("*/plant.toml"))]:
        try:
            plant = read_dossier(one).plant
        except LoopkeeperError as error:
            mistakes.append(str(error))
            continue
        except OSError as error:
            mistakes.append(f"{error.filename}: {error.strerror}")
            continue
        name = plant.site.id
        if name in plants:
            mistakes.append(f"{one}: plant {name} is that of {plants[name][0]} too")
        else:
            plants[name] = one, plant
    return FoundPlants(plants, tuple(mistakes))
