r"""
Ground in modal form: a step response reduced once to a short list of first-order modes.

.. math::
    T(t) = T_0 - \sum_k x_k, \qquad \dot x_k = (c_k q' - x_k) / \tau_k

The list (τ, c) is fitted to the step response of the fluid: borehole interior in the first hours,
g-function of the field for years. The state is a vector: it can be saved, resumed and estimated.
Weights are positive where that is close enough; a plume that arrives late from holes upstream asks
for weights of both signs, more of them the sharper it is.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.borehole import RadialBorehole, short_term_response
from loopkeeper.physics.compiled import compiled
from loopkeeper.physics.gfunction import SHORTEST_TIME, FieldGeometry, g_function, line_source_g
from loopkeeper.physics.hole_resistance import FlowTable
from loopkeeper.physics.modes import fit_modes
from loopkeeper.physics.moving_water import Stream, moving_response
from loopkeeper.units import YEAR

Floats = NDArray[np.float64]

LONGEST_TIME = 100 * YEAR
"""Horizon that the step response is fitted over. [s]"""
FIRST_SCALED = 0.5
"""αt over the square of a hole's radius from which its finite line is a table; the ends are not
felt before. [-]"""
WASHED = 5e-4
"""Error aimed at in moving groundwater: 0.015 K at 30 W/m. [m K W-1]"""
CYCLE_TIME = 900.0
"""Typical on-time of a cycling machine; sets the extra drop within an hour. [s]"""


@dataclass(frozen=True)
class FieldResponse:
    r"""
    The g-function of a field on a dimensionless axis, computed once and scaled to any ground.

    g depends on ground properties through :math:`\alpha t` only, so one table serves every
    conductivity a diagnosis may try. ``scaled_time`` is :math:`\alpha t` [m2]; ``interaction``
    is g minus the line source: axial effects and neighbours [-]. ``groundwater`` moves with a
    Darcy flux [m s-1] and heads to an angle from the x axis [rad].
    """

    geometry: FieldGeometry
    scaled_time: Floats
    interaction: Floats
    groundwater: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of(cls, geometry: FieldGeometry, scaled_time: Floats | None = None) -> "FieldResponse":
        """
        Compute the table for a field (a quarter of a second for some hundred holes).

        Parameters
        ----------
        geometry : FieldGeometry
            The field.
        scaled_time : array, shape (n,), optional
            Where the table stands; an hour to three centuries of usual ground otherwise. [m2]

        Returns
        -------
        FieldResponse
            Its g-function against the line source.
        """
        scaled = scaled_time
        if scaled is None:
            scaled = 1e-6 * np.geomspace(SHORTEST_TIME, 3 * LONGEST_TIME, 60)
        scaled = scaled[scaled > FIRST_SCALED * geometry.radius**2]
        diffusivity = min(1e-6, scaled[0] / SHORTEST_TIME)
        time = scaled / diffusivity
        g = g_function(geometry, diffusivity=diffusivity, time=time)
        own = line_source_g(time, radius=geometry.radius, diffusivity=diffusivity)
        return cls(geometry, scaled, g - own)

    def interaction_at(self, time: Floats, *, diffusivity: float) -> Floats:
        """Return g minus the line source at `time` [s] for a ground diffusivity. [m2 s-1]"""
        axis = np.log(self.scaled_time)
        position = np.log(diffusivity * np.asarray(time, dtype=np.float64))
        inside = np.clip(position, axis[0], axis[-1])
        value = PchipInterpolator(axis, self.interaction)(inside)
        return np.where(position < axis[0], 0.0, value)


def fluid_step_response(
    field: FieldResponse,
    borehole: RadialBorehole,
    *,
    conductivity: float,
    heat_capacity: float,
    time: Floats,
) -> Floats:
    """
    Return the drop of the mean fluid temperature of a field under unit extraction per metre.

    Parameters
    ----------
    field : FieldResponse
        Long-term response of the field.
    borehole : RadialBorehole
        Interior of its holes.
    conductivity : float
        Thermal conductivity of the ground. [W m-1 K-1]
    heat_capacity : float
        Volumetric heat capacity of the ground. [J m-3 K-1]
    time : array, shape (n,)
        Times since the start of extraction, from about a minute. [s]

    Returns
    -------
    array, shape (n,)
        Step response. [m K W-1]

    Notes
    -----
    Short-term cylinder solution plus (g − line source)/(2πk): exact in both limits, because axial
    effects and neighbours are not felt before the borehole interior has become steady. In moving
    groundwater g is that of moving line sources with equal extraction, or of resting ground with
    equal wall temperature where that is less: moving water never cools a field further, and both
    bound from above what holes do that share their heat and are washed.
    """
    diffusivity = conductivity / heat_capacity
    far = field.interaction_at(time, diffusivity=diffusivity)
    decay = 0.0
    if field.groundwater[0] > 0:
        stream = Stream.of(
            field.groundwater, conductivity=conductivity, heat_capacity=heat_capacity
        )
        resting = line_source_g(time, radius=borehole.radius, diffusivity=diffusivity) + far
        own, moving = moving_response(field.geometry, stream, end=float(time[-1])).at(time)
        far, decay = np.minimum(resting, moving) - own, stream.decay
    near = short_term_response(
        borehole,
        conductivity=conductivity,
        heat_capacity=heat_capacity,
        time=time,
        stream_decay=decay,
    )
    return near + far / (2 * np.pi * conductivity)


@dataclass(frozen=True, slots=True)
class ModalGround:
    """
    A ground heat exchanger as parallel first-order modes.

    ``undisturbed_temperature`` [°C]; ``time_constants`` τ [s] and ``coefficients`` c [m K W-1],
    shape (n,); ``total_length`` active length of all holes [m]; ``cycling_resistance`` extra
    drop per W m-1 above the hourly mean while a machine cycles [m K W-1]; ``by_flow`` change of
    R_b* with the flow of the whole field and the fluid's temperature;
    ``middle`` 0.5 when the temperature is the mean of outlet and return, as of boreholes, 1 when
    it is the outlet's, as of passing water [-]; ``initial`` modal state before any heat is drawn,
    shape (n,), and ``settled`` drop that neighbouring fields finally cause, nothing where there
    are none [K].
    """

    undisturbed_temperature: float
    time_constants: Floats
    coefficients: Floats
    total_length: float
    cycling_resistance: float
    by_flow: FlowTable
    middle: float = 0.5
    initial: Floats | None = None
    settled: float = 0.0

    @property
    def count(self) -> int:
        """Number of modes. [-]"""
        return len(self.time_constants)

    @property
    def rest(self) -> float:
        """What the fluid would be with no memory. [°C]"""
        return self.undisturbed_temperature - self.settled

    def beginning(self) -> Floats:
        """Return the modal state before any heat is drawn. [K]"""
        return np.zeros(self.count) if self.initial is None else self.initial.copy()

    def with_temperature(self, undisturbed_temperature: float) -> "ModalGround":
        """Return the same ground with another undisturbed temperature. [°C]"""
        return replace(self, undisturbed_temperature=undisturbed_temperature)


def modal_ground(
    field: FieldResponse,
    borehole: RadialBorehole,
    *,
    conductivity: float,
    heat_capacity: float,
    undisturbed_temperature: float,
    flow_table: FlowTable,
) -> ModalGround:
    """
    Return the modal form of a borehole field.

    Parameters
    ----------
    field : FieldResponse
        Long-term response.
    borehole : RadialBorehole
        Interior of the holes at design flow.
    conductivity : float
        Thermal conductivity of the ground. [W m-1 K-1]
    heat_capacity : float
        Volumetric heat capacity of the ground. [J m-3 K-1]
    undisturbed_temperature : float
        Mean ground temperature before operation. [°C]
    flow_table : FlowTable
        Change of R_b* against design by flow of the field and fluid temperature.

    Returns
    -------
    ModalGround
        Twenty-odd modes from a minute to a century.

    Raises
    ------
    OutOfRangeError
        When a ground property is not positive.
    """
    if conductivity <= 0 or heat_capacity <= 0 or borehole.resistance <= 0:
        raise OutOfRangeError("conductivity, heat capacity and resistance must be positive")
    washed = field.groundwater[0] > 0
    time = np.geomspace(60.0, LONGEST_TIME, 600 if washed else 160)
    response = fluid_step_response(
        field,
        borehole,
        conductivity=conductivity,
        heat_capacity=heat_capacity,
        time=time,
    )
    rising = np.maximum.accumulate(response)
    taus, coefficients = fit_modes(time, rising, bound=WASHED if washed else None)
    return ModalGround(
        undisturbed_temperature=undisturbed_temperature,
        time_constants=taus,
        coefficients=coefficients,
        total_length=field.geometry.total_length,
        cycling_resistance=float(np.interp(CYCLE_TIME, time, response)),
        by_flow=flow_table,
    )


def mode_factors(ground: ModalGround, step: float) -> tuple[Floats, Floats, Floats]:
    """
    Return what a step of constant heat rate does to each mode.

    Parameters
    ----------
    ground : ModalGround
        The ground.
    step : float
        Length of the step. [s]

    Returns
    -------
    decay, mean_memory, mean_gain : arrays, shape (n,)
        State left at the end of a step [-], share of the old state in the step's mean [-], and
        mean rise per W m-1 of constant extraction [m K W-1].
    """
    decay = np.exp(-step / ground.time_constants)
    memory = ground.time_constants / step * -np.expm1(-step / ground.time_constants)
    return decay, memory, ground.coefficients * (1.0 - memory)


@compiled
def _respond(
    factors: tuple[Floats, Floats, Floats, Floats], heat: Floats, state: Floats, drop: Floats
) -> None:
    """March the modes through known heat rates; state and drop are filled in place."""
    decay, memory, gain, push = factors
    for n in range(heat.size):
        total = 0.0
        for k in range(state.size):
            total += memory[k] * state[k] + gain[k] * heat[n]
            state[k] = decay[k] * state[k] + push[k] * heat[n]
        drop[n] = total


def ground_temperature(
    ground: ModalGround, heat_per_metre: Floats, step: float, state: Floats | None = None
) -> tuple[Floats, Floats]:
    """
    Return the mean fluid temperature under known heat extraction, and the state afterwards.

    Parameters
    ----------
    ground : ModalGround
        The ground.
    heat_per_metre : array, shape (n,)
        Heat drawn from the ground per metre of borehole, constant over each step; negative when
        heat is injected. [W m-1]
    step : float
        Length of a step. [s]
    state : array, shape (m,), optional
        Modal state at the start; zeros for undisturbed ground. [K]

    Returns
    -------
    temperature : array, shape (n,)
        Mean over each step of the mean fluid temperature at design flow. [°C]
    state : array, shape (m,)
        Modal state at the end. [K]
    """
    start = ground.beginning() if state is None else np.array(state, copy=True)
    decay, memory, gain = mode_factors(ground, step)
    heat = np.ascontiguousarray(heat_per_metre, dtype=np.float64)
    drop = np.empty(len(heat))
    push = (1.0 - decay) * ground.coefficients
    _respond((decay, memory, gain, push), heat, start, drop)
    return ground.rest - drop, start
