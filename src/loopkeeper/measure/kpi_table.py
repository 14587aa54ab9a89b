"""All key figures of a period at once."""

from loopkeeper.measure.kpi import (
    BOUNDARIES,
    MODES,
    consumed_electricity,
    delivered_energy,
    performance_factor,
    pump_share,
)
from loopkeeper.measure.kpi_basis import Answer, KpiRefusal, KpiValue
from loopkeeper.measure.kpi_loop import (
    mean_temperature_difference,
    source_energies,
    specific_pump_energy,
    thermal_balance_ratio,
)
from loopkeeper.measure.metered import electric_backups, meters
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

LOOPS = ("source", "load")
YEAR = 8600
"""Hours from which a period counts as a year. [h]"""


def key_figures(hours: PlantHours, plant: Plant, period: Period) -> tuple[Answer, ...]:
    """
    Return every key figure of a period, or why it cannot be given.

    Performance factors by mode and boundary first, then energies, then the loops.
    """
    common = (hours, plant, period)
    answers: list[Answer] = []
    for mode in MODES:
        answers += [
            performance_factor(*common, boundary, mode)
            for boundary in BOUNDARIES
            if not boundary.only_with or meters(hours, plant, boundary.only_with)
        ]
    for mode in MODES:
        answers.append(delivered_energy(*common, mode))
    backup = ("backup",) if electric_backups(hours, plant) else ()
    for group in ("machines", *LOOPS, *backup):
        answers.append(consumed_electricity(*common, group))
    for loop in LOOPS:
        answers.append(pump_share(*common, loop))
        answers.append(specific_pump_energy(*common, loop))
        answers += [mean_temperature_difference(*common, loop, mode) for mode in MODES]
    answers += source_energies(*common)
    balance = thermal_balance_ratio(*common)
    short = isinstance(balance, KpiValue) and period.hours < YEAR
    answers.append(_of_a_year(balance) if short else balance)
    return tuple(answers)


def _of_a_year(answer: Answer) -> KpiRefusal:
    """Refuse a figure that a part of a year would turn upside down."""
    figures = {"kpi": answer.name, "boundary": answer.boundary, "mode": answer.mode}
    reason = Verdict("measure.kpi.whole_year", figures)
    return KpiRefusal(answer.name, answer.boundary, answer.mode, (reason,))
