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
    checks = (
        check_swapped,
        check_off_cycle,
        check_redundant,
        check_heat_meters,
        check_closure,
        check_efficiency,
        check_clock,
    )
    return tuple(verdict for check in checks for verdict in check(hours, plant))
