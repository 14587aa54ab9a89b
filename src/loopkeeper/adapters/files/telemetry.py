"""Reading telemetry: any number of files, long or wide, to one long table; every row accounted."""

from pathlib import Path

import fastexcel
import polars as pl

from loopkeeper.adapters.files.tables import TextTable, numbers, read_table
from loopkeeper.adapters.files.times import instants
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

EMPTY = pl.DataFrame(
    schema={
        "time": pl.Datetime("us", "UTC"),
        "point": pl.String,
        "value": pl.Float64,
        "known_at": pl.Datetime("us", "UTC"),
    }
)


def read_telemetry(folder: Path, plant: Plant) -> tuple[pl.DataFrame, tuple[Verdict, ...]]:
    """
    Read all telemetry of a dossier.

    Parameters
    ----------
    folder : Path
        The dossier.
    plant : Plant
        Time zone and point list.

    Returns
    -------
    DataFrame
        Long: time (UTC), point, value in the meter's own unit, known_at. Rows are as in the
        files; order, duplicates and resets are the business of admission.
    verdicts : tuple of Verdict
        Files and rows that could not be read, counted; points nobody knows.
    """
    verdicts: list[Verdict] = []
    place = folder / "telemetry"
    files = sorted(p for p in place.glob("*") if p.suffix in {".parquet", ".csv", ".txt"})
    if not files:
        verdicts.append(Verdict("dossier.part.missing", {"part": "telemetry/"}))
        return EMPTY, tuple(verdicts)
    zone = plant.site.timezone
    frames = [read_telemetry_file(p, f"telemetry/{p.name}", zone, verdicts) for p in files]
    whole = pl.concat([f for f in frames if f.height] or [EMPTY], how="vertical_relaxed")
    _unknown(whole, plant, verdicts)
    return whole, tuple(verdicts)


def read_telemetry_file(path: Path, name: str, zone: str, verdicts: list[Verdict]) -> pl.DataFrame:
    """
    Read one file of telemetry, long or wide.

    Parameters
    ----------
    path : Path
        Parquet, xlsx, or text of any dialect.
    name : str
        What verdicts call it.
    zone : str
        Time zone of times without offset.
    verdicts : list of Verdict
        Extended by what could not be read.

    Returns
    -------
    DataFrame
        ``time`` (UTC), ``point``, ``value``, ``known_at``.
    """
    table = _table(path, name)
    verdicts += table.verdicts
    columns = [c for c in table.frame.columns if c != "row"]
    if "time" not in columns:
        verdicts.append(Verdict("dossier.columns.missing", {"file": name, "columns": "time"}))
        return EMPTY
    by = table.frame["point"].cast(pl.String) if "point" in columns else None
    time = instants(table.frame["time"], zone, file=name, by=by)
    verdicts += time.verdicts
    if {"point", "value"} <= set(columns):
        return _long(table, time.time, zone, verdicts)
    return _wide(table, time.time, verdicts)


def _table(path: Path, name: str) -> TextTable:
    try:
        if path.suffix == ".parquet":
            return TextTable(name, pl.read_parquet(path), ())
        if path.suffix == ".xlsx":
            return TextTable(name, pl.read_excel(path, infer_schema_length=0), ())
    except (pl.exceptions.PolarsError, OSError, ValueError, fastexcel.FastExcelError) as error:
        figures = {"file": name, "reason": str(error).splitlines()[0][:120]}
        said = Verdict("dossier.file.unreadable", figures)
        return TextTable(name, pl.DataFrame(), (said,))
    return read_table(path, name)


def _long(table: TextTable, time: pl.Series, zone: str, verdicts: list[Verdict]) -> pl.DataFrame:
    value, said = numbers(table, "value")
    verdicts += said
    known = pl.Series("known_at", [None] * table.frame.height, EMPTY.schema["known_at"])
    if "known_at" in table.frame.columns:
        read = instants(table.frame["known_at"], zone, file=table.name, column="known_at")
        verdicts += read.verdicts
        known = read.time
    frame = pl.DataFrame(
        {
            "time": time,
            "point": table.frame["point"].cast(pl.String),
            "value": value,
            "known_at": known,
        }
    )
    return frame.filter(pl.col("time").is_not_null())


def _wide(table: TextTable, time: pl.Series, verdicts: list[Verdict]) -> pl.DataFrame:
    parts = []
    for column in table.frame.columns:
        if column in {"row", "time", "known_at", "quality"}:
            continue
        value, said = numbers(table, column)
        verdicts += said
        part = pl.DataFrame({"time": time, "value": value}).select(
            "time",
            pl.lit(column).alias("point"),
            "value",
            pl.lit(None, EMPTY.schema["known_at"]).alias("known_at"),
        )
        parts.append(part.filter(pl.col("time").is_not_null() & pl.col("value").is_not_null()))
    return pl.concat(parts) if parts else EMPTY


def _unknown(frame: pl.DataFrame, plant: Plant, verdicts: list[Verdict]) -> None:
    """Say which points of the telemetry nobody declared, and which declared ones are silent."""
    counts = dict(frame.group_by("point").len().iter_rows())
    declared = {p.id for p in plant.points}
    strange = sorted(str(p) for p in counts if p not in declared)
    if strange:
        figures = {
            "count": sum(int(counts[p]) for p in strange if p in counts),
            "points": ", ".join(strange[:8]),
        }
        verdicts.append(Verdict("dossier.point.undeclared", figures))
    silent = sorted(declared - set(counts))
    if silent:
        verdicts.append(Verdict("dossier.point.silent", {"points": ", ".join(silent[:12])}))
