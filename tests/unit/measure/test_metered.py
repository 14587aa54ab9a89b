"""Groups of meters: which is believed, what is added, and what backups make and draw."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.metered import (
    _beside,
    backup_useful,
    electric_backups,
    electricity_of,
    fuels,
    heat,
    machines,
    meters,
    parts_of,
    pumps,
    spent_in,
)
from loopkeeper.plant.machines import BackupRecord, Loop, MachineRecord, PumpRecord

POWER, ENERGY = "electricity_power", "electricity_energy"
GAS_KILOWATT_HOURS, JOULES = 9.85, 3.6e6


@pytest.fixture
def two(plant):
    return replace(plant, machines=(*plant.machines, MachineRecord(id="hp2")))


def backed(plant, **kinds):
    """The plant with backups by id; a kind may come with an efficiency."""
    records = []
    for name, text in kinds.items():
        kind, _, efficiency = text.partition(" ")
        records.append(BackupRecord(name, kind, efficiency=float(efficiency or 0) or None))
    return replace(plant, backups=tuple(records))


# -- electricity


def test_of_two_meters_that_say_the_same_the_better_covered_is_believed(channelled, plant):
    hours = channelled({(POWER, "hp1"): [1.0, np.nan, 3.0], (ENERGY, "hp1"): [5.0, 6.0, 7.0]})
    assert machines(hours, plant).channels == ((ENERGY, "hp1"),)
    alike = channelled({(ENERGY, "hp1"): [5.0], (POWER, "hp1"): [1.0]})
    assert machines(alike, plant).channels == ((POWER, "hp1"),)


def test_where_one_meter_is_silent_a_meter_of_more_stands_in(channelled, two):
    values = {(POWER, "hp1"): [1.0, np.nan, 3.0], (POWER, "hp2"): [10.0, 20.0, 30.0]}
    whole = {(POWER, "machines"): [99.0, 88.0, 77.0]}
    found = machines(channelled({**values, **whole}), two)
    assert found.values.tolist() == [11.0, 88.0, 33.0]
    assert found.channels == ((POWER, "hp1"), (POWER, "hp2"))
    assert found.signs == (1, 1)
    assert machines(channelled(values), two).values == pytest.approx([11, np.nan, 33], nan_ok=True)
    assert machines(channelled(whole), two).values.tolist() == [99.0, 88.0, 77.0]


def test_what_no_meter_holds_is_named(channelled, two):
    found = electricity_of(channelled({(POWER, "hp1"): [1.0]}), two, "machines", "load-pumps")
    assert found.values is None
    assert found.name == "machines+load-pumps"
    assert found.missing == (
        "electricity_power / electricity_energy @ hp2",
        "electricity_power / electricity_energy @ lp1",
    )


def test_a_standby_pump_without_a_meter_rests(channelled, plant):
    spare = PumpRecord(id="sp2", loop=Loop.SOURCE, flow=0.01, head=9.0, power=1.0, standby=True)
    here = replace(plant, pumps=(*plant.pumps, spare))
    one = {(POWER, "sp1"): [5.0]}
    assert pumps(channelled(one), here, "source").values.tolist() == [5.0]
    both = channelled({**one, (POWER, "sp2"): [2.0]})
    assert pumps(both, here, "source").values.tolist() == [7.0]
    assert pumps(both, here, "load").values is None


@pytest.mark.parametrize(
    ("less", "share", "hours", "beside"),
    [
        (0.69, 11, 100, True),
        (0.69, 10, 100, False),
        (0.71, 100, 100, False),
        (0.69, 100, 50, True),
        (0.69, 100, 49, False),
    ],
)
def test_a_meter_that_reads_less_than_a_part_does_not_hold_it(less, share, hours, beside):
    """In more than a tenth of fifty hours and more less than seven tenths of the part."""
    own = np.where(np.arange(120) < hours, 10.0, 1.9)  # which rests below a fifth
    whole = np.where(np.arange(120) < share, less * 10.0, 20.0)
    whole[hours:] = 0.0
    assert _beside(whole, own) is beside
    unknown = np.where(np.arange(120) < 75, np.nan, whole)
    assert not _beside(unknown, own)


def test_a_pump_beside_the_loop_s_meter_is_added_with_its_channel(channelled, plant):
    solar = PumpRecord(id="rp", loop=Loop.SOURCE, flow=0.01, head=9.0, power=1.0, serves="sun")
    here = replace(
        plant, pumps=(*plant.pumps, solar), backups=(BackupRecord("sun", "solar", heating=1e4),)
    )
    own = np.where(np.arange(80) == 3, np.nan, 10.0)
    hours = channelled({(POWER, "source"): np.full(80, 4.0), (POWER, "rp"): own})
    found = pumps(hours, here, "source")
    assert found.values.tolist() == [14.0] * 3 + [4.0] + [14.0] * 76
    assert found.channels == ((POWER, "source"), (POWER, "rp"))
    assert len(found.signs) == 2


# -- heat of backups


def test_each_backup_makes_heat_or_cold_by_its_kind(channelled, plant):
    here = backed(plant, b="gas_boiler", c="chiller", s="solar", t="cooling_tower")
    values = {("heat_power", "b"): [-5.0, 6.0], ("cooling_energy", "c"): [-2.0, 3.0]}
    values |= {("heat_power", name): [100.0, 100.0] for name in ("s", "t")}
    hours = channelled(values)
    assert backup_useful(hours, here, "heating").values.tolist() == [5.0, 6.0]
    assert backup_useful(hours, here, "cooling").values.tolist() == [2.0, 3.0]
    assert backup_useful(hours, here, "heating", electric=True).values.tolist() == [0.0, 0.0]
    assert backup_useful(hours, plant, "heating").values.tolist() == [0.0, 0.0]


def test_a_backup_that_serves_the_ground_serves_no_building(channelled, plant):
    warm = replace(plant.pumps[0], id="rp", serves="b")
    here = replace(backed(plant, b="gas_boiler"), pumps=(*plant.pumps, warm))
    hours = channelled({("heat_power", "b"): [5.0]})
    assert backup_useful(hours, here, "heating").values.tolist() == [0.0]


def test_heat_that_is_not_metered_is_what_was_drawn_times_the_efficiency(channelled, plant):
    here = backed(plant, a="gas_boiler 0.9", b="electric_boiler", c="electric_heater 0.97")
    values = {
        ("gas_volume", "a"): [1e-4],
        (POWER, "b"): [1000.0],
        ("heat_energy", "c"): [77.0],
        (POWER, "c"): [500.0],
    }
    found = backup_useful(channelled(values), here, "heating")
    gas = 1e-4 * GAS_KILOWATT_HOURS * JOULES
    assert found.values == pytest.approx([0.9 * gas + 1000.0 + 77.0])
    assert found.channels == (("gas_volume", "a"), (POWER, "b"), ("heat_energy", "c"))
    del values["heat_energy", "c"]
    found = backup_useful(channelled(values), here, "heating")
    assert found.values == pytest.approx([0.9 * gas + 1000.0 + 0.97 * 500.0])
    only = backup_useful(channelled(values), here, "heating", electric=True)
    assert only.values == pytest.approx([1000.0 + 0.97 * 500.0])
    unknown = backed(plant, a="gas_boiler", b="electric_boiler")
    assert backup_useful(channelled(values), unknown, "heating").values is None
    chilled = backed(plant, c="chiller 3.0")
    assert backup_useful(channelled(values), chilled, "cooling").values == pytest.approx([1500.0])


def test_a_meter_of_all_backups_stands_in_for_their_own(channelled, plant):
    here = backed(plant, a="gas_boiler", b="gas_boiler")
    common = {("heat_power", "backup"): [9.0, 8.0]}
    single = {("heat_power", "a"): [1.0, np.nan], ("heat_energy", "b"): [2.0, 3.0]}
    assert backup_useful(channelled(common), here, "heating").values.tolist() == [9.0, 8.0]
    both = backup_useful(channelled({**common, **single}), here, "heating")
    assert both.values.tolist() == [3.0, 8.0]
    assert both.channels == (("heat_power", "a"), ("heat_energy", "b"))
    none = backup_useful(channelled({("heat_power", "a"): [1.0]}), here, "heating")
    assert none.missing == ("backup_heat_power / heat_power @ b",)


# -- what backups and parts draw


def test_fuel_is_gas_by_its_heating_value_and_bought_heat(channelled, plant):
    here = backed(plant, g="gas_boiler", n="heat_network", e="electric_boiler")
    hours = channelled({("gas_volume", "g"): [2e-4], ("heat_energy", "n"): [50.0]})
    found = fuels(hours, here)
    assert set(found) == {"g", "n"}
    assert found["g"].values == pytest.approx([2e-4 * GAS_KILOWATT_HOURS * JOULES])
    assert found["n"].values.tolist() == [50.0]
    assert fuels(channelled({("flow", "load"): [1.0]}), here)["g"].values is None


def test_towers_draw_electricity_where_they_are_metered(channelled, plant):
    here = backed(plant, g="gas_boiler", e="electric_boiler", t="cooling_tower", s="solar")
    assert electric_backups(channelled({(POWER, "e"): [1.0]}), here) == ["e"]
    assert electric_backups(channelled({(ENERGY, "t"): [1.0]}), here) == ["e", "t"]
    assert parts_of(here, "backup") == parts_of(here, "electric_backup") == {"e", "t"}


def test_parts_of_a_boundary_draw_what_their_meters_say(channelled, plant):
    here = backed(plant, g="gas_boiler", e="electric_boiler")
    hours = channelled(
        {
            ("gas_volume", "g"): [1e-4],
            (POWER, "e"): [7.0],
            (POWER, "sp1"): [3.0],
            (POWER, "lp1"): [4.0],
            (POWER, "terminals"): [5.0],
        }
    )

    def drawn(name, at=hours, of=here):
        return [None if g.values is None else float(g.values[0]) for g in spent_in(at, of, name)]

    assert drawn("backup") == pytest.approx([1e-4 * GAS_KILOWATT_HOURS * JOULES, 7.0])
    assert drawn("electric_backup") == [7.0]
    assert drawn("backup", of=plant) == drawn("electric_backup", of=plant) == []
    assert (drawn("source_pumps"), drawn("load_pumps")) == ([3.0], [4.0])
    assert drawn("terminals") == [5.0]
    assert drawn("buffer_pumps") == []
    assert meters(hours, here, "terminals")
    assert not meters(hours, here, "buffer_pumps")
    assert parts_of(here, "source_pumps") == {"sp1"}
    assert parts_of(here, "buffer_pumps") == {"buffer-pumps"}
    assert drawn("backup", at=channelled({(POWER, "sp1"): [3.0]})) == [None, None]


def test_heat_of_a_loop_is_signed_or_its_meters_are_named(channelled):
    hours = channelled({("heat_power", "load"): [5.0, -3.0]})
    assert heat(hours, "load").values.tolist() == [5.0, -3.0]
    assert heat(hours, "load").channels == (("heat_power", "load"),)
    assert heat(hours, "source").values is None
    assert heat(hours, "source").missing == (
        "heat_power / heat_energy / flow + supply_temperature + return_temperature @ source",
    )
