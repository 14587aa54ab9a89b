"""Circulation pumps on a closed loop: curves, affinity laws, and how they are driven."""

from dataclasses import dataclass, replace
from enum import IntEnum

from loopkeeper.errors import OutOfRangeError

SHUT_OFF_HEAD = 1.25
"""Head at zero flow over head at the rating point, typical of a single-stage pump. [-]"""


BRANCH_SHARE = 0.6
"""Usual share of the head lost in a machine's own branch (its exchanger). [-]"""


class PumpMode(IntEnum):
    """How a bank of pumps follows its machines."""

    CONSTANT = 0
    ONE_PER_MACHINE = 1
    VARIABLE = 2


@dataclass(frozen=True, slots=True)
class DriveLaw:
    r"""
    What a variable drive moves, and against which head.

    ``base_flow`` that goes round without load and ``slope`` by which it rises with the flow the
    load needs at its design spread, both of the flow of all pumps; ``static`` share of the head
    that does not fall with flow. [-]

    Notes
    -----
    With r the flow needed and q the flow moved, of that of all pumps at full speed,

    .. math::
        q = b + s\,r, \qquad P/P_{top} = q\,(a + (1 - a) q^2).

    (0, 1, 0) holds the temperature difference on a closed loop (cube law); a pressure held before
    thermostatic valves moves more than is needed and keeps part of its head, (0.45, 0.5, 0.35)
    being usual.
    """

    base_flow: float = 0.0
    slope: float = 1.0
    static: float = 0.0

    def held(self) -> "DriveLaw":
        """Return the law that moves at full need what is needed, alike in everything else."""
        full = self.base_flow + self.slope
        return DriveLaw(self.base_flow / full, self.slope / full, self.static)


HOLDS_SPREAD = DriveLaw()
HOLDS_PRESSURE = DriveLaw(0.45, 0.5, 0.35)
"""Drives that hold the temperature difference, or the pressure before thermostatic valves."""


@dataclass(frozen=True, slots=True)
class PumpBank:
    r"""
    Equal pumps in parallel on a closed loop.

    ``count`` duty pumps; ``flow`` [m3 s-1], ``head`` [m] and ``electricity`` [W] of one pump at
    its rating point; ``mode``; ``minimum_speed`` of a variable drive [-]; ``design_spread`` the
    temperature change that goes with the load's own flow [K]; ``law`` of a variable drive;
    ``idle`` share of all pumps that goes on while the plant is enabled and no machine runs, None
    for all of constant and none of other pumps [-]; ``branch`` share of the head lost in each
    machine's own branch, the rest in what all have in common [-].

    Notes
    -----
    At speed s and relative flow x = Q/(s Q_r) one pump follows

    .. math::
        h/h_r = s^2 (1.25 - 0.25 x^2), \qquad
        P/P_r = s^3\, [1 + \tfrac12 (x - 1) + \tfrac14 (x - 1)^2],

    the second being the expansion about the rating of the draw that an efficiency parabola with
    its best point there gives, :math:`(1.25 - 0.25 x^2)/(2 - x)`; the parabola itself has no
    efficiency left at twice the flow, where real pumps still have some. The loop is closed:
    head goes with flow squared and passes through the rating of all pumps together. A variable
    drive follows its law (:class:`DriveLaw`).
    """

    count: int
    flow: float
    head: float
    electricity: float
    mode: PumpMode
    minimum_speed: float = 0.4
    design_spread: float = 5.0
    law: DriveLaw = HOLDS_SPREAD
    idle: float | None = None
    branch: float = BRANCH_SHARE

    def __post_init__(self) -> None:
        """Refuse pumps that move nothing."""
        if self.count < 1 or self.flow <= 0 or self.electricity < 0:
            raise OutOfRangeError("a pump bank needs at least one pump with positive flow")

    @property
    def goes_on(self) -> float:
        """Share that runs while the plant is enabled and no machine runs. [-]"""
        return float(self.mode is PumpMode.CONSTANT) if self.idle is None else self.idle

    def as_found(self, *, flow_factor: float, electricity_factor: float) -> "PumpBank":
        """Return the bank with flow and electricity of each pump multiplied. [-]"""
        return replace(
            self,
            flow=self.flow * flow_factor,
            electricity=self.electricity * electricity_factor,
        )


def parallel_operation(bank: PumpBank, running: int) -> tuple[float, float]:
    """
    Return flow and electricity of some of the pumps at full speed on the common loop.

    Parameters
    ----------
    bank : PumpBank
        The bank.
    running : int
        Pumps that run, 0 … count. [-]

    Returns
    -------
    flow, electricity : float
        Of the running pumps together. [m3 s-1], [W]

    Raises
    ------
    OutOfRangeError
        When more pumps should run than there are.

    Notes
    -----
    Intersection of pump and system curve in closed form:
    :math:`x^2 = 1.25 / ((1-b)(n/N)^2 + b + 0.25)` with b the branch share. Fewer pumps run
    further out on their curve: two of four move more than half the flow.
    """
    if not 0 <= running <= bank.count:
        raise OutOfRangeError(f"{running} pumps of {bank.count} cannot run")
    if running == 0:
        return 0.0, 0.0
    share = running / bank.count
    system = (1.0 - bank.branch) * share**2 + bank.branch
    x = (SHUT_OFF_HEAD / (system + SHUT_OFF_HEAD - 1.0)) ** 0.5
    power = 1.0 + 0.5 * (x - 1.0) + 0.25 * (x - 1.0) ** 2
    return running * bank.flow * x, running * bank.electricity * power
