"""Sensors: how nature's record looks to meters with bias, noise, resolution and gaps."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from loopkeeper.measure.series import Floats
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import SourceKind
from loopkeeper.units import HOUR, KWH
from loopkeeper.virtual.world import NatureRecord, Template

OUTAGES, LOST = 0.0008, 0.004
"""Share of steps in which a logger falls silent, and of readings that are lost. [-]"""

CALIBRATION_MONTHS = 24


@dataclass(frozen=True)
class Sensor:
    """A point with nature's true series in SI, its error model and the unit it shows."""

    point: Point
    truth: Floats
    bias: float = 0.0
    gain: float = 1.0
    noise: float = 0.0
    resolution: float = 0.0
    scale: float = 1.0


def _point(
    name: str, quantity: str, of: str, statistic: Statistic, unit: str, accuracy: str
) -> Point:
    return Point(
        id=name,
        quantity=quantity,
        of=of,
        statistic=statistic,
        unit=unit,
        accuracy=accuracy,
        calibration_months=CALIBRATION_MONTHS,
    )


@dataclass(frozen=True)
class _Bench:
    """Draws the systematic errors of one plant's sensors."""

    rng: np.random.Generator

    def temperature(
        self, name: str, quantity: str, of: str, truth: Floats, shared: float = 0.0
    ) -> Sensor:
        """Return a thermometer of ±0.15 K; matched pairs share most of their bias."""
        bias = shared + self.rng.normal(0.0, 0.025 if shared else 0.07)
        point = _point(name, quantity, of, Statistic.INSTANT, "°C", "0.15")
        return Sensor(point, truth, bias=bias, noise=0.03, resolution=0.05)

    def flow(self, name: str, of: str, truth: Floats) -> Sensor:
        """Return a flow meter of 2 % in m³/h."""
        point = _point(name, "flow", of, Statistic.INSTANT, "m3/h", "2 %")
        gain = 1 + self.rng.normal(0.0, 0.007)
        return Sensor(point, truth, gain=gain, noise=2e-5, resolution=0.05, scale=HOUR)

    def power(self, name: str, of: str, truth: Floats) -> Sensor:
        """Return an electricity meter of class 0.5S that averages over its interval, in kW."""
        point = _point(name, "electricity_power", of, Statistic.MEAN, "kW", "IEC-0.5S")
        gain = 1 + self.rng.normal(0.0, 0.002)
        return Sensor(point, truth, gain=gain, resolution=0.01, scale=1e-3)

    def counter(self, name: str, quantity: str, of: str, truth: Floats) -> Sensor:
        """Return a heat meter's register in kWh, class EN 1434-2."""
        point = _point(name, quantity, of, Statistic.COUNTER, "kWh", "EN1434-2")
        gain = 1 + self.rng.normal(0.0, 0.008)
        start = float(self.rng.integers(0, 5000))
        energy = np.cumsum(truth) * 300.0
        return Sensor(point, energy, bias=start * KWH, gain=gain, resolution=0.1, scale=1 / KWH)

    def volume(self, name: str, quantity: str, truth: Floats) -> Sensor:
        """Return a water meter's register in m³, 2 %."""
        point = _point(name, quantity, "source", Statistic.COUNTER, "m3", "2 %")
        gain = 1 + self.rng.normal(0.0, 0.007)
        start = float(self.rng.integers(0, 5000))
        return Sensor(point, np.cumsum(truth) * 300.0, bias=start, gain=gain, resolution=0.1)

    def state(self, name: str, quantity: str, of: str, truth: Floats, unit: str) -> Sensor:
        """Return a signal of the controller; exact. [-]"""
        scale = 100.0 if unit == "%" else 1.0
        point = _point(name, quantity, of, Statistic.MEAN, unit, "")
        return Sensor(point, truth, resolution=0.1 if unit == "%" else 0.01, scale=scale)


def instruments(
    record: NatureRecord, rng: np.random.Generator, template: Template
) -> tuple[Sensor, ...]:
    """
    Return every sensor of the plant.

    Parameters
    ----------
    record : NatureRecord
        Nature's record.
    rng : Generator
        Systematic errors.
    template : Template
        Its source decides what is measured there, its recharge whether that has a meter.

    Returns
    -------
    tuple of Sensor
        About thirty points.
    """
    bench, c = _Bench(rng), record.column
    load = c("load")
    pair = float(rng.normal(0.0, 0.06)) or 0.01
    sensors = [
        bench.temperature("src_t_sup", "supply_temperature", "source", c("source_supply"), pair),
        bench.temperature("src_t_ret", "return_temperature", "source", c("source_return"), pair),
        bench.flow("src_flow", "source", c("source_flow")),
        bench.flow("field_flow", "field", c("field_flow")),
        bench.temperature("load_t_sup", "supply_temperature", "load", c("load_supply"), pair),
        bench.temperature("load_t_ret", "return_temperature", "load", c("load_return"), pair),
        bench.flow("load_flow", "load", c("load_flow")),
        bench.counter("load_heat", "heat_energy", "load", np.maximum(load, 0.0)),
        bench.counter("load_cold", "cooling_energy", "load", np.maximum(-load, 0.0)),
        bench.power("src_pumps_p", "source-pumps", c("source_pumps")),
        bench.power("load_pumps_p", "load-pumps", c("load_pumps")),
        bench.temperature("t_out", "outdoor_temperature", "site", record.outdoor),
        bench.temperature("t_room", "indoor_temperature", "zone-1", c("room")),
        *_source_sensors(bench, record, template.plant.source.kind),
    ]
    if template.recharge > 0:
        point = _point("recharge_q", "heat_power", "recharge", Statistic.MEAN, "kW", "3 %")
        sensors.append(Sensor(point, c("recharge"), resolution=0.1, scale=1e-3))
    for m in range(record.fleet):
        name = f"hp{m + 1}"
        sensors += [
            bench.power(f"{name}_p", name, record.machine_power[:, m]),
            bench.state(f"{name}_run", "running", name, record.running[:, m], ""),
            bench.state(f"{name}_load", "part_load", name, record.part_load[:, m], "%"),
        ]
    return tuple(sensors)


def _source_sensors(bench: _Bench, record: NatureRecord, kind: SourceKind) -> list[Sensor]:
    """What is measured of the source itself, by its kind."""
    c = record.column
    if kind is SourceKind.BOREHOLE_FIELD:
        return [
            bench.temperature("t_ground", "ground_temperature", "borehole-M1@60m", c("ground"))
        ]
    if kind is SourceKind.SURFACE_WATER:
        return [bench.temperature("t_water", "water_temperature", "source", c("ground"))]
    return [
        bench.volume("pumped", "abstraction_volume", c("field_flow")),
        bench.volume("returned", "reinjection_volume", c("field_flow")),
    ]


def readings(
    sensors: tuple[Sensor, ...], record: NatureRecord, interval: int, rng: np.random.Generator
) -> pl.DataFrame:
    """
    Return what the sensors report.

    Parameters
    ----------
    sensors : tuple of Sensor
        The points.
    record : NatureRecord
        Nature's record.
    interval : int
        Minutes between readings, a multiple of five. [min]
    rng : Generator
        Noise and gaps.

    Returns
    -------
    DataFrame
        Long: time (UTC), point, value in the meter's unit; gaps are missing rows.
    """
    stride = interval // 5
    ends = np.arange(stride, len(record.time) + 1, stride)
    labels = record.time[ends - stride]
    outage = rng.random(len(ends)) < OUTAGES
    silent = np.convolve(outage, np.ones(max(1, 180 // interval)), "full")[: len(ends)] > 0
    frames = []
    for sensor in sensors:
        seen = _seen(sensor, ends, stride, rng)
        kept = ~silent & (rng.random(len(ends)) > LOST)
        late = sensor.point.statistic in {Statistic.INSTANT, Statistic.COUNTER}
        stamp = labels + np.timedelta64(300 * stride, "s") if late else labels
        frames.append(
            pl.DataFrame(
                {"time": stamp[kept].astype("datetime64[us]"), "value": seen[kept]}
            ).with_columns(
                pl.lit(sensor.point.id).alias("point"),
                pl.col("time").dt.replace_time_zone("UTC"),
            )
        )
    return pl.concat(frames).select("time", "point", "value").sort("time", "point")


def _seen(sensor: Sensor, ends: np.ndarray, stride: int, rng: np.random.Generator) -> Floats:
    """True series as the sensor shows it, in its unit."""
    if sensor.point.statistic is Statistic.MEAN:
        values = sensor.truth[: ends[-1]].reshape(-1, stride).mean(axis=1)
    else:
        values = sensor.truth[ends - 1]
    noisy = values * sensor.gain + sensor.bias + sensor.noise * rng.standard_normal(len(values))
    shown = noisy * sensor.scale
    if sensor.resolution > 0:
        shown = np.round(shown / sensor.resolution) * sensor.resolution
    return np.asarray(np.round(shown, 6))
