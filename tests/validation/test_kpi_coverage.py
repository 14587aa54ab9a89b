"""Do intervals of key figures hold what they promise? Meters drawn from their limits."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.derived import loop_fluid, volumetric_heat_capacity
from loopkeeper.measure.kpi import GB50801, H1, delivered_energy, performance_factor, pump_share
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.kpi_loop import mean_temperature_difference, thermal_balance_ratio
from loopkeeper.measure.kpi_system import loss_waterfall, pump_work
from loopkeeper.measure.series import Channel, Period, PlantHours
from loopkeeper.plant.machines import Loop, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source

pytestmark = pytest.mark.validation
SEEDS = 200
NORMAL_95 = 1.959964
DAYS = 120
HOUR = np.arange(24 * DAYS)
COLD = HOUR >= 24 * 80
LOAD = np.where(COLD, -30e3, 40e3) * (1 + 0.3 * np.sin(2 * np.pi * HOUR / 24))
DRAW = np.abs(LOAD) / np.where(COLD, 5.5, 4.2)
LIMITS = {
    "supply_temperature": ("°C", "0.1"), "return_temperature": ("°C", "0.1"),
    "flow": ("m3/h", "2 %"), "electricity_power": ("kW", "1 %"),
}  # fmt: skip


def point(quantity, of):
    unit, accuracy = LIMITS[quantity]
    return Point(
        id=f"{of}:{quantity}",
        quantity=quantity,
        of=of,
        statistic=Statistic.MEAN,
        unit=unit,
        accuracy=accuracy,
    )


PLANT = Plant(
    site=Site(id="t", name="T", timezone="UTC"),
    source=Source(kind=SourceKind.BOREHOLE_FIELD),
    machines=(MachineRecord(id="hp1"),),
    pumps=(
        PumpRecord(id="sp1", loop=Loop.SOURCE, flow=0.003, head=20.0, power=2e3),
        PumpRecord(id="lp1", loop=Loop.LOAD, flow=0.002, head=20.0, power=1e3),
    ),
)


def plant_hours(seed):
    """True hours with no seed; with one, every meter has a lasting error within its limits."""
    rng = np.random.default_rng(seed)
    channels = {}

    def measured(quantity, of, true):
        error = 0.0 if seed is None else rng.normal(0, 0.5)  # limits are two deviations
        meter = point(quantity, of)
        limit = meter.limits_of_error()
        value = true * (1 + error * limit.relative) + error * limit.absolute
        channels[quantity, of] = Channel(value, np.ones(len(HOUR)), meter)
        return value

    for of, heat, flow in (("load", LOAD, 0.002), ("source", LOAD - DRAW, 0.003)):
        level = 40.0 if of == "load" else 8.0
        fluid = loop_fluid(PLANT, of)
        middle = np.full(len(HOUR), level)
        spread = heat / (volumetric_heat_capacity(fluid, middle) * flow)
        supply = measured("supply_temperature", of, level + spread / 2)
        back = measured("return_temperature", of, level - spread / 2)
        moved = measured("flow", of, np.full(len(HOUR), flow))
        power = volumetric_heat_capacity(fluid, middle) * moved * (supply - back)
        for name in ("heat_power", "heat_power_calculated"):
            channels[name, of] = Channel(power, np.ones(len(HOUR)))
    for of, true in (("hp1", DRAW), ("sp1", 900.0 + 0 * DRAW), ("lp1", 400.0 + 0 * DRAW)):
        measured("electricity_power", of, true)
    time = np.datetime64("2024-01-01", "s") + HOUR * np.timedelta64(1, "h")
    return PlantHours(time, channels)


def figures(hours):
    whole = Period(hours.time[0], hours.time[-1] + np.timedelta64(1, "h"))
    common = (hours, PLANT, whole)
    answers = {
        "H1 heating": performance_factor(*common, H1, "heating"),
        "GB/T 50801 heating": performance_factor(*common, GB50801, "heating"),
        "GB/T 50801 cooling": performance_factor(*common, GB50801, "cooling"),
        "heat": delivered_energy(*common, "heating"),
        "balance": thermal_balance_ratio(*common),
        "pump share": pump_share(*common, "source"),
        "pump work": pump_work(*common, "source"),
        "difference": mean_temperature_difference(*common, "source", "heating"),
    }
    assert all(isinstance(a, KpiValue) for a in answers.values())
    found = {name: a.value for name, a in answers.items()}
    steps = loss_waterfall(*common, "heating")
    return found | {"waterfall": steps[2].factor}


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say():
    truth = {name: value.value for name, value in figures(plant_hours(None)).items()}
    inside = dict.fromkeys(truth, 0)
    for seed in range(SEEDS):
        for name, value in figures(plant_hours(seed)).items():
            half = NORMAL_95 * value.standard_deviation
            inside[name] += abs(value.value - truth[name]) <= half
    shares = {name: count / SEEDS for name, count in inside.items()}
    # 95 % intervals; of 200 draws 90 to 99 % hold the truth with a probability above 0.99
    assert all(0.90 <= share <= 0.99 for share in shares.values()), shares


def test_a_gap_widens_the_interval_and_is_stated():
    hours = plant_hours(None)
    gap = (HOUR >= 200) & (HOUR < 500)
    holes = {
        k: replace(
            c, values=np.where(gap, np.nan, c.values), coverage=np.where(gap, 0.0, c.coverage)
        )
        for k, c in hours.channels.items()
    }
    whole = Period(hours.time[0], hours.time[-1] + np.timedelta64(1, "h"))
    full = delivered_energy(hours, PLANT, whole, "heating")
    part = delivered_energy(PlantHours(hours.time, holes), PLANT, whole, "heating")
    # 300 of the 80 days of heating, filled from their own month; the gap ends within a day
    assert part.estimated == pytest.approx(300 / (80 * 24), rel=0.01)
    assert part.value.standard_deviation > full.value.standard_deviation
    assert part.value.low < full.value.value < part.value.high
