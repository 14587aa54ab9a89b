"""Reports that are due: what a service prints by itself when a month, season or year is over."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from loopkeeper import __version__
from loopkeeper.app.accounts import Rates
from loopkeeper.app.judging import by_hours
from loopkeeper.app.outside import Outside
from loopkeeper.app.paper import SUFFIXES, PrintOrder, put
from loopkeeper.app.use_cases.reviews import library_of, review_basis
from loopkeeper.errors import InputError, InsufficientDataError
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.periods import KINDS, last_complete
from loopkeeper.plant.carbon import grid_factor
from loopkeeper.plant.words import Language

LANGUAGES = tuple(Language)


@dataclass(frozen=True)
class Printing:
    """
    What a service prints and where: ``folder``, ``kinds``, ``formats`` and ``languages``.

    ``region`` of the grid whose carbon counts. A file that is there is not printed again.
    """

    folder: Path
    kinds: tuple[str, ...] = KINDS
    formats: tuple[str, ...] = (".pdf",)
    languages: tuple[str, ...] = ("zh",)
    region: str = "china"

    def __post_init__(self) -> None:
        """Refuse what nobody can print."""
        for name, given, known in (
            ("kinds", self.kinds, KINDS),
            ("formats", self.formats, SUFFIXES),
            ("languages", self.languages, LANGUAGES),
        ):
            unknown = sorted(set(given) - set(known))
            if unknown:
                raise InputError(f"reports: {name}: {unknown[0]!r}: expected {', '.join(known)}")
        grid_factor(self.region)


def print_due(
    outside: Outside,
    dossier: Dossier,
    hours: pl.DataFrame,
    printing: Printing,
    ledger: Verified | None = None,
) -> list[Path]:
    """
    Print the reports of a plant that are due and not there yet.

    Parameters
    ----------
    outside : Outside
        Who prints.
    dossier : Dossier
        The plant.
    hours : DataFrame
        Hourly statistics of its readings, as the store gives them.
    printing : Printing
        What to print and where.
    ledger : Verified, optional
        The sealed ledger of hidden works, for the last line.

    Returns
    -------
    list of Path
        The files that were written.
    """
    site = dossier.plant.site
    place = printing.folder / site.id
    due: list[tuple[str, str, list[Path]]] = []
    if hours.is_empty():
        return []
    time = hours["time"].dt.replace_time_zone(None).unique().sort().to_numpy()
    for kind in printing.kinds:
        try:
            name = last_complete(kind, time.astype("datetime64[s]"), site, rolling=False)[0]
        except InsufficientDataError:
            continue
        stem = f"{kind}-{name.replace('/', '_')}"
        files = [
            place / f"{stem}-{lang}{suffix}"
            for lang in printing.languages
            for suffix in printing.formats
        ]
        missing = [f for f in files if not f.exists()]
        if missing:
            due.append((kind, name, missing))
    if not due:
        return []
    shelf = library_of(by_hours(dossier, hours), ledger)
    basis = review_basis(outside, rates=Rates(printing.region))
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for kind, name, files in due:
        review = shelf.review(kind, name, basis)
        for file in files:
            language = Language(file.stem.rpartition("-")[2])
            order = PrintOrder(suffix=file.suffix, language=language, code_version=__version__)
            put(outside.printer.review(review, shelf.made(review), order), file)
            written.append(file)
    return written
