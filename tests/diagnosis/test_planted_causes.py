"""
Emulated plants with known causes, diagnosed: the table goes to ``docs/diagnosis-suite.md``.

Two plants per kind with one cause each must be named right, first; mixed ones come within 0.15
of the true shares; healthy ones must get a clean bill. Nature is not the model that diagnoses it.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from loopkeeper.app.closing_the_loop import diagnose_plant, evaluate_plant
from loopkeeper.app.groundwork import admit_readings, lay_groundwork
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.plant.site import SourceKind
from loopkeeper.units import KWH
from loopkeeper.virtual.build import Life, Recording, VirtualPlant, emulate
from loopkeeper.virtual.causes import parse_cause

pytestmark = pytest.mark.diagnosis

SINGLE = [
    ("office", "design.load_underestimated:1", 2),
    ("hospital", "design.load_overestimated:1", 2),
    ("office", "operation.fouling:0.5@2024-01-10", 2),
    ("hospital", "operation.set_point_drift:0.6@2023-12-20", 2),
    ("school", "thermal_balance.imbalance:0.9", 4),
    ("school", "thermal_balance.recharge_lost:1", 4),
    ("office", "construction.grout:0.8", 2),
    ("hospital", "construction.short_holes:0.7", 2),
    ("office", "resource.conductivity:0.7", 2),
    ("school", "resource.temperature:0.6", 2),
    ("office", "hydraulic.bypass:0.8", 2),
    ("hospital", "hydraulic.oversized_pumps:0.5", 2),
    ("office", "commissioning.pump_control:0.5", 2),
    ("hospital", "commissioning.staging:0.5", 2),
]
MIXED = [
    ("office", ("construction.grout:0.8", "operation.fouling:0.4@2024-01-10"), 2),
    ("hospital", ("hydraulic.oversized_pumps:0.4", "resource.conductivity:0.7"), 2),
    ("office", ("hydraulic.bypass:0.7", "operation.set_point_drift:0.7@2023-12-20"), 2),
    ("school", ("thermal_balance.recharge_lost:1", "operation.fouling:0.3@2025-12-20"), 4),
]
HEALTHY = [("office", 21, 2), ("office", 22, 2), ("hospital", 23, 2), ("school", 24, 3)]

WATER = [
    (SourceKind.SINGLE_WELL, "construction.seal_leak:1"),
    (SourceKind.SINGLE_WELL, "operation.fouling:0.5@2024-01-10"),
    (SourceKind.WELL_GROUP, "commissioning.staging:0.5"),
    (SourceKind.WELL_GROUP, "operation.fouling:0.5@2024-01-10"),
    (SourceKind.SURFACE_WATER, "operation.exchanger_fouling:0.6@2024-01-10"),
    (SourceKind.SURFACE_WATER, "resource.temperature:1"),
]


@dataclass(frozen=True)
class Case:
    plant: VirtualPlant
    diagnosis: Diagnosis


def diagnosed(
    template: str,
    causes: tuple[str, ...],
    years: int,
    seed: int,
    source: SourceKind = SourceKind.BOREHOLE_FIELD,
) -> Case:
    life = Life(template, tuple(parse_cause(c) for c in causes), seed, years, source)
    plant = emulate(life, Recording(10))
    ground = lay_groundwork(plant.dossier, admit_readings(plant.dossier, plant.telemetry))
    return Case(plant, diagnose_plant(ground, evaluate_plant(ground)))


def by_kind(diagnosis: Diagnosis) -> dict[str, float]:
    shares: dict[str, float] = {}
    for one in diagnosis.deviations:
        shares[str(one.kind)] = shares.get(str(one.kind), 0.0) + one.share
    return shares


@pytest.fixture(scope="module")
def table():
    rows: list[str] = []
    yield rows
    head = (
        "# Planted causes, diagnosed\n\n"
        "Written by `make diagnosis`. Energies in MWh of electricity at delivered heat; truth is "
        "nature's own counterfactual (see `virtual`).\n\n"
        "| plant | planted | truth | found first | found | 90 % | named | unexplained |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    target = Path(__file__).parents[2] / "docs" / "diagnosis-suite.md"
    target.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


def row(case: Case, planted: str) -> str:
    truth = case.plant.truth
    d = case.diagnosis
    first = d.deviations[0] if d.deviations else None
    mwh = 1000 * KWH
    place = f"{truth.template}, {str(case.plant.dossier.plant.source.kind).replace('_', ' ')}"
    return (
        f"| {place} | {planted} "
        f"| {', '.join(f'{c.energy_kWh / 1000:.1f}' for c in truth.causes) or '–'} "
        f"| {first.cause if first else '–'} | {first.energy.value / mwh:.1f} "
        f"| {first.energy.low / mwh:.1f} … {first.energy.high / mwh:.1f} "
        if first
        else f"| {place} | {planted} | – | – | – | – "
    ) + (
        f"| {', '.join(f'{k} {s:.0%}' for k, s in by_kind(d).items()) or 'clean bill'} "
        f"| {d.unexplained.value / mwh:+.1f} |"
    )


@pytest.mark.parametrize(("template", "cause", "years"), SINGLE, ids=str)
def test_the_right_kind_comes_first(template, cause, years, table):
    case = diagnosed(template, (cause,), years, 3)
    table.append(row(case, cause))
    assert case.diagnosis.deviations, "nothing was found"
    assert str(case.diagnosis.deviations[0].kind) == cause.split(".")[0]


@pytest.mark.parametrize(("template", "causes", "years"), MIXED, ids=str)
def test_shares_of_mixed_causes_are_near_the_truth(template, causes, years, table):
    case = diagnosed(template, causes, years, 4)
    table.append(row(case, " + ".join(causes)))
    found = by_kind(case.diagnosis)
    for cause in case.plant.truth.causes:
        assert abs(found.get(cause.kind, 0.0) - cause.share) <= 0.15, found


@pytest.mark.parametrize(("template", "seed", "years"), HEALTHY, ids=str)
def test_a_healthy_plant_gets_a_clean_bill(template, seed, years, table):
    case = diagnosed(template, (), years, seed)
    table.append(row(case, f"nothing (seed {seed})"))
    assert case.diagnosis.healthy
    assert not case.diagnosis.deviations


@pytest.mark.parametrize(("source", "cause"), WATER, ids=str)
def test_wells_and_surface_water_name_the_right_kind(source, cause, table):
    case = diagnosed("office", (cause,), 2, 3, source)
    table.append(row(case, cause))
    assert case.diagnosis.deviations, "nothing was found"
    assert str(case.diagnosis.deviations[0].kind) == cause.split(".")[0]


@pytest.mark.parametrize("source", sorted({source for source, _ in WATER}), ids=str)
def test_healthy_wells_and_surface_water_get_a_clean_bill(source, table):
    case = diagnosed("office", (), 2, 5, source)
    table.append(row(case, "nothing (seed 5)"))
    assert case.diagnosis.healthy
    assert not case.diagnosis.deviations
