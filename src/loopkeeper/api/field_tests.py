"""Verbs of field tests: from files of loggers to the ground."""

from collections.abc import Mapping
from pathlib import Path

from loopkeeper.app.use_cases.response_tests import ResponseOrder, Responses, responded
from loopkeeper.app.use_cases.well_tests import Pumped, WellOrder, pumped
from loopkeeper.bootstrap.outside import outside

Log = str | Path


def response_test(
    *files: Log,
    length: float,
    diameter: float,
    columns: Mapping[str, str] | None = None,
    until: float | None = None,
    undisturbed: float | None = None,
) -> Responses:
    """
    Interpret thermal response tests.

    Parameters
    ----------
    *files : str or Path
        Logs of any dialect.
    length : float
        Active length of the hole. [m]
    diameter : float
        Of the hole. [m]
    columns : mapping, optional
        Names of columns by role, where the header does not tell.
    until : float, optional
        Hours of the log that count. [h]
    undisturbed : float, optional
        Temperature of the ground, where it was measured apart. [°C]

    Returns
    -------
    Responses
        ``tests``, each with conductivity [W/(m K)], resistance [m K/W] and undisturbed
        temperature [°C] by two evaluations, and their mean ``together``.

    Raises
    ------
    DossierError
        When a log cannot be understood; every problem is listed.

    Examples
    --------
    >>> import loopkeeper as lk
    >>> log = next((lk.demo() / "survey").glob("trt*.csv"))
    >>> found = lk.response_test(log, length=100, diameter=0.15)
    >>> found.tests[0].conductivity.low < found.tests[0].conductivity.high
    True
    """
    order = ResponseOrder(
        files=tuple(Path(file) for file in files),
        length=length,
        radius=diameter / 2,
        columns=columns or {},
        until=until,
        undisturbed=undisturbed,
    )
    return responded(outside.field_tests, order)


def pumping_test(
    file: Log,
    flows: Mapping[float, float],
    *,
    distance: float | None = None,
    thickness: float | None = None,
) -> Pumped:
    r"""
    Interpret a pumping or step test of a well.

    Parameters
    ----------
    file : str or Path
        Log of water levels.
    flows : mapping
        Flow [m³/h] by the time it begins, in the log's unit of time; 0 stops the pump.
    distance : float, optional
        Of the levels from the pumped well's axis. [m]
    thickness : float, optional
        Of an unconfined aquifer. [m]

    Returns
    -------
    Pumped
        Transmissivity [m²/s], storage and leakage by sort of aquifer; the well's own losses.

    Examples
    --------
    >>> import loopkeeper as lk, numpy as np, tempfile, pathlib
    >>> from scipy.special import exp1
    >>> minutes = np.geomspace(1, 1440, 60)
    >>> drawdown = 0.01 / (4 * np.pi * 5e-3) * exp1(10**2 * 1e-3 / (4 * 5e-3 * 60 * minutes))
    >>> rows = [f"{t:.4f},{s:.5f}" for t, s in zip(minutes, drawdown)]
    >>> log = pathlib.Path(tempfile.mkdtemp()) / "levels.csv"
    >>> _ = log.write_text("time_min,drawdown_m\n" + "\n".join(rows))
    >>> found = lk.pumping_test(log, {0: 36.0}, distance=10.0)
    >>> round(found.test.best.transmissivity.value, 4)  # Theis, 5e-3 m²/s
    0.005
    """
    order = WellOrder(
        files=(Path(file),),
        flows=tuple(sorted(flows.items())),
        distances=() if distance is None else (distance,),
    )
    return pumped(outside.field_tests, order, thickness=thickness)
