"""Reading telemetry: any number of files, long or wide, to one long table; every row accounted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from loopkeeper.adapters.files.dossier.unread import telemetry_folder
from loopkeeper.adapters.files.tables.containers import ENDINGS, is_hidden, tables_of
from loopkeeper.adapters.files.telemetry.readings import EMPTY, TableReadings, readings_of
from loopkeeper.app.outside import Telemetry
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point
from loopkeeper.plant.verdict import Severity, Verdict

__all__ = [
    "EMPTY", "Manner", "Telemetry", "gather_telemetry", "manner_of", "read_telemetry",
    "read_telemetry_file",
]  # fmt: skip

_DOCUMENTS = frozenset(
    {".md", ".pdf", ".doc", ".docx", ".html", ".htm", ".png", ".jpg", ".jpeg", ".gif", ".svg",
     ".rtf", ".odt", ".toml", ".ini", ".license", ".py", ".ppt", ".pptx", ".dwg", ".dxf"}
)  # fmt: skip

_NO_TELEMETRY = frozenset({"dossier.time.missing", "dossier.header.missing"})
"""What is no problem of a sheet beside one that holds telemetry."""


@dataclass(frozen=True)
class Manner:
    """
    How telemetry was written.

    ``zone`` of times without offset, ``time_format`` where it is declared, ``points`` by name
    where they are known.
    """

    zone: str
    time_format: str = ""
    points: Mapping[str, Point] = field(default_factory=dict)


@dataclass
class _Tally:
    """Cells of a declared point over all files."""

    filled: int = 0
    used: int = 0
    examples: list[str] = field(default_factory=list)


def manner_of(plant: Plant) -> Manner:
    """Return how a plant's telemetry is written, as its dossier tells."""
    form = plant.telemetry
    return Manner(
        form.timezone or plant.site.timezone, form.time_format, {p.id: p for p in plant.points}
    )


def read_telemetry(folder: Path, plant: Plant) -> tuple[pl.DataFrame, tuple[Verdict, ...]]:
    """Return frame and verdicts of :func:`gather_telemetry`."""
    found = gather_telemetry(folder, plant)
    return found.frame, found.verdicts


def gather_telemetry(folder: Path, plant: Plant) -> Telemetry:
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
    Telemetry
        Empty, with a verdict, where there is none.
    """
    found = sorted(p for p in telemetry_folder(folder).rglob("*") if p.is_file())
    judged = [(path, _no_table(path, folder)) for path in found]
    paths = [path for path, aside in judged if aside is None]
    verdicts = [aside for _, aside in judged if aside is not None]
    if not paths:
        missing = Verdict("dossier.part.missing", {"part": "telemetry/"})
        return Telemetry(EMPTY, (*verdicts, missing), {})
    manner = manner_of(plant)
    tallies: dict[str, _Tally] = {}
    files: dict[str, tuple[str, ...]] = {}
    frames = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        read = _file(path, name, manner)
        verdicts += read.verdicts
        frames.append(read.frame)
        _tally(tallies, read, manner.points)
        for point in read.frame["point"].unique():
            files[point] = (*files.get(point, ()), name)
    whole = pl.concat([f for f in frames if f.height] or [EMPTY], how="vertical_relaxed")
    verdicts += [*_unusable(tallies), *_unknown(whole, plant)]
    return Telemetry(whole, tuple(verdicts), files)


def _no_table(path: Path, folder: Path) -> Verdict | None:
    """Why a file is passed over; None for one that may hold a table."""
    name = path.relative_to(folder).as_posix()
    ending = path.suffix.lower()
    if any(is_hidden(part) for part in path.relative_to(folder).parts) or ending in _DOCUMENTS:
        return Verdict("dossier.file.passed_over", {"files": name})
    if ending in ENDINGS:
        return None
    known = ", ".join(sorted(ENDINGS))
    figures = {"file": name, "reason": f"its ending is none of {known}"}
    return Verdict("dossier.file.unread", figures)


def read_telemetry_file(
    path: Path, name: str, manner: Manner
) -> tuple[pl.DataFrame, tuple[Verdict, ...]]:
    """
    Read one file of telemetry, long or wide.

    Parameters
    ----------
    path : Path
        Text of any dialect, workbook, Parquet, or any of these packed.
    name : str
        What verdicts call it.
    manner : Manner
        How it was written.

    Returns
    -------
    frame : DataFrame
        ``time`` (UTC), ``point``, ``value``, ``known_at``, ``quality``.
    verdicts : tuple of Verdict
        What could not be read.
    """
    read = _file(path, name, manner)
    return read.frame, read.verdicts


def _file(path: Path, name: str, manner: Manner) -> TableReadings:
    """All tables of a file; one of which no row can be used is a problem, if not said already."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        figures = {"file": name, "reason": str(error)}
        return TableReadings(EMPTY, (Verdict("dossier.file.unreadable", figures),))
    tables = tables_of(raw, name, tuple(manner.points))
    reads = [readings_of(t, manner.zone, manner.time_format, manner.points) for t in tables]
    used = [read for read in reads if _has_values(read)]
    verdicts: list[Verdict] = []
    for table, read in zip(tables, reads, strict=True):
        aside = used and not _has_values(read)
        said = [v for v in read.verdicts if not (aside and v.code in _NO_TELEMETRY)]
        verdicts += [*table.verdicts, *said]
    if not used and not any(v.severity is Severity.PROBLEM for r in reads for v in r.verdicts):
        verdicts += _nothing_used(name, reads, verdicts)
    for table, read in zip(tables, reads, strict=True):
        if used and not _has_values(read) and table.frame.height:
            figures = {"file": table.name, "columns": ", ".join(table.columns[:8])}
            verdicts.append(Verdict("dossier.table.nothing_used", figures))
    return replace(_merged(reads), verdicts=tuple(verdicts))


def _has_values(read: TableReadings) -> bool:
    return read.frame["value"].null_count() < read.frame.height


def _nothing_used(
    name: str, reads: Iterable[TableReadings], said: Iterable[Verdict]
) -> list[Verdict]:
    """Say that a file came to nothing, where no problem has said so already."""
    rows = sum(read.rows for read in reads)
    if not rows:
        grave = {"dossier.file.unreadable", "dossier.file.unread"}
        if any(v.code in grave and str(v.figures["file"]).startswith(name) for v in said):
            return []
        return [Verdict("dossier.file.unread", {"file": name, "reason": "it holds no rows"})]
    examples = [e for read in reads for e in read.examples][:3]
    shown = "; ".join(examples) or "-"
    return [Verdict("dossier.file.nothing_used", {"file": name, "count": rows, "examples": shown})]


def _merged(reads: list[TableReadings]) -> TableReadings:
    frames = [r.frame for r in reads if r.frame.height] or [EMPTY]
    cells: dict[str, tuple[int, tuple[str, ...]]] = {}
    for read in reads:
        for point, (filled, examples) in read.cells.items():
            before, shown = cells.get(point, (0, ()))
            cells[point] = (before + filled, (*shown, *examples)[:3])
    return TableReadings(pl.concat(frames, how="vertical_relaxed"), cells=cells)


def _tally(tallies: dict[str, _Tally], read: TableReadings, points: Mapping[str, Point]) -> None:
    """Add a file to what is known of each declared point."""
    used = dict(read.frame.drop_nulls("value").group_by("point").len().iter_rows())
    for point, (filled, examples) in read.cells.items():
        if point in points:
            tally = tallies.setdefault(point, _Tally())
            tally.filled += filled
            tally.examples += [e for e in examples if e not in tally.examples]
            tally.used += int(used.get(point, 0))


def _unusable(tallies: Mapping[str, _Tally]) -> Iterator[Verdict]:
    """Say which declared points have cells, but none that can be used."""
    for point, tally in tallies.items():
        if tally.filled and not tally.used:
            figures = {"point": point, "count": tally.filled}
            shown = "; ".join(tally.examples[:3]) or "–"
            yield Verdict("dossier.point.unusable", {**figures, "examples": shown})


def _unknown(frame: pl.DataFrame, plant: Plant) -> Iterator[Verdict]:
    """Say which points of the telemetry nobody declared, and which declared ones are silent."""
    counts = dict(frame.group_by("point").len().iter_rows())
    declared = {p.id for p in plant.points}
    strange = sorted(str(p) for p in counts if p not in declared)
    if strange:
        figures = {
            "count": sum(int(counts[p]) for p in strange if p in counts),
            "points": ", ".join(strange[:8]),
        }
        yield Verdict("dossier.point.undeclared", figures)
    silent = sorted(declared - set(counts))
    if silent:
        yield Verdict("dossier.point.silent", {"points": ", ".join(silent[:12])})
