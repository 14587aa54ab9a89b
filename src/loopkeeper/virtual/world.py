"""A virtual plant put together from a template, and run through its years."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from loopkeeper.measure.series import Floats, Times
from loopkeeper.physics.hole_resistance import NO_CHANGE
from loopkeeper.physics.pump import PumpBank, PumpMode, parallel_operation
from loopkeeper.plant.machines import Mode, PumpControl
from loopkeeper.plant.model import GroundModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.season import summer_months
from loopkeeper.plant.site import SourceKind
from loopkeeper.units import HOUR, SATURDAY
from loopkeeper.virtual.machine import Cycle, rated_cycle
from loopkeeper.virtual.nature import (
    OUTDOOR,
    OUTPUT,
    Building,
    Control,
    Loops,
    Wear,
    live,
)
from loopkeeper.virtual.nature_source import GroundGrid
from loopkeeper.virtual.open_water import assembled, step_of, water_of
from loopkeeper.virtual.weather import Climate, synthetic_weather

OPEN, SUNNY = (6.5, 20.0), (9, 17)
"""Hours of people and of sun that recharges. [h]"""

CELLS = 44
FAR = 45.0
"""Radius where the ground is undisturbed; years of operation do not reach it. [m]"""


NO_FIELD = GroundGrid(
    np.ones(CELLS), np.ones(CELLS), 1.0, 0.0, np.zeros(1), np.zeros(1, dtype=np.int64), 1
)
"""Stands in where there are no boreholes."""


@dataclass(frozen=True)
class Template:
    """
    A plant to be made real: what its dossier will say, its building and its climate.

    ``plant`` as designed; ``building`` as the designer saw it; ``recharge`` W of solar heat put
    into the ground in summer daylight; ``water_volume`` of the load side [m3].
    """

    plant: Plant
    building: Building
    climate: Climate
    water_volume: float
    recharge: float
    weekend: float


@dataclass(frozen=True)
class World:
    """Everything nature needs; causes are modifications of it."""

    template: Template
    building: Building
    conductivity: float
    resistance: float
    undisturbed: float
    length_factor: float
    bypass: float
    pump_flow: float
    pump_power: float
    source_mode: int
    load_mode: int
    equal: int
    heating_drift: float
    cooling_drift: float
    drift_on: date | None
    wear: float
    wear_on: date | None
    recharge: float
    leak: float = 0.0
    leak_on: date | None = None
    film: float = 0.0
    film_on: date | None = None
    decline: float = 0.0
    decline_on: date | None = None
    tube_volume: float = 1.0
    sand: float = 0.0

    @classmethod
    def healthy(cls, template: Template) -> "World":
        """Return the world exactly as designed."""
        plant = template.plant
        ground, field = plant.source.ground, plant.source.field
        modes = [
            _MODE[c]
            for c in (plant.controls.source_pump_control, plant.controls.load_pump_control)
        ]
        return cls(
            template=template,
            building=template.building,
            conductivity=ground.conductivity if ground else 0.0,
            resistance=(field.resistance or 0.0) if field else 0.0,
            undisturbed=assembled(plant).ground.undisturbed_temperature,
            length_factor=1.0,
            bypass=0.0,
            pump_flow=1.0,
            pump_power=1.0,
            source_mode=modes[0],
            load_mode=modes[1],
            equal=0,
            heating_drift=0.0,
            cooling_drift=0.0,
            drift_on=None,
            wear=0.0,
            wear_on=None,
            recharge=template.recharge,
        )


_MODE = {
    PumpControl.CONSTANT: int(PumpMode.CONSTANT),
    PumpControl.ONE_PER_MACHINE: int(PumpMode.ONE_PER_MACHINE),
    PumpControl.VARIABLE_DT: int(PumpMode.VARIABLE),
}


@dataclass(frozen=True)
class NatureRecord:
    """Nature's record: local start of each step, UTC, columns, and outdoor temperature."""

    time: Times
    values: Floats
    outdoor: Floats
    fleet: int

    def column(self, name: str) -> Floats:
        """Return one named column. [mixed]"""
        return self.values[:, OUTPUT.index(name)]

    @property
    def machine_power(self) -> Floats:
        """Electricity of each machine, shape (n, fleet). [W]"""
        first = len(OUTPUT)
        return self.values[:, first : first + self.fleet]

    @property
    def running(self) -> Floats:
        """Whether each machine runs, shape (n, fleet). [-]"""
        first = len(OUTPUT) + self.fleet
        return self.values[:, first : first + self.fleet]

    @property
    def part_load(self) -> Floats:
        """Part load of each machine, shape (n, fleet). [-]"""
        first = len(OUTPUT) + 2 * self.fleet
        return self.values[:, first : first + self.fleet]


def run_world(world: World, start: date, days: int, seed: int) -> NatureRecord:
    """
    Let a world live.

    Parameters
    ----------
    world : World
        The plant.
    start : date
        First local day.
    days : int
        Number of days. [d]
    seed : int
        Seed of the weather.

    Returns
    -------
    NatureRecord
        One row every five minutes.
    """
    plant = world.template.plant
    steps = days * 288
    zone = ZoneInfo(plant.site.timezone)
    first = datetime(start.year, start.month, start.day, tzinfo=zone).astimezone(UTC)
    time = np.datetime64(first.replace(tzinfo=None), "s") + np.arange(steps) * np.timedelta64(
        300, "s"
    )
    weather, season = _surroundings(world, start, days, seed)
    fleet = len(plant.machines)
    out = np.zeros((steps, len(OUTPUT) + 3 * fleet))
    grid = _grid(world, days)
    state = (
        np.full(CELLS, world.undisturbed),
        np.zeros((5, max(CELLS, fleet))),
        np.zeros(days * 24 + 2),
        np.zeros(days * 24 + 2),
        np.zeros(fleet),
        np.full(fleet, 60.0),
    )
    live(
        cycles_of(plant),
        fleet,
        grid,
        water_of(world, start, time, seed),
        world.building,
        _loops(world),
        _control(world, start),
        _wear(world, start),
        weather,
        season,
        state,
        out,
    )
    return NatureRecord(time, out, weather[:, OUTDOOR], fleet)


def _surroundings(world: World, start: date, days: int, seed: int) -> tuple[Floats, Floats]:
    """Weather, occupancy, recharge and season at every step."""
    plant, template = world.template.plant, world.template
    dates = [start + timedelta(days=d) for d in range(days)]
    offset = np.array([d.timetuple().tm_yday - 1 for d in dates], dtype=np.float64)
    hours = (offset[:, None] + np.arange(24)[None, :] / 24).ravel()
    rng = np.random.default_rng(seed)
    air, sun = synthetic_weather(template.climate, hours, rng)
    axis = np.arange(days * 24)
    fine = np.arange(days * 288) / 12
    outdoor = np.interp(fine, axis + 0.5, air)
    shine = np.interp(fine, axis + 0.5, sun)
    clock = (np.arange(days * 288) % 288) / 12
    weekend = np.repeat([d.weekday() >= SATURDAY for d in dates], 288)
    open_hours = ((clock >= OPEN[0]) & (clock < OPEN[1])).astype(np.float64)
    busy = np.where(weekend, template.weekend, 1.0) * open_hours
    heating, cooling = plant.site.heating_season, plant.site.cooling_season
    daily = [
        1.0
        if heating and heating.contains(d.month, d.day)
        else -1.0
        if cooling and cooling.contains(d.month, d.day)
        else 0.0
        for d in dates
    ]
    warm = summer_months(plant.site)
    summer = np.repeat([d.month in warm for d in dates], 288)
    recharge = np.where(summer & (clock >= SUNNY[0]) & (clock < SUNNY[1]), world.recharge, 0.0)
    return np.stack([outdoor, shine, busy, recharge], axis=1), np.repeat(daily, 288)


def _grid(world: World, days: int) -> GroundGrid:
    """Fluid, grout and ground as radial cells, and the neighbours' kernel."""
    plant = world.template.plant
    model = assembled(plant)
    if plant.source.kind is not SourceKind.BOREHOLE_FIELD:
        return NO_FIELD
    hole = model.field.borehole
    k, capacity = world.conductivity, model.field.heat_capacity
    grout_r = world.resistance - hole.film_and_pipe
    grout_k = np.log(hole.radius / hole.core_radius) / (2 * np.pi * grout_r)
    inside = np.geomspace(hole.core_radius, hole.radius, 8)
    outside = np.geomspace(hole.radius, FAR, CELLS - 8 + 1)[1:]
    edges = np.concatenate([inside, outside])
    conductivities = np.where(edges[1:] <= hole.radius * 1.0001, grout_k, k)
    capacities = np.where(edges[1:] <= hole.radius * 1.0001, hole.grout_heat_capacity, capacity)
    middle = np.sqrt(edges[1:] * edges[:-1])
    volume = np.pi * np.diff(edges**2) * capacities
    inner = np.log(middle / edges[:-1]) / (2 * np.pi * conductivities)
    outer = np.log(edges[1:] / middle) / (2 * np.pi * conductivities)
    links = np.concatenate([[hole.film_and_pipe + inner[0]], outer[:-1] + inner[1:], [outer[-1]]])
    cells = np.concatenate([[1.3 * hole.fluid_capacity], volume])
    pulses = np.concatenate([[0], np.unique(np.geomspace(24, days * 24 + 48, 60).astype(int))])
    response = model.field.field.interaction_at(
        np.maximum(pulses, 1) * HOUR, diffusivity=k / capacity
    )
    kernel = np.where(pulses > 0, response, 0.0) / (2 * np.pi * k)
    length = model.field.field.geometry.total_length * world.length_factor
    watch = 1 + int(np.argmin(np.abs(middle - 2.5)))
    return GroundGrid(cells, 1.0 / links, length, world.undisturbed, kernel, pulses, watch)


def cycles_of(plant: Plant) -> tuple[Cycle, Cycle]:
    """Return the cycles of a plant's machines in heating and in cooling."""
    one = plant.machines[0]
    if not (one.rated_heating and one.rated_cop and one.rated_cooling and one.rated_eer):
        raise ValueError("a template's machines need rated heating and cooling")
    return (
        rated_cycle(Mode.HEATING, one.rated_heating, one.rated_cop),
        rated_cycle(Mode.COOLING, one.rated_cooling, one.rated_eer),
    )


def _loops(world: World) -> Loops:
    model = assembled(world.template.plant)
    system = model.system
    field = isinstance(model.ground, GroundModel)
    table = model.field.flow_table if field else NO_CHANGE
    at_rest = int(np.argmin(np.abs(table.temperature - world.undisturbed)))
    source = _table(system.source_pumps, world)
    load = _table(system.load_pumps, world)
    return Loops(
        source[0] * (1 - 0.3 * world.sand),
        source[1] * (1 + 0.8 * world.sand),
        world.source_mode,
        load[0],
        load[1],
        world.load_mode,
        system.source_heat_capacity,
        system.load_heat_capacity,
        5.0,
        world.template.water_volume,
        world.bypass,
        table.flow,
        table.resistance[:, at_rest].copy(),
    )


def _table(bank: PumpBank, world: World) -> tuple[Floats, Floats]:
    rows = np.array([parallel_operation(bank, n) for n in range(bank.count + 1)])
    return rows[:, 0] * world.pump_flow, rows[:, 1] * world.pump_power


def _control(world: World, start: date) -> Control:
    c = world.template.plant.controls
    return Control(
        c.heating_supply,
        c.cooling_supply,
        world.heating_drift,
        world.cooling_drift,
        step_of(world.drift_on, start),
        world.equal,
        world.template.plant.machines[0].minimum_part_load,
    )


def _wear(world: World, start: date) -> Wear:
    return Wear(world.wear, 0.3 * world.wear, step_of(world.wear_on, start), 1)
