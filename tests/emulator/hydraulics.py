"""Pumps with quadratic head curves against a system curve, compiled for the hourly loop."""

from typing import NamedTuple

import numpy as np
from numba import njit

CONSTANT, PER_MACHINE, VARIABLE_DT, VARIABLE_PRESSURE = 0, 1, 2, 3
RHO_G = 998.0 * 9.81 / 3600.0 / 1000.0  # kW per (m³/h · m)


class PumpGroup(NamedTuple):
    """Equal pumps in parallel: head = shutoff s² - bend v², system = lift + slope V + drag V²."""

    number: int
    flow: float
    shutoff: float
    bend: float
    efficiency: float
    lift: float
    slope: float
    drag: float
    control: int
    least: float


def pump_group(
    number: int,
    flow: float,
    head: float,
    *,
    efficiency: float,
    lift: float,
    slope: float,
    control: int,
) -> PumpGroup:
    """A group whose curve passes the design point: `flow` (m³/h) of one pump, `head` in m."""
    total = number * flow
    drag = max(head - lift - slope * total, 0.1 * head) / total**2
    bend = 0.25 * head / flow**2
    numbers = (flow, 1.25 * head, bend, efficiency, lift, slope, drag)
    return PumpGroup(int(number), *map(float, numbers), int(control), 0.65)


@njit(cache=True)
def free_flow(g, running, speed, drag):
    """Flow in m³/h where `running` pumps at a speed meet the system curve."""
    quadratic = drag + g.bend / running**2
    drive = max(speed * speed * g.shutoff - g.lift, 0.0)
    root = np.sqrt(g.slope**2 + 4.0 * quadratic * drive)
    return (root - g.slope) / (2.0 * quadratic)


@njit(cache=True)
def needed_speed(g, running, flow, drag):
    """Relative speed at which `running` pumps deliver a flow."""
    head = g.lift + g.slope * flow + drag * flow**2
    return np.sqrt((head + g.bend * (flow / running) ** 2) / g.shutoff)


@njit(cache=True)
def pump_power(g, running, flow, speed):
    """Electric power in kW; efficiency falls away from the best point, drives lose 4 %."""
    one = flow / running
    head = max(speed * speed * g.shutoff - g.bend * one**2, 0.5)
    off = one / (g.flow * max(speed, 0.2)) - 1.0
    efficiency = g.efficiency * max(1.0 - 0.75 * off * off, 0.3)
    if g.control >= VARIABLE_DT:
        efficiency *= 0.96 - 0.10 * (1.0 - min(speed, 1.0))
    return running * RHO_G * one * head / efficiency


@njit(cache=True)
def run_pumps(g, machines, wanted, drag, least_speed):
    """Flow, power and pumps for a wanted flow (m³/h), machines running and a locked speed."""
    if g.control >= VARIABLE_DT:
        flow = min(max(wanted, g.least * g.flow * max(machines, 1)), 1.1 * g.flow * g.number)
        running = min(max(int(np.ceil(flow / (1.1 * g.flow))), 1), g.number)
        speed = needed_speed(g, running, flow, drag)
        if speed > 1.0 or speed < least_speed:
            speed = min(max(speed, least_speed), 1.0)
            flow = free_flow(g, running, speed, drag)
        return flow, pump_power(g, running, flow, speed), running
    running = g.number if g.control == CONSTANT else min(max(machines, 1), g.number)
    flow = free_flow(g, running, 1.0, drag)
    return flow, pump_power(g, running, flow, 1.0), running
