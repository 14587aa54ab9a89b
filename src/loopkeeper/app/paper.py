"""Paper and pages: how a report is asked for, and who prints it."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from loopkeeper.app.billing import Statement
from loopkeeper.app.designing import DesignBook
from loopkeeper.app.handover_ports import HandoverState
from loopkeeper.app.reviewing import Made, Review
from loopkeeper.errors import InputError, OutsideError
from loopkeeper.lifecycle.build.reconcile import Reconciled
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.lifecycle.commission.planned import TrialPlan
from loopkeeper.lifecycle.commission.status import TrialStatus
from loopkeeper.lifecycle.design.horizon import Horizon
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.evaluate.fleet import Member
from loopkeeper.lifecycle.evaluate.result import Evaluation
from loopkeeper.lifecycle.survey.pumping_test import AquiferTest
from loopkeeper.lifecycle.survey.thermal_response_test import ThermalResponse
from loopkeeper.measure.case import Surveyed
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language

SUFFIXES = (".html", ".pdf", ".docx")
"""What a report can be printed as."""


@dataclass(frozen=True)
class Plot:
    """A chart as SVG and as PNG; a notebook shows it by itself."""

    svg: str
    png: bytes

    def _repr_svg_(self) -> str:
        """Return what a notebook shows."""
        return self.svg

    def save(self, path: Path) -> Path:
        """
        Write the chart to a file.

        Raises
        ------
        InputError
            When the name ends neither in ``.svg`` nor in ``.png``.
        """
        kinds = {".svg": self.svg.encode(), ".png": self.png}
        if path.suffix not in kinds:
            raise InputError(f"{path.name}: expected .svg or .png")
        path.write_bytes(kinds[path.suffix])
        return path


@dataclass(frozen=True, kw_only=True)
class PrintOrder:
    """How a report is printed: kind of file, language, own templates, and by whom and when."""

    suffix: str
    language: Language
    templates: Path | None = None
    code_version: str = ""
    made_at: datetime | None = None

    def generated_on(self, zone: str = "") -> str:
        """Return when it is made, in a plant's own time; UTC of none, nothing where unknown."""
        if self.made_at is None:
            return ""
        local = self.made_at.astimezone(ZoneInfo(zone) if zone else UTC)
        return f"{local:%Y-%m-%d %H:%M}" + ("" if zone else " UTC")


def put(raw: bytes, file: Path) -> None:
    """
    Write a file and the folder it stands in, whole or not at all.

    Raises
    ------
    OutsideError
        When the disk does not take it.
    """
    partial = file.with_name(f"{file.name}.part")
    with on_disk(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(raw)
        partial.rename(file)


@contextmanager
def on_disk(file: Path) -> Iterator[None]:
    """Say what the disk does not take or give of a file as an OutsideError."""
    try:
        yield
    except OSError as error:
        raise OutsideError(f"{file}: {error.strerror}") from error


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Printer(Protocol):
    """Paper and pages: every report as the bytes of a file."""

    def template_names(self) -> tuple[str, ...]:
        """Return the names of templates that may be changed."""

    def template_text(self, name: str) -> str:
        """Return a template of the program."""

    def diagnosis(
        self,
        plant: Plant,
        found: tuple[Evaluation, Diagnosis],
        made: Made,
        order: PrintOrder,
    ) -> bytes:
        """Print a diagnosis."""

    def waterfall(self, diagnosis: Diagnosis, language: Language) -> Plot:
        """Draw how promised electricity becomes measured, each cause a step."""

    def course(self, run: Horizon, language: Language) -> Plot:
        """Draw the water of a design over its years."""

    def review(self, review: Review, made: Made, order: PrintOrder) -> bytes:
        """Print a periodic report."""

    def survey(
        self,
        dossier: Dossier,
        found: tuple[Surveyed, tuple[Verdict, ...]],
        foot: str,
        order: PrintOrder,
    ) -> bytes:
        """Print the survey of a dossier."""

    def design(self, dossier: Dossier, book: DesignBook, foot: str, order: PrintOrder) -> bytes:
        """Print a design."""

    def commissioning(
        self, plant: Plant, status: Sequence[TrialStatus], foot: str, order: PrintOrder
    ) -> bytes:
        """Print the commissioning of a plant."""

    def trial_plan(
        self,
        plant: Plant,
        found: tuple[TrialPlan, tuple[TrialStatus, ...]],
        foot: str,
        order: PrintOrder,
    ) -> bytes:
        """Print a plan of trials, and how they stand."""

    def works(
        self,
        plant: Plant,
        found: tuple[Reconciled, Verified | None],
        verdicts: tuple[Verdict, ...],
        foot: str,
        order: PrintOrder,
    ) -> bytes:
        """Print hidden works against the drawings, and whether their ledger is as sealed."""

    def handover(self, state: HandoverState, order: PrintOrder) -> bytes:
        """Print a hand-over: what is there, missing and open."""

    def fleet(self, members: Sequence[Member], period: str, order: PrintOrder) -> bytes:
        """Print a fleet."""

    def bills(
        self, plant: Plant, when: str, found: Sequence[Statement], foot: str, order: PrintOrder
    ) -> bytes:
        """Print statements of rooms."""

    def response_test(self, test: ThermalResponse, name: str, order: PrintOrder) -> bytes:
        """Print a thermal response test."""

    def pumping_test(
        self, test: AquiferTest, verdicts: Sequence[Verdict], name: str, order: PrintOrder
    ) -> bytes:
        """Print a pumping test."""
