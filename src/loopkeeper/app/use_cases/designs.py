"""Designs of dossiers: checked, sized, laid out, equipped, priced, promised, reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from loopkeeper.app.design_year import told
from loopkeeper.app.designing import (
    DesignBook,
    Sized,
    checked,
    designed,
    hybridised,
    promised,
    selected,
    sized,
    sized_wet,
    surety,
)
from loopkeeper.app.outside import DesignFiles, Dossiers, Outside
from loopkeeper.app.paper import PrintOrder
from loopkeeper.app.surveying import on_measured_ground
from loopkeeper.lifecycle.design.economy import Account
from loopkeeper.lifecycle.design.layout import Land, LayoutSearch, search_layout
from loopkeeper.lifecycle.design.phases import Phase, phased
from loopkeeper.lifecycle.design.promise import refuse_silent_change
from loopkeeper.lifecycle.design.selection import CatalogueRow
from loopkeeper.lifecycle.design.wet_sizing import WetSize
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.verdict import Verdict

__all__ = [
    "Account",
    "LandOrder",
    "LayoutSearch",
    "Reported",
    "WetSize",
    "checked",
    "hybridised",
    "in_phases",
    "laid_out",
    "opened",
    "promise",
    "report",
    "rows_of",
    "selected",
    "sized",
    "sized_wet",
    "surety",
    "told",
]


def opened(dossiers: Dossiers, folder: Path) -> Dossier:
    """Return a dossier on the ground that field tests found."""
    return on_measured_ground(dossiers.read_dossier(folder))


@dataclass(frozen=True, kw_only=True)
class LandOrder:
    """Files of the land, of areas kept free on it, and of prices; the deepest hole allowed [m]."""

    outline: Path
    kept_free: tuple[Path, ...] = ()
    prices: Path | None = None
    deepest: float = 200.0


def laid_out(files: DesignFiles, answer: Sized, land: LandOrder) -> LayoutSearch:
    """
    Search the cheapest layout of a sized field on a piece of land.

    Parameters
    ----------
    files : DesignFiles
        Who reads corners and prices.
    answer : Sized
        The field.
    land : LandOrder
        Where it may lie.

    Returns
    -------
    LayoutSearch

    Raises
    ------
    InputError
        When a file cannot be read or no layout fits.
    """
    areas = tuple(files.read_corners(file) for file in land.kept_free)
    outline = Land(files.read_corners(land.outline), areas, deepest=land.deepest)
    return search_layout(answer.found.task, outline, files.read_prices(land.prices))


def in_phases(
    dossier: Dossier, shares: Sequence[float], years: int
) -> tuple[Sized, tuple[Phase, ...]]:
    """
    Return a sized field and the holes that each phase of building needs to stand on its own.

    Parameters
    ----------
    dossier : Dossier
        With a borehole field and a design year.
    shares : sequence of float
        Of the final load after each phase. [-]
    years : int
        [year]
    """
    answer = sized(dossier, low=None, high=None, years=years, deepest=1e4)
    whole = answer.found
    return answer, phased(whole.task, whole.size.length, shares)


def rows_of(files: DesignFiles, catalogue: Path | None) -> tuple[CatalogueRow, ...] | None:
    """Return a catalogue of one's own; None for the example of the program."""
    return None if catalogue is None else files.read_catalogue(catalogue)


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A design as it is reported: its dossier, its book, and the file."""

    dossier: Dossier
    book: DesignBook
    raw: bytes

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What has to be said of it."""
        sizing = () if self.book.size is None else self.book.size.verdicts
        return (*self.book.check.verdicts, *sizing)


@dataclass(frozen=True, kw_only=True)
class ReportOrder:
    """
    How a design is reported.

    ``prices`` and ``catalogue`` files of one's own; ``promise`` it to operation; ``replacing`` the
    plant in operation whose promise is replaced.
    """

    paper: PrintOrder
    years: int = 25
    prices: Path | None = None
    region: str = "china"
    catalogue: Path | None = None
    promise: bool = False
    replacing: str = ""


def report(outside: Outside, folder: Path, order: ReportOrder) -> Reported:
    """
    Check, size, equip and price a design, and print it.

    InputError when a plant in operation would silently get another promise.
    """
    dossier, files = opened(outside.dossiers, folder), outside.design_files
    if order.promise or order.replacing:
        refuse_silent_change(dossier.plant, order.replacing)
    book = designed(
        dossier,
        years=order.years,
        prices=files.read_prices(order.prices),
        region=order.region,
        rows=rows_of(files, order.catalogue),
    )
    foot = f"{outside.dossiers.data_version(folder)} · {order.paper.code_version}"
    raw = outside.printer.design(dossier, book, foot, order.paper)
    return Reported(dossier=dossier, book=book, raw=raw)


def promise(outside: Outside, folder: Path, design: Reported, replacing: str) -> Path | None:
    """
    Write what operation will be measured against into the dossier of a design.

    ``replacing`` names the plant in operation whose promise is replaced, empty where there is
    none; returns where the promise before is kept. InconsistentPlantError when the design does not
    pass: nothing is promised.
    """
    plant = design.dossier.plant
    made = design.book.promise or promised(design.dossier, design.book.check)
    today = datetime.now(ZoneInfo(plant.site.timezone)).date()
    return outside.dossiers.write_promise(plant, made, folder, replacing=replacing, on=today)
