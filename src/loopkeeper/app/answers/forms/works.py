"""Forms of what is answered about hidden works."""

from typing_extensions import TypedDict

from loopkeeper.app.answers.forms.common import VerdictForm


class ImportedForm(TypedDict):
    """Rows that the ledger took as new or knew, its records in all and their root."""

    new: int
    known: int
    size: int
    root: str
    verdicts: list[VerdictForm]


class ForgottenForm(TypedDict):
    """Records whose signer nobody can name any more, and those sealed with the plain name."""

    records: int
    plain: int


class LabelForm(TypedDict):
    """A label of a workbook, what it may mean, and whether that is sure."""

    label: str
    role: str
    item_kind: str
    check: str
    unit: str
    sure: bool


class MappedForm(TypedDict):
    """A mapping that was written, label by label, and what somebody has to say."""

    file: str
    layout: str
    labels: list[LabelForm]
    verdicts: list[VerdictForm]


class ChangeForm(TypedDict):
    """What became of a record, or of a seal, since the ledger was sealed; numbers from 1."""

    change: str
    number: int


class VerifiedForm(TypedDict):
    """Whether a ledger is as it was sealed, by whose keys, and what of its evidence is not."""

    sound: bool
    size: int
    root: str
    unsealed: int
    changes: list[ChangeForm]
    keys: list[str]
    verdicts: list[VerdictForm]


class FindingForm(TypedDict):
    """
    A check of an item against the drawings: done, deviating or unproven, by which clause.

    ``low`` and ``high`` are the 90 % interval of what was found, null where it has none.
    """

    item: str
    item_kind: str
    check: str
    drawn: str
    found: str
    low: float | None
    high: float | None
    unit: str
    state: str
    clause: str
    confidence: str


class MissingForm(TypedDict):
    """A check that so many of so many items have no record of."""

    item_kind: str
    check: str
    without: int
    of: int
    clause: str
    confidence: str


class ReconciledForm(TypedDict):
    """
    Hidden works against the drawings.

    How many items stand ``done``, ``deviating`` or ``unproven``; items of a kind that no record
    names; records of checks nobody asks for.
    """

    done: int
    deviating: int
    unproven: int
    unrecorded: dict[str, int]
    findings: list[FindingForm]
    missing: list[MissingForm]
    strangers: list[str]
    verdicts: list[VerdictForm]


class ProvedForm(TypedDict):
    """A file with the proof of an item's records, and what it proves them to be part of."""

    file: str
    count: int
    size: int
    root: str
