"""Hidden works of a dossier as found, and what they will cost."""

from collections.abc import Sequence
from pathlib import Path

from loopkeeper.app.outside import Dossiers
from loopkeeper.app.use_cases.designs import opened
from loopkeeper.app.works_costing import WorksCost, works_cost
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.plant.records import LedgerCheck


def cost(
    dossiers: Dossiers,
    folder: Path,
    *,
    checks: Sequence[LedgerCheck] | None = None,
    prices: Prices | None = None,
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
    checks : sequence of LedgerCheck, optional
        What stands in its ledger; the rows of its dossier when omitted.
    prices : Prices, optional
        Of cures.
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
    return works_cost(opened(dossiers, folder), checks=checks, prices=prices, years=years)
