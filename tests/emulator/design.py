"""A designer's work: draw a building and a place, size machines, pumps and source, promise."""

from dataclasses import replace

import numpy as np
from numba import njit
from scipy.signal import fftconvolve

from . import ground
from .build import WARM_SOURCE, make_hours, make_site, response, zone_table
from .building import mass_after, zone_balance
from .hydraulics import CONSTANT, PER_MACHINE, VARIABLE_DT, VARIABLE_PRESSURE
from .loop import Hours
from .plant import (
    USES,
    Boreholes,
    Building,
    Controls,
    MachineType,
    Plant,
    PumpSet,
    Recharge,
    SingleWells,
    Surface,
    Wells,
)
from .weather import CLIMATES, Weather, weather

SOURCES = ("borehole_field", "well_group", "single_well", "surface_water")
SOURCE_SHARES = (0.45, 0.20, 0.20, 0.15)
TYPES = (
    MachineType("scroll", 3.95, 4.8, 1.0, (0.06, 0.06), 4, 0.25, 0.10),
    MachineType("screw", 4.20, 5.1, 1.0, (0.13, 0.14), 4, 0.25, 0.08),
    MachineType("screw-slide", 4.20, 5.1, 1.0, (0.14, 0.18), 0, 0.25, 0.08),
    MachineType("inverter", 4.35, 5.3, 0.95, (0.10, 0.28), 0, 0.20, 0.07),
    MachineType("magnetic", 4.50, 5.6, 1.05, (0.09, 0.32), 0, 0.15, 0.06),
)
YEAR = 8760


@njit(cache=True)
def ideal(zones, h):
    """Heat that keeps every zone at its set point, kW by zone (hours, zones), signed."""
    n = h.mode.size
    out = np.zeros((n, zones.shape[0]))
    state = np.full((zones.shape[0], 2), 20.0)
    for t in range(n):
        for k in range(zones.shape[0]):
            z = zones[k]
            gains = z[4] * h.gains[t] + z[5] * h.solar[t]
            slope, offset = zone_balance(z, state[k, 0], state[k, 1], h.outdoor[t], gains)
            free, heat = offset / slope, 0.0
            if h.mode[t] == 1:
                wish = z[6] - (0.0 if h.occupied[t] else z[8])
                heat = max(slope * wish - offset, 0.0)
            elif h.mode[t] == 2:
                wish = z[7] + (0.0 if h.occupied[t] else 3.0)
                heat = min(slope * wish - offset, 0.0)
            out[t, k] = heat
            state[k, 0] = free + heat / slope
            state[k, 1] = mass_after(z, state[k, 0], state[k, 1], gains)
    return out


def design_weather(plant: Plant, years: int) -> Weather:
    """The typical year from 1 October, repeated; no leap days and no year of its own."""
    rng = np.random.default_rng(plant.seed + 5000)
    one = weather(CLIMATES[plant.climate], rng, "2017-10-01", "2018-10-01", typical=True)
    time = np.datetime64("2017-10-01", "h") + np.arange(YEAR * years)
    return Weather(
        time, np.tile(one.air, years), np.tile(one.solar, years), np.tile(one.humidity, years)
    )


def draw_building(rng: np.random.Generator, climate: str) -> Building:
    """A building of a use drawn, with its heat losses by climate."""
    use = USES[rng.integers(len(USES))]
    loss = {"severe_cold": 1.05, "cold": 1.25, "hot_summer_cold_winter": 1.55}[climate]
    zones = int(rng.integers(1, 4))
    shares = rng.dirichlet(np.full(zones, 8.0)) if zones > 1 else np.ones(1)
    return Building(
        use,
        float(np.round(rng.uniform(6.0, 45.0), 1) * 1e3),
        tuple(shares.round(3)),
        loss * rng.uniform(0.88, 1.18),
        rng.uniform(8, 14),
        rng.uniform(45, 90),
        use.gain * rng.uniform(0.85, 1.2),
        use.glass * rng.uniform(0.8, 1.2),
        use.heating,
        use.cooling,
    )


def draw_source(rng: np.random.Generator, kind: str, climate: str) -> tuple[object, float]:
    """A source of unit size (to be sized) and the glycol share."""
    ground_t = CLIMATES[climate].ground + rng.uniform(-0.8, 0.8)
    if kind == "borehole_field":
        legs = 4 if rng.random() < 0.7 else 2
        k = rng.uniform(1.5, 2.5)
        glycol = 0.22 if climate == "severe_cold" else 0.0
        length = float(rng.choice([80.0, 100.0, 120.0, 140.0]))
        return Boreholes(
            4,
            4,
            float(rng.choice([4.5, 5.0, 5.5, 6.0])),
            length,
            0.15,
            legs,
            rng.uniform(1.4, 2.0),
            round(k, 2),
            rng.uniform(2.1, 2.5) * 1e6,
            round(ground_t, 1),
        ), glycol
    if kind == "well_group":
        return Wells(
            1,
            2,
            rng.uniform(55.0, 110.0),
            rng.choice([60.0, 80.0, 100.0]),
            rng.uniform(1.5e-4, 6e-4),
            rng.uniform(22.0, 40.0),
            rng.uniform(0.2, 0.3),
            rng.uniform(1.8, 2.4),
            2.5e6,
            round(ground_t, 1),
            rng.uniform(0.12, 0.35),
            rng.uniform(0.2, 0.8),
            rng.uniform(6.0, 20.0),
            rng.choice([0.0, rng.uniform(0.35, 0.6)]),
        ), 0.0
    if kind == "single_well":
        return SingleWells(
            1,
            float(rng.choice([60.0, 70.0, 80.0])),
            0.6,
            rng.uniform(8.0, 14.0),
            2.5e6,
            round(ground_t, 1),
            rng.uniform(1e-5, 3e-5),
            rng.uniform(0.06, 0.18),
            rng.uniform(5.0, 15.0),
        ), 0.0
    body = "reclaimed" if rng.random() < 0.6 else "river"
    c = CLIMATES[climate]
    mean, swing = (c.mean + 5.5, 6.0) if body == "reclaimed" else (c.mean + 1.5, 8.0)
    if climate != "hot_summer_cold_winter" and body == "river":
        body, mean, swing = "reclaimed", c.mean + 5.5, 6.0
    return Surface(body, max(mean, 14.5), min(swing, max(mean, 14.5) - 7.5), 0.6, 1.0), 0.0


def peak(values: np.ndarray) -> float:
    """Design load: mean of the 60 greatest hours."""
    return float(np.sort(values)[-60:].mean())


def terminals(
    loads: np.ndarray, controls: Controls, building: Building
) -> tuple[tuple[float, float, float], ...]:
    """UA in kW/K for heating and cooling and the flow in m³/h of every zone."""
    out = []
    for k in range(loads.shape[1]):
        heat, cold = peak(np.maximum(loads[:, k], 0)), peak(np.maximum(-loads[:, k], 0))
        lift_h = controls.heating_supply - building.heating
        lift_c = building.cooling - controls.cooling_supply
        dt = controls.load_dt
        ua = max(
            -np.log(1 - dt / lift_h) * heat / dt * 1.25, -np.log(1 - dt / lift_c) * cold / dt * 1.2
        )
        out.append((ua, ua, max(heat, cold) / dt / 1.163))
    return tuple(out)


def draw_type(rng: np.random.Generator) -> MachineType:
    """A family with the spread of makes."""
    t = TYPES[rng.integers(len(TYPES))]
    make = rng.uniform(0.94, 1.06)
    return replace(t, cop=round(t.cop * make, 2), eer=round(t.eer * make, 2))


def draw_plant(seed: int) -> tuple[Plant, np.random.Generator]:
    """The healthy design of a seed, sized, without natural spread."""
    rng = np.random.default_rng([seed, 2024])
    kind = str(rng.choice(SOURCES, p=SOURCE_SHARES))
    climate = str(rng.choice(list(CLIMATES)))
    building = draw_building(rng, climate)
    source, glycol = draw_source(rng, kind, climate)
    warm = 42.0 if building.use.name == "residential" else 45.0
    from_outdoor = -8.0 if climate != "hot_summer_cold_winter" else -2.0
    controls = Controls(
        warm,
        float(rng.choice([0.0, 0.3, 0.4])),
        from_outdoor,
        warm - 7.0,
        7.0,
        5.0,
        {"well_group": 7.0, "single_well": 6.0}.get(kind, 5.0),
    )
    years = int(rng.integers(3, 7))
    handed = f"{int(rng.integers(2017, 2020))}-{rng.integers(9, 11):02d}-{rng.integers(20, 29)}"
    blank = PumpSet(1, 1.0, 30.0, 0.6, CONSTANT)
    unsized = ((1.0, 1.0, 1.0),) * len(building.shares)
    plant = Plant(
        seed,
        climate,
        kind,
        years,
        handed,
        glycol,
        building,
        unsized,
        source,
        draw_type(rng),
        int(rng.integers(2, 5)),
        1.0,
        1.0,
        blank,
        blank,
        controls,
        None,
    )
    return sized(plant, rng), rng


def sized(plant: Plant, rng: np.random.Generator) -> Plant:
    """Machines, pumps, terminals and source from the loads of the typical year."""
    h, _ = make_hours(plant, design_weather(plant, 1), None)
    loads = ideal(zone_table(plant, 1.0), h)
    total = loads.sum(axis=1)
    heat, cold = peak(np.maximum(total, 0)), peak(np.maximum(-total, 0))
    margin = rng.uniform(1.05, 1.2)
    plant = replace(plant, terminals=terminals(loads, plant.controls, plant.building))
    cold_source = 0.86 if plant.kind == "borehole_field" else 0.98
    rated = max(heat / cold_source, cold / (0.93 * 0.97)) * margin / plant.machines
    rated = float(np.ceil(rated / 10.0) * 10.0)
    plant = replace(plant, rated_heating=rated, rated_cooling=round(rated * 0.97))
    extract, reject = heat * (1 - 1 / 4.2), cold * (1 + 1 / 5.2)
    plant = with_pumps(plant, rng, max(extract, reject), max(heat, cold))
    ground_load = np.where(total > 0, -total * (1 - 1 / 4.1), -total * (1 + 1 / 5.5))
    plant = with_recharge(plant, rng, ground_load)
    return with_source(plant, rng, ground_load, max(extract, reject))


def with_pumps(plant: Plant, rng: np.random.Generator, source_kw: float, load_kw: float) -> Plant:
    """Pumps of both loops, one for each machine."""
    n, c = plant.machines, plant.controls
    flow_s = source_kw * 1.08 / (1.163 * (1 - 0.28 * plant.glycol) * c.source_dt) / n
    flow_l = load_kw * 1.05 / (1.163 * c.load_dt) / n
    well = plant.kind in ("well_group", "single_well")
    control_s = int(rng.choice([PER_MACHINE, VARIABLE_DT, CONSTANT], p=[0.55, 0.33, 0.12]))
    control_l = int(
        rng.choice(
            [PER_MACHINE, VARIABLE_DT, VARIABLE_PRESSURE, CONSTANT], p=[0.3, 0.3, 0.32, 0.08]
        )
    )
    head_s = rng.uniform(30.0, 40.0) if well else rng.uniform(22.0, 30.0)
    lift = 0.0
    if isinstance(plant.source, Wells | SingleWells):
        lift = 0.45 * plant.source.level
    source = PumpSet(
        n, round(flow_s, 1), round(head_s, 0), rng.uniform(0.50, 0.62), control_s, lift
    )
    load = PumpSet(
        n, round(flow_l, 1), round(rng.uniform(24.0, 32.0), 0), rng.uniform(0.52, 0.64), control_l
    )
    return replace(plant, source_pumps=source, load_pumps=load)


def with_recharge(plant: Plant, rng: np.random.Generator, ground_load: np.ndarray) -> Plant:
    """A collector field or a cooling tower where the year is unbalanced by more than a third."""
    gained = float(ground_load.sum()) / 1e3
    turnover = float(np.abs(ground_load).sum()) / 1e3
    if plant.kind != "borehole_field" or abs(gained) < 0.33 * turnover or rng.random() < 0.15:
        return plant
    annual = -gained * rng.uniform(0.75, 1.0)
    kind = "solar" if annual > 0 else "cooling_tower"
    power = abs(annual) * 1e3 / (1500.0 if annual > 0 else 1000.0)
    pump = round(power / 5.0 / 1.163 * 12.0 * 9.81 / 3600.0 / 0.5 + 0.02 * power, 1)
    pump = min(pump, 0.02 * power)
    return replace(
        plant, recharge=Recharge(kind, round(annual, 0), round(power, 0), round(pump, 1))
    )


def with_source(
    plant: Plant, rng: np.random.Generator, ground_load: np.ndarray, peak_kw: float
) -> Plant:
    """The source sized to the design loads with the designer's margin."""
    s, margin = plant.source, rng.uniform(1.02, 1.2)
    if isinstance(s, Boreholes):
        return sized_field(plant, ground_load, margin)
    if isinstance(s, SingleWells):
        return sized_circulation(plant, ground_load, margin)
    flow = plant.source_pumps.number * plant.source_pumps.flow
    if isinstance(s, Wells):
        number = int(np.ceil(flow / rng.uniform(45.0, 90.0)))
        t = s.hydraulic * s.thickness
        slope = ground.drawdown_per_flow(t, 0.15, 0.25, 60.0) / number
        lift = 0.45 * s.level
        pumps = replace(plant.source_pumps, slope=slope, lift=lift)
        pumps = replace(pumps, head=round(max(pumps.head, 14 + lift + slope * flow * 1.4), 0))
        s = replace(s, abstraction=number, injection=int(np.ceil(number * 1.5)))
        return replace(plant, source=s, source_pumps=pumps)
    return replace(plant, source=replace(s, ua=round(peak_kw * margin / rng.uniform(1.8, 2.8), 1)))


def sized_field(plant: Plant, ground_load: np.ndarray, margin: float) -> Plant:
    """Rows and columns so that the water stays within 4 (glycol 0) and 31 °C in three years."""
    load = np.tile(ground_load, 3)
    if plant.recharge:
        h, _ = make_hours(plant, design_weather(plant, 1), None)
        load = load + np.tile(h.recharge, 3)
    s = plant.source
    low, high = (0.0 if plant.glycol else 4.5), 31.0
    metres = float(np.abs(ground_load).max()) * 1e3 / 45.0
    for _ in range(3):
        holes = max(metres / s.length, 6.0)
        columns = int(np.ceil(np.sqrt(holes * 1.4)))
        s = replace(s, columns=columns, rows=max(int(np.ceil(holes / columns)), 2))
        step, scale = response(replace(plant, source=s), load.size)
        wall = fftconvolve(load * scale, np.diff(step[: load.size + 1]))[: load.size]
        local = 0.10 * scale * load
        fluid = wall + local
        coldest = -np.sort(fluid)[:10].mean() / max(s.temperature - low - 1.5, 1.0)
        hottest = np.sort(fluid)[-10:].mean() / max(high - 1.5 - s.temperature, 1.0)
        metres = s.count * s.length * max(coldest, hottest, 0.25) * margin
    return replace(plant, source=s)


def sized_circulation(plant: Plant, ground_load: np.ndarray, margin: float) -> Plant:
    """Circulation wells so that the water stays within 7 K of the aquifer, 4.5 °C at the least."""
    s = plant.source
    step, scale = response(replace(plant, source=replace(s, count=1)), ground_load.size)
    wall = fftconvolve(ground_load * scale, np.diff(step[: ground_load.size + 1]))
    again = plant.controls.source_dt * s.recycled / (1.0 - s.recycled)
    cold = -np.sort(wall[: ground_load.size])[:10].mean()
    warm = np.sort(wall[: ground_load.size])[-10:].mean()
    wells = max(cold / max(min(7.0, s.temperature - 4.5) - again, 1.0), warm / (8.0 - again))
    return replace(plant, source=replace(s, count=max(int(np.ceil(wells * margin)), 1)))


def design_run_hours(plant: Plant) -> tuple[Hours, float]:
    """Three typical years, from 1 October, and the scale of the recharge."""
    return make_hours(plant, design_weather(plant, 3), None)


def design_site(plant: Plant):
    """The plant on paper, without natural spread."""
    return make_site(replace(plant, spread=None), 3 * YEAR)


__all__ = ["SOURCES", "WARM_SOURCE", "draw_plant", "ideal", "sized"]
