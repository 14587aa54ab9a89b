"""Design on the virtual plants: sized, checked, and the hard check that cannot be talked round."""

import re
import tomllib
from dataclasses import replace
from datetime import date

import pytest

from loopkeeper.adapters.files.findings import keep_result
from loopkeeper.adapters.files.promise import write_promise
from loopkeeper.adapters.files.read import read_dossier
from loopkeeper.adapters.files.write import write_dossier
from loopkeeper.adapters.report.design import render_design
from loopkeeper.adapters.virtual.build import Life, Recording, emulate
from loopkeeper.app.designing import checked, designed, promised, sized, sized_wet
from loopkeeper.app.surveying import on_measured_ground
from loopkeeper.errors import InconsistentPlantError, InputError, InsufficientDataError
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.lifecycle.design.plant_sizing import with_length
from loopkeeper.lifecycle.design.wet_sizing import with_single_wells
from loopkeeper.measure.dossier import Finding
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.machines import BackupRecord
from loopkeeper.plant.records import WaterSample
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import Basis, WellRole

pytestmark = pytest.mark.integration


def dossier_of(source=SourceKind.BOREHOLE_FIELD):
    return emulate(Life("office", years=1, source=source), Recording(60)).dossier


@pytest.fixture(scope="module")
def office():
    return dossier_of()


@pytest.fixture(scope="module")
def answer(office):
    return sized(office, low=4.0, high=33.0, years=20, deepest=200.0)


def codes(found):
    return {v.code for v in found.verdicts}


def test_the_sized_field_just_keeps_its_limit_in_the_full_simulation(office, answer):
    size = answer.found.size
    just = replace(office, plant=with_length(office.plant, size.length))
    short = replace(office, plant=with_length(office.plant, 0.9 * size.length))
    # 0.4 K: sizing holds the ends of full hours, the simulation means with cycling machines
    assert checked(just, 20).horizon.coldest.min() == pytest.approx(4.0, abs=0.4)
    assert "design.limit.cold_broken" in codes(checked(short, 20))


def test_doubt_costs_metres(answer):
    sure = answer.reliability
    assert sure.length_for[0.95] > 1.1 * answer.found.size.length
    assert "design.size.too_deep" not in codes(answer)


def test_sizing_twice_gives_the_same_digits(office, answer):
    again = sized(office, low=4.0, high=33.0, years=20, deepest=50.0)
    assert again.found.size.length == answer.found.size.length
    assert "design.size.too_deep" in codes(again)


def test_a_balanced_office_passes(office):
    found = checked(office, 25)
    assert found.passes
    assert {"design.balance.kept", "design.limit.cold_kept"} <= codes(found)


def heating_only(dossier, backups=()):
    loads = replace(dossier.design_loads, cooling=0 * dossier.design_loads.cooling)
    return replace(dossier, design_loads=loads, plant=replace(dossier.plant, backups=backups))


def test_an_unbalanced_design_does_not_pass(office):
    found = checked(heating_only(office), 25)
    assert not found.passes
    assert codes(found) & {"design.balance.broken", "design.balance.uncompensated"}


def test_compensation_must_be_enough(office):
    token = BackupRecord("sun", "solar", annual_design=20e3 * 3.6e6)
    assert not checked(heating_only(office, (token,)), 25).passes
    drawn = checked(heating_only(office), 5).horizon.extracted[0]
    enough = BackupRecord("sun", "solar", annual_design=0.95 * drawn)
    assert "design.balance.kept" in codes(checked(heating_only(office, (enough,)), 25))


def test_wells_must_take_back_what_is_pumped():
    group = dossier_of(SourceKind.WELL_GROUP)
    assert "design.reinjection.full" in codes(checked(group, 5))
    source = group.plant.source
    halved = tuple(
        replace(w, design_flow=0.5 * w.design_flow) if w.role is WellRole.INJECTION else w
        for w in source.wells
    )
    short = replace(group, plant=replace(group.plant, source=replace(source, wells=halved)))
    assert "design.reinjection.short" in codes(checked(short, 5))


def test_hard_water_must_not_go_through_the_machines():
    group = dossier_of(SourceKind.WELL_GROUP)
    salty = WaterSample("2024-05-01", "w1", "chloride", 260.0, "mg/L")
    plant = replace(group.plant, samples=(salty,))
    assert "design.quality.class" in codes(checked(replace(group, plant=plant), 5))
    bare = replace(plant, source=replace(plant.source, exchanger=None))
    assert "design.quality.direct" in codes(checked(replace(group, plant=bare), 5))
    found = checked(group, 5)
    assert {"design.quality.none", "design.water_tax"} <= codes(found)
    tax = next(v for v in found.verdicts if v.code == "design.water_tax").figures
    volume, paid = (float(tax[name].replace(",", "")) for name in ("volume", "tax"))
    assert paid == pytest.approx(0.0008 * volume, abs=1)


def test_a_guess_is_not_enough_for_a_large_building(office):
    ground = replace(office.plant.source.ground, basis=Basis.REGIONAL_GUESS)
    guessed = replace(
        office, plant=replace(office.plant, source=replace(office.plant.source, ground=ground))
    )
    assert "design.survey.due" in codes(checked(guessed, 5))
    sure = sized(guessed, low=4.0, high=33.0, years=20, deepest=200.0).reliability
    tested = sized(office, low=4.0, high=33.0, years=20, deepest=200.0).reliability
    assert sure.length_for[0.95] > tested.length_for[0.95]


def test_what_is_missing_is_named(office):
    with pytest.raises(InsufficientDataError, match=r"design/loads.csv"):
        checked(replace(office, design_loads=None))
    wells = dossier_of(SourceKind.SINGLE_WELL)
    with pytest.raises(InconsistentPlantError, match="boreholes are sized by size_plant"):
        sized_wet(office, low=4.0, high=33.0, years=5)
    with pytest.raises(InconsistentPlantError, match="no borehole field"):
        sized(wells, low=4.0, high=33.0, years=20, deepest=200.0)


@pytest.fixture(scope="module")
def book(office):
    return designed(office, years=10, prices=Prices())


def test_units_of_the_office_cover_its_peak(book):
    best = book.units.choices[0]
    assert best.margin >= 0
    assert best.grade.grade in {1, 2, 3}


def test_every_split_is_balanced_and_sized(book):
    splits = book.costs.found.splits
    assert len(splits) >= 20
    assert all(0.79 <= s.balance <= 1.26 for s in splits)
    assert book.costs.grid.factor > 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_design_report_speaks_one_language(office, book, language):
    html = render_design(office, book, language=language, generated_on="now", code_version="0")
    text = re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.DOTALL)
    assert ("设计报告" in text) == (language == "zh")
    assert ("Life-cycle cost" in text) == (language == "en")
    for name in ("years", "loads", "balance", "costs"):
        assert f'id="{name}"' in html


def test_the_promise_is_written_and_nothing_else(office, book, tmp_path):
    site = replace(office.plant.site, handed_over_on=None)  # still on the drawing board
    drawn = replace(office, plant=replace(office.plant, site=site))
    write_dossier(drawn, tmp_path)
    before = (tmp_path / "plant.toml").read_text(encoding="utf-8")
    assert write_promise(drawn.plant, book.promise, tmp_path, on=date(2026, 1, 2)) is None
    after = (tmp_path / "plant.toml").read_text(encoding="utf-8")
    part = re.compile(r"\[promise\][^\[]*")
    assert part.sub("", before) == part.sub("", after)
    again = read_dossier(tmp_path).plant.promise
    assert again.annual_electricity == pytest.approx(book.promise.annual_electricity)
    assert again.source_inlet_min == office.plant.promise.source_inlet_min


def test_a_plant_in_operation_keeps_its_promise_until_it_is_named(office, book, tmp_path):
    plant = replace(
        office.plant,
        site=replace(office.plant.site, handed_over_on=date(2022, 11, 1)),
        promise=replace(office.plant.promise, annual_electricity=1e11, system_cop_heating=4.0),
    )
    write_dossier(replace(office, plant=plant), tmp_path)
    before = (tmp_path / "plant.toml").read_text(encoding="utf-8")
    for named in ("", "another"):
        with pytest.raises(InputError, match="stays as it is"):
            write_promise(plant, book.promise, tmp_path, replacing=named, on=date(2026, 1, 2))
    assert (tmp_path / "plant.toml").read_text(encoding="utf-8") == before
    kept = [
        write_promise(plant, book.promise, tmp_path, replacing=plant.site.id, on=date(2026, 1, 2))
        for _ in range(2)
    ]
    assert [k.name for k in kept] == [
        "promise-until-2026-01-02.toml", "promise-until-2026-01-02-2.toml"
    ]  # fmt: skip
    assert kept[0].read_text(encoding="utf-8").strip() in before
    assert tomllib.loads(kept[0].read_text(encoding="utf-8"))["promise"][
        "system_cop_heating"
    ] == pytest.approx(4.0)
    again = read_dossier(tmp_path)
    assert again.plant.promise.annual_electricity == pytest.approx(book.promise.annual_electricity)
    assert not [v for v in again.verdicts if v.code.startswith("dossier.file.")]


def test_nothing_is_promised_of_a_design_that_fails(office):
    bad = heating_only(office)
    with pytest.raises(InconsistentPlantError, match="nothing is promised"):
        promised(bad, checked(bad, 10))


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        (SourceKind.SINGLE_WELL, 12.0, 20.0),
        (SourceKind.WELL_GROUP, 12.0, 18.0),
        (SourceKind.SURFACE_WATER, 5.0, 31.0),
    ],
)
def test_wet_sources_are_sized_to_their_limits(kind, low, high):
    dossier = dossier_of(kind)
    found = sized_wet(dossier, low=low, high=high, years=5)
    assert found.run.coldest.min() >= low
    assert found.run.warmest.max() <= high
    if kind is SourceKind.SURFACE_WATER:
        source = replace(dossier.plant.source, exchanger=0.8 * found.exchanger)
        smaller = replace(dossier, plant=replace(dossier.plant, source=source))
        run = checked(smaller, 2).horizon
        assert run.coldest.min() < low or run.warmest.max() > high
    with pytest.raises(InputError, match=r"misses by|beyond"):
        sized_wet(dossier, low=low + 25, high=high + 25, years=2)


def test_more_single_wells_share_the_flow():
    plant = dossier_of(SourceKind.SINGLE_WELL).plant
    five = with_single_wells(plant, 5, 40.0)
    flows = [w.design_flow for w in five.source.single_wells]
    assert sum(flows) == pytest.approx(plant.source.design_flow)
    assert len({(w.x, w.y) for w in five.source.single_wells}) == 5


def test_a_design_stands_on_what_was_measured(office, tmp_path):
    write_dossier(office, tmp_path)
    log = tmp_path / "trt.csv"
    log.write_text("time,T\n0,1\n")
    fit = {"conductivity_W_mK": 1.4, "conductivity_interval": [1.3, 1.5], "undisturbed_C": 13.0,
           "undisturbed_interval": [12.8, 13.2], "resistance_mK_W": 0.1,
           "resistance_interval": [0.09, 0.11]}  # fmt: skip
    keep_result(tmp_path, log, "thermal_response", {"fit": fit})
    read = read_dossier(tmp_path)
    (kept,) = read.findings
    assert kept.values["conductivity"].low == 1.3
    alone = replace(read, plant=replace(read.plant, tests=()))
    measured = on_measured_ground(alone)
    assert measured.plant.source.ground.conductivity == pytest.approx(1.4)
    assert measured.plant.source.ground.basis is Basis.TEST
    assert "design.survey.measured" in codes(measured)
    (tmp_path / "survey" / "trt.csv").write_text("time,T\n0,2\n")
    changed = read_dossier(tmp_path)
    assert not changed.findings
    assert "dossier.finding.changed" in codes(changed)


def test_wells_stand_on_their_pumping_test():
    wells = dossier_of(SourceKind.WELL_GROUP)
    aquifer = wells.plant.source.aquifer
    found = Estimate(2e-2, 1.8e-2, 2.2e-2)
    finding = Finding("pumping", "survey/pump.csv", {"transmissivity": found})
    measured = on_measured_ground(replace(wells, findings=(finding,))).plant.source.aquifer
    assert measured.hydraulic_conductivity == pytest.approx(2e-2 / aquifer.thickness)
    assert measured.basis is Basis.TEST
