"""Plant-years and grounds, beside pygfunction's load aggregation and a plain convolution."""

from collections.abc import Iterator

import numpy as np
import pygfunction as gt
from scipy.signal import fftconvolve

from bench.clock import Row, cpu_seconds
from loopkeeper.physics.borehole import RadialBorehole
from loopkeeper.physics.gfunction import FieldGeometry, g_function
from loopkeeper.physics.ground import (
    FieldResponse,
    fluid_step_response,
    ground_temperature,
    modal_ground,
)
from loopkeeper.physics.hole_resistance import NO_CHANGE
from loopkeeper.physics.system import BoundaryConditions, Load, simulate
from loopkeeper.plant.assemble import assemble
from loopkeeper.virtual.templates import template

HOURS = 8760
HOLE = RadialBorehole(0.1, 0.03, 5e3, 0.03, 0.075)


def ten_by_ten() -> FieldGeometry:
    x, y = np.meshgrid(np.arange(10) * 6.0, np.arange(10) * 6.0)
    return FieldGeometry(x.ravel(), y.ravel(), 100.0, 4.0, 0.075)


def yearly_load(years: int) -> np.ndarray:
    hour = np.arange(years * HOURS)
    year = np.cos(2 * np.pi * (hour / 24 - 15) / 365)
    day = 1.0 + 0.4 * np.sin(2 * np.pi * hour / 24)
    return 22.0 * year * day * (np.abs(year) > 0.25)


def plant_years() -> Iterator[Row]:
    model, _ = assemble(template("office").plant)
    system = model.system
    for years, bar in ((1, 5.0), (50, 250.0)):
        heat = yearly_load(years) * system.ground.total_length
        load = Load(np.maximum(heat, 0.0), np.maximum(-heat, 0.0))
        outdoor = BoundaryConditions(np.full(len(heat), 5.0), heat != 0.0)

        def run(load: Load = load, outdoor: BoundaryConditions = outdoor) -> object:
            return simulate(system, load, outdoor, 3600.0)

        figure = 1000 * cpu_seconds(run)
        name = f"{years} plant-year{'s' if years > 1 else ''} hourly (ground, 4 machines, pumps)"
        yield Row(name, f"{figure:.1f} ms", f"≤ {bar:g} ms", "met" if figure <= bar else "MISSED")


def grounds() -> Iterator[Row]:
    geometry = ten_by_ten()
    field = FieldResponse.of(geometry)
    ground = modal_ground(
        field,
        HOLE,
        conductivity=2.0,
        heat_capacity=2e6,
        undisturbed_temperature=10.0,
        flow_table=NO_CHANGE,
    )
    load = yearly_load(50)
    edges = np.geomspace(60.0, 3600.0 * (len(load) + 1), 1500)
    response = fluid_step_response(field, HOLE, conductivity=2.0, heat_capacity=2e6, time=edges)
    points = (np.arange(12) + 0.5) / 12
    hours = np.arange(len(load))
    mean = np.mean([np.interp((hours + p) * 3600.0, edges, response, left=0.0) for p in points], 0)

    def convolve() -> np.ndarray:
        return 10.0 - fftconvolve(np.diff(load, prepend=0.0), mean)[: len(load)]

    modal = cpu_seconds(lambda: ground_temperature(ground, load, 3600.0))
    error = np.abs(ground_temperature(ground, load, 3600.0)[0] - convolve()).max()
    fft = cpu_seconds(convolve)
    aggregation = cpu_seconds(lambda: claesson_javed(geometry, load, 5), 1) * 10
    yield Row(
        f"modal ground alone, 50 years ({len(ground.time_constants)} modes)",
        f"{1000 * modal:.1f} ms, {error:.4f} K",
        "≤ 15 ms, ≤ 0.02 K",
        "met" if modal <= 0.015 and error <= 0.02 else "MISSED",
    )
    yield Row(
        "… FFT convolution of the same response",
        f"{1000 * fft:.0f} ms",
        "",
        f"{fft / modal:.0f} × modal, not coupled to machines",
    )
    yield Row(
        "… pygfunction ClaessonJaved (5 years measured, × 10)",
        f"{aggregation:.2f} s",
        "≥ 20 × modal",
        f"{aggregation / modal:.0f} × modal",
    )


def claesson_javed(geometry: FieldGeometry, load: np.ndarray, years: int) -> np.ndarray:
    count = years * HOURS
    step = 3600.0
    scheme = gt.load_aggregation.ClaessonJaved(step, count * step)
    times = scheme.get_times_for_simulation()
    grid = np.geomspace(3600.0, times[-1] * 1.01, 60)
    g = g_function(geometry, diffusivity=1e-6, time=grid)
    scheme.initialize(np.interp(times, grid, g) / (2 * np.pi * 2.0))
    wall = np.empty(count)
    for n in range(count):
        scheme.next_time_step((n + 1) * step)
        scheme.set_current_load(load[n])
        wall[n] = 10.0 - np.atleast_1d(scheme.temporal_superposition())[0]
    return wall


def g_functions() -> Iterator[Row]:
    geometry = ten_by_ten()
    time = np.geomspace(3600.0, 50 * 365 * 86400.0, 25)
    field = gt.borefield.Borefield(H=100.0, D=4.0, r_b=0.075, x=geometry.x, y=geometry.y)
    peer = cpu_seconds(
        lambda: gt.gfunction.gFunction(
            field, 1e-6, time=time, boundary_condition="UBWT", method="equivalent"
        )
    )
    guarded = cpu_seconds(lambda: g_function(geometry, diffusivity=1e-6, time=time))
    response = FieldResponse.of(geometry)
    reduce = cpu_seconds(
        lambda: modal_ground(
            response,
            HOLE,
            conductivity=2.0,
            heat_capacity=2e6,
            undisturbed_temperature=10.0,
            flow_table=NO_CHANGE,
        )
    )
    yield Row(
        "g-function 10 × 10, 25 times, guarded",
        f"{1000 * guarded:.0f} ms",
        "",
        f"{guarded / peer:.2f} × pygfunction equivalent alone",
    )
    both = (guarded + reduce) / peer
    yield Row(
        "… and its reduction to modes",
        f"{1000 * (guarded + reduce):.0f} ms",
        "≤ 1.10 × pygfunction",
        f"{both:.2f} × " + ("met" if both <= 1.1 else "MISSED"),
    )
    yield Row(
        "reduction to modes for another ground",
        f"{1000 * reduce:.1f} ms",
        "",
        f"{reduce / peer:.3f} × one g-function",
    )
