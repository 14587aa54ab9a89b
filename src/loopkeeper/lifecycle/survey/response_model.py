"""A thermal response test as the product's own short- and long-term response has it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.signal import fftconvolve

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.survey.flow_steps import FlowStep
from loopkeeper.lifecycle.survey.line_source import TestHole
from loopkeeper.lifecycle.survey.test_record import Bools, TestRecord
from loopkeeper.measure.series import Floats
from loopkeeper.physics.borehole import RadialBorehole
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse, fluid_step_response
from loopkeeper.units import HOUR

FEWEST = 10
"""Fewer readings are no test. [-]"""
Places = NDArray[np.int64]
STEPS = 1500
"""The power is laid on at most this many steps. [-]"""
BLOCKS = 240
"""Residuals are means over so many parts of a test: noise of single rows says nothing. [-]"""
BURIED = 1.0
"""Depth of the hole's head where nobody wrote it down. [m]"""
FOURIER = 5.0
"""Evaluation begins at this r_b²/α after every change of heater or flow: before it pipes and
grout, seldom known, decide; what they leave later is one term that falls with time. [-]"""
CORE_SHARE, WATER_SHARE, FILM_SHARE = 0.40, 0.08, 0.3
"""Radius where the grout begins, share of the cross-section that is water, and share of the
resistance inside the grout, of a usual hole. [-]"""
NOMINAL = 0.1
"""Resistance the first round begins with. [m K W-1]"""
AFTER_FLOW = 2 * HOUR
"""So long after a change of flow the hole still settles. [s]"""
DOUBTS = {"capacity": 0.10, "interior": 0.7, "length": 0.005, "power": 0.0115, "hole": 0.015}
"""Standard deviations beforehand: ground heat capacity [-]; heat kept inside the hole beyond a
usual one's, of its own cross-section of ground [-]; active length [-]; power [-], 2 % as ASHRAE
allows a meter, taken as limits; resistance, for an inside that no one term describes [-]."""
DIFFERENCE = 1e-3
"""Step of the logarithms in the Jacobian: above the noise of the inverted transform. [-]"""
UNKNOWN = 30.0
"""Doubt of a temperature nobody knows. [K]"""


@dataclass(frozen=True, kw_only=True)
class ResponseModel:
    """
    A test, its hole, and how its rows are weighed.

    ``rate`` [W m-1] of each even step of length ``step`` [s]; ``place`` of each used reading among
    the blocks of length ``block`` [s], ``measured`` mean temperature of each [°C]; ``doubts`` of
    heat capacity [-], interior [-] and undisturbed temperature [K] beforehand.
    """

    record: TestRecord
    hole: TestHole
    steps: tuple[FlowStep, ...]
    field: FieldResponse
    step: float
    rate: Floats
    used: Bools
    place: Places
    block: float
    measured: Floats
    doubts: Floats

    @classmethod
    def of(
        cls, record: TestRecord, hole: TestHole, steps: tuple[FlowStep, ...]
    ) -> "ResponseModel":
        """Return the model of a test; InsufficientDataError where too little is left to fit."""
        step, rate = _power_on_steps(record, hole)
        used = _used(record, hole, steps)
        if used.sum() < FEWEST:
            raise InsufficientDataError("too few readings to fit", [f"{used.sum()} rows are left"])
        at = record.time[used]
        usual = float(np.median(np.diff(record.time)))
        block = max(usual, float(record.time[-1]) / BLOCKS)
        _, place = np.unique((at / block).astype(int), return_inverse=True)
        geometry = FieldGeometry(np.zeros(1), np.zeros(1), hole.length, BURIED, hole.radius)
        late = usual / np.sqrt(12) / (np.pi * hole.radius**2 * hole.heat_capacity * NOMINAL)
        own = float(np.hypot(DOUBTS["interior"], late))
        unsure = UNKNOWN if hole.undisturbed is None else hole.undisturbed.doubt
        model = cls(
            record=record,
            hole=hole,
            steps=steps,
            field=FieldResponse.of(geometry),
            step=step,
            rate=rate,
            used=used,
            place=place,
            block=block,
            measured=np.zeros(0),
            doubts=np.array([DOUBTS["capacity"], own, unsure]),
        )
        return replace(model, measured=model.blocks(record.temperature[used]))

    def start(self) -> Floats:
        """Usual ground; of the hole what its temperature tells."""
        return np.array([np.log(2.0), 0.0, 0.0, 0.0, *[NOMINAL] * len(self.steps)])

    def blocks(self, values: Floats) -> Floats:
        """Means over blocks; those with few rows count less."""
        rows = np.bincount(self.place)
        weight = np.sqrt(np.minimum(rows / np.median(rows), 1.0))
        return np.asarray(weight * np.bincount(self.place, values) / rows)

    def apart(self, x: Floats, resistance: float) -> Floats:
        """Modelled less measured of every block. [K]"""
        at = self.record.time[self.used]
        return self.blocks(self.temperature(x, resistance, at)) - self.measured

    def slopes(self, x: Floats, resistance: float) -> list[Floats]:
        """Change of every block with each of `x`: by differences above the inversion's noise."""
        at = self.record.time[self.used]
        columns = []
        for place in range(2):
            ways = []
            for sign in (1.0, -1.0):
                y = x.copy()
                y[place] += sign * DIFFERENCE
                ways.append(self.temperature(y, resistance, at))
            columns.append((ways[0] - ways[1]) / (2 * DIFFERENCE))
        columns += [self._rise(x, resistance, at)[1], np.ones(len(at))]
        now = np.interp(at, self.record.time, self.record.power) / self.hole.length
        columns += [np.where(flow.holds(at), now, 0.0) for flow in self.steps]
        return [self.blocks(c) for c in columns]

    def temperature(self, x: Floats, resistance: float, at: Floats) -> Floats:
        """Modelled mean water temperature. [°C]"""
        warm, delay = self._rise(x, resistance, at)
        now = np.interp(at, self.record.time, self.record.power) / self.hole.length
        own = np.zeros(len(at))
        for flow, r in zip(self.steps, x[4:], strict=True):
            own = np.where(flow.holds(at), r - resistance, own)
        return np.asarray(self.hole.reference + x[3] + warm + x[2] * delay + own * now)

    def _rise(self, x: Floats, resistance: float, at: Floats) -> tuple[Floats, Floats]:
        """Rise over a usual hole, and what a unit of heat kept inside changes of it. [K]"""
        k, capacity = float(np.exp(x[0])), self.hole.heat_capacity * float(np.exp(x[1]))
        ends = self.step * np.arange(1, len(self.rate) + 1)
        axis = np.geomspace(self.step, ends[-1], 48)
        response = fluid_step_response(
            self.field,
            _interior(self.hole, resistance),
            conductivity=k,
            heat_capacity=capacity,
            time=axis,
        )
        own = np.pi * self.hole.radius**2 * self.hole.heat_capacity * NOMINAL
        scaled = self.hole.radius**2 * capacity / (4 * k * ends)
        shapes = (
            PchipInterpolator(np.log(axis), response)(np.log(ends)),
            -own * np.exp(-scaled) / (4 * np.pi * k * ends),
        )
        change = np.diff(self.rate, prepend=0.0)
        warm, delay = (
            np.interp(at, np.r_[0.0, ends], np.r_[0.0, fftconvolve(change, s)[: len(ends)]])
            for s in shapes
        )
        return warm, delay


def _interior(hole: TestHole, resistance: float) -> RadialBorehole:
    """A usual hole: some of it water, the rest grout, with the resistance asked for."""
    water = WATER * np.pi * hole.radius**2 * WATER_SHARE
    core = CORE_SHARE * hole.radius
    return RadialBorehole(resistance, FILM_SHARE * resistance, float(water), core, hole.radius)


def _power_on_steps(record: TestRecord, hole: TestHole) -> tuple[float, Floats]:
    """Mean power of even steps, from its integral: a reading stands for the time before it."""
    span = float(record.time[-1])
    step = max(60.0, span / STEPS)
    early = float(record.power[record.time <= record.time[0] + HOUR].mean())
    power = np.r_[early, record.power[1:]]
    heat = np.cumsum(power * np.diff(record.time, prepend=0.0))
    edges = step * np.arange(int(np.ceil(span / step)) + 1)
    beyond = heat[-1] + power[-1] * (edges[-1] - span)
    whole = np.interp(edges, np.r_[0.0, record.time, edges[-1] + 1e-6], np.r_[0.0, heat, beyond])
    return step, np.asarray(np.diff(whole) / step / hole.length)


def _used(record: TestRecord, hole: TestHole, steps: tuple[FlowStep, ...]) -> Bools:
    """Readings late enough after every change of heater and flow."""
    settling = FOURIER * hole.radius**2 * hole.heat_capacity / 2.0
    used = record.settled & (record.time > settling if record.complete else record.time > 0)
    for start, length in record.outages:  # off and on again: what is left falls with t², not t
        after = start + length + min(settling, np.sqrt(length * settling))
        used &= (record.time < start) | (record.time > after)
    off = float(record.time[record.heated].max())
    used &= (record.time <= off) | (record.time > off + settling)
    if len(steps) > 1:
        inside = np.zeros(len(used), dtype=bool)
        for step in steps:
            inside |= (record.time > step.start + AFTER_FLOW) & (record.time < step.end)
        used &= inside | (record.time > off)
    return np.asarray(used)
