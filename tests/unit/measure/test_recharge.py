"""Recharge and relief: by meter, by pump, by design."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.kpi_loop import thermal_balance_ratio
from loopkeeper.measure.metered import pumps
from loopkeeper.measure.operation import operation
from loopkeeper.measure.recharge import RECHARGE, told_by_pump, unmetered, with_recharge
from loopkeeper.measure.recharge_year import _filled, _spread, design_recharge
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.machines import BackupRecord, Drive, Loop, PumpRecord

TOWER = BackupRecord("ct", "cooling_tower", cooling=9e4, annual_design=50 * 3.6e9)
SUN = BackupRecord("sun", "solar", heating=4e4, annual_design=10 * 3.6e9)
PUMP = PumpRecord(id="rp", loop=Loop.SOURCE, flow=0.02, head=12.0, power=1500.0, serves="ct")
HOURS = 24 * 30


@pytest.fixture
def relieved(plant):
    return replace(plant, backups=(TOWER,), pumps=(*plant.pumps, PUMP))


def drawn(power):
    """Ten nights of nine hours, then twenty days of rest. [W]"""
    hour = np.arange(HOURS)
    return np.where((hour < 240) & (hour % 24 < 9), power, 0.0)


def codes(hours):
    return {v.code for v in hours.verdicts}


def test_a_meter_is_signed_by_what_it_stands_at(plant, channelled):
    for backup, sign in ((TOWER, -1.0), (SUN, 1.0)):
        here = replace(plant, backups=(backup,))
        for quantity in ("backup_heat_power", "heat_energy"):
            hours = with_recharge(channelled({(quantity, backup.id): drawn(8e4)}), here)
            assert hours.values(*RECHARGE) == pytest.approx(sign * drawn(8e4))
            assert hours.verdicts == ()


def test_a_pump_at_full_run_stands_for_the_capacity(relieved, channelled):
    hours = with_recharge(channelled({("electricity_power", "rp"): drawn(1300.0)}), relieved)
    assert hours.values(*RECHARGE).sum() == pytest.approx(-90 * 9e4)
    assert codes(hours) == {"measure.relief.by_pump"}
    (said,) = hours.verdicts
    assert (said.figures["heat"], said.figures["low"], said.figures["high"]) == (
        "8.1",
        "5.435",
        "10.76",
    )


@pytest.mark.parametrize("beside", [True, False])
def test_a_loop_meter_holds_a_recharge_pump_unless_it_reads_less(relieved, channelled, beside):
    others, own = np.full(HOURS, 500.0), drawn(1300.0)
    whole = others if beside else others + own
    values = {("electricity_power", "source"): whole, ("electricity_power", "rp"): own}
    assert pumps(channelled(values), relieved, "source").values == pytest.approx(others + own)


def test_a_fixed_pump_that_draws_little_runs_a_part_of_the_time(relieved, channelled):
    values = {
        ("electricity_power", "rp"): drawn(405.0),
        ("electricity_power", "sp1"): np.full(HOURS, 1800.0),
    }
    hours = with_recharge(channelled(values), relieved)
    # sp1 draws 0.9 of its nameplate, so 1350 W are full run and 405 W three tenths of it
    assert hours.values(*RECHARGE).sum() == pytest.approx(-0.3 * 90 * 9e4)


def test_what_nothing_meters_is_as_designed(relieved, channelled):
    values = {("heat_power", "load"): np.zeros(HOURS), ("outdoor_temperature", "site"): 5.0}
    found, said = operation(channelled(values), relieved)
    assert found.recharge.sum() == pytest.approx(-50e6 * HOURS / 8760)
    assert "measure.recharge.as_designed" in {v.code for v in said}
    bare = replace(relieved, backups=(replace(SUN, annual_design=None),))
    found, said = operation(channelled(values), bare)
    assert not found.recharge.any()
    assert "measure.recharge.unknown" in {v.code for v in said}


def test_relief_is_drawn_from_the_ground(relieved, channelled, whole):
    source = np.where(np.arange(HOURS) < HOURS / 2, 3e4, -6e4)
    values = {("heat_power", "source"): source, ("backup_heat_power", "ct"): drawn(9e4)}
    hours = with_recharge(channelled(values), relieved)
    found = thermal_balance_ratio(hours, relieved, whole(hours))
    assert found.value.value == pytest.approx(6e4 * 360 / (3e4 * 360 + 9e4 * 90))


YEAR_TIME = np.datetime64("2023-01-01T00", "s") + np.arange(8760) * np.timedelta64(3600, "s")
MONTH = YEAR_TIME.astype("datetime64[M]").astype(int) % 12 + 1
CLOCK = np.arange(8760) % 24


def year(heating=0.0):
    values = np.broadcast_to(np.asarray(heating, dtype=float), 8760)
    nothing = np.zeros(8760)
    return LoadYear(YEAR_TIME, values, nothing, nothing)


def test_a_tower_relieves_at_night_without_load(plant):
    heating = np.where(np.isin(MONTH, (11, 12, 1, 2, 3)), 1e4, 0.0)
    found = design_recharge(replace(plant, backups=(TOWER,)), year(heating))
    assert found.sum() * 3600 == pytest.approx(-TOWER.annual_design)
    assert not found[(CLOCK >= 7) & (CLOCK < 20)].any()
    assert not found[heating > 0].any()


def test_no_more_than_the_capacity_is_moved(plant):
    small = replace(TOWER, cooling=1e4)
    found = design_recharge(replace(plant, backups=(small,)), year())
    assert found.min() == pytest.approx(-1e4)
    assert found.sum() * 3600 == pytest.approx(-TOWER.annual_design)
    hopeless = replace(TOWER, cooling=1e3)
    found = design_recharge(replace(plant, backups=(hopeless,)), year())
    assert found == pytest.approx(np.full(8760, -1e3))


def test_the_record_shows_when(plant):
    shown = np.where((MONTH == 4) & (CLOCK == 3), -5e4, 0.0)
    here = replace(plant, backups=(replace(TOWER, annual_design=3.6e9),))
    found = design_recharge(here, year(), (YEAR_TIME, shown))
    assert set(MONTH[found < 0]) == {4}
    assert set(CLOCK[found < 0]) == {3}
    assert found.sum() == pytest.approx(-1e6)
    sunny = np.abs(shown)  # heat put in says nothing of when a tower takes it out
    assert design_recharge(here, year(), (YEAR_TIME, sunny)) == pytest.approx(
        design_recharge(here, year())
    )


# -- meters


def test_a_common_meter_counts_relief_where_there_is_nothing_else_and_it_has_no_sign(
    plant, channelled
):
    one_way, signed = np.array([5.0, 0.0, 3.0]), np.array([5.0, -1.0, 3.0])
    for backups, values, sign in (
        ((TOWER,), one_way, -1.0),
        ((TOWER,), signed, 1.0),
        ((TOWER, SUN), one_way, 1.0),
        ((SUN,), one_way, 1.0),
        ((), one_way, 1.0),
    ):
        here = replace(plant, backups=backups)
        hours = with_recharge(channelled({("heat_energy", "recharge"): values}), here)
        assert hours.values(*RECHARGE) == pytest.approx(sign * values)
        assert unmetered(channelled({("heat_energy", "recharge"): values}), here) == ()
        assert not told_by_pump(hours)


def test_several_services_add_up_and_are_covered_where_all_are(plant, channelled):
    here = replace(plant, backups=(TOWER, SUN))
    hours = channelled(
        {("heat_power", "ct"): [5.0, 7.0, np.nan], ("heat_energy", "sun"): [2.0, -1.0, 4.0]}
    )
    found = with_recharge(hours, here).channels[RECHARGE]
    assert found.values == pytest.approx([-3.0, -6.0, np.nan], nan_ok=True)
    assert found.coverage.tolist() == [1.0, 1.0, 0.0]
    assert found.point is None
    assert found.rests_on == (("heat_power", "ct"), ("heat_energy", "sun"))
    point = here.points[0]
    marked = replace(hours.channels["heat_energy", "sun"], point=point)
    alone = replace(hours, channels={("heat_energy", "sun"): marked})
    assert with_recharge(alone, here).channels[RECHARGE].point is point
    assert [s.backup.id for s in unmetered(alone, here)] == ["ct"]
    assert [s.backup.id for s in unmetered(with_recharge(alone, here), here)] == ["ct"]


def test_a_meter_that_never_says_anything_gives_way_to_the_next(plant, channelled):
    values = {("backup_heat_power", "sun"): np.full(3, np.nan), ("heat_energy", "sun"): [1, 2, 3]}
    hours = with_recharge(channelled(values), replace(plant, backups=(SUN,)))
    assert hours.values(*RECHARGE).tolist() == [1.0, 2.0, 3.0]
    nothing = channelled({("heat_power", "load"): np.ones(3)})
    assert with_recharge(nothing, replace(plant, backups=(SUN,))) is nothing


# -- pumps


def by_pump(relieved, channelled, draw, **pump):
    here = replace(relieved, pumps=(*relieved.pumps[:-1], replace(PUMP, **pump)))
    hours = with_recharge(channelled({("electricity_power", "rp"): np.array(draw)}), here)
    return hours, -hours.values(*RECHARGE) / 9e4


def test_a_pump_runs_above_a_fiftieth_of_its_nameplate(relieved, channelled):
    _, share = by_pump(relieved, channelled, [29.0, 31.0, 1200.0, 1200.0, 1200.0] * 4)
    assert share[:3] == pytest.approx([0.0, 31 / 1200, 1.0])


@pytest.mark.parametrize(("seen", "full"), [(910.0, 910.0), (890.0, 1500.0)])
def test_a_fixed_pump_that_never_draws_six_tenths_runs_a_part_of_the_hour(
    relieved, channelled, seen, full
):
    _, share = by_pump(relieved, channelled, [seen, 0.0, 300.0, seen, seen])
    assert share == pytest.approx(np.array([seen, 0.0, 300.0, seen, seen]) / full)
    drive = {"drive": Drive.VARIABLE}
    _, share = by_pump(relieved, channelled, [seen, 0.0, 300.0, seen, seen], **drive)
    assert share == pytest.approx(np.array([1.0, 0.0, 300.0 / seen, 1.0, 1.0]))


def test_full_run_is_the_ninetieth_of_a_hundred_draws(relieved, channelled):
    draw = 1000.0 + 5.0 * np.arange(11)  # 1045 is not reached by nine of ten
    hours, share = by_pump(relieved, channelled, draw)
    assert share == pytest.approx(draw / 1045.0)
    assert hours.channels[RECHARGE].point is None
    rested, share = by_pump(relieved, channelled, np.zeros(3))
    assert share.tolist() == [0.0] * 3
    assert rested.verdicts[0].figures["full"] == "1.5"
    assert rested.verdicts[0].figures["draw"] == "0"
    (said,) = hours.verdicts
    energy = draw.sum() / 1045.0 * 0.09  # MWh
    assert said.figures == {
        "backup": "ct",
        "pump": "rp",
        "hours": 11,
        "draw": "1.02",
        "full": "1.04",
        "capacity": "90",
        "heat": f"{energy:.4g}",
        "low": f"{energy * (1 - 0.329):.4g}",
        "high": f"{energy * (1 + 0.329):.4g}",
    }
    assert told_by_pump(hours)


def test_a_pump_taken_for_the_backup_s_is_named_and_a_source_warmed(relieved, channelled):
    """One source pump more than machines, of another flow, is the solar field's."""
    spare = replace(PUMP, serves="", flow=0.02)
    source = replace(relieved.source, design_flow=0.005)
    here = replace(relieved, backups=(SUN,), pumps=(*relieved.pumps[:-1], spare), source=source)
    hours = with_recharge(channelled({("electricity_power", "rp"): drawn(1300.0)}), here)
    assert hours.values(*RECHARGE) == pytest.approx(drawn(4e4))
    assert [v.code for v in hours.verdicts] == [
        "measure.recharge.by_pump",
        "measure.recharge.pump_supposed",
    ]
    assert hours.verdicts[1].figures == {"pump": "rp", "backup": "sun"}
    unknown = replace(here, backups=(replace(SUN, heating=None),))
    silent = channelled({("electricity_power", "rp"): drawn(1300.0)})
    assert with_recharge(silent, unknown) is silent
    assert len(unmetered(silent, unknown)) == 1


def test_full_run_is_in_the_usual_ratio_of_the_other_fixed_source_pumps(relieved, channelled):
    """Of 0.9, 0.8 and 0.5 it is 0.8; the load's and a driven one tell nothing of it."""
    more = (
        replace(PUMP, id="sp2", serves="", power=1000.0),
        replace(PUMP, id="sp3", serves="", power=1000.0),
        replace(PUMP, id="sp4", serves="", power=1000.0, drive=Drive.VARIABLE),
    )
    here = replace(relieved, pumps=(*relieved.pumps, *more))
    draws = {"sp1": 1800.0, "sp2": 800.0, "sp3": 500.0, "sp4": 100.0, "lp1": 300.0}
    values = {("electricity_power", name): np.full(6, draw) for name, draw in draws.items()}
    values["electricity_power", "sp2"][:2] = 19.0  # it stands
    values["electricity_power", "rp"] = np.full(6, 600.0)
    hours = with_recharge(channelled(values), here)
    assert hours.values(*RECHARGE) == pytest.approx(np.full(6, -9e4 * 600 / (0.8 * 1500)))


# -- the design's year


SUMMER, SUNNY = np.isin(MONTH, (5, 6, 7, 8, 9)), (CLOCK >= 9) & (CLOCK < 17)


def designed(plant, backup, heating=0.0, pumps=()):
    here = replace(plant, backups=(backup,), pumps=(*plant.pumps, *pumps))
    return design_recharge(here, year(heating))


def test_the_sun_recharges_by_day_in_summer_and_then_by_day(plant):
    """1224 hours of summer days, 1696 of other days, at a capacity of 1 kW."""
    sun = replace(SUN, heating=1e3, annual_design=612 * 3.6e6)
    assert designed(plant, sun) == pytest.approx(np.where(SUMMER & SUNNY, 500.0, 0.0))
    more = replace(sun, annual_design=(1224 + 848) * 3.6e6)
    expected = np.where(SUNNY, np.where(SUMMER, 1e3, 500.0), 0.0)
    assert designed(plant, more) == pytest.approx(expected)
    most = replace(sun, annual_design=(1224 + 1696 + 584) * 3.6e6)
    expected = np.where(SUNNY, 1e3, 100.0)  # 5840 hours are left
    assert designed(plant, most) == pytest.approx(expected)


def test_a_tower_goes_from_idle_nights_to_nights_to_idle_hours(plant):
    night = (CLOCK >= 20) | (CLOCK < 7)
    heat, cold, water = (np.where(hour == CLOCK, 1e4, 0.0) for hour in (5, 6, 12))
    load = heat + cold + water
    tower = replace(TOWER, cooling=1e3)
    for share, expected in (
        (9 * 0.5, np.where(night & (load == 0), 500.0, 0.0)),
        (9 + 2 * 0.5, np.where(night, np.where(load == 0, 1e3, 500.0), 0.0)),
        (11 + 12 * 0.5, np.where(night, 1e3, np.where(load == 0, 500.0, 0.0))),
        (23 + 0.5, np.where(night | (load == 0), 1e3, 500.0)),
    ):
        one = replace(tower, annual_design=share * 365 * 3.6e6)
        here = replace(plant, backups=(one,))
        found = design_recharge(here, LoadYear(YEAR_TIME, heat, cold, water))
        assert found == pytest.approx(-expected)


def test_other_heat_goes_into_the_ground_in_idle_summer_hours(plant):
    boiler = BackupRecord("b", "gas_boiler", heating=1e3, annual_design=153 * 11 * 3.6e6)
    load = np.where(np.isin(CLOCK, (5, 6)), 1e4, 0.0)
    own = (replace(PUMP, serves="b"),)
    found = designed(plant, boiler, load, own)
    assert found == pytest.approx(np.where(SUMMER & (load == 0), 500.0, 0.0))
    more = replace(boiler, annual_design=153 * 23 * 3.6e6)
    found = designed(plant, more, load, own)
    assert found == pytest.approx(np.where(SUMMER, np.where(load == 0, 1e3, 500.0), 0.0))


def test_the_record_s_mean_by_month_and_hour_tells_how_much_when(plant):
    """In January at three half as often as at five, and twice as much in February."""
    day = np.arange(8760) // 24
    shown = np.where((MONTH == 1) & (CLOCK == 5), -4e3, 0.0)
    shown = np.where((MONTH == 1) & (CLOCK == 3) & (day % 2 == 1), -4e3, shown)
    shown = np.where((MONTH == 2) & (CLOCK == 5), -8e3, shown)
    here = replace(plant, backups=(replace(TOWER, annual_design=3.6e9),))
    found = design_recharge(here, year(), (YEAR_TIME, shown))
    weight = np.where((MONTH == 1) & (CLOCK == 5), 4e3, 0.0)
    weight += np.where((MONTH == 1) & (CLOCK == 3), 4e3 * 15 / 31, 0.0)
    weight += np.where((MONTH == 2) & (CLOCK == 5), 8e3, 0.0)
    assert found == pytest.approx(-1e6 * weight / weight.sum())
    always = np.where(MONTH == 2, 8e3, 4e3)  # no hour of the record rests
    found = design_recharge(here, year(), (YEAR_TIME, -always))
    assert found == pytest.approx(-1e6 * always / always.sum())


def test_a_sum_is_shared_by_weights_and_passed_on_where_there_is_no_room():
    weight, wide = np.array([1.0, 2.0, 2.0, 0.0]), np.full(4, 99.0)
    assert _filled(10.0, weight, wide) == pytest.approx([2.0, 4.0, 4.0, 0.0])
    narrow = np.array([1.0, 5.0, 9.0, 9.0])
    assert _filled(10.0, weight, narrow) == pytest.approx([1.0, 4.5, 4.5, 0.0])
    narrow[1] = 4.0
    assert _filled(10.0, weight, narrow) == pytest.approx([1.0, 4.0, 5.0, 0.0])
    narrow[2] = 3.0
    assert _filled(10.0, weight, narrow) == pytest.approx([1.0, 4.0, 3.0, 0.0])
    assert _filled(10.0, weight, np.array([0.0, -1.0, 9.5, 9.0])) == pytest.approx(
        [0.0, 0.0, 9.5, 0.0]
    )
    second = _spread(3600.0 * 10.0, (np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.0, 3.0])), 4.0)
    assert second == pytest.approx([4.0, 2.0, 4.0])
