"""Packages of hand-overs, as their room writes and reads them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from loopkeeper.adapters.handover import package as packages
from loopkeeper.adapters.handover.cobie import cobie_book
from loopkeeper.adapters.handover.package import dossier_of, extract, own_files, read, script
from loopkeeper.adapters.handover.points_book import points_book
from loopkeeper.app.handover_ports import HandoverState, Package
from loopkeeper.bootstrap.keys import own_signer
from loopkeeper.lifecycle.commission.package import PackedFile

__all__ = ["books", "dossier_of", "extract", "key", "own_files", "read", "script", "write"]


def books(state: HandoverState, files: Sequence[PackedFile]) -> Mapping[str, bytes]:
    """Return the workbook of points and the COBie-shaped one, which lists these files."""
    return {
        "points.xlsx": points_book(state.plant, state.on),
        "cobie.xlsx": cobie_book(state, files),
    }


def key() -> str:
    """Return the public key that packages are signed with, hexadecimal."""
    return own_signer().name


def write(
    target: Path, package: Package, made: Mapping[str, bytes], folder: Path
) -> tuple[Path, Path]:
    """Write a package, signed, as folder and archive; what is not made is of the dossier."""
    return packages.write(target, package, made, folder, own_signer().sign)
