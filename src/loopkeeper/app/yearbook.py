"""What a year's report lists one by one: its months, and its machines and pumps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from loopkeeper.app.groundwork import told_of
from loopkeeper.app.record import Prepared, answers_of, find
from loopkeeper.measure.kpi_basis import Answer, KpiValue
from loopkeeper.measure.periods import months_of
from loopkeeper.measure.series import Bools, Floats, Period, PlantHours
from loopkeeper.plant.machines import Loop
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import calibration_end
from loopkeeper.units import HOUR

ON: Final = 0.05
"""Draw over its highest above which a part without a signal of its own counts as running. [-]"""
ALONE: Final = 24
"""Hours a machine must have run alone for the plant's heat meter to tell its efficiency. [h]"""
KNOWN: Final = 0.8
"""Share of the period in which a part must be metered for its sum to be given. [-]"""


@dataclass(frozen=True, slots=True)
class Month:
    """
    A month of a period: share that is told [-], key figures, ends of the water to the machines.

    ``coldest`` and ``warmest`` while they run. [°C]
    """

    period: Period
    share: float
    answers: tuple[Answer, ...]
    coldest: float | None
    warmest: float | None

    def value(self, name: str, boundary: str, mode: str = "all") -> KpiValue | None:
        """Return a key figure, None where it was refused."""
        return find(self.answers, (name, boundary, mode))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    A machine or pump in a period.

    ``hours`` run and ``starts``, counted where the flags say so, else from its draw and its hours,
    in which several starts look like one; ``electricity`` [J]; ``factors`` of heating and cooling
    [-] by its own heat meter (``basis`` ``own``) or by the plant's while it ran ``alone``;
    ``calibrated`` is when the calibration of its meters ends, None where one of them states none.
    """

    id: str
    kind: str
    model: str
    rated: float | None
    hours: float | None
    starts: float | None
    hours_counted: bool
    starts_counted: bool
    electricity: float | None
    factors: tuple[float | None, float | None]
    basis: str
    meters: int
    calibrated: date | None


def months(base: Prepared, period: Period) -> tuple[Month, ...]:
    """Return the local months of a period, those outside the record without figures."""
    found = []
    for month in months_of(period, base.dossier.plant.site.timezone):
        inside = base.case.operation.within(month)
        running = inside.source_supply[(inside.run_share > 0) & np.isfinite(inside.source_supply)]
        ends = (float(running.min()), float(running.max())) if len(running) else (None, None)
        share = told_of(base.case.operation, base.measured.hours, month).share
        found.append(Month(month, share, answers_of(base, month), *ends))
    return tuple(found)


def parts(plant: Plant, hours: PlantHours, period: Period) -> tuple[Part, ...]:
    """Return every machine and pump of a plant as it ran in a period."""
    inside = hours.over(period)
    runs = {m.id: run for m in plant.machines if (run := _running(inside, m.id)) is not None}
    found = [
        _part(plant, inside, (m.id, "machine", m.model, m.rated_heating)) for m in plant.machines
    ]
    for n, one in enumerate(found):
        factors, basis = _own_factors(inside, one.id), "own"
        if factors == (None, None) and len(runs) == len(plant.machines):
            factors, basis = _alone(inside, one.id, runs), "alone"
        if factors != (None, None):
            found[n] = replace(one, factors=factors, basis=basis)
    return (*found, *_others(plant, inside))


def _others(plant: Plant, hours: PlantHours) -> Iterator[Part]:
    """Pumps and backups; pumps of a loop without meters of their own stand together."""
    for loop in Loop:
        pumps = [p for p in plant.pumps if p.loop == loop]
        own = [p for p in pumps if any(of == p.id for _, of in hours.channels)]
        for one in own:
            yield _part(plant, hours, (one.id, f"{loop}_pump", "", one.power))
        rest = [p for p in pumps if p not in own]
        if rest:
            power = sum(p.power for p in rest)
            names = ", ".join(p.id for p in rest)
            found = _part(plant, hours, (f"{loop}-pumps", f"{loop}_pump", "", power))
            yield replace(found, id=names)
    for backup in plant.backups:
        yield _part(plant, hours, (backup.id, "backup", backup.kind, backup.heating))


def _part(plant: Plant, hours: PlantHours, of: tuple[str, str, str, float | None]) -> Part:
    name, kind, model, rated = of
    meters = [p for p in plant.points if p.of == name]
    ends = [calibration_end(p) for p in meters if p.quantity != "running" and p.accuracy]
    stated = [e for e in ends if e is not None]
    run = _running(hours, name)
    power = _values(hours, "electricity_power", name)
    return Part(
        id=name,
        kind=kind,
        model=model,
        rated=rated,
        hours=None if run is None else float(np.nansum(run)),
        starts=_starts(hours, name, run),
        hours_counted=_speaks(hours, "running", name),
        starts_counted=_speaks(hours, "starts", name),
        electricity=_sum(power),
        factors=(None, None),
        basis="",
        meters=len(ends),
        calibrated=min(stated) if stated and len(stated) == len(ends) else None,
    )


def _values(hours: PlantHours, quantity: str, of: str) -> Floats | None:
    return hours.values(quantity, of) if hours.has(quantity, of) else None


def _speaks(hours: PlantHours, quantity: str, of: str) -> bool:
    values = _values(hours, quantity, of)
    return values is not None and bool(np.isfinite(values).any())


def _sum(power: Floats | None) -> float | None:
    """Energy of what is metered; None where too little is. [J]"""
    if power is None or float(np.isfinite(power).mean()) < KNOWN:
        return None
    return float(np.nansum(power)) * HOUR


def _running(hours: PlantHours, of: str) -> Floats | None:
    """Share of each hour in which a part ran, by its own word, else by its draw. [-]"""
    own = _values(hours, "running", of)
    power = _values(hours, "electricity_power", of)
    if own is not None and np.isfinite(own).any():
        return own
    if power is None or not np.isfinite(power).any():
        return None
    highest = float(np.nanquantile(power, 0.99))
    return np.where(np.isfinite(power), (power > ON * highest) & (power > 0), np.nan)


def _starts(hours: PlantHours, of: str, run: Floats | None) -> float | None:
    counted = _values(hours, "starts", of)
    if counted is not None and np.isfinite(counted).any():
        return float(np.nansum(counted)) * HOUR
    if run is None:
        return None
    on = np.nan_to_num(run) > 0
    return float((on[1:] & ~on[:-1]).sum())


def _own_factors(hours: PlantHours, of: str) -> tuple[float | None, float | None]:
    heat, power = (_values(hours, q, of) for q in ("heat_power", "electricity_power"))
    if heat is None or power is None:
        return None, None
    return _factors(heat, power, np.isfinite(heat) & np.isfinite(power))


def _alone(
    hours: PlantHours, of: str, runs: dict[str, Floats]
) -> tuple[float | None, float | None]:
    """Efficiency over whole hours in which no other machine ran. [-]"""
    heat, power = _values(hours, "heat_power", "load"), _values(hours, "electricity_power", of)
    if heat is None or power is None:
        return None, None
    known = np.isfinite(heat) & np.isfinite(power) & (runs[of] > 0)
    for name, run in runs.items():
        known &= (run == 0) if name != of else known
    return _factors(heat, power, known)


def _factors(heat: Floats, power: Floats, known: Bools) -> tuple[float | None, float | None]:
    heating, cooling = (_factor(side * heat, power, known) for side in (1.0, -1.0))
    return heating, cooling


def _factor(useful: Floats, power: Floats, known: Bools) -> float | None:
    where = known & (np.nan_to_num(useful) > 0) & (np.nan_to_num(power) > 0)
    if where.sum() < ALONE:
        return None
    return float(useful[where].sum() / power[where].sum())


def overdue(part: Part, end: date) -> bool:
    """Tell whether the calibration of a part's meters had ended."""
    return part.calibrated is not None and part.calibrated < end
