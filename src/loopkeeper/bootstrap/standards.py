"""Packs of standards, as the files room reads and changes them."""

from loopkeeper.adapters.files.standards.pack_edit import (
    changed,
    current,
    editable,
    removed,
    ticked,
)
from loopkeeper.adapters.files.standards.packs import pack_of, pack_text, read_pack, shipped_packs
from loopkeeper.adapters.files.tables.utf8 import utf8_text

__all__ = [
    "changed",
    "current",
    "editable",
    "pack_of",
    "pack_text",
    "read_pack",
    "removed",
    "shipped_packs",
    "ticked",
    "utf8_text",
]
