"""A folder of dossiers as a fleet: key figures of a period, one plant a task, two at a time."""

import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from loopkeeper.adapters.files.dossier import columns
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.app.groundwork import admit_readings, gravest_first
from loopkeeper.errors import InputError, LoopkeeperError
from loopkeeper.lifecycle.evaluate.fleet import Member
from loopkeeper.measure.kpi import BOUNDARIES
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.kpi_table import key_figures
from loopkeeper.measure.periods import as_datetime, last_complete, named_period
from loopkeeper.measure.series import Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.words import Language

CONTEXT = timedelta(days=4)
"""Readings before the period: counters and habits need them."""
DIAGNOSIS = Path(columns.DIAGNOSIS)
"""Where a dossier keeps its last diagnosis."""
FIGURES = {
    "cop_heating": ("performance_factor", "GB/T 50801", "heating"),
    "cop_cooling": ("performance_factor", "GB/T 50801", "cooling"),
    "source_pump_share": ("source_pump_share", "GB/T 50801", "all"),
    "load_pump_share": ("load_pump_share", "GB/T 50801", "all"),
    "balance": ("thermal_balance_ratio", "ground", "all"),
}
"""Figures of the fleet: name, and the key figure it is."""
COMPARED = frozenset({"cop_heating", "cop_cooling"})
"""Figures that are shown at another boundary where the fleet's is not metered."""


def plant_folders(root: Path) -> list[Path]:
    """
    Return the dossiers below a folder.

    Raises
    ------
    InputError
        When there is none.
    """
    found = sorted(p.parent for p in root.glob("*/plant.toml"))
    if not found:
        raise InputError(f"{root}: no folder in it holds a plant.toml")
    return found


def fleet(
    folders: list[Path], period: str | None, language: Language = Language.ENGLISH, *,
    told: Callable[[float], None] = lambda _: None,
    workers: int | None = None,
) -> tuple[Member, ...]:  # fmt: skip
    """
    Read the members of a fleet.

    Parameters
    ----------
    folders : list of Path
        Dossiers.
    period : str or None
        As :func:`loopkeeper.measure.periods.named_period` takes it; each plant's last complete
        month when None.
    language : Language
        Of reasons and names.
    told : callable
        Called with the share that is done.
    workers : int, optional
        Processes; as many as cores when not given.

    Returns
    -------
    tuple of Member
        In the order of the folders; one that cannot be read says why and has no figures.
    """
    count = min(len(folders), workers or os.cpu_count() or 1)
    found: dict[Path, Member] = {}
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        tasks = {pool.submit(member, folder, period, language): folder for folder in folders}
        for n, task in enumerate(as_completed(tasks), 1):
            found[tasks[task]] = task.result()
            told(n / len(folders))
    return tuple(found[folder] for folder in folders)


def member(folder: Path, period: str | None, language: Language = Language.ENGLISH) -> Member:
    """
    Return one plant of a fleet.

    Parameters
    ----------
    folder : Path
        Its dossier.
    period : str or None
        As for :func:`fleet`.
    language : Language
        Of reasons and name.

    Returns
    -------
    Member
        With the reason where it has no figures.
    """
    try:
        dossier = read_dossier(folder)
        readings, said = read_telemetry(folder, dossier.plant)
        chosen = _period(dossier.plant, readings, period)
        inside = readings.filter(
            pl.col("time") >= as_datetime(chosen.start) - CONTEXT,
            pl.col("time") < as_datetime(chosen.end),
        )
        measured = admit_readings(dossier, inside, said)
        answers = key_figures(measured.hours, dossier.plant, chosen)
        causes = _causes(folder)
    except LoopkeeperError as error:
        return Member(folder.name, folder.name, {}, {}, 0.0, (str(error),))
    values = {(a.name, a.boundary, a.mode): a for a in answers if isinstance(a, KpiValue)}
    figures: dict[str, Estimate | None] = {
        name: values[key].value if key in values else None for name, key in FIGURES.items()
    }
    known = [a.coverage for a in values.values()]
    refused = [v for a in answers if not isinstance(a, KpiValue) for v in a.reasons]
    reasons = tuple(dict.fromkeys(v.sentence(language) for v in gravest_first((*refused,))))
    within = {
        name: found
        for name, (_, _, mode) in FIGURES.items()
        if name in COMPARED and figures[name] is None and (found := _widest(values, mode))
    }
    site = dossier.plant.site
    group = {"climate_zone": site.climate_zone or "?", "use": site.use,
             "source": str(dossier.plant.source.kind)}  # fmt: skip
    return Member(site.id, site.called(language), group, figures,
                  float(np.mean(known)) if known else 0.0, reasons, causes, within)  # fmt: skip


def _widest(
    values: Mapping[tuple[str, str, str], KpiValue], mode: str
) -> tuple[str, Estimate] | None:
    """Return the performance factor at the widest boundary that is metered, and its name."""
    for boundary in reversed(BOUNDARIES):
        found = values.get(("performance_factor", boundary.name, mode))
        if found is not None:
            return boundary.name, found.value
    return None


def _period(plant: Plant, readings: pl.DataFrame, name: str | None) -> Period:
    if name is not None:
        return named_period(name, plant.site)
    first, last = readings["time"].min(), readings["time"].max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        raise InputError("there are no readings")
    ends = [np.datetime64(t.astimezone(UTC).replace(tzinfo=None), "h") for t in (first, last)]
    time = np.array(ends).astype("datetime64[s]")
    return last_complete("monthly", time, plant.site)[1]


def keep_diagnosis(folder: Path, answer: Mapping[str, object]) -> None:
    """
    Keep a diagnosis in a dossier.

    Parameters
    ----------
    folder : Path
        The dossier.
    answer : mapping
        As :func:`loopkeeper.app.answers.loop.diagnosis_json` gives it.
    """
    target = folder / DIAGNOSIS
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")


def _causes(folder: Path) -> dict[str, float] | None:
    """Energy of each kind in the diagnosis the dossier keeps. [kWh]"""
    path = folder / DIAGNOSIS
    if not path.is_file():
        return None
    try:
        deviations = json.loads(path.read_text(encoding="utf-8"))["deviations"]
        found: dict[str, float] = {}
        for one in deviations:
            kind = str(one["kind"])
            found[kind] = found.get(kind, 0.0) + float(one["energy_kWh"]["value"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: no diagnosis: {error}") from error
    return found
