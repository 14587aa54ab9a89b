"""Hidden works of a dossier as found, and what they will cost."""

from pathlib import Path

from loopkeeper.app.outside import Dossiers
from loopkeeper.app.use_cases.designs import opened
from loopkeeper.app.works_costing import WorksCost, works_cost


def cost(
    dossiers: Dossiers,
    folder: Path,
    *,
    years: int = 25,
) -> WorksCost:
    """
    Return what the hidden works of a plant cost as they were found.

    Parameters
    ----------
    dossiers : Dossiers
        Who reads folders of plants.
    folder : Path
        The plant's.
    years : int
        [year]

    Returns
    -------
    WorksCost

    Raises
    ------
    InsufficientDataError
        When the dossier has no design year.
    InconsistentPlantError
        When the plant has no borehole field.
    """
    return works_cost(opened(dossiers, folder), years=years)
