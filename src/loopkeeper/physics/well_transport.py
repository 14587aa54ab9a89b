r"""
Heat carried around a circulating well: an axisymmetric finite-volume model.

Water leaves one zone of the well, crosses the aquifer and enters another. Temperatures are kept
as deficits below the undisturbed ground, so that one run serves heating and cooling.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import UnphysicalError
from loopkeeper.physics.aquifer import Aquifer
from loopkeeper.physics.compiled import compiled
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.well_flow import WellFlow
from loopkeeper.units import DAY

Floats = NDArray[np.float64]

COURANT: Final = 0.8
"""Share of the longest stable time step that is used. [-]"""


@compiled
def _limited(before: float, here: float, after: float, courant: float) -> float:
    """Value at a face downstream of `here`: van Leer's limiter with Lax–Wendroff's time part."""
    rise = after - here
    if rise == 0.0:
        return here
    ratio = (here - before) / rise
    limiter = (ratio + abs(ratio)) / (1.0 + abs(ratio))
    return here + 0.5 * limiter * (1.0 - courant) * rise


@compiled
def _wall_deficits(
    fluxes: tuple[Floats, Floats, Floats, float],
    skin: Floats,
    value: Floats,
    entering: float,
    wall: Floats,
    soaked: Floats,
) -> float:
    """
    Set the deficit of water at each wall face and the heat soaked up by the wall [W].

    Returns the deficit of the water taken. Water in a packing also exchanges heat with the wall it
    passes, by conduction through the ground's first half cell (`skin`, W K-1).
    """
    radial, _, column, flow = fluxes
    nz = value.shape[1]
    if column[0] == 0.0:  # screens: what enters the aquifer is the return, what leaves is mixed
        taken = 0.0
        for j in range(nz):
            wall[j] = entering
            soaked[j] = 0.0
            if radial[0, j] < 0.0:
                taken -= radial[0, j] * value[0, j]
        return taken / flow
    carried = entering  # packing: water sinks from the top, loses some, gains some
    amount = flow
    for k in range(nz):
        j = nz - 1 - k
        exchange = radial[0, j]
        if exchange < 0.0:
            carried = float((amount * carried - exchange * value[0, j]) / (amount - exchange))
            amount = float(amount - exchange)
        passing = WATER * max(amount, 1e-12)
        cooled = value[0, j] + (carried - value[0, j]) * np.exp(-skin[j] / passing)
        soaked[j] = passing * (carried - cooled)
        carried = float(cooled)
        wall[j] = carried
        amount = float(amount - max(exchange, 0.0))
    return carried


@compiled
def face_heat(
    face: float, around: tuple[float, float, float, float], stores: tuple[float, float]
) -> float:
    """Heat carried through a face; around = values before, below, above and behind it. [W]"""
    if face > 0.0:
        return WATER * face * _limited(around[0], around[1], around[2], WATER * face * stores[0])
    return WATER * face * _limited(around[3], around[2], around[1], -WATER * face * stores[1])


@compiled
def _outward_rates(
    radial: Floats,
    outwards: Floats,
    store: Floats,
    value: Floats,
    wall: tuple[Floats, Floats],
    rate: Floats,
) -> None:
    """Set the rates of all cells to what crosses the well's wall and the radial faces. [W]"""
    nr, nz = value.shape
    for i in range(nr):
        for j in range(nz):
            rate[i, j] = 0.0
    water, soaked = wall
    for j in range(nz):
        face = radial[0, j]
        rate[0, j] += soaked[j] + WATER * face * (water[j] if face > 0.0 else value[0, j])
    for i in range(1, nr):
        for j in range(nz):
            low, high = value[i - 1, j], value[i, j]
            inner = water[j] if radial[0, j] > 0.0 else value[0, j]
            before = value[i - 2, j] if i > 1 else inner
            behind = value[i + 1, j] if i < nr - 1 else high
            around = (before, low, high, behind)
            carried = face_heat(radial[i, j], around, (store[i - 1, j], store[i, j]))
            carried += outwards[i, j] * (low - high)
            rate[i - 1, j] -= carried
            rate[i, j] += carried


@compiled
def _upward_rates(
    vertical: Floats, upwards: Floats, store: Floats, value: Floats, rate: Floats
) -> None:
    """Add what crosses the vertical faces. [W]"""
    nr, nz = value.shape
    for i in range(nr):
        for j in range(1, nz):
            low, high = value[i, j - 1], value[i, j]
            before = value[i, j - 2] if j > 1 else low
            behind = value[i, j + 1] if j < nz - 1 else high
            around = (before, low, high, behind)
            carried = face_heat(vertical[i, j], around, (store[i, j - 1], store[i, j]))
            carried += upwards[i, j] * (low - high)
            rate[i, j - 1] -= carried
            rate[i, j] += carried


@compiled
def _advance(
    fluxes: tuple[Floats, Floats, Floats, float],
    solid: tuple[Floats, Floats, Floats],
    value: Floats,
    work: tuple[Floats, Floats, Floats],
    drive: tuple[float, float],
    count: int,
) -> float:
    """
    Advance the deficits by `count` explicit steps; return the mean deficit of the water taken.

    drive = amount [K] and mode: 0 when it is the deficit entering, 1 when it is added to what was
    taken.
    """
    radial, vertical = fluxes[0], fluxes[1]
    store, outwards, upwards = solid
    rate, wall, soaked = work
    amount, mode = drive
    nr, nz = value.shape
    taken, mean = float(wall[nz]), 0.0
    for _ in range(count):
        entering = taken + amount if mode > 0.0 else amount
        taken = _wall_deficits(fluxes, outwards[0], value, entering, wall, soaked)
        mean += taken
        _outward_rates(radial, outwards, store, value, (wall, soaked), rate)
        _upward_rates(vertical, upwards, store, value, rate)
        for i in range(nr):
            for j in range(nz):
                value[i, j] += store[i, j] * rate[i, j]
    wall[nz] = taken
    return mean / max(count, 1)


class WellTransport:
    """
    The heat around one circulating well, marched through time.

    Parameters
    ----------
    aquifer : Aquifer
        Thermal properties.
    flow : WellFlow
        Its steady flow.
    """

    def __init__(self, aquifer: Aquifer, flow: WellFlow) -> None:
        self.aquifer, self.flow = aquifer, flow
        r, z = flow.radius, flow.height
        self._area = np.pi * np.diff(r**2)
        self._volume = self._area[:, None] * np.diff(z)[None, :]
        centre = 0.5 * (r[1:] + r[:-1])
        k = aquifer.thermal_conductivity
        self._outwards = np.zeros((len(r), len(z) - 1))
        self._outwards[1:-1] = (
            2 * np.pi * k * np.diff(z) / np.log(centre[1:] / centre[:-1])[:, None]
        )
        if self.flow.column[0] > 0:  # a packing's water touches the wall it passes
            self._outwards[0] = 2 * np.pi * k * np.diff(z) / np.log(centre[0] / r[0])
        self._upwards = np.zeros((len(r) - 1, len(z)))
        self._upwards[:, 1:-1] = (
            k * self._area[:, None] / (0.5 * (np.diff(z)[1:] + np.diff(z)[:-1]))
        )
        self.deficit = np.zeros_like(self._volume)
        self._wall = np.zeros(len(z))

    @property
    def stored(self) -> float:
        """Heat taken from the ground so far. [J]"""
        return float((self.deficit * self._volume).sum() * self.aquifer.heat_capacity)

    def _longest_step(self, share: float) -> float:
        radial, vertical = share * self.flow.radial, share * self.flow.vertical
        out = np.maximum(radial[1:], 0) + np.maximum(-radial[:-1], 0)
        out += np.maximum(vertical[:, 1:], 0) + np.maximum(-vertical[:, :-1], 0)
        spread = (
            self._outwards[1:] + self._outwards[:-1] + self._upwards[:, 1:] + self._upwards[:, :-1]
        )
        capacity = self._volume * self.aquifer.heat_capacity
        return float((capacity / (WATER * out + spread)).min() * COURANT)

    def run(
        self,
        duration: float,
        *,
        share: float = 1.0,
        entering: float | None = None,
        spread: float = 0.0,
    ) -> float:
        """
        March on with one flow and either a given return temperature or a given spread.

        Parameters
        ----------
        duration : float
            [s]
        share : float
            Flow over the flow the fields were solved for; 0 when the well rests. [-]
        entering : float, optional
            Deficit of the returned water below undisturbed ground. [K]
        spread : float
            Used when `entering` is not given: returned water is this much colder than the water
            taken. [K]

        Returns
        -------
        float
            Mean deficit of the water taken; what stands at the intake when the well rests. [K]

        Raises
        ------
        UnphysicalError
            When the field leaves the range of what entered it.
        """
        longest = self._longest_step(share)
        count = max(1, int(np.ceil(duration / longest)))
        step = duration / count
        store = step / (self._volume * self.aquifer.heat_capacity)
        flow = self.flow
        fluxes = (
            share * flow.radial,
            share * flow.vertical,
            share * flow.column,
            max(share * flow.flow, 1e-30),
        )
        drive = (spread, 1.0) if entering is None else (entering, 0.0)
        mean = _advance(
            fluxes,
            (store, self._outwards, self._upwards),
            self.deficit,
            (np.empty_like(self.deficit), self._wall, np.empty(self.deficit.shape[1])),
            drive,
            count,
        )
        if not np.all(np.isfinite(self.deficit)):
            raise UnphysicalError("temperatures around the well are not finite")
        return float(mean)


def feedback_response(aquifer: Aquifer, flow: WellFlow, *, time: Floats) -> Floats:
    """
    Return how much of a constant deficit of the returned water reaches the intake.

    Parameters
    ----------
    aquifer : Aquifer
        Thermal properties.
    flow : WellFlow
        Steady flow around the well.
    time : array, shape (n,)
        Ascending times of constant circulation. [s]

    Returns
    -------
    array, shape (n,)
        f(t) between 0 (fresh ground) and 1 (all short circuit). [-]

    Notes
    -----
    Validated in tests/validation/test_single_well.py against day-by-day curves of an independent
    finite-volume code, OpenGeoSys and MODFLOW 6.
    """
    model = WellTransport(aquifer, flow)
    answer = np.empty(len(time))
    now = 0.0
    for n, moment in enumerate(time):
        tail = min(0.02 * (moment - now), DAY / 8)
        if moment - tail > now:
            model.run(moment - tail - now, entering=1.0)
        answer[n] = model.run(tail, entering=1.0)
        now = moment
    return answer
