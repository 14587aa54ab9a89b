"""Rows of trials that cannot be: another story of the same run, a part that is not there."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from loopkeeper.lifecycle.commission.rows import contradictions, strange_parts
from loopkeeper.plant.records import Trial

KEPT = Trial(
    trial="rotation-lp1",
    mode="rotation",
    load_fraction=None,
    started_at=datetime(2026, 12, 2, 9, tzinfo=UTC),
    ended_at=None,
    quantity="flow",
    of="lp1",
    expected=None,
    found=12.0,
    unit="m3/h",
    accepted=True,
)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, False),
        ({"note": "seen by two"}, False),
        ({"found": 11.0}, True),
        ({"accepted": False}, True),
        ({"found": 11.0, "started_at": datetime(2026, 12, 3, 9, tzinfo=UTC)}, False),
        ({"found": 11.0, "quantity": "electricity_power"}, False),
        ({"found": None, "accepted": None}, False),
    ],
)
def test_another_story_of_the_same_run_is_refused_with_both(change, refused):
    told = list(contradictions([replace(KEPT, **change)], [KEPT]))
    assert bool(told) is refused
    if refused:
        assert told[0].figures["kept"] == "12 m3/h ✓"


def test_what_the_program_judged_may_be_told_anew():
    assert not list(
        contradictions([replace(KEPT, found=9.0)], [replace(KEPT, by="loopkeeper 0.1 2026-12-02")])
    )


def test_a_part_that_the_plant_has_not_is_named():
    rows = [replace(KEPT, of=of) for of in ("lp1", "lp9", "plant", "", "source", "header-2")]
    assert [one.figures["of"] for one in strange_parts(rows, {"lp1"})] == ["lp9"]
