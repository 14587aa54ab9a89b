"""From the description of a plant and its weather to the arrays of the hourly loop."""

import numpy as np

from . import ground
from .hydraulics import VARIABLE_PRESSURE, PumpGroup, pump_group
from .loop import EFFECTS, Hours, Site
from .machines import Curve
from .plant import Boreholes, Plant, PumpSet, SingleWells, Spread, Surface, Wells
from .weather import CLIMATES, Weather, day_of_year, red_noise

WARM_SOURCE, COOL_SOURCE = 25.0, 18.0


def curves(plant: Plant) -> tuple[Curve, Curve]:
    """Heating and cooling curves of one machine; rated at 10/45 °C and 25 (18)/7 °C."""
    t, q, c = plant.type, float(plant.rated_heating), float(plant.rated_cooling)
    k = float(t.slope)
    warm = COOL_SOURCE if plant.kind in ("well_group", "single_well") else WARM_SOURCE
    shape = (*t.part, int(t.stages), t.least, t.cycling)
    heating = Curve(
        q,
        q / t.cop,
        10.0,
        45.0,
        0.0290 * k,
        0.00012,
        -0.0055,
        -0.00006,
        0.0040,
        0.00005,
        0.0205 * (0.5 + 0.5 * k),
        0.00018,
        *shape,
    )
    cooling = Curve(
        c,
        c / t.eer,
        warm,
        7.0,
        -0.0085 * k,
        -0.00005,
        0.0300,
        -0.00010,
        0.0205 * k,
        0.00022,
        0.0050,
        0.00002,
        *shape,
    )
    return heating, cooling


def fluid_heat(plant: Plant) -> float:
    """kWh/(m³ K) of the source water or glycol."""
    return 1.163 * (1.0 - 0.28 * plant.glycol)


def seasons(climate: str, month_day: np.ndarray) -> np.ndarray:
    """Mode by calendar: 1 heating, 2 cooling, 0 none."""
    c = CLIMATES[climate]
    heating = (month_day >= c.heating[0]) | (month_day <= c.heating[1])
    cooling = (month_day >= c.cooling[0]) & (month_day <= c.cooling[1])
    return np.where(heating, 1, np.where(cooling, 2, 0)).astype(np.int8)


def occupancy(plant: Plant, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """In use (0/1, with three hours of warming up) and share of the peak gains."""
    use = plant.building.use
    hour = time.astype("datetime64[h]").astype(int) % 24
    weekday = (time.astype("datetime64[D]").astype(int) + 3) % 7
    open_ = (hour >= use.opens) & (hour < use.closes)
    warming = (hour >= use.opens - 3) & (hour < use.closes)
    day = np.where(weekday >= 5, min(use.weekend, 1.0), 1.0)
    if use.closes - use.opens == 24:
        shape = 0.62 + 0.38 * np.sin(2 * np.pi * (hour - 13.5) / 24.0) ** 2
        return np.ones(time.size, bool), shape * day
    awake = warming & ((weekday < 5) | (use.weekend > 0.5))
    return awake, np.where(open_, day, 0.12)


def effect_rows(plant: Plant, hours: int) -> np.ndarray:
    """Table (EFFECTS, hours) of everything that grows or is switched in time."""
    table = np.zeros((EFFECTS, hours))
    t = np.arange(hours)
    for e in plant.effects:
        table[e.row] += e.size * np.clip((t - e.onset + 1) / max(e.growth, 1), 0.0, 1.0)
    return table


def far_temperature(plant: Plant, w: Weather) -> np.ndarray:
    """Temperature of the untouched source, hourly, °C."""
    s = plant.source
    if not isinstance(s, Surface):
        return np.full(w.time.size, s.temperature)
    day = day_of_year(w.time)
    yearly = s.mean - s.swing * np.cos(2.0 * np.pi * (day - 35.0) / 365.25)
    noise = red_noise(np.random.default_rng(plant.seed + 77), w.time.size, 0.5, 200.0)
    winter = np.clip(np.cos(2.0 * np.pi * (day - 35.0) / 365.25), -1.0, 1.0)
    water = yearly + s.follows * noise
    return np.maximum(
        water - s.colder * np.maximum(winter, 0) + s.warmer * np.maximum(-winter, 0), 2.5
    )


def recharge_rows(plant: Plant, w: Weather, design_heat: float | None) -> tuple[np.ndarray, float]:
    """Heat per hour into the ground (kW) and the scale that met the design year."""
    r = plant.recharge
    if r is None:
        return np.zeros(w.time.size), 1.0
    month = w.time.astype("datetime64[M]").astype(int) % 12 + 1
    hour = w.time.astype("datetime64[h]").astype(int) % 24
    if r.kind == "solar":
        shape = np.where((month >= 4) & (month <= 10), np.maximum(w.solar - 150.0, 0.0), 0.0)
    else:
        night = (hour >= 21) | (hour < 8)
        shape = np.where(night & (month >= 6) & (month <= 10) & (w.wet_bulb < 26.0), -1.0, 0.0)
    scale = (
        design_heat
        if design_heat is not None
        else abs(r.annual) * 1e3 / np.abs(shape[:8760]).sum()
    )
    return shape * scale, scale


def resistance_table(plant: Plant) -> np.ndarray:
    """K/kW between the source and the mean (or returned) water against the flow in m³/h."""
    design = plant.source_pumps.number * plant.source_pumps.flow
    flows = design * np.geomspace(0.08, 2.5, 40)
    s = plant.source
    if isinstance(s, Boreholes):
        values = [1e3 * hole_star(plant, s, v) / active_length(s) for v in flows]
    elif isinstance(s, Wells):
        rated = plant.rated_heating * plant.machines * s.ua_per_kw
        values = [0.0 if s.ua_per_kw <= 0 else 1.0 / (rated * (v / design) ** 0.55) for v in flows]
    elif isinstance(s, SingleWells):
        again = s.recycled / (1.0 - s.recycled)
        values = [again / (v * fluid_heat(plant)) + 0.12 / (design * 1.163) for v in flows]
    else:
        values = [1.0 / (s.ua * (v / design) ** 0.55) for v in flows]
    return np.array([flows, values])


def active_length(s: Boreholes) -> float:
    """Metres of hole that exchange heat."""
    return s.count * s.length * (1.0 - s.dead)


def hole_star(plant: Plant, s: Boreholes, flow: float) -> float:
    """Effective R_b* in m K/W at a flow of the whole field in m³/h."""
    hole = flow / (s.count * (1.0 - s.dead)) / 3600.0
    loop = hole / (s.legs / 2)
    viscosity = 1.35e-6 * (1.0 + 4.5 * plant.glycol)
    local, across = ground.hole_resistance(s.legs, s.diameter, s.grout, loop, viscosity)
    star = ground.effective_resistance(local * s.resistance_factor, across, s.length, hole)
    return min(star, 1.2)


def response(plant: Plant, hours: int) -> tuple[np.ndarray, float]:
    """Step response and the scale from kW put into the source to its unit."""
    s = plant.source
    if isinstance(s, Boreholes):
        i, j = np.meshgrid(np.arange(s.columns), np.arange(s.rows))
        at = (i.ravel() * s.spacing, j.ravel() * s.spacing)
        shape = (s.length, 1.5, s.diameter / 2.0)
        step = ground.field_step(at, shape, (s.conductivity, s.heat), hours)
        return step, 1e3 / active_length(s)
    flow = plant.source_pumps.number * plant.source_pumps.flow
    if isinstance(s, Wells):
        water = {"heat": s.heat, "thickness": s.thickness, "conductivity": s.conductivity}
        water["captured"] = s.captured
        step = ground.doublet_step(s.distance, 0.35 * flow / s.abstraction, water, hours)
        return step, 1.0 / (flow * 1.163)
    if isinstance(s, SingleWells):
        around = (s.conductivity, s.heat)
        step = ground.moving_line_step(0.6, around, s.velocity, hours)
        return step, 1e3 / (s.count * s.depth * 0.8)
    return np.zeros(hours + 2), 0.0


def zone_table(plant: Plant, occupancy_factor: float) -> np.ndarray:
    """Zones (n, 12): loss, air, mass, coupling, gains, glass, set points, setback, terminals."""
    b, rows = plant.building, []
    for share, (ua_h, ua_c, flow) in zip(b.shares, plant.terminals, strict=True):
        m2 = b.area * share * b.scale / 1e3
        rows.append(
            [
                b.loss * m2,
                b.air * m2,
                b.mass * m2,
                5.0 * m2,
                b.gain * m2 * occupancy_factor,
                b.glass * m2,
                b.heating,
                b.cooling,
                b.use.setback,
                ua_h * b.heating_use,
                ua_c * b.cooling_use,
                flow,
            ]
        )
    table = np.array(rows)
    if b.heating_use < 1.0:
        table[:, 6] -= 7.0 * (1.0 - b.heating_use)
    if b.cooling_use < 1.0:
        table[:, 7] += 5.0 * (1.0 - b.cooling_use)
    return table


def group(p: PumpSet, share: float) -> PumpGroup:
    """Pump curves that pass the design point; oversized heads meet the same system."""
    lift = p.lift + (0.4 * p.head if p.control == VARIABLE_PRESSURE else 0.0)
    g = pump_group(
        p.number,
        p.flow,
        p.head,
        efficiency=p.efficiency,
        lift=lift,
        slope=p.slope,
        control=p.control,
    )
    if p.head_factor == 1.0:
        return g
    bigger = 1.0 + share * (p.head_factor - 1.0)
    return g._replace(
        shutoff=g.shutoff * p.head_factor,
        bend=g.bend * p.head_factor / bigger**2,
        flow=g.flow * bigger,
    )


def make_site(plant: Plant, hours: int) -> Site:
    """The constant part of the loop."""
    heating, cooling = curves(plant)
    n, c = plant.machines, plant.controls
    even = Spread((1.0,) * n, (1.0,) * n, (1.0,) * n, 0.0, 1.0)
    spread = plant.spread or even
    step, scale = response(plant, hours)
    return Site(
        zone_table(plant, spread.occupancy),
        heating,
        cooling,
        n,
        np.array(spread.machines),
        0.004 * n * heating.power,
        group(plant.source_pumps, 0.5),
        group(plant.load_pumps, 0.5),
        fluid_heat(plant),
        np.array(spread.source_pumps),
        np.array(spread.load_pumps),
        step,
        scale,
        resistance_table(plant),
        0.5 if isinstance(plant.source, Boreholes) else 1.0,
        float(c.heating_supply),
        float(c.reset),
        float(c.reset_from),
        float(c.supply_least),
        float(c.cooling_supply),
        float(c.source_dt),
        float(c.load_dt),
        float(spread.setpoint),
        -7.0 if plant.glycol > 0 else 2.0,
    )


def make_hours(plant: Plant, w: Weather, recharge_scale: float | None) -> tuple[Hours, float]:
    """The hourly part of the loop and the scale of the recharge."""
    month_day = np.datetime_as_string(w.time.astype("datetime64[D]")).astype("U10")
    mode = seasons(plant.climate, np.array([m[5:] for m in month_day]))
    mode[: plant.cooling_skipped_until][mode[: plant.cooling_skipped_until] == 2] = 0
    awake, gains = occupancy(plant, w.time)
    heat, scale = recharge_rows(plant, w, recharge_scale)
    r = plant.recharge
    on = np.where(heat != 0.0, (r.pump * r.pump_share) if r else 0.0, 0.0)
    heat = heat * (r.heat_share if r else 1.0)
    early = slice(0, plant.cooling_skipped_until)
    heat[early] -= plant.history * (mode[early] == 1)
    return Hours(
        mode,
        awake,
        gains,
        w.air,
        w.solar,
        far_temperature(plant, w),
        heat,
        on,
        effect_rows(plant, w.time.size),
    ), scale
