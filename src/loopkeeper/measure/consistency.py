"""Every check that sets the plant's meters against each other and against the laws."""

from loopkeeper.measure.balance import check_closure, check_efficiency, check_heat_meters
from loopkeeper.measure.clock import check_clock
from loopkeeper.measure.pairs import check_off_cycle, check_redundant, check_swapped
from loopkeeper.measure.series import PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict


def check_hours(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """
    Return what the plant's meters say against each other.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        The plant.

    Returns
    -------
    tuple of Verdict
        From the meters' wiring to the laws; empty when all is consistent or nothing can be judged.
    """
    return (
        *check_swapped(hours, plant),
        *check_off_cycle(hours, plant),
        *check_redundant(hours, plant),
        *check_heat_meters(hours),
        *check_closure(hours, plant),
        *check_efficiency(hours, plant),
        *check_clock(hours, plant),
    )
