"""How a plant stands when it is handed over, and what of that somebody sees."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from loopkeeper.app.handover_ports import DOSSIER, HandoverState
from loopkeeper.lifecycle.build.reconcile import Reconciled, reconcile
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.lifecycle.build.well_logs import well_logs
from loopkeeper.lifecycle.commission.handover import (
    HandoverFacts,
    OpenItem,
    PackageCompleteness,
    open_items,
)
from loopkeeper.lifecycle.commission.package import PackedFile
from loopkeeper.lifecycle.commission.views import WATER_TRIALS, PackageView, seen
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase

LICENCE = f"{DOSSIER}documents/water_licence"
"""How the file of a water licence begins."""


def intact(sealed: Verified | None) -> bool:
    """Whether a ledger stands whole under its seals."""
    return sealed is not None and sealed.sound and not sealed.unsealed


def handover_facts(
    dossier: Dossier, names: tuple[str, ...], sealed: Verified | None, on: date
) -> HandoverFacts:
    """Return what is known of a plant on a day: dossier, names of its files, its ledger."""
    logs = well_logs(dossier.plant, dossier.survey)
    works = reconcile(dossier.plant, dossier.plant.ledger, logs)
    return HandoverFacts(
        plant=dossier.plant,
        on=on,
        findings=len(dossier.findings),
        files=names,
        sealed=intact(sealed),
        works=(*_tampered(sealed), *_deviating(works), *_missing(works)),
        recorded=bool(dossier.plant.ledger) and not (works.missing or works.unrecorded),
    )


def _tampered(sealed: Verified | None) -> tuple[OpenItem, ...]:
    if sealed is None or sealed.sound:
        return ()
    verdict = Verdict("handover.ledger.changed", {"count": len(sealed.changes)})
    return (OpenItem(id="works-ledger", about="ledger", verdict=verdict),)


def _deviating(found: Reconciled) -> tuple[OpenItem, ...]:
    """What of hidden works is not as drawn."""
    return tuple(
        OpenItem(
            id=f"works-{one.item}-{one.check.check}",
            about=one.check.item_kind,
            verdict=Verdict(
                "handover.works.deviates",
                {
                    "name": one.name,
                    "check": one.check.english,
                    "check_zh": one.check.chinese,
                    "found": one.told,
                    "bound": one.bound,
                },
            ),
            clause=one.check.clause,
            confidence=one.check.confidence,
        )
        for one in found.deviating
    )


def _missing(found: Reconciled) -> tuple[OpenItem, ...]:
    """What nobody wrote down of hidden works, one item a check."""
    return tuple(
        OpenItem(
            id=f"works-missing-{one.check.item_kind}-{one.check.check}",
            about=one.check.item_kind,
            verdict=Verdict(
                "handover.works.missing",
                {
                    "kind": Phrase(f"item_kind.{one.check.item_kind}"),
                    "check": one.check.english,
                    "check_zh": one.check.chinese,
                    "without": one.without,
                    "asked": one.of,
                },
            ),
            clause=one.check.clause,
            confidence=one.check.confidence,
        )
        for one in found.missing
    )


def as_seen(state: HandoverState, facts: HandoverFacts, view: PackageView) -> HandoverState:
    """
    Return a state as somebody sees it.

    Parameters
    ----------
    state : HandoverState
        The whole.
    facts : HandoverFacts
        What it was made of.
    view : PackageView
        Whom it is for.

    Returns
    -------
    HandoverState
        Completeness counts what this person needs; an evaluator is not told who owns what is
        open, a water authority only what is of wells.
    """
    plant = seen(state.plant, view)
    needs = view.replace("-", "_")
    there, missing = (
        tuple(one for one in items if needs in one.who)
        for items in (state.complete.there, state.complete.missing)
    )
    items = state.open
    if view is PackageView.EVALUATOR:
        items = open_items(replace(facts, plant=plant))
    elif view is PackageView.WATER_AUTHORITY:
        own = {"well", "ledger", *WATER_TRIALS, *(one.item for one in missing)}
        items = tuple(one for one in items if one.about in own)
    files = {one.file for one in plant.tests}
    findings = tuple(one for one in state.dossier.findings if one.file in files)
    return replace(
        state,
        dossier=replace(state.dossier, plant=plant, findings=findings),
        view=view,
        complete=PackageCompleteness(there=there, missing=missing),
        open=items,
    )


def copied(own: Sequence[PackedFile], plant: Plant, view: PackageView) -> tuple[PackedFile, ...]:
    """
    Return the files of a dossier that somebody gets as they are.

    Parameters
    ----------
    own : sequence of PackedFile
        All of it.
    plant : Plant
        As this person sees it.
    view : PackageView
        Whom it is for.

    Returns
    -------
    tuple of PackedFile
        Only what the plant names itself: any other file may hold prices or names. An evaluator
        gets the telemetry too, a water authority its licence.
    """
    named = set(_named(plant))
    wide = view is PackageView.EVALUATOR
    named |= {"weather.csv", plant.promise.loads or "design/loads.csv"} if wide else set()
    begins = f"{DOSSIER}telemetry/" if wide else LICENCE
    return tuple(
        one
        for one in own
        if one.name.removeprefix(DOSSIER) in named or one.name.startswith(begins)
    )


def _named(plant: Plant) -> tuple[str, ...]:
    """Files that a plant names."""
    tests = [one.file.replace("\\", "/") for one in plant.tests]
    kept = [str(PurePosixPath(one).with_suffix(".result.json")) for one in tests if one]
    maps = [one.map_file or f"machines/{one.id}.csv" for one in plant.machines if one.map]
    body = plant.source.surface
    water = [body.temperature_file] if body is not None and body.temperature_file else []
    return (*tests, *kept, *maps, *water)
