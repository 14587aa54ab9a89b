"""Dialects of meters on a house whose truth is arithmetic: right, or refused with the reason."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from loopkeeper.errors import DataError, InsufficientDataError
from loopkeeper.measure.kpi import BOUNDARIES, performance_factor
from loopkeeper.measure.kpi_basis import KpiRefusal
from loopkeeper.measure.kpi_counts import operating_counts
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.records import PlantEvent
from loopkeeper.plant.site import Promise
from loopkeeper.units import KWH
from peers.house import COP, EER, POINTS, STEP, day, heater, house

WINTER = house()
SUMMER = house(start=datetime(2025, 7, 1, tzinfo=UTC), mean=27.0)
YEAR = house(days=360, mean=15.0, swing=9.0)
H1, H2 = BOUNDARIES[0], BOUNDARIES[1]


def codes(one):
    return {v.code for v in one.measured().verdicts}


def factors(one, mode="heating"):
    ground = one.ground()
    return {
        k.boundary: k.value
        for k in ground.kpis
        if k.name == "performance_factor" and k.mode == mode
    }


def energies(one):
    measured = one.answer().measured
    return measured.heating.value / KWH, measured.cooling.value / KWH


def test_the_house_is_as_its_arithmetic_says():
    assert codes(WINTER) == set()
    assert energies(WINTER)[0] == pytest.approx(WINTER.heat, rel=1e-3)
    assert factors(WINTER)["H1"].value == pytest.approx(COP, rel=1e-3)


# --- signs -------------------------------------------------------------------------------------


def test_a_register_of_both_seasons_is_told_by_the_water():
    heating, cooling = energies(YEAR)
    assert heating == pytest.approx(YEAR.heat, rel=0.01)
    assert cooling == pytest.approx(YEAR.cold, rel=0.02)  # an hour of change-over counts one way
    (said,) = [v for v in YEAR.measured().verdicts if v.code == "measure.direction.unsigned"]
    assert "load temperature difference" in said.sentence()
    assert "用户侧温差" in said.sentence("zh")


def test_in_summer_without_load_sensors_the_source_and_the_season_tell():
    one = SUMMER.without("load_sup", "load_ret", "load_flow")
    assert "measure.pair.swapped" not in codes(one)
    assert energies(one)[1] == pytest.approx(SUMMER.cold, rel=0.01)
    assert factors(one, "cooling")["H1"].value == pytest.approx(EER, rel=0.01)


def test_a_register_of_cold_alone_is_cold():
    cold = replace(POINTS["heat"], quantity="cooling_energy")
    assert energies(SUMMER.with_points(cold))[1] == pytest.approx(SUMMER.cold, rel=0.01)


def test_a_signed_power_is_left_as_it_is():
    load = np.gradient(YEAR.values["heat"], STEP / 3600)
    sign = np.where(YEAR.values["load_sup"] < YEAR.values["load_ret"], -1.0, 1.0)
    power = Point(
        id="heat",
        quantity="heat_power",
        of="load",
        statistic=Statistic.MEAN,
        unit="kW",
        accuracy="3 %",
    )
    one = replace(YEAR, values=YEAR.values | {"heat": sign * load}).with_points(power)
    assert "measure.direction.unsigned" not in codes(one)
    assert energies(one)[1] == pytest.approx(YEAR.cold, rel=0.02)


def test_a_register_that_stands_while_the_plant_cools_counts_heat_only():
    load = np.diff(YEAR.values["heat"], prepend=YEAR.values["heat"][0])
    heats = YEAR.values["load_sup"] >= YEAR.values["load_ret"]
    register = 397.0 + np.cumsum(np.where(heats, load, 0.0))
    one = replace(YEAR, values=YEAR.values | {"heat": register})
    heating, cooling = energies(one)
    assert heating == pytest.approx(YEAR.heat, rel=0.01)
    assert cooling == pytest.approx(YEAR.cold, rel=0.05)  # hours of change-over hold some heat


def test_hot_water_in_summer_is_not_cold():
    rare = SUMMER.without("load_sup", "load_ret", "load_flow", "src_sup", "src_ret", "src_flow")
    heat = 397.0 + np.cumsum(np.maximum(0.01 * (40.0 - rare.values["out"]), 0.0))
    one = replace(rare, values=rare.values | {"heat": heat})
    assert "measure.direction.unsigned" not in codes(one)


def test_what_operators_wrote_down_tells_the_mode():
    bare = SUMMER.without("load_sup", "load_ret", "load_flow", "src_sup", "src_ret", "src_flow")
    written = PlantEvent(datetime(2025, 6, 1, tzinfo=UTC), "operating_mode", "site", "制冷")
    plant = replace(
        bare.plant,
        events=(written,),
        site=replace(bare.plant.site, heating_season=None, cooling_season=None),
    )
    one = replace(bare, plant=plant).without("out")
    load = one.measured().hours.values("heat_power", "load")
    assert -np.nansum(load) * 3600 / KWH == pytest.approx(SUMMER.cold, rel=0.01)


@pytest.mark.parametrize("loop", ["src", "load"])
def test_a_swapped_pair_is_told_from_a_meter_without_sign(loop):
    values = WINTER.values | {
        f"{loop}_sup": WINTER.values[f"{loop}_ret"],
        f"{loop}_ret": WINTER.values[f"{loop}_sup"],
    }
    found = [
        v
        for v in replace(WINTER, values=values).measured().verdicts
        if v.code == "measure.pair.swapped"
    ]
    assert [v.figures["loop"] for v in found] == ["source" if loop == "src" else "load"]


# --- impossible figures ------------------------------------------------------------------------


def scaled(factor):
    register = 397.0 + factor * (WINTER.values["heat"] - 397.0)
    return replace(WINTER, values=WINTER.values | {"heat": register})


@pytest.mark.parametrize("factor", [10.0, 2.9, 0.1, 3.6])
def test_heat_at_a_wrong_scale_is_no_figure_and_the_meter_is_named(factor):
    one = scaled(factor)
    answer, ground = one.answer(), one.ground()
    assert isinstance(answer, InsufficientDataError)
    assert ground.verdicts[0].code in {"measure.balance.meter_wrong", "measure.bound.nameplate"}
    assert ground.verdicts[0].figures["point"] == "heat"
    assert not factors(one)
    given = {(k.name, k.boundary) for k in ground.kpis}
    assert ("electricity", "machines") in given
    assert ("delivered_energy", "user side") not in given


def test_without_redundancy_an_impossible_factor_blames_both_sides():
    one = scaled(2.9).without("src_flow", "load_flow")
    assert isinstance(one.answer(), DataError)
    ground = one.ground()
    assert ground.verdicts[0].code == "measure.balance.cop_implausible"
    assert not {k.name for k in ground.kpis} & {"performance_factor", "delivered_energy"}


def test_a_flow_meter_at_a_wrong_scale_leaves_the_heat_meter_its_word():
    values = WINTER.values | {"load_flow": 2.5 * WINTER.values["load_flow"]}
    one = replace(WINTER, values=values)
    assert one.ground().verdicts[0].code == "measure.balance.flow_wrong"
    assert factors(one)["H1"].value == pytest.approx(COP, rel=1e-3)


def test_where_nobody_can_tell_meter_and_flow_both_go():
    one = scaled(1.5).without("src_flow")
    ground = one.ground()
    assert ground.verdicts[0].code == "measure.balance.heat_meter"
    given = {(k.name, k.boundary) for k in ground.kpis}
    assert ("mean_temperature_difference", "load") not in given
    assert ("delivered_energy", "user side") not in given


def test_a_refusal_gives_the_problem_as_its_reason():
    one = scaled(2.9)
    measured = one.measured()
    answer = performance_factor(measured.hours, one.plant, one.ground().period, H1, "heating")
    assert isinstance(answer, KpiRefusal)
    assert [v.code for v in answer.reasons] == ["measure.balance.meter_wrong"]


# --- standstills -------------------------------------------------------------------------------


def test_an_electricity_meter_that_stands_is_named_and_its_hours_are_unknown():
    register = WINTER.values["elec"].copy()
    missed = register[day(13).start] - register[day(10).start]
    register[day(10).start : day(13).start] = register[day(10).start]
    register[day(13).start :] -= missed
    one = replace(WINTER, values=WINTER.values | {"elec": register})
    (said,) = one.measured().verdicts
    assert said.code == "measure.meter.stands"
    assert said.figures["point"] == "elec"
    assert said.figures["hours"] == pytest.approx(72, abs=1)
    assert factors(one)["H1"].value == pytest.approx(COP, rel=0.005)


def test_a_heat_meter_that_stands_is_named():
    register = WINTER.values["heat"].copy()
    register[day(10).start :] -= register[day(12).start] - register[day(10).start]
    register[day(10).start : day(12).start] = WINTER.values["heat"][day(10).start]
    one = replace(WINTER, values=WINTER.values | {"heat": register})
    (said,) = [v for v in one.measured().verdicts if v.code.startswith("measure.meter")]
    assert said.figures["point"] == "heat"
    assert factors(one)["H1"].value == pytest.approx(COP, rel=0.01)


def test_a_register_that_never_counts_is_dead():
    values = WINTER.values | {"elec": np.full(len(WINTER.time), 150.0)}
    one = replace(WINTER, values=values)
    assert "measure.meter.dead" in codes(one)
    assert not factors(one)


# --- what a meter holds ------------------------------------------------------------------------


def joined(of):
    pumps = 0.15 * STEP / 3600 * np.arange(len(WINTER.time))
    meter = replace(POINTS["elec"], of=of)
    one = replace(WINTER, values=WINTER.values | {"elec": WINTER.values["elec"] + pumps})
    return one.without("sp", "lp").with_points(meter), WINTER.electricity + pumps[-1]


@pytest.mark.parametrize("of", ["machines+pumps", "hp1+sp1+lp1", "plant"])
def test_one_meter_over_all_gives_the_system_and_not_the_machine(of):
    one, whole = joined(of)
    found = factors(one)
    assert set(found) == {"GB/T 50801", "H4"}
    assert found["GB/T 50801"].value == pytest.approx(WINTER.heat / whole, rel=1e-3)
    assert one.answer().measured.electricity.value / KWH == pytest.approx(whole, rel=1e-3)


def test_a_main_meter_less_its_sub_meters_is_the_machine():
    one, whole = joined("machines+pumps")
    extra = {"sp": POINTS["sp"], "lp": POINTS["lp"]}
    one = replace(one, values=one.values | {k: WINTER.values[k] for k in extra})
    found = factors(one.with_points(replace(POINTS["elec"], of="machines+pumps"), *extra.values()))
    assert found["H1"].value == pytest.approx(COP, rel=1e-3)
    assert found["GB/T 50801"].value == pytest.approx(WINTER.heat / whole, rel=1e-3)


def test_a_compressor_with_its_source_pump_is_h2():
    pumps = 0.10 * STEP / 3600 * np.arange(len(WINTER.time))
    one = replace(WINTER, values=WINTER.values | {"elec": WINTER.values["elec"] + pumps})
    found = factors(one.without("sp").with_points(replace(POINTS["elec"], of="hp1+sp1")))
    assert found["H2"].value == pytest.approx(WINTER.heat / (WINTER.electricity + pumps[-1]), 1e-3)
    assert "H1" not in found


def test_stand_by_pumps_without_a_meter_are_taken_to_rest():
    spare = replace(WINTER.plant.pumps[0], id="sp2", standby=True)
    one = replace(WINTER, plant=replace(WINTER.plant, pumps=(*WINTER.plant.pumps, spare)))
    assert factors(one)["H2"].value == pytest.approx(factors(WINTER)["H2"].value)


def test_duty_pumps_without_a_meter_are_supposed_and_keep_their_boundary_back():
    one = WINTER.without("sp")
    assert set(factors(one)) == {"H1"}
    measured = one.answer().measured
    assert measured.source_pumps.value / KWH == pytest.approx(0.1 * 35 * 24, rel=0.01)
    assert measured.source_pumps.low < 0.7 * measured.source_pumps.value


HEATER = np.where(np.arange(len(WINTER.time)) % 432 < 30, 4000.0, 0.0)


@pytest.mark.parametrize("of", ["load", "machines+ih1"])
def test_a_heater_before_the_heat_meter_is_taken_off(of):
    one = heater(HEATER, WINTER).with_points(replace(POINTS["heat"], of=of))
    given = HEATER[:-1].sum() * STEP / KWH
    pumps = 0.15 * 35 * 24
    found = factors(one)
    assert found["H1"].value == pytest.approx(COP, rel=2e-3)
    assert found["GB/T 50801"] == found["H4"]
    assert found["H4"].value == pytest.approx(
        (WINTER.heat + given) / (WINTER.electricity + pumps + given), rel=2e-3
    )


def test_a_heater_too_small_for_the_balance_counts_once():
    """1 % of the heat behind the meter: the whole over the whole, not once more on top of it."""
    small = np.where(np.arange(len(WINTER.time)) % 432 < 30, 350.0, 0.0)
    given = small[:-1].sum() * STEP / KWH
    assert 0.003 < given / WINTER.heat < 0.02
    pumps = 0.15 * 35 * 24
    found = factors(heater(small, WINTER).without("src_flow"))
    assert found["GB/T 50801"].value == pytest.approx(
        (WINTER.heat + given) / (WINTER.electricity + pumps + given), rel=5e-4
    )


def test_a_heater_beside_the_heat_meter_is_left_alone():
    one = heater(HEATER, WINTER)
    one = replace(one, values=one.values | {"heat": WINTER.values["heat"]})
    assert factors(one)["H1"].value == pytest.approx(COP, rel=1e-3)


def test_where_nothing_tells_the_heater_s_place_no_factor_is_given():
    one = heater(HEATER, WINTER).without("src_flow")
    assert not factors(one)
    assert "measure.backup.place_unknown" in codes(one)


# --- plants that lack something ----------------------------------------------------------------


def test_a_plant_without_a_promise_still_says_what_was_measured():
    one = replace(WINTER, plant=replace(WINTER.plant, promise=Promise()))
    answer = one.answer()
    assert answer.promised is None
    assert answer.measured.heating.value / KWH == pytest.approx(WINTER.heat, rel=1e-3)


def test_a_cooling_plant_needs_no_promise_of_heating():
    promise = Promise(system_cop_cooling=4.5)
    one = replace(SUMMER, plant=replace(SUMMER.plant, promise=promise))
    assert one.answer().promised is not None


def test_heat_without_electricity_is_still_heat():
    one = WINTER.without("elec")
    assert isinstance(one.answer(), InsufficientDataError)
    given = {k.name: k.value.value for k in one.ground().kpis}
    assert given["delivered_energy"] / KWH == pytest.approx(WINTER.heat, rel=1e-3)


def test_two_hours_are_not_no_data():
    short = replace(
        WINTER, time=WINTER.time[:13], values={k: v[:13] for k, v in WINTER.values.items()}
    )
    with pytest.raises(InsufficientDataError, match="holds 2 hours; 24 are needed"):
        short.ground()


def test_a_register_of_volume_is_a_flow():
    rows = np.arange(len(WINTER.time)) * STEP / 3600
    volume = Point(
        id="load_flow",
        quantity="volume",
        of="load",
        statistic=Statistic.COUNTER,
        unit="m3",
        accuracy="2 %",
    )
    values = WINTER.values | {"load_flow": 12.0 + 1.4 * rows}
    one = replace(WINTER, values=values).without("heat").with_points(volume)
    assert energies(one)[0] == pytest.approx(WINTER.heat, rel=0.01)


def test_a_water_meter_in_brine_is_cautioned_and_its_interval_widened():
    source = replace(WINTER.plant.source, fluid="ethylene_glycol", fluid_mass_fraction=0.3)
    heat = WINTER.values["heat"] - WINTER.values["elec"]
    meter = replace(POINTS["heat"], id="ground", of="source")
    one = replace(
        WINTER, plant=replace(WINTER.plant, source=source), values=WINTER.values | {"ground": heat}
    )
    one = one.without("src_flow").with_points(meter)
    (said,) = [v for v in one.measured().verdicts if v.code == "measure.accuracy.brine"]
    assert 5.0 < float(said.figures["percent"]) < 12.0
    (drawn,) = [k for k in one.ground().kpis if (k.name, k.mode) == ("source_energy", "extracted")]
    assert (drawn.value.high - drawn.value.value) / drawn.value.value > 0.05


def test_hours_and_starts_that_a_machine_counts_are_told():
    on = 0.25 * np.arange(len(WINTER.time)) * STEP / 3600
    hours = Point(id="op", quantity="running", of="hp1", statistic=Statistic.COUNTER, unit="h")
    starts = Point(id="st", quantity="starts", of="hp1", statistic=Statistic.COUNTER, unit="-")
    values = WINTER.values | {"op": 11825.0 + on, "st": 5959.0 + np.floor(on * 2)}
    one = replace(WINTER, values=values).with_points(hours, starts)
    found = {
        k.name: k.value.value for k in operating_counts(one.measured().hours, one.ground().period)
    }
    assert found["running_hours"] == pytest.approx(0.25 * 35 * 24, rel=0.001)
    assert found["starts"] == pytest.approx(0.25 * 35 * 24 * 2, abs=2)
