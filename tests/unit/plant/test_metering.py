"""What meters hold, and how they add up to what is asked for."""

import pytest

from loopkeeper.plant.machines import BackupRecord, Loop, MachineRecord, PumpRecord
from loopkeeper.plant.metering import compose, parts_behind
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import place_known
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source

PLANT = Plant(
    site=Site(id="p", name="P", timezone="UTC"),
    source=Source(kind=SourceKind.BOREHOLE_FIELD),
    machines=(MachineRecord(id="hp1"), MachineRecord(id="hp2")),
    pumps=(
        PumpRecord(id="sp1", loop=Loop.SOURCE, flow=0.01, head=10.0, power=1e3),
        PumpRecord(id="sp2", loop=Loop.SOURCE, flow=0.01, head=10.0, power=1e3, standby=True),
        PumpRecord(id="lp1", loop=Loop.LOAD, flow=0.01, head=10.0, power=1e3),
    ),
    backups=(BackupRecord("ih1", "electric_boiler", efficiency=1.0),),
)


@pytest.mark.parametrize(
    ("of", "parts"),
    [
        ("hp1", {"hp1"}),
        ("machines", {"hp1", "hp2"}),
        ("hp1+sp1 + sp2", {"hp1", "sp1", "sp2"}),
        ("machines＋pumps", {"hp1", "hp2", "sp1", "sp2", "lp1"}),
        ("plant", {"hp1", "hp2", "sp1", "sp2", "lp1", "ih1"}),
        ("source-pumps、terminals", {"sp1", "sp2", "terminals"}),
    ],
)
def test_a_meter_may_hold_several_parts(of, parts):
    assert parts_behind(of, PLANT) == parts


@pytest.mark.parametrize("of", ["load", "zone-1", "hp1+attic", ""])
def test_what_draws_no_energy_is_no_part(of):
    assert parts_behind(of, PLANT) is None


def test_places_of_the_point_list_may_be_joined():
    ids = {"hp1", "sp1"}
    assert place_known("hp1+sp1", ids)
    assert not place_known("hp1+attic", ids)


def sets(*texts):
    return [frozenset(t.split()) for t in texts]


@pytest.mark.parametrize(
    ("target", "meters", "signs"),
    [
        ("a b", ["a", "b", "a b"], {0: 1, 1: 1}),
        ("a b", ["a b", "c"], {0: 1}),
        ("a", ["a b c", "b", "c"], {0: 1, 1: -1, 2: -1}),
        ("a b", ["a c", "b", "c"], {0: 1, 1: 1, 2: -1}),
        ("a b", ["a", "b c"], {}),
        ("a", [], {}),
    ],
)
def test_meters_add_up_or_they_do_not(target, meters, signs):
    assert compose(frozenset(target.split()), sets(*meters)) == signs


def test_few_meters_may_be_preferred():
    assert compose(frozenset("ab"), sets("a", "b", "a b"), whole=True) == {2: 1}
