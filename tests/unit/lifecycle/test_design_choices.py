"""Units by type and grade, money by hand, and the split that keeps the ground in balance."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.economy import (
    Prices,
    Variant,
    account,
)
from loopkeeper.lifecycle.design.hybrid import Demand, balanced, hybrid
from loopkeeper.lifecycle.design.selection import (
    Need,
    catalogue_rows,
    example_catalogue,
    grade_of,
    select,
)
from loopkeeper.lifecycle.design.sizing import FieldTask, GroundValues, Limits
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.plant.carbon import factor_of_time, grid_factor
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.unit_grades import type_needed
from loopkeeper.units import KWH


@pytest.mark.parametrize(
    ("coldest", "name"), [(10.0, "I"), (6.0, "I"), (3.0, "II"), (-2.0, "III"), (-8.0, None)]
)
def test_type_by_the_coldest_water(coldest, name):
    assert type_needed(coldest) == name


def test_harbin_and_hefei():
    # the examples of T/BAEE 019: ground of 8 °C asks for III, of 17.4 °C for I
    assert type_needed(4.0, 8.0) == "III"  # a short run that never saw a cold winter
    assert type_needed(9.4, 17.4) == "I"
    assert type_needed(-2.0, 17.4) == "III"  # the inlet asks for more than the ground
    assert type_needed(8.0) == "I"  # groundwater of 8 °C comes as it is
    need = Need(470e3, 400e3, 4.0, SourceKind.BOREHOLE_FIELD, ground=8.0)
    assert {c.row.type for c in select(example_catalogue(), need)} == {"III"}


def test_choices_cover_the_peaks_and_rank_by_price_and_grade():
    need = Need(470e3, 400e3, 4.0, SourceKind.BOREHOLE_FIELD)
    choices = select(example_catalogue(), need)
    assert all(c.row.type in {"II", "III"} for c in choices)
    assert all(c.margin >= 0 and c.count * c.row.cooling >= need.cooling for c in choices)
    best = choices[0]
    # 0.134 m³/(h·kW)
    assert best.flow * 3600 / (best.count * best.row.heating / 1e3) == pytest.approx(0.134)
    assert best.prices[0] < best.prices[1] < best.prices[2]


def test_warm_air_units_for_rooms():
    (first, *_) = select(
        example_catalogue(), Need(20e3, 15e3, 7.0, SourceKind.BOREHOLE_FIELD, "air")
    )
    assert first.row.medium == "air"


def test_grade_by_hand():
    row = next(r for r in example_catalogue() if r.module == "GL-280")
    # 0.56 · 6.0 + 0.44 · 5.1 = 5.604 ≥ 5.60: grade 1 above 260 kW
    grade = grade_of(row)
    assert (grade.grade, grade.metric, round(grade.value, 3)) == (1, "ACOP", 5.604)
    old = grade_of(row, "GB 30721-2014")
    assert (old.grade, old.confidence) == (1, "M")


@pytest.mark.parametrize(
    ("need", "words"),
    [
        (Need(1e5, 0, -9.0, SourceKind.BOREHOLE_FIELD), "no type of unit reaches below -5"),
        (Need(9e8, 0, 8.0, SourceKind.WELL_GROUP), "none covers 900000 kW"),
    ],
)
def test_what_cannot_be_chosen_says_why(need, words):
    with pytest.raises(InputError, match=words):
        select(example_catalogue(), need)


def test_a_wrong_catalogue_names_row_and_column():
    names = """family circulation module type source medium rated_heating_kW rated_cop
        rated_cooling_kW rated_eer low_inlet_C low_heating_kW low_cop price_cost price_contract
        price_list"""
    good = ",".join(names.split()) + "\n"
    with pytest.raises(InputError, match=r"my.csv, row 2, rated_cop: 'five' is no number"):
        catalogue_rows(good + "a,b,c,I,ground,water,100,five,90,5,6,90,4,1,2,3\n", "my.csv")
    with pytest.raises(InputError, match="row 2, type: 'IV'"):
        catalogue_rows(good + "a,b,c,IV,ground,water,100,5,90,5,6,90,4,1,2,3\n", "my.csv")
    with pytest.raises(InputError, match="columns family"):
        catalogue_rows("x,y\n1,2\n", "my.csv")


def test_an_account_by_hand():
    prices = Prices(electricity=0.8, gas=0.4, upkeep=0.01, discount=0.05, years=20)
    got = account(Variant("a", {"x": 1e6}, 1e5 * KWH, gas=2e5 * KWH), prices, grid=0.55)
    yearly = 0.8 * 1e5 + 0.4 * 2e5 + 1e4
    assert got.yearly == pytest.approx(yearly)
    # annuity of 20 years at 5 %: 12.4622
    assert got.life_cycle == pytest.approx(1e6 + 12.4622 * yearly, rel=1e-5)
    assert got.carbon == pytest.approx(0.55 * 1e5 + 0.202 * 2e5)
    assert got.primary / KWH == pytest.approx(2.6e5 + 2e5)
    assert (got.electricity, got.fuel) == (1e5 * KWH, 2e5 * KWH)


def test_grid_factors_by_region_and_year():
    assert grid_factor().factor == 0.5306
    assert grid_factor("北京").factor == 0.5554
    assert grid_factor("north", 2022).factor == 0.6776
    # of its year, else of the last one known before, else of the first known
    assert [factor_of_time("north", y).year for y in (2022, 2023, 2026, 2019)] == [
        2022,
        2023,
        2023,
        2022,
    ]
    assert factor_of_time("north", 2023, 2022).factor == 0.6776
    with pytest.raises(InputError, match="no grid factor for 'mars'"):
        grid_factor("mars")
    with pytest.raises(InputError, match="known are"):
        grid_factor("china", 1999)


def test_balance_is_restored_just_so_far():
    hour = np.arange(8760)
    winter = (hour < 2000) * 1e5
    warm = (hour > 3000) & (hour < 6500)
    ground, recharge, rejected = balanced(winter, warm)
    assert rejected == 0
    assert recharge == pytest.approx(0.8 * winter.sum() * 3600)
    assert -np.minimum(ground, 0).sum() / np.maximum(ground, 0).sum() == pytest.approx(0.8)
    summer = winter - 2e5 * ((hour > 4000) & (hour < 6000))
    ground, recharge, rejected = balanced(summer, warm)
    assert recharge == 0
    assert -np.minimum(ground, 0).sum() / np.maximum(ground, 0).sum() == pytest.approx(1.25)
    assert rejected == pytest.approx((summer - ground).clip(max=0).sum() * -3600)


def case(cooling=60e3, **more):
    hour = np.arange(8760)
    year = np.cos(2 * np.pi * (hour / 24 - 15) / 365)
    heating = 300e3 * np.maximum(year - 0.2, 0) * (1 + 0.3 * np.sin(2 * np.pi * hour / 24))
    x, y = np.meshgrid(np.arange(6) * 5.0, np.arange(5) * 5.0)
    geometry = FieldGeometry(x.ravel(), y.ravel(), 100.0, 1.5, 0.075)
    ground, limits = GroundValues(1.9, 2.3e6, 14.0), Limits(4.0, 33.0, 20)
    task = FieldTask(
        geometry=geometry, ground=ground, heat=heating, resistance=0.09, limits=limits
    )
    cold = cooling * np.maximum(-year - 0.3, 0)
    return task, Demand(
        heating=heating, cooling=cold, cop=4.3, eer=5.2, pumps=0.04, summer=year < -0.3, **more
    )


@pytest.fixture(scope="module")
def found():
    return hybrid(*case(), Prices(), grid=0.55, shares=(1.0, 0.7, 0.4))


def test_every_split_keeps_the_balance_and_the_cheapest_leads(found):
    costs = [s.account.life_cycle for s in found.splits]
    assert costs == sorted(costs)
    assert all(0.799 <= s.balance <= 1.251 for s in found.splits)
    assert all(s.field.total_length > 0 for s in found.splits)
    assert {a.name for a in found.others} == {
        "gas boiler + chiller",
        "air source",
        "district heat + chiller",
    }


def test_dear_drilling_moves_load_to_the_boiler(found):
    shares = {(s.heating_share, s.cooling_share): s for s in found.splits}
    assert shares[0.4, 1.0].field.total_length < shares[1.0, 1.0].field.total_length
    assert shares[0.4, 1.0].covered < shares[1.0, 1.0].covered


def test_a_heat_network_is_used_only_where_there_is_one(found):
    assert not any("heat_network" in s.measures for s in found.splits)
    cheap = Prices(district_heat=0.05)
    there = hybrid(*case(network=True), cheap, grid=0.55, shares=(0.7,))
    (split,) = there.splits
    assert "heat_network" in split.measures
    assert not {"gas_boiler", "solar"} & set(split.measures)
    without = hybrid(*case(), cheap, grid=0.55, shares=(0.7,)).best
    assert split.account.life_cycle < without.account.life_cycle


def test_condenser_heat_of_the_same_hour_is_used_at_once():
    task, demand = case()
    # hot water all the year beside the summer's cold
    both = replace(demand, heating=demand.heating + 20e3)
    dear = hybrid(task, both, Prices(heat_recovery=1e6), grid=0.55, shares=(1.0,)).best
    free = hybrid(task, both, Prices(heat_recovery=0.0), grid=0.55, shares=(1.0,)).best
    assert "heat_recovery" in free.measures
    assert "heat_recovery" not in dear.measures
    overlap = np.minimum(both.heating, both.cooling * (1 + 1 / both.eer)).sum() / 1000
    saved = (dear.account.yearly - free.account.yearly) / Prices().electricity
    # 15 %: what is saved at the compressor is partly spent on recharge and upkeep
    assert saved == pytest.approx(overlap / both.cop, rel=0.15)


def test_heat_in_excess_goes_to_a_tower():
    split = hybrid(*case(cooling=900e3), Prices(), grid=0.55, shares=(1.0,)).best
    assert "cooling_tower" in split.measures
    assert split.rejected > 0
