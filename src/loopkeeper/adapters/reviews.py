"""Periodic reports of a dossier: read, review, print."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loopkeeper import __version__
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.standards.packs import shipped_packs
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.adapters.report.document import Document
from loopkeeper.adapters.report.records import (
    commissioning_document,
    design_document,
    survey_document,
)
from loopkeeper.adapters.report.review import Made, review_document
from loopkeeper.app.accounts import Rates
from loopkeeper.app.designing import designed
from loopkeeper.app.groundwork import admit_readings
from loopkeeper.app.record import Prepared, prepared
from loopkeeper.app.reviewing import Review, ReviewBasis, reviewed
from loopkeeper.app.surveying import interpret_survey, on_measured_ground
from loopkeeper.lifecycle.design.economy import Prices as DesignPrices
from loopkeeper.lifecycle.evaluate.packs import Pack
from loopkeeper.measure.periods import last_complete, named_period
from loopkeeper.plant.words import Language


@dataclass(frozen=True)
class ReviewOptions:
    """What a caller may change: packs of one's own, rates of money and carbon."""

    packs: tuple[Pack, ...] = ()
    rates: Rates = Rates()

    def asked(self) -> ReviewBasis:
        """Return what reviews stand on; a pack of one's own takes the place of its namesake."""
        own = {p.id for p in self.packs}
        rest = tuple(p for p in shipped_packs() if p.id not in own)
        return ReviewBasis((*self.packs, *rest), self.rates)


@dataclass(frozen=True)
class Library:
    """A plant that is read and prepared once, for any number of its reports."""

    base: Prepared
    data: str

    def review(self, kind: str, period: str | None, wishes: ReviewOptions) -> Review:
        """
        Review a period.

        Parameters
        ----------
        kind : str
            ``monthly``, ``quarterly`` or ``annual``.
        period : str or None
            Its name; the last complete one of that kind when None.
        wishes : ReviewOptions
            Packs and rates.

        Raises
        ------
        InputError
            When the period's name cannot be read.
        InsufficientDataError
            When no period is complete.
        """
        site = self.base.dossier.plant.site
        time = self.base.measured.hours.time
        name = period or last_complete(kind, time, site)[0]
        return reviewed(self.base, kind, named_period(name, site), wishes.asked())

    def document(self, review: Review, language: Language) -> Document:
        """Return a review as a document, reproducible by its last line."""
        packs = packs_version([g.pack for g in review.graded])
        return review_document(review, language, Made(self.data, __version__, packs))


def library(folder: Path) -> Library:
    """
    Read and prepare a plant.

    Parameters
    ----------
    folder : Path
        The dossier.

    Raises
    ------
    DossierError
        When the dossier has problems.
    InsufficientDataError
        When its data do not carry an answer.
    """
    dossier = read_dossier(folder)
    readings, said = read_telemetry(folder, dossier.plant)
    return Library(
        prepared(dossier, admit_readings(dossier, readings, said)), data_version(folder)
    )


def data_version(folder: Path) -> str:
    """Return a hash over every file of a dossier, names and contents."""
    found = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name[0] != "."):
        found.update(str(path.relative_to(folder)).encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


def packs_version(packs: Sequence[Pack]) -> str:
    """Return a hash over the packs that graded."""
    return hashlib.sha256(repr(tuple(packs)).encode()).hexdigest()[:12]


def record_document(
    folder: Path, kind: str, language: Language, region: str = "china"
) -> Document:
    """
    Return the survey, design or commissioning of a dossier as a document.

    Parameters
    ----------
    folder : Path
        The dossier.
    kind : str
        ``survey``, ``design`` or ``commissioning``.
    language : Language
        Of the text.
    region : str
        Of the grid, for a design's carbon.

    Raises
    ------
    DossierError
        When the dossier has problems.
    InputError
        When a design cannot be checked; the reason is named.
    """
    dossier = read_dossier(folder)
    foot = f"{data_version(folder)} · {__version__}"
    if kind == "commissioning":
        return commissioning_document(dossier.plant, language, foot)
    if kind == "survey":
        return survey_document(dossier, *interpret_survey(dossier), (language, foot))
    book = designed(on_measured_ground(dossier), prices=DesignPrices(), region=region)
    return design_document(dossier, book, language, foot)
