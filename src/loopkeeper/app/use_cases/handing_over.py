"""Handing over: a package of all that belongs to a plant, and whether it is as it was packed."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from loopkeeper.app.answers.handover import checked_json, handed_over_json
from loopkeeper.app.handover_package import (
    all_files,
    is_proved,
    packed,
    root_of,
    told_files,
    view_of,
)
from loopkeeper.app.handover_ports import DOSSIER, HandoverState, Package, PackageRead
from loopkeeper.app.handover_state import as_seen, copied, handover_facts
from loopkeeper.app.outside import Outside
from loopkeeper.app.paper import SUFFIXES, PrintOrder
from loopkeeper.app.use_cases.works import proved
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.seal import HASH
from loopkeeper.lifecycle.commission.handover import (
    HandoverItem,
    OpenItem,
    PackageCompleteness,
    completeness,
    open_items,
)
from loopkeeper.lifecycle.commission.package import (
    PackageChange,
    PackageFate,
    PackedFile,
    SignatureState,
)
from loopkeeper.lifecycle.commission.views import PackageView
from loopkeeper.plant.words import Language

__all__ = [
    "HandedOver",
    "HandoverItem",
    "HandoverOrder",
    "OpenItem",
    "PackageChange",
    "PackageChecked",
    "PackageCompleteness",
    "PackageView",
    "PackageWitness",
    "SignatureState",
    "checked",
    "checked_json",
    "handed_over",
    "handed_over_json",
]
SCRIPT = "verify.py"
"""The script's name in a package."""
PROOFS = "proofs/"
"""Where the proofs of single items of the ledger stand in a view."""


@dataclass(frozen=True, kw_only=True)
class HandoverOrder:
    """A package that is asked for: whom it is for, the day it is made on, by which version."""

    view: PackageView
    on: date
    program: str


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """A package as it was written, and how the plant stands."""

    folder: Path
    archive: Path
    package: Package
    state: HandoverState


def handed_over(
    outside: Outside,
    folder: Path,
    target: Path,
    order: HandoverOrder,
    told: Callable[[float], None] = lambda _: None,
) -> HandedOver:
    """
    Write the hand-over of a plant: a folder, and an archive of it beside.

    Parameters
    ----------
    outside : Outside
        Who reads dossiers, prints and packs.
    folder : Path
        The dossier.
    target : Path
        The folder to write; it must not be there, or be empty.
    order : HandoverOrder
        The same dossier, order and version give the same bytes.
    told : callable
        Told the share done.

    Returns
    -------
    HandedOver

    Raises
    ------
    DossierError
        When the plant is none.
    InputError
        When the target is taken or lies in the dossier, or a view has nothing to show.
    """
    _refuse(folder, target)
    dossier = outside.dossiers.read_dossier(folder)
    if order.view is PackageView.WATER_AUTHORITY and not dossier.plant.source.traits.groundwater:
        raise InputError(f"{dossier.plant.site.id} has no wells to show to a water authority")
    own = outside.handovers.own_files(folder)
    verified = outside.works.verify(folder)
    sealed = verified if verified.size or verified.changes else None
    names = tuple(one.name.removeprefix(DOSSIER) for one in own)
    facts = handover_facts(dossier, names, sealed, order.on)
    state = HandoverState(
        dossier=dossier,
        data=outside.dossiers.data_version(folder),
        on=order.on,
        view=PackageView.WHOLE,
        sealed=sealed,
        complete=completeness(facts),
        open=open_items(facts),
        key=outside.handovers.key(),
    )
    made = _made(outside, state, own, order.program)
    package = packed(state, all_files(own, made), order.program)
    told(0.5)
    if order.view is not PackageView.WHOLE:
        state = as_seen(state, facts, order.view)
        made = _extracts(outside, folder, state)
        kept = [o for o in copied(own, state.plant, order.view) if o.name not in made]
        made |= _made(outside, state, (*kept, *told_files(made)), order.program)
        package = view_of(package, packed(state, all_files(kept, made), order.program))
    told(0.8)
    written, archive = outside.handovers.write(target, package, made, folder)
    return HandedOver(folder=written, archive=archive, package=package, state=state)


def _refuse(folder: Path, target: Path) -> None:
    if target.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{target} lies in the dossier; write the hand-over beside it")
    archive = target.with_name(f"{target.name}.zip")
    if archive.exists() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise InputError(f"{target}: a folder or archive is there already; give another name")


def _made(
    outside: Outside, state: HandoverState, own: Sequence[PackedFile], program: str
) -> dict[str, bytes]:
    """What is written for a package beside the dossier's files, by its path there."""
    made = {
        f"handover.{language}{suffix}": outside.printer.handover(
            state, PrintOrder(suffix=suffix, language=language, code_version=program)
        )
        for language in Language
        for suffix in SUFFIXES
    }
    made[SCRIPT] = outside.handovers.script()
    return {**made, **outside.handovers.books(state, all_files(own, made))}


def _extracts(outside: Outside, folder: Path, state: HandoverState) -> dict[str, bytes]:
    """What a view has instead of the dossier's own tables, and proofs of the wells on record."""
    made = dict(outside.handovers.extract(state.plant))
    if state.view is PackageView.WATER_AUTHORITY and state.sealed is not None:
        for item in sorted({one.item for one in state.plant.ledger}):
            text = json.dumps(proved(outside, folder, item), ensure_ascii=False, indent=1)
            made[f"{PROOFS}{item}.json"] = text.encode()
    return made


@dataclass(frozen=True, kw_only=True)
class PackageWitness:
    """What somebody knows of a package from elsewhere: its root, the public key that signed."""

    root: str | None = None
    key: str | None = None


@dataclass(frozen=True, kw_only=True)
class PackageChecked:
    """
    A package held against its manifest.

    ``changes`` name every file; ``complete`` is told again from the files where they are whole,
    None where they changed or a view does not hold them all; what its ``signature`` is worth.
    """

    package: Package
    changes: tuple[PackageChange, ...]
    complete: PackageCompleteness | None

    @property
    def signature(self) -> SignatureState:
        """What the signature is worth; whose key it is, only who expects one can say."""
        fates = {one.fate for one in self.changes}
        if not self.package.key:
            return SignatureState.UNSIGNED
        if PackageFate.SIGNATURE in fates:
            return SignatureState.BROKEN
        return SignatureState.OTHER_KEY if PackageFate.KEY in fates else SignatureState.HOLDS

    @property
    def sound(self) -> bool:
        """Whether nothing was changed."""
        return not self.changes


def checked(outside: Outside, path: Path, witness: PackageWitness | None = None) -> PackageChecked:
    """
    Say whether a package is as it was packed.

    Parameters
    ----------
    outside : Outside
        Who reads packages.
    path : Path
        A folder or an archive.
    witness : PackageWitness, optional
        What somebody kept: who rewrites a package rewrites its manifest too.

    Returns
    -------
    PackageChecked

    Raises
    ------
    InputError
        When it is no package, or not one that may be opened; when the key expected is none.
    """
    witness = witness or PackageWitness()
    expected = None if witness.key is None else public_key(witness.key)
    read = outside.handovers.read(path)
    package = read.package
    changes = [*read.changes, *_of_hashes(read, witness.root), *_of_ledger(read)]
    if expected not in {None, package.key}:
        changes.append(PackageChange(fate=PackageFate.KEY, name=package.key or "–"))
    complete = None
    if not changes and package.head.view is PackageView.WHOLE:
        dossier, names = outside.handovers.dossier_of(path)
        complete = completeness(handover_facts(dossier, names, read.ledger, package.head.on))
        if (len(complete.there), complete.asked) != (package.head.there, package.head.asked):
            changes.append(PackageChange(fate=PackageFate.MANIFEST, name="completeness"))
    return PackageChecked(package=package, changes=tuple(changes), complete=complete)


def public_key(told: str) -> str:
    """
    Return a public key as manifests write it; capitals are taken.

    Raises
    ------
    InputError
        When it is none.
    """
    key = told.strip().lower()
    if not HASH.fullmatch(key):
        raise InputError(f"{told[:80]!r} is no public key; 64 hexadecimal digits are expected")
    return key


def _of_hashes(read: PackageRead, witness: str | None) -> list[PackageChange]:
    package, found = read.package, list[PackageChange]()
    if root_of(package.files) != package.root:
        found.append(PackageChange(fate=PackageFate.ROOT, name=package.root))
    whole = package.head.whole
    if witness is not None and witness.lower() not in {package.root, (whole or (0, ""))[1]}:
        found.append(PackageChange(fate=PackageFate.ROOT, name=witness))
    if whole is not None:
        found += [
            PackageChange(fate=PackageFate.PROOF, name=one.name)
            for one in package.files
            if one.proof is not None and not is_proved(one, whole)
        ]
    return found


def _of_ledger(read: PackageRead) -> list[PackageChange]:
    """The ledger by the files inside: as it was sealed, and of the size and root that are told."""
    told, found = read.package.head.ledger, read.ledger
    if read.package.head.view is not PackageView.WHOLE:
        return []
    name = f"{DOSSIER}ledger/ledger.jsonl"
    same = (None if found is None else (found.size, found.root)) == (told and told[:2])
    sound = found is None or found.sound
    return [] if same and sound else [PackageChange(fate=PackageFate.LEDGER, name=name)]
