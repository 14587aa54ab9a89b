"""Calculated points of a service: kept readings in, readings of calculated points out."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import polars as pl

from loopkeeper.app.ports import Clock, Intake
from loopkeeper.app.sensor_health import NewestReadings
from loopkeeper.lifecycle.monitor.calculated import PREFIX, Calculator
from loopkeeper.lifecycle.monitor.defaults import default_calculations
from loopkeeper.measure.source_quality import SourceQuality, counts
from loopkeeper.plant.plant import Plant

REMEMBERED = timedelta(days=1)
"""Readings before the start that calculations remember."""
BEHIND = 1000
"""Batches that may wait; the oldest is left out beyond, because readings themselves are kept."""
_SCHEMA = {
    "plant": pl.String(), "point": pl.String(), "time": pl.Datetime("us", "UTC"),
    "value": pl.Float64(), "quality": pl.Int8(), "known_at": pl.Datetime("us", "UTC"),
}  # fmt: skip


@dataclass
class _Plant:
    calculator: Calculator
    begun: bool = False


class Calculating:
    """A feed whose peer is the service itself; it sees what was kept and adds to it."""

    name = "calculated"

    def __init__(self, plants: Mapping[str, Plant], past: NewestReadings, now: Clock) -> None:
        """Set up the calculations that each plant's points allow."""
        self._plants: dict[str, _Plant] = {}
        for name, plant in plants.items():
            self.welcome(name, plant)
        self._past, self._now = past, now
        self._waiting: asyncio.Queue[pl.DataFrame] = asyncio.Queue(BEHIND)
        self._given = self._left_out = 0

    def welcome(self, name: str, plant: Plant) -> None:
        """Set up the calculations of one more plant."""
        self._plants[name] = _Plant(Calculator(default_calculations(plant)))

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        return {
            "kind": "calculated",
            "connected": True,
            "plants": len(self._plants),
            "given": self._given,
            "left_out": self._left_out,
        }

    def saw(self, frame: pl.DataFrame) -> None:
        """Take readings that were just kept."""
        name = pl.col("plant")
        rows = frame.filter(
            name.is_in(list(self._plants)),
            ~pl.col("point").str.starts_with(PREFIX),
            counts(),
            pl.col("value").is_not_null(),
        )
        if rows.is_empty():
            return
        if self._waiting.full():
            self._left_out += self._waiting.get_nowait().height
        self._waiting.put_nowait(rows)

    async def run(self, intake: Intake) -> None:
        """Calculate until cancelled."""
        while True:
            rows = await self._waiting.get()
            found = await asyncio.to_thread(self._calculated, rows)
            self._given += found.height
            await intake.keep(found, self.name)

    def _calculated(self, rows: pl.DataFrame) -> pl.DataFrame:
        for name in rows["plant"].unique():
            self._begin(name, rows)
        found = [
            (plant, point, time, value, SourceQuality.GOOD, None)
            for plant, time, values in _instants(rows)
            for point, value in self._plants[plant].calculator.take(time, values).items()
        ]
        return pl.DataFrame(found, schema=_SCHEMA, orient="row")

    def _begin(self, name: str, rows: pl.DataFrame) -> None:
        """After a start, take up what was kept before: what follows from it was said then."""
        one = self._plants[name]
        if one.begun:
            return
        one.begun = True
        until = rows.filter(pl.col("plant") == name)["time"].min()
        if not isinstance(until, datetime):
            return
        past = self._past(name, until - REMEMBERED, until)
        known = past.filter(
            pl.col("point").is_in(list(one.calculator.takes)),
            pl.col("value").is_not_null(),
            counts(),
        ).with_columns(pl.lit(name).alias("plant"))
        for _, time, values in _instants(known):
            one.calculator.take(time, values)
        one.calculator.speak_again()


def _instants(rows: pl.DataFrame) -> Iterator[tuple[str, datetime, dict[str, float]]]:
    """Readings of one plant and instant, in order of time."""
    columns = rows.select("plant", "time", "point", "value").sort("time", "plant").iter_rows()
    for (plant, time), together in groupby(columns, key=lambda row: row[:2]):
        yield plant, time, {point: value for _, _, point, value in together}
