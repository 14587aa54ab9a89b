"""Fleets, points, alarms, standards and bills as plain data."""

from collections.abc import Mapping, Sequence

from loopkeeper.app.answers.common import estimate_json, verdicts_json
from loopkeeper.app.answers.forms.plant import (
    AlarmsCheckedForm,
    FiguresForm,
    FleetForm,
    FleetMemberForm,
    GradedForm,
    GradesForm,
    MissingPointsForm,
    PackCheckedForm,
    PackForm,
    PacksForm,
    SuggestedAlarmForm,
    SuggestedAlarmsForm,
    SuggestionsForm,
)
from loopkeeper.lifecycle.evaluate.fleet import Member, cause_shares, outliers, spreads
from loopkeeper.lifecycle.evaluate.packs import Figure, Graded, Pack
from loopkeeper.lifecycle.monitor.alarm import Definition, Priority
from loopkeeper.lifecycle.monitor.defaults import DefaultAlarm
from loopkeeper.lifecycle.monitor.point_mapping import Suggestion
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, chosen


def fleet_json(members: Sequence[Member]) -> FleetForm:
    """Return a fleet as plain data: members, spreads, outliers, shares of deviations."""
    by_plant, by_energy, count = cause_shares(members)
    names = list(next((m.figures for m in members if m.figures), {}))
    return {
        "plants": [_member_json(m) for m in members],
        "spread": {
            k: [{"low": s.low, "median": s.median, "high": s.high} for s in spreads(members, k)]
            for k in names
        },
        "outliers": [
            {"plant": o.plant, "figure": k, "value": o.value, "score": o.score}
            for k in names
            for o in outliers(members, k)
        ],
        "kinds": {"by_plant": by_plant, "by_energy": by_energy, "diagnosed": count},
    }


def _member_json(one: Member) -> FleetMemberForm:
    return {
        "id": one.id,
        "climate_zone": one.group.get("climate_zone", ""),
        "use": one.group.get("use", ""),
        "source": one.group.get("source", ""),
        "coverage": round(one.coverage, 4),
        "reasons": list(one.reasons),
        "figures": {k: None if v is None else estimate_json(v) for k, v in one.figures.items()},
        "within": {k: {"boundary": b, **estimate_json(v)} for k, (b, v) in one.within.items()},
    }


def suggestions_json(found: Sequence[Suggestion], unclear: int) -> SuggestionsForm:
    """Return a suggested point list as plain data, and how many of it need a look."""
    return {
        "points": [
            {
                "point": one.named.address,
                "quantity": one.quantity,
                "of": one.of,
                "unit": one.unit,
                "statistic": str(one.statistic),
                "confidence": one.confidence,
                "reason": one.reason,
                "address": one.named.found_at,
            }
            for one in found
        ],
        "unclear": unclear,
    }


def missing_points_json(said: Sequence[Verdict], language: Language) -> MissingPointsForm:
    """Return what a plant's points lack as plain data."""
    return {"missing": verdicts_json(said, language)}


def alarms_json(found: Sequence[Definition]) -> AlarmsCheckedForm:
    """Return a table of alarms, counted by priority."""
    counts = {str(p): sum(one.priority is p for one in found) for p in Priority}
    return {"alarms": len(found), "priorities": counts}


def suggested_alarms_json(
    file: str, given: Sequence[DefaultAlarm], language: Language
) -> SuggestedAlarmsForm:
    """Return the alarms that a plant's points allow as plain data."""
    return {"file": file, "alarms": [_alarm_json(one, language) for one in given]}


def _alarm_json(one: DefaultAlarm, language: Language) -> SuggestedAlarmForm:
    row = one.row
    return {
        "id": one.id,
        "name": chosen(row["name"], row["name_zh"], language),
        "point": one.point,
        "condition": row["condition"],
        "limit": None if one.definition is None else one.definition.limit,
        "unit": row["unit"],
        "priority": row["priority"],
        "action": chosen(row["action"], row["action_zh"], language),
    }


def packs_json(packs: Sequence[Pack]) -> PacksForm:
    """Return standards as plain data."""
    return {"packs": [_pack_json(one) for one in packs]}


def pack_checked_json(pack: Pack, language: Language) -> PackCheckedForm:
    """Return a standard of one's own as plain data, and what is left to do."""
    return {**_pack_json(pack), "checklist": [chosen(*pair, language) for pair in pack.checklist]}


def _pack_json(pack: Pack) -> PackForm:
    return {"id": pack.id, "filled": pack.filled, "indices": len(pack.indices)}


def pack_figures_json(
    figures: Mapping[str, Figure | Sequence[Verdict]], language: Language
) -> FiguresForm:
    """Return the figures that packs may read, or why there is none, as plain data."""
    return {
        "figures": {
            name: estimate_json(one.value)
            if isinstance(one, Figure)
            else {"reasons": verdicts_json(one, language)}
            for name, one in figures.items()
        }
    }


def grades_json(graded: Sequence[Graded], language: Language) -> GradesForm:
    """Return what a plant makes of standards as plain data."""
    return {"graded": [_graded_json(one, language) for one in graded]}


def _graded_json(one: Graded, language: Language) -> GradedForm:
    return {
        "standard": one.pack.id,
        "grade": one.grade or None,
        "between": list(one.between),
        "verified": one.verified,
        "scores": {branch or "whole": estimate_json(s) for branch, s in one.scores.items()},
        "reasons": verdicts_json(one.reasons, language),
        "indices": [
            {
                "id": j.index.id,
                "outcome": str(j.outcome),
                "grade": j.grade or None,
                "grades": list(j.grades),
                "value": None if j.figure is None else estimate_json(j.figure.value),
                "unit": j.index.unit,
                "clause": j.index.clause,
                "confidence": j.index.confidence,
                "reasons": verdicts_json(j.reasons, language),
            }
            for j in one.judged
        ],
    }
