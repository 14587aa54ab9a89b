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

from loopkeeper.adapters.files.dossier.layout import (
    AQUIFER,
    BACKUP,
    CONTROLS,
    FIELD,
    GROUND,
    GROUND_LAYER,
    HORIZONTAL,
    MACHINE,
    NEIGHBOUR,
    NETWORK,
    PROMISE,
    PUMP,
    SINGLE_WELL,
    SITE,
    STANDING_COLUMN,
    SURFACE,
    TELEMETRY,
    WELL,
    DossierKey,
)
from loopkeeper.adapters.files.dossier.write_records import write_records
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import LoadYear, Times
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import SurveyTest, TelemetryForm
from loopkeeper.plant.site import Promise, Season, Tariff
from loopkeeper.plant.source import BoreholeField, Ground, NeighbourField, Source
from loopkeeper.units import from_si

FORMAT = "dossier/1"


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
        write_loads(
            dossier.design_loads, folder / (plant.promise.loads or "design/loads.csv"), zone
        )
    for name, table in dossier.survey.items():
        columns: dict[str, Sequence[object]] = {"time": _local(table.time, zone)}
        columns |= {key: _numbers(values) for key, values in table.columns.items()}
        _write_table(folder / name, columns)
    if dossier.weather is not None:
        columns = {
            "time": _local(dossier.weather.time, zone),
            "outdoor_temperature_C": _numbers(dossier.weather.temperature),
        }
        _write_table(folder / "weather.csv", columns)
    _write_water(dossier, folder)
    for machine in plant.machines:
        if machine.map:
            _write_map(folder / (machine.map_file or f"machines/{machine.id}.csv"), machine)
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
    columns: dict[str, Sequence[object]] = {
        "time": _local(year.time, zone),
        "heating_kW": _numbers(year.heating / 1000),
        "cooling_kW": _numbers(year.cooling / 1000),
        "hot_water_kW": _numbers(year.hot_water / 1000),
    }
    if year.outdoor_temperature is not None:
        columns["outdoor_temperature_C"] = _numbers(year.outdoor_temperature)
    _write_table(path, columns)


def promise_toml(promise: Promise) -> str:
    """Return a promise as its section of ``plant.toml``."""
    return "\n".join(_section("[promise]", PROMISE, promise)).strip("\n") + "\n"


def _write_water(dossier: Dossier, folder: Path) -> None:
    """The recorded temperature of surface water, where the plant names a file for it."""
    body = dossier.plant.source.surface
    if dossier.water is None or body is None or not body.temperature_file:
        return
    columns: dict[str, Sequence[object]] = {
        "time": _local(dossier.water.time, dossier.plant.site.timezone),
        "temperature_C": _numbers(dossier.water.temperature),
    }
    _write_table(folder / body.temperature_file, columns)


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
        lines += _test(test)
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
    lines = ["[source]", f'kind = "{source.kind}"', f"fluid = {_quoted(source.fluid)}"]
    lines += [f"fluid_mass_fraction = {_plain(source.fluid_mass_fraction)}"]
    if source.design_flow is not None:
        lines += [f"design_flow_m3_h = {_plain(from_si(source.design_flow, 'm3/h'))}"]
    lines += _exchanger(source)
    lines += [""]
    lines += _ground_lines(source.ground)
    if source.field is not None:
        lines += _placed("[source.borehole_field]", FIELD, source.field)
    for one in source.neighbours:
        lines += _placed("[[source.neighbour]]", NEIGHBOUR, one)
    for title, keys, record in (
        ("aquifer", AQUIFER, source.aquifer),
        ("surface_water", SURFACE, source.surface),
        ("horizontal_loop", HORIZONTAL, source.horizontal),
        ("standing_column", STANDING_COLUMN, source.standing_columns),
    ):
        if record is not None:
            lines += _section(f"[source.{title}]", keys, record)
    for single in source.single_wells:
        lines += _section("[[source.single_well]]", SINGLE_WELL, single)
    for well in source.wells:
        lines += _section("[[source.well]]", WELL, well)
    return lines


def _placed(
    title: str, keys: Sequence[DossierKey], field: BoreholeField | NeighbourField
) -> list[str]:
    """A field of boreholes with the place of every hole."""
    places = ", ".join(f"[{_plain(x)}, {_plain(y)}]" for x, y in field.positions)
    return [*_section(title, keys, field)[:-1], f"positions_m = [{places}]", ""]


def _exchanger(source: Source) -> list[str]:
    if source.exchanger is None:
        return []
    return [
        f"exchanger_UA_kW_K = {_plain(source.exchanger / 1000)}",
        f"exchanger_area_m2 = {_plain(source.exchanger_area)}",
        f"exchanger_fouling_m2K_W = {_plain(source.exchanger_fouling)}",
    ]


def _test(test: SurveyTest) -> list[str]:
    stated = (
        (f"taken_on = {test.taken_on}", test.taken_on),
        (f"hole = {_quoted(test.hole)}", test.hole),
        (f"length_m = {test.length}", test.length),
        (f"diameter_m = {test.diameter}", test.diameter),
        (
            f"undisturbed_temperature_C = {test.undisturbed_temperature}",
            test.undisturbed_temperature is not None,
        ),
        (f"fluid = {_quoted(test.fluid)}", test.fluid),
        (f"fluid_mass_fraction = {test.fluid_mass_fraction}", test.fluid_mass_fraction),
    )
    lines = ["[[survey.test]]", f"kind = {_quoted(test.kind)}", f"file = {_quoted(test.file)}"]
    lines += [text for text, value in stated if value]
    if test.columns:
        pairs = ", ".join(
            f"{_quoted(ours)} = {_quoted(theirs)}" for ours, theirs in test.columns.items()
        )
        lines += [f"columns = {{{pairs}}}"]
    return [*lines, ""]


def _tariff(tariff: Tariff) -> list[str]:
    bands = [
        f"{{name = {_quoted(b.name)}, price = {_plain(b.price)}, hours = "
        "["
        + ", ".join(f"[{_plain(a)}, {_plain(z)}]" for a, z in b.hours)
        + "]"
        + (f", months = {list(b.months)}" if b.months else "")
        + "}"
        for b in tariff.bands
    ]
    return [
        "[tariff]",
        f"currency = {_quoted(tariff.currency)}",
        f"bands = [{', '.join(bands)}]",
        "",
    ]


def _ground_lines(ground: Ground | None) -> list[str]:
    if ground is None:
        return []
    lines = _section("[source.ground]", GROUND, ground)
    for layer in ground.layers:
        lines += _section("[[source.ground.layer]]", GROUND_LAYER, layer)
    return lines


def _section(title: str, keys: Sequence[DossierKey], record: object) -> list[str]:
    lines = [title]
    for key in keys:
        value = getattr(record, key.field)
        text = _toml(value, key)
        if text is not None:
            lines.append(f"{key.name} = {text}")
    return [*lines, ""]


def _toml(value: object, key: DossierKey) -> str | None:
    """One value as TOML in the file's unit; None for what is not stated."""
    if value is None or value in {"", ()}:
        return None
    if isinstance(value, (Season, tuple)):
        return f"[{', '.join(_several(value, key))}]"
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


def _write_map(path: Path, machine: MachineRecord) -> None:
    rows = machine.map
    _write_table(
        path,
        {
            "mode": [str(r.mode) for r in rows],
            "source_inlet_C": _numbers(r.source_inlet for r in rows),
            "load_outlet_C": _numbers(r.load_outlet for r in rows),
            "part_load": _numbers(r.part_load for r in rows),
            "capacity_kW": [f"{r.capacity / 1000:.9g}" for r in rows],
            "electricity_kW": [f"{r.electricity / 1000:.9g}" for r in rows],
        },
    )


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
