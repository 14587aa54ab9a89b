"""Estimates and verdicts as plain data."""

from collections.abc import Sequence
from typing import cast

from loopkeeper.app.answers.forms.common import EstimateForm, VerdictForm
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language


def estimate_json(estimate: Estimate) -> EstimateForm:
    """Return an estimate as it is. [its unit]"""
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def verdicts_json(said: Sequence[Verdict], language: Language) -> list[VerdictForm]:
    """Return verdicts as plain data."""
    return [cast("VerdictForm", verdict.as_dict(language)) for verdict in said]
