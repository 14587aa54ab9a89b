"""A package of a hand-over in hashes: its root, and what proves that a view is part of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from loopkeeper.app.handover_ports import HandoverState, Package, PackageHead
from loopkeeper.app.handover_state import intact
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.merkle import inclusion, leaf, root, rooted
from loopkeeper.lifecycle.commission.package import PackedFile


def told_files(made: Mapping[str, bytes]) -> tuple[PackedFile, ...]:
    """Return files by what they hold."""
    return tuple(
        PackedFile(name=name, size=len(raw), sha256=sha256(raw).hexdigest())
        for name, raw in made.items()
    )


def all_files(own: Sequence[PackedFile], made: Mapping[str, bytes]) -> tuple[PackedFile, ...]:
    """Return the files of a package in their order: those of the dossier, and what was made."""
    kept = {one.name: one for one in (*own, *told_files(made))}
    return tuple(kept[name] for name in sorted(kept))


def root_of(files: Sequence[PackedFile]) -> str:
    """Return the root above files in their order (RFC 6962, over a line a file)."""
    return root([leaf(one.line()) for one in files]).hex()


def packed(state: HandoverState, files: tuple[PackedFile, ...], program: str) -> Package:
    """Return a package of these files."""
    sealed, site = state.sealed, state.plant.site
    head = PackageHead(
        plant=(site.id, site.name, site.name_zh),
        program=program,
        on=state.on,
        view=state.view,
        ledger=None if sealed is None else (sealed.size, sealed.root, intact(sealed)),
        there=len(state.complete.there),
        asked=state.complete.asked,
        missing=tuple((m.item, m.clause, m.confidence) for m in state.complete.missing),
        open=len(state.open),
    )
    return Package(head=head, files=files, root=root_of(files), key=state.key)


def view_of(whole: Package, view: Package) -> Package:
    """Return a package as a view of a whole: what both hold is proved to be in the whole."""
    leaves = [leaf(one.line()) for one in whole.files]
    places = {one.line(): number for number, one in enumerate(whole.files)}
    files = tuple(_proved(one, places, leaves) for one in view.files)
    head = replace(view.head, whole=(len(whole.files), whole.root))
    return replace(view, head=head, files=files)


def _proved(one: PackedFile, places: Mapping[bytes, int], leaves: Sequence[bytes]) -> PackedFile:
    number = places.get(one.line())
    if number is None:
        return one
    hashes = tuple(each.hex() for each in inclusion(leaves, number))
    return replace(one, proof=(number, hashes))


def is_proved(one: PackedFile, whole: tuple[int, str]) -> bool:
    """Whether the proof of a file leads to the root of a whole."""
    number, hashes = one.proof or (0, ())
    count, known = whole
    try:
        above = rooted(leaf(one.line()), (number, count), [bytes.fromhex(h) for h in hashes])
    except (InputError, ValueError):
        return False
    return above.hex() == known
