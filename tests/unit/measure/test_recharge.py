"""Recharge and relief: by meter, by pump, by design."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.kpi_loop import thermal_balance_ratio
from loopkeeper.measure.metered import pumps
from loopkeeper.measure.operation import operation
from loopkeeper.measure.recharge import RECHARGE, with_recharge
from loopkeeper.measure.recharge_year import design_recharge
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.machines import BackupRecord, Loop, PumpRecord

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
