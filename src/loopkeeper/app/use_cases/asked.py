"""Work that somebody asks a service for: a diagnosis, a report; done in another process."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from loopkeeper import __version__
from loopkeeper.app.answers.loop import diagnosis_json
from loopkeeper.app.closing_the_loop import diagnose_plant, evaluate_plant
from loopkeeper.app.groundwork import Measured, admit_readings, lay_groundwork
from loopkeeper.app.judging import by_hours
from loopkeeper.app.outside import Outside
from loopkeeper.app.paper import SUFFIXES, PrintOrder
from loopkeeper.app.ports import Diagnosed, FoundDeviation, PrintedReport
from loopkeeper.app.record import prepared
from loopkeeper.app.use_cases.explaining import Explained, printed_diagnosis
from loopkeeper.app.use_cases.opening import OpenPlant
from loopkeeper.app.use_cases.reviews import Library, printed_records, review_basis
from loopkeeper.errors import InputError
from loopkeeper.measure.dossier import Dossier
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
    def file(self) -> str:
        """The name of its file."""
        when = (self.period or "last").replace("/", "_")
        return f"{self.about}-{when}-{self.language}{self.suffix}"


@dataclass(frozen=True, kw_only=True)
class Commission:
    """What another process is given: who reads and prints, the dossier, its hours, the time."""

    outside: Outside
    folder: Path
    hours: pl.DataFrame
    now: datetime


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
    dossier, measured, version = _admitted(work)
    found = _explained(work.folder, dossier, measured, None)
    answers = {
        str(language): diagnosis_json(
            dossier.plant, found.evaluation, found.diagnosis, language, {}
        )
        for language in Language
    }
    period = found.evaluation.period
    return Diagnosed(
        made_at=work.now,
        code_version=__version__,
        data_version=version,
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
    place.mkdir(parents=True, exist_ok=True)
    file = place / wish.file
    partial = file.with_name(f"{file.name}.part")
    partial.write_bytes(raw)
    partial.rename(file)
    return PrintedReport(work.now, __version__, file.name, hashlib.sha256(raw).hexdigest())


def _printed(work: Commission, wish: ReportWish, order: PrintOrder) -> bytes:
    if wish.about in RECORDS:
        return printed_records(work.outside, work.folder, wish.about, order)
    dossier, measured, version = _admitted(work)
    if wish.about == DIAGNOSIS:
        site = dossier.plant.site
        period = None if wish.period is None else named_period(wish.period, site)
        found = _explained(work.folder, dossier, measured, period)
        return printed_diagnosis(work.outside, found, order)
    shelf = Library(prepared(dossier, measured), version)
    review = shelf.review(wish.about, wish.period, review_basis(work.outside))
    return work.outside.printer.review(review, shelf.made(review), order)


def _admitted(work: Commission) -> tuple[Dossier, Measured, str]:
    """The plant, what its store knows of it, and the version of that."""
    dossier, readings = by_hours(work.outside.dossiers.read_dossier(work.folder), work.hours)
    version = hashlib.sha256(readings.write_csv().encode()).hexdigest()[:12]
    return dossier, admit_readings(dossier, readings), version


def _explained(
    folder: Path, dossier: Dossier, measured: Measured, period: Period | None
) -> Explained:
    case = lay_groundwork(dossier, measured, period)
    evaluation = evaluate_plant(case)
    diagnosis = diagnose_plant(case, evaluation)
    return Explained(OpenPlant(folder, case, measured), evaluation, diagnosis)
