"""Readings written as files, with the dirt that field data carry."""

from pathlib import Path

import numpy as np
import polars as pl

from .meters import Conventions, Point, read

Defects = list[dict[str, object]]


def frame(
    points: list[Point], first: np.datetime64, c: Conventions, rng: np.random.Generator
) -> pl.DataFrame:
    """All readings, one column a point."""
    minutes = c.step_minutes
    n = points[0].truth.size
    stamp = first.astype("datetime64[ms]") + np.arange(n) * np.timedelta64(minutes * 60000, "ms")
    columns = {"time": stamp}
    for p in points:
        values = read(p, rng)
        columns[p.name] = values if p.statistic == "counter" else values.astype(np.float32)
    return pl.DataFrame(columns)


def dirty(
    data: pl.DataFrame, points: list[Point], rng: np.random.Generator
) -> tuple[pl.DataFrame, Defects]:
    """Gaps, stuck sensors, a counter reset, sentinels, late rows and a day that came twice."""
    log: Defects = []
    values = {p.name: data[p.name].to_numpy().copy() for p in points}
    time, n = data["time"], data.height
    keep = np.ones(n, bool)
    for _ in range(rng.integers(1, 5)):
        i, size = int(rng.integers(n // 20, n - 1500)), int(rng.integers(20, 900))
        keep[i : i + size] = False
        log.append({"kind": "gap", "start": str(time[i]), "end": str(time[i + size])})
    sensors = [
        p
        for p in points
        if p.statistic == "instant" and p.unit == "°C" and p.quantity != "setpoint"
    ]
    stuck = sensors[rng.integers(len(sensors))].name
    i, size = int(rng.integers(n // 20, n - 1500)), int(rng.integers(100, 900))
    values[stuck][i : i + size] = values[stuck][i]
    log.append(
        {"kind": "stuck", "point": stuck, "start": str(time[i]), "end": str(time[i + size])}
    )
    counters = [p.name for p in points if p.statistic == "counter" and p.quantity != "starts"]
    if counters:
        name = counters[rng.integers(len(counters))]
        i = int(rng.integers(n // 20, n - 1500))
        values[name][i:] -= values[name][i]
        log.append({"kind": "counter_reset", "point": name, "start": str(time[i])})
    for _ in range(2):
        name = sensors[rng.integers(len(sensors))].name
        rows = rng.integers(0, n, 50)
        values[name][rows] = rng.choice([-32768.0, 9999.0])
        log.append({"kind": "sentinel", "point": name, "rows": 50})
    data = pl.DataFrame({"time": time, **values}).filter(pl.Series(keep))
    return disordered(data, rng, log), log


def disordered(data: pl.DataFrame, rng: np.random.Generator, log: Defects) -> pl.DataFrame:
    """Two hundred rows come late and one day comes twice."""
    late = np.zeros(data.height, bool)
    late[rng.choice(data.height, 200, replace=False)] = True
    twice = data.slice(int(rng.integers(2000, data.height - 2000)), 96)
    log.append({"kind": "late_rows", "rows": 200})
    log.append({"kind": "duplicate_day", "day": str(twice["time"][0])[:10]})
    mask = pl.Series(late)
    return pl.concat([data.filter(~mask), twice, data.filter(mask)])


def write(data: pl.DataFrame, folder: Path, c: Conventions) -> None:
    """One file for each year, wide or long, Parquet or CSV."""
    folder.mkdir()
    for year, part in data.group_by(pl.col("time").dt.year(), maintain_order=True):
        out = part
        if c.shape == "long":
            names = [n for n in part.columns if n != "time"]
            out = part.select("time", *[pl.col(n).cast(pl.Float64) for n in names]).unpivot(
                index="time", variable_name="point", value_name="value"
            )
        path = folder / f"{year[0]}.{c.file}"
        if c.file == "parquet":
            out.write_parquet(path)
        else:
            out.with_columns(pl.col("time").dt.strftime("%Y-%m-%d %H:%M")).write_csv(path)
