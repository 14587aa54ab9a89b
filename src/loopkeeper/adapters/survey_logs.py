"""Logs of field tests as the survey stage takes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from loopkeeper.adapters.files.test_columns import RESPONSE_TEST, split_unit
from loopkeeper.adapters.files.test_log import (
    Log,
    read_dated_columns,
    read_log,
)
from loopkeeper.errors import DossierError, UnitError
from loopkeeper.lifecycle.survey.clocks import Logger
from loopkeeper.lifecycle.survey.test_record import COLUMNS, TestLog
from loopkeeper.measure.series import Floats
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR, linear_to_si


def read_response_test(
    path: Path, named: Mapping[str, str], until: float | None = None
) -> tuple[TestLog, tuple[Verdict, ...]]:
    """
    Read the log of a thermal response test.

    Parameters
    ----------
    path : Path
        CSV of any dialect.
    named : mapping
        Names of columns by role, where the header does not tell.
    until : float, optional
        Hours of the log that count. [h]

    Returns
    -------
    TestLog
        In SI.
    verdicts : tuple of Verdict
        What reading it had to say.

    Raises
    ------
    DossierError
        When the file cannot be understood; every problem is listed.
    """
    log = read_log(path, RESPONSE_TEST, named)
    _refuse_incomplete(path.name, log)
    said = list(log.verdicts)
    if log.unused:
        figures = {"file": path.name, "columns": ", ".join(log.unused)}
        said.append(Verdict("survey.log.unused", figures))
    time = log.columns["time"]
    keep = slice(None) if until is None else time <= until * HOUR
    columns: dict[str, Any] = {
        name: log.columns[name][keep] for name in COLUMNS if name in log.columns
    }
    return TestLog(time[keep], **columns, weighed=log.weighed), tuple(said)


def _refuse_incomplete(name: str, log: Log) -> None:
    """Name what is missing, and the columns that nobody understood."""
    have = set(log.columns)
    missing = []
    if "mean" not in have and not {"inlet", "outlet"} <= have:
        missing.append("a mean temperature, or both inlet and outlet")
    if "power" not in have and not {"flow", "inlet", "outlet"} <= have:
        missing.append("a heating power, or flow with inlet and outlet temperature")
    if missing:
        unknown = ", ".join(log.unused) or "none"
        raise DossierError(
            f"{name}: the log lacks {' and '.join(missing)}",
            [
                f"understood: {', '.join(sorted(have))}; columns not understood: {unknown}",
                "name a column with --column, e.g. --column power=P1",
            ],
        )


def read_logger(path: Path) -> Logger:
    """
    Read what a logger recorded beside a test, for its clock alone.

    Parameters
    ----------
    path : Path
        CSV of any dialect with dates; lines of a logger before the table are passed over.

    Returns
    -------
    Logger
        Every column of numbers.

    Raises
    ------
    DossierError
        When no column holds dates, or none numbers.
    """
    time, columns = read_dated_columns(path)
    known = np.isfinite(time)
    return Logger(path.name, time[known], tuple(c[known] for c in columns.values()))


@dataclass(frozen=True)
class Levels:
    """
    Levels of one well, shape (n,): ``time`` [s], ``drawdown`` [m], and what reading had to say.

    ``unit`` length of the file's own unit of time, in which a user states when flows begin [s].
    """

    time: Floats
    drawdown: Floats
    unit: float
    verdicts: tuple[Verdict, ...]


def read_levels(
    path: Path, *, time_unit: str | None = None, level_unit: str | None = None,
    static: float | None = None,
) -> Levels:  # fmt: skip
    """
    Read a log of water levels: two columns, time and drawdown, head or depth to water.

    Parameters
    ----------
    path : Path
        Text with blanks, commas, semicolons or tabs between the columns; lines that begin with
        ``#`` and a header may name columns and units.
    time_unit, level_unit : str, optional
        Units, where neither header nor comment tells them.
    static : float, optional
        Depth to water at rest, in the file's unit, when the file holds depths.

    Returns
    -------
    Levels
        Ascending in time, with rows left out and signs turned said.

    Raises
    ------
    DossierError
        When a unit is missing or unknown, or fewer than two columns of numbers are there.
    """
    lines = path.read_bytes().decode("utf-8-sig", errors="replace").splitlines()
    header = next((line for line in lines if re.search(r"[A-Za-z\u4e00-\u9fff]{2}", line)), "")
    written = [split_unit(cell)[1] for cell in re.split(r"[,;\t]", header.lstrip("# "))]
    units = [
        given or (written[i] if i < len(written) else "")
        for i, given in enumerate((time_unit, level_unit))
    ]
    missing = [name for name, unit in zip(("time", "level"), units, strict=True) if not unit]
    if missing:
        raise DossierError(
            f"{path.name}: no unit of {' and '.join(missing)}",
            ["say it in the header, as in time (min), drawdown (m), or with --time-unit "
             "and --level-unit"],
        )  # fmt: skip
    rows, verdicts = _number_rows(path.name, lines)
    try:
        time, level = (linear_to_si(u)[0] * column for u, column in zip(units, rows, strict=True))
    except UnitError as error:
        raise DossierError(f"{path.name}: {error}") from error
    if static is not None:
        level = level - static * linear_to_si(units[1])[0]
    if np.median(level) < 0:
        verdicts.append(Verdict("survey.pumping.negative", {}))
        level = -level
    order = np.argsort(time, kind="stable")
    return Levels(time[order], level[order], linear_to_si(units[0])[0], tuple(verdicts))


def _number_rows(name: str, lines: list[str]) -> tuple[tuple[Floats, Floats], list[Verdict]]:
    """Two columns of numbers; lines that are neither numbers nor comment are counted."""
    pairs, lost = [], []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        cells = [c for c in re.split(r"[;\t ]+|,(?=\s|[-\d])", text.replace("\u00a0", " ")) if c]
        try:
            pairs.append((float(cells[0].replace(",", ".")), float(cells[1].replace(",", "."))))
        except (ValueError, IndexError):
            lost.append(number)
    lost = [n for n in lost if n > 1 or not pairs]
    if len(pairs) < 2:
        raise DossierError(
            f"{name}: no readable levels", [f"{len(pairs)} rows hold two numbers, time and level"]
        )
    verdicts = []
    if len(lost) > 1 or (lost and lost[0] > 1):
        figures = {"file": name, "count": len(lost), "row": lost[-1]}
        verdicts.append(Verdict("survey.log.rows_lost", figures))
    time, level = np.array(pairs, dtype=np.float64).T
    return (time, level), verdicts
