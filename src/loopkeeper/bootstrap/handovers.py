"""Packages of hand-overs, as their room writes and reads them."""

from collections.abc import Mapping, Sequence

from loopkeeper.adapters.handover.cobie import cobie_book
from loopkeeper.adapters.handover.package import (
    dossier_of,
    extract,
    own_files,
    read,
    script,
    write,
)
from loopkeeper.adapters.handover.points_book import points_book
from loopkeeper.app.handover_ports import HandoverState
from loopkeeper.lifecycle.commission.package import PackedFile

__all__ = ["books", "dossier_of", "extract", "own_files", "read", "script", "write"]


def books(state: HandoverState, files: Sequence[PackedFile]) -> Mapping[str, bytes]:
    """Return the workbook of points and the COBie-shaped one, which lists these files."""
    return {
        "points.xlsx": points_book(state.plant, state.on),
        "cobie.xlsx": cobie_book(state, files),
    }
