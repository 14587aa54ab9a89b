"""Workbooks of hidden works, and forms of our own."""

from datetime import date, datetime
from pathlib import Path

from loopkeeper.adapters.works.book import open_book
from loopkeeper.adapters.works.form import blank_form, form_mapping
from loopkeeper.adapters.works.mapping_file import read_mapping, write_mapping
from loopkeeper.adapters.works.read import rows_of
from loopkeeper.adapters.works.suggest import suggested
from loopkeeper.adapters.works.trial_form import read_trials, trial_form
from loopkeeper.lifecycle.build.layouts import SuggestedMapping, WorkMapping, WorksRead

__all__ = [
    "blank_form",
    "read_mapping",
    "read_trials",
    "read_works",
    "suggest_mapping",
    "trial_form",
    "write_mapping",
]


def suggest_mapping(path: Path) -> SuggestedMapping:
    """Return what the labels of a workbook may mean; a form of our own says it itself."""
    book = open_book(path)
    own = form_mapping(book)
    return suggested(book) if own is None else SuggestedMapping(mapping=own, doubts=())


def read_works(
    path: Path, mapping: WorkMapping, *, despite: bool = False, on: date | None = None
) -> WorksRead:
    """Return the hidden works of a workbook; nothing of one with a bad cell, unless asked for."""
    book = open_book(path)
    today = on or datetime.now().astimezone().date()
    return rows_of(book, form_mapping(book) or mapping, today, despite=despite)
