"""Writing a dossier: plain, deterministic, diffable files."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from loopkeeper.adapters.files.dossier.columns import (
    LOADS,
    MAP,
    TIME,
    WATER,
    WEATHER,
    FileTable,
)
from loopkeeper.adapters.files.dossier.keys import DossierKey
from loopkeeper.adapters.files.dossier.layout import (
    AQUIFER,
    BACKUP,
    BAND,
    CONTROLS,
    EXCHANGER,
    FIELD,
    FORMAT,
    GROUND,
    GROUND_LAYER,
    HORIZONTAL,
    MACHINE,
    NEIGHBOUR,
    NETWORK,
    PLACES,
    PROMISE,
    PUMP,
    SINGLE_WELL,
    SITE,
    SOURCE,
    STANDING_COLUMN,
    SURFACE,
    SURVEY_TEST,
    TARIFF,
    TELEMETRY,
    WELL,
)
from loopkeeper.adapters.files.dossier.write_records import write_records, write_rows
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import LoadYear, Times
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import TelemetryForm
from loopkeeper.plant.site import Promise, Season, Tariff
from loopkeeper.plant.source import Ground, Source
from loopkeeper.units import from_si, to_si


def write_dossier(dossier: Dossier, folder: Path, telemetry: pl.DataFrame | None = None) -> None:
    """
    Write a dossier into a folder.

    Parameters
    ----------
    dossier : Dossier
        The plant and its series.
    folder : Path
        Made when missing; files of the same name are replaced.
    telemetry : DataFrame, optional
        Long readings: time (UTC), point, value in the meter's unit; one Parquet file a quarter.
    """
    plant = dossier.plant
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plant.toml").write_text(plant_toml(plant), encoding="utf-8")
    zone = plant.site.timezone
    if dossier.design_loads is not None:
        write_loads(dossier.design_loads, folder / (plant.promise.loads or LOADS.file), zone)
    for name, table in dossier.survey.items():
        columns: dict[str, Sequence[object]] = {"time": _local(table.time, zone)}
        columns |= {key: _numbers(values) for key, values in table.columns.items()}
        _write_table(folder / name, columns)
    if dossier.weather is not None:
        _write_series(folder / WEATHER.file, WEATHER, dossier.weather, zone)
    _write_water(dossier, folder)
    for machine in plant.machines:
        if machine.map:
            path = folder / (machine.map_file or f"machines/{machine.id}.csv")
            write_rows(path, MAP.written, machine.map)
    write_records(plant, folder)
    if telemetry is not None:
        _write_telemetry(folder / "telemetry", telemetry)


def write_loads(year: LoadYear, path: Path, zone: str) -> None:
    """
    Write a design year.

    Parameters
    ----------
    year : LoadYear
        Hourly loads, and the weather they belong to.
    path : Path
        CSV; its folder is made when missing.
    zone : str
        Time zone of the site.
    """
    _write_series(path, LOADS, year, zone)


def _write_series(path: Path, form: FileTable, series: object, zone: str) -> None:
    """A series with its columns in the file's units; what it does not have is left out."""
    columns: dict[str, Sequence[object]] = {}
    for column in form.written:
        values = getattr(series, column.fills)
        if values is not None:
            columns[column.name] = (
                _local(values, zone)
                if column is TIME
                else _numbers(values / to_si(1.0, column.unit))
            )
    _write_table(path, columns)


def promise_toml(promise: Promise) -> str:
    """Return a promise as its section of ``plant.toml``."""
    return "\n".join(_section("[promise]", PROMISE, promise)).strip("\n") + "\n"


def _write_water(dossier: Dossier, folder: Path) -> None:
    """The recorded temperature of surface water, where the plant names a file for it."""
    body = dossier.plant.source.surface
    if dossier.water is None or body is None or not body.temperature_file:
        return
    zone = dossier.plant.site.timezone
    _write_series(folder / body.temperature_file, WATER, dossier.water, zone)


def plant_toml(plant: Plant) -> str:
    """
    Return ``plant.toml`` of a plant.

    Parameters
    ----------
    plant : Plant
        The plant.

    Returns
    -------
    str
        TOML text in the order of the format's description.
    """
    source = plant.source
    lines = [f'format = "{FORMAT}"', ""]
    lines += _section("[site]", SITE, plant.site)
    lines += _section("[promise]", PROMISE, plant.promise)
    lines += _source_lines(source)
    for test in plant.tests:
        lines += _section("[[survey.test]]", SURVEY_TEST, test)
    several = ((MACHINE, plant.machines), (PUMP, plant.pumps), (BACKUP, plant.backups))
    for (keys, records), title in zip(several, ("machine", "pump", "backup"), strict=True):
        for record in records:
            lines += _section(f"[[{title}]]", keys, record)
    lines += _section("[controls]", CONTROLS, plant.controls)
    if plant.network is not None:
        lines += _section("[load_network]", NETWORK, plant.network)
    if plant.tariff is not None:
        lines += _tariff(plant.tariff)
    if plant.telemetry != TelemetryForm():
        lines += _section("[telemetry]", TELEMETRY, plant.telemetry)
    return "\n".join(lines).rstrip() + "\n"


def _source_lines(source: Source) -> list[str]:
    """Everything about the source side."""
    keys = SOURCE if source.exchanger is None else (*SOURCE, *EXCHANGER)
    lines = _section("[source]", keys, source)
    lines += _ground_lines(source.ground)
    if source.field is not None:
        lines += _section("[source.borehole_field]", (*FIELD, *PLACES), source.field)
    for one in source.neighbours:
        lines += _section("[[source.neighbour]]", (*NEIGHBOUR, *PLACES), one)
    for title, layout, record in (
        ("aquifer", AQUIFER, source.aquifer),
        ("surface_water", SURFACE, source.surface),
        ("horizontal_loop", HORIZONTAL, source.horizontal),
        ("standing_column", STANDING_COLUMN, source.standing_columns),
    ):
        if record is not None:
            lines += _section(f"[source.{title}]", layout, record)
    for single in source.single_wells:
        lines += _section("[[source.single_well]]", SINGLE_WELL, single)
    for well in source.wells:
        lines += _section("[[source.well]]", WELL, well)
    return lines


def _tariff(tariff: Tariff) -> list[str]:
    """A tariff with its bands in one line."""
    bands = [f"{{{', '.join(_stated(BAND, band))}}}" for band in tariff.bands]
    lines = [text for key in TARIFF if key.kind != "rows" for text in _stated((key,), tariff)]
    return ["[tariff]", *lines, f"bands = [{', '.join(bands)}]", ""]


def _ground_lines(ground: Ground | None) -> list[str]:
    if ground is None:
        return []
    lines = _section("[source.ground]", GROUND, ground)
    for layer in ground.layers:
        lines += _section("[[source.ground.layer]]", GROUND_LAYER, layer)
    return lines


def _section(title: str, keys: Sequence[DossierKey], record: object) -> list[str]:
    return [title, *_stated(keys, record), ""]


def _stated(keys: Sequence[DossierKey], record: object) -> list[str]:
    """What a record states, key by key."""
    texts = ((key.name, toml_value(getattr(record, key.field), key)) for key in keys)
    return [f"{name} = {text}" for name, text in texts if text is not None]


def toml_value(value: object, key: DossierKey) -> str | None:
    """Return one value as TOML in the file's unit; None for what is not stated."""
    if value is None or value in ("", (), {}):
        return None
    if isinstance(value, dict):
        pairs = (f"{_quoted(ours)} = {_quoted(theirs)}" for ours, theirs in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, (Season, tuple)):
        return f"[{', '.join(_several(value, key))}]"
    return _one(value, key)


def _one(value: object, key: DossierKey) -> str:
    """A single value as TOML in the file's unit."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (date, int)) and not isinstance(value, Enum):
        return str(value)
    if isinstance(value, float):
        return _plain(from_si(value, key.unit) if key.unit else value)
    return _quoted(str(value))


def _several(value: Season | tuple[Any, ...], key: DossierKey) -> list[str]:
    """Ends of a season as days, numbers and the rows of a profile in the file's unit."""
    if key.kind == "profile" and isinstance(value, tuple):
        return [
            f"[{_plain(depth)}, {_several((one,), replace(key, kind='list'))[0]}]"
            for depth, one in value
        ]
    if key.kind == "months":
        return [str(month) for month in value] if isinstance(value, tuple) else []
    if key.kind in {"places", "hours"} and isinstance(value, tuple):
        single = replace(key, kind="list")
        return [f"[{', '.join(_several(pair, single))}]" for pair in value]
    if isinstance(value, Season):
        return [f'"{month:02d}-{day:02d}"' for month, day in (value.first, value.last)]
    return [_plain(from_si(one, key.unit) if key.unit else one) for one in value]


def _quoted(text: str) -> str:
    """A text as TOML wants it: JSON's escapes, and DEL, which JSON lets pass."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(value: float) -> str:
    """A number with twelve digits, as TOML wants it."""
    text = f"{value:.12g}"
    return text if any(c in text for c in ".en") else f"{text}.0"


def _numbers(values: Iterable[float]) -> list[str]:
    return ["" if not np.isfinite(v) else f"{v:.6g}" for v in values]


def _local(time: Times, zone: str) -> list[str]:
    """Local times with offset."""
    place = ZoneInfo(zone)
    seconds = time.astype("datetime64[s]").astype(np.int64).tolist()
    return [datetime.fromtimestamp(s, UTC).astimezone(place).isoformat() for s in seconds]


def _write_table(path: Path, columns: dict[str, Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def _write_telemetry(folder: Path, telemetry: pl.DataFrame) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    quarters = telemetry.with_columns(
        (
            pl.col("time").dt.year().cast(pl.String)
            + "-q"
            + pl.col("time").dt.quarter().cast(pl.String)
        ).alias("quarter"),
        pl.col("point").cast(pl.Categorical),
    )
    for (name,), part in quarters.group_by("quarter", maintain_order=True):
        rows = part.drop("quarter").sort("point", "time")
        rows.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=9)
