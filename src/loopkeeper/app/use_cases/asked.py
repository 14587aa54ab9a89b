"""Work that somebody asks a service for: a diagnosis, a report; done in another process."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from loopkeeper import __version__
from loopkeeper.app.answers.loop import diagnosis_json
from loopkeeper.app.groundwork import lay_groundwork
from loopkeeper.app.hands import Work, tell
from loopkeeper.app.judging import HourlyRecord, by_hours
from loopkeeper.app.outside import Outside
from loopkeeper.app.paper import SUFFIXES, PrintOrder, digest_of, put
from loopkeeper.app.ports import (
    Diagnosed,
    DiagnosisBook,
    FoundDeviation,
    PrintedReport,
    ReportBook,
    RoundStore,
)
from loopkeeper.app.use_cases.explaining import Explained, explained_case, printed_diagnosis
from loopkeeper.app.use_cases.opening import OpenPlant
from loopkeeper.app.use_cases.queue import Held, OnlyRecorded
from loopkeeper.app.use_cases.reviews import ledger_of, library_of, printed_records, review_basis
from loopkeeper.errors import InputError
from loopkeeper.measure.periods import KINDS, as_datetime, check_period_name, named_period
from loopkeeper.measure.series import Period
from loopkeeper.plant.words import Language
from loopkeeper.units import KWH

DIAGNOSIS, REPORT = "diagnosis", "report"
"""Kinds of jobs."""
RECORDS = ("survey", "design", "commissioning")
REPORTS = (DIAGNOSIS, *KINDS, *RECORDS)
"""What a report may be about."""


@dataclass(frozen=True, kw_only=True)
class ReportWish:
    """A report that is asked for: about what, of which period, as which file and language."""

    about: str
    period: str | None = None
    suffix: str = ".pdf"
    language: Language = Language.CHINESE

    def __post_init__(self) -> None:
        """Refuse what nobody can print."""
        for given, known in ((self.about, REPORTS), (self.suffix, SUFFIXES)):
            if given not in known:
                raise InputError(f"{given!r}: expected {', '.join(known)}")
        if self.period is not None:
            check_period_name(self.period)

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> "ReportWish":
        """Return the wish of a job."""
        return cls(**{**payload, "language": Language(payload["language"])})

    def as_payload(self) -> dict[str, str | None]:
        """Return it as plain data, for a job."""
        return {
            "about": self.about,
            "period": self.period,
            "suffix": self.suffix,
            "language": str(self.language),
        }

    @property
    def stem(self) -> str:
        """What its file is called, before what tells one content from another."""
        when = (self.period or "last").replace("/", "_")
        return f"{self.about}-{when}-{self.language}"


@dataclass(frozen=True, kw_only=True)
class Commission:
    """What another process is given: who reads and prints, the dossier, its hours, the time."""

    outside: Outside
    folder: Path
    hours: pl.DataFrame
    now: datetime


@dataclass(frozen=True, kw_only=True)
class DiagnosisWork(OnlyRecorded):
    """Diagnoses a plant from the hours of a store."""

    outside: Outside
    store: RoundStore
    diagnoses: DiagnosisBook
    kind: str = DIAGNOSIS

    def work(self, held: Held) -> Work:
        """Gather two years of hours."""
        return partial(diagnose_folder, _commission(self.outside, self.store, held))

    def record(self, held: Held, found: Diagnosed) -> Mapping[str, Any]:
        """Record the diagnosis with its deviations."""
        self.diagnoses.add(held.plant, found)
        return {"made_at": found.made_at.isoformat(), "deviations": len(found.deviations)}


@dataclass(frozen=True, kw_only=True)
class ReportWork(OnlyRecorded):
    """Prints a report of a plant from the hours of a store into a folder."""

    outside: Outside
    store: RoundStore
    reports: ReportBook
    place: Path
    kind: str = REPORT

    def work(self, held: Held) -> Work:
        """Gather two years of hours."""
        wish, place = ReportWish.of(held.job.payload), self.place / held.plant
        return partial(print_folder, _commission(self.outside, self.store, held), wish, place)

    def record(self, held: Held, found: PrintedReport) -> Mapping[str, Any]:
        """Record that it was printed."""
        self.reports.add(held.plant, found)
        return {"file": found.file, "sha256": found.sha256}


def _commission(outside: Outside, store: RoundStore, held: Held) -> Commission:
    hours = store.hours(held.years)
    return Commission(outside=outside, folder=held.folder, hours=hours, now=held.now)


def diagnose_folder(work: Commission) -> Diagnosed:
    """
    Explain the shortfall of a plant from what a store knows of it.

    Parameters
    ----------
    work : Commission
        Hourly statistics as the store gives them.

    Returns
    -------
    Diagnosed
        The answer in both languages, and its deviations.

    Raises
    ------
    DossierError, DataError
        When dossier or data do not carry an answer; the reasons are named.
    """
    record = _told(work)
    found = _explained(work.folder, record, None)
    answers = {
        str(language): diagnosis_json(
            found.case.plant, found.evaluation, found.diagnosis, language, {}
        )
        for language in Language
    }
    period = found.evaluation.period
    return Diagnosed(
        made_at=work.now,
        code_version=__version__,
        data_version=record.version,
        start=as_datetime(period.start),
        end=as_datetime(period.end),
        found=answers,
        deviations=tuple(
            FoundDeviation(
                kind=str(one.kind),
                cause=one.cause,
                energy=one.energy.value / KWH,
                low=one.energy.low / KWH,
                high=one.energy.high / KWH,
                share=one.share,
                confidence=one.confidence,
            )
            for one in found.diagnosis.deviations
        ),
    )


def print_folder(work: Commission, wish: ReportWish, place: Path) -> PrintedReport:
    """
    Print a report of a plant from what a store knows of it.

    Parameters
    ----------
    work : Commission
        Hourly statistics as the store gives them.
    wish : ReportWish
        What is asked.
    place : Path
        Folder of the plant's reports.

    Returns
    -------
    PrintedReport
        Its file stands in the folder when this returns.

    Raises
    ------
    DossierError, DataError
        When dossier or data do not carry an answer; the reasons are named.
    """
    order = PrintOrder(
        suffix=wish.suffix, language=wish.language, code_version=__version__, made_at=work.now
    )
    raw = _printed(work, wish, order)
    digest = hashlib.sha256(raw).hexdigest()
    file = place / f"{wish.stem}-{digest[:8]}{wish.suffix}"
    put(raw, file)
    return PrintedReport(work.now, __version__, file.name, digest)


def report_file(reports: ReportBook, place: Path, plant: str, sha256: str) -> Path | None:
    """
    Return the file of a report that was printed.

    Parameters
    ----------
    reports : ReportBook
        Those that somebody may see.
    place : Path
        Folder of all plants' reports.
    plant, sha256 : str
        Whose, and of which content.

    Returns
    -------
    Path or None
        None where there is no such report, or its file is gone or not what was printed.
    """
    files = [place / plant / one.file for one in reports.all(plant) if one.sha256 == sha256]
    same = (f for f in files if f.is_file() and digest_of(f) == sha256)
    return next(same, None)


def _printed(work: Commission, wish: ReportWish, order: PrintOrder) -> bytes:
    if wish.about in RECORDS:
        return printed_records(work.outside, work.folder, wish.about, order)
    record = _told(work)
    if wish.about == DIAGNOSIS:
        site = record.dossier.plant.site
        period = None if wish.period is None else named_period(wish.period, site)
        found = _explained(work.folder, record, period)
        return printed_diagnosis(work.outside, found, order)
    shelf = library_of(record, ledger_of(work.outside, work.folder))
    review = shelf.review(wish.about, wish.period, review_basis(work.outside))
    return work.outside.printer.review(review, shelf.made(review), order)


def _told(work: Commission) -> HourlyRecord:
    """The plant, as the hours of its store tell of it."""
    return by_hours(work.outside.dossiers.read_dossier(work.folder), work.hours)


def _explained(folder: Path, record: HourlyRecord, period: Period | None) -> Explained:
    case = lay_groundwork(record.dossier, record.measured, period)
    return explained_case(OpenPlant(folder, case, record.measured), tell)
