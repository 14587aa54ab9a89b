"""Fleet statistics by hand: spread, outliers, ranks, the share of the seven kinds."""

import pytest

from loopkeeper.lifecycle.evaluate.fleet import (
    INDUSTRY,
    Member,
    cause_shares,
    outliers,
    ranks,
    spreads,
)
from loopkeeper.measure.uncertainty import Estimate


def plant(name, cop, use="office", causes=None):
    figures = {"cop": None if cop is None else Estimate.exact(cop)}
    return Member(
        id=name,
        name=name,
        group={"use": use},
        figures=figures,
        coverage=1.0,
        reasons=(),
        causes=causes,
    )


FLEET = [plant(f"p{n}", cop) for n, cop in enumerate([3.0, 3.2, 3.4, 3.6, 3.8])]


def test_quartiles_by_hand_and_groups_of_five():
    (one,) = spreads([*FLEET, plant("blind", None)], "cop")
    assert (one.count, one.low, one.quarter, one.median, one.three_quarters, one.high) == (
        5,
        3.0,
        3.2,
        3.4,
        3.6,
        3.8,
    )
    assert spreads(FLEET[:4], "cop") == ()
    school = [plant(f"s{n}", 4.0 + n, "school") for n in range(5)]
    groups = {s.group: s.median for s in spreads([*FLEET, *school], "cop", "use")}
    assert groups == {"office": 3.4, "school": 6.0}


def test_one_bad_plant_stands_out_and_does_not_move_the_yardstick():
    found = outliers([*FLEET, plant("bad", 1.0)], "cop")
    assert [o.plant for o in found] == ["bad"]
    # median 3.3, absolute deviations .1 .1 .3 .3 .5 2.3: their median .3
    assert found[0].score == pytest.approx(0.6745 * (1.0 - 3.3) / 0.3)
    assert outliers(FLEET, "cop") == ()
    assert outliers([plant(f"p{n}", 3.0) for n in range(6)], "cop") == ()


def test_ranks_go_from_lowest_to_highest():
    assert ranks([*FLEET, plant("blind", None)], "cop") == {
        "p0": 0.0,
        "p1": 0.25,
        "p2": 0.5,
        "p3": 0.75,
        "p4": 1.0,
    }


def test_shares_of_the_kinds_by_plant_and_by_energy():
    members = [
        plant("a", 3.0, causes={"design": 10e3, "operation": 30e3}),
        plant("b", 3.0, causes={"operation": 20e3}),
        plant("c", 3.0, causes={"hydraulic": 40e3, "design": -5e3}),
        plant("sound", 3.0, causes={}),
        plant("unknown", 3.0),
    ]
    by_plant, by_energy, count = cause_shares(members)
    assert count == 4
    assert by_plant["operation"] == pytest.approx(2 / 3)
    assert by_plant["hydraulic"] == pytest.approx(1 / 3)
    assert by_energy["operation"] == pytest.approx(0.5)
    assert by_energy["design"] == pytest.approx(0.1)
    assert sum(by_energy.values()) == pytest.approx(1)
    assert cause_shares(members[-1:])[2] == 0
    assert sum(INDUSTRY.values()) == pytest.approx(1)
