"""Key figures of the plant with their intervals, gaps and refusals, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.kpi import (
    GB50801,
    H1,
    H3,
    H4,
    consumed_electricity,
    counted,
    delivered_energy,
    performance_factor,
    pump_share,
)
from loopkeeper.measure.kpi_basis import KpiRefusal
from loopkeeper.measure.kpi_counts import operating_counts
from loopkeeper.measure.kpi_table import key_figures
from loopkeeper.plant.machines import BackupRecord

LOAD, SOURCE = ("heat_power", "load"), ("heat_power", "source")
HP, SP, LP = (("electricity_power", of) for of in ("hp1", "sp1", "lp1"))
BOILER = BackupRecord("b1", "electric_boiler")
DRAWN, GIVEN = ("electricity_power", "b1"), ("backup_heat_power", "b1")
LATE = np.arange(48) >= 42


def two_days(side=1.0):
    """40 kW of 10 kW; in the last six hours 80 kW of 18 kW; pumps 3 and 2 kW."""
    return {
        LOAD: side * np.where(LATE, 80e3, 40e3),
        HP: np.where(LATE, 18e3, 10e3),
        SP: np.full(48, 3e3),
        LP: np.full(48, 2e3),
    }


def late_unknown(rows, *keys):
    return rows | {k: np.where(LATE, np.nan, rows[k]) for k in keys}


def told(answer):
    return [(v.code, v.figures["needed"]) for v in answer.reasons]


# -- performance factors


@pytest.mark.parametrize(("mode", "side"), [("heating", 1.0), ("cooling", -1.0)])
def test_a_factor_is_as_unsure_as_its_meters(channelled, plant, whole, spread, mode, side):
    """Heat of 3 %, machines and pumps of 1 % each: 10, 3 and 2 of 15 kW."""
    rows = {k: np.where(LATE, 0.0, v) for k, v in two_days(side).items()}
    hours = channelled(rows)
    found = performance_factor(hours, plant, whole(hours), GB50801, mode)
    factor = 40 / 15
    assert found.value.value == pytest.approx(factor)
    own = spread(0.03, 48), spread(0.01, 48) * np.sqrt(10**2 + 3**2 + 2**2) / 15
    assert found.value.standard_deviation == pytest.approx(factor * np.hypot(*own))
    assert found.value.high - factor == pytest.approx(1.6448536 * factor * np.hypot(*own))
    other = {"heating": "cooling", "cooling": "heating"}[mode]
    refused = performance_factor(hours, plant, whole(hours), GB50801, other)
    assert [v.code for v in refused.reasons] == ["measure.kpi.nothing_delivered"]


def test_heat_without_draw_has_no_factor(channelled, plant, whole):
    hours = channelled(two_days() | {HP: np.zeros(48)})
    refused = performance_factor(hours, plant, whole(hours), H1, "heating")
    assert [v.code for v in refused.reasons] == ["measure.kpi.nothing_delivered"]
    hours = channelled({LOAD: np.full(48, 4e-6), HP: np.full(48, 1e-6)})  # a sixth of a joule
    found = performance_factor(hours, plant, whole(hours), H1, "heating")
    assert found.value.value == pytest.approx(4.0)


def test_an_electric_boiler_is_in_the_system_and_a_gas_boiler_only_in_the_wider_edge(
    channelled, plant, whole
):
    """40 and 6 of 7 kW, beside 9 of 10 kW of gas."""
    gas = BackupRecord("g1", "gas_boiler")
    both = replace(plant, backups=(BOILER, gas))
    rows = {k: np.where(LATE, np.nan, v) for k, v in two_days().items()}
    rows |= {DRAWN: 7e3, GIVEN: 6e3, ("backup_heat_power", "g1"): 9e3}
    rows["gas_volume", "g1"] = 10 / 9.85 / 3600
    hours = channelled(rows)
    found = [
        performance_factor(hours, both, whole(hours), b, "heating") for b in (H1, GB50801, H3, H4)
    ]
    by_hand = [40 / 10, (40 + 6) / (15 + 7), (40 + 15) / (13 + 17), (40 + 15) / (15 + 17)]
    assert [f.value.value for f in found] == pytest.approx(by_hand)


def test_one_meter_over_all_parts_counts_them_together(channelled, plant, whole):
    main = ("electricity_power", "hp1+sp1+lp1")
    hours = channelled({LOAD: np.full(48, 40e3), main: np.full(48, 16e3)})
    (group,) = counted(hours, plant, GB50801)
    assert (group.name, group.channels) == (
        "machines+source_pumps+load_pumps+electric_backup",
        (main,),
    )
    with_one = channelled({LOAD: np.full(48, 40e3), main: np.full(48, 16e3), LP: np.full(48, 2e3)})
    (group,) = counted(with_one, plant, GB50801)
    assert group.channels == (main,)
    found = performance_factor(hours, plant, whole(hours), GB50801, "heating")
    assert found.value.value == pytest.approx(40 / 16)
    refused = performance_factor(hours, plant, whole(hours), H1, "heating")
    assert told(refused) == [
        ("measure.kpi.not_metered", "electricity_power / electricity_energy @ hp1")
    ]


def test_fuel_is_counted_beside_one_meter_over_all_that_draws_electricity(
    channelled, plant, whole
):
    """40 and 9 kW of 16 kW and of 10 kW of gas; without a gas meter that one is named."""
    fired = replace(plant, backups=(BackupRecord("g1", "gas_boiler"),))
    main = ("electricity_power", "hp1+sp1+lp1")
    rows = {LOAD: np.full(48, 40e3), main: np.full(48, 16e3)}
    rows["backup_heat_power", "g1"] = np.full(48, 9e3)
    bare = channelled(rows)
    assert [g.name for g in counted(bare, fired, H4)][1:] == ["g1"]
    refused = performance_factor(bare, fired, whole(bare), H4, "heating")
    assert [needed for _, needed in told(refused)] == ["gas_volume @ g1"]
    hours = channelled(rows | {("gas_volume", "g1"): 10 / 9.85 / 3600})
    found = performance_factor(hours, fired, whole(hours), H4, "heating")
    assert found.value.value == pytest.approx((40 + 9) / (16 + 10))


def test_parts_with_meters_of_their_own_are_counted_one_by_one(channelled, plant):
    fired = replace(plant, backups=(BackupRecord("g1", "gas_boiler"),))
    names = [g.name for g in counted(channelled(two_days()), fired, H4)]
    assert names == ["machines", "source-pumps", "load-pumps", "g1"]
    lacking = {k: v for k, v in two_days().items() if k != SP}
    names = [g.name for g in counted(channelled(lacking), fired, GB50801)]
    assert names == ["machines", "source-pumps", "load-pumps"]


def test_buffer_pumps_behind_a_common_meter_are_counted_with_it(channelled, plant):
    main = ("electricity_power", "hp1+sp1+lp1+buffer-pumps")
    hours = channelled({LOAD: np.full(48, 40e3), main: np.full(48, 17e3)})
    (group,) = counted(hours, plant, GB50801)
    assert group.channels == (main,)
    assert "buffer_pumps" in group.name
    assert "terminals" not in group.name


# -- energies over gaps


@pytest.mark.parametrize(("mode", "side"), [("heating", 1.0), ("cooling", -1.0)])
def test_missing_heat_follows_the_machines(channelled, plant, whole, spread, mode, side):
    """1680 kWh at 420 kWh of draw; the month drew 528. Ratios of a day do not differ."""
    hours = channelled(late_unknown(two_days(side), LOAD))
    found = delivered_energy(hours, plant, whole(hours), mode)
    assert found.value.value == pytest.approx(1680 * 528 / 420 * 3.6e6)
    assert found.estimated == pytest.approx(108 / 528)
    assert found.coverage == pytest.approx(42 / 48)
    meter = spread(0.03, 42) * 1680 * 528 / 420
    assert found.value.standard_deviation == pytest.approx(meter * 3.6e6)


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_missing_draw_of_machines_follows_the_heat_and_that_of_pumps_themselves(
    channelled, plant, whole, side
):
    """420 kWh at 1680 kWh of heat, whose month has 2160; a pump of 3 kW goes on."""
    rows = two_days(side)
    hours = channelled(late_unknown(rows, HP, SP))
    found = consumed_electricity(hours, plant, whole(hours), "machines")
    assert found.value.value == pytest.approx(420 * 2160 / 1680 * 3.6e6)
    assert found.estimated == pytest.approx(480 / 2160)
    pump = consumed_electricity(hours, plant, whole(hours), "source")
    assert pump.value.value == pytest.approx(48 * 3 * 3.6e6)
    assert pump.estimated == pytest.approx(6 / 48)
    without = {k: v for k, v in late_unknown(rows, HP).items() if k != LOAD}
    bare = consumed_electricity(channelled(without), plant, whole(hours), "machines")
    assert bare.value.value == pytest.approx(480 * 3.6e6)


@pytest.mark.parametrize(("mode", "side"), [("heating", 1.0), ("cooling", -1.0)])
def test_heat_of_a_backup_is_delivered_too_and_varies_with_it(
    channelled, plant, whole, spread, mode, side
):
    """24 h of 40 and 18 h of 60 kW by 10 kW: six hours more, ratios of 4 and 6 a fifth apart."""
    chiller = BackupRecord("b1", "chiller")
    backed = replace(plant, backups=(BOILER if side > 0 else chiller,))
    given = GIVEN if side > 0 else ("heat_power", "b1")
    rows = late_unknown(two_days(side) | {HP: np.full(48, 10e3)}, LOAD)
    rows[given] = side * np.where(np.arange(48) < 24, 0.0, 20e3)
    hours = channelled(rows)
    found = delivered_energy(hours, backed, whole(hours), mode)
    measured, factor = 24 * 40 + 18 * 60, 48 / 42
    assert found.value.value == pytest.approx(measured * factor * 3.6e6)
    parts = spread(0.03, 42) * 42 * 40 * factor, measured * factor / 8 * 0.2
    assert found.value.standard_deviation == pytest.approx(np.hypot(*parts) * 3.6e6)


@pytest.mark.parametrize(("mode", "side"), [("heating", 1.0), ("cooling", -1.0)])
def test_hours_of_the_other_mode_are_days_of_nothing(
    channelled, plant, whole, pointed, mode, side
):
    """Days of 40, 60 and 0 W, six of 72 h unknown: they may differ by √622 of 100/3 W."""
    chiller = BackupRecord("b1", "chiller")
    backed = replace(plant, backups=(BOILER if side > 0 else chiller,))
    given = GIVEN if side > 0 else ("heat_power", "b1")
    load = side * np.repeat([40.0, 40.0, -25.0], 24)
    load[42:48] = np.nan
    rows = {LOAD: load, given: side * np.repeat([0.0, 20.0, 9.0], 24), HP: np.full(72, 10.0)}
    hours = pointed(channelled(rows), {LOAD: None})
    found = delivered_energy(hours, backed, whole(hours), mode)
    filled = (24 * 40 + 18 * 60) * 72 / 66
    assert found.value.value == pytest.approx(filled * 3600)
    apart = np.std([40, 60, 0]) / np.mean([40, 60, 0])
    assert found.value.standard_deviation == pytest.approx(filled * 3600 * 6 / 72 * apart)


def test_what_draws_nothing_has_no_energy_and_what_has_no_meter_is_named(channelled, plant, whole):
    hours = channelled({LOAD: np.full(48, 4e3), SP: np.zeros(48)})
    idle = consumed_electricity(hours, plant, whole(hours), "source")
    assert [v.code for v in idle.reasons] == ["measure.kpi.nothing_delivered"]
    refused = consumed_electricity(hours, plant, whole(hours), "load")
    assert told(refused) == [
        ("measure.kpi.not_metered", "electricity_power / electricity_energy @ lp1")
    ]
    backed = replace(plant, backups=(BOILER,))
    hours = channelled({DRAWN: np.full(48, 7e3), LOAD: np.full(48, 4e3)})
    found = consumed_electricity(hours, backed, whole(hours), "backup")
    assert found.value.value == pytest.approx(48 * 7 * 3.6e6)


# -- pumps


def test_a_pump_s_share_is_of_machines_and_both_loops(channelled, plant, whole, spread):
    """144 and 96 of 768 kWh; a part that reads too much takes from the share of the others."""
    hours = channelled(two_days())
    for loop, own in (("source", 144), ("load", 96)):
        found = pump_share(hours, plant, whole(hours), loop)
        share = own / 768
        assert found.value.value == pytest.approx(share)
        rest = np.sqrt(528**2 + 144**2 + 96**2 - own**2) / 768
        assert found.value.standard_deviation == pytest.approx(
            spread(0.01, 48) * share * np.hypot(1 - share, rest)
        )
        assert found.name == f"{loop}_pump_share"


def test_one_meter_over_all_tells_no_share_and_names_the_pump(channelled, plant, whole):
    hours = channelled({("electricity_power", "hp1+sp1+lp1"): np.full(48, 16e3)})
    for loop, pump in (("source", "sp1"), ("load", "lp1")):
        refused = pump_share(hours, plant, whole(hours), loop)
        assert refused.name == f"{loop}_pump_share"
        assert [v.figures["needed"][-3:] for v in refused.reasons] == [pump]
    little = channelled({k: np.full(48, 1e-6) for k in (HP, SP, LP)})
    assert pump_share(little, plant, whole(little), "load").value.value == pytest.approx(1 / 3)
    idle = channelled({k: np.zeros(48) for k in (HP, SP, LP)})
    refused = pump_share(idle, plant, whole(idle), "load")
    assert [v.code for v in refused.reasons] == ["measure.kpi.nothing_delivered"]


# -- counts, and the table


def test_hours_run_and_starts_are_counted_as_measured(channelled, whole):
    """Half of each of 40 known hours, and a start every two hours; another ran all the time."""
    known = np.arange(48) < 40
    rows = {
        ("running", "hp1"): np.where(known, 0.5, np.nan),
        ("running", "sp1"): np.ones(48),
        ("starts", "hp1"): np.full(48, 1 / 7200),
        ("running", "hp2"): np.where(known, np.nan, 1.0),
    }
    hours = channelled(rows)
    found = {(a.name, a.boundary): a for a in operating_counts(hours, whole(hours))}
    given = {k: (a.value.value, a.unit) for k, a in found.items() if not isinstance(a, KpiRefusal)}
    assert given == {
        ("running_hours", "hp1"): (pytest.approx(20.0), "h"),
        ("running_hours", "sp1"): (pytest.approx(48.0), "h"),
        ("starts", "hp1"): (pytest.approx(24.0), "-"),
    }
    refused = found["running_hours", "hp2"].reasons[0]
    assert refused.figures["coverage_percent"] == "17"
    exact = found["running_hours", "hp1"].value
    assert exact.low == exact.high == exact.value


@pytest.mark.parametrize(("count", "given"), [(8599, False), (8600, True)])
def test_the_table_gives_a_balance_of_a_year_and_in_order(channelled, plant, whole, count, given):
    load = np.where(np.arange(count) % 480 < 240, 40e3, -30e3)
    draw = np.full(count, 10e3)
    hours = channelled({LOAD: load, SOURCE: load - draw, HP: draw, SP: 0.1 * draw, LP: 0.2 * draw})
    answers = key_figures(hours, plant, whole(hours))
    told = [(a.name, a.boundary, a.mode) for a in answers]
    edges = ("H1", "H2", "GB/T 50801", "H3", "H4")
    assert told[:5] == [("performance_factor", e, "heating") for e in edges]
    assert [m for n, _, m in told if n == "delivered_energy"] == ["heating", "cooling"]
    assert [b for n, b, _ in told if n == "electricity"] == [
        "machines",
        "source-pumps",
        "load-pumps",
    ]
    assert told[-1][0] == "thermal_balance_ratio"
    assert isinstance(answers[-1], KpiRefusal) is not given
    beside = key_figures(
        channelled(
            {k: c.values for k, c in hours.channels.items()}
            | {("electricity_power", "buffer-pumps"): 0.1 * draw}
        ),
        replace(plant, backups=(BOILER,)),
        whole(hours),
    )
    told = [(a.name, a.boundary, a.mode) for a in beside]
    edges = ("H1", "H2", "Annex 52 L3", "GB/T 50801", "H3", "H4")
    assert told[6:12] == [("performance_factor", e, "cooling") for e in edges]
    assert ("electricity", "backup", "all") in told
