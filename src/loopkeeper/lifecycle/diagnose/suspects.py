"""The suspects: each a modification of the plant, with what the data say of its size."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.diagnose.case import Case, Setting
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.ground_fit import GroundFit, applied
from loopkeeper.lifecycle.diagnose.machine_fit import SetPoints
from loopkeeper.measure.series import Floats
from loopkeeper.physics.system import StagingOrder, System
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.model import PlantModel, WaterModel
from loopkeeper.plant.verdict import Verdict

RECHARGE_KEPT = 0.25
"""Recharge and relief further from the design's than this are no matter of weather. [-]"""


@dataclass(frozen=True)
class Dice:
    """A random generator and how many draws of a posterior are wanted."""

    rng: np.random.Generator
    count: int

    def normal(self, mean: Floats, deviation: Floats) -> Floats:
        """Return independent normal draws, shape (count, k), in the unit of the mean."""
        noise = self.rng.standard_normal((self.count, len(mean)))
        return np.asarray(mean + deviation * noise)

    def nothing(self) -> Floats:
        """Return draws of a cause without a parameter, shape (count, 1). [-]"""
        return np.zeros((self.count, 1))


Apply = Callable[[Case, Floats], Case]


@dataclass(frozen=True)
class Suspect:
    """
    A possible cause.

    ``value`` its parameters, shape (k,); ``draws`` from their posterior, shape (n, k); ``apply``
    puts it into a case; ``onset`` the hour of the period it began, None when it was there before;
    ``doubt`` standard deviation of its energy for what its draws do not hold, of that energy [-].
    """

    kind: DeviationKind
    cause: str
    apply: Apply
    value: Floats
    draws: Floats
    finding: Verdict
    onset: int | None = None
    doubt: float = 0.0


def ground_suspects(
    model: PlantModel, fit: GroundFit, draws: Floats, surveyed: float | None
) -> list[Suspect]:
    """
    Return the four suspects below ground.

    Parameters
    ----------
    model : PlantModel
        The plant as designed.
    fit : GroundFit
        Posterior of the ground.
    draws : array, shape (n, 4)
        Joint draws, so that what trades off against each other stays together.
    surveyed : float or None
        Temperature that a test found before construction: what differs from it now has come since,
        and is a matter of the balance. [°C]

    Returns
    -------
    list of Suspect
        Conductivity, temperature, resistance, working length.
    """
    ground = model.field
    rest = ground.undisturbed_temperature
    kinds = (
        (0, DeviationKind.RESOURCE, "resource.conductivity", ground.conductivity),
        (1, DeviationKind.CONSTRUCTION, "construction.resistance", ground.resistance),
        (2, *_of_temperature(rest, rest + float(fit.mean[2]), surveyed), rest),
        (3, DeviationKind.CONSTRUCTION, "construction.active_length", ground.length_factor),
    )
    suspects = []
    for column, kind, cause, designed in kinds:
        middle = float(fit.mean[column])
        found = designed + middle if column == 2 else designed * float(np.exp(middle))
        deviation = float(np.sqrt(fit.covariance[column, column]))
        width = deviation if column == 2 else found * deviation
        suspects.append(
            Suspect(
                kind,
                cause,
                _on_ground(column),
                fit.mean[column : column + 1],
                draws[:, column : column + 1],
                Verdict(
                    f"diagnose.{cause}",
                    {"designed": designed, "found": found, "half_width": 1.645 * width},
                ),
            )
        )
    return suspects


def _of_temperature(
    designed: float, found: float, surveyed: float | None
) -> tuple[DeviationKind, str]:
    """Other than surveyed: what happened since; as surveyed or never surveyed: the resource."""
    if surveyed is not None and abs(found - surveyed) > 0.5 * abs(found - designed):
        return DeviationKind.THERMAL_BALANCE, "thermal_balance.temperature"
    return DeviationKind.RESOURCE, "resource.temperature"


def _on_ground(column: int) -> Apply:
    def apply(case: Case, value: Floats) -> Case:
        parameters = np.zeros(4)
        parameters[column] = value[0]
        field = case.ground
        if isinstance(field, WaterModel):  # these suspects stand below borehole fields only
            return case
        return replace(case, ground=applied(field, parameters))

    return apply


def load_suspects(setting: Setting, dice: Dice, weather_doubt: float) -> list[Suspect]:
    """
    Return the two suspects of the load: its size, and its balance over the years.

    Parameters
    ----------
    setting : Setting
        Measured over designed loads, and recharge.
    weather_doubt : float
        Standard deviation of the log of a year's load that weather alone explains. [-]
    dice : Dice
        For the draws.

    Returns
    -------
    list of Suspect
        Load size and thermal balance.
    """
    scales, fixed = setting.scales, dice.nothing()
    by_weather = _share_of(weather_doubt, scales.heating, scales.cooling)
    return [
        Suspect(
            DeviationKind.DESIGN,
            "design.load_size",
            lambda case, _: replace(case, sized=True),
            np.zeros(1),
            fixed,
            Verdict("diagnose.design.load_size", {"percent": 100 * scales.size}),
            doubt=_share_of(weather_doubt, scales.size),
        ),
        Suspect(
            DeviationKind.THERMAL_BALANCE,
            "thermal_balance.history",
            lambda case, _: replace(case, unbalanced=True),
            np.zeros(1),
            fixed,
            Verdict(
                "diagnose.thermal_balance.history",
                {"heating_percent": 100 * scales.heating, "cooling_percent": 100 * scales.cooling},
            ),
            doubt=0.0 if setting.recharge_apart > RECHARGE_KEPT else by_weather,
        ),
    ]


def _share_of(doubt: float, *ratios: float) -> float:
    """What may be weather of the largest of some ratios, one at most. [-]"""
    largest = max(abs(float(np.log(r))) for r in ratios)
    return min(doubt / largest, 1.0) if largest > 0 else 1.0


def wear_suspect(level: Level, onset: int | None, dice: Dice) -> Suspect:
    """
    Return machines that draw more electricity than their maps.

    Parameters
    ----------
    level : Level
        Log electricity ratio found. [-]
    onset : int or None
        Hour of the period it began; None when it was there before.
    dice : Dice
        For the draws.

    Returns
    -------
    Suspect
        Wear or fouling, an operation deviation.
    """
    value = np.array([level.of(0.0), level.of(1.0)])
    common = dice.normal(np.zeros(1), np.array([level.deviation]))

    def apply(case: Case, logs: Floats) -> Case:
        heating, cooling = np.exp(logs)
        return case.changed(_worn(float(heating), float(cooling)), onset or 0)

    return Suspect(
        DeviationKind.OPERATION,
        "operation.wear",
        apply,
        value,
        value + common,
        Verdict("diagnose.operation.wear", {"percent": 100 * (np.exp(value.mean()) - 1)}),
        onset,
    )


def set_point_suspect(
    kind: DeviationKind,
    points: SetPoints,
    onset: int | None,
    dice: Dice,
) -> Suspect:
    """
    Return supply temperatures off their set-points.

    Parameters
    ----------
    kind : DeviationKind
        Operation when it drifted, commissioning when it was never right.
    points : SetPoints
        Deviations found. [K]
    onset : int or None
        Hour of the period it began; None when it was there before.
    dice : Dice
        For the draws.

    Returns
    -------
    Suspect
        Heating and cooling set-point together.
    """
    levels = (points.heating, points.cooling)
    value = np.array([level.value if level.present else 0.0 for level in levels])
    width = np.array([level.deviation if level.present else 0.0 for level in levels])

    def apply(case: Case, shift: Floats) -> Case:
        return case.changed(_shifted(float(shift[0]), float(shift[1])), onset or 0)

    return Suspect(
        kind,
        f"{kind}.set_point",
        apply,
        value,
        dice.normal(value, width),
        Verdict(f"diagnose.{kind}.set_point", {"heating": value[0], "cooling": value[1]}),
        onset,
    )


def staging_suspect(together: float, dice: Dice) -> Suspect:
    """Return machines that all run at once although designed to follow each other. [-]"""

    def change(system: System) -> System:
        controls = replace(system.controls, staging=StagingOrder.EQUAL)
        return replace(system, controls=controls)

    return Suspect(
        DeviationKind.COMMISSIONING,
        "commissioning.staging",
        lambda case, _: case.changed(change, 0),
        np.zeros(1),
        dice.nothing(),
        Verdict("diagnose.commissioning.staging", {"percent": 100 * min(together, 1.0)}),
    )


def _worn(heating: float, cooling: float) -> Callable[[System], System]:
    return lambda s: replace(
        s, machines=tuple(m.drawing(heating=heating, cooling=cooling) for m in s.machines)
    )


def _shifted(heating: float, cooling: float) -> Callable[[System], System]:
    def change(system: System) -> System:
        c = system.controls
        moved = replace(
            c,
            heating_supply=c.heating_supply + heating,
            heating_supply_min=c.heating_supply_min + heating,
            cooling_supply=c.cooling_supply + cooling,
            cooling_supply_max=c.cooling_supply_max + cooling,
        )
        return replace(system, controls=moved)

    return change
