"""Building a virtual plant: dossier, telemetry and the truth beside it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from loopkeeper.adapters.files.dossier.write import write_dossier
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.diagnose.shapley import attribute
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import Floats, LoadYear, TemperatureSeries
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.years import ModeEnergy, cooling_share
from loopkeeper.units import KWH, MINUTES_AN_HOUR
from loopkeeper.virtual.causes import PlantedCause, check_causes
from loopkeeper.virtual.machine import printed_map
from loopkeeper.virtual.planting import planted
from loopkeeper.virtual.sensors import instruments, readings
from loopkeeper.virtual.templates import template as named_template
from loopkeeper.virtual.trial import TEST_FILE, recorded, response_test
from loopkeeper.virtual.world import (
    NatureRecord,
    Template,
    World,
    cycles_of,
    run_world,
)

SHORTEST = 5
"""Step of nature, below which nothing is recorded. [min]"""

DESIGN_SEED = 7
HAND_OVER = date(2022, 11, 1)


@dataclass(frozen=True)
class TruthOfCause:
    """What one planted cause really costs in the last year. [kWh]"""

    kind: str
    variant: str
    severity: float
    onset: str | None
    energy_kWh: float  # noqa: N815 - a name of the file format
    first_in_kWh: float  # noqa: N815
    last_in_kWh: float  # noqa: N815
    share: float


@dataclass(frozen=True)
class Truth:
    """Nature's own answer for the last full year. [kWh]"""

    template: str
    seed: int
    period: tuple[str, str]
    causes: tuple[TruthOfCause, ...]
    healthy_kWh: float  # noqa: N815
    measured_kWh: float  # noqa: N815
    heating_kWh: float  # noqa: N815
    cooling_kWh: float  # noqa: N815
    parameters: dict[str, float]


@dataclass(frozen=True)
class VirtualPlant:
    """A dossier with its telemetry and the truth about it."""

    dossier: Dossier
    telemetry: pl.DataFrame
    truth: Truth


@dataclass(frozen=True, slots=True)
class Life:
    """What a virtual plant is and lives through: template, causes, seed, years from hand-over."""

    template: str = "office"
    causes: tuple[PlantedCause, ...] = ()
    seed: int = 1
    years: int = 2
    source: SourceKind = SourceKind.BOREHOLE_FIELD


@dataclass(frozen=True, slots=True)
class Recording:
    """How it is recorded: minutes between readings (a multiple of five), last years kept."""

    interval: int = 10
    years: int | None = None

    def __post_init__(self) -> None:
        """Refuse an interval that nature's steps do not fill."""
        if self.interval % 5 or not SHORTEST <= self.interval <= MINUTES_AN_HOUR:
            raise InputError(f"interval {self.interval} min: expected a multiple of 5 up to 60")


def build_virtual_plant(
    out: Path,
    life: Life,
    recording: Recording = Recording(),
    progress: Callable[[float], None] = lambda _: None,
) -> Truth:
    """
    Write a virtual plant as a dossier, and the truth about it beside the folder.

    Parameters
    ----------
    out : Path
        Folder of the dossier; the truth goes to ``<out>.truth.json``.
    life : Life
        The plant and its causes.
    recording : Recording
        How it is recorded.
    progress : callable
        Told the share done.

    Returns
    -------
    Truth
        Nature's own counterfactual answer.
    """
    plant = emulate(life, recording, progress)
    write_dossier(plant.dossier, out, plant.telemetry)
    text = json.dumps(asdict(plant.truth), indent=2, ensure_ascii=False)
    out.with_name(f"{out.name}.truth.json").write_text(text + "\n", encoding="utf-8")
    return plant.truth


def emulate(
    life: Life,
    recording: Recording = Recording(),
    progress: Callable[[float], None] = lambda _: None,
) -> VirtualPlant:
    """
    Let a virtual plant live and return what would be known of it: dossier, telemetry, truth.

    InputError when the template is unknown.
    """
    life = replace(life, causes=tuple(_with_onset(c, life.years) for c in life.causes))
    chosen = named_template(life.template, life.source)
    check_causes(life.causes, life.source)
    healthy = World.healthy(chosen)
    world = planted(healthy, life.causes)
    design = run_world(healthy, HAND_OVER, 730, DESIGN_SEED)
    progress(0.2)
    record = run_world(world, HAND_OVER, 365 * life.years, life.seed)
    progress(0.4)
    truth = _truth(life, healthy, record)
    progress(0.8)
    rng = np.random.default_rng(10_000 + life.seed)
    dossier = _dossier(chosen, world, life, (design, record), rng)
    sensors = instruments(record, rng, chosen)
    dossier = replace(
        dossier, plant=replace(dossier.plant, points=tuple(s.point for s in sensors))
    )
    telemetry = readings(sensors, record, recording.interval, rng)
    if recording.years is not None:
        first = record.time[-365 * min(recording.years, life.years) * 288]
        start = pl.lit(first.astype("datetime64[us]")).dt.replace_time_zone("UTC")
        telemetry = telemetry.filter(pl.col("time") >= start)
    progress(1.0)
    return VirtualPlant(dossier, telemetry, truth)


def _with_onset(cause: PlantedCause, years: int) -> PlantedCause:
    """Give operation causes without a date one in the middle of the last year."""
    if cause.onset is not None or cause.kind != "operation":
        return cause
    return replace(cause, onset=HAND_OVER + timedelta(days=365 * (years - 1) + 60))


def mode_energy_of(record: NatureRecord, first: int) -> ModeEnergy:
    """
    Return heat, cold and their electricity from a step of nature's record on.

    Parameters
    ----------
    record : NatureRecord
        Nature's record.
    first : int
        First step. [-]

    Returns
    -------
    ModeEnergy
        Within machines and all water pumps. [J]
    """
    load = record.column("load")[first:]
    heating, cooling = np.maximum(load, 0.0), np.maximum(-load, 0.0)
    share = cooling_share(heating, cooling)
    electricity: Floats = sum(
        (record.column(name)[first:] for name in ("machines", "source_pumps", "load_pumps")),
        start=np.zeros(len(load)),
    )
    return ModeEnergy(
        *(
            float(v.sum() * 300.0)
            for v in (heating, cooling, electricity * (1 - share), electricity * share)
        )
    )


def _truth(life: Life, healthy: World, record: NatureRecord) -> Truth:
    """Shapley values of the planted causes by nature's own counterfactual lives."""
    causes, years = life.causes, life.years
    first = 365 * (years - 1) * 288
    real = mode_energy_of(record, first)

    def value(group: frozenset[int]) -> float:
        chosen = [c for n, c in enumerate(causes) if n in group]
        lived = (
            record
            if len(chosen) == len(causes)
            else run_world(planted(healthy, chosen), HAND_OVER, 365 * years, life.seed)
        )
        return mode_energy_of(lived, first).at_delivered_heat(real.heating, real.cooling) / KWH

    shares = attribute(list(range(len(causes))), value)
    sick = value(frozenset(range(len(causes))))
    rows = tuple(
        TruthOfCause(
            str(c.kind),
            c.variant,
            c.severity,
            c.onset.isoformat() if c.onset else None,
            float(shares.fair[n]),
            float(shares.first[n]),
            float(shares.last[n]),
            float(shares.fair[n] / shares.total) if shares.total else 0.0,
        )
        for n, c in enumerate(causes)
    )
    world = planted(healthy, causes)
    return Truth(
        life.template,
        life.seed,
        (
            (HAND_OVER + timedelta(days=365 * (years - 1))).isoformat(),
            (HAND_OVER + timedelta(days=365 * years)).isoformat(),
        ),
        rows,
        sick - shares.total,
        sick,
        real.heating / KWH,
        real.cooling / KWH,
        {
            "conductivity_W_mK": world.conductivity,
            "resistance_mK_W": world.resistance,
            "undisturbed_temperature_C": world.undisturbed,
            "length_factor": world.length_factor,
            "bypass": world.bypass,
        },
    )


def _dossier(
    chosen: Template,
    world: World,
    life: Life,
    records: tuple[NatureRecord, NatureRecord],
    rng: np.random.Generator,
) -> Dossier:
    """The plant with its promise and records, the design year, the weather and the survey."""
    design, record = records
    plant = recorded(chosen.plant, life.causes, life.years)
    load_year = _design_year(design)
    energy = mode_energy_of(design, 365 * 288)
    promise = replace(
        plant.promise,
        peak_heating=float(load_year.heating.max()),
        peak_cooling=float(load_year.cooling.max()),
        annual_heating=energy.heating,
        annual_cooling=energy.cooling,
        annual_electricity=energy.heating_electricity + energy.cooling_electricity,
        system_cop_heating=energy.heating / energy.heating_electricity,
        system_cop_cooling=energy.cooling / energy.cooling_electricity,
        loads="design/loads.csv",
    )
    cycles = cycles_of(chosen.plant)
    rows = (*printed_map(cycles[0]), *printed_map(cycles[1]))
    machines: tuple[MachineRecord, ...] = tuple(replace(m, map=rows) for m in plant.machines)
    hourly = record.outdoor.reshape(-1, 12).mean(axis=1)
    survey = {TEST_FILE: response_test(world, rng)} if plant.tests else {}
    return Dossier(
        plant=replace(plant, promise=promise, machines=machines),
        design_loads=load_year,
        weather=TemperatureSeries(record.time[::12], np.round(hourly, 2)),
        water=_water_record(chosen.plant, record),
        survey=survey,
        folder_name=plant.site.id,
    )


def _water_record(plant: Plant, record: NatureRecord) -> TemperatureSeries | None:
    """Surface water as its gauge recorded it, hourly."""
    if plant.source.kind is not SourceKind.SURFACE_WATER:
        return None
    hourly = record.column("ground").reshape(-1, 12).mean(axis=1)
    return TemperatureSeries(record.time[::12], np.round(hourly, 1))


def _design_year(design: NatureRecord) -> LoadYear:
    """Hourly loads and weather of the second design year."""
    keep = slice(365 * 288, 730 * 288)
    load = design.column("load")[keep].reshape(-1, 12).mean(axis=1)
    outdoor = design.outdoor[keep].reshape(-1, 12).mean(axis=1)
    return LoadYear(
        design.time[keep][::12],
        np.round(np.maximum(load, 0.0), -1),
        np.round(np.maximum(-load, 0.0), -1),
        np.zeros(len(load)),
        np.round(outdoor, 2),
    )
