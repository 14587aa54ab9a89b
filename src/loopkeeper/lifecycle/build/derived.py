"""Checks of hidden works that follow from other records: nobody writes them down himself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.errors import UnitError
from loopkeeper.lifecycle.build.as_found import (
    BOREHOLE,
    PLACES,
    holes_named,
    on_record,
    survey_of,
)
from loopkeeper.lifecycle.build.followed import FollowedCheck
from loopkeeper.lifecycle.build.pressures import (
    FIELD,
    WorkingPressures,
    foot_pressures,
    pressure_asked,
    working_pressures,
)
from loopkeeper.lifecycle.build.surveyed import mean_apart
from loopkeeper.lifecycle.build.well_logs import (
    NO_LOGS,
    WellLogs,
    held_against_logs,
    log_doubts,
    proved_by_logs,
)
from loopkeeper.lifecycle.build.work_units import converted, number, scale_to
from loopkeeper.lifecycle.build.works import WorkRule, hidden_checks
from loopkeeper.plant.holes import drawn_holes
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.verdict import Verdict

SPACING: Final = "spacing"
RESPONSE_TEST: Final = "thermal_response"
LARGE_AREA: Final = 5000.0
"""Served from which on two response tests are asked for (GB 50411-2019 14.2.2). [m2]"""
FEWEST_PLACED: Final = 5
"""Holes by whose places a distance is judged (A). [-]"""
DIGITS: Final = 3
"""Of the limits of a distance: one more than of its value, for it may end at a bound. [-]"""


def completed(
    plant: Plant, ledger: Sequence[LedgerCheck], logs: WellLogs = NO_LOGS
) -> tuple[LedgerCheck, ...]:
    """
    Return records with what follows from them.

    Parameters
    ----------
    plant : Plant
        As drawn.
    ledger : sequence of LedgerCheck
        What was found; of one item and check the last counts.
    logs : WellLogs
        Of tests of wells.

    Returns
    -------
    tuple of LedgerCheck
        Places held against the drawing where their row does not say what was drawn; test pressures
        against the working pressure on record; the mean distance of neighbours and the pressure
        at the foot of holes, unless somebody recorded them; hours of wells held against logs.
    """
    rows = [in_own_unit(one) for one in ledger]
    drawn = _places_as_surveyed(plant, ledger)
    working = working_pressures(rows)
    told = {_key(one) for one in ledger}
    follows = (
        *_spacing(plant, ledger),
        *foot_pressures(plant, rows),
        *proved_by_logs(plant, rows, logs),
    )
    return (
        *(one for one in follows if _key(one) not in told),
        *(held_against_logs(_completed(one, working, drawn), logs) for one in rows),
    )


def _key(one: LedgerCheck) -> tuple[str, str, str]:
    """What a record is about; of a field there is one only."""
    return one.item_kind, FIELD if one.item_kind == FIELD else one.item, one.check


def in_own_unit(one: LedgerCheck) -> LedgerCheck:
    """Return a record in the unit of its check; what has no such unit is no number any more."""
    known = hidden_checks().get((one.item_kind, one.check))
    if known is None or known.value != "number" or one.unit.strip() in {"", known.unit}:
        return one
    try:
        scale = scale_to(one.unit, known.unit)
    except UnitError:
        scale = None
    if scale is None:
        return replace(one, found=f"{one.found} {one.unit}", unit=known.unit)
    return replace(
        one,
        drawn=_scaled(one.drawn, scale),
        found=_scaled(one.found, scale),
        unit=known.unit,
    )


def _scaled(text: str, scale: float) -> str:
    value = number(text)
    return text if value is None else f"{converted(value, scale):.10g}"


def survey_doubts(plant: Plant) -> tuple[Verdict, ...]:
    """Return that a survey lies otherwise than the drawing, or cannot be laid on it."""
    if plant.source.field is None:
        return ()
    drawn = drawn_holes(plant.source.field)
    x, y, frame = survey_of(drawn, plant.ledger)
    count = int((np.isfinite(x) & np.isfinite(y)).sum())
    if frame is None:
        many = count >= FEWEST_PLACED
        return (Verdict("build.survey.elsewhere", {"count": count}),) if many else ()
    if not frame.own:
        return ()
    figures = {"count": count, "moved": frame.moved, "turned": frame.turned}
    code = "build.survey.north" if frame.exchanged else "build.survey.moved"
    return (Verdict(code, figures),)


def well_doubts(plant: Plant, logs: WellLogs) -> tuple[Verdict, ...]:
    """Return where the ledger of a plant and the logs of its wells tell two stories."""
    return log_doubts([in_own_unit(one) for one in plant.ledger], logs)


def _completed(
    one: LedgerCheck, working: WorkingPressures, drawn: Mapping[tuple[str, str], float]
) -> LedgerCheck:
    known = hidden_checks().get((one.item_kind, one.check))
    if known is not None and known.rule is WorkRule.TEST_PRESSURE:
        asked = pressure_asked(working.of(one.item_kind, one.item))
        own = number(one.drawn) or 0.0
        return replace(one, drawn=f"{max(asked, known.limit, own):g}")
    place = drawn.get((one.item, one.check)) if one.item_kind == BOREHOLE else None
    return one if one.drawn or place is None else replace(one, drawn=f"{place:.2f}")


def _places_as_surveyed(
    plant: Plant, ledger: Sequence[LedgerCheck]
) -> Mapping[tuple[str, str], float]:
    """Where the drawing has holes, in the frame of the survey, by item and axis. [m]"""
    if plant.source.field is None or not _of_places(ledger):
        return {}
    drawn = drawn_holes(plant.source.field)
    _, _, frame = survey_of(drawn, ledger)
    if frame is None:
        return {}
    where, _ = holes_named(ledger, drawn.count)
    places = dict(zip(PLACES, frame.surveyed(drawn.x, drawn.y), strict=True))
    return {(item, axis): float(places[axis][n]) for item, n in where.items() for axis in PLACES}


def _of_places(ledger: Sequence[LedgerCheck]) -> bool:
    return any(one.item_kind == BOREHOLE and one.check in PLACES for one in ledger)


def _spacing(plant: Plant, ledger: Sequence[LedgerCheck]) -> tuple[FollowedCheck, ...]:
    if plant.source.field is None or not _of_places(ledger):
        return ()
    record = on_record(drawn_holes(plant.source.field), ledger)
    if record.apart is None or record.placed < FEWEST_PLACED:
        return ()
    wanted = mean_apart(record.drawn.x, record.drawn.y)
    found = record.apart.scaled(wanted)
    return (
        FollowedCheck(
            item=FIELD,
            item_kind=FIELD,
            check=SPACING,
            drawn=f"{wanted:.2f}",
            found=f"{found.value:.2f}",
            unit="m",
            low=round(found.low, DIGITS),
            high=round(found.high, DIGITS),
        ),
    )


def response_tests(plant: Plant) -> tuple[int, int]:
    """Return how many holes of a field were tested, and how many GB 50411 14.2.2 asks for."""
    if plant.source.field is None:
        return 0, 0
    tested = {one.hole or one.file for one in plant.tests if one.kind == RESPONSE_TEST}
    area = max(plant.site.heated_area or 0.0, plant.site.cooled_area or 0.0)
    return len(tested), 2 if area >= LARGE_AREA else 1
