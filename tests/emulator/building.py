"""Zones of two heat capacities with terminals and thermostat valves, compiled."""

import numpy as np
from numba import njit

WATER_KWH = 1.163  # kWh/(m³ K)


@njit(cache=True)
def zone_balance(z, air, mass, outdoor, gains):
    """
    Slope and offset of slope · air' = offset + heat for the coming hour (implicit).

    z = [loss kW/K, air kWh/K, mass kWh/K, coupling kW/K, ...]; a third of the gains goes to mass.
    """
    link = z[3] / (z[2] + z[3])
    slope = z[1] + z[0] + z[3] - z[3] * link
    offset = z[1] * air + z[0] * outdoor + gains * 2.0 / 3.0
    return slope, offset + link * (z[2] * mass + gains / 3.0)


@njit(cache=True)
def mass_after(z, air_after, mass, gains):
    """Temperature of the mass after the hour, °C."""
    return (z[2] * mass + z[3] * air_after + gains / 3.0) / (z[2] + z[3])


@njit(cache=True)
def flow_for(ua, need, lift):
    """Capacity flow kW/K at which a terminal of a UA gives a heat with a water–room lift (K)."""
    ratio = need / max(ua * lift, 1e-9)
    if ratio >= 0.995:
        return 1e9
    # (1 - exp(-u))/u = ratio, Newton on u
    u = 2.0 * (1.0 - ratio) + 0.5 * (1.0 / max(ratio, 1e-3) - 1.0)
    for _ in range(12):
        e = np.exp(-u)
        slip = (1.0 - e) / u - ratio
        u = max(u - slip / ((e * (u + 1.0) - 1.0) / (u * u)), 1e-4)
    return ua / u


@njit(cache=True)
def most_heat(ua, capacity_flow, lift):
    """Greatest heat in kW of a terminal at a capacity flow (kW/K)."""
    if capacity_flow <= 0.0 or lift <= 0.0:
        return 0.0
    return capacity_flow * (1.0 - np.exp(-ua / capacity_flow)) * lift
