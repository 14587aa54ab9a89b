"""What survey, site and commissioning would have written down about a virtual plant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from loopkeeper.measure.dossier import SurveyTable
from loopkeeper.measure.series import Floats
from loopkeeper.physics.borehole import short_term_response
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import LedgerCheck, PlantEvent, SurveyTest, Trial
from loopkeeper.plant.source import Basis
from loopkeeper.virtual.causes import PlantedCause
from loopkeeper.virtual.world import World

TEST_FILE = "survey/trt_1.csv"


def recorded(plant: Plant, causes: Sequence[PlantedCause], years: int) -> Plant:
    """
    Return the plant with the records its life would have left, honest and forgetful alike.

    Parameters
    ----------
    plant : Plant
        As designed.
    causes : sequence of PlantedCause
        Some leave a trace, some a gap.
    years : int
        Years of operation.

    Returns
    -------
    Plant
        With ledger, trials, events and the survey's tests.
    """
    names = {c.name for c in causes}
    guessed = bool(names & {"resource.conductivity", "resource.temperature"})
    source = plant.source
    if guessed and source.ground is not None:
        source = replace(source, ground=replace(source.ground, basis=Basis.REGIONAL_GUESS))
    field = source.field
    test = SurveyTest(
        kind="thermal_response",
        file=TEST_FILE,
        taken_on=date(2020, 5, 11),
        hole="T1",
        length=field.length if field else None,
        diameter=field.diameter if field else None,
    )
    return replace(
        plant,
        source=source,
        tests=() if guessed or field is None else (test,),
        ledger=_ledger(plant, names),
        trials=_trials(plant, names),
        events=_events(plant, names, years),
    )


def response_test(world: World, rng: np.random.Generator) -> SurveyTable:
    """
    Return a raw thermal response test of the world's ground.

    An hour of circulation, then 60 h at constant power.

    Parameters
    ----------
    world : World
        Its ground; the test hole has the designed resistance, whatever the field got later.
    rng : Generator
        Logger noise.

    Returns
    -------
    SurveyTable
        Five-minute record.
    """
    plant = world.template.plant
    model, _ = assemble(plant)
    field = model.field.field.geometry
    seconds = np.arange(0, 60 * 3600 + 1, 300, dtype=np.float64)
    power = 55.0 * field.length
    rise = np.zeros(len(seconds))
    rise[1:] = (
        power
        / field.length
        * short_term_response(
            model.field.borehole,
            conductivity=world.conductivity,
            heat_capacity=model.field.heat_capacity,
            time=seconds[1:],
        )
    )
    flow = 1.5
    spread = power / (flow / 3600 * model.system.source_heat_capacity)
    mean = world.undisturbed + rise
    noise: Floats = rng.normal(0.0, 0.02, (2, len(seconds)))
    heat = power / 1000 * (1 + rng.normal(0.0, 0.004, len(seconds)))
    heat[0] = 0.0
    apart = np.where(seconds > 0, spread, 0.0)
    columns = {
        "inlet_temperature_C": np.round(mean + 0.5 * apart + noise[0], 3),
        "outlet_temperature_C": np.round(mean - 0.5 * apart + noise[1], 3),
        "flow_m3_h": np.full(len(seconds), flow),
        "power_kW": np.round(heat, 4),
    }
    before = np.arange(-3600, 0, 300, dtype=np.float64)
    still = np.round(world.undisturbed + noise[:, -len(before) :], 3)
    idle = (still[0], still[1], np.full(len(before), flow), np.zeros(len(before)))
    start = np.datetime64("2020-05-11T02:00:00", "s")
    return SurveyTable(
        start + np.concatenate([before, seconds]).astype("timedelta64[s]"),
        {n: np.concatenate([i, c]) for (n, c), i in zip(columns.items(), idle, strict=True)},
    )


def _ledger(plant: Plant, names: set[str]) -> tuple[LedgerCheck, ...]:
    field = plant.source.field
    if field is None:
        return ()
    rows = []
    for n in range(1, field.count + 1):
        day = f"2022-0{4 + n % 3}-{1 + n % 27:02d}"
        who = "site engineer"
        checks = [("active_length", field.length, "m"), ("grout_volume_ratio", 1.05, "")]
        for check, drawn, unit in checks:
            if check == "grout_volume_ratio" and "construction.grout" in names and n % 4:
                continue
            if check == "active_length" and "construction.short_holes" in names:
                continue
            found = drawn * (1 + 0.004 * ((n * 7) % 5 - 2))
            if check == "grout_volume_ratio" and "construction.grout" in names:
                found = 0.82
            rows.append(
                LedgerCheck(
                    item=f"B{n:03d}",
                    item_kind="borehole",
                    check=check,
                    drawn=f"{drawn:g}",
                    found=f"{found:.2f}",
                    unit=unit,
                    checked_at=day,
                    checked_by=who,
                )
            )
    return tuple(rows)


def _trials(plant: Plant, names: set[str]) -> tuple[Trial, ...]:
    day = plant.site.handed_over_on or date(2022, 11, 1)
    start = datetime(day.year, day.month, day.day, 1, tzinfo=UTC) - timedelta(days=10)
    untested = bool(names & {"commissioning.staging", "commissioning.pump_control"})
    plan = [
        ("heating-full", "heating", 1.0, "heat_power", "load", 480.0, 478.0, "kW"),
        ("cooling-full", "cooling", 1.0, "heat_power", "load", 470.0, 466.0, "kW"),
        ("heating-part", "heating", 0.5, "heat_power", "load", 240.0, 241.0, "kW"),
        ("flow-balance", "balance", None, "flow", "source", 100.0, 99.2, "m3/h"),
        ("control-1", "control", None, "supply_temperature", "load", 45.0, 45.2, "°C"),
        ("points-1", "point_check", None, "supply_temperature", "source", 0.0, 0.1, "°C"),
        ("meters-1", "meter_proof", None, "heat_power", "load", 240.0, 243.0, "kW"),
    ]
    skipped = {"heating-part", "control-1"} if untested else set()
    if "hydraulic.bypass" in names or "hydraulic.oversized_pumps" in names:
        skipped |= {"flow-balance"}
    return tuple(
        Trial(
            trial=name,
            mode=mode,
            load_fraction=fraction,
            started_at=start + timedelta(hours=6 * n),
            ended_at=start + timedelta(hours=6 * n + 4),
            quantity=quantity,
            of=of,
            expected=expected,
            found=found,
            unit=unit,
            accepted=True,
            by="commissioning engineer",
        )
        for n, (name, mode, fraction, quantity, of, expected, found, unit) in enumerate(plan)
        if name not in skipped
    )


def _events(plant: Plant, names: set[str], years: int) -> tuple[PlantEvent, ...]:
    day = plant.site.handed_over_on or date(2022, 11, 1)
    events = []
    for year in range(years):
        service = datetime(day.year + year + 1, 5, 6, 2, tzinfo=UTC)
        if "operation.fouling" not in names:
            note = "exchangers cleaned, charge checked"
            events.append(PlantEvent(service, "maintenance", "hp1", note))
    return tuple(events)
