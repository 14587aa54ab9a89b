"""System figures worked by hand: loss waterfall, pump work, transport factor, water returned."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.kpi_basis import KpiRefusal
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

COLD = np.arange(240) >= 120


def worked():
    """Five days of 40 kW heat at 10 kW, five of 30 kW cold at 5 kW; pumps 1 and 0.5 kW."""
    load = np.where(COLD, -30e3, 40e3)
    draw = np.where(COLD, 5e3, 10e3)
    return {
        ("heat_power", "load"): load,
        ("heat_power", "source"): load - draw,
        ("electricity_power", "hp1"): draw,
        ("electricity_power", "sp1"): 1e3 + 0 * draw,
        ("electricity_power", "lp1"): 500.0 + 0 * draw,
    }


def test_the_factor_falls_step_by_step(channelled, plant, whole):
    hours = channelled(worked())
    steps = loss_waterfall(hours, plant, whole(hours), "heating")
    assert [s.name for s in steps] == ["machines", "source_pumps", "load_pumps", "backup"]
    by_hand = [40 / 10, 40 / 11, 40 / 11.5, 40 / 11.5]
    assert [s.factor.value for s in steps] == pytest.approx(by_hand)
    assert [s.lost for s in steps[1:]] == pytest.approx([4 - 40 / 11, 40 / 11 - 40 / 11.5, 0])
    assert sum(s.lost for s in steps) == pytest.approx(steps[0].factor.value - by_hand[-1])
    cooling = loss_waterfall(hours, plant, whole(hours), "cooling")
    assert [s.factor.value for s in cooling] == pytest.approx([6, 5, 30 / 6.5, 30 / 6.5])


def test_buffer_pumps_and_terminals_are_steps_of_their_own(channelled, plant, whole):
    beside = {
        ("electricity_power", "buffer-pumps"): 250.0,
        ("electricity_power", "terminals"): 2e3,
    }
    hours = channelled(worked() | beside)
    steps = loss_waterfall(hours, plant, whole(hours), "heating")
    names = ["machines", "source_pumps", "buffer_pumps", "load_pumps", "backup", "terminals"]
    assert [s.name for s in steps] == names
    by_hand = [40 / e for e in (10, 11, 11.25, 11.75, 11.75, 13.75)]
    assert [s.factor.value for s in steps] == pytest.approx(by_hand)


def test_a_backup_counts_on_both_sides(channelled, plant, whole):
    boiler = replace(plant, backups=(BackupRecord("b1", "electric_boiler"),))
    rows = worked() | {
        ("electricity_power", "b1"): np.where(COLD, 0.0, 10e3),
        ("backup_heat_power", "b1"): np.where(COLD, 0.0, 9e3),
    }
    hours = channelled(rows)
    last = loss_waterfall(hours, boiler, whole(hours), "heating")[-1]
    assert last.factor.value == pytest.approx((40 + 9) / (11.5 + 10))


def test_what_is_not_metered_is_named(channelled, plant, whole):
    rows = worked()
    del rows["electricity_power", "lp1"]
    hours = channelled(rows)
    refused = loss_waterfall(hours, plant, whole(hours), "heating")
    assert isinstance(refused, KpiRefusal)
    assert "lp1" in refused.reasons[0].sentence("en")


def test_pump_work_and_transport_factor(channelled, plant, whole):
    hours = channelled(worked())
    # 240 h of 1 kW over 120 h of 40 kW and 120 h of 30 kW
    work = pump_work(hours, plant, whole(hours), "source")
    assert work.value.value == pytest.approx(240 / (120 * 70))
    carried = 120 * 30 + 120 * 35  # what the source gave and took
    factor = water_transport_factor(hours, plant, whole(hours), "source")
    assert factor.value.value == pytest.approx(carried / 240)
    assert factor.value.low < carried / 240 < factor.value.high
    load = water_transport_factor(hours, plant, whole(hours), "load")
    assert load.value.value == pytest.approx(120 * 70 / 120)


def metered(quantity, of, flow):
    point = Point(
        id=f"{quantity}-{of}",
        quantity=quantity,
        of=of,
        statistic=Statistic.INSTANT,
        unit="m3/h",
        accuracy="2 %",
    )
    return (quantity, of), Channel(flow, np.ones(len(flow)), point)


def test_water_returned_over_water_taken(whole):
    flow = np.full(240, 0.01)
    rows = [
        metered("abstraction_flow", "well-1", flow),
        metered("abstraction_flow", "well-2", flow),
        metered("reinjection_volume", "well-3", 0.95 * 2 * flow),
    ]
    time = np.datetime64("2024-01-01", "s") + np.arange(240) * np.timedelta64(1, "h")
    hours = PlantHours(time, dict(rows))
    ratio = reinjection_ratio(hours, whole(hours))
    assert ratio.value.value == pytest.approx(0.95)
    # limits of 2 % are deviations of about 1 %: one meter back, two that each see half the water
    spread = 0.95 * np.sqrt(0.01**2 + 2 * 0.005**2)
    assert ratio.value.standard_deviation == pytest.approx(spread, rel=0.2)
    taken = water_taken(hours, whole(hours))
    assert taken.value.value == pytest.approx(0.02 * 240 * 3600)
    nothing = PlantHours(time, {})
    assert isinstance(reinjection_ratio(nothing, whole(nothing)), KpiRefusal)


def test_hot_water_made_while_cooling_counts_both_ways(channelled, plant, whole):
    water = np.where(COLD, 6e3, 2e3)
    hours = channelled(worked() | {("heat_power", "hot-water"): water})
    total = system_factor(hours, plant, whole(hours))
    # 40 + 2 kW for 10 + 1.5 kW, then 30 + 6 kW for 5 + 1.5 kW, as long each
    assert total.value.value == pytest.approx((42 + 36) / (11.5 + 6.5))
    everything, together = hot_water_energy(hours, plant, whole(hours))
    assert everything.value.value == pytest.approx(120 * 8e3 * 3600)
    assert together.value.value == pytest.approx(120 * 6e3 * 3600)
    assert (together.boundary, together.mode) == ("hot-water", "simultaneous")


def test_without_a_meter_for_hot_water_it_is_part_of_the_load(channelled, plant, whole):
    hours = channelled(worked())
    assert system_factor(hours, plant, whole(hours)).value.value == pytest.approx(70 / 18)
    refused = hot_water_energy(hours, plant, whole(hours))
    assert all(isinstance(r, KpiRefusal) and r.reasons for r in refused)
