"""Key figures of loops, wells and the whole system: balance, spread, pumps, water, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure import energies
from loopkeeper.measure.kpi_basis import KpiRefusal
from loopkeeper.measure.kpi_loop import (
    mean_temperature_difference,
    source_energies,
    specific_pump_energy,
    thermal_balance_ratio,
)
from loopkeeper.measure.kpi_system import (
    hot_water_energy,
    loss_waterfall,
    pump_work,
    system_factor,
    water_transport_factor,
)
from loopkeeper.measure.kpi_water import reinjection_ratio, water_taken
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.plant.machines import BackupRecord
from loopkeeper.plant.points import Point, Statistic

LOAD, SOURCE = ("heat_power", "load"), ("heat_power", "source")
HP, SP, LP = (("electricity_power", of) for of in ("hp1", "sp1", "lp1"))
RECHARGE = ("heat_power", "recharge")


def codes(answer):
    return [v.code for v in answer.reasons]


# -- the ground's balance


def four_days():
    """30 and 50 kW drawn, 20 and 12 kW put in, a day each: 1920 and 768 kWh."""
    return np.repeat([30e3, 50e3, -20e3, -12e3], 24)


@pytest.mark.parametrize("size", [1.0, 1e-10])
def test_a_balance_is_as_unsure_as_its_gaps_while_its_meter_cancels(
    channelled, plant, whole, size
):
    """Both ways differ by √(450)/20 and √(72)/8 from day to day, 3/2 together; a tenth is gap."""
    hours = channelled({SOURCE: size * four_days()}, np.full(96, 0.9))
    found = thermal_balance_ratio(hours, plant, whole(hours))
    assert found.value.value == pytest.approx(0.4)
    assert found.value.standard_deviation == pytest.approx(0.4 * 0.1 * 1.5)
    assert found.coverage == pytest.approx(0.9)


def test_recharge_is_put_in_and_relief_is_taken_out(channelled, plant, whole, spread):
    """5 kW in for 48 h, 8 kW out for 24: (768 + 240)/(1920 + 192); the meter of neither's."""
    rows = {SOURCE: four_days(), RECHARGE: np.repeat([5e3, 5e3, 0.0, -8e3], 24)}
    hours = channelled(rows)
    found = thermal_balance_ratio(hours, plant, whole(hours))
    ratio = (768 + 240) / (1920 + 192)
    assert found.value.value == pytest.approx(ratio)
    meter = spread(0.03, 48) * (1920 * ratio - 768) / (1920 + 192)
    assert found.value.standard_deviation == pytest.approx(meter)


def test_what_only_a_pump_tells_is_a_fifth_unsure(channelled, plant, whole, pointed):
    rows = {SOURCE: four_days(), RECHARGE: np.repeat([5e3, 5e3, 0.0, -8e3], 24), SP: np.ones(96)}
    hours = pointed(channelled(rows), {SOURCE: None})
    pumped = replace(hours.channels[RECHARGE], rests_on=(SP,))
    hours = replace(hours, channels=hours.channels | {RECHARGE: pumped})
    found = thermal_balance_ratio(hours, plant, whole(hours))
    ratio = (768 + 240) / (1920 + 192)
    part = (0.2 * 240 - ratio * 0.2 * 192) / (1920 + 192)
    assert found.value.standard_deviation == pytest.approx(abs(part))


def test_a_ground_that_gives_nothing_has_no_balance(channelled, plant, whole):
    hours = channelled({SOURCE: np.full(48, -7e3)})
    found = thermal_balance_ratio(hours, plant, whole(hours))
    assert codes(found) == ["measure.kpi.nothing_delivered"]


@pytest.mark.parametrize(("noise", "given"), [(0.9, False), (1.1, True)])
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_thousandth_of_a_source_s_heat_is_noise(channelled, plant, whole, side, noise, given):
    """One hour of so many thousandths of all 100 kWh both ways."""
    power = side * np.repeat([100 - noise / 10, -noise / 10], [1, 47]) * 1e3
    power[2:] = 0.0
    hours = channelled({SOURCE: power})
    ways = source_energies(hours, plant, whole(hours))
    most, least = ways if side > 0 else ways[::-1]
    assert most.value.value == pytest.approx((100 - noise / 10) * 3.6e6)
    assert isinstance(least, KpiRefusal) is not given
    if given:
        assert least.value.value == pytest.approx(noise / 10 * 3.6e6)


@pytest.mark.parametrize("size", [1.0, 1e-10])
def test_heat_of_a_source_is_scaled_up_each_way_and_refused_both_ways(
    channelled, plant, whole, size
):
    """Six of 48 hours unknown: 30 kW of 24 h, 20 kW of 18; a month goes on as it was."""
    rows = size * np.where(np.arange(48) < 24, 30e3, -20e3)
    rows[42:] = np.nan
    hours = channelled({SOURCE: rows})
    ways = source_energies(hours, plant, whole(hours))
    assert [w.value.value / size / 3.6e6 for w in ways] == pytest.approx(
        [720 * 8 / 7, 360 * 8 / 7]
    )
    assert [w.estimated for w in ways] == pytest.approx([1 / 8, 1 / 8])
    rows[20:] = np.nan
    assert [
        codes(w) for w in source_energies(channelled({SOURCE: rows}), plant, whole(hours))
    ] == [
        ["measure.kpi.coverage"],
        ["measure.kpi.coverage"],
    ]


# -- pumps and temperatures of a loop


def test_pump_energy_of_a_volume_is_as_unsure_as_meter_and_flow(channelled, plant, whole, spread):
    """3 kW for 4 L/s in half of the hours and 2 L/s else: 1 MJ a cubic metre."""
    half = np.arange(48) < 24
    rows = {SP: np.full(48, 3e3), ("flow", "source"): np.where(half, 4e-3, 2e-3)}
    hours = channelled(rows)
    found = specific_pump_energy(hours, plant, whole(hours), "source")
    assert found.value.value == pytest.approx(1e6)
    unsure = np.hypot(spread(0.01, 48), spread(0.02))
    assert found.value.standard_deviation == pytest.approx(1e6 * unsure)
    derived = replace(hours.channels["flow", "source"], point=None)
    hours = replace(hours, channels=hours.channels | {("flow", "source"): derived})
    found = specific_pump_energy(hours, plant, whole(hours), "source")
    assert found.value.standard_deviation == pytest.approx(1e6 * spread(0.01, 48))
    still = channelled(rows | {("flow", "source"): np.zeros(48)})
    assert codes(specific_pump_energy(still, plant, whole(hours), "source")) == [
        "measure.kpi.nothing_delivered"
    ]
    dry = channelled({SP: np.full(48, 3e3)})
    refused = specific_pump_energy(dry, plant, whole(dry), "source")
    assert refused.reasons[0].figures["needed"] == "flow of source"


@pytest.fixture
def even(monkeypatch):
    """Water that holds 4 MJ a cubic metre and kelvin."""
    monkeypatch.setattr(energies, "volumetric_heat_capacity", lambda _, t: 4e6 + 0 * t)


@pytest.mark.usefixtures("even")
@pytest.mark.parametrize(("mode", "side"), [("heating", 1.0), ("cooling", -1.0)])
def test_a_mean_difference_is_heat_over_what_its_water_carries(
    channelled, plant, whole, spread, mode, side
):
    """4 L/s at 5 K and 2 L/s at 8 K: 36/6."""
    half = np.arange(48) < 24
    apart, flow = side * np.where(half, 5.0, 8.0), np.where(half, 4e-3, 2e-3)
    heat = 4e6 * flow * apart
    rows = {
        LOAD: heat,
        ("heat_power_calculated", "load"): heat,
        ("flow", "load"): flow,
        ("supply_temperature", "load"): 20 + apart / 2,
        ("return_temperature", "load"): 20 - apart / 2,
    }
    hours = channelled(rows)
    found = mean_temperature_difference(hours, plant, whole(hours), "load", mode)
    assert found.value.value == pytest.approx(6.0)
    assert found.value.standard_deviation == pytest.approx(spread(np.hypot(0.1, 0.1), 48))
    assert found.unit == "K"
    other = {"heating": "cooling", "cooling": "heating"}[mode]
    refused = mean_temperature_difference(hours, plant, whole(hours), "load", other)
    assert codes(refused) == ["measure.kpi.nothing_delivered"]
    for other in (-heat, 0 * heat):
        turned = channelled(rows | {("heat_power_calculated", "load"): other})
        refused = mean_temperature_difference(turned, plant, whole(hours), "load", mode)
        assert codes(refused) == ["measure.kpi.nothing_delivered"]
    del rows["heat_power_calculated", "load"]
    bare = channelled(rows)
    refused = mean_temperature_difference(bare, plant, whole(bare), "load", mode)
    assert refused.reasons[0].figures["needed"] == "flow and both temperatures of load"


# -- the system


def of_48(**powers):
    keys = {"load": LOAD, "source": SOURCE, "hp": HP, "sp": SP, "lp": LP}
    return {keys[k]: np.full(48, v) for k, v in powers.items()}


def test_steps_carry_what_they_draw_and_lose(channelled, plant, whole, spread):
    boiler = replace(plant, backups=(BackupRecord("b1", "electric_boiler"),))
    rows = of_48(load=40e3, hp=10e3, sp=3e3, lp=2e3)
    rows |= {("electricity_power", "b1"): np.full(48, 7e3)}
    rows |= {("backup_heat_power", "b1"): np.full(48, 30e3)}
    hours = channelled(rows)
    steps = loss_waterfall(hours, boiler, whole(hours), "heating")
    drawn = [s.electricity.value / 3.6e6 for s in steps]
    assert drawn == pytest.approx([480, 144, 96, 336])
    factors = [4, 40 / 13, 40 / 15, 70 / 22]
    assert [s.factor.value for s in steps] == pytest.approx(factors)
    assert [s.lost for s in steps] == pytest.approx([0, *(-np.diff(factors))])
    assert steps[1].factor.standard_deviation == pytest.approx(
        40 / 13 * np.hypot(spread(0.03, 48), spread(0.01, 48) * np.hypot(10, 3) / 13)
    )
    idle = channelled(rows | of_48(hp=0.0))
    refused = loss_waterfall(idle, boiler, whole(hours), "heating")
    assert codes(refused) == ["measure.kpi.nothing_delivered"]
    assert codes(loss_waterfall(hours, boiler, whole(hours), "cooling")) == codes(refused)


def test_a_system_that_gives_or_draws_nothing_has_no_factor(channelled, plant, whole):
    for rows in (of_48(load=0.0, hp=1e3, sp=1.0, lp=1.0), of_48(load=1e3, hp=0, sp=0, lp=0)):
        hours = channelled(rows)
        found = system_factor(hours, plant, whole(hours))
        assert codes(found) == ["measure.kpi.nothing_delivered"]


def test_a_system_counts_its_chiller_and_its_electric_boiler(channelled, plant, whole, spread):
    """24 h of 40 and 6 kW, 24 h of 30 and 11 kW of cold; 15 kW and 7 or 4 kW are drawn."""
    kept = BackupRecord("b1", "electric_boiler"), BackupRecord("c1", "chiller")
    backed, half = replace(plant, backups=kept), np.arange(48) < 24
    rows = of_48(hp=10e3, sp=3e3, lp=2e3) | {
        LOAD: np.where(half, 40e3, -30e3),
        ("electricity_power", "b1"): np.where(half, 7e3, 0.0),
        ("backup_heat_power", "b1"): np.where(half, 6e3, 0.0),
        ("electricity_power", "c1"): np.where(half, 0.0, 4e3),
        ("heat_power", "c1"): np.where(half, 0.0, -11e3),
    }
    hours = channelled(rows)
    found = system_factor(hours, backed, whole(hours)).value
    assert found.value == pytest.approx((46 + 41) / (22 + 19))
    meter = spread(0.03, 24) * 70 / 87  # heat and cold of one meter, both counted positive
    draw = spread(0.01, 48) * np.sqrt(20**2 + 6**2 + 4**2) / 41
    assert found.standard_deviation == pytest.approx(found.value * np.hypot(meter, draw))


def test_hot_water_without_heat_of_the_building_is_refused_by_both(channelled, plant, whole):
    hours = channelled({("heat_power", "hot-water"): np.full(48, 2e3)})
    both = hot_water_energy(hours, plant, whole(hours))
    assert [(r.name, r.boundary, r.mode) for r in both] == [
        ("delivered_energy", "hot-water", "hot_water"),
        ("delivered_energy", "hot-water", "simultaneous"),
    ]
    assert both[0].reasons == both[1].reasons
    assert both[0].reasons[0].figures["needed"].endswith("@ load")


def test_a_transport_factor_is_pump_work_turned_round(channelled, plant, whole, spread, pointed):
    """48 h of 2 kW for 60 kW: 1/30; its limits change places."""
    hours = channelled(of_48(load=60e3, lp=2e3))
    work = pump_work(hours, plant, whole(hours), "load")
    unsure = 1.6448536269514722 * np.hypot(spread(0.03, 48), spread(0.01, 48))
    limits = [1 / 30 * (1 - unsure), 1 / 30 * (1 + unsure)]
    assert [work.value.low, work.value.high] == pytest.approx(limits)
    assert (work.clause, work.confidence) == ("EC(H)R", "M+")
    factor = water_transport_factor(hours, plant, whole(hours), "load")
    assert factor.value.value == pytest.approx(30.0)
    assert [factor.value.high, factor.value.low] == pytest.approx([1 / v for v in limits])
    assert (factor.name, factor.clause, factor.confidence) == (
        "water_transport_factor",
        "GB/T 17981-2007",
        "M",
    )
    vague = water_transport_factor(pointed(hours, {LP: "150 %"}), plant, whole(hours), "load")
    assert vague.value.high == np.inf
    assert vague.value.low > 0
    still = channelled(of_48(load=60e3, lp=0.0))
    refused = water_transport_factor(still, plant, whole(still), "load")
    assert refused.name == "water_transport_factor"
    assert codes(refused) == ["measure.kpi.nothing_delivered"]
    cold = channelled(of_48(load=0.0, lp=2e3))
    assert codes(pump_work(cold, plant, whole(cold), "load")) == codes(refused)


# -- wells


def wells(flows, *, points=True):
    time = np.datetime64("2024-01-01", "s") + np.arange(48) * np.timedelta64(1, "h")
    channels = {}
    for (quantity, of), flow in flows.items():
        point = Point(
            id=f"{quantity}-{of}",
            quantity=quantity,
            of=of,
            statistic=Statistic.INSTANT,
            unit="m3/h",
            accuracy="2 %",
        )
        values = np.broadcast_to(np.asarray(flow, float), 48).copy()
        share = np.isfinite(values).astype(float)
        channels[quantity, of] = Channel(values, share, point if points else None)
    return PlantHours(time, channels)


def test_water_taken_is_that_of_all_wells_in_known_hours(whole, spread):
    """3 and 5 L/s; four hours in which one is silent count for none."""
    silent = np.where(np.arange(48) < 4, np.nan, 3e-3)
    taken = {("abstraction_volume", "w1"): silent, ("abstraction_volume", "w2"): 5e-3}
    other = {("abstraction_flow", "w1"): 1.0, ("abstraction_volume", "make-up"): 1.0}
    hours = wells(taken | other)
    found = water_taken(hours, whole(hours))
    assert found.value.value == pytest.approx(8e-3 * 44 * 3600)
    assert found.value.standard_deviation == pytest.approx(
        spread(0.02, 44) * np.hypot(3e-3, 5e-3) * 44 * 3600
    )
    assert (found.unit, found.coverage) == ("m3", pytest.approx(44 / 48))
    bare = wells(taken, points=False)
    assert water_taken(bare, whole(bare)).value.standard_deviation == 0.0


def test_a_closed_source_takes_what_flows_and_returns_all_but_the_make_up(whole, spread):
    """8 L/s less 0.4 of make-up: 0.95, as unsure as a twentieth of both meters."""
    hours = wells({("flow", "source"): 8e-3, ("abstraction_flow", "make-up"): 0.4e-3})
    assert water_taken(hours, whole(hours), closed=True).value.value == pytest.approx(
        8e-3 * 48 * 3600
    )
    refused = water_taken(hours, whole(hours))
    needed = "abstraction_volume / abstraction_flow @ wells"
    assert refused.reasons[0].figures["needed"] == needed
    found = reinjection_ratio(hours, whole(hours), closed=True)
    assert found.value.value == pytest.approx(0.95)
    assert found.value.standard_deviation == pytest.approx(0.05 * np.sqrt(2) * spread(0.02, 48))
    assert found.value.low < 0.95 < found.value.high
    assert (found.clause, found.confidence) == ("GB 55015-2021 5.3.3", "M")
    lacking = wells({("flow", "source"): 8e-3})
    refused = reinjection_ratio(lacking, whole(lacking), closed=True)
    needed = "reinjection_volume / reinjection_flow @ wells"
    assert refused.reasons[0].figures["needed"] == needed


def test_a_meter_of_what_goes_back_is_asked_before_the_make_up(whole):
    rows = {
        ("abstraction_flow", "w1"): 8e-3,
        ("flow", "source"): 1.0,
        ("reinjection_flow", "w2"): 6e-3,
        ("abstraction_flow", "make-up"): 0.4e-3,
    }
    hours = wells(rows)
    found = reinjection_ratio(hours, whole(hours), closed=True)
    assert found.value.value == pytest.approx(0.75)
    del rows["reinjection_flow", "w2"]
    hours = wells(rows)
    assert isinstance(reinjection_ratio(hours, whole(hours)), KpiRefusal)
    dry = wells({("abstraction_flow", "w1"): 0.0, ("reinjection_flow", "w2"): 0.0})
    assert codes(reinjection_ratio(dry, whole(dry))) == ["measure.kpi.nothing_delivered"]


@pytest.mark.usefixtures("even")
def test_ratios_are_the_same_of_a_plant_of_a_joule(channelled, plant, whole):
    """40 kW and 6 of hot water by 10, 3 and 2 kW at 4 K, and 30 kW of cold; all of it tiny."""
    tiny, half = 1e-11, np.arange(48) < 24
    heat = tiny * np.where(half, 40e3, -30e3)
    rows = {k: tiny * v for k, v in of_48(hp=10e3, sp=3e3, lp=2e3).items()}
    rows |= {LOAD: heat, ("heat_power", "hot-water"): np.full(48, tiny * 6e3)}
    rows |= {("heat_power_calculated", "load"): heat, ("flow", "load"): np.abs(heat) / 16e6}
    rows |= {("supply_temperature", "load"): 20 + 2 * np.sign(heat)}
    rows |= {("return_temperature", "load"): 20 - 2 * np.sign(heat)}
    hours = channelled(rows)
    period = whole(hours)
    steps = loss_waterfall(hours, plant, period, "heating")
    assert [s.factor.value for s in steps[:2]] == pytest.approx([4, 40 / 13])
    assert system_factor(hours, plant, period).value.value == pytest.approx((70 + 12) / 30)
    assert pump_work(hours, plant, period, "load").value.value == pytest.approx(4 / 70)
    for mode in ("heating", "cooling"):
        found = mean_temperature_difference(hours, plant, period, "load", mode)
        assert found.value.value == pytest.approx(4.0)
    head = specific_pump_energy(hours, plant, period, "load").value.value
    assert head == pytest.approx(4e3 / (70e3 / 16e6))
    everything, cooled = hot_water_energy(hours, plant, period)
    assert everything.value.value == pytest.approx(2 * cooled.value.value)
    drops = wells({("abstraction_flow", "w1"): 4e-9, ("reinjection_flow", "w2"): 3e-9})
    assert reinjection_ratio(drops, whole(drops)).value.value == pytest.approx(0.75)
