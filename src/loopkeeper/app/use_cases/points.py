"""Point lists: suggested from the names of a building, and what a list lacks."""

from collections.abc import Sequence
from pathlib import Path

from loopkeeper.app.outside import Dossiers, Outside
from loopkeeper.lifecycle.monitor.point_mapping import CLEAR, Suggestion, missing_points, suggest
from loopkeeper.plant.verdict import Verdict

__all__ = ["CLEAR", "Suggestion", "missing", "suggested"]


def suggested(outside: Outside, names: Path, plant: Path | None) -> tuple[Suggestion, ...]:
    """
    Suggest quantity, place and unit of points by their names.

    Parameters
    ----------
    outside : Outside
        Who reads lists and folders.
    names : Path
        A list, a model or an export.
    plant : Path or None
        Dossier whose machines, pumps and wells count.

    Returns
    -------
    tuple of Suggestion

    Raises
    ------
    InputError
        When the file is none of these.
    """
    return suggest(outside.point_lists.read_points(names), _parts(outside.dossiers, plant))


def _parts(dossiers: Dossiers, folder: Path | None) -> Sequence[str]:
    if folder is None:
        return []
    plant = dossiers.read_dossier(folder).plant
    return [*(m.id for m in plant.machines), *(p.id for p in plant.pumps)]


def missing(dossiers: Dossiers, folder: Path) -> tuple[Verdict, ...]:
    """Compare a plant's points with the minimum list: what cannot be judged without them."""
    plant = dossiers.read_dossier(folder).plant
    machines, pumps = [m.id for m in plant.machines], [p.id for p in plant.pumps]
    return tuple(missing_points(plant.points, plant.source.kind, machines, pumps))
