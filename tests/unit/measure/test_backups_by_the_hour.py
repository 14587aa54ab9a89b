"""What backups gave and drew by the hour, and who carried the load alone."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.backup_energy import backup_energy, carried_alone
from loopkeeper.plant.machines import BackupRecord

HP = ("electricity_power", "hp1")


@pytest.fixture
def mixed(plant):
    """Two gas boilers, bought heat, an electric boiler and a chiller."""
    kinds = {
        "g1": "gas_boiler",
        "g2": "gas_boiler",
        "n1": "heat_network",
        "e1": "electric_boiler",
        "c1": "chiller",
    }
    return replace(plant, backups=tuple(BackupRecord(n, kind) for n, kind in kinds.items()))


def metered():
    two = np.ones(2)
    return {
        ("gas_volume", "g1"): 1e-4 * two,
        ("gas_volume", "g2"): 3e-4 * two,
        ("backup_heat_power", "g1"): 3e3 * two,
        ("backup_heat_power", "g2"): 9e3 * two,
        ("heat_power", "n1"): 7e3 * two,
        ("electricity_power", "e1"): 5e3 * two,
        ("backup_heat_power", "e1"): 4e3 * two,
        ("electricity_power", "c1"): 2e3 * two,
        ("heat_power", "c1"): -8e3 * two,
    }


def test_every_backup_gives_heat_or_cold_and_draws_its_own(channelled, mixed):
    """Gas of 9.85 kWh/m³: 0.4 L/s are 14.184 kW."""
    found = backup_energy(channelled(metered()), mixed)
    assert found.heat.tolist() == pytest.approx([23e3] * 2)
    assert found.cold.tolist() == pytest.approx([8e3] * 2)
    assert found.electricity.tolist() == pytest.approx([7e3] * 2)
    assert {k: v.tolist() for k, v in found.fuels.items()} == {
        "gas": pytest.approx([4e-4 * 9.85 * 3.6e6] * 2),
        "heat": pytest.approx([7e3] * 2),
    }
    assert found.missing == ()


def test_what_nothing_meters_is_named_once_and_counts_as_nothing(channelled, mixed):
    rows = metered()
    del rows["gas_volume", "g2"], rows["electricity_power", "c1"], rows["heat_power", "c1"]
    found = backup_energy(channelled(rows), mixed)
    assert found.cold.tolist() == [0.0, 0.0]
    assert found.electricity.tolist() == [0.0, 0.0]
    assert found.fuels["gas"].tolist() == pytest.approx([1e-4 * 9.85 * 3.6e6] * 2)
    assert [m.rpartition("@ ")[2] for m in found.missing] == ["c1", "c1", "g2"]
    bare = backup_energy(channelled({HP: np.ones(2)}), mixed)
    assert len(set(bare.missing)) == len(bare.missing)


@pytest.mark.parametrize(("idle", "alone"), [(99.0, True), (101.0, False)])
def test_machines_that_draw_a_hundredth_of_their_usual_stand_still(channelled, plant, idle, alone):
    """10 kW is usual: the median of running hours, not of all."""
    chilled = replace(plant, backups=(BackupRecord("c1", "chiller"),))
    rows = {HP: [10e3, 10e3, 10e3, idle, 0.0, 0.0, 0.0, 0.0, 0.0]}
    rows["heat_power", "c1"] = [-5e3, 0.0, np.nan, -5e3, 0.0, -5e3, 0.0, np.nan, 0.0]
    found = carried_alone(channelled(rows), chilled)
    assert np.flatnonzero(found).tolist() == ([3, 5] if alone else [5])


def test_heat_or_cold_of_a_backup_carries_the_load(channelled, plant):
    both = replace(
        plant, backups=(BackupRecord("c1", "chiller"), BackupRecord("e1", "electric_boiler"))
    )
    rows = {
        HP: [0.0, 0.0, 0.0, 0.0],
        ("heat_power", "c1"): [-5e3, 0.0, np.nan, 0.0],
        ("heat_power", "e1"): [0.0, 5e3, 5e3, 0.0],
    }
    assert carried_alone(channelled(rows), both).tolist() == [True, True, True, False]
    del rows[HP]
    assert carried_alone(channelled(rows), both).tolist() == [False] * 4
