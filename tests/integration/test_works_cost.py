"""What holes as found cost, against closed forms and full runs."""

import json
from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.app.answers.works_cost import works_cost_json
from loopkeeper.app.works_costing import target_of, works_cost
from loopkeeper.errors import InconsistentPlantError, InsufficientDataError
from loopkeeper.lifecycle.build.as_found import on_record
from loopkeeper.lifecycle.build.cure import CLOSE, CureKind, beside_field
from loopkeeper.lifecycle.build.running import YearlyDuty, hourly_price, run
from loopkeeper.lifecycle.design.horizon import horizon
from loopkeeper.measure.design_year import design_case
from loopkeeper.physics.system import simulate
from loopkeeper.physics.uneven_field import FELT, parallel_resistance
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.holes import drawn_holes, on_holes, resistances, warming
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.site import SourceKind, Tariff, TariffBand
from loopkeeper.units import HOUR, KWH
from loopkeeper.virtual.templates import template

HOLES = 90


def lengths(found, first=0):
    return [
        LedgerCheck(
            item=f"H-{first + n + 1:03d}",
            item_kind="borehole",
            check="active_length",
            drawn="110",
            found=f"{value:g}",
            unit="m",
        )
        for n, value in enumerate(found)
    ]


SHORT = lengths([99.0 if n % 5 == 0 else 110.0 for n in range(HOLES)])
"""18 of 90 holes are a tenth short, as 20 of a hundred: a fiftieth of all metres."""


@pytest.fixture(scope="module")
def dossier(healthy_office):
    plant = replace(healthy_office.dossier.plant, ledger=())
    return replace(healthy_office.dossier, plant=plant)


@pytest.fixture(scope="module")
def short(dossier):
    return works_cost(dossier, checks=SHORT)


def test_twenty_short_holes_in_a_hundred_cost_what_a_fiftieth_of_the_metres_does(dossier, short):
    # An even field of the same metres, its holes 107.8 m long: a tenth is what unevenness may be
    # (pygfunction: 36 holes, 8 of them a tenth short, lose 0.7 % less than even ones).
    plant = dossier.plant
    model, _ = assemble(plant)
    drawn = drawn_holes(plant.source.field)
    assert short.cost.holes.total_length == pytest.approx(0.98 * drawn.total_length)
    load, boundary = design_case(plant, dossier.design_loads)
    even = on_holes(plant, model, replace(drawn, lengths=0.98 * drawn.lengths))
    uniform = run(even.system, YearlyDuty(load=load, boundary=boundary))
    spent = uniform.electricity - short.cost.drawn.electricity
    assert short.cost.change["electricity"].value == pytest.approx(spent, rel=0.1)
    colder = uniform.coldest - short.cost.drawn.coldest
    assert short.cost.change["coldest"].value == pytest.approx(colder, rel=0.1)


def test_fewer_metres_of_the_same_response_cost_heat_per_metre(dossier):
    # closed form: the drop of the fluid goes by heat per metre, 1 / 0.98; a little less, because
    # colder water gives worse machines that draw less
    plant = dossier.plant
    model, _ = assemble(plant)
    last = horizon(plant, model.system, dossier.design_loads).last
    coldest = int(np.where(last["run_share"] > 0, last["source_supply"], np.inf).argmin())
    fluid = 0.5 * (last["source_supply"] + last["source_return"])[coldest]
    drop = plant.source.ground.undisturbed_temperature - fluid
    load, boundary = design_case(plant, dossier.design_loads)
    fewer = model.with_ground(replace(model.field, length_factor=0.98)).system
    found = run(fewer, YearlyDuty(load=load, boundary=boundary)).coldest
    assert found - last["source_supply"][coldest] == pytest.approx(-drop * 0.02 / 0.98, rel=0.1)


def test_the_plant_as_drawn_is_the_design_check(dossier, short):
    model, _ = assemble(dossier.plant)
    checked = horizon(dossier.plant, model.system, dossier.design_loads)
    assert short.cost.drawn.coldest == checked.coldest.min()
    assert short.cost.drawn.electricity == pytest.approx(checked.electricity.mean(), rel=1e-12)


def test_the_heat_of_the_plant_as_found_closes(dossier, short):
    load, boundary = design_case(dossier.plant, dossier.design_loads)
    year = simulate(short.cost.model.system, load, boundary, HOUR)
    drawn = (
        year["heating_delivered"]
        - year["machine_heating_electricity"]
        - year["cooling_delivered"]
        - year["machine_cooling_electricity"]
    )
    assert np.abs(drawn - year["ground_heat_rate"]).max() < 1.0
    one = run(short.cost.model.system, YearlyDuty(load=load, boundary=boundary, years=1))
    assert one.drawn == pytest.approx(drawn.sum() * HOUR, rel=1e-9)


def test_money_is_electricity_at_the_price_of_its_hour():
    day = TariffBand("day", 1.0, ((8, 20),))
    night = TariffBand("night", 0.4, ((20, 8),))
    price = hourly_price(Tariff("CNY", (day, night)), np.full(24, 5), np.arange(24))
    assert price[7] == 0.4
    assert price[8] == 1.0
    assert price.sum() == pytest.approx(12 * 1.4)
    assert hourly_price(Tariff("CNY", (day,)), np.full(24, 5), np.arange(24)) is None


def parts(count):
    """Diameter and grout of so many holes as drawn."""
    told = (("diameter", "0.15", "m"), ("grout_conductivity", "1.6", "W/(m·K)"))
    return [
        LedgerCheck(
            item=f"H-{n + 1:03d}",
            item_kind="borehole",
            check=check,
            drawn=value,
            found=value,
            unit=unit,
        )
        for n in range(count)
        for check, value, unit in told
    ]


def test_a_third_unrecorded_says_what_it_is_worth(dossier, short):
    others = parts(HOLES)
    whole = works_cost(dossier, checks=SHORT + others)
    some = works_cost(dossier, checks=SHORT[:60] + others)
    width = {
        name: one.cost.change["coldest"].high - one.cost.change["coldest"].low
        for name, one in (("all", whole), ("some", some))
    }
    assert width["some"] > width["all"]
    assert whole.cost.ignorance["all"]["coldest"] == 0.0
    assert some.cost.ignorance["all"]["coldest"] == pytest.approx(
        1 - width["all"] / width["some"], abs=0.05
    )
    assert short.cost.ignorance["active_length"]["coldest"] == pytest.approx(0.0, abs=0.01)
    assert some.cost.ignorance["active_length"]["coldest"] > 0.1
    assert some.record.unrecorded == 30
    change = some.cost.change["coldest"]
    assert change.low < short.cost.change["coldest"].value < change.high


def test_nothing_recorded_is_expected_as_drawn_but_not_known(dossier):
    blank = works_cost(dossier, checks=())
    change = blank.cost.change["electricity"]
    assert change.value == pytest.approx(0.0, abs=1e-6)
    assert change.low < 0 < change.high
    assert blank.cost.ignorance["all"]["electricity"] > 0.9


def test_first_order_is_what_a_full_run_of_another_field_gives(dossier, short):
    # a field at the far end of what was drawn: 5 % fewer metres, poorer grout
    plant = dossier.plant
    model, _ = assemble(plant)
    holes = short.cost.holes
    poorer = replace(holes, lengths=0.97 * holes.lengths, grout=0.9 * holes.grout)
    load, boundary = design_case(plant, dossier.design_loads)
    full = run(on_holes(plant, model, poorer).system, YearlyDuty(load=load, boundary=boundary))
    longer = run(
        on_holes(plant, model, replace(holes, lengths=0.985 * holes.lengths)).system,
        YearlyDuty(load=load, boundary=boundary),
    )
    grout = run(
        on_holes(plant, model, replace(holes, grout=0.95 * holes.grout)).system,
        YearlyDuty(load=load, boundary=boundary),
    )
    found = short.cost.found.coldest
    by_slopes = 2 * (longer.coldest - found) + 2 * (grout.coldest - found)
    assert full.coldest - found == pytest.approx(by_slopes, rel=0.1)


def test_every_cure_reaches_what_the_drawing_gave_and_the_cheapest_comes_first(dossier, short):
    promise = replace(dossier.plant.promise, source_inlet_min=None)
    plant = replace(dossier.plant, promise=promise)
    ill = works_cost(replace(dossier, plant=plant), checks=lengths([99.0] * 40 + [110.0] * 50))
    assert ill.target == ill.cost.drawn.coldest
    assert {cure.kind for cure in ill.cures} == set(CureKind)
    for cure in ill.cures:
        assert cure.course.coldest >= ill.target - 1.01 * CLOSE
    assert [c.life_cycle for c in ill.cures] == sorted(c.life_cycle for c in ill.cures)
    # 440 m are missing: four holes of the mean length, 105 m
    (holes,) = (c for c in ill.cures if c.kind is CureKind.EXTRA_HOLES)
    assert holes.amount == pytest.approx(4, abs=1)
    mean = ill.cost.holes.total_length / HOLES
    assert holes.invested == pytest.approx(holes.amount * (1500 + 110 * mean))
    assert short.cures == () or short.target < short.cost.drawn.coldest


def test_what_is_promised_less_than_drawn_is_what_is_owed(dossier, short):
    assert target_of(dossier.plant, short.cost.drawn) == 4.0
    assert short.cost.found.coldest > 4.0
    assert short.cures == ()


def test_extra_holes_stand_beside_the_field(dossier):
    holes = drawn_holes(dossier.plant.source.field)
    extra = beside_field(holes, 12)
    apart = np.hypot(extra[:, :1] - holes.x, extra[:, 1:] - holes.y)
    assert extra.shape == (12, 2)
    assert apart.min() == pytest.approx(5.0)
    among = np.hypot(*(extra[:, None, :] - extra[None, :, :]).transpose(2, 0, 1))
    assert among[~np.eye(12, dtype=bool)].min() > 4.4


def test_the_answer_is_plain_data(short):
    told = works_cost_json(short)
    assert json.loads(json.dumps(told)) == told
    assert told["holes"]["recorded"]["active_length"] == HOLES
    assert told["change"]["electricity_kWh"]["value"] == pytest.approx(
        short.cost.change["electricity"].value / KWH
    )
    assert told["change"]["money"]["value"] > 0
    assert told["priors"]["active_length"]["worth_holes"] == 5.0


def test_a_hole_that_is_wider_or_poorer_has_the_resistance_of_its_own(dossier):
    plant = dossier.plant
    model, _ = assemble(plant)
    holes = drawn_holes(plant.source.field)
    assert on_holes(plant, model, holes).field.resistance == pytest.approx(0.09, rel=1e-6)
    poor = on_holes(plant, model, replace(holes, grout=0.5 * holes.grout)).field.resistance
    assert poor > 1.3 * 0.09
    found = on_holes(plant, model, replace(holes, diameters=holes.diameters + 0.02))
    assert found.field.resistance > 0.09


def test_what_has_no_holes_or_no_year_is_refused(dossier):
    wells = replace(dossier, plant=template("office", SourceKind.WELL_GROUP).plant)
    with pytest.raises(InconsistentPlantError, match="no borehole field"):
        works_cost(wells)
    with pytest.raises(InsufficientDataError):
        works_cost(replace(dossier, design_loads=None))
    with pytest.raises(InsufficientDataError, match="no years"):
        works_cost(dossier, years=0)


def test_records_of_holes_are_read_from_the_dossier_where_none_are_given(dossier):
    plant = replace(dossier.plant, ledger=tuple(SHORT))
    told = works_cost(replace(dossier, plant=plant), years=1)
    assert told.record.told("active_length") == HOLES
    assert on_record(drawn_holes(plant.source.field), plant.ledger).unrecorded == 0


def test_the_same_water_enters_short_and_long_holes(dossier):
    # by hand: q (w + R + L / 2mc) is the drop of the inlet, the same for both sorts of holes;
    # far apart and early, so that no hole feels another: the short ones give more by the metre
    plant = dossier.plant
    model, _ = assemble(plant)
    per_metre = warming(plant, model)
    flow = 100.0 / HOUR / HOLES
    assert per_metre == pytest.approx(1 / (2 * 4.19e6 * flow), rel=0.01)
    holes = drawn_holes(plant.source.field)
    half = np.where(np.arange(HOLES) % 2, 60.0, 110.0)
    sparse = replace(holes, x=20 * holes.x, y=20 * holes.y, lengths=half)
    own = resistances(plant, model, sparse)
    wall = FELT / (2 * np.pi * model.field.conductivity)
    beside = own + per_metre * half
    by_hand = parallel_resistance(half, beside, wall) - per_metre * half.mean()
    found = on_holes(plant, model, sparse).field.resistance
    assert found == pytest.approx(float(by_hand), rel=0.02)
