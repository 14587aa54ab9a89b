"""Circulation pumps on a closed loop: curves, affinity laws, and how they are driven."""

from dataclasses import dataclass, replace
from enum import IntEnum

from loopkeeper.errors import OutOfRangeError

SHUT_OFF_HEAD = 1.25
"""Head at zero flow over head at the rating point, typical of a single-stage pump. [-]"""


BRANCH_SHARE = 0.6
"""Share of the head lost in a machine's own branch (its exchanger), the rest in common. [-]"""


class PumpMode(IntEnum):
    """How a bank of pumps follows its machines."""

    CONSTANT = 0
    ONE_PER_MACHINE = 1
    VARIABLE = 2


@dataclass(frozen=True, slots=True)
class PumpBank:
    r"""
    Equal pumps in parallel on a closed loop.

    ``count`` duty pumps; ``flow`` [m3 s-1], ``head`` [m] and ``electricity`` [W] of one pump at
    its rating point; ``mode``; ``minimum_speed`` of a variable drive [-]; ``design_spread`` the
    temperature change a variable drive holds [K].

    Notes
    -----
    At speed s and relative flow x = Q/(s Q_r) one pump follows

    .. math::
        h/h_r = s^2 (1.25 - 0.25 x^2), \qquad
        P/P_r = s^3\, \frac{1.25 - 0.25 x^2}{2 - x},

    the second from an efficiency parabola with its best point at the rating. The loop is closed:
    head goes with flow squared and passes through the rating of all pumps together.
    """

    count: int
    flow: float
    head: float
    electricity: float
    mode: PumpMode
    minimum_speed: float = 0.4
    design_spread: float = 5.0

    def __post_init__(self) -> None:
        """Refuse pumps that move nothing."""
        if self.count < 1 or self.flow <= 0 or self.electricity < 0:
            raise OutOfRangeError("a pump bank needs at least one pump with positive flow")

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
    system = (1.0 - BRANCH_SHARE) * share**2 + BRANCH_SHARE
    x = (SHUT_OFF_HEAD / (system + SHUT_OFF_HEAD - 1.0)) ** 0.5
    power = (SHUT_OFF_HEAD - (SHUT_OFF_HEAD - 1.0) * x**2) / (2.0 - x)
    return running * bank.flow * x, running * bank.electricity * power
