"""How fast raw readings are admitted: one table line, readings, seconds, M/s, peak memory."""

import resource
import sys
import time
from datetime import UTC, datetime

import numpy as np
import polars as pl

from loopkeeper.measure.admit import admit
from loopkeeper.plant.points import Point, Statistic

POINTS = 50
START = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1e6)


def plant_points():
    temperatures = [
        Point(
            id=f"T{k}",
            quantity="supply_temperature",
            of=f"m{k}",
            statistic=Statistic.INSTANT,
            unit="°C",
        )
        for k in range(30)
    ]
    counters = [
        Point(
            id=f"E{k}",
            quantity="electricity_energy",
            of=f"m{k}",
            statistic=Statistic.COUNTER,
            unit="kWh",
        )
        for k in range(20)
    ]
    return [*temperatures, *counters]


def heap(count):
    """Readings of all points in the order in which a logger writes them: time by time."""
    rng = np.random.default_rng(1)
    steps = count // POINTS
    points = plant_points()
    table = np.empty((steps, POINTS))
    table[:, :30] = 10 + np.round(rng.normal(0, 1, (steps, 30)), 2)
    table[:, 30:] = np.cumsum(rng.uniform(0, 5, (steps, 20)), axis=0) % 1e5
    ids = [p.id for p in points]
    names = pl.Series(ids, dtype=pl.Enum(ids))
    clock = START + 60_000_000 * np.arange(steps)
    return pl.DataFrame(
        {
            "time": pl.Series(np.repeat(clock, POINTS)).cast(pl.Datetime("us", "UTC")),
            "point": names.gather(np.tile(np.arange(POINTS), steps)),
            "value": table.ravel(),
            "known_at": pl.Series([None] * 1, dtype=pl.Datetime("us", "UTC")).new_from_index(
                0, steps * POINTS
            ),
        }
    ), points


def main():
    count = int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000
    readings, points = heap(count)
    began = time.perf_counter()
    admitted = admit(readings, points)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print("| readings | seconds | M/s | peak RSS [GB] | stretches |")
    print("|---|---|---|---|---|")
    print(
        f"| {readings.height} | {seconds:.2f} | {readings.height / seconds / 1e6:.1f} "
        f"| {peak:.2f} | {admitted.frame.height} |"
    )


if __name__ == "__main__":
    main()
