"""Key figures against examples worked by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.backup_energy import backup_energy, carried_alone
from loopkeeper.measure.backup_place import without_backups
from loopkeeper.measure.kpi import (
    BOUNDARIES,
    GB50801,
    H1,
    H2,
    H3,
    H4,
    L3,
    L5,
    consumed_electricity,
    delivered_energy,
    performance_factor,
    pump_share,
)
from loopkeeper.measure.kpi_basis import KpiRefusal, KpiValue
from loopkeeper.measure.kpi_loop import (
    mean_temperature_difference,
    source_energies,
    specific_pump_energy,
    thermal_balance_ratio,
)
from loopkeeper.measure.kpi_system import system_factor
from loopkeeper.measure.kpi_table import key_figures
from loopkeeper.plant.machines import BackupRecord
from loopkeeper.units import HOUR, KWH

COLD = np.arange(240) >= 120


def worked():
    """Five days of 40 kW heating, then five of 30 kW cooling.

    Machines 10 and 5 kW, source pump 1 kW, load pump 0.5 kW; so the source gives 30 kW and takes
    35 kW. Loops carry 5 L/s.
    """
    load = np.where(COLD, -30e3, 40e3)
    draw = np.where(COLD, 5e3, 10e3)
    return {
        ("heat_power", "load"): load,
        ("heat_power", "source"): load - draw,
        ("electricity_power", "hp1"): draw,
        ("electricity_power", "sp1"): 1e3 + 0 * draw,
        ("electricity_power", "lp1"): 500.0 + 0 * draw,
        ("flow", "source"): 0.005 + 0 * draw,
        ("flow", "load"): 0.005 + 0 * draw,
    }


@pytest.fixture
def hours(channelled):
    return channelled(worked())


@pytest.mark.parametrize(
    ("boundary", "mode", "by_hand"),
    [
        (H1, "heating", 40 / 10),
        (H2, "heating", 40 / 11),
        (H3, "heating", 40 / 11),
        (GB50801, "heating", 40 / 11.5),
        (H4, "heating", 40 / 11.5),
        (H1, "cooling", 30 / 5),
        (H2, "cooling", 30 / 6),
        (GB50801, "cooling", 30 / 6.5),
    ],
)
def test_performance_factors(hours, plant, whole, boundary, mode, by_hand):
    answer = performance_factor(hours, plant, whole(hours), boundary, mode)
    assert isinstance(answer, KpiValue)
    assert answer.value.value == pytest.approx(by_hand)
    assert answer.value.low < by_hand < answer.value.high
    assert answer.coverage == 1.0
    assert answer.boundary == boundary.name


BESIDE = {("electricity_power", "buffer-pumps"): 250.0, ("electricity_power", "terminals"): 2e3}


@pytest.mark.parametrize(
    ("boundary", "by_hand"),
    [(H2, 40 / 11), (L3, 40 / 11.25), (GB50801, 40 / 11.75), (L5, 40 / 13.75), (H4, 40 / 13.75)],
)
def test_buffer_pumps_and_terminals_count_where_they_are_metered(
    channelled, plant, whole, boundary, by_hand
):
    hours = channelled(worked() | BESIDE)
    answer = performance_factor(hours, plant, whole(hours), boundary, "heating")
    assert answer.value.value == pytest.approx(by_hand)


def test_levels_that_nothing_sets_apart_are_not_reported(channelled, plant, whole):
    def reported(rows):
        hours = channelled(rows)
        answers = key_figures(hours, plant, whole(hours))
        return {a.boundary for a in answers if a.name == "performance_factor"}

    plain = {"H1", "H2", "GB/T 50801", "H3", "H4"}
    assert reported(worked()) == plain
    assert reported(worked() | BESIDE) == plain | {"Annex 52 L3", "Annex 52 L5"}


def test_a_wider_boundary_never_looks_better(channelled, plant, whole):
    hours = channelled(worked() | BESIDE)
    boundaries = [b for b in BOUNDARIES if "backup" not in b.parts]
    found = [
        performance_factor(hours, plant, whole(hours), b, "heating").value.value
        for b in boundaries
    ]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(boundaries)


def backed(plant, *records):
    return replace(plant, backups=records)


def test_fuel_counts_by_its_heating_value(channelled, plant, whole):
    """A gas boiler of 90 %: 9 kW heat from 10 kW gas, 10 kWh over 9.85 kWh/m3 in an hour."""
    boiler = backed(plant, BackupRecord("gb1", "gas_boiler"))
    rows = worked() | {
        ("backup_heat_power", "gb1"): 9e3,
        ("gas_volume", "gb1"): 10 / 9.85 / 3600,
    }
    hours = channelled(rows)
    answer = performance_factor(hours, boiler, whole(hours), H3, "heating")
    assert answer.value.value == pytest.approx((40 + 9) / (10 + 1 + 10))


def test_bought_heat_is_its_own_input(channelled, plant, whole):
    network = backed(plant, BackupRecord("hn1", "heat_network"))
    hours = channelled(worked() | {("heat_power", "hn1"): 20e3})
    answer = performance_factor(hours, network, whole(hours), H3, "heating")
    assert answer.value.value == pytest.approx((40 + 20) / (10 + 1 + 20))


def test_a_chiller_counts_its_cold_and_a_tower_gives_nothing(channelled, plant, whole):
    hybrid = backed(plant, BackupRecord("ch1", "chiller"), BackupRecord("ct1", "cooling_tower"))
    rows = worked() | {
        ("heat_power", "ch1"): -12e3,
        ("electricity_power", "ch1"): 3e3,
        ("electricity_power", "ct1"): 1e3,
    }
    hours = channelled(rows)
    cooling = performance_factor(hours, hybrid, whole(hours), H3, "cooling")
    assert cooling.value.value == pytest.approx((30 + 12) / (5 + 1 + 4))
    heating = performance_factor(hours, hybrid, whole(hours), H3, "heating")
    assert heating.value.value == pytest.approx(40 / (10 + 1 + 4))


def test_a_backup_counts_above_and_below_the_line(channelled, plant, whole):
    boiler = BackupRecord("eb1", "electric_boiler", heating=2e4)
    values = worked() | {
        ("backup_heat_power", "eb1"): 9e3,
        ("electricity_power", "eb1"): 10e3,
    }
    hours = channelled(values)
    backed = replace(plant, backups=(boiler,))
    answer = performance_factor(hours, backed, whole(hours), H3, "heating")
    assert answer.value.value == pytest.approx((40 + 9) / (10 + 1 + 10))
    assert performance_factor(
        hours, backed, whole(hours), H2, "heating"
    ).value.value == pytest.approx(40 / 11)


def test_a_backup_without_meters_is_refused_by_name(hours, plant, whole):
    backed = replace(plant, backups=(BackupRecord("gb1", "gas_boiler"),))
    answer = performance_factor(hours, backed, whole(hours), H4, "heating")
    assert isinstance(answer, KpiRefusal)
    sentences = [r.sentence() for r in answer.reasons]
    assert len(sentences) == 2
    assert all("gb1" in s for s in sentences)


HYBRID = {
    ("heat_power", "load"): 436.7e3, ("heat_power", "source"): 316.8e3,
    ("electricity_power", "hp1"): 78.9e3, ("electricity_power", "sp1"): 6e3,
    ("electricity_power", "lp1"): 4e3, ("electricity_power", "ih1"): 41e3,
}  # fmt: skip
"""A heat meter behind the heater: 395.7 kW of the machines and 41 kW of the heater."""


@pytest.mark.parametrize("efficiency", [1.0, None])
def test_an_electric_heater_behind_the_heat_meter_stays_inside_the_fence(
    channelled, plant, whole, efficiency
):
    """By hand: 395.7 / 88.9 = 4.45 without the heater, 436.7 / 129.9 = 3.36 with it."""
    heated = backed(plant, BackupRecord("ih1", "electric_heater", efficiency=efficiency))
    hours = channelled({k: np.full(240, v) for k, v in HYBRID.items()})
    inside = without_backups(hours, heated, frozenset({"ih1"}))
    found = {
        b.name: performance_factor(inside, heated, whole(inside), b, "heating").value.value
        for b in (H1, H2, GB50801, H3, H4)
    }
    assert found["H2"] == pytest.approx(395.7 / 84.9)
    assert found["GB/T 50801"] == found["H4"] == pytest.approx(436.7 / 129.9)
    assert found["H3"] == pytest.approx(436.7 / 125.9)
    answers = {
        (a.name, a.boundary): a.value.value / KWH / 240
        for a in key_figures(inside, heated, whole(inside))
        if isinstance(a, KpiValue) and a.unit == "J" and a.mode in {"heating", "all"}
    }
    assert answers["delivered_energy", "user side"] == pytest.approx(436.7)
    assert answers["electricity", "backup"] == pytest.approx(41.0)
    system = system_factor(inside, heated, whole(inside))
    assert system.value.value == pytest.approx(436.7 / 129.9)
    shares = pump_share(inside, heated, whole(inside), "load")
    assert shares.value.value == pytest.approx(4 / 88.9)  # of machines and pumps, as before


def test_a_heater_that_nothing_meters_leaves_no_system_factor(channelled, plant, whole):
    heated = backed(plant, BackupRecord("ih1", "electric_heater"))
    bare = {k: np.full(240, v) for k, v in HYBRID.items() if k[1] != "ih1"}
    answer = performance_factor(
        channelled(bare), heated, whole(channelled(bare)), GB50801, "heating"
    )
    assert isinstance(answer, KpiRefusal)
    assert all("ih1" in r.sentence() for r in answer.reasons)


def test_gas_is_no_electricity_and_leaves_the_ratio_alone(channelled, plant, whole):
    boiler = backed(plant, BackupRecord("gb1", "gas_boiler", efficiency=0.9))
    rows = worked() | {("gas_volume", "gb1"): 10 / 9.85 / 3600}
    hours = channelled(rows)
    period = whole(hours)
    assert performance_factor(hours, boiler, period, GB50801, "heating").value.value == (
        pytest.approx(40 / 11.5)
    )
    # its heat by the gas and the stated efficiency: 9 kW of 10 kW, in H3 with the gas below
    found = performance_factor(hours, boiler, period, H3, "heating").value.value
    assert found == pytest.approx((40 + 9) / (11 + 10))


def test_a_chiller_behind_the_cold_meter_is_taken_off_the_machines(channelled, plant, whole):
    """42 kW of cold, 12 of them of a chiller of 3 kW: machines 30 kW of 5 kW, all 42 of 9.5."""
    hybrid = backed(plant, BackupRecord("ch1", "chiller"))
    rows = worked() | {
        ("heat_power", "ch1"): np.where(COLD, -12e3, 0.0),
        ("electricity_power", "ch1"): np.where(COLD, 3e3, 0.0),
    }
    rows["heat_power", "load"] = np.where(COLD, -42e3, 40e3)
    hours = without_backups(channelled(rows), hybrid, frozenset({"ch1"}))
    found = [performance_factor(hours, hybrid, whole(hours), b, "cooling") for b in (H1, GB50801)]
    assert [f.value.value for f in found] == pytest.approx([30 / 5, 42 / 9.5])


def test_hours_that_backups_carried_alone(channelled, plant):
    boiler = backed(plant, BackupRecord("gb1", "gas_boiler", efficiency=0.9))
    alone = np.arange(240) % 24 < 6
    rows = worked() | {("gas_volume", "gb1"): np.where(alone, 1e-3, 0.0)}
    rows["electricity_power", "hp1"] = np.where(alone, 20.0, 10e3)  # its control panel
    assert carried_alone(channelled(rows), boiler).sum() == 60
    assert carried_alone(channelled(worked()), plant).sum() == 0
    given = backup_energy(channelled(rows), boiler)
    assert given.fuels["gas"].max() == pytest.approx(1e-3 * 9.85 * KWH)
    assert given.heat.max() == pytest.approx(0.9e-3 * 9.85 * KWH)
    bare = backup_energy(channelled(worked()), boiler)
    assert any("gb1" in name for name in bare.missing)


def test_solar_recharge_is_no_backup_of_the_building(hours, plant, whole):
    backed = replace(plant, backups=(BackupRecord("solar", "solar"),))
    assert isinstance(performance_factor(hours, backed, whole(hours), H4, "heating"), KpiValue)


def test_idle_hours_belong_to_the_mode_before(channelled, plant, whole):
    values = worked()
    values["heat_power", "load"] = np.where(
        np.arange(240) % 2 == 1, 0.0, worked()["heat_power", "load"]
    )
    hours = channelled(values)
    answer = performance_factor(hours, plant, whole(hours), H1, "heating")
    assert answer.value.value == pytest.approx(40 / (10 + 10))


def test_hours_without_all_meters_enter_neither_side(channelled, plant, whole):
    values = worked()
    values["electricity_power", "hp1"] = np.where(
        np.arange(240) < 24, np.nan, worked()["electricity_power", "hp1"]
    )
    hours = channelled(values)
    answer = performance_factor(hours, plant, whole(hours), H1, "heating")
    assert answer.value.value == pytest.approx(4.0)
    assert answer.coverage == pytest.approx(0.9)


def test_too_little_data_is_refused_with_the_share(channelled, plant, whole):
    def missing_every(nth):
        load = np.where(np.arange(240) % nth == 1, np.nan, worked()["heat_power", "load"])
        hours = channelled(worked() | {("heat_power", "load"): load})
        return performance_factor(hours, plant, whole(hours), H1, "heating")

    for nth, told in ((2, "50"), (4, "75")):
        answer = missing_every(nth)
        assert isinstance(answer, KpiRefusal)
        assert answer.reasons[0].figures["coverage_percent"] == told
        assert answer.reasons[0].figures["needed_percent"] == "80"
    assert missing_every(6).value.value == pytest.approx(4.0)


def test_a_season_without_load_has_no_factor(channelled, plant, whole):
    values = worked() | {("heat_power", "load"): 40e3 + np.zeros(240)}
    hours = channelled(values)
    answer = performance_factor(hours, plant, whole(hours), H1, "cooling")
    assert answer.reasons[0].code == "measure.kpi.nothing_delivered"


def test_delivered_energies(hours, plant, whole):
    heat = delivered_energy(hours, plant, whole(hours), "heating")
    cold = delivered_energy(hours, plant, whole(hours), "cooling")
    assert heat.value.value == pytest.approx(40 * 120 * KWH)
    assert cold.value.value == pytest.approx(30 * 120 * KWH)
    assert heat.estimated == cold.estimated == 0.0


def test_missing_hours_are_scaled_up_and_stated(channelled, plant, whole):
    steady = worked() | {("electricity_power", "hp1"): 10e3 + np.zeros(240)}
    steady["electricity_power", "hp1"][:24] = np.nan
    hours = channelled(steady)
    answer = consumed_electricity(hours, plant, whole(hours), "machines")
    assert answer.value.value == pytest.approx(10 * 240 * KWH)
    assert answer.estimated == pytest.approx(0.1)


def test_missing_hours_widen_the_interval(channelled, plant, whole):
    values = worked()
    values["electricity_power", "hp1"] = 1e4 * (1 + 0.5 * np.sin(np.arange(240) / 24))
    full = channelled(values)
    values["electricity_power", "hp1"] = np.where(
        np.arange(240) % 10 == 0, np.nan, values["electricity_power", "hp1"]
    )
    holed = channelled(values)
    one, other = (
        consumed_electricity(h, plant, whole(h), "machines").value for h in (full, holed)
    )
    assert other.standard_deviation > one.standard_deviation


@pytest.mark.parametrize(("loop", "share"), [("source", 1.0), ("load", 0.5)])
def test_pump_shares(hours, plant, whole, loop, share):
    answer = pump_share(hours, plant, whole(hours), loop)
    assert answer.value.value == pytest.approx(share / (7.5 + 1.0 + 0.5))


def test_the_thermal_balance_is_injected_over_extracted(hours, plant, whole):
    answer = thermal_balance_ratio(hours, plant, whole(hours))
    assert answer.value.value == pytest.approx(35 / 30)


def test_recharge_counts_as_injected(channelled, plant, whole):
    hours = channelled(worked() | {("heat_power", "recharge"): 5e3})
    answer = thermal_balance_ratio(hours, plant, whole(hours))
    assert answer.value.value == pytest.approx((35 + 10) / 30)


def test_specific_pump_energy_is_the_head_paid_for(hours, plant, whole):
    answer = specific_pump_energy(hours, plant, whole(hours), "source")
    assert answer.value.value == pytest.approx(1000 / 0.005)
    assert answer.unit == "J m-3"


def test_the_mean_difference_weighs_by_flow(channelled, plant, whole):
    capacity = 4.17e6
    flow = np.where(np.arange(240) % 2 == 0, 0.005, 0.001)
    difference = np.where(np.arange(240) % 2 == 0, 4.0, 2.0)
    heat = capacity * flow * difference
    values = worked() | {
        ("flow", "load"): flow,
        ("heat_power", "load"): heat,
        ("heat_power_calculated", "load"): heat,
        ("supply_temperature", "load"): 30.0 + difference / 2,
        ("return_temperature", "load"): 30.0 - difference / 2,
    }
    hours = channelled(values)
    answer = mean_temperature_difference(hours, plant, whole(hours), "load", "heating")
    by_hand = (0.005 * 4 + 0.001 * 2) / 0.006
    assert answer.value.value == pytest.approx(by_hand, rel=0.003)


def test_unmetered_loops_are_refused_with_what_is_needed(channelled, plant, whole):
    values = {k: v for k, v in worked().items() if k[0] not in {"flow", "heat_power"}}
    hours = channelled(values)
    for answer in (
        specific_pump_energy(hours, plant, whole(hours), "source"),
        thermal_balance_ratio(hours, plant, whole(hours)),
        delivered_energy(hours, plant, whole(hours), "heating"),
    ):
        assert isinstance(answer, KpiRefusal)
        assert "source" in answer.reasons[0].sentence() or "load" in answer.reasons[0].sentence()


def test_the_table_holds_every_figure_once(hours, plant, whole):
    answers = key_figures(hours, plant, whole(hours))
    names = [(a.name, a.boundary, a.mode) for a in answers]
    assert len(set(names)) == len(names)
    values = [a for a in answers if isinstance(a, KpiValue)]
    assert len(values) >= 18
    assert all(a.reasons for a in answers if isinstance(a, KpiRefusal))


def test_a_period_outside_the_data_is_refused(hours, plant, whole):
    period = replace(
        whole(hours), start=np.datetime64("2030-01-01"), end=np.datetime64("2031-01-01")
    )
    answers = key_figures(hours, plant, period)
    assert all(isinstance(a, KpiRefusal) for a in answers)


def test_energy_is_power_times_an_hour(hours, plant, whole):
    answer = consumed_electricity(hours, plant, whole(hours), "load")
    assert answer.value.value == pytest.approx(500 * 240 * HOUR)


def test_heat_of_the_source_both_ways(hours, plant, whole):
    """Five days of 30 kW drawn, five of 35 kW put in."""
    drawn, put_in = source_energies(hours, plant, whole(hours))
    assert drawn.value.value == pytest.approx(120 * HOUR * 30e3)
    assert put_in.value.value == pytest.approx(120 * HOUR * 35e3)
    assert (drawn.boundary, drawn.mode, put_in.mode) == ("source", "extracted", "injected")
    assert drawn.value.low < drawn.value.value < drawn.value.high


def test_noise_of_an_idle_way_is_no_heat(channelled, plant, whole):
    rows = worked()
    rows["heat_power", "source"] = np.where(COLD, 1.0, 30e3)  # a watt a season is noise
    rows["heat_power", "source"][200] = -5.0
    drawn, put_in = source_energies(channelled(rows), plant, whole(channelled(rows)))
    assert drawn.value.value == pytest.approx(120 * HOUR * 30e3, rel=1e-3)
    assert put_in.reasons[0].code == "measure.kpi.nothing_delivered"


def test_the_balance_is_of_whole_years(channelled, plant, whole):
    """A season would turn it upside down: ten days give no ratio, a year does."""

    def balance(hours):
        answers = key_figures(hours, plant, whole(hours))
        return next(a for a in answers if a.name == "thermal_balance_ratio")

    short = balance(channelled(worked()))
    assert short.reasons[0].code == "measure.kpi.whole_year"
    year = {key: np.resize(values, 8760) for key, values in worked().items()}
    # 36 times ten days and five of heat: 180 days of 35 kW over 185 of 30 kW
    assert balance(channelled(year)).value.value == pytest.approx(180 * 35 / (185 * 30))
