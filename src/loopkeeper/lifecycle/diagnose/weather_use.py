"""What weather and use consist of: temperatures at the machines, part load, and pumps."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.lifecycle.diagnose.result import Pair, WeatherPart
from loopkeeper.measure.series import Floats
from loopkeeper.physics.duty import machine_response
from loopkeeper.physics.system import Load, System, Trajectory
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.years import cooling_share
from loopkeeper.units import KWH

LEAST_UNEXPLAINED = 0.003
"""What no part explains is said from this share of the promised electricity on. [-]"""


@dataclass(frozen=True, kw_only=True)
class _Mode:
    """
    One mode of a run, shape (n,); ``hot`` for heating.

    Heat and electricity of three places [W], water temperatures [°C], the source's spread [K].
    """

    hot: bool
    heat: Floats
    machines: Floats
    source_pumps: Floats
    load_pumps: Floats
    inlet: Floats
    outlet: Floats
    spread: Floats

    @classmethod
    def of(cls, run: Trajectory, *, hot: bool) -> "_Mode":
        """Take a mode out of a run; pumps are split by heat."""
        name = "heating" if hot else "cooling"
        cold = cooling_share(run["heating_delivered"], run["cooling_delivered"])
        share = 1 - cold if hot else cold
        return cls(
            hot=hot,
            heat=run[f"{name}_delivered"],
            machines=run[f"machine_{name}_electricity"],
            source_pumps=share * run["source_pump_electricity"],
            load_pumps=share * run["load_pump_electricity"],
            inlet=run["source_supply"],
            outlet=run["load_supply"],
            spread=np.abs(run["source_supply"] - run["source_return"]),
        )

    def per_heat(self, power: Floats) -> float:
        """Electricity per unit of heat. [-]"""
        total = float(self.heat.sum())
        return float(power.sum()) / total if total > 0 else 0.0

    def mean(self, values: Floats) -> float:
        """Mean weighted by heat."""
        total = float(self.heat.sum())
        return float((values * self.heat).sum()) / total if total > 0 else np.nan

    def load(self) -> float:
        """Mean heat rate of the hours with load. [W]"""
        on = self.heat > 0
        return float(self.heat[on].mean()) if on.any() else np.nan

    def by_map(self, system: System, inlet: float = 0.0, outlet: float = 0.0) -> float:
        """Machines' electricity per heat by their maps, water warmer by so many kelvin. [-]"""
        none = np.zeros(len(self.heat))
        load = Load(self.heat, none) if self.hot else Load(none, self.heat)
        electricity, _, _ = machine_response(
            system.machines,
            system.controls.staging,
            load,
            source_inlet=self.inlet + inlet,
            source_spread=self.spread,
            load_outlet=self.outlet + outlet,
        )
        return self.per_heat(electricity)


def weather_parts(
    system: System, design: Trajectory, period: Trajectory, delivered: tuple[float, float]
) -> tuple[WeatherPart, ...]:
    """
    Split what weather and use cost into what they can act through.

    Both runs are of the same plant, so that only temperatures, part load and what the pumps move
    can differ; each part is what the machines' maps or the pumps themselves give for it.

    Parameters
    ----------
    system : System
        The plant on its promise.
    design : Trajectory
        Its design year.
    period : Trajectory
        The design's loads under the weather and use of the period.
    delivered : tuple of (float, float)
        Heat and cold that all is reckoned for. [J]

    Returns
    -------
    tuple of WeatherPart
        Their energies sum to the difference of both runs at the delivered heat.

    Notes
    -----
    Temperatures: the period's hours by the maps, with the heat-weighted mean of the source's,
    then of the load's water moved to the design's. Part load: what the maps still give then for
    the period's loads over the design's, with cycling and the hours at which load falls. Other:
    where the maps do not give what was simulated (hours of heating and cooling at once).
    """
    names = (
        "source_temperature",
        "load_temperature",
        "part_load",
        "source_pumps",
        "load_pumps",
        "other",
    )
    total = np.zeros(len(names))
    told: list[tuple[Pair, ...]] = []
    for hot, heat in ((True, delivered[0]), (False, delivered[1])):
        a, b = _Mode.of(design, hot=hot), _Mode.of(period, hot=hot)
        if heat <= 0 or a.heat.sum() <= 0 or b.heat.sum() <= 0:
            told.append(((None, None),) * len(names))
            total[5] += heat * sum(_spent(b) - _spent(a)) if heat > 0 else 0.0
            continue
        total += heat * _split(system, a, b)
        told.append(
            (
                (a.mean(a.inlet), b.mean(b.inlet)),
                (a.mean(a.outlet), b.mean(b.outlet)),
                (a.load(), b.load()),
                (a.per_heat(a.source_pumps), b.per_heat(b.source_pumps)),
                (a.per_heat(a.load_pumps), b.per_heat(b.load_pumps)),
                (None, None),
            )
        )
    units = ("°C", "°C", "W", "-", "-", "-")
    return tuple(
        WeatherPart(name, float(energy), unit, told[0][n], told[1][n])
        for n, (name, energy, unit) in enumerate(zip(names, total, units, strict=True))
    )


def _spent(mode: _Mode) -> Floats:
    """Electricity per heat of machines, source pumps and load pumps. [-]"""
    places = (mode.machines, mode.source_pumps, mode.load_pumps)
    return np.array([mode.per_heat(power) for power in places])


def _split(system: System, a: _Mode, b: _Mode) -> Floats:
    """Parts of the difference in electricity per heat, in the order of their names. [-]"""
    machines, source, load = _spent(b) - _spent(a)
    inlet, outlet = a.mean(a.inlet) - b.mean(b.inlet), a.mean(a.outlet) - b.mean(b.outlet)
    here, cooler = b.by_map(system), b.by_map(system, inlet)
    moved, there = b.by_map(system, inlet, outlet), a.by_map(system)
    parts = np.array([here - cooler, cooler - moved, moved - there])
    return np.array([*parts, source, load, machines - parts.sum()])


def unexplained_weather(parts: tuple[WeatherPart, ...], promised: float) -> tuple[Verdict, ...]:
    """
    Say what of weather and use no part explains.

    Parameters
    ----------
    parts : tuple of WeatherPart
        Of :func:`weather_parts`.
    promised : float
        Promised electricity. [J]

    Returns
    -------
    tuple of Verdict
        Empty where it is little.
    """
    left = sum(part.energy for part in parts if part.name == "other")
    if abs(left) < LEAST_UNEXPLAINED * promised:
        return ()
    return (Verdict("diagnose.weather.unexplained", {"energy": left / (1000 * KWH)}),)
