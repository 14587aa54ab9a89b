"""What a ledger tells of a field as a whole, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.lifecycle.build.field_works import field_works, on_found_holes
from loopkeeper.measure.case import UNRECORDED, Recorded
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.site import SourceKind
from loopkeeper.virtual.templates import template

HOLES, DRAWN = 90, 110.0
"""Of the office, and their active length. [m]"""


def rows(check, found, drawn="110", unit="m"):
    return tuple(
        LedgerCheck(
            item=f"H-{n + 1:03d}",
            item_kind="borehole",
            check=check,
            drawn=drawn,
            found=f"{value:g}",
            unit=unit,
        )
        for n, value in enumerate(found)
    )


@pytest.fixture(scope="module")
def drawn():
    plant = template("office").plant
    assert (plant.source.field.count, plant.source.field.length) == (HOLES, DRAWN)
    return plant, assemble(plant)[0]


def told(drawn, *ledger):
    plant, model = drawn
    return field_works(replace(plant, ledger=sum(ledger, ())), model)


def test_a_ledger_without_holes_tells_nothing(drawn):
    assert told(drawn) == UNRECORDED
    assert told(drawn, rows("drilled_depth", [90.0])) == UNRECORDED
    wells = template("office", SourceKind.WELL_GROUP).plant
    pumped = replace(wells, ledger=rows("active_length", [90.0]))
    assert field_works(pumped, assemble(wells)[0]) == UNRECORDED


@pytest.mark.parametrize(
    ("check", "found", "failed"),
    [
        ("seal_test", "no", True),
        ("seal_test", "yes", False),
        ("pressure_test_1_drop", "8.2", True),
        ("pressure_test_1_drop", "1.2", False),
        ("depth", "1", False),
    ],
)
def test_a_seal_that_failed_its_test_is_told(check, found, failed):
    wells = template("office", SourceKind.SINGLE_WELL).plant
    record = LedgerCheck(item="W1", item_kind="well", check=check, drawn="90", found=found)
    known = field_works(replace(wells, ledger=(record,)), assemble(wells)[0])
    assert known == replace(UNRECORDED, seal_failed=failed)


def test_half_of_the_holes_on_record_at_nine_tenths_tell_of_the_other_half(drawn):
    found = told(drawn, rows("active_length", [99.0] * 45))
    assert (found.length.factor, found.length.share) == pytest.approx((0.9, 0.5))
    # the other half like them as far as 45 records outweigh a prior worth five holes
    assert found.length.of_field == pytest.approx(0.5 * 0.9 + 0.5 * (45 * 0.9 + 5) / 50)
    assert not found.as_drawn


def test_one_short_hole_of_ninety_tells_little_of_the_others(drawn):
    found = told(drawn, rows("active_length", [99.0]))
    assert found.length.of_field == pytest.approx(1 - 0.1 * (1 / 90 + 89 / 90 / 6))
    assert found.as_drawn


def test_places_drawn_together_by_a_fifth_shrink_the_mean_distance_by_a_fifth(drawn):
    x, y = np.array(drawn[0].source.field.positions).T
    middle = x.mean(), y.mean()
    narrow = [m + 0.8 * (one - m) for one, m in zip((x, y), middle, strict=True)]
    found = told(drawn, rows("x", narrow[0]), rows("y", narrow[1]))
    assert (found.spacing.factor, found.spacing.share) == pytest.approx((0.8, 1.0))
    assert (found.length, found.resistance) == (Recorded(), Recorded())


def test_a_poor_grout_on_record_raises_the_resistance_but_less_than_in_proportion(drawn):
    """Pipe, film and ground stay; at most all of R_b is the grout's and goes with 1 over it."""
    drawn_grout = drawn[0].source.field.grout_conductivity
    found = told(drawn, rows("grout_conductivity", [0.7 * drawn_grout] * 30, unit="W/(m·K)"))
    assert 1.1 < found.resistance.factor < 1 / 0.7
    assert found.resistance.share == pytest.approx(1 / 3)


def test_holes_that_were_not_filled_resist_the_more(drawn):
    """Two thirds of the volume pumped: one and a half times R_b*; more than whole is whole."""
    found = told(drawn, rows("grout_volume_ratio", [0.6, 0.7] * 9, unit="-"))
    assert found.resistance.factor == pytest.approx(1 / 0.65)
    assert found.resistance.share == pytest.approx(18 / HOLES)
    assert told(drawn, rows("grout_volume_ratio", [1.1] * 18, unit="-")).as_drawn


def test_a_field_within_two_percent_stands_as_drawn(drawn):
    assert told(drawn, rows("active_length", [108.0] * HOLES)).as_drawn
    assert not told(drawn, rows("active_length", [107.5] * HOLES)).as_drawn


def test_a_plant_on_found_holes_has_their_metres(drawn):
    plant, model = drawn
    lengths = [88.0] * 18 + [DRAWN] * 72
    short = replace(plant, ledger=rows("active_length", lengths))
    found = on_found_holes(short, model)
    assert found.field_source.total_length == pytest.approx(sum(lengths))
    assert on_found_holes(plant, model) is model


def test_loops_whose_last_pressure_test_failed_are_not_tight(drawn):
    """Eighteen of ninety on record, three of which lost more than 3 %; a later test that holds."""
    lost = rows("pressure_test_2_drop", [1.0] * 15 + [20.0, 35.0, 4.0], "3", "%")
    found = told(drawn, lost)
    assert found.tight == Recorded(1 - 3 / 18, 18 / 90, 18 / 23)
    assert not found.as_drawn
    mended = told(drawn, lost, rows("pressure_test_2_drop", [0.5] * 18, "3", "%"))
    assert mended.tight == Recorded(1.0, 18 / 90, 18 / 23)
    assert mended.as_drawn
