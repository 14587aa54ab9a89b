"""The hourly loop of a plant, compiled: zones, load water, machines, source water, ground."""

from typing import NamedTuple

import numpy as np
from numba import njit

from .building import WATER_KWH, flow_for, mass_after, most_heat, zone_balance
from .hydraulics import PumpGroup, run_pumps
from .machines import Curve, full_load, part_power, starts_per_hour

# rows of time-dependent effects
(
    FOUL_S,
    FOUL_L,
    WEAR,
    SET_BIAS,
    NIGHT,
    FILTER_S,
    BYPASS_S,
    BYPASS_L,
    EQUAL,
    FULL_SPEED,
    ALWAYS,
    SLOPE_S,
    MIX_L,
    IMBALANCE,
) = range(14)
EFFECTS = 14
# columns of the answer
(
    MODE,
    HEAT,
    MACHINES,
    SOURCE_PUMPS,
    LOAD_PUMPS,
    RECHARGE_PUMP,
    SOURCE_HEAT,
    T_IN,
    T_OUT,
    FLOW_S,
    T_SUPPLY,
    T_RETURN,
    FLOW_L,
    RUNNING,
    PART,
    STARTS,
    UNMET,
    RECHARGE,
    T_WALL,
    PUMPS_S,
    PUMPS_L,
    STAND_BY,
    OCCUPIED,
    SETPOINT,
    ROTATION,
) = range(25)
COLUMNS = 25


class Site(NamedTuple):
    """What does not change with the hour; zones (zones, 9) as in `zone_balance` and below."""

    zones: np.ndarray
    heating: Curve
    cooling: Curve
    machines: int
    power_factors: np.ndarray
    stand_by: float
    source: PumpGroup
    load: PumpGroup
    source_heat: float
    source_factors: np.ndarray
    load_factors: np.ndarray
    response: np.ndarray
    scale: float
    resistance: np.ndarray
    shift: float
    supply_heating: float
    reset: float
    reset_from: float
    supply_least: float
    supply_cooling: float
    source_dt: float
    load_dt: float
    set_bias: float
    coldest: float


class Hours(NamedTuple):
    """What changes: mode, use, weather, far temperature, recharge, effects; shapes (hours,)."""

    mode: np.ndarray
    occupied: np.ndarray
    gains: np.ndarray
    outdoor: np.ndarray
    solar: np.ndarray
    far: np.ndarray
    recharge: np.ndarray
    recharge_power: np.ndarray
    effects: np.ndarray


@njit(cache=True)
def older_days(days, response, today, base):
    """Temperature change in today's hours by the loads of all days before yesterday."""
    for j in range(24):
        total = 0.0
        for d in range(today - 1):
            age = (today - d) * 24 + j + 1
            total += days[d] * (response[age] - response[age - 24])
        base[j] = total


@njit(cache=True)
def recent_hours(loads, response, t):
    """The same by the hours of yesterday and today before hour t."""
    total = 0.0
    for i in range(max((t // 24 - 1) * 24, 0), t):
        total += loads[i] * (response[t + 1 - i] - response[t - i])
    return total


@njit(cache=True)
def supply_setpoint(site, mode, outdoor, bias):
    """Set point of the load supply in °C after weather reset and bias (warmer or colder)."""
    if mode == 1:
        lower = site.reset * max(outdoor - site.reset_from, 0.0)
        return max(site.supply_heating - lower, site.supply_least) + site.set_bias + bias
    return max(site.supply_cooling + site.set_bias - bias, 4.5)


@njit(cache=True)
def demands(site, h, t, state, setpoint):
    """Heat of each zone (kW, positive in both modes) and the capacity flow its valve asks."""
    zones = site.zones
    need, ask = np.zeros(zones.shape[0]), np.zeros(zones.shape[0])
    mode, spread = h.mode[t], h.effects[IMBALANCE, t]
    awake = h.occupied[t] or h.effects[NIGHT, t] > 0.0
    for k in range(zones.shape[0]):
        z = zones[k]
        gains = z[4] * h.gains[t] + z[5] * h.solar[t]
        slope, offset = zone_balance(z, state[k, 0], state[k, 1], h.outdoor[t], gains)
        if mode == 1:
            wish = z[6] - (0.0 if awake else z[8])
            heat, lift = slope * wish - offset, setpoint - state[k, 0]
        else:
            wish = z[7] + (0.0 if awake else 3.0)
            heat, lift = offset - slope * wish, state[k, 0] - setpoint
        ua = z[9] if mode == 1 else z[10]
        widest = z[11] * WATER_KWH * (1.0 - h.effects[BYPASS_L, t])
        need[k] = min(max(heat, 0.0), most_heat(ua, 1.35 * widest, lift))
        if need[k] > 0.0:
            ask[k] = min(flow_for(ua, need[k], lift), 1.35 * widest) * (1.0 + spread)
    return need, ask


@njit(cache=True)
def advance(site, h, t, state, given):
    """Room and mass temperatures after the hour; the heat given to each zone carries its sign."""
    for k in range(site.zones.shape[0]):
        z = site.zones[k]
        gains = z[4] * h.gains[t] + z[5] * h.solar[t]
        slope, offset = zone_balance(z, state[k, 0], state[k, 1], h.outdoor[t], gains)
        state[k, 0] = (offset + given[k]) / slope
        state[k, 1] = mass_after(z, state[k, 0], state[k, 1], gains)


@njit(cache=True)
def impedance(site, flow, bypass):
    """
    K per kW between ground and machine inlet: resistance by flow, mean-to-inlet, open by-pass.

    resistance = [(flow m³/h), (K/kW)] as a table; `shift` is 1/2 where the ground sees the mean
    fluid and 1 where it sees the return. A by-pass b sends 1 - b of the flow to the source.
    """
    through = flow * (1.0 - bypass)
    local = np.interp(through, site.resistance[0], site.resistance[1])
    return local + (site.shift / (1.0 - bypass) - 1.0) / (flow * site.source_heat)


@njit(cache=True)
def crowd(site, running, rotation):
    """Mean power factor of the machines that run."""
    total = 0.0
    for i in range(running):
        total += site.power_factors[(rotation + i) % site.machines]
    return total / running


@njit(cache=True)
def machines_for(curve, site, wanted, temperatures, effects):
    """Machines running, heat, power and part load for a wanted heat (kW) at two temperatures."""
    capacity, power = full_load(curve, temperatures[0], temperatures[1])
    capacity *= 1.0 - 0.5 * effects[WEAR]
    if effects[EQUAL] > 0.0:
        running = site.machines
    else:
        running = min(max(int(np.ceil(wanted / (0.98 * capacity))), 1), site.machines)
    heat = min(wanted, running * capacity)
    part = heat / (running * capacity)
    share = part_power(curve, part)
    return running, heat, running * power * share * (1.0 + effects[WEAR]), part


@njit(cache=True)
def load_water(site, h, t, running, total, asked):
    """Flow (m³/h), power and pumps of the load loop."""
    e = h.effects[:, t]
    building = asked / WATER_KWH / (1.0 - e[BYPASS_L])
    if site.load.control == 2:
        building = total / (WATER_KWH * site.load_dt) * (1.0 + e[IMBALANCE])
        building /= 1.0 - e[BYPASS_L]
    return run_pumps(site.load, running, building, site.load.drag, e[FULL_SPEED])


@njit(cache=True)
def source_water(site, h, t, running, extracted):
    """Flow (m³/h), power and pumps of the source loop."""
    e = h.effects[:, t]
    wanted = abs(extracted) / (site.source_heat * site.source_dt)
    group = site.source
    if e[SLOPE_S] > 0.0:
        group = PumpGroup(
            group.number,
            group.flow,
            group.shutoff,
            group.bend,
            group.efficiency,
            group.lift,
            group.slope * (1.0 + e[SLOPE_S]),
            group.drag,
            group.control,
            group.least,
        )
    drag = group.drag * (1.0 + e[FILTER_S])
    return run_pumps(group, running, wanted, drag, e[FULL_SPEED])


@njit(cache=True)
def solve_hour(site, h, t, load, temperatures, row):
    """
    Balance machines, both loops and the source for one hour; fills the row.

    load = heat wanted (kW), capacity flow asked (kW/K); temperatures = set point, source (°C).
    """
    wanted, asked = load
    setpoint, undisturbed = temperatures
    mode, e = h.mode[t], h.effects[:, t]
    curve, sign = (site.heating, 1.0) if mode == 1 else (site.cooling, -1.0)
    rotation = (t // 168) % site.machines
    t_in, flow_s, extracted, load_dt = undisturbed, site.source.flow, 0.0, site.load_dt
    running, heat, power, part = 1, wanted, 0.0, 0.0
    size = max(curve.capacity * site.machines, 1e-6)
    for _ in range(6):
        each = heat / (size * max(running, 1) / site.machines)
        mixed = e[MIX_L] * (site.machines - running) / site.machines
        outlet = setpoint + sign * (e[FOUL_L] * each + mixed / (1.0 - mixed) * load_dt)
        inlet = t_in - sign * e[FOUL_S] * each
        running, heat, power, part = machines_for(curve, site, wanted, (inlet, outlet), e)
        power *= crowd(site, running, rotation)
        if mode == 1 and t_in < site.coldest:
            cut = max(1.0 - 0.35 * (site.coldest - t_in), 0.15)
            power, heat = power * cut, heat * cut
        extracted = heat - power if mode == 1 else -(heat + power)
        flow_s, pump_s, pumps_s = source_water(site, h, t, running, extracted)
        flow_l, pump_l, pumps_l = load_water(site, h, t, running, heat, asked)
        load_dt = heat / (WATER_KWH * flow_l)
        direct = site.response[1] * site.scale
        wish = undisturbed - extracted * (impedance(site, flow_s, e[BYPASS_S]) + direct)
        t_in += 0.75 * (wish - t_in)
    reached = setpoint - sign * 6.0 * (1.0 - heat / wanted)
    row[HEAT], row[MACHINES], row[SOURCE_HEAT] = heat, power, extracted
    row[SOURCE_PUMPS], row[LOAD_PUMPS] = pump_s, pump_l
    row[T_IN], row[T_OUT] = t_in, t_in - extracted / (flow_s * site.source_heat)
    row[FLOW_S], row[FLOW_L], row[PUMPS_S], row[PUMPS_L] = flow_s, flow_l, pumps_s, pumps_l
    row[T_SUPPLY], row[T_RETURN] = reached, reached - sign * load_dt
    row[RUNNING], row[PART], row[ROTATION] = running, part, rotation
    row[STARTS] = running * starts_per_hour(curve, part)


@njit(cache=True)
def idle_hour(site, h, t, undisturbed, state, row):
    """An hour without load: water stands, or pumps that nobody stops run on."""
    row[T_IN] = row[T_OUT] = undisturbed
    row[T_SUPPLY] = row[T_RETURN] = state[0, 0]
    if h.mode[t] != 0 and h.effects[ALWAYS, t] > 0.0:
        row[FLOW_S], row[SOURCE_PUMPS], row[PUMPS_S] = source_water(site, h, t, 1, 0.0)
        row[FLOW_L], row[LOAD_PUMPS], row[PUMPS_L] = load_water(site, h, t, 1, 0.0, 0.0)


@njit(cache=True)
def pump_factors(site, row):
    """Natural spread of the pumps that run."""
    if row[PUMPS_S] > 0:
        row[SOURCE_PUMPS] *= site.source_factors[: int(row[PUMPS_S])].mean()
    if row[PUMPS_L] > 0:
        row[LOAD_PUMPS] *= site.load_factors[: int(row[PUMPS_L])].mean()


@njit(cache=True)
def simulate(site, h, start):
    """All hours: table (hours, COLUMNS) and room temperatures (hours, zones)."""
    n = h.mode.size
    out, rooms = np.zeros((n, COLUMNS)), np.zeros((n, site.zones.shape[0]))
    state, base = start.copy(), np.zeros(24)
    loads, days = np.zeros(n), np.zeros(n // 24 + 1)
    for t in range(n):
        if t % 24 == 0:
            older_days(days, site.response, t // 24, base)
        row = out[t]
        change = base[t % 24] + recent_hours(loads, site.response, t)
        undisturbed = h.far[t] + change
        row[MODE], row[OCCUPIED], row[STAND_BY] = h.mode[t], h.occupied[t], site.stand_by
        given = np.zeros(site.zones.shape[0])
        setpoint = supply_setpoint(site, h.mode[t], h.outdoor[t], h.effects[SET_BIAS, t])
        row[SETPOINT] = setpoint if h.mode[t] != 0 else 0.0
        total = 0.0
        if h.mode[t] != 0:
            need, ask = demands(site, h, t, state, setpoint)
            total = need.sum()
        if total > 0.002 * site.heating.capacity:
            solve_hour(site, h, t, (total, ask.sum()), (setpoint, undisturbed), row)
            row[UNMET] = total - row[HEAT]
            given[:] = need * (row[HEAT] / total) * (1.0 if h.mode[t] == 1 else -1.0)
        else:
            idle_hour(site, h, t, undisturbed, state, row)
        pump_factors(site, row)
        row[RECHARGE], row[RECHARGE_PUMP] = h.recharge[t], h.recharge_power[t]
        loads[t] = (h.recharge[t] - row[SOURCE_HEAT]) * site.scale
        days[t // 24] += loads[t] / 24.0
        row[T_WALL] = undisturbed + loads[t] * site.response[1]
        advance(site, h, t, state, given)
        rooms[t] = state[:, 0]
    return out, rooms
