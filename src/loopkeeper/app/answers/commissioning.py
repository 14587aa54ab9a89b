"""Commissioning as plain data."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from loopkeeper.app.answers.common import estimate_json, verdicts_json
from loopkeeper.app.answers.forms.commissioning import (
    PlannedTrialForm,
    TrialPlanForm,
    TrialResultForm,
    TrialsEvaluatedForm,
    TrialsRecordedForm,
)
from loopkeeper.lifecycle.commission.judged import TrialResult
from loopkeeper.lifecycle.commission.planned import TrialPlan
from loopkeeper.lifecycle.commission.status import TrialStatus
from loopkeeper.plant.trials import TrialKind
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, chosen


def planned_json(
    plan: TrialPlan, status: Sequence[TrialStatus], files: Sequence[str], language: Language
) -> TrialPlanForm:
    """Return a plan and how its trials stand as plain data."""
    return {
        "on": plan.on.isoformat(),
        "trials": [_planned(one, language) for one in status],
        "files": list(files),
    }


def _planned(one: TrialStatus, language: Language) -> PlannedTrialForm:
    kind, planned = one.planned.kind, one.planned
    return {
        "trial": planned.name,
        "name": trial_title(kind, language),
        "of": planned.of,
        "season": str(kind.season),
        "hours_h": kind.hours,
        "load_low_share": kind.load_low,
        "load_high_share": kind.load_high,
        "wanted": [f"{quantity} @ {of}" for quantity, of in planned.wanted],
        "unmeasured": [f"{quantity} @ {of}" for quantity, of in planned.unmeasured],
        "clause": kind.clause,
        "confidence": kind.confidence,
        "state": str(one.state),
        "runs": one.runs,
        "last": None if one.last is None else one.last.isoformat(),
        "due": one.due.isoformat(),
        "overdue": one.overdue,
        "owner": one.owner,
        "note": one.note,
    }


def trial_title(kind: TrialKind, language: Language) -> str:
    """Return what a kind of trial is called."""
    return chosen(kind.english, kind.chinese, language)


def recorded_json(new: int, known: int) -> TrialsRecordedForm:
    """Return what a filled form gave as plain data."""
    return {"new": new, "known": known}


def evaluated_json(
    results: Sequence[TrialResult], said: Sequence[Verdict], written: int, language: Language
) -> TrialsEvaluatedForm:
    """Return what trials proved as plain data."""
    return {
        "results": [_result(one, language) for one in results],
        "verdicts": verdicts_json(said, language),
        "written": written,
    }


def _result(one: TrialResult, language: Language) -> TrialResultForm:
    kind, proved = one.planned.kind, one.proved
    ends = (None, None) if proved.steady is None else (proved.steady.start, proved.steady.end)
    steady = [None if end is None else f"{np.datetime_as_string(end, 's')}Z" for end in ends]
    return {
        "trial": one.planned.name,
        "name": trial_title(kind, language),
        "clause": kind.clause,
        "confidence": kind.confidence,
        "judged": str(proved.judged),
        "began": _utc(one.began),
        "ended": _utc(one.ended),
        "steady_from": steady[0],
        "steady_until": steady[1],
        "compared": [
            {
                "quantity": c.quantity,
                "of": c.of,
                "unit": c.unit,
                "measured": estimate_json(c.measured),
                "expected": estimate_json(c.expected),
                "agrees": c.agrees,
            }
            for c in proved.compared
        ],
        "findings": verdicts_json(proved.findings, language),
        "reasons": verdicts_json(proved.reasons, language),
    }


def _utc(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
