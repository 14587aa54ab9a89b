"""Pressure in the source loop: pipes, headers, branches, and where the pumps then run."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.fluid import FluidProperties
from loopkeeper.physics.pump import SHUT_OFF_HEAD, PumpBank
from loopkeeper.units import GRAVITY

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pipe:
    """
    A run of pipe.

    ``diameter`` inner [m], ``length`` [m], ``roughness`` [m], ``fittings`` sum of loss
    coefficients ζ [-].
    """

    diameter: float
    length: float
    roughness: float = 1e-5
    fittings: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a pipe that is none."""
        if self.diameter <= 0 or self.length < 0 or self.roughness < 0 or self.fittings < 0:
            raise OutOfRangeError(
                f"pipe of {self.diameter:g} m inner diameter, {self.length:g} m long: allowed "
                "positive diameter, nothing negative"
            )

    def loss(self, flow: float, fluid: FluidProperties) -> float:
        """Return the head lost at a flow, with its sign. [m3 s-1] → [m]"""
        area = 0.25 * np.pi * self.diameter**2
        speed = abs(flow) / area
        reynolds = speed * self.diameter * fluid.density / fluid.viscosity
        factor = friction_factor(reynolds, self.roughness / self.diameter)
        coefficient = factor * self.length / self.diameter + self.fittings
        return float(np.sign(flow) * coefficient * speed**2 / (2 * GRAVITY))


def friction_factor(reynolds: float, roughness: float) -> float:
    r"""
    Return the Darcy friction factor in laminar, transitional and turbulent flow.

    Parameters
    ----------
    reynolds : float
        [-]
    roughness : float
        Over the diameter. [-]

    Returns
    -------
    float
        Churchill (1977); 64/Re when laminar. Zero flow has none. [-]
    """
    if reynolds <= 0:
        return 0.0
    laminar = (8.0 / reynolds) ** 12
    a = (2.457 * np.log(1.0 / ((7.0 / reynolds) ** 0.9 + 0.27 * roughness))) ** 16
    b = (37530.0 / reynolds) ** 16
    return float(8.0 * (laminar + 1.0 / (a + b) ** 1.5) ** (1.0 / 12.0))


@dataclass(frozen=True)
class PipeLoop:
    """
    A source loop: ``common`` runs in series, then parallel ``branches``, each runs in series.

    ``fixed`` head lost in exchangers at their design flow: pairs of head [m] and flow [m3 s-1].
    """

    common: tuple[Pipe, ...]
    branches: tuple[tuple[Pipe, ...], ...]
    fixed: tuple[tuple[float, float], ...] = ()


def branch_flows(loop: PipeLoop, flow: float, fluid: FluidProperties) -> tuple[Floats, float]:
    """
    Return how a flow divides over parallel branches, and the head they share.

    Parameters
    ----------
    loop : PipeLoop
        At least one branch.
    flow : float
        Of the loop. [m3 s-1]
    fluid : FluidProperties
        Heat carrier.

    Returns
    -------
    flows : array, shape (branches,)
        [m3 s-1]
    head : float
        Lost in each branch. [m]

    Raises
    ------
    OutOfRangeError
        Without branches or flow.
    """
    if not loop.branches or flow <= 0:
        raise OutOfRangeError(
            f"{len(loop.branches)} branches, flow {flow:g} m³/s: allowed above 0"
        )

    def through(head: float) -> Floats:
        return np.array([_flow_at(branch, head, fluid, flow) for branch in loop.branches])

    top = max(sum(p.loss(flow, fluid) for p in branch) for branch in loop.branches) + 1e-9
    head = brentq(lambda h: through(h).sum() - flow, 0.0, top, xtol=1e-12 * top, rtol=1e-12)
    flows = through(float(head))
    return flows * flow / flows.sum(), float(head)


def _flow_at(branch: tuple[Pipe, ...], head: float, fluid: FluidProperties, most: float) -> float:
    """Flow of one branch at a head. [m3 s-1]"""
    if head <= 0:
        return 0.0
    return float(
        brentq(
            lambda q: sum(p.loss(q, fluid) for p in branch) - head,
            0.0,
            4 * most,
            xtol=1e-14,
            rtol=1e-12,
        )
    )


def imbalance(flows: Floats) -> float:
    """Return the largest deviation of a branch from the mean flow, over the mean. [-]"""
    mean = float(np.mean(flows))
    return float(np.abs(flows - mean).max() / mean)


def loop_head(loop: PipeLoop, flow: float, fluid: FluidProperties) -> float:
    """
    Return the head a loop needs.

    Parameters
    ----------
    loop : PipeLoop
        Pipes and exchangers.
    flow : float
        [m3 s-1]
    fluid : FluidProperties
        Heat carrier.

    Returns
    -------
    float
        [m]
    """
    common = sum(pipe.loss(flow, fluid) for pipe in loop.common)
    fixed = sum(head * (flow / design) ** 2 for head, design in loop.fixed)
    return float(common + fixed + branch_flows(loop, flow, fluid)[1])


def operating_point(bank: PumpBank, loop: PipeLoop, fluid: FluidProperties) -> tuple[float, float]:
    """
    Return flow and head where all pumps of a bank meet a loop.

    Parameters
    ----------
    bank : PumpBank
        Equal pumps in parallel at full speed.
    loop : PipeLoop
        What they push through.
    fluid : FluidProperties
        Heat carrier.

    Returns
    -------
    flow, head : float
        [m3 s-1], [m]

    Raises
    ------
    OutOfRangeError
        When the loop needs more head than the pumps have at any flow.
    """
    rated = bank.count * bank.flow

    def surplus(flow: float) -> float:
        x = flow / rated
        pump = bank.head * (SHUT_OFF_HEAD - (SHUT_OFF_HEAD - 1.0) * x**2)
        return pump - loop_head(loop, flow, fluid)

    highest = rated * (SHUT_OFF_HEAD / (SHUT_OFF_HEAD - 1.0)) ** 0.5
    if surplus(1e-3 * rated) <= 0:
        raise OutOfRangeError("the loop needs more head than the pumps have at any flow")
    flow = float(brentq(surplus, 1e-3 * rated, highest))
    return flow, loop_head(loop, flow, fluid)
