"""Sizing beside GHEtool on the same input, brute force, a layout search, a full response fit."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve

from bench.clock import Row, cpu_seconds
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.lifecycle.design.layout import Land, search_layout
from loopkeeper.lifecycle.design.sizing import FieldTask, GroundValues, Limits, size_field
from loopkeeper.lifecycle.survey.test_record import TestLog
from loopkeeper.lifecycle.survey.thermal_response_test import interpret
from loopkeeper.physics.gfunction import FieldGeometry, g_function, line_source_g

Answers = dict[str, list[float]]
LAND = np.array([[0, 0], [70, 5], [80, 50], [30, 70], [-5, 40]], dtype=np.float64)
HOUSE = np.array([[10, 10], [20, 10], [20, 20], [10, 20]], dtype=np.float64)


def heat() -> np.ndarray:
    hour = np.arange(8760)
    year = np.cos(2 * np.pi * (hour / 24 - 15) / 365)
    day = 1.0 + 0.4 * np.sin(2 * np.pi * hour / 24)
    return 300e3 * (year + 0.25) * day * (np.abs(year) > 0.25)


def task(years: int, load: np.ndarray) -> FieldTask:
    x, y = np.meshgrid(np.arange(10) * 6.0, np.arange(10) * 6.0)
    geometry = FieldGeometry(x.ravel(), y.ravel(), 100.0, 1.0, 0.075)
    return FieldTask(
        geometry=geometry,
        ground=GroundValues(3.0, 2.4e6, 10.0),
        heat=load,
        resistance=0.12,
        limits=Limits(0, 16, years),
    )


def brute_force(asked: FieldTask, near: float) -> float:
    """Dense g at every length, full convolution, bisection to a millimetre. [m]"""
    ground, years = asked.ground, asked.limits.years
    time = 3600.0 * np.arange(1, 8760 * years + 1)
    axis = np.geomspace(3600.0, time[-1], 84)
    alpha = ground.conductivity / ground.heat_capacity
    early = time < 1e5

    def excess(length: float) -> float:
        g0 = asked.geometry
        shape = FieldGeometry(g0.x, g0.y, length, g0.buried_depth, g0.radius)
        g = np.interp(np.log(time), np.log(axis), g_function(shape, diffusivity=alpha, time=axis))
        g[early] = line_source_g(time[early], radius=g0.radius, diffusivity=alpha)
        q = np.tile(asked.heat, years) / (length * g0.count)
        drop = fftconvolve(np.diff(q, prepend=0.0), g)[: len(q)]
        fluid = ground.undisturbed_temperature - drop / (2 * np.pi * ground.conductivity)
        fluid -= asked.resistance * q
        return float(max(fluid.max() - asked.limits.high, asked.limits.low - fluid.min()))

    a, b = 0.95 * near, 1.05 * near
    while b - a > 1e-3:
        middle = 0.5 * (a + b)
        a, b = (middle, b) if excess(middle) > 0 else (a, middle)
    return b


def sizings() -> Iterator[Row]:
    load = heat()
    ghetool = _peer("ghetool", load)
    designer = _peer("ghedesigner", load)
    for years in (20, 100):
        yield _beside_ghetool(years, load, ghetool)
    for years in (20, 100):
        yield _beside_ghedesigner(years, load, designer)
    asked = task(20, load)
    ours = size_field(asked, quick=True).length
    truth = brute_force(asked, ours)
    apart = abs(ours / truth - 1)
    yield Row(
        "… against brute force, 20 years",
        f"{100 * apart:.2f} %",
        "≤ 1 %",
        f"{truth:.2f} m, {'met' if apart <= 0.01 else 'MISSED'}",
    )


def _beside_ghetool(years: int, load: np.ndarray, peer: Answers | None) -> Row:
    spent, length = _sized(task(years, load))
    remark = "GHEtool not there: set GHETOOL_PYTHON"
    if peer is not None:
        theirs, seconds = peer[str(years)]
        ratio = seconds / spent
        word = "met" if ratio >= 10 else "MISSED"
        remark = f"GHEtool L4 {seconds:.2f} s, {theirs:.2f} m: {ratio:.1f} × {word}"
    name = f"hourly sizing, 10 × 10 holes, {years} years"
    return Row(name, f"{spent:.2f} s, {length:.2f} m", "≥ 10 × GHEtool", remark)


def _beside_ghedesigner(years: int, load: np.ndarray, peer: Answers | None) -> Row:
    """The same field and limits with the borehole resistance that GHEDesigner computed."""
    name = f"… with GHEDesigner's borehole resistance, {years} years"
    if peer is None:
        return Row(name, "–", "side by side", "GHEDesigner not there: set GHEDESIGNER_PYTHON")
    theirs, seconds, resistance = peer[str(years)]
    spent, length = _sized(replace(task(years, load), resistance=resistance))
    remark = (
        f"GHEDesigner, hybrid steps {seconds:.2f} s, {theirs:.2f} m "
        f"({100 * (theirs / length - 1):+.0f} %): {seconds / spent:.1f} ×"
    )
    return Row(name, f"{spent:.2f} s, {length:.2f} m", "side by side", remark)


def _sized(asked: FieldTask) -> tuple[float, float]:
    """CPU seconds and length. [s], [m]"""
    spent = cpu_seconds(lambda: size_field(asked, quick=True))
    return spent, size_field(asked, quick=True).length


def _peer(name: str, load: np.ndarray) -> Answers | None:
    """What a peer answers by years, run by the interpreter that NAME_PYTHON tells."""
    python = os.environ.get(f"{name.upper()}_PYTHON")
    if not python:
        return None
    script = Path(__file__).with_name(f"{name}_peer.py")
    done = subprocess.run(
        [python, str(script)],
        input=json.dumps(load.tolist()),
        capture_output=True,
        text=True,
        check=True,
    )
    answer: Answers = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def searches() -> Iterator[Row]:
    hour = np.arange(8760)
    load = 400e3 * np.cos(2 * np.pi * (hour / 24 - 15) / 365)
    geometry = FieldGeometry(np.zeros(1), np.zeros(1), 100.0, 1.5, 0.075)
    asked = FieldTask(
        geometry=geometry,
        ground=GroundValues(2.0, 2.4e6, 14.0),
        heat=load,
        resistance=0.1,
        limits=Limits(4.0, 30.0, 15),
    )
    land = Land(LAND, (HOUSE,), 2.0, 30.0, 200.0)
    options = {"spacings": (4, 4.5, 5, 5.5, 6, 6.5, 7, 8), "bearings": tuple(range(0, 90, 8))}
    found = search_layout(asked, land, Prices(), **options)
    spent = cpu_seconds(lambda: search_layout(asked, land, Prices(), **options), 1)
    best = found.best[0]
    yield Row(
        f"layout search, {found.tried} candidates",
        f"{spent:.0f} s",
        "≤ 60 s for 500",
        f"{len(best.places)} × {best.length:.1f} m, "
        f"{'met' if spent <= 60 * found.tried / 500 else 'MISSED'}",
    )


def response_tests() -> Iterator[Row]:
    time = 60.0 * np.arange(1, 72 * 60)
    rng = np.random.default_rng(1)
    mean = 14 + 60 / (4 * np.pi * 2.0) * np.log(time / 500 + 1) + 6
    log = TestLog(
        time=time, mean=mean + rng.normal(0, 0.02, len(time)), power=np.full(len(time), 6e3)
    )

    def fit() -> object:
        return interpret(
            log, length=100.0, radius=0.075, heat_capacity=2.4e6, undisturbed_temperature=14.0
        )

    spent = cpu_seconds(fit)
    yield Row(
        "response test, 72 h by the minute, both evaluations",
        f"{spent:.2f} s",
        "≤ 5 s",
        "met" if spent <= 5 else "MISSED",
    )
