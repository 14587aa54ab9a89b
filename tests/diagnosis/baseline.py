"""What both baselines stand on: a plant's meters, what its design promised them, an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.app.groundwork import admit_readings, lay_groundwork
from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.case import Case
from loopkeeper.measure.operation import Operation, operation
from loopkeeper.measure.series import Floats, Period, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.machines import Drive, Loop, PumpControl
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.recharge import recharge_pumps, serving_ground

METERS = ("machine", "source_pump", "load_pump")
YEAR = np.timedelta64(365 * 24, "h")
RUNNING = 0.5
"""An hour counts as run when the machines were on for more than this share of it. [-]"""


@dataclass(frozen=True)
class Seen:
    """A plant as a baseline sees it: its groundwork, the period's hours, and the whole record."""

    ground: Case
    hours: PlantHours
    whole: Operation

    @classmethod
    def of(cls, folder: Path) -> "Seen":
        """Read a plant once; the period is its last full year."""
        dossier = read_dossier(folder)
        readings, said = read_telemetry(folder, dossier.plant)
        measured = admit_readings(dossier, readings, said)
        ground = lay_groundwork(dossier, measured)
        whole, _ = operation(measured.hours, dossier.plant, dossier.weather, dossier.water)
        return cls(ground, measured.hours.within(ground.period), whole)

    @property
    def plant(self) -> Plant:
        """The plant."""
        return self.ground.dossier.plant

    @property
    def now(self) -> Operation:
        """The hours of the period."""
        return self.ground.operation

    @cached_property
    def first(self) -> Operation | None:
        """The first year on record, None unless it ends before the period (a day of slack)."""
        start = self.whole.time[0]
        if start + YEAR > self.ground.period.start + np.timedelta64(24, "h"):
            return None
        return self.whole.within(Period(start, min(start + YEAR, self.ground.period.start)))

    @cached_property
    def spent(self) -> dict[str, float]:
        """Electricity of each meter in the period, gaps made up. [kWh]"""
        return {m: energy(self.now, metered(self.now, m)) for m in METERS}

    @cached_property
    def promised(self) -> dict[str, float]:
        """Electricity the design promised each meter for the heat delivered. [kWh]"""
        return {m: energy(self.now, p) for m, p in promised_power(self.plant, self.now).items()}


def metered(hours: Operation, meter: str) -> Floats:
    """Electricity of the machines or the pumps of a loop. [W]"""
    return np.asarray(getattr(hours, f"{meter}_electricity"))


def running(hours: Operation) -> Floats:
    """Whether the plant ran: by its machines where they tell, else by its heat; NaN unknown."""
    known = np.where(hours.filled, np.nan, hours.heating + hours.cooling > 0)
    told = np.isfinite(hours.run_share)
    return np.where(told, hours.run_share > RUNNING, known)


def energy(hours: Operation, power: Floats) -> float:
    """Energy of all hours by what is known of the well measured ones. [kWh]"""
    good = hours.good & np.isfinite(power)
    heat = hours.heating + hours.cooling
    if not good.any() or heat[good].sum() <= 0:
        raise InsufficientDataError("no baseline", ["no hours with heat and electricity"])
    return float(power[good].sum() * heat.sum() / heat[good].sum() / 1000)


def promised_power(plant: Plant, hours: Operation) -> dict[str, Floats]:
    """
    Return the promised COPs on the heat of every hour as power of each meter. [W]

    Pumps by nameplate and control, the rest is the machines'; the COP of the promised year where
    a mode has none of its own.
    """
    promise, total = plant.promise, np.zeros(hours.hours)
    heat = (promise.annual_heating or 0.0) + (promise.annual_cooling or 0.0)
    of_year = heat / promise.annual_electricity if promise.annual_electricity else 0.0
    for load, stated in (
        (hours.heating, promise.system_cop_heating),
        (hours.cooling, promise.system_cop_cooling),
    ):
        cop = stated or of_year
        if load.sum() > 0 and cop <= 0:
            raise InsufficientDataError("no baseline", ["no promised COP of the system"])
        total += load / (cop or 1.0)
    source = np.minimum(_pumps(plant, hours, Loop.SOURCE) + _recharging(plant), total)
    load = np.minimum(_pumps(plant, hours, Loop.LOAD), total - source)
    return {"machine": total - source - load, "source_pump": source, "load_pump": load}


def load_share(plant: Plant, hours: Operation) -> Floats:
    """Heat or cold delivered over what all machines are rated for. [-]"""
    heating = sum(m.rated_heating or 0.0 for m in plant.machines) or plant.promise.peak_heating
    cooling = sum(m.rated_cooling or 0.0 for m in plant.machines) or plant.promise.peak_cooling
    outputs = (heating or cooling, cooling or heating)
    if not all(outputs):
        raise InsufficientDataError("no baseline", ["no rated output of the machines"])
    return np.clip(hours.heating / outputs[0] + hours.cooling / outputs[1], 0.0, 1.0)


def _pumps(plant: Plant, hours: Operation, loop: Loop) -> Floats:
    """What the duty pumps of a loop draw by nameplate. [W]"""
    other = recharge_pumps(plant)
    duty = [p for p in plant.pumps if p.loop is loop and not p.standby and p.id not in other]
    controls, share = plant.controls, load_share(plant, hours)
    of_loop = controls.source_pump_control if loop is Loop.SOURCE else controls.load_pump_control
    if of_loop is PumpControl.CONSTANT:
        share = (share > 0).astype(float)
    elif any(p.drive is Drive.FIXED for p in duty):
        share = np.ceil(share * len(plant.machines)) / len(plant.machines)
    return sum(p.power for p in duty) * share


def _recharging(plant: Plant) -> float:
    """What pumps draw on average to recharge or relieve the ground as the design has it. [W]"""
    return sum(
        s.pump.power * (s.backup.annual_design or 0.0) / s.capacity / (3600.0 * 8760)
        for s in serving_ground(plant)
        if s.pump and s.capacity
    )


@dataclass(frozen=True)
class Named:
    """One deviation a baseline names. Energy in kWh, confidence 0 to 1."""

    kind: str
    cause: str
    energy: Estimate
    confidence: float


def answer(shortfall: Estimate, named: Iterable[Named], **more: object) -> dict[str, object]:
    """Return an answer in the form of a diagnosis; shares by energy."""
    kept = sorted((n for n in named if n.energy.value > 0), key=lambda n: -n.energy.value)
    total = sum(n.energy.value for n in kept)
    return {
        "shortfall_kWh": shortfall.as_dict(),
        "deviations": [
            {
                "kind": n.kind,
                "cause": n.cause,
                "share": n.energy.value / total,
                "energy_kWh": n.energy.as_dict(),
                "confidence": n.confidence,
            }
            for n in kept
        ],
        **more,
    }


def half_and_half(value: float) -> Estimate:
    """Return a value with ±50 % around it."""
    return Estimate(value, value - 0.5 * abs(value), value + 0.5 * abs(value))
