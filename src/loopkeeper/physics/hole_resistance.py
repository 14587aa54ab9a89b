"""Effective borehole resistance by flow and fluid temperature: a table, and how it is read."""

from typing import Final, NamedTuple

import numpy as np
import pygfunction as gt
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.borehole import (
    Borehole,
    borehole_resistance,
    resistance_with_film,
)
from loopkeeper.physics.compiled import compiled, inlined
from loopkeeper.physics.fluid import FluidProperties, fluid_properties, freezing_point
from loopkeeper.physics.pipe import PIPE_ROUGHNESS

Floats = NDArray[np.float64]

WARMEST: Final = 45.0
"""Warmest fluid of a table. [°C]"""
COLDEST: Final = -20.0
"""Coldest fluid of a table, where it does not freeze before. [°C]"""
STEP: Final = 1.0
"""Between temperatures of a table: viscosity changes by 3 to 5 %. [K]"""
LAMINAR, TURBULENT = 2300.0, 4000.0
"""Reynolds numbers between which the Nusselt number is interpolated (Gnielinski 2013). [-]"""
_FILMS: Final = 3
_FLOWS: Final = 8


class FlowTable(NamedTuple):
    """
    Change of R_b* against design, by flow of the field and mean fluid temperature.

    ``flow``, shape (n,) [m3 s-1]; ``temperature``, shape (m,) [°C]; ``resistance``, shape (n, m)
    [m K W-1]. A single temperature stands for all. Values outside are held at the edge.
    """

    flow: Floats
    temperature: Floats
    resistance: Floats

    def per_flow(self, factor: float) -> "FlowTable":
        """Return the table of a field that takes so many times the flow for the same. [-]"""
        return self._replace(flow=factor * self.flow)


NO_CHANGE: Final = FlowTable(np.array([1e-6, 10.0]), np.zeros(1), np.zeros((2, 1)))
"""A resistance that is the same at all flows and temperatures."""


def reynolds(borehole: Borehole, flow_rate: float, fluid: FluidProperties) -> float:
    """
    Return the Reynolds number in a hole's pipes.

    Parameters
    ----------
    borehole : Borehole
        The hole; of a coaxial one the annulus counts.
    flow_rate : float
        Through the hole. [m3 s-1]
    fluid : FluidProperties
        At its temperature.

    Returns
    -------
    float
        [-]
    """
    return flow_rate * _reynolds_of_flow(borehole) * fluid.density / fluid.viscosity


def turbulent_flow(borehole: Borehole, fluid: FluidProperties) -> float:
    """
    Return the flow through a hole from which it is turbulent.

    Parameters
    ----------
    borehole : Borehole
        The hole.
    fluid : FluidProperties
        At its temperature.

    Returns
    -------
    float
        At a Reynolds number of 4000. [m3 s-1]
    """
    return TURBULENT * fluid.viscosity / fluid.density / _reynolds_of_flow(borehole)


def _reynolds_of_flow(borehole: Borehole) -> float:
    """Reynolds number by flow and kinematic viscosity. [m-1]"""
    if borehole.layout == "coaxial":
        return 2.0 / (np.pi * (borehole.pipe_inner + borehole.core_outer))
    return 2.0 / (np.pi * borehole.pipe_inner * borehole.pipes)


def temperature_axis(name: str, mass_fraction: float) -> Floats:
    """
    Return the temperatures at which a fluid's table stands.

    Parameters
    ----------
    name, mass_fraction
        See :func:`loopkeeper.physics.fluid.fluid_properties`.

    Returns
    -------
    array, shape (m,)
        From just above freezing to where its tables end. [°C]
    """
    first = max(COLDEST, freezing_point(name, mass_fraction) + 0.2)
    return np.array(
        [t for t in np.arange(first, WARMEST, STEP) if _known(name, mass_fraction, float(t))]
    )


def held_fluid(name: str, mass_fraction: float, temperature: float) -> FluidProperties:
    """
    Return a fluid's properties at the nearest temperature that its table knows.

    Parameters
    ----------
    name, mass_fraction
        See :func:`loopkeeper.physics.fluid.fluid_properties`.
    temperature : float
        Maybe below freezing. [°C]

    Returns
    -------
    FluidProperties
    """
    axis = temperature_axis(name, mass_fraction)
    return fluid_properties(
        name, mass_fraction, float(axis[np.argmin(np.abs(axis - temperature))])
    )


def _known(name: str, mass_fraction: float, temperature: float) -> bool:
    """Tell whether a fluid's tables reach a temperature."""
    try:
        fluid_properties(name, mass_fraction, temperature)
    except OutOfRangeError:
        return False
    return True


def resistance_table(
    borehole: Borehole,
    *,
    ground_conductivity: float,
    flow: Floats,
    temperature: Floats,
    fluid: tuple[str, float],
) -> Floats:
    """
    Return R_b* by flow and fluid temperature.

    Parameters
    ----------
    borehole : Borehole
        The hole.
    ground_conductivity : float
        [W m-1 K-1]
    flow : array, shape (n,)
        Through the hole, ascending. [m3 s-1]
    temperature : array, shape (m,)
        Of the fluid. [°C]
    fluid : tuple of (str, float)
        Name and mass fraction.

    Returns
    -------
    array, shape (n, m)
        [m K W-1]

    Notes
    -----
    The film is computed at every point (laminar, turbulent, interpolated between Re 2300 and
    4000); what pipes, grout and ground make of it is smooth in film and flow and is interpolated
    between a few multipole solutions; below the flow at which that of long holes fails it grows as
    the flow falls. Validated in tests/validation/test_hole_resistance.py.
    """
    states = [fluid_properties(*fluid, float(t)) for t in temperature]
    if borehole.layout == "coaxial":
        return np.array(
            [
                [
                    borehole_resistance(
                        borehole,
                        ground_conductivity=ground_conductivity,
                        flow_rate=float(q),
                        fluid=s,
                    )
                    for s in states
                ]
                for q in flow
            ]
        )
    films = np.array([[_film(borehole, float(q), s) for s in states] for q in flow])
    middle = states[len(states) // 2]
    carried = np.array([s.volumetric_heat_capacity for s in states])
    alike = flow[:, None] * carried / middle.volumetric_heat_capacity
    film_nodes = np.geomspace(films.min(), 1.001 * films.max(), _FILMS)
    flow_nodes = np.geomspace(alike.min(), alike.max(), _FLOWS)
    solved = np.array(
        [
            [
                _solved(borehole, ground_conductivity, (float(q), float(film)), middle)
                for film in film_nodes
            ]
            for q in flow_nodes
        ]
    )
    known = np.isfinite(solved).all(axis=1)
    if not known.any():
        raise OutOfRangeError(
            f"holes of {borehole.length:.0f} m at {3600 * flow[-1]:.2f} m³/h: the water exchanges "
            "its heat with itself; more flow or shorter holes"
        )
    least = int(known.argmax())
    solved[:least] = solved[least] * (flow_nodes[least] / flow_nodes[:least])[:, None]
    by_film = PchipInterpolator(np.log(flow_nodes), solved)(np.log(alike))
    parabola = np.linalg.solve(
        np.vander(film_nodes), np.moveaxis(by_film, -1, 0).reshape(_FILMS, -1)
    )
    powers = np.vander(films.ravel(), _FILMS)
    return np.asarray((powers * parabola.T).sum(axis=1).reshape(films.shape))


def _solved(
    borehole: Borehole, conductivity: float, at: tuple[float, float], fluid: FluidProperties
) -> float:
    """R_b* at a flow and a film; NaN where legs exchange so much that the solution fails."""
    flow, film = at
    try:
        return resistance_with_film(
            borehole,
            ground_conductivity=conductivity,
            mass_flow=flow * fluid.density,
            fluid=fluid,
            film=film,
        )
    except np.linalg.LinAlgError:
        return float(np.nan)


def _film(borehole: Borehole, flow_rate: float, fluid: FluidProperties) -> float:
    """Film resistance of one leg. [m K W-1]"""
    coefficient = gt.pipes.convective_heat_transfer_coefficient_circular_pipe(
        flow_rate * fluid.density / borehole.pipes,
        borehole.pipe_inner,
        fluid.viscosity,
        fluid.density,
        fluid.conductivity,
        fluid.heat_capacity,
        PIPE_ROUGHNESS,
    )
    return float(1.0 / (2 * np.pi * borehole.pipe_inner * coefficient))


@compiled
def bracket(axis: Floats, value: float) -> tuple[int, float]:
    """Index and weight for linear interpolation; values outside are held at the edge."""
    last = axis.size - 1
    if value <= axis[0]:
        return 0, 0.0
    if value >= axis[last]:
        return last - 1, 1.0
    i = 0
    while axis[i + 1] < value:
        i += 1
    return i, (value - axis[i]) / (axis[i + 1] - axis[i])


@inlined
def _at(table: Floats, k: int, c: float, j: int) -> float:
    """Resistance between two flows at one temperature."""
    value = table[k, j]
    if c > 0.0:
        value += c * (table[k + 1, j] - value)
    return float(value)


def fluid_at(table: FlowTable, flow: Floats, base: Floats, heat: Floats) -> Floats:
    """
    Return the fluid temperature where R_b* is that of design plus its change.

    Parameters
    ----------
    table : FlowTable
        Change of R_b*.
    flow : array, shape (n,)
        Of the field. [m3 s-1]
    base : array, shape (n,)
        Fluid temperature with the R_b* of design. [°C]
    heat : array, shape (n,)
        Drawn from the ground. [W m-1]

    Returns
    -------
    array, shape (n,)
        [°C]
    """
    out = np.empty(len(base))
    _fluids(table.flow, table.temperature, table.resistance, np.stack([flow, base, heat]), out)
    return out


@compiled
def fluid_with(
    flow_axis: Floats, temperature: Floats, table: Floats, flow: float, base: float, heat: float
) -> float:
    """
    Fluid temperature T = base − R(flow, T)·heat, the solution nearest to base. [°C]

    Colder fluid may be laminar, which makes it colder still: of two solutions the one is taken
    that a fluid reaches which was at ``base`` before.
    """
    k, c = bracket(flow_axis, flow)
    last = temperature.size - 1
    if last == 0 or heat == 0.0:
        return base - _at(table, k, c, 0) * heat
    even = (base - temperature[0]) / (temperature[1] - temperature[0])
    i = int(min(max(even, 0.0), last - 1.0))  # a guess; the walk below ends where it must
    low = base - _at(table, k, c, i) * heat - temperature[i]
    high = base - _at(table, k, c, i + 1) * heat - temperature[i + 1]
    while low < 0.0 and i > 0:
        i, high = i - 1, low
        low = base - _at(table, k, c, i) * heat - temperature[i]
    while high > 0.0 and i < last - 1:
        i, low = i + 1, high
        high = base - _at(table, k, c, i + 1) * heat - temperature[i + 1]
    if low <= 0.0:
        return float(temperature[i] + low)
    if high >= 0.0:
        return float(temperature[i + 1] + high)
    return float(temperature[i] + (temperature[i + 1] - temperature[i]) * low / (low - high))


@compiled
def _fluids(
    flows: Floats, temperatures: Floats, change: Floats, steps: Floats, out: Floats
) -> None:
    """Fluid temperatures of many steps: their flow, temperature and heat in rows."""
    for n in range(out.size):
        out[n] = fluid_with(flows, temperatures, change, steps[0, n], steps[1, n], steps[2, n])
