"""Logs of field tests as the survey stage takes them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from loopkeeper.adapters.files.field_tests.test_columns import RESPONSE_TEST
from loopkeeper.adapters.files.field_tests.test_log import (
    Log,
    read_dated_columns,
    read_log,
)
from loopkeeper.errors import DossierError
from loopkeeper.lifecycle.survey.clocks import Logger
from loopkeeper.lifecycle.survey.test_record import COLUMNS, TestLog
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR


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
    return TestLog(time=time[keep], **columns, weighed=log.weighed), tuple(said)


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
