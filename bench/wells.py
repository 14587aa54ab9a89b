"""Wells: one response by finite volumes, twenty years in modes, and eighteen wells together."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from bench.clock import Row, cpu_seconds
from loopkeeper.physics.aquifer import Aquifer, Screens
from loopkeeper.physics.circulating import Circulating, circulating_response
from loopkeeper.physics.returned_water import water_deficit
from loopkeeper.physics.single_well import well_ground
from loopkeeper.physics.well_flow import screened_flow
from loopkeeper.physics.well_transport import feedback_response
from loopkeeper.plant import wells
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import SourceKind
from loopkeeper.virtual.templates import template

FLOW = 30 / 3600
AQUIFER = Aquifer(60.0, 2e-4, 4.0, 2.2, 2.5e6, 13.5)
SCREENS = Screens(0.3, (40.0, 60.0), (0.0, 20.0))
YEARS = 20


def eighteen() -> Plant:
    """Three rows of six wells, 50 m apart."""
    plant = template("office", SourceKind.SINGLE_WELL).plant
    one = plant.source.single_wells[0]
    group = tuple(
        replace(one, id=f"sw{n}", x=50.0 * (n % 6), y=50.0 * (n // 6), design_flow=FLOW)
        for n in range(18)
    )
    return replace(plant, source=replace(plant.source, single_wells=group))


def well_sources() -> Iterator[Row]:
    days = np.arange(5, 181, 5.0) * 86400
    field = screened_flow(AQUIFER, SCREENS, flow=FLOW, reach=200.0)
    step = cpu_seconds(lambda: feedback_response(AQUIFER, field, time=days), 1)
    yield Row(
        "single well, step response, finite volumes, 180 days",
        f"{step:.2f} s",
        "≤ 5 s",
        "met" if step <= 5 else "MISSED",
    )
    alone = circulating_response(AQUIFER, [Circulating(0.0, 0.0, SCREENS, FLOW)])
    ground = well_ground(alone, temperature=13.5)
    hours = YEARS * 8760
    spread = 5 * np.sin(2 * np.pi * np.arange(hours) / 8760)
    volume = np.where(np.abs(spread) > 1, 30.0, 0.0)
    twenty = 1000 * cpu_seconds(lambda: water_deficit(ground, volume, spread, 3600.0))
    yield Row(
        f"… {YEARS} years hourly in {ground.count} modes",
        f"{twenty:.0f} ms",
        "≤ 100 ms",
        "met" if twenty <= 100 else "MISSED",
    )
    plant = eighteen()

    def together() -> object:
        wells._group_response.cache_clear()  # noqa: SLF001 - the whole of it is timed
        modal, _ = wells.single_well_ground(plant)
        return water_deficit(modal, 18 * volume, spread, 3600.0)

    all_of_them = cpu_seconds(together, 1)
    yield Row(
        "18 interacting wells, responses and 20 years hourly",
        f"{all_of_them:.2f} s",
        "≤ 5 s",
        "met" if all_of_them <= 5 else "MISSED",
    )
