"""Bills of rooms, from a dossier's own meters."""

from dataclasses import dataclass
from pathlib import Path

from loopkeeper.app.billing import Statement, room_bills
from loopkeeper.app.outside import Dossiers
from loopkeeper.app.telling.wording import period_text
from loopkeeper.app.use_cases.opening import admitted
from loopkeeper.lifecycle.evaluate.money import SHARED, FuelPrices
from loopkeeper.measure.periods import last_complete, named_period
from loopkeeper.plant.plant import Plant

__all__ = ["SHARED", "Billed", "FuelPrices", "billed"]


@dataclass(frozen=True)
class Billed:
    """Statements of a plant's rooms for a period, by its name and in words."""

    plant: Plant
    name: str
    when: str
    statements: tuple[Statement, ...]


def billed(dossiers: Dossiers, folder: Path, period: str | None) -> Billed:
    """
    Bill the rooms of a plant for a named period; the last complete month when None.

    DossierError or DataError when dossier or meters do not carry an answer.
    """
    dossier, measured = admitted(dossiers, folder)
    site, hours = dossier.plant.site, measured.hours
    name = period or last_complete("monthly", hours.time, site)[0]
    when = named_period(name, site)
    found = room_bills(dossier.plant, hours, when)
    return Billed(dossier.plant, name, period_text(when, site.timezone), tuple(found))
