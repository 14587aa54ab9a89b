"""Hand-overs as plain data."""

from collections.abc import Sequence
from pathlib import Path

from loopkeeper.app.answers.forms.handover import (
    CheckpointForm,
    CompletenessForm,
    HandedOverForm,
    OpenItemForm,
    PackageCheckedForm,
    WholeForm,
)
from loopkeeper.app.handover_ports import HandoverState, Package, PackageHead
from loopkeeper.lifecycle.commission.handover import OpenItem, PackageCompleteness
from loopkeeper.lifecycle.commission.package import PackageChange, SignatureState
from loopkeeper.plant.words import Language, chosen


def handed_over_json(
    written: tuple[Path, Path], package: Package, state: HandoverState, language: Language
) -> HandedOverForm:
    """Return a package that was written as plain data; ``written`` its folder and archive."""
    folder, archive = written
    return {
        "folder": str(folder),
        "archive": str(archive),
        "view": str(state.view),
        "created_on": state.on.isoformat(),
        "files": len(package.files),
        "root": package.root,
        "key": package.key,
        "whole": _whole(package.head),
        "ledger": _checkpoint(package.head),
        "completeness": _completeness(state.complete, language),
        "open_items": [_open(one, language) for one in state.open],
    }


def checked_json(
    read: tuple[Package, SignatureState],
    changes: Sequence[PackageChange],
    complete: PackageCompleteness | None,
    language: Language,
) -> PackageCheckedForm:
    """Return a package held against its manifest, and its signature, as plain data."""
    package, signature = read
    head = package.head
    return {
        "sound": not changes,
        "plant": head.plant[0],
        "view": str(head.view),
        "created_on": head.on.isoformat(),
        "program": head.program,
        "files": len(package.files),
        "root": package.root,
        "signature": {"state": str(signature), "key": package.key or None},
        "whole": _whole(head),
        "ledger": _checkpoint(head),
        "changes": [{"change": str(c.fate), "name": c.name, "other": c.other} for c in changes],
        "told": {"there": head.there, "asked": head.asked, "open": head.open},
        "completeness": None if complete is None else _completeness(complete, language),
    }


def _whole(head: PackageHead) -> WholeForm | None:
    return None if head.whole is None else {"files": head.whole[0], "root": head.whole[1]}


def _checkpoint(head: PackageHead) -> CheckpointForm | None:
    if head.ledger is None:
        return None
    size, root, sealed = head.ledger
    return {"size": size, "root": root, "sealed": sealed}


def _completeness(complete: PackageCompleteness, language: Language) -> CompletenessForm:
    return {
        "there": len(complete.there),
        "asked": complete.asked,
        "missing": [
            {
                "item": one.item,
                "name": chosen(one.english, one.chinese, language),
                "who": list(one.who),
                "clause": chosen(one.clause, one.clause_chinese, language),
                "confidence": one.confidence,
            }
            for one in complete.missing
        ],
    }


def _open(one: OpenItem, language: Language) -> OpenItemForm:
    return {
        "id": one.id,
        "code": one.verdict.code,
        "severity": str(one.verdict.severity),
        "sentence": one.verdict.sentence(language),
        "clause": one.clause,
        "confidence": one.confidence,
        "owner": one.owner,
        "due": None if one.due is None else one.due.isoformat(),
    }
