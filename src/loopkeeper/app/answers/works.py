"""Hidden works as plain data."""

from collections import Counter
from collections.abc import Sequence

from loopkeeper.app.answers.common import verdicts_json
from loopkeeper.app.answers.forms.works import (
    ForgottenForm,
    ImportedForm,
    MappedForm,
    ReconciledForm,
    VerifiedForm,
)
from loopkeeper.lifecycle.build.layouts import SuggestedMapping
from loopkeeper.lifecycle.build.people import Forgotten
from loopkeeper.lifecycle.build.reconcile import Reconciled, State
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language


def imported_json(
    counts: tuple[int, int, int, str], verdicts: Sequence[Verdict], language: Language
) -> ImportedForm:
    """Return new and known rows, size and root of a ledger as plain data."""
    new, known, size, root = counts
    return {
        "new": new,
        "known": known,
        "size": size,
        "root": root,
        "verdicts": verdicts_json(verdicts, language),
    }


def forgotten_json(found: Forgotten) -> ForgottenForm:
    """Return how many records somebody signed whose name was forgotten."""
    return {"records": found.records, "plain": found.plain}


def mapped_json(file: str, found: SuggestedMapping, language: Language) -> MappedForm:
    """Return a suggested mapping as plain data."""
    return {
        "file": file,
        "layout": str(found.mapping.layout),
        "labels": [
            {
                "label": one.label,
                "role": str(one.role),
                "item_kind": one.item_kind or found.mapping.item_kind,
                "check": one.check,
                "unit": one.unit,
                "sure": one.sure,
            }
            for one in found.mapping.fields
        ],
        "verdicts": verdicts_json(found.doubts, language),
    }


def verified_json(
    found: Verified, verdicts: Sequence[Verdict], language: Language
) -> VerifiedForm:
    """Return what stands of a ledger, and of its evidence, as plain data."""
    return {
        "sound": found.sound,
        "size": found.size,
        "root": found.root,
        "unsealed": found.unsealed,
        "changes": [{"change": str(c.change), "number": c.number} for c in found.changes],
        "keys": list(found.keys),
        "verdicts": verdicts_json(verdicts, language),
    }


def reconciled_json(
    found: Reconciled, verdicts: Sequence[Verdict], language: Language
) -> ReconciledForm:
    """Return hidden works against the drawings as plain data."""
    count = Counter(found.states.values())
    return {
        "done": count[State.DONE],
        "deviating": count[State.DEVIATING],
        "unproven": count[State.UNPROVEN],
        "unrecorded": dict(found.unrecorded),
        "findings": [
            {
                "item": one.item,
                "item_kind": one.check.item_kind,
                "check": one.check.check,
                "drawn": one.drawn,
                "found": one.found,
                "low": one.low,
                "high": one.high,
                "unit": one.check.unit,
                "state": str(one.state),
                "clause": one.check.clause,
                "confidence": one.check.confidence,
            }
            for one in found.findings
        ],
        "missing": [
            {
                "item_kind": one.check.item_kind,
                "check": one.check.check,
                "without": one.without,
                "of": one.of,
                "clause": one.check.clause,
                "confidence": one.check.confidence,
            }
            for one in found.missing
        ],
        "strangers": sorted({f"{one.item_kind} {one.check}" for one in found.strangers}),
        "verdicts": verdicts_json(verdicts, language),
    }
