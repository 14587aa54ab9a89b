"""Logs of field tests as the survey stage takes them."""

from collections.abc import Mapping
from pathlib import Path

from loopkeeper.adapters.files.test_log import RESPONSE_TEST, read_log
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
    time = log.columns["time"]
    keep = slice(None) if until is None else time <= until * HOUR
    columns = {name: log.columns[name][keep] for name in COLUMNS if name in log.columns}
    return TestLog(time[keep], **columns), log.verdicts
