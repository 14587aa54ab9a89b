"""Which backups serve the ground, which way, and the pump of each."""

from dataclasses import replace

import pytest

from loopkeeper.plant.machines import BackupRecord, Loop, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.recharge import serving_ground
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source

TOWER = BackupRecord("ct", "cooling_tower", cooling=9e5, annual_design=3.6e12)
SUN = BackupRecord("sun", "solar", heating=4e5, annual_design=1e12)
DUTY = tuple(
    PumpRecord(id=f"sp{n}", loop=Loop.SOURCE, flow=0.013, head=30.0, power=7e3) for n in (1, 2, 3)
)
SPARE = PumpRecord(id="rp", loop=Loop.SOURCE, flow=0.044, head=12.0, power=15e3)


def plant(*backups, pumps=(*DUTY, SPARE), flow=0.039):
    return Plant(
        site=Site(id="p", name="P", timezone="UTC"),
        source=Source(kind=SourceKind.BOREHOLE_FIELD, design_flow=flow),
        machines=tuple(MachineRecord(id=f"hp{n}") for n in (1, 2, 3)),
        pumps=pumps,
        backups=backups,
    )


def test_the_pump_beside_the_machines_is_the_backups():
    (service,) = serving_ground(plant(TOWER))
    assert (service.backup, service.sign, service.pump) == (TOWER, -1.0, SPARE)
    assert service.capacity == 9e5


def test_the_sun_puts_heat_in_a_boiler_does_not():
    (service,) = serving_ground(plant(SUN, BackupRecord("gb", "gas_boiler", heating=1e6)))
    assert (service.backup, service.sign, service.capacity) == (SUN, 1.0, 4e5)


def test_a_tower_without_yearly_energy_or_pump_is_no_relief():
    bare = replace(TOWER, annual_design=None)
    assert serving_ground(plant(bare, pumps=DUTY)) == ()
    assert serving_ground(plant(bare))[0].pump == SPARE


def test_what_a_pump_serves_is_stated_outright():
    network = BackupRecord("dh", "heat_network", heating=5e5)
    stated = replace(DUTY[0], serves="dh")
    (service,) = serving_ground(plant(network, pumps=(stated, *DUTY[1:])))
    assert (service.backup, service.sign, service.pump) == (network, 1.0, stated)


@pytest.mark.parametrize(
    "pumps",
    [
        DUTY,
        (*DUTY, SPARE, replace(SPARE, id="x")),
        (*DUTY, replace(DUTY[0], id="sp4")),
        (*DUTY[:2], replace(DUTY[2], flow=0.03), SPARE),
    ],
    ids=["none beside", "two beside", "all alike", "others unlike"],
)
def test_a_pump_that_is_not_plain_is_nobodys(pumps):
    assert serving_ground(plant(TOWER, pumps=pumps))[0].pump is None


def test_two_backups_share_no_unnamed_pump():
    assert [s.pump for s in serving_ground(plant(TOWER, SUN))] == [None, None]
