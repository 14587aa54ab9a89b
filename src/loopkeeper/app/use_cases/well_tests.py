"""Pumping, step and reinjection tests of wells, from level logs to the aquifer's properties."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from loopkeeper.app.answers.forms.survey import PumpingForm, ReinjectionForm
from loopkeeper.app.answers.survey import aquifer_json, reinjection_json
from loopkeeper.app.outside import FieldTests, Outside, Stated
from loopkeeper.app.paper import PrintOrder
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.survey.pumping_test import (
    CANDIDATES,
    SORTS,
    AquiferTest,
    Observations,
    Schedule,
    aquifer_test,
    equivalent_time,
    unconfined_correction,
)
from loopkeeper.lifecycle.survey.step_test import (
    Injectivity,
    StepTest,
    conduct,
    injectivity,
    step_test,
    without_well_loss,
)
from loopkeeper.lifecycle.survey.well_verdicts import well_verdicts
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language
from loopkeeper.units import HOUR

__all__ = [
    "SORTS",
    "AquiferTest",
    "Injected",
    "Pumped",
    "Schedule",
    "StepTest",
    "WellOrder",
    "injected",
    "keep_well_test",
    "printed_pumping",
    "pumped",
]
OWN_RADIUS = 0.15
"""Taken where nobody says how far the levels were read from the well's axis. [m]"""
STEPS = 3
"""Flows above zero from which a test counts as a step test. [-]"""
Flows = tuple[tuple[float, float], ...]
"""Starts in the file's unit of time and flows. [m³/h]"""


@dataclass(frozen=True, kw_only=True)
class WellOrder:
    """
    Level logs of wells, and what they do not tell themselves.

    ``flows`` with their starts; ``distances`` from the pumped well's axis, one a well, its own
    radius where none is given [m]; what the user ``stated`` of the files, with several choices of
    ``columns`` where one file holds several wells.
    """

    files: tuple[Path, ...]
    flows: Flows
    distances: tuple[float, ...] = ()
    stated: Stated = Stated()
    columns: tuple[Mapping[str, str], ...] = ({},)


@dataclass(frozen=True)
class _Opened:
    """Tests as read: observations, schedule, the file's unit of time [s], and what was said."""

    observations: tuple[Observations, ...]
    schedule: Schedule
    unit: float
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, kw_only=True)
class Pumped:
    """A pumping test: the aquifer, the well's own losses where it was stepped, what was said."""

    files: tuple[Path, ...]
    observations: tuple[Observations, ...]
    schedule: Schedule
    test: AquiferTest
    steps: StepTest | None
    verdicts: tuple[Verdict, ...]
    kind: str = "pumping"

    def as_json(self, language: Language) -> PumpingForm:
        """Return it as plain data."""
        return aquifer_json(
            self.files, self.observations, self.test, self.steps, self.verdicts, language
        )


@dataclass(frozen=True)
class Injected:
    """A reinjection test: injectivity, ``rise`` of the head [m], and what was said."""

    files: tuple[Path, ...]
    found: Injectivity
    rise: float
    verdicts: tuple[Verdict, ...]
    kind: str = "reinjection"

    def as_json(self, language: Language) -> ReinjectionForm:
        """Return it as plain data."""
        return reinjection_json(self.files, self.rise, self.found, self.verdicts, language)


def pumped(
    logs: FieldTests,
    order: WellOrder,
    *,
    thickness: float | None = None,
    recovered_after: float | None = None,
    sorts: tuple[str, ...] = (),
) -> Pumped:
    """
    Interpret a pumping, recovery or step test.

    Parameters
    ----------
    logs : FieldTests
        Who reads logs.
    order : WellOrder
        Files, flows and distances.
    thickness : float, optional
        Of an unconfined aquifer: its thinning and late yield are allowed for. [m]
    recovered_after : float, optional
        The log is the recovery after so long a pumping, in its unit of time.
    sorts : tuple of str
        Only these aquifers; the usual candidates when empty.

    Returns
    -------
    Pumped

    Raises
    ------
    InputError
        When flows or distances do not fit the files.
    DossierError
        When a log cannot be understood.
    """
    opened = _opened(logs, order)
    after = None if recovered_after is None else recovered_after * opened.unit
    observations = _corrected(opened.observations, after, thickness)
    said = list(opened.verdicts)
    if thickness is not None:
        said.append(Verdict("survey.pumping.corrected", {"thickness": f"{thickness:g}"}))
    observations, steps = _without_losses(observations, opened.schedule)
    usual = CANDIDATES if thickness is None else SORTS
    test = aquifer_test(observations, opened.schedule, sorts or usual)
    said += well_verdicts(test, steps)
    if recovered_after is None:
        found = injectivity(observations[0], opened.schedule)
        said += conduct("pumping", found, float(observations[0].drawdown[-1]))
    return Pumped(
        files=order.files,
        observations=observations,
        schedule=opened.schedule,
        test=test,
        steps=steps,
        verdicts=tuple(said),
    )


def injected(logs: FieldTests, order: WellOrder, *, temperature: float | None = None) -> Injected:
    """
    Interpret a reinjection test.

    Parameters
    ----------
    logs : FieldTests
        Who reads logs.
    order : WellOrder
        Files, flows and distances.
    temperature : float, optional
        Of the injected water, to correct for viscosity. [°C]

    Returns
    -------
    Injected

    Raises
    ------
    InputError, DossierError
        As :func:`pumped`.
    """
    opened = _opened(logs, order)
    place = opened.observations[0]
    found = injectivity(place, opened.schedule, temperature=temperature)
    rise = float(place.drawdown[-1])
    said = (*opened.verdicts, *conduct("reinjection", found, rise))
    return Injected(order.files, found, rise, said)


def keep_well_test(
    outside: Outside, folder: Path, found: Pumped | Injected, language: Language
) -> None:
    """Keep a test of wells in a dossier, beside its log."""
    outside.dossiers.keep_result(folder, found.files[0], found.kind, found.as_json(language))


def printed_pumping(outside: Outside, found: Pumped, order: PrintOrder) -> bytes:
    """Print a pumping test."""
    name = found.files[0].name
    return outside.printer.pumping_test(found.test, found.verdicts, name, order)


def _corrected(
    observations: tuple[Observations, ...], pumped_for: float | None, thickness: float | None
) -> tuple[Observations, ...]:
    """Recovery at its equivalent time; drawdown of a thinning aquifer."""
    return tuple(
        Observations(
            o.time if pumped_for is None else equivalent_time(o.time, pumped_for),
            o.drawdown if thickness is None else unconfined_correction(o.drawdown, thickness),
            o.distance,
        )
        for o in observations
    )


def _without_losses(
    observations: tuple[Observations, ...], schedule: Schedule
) -> tuple[tuple[Observations, ...], StepTest | None]:
    """Three steps or more in one well: its own losses first, the aquifer from what is left."""
    if int((schedule.flows > 0).sum()) < STEPS or len(observations) > 1:
        return observations, None
    steps = step_test(observations[0], schedule)
    return (without_well_loss(observations[0], schedule, steps),), steps


def _opened(logs: FieldTests, order: WellOrder) -> _Opened:
    """Read every well; distances in the order of the wells, said where none is given."""
    read = [
        logs.read_levels(file, replace(order.stated, columns=columns))
        for file in order.files
        for columns in order.columns
    ]
    distances = order.distances
    if distances and len(distances) != len(read):
        raise InputError(f"{len(distances)} distances for {len(read)} wells")
    verdicts = [v for one in read for v in one.verdicts]
    if not distances:
        verdicts.append(Verdict("survey.pumping.no_distance", {"radius": OWN_RADIUS}))
        distances = (OWN_RADIUS,) * len(read)
    observations = tuple(
        Observations(one.time + one.start - read[0].start, one.drawdown, r)
        for one, r in zip(read, distances, strict=True)
    )
    schedule = _schedule(order, read[0].unit)
    return _Opened(observations, schedule, read[0].unit, tuple(verdicts))


def _schedule(order: WellOrder, unit: float) -> Schedule:
    """Flows in SI; refused where nothing was pumped or starts do not ascend."""
    starts, flows = np.array(order.flows).T
    if np.any(np.diff(starts) <= 0):
        raise InputError("starts of flows must ascend")
    if not np.any(flows):
        name = order.files[0].name
        raise InputError(f"{name}: nothing was pumped; --rates holds no flow above zero")
    return Schedule(starts * unit, flows / HOUR)
