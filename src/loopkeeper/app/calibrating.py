"""The plant as designed, brought onto its own promise before evaluation and diagnosis use it."""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.diagnose.inlet_fit import fit_inlet
from loopkeeper.lifecycle.diagnose.machine_fit import as_cycling, as_staged, found_level, holding
from loopkeeper.lifecycle.diagnose.needed import Misdesign, as_needed, other_type, undersized
from loopkeeper.lifecycle.diagnose.promise_fit import MAP_DOUBT, fit_promise, moved_system
from loopkeeper.lifecycle.diagnose.pump_fit import (
    PumpFit,
    fit_pumps,
    pump_hours,
    settled,
    system_as_told,
)
from loopkeeper.lifecycle.evaluate.evaluate import design_years, lived_years, refuse_lacking
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.case import Case, Models
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.physics.system import Trajectory
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.years import run_years

MAKE_DOUBT = 0.025
"""Sound machines of a plant draw other than promised by this, meters included. Log. [-]"""


@dataclass(frozen=True, kw_only=True)
class Calibrated:
    """
    A plant on its promise.

    ``models`` of it; ``pumps`` as measured, by loop; ``design`` year with weather and ``run`` of
    the designed plant under it, None without one; ``doubt`` of what was moved, as
    ``promise_fit.PLACES`` [-]; ``misdesign`` what documents list other than the promise needs.
    """

    models: Models
    pumps: dict[str, PumpFit | None]
    doubt: tuple[float, ...]
    design: LoadYear | None
    run: Trajectory | None
    verdicts: tuple[Verdict, ...]
    misdesign: tuple[Misdesign, ...] = ()

    @property
    def machine_doubt(self) -> float:
        """Standard deviation of the log of what sound machines draw over these maps. [-]"""
        known = np.array(self.doubt[:2])
        moved = float(np.sqrt(np.mean(known**2))) if np.isfinite(known).all() else MAP_DOUBT
        return float(np.hypot(MAKE_DOUBT, min(moved, MAP_DOUBT)))


def calibrated(case: Case) -> Calibrated:
    """
    Return a prepared plant brought onto its promise.

    Without design year the listed pumps run as they were found, and nothing else is moved.
    InsufficientDataError when the hours lack heat, electricity or weather.
    """
    plant, operation = case.plant, case.operation
    refuse_lacking(operation)
    listed = as_cycling(case.models.designed.system, operation)
    staged, _ = as_staged(listed, operation)
    held = holding(listed, operation)
    pumps = {
        loop: fit_pumps(bank, pump_hours(staged, operation, loop).where(held))
        for loop, bank in (("source", listed.source_pumps), ("load", listed.load_pumps))
    }
    lived = lived_years(operation, case.past)
    pumps = settled(staged, pumps, lambda system: run_years([(0, system)], lived), operation, held)
    told = system_as_told(listed, pumps, plant.controls.stated)
    needed = as_needed(plant, told)
    model = case.models.designed.with_system(needed.system)
    design = case.dossier.design_loads
    if design is None:
        built = case.models.built.with_system(needed.system)
        return Calibrated(
            models=Models(designed=model, built=built),
            pumps=pumps,
            doubt=(np.nan,) * 4,
            design=None,
            run=None,
            verdicts=(),
        )
    weathered = with_air(design, operation, plant.site.timezone)
    days = len(case.past.heating)
    years = design_years(plant, weathered, days, operation.recharged)
    inlet = fit_inlet(plant, model, lambda system: run_years([(0, system)], years))
    model = inlet.moved(model)
    run = run_years([(0, model.system)], years)
    fit = fit_promise(plant, model, run, pumps, needed.pumps)
    run = run_years([(0, fit.model.system)], years)
    built = inlet.moved(case.models.built.with_system(moved_system(needed.system, fit.moved)))
    wrong = list(needed.misdesign(pumps))
    if inlet.short > 1.0:
        wrong.append(undersized(inlet.short))
    other = fit.other_type(found_level(staged, operation), _water_apart(run, operation))
    if other:
        wrong.append(other_type(*other))
    return Calibrated(
        models=Models(designed=fit.model, built=built),
        pumps=pumps,
        doubt=fit.doubt,
        design=weathered,
        run=run,
        verdicts=(*fit.verdicts, *inlet.verdicts),
        misdesign=tuple(wrong),
    )


def _water_apart(design: Trajectory, operation: Operation) -> float:
    """How far the water to the machines was from the design's, in the worse mode. [K]"""
    apart = [0.0]
    for mode in ("heating", "cooling"):
        foreseen = (design["run_share"] > 0) & (design[f"{mode}_delivered"] > 0)
        met = (operation.run_share > 0) & (getattr(operation, mode) > 0)
        met &= np.isfinite(operation.source_supply)
        if foreseen.any() and met.any():
            mean = float(design["source_supply"][foreseen].mean())
            apart.append(abs(float(operation.source_supply[met].mean()) - mean))
    return max(apart)


def with_air(design: LoadYear, measured: Operation, timezone: str) -> LoadYear:
    """
    Return a design year with outdoor temperatures; a measured year's where it has none.

    Parameters
    ----------
    design : LoadYear
        The design year.
    measured : Operation
        Stands in by month, day and hour, so that weather resets act as they would.
    timezone : str
        IANA name of the site's time zone.

    Returns
    -------
    LoadYear
        With outdoor temperature, except where nothing was measured.
    """
    if design.outdoor_temperature is not None or not np.isfinite(measured.outdoor).any():
        return design
    place = _places(local_calendar(measured.time, timezone))
    known = np.isfinite(measured.outdoor)
    total, count = (
        np.bincount(place[known], values, minlength=13 * 32 * 24)
        for values in (measured.outdoor[known], np.ones(int(known.sum())))
    )
    mean = np.full(len(total), np.nan)
    mean[count > 0] = total[count > 0] / count[count > 0]
    seen = np.flatnonzero(count > 0)
    filled: Floats = np.interp(np.arange(len(mean)), seen, mean[seen])
    at = _places(local_calendar(design.time, timezone))
    return replace(design, outdoor_temperature=filled[at])


def _places(calendar: tuple[np.ndarray, ...]) -> np.ndarray:
    month, day, hour, _ = calendar
    return np.asarray((month * 32 + day) * 24 + hour)
