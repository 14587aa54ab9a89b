"""Step responses reduced to first-order modes, of positive weights where those are enough."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from loopkeeper.errors import UnphysicalError

Floats = NDArray[np.float64]

PASSIVE, SIGNED = 36, (60, 100)
"""Candidates for modes of positive weight; of either sign when those are not close enough. [-]"""
DAMPING = 1e-7
"""Keeps weights of either sign small enough for double precision. [-]"""
ROUNDS = 10_000
"""Of the active set, which ends after some hundred; the usual three a candidate may not do. [-]"""
TOLERANCE = 5e-3
"""Error of a reduced step response against its final value. [-]"""


def fit_modes(
    time: Floats, response: Floats, *, bound: float | None = None
) -> tuple[Floats, Floats]:
    """
    Reduce a step response to first-order modes, of positive weights where they are close enough.

    Parameters
    ----------
    time : array, shape (n,)
        Ascending times of the response. [s]
    response : array, shape (n,)
        Step response, rising. [m K W-1]
    bound : float, optional
        Error above which weights of both signs are tried, and six times it the error allowed;
        0.5 % of the final value is where it is not given or more. [m K W-1]

    Returns
    -------
    time_constants, coefficients : arrays, shape (m,)
        [s], [m K W-1]

    Raises
    ------
    UnphysicalError
        When no modes match the response.

    Notes
    -----
    Non-negative least squares keeps every mode stable and passive. A delay is beyond it; modes of
    both signs stay stable by their time constants.
    Validated in tests/validation/test_modal_ground.py and test_moving_water.py.
    """
    allowed = TOLERANCE * float(response[-1])
    wanted = allowed if bound is None else bound
    found = _passive_modes(time, response)
    for count in SIGNED:
        if found[2] <= wanted:
            break
        found = signed_modes(time, response, (time[0], 1.5 * time[-1], count))
    if found[2] > max(allowed, 6 * wanted if bound else 0.0):
        raise UnphysicalError(
            f"step response is not that of a passive ground: modal error {found[2]:.3g} m K/W"
        )
    return found[0], found[1]


def _passive_modes(time: Floats, response: Floats) -> tuple[Floats, Floats, float]:
    """Modes of positive weights, and the largest error; hours and decades both served."""
    taus = np.geomspace(time[0], 1.5 * time[-1], PASSIVE)
    weight = 1.0 / np.sqrt(np.maximum(response, 1e-3 * response[-1]))
    matrix = -np.expm1(-time[:, None] / taus[None, :])
    try:
        coefficients, _ = nnls(matrix * weight[:, None], response * weight, maxiter=ROUNDS)
    except RuntimeError as unended:
        raise UnphysicalError("no modes of positive weight were found") from unended
    error = float(np.abs(matrix @ coefficients - response).max())
    kept = coefficients > 0
    return taus[kept], coefficients[kept], error


def signed_modes(
    time: Floats, response: Floats, candidates: tuple[float, float, int]
) -> tuple[Floats, Floats, float]:
    """
    Reduce a step response to modes of either sign by damped least squares.

    Parameters
    ----------
    time : array, shape (n,)
        Ascending. [s]
    response : array, shape (n,)
        [m K W-1]
    candidates : tuple of (float, float, int)
        Shortest and longest time constant [s] and their number, spread evenly in log time [-].

    Returns
    -------
    time_constants, coefficients : arrays, shape (m,)
        [s], [m K W-1]
    error : float
        Largest. [m K W-1]
    """
    taus = np.geomspace(*candidates)
    matrix = -np.expm1(-time[:, None] / taus)
    damped = np.vstack([matrix, DAMPING * np.eye(len(taus))])
    wanted = np.concatenate([response, np.zeros(len(taus))])
    coefficients = np.linalg.lstsq(damped, wanted, rcond=None)[0]
    return taus, coefficients, float(np.abs(matrix @ coefficients - response).max())
