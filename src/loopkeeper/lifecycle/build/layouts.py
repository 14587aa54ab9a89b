"""How the workbooks of a contractor tell of hidden works: a mapping, kept once and used again."""

from dataclasses import dataclass
from enum import StrEnum

from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.verdict import Verdict


class WorkLayout(StrEnum):
    """One row an item, one sheet an item, or one row a check."""

    ROWS = "rows"
    SHEET = "sheet"
    CHECKS = "checks"


class WorkRole(StrEnum):
    """What stands in a column, or beside a label."""

    ITEM = "item"
    ITEM_KIND = "item_kind"
    PIPE = "pipe"
    CHECK = "check"
    FOUND = "found"
    DRAWN = "drawn"
    UNIT = "unit"
    DATE = "date"
    BY = "by"
    EVIDENCE = "evidence"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkField:
    """
    What a label means.

    ``label`` as it stands, rows of a head joined by a stroke; ``check`` that it is ``drawn`` or
    ``found`` of, none where each row names its own; ``unit`` of the numbers there, the one of the
    check where it is empty; a date is that of ``checks``, of all where none is named; ``sheet`` on
    which alone it means that. Of several labels of items, such as a zone and a number, the names
    are joined. What is not ``sure`` is not read until somebody says so.
    """

    label: str
    role: WorkRole
    item_kind: str = ""
    check: str = ""
    unit: str = ""
    checks: tuple[str, ...] = ()
    sheet: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMapping:
    """
    A mapping: the ``layout``, the ``item_kind`` of what has none of its own, the fields.

    ``item_from_sheet`` where a sheet's name is that of its item; ``form`` the id of a form of our
    own, of which nothing is guessed.
    """

    layout: WorkLayout
    item_kind: str
    fields: tuple[WorkField, ...]
    item_from_sheet: bool = False
    form: str = ""

    def of_role(self, role: WorkRole) -> tuple[WorkField, ...]:
        """Return the fields of a role that are sure."""
        return tuple(one for one in self.fields if one.role is role and one.sure)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedMapping:
    """A mapping as the vocabulary suggests it, and what a person should look at."""

    mapping: WorkMapping
    doubts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksRead:
    """
    Hidden works of a file: rows for the ledger, what there is to say, how many cells are bad.

    Where a cell is bad there are no rows, but when they were asked for despite it.
    """

    rows: tuple[LedgerCheck, ...]
    verdicts: tuple[Verdict, ...]
    bad: int = 0
