"""Meters that stand, pumps without one, one meter for several parts, heat in every dialect."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.balance import (
    _carnot,
    _day_mean,
    _whole_days,
    check_efficiency,
    check_pumping,
)
from loopkeeper.measure.direction import HeatDirection
from loopkeeper.measure.loop_heat import (
    _falls_with_warmth,
    _within_capacity,
    is_signed,
    machine_heat,
    metered_heat,
)
from loopkeeper.measure.metered import backup_useful, electricity_of, fuels, pumps
from loopkeeper.measure.nameplates import bounds, highest_rates, scale_verdict
from loopkeeper.measure.pairs import (
    _daily_medians,
    _drift,
    _flowing,
    _resting,
    check_off_cycle,
    check_redundant,
)
from loopkeeper.measure.spent import spent_electricity
from loopkeeper.measure.stand_ins import source_flow, source_heat
from loopkeeper.measure.standstill import Stood, _missed, _said, standstills
from loopkeeper.plant.machines import BackupRecord, Drive, Loop, PumpRecord
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.units import KWH

DRAW, LOAD, SOURCE = ("electricity_power", "hp1"), ("heat_power", "load"), ("heat_power", "source")


def pump(name, loop=Loop.SOURCE, **of):
    usual = {"flow": 0.005, "head": 20.0, "power": 2e3}
    return PumpRecord(id=name, loop=loop, **{**usual, **of})


# -- standing still


def stood(channelled, plant, **changed):
    count = 400
    load = 4e4 + 1e4 * np.sin(np.arange(count))
    values = {DRAW: load / 4, LOAD: load, SOURCE: 0.75 * load}
    for key, (kind, hours) in changed.items():
        at = {"draw": DRAW, "load": LOAD, "source": SOURCE}[key]
        values[at] = values[at].copy()
        values[at][hours] = kind
    return standstills(channelled(values), plant)


def test_a_meter_that_counts_nothing_while_all_others_work_stands(channelled, plant):
    (found,) = stood(channelled, plant, load=(0.0, slice(100, 140)))
    assert found.point.id == "load:heat_power"
    assert np.flatnonzero(found.hours).tolist() == list(range(100, 140))
    assert found.share == pytest.approx(0.1)
    (drawn,) = stood(channelled, plant, draw=(0.0, slice(100, 140)))
    assert drawn.point.id == "hp1:electricity_power"
    assert drawn.witnesses == ("heat of load", "heat of source")


@pytest.mark.parametrize(
    "hours",
    [slice(100, 105), np.sort(np.r_[100:400:10, 101:400:10])],
    ids=["five hours", "two hours at a time"],
)
def test_short_standstills_are_not_worth_a_word(channelled, plant, hours):
    assert stood(channelled, plant, load=(0.0, hours)) == ()
    assert len(stood(channelled, plant, load=(0.0, slice(100, 106)))) == 1


def test_nobody_stands_while_a_witness_rests_or_is_unknown(channelled, plant):
    rest = slice(100, 140)
    assert stood(channelled, plant, load=(0.0, rest), draw=(0.0, rest)) == ()
    unknown = stood(channelled, plant, load=(0.0, rest), draw=(np.nan, rest))
    assert [f.point.id for f in unknown] == ["load:heat_power"]  # the source bears witness
    other = stood(channelled, plant, load=(0.0, rest), source=(np.nan, rest))
    assert [f.point.id for f in other] == ["load:heat_power"]  # the machines bear witness
    both = {"draw": (np.nan, rest), "source": (np.nan, rest)}
    assert stood(channelled, plant, load=(0.0, rest), **both) == ()
    slow = {"draw": (0.27e4, rest), "source": (0.27 * 3e4, rest)}
    assert stood(channelled, plant, load=(0.0, rest), **slow) == ()
    busy = {"draw": (0.33e4, rest), "source": (0.33 * 3e4, rest)}
    assert len(stood(channelled, plant, load=(0.0, rest), **busy)) == 1


def test_a_register_has_to_miss_five_of_its_smallest_steps(channelled, plant):
    """Steps of 8 kW: a machine that draws a tenth has it miss 0.8 in an hour."""
    draw = np.full(400, 1e4)
    counted = np.full(400, 8e4)
    counted[100:106], draw[100:106] = 0.0, 0.31e4
    values = {DRAW: draw, LOAD: counted}
    assert standstills(channelled(values), plant) == ()  # 1.9 steps
    counted[100:118], draw[100:118] = 0.0, 0.31e4
    (found,) = standstills(channelled(values), plant)  # 5.6 steps
    assert found.hours.sum() == 18


@pytest.mark.parametrize("every", [2, 8, 24])
def test_a_sound_register_of_coarse_steps_does_not_stand(channelled, plant, every):
    """One that counts whole MWh rests for hours between its steps."""
    hour = np.arange(2400)
    counted = np.where(hour % every == every - 1, 4e4 * every, 0.0)
    draw = np.full(2400, 1e4)
    assert standstills(channelled({DRAW: draw, LOAD: counted}), plant) == ()
    counted[1000:1300] = 0.0
    (found,) = standstills(channelled({DRAW: draw, LOAD: counted}), plant)
    assert found.hours[1000:1300].all()
    assert found.hours.sum() < 300 + 2 * every


def test_steps_missed_are_counted_in_the_smallest_a_register_makes():
    values = np.array([1.0] * 50 + [10.0] * 50 + [0.0] * 3)
    still, seen = values == 0, {"w": np.ones(103)}
    assert _missed(values, still, seen).tolist() == still.tolist()  # 16 of steps of 1
    single = np.where(np.arange(103) == 0, 8.0, 0.0)
    assert not _missed(single, still, seen).any()  # 0.2 of steps of 8
    assert _missed(np.zeros(103), still, seen).tolist() == still.tolist()


@pytest.mark.parametrize(("share", "code"), [(0.5, "stands"), (0.51, "dead")])
def test_a_meter_that_stands_in_half_of_working_hours_is_dead(channelled, share, code):
    hours = channelled({DRAW: np.ones(6)})
    one = Stood(of("heat_power", "load"), np.arange(6) > 1, ("machines",), share)
    said = _said(one, hours)
    assert said.code == f"measure.meter.{code}"
    assert said.figures["hours"] == 4
    assert said.figures["percent"] == f"{100 * share:.0f}"
    assert said.figures["first"] == "2024-01-01 02:00 UTC"


# -- stand-ins and shares


def test_flow_of_fixed_pumps_is_rated_at_their_usual_draw(channelled, plant):
    draw = np.array([0.0, 1000.0, 1000.0, 2000.0, 599.0])
    flow, said = source_flow(channelled({("electricity_power", "sp1"): draw}), plant)
    # 599 W is less than 0.3 of 2 kW; the mean of the others is 4000/3 W
    assert flow == pytest.approx(0.005 * draw / (4000.0 / 3.0))
    assert [(v.code, v.figures) for v in said] == [("measure.flow.by_pumps", {"pumps": "sp1"})]
    draw[4] = 601.0
    flow, _ = source_flow(channelled({("electricity_power", "sp1"): draw}), plant)
    assert flow == pytest.approx(0.005 * draw / (4601.0 / 4))


def test_flow_of_several_pumps_is_their_sum_without_the_standby_and_the_load_s(channelled, plant):
    both = (*plant.pumps, pump("sp2", flow=0.002), pump("sp3", standby=True, flow=1.0))
    draws = {("electricity_power", name): np.full(2, 1500.0) for name in ("sp1", "sp2", "lp1")}
    flow, said = source_flow(channelled(draws), replace(plant, pumps=both))
    assert flow == pytest.approx([0.007, 0.007])
    assert said[0].figures == {"pumps": "sp1, sp2"}


@pytest.mark.parametrize("change", ["variable", "another", "resting", "none", "metered"])
def test_flow_is_not_guessed_of_drives_nor_of_pumps_that_nobody_meters(channelled, plant, change):
    pumps_of = {
        "variable": (replace(plant.pumps[0], drive=Drive.VARIABLE),),
        "another": (plant.pumps[0], pump("sp2")),
        "none": (plant.pumps[1],),
    }.get(change, plant.pumps)
    values = {("electricity_power", "sp1"): np.full(5, 500.0 if change == "resting" else 1500.0)}
    if change == "metered":
        values["flow", "source"] = np.full(5, 0.003)
    flow, said = source_flow(channelled(values), replace(plant, pumps=pumps_of))
    expected = 0.003 if change == "metered" else np.nan
    assert flow == pytest.approx(np.full(5, expected), nan_ok=True)
    assert said == []


def test_source_heat_is_the_load_s_less_the_draw_and_nought_at_rest(channelled):
    load, draw = np.array([40.0, -30.0, 0.0, np.nan]), np.array([10.0, 10.0, 1.0, 1.0])
    heat, said = source_heat(channelled({LOAD: load}), draw)
    assert heat == pytest.approx([30.0, -40.0, 0.0, np.nan], nan_ok=True)
    assert [v.code for v in said] == ["measure.source.by_balance"]
    metered, said = source_heat(channelled({LOAD: load, SOURCE: np.full(4, 7.0)}), draw)
    assert (metered.tolist(), said) == ([7.0] * 4, [])
    nothing, said = source_heat(channelled({DRAW: draw}), draw)
    assert np.isnan(nothing).all()
    assert said == []
    unknown, said = source_heat(channelled({LOAD: load}), np.full(4, np.nan))
    assert unknown == pytest.approx([np.nan, np.nan, 0.0, np.nan], nan_ok=True)
    assert len(said) == 1
    assert source_heat(channelled({LOAD: np.full(4, np.nan)}), draw)[1] == []


def spent(channelled, plant, **values):
    keys = {
        "draw": DRAW,
        "whole": ("electricity_power", "plant"),
        "sp1": ("electricity_power", "sp1"),
        "lp1": ("electricity_power", "lp1"),
    }
    return spent_electricity(channelled({keys[k]: np.array(v) for k, v in values.items()}), plant)


def test_pumps_without_a_meter_draw_their_nameplates_while_machines_run(channelled, plant):
    found = spent(channelled, plant, draw=[0.0, 1e4, 1e4], lp1=[0.0, 900.0, 900.0])
    assert found.source_pumps.tolist() == [0.0, 2000.0, 2000.0]
    assert found.load_pumps.tolist() == [0.0, 900.0, 900.0]
    assert found.supposed == pytest.approx(4000.0 / (2e4 + 4000.0 + 1800.0))
    assert found.guessed == ("source",)
    assert [v.figures["kilowatt"] for v in found.verdicts] == ["2"]
    standby = replace(plant, pumps=(*plant.pumps, pump("sp2", standby=True)))
    assert spent(channelled, standby, draw=[1e4] * 2).source_pumps.tolist() == [2000.0] * 2


def test_one_meter_is_shared_by_nameplates_and_its_total_stays(channelled, plant):
    found = spent(channelled, plant, whole=[0.0, 13e3, 2e3])
    assert found.split
    assert found.source_pumps == pytest.approx([0.0, 2e3, 2e3 * 2 / 3])
    assert found.load_pumps == pytest.approx([0.0, 1e3, 2e3 / 3])
    assert found.machines == pytest.approx([0.0, 10e3, 0.0])


def test_what_has_a_meter_of_its_own_is_taken_off_the_one_for_all(channelled, plant):
    found = spent(channelled, plant, whole=[13e3, 13e3], sp1=[1.5e3, 1.5e3])
    assert found.source_pumps.tolist() == [1.5e3] * 2
    assert found.load_pumps == pytest.approx([1e3] * 2)
    assert found.machines == pytest.approx([10.5e3] * 2)
    drawn = spent(channelled, plant, whole=[13e3, 13e3], draw=[11.5e3, 11.5e3])
    assert drawn.machines.tolist() == [11.5e3] * 2
    assert drawn.source_pumps == pytest.approx([1e3] * 2)  # two thirds of 1.5 kW
    assert drawn.load_pumps == pytest.approx([0.5e3] * 2)


# -- groups of meters


def test_a_main_meter_less_its_sub_meters_is_what_is_left(channelled, plant):
    values = {
        ("electricity_power", "plant"): np.full(3, 13.0),
        DRAW: np.full(3, 10.0),
        ("electricity_power", "lp1"): np.full(3, 1.0),
    }
    found = electricity_of(channelled(values), plant, "source-pumps")
    assert found.values.tolist() == [2.0] * 3
    assert sorted(found.signs) == [-1, -1, 1]
    assert electricity_of(channelled({DRAW: np.ones(3)}), plant, "source-pumps").missing == (
        "electricity_power / electricity_energy @ sp1",
    )


def recharging(plant):
    solar = BackupRecord(id="sol", kind="solar")
    return replace(plant, backups=(solar,), pumps=(*plant.pumps, pump("rp", serves="sol")))


@pytest.mark.parametrize(("loop", "added"), [(0.3, True), (1.2, False)])
def test_a_recharge_pump_beside_the_loop_s_meter_is_added_to_it(channelled, plant, loop, added):
    hours = channelled(
        {
            ("electricity_power", "source"): np.full(100, loop),
            ("electricity_power", "rp"): np.ones(100),
        }
    )
    found = pumps(hours, recharging(plant), "source")
    assert found.values == pytest.approx(np.full(100, loop + 1.0 if added else loop))


@pytest.mark.parametrize(
    ("kind", "quantity", "efficiency", "heat"),
    [
        ("gas_boiler", "gas_volume", 0.9, None),
        ("electric_boiler", "electricity_power", None, 5.0),
        ("electric_boiler", "electricity_power", 0.8, 4.0),
        ("heat_network", "heat_power", None, 5.0),
        ("gas_boiler", "gas_volume", None, "unknown"),
    ],
)
def test_heat_of_a_backup_is_metered_or_what_it_draws_times_its_efficiency(
    channelled, plant, kind, quantity, efficiency, heat
):
    backed = replace(plant, backups=(BackupRecord(id="b1", kind=kind, efficiency=efficiency),))
    hours = channelled({(quantity, "b1"): np.full(3, 5.0)})
    found = backup_useful(hours, backed, "heating").values
    if heat == "unknown":
        assert found is None
        return
    if heat is None:
        gas = fuels(hours, backed)["b1"].values
        assert found == pytest.approx(0.9 * gas)
        assert gas[0] / (5.0 * KWH) == pytest.approx(10.0, abs=0.8)  # kWh a cubic metre
        return
    assert found == pytest.approx(np.full(3, heat))
    assert backup_useful(hours, backed, "cooling").values.tolist() == [0.0] * 3


# -- heat of a loop


def heat_of(channelled, calculated=None, way=None, **values):
    keys = {"power": "heat_power", "heat": "heat_energy", "cold": "cooling_energy"}
    hours = channelled({(keys[k], "load"): v for k, v in values.items()})
    other = (
        None
        if calculated is None
        else replace(
            next(iter(hours.channels.values())),
            values=np.asarray(calculated, float),
            rests_on=(("flow", "load"),),
        )
    )
    return metered_heat(hours, "load", other, way).channels.get(("heat_power", "load"))


WINTER = np.repeat([1.0, -1.0], 240)


def turning(against=0.0):
    return lambda _: HeatDirection(WINTER, ("mode",), against)


def test_registers_of_heat_and_of_cold_are_one_less_the_other(channelled):
    found = heat_of(channelled, heat=[5.0, 0.0], cold=[0.0, 3.0])
    assert found.values.tolist() == [5.0, -3.0]
    assert found.rests_on == (("heat_energy", "load"), ("cooling_energy", "load"))


def test_a_register_of_cold_alone_is_negative_and_heat_is_by_flow(channelled):
    assert heat_of(channelled, cold=[3.0, 0.0]).values.tolist() == [-3.0, 0.0]
    found = heat_of(channelled, cold=[3.0, 0.0], calculated=[-2.9, 7.0])
    assert found.values.tolist() == [-3.0, 7.0]


def test_a_register_of_both_seasons_is_turned_in_cooling_unless_witnesses_are_torn(channelled):
    found = heat_of(channelled, heat=np.full(480, 5.0), way=turning())
    assert found.values == pytest.approx(5.0 * WINTER)
    torn = heat_of(channelled, heat=np.full(480, 5.0), way=turning(0.21))
    assert torn.values == pytest.approx(np.full(480, 5.0))


def test_a_register_that_stands_in_cooling_counts_heat_only_and_cold_is_by_flow(channelled):
    heat = np.where(WINTER > 0, 5.0, 0.0)
    found = heat_of(channelled, heat=heat, calculated=4.0 * WINTER, way=turning())
    assert found.values == pytest.approx(np.where(WINTER > 0, 5.0, -4.0))
    some = np.where(WINTER > 0, 5.0, 1.9)  # less than half of the cold there was
    kept = heat_of(channelled, heat=some, calculated=4.0 * WINTER, way=turning())
    assert (kept.values > 0).all()


def test_a_meter_with_a_sign_knows_both_ways_from_one_part_in_a_hundred_on():
    assert is_signed(np.array([100.0, -1.1, np.nan]))
    assert not is_signed(np.array([100.0, -0.9]))


def test_heat_that_falls_on_warm_days_is_no_cold():
    air = np.repeat(np.arange(20.0), 24)
    assert _falls_with_warmth(50.0 - air, air, np.ones(480, bool))
    assert not _falls_with_warmth(50.0 + air, air, np.ones(480, bool))
    assert not _falls_with_warmth((50.0 - air)[:216], air[:216], np.ones(216, bool))


def test_heat_meters_at_machines_stand_for_the_load(channelled, plant):
    two = replace(plant, machines=(plant.machines[0], replace(plant.machines[0], id="hp2")))
    hours = channelled({("heat_power", "hp1"): [5.0, 6.0], ("heat_power", "hp2"): [1.0, 2.0]})
    found, inside = machine_heat(hours, two)
    assert found["heat_power", "load"].values.tolist() == [6.0, 8.0]
    assert inside == frozenset()


@pytest.mark.parametrize(("beyond", "kept"), [(20, False), (21, True)])
def test_few_hours_beyond_all_capacity_are_no_heat_many_are_another_fault(
    channelled, plant, beyond, kept
):
    heat = np.full(100, 9e4)
    heat[:beyond] = 2.6e5  # of one machine of 100 kW
    found, said = _within_capacity(channelled({("heat_power_calculated", "load"): heat}), plant)
    assert (found == {}) is kept
    if found:
        values = found["heat_power_calculated", "load"].values
        assert np.isnan(values[:20]).all()
        assert said[0].figures["hours"] == 20


# -- nameplates


def of(quantity, place, unit="kW", statistic=Statistic.MEAN):
    return Point(
        id=f"{place}:{quantity}", quantity=quantity, of=place, statistic=statistic, unit=unit
    )


@pytest.mark.parametrize(
    ("point", "limits"),
    [
        (of("heat_power", "load"), (-4e5, 4e5)),
        (of("electricity_power", "hp1"), (-0.02 * 5e4, 5e4)),  # 2.5 of 100/5 kW
        (of("electricity_power", "source-pumps"), (-200.0, 1e4)),
        (of("flow", "load", "m3/h"), (-0.02 * 0.02, 0.02)),
        (of("flow", "field", "m3/h"), (-0.02 * 0.02, 0.02)),
        (of("indoor_temperature", "zone-1", "°C"), (-10.0, 50.0)),
        (of("supply_temperature", "load", "°C"), (-5.0, 95.0)),
        (of("supply_temperature", "source", "°C"), (-25.0, 60.0)),
        (of("outdoor_temperature", "site", "°C"), (-np.inf, np.inf)),
        (of("pressure", "load", "Pa"), (-np.inf, np.inf)),
    ],
    ids=lambda v: v.id if isinstance(v, Point) else "",
)
def test_places_and_nameplates_bound_what_a_point_may_read(plant, point, limits):
    assert bounds(point, plant) == pytest.approx(limits)


def test_a_nameplate_that_is_not_stated_bounds_nothing(plant):
    unrated = replace(plant, machines=(replace(plant.machines[0], rated_cop=None),))
    assert bounds(of("electricity_power", "hp1"), unrated) == (-np.inf, np.inf)
    counter = of("electricity_energy", "hp1", "kWh", Statistic.COUNTER)
    assert highest_rates(replace(plant, points=(counter,))) == {counter.id: 5e4}
    assert highest_rates(plant) == {}


@pytest.mark.parametrize(("share", "said"), [(29, False), (30, True)])
def test_a_point_beyond_its_bound_in_three_of_ten_running_hours_has_a_wrong_unit(share, said):
    running = np.where(np.arange(100) < share, 5e5, 1e4)
    found = scale_verdict(of("heat_power", "load"), running, 4e5)
    assert bool(found) is said
    if said:
        assert found[0].figures["value"] == 500.0
        assert found[0].figures["limit"] == 400.0
        assert found[0].figures["times"] == pytest.approx(1.2)


# -- laws


@pytest.mark.parametrize(("known", "counts"), [(22, True), (21, False)])
def test_a_day_counts_with_at_most_two_unknown_hours(known, counts):
    hours = np.arange(30) < known
    assert _whole_days(hours).any() == counts
    assert not _whole_days(np.ones(30, bool))[24:].any()


def test_the_mean_of_a_day_is_over_its_chosen_hours():
    values = np.concatenate([np.arange(24.0), np.full(24, np.nan)])
    found = _day_mean(values, np.arange(48) < 4)
    assert found == pytest.approx([1.5, np.nan], nan_ok=True)


def test_carnot_is_between_the_leaving_waters_and_an_approach(channelled):
    """45 °C over 5 °C, each a kelvin further: 319.15 / 42; cooling 7 over 30: 279.15 / 25."""
    load = np.repeat([1e4, -1e4], 24)
    keys = ("supply_temperature", "load"), ("return_temperature", "source")
    water = np.repeat([45.0, 7.0], 24), np.repeat([5.0, 30.0], 24)
    hours = channelled(dict(zip(keys, water, strict=True)))
    assert _carnot(hours, load) == pytest.approx([319.15 / 42.0, 279.15 / 25.0])
    assert _carnot(channelled({keys[0]: water[0]}), load).tolist() == [np.inf] * 2
    near = channelled({keys[0]: np.full(24, 20.0), keys[1]: np.full(24, 18.0)})
    assert _carnot(near, np.full(24, 1e4)) == pytest.approx([294.15 / 8.0])


@pytest.mark.parametrize(("cop", "said"), [(0.95, True), (1.05, False), (5.6, False), (5.8, True)])
def test_a_cop_below_one_or_beyond_three_quarters_of_carnot_is_implausible(
    channelled, plant, cop, said
):
    """0.75 · 319.15 / 42 = 5.70."""
    hours = channelled(
        {
            LOAD: np.full(240, 4e4),
            DRAW: np.full(240, 4e4 / cop),
            ("supply_temperature", "load"): 45.0,
            ("return_temperature", "source"): 5.0,
        }
    )
    assert bool(check_efficiency(hours, plant)) is said


@pytest.mark.parametrize(
    ("work", "said"), [(2.9e3, True), (3.1e3, False), (4.9e6, False), (5.1e6, True)]
)
def test_pumps_draw_what_some_pump_could_for_the_volume(channelled, plant, work, said):
    flow = np.full(30, 0.005)
    hours = channelled({("flow", "load"): flow, ("electricity_power", "lp1"): work * flow})
    found = check_pumping(hours, plant)
    assert bool(found) is said
    short = channelled(
        {("flow", "load"): flow[:23], ("electricity_power", "lp1"): work * flow[:23]}
    )
    assert check_pumping(short, plant) == ()


# -- pairs


def test_machines_rest_when_they_are_off_and_were_off_the_hour_before():
    draw = np.array([100.0, 1.9, 1.9, 2.1, 0.0, np.nan, 0.0, 0.0, 100.0])
    assert np.flatnonzero(_resting(draw)).tolist() == [2, 7]


def test_water_flows_above_a_fifth_of_its_high_flow():
    flow = np.array([np.nan, 0.0, 0.19, 0.21, *[1.0] * 40])
    assert np.flatnonzero(_flowing(flow)).tolist() == list(range(3, 44))


def test_a_day_of_four_hours_has_a_median(channelled):
    values = np.full(48, np.nan)
    values[[0, 1, 2, 3]] = [1.0, 2.0, 4.0, 90.0]
    values[[24, 25, 26]] = 5.0
    stamps, medians = _daily_medians(channelled({DRAW: values}), values)
    assert medians.tolist() == [3.0]
    assert stamps.tolist() == [1704067200.0]  # the first of January 2024


def test_drift_is_the_slope_between_the_outer_thirds():
    days = 86400.0 * np.arange(90)
    medians = 0.01 * np.arange(90)
    medians[45] = 50.0
    assert _drift(days, medians) == pytest.approx(3.65, rel=0.01)
    assert _drift(days[:59], medians[:59]) == 0.0


@pytest.mark.parametrize(("offset", "said"), [(0.1, False), (0.6, True)])
def test_a_loop_s_sensors_agree_while_pumps_run_and_machines_rest(
    channelled, plant, consistent, offset, said
):
    values = consistent(20)
    rest = np.arange(480) % 12 < 6
    values[DRAW] = np.where(rest, 0.0, values[DRAW])
    middle = np.full(480, 8.0)
    for side, sign in (("supply", 0.5), ("return", -0.5)):
        key = (f"{side}_temperature", "source")
        values[key] = np.where(rest, middle + sign * offset, values[key])
    found = [
        v for v in check_off_cycle(channelled(values), plant) if v.figures["loop"] == "source"
    ]
    assert bool(found) is said
    if said:
        assert found[0].figures["offset"] == "+0.60"
        assert found[0].figures["hours"] == 5 * 40


def test_a_machine_s_sensor_is_held_against_the_loop_s_own(channelled, plant, consistent):
    values = consistent(90)
    key = ("evaporator_inlet_temperature", "hp1")
    assert check_redundant(channelled(values), plant) == ()
    sound = values[key]
    values[key] = sound + 0.8
    (differs,) = check_redundant(channelled(values), plant)
    assert differs.code == "measure.pair.differ"
    assert differs.figures["offset"] == "+0.80"
    values[key] = sound + 4.0 * np.arange(len(sound)) / 8760.0
    (drifts,) = check_redundant(channelled(values), plant)
    assert drifts.code == "measure.pair.drift"
    assert float(drifts.figures["per_year"]) == pytest.approx(4.0, abs=0.05)
