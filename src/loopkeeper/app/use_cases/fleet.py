"""A folder of dossiers as a fleet: key figures of a period, one plant a task, two at a time."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from loopkeeper.app.groundwork import admit_readings, gravest_first
from loopkeeper.app.outside import Outside
from loopkeeper.errors import InputError, LoopkeeperError
from loopkeeper.lifecycle.evaluate.fleet import Member, cause_shares, outliers, spreads
from loopkeeper.measure.kpi import BOUNDARIES
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.kpi_table import key_figures
from loopkeeper.measure.periods import as_datetime, last_complete, named_period
from loopkeeper.measure.series import Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.words import Language

__all__ = ["Member", "cause_shares", "fleet", "member", "outliers", "plant_folders", "spreads"]
CONTEXT = timedelta(days=4)
"""Readings before the period: counters and habits need them."""
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
    outside: Outside,
    folders: list[Path],
    period: str | None,
    language: Language = Language.ENGLISH,
    *,
    told: Callable[[float], None] = lambda _: None,
    workers: int | None = None,
) -> tuple[Member, ...]:
    """
    Read the members of a fleet.

    Parameters
    ----------
    outside : Outside
        Who reads folders, in other processes too.
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
        In the order of the folders; one that cannot be read says why and has no figures. Where
        several have one id, the folder stands behind it.
    """
    count = min(len(folders), workers or os.cpu_count() or 1)
    found: dict[Path, Member] = {}
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        tasks = {
            pool.submit(member, outside, folder, period, language): folder for folder in folders
        }
        for n, task in enumerate(as_completed(tasks), 1):
            found[tasks[task]] = task.result()
            told(n / len(folders))
    return _told_apart({folder: found[folder] for folder in folders})


def _told_apart(found: Mapping[Path, Member]) -> tuple[Member, ...]:
    """Members of one id are named by their folders, too."""
    many = Counter(one.id for one in found.values())
    return tuple(
        replace(one, id=f"{one.id} ({folder.absolute().name})") if many[one.id] > 1 else one
        for folder, one in found.items()
    )


def member(
    outside: Outside, folder: Path, period: str | None, language: Language = Language.ENGLISH
) -> Member:
    """
    Return one plant of a fleet.

    Parameters
    ----------
    outside : Outside
        Who reads folders.
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
        dossier = outside.dossiers.read_dossier(folder)
        read = outside.dossiers.gather_telemetry(folder, dossier.plant)
        chosen = _period(dossier.plant, read.frame, period)
        inside = read.frame.filter(
            pl.col("time") >= as_datetime(chosen.start) - CONTEXT,
            pl.col("time") < as_datetime(chosen.end),
        )
        measured = admit_readings(dossier, inside, read.verdicts)
        answers = key_figures(measured.hours, dossier.plant, chosen)
        causes = _causes(outside.dossiers.kept_diagnosis(folder))
    except LoopkeeperError as error:
        return Member(
            id=folder.absolute().name,
            name=folder.absolute().name,
            group={},
            figures={},
            coverage=0.0,
            reasons=(str(error),),
        )
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
    group = {
        "climate_zone": site.climate_zone or "?",
        "use": site.use,
        "source": str(dossier.plant.source.kind),
    }
    return Member(
        id=site.id,
        name=site.called(language),
        group=group,
        figures=figures,
        coverage=float(np.mean(known)) if known else 0.0,
        reasons=reasons,
        causes=causes,
        within=within,
    )


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


def _causes(kept: Mapping[str, Any] | None) -> dict[str, float] | None:
    """Energy of each kind in the diagnosis a dossier keeps. [kWh]"""
    if kept is None:
        return None
    found: dict[str, float] = {}
    try:
        for one in kept["deviations"]:
            kind = str(one["kind"])
            found[kind] = found.get(kind, 0.0) + float(one["energy_kWh"]["value"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"the kept diagnosis cannot be read: {error!r}") from error
    return found
