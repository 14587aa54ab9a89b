"""How long wells were pumped and took water back, by the logs of their tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.lifecycle.build.followed import FollowedCheck
from loopkeeper.lifecycle.build.work_units import number
from loopkeeper.lifecycle.build.work_words import half_width, told_words
from loopkeeper.lifecycle.build.works import hidden_checks
from loopkeeper.measure.dossier import SurveyTable
from loopkeeper.measure.levels import steady_for
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import LedgerCheck, SurveyTest
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

Floats = NDArray[np.float64]

WELL: Final = "well"
CHECKS: Final[Mapping[str, str]] = {
    "pumping": "pumping_hours",
    "reinjection": "reinjection_hours",
}
"""Which check a kind of test proves."""
FLOW: Final = "log_flow"
FROM_REST: Final = "log_from_rest"
LEVEL: Final = "log_level"
"""Words of columns: flows, levels that count from rest, other levels."""
RUNS: Final = 0.05
"""Of the largest flow, below which nothing is pumped (A). [-]"""
SILENT: Final = 4.0 * HOUR
"""Longest time without a reading over which a test still goes on (A). [s]"""
SLACK: Final = 0.5
"""By how much a log may be shorter than what was written down of it (A). [h]"""
FEWEST: Final = 6
"""Readings of a test that tell whether its level was steady (A). [-]"""
DIGITS: Final = 2
"""Of hours. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedTest:
    """
    A test of a well as its log shows it.

    ``hours`` without a pause, at whose end the level was ``steady`` within 5 % of the last
    drawdown for so long, 0 where it is not known [h].
    """

    well: str
    check: str
    file: str
    hours: float
    steady: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WellLogs:
    """Logs that tell of a well, the longest of each kind of test, and files that tell nothing."""

    tests: Mapping[tuple[str, str], LoggedTest]
    unused: tuple[str, ...] = ()


NO_LOGS: Final = WellLogs(tests={})
"""Of a plant whose tests nobody logged."""


def well_logs(plant: Plant, survey: Mapping[str, SurveyTable]) -> WellLogs:
    """
    Return what the logs of a dossier tell of the tests of wells.

    Parameters
    ----------
    plant : Plant
        Its tests name the well and the file.
    survey : mapping of str to SurveyTable
        Records of tests by file.

    Returns
    -------
    WellLogs
        By well and check.
    """
    wells = _known_wells(plant)
    found: dict[tuple[str, str], LoggedTest] = {}
    unused = []
    for test in plant.tests:
        if test.kind not in CHECKS:
            continue
        well, table = _well_of(test, wells), survey.get(test.file)
        one = None if well is None or table is None else _logged(test, well, table)
        if one is None:
            unused.append(test.file)
            continue
        before = found.get((one.well, one.check))
        if before is None or before.steady < one.steady:
            found[one.well, one.check] = one
    return WellLogs(tests=found, unused=tuple(unused))


def _known_wells(plant: Plant) -> Mapping[str, str]:
    """Names of wells that are drawn or on record, by their name in small letters."""
    names = [one.id for one in plant.source.wells]
    names += [one.id for one in plant.source.single_wells]
    names += [one.item for one in plant.ledger if one.item_kind == WELL]
    return {name.casefold(): name for name in names}


def _well_of(test: SurveyTest, wells: Mapping[str, str]) -> str | None:
    if not test.hole and len(wells) == 1:
        return next(iter(wells.values()))
    return wells.get(test.hole.strip().casefold())


def _logged(test: SurveyTest, well: str, table: SurveyTable) -> LoggedTest | None:
    seconds = (table.time - np.datetime64(0, "s")) / np.timedelta64(1, "s")
    order = np.argsort(seconds, kind="stable")
    time = np.asarray(seconds[order], dtype=np.float64)
    flowing = _column(table, FLOW)
    from_rest = _column(table, FROM_REST)
    name = from_rest or _column(table, LEVEL)
    flow = table.columns[flowing][order] if flowing else None
    if len(time) < 2 or not (flowing or name):
        return None
    run = _longest(time, flow)
    steady = 0.0
    if name:
        level = table.columns[name][order]
        steady = _steady(time, level, run, at_rest=bool(from_rest))
    hours = (time[run.stop - 1] - time[run.start]) / HOUR
    return LoggedTest(
        well=well, check=CHECKS[test.kind], file=test.file, hours=float(hours), steady=steady
    )


def _column(table: SurveyTable, role: str) -> str:
    """Return the first column whose name has a word of a role, nothing where none has."""
    words = told_words(role)
    told = ((name, half_width(name).lower()) for name in table.columns)
    return next((name for name, small in told if any(one in small for one in words)), "")


def _longest(time: Floats, flow: Floats | None) -> slice:
    """Return the longest stretch in which water flows and somebody looks."""
    runs = np.ones(len(time), dtype=np.bool_)
    if flow is not None:
        told = np.abs(np.where(np.isfinite(flow), flow, 0.0))
        runs = (told > RUNS * told.max(initial=0.0)) | ~np.isfinite(flow)
    best, start = slice(0, 1), None
    for n in range(len(time)):
        if start is not None and (not runs[n] or time[n] - time[n - 1] > SILENT):
            start = None
        if runs[n] and start is None:
            start = n
        if start is not None and time[n] - time[start] > time[best.stop - 1] - time[best.start]:
            best = slice(start, n + 1)
    return best


def _steady(time: Floats, level: Floats, run: slice, *, at_rest: bool) -> float:
    """Return for how long a level was steady at the end of a stretch. [h]"""
    before = level[: run.start]
    before = before[np.isfinite(before)]
    first = level[run][np.isfinite(level[run])][:1]
    rest = 0.0 if at_rest else float(np.median(before if len(before) else first))
    known = np.isfinite(level[run])
    since, moved = time[run][known] - time[run.start], np.abs(level[run][known] - rest)
    if len(since) < FEWEST:
        return 0.0
    return steady_for(since, moved) / HOUR


def proved_by_logs(
    plant: Plant, rows: Sequence[LedgerCheck], logs: WellLogs
) -> tuple[FollowedCheck, ...]:
    """
    Return checks of wells that no row tells of, but a log: steady so long, run so long.

    Of wells whose evidence is asked for: those of a group, and others that are on record.
    """
    told = {(one.item, one.check) for one in rows if one.item_kind == WELL}
    asked = {one.id for one in plant.source.wells} | {item for item, _ in told}
    return tuple(
        FollowedCheck(
            item=one.well,
            item_kind=WELL,
            check=one.check,
            drawn="",
            found=f"{one.steady:.1f}",
            unit="h",
            evidence=one.file,
            low=round(one.steady, DIGITS),
            high=round(one.hours, DIGITS),
        )
        for key, one in logs.tests.items()
        if key not in told and one.well in asked
    )


def held_against_logs(one: LedgerCheck, logs: WellLogs) -> LedgerCheck:
    """Return a record with what its log leaves of it: at least as steady, at most as written."""
    log = logs.tests.get((one.item, one.check)) if one.item_kind == WELL else None
    typed = number(one.found)
    if log is None or typed is None:
        return one
    own = {each.name: getattr(one, each.name) for each in fields(LedgerCheck)}
    least = min(typed, round(log.steady, DIGITS))
    return FollowedCheck(**own, low=least, high=typed)


def log_doubts(rows: Sequence[LedgerCheck], logs: WellLogs) -> tuple[Verdict, ...]:
    """
    Return where logs and records of wells tell two stories.

    Parameters
    ----------
    rows : sequence of LedgerCheck
        In the units of their checks; of one item and check the last counts.
    logs : WellLogs
        Of the same dossier.

    Returns
    -------
    tuple of Verdict
        Logs shorter than what was written down; levels that were not steady for long enough; logs
        that tell nothing.
    """
    typed = {(one.item, one.check): number(one.found) for one in rows if one.item_kind == WELL}
    said = []
    for key, one in logs.tests.items():
        told = typed.get(key)
        needed = hidden_checks()[WELL, one.check].limit
        figures = {
            "name": one.well,
            "file": one.file,
            "hours": one.hours,
            "steady": one.steady,
            "needed": needed,
        }
        if told is not None and told > one.hours + SLACK:
            code = f"build.well_log.{one.check.removesuffix('_hours')}_shorter"
            said.append(Verdict(code, {**figures, "told": told}))
        elif one.hours >= needed > one.steady:
            said.append(Verdict("build.well_log.unsteady", figures))
    said += [Verdict("build.well_log.unused", {"file": file}) for file in logs.unused]
    return tuple(said)
