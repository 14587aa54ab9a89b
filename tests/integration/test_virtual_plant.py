"""The instrument itself: nature keeps her books, answers the same twice; causes cost energy."""

from datetime import date

import numpy as np
import pytest

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.dossier.write import write_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.app.closing_the_loop import evaluate_plant
from loopkeeper.app.groundwork import admit_readings, lay_groundwork
from loopkeeper.errors import InputError
from loopkeeper.plant.machines import Mode
from loopkeeper.plant.site import SourceKind
from loopkeeper.virtual.build import Life, Recording, emulate, mode_energy_of
from loopkeeper.virtual.causes import ONLY_FOR, VARIANTS, parse_cause
from loopkeeper.virtual.machine import performance, printed_map
from loopkeeper.virtual.planting import planted
from loopkeeper.virtual.sensors import instruments
from loopkeeper.virtual.templates import template
from loopkeeper.virtual.world import World, cycles_of, run_world

pytestmark = pytest.mark.integration
START = date(2022, 11, 1)
COSTLY = [
    f"{kind}.{variant}:0.6"
    for kind, variants in VARIANTS.items()
    for variant in variants
    if variant not in {"load_overestimated", "imbalance", "recharge_lost"}
    and SourceKind.BOREHOLE_FIELD in ONLY_FOR.get(variant, (SourceKind.BOREHOLE_FIELD,))
]


@pytest.fixture(scope="module")
def healthy():
    return World.healthy(template("office"))


@pytest.fixture(scope="module")
def year(healthy):
    return run_world(healthy, START, 365, 3)


def test_nature_keeps_the_books_of_energy(office, year):
    # 1 %: what water stores between the ends of a season, and water's heat capacity at one
    # temperature for all
    drawn = (
        year.column("source_flow")
        * office.system.source_heat_capacity
        * (year.column("source_supply") - year.column("source_return"))
    )
    load, machines = year.column("load"), year.column("machines")
    for mode in (load > 0, load < 0):
        season = np.convolve(mode, np.ones(576), "same") > 0
        delivered = drawn[season].sum() + machines[season].sum()
        assert delivered == pytest.approx(load[season].sum(), rel=0.01)


def test_room_and_water_stay_where_the_controls_want_them(year):
    clock = np.arange(len(year.time)) % 288 / 12
    busy = (year.column("load") > 0) & (clock > 10) & (clock < 18)
    # 1.5 K: the thermostat is proportional
    assert np.median(year.column("room")[busy]) == pytest.approx(20.0, abs=1.5)
    assert np.median(year.column("load_supply")[busy]) == pytest.approx(45.0, abs=2.0)


def test_the_same_seed_is_the_same_plant():
    life = Life("office", (parse_cause("hydraulic.bypass:0.5"),), 9, 1)
    one, two = (emulate(life, Recording(30)) for _ in range(2))
    assert one.telemetry.equals(two.telemetry)
    assert one.truth == two.truth
    other = emulate(Life("office", life.causes, 10, 1), Recording(30))
    assert not one.telemetry.equals(other.telemetry)


@pytest.mark.parametrize("text", COSTLY)
def test_every_cause_costs_energy_at_the_delivered_heat(healthy, year, text):
    sick = run_world(planted(healthy, [parse_cause(text)]), START, 365, 3)
    real = mode_energy_of(sick, 0)
    spent = real.heating_electricity + real.cooling_electricity
    fair = mode_energy_of(year, 0).at_delivered_heat(real.heating, real.cooling)
    assert spent > 1.005 * fair


def test_the_printed_map_is_the_machine():
    for cycle in cycles_of(template("office").plant):
        for row in printed_map(cycle):
            delivered, electricity = performance(
                cycle, row.source_inlet, row.load_outlet, row.part_load, cycle.flow_capacity
            )
            assert row.capacity / row.electricity == pytest.approx(delivered / electricity)
            assert row.mode is (Mode.HEATING if cycle.sign > 0 else Mode.COOLING)


def test_sensors_err_within_their_stated_accuracy(year, rng):
    for sensor in instruments(year, rng, template("office")):
        limits = sensor.point.limits_of_error()
        assert abs(sensor.gain - 1) <= 1.3 * limits.relative + 1e-12
        if "temperature" in sensor.point.quantity:
            assert abs(sensor.bias) <= 2.5 * limits.absolute


@pytest.mark.parametrize("text", ["beer:0.5", "operation.sleep:0.5", "design:2", "design:x"])
def test_a_cause_that_nobody_knows_is_refused_with_what_is_possible(text):
    with pytest.raises(InputError, match="cause"):
        parse_cause(text)


WET = [SourceKind.SINGLE_WELL, SourceKind.WELL_GROUP, SourceKind.SURFACE_WATER]


@pytest.mark.slow
@pytest.mark.parametrize("kind", WET)
def test_wells_and_surface_water_from_folder_to_evaluation(tmp_path, kind):
    plant = emulate(Life("office", (), 4, 2, kind), Recording(15, 1))
    write_dossier(plant.dossier, tmp_path, plant.telemetry)
    dossier = read_dossier(tmp_path)
    assert dossier.plant.source.kind is kind
    readings, said = read_telemetry(tmp_path, dossier.plant)
    ground = lay_groundwork(dossier, admit_readings(dossier, readings, said))
    evaluation = evaluate_plant(ground)
    # 3 %: model against a richer world, both healthy
    measured = evaluation.measured.electricity.value
    assert evaluation.expected.electricity.value == pytest.approx(measured, rel=0.03)
    traces = evaluation.traces
    both = np.isfinite(traces.source_supply_measured) & np.isfinite(traces.source_supply_expected)
    off = traces.source_supply_measured[both] - traces.source_supply_expected[both]
    assert abs(np.median(off)) < 0.3
    assert (evaluation.ground is None) == (kind is SourceKind.SURFACE_WATER)


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (SourceKind.SINGLE_WELL, "construction.seal_leak:0.8"),
        (SourceKind.SINGLE_WELL, "operation.reinjection_decline:0.8"),
        (SourceKind.WELL_GROUP, "resource.breakthrough:0.9"),
        (SourceKind.WELL_GROUP, "operation.sand:0.6"),
        (SourceKind.SURFACE_WATER, "operation.exchanger_fouling:0.8"),
    ],
)
def test_faults_of_wells_and_surface_water_cost_energy(kind, cause):
    world = World.healthy(template("office", kind))
    healthy = mode_energy_of(run_world(world, START, 365, 3), 0)
    real = mode_energy_of(run_world(planted(world, [parse_cause(cause)]), START, 365, 3), 0)
    spent = real.heating_electricity + real.cooling_electricity
    assert spent > 1.0003 * healthy.at_delivered_heat(real.heating, real.cooling)


def test_causes_that_a_source_cannot_have_are_refused():
    with pytest.raises(InputError, match="single_well"):
        emulate(Life("office", (parse_cause("construction.seal_leak:0.5"),), 1, 1), Recording(30))
    grout = (parse_cause("construction.grout:0.5"),)
    with pytest.raises(InputError, match="borehole_field"):
        emulate(Life("office", grout, 1, 1, SourceKind.WELL_GROUP), Recording(30))
