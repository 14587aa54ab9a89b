r"""
Groundwater that is returned: what comes out remembers what was put in, by volume, not by time.

.. math::
    D_{out} = (1-e) D_{in} + e \sum_k y_k, \qquad V_k \frac{dy_k}{dV} = c_k D_{in} - y_k

D is the deficit below undisturbed water [K], V the volume circulated, e the share of the water
that passes the ground. The machines add D_in = D_out + ΔT. When nothing flows the state rests.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import OutOfRangeError, UnphysicalError
from loopkeeper.physics.compiled import compiled

ROUNDING, NOTHING = 1e-3, 1e-6
"""What a feedback may leave 0 … 1 by, and what of it is none. [-]"""

Floats = NDArray[np.float64]

MODES = 32
"""Candidate volumes of a reduction. [-]"""
RIDGE = 1e-4
"""Keeps the signed weights of a delayed response small. [-]"""
TOLERANCE = 0.01
"""Largest error of a reduced response. [-]"""


@dataclass(frozen=True, slots=True)
class WellGround:
    """
    Wells that return their water, as first-order modes in circulated volume.

    ``undisturbed_temperature`` [°C]; ``volumes`` V [m3] and ``coefficients`` c [-], shape (n,);
    ``exchange`` share of the water that passes the ground [-]; ``rest_time`` time constant with
    which regional flow washes the memory out, infinite when none [s]; ``flow_axis`` [m3 s-1] and
    ``flow_resistance`` [K W-1] of a plate exchanger between well water and machines.
    """

    undisturbed_temperature: float
    volumes: Floats
    coefficients: Floats
    exchange: float = 1.0
    rest_time: float = np.inf
    flow_axis: Floats = field(default_factory=lambda: np.array([1e-4, 10.0]))
    flow_resistance: Floats = field(default_factory=lambda: np.zeros(2))

    def __post_init__(self) -> None:
        """Refuse an exchange share that is none."""
        if not 0.0 < self.exchange <= 1.0:
            raise OutOfRangeError(f"exchange share = {self.exchange:g}: allowed above 0 up to 1")

    @property
    def count(self) -> int:
        """Number of modes. [-]"""
        return len(self.volumes)

    @property
    def rest(self) -> float:
        """What the water would be with no memory. [°C]"""
        return self.undisturbed_temperature

    def beginning(self) -> Floats:
        """Return the modal state before anything was returned. [K]"""
        return np.zeros(self.count)

    def with_temperature(self, undisturbed_temperature: float) -> "WellGround":
        """Return the same wells in other water. [°C]"""
        return replace(self, undisturbed_temperature=undisturbed_temperature)

    def feedback(self, volume: Floats) -> Floats:
        """Return the share of a constant deficit that comes back after a volume. [m3] → [-]"""
        v = np.asarray(volume, dtype=np.float64)[:, None]
        through = -np.expm1(-v / self.volumes) @ self.coefficients
        return np.asarray(1.0 - self.exchange + self.exchange * through)


def fit_delayed(volume: Floats, response: Floats) -> tuple[Floats, Floats]:
    """
    Reduce a delayed feedback response to first-order modes.

    Parameters
    ----------
    volume : array, shape (n,)
        Ascending circulated volumes. [m3]
    response : array, shape (n,)
        Share of a constant deficit that came back by then, rising within 0 … 1. [-]

    Returns
    -------
    volumes, coefficients : arrays, shape (m,)
        Modes. [m3], [-]

    Raises
    ------
    UnphysicalError
        When the response leaves 0 … 1 or cannot be matched within 0.01.

    Notes
    -----
    A delay is no sum of rising exponentials with positive weights, as conduction is; weights are
    signed and kept small by a ridge. Every mode decays, so the reduction is stable.
    Validated in tests/validation/test_single_well.py, bounded in tests/property.
    """
    if (
        response.min() < -ROUNDING
        or response.max() > 1.0 + 2.0 * ROUNDING
        or np.any(np.diff(volume) <= 0)
    ):
        raise UnphysicalError("a feedback response stays within 0 … 1 over ascending volumes")
    if response.max() < NOTHING:
        return np.array([volume[-1]]), np.zeros(1)
    arrival = float(np.interp(0.1 * response.max(), np.maximum.accumulate(response), volume))
    early = np.geomspace(arrival / 1e4, volume[0], 9)[:-1]
    early = early[early < volume[0]]
    axis = np.concatenate([early, volume])
    wanted = np.concatenate([response[0] * early / volume[0], response])
    volumes = np.geomspace(max(arrival / 15, axis[0]), 1.2 * axis[-1], MODES)
    matrix = -np.expm1(-axis[:, None] / volumes)
    stacked = np.vstack([matrix, RIDGE * np.eye(MODES)])
    coefficients = np.linalg.lstsq(stacked, np.append(wanted, np.zeros(MODES)), rcond=None)[0]
    error = float(np.abs(matrix @ coefficients - wanted).max())
    if error > TOLERANCE:
        raise UnphysicalError(f"the feedback response cannot be reduced: error {error:.4f}")
    return volumes, coefficients


@compiled
def passed(
    volumes: Floats, coefficients: Floats, modes: Floats, volume: float
) -> tuple[float, float]:
    """Return memory [K] and gain [-] of the mean over a circulated volume."""
    memory, gain = 0.0, 0.0
    for k in range(volumes.size):
        x = volume / volumes[k]
        kept = (1.0 - np.exp(-x)) / x if x > NOTHING else 1.0 - 0.5 * x
        memory += kept * modes[k]
        gain += coefficients[k] * (1.0 - kept)
    return memory, gain


@compiled
def moved(
    volumes: Floats, coefficients: Floats, modes: Floats, volume: float, entering: float
) -> None:
    """Advance the modes by a circulated volume of one deficit. [K]"""
    for k in range(volumes.size):
        decay = np.exp(-volume / volumes[k])
        modes[k] = decay * modes[k] + (1.0 - decay) * coefficients[k] * entering


@compiled
def _respond(
    volumes: Floats,
    coefficients: Floats,
    exchange: float,
    fade: float,
    inputs: Floats,
    modes: Floats,
    out: Floats,
) -> None:
    """March given volumes and spreads; out gets the deficit of the water taken."""
    for n in range(inputs.shape[0]):
        volume, spread = inputs[n, 0], inputs[n, 1]
        for k in range(modes.size):
            modes[k] *= fade
        if volume <= 0.0:
            out[n] = 0.0
            for k in range(modes.size):
                out[n] += exchange * modes[k]
            continue
        memory, gain = passed(volumes, coefficients, modes, volume)
        direct = 1.0 - exchange + exchange * gain
        out[n] = (direct * spread + exchange * memory) / (1.0 - direct)
        moved(volumes, coefficients, modes, volume, out[n] + spread)


def water_deficit(
    ground: WellGround, volume: Floats, spread: Floats, step: float, state: Floats | None = None
) -> tuple[Floats, Floats]:
    """
    Return how far the water taken lies below undisturbed water, and the state afterwards.

    Parameters
    ----------
    ground : WellGround
        The wells.
    volume : array, shape (n,)
        Circulated in each step. [m3]
    spread : array, shape (n,)
        By how much the water is returned colder than it was taken. [K]
    step : float
        Length of a step. [s]
    state : array, shape (m,), optional
        Modal state at the start. [K]

    Returns
    -------
    deficit : array, shape (n,)
        Mean over each step; negative when the ground has been warmed. [K]
    state : array, shape (m,)
        Modal state at the end. [K]
    """
    modes = ground.beginning() if state is None else np.array(state, dtype=np.float64)
    out = np.empty(len(volume))
    fade = float(np.exp(-step / ground.rest_time))
    inputs = np.ascontiguousarray(np.stack([volume, spread], axis=1), dtype=np.float64)
    _respond(ground.volumes, ground.coefficients, ground.exchange, fade, inputs, modes, out)
    return out, modes
