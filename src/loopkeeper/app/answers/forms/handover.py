"""Forms of what is answered about hand-overs."""

from typing_extensions import TypedDict


class NeededForm(TypedDict):
    """Something that the hand-over of a plant needs, who needs it, and by which clause."""

    item: str
    name: str
    who: list[str]
    clause: str
    confidence: str


class CompletenessForm(TypedDict):
    """How much of what is asked for is there, and what is missing."""

    there: int
    asked: int
    missing: list[NeededForm]


class OpenItemForm(TypedDict):
    """Something still to be done; owner and day where on record."""

    id: str
    code: str
    severity: str
    sentence: str
    clause: str
    confidence: str
    owner: str
    due: str | None


class CheckpointForm(TypedDict):
    """Size and root of the ledger of hidden works, and whether all of it stands under seal."""

    size: int
    root: str
    sealed: bool


class WholeForm(TypedDict):
    """The package that a view is of: how many files, and their root."""

    files: int
    root: str


class HandedOverForm(TypedDict):
    """A package that was written, and the public ``key`` that its manifest is signed with."""

    folder: str
    archive: str
    view: str
    created_on: str
    files: int
    root: str
    key: str
    whole: WholeForm | None
    ledger: CheckpointForm | None
    completeness: CompletenessForm
    open_items: list[OpenItemForm]


class PackageChangeForm(TypedDict):
    """What became of a file; ``other`` is its new name, or whose content it has."""

    change: str
    name: str
    other: str


class ToldForm(TypedDict):
    """What a manifest says: how much is there of how much, and how many items are open."""

    there: int
    asked: int
    open: int


class ManifestSignatureForm(TypedDict):
    """
    What the signature under a manifest is worth, and the public key that it names.

    ``state`` is ``holds``, ``unsigned``, ``broken`` or ``other_key`` than was expected; ``key``
    null where nobody signed.
    """

    state: str
    key: str | None


class PackageCheckedForm(TypedDict):
    """
    Whether a package is as it was packed.

    ``completeness`` is told again from the files; null where files changed, or a view does not
    hold them all: ``told`` is what the manifest says.
    """

    sound: bool
    plant: str
    view: str
    created_on: str
    program: str
    files: int
    root: str
    signature: ManifestSignatureForm
    whole: WholeForm | None
    ledger: CheckpointForm | None
    changes: list[PackageChangeForm]
    told: ToldForm
    completeness: CompletenessForm | None
