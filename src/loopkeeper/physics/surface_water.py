r"""
Surface water as a source: rivers, lakes, sea, reclaimed water and sewage.

Water that passes has its own temperature; still water also remembers the heat taken from it. A
pond is one well-mixed store whose surface pulls it back to its natural temperature:

.. math:: C_w V \frac{dT}{dt} = h A (T_e - T) + C_w \dot V_{in} (T_{in} - T) - q
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.exchanger import Exchanger
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.ground import ModalGround
from loopkeeper.physics.hole_resistance import FlowTable

Floats = NDArray[np.float64]

FREEZING_MARGIN: Final = 3.0
"""Lowest temperature of water leaving an exchanger without antifreeze (confidence M). [°C]"""
WEEKLY_WARMING, WEEKLY_COOLING = 1.0, 2.0
"""Ecological limits of the weekly mean, GB 3838-2002 (confidence M). [K]"""
STEFAN: Final = 5.670e-8
"""Stefan–Boltzmann constant. [W m-2 K-4]"""


@dataclass(frozen=True, slots=True)
class Pond:
    """
    A still water body.

    ``volume`` [m3]; ``area`` of its surface [m2]; ``surface`` exchange coefficient h with the air
    by convection, evaporation and radiation [W m-2 K-1]; ``inflow`` that renews it [m3 s-1].
    """

    volume: float
    area: float
    surface: float = 25.0
    inflow: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a pond without water or surface."""
        for name in ("volume", "area", "surface"):
            if getattr(self, name) <= 0:
                raise OutOfRangeError(f"pond {name} = {getattr(self, name):g}: allowed above 0")
        if self.inflow < 0:
            raise OutOfRangeError(f"pond inflow = {self.inflow:g} m³/s: allowed from 0")

    @property
    def loss(self) -> float:
        """Heat it exchanges per kelvin off its natural temperature. [W K-1]"""
        return self.surface * self.area + WATER * self.inflow

    @property
    def time_constant(self) -> float:
        """How long it remembers. [s]"""
        return WATER * self.volume / self.loss


@dataclass(frozen=True)
class Weather:
    """
    Weather over a pond, shape (n,), on one step.

    ``air`` [°C], ``sun`` [W m-2], ``humidity`` relative [-], ``wind`` [m s-1].
    """

    air: Floats
    sun: Floats
    humidity: Floats
    wind: Floats


def natural_temperature(pond: Pond, weather: Weather, *, step: float, start: float) -> Floats:
    """
    Return the temperature a pond has on its own.

    Parameters
    ----------
    pond : Pond
        The pond; its inflow is taken at air temperature averaged over a week.
    weather : Weather
        Over the same steps.
    step : float
        [s]
    start : float
        Temperature at the beginning. [°C]

    Returns
    -------
    array, shape (n,)
        At the end of each step, not below freezing: ice holds the water at 0 °C. [°C]

    Notes
    -----
    Short-wave gain, long-wave exchange with a clear sky, convection and evaporation after
    Chiasson, Spitler, Rees and Smith (2000); linearised within a step so that any step is stable.
    """
    week = max(1, round(7 * 86400 / step))
    stream = np.convolve(
        np.pad(weather.air, (week - 1, 0), mode="edge"), np.ones(week) / week, "valid"
    )
    value = np.empty(len(weather.air))
    now = start
    for n in range(len(value)):
        gain, slope = surface_balance(
            now, weather.air[n], weather.sun[n], weather.humidity[n], weather.wind[n]
        )
        rate = pond.area * gain + WATER * pond.inflow * (stream[n] - now)
        stiff = pond.area * slope + WATER * pond.inflow
        now += rate / stiff * -np.expm1(-stiff * step / (WATER * pond.volume))
        now = max(now, 0.0)
        value[n] = now
    return value


def surface_balance(
    water: float, air: float, sun: float, humidity: float, wind: float
) -> tuple[float, float]:
    """
    Return the net heat a water surface gains and how fast it falls with its temperature.

    Parameters
    ----------
    water, air : float
        [°C]
    sun : float
        On the horizontal. [W m-2]
    humidity : float
        Relative. [-]
    wind : float
        [m s-1]

    Returns
    -------
    gain, slope : float
        [W m-2], [W m-2 K-1]
    """

    def net(t: float) -> float:
        pressure = 610.94 * np.exp(17.625 * t / (t + 243.04))
        vapour = humidity * 610.94 * np.exp(17.625 * air / (air + 243.04))
        transfer = 2.8 + 3.0 * wind
        evaporation = (
            0.0165 * transfer * (pressure - vapour)
        )  # Lewis analogy, 16.5 mK Pa-1 at 1 bar
        sky = (air + 273.15) * (0.741 + 0.0062 * (air - (1 - humidity) * 20.0)) ** 0.25
        long_wave = 0.95 * STEFAN * ((t + 273.15) ** 4 - sky**4)
        return float(0.94 * sun - long_wave - transfer * (t - air) - evaporation)

    gain = net(water)
    return gain, max((gain - net(water + 0.5)) / 0.5, 1.0)


def water_source(
    *,
    exchanger: Exchanger | None,
    flow_axis: Floats,
    source_capacity: float,
    loop_capacity: float,
    temperature: float,
    pond: Pond | None = None,
) -> ModalGround:
    """
    Return surface water in the form the plant's simulation takes.

    Parameters
    ----------
    exchanger : Exchanger or None
        Between water and machines; None when the water goes through the machines.
    flow_axis : array, shape (m,)
        Flows at which the exchanger is tabulated, ascending. [m3 s-1]
    source_capacity, loop_capacity : float
        Volumetric heat capacity of the two waters. [J m-3 K-1]
    temperature : float
        Yearly mean, for steps without a measured one. [°C]
    pond : Pond, optional
        Still water; None for water that passes.

    Returns
    -------
    ModalGround
        One mode for a pond, none for a stream; its resistance by flow is the exchanger's.
    """
    through = np.zeros(len(flow_axis))
    if exchanger is not None:
        through = exchanger.resistance(
            flow_axis, source_capacity=source_capacity, loop_capacity=loop_capacity
        )
    return ModalGround(
        undisturbed_temperature=temperature,
        time_constants=np.array([] if pond is None else [pond.time_constant]),
        coefficients=np.array([] if pond is None else [1.0 / pond.loss]),
        total_length=1.0,
        cycling_resistance=0.0,
        by_flow=FlowTable(flow_axis, np.zeros(1), through[:, None]),
        middle=1.0,
    )


def usable_heat(
    temperature: Floats,
    flow: Floats,
    *,
    ecological: float = np.inf,
    leaving: float = FREEZING_MARGIN,
) -> Floats:
    """
    Return how much heat may be taken from passing water.

    Parameters
    ----------
    temperature : array, shape (n,)
        Of the water. [°C]
    flow : array, shape (n,)
        That may be used, e.g. a sewer by hour of day. [m3 s-1]
    ecological : float
        Largest cooling of that flow. [K]
    leaving : float
        Lowest temperature of the water returned. [°C]

    Returns
    -------
    array, shape (n,)
        [W]
    """
    fall = np.clip(np.asarray(temperature) - leaving, 0.0, ecological)
    return np.asarray(WATER * np.asarray(flow) * fall)


def river_capacity(flow: float, *, heating: bool, mixed: float = 0.25) -> float:
    """
    Return the heat a river may give or take within the ecological limits of GB 3838-2002.

    Parameters
    ----------
    flow : float
        Low-water flow. [m3 s-1]
    heating : bool
        True when heat is taken from the river (cooling it by up to 2 K a week), False when it is
        warmed (1 K).
    mixed : float
        Share of the river that the returned water mixes with. [-]

    Returns
    -------
    float
        [W]
    """
    return WATER * flow * mixed * (WEEKLY_COOLING if heating else WEEKLY_WARMING)


def weekly_change(heat: Floats, flow: Floats, *, step: float) -> Floats:
    """
    Return by how much the weekly mean of passing water is changed.

    Parameters
    ----------
    heat : array, shape (n,)
        Taken from the water; negative when it is warmed. [W]
    flow : array, shape (n,)
        Of the water body. [m3 s-1]
    step : float
        [s]

    Returns
    -------
    array, shape (weeks,)
        Cooling, positive. [K]
    """
    width = max(1, round(7 * 86400 / step))
    weeks = len(heat) // width
    shape = (weeks, width)
    taken = np.asarray(heat)[: weeks * width].reshape(shape).mean(axis=1)
    passing = np.asarray(flow)[: weeks * width].reshape(shape).mean(axis=1)
    return np.asarray(taken / (WATER * passing))
