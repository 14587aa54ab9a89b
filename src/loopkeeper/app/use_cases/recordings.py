"""Recordings: played to those that listen, and taken out of a store into a dossier."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from loopkeeper.app.outside import Dossiers, Outside, Stores
from loopkeeper.app.ports import Window
from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.periods import as_datetime, named_period
from loopkeeper.measure.series import Period
from loopkeeper.measure.source_quality import in_words
from loopkeeper.plant.site import Site
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Playable:
    """Readings of a plant, by its id, and what reading them had to say."""

    plant: str
    readings: pl.DataFrame
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """What of a recording is played: a period, only the ``last`` days, as if it ended ``now``."""

    period: Callable[[Site], Period | None] = lambda _: None
    last: float | None = None
    now: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who listens, and at how many recorded seconds in a second (0: as fast as they take it)."""

    host: str
    port: int
    speed: float


def recorded(dossiers: Dossiers, folder: Path, cut: Stretch) -> Playable:
    """Return the readings of a dossier that shall be played."""
    plant = dossiers.read_dossier(folder).plant
    found = dossiers.gather_telemetry(folder, plant)
    readings, chosen = found.frame, cut.period(plant.site)
    if chosen is not None:
        start, end = as_datetime(chosen.start), as_datetime(chosen.end)
        readings = readings.filter(pl.col("time") >= start, pl.col("time") < end)
    moved = _moved(readings, cut.last, cut.now)
    return Playable(plant=plant.site.id, readings=moved, verdicts=found.verdicts)


def played(
    outside: Outside,
    recording: Playable,
    to: Audience,
    progress: Callable[[float], None] = lambda _: None,
) -> int:
    """Play a recording; return how many readings were confirmed."""
    whole = max(1, recording.readings.height)
    return outside.peers.play(
        recording.readings,
        recording.plant,
        host=to.host,
        port=to.port,
        speed=to.speed,
        told=lambda count, _: progress(count / whole),
    )


def _moved(readings: pl.DataFrame, last: float | None, now: datetime | None) -> pl.DataFrame:
    """The last days of a recording, moved so that it ends now."""
    end = readings["time"].max()
    if not isinstance(end, datetime):
        return readings
    if last is not None:
        readings = readings.filter(pl.col("time") > end - timedelta(days=last))
    if now is None:
        return readings
    return readings.with_columns(pl.col("time") + (now - end))


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A file of readings in a dossier, how many, and days of which something is lost."""

    file: Path
    count: int
    missing: list[date]


def exported(stores: Stores, folder: Path, plant: str, dossier: Path, period: str) -> Exported:
    """
    Write the readings of a period (UTC) into a dossier, as they are known now.

    Raises
    ------
    InputError
        When the period cannot be read.
    InsufficientDataError
        When the store has none of them.
    """
    asked = named_period(period, Site(id="", name="", timezone="UTC"))
    start, end = (as_datetime(t).astimezone(UTC) for t in (asked.start, asked.end))
    rows, missing = stores.readings(folder, Window(plant, start, end))
    if rows.is_empty():
        raise InsufficientDataError(
            f"no readings of {plant} in {period}", ["the store has none of them"]
        )
    target = dossier / "telemetry" / f"{plant}-{start:%Y%m%d}-{end:%Y%m%d}.parquet"
    target.parent.mkdir(exist_ok=True)
    rows.select("time", "point", "value", "known_at", in_words()).write_parquet(target)
    return Exported(file=target, count=rows.height, missing=missing)
