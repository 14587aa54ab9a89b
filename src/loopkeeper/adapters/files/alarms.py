"""Definitions of alarms as a table: one row an alarm, rationalised or refused."""

from collections.abc import Mapping
from pathlib import Path

from loopkeeper.adapters.files.point_table import figure, read_point_table
from loopkeeper.app.alarming import Watched
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.alarm import Condition, Definition, Priority

NEEDED = {
    "alarm": "its name",
    "plant": "of the plant",
    "point": "it watches",
    "condition": ", ".join(Condition),
    "limit": "in the point's unit; seconds for stuck and silent",
    "action": "what the operator does: an alarm nobody can answer is none (ISA-18.2)",
}
WORDS = ("cause", "consequence", "action", "cause_zh", "consequence_zh", "action_zh")


def read_alarms(path: Path) -> tuple[Watched, ...]:
    """
    Read the definitions of alarms.

    Parameters
    ----------
    path : Path
        CSV with ``alarm, plant, point, condition, limit, action`` and optionally ``priority``,
        ``dead_band``, ``on_delay_s``, ``off_delay_s``, ``suppressed_by``, ``suppressed_below``,
        ``cause``, ``consequence`` and the same words ``_zh``.

    Returns
    -------
    tuple of Watched

    Raises
    ------
    InputError
        When a cell cannot be understood; file, row and expectation are named.
    """
    rows = read_point_table(path, NEEDED, unique="alarm")
    watched, problems = [], []
    for row in rows:
        try:
            watched.append(_watched(row))
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError(f"{path.name}: " + "; ".join(problems[:10]))
    return tuple(watched)


def _watched(row: Mapping[str, str]) -> Watched:
    condition, priority = row["condition"].lower(), (row.get("priority") or "medium").lower()
    for what, value, known in (
        ("condition", condition, Condition), ("priority", priority, Priority)
    ):  # fmt: skip
        if value not in set(known):
            raise InputError(f"row {row['row']}: {what} {value!r}: expected {', '.join(known)}")
    definition = Definition(
        row["alarm"], row["point"], Condition(condition), figure(row, "limit", 0.0),
        Priority(priority), figure(row, "dead_band", 0.0), figure(row, "on_delay_s", 0.0),
        figure(row, "off_delay_s", 0.0), row.get("suppressed_by") or None,
        figure(row, "suppressed_below", 0.5),
    )  # fmt: skip
    return Watched(row["plant"], definition, {w: row[w] for w in WORDS if row.get(w)})
