"""
The one coupling: ground, water loops, machines and controls, marched through time.

``simulate`` serves design (candidate system), evaluation (as built, measured load), diagnosis
(as built with one change) and optimisation (forecast load). A hypothesis is a modified System.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import InputError, OutOfRangeError
from loopkeeper.physics.columns import COLUMNS
from loopkeeper.physics.control_laws import ResetLine
from loopkeeper.physics.ground import ModalGround
from loopkeeper.physics.heat_pump import Machine
from loopkeeper.physics.kernel import ControlArrays, march
from loopkeeper.physics.kernel_arrays import ground_arrays, pump_arrays
from loopkeeper.physics.machine_arrays import machine_arrays
from loopkeeper.physics.pump import PumpBank
from loopkeeper.physics.returned_water import WellGround

Floats = NDArray[np.float64]


class StagingOrder(IntEnum):
    """How machines share the load: one after the other, or all at once in equal parts."""

    SEQUENCE = 0
    EQUAL = 1


@dataclass(frozen=True, slots=True)
class Controls:
    """
    Set-points and limits. Temperatures [°C], resets [K/K].

    The full ``heating_supply`` holds at and below ``heating_reset_from``; above it the set-point
    falls by ``heating_reset`` per kelvin, not below ``heating_supply_min``. Cooling likewise: full
    ``cooling_supply`` at and above ``cooling_reset_from``, rising below it, not above
    ``cooling_supply_max``. Machines stop when source water would leave them below
    ``source_outlet_min`` or, cooling, above ``source_outlet_max``.
    """

    heating_supply: float
    cooling_supply: float
    staging: StagingOrder = StagingOrder.SEQUENCE
    heating_reset: float = 0.0
    heating_reset_from: float = 0.0
    heating_supply_min: float = 30.0
    cooling_reset: float = 0.0
    cooling_reset_from: float = 35.0
    cooling_supply_max: float = 15.0
    source_outlet_min: float = -20.0
    source_outlet_max: float = float("inf")

    @property
    def heating_line(self) -> ResetLine:
        """The heating supply by outdoor temperature."""
        return ResetLine(
            self.heating_supply,
            self.heating_reset,
            self.heating_reset_from,
            self.heating_supply_min,
        )

    @property
    def cooling_line(self) -> ResetLine:
        """The cooling supply by outdoor temperature."""
        return ResetLine(
            self.cooling_supply,
            self.cooling_reset,
            self.cooling_reset_from,
            self.cooling_supply_max,
        )


@dataclass(frozen=True, slots=True)
class System:
    """
    Everything ``simulate`` needs to know of a plant.

    ``ground`` is a borehole field or surface water (modes driven by heat) or wells (modes in
    circulated volume); ``bypass`` share of the source flow that returns to the machines without
    passing the ground [-]; ``source_heat_capacity`` and ``load_heat_capacity`` of the two waters
    [J m-3 K-1]; ``backup_heating`` and ``backup_cooling`` capacity of other equipment [W];
    ``recharge_effort`` pump electricity that recharge takes per unit of its heat [-];
    ``idle_flow`` what passes each idle machine of a running one's load water and mixes into the
    supply, while there is only heat or only cold to deliver [-];
    ``source_offset`` by which the source is warmer than its ground says [K], ``cooling_offset`` by
    how much more so while there is cold to deliver [K], and ``source_resistance`` by which it
    gives way under load [K W-1], all nothing by design.
    """

    ground: ModalGround | WellGround
    machines: tuple[Machine, ...]
    source_pumps: PumpBank
    load_pumps: PumpBank
    controls: Controls
    source_heat_capacity: float
    load_heat_capacity: float
    bypass: float = 0.0
    backup_heating: float = 0.0
    backup_cooling: float = 0.0
    recharge_effort: float = 0.0
    idle_flow: float = 0.0
    source_offset: float = 0.0
    cooling_offset: float = 0.0
    source_resistance: float = 0.0

    def pumps_of(self, loop: str) -> PumpBank:
        """Return the pumps of the ``source`` or the ``load`` loop."""
        return self.source_pumps if loop == "source" else self.load_pumps

    def with_pumps(self, loop: str, bank: PumpBank) -> "System":
        """Return the plant with other pumps on one loop."""
        if loop == "source":
            return replace(self, source_pumps=bank)
        return replace(self, load_pumps=bank)


@dataclass(frozen=True, slots=True)
class Load:
    """
    Heat and cold the building takes and recharge put into the ground, shape (n,). [W]

    ``recharge`` is negative where heat is taken out of the ground beside the machines (relief).
    """

    heating: Floats
    cooling: Floats
    recharge: Floats | None = None


@dataclass(frozen=True, slots=True)
class BoundaryConditions:
    """
    What the outside imposes, shape (n,): outdoor temperature [°C] and enabling of the plant.

    Constant-flow pumps run whenever the plant is enabled, others only under load.
    ``source_temperature`` is the natural temperature of surface water [°C], the ground's own where
    none is given; ``source_limit`` the heat the source may give or take at most [W].
    """

    outdoor_temperature: Floats
    enabled: NDArray[np.bool_]
    source_temperature: Floats | None = None
    source_limit: Floats | None = None


@dataclass(frozen=True, slots=True)
class GroundState:
    """Memory of the ground: modal drops, shape (m,). [K]"""

    modes: Floats


@dataclass(frozen=True, slots=True)
class Trajectory:
    """
    What a simulation returns: one value per step, and the state at the end.

    ``values`` has one row per step and one column per name in ``columns.COLUMNS``; read a column
    as an attribute, e.g. ``trajectory["source_supply"]``. Powers are means over the step [W],
    temperatures [°C], flows [m3 s-1].
    """

    values: Floats
    step: float
    state: GroundState

    def __getitem__(self, name: str) -> Floats:
        """Return one column."""
        return self.values[:, COLUMNS.index(name)]

    def energy(self, *names: str) -> float:
        """Return the sum of power columns over time. [J]"""
        return float(sum(self[name].sum() for name in names) * self.step)


def simulate(
    system: System,
    load: Load,
    boundary: BoundaryConditions,
    step: float,
    state: GroundState | None = None,
) -> Trajectory:
    """
    March a plant through time.

    Parameters
    ----------
    system : System
        The plant, as designed, built, found or supposed.
    load : Load
        What the building takes and what is put back into the ground, shape (n,). [W]
    boundary : BoundaryConditions
        Outdoor temperature and enabling, shape (n,). [°C]
    step : float
        Length of a step. [s]
    state : GroundState, optional
        Ground memory at the start; undisturbed ground when omitted.

    Returns
    -------
    Trajectory
        Powers, temperatures and flows of every step, and the end state.

    Raises
    ------
    InputError
        When lengths differ, heating or cooling is negative, a load is not finite, or the state
        does not fit.

    Notes
    -----
    Per step and mode: heat from the source + electricity = heat to the building (heating);
    heat to the source = cold + electricity (cooling); both close to 1e-9 relative. Machine and
    ground are solved together to 1e-7 K. Validated in tests/property/test_simulate.py.
    """
    heating, cooling, recharge = _checked_load(load, boundary)
    ground = system.ground
    count = ground.count
    modes = ground.beginning() if state is None else np.array(state.modes, dtype=np.float64)
    if modes.shape != (count,):
        raise InputError(f"state has {modes.size} modes, the ground has {count}")
    values = np.zeros((len(heating), len(COLUMNS)))
    march(
        ground_arrays(ground, system.source_resistance, step),
        machine_arrays(system.machines),
        pump_arrays(system.source_pumps),
        pump_arrays(system.load_pumps),
        _control_arrays(system),
        np.stack([heating, cooling, recharge, *_outside(system, load, boundary)], axis=1),
        np.ascontiguousarray(boundary.enabled),
        modes,
        values,
    )
    return Trajectory(values, step, GroundState(modes))


def simulate_phases(
    phases: Sequence[tuple[int, System]],
    load: Load,
    boundary: BoundaryConditions,
    step: float,
    state: GroundState | None = None,
) -> Trajectory:
    """
    March a plant that changes on the way; each phase starts where the one before ended.

    Parameters
    ----------
    phases : sequence of (int, System)
        First step of each phase, ascending and starting at 0, and the plant from then on.
    load, boundary, step, state
        As for :func:`simulate`.

    Returns
    -------
    Trajectory
        The joined phases.

    Raises
    ------
    InputError
        When the phases do not start at 0 or do not ascend.
    """
    starts = [first for first, _ in phases]
    if not starts or starts[0] != 0 or sorted(set(starts)) != starts:
        raise InputError("phases must start at step 0 and ascend")
    ends = [*starts[1:], len(load.heating)]
    parts: list[Floats] = []
    for (first, system), last in zip(phases, ends, strict=True):
        piece = slice(first, last)
        run = simulate(system, _cut_load(load, piece), _cut(boundary, piece), step, state)
        parts.append(run.values)
        state = run.state
    return Trajectory(np.concatenate(parts), step, state or GroundState(np.zeros(0)))


def _cut_load(load: Load, piece: slice) -> Load:
    recharge = None if load.recharge is None else load.recharge[piece]
    return Load(load.heating[piece], load.cooling[piece], recharge)


def _cut(boundary: BoundaryConditions, piece: slice) -> BoundaryConditions:
    def some(values: Floats | None) -> Floats | None:
        return None if values is None else values[piece]

    return BoundaryConditions(
        boundary.outdoor_temperature[piece],
        boundary.enabled[piece],
        some(boundary.source_temperature),
        some(boundary.source_limit),
    )


def _outside(
    system: System, load: Load, boundary: BoundaryConditions
) -> tuple[Floats, Floats, Floats]:
    """Outdoor and natural source temperature [°C] and the source's limit [W] of every step."""
    count = len(boundary.outdoor_temperature)
    natural, limit = boundary.source_temperature, boundary.source_limit
    own = system.ground.rest
    natural = np.full(count, own) if natural is None else natural
    limit = np.full(count, np.inf) if limit is None else limit
    if len(natural) != count or len(limit) != count or not np.all(np.isfinite(natural)):
        raise InputError("source temperature and limit need one finite value a step")
    if np.any(limit < 0):
        raise InputError("the heat a source may give must not be negative")
    offset = system.source_offset + np.where(load.cooling > 0, system.cooling_offset, 0.0)
    return boundary.outdoor_temperature, natural + offset, limit


def _checked_load(load: Load, boundary: BoundaryConditions) -> tuple[Floats, Floats, Floats]:
    """Refuse loads the kernel could only answer with nonsense."""
    recharge = np.zeros_like(load.heating) if load.recharge is None else load.recharge
    columns = (load.heating, load.cooling, recharge, boundary.outdoor_temperature)
    lengths = {len(column) for column in (*columns, boundary.enabled)}
    if len(lengths) != 1:
        raise InputError(f"loads and boundary differ in length: {sorted(lengths)}")
    if not all(np.all(np.isfinite(column)) for column in columns):
        raise InputError("loads and outdoor temperature must be finite; fill gaps first")
    if any(np.any(column < 0) for column in columns[:2]):
        raise InputError("heating and cooling must not be negative")
    return load.heating, load.cooling, recharge


def _control_arrays(system: System) -> ControlArrays:
    c = system.controls
    if not 0.0 <= system.bypass < 1.0:
        raise OutOfRangeError("by-pass must be at least 0 and below 1")
    if not 0.0 <= system.idle_flow <= 1.0:
        raise OutOfRangeError("flow of an idle machine must be from 0 to 1 of a running one's")
    return ControlArrays(
        c.heating_line,
        c.cooling_line,
        int(c.staging),
        c.source_outlet_min,
        c.source_outlet_max,
        system.bypass,
        system.source_heat_capacity,
        system.load_heat_capacity,
        system.backup_heating,
        system.backup_cooling,
        system.recharge_effort,
        system.idle_flow,
    )
