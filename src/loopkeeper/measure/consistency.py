"""Every check that sets the plant's meters against each other and against the laws."""

from collections.abc import Callable, Sequence
from typing import Final

from loopkeeper.measure.balance import (
    check_closure,
    check_efficiency,
    check_pumping,
)
from loopkeeper.measure.clock import check_clock
from loopkeeper.measure.heat_meters import check_heat_meters
from loopkeeper.measure.machine_meters import check_machine_meters
from loopkeeper.measure.pairs import check_off_cycle, check_redundant, check_swapped
from loopkeeper.measure.series import PlantHours
from loopkeeper.measure.trust import withhold
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

Check = Callable[[PlantHours, Plant], tuple[Verdict, ...]]

ROUNDS: Final[tuple[tuple[Check, ...], ...]] = (
    (check_swapped,),
    (check_off_cycle, check_redundant),
    (check_heat_meters,),
    (check_machine_meters,),
    (check_closure, check_efficiency, check_pumping),
    (check_clock,),
)
"""From the meters' wiring to the laws: who is blamed in one round is not judged in the next."""


def judged_hours(
    hours: PlantHours, plant: Plant, said: Sequence[Verdict] = ()
) -> tuple[PlantHours, tuple[Verdict, ...]]:
    """
    Set the plant's meters against each other and withhold what problems make worthless.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        The plant.
    said : sequence of Verdict
        What was said of the readings; its problems withhold first.

    Returns
    -------
    PlantHours
        Without the values of blamed channels.
    verdicts : tuple of Verdict
        What the checks found; empty when all is consistent or nothing can be judged.
    """
    hours = withhold(hours, plant, said)
    found: list[Verdict] = []
    for checks in ROUNDS:
        new = [verdict for check in checks for verdict in check(hours, plant)]
        hours = withhold(hours, plant, new)
        found += new
    return hours, tuple(found)


def check_hours(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """Return what the plant's meters say against each other."""
    return judged_hours(hours, plant)[1]
