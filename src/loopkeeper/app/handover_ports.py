"""Ports of hand-overs: packages of files, written, read and held against their manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.lifecycle.commission.handover import OpenItem, PackageCompleteness
from loopkeeper.lifecycle.commission.package import PackageChange, PackedFile
from loopkeeper.lifecycle.commission.views import PackageView
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.plant import Plant

DOSSIER = "dossier/"
"""Where in a package the files of the dossier stand."""


@dataclass(frozen=True, kw_only=True)
class HandoverState:
    """
    A plant as it is handed over ``on`` a day.

    ``dossier`` as whoever gets it sees it, with the ``data`` version it was made from;
    ``sealed`` ledger, None where there is none; what is ``complete`` and what is ``open``; the
    public ``key`` that the manifest is signed with, hexadecimal.
    """

    dossier: Dossier
    data: str
    on: date
    view: PackageView
    sealed: Verified | None
    complete: PackageCompleteness
    open: tuple[OpenItem, ...]
    key: str

    @property
    def plant(self) -> Plant:
        """The plant."""
        return self.dossier.plant


@dataclass(frozen=True, kw_only=True)
class PackageHead:
    """
    What a manifest says beside its files.

    ``plant`` by id and names; ``ledger`` its size, root and whether it stood under seal;
    ``missing`` as item, clause and confidence; ``whole`` number of files and root of the package
    that a view is of.
    """

    plant: tuple[str, str, str]
    program: str
    on: date
    view: PackageView
    ledger: tuple[int, str, bool] | None
    there: int
    asked: int
    missing: tuple[tuple[str, str, str], ...]
    open: int
    whole: tuple[int, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Package:
    """
    The files of a package with their root, and what its manifest says beside them.

    ``key`` is the public key that signed, hexadecimal; empty where nobody did.
    """

    head: PackageHead
    files: tuple[PackedFile, ...]
    root: str
    key: str


@dataclass(frozen=True, kw_only=True)
class PackageRead:
    """A package as it is found: as its manifest says, what changed, its ledger as verified."""

    package: Package
    changes: tuple[PackageChange, ...]
    ledger: Verified | None


class Handovers(Protocol):
    """Packages of hand-overs."""

    def own_files(self, folder: Path) -> tuple[PackedFile, ...]:
        """Return the files of a dossier by their path in a package; InputError names a link."""

    def extract(self, plant: Plant) -> Mapping[str, bytes]:
        """Return a plant as files of a dossier, by their path in a package."""

    def books(self, state: HandoverState, files: Sequence[PackedFile]) -> Mapping[str, bytes]:
        """Return the workbook of points and the COBie-shaped one, which lists these files."""

    def script(self) -> bytes:
        """Return the script that checks a package without this program."""

    def key(self) -> str:
        """Return the public key that packages are signed with, hexadecimal."""

    def write(
        self, target: Path, package: Package, made: Mapping[str, bytes], folder: Path
    ) -> tuple[Path, Path]:
        """Write a package, signed, as folder and archive; what is not made is of the dossier."""

    def read(self, path: Path) -> PackageRead:
        """Hold a folder or an archive against its manifest; InputError where it is none."""

    def dossier_of(self, path: Path) -> tuple[Dossier, tuple[str, ...]]:
        """Return the dossier of a package and the names of its files."""
