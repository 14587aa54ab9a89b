"""Records of survey, construction, commissioning and operation: as complete as a plant's are."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import loop
from .dossier import table
from .plant import Boreholes, SingleWells, Wells
from .run import Life
from .survey import survey

LEVELS = ("all", "some", "few")


@dataclass(frozen=True)
class Records:
    """Which records a plant has, and which of its causes they show."""

    level: str
    ledger: bool
    trials: bool
    survey: bool
    events: bool
    quality: bool
    shown: frozenset[str]


def draw_records(life: Life, rng: np.random.Generator) -> Records:
    """A third has everything, a third some, a third hardly any; each cause shows in half."""
    level = LEVELS[rng.integers(3)]
    chance = {"all": 1.0, "some": 0.5, "few": 0.12}[level]
    has = rng.random(5) < chance
    shown = frozenset(c.row.name for c in life.causes if rng.random() < 0.5)
    groundwater = life.design.kind in ("well_group", "single_well")
    guessed = {"low_conductivity", "other_ground", "worse_aquifer", "still_aquifer"}
    names = {c.row.name for c in life.causes}
    survey = bool(has[2]) and (not names & guessed or bool(names & guessed & shown))
    return Records(
        level,
        bool(has[0]),
        bool(has[1]),
        survey,
        bool(has[3]),
        bool(has[4]) and groundwater,
        shown,
    )


def clock(day: np.datetime64, hour: int, minute: int = 0) -> str:
    """A time as people write it down."""
    return str(day.astype("datetime64[m]") + np.timedelta64(hour * 60 + minute, "m"))


def ledger(life: Life, r: Records, rng: np.random.Generator) -> list[list[object]]:
    """Hidden works: found values are the real ones where the ledger shows the cause."""
    day = str(np.datetime64(life.design.handed_over) - np.timedelta64(200, "D"))
    crews = ("crew 1", "crew 2", "supervisor")
    rows: list[list[object]] = []

    def row(item: str, kind: str, check: str, drawn: object, found: object, unit: str) -> None:
        rows.append([item, kind, check, drawn, found, unit, day, crews[len(rows) % 3], ""])

    document, real = life.document.source, life.real.source
    if isinstance(document, Boreholes) and isinstance(real, Boreholes):
        bore_rows(row, (document, real), r, rng)
    elif isinstance(document, Wells):
        for i in range(document.abstraction + document.injection):
            row(
                f"well-{i + 1}",
                "well",
                "depth",
                document.depth,
                round(document.depth + rng.normal(0, 0.4), 1),
                "m",
            )
            poor = "bad_wells" in r.shown and rng.random() < 0.6
            row(
                f"well-{i + 1}",
                "well",
                "filter",
                "",
                "gravel pack incomplete" if poor else "ok",
                "",
            )
    elif isinstance(document, SingleWells):
        for i in range(document.count):
            row(
                f"sw-{i + 1}",
                "well",
                "depth",
                document.depth,
                round(document.depth + rng.normal(0, 0.3), 1),
                "m",
            )
            drop = rng.uniform(0.2, 1.5) if "broken_seal" not in r.shown else rng.uniform(8, 25)
            row(f"sw-{i + 1}", "well", "pressure_test_1_drop", 3.0, round(drop, 1), "%")
    row("header-1", "header", "flushing_minutes", 60, int(rng.integers(60, 90)), "min")
    row("header-1", "header", "pressure_test_4_drop", 3.0, round(rng.uniform(0.2, 2.0), 1), "%")
    return rows


def bore_rows(
    row, sources: tuple[Boreholes, Boreholes], r: Records, rng: np.random.Generator
) -> None:
    """Checks of every fifth hole."""
    d, real = sources
    true = real if "short_holes" in r.shown else d
    closer = real if "close_holes" in r.shown else d
    for i in range(0, d.count, 5):
        item = f"B{i + 1:03d}"
        row(
            item,
            "borehole",
            "active_length",
            d.length,
            round(true.length * rng.normal(1.0, 0.004), 1),
            "m",
        )
        c, line = i % d.columns, i // d.columns
        for check, k in (("x", c), ("y", line)):
            row(
                item,
                "borehole",
                check,
                round(k * d.spacing, 2),
                round(k * closer.spacing + rng.normal(0, 0.05), 2),
                "m",
            )
        poor = "poor_grout" in r.shown
        row(
            item,
            "borehole",
            "grout_volume_ratio",
            1.0,
            round(rng.uniform(0.5, 0.8) if poor else rng.normal(1.02, 0.03), 2),
            "",
        )
        dead = "blocked_loops" in r.shown and rng.random() < real.dead
        row(
            item,
            "borehole",
            "pressure_test_2_drop",
            3.0,
            round(rng.uniform(15, 60) if dead else rng.uniform(0.1, 1.5), 1),
            "%",
        )
    found = rng.uniform(0.6, 0.9) if "poor_grout" in r.shown else d.grout * rng.normal(1.0, 0.03)
    row("B001", "borehole", "grout_conductivity", round(d.grout, 2), round(found, 2), "W/mK")


def trials(life: Life, r: Records, rng: np.random.Generator) -> list[list[object]]:
    """Commissioning trials in the first year, at full and part load where they were held."""
    t, rows = life.table[:8760], []
    faults = {c.row.name for c in life.causes if c.row.kind == "commissioning"}
    parts = (("full", 0.9), ("part", 0.45)) if not faults else (("full", 0.9),)
    p = life.document
    for mode, name in ((1, "heating"), (2, "cooling")):
        for part, wanted in parts:
            size = p.machines * (p.rated_heating if mode == 1 else p.rated_cooling)
            good = (t[:, loop.MODE] == mode) & (t[:, loop.HEAT] > 0.1 * size)
            if not good.any():
                continue
            i = int(np.argmin(np.abs(np.where(good, t[:, loop.HEAT], 9e9) / size - wanted)))
            rows += trial(life, f"{name}-{part}", i, rng)
    day = np.datetime64(life.design.handed_over) + np.timedelta64(60, "D")
    bias = life.table[60 * 24, loop.SETPOINT] - life.real.spread.setpoint
    if not faults or "wrong_set_point" in r.shown:
        when = ["control-1", "control", "", clock(day, 10), clock(day, 11)]
        rows.append([*when, "setpoint", "load", "", round(bias, 1), "°C", "true", "integrator"])
    for of in ("load", "source"):
        when = [f"meter-{of}", "meter_proof", "", clock(day, 13), clock(day, 15), "flow", of]
        found = round(100 * rng.normal(1.0, 0.01), 1)
        rows.append([*when, 100.0, found, "%", "true", "integrator"])
    return rows


def trial(life: Life, name: str, i: int, rng: np.random.Generator) -> list[list[object]]:
    """The quantities of one trial, found with two per cent of error."""
    x, p = life.table[i], life.document
    begin = life.weather.time[i]
    size = p.machines * p.rated_heating
    end = str((begin + np.timedelta64(1, "h")).astype("datetime64[m]"))
    mode, share = name.split("-", maxsplit=1)[0], round(x[loop.HEAT] / size, 2)
    head = [name, mode, share, str(begin.astype("datetime64[m]")), end]
    drawn_s = round(p.source_pumps.flow * max(x[loop.PUMPS_S], 1), 1)
    drawn_l = round(p.load_pumps.flow * max(x[loop.PUMPS_L], 1), 1)
    quantities = (
        ("heat_power", "load", "", x[loop.HEAT], "kW"),
        ("electricity_power", "machines", "", x[loop.MACHINES], "kW"),
        ("supply_temperature", "load", "", x[loop.T_SUPPLY], "°C"),
        ("supply_temperature", "source", "", x[loop.T_IN], "°C"),
        ("flow", "source", drawn_s, x[loop.FLOW_S], "m3/h"),
        ("flow", "load", drawn_l, x[loop.FLOW_L], "m3/h"),
    )
    return [
        [
            *head,
            q,
            of,
            drawn,
            round(v * (1.0 + rng.normal(0, 0.008)), 1),
            unit,
            "true",
            "integrator",
        ]
        for q, of, drawn, v, unit in quantities
    ]


def events(life: Life, r: Records, rng: np.random.Generator) -> list[list[object]]:
    """Change of season, upkeep, alarms, and what operators wrote down about a cause."""
    rows: list[list[object]] = []
    mode, time = life.table[:, loop.MODE], life.weather.time
    for i in np.nonzero(np.diff(mode))[0]:
        name = {1: "heating", 2: "cooling", 0: "off"}[int(mode[i + 1])]
        rows.append([clock(time[i + 1], 9), "operating_mode", "load", f"switched to {name}", ""])
    neglected = next((c for c in life.causes if c.row.name == "no_maintenance"), None)
    for hour in range(2000, time.size, 2190):
        if neglected is None or hour < neglected.timing.onset:
            at = clock(time[min(hour + int(rng.integers(0, 700)), time.size - 1)], 0)
            of = str(rng.choice(["hp1", "sp1", "lp1"]))
            rows.append(
                [
                    at,
                    "maintenance",
                    of,
                    str(rng.choice(["季度保养", "strainer cleaned", "inspected"])),
                    "",
                ]
            )
    for c in life.causes:
        rows += noted(life, c, r)
    return sorted(rows, key=lambda x: str(x[0]))


def noted(life: Life, cause, r: Records) -> list[list[object]]:
    """What is written about a cause, where it is written at all."""
    name = cause.row.name
    if name not in r.shown:
        return []
    time = life.weather.time
    begin = clock(time[cause.timing.onset], 10)
    notes = {
        "set_point_drift": ("setpoint_change", "load", "supply raised after complaints"),
        "schedule_at_night": (
            "setpoint_change",
            "load",
            "timer switched to manual, runs all night",
        ),
        "source_fouling": ("alarm", "hp1", "evaporator approach high"),
        "load_fouling": ("alarm", "hp1", "condenser approach high"),
        "refrigerant": ("alarm", "hp1", "low suction superheat, oil level"),
        "lost_recharge": ("outage", "rc1", "recharge out of order"),
        "unbalanced_years": ("operating_mode", "load", "no cooling this summer; annex supplied"),
        "reinjection_decline": ("alarm", "well-2", "wellhead pressure rising"),
    }
    return [[begin, *notes[name], ""]] if name in notes else []


def quality(life: Life, rng: np.random.Generator) -> list[list[object]]:
    """Two samples a year of abstracted and returned water."""
    level = {
        "pH": (7.5, ""),
        "total_hardness": (280.0, "mg/L"),
        "chloride": (40.0, "mg/L"),
        "sulfate": (70.0, "mg/L"),
        "iron": (0.12, "mg/L"),
        "manganese": (0.05, "mg/L"),
    }
    rows: list[list[object]] = []
    for day in life.weather.time[:: 24 * 182].astype("datetime64[D]"):
        for place in ("abstraction", "reinjection"):
            for name, (mean, unit) in level.items():
                x = mean * rng.normal(1.0, 0.03)
                rows.append([str(day), place, name, f"{x:.3g}", unit, "false", "city laboratory"])
    return rows


def write_records(life: Life, r: Records, folder: Path, rng: np.random.Generator) -> str:
    """Write what there is; the declarations of the survey are given back for plant.toml."""
    if r.ledger:
        header = "item, item_kind, check, drawn, found, unit, checked_at, checked_by, evidence"
        table(folder / "ledger.csv", header, ledger(life, r, rng))
    if r.trials:
        header = "trial, mode, load_fraction, started_at, ended_at, quantity, of, "
        header += "expected, found, unit, accepted, by"
        table(folder / "commissioning.csv", header, trials(life, r, rng))
    if r.events:
        table(folder / "events.csv", "time, kind, of, note, value", events(life, r, rng))
    if r.quality:
        header = "sampled_at, place, parameter, value, unit, below_detection, laboratory"
        table(folder / "water_quality.csv", header, quality(life, rng))
    return survey(life, folder, rng, tested=r.survey)


__all__ = ["Records", "draw_records", "write_records"]
