r"""
Groups of abstraction and injection wells: thermal breakthrough, return flow, and their reduction.

Plane flow in a confined aquifer of even thickness; heat moves with the water, retarded by the
grains, and is exchanged by conduction with thick layers above and below.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import Aquifer
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.returned_water import WellGround, fit_delayed
from loopkeeper.physics.well_heads import well_distances

Floats = NDArray[np.float64]

TUBES: Final = 240
"""Stream tubes that leave each injection well. [-]"""
DISPERSION: Final = 0.05
"""Longitudinal dispersivity over path length: the low end of field values (0.05 … 0.2). [-]"""
LONGEST_PATH: Final = 4000
"""Steps after which a stream line counts as lost to the regional flow. [-]"""


@dataclass(frozen=True)
class WellGroup:
    """
    Wells of one aquifer.

    ``x``, ``y`` places [m] and ``flow`` positive when a well injects [m3 s-1], shape (n,);
    ``radius`` of the wells [m]; ``direction`` the regional flow heads to, from the x axis [rad].
    """

    x: Floats
    y: Floats
    flow: Floats
    radius: float = 0.15
    direction: float = 0.0

    def __post_init__(self) -> None:
        """Refuse groups without both sorts of wells, and wells in one another."""
        if not (np.any(self.flow > 0) and np.any(self.flow < 0)):
            raise OutOfRangeError(
                "a well group needs at least one well that pumps and one that injects"
            )
        well_distances(self.x, self.y, self.radius)


@dataclass(frozen=True, slots=True)
class Cover:
    """Layers above and below an aquifer: conductivity [W m-1 K-1], heat capacity [J m-3 K-1]."""

    conductivity: float = 1.8
    heat_capacity: float = 2.4e6


@dataclass(frozen=True)
class Tubes:
    """
    Stream tubes from injection to abstraction: share of the injected water and travel time.

    ``share`` [-] and ``time`` of the heat front [s], shape (m,); ``lost`` share that leaves with
    the regional flow [-].
    """

    share: Floats
    time: Floats
    lost: float


def stream_tubes(group: WellGroup, aquifer: Aquifer, *, tubes: int = TUBES) -> Tubes:
    """
    Follow the injected water of a group to the wells that pump it.

    Parameters
    ----------
    group : WellGroup
        The wells.
    aquifer : Aquifer
        Thickness, heat capacity, regional flux.
    tubes : int
        From each injection well. [-]

    Returns
    -------
    Tubes
        Shares sum to one together with what is lost.

    Notes
    -----
    Fourth-order Runge–Kutta along the sum of well potentials and the regional flow, steps bound to
    a share of the distance to the nearest well; all lines of all wells at once.
    """
    inject = np.flatnonzero(group.flow > 0)
    angle = (np.arange(tubes) + 0.5) / tubes * 2 * np.pi
    x = np.concatenate([group.x[i] + 1.01 * group.radius * np.cos(angle) for i in inject])
    y = np.concatenate([group.y[i] + 1.01 * group.radius * np.sin(angle) for i in inject])
    share = np.repeat(group.flow[inject] / group.flow[inject].sum() / tubes, tubes)
    pump = np.flatnonzero(group.flow < 0)
    passed = np.zeros(len(x))
    arrived = np.zeros(len(x), dtype=bool)
    active = np.ones(len(x), dtype=bool)
    extent = 30 * max(np.ptp(group.x), np.ptp(group.y), 10.0)
    ratio = aquifer.heat_capacity / WATER
    for _ in range(LONGEST_PATH):
        here = np.flatnonzero(active)
        if not len(here):
            break
        x[here], y[here], step = _followed(group, aquifer, x[here], y[here], extent)
        passed[here] += step * ratio
        near = np.hypot(x[here, None] - group.x[pump], y[here, None] - group.y[pump]).min(axis=1)
        home = near < 3 * group.radius
        gone = np.hypot(x[here] - group.x.mean(), y[here] - group.y.mean()) > extent
        arrived[here[home]] = True
        active[here[home | gone]] = False
    return Tubes(share[arrived], passed[arrived], float(share[~arrived].sum()))


def _followed(
    group: WellGroup, aquifer: Aquifer, x: Floats, y: Floats, extent: float
) -> tuple[Floats, Floats, Floats]:
    """Points one Runge–Kutta step further along their stream lines, and the time it took. [s]"""
    distance = np.hypot(x[:, None] - group.x, y[:, None] - group.y)
    u, v = _flux(group, aquifer, x, y)
    length = np.minimum(0.12 * distance.min(axis=1), extent / 100)
    step = length / np.hypot(u, v)
    u2, v2 = _flux(group, aquifer, x + 0.5 * step * u, y + 0.5 * step * v)
    u3, v3 = _flux(group, aquifer, x + 0.5 * step * u2, y + 0.5 * step * v2)
    u4, v4 = _flux(group, aquifer, x + step * u3, y + step * v3)
    along = (u + 2 * u2 + 2 * u3 + u4) / 6, (v + 2 * v2 + 2 * v3 + v4) / 6
    return x + step * along[0], y + step * along[1], step


def _flux(group: WellGroup, aquifer: Aquifer, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Darcy flux at points. [m s-1]"""
    dx, dy = x[:, None] - group.x, y[:, None] - group.y
    square = np.maximum(dx**2 + dy**2, (0.5 * group.radius) ** 2)
    strength = group.flow / (2 * np.pi * aquifer.thickness)
    u = (strength * dx / square).sum(axis=1) + aquifer.velocity * np.cos(group.direction)
    v = (strength * dy / square).sum(axis=1) + aquifer.velocity * np.sin(group.direction)
    return u, v


def group_feedback(
    tubes: Tubes, aquifer: Aquifer, *, time: Floats, cover: Cover, dispersion: float = 0.0
) -> Floats:
    r"""
    Return the share of a constant deficit that comes back, with conduction to the layers around.

    Parameters
    ----------
    tubes : Tubes
        Of the group at design flow.
    aquifer : Aquifer
        Thickness and heat capacity.
    time : array, shape (n,)
        Since injection began. [s]
    cover : Cover
        The layers above and below.
    dispersion : float
        Longitudinal dispersivity over the length of the path. [-]

    Returns
    -------
    array, shape (n,)
        f(t), at most 1 minus the lost share. [-]

    Notes
    -----
    Each tube: :math:`\mathrm{erfc}(\sqrt{k_R C_R}\,t_h / (b C_A\sqrt{t - t_h}))`, Lauwerier
    (1955) for water that travelled t_h. With dispersion each tube's arrival is spread as the
    front of an advection–dispersion column.
    """
    loss = np.sqrt(cover.conductivity * cover.heat_capacity) / (
        aquifer.thickness * aquifer.heat_capacity
    )
    moments = np.asarray(time)[:, None]
    answer = np.zeros(len(moments))
    for factor, weight in _spread_fronts(dispersion):
        left = moments - factor * tubes.time[None, :]
        late = left > 0
        met = loss * factor * tubes.time / np.sqrt(np.where(late, left, 1.0))
        answer += weight * (np.where(late, erfc(met), 0.0) @ tubes.share)
    return answer


def _spread_fronts(dispersion: float) -> list[tuple[float, float]]:
    """Arrival times over the mean and their weights: log-normal of variance 2 α/L."""
    if dispersion <= 0:
        return [(1.0, 1.0)]
    node, weight = np.polynomial.hermite_e.hermegauss(48)
    width = np.sqrt(2 * dispersion)
    factors = np.exp(width * node - 0.5 * width**2)
    return list(zip(factors.tolist(), (weight / weight.sum()).tolist(), strict=True))


def group_curve(
    group: WellGroup,
    aquifer: Aquifer,
    *,
    horizon: float,
    cover: Cover = Cover(),
    dispersion: float = DISPERSION,
) -> tuple[Floats, Floats]:
    """
    Return how much of a constant deficit of the injected water comes back, by pumped volume.

    Parameters
    ----------
    group : WellGroup
        Wells at design flow; injected water is mixed, pumped water too.
    aquifer : Aquifer
        The aquifer.
    horizon : float
        Circulation to be covered. [s]
    cover : Cover
        The layers above and below.
    dispersion : float
        Longitudinal dispersivity over the length of the path. [-]

    Returns
    -------
    volume, feedback : arrays
        [m3], [-]; water that is not injected again brings nothing back.

    Raises
    ------
    OutOfRangeError
        When more is injected than pumped.
    """
    pumped, injected = -group.flow[group.flow < 0].sum(), group.flow[group.flow > 0].sum()
    if injected > pumped * (1 + 1e-6):
        raise OutOfRangeError(f"injected {injected:.4g} m³/s exceeds pumped {pumped:.4g} m³/s")
    tubes = stream_tubes(group, aquifer)
    first = float(tubes.time.min()) if len(tubes.time) else horizon
    time = np.geomspace(min(first, horizon) / 20, horizon, 240)
    response = group_feedback(tubes, aquifer, time=time, cover=cover, dispersion=dispersion)
    return pumped * time, response * injected / pumped


def group_ground(group: WellGroup, aquifer: Aquifer, *, horizon: float) -> WellGround:
    """
    Return a well group in modal form.

    Parameters
    ----------
    group : WellGroup
        Wells at design flow.
    aquifer : Aquifer
        The aquifer.
    horizon : float
        Circulation the reduction must cover. [s]

    Returns
    -------
    WellGround
        Between usual layers, see :func:`group_curve`.

    Raises
    ------
    OutOfRangeError
        When more is injected than pumped.
    """
    volumes, coefficients = fit_delayed(*group_curve(group, aquifer, horizon=horizon))
    return WellGround(aquifer.temperature, volumes, coefficients)
