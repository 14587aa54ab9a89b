"""What a ledger tells of holes one by one, and what is supposed of the others, by hand."""

import numpy as np
import pytest

from loopkeeper.lifecycle.build.as_found import (
    PRIORS,
    expected,
    numbered,
    on_record,
    si_value,
    supposed,
)
from loopkeeper.plant.holes import FieldHoles
from loopkeeper.plant.records import LedgerCheck


def field(count):
    ones = np.ones(count)
    return FieldHoles(
        x=5.0 * np.arange(count),
        y=0.0 * ones,
        lengths=100.0 * ones,
        diameters=0.15 * ones,
        grout=1.6 * ones,
    )


def row(item, check="active_length", found="90", unit="m", kind="borehole"):
    return LedgerCheck(item=item, item_kind=kind, check=check, drawn="100", found=found, unit=unit)


def test_a_hole_is_the_number_at_the_end_of_its_name_where_that_is_clear():
    assert numbered(("H-02", "孔1号"), 3) == ({"H-02": 1, "孔1号": 0}, ())
    twice = numbered(("A-1", "B-1", "B-9"), 3)
    assert twice == ({"A-1": 0, "B-1": 1, "B-9": 2}, ())
    assert numbered(("a", "b"), 1) == ({"a": 0}, ("b",))


def test_of_one_hole_the_last_record_counts_in_whatever_unit():
    rows = [
        row("H1", found="70"),
        row("H1", found="9000", unit="cm"),
        row("H2", check="diameter", found="165", unit="mm"),
        row("H2", check="grout_conductivity", found="1.2", unit="W/(m·K)"),
        row("H3", check="x", found="10.4"),
        row("H1", kind="well"),
        row("H2", check="pressure_test_1_drop", found="1", unit="%"),
    ]
    record = on_record(field(3), rows)
    assert record.ratios["active_length"][0] == pytest.approx(0.9)
    assert record.ratios["diameter"][1] == pytest.approx(1.1)
    assert record.ratios["grout_conductivity"][1] == pytest.approx(0.75)
    assert record.x.tolist() == [0.0, 5.0, 10.4]
    assert (record.told("active_length"), record.unrecorded) == (1, 2)
    assert (record.unread, record.beyond) == ((), ())


@pytest.mark.parametrize(
    ("found", "unit"), [("deep", "m"), ("nan", "m"), ("90", "leagues-of-old"), ("9", "m")]
)
def test_what_is_no_likely_number_is_counted_and_left_out(found, unit):
    record = on_record(field(2), [row("H1", found=found, unit=unit)])
    assert len(record.unread) == 1
    assert record.told("active_length") == 0


def test_a_hole_measured_from_another_corner_stays_where_it_is_drawn():
    record = on_record(field(2), [row("H1", check="x", found="4412.0")])
    assert record.x.tolist() == [0.0, 5.0]
    assert len(record.unread) == 1


def test_holes_found_within_one_another_stay_where_they_are_drawn():
    rows = [row("H1", check="x", found="4.9"), row("H3", check="x", found="10.5")]
    assert on_record(field(3), rows).x.tolist() == [0.0, 5.0, 10.5]


def test_a_hole_of_no_length_was_given_up():
    holes = expected(on_record(field(2), [row("H1", found="0"), row("H2", found="100")]))
    assert holes.total_length == pytest.approx(100.5)


def test_a_number_without_a_unit_is_in_si():
    assert si_value(row("H1", found="98.5", unit="")) == 98.5


def test_what_is_not_recorded_is_expected_between_the_records_and_the_prior():
    record = on_record(field(10), [row(f"H{n}") for n in range(1, 6)])
    holes = expected(record)
    # five records of 0.9 and a prior of 1.0 that is worth five
    assert holes.lengths[:5] == pytest.approx(90.0)
    assert holes.lengths[5:] == pytest.approx(95.0)
    assert expected(on_record(field(3), [])).lengths == pytest.approx(100.0)


def test_unrecorded_holes_are_drawn_like_the_recorded_ones_and_the_prior(rng):
    record = on_record(field(200), [row(f"H{n}") for n in range(1, 101)])
    drawn = supposed(record, rng, 4000)["active_length"]
    assert np.all(drawn[:, :100] == pytest.approx(0.9))
    unknown = drawn[:, 100:]
    worth = PRIORS["active_length"].holes
    assert unknown.mean() == pytest.approx((100 * 0.9 + worth) / (100 + worth), abs=5e-4)
    assert np.mean(np.abs(unknown - 0.9) < 1e-9) > 0.9


def test_two_sorts_of_holes_stay_two_sorts(rng):
    rows = [row(f"H{n}", found="80" if n % 2 else "100") for n in range(1, 81)]
    drawn = supposed(on_record(field(100), rows), rng, 500)["active_length"][:, 80:]
    sorts = (np.abs(drawn - 0.8) < 1e-9) | (np.abs(drawn - 1.0) < 1e-9)
    assert sorts.mean() > 0.9


def test_nothing_recorded_is_the_prior_alone(rng):
    drawn = supposed(on_record(field(400), []), rng, 2000)["active_length"]
    prior = PRIORS["active_length"]
    assert drawn.mean() == pytest.approx(1.0, abs=3e-3)
    assert drawn.mean(axis=1).std() == pytest.approx(prior.common, rel=0.1)


def test_holes_without_a_record_stand_as_far_apart_as_the_others_were_found():
    """Every second hole of a line of eleven surveyed, drilled at four fifths of 5 m."""
    drawn = field(11)
    rows = [
        one
        for n in range(0, 11, 2)
        for one in (
            row(f"H{n + 1}", check="x", found=f"{4.0 * n:.1f}"),
            row(f"H{n + 1}", check="y", found="0"),
        )
    ]
    record = on_record(drawn, rows)
    assert record.spacing == pytest.approx(0.8)
    assert record.placed == 6
    assert np.diff(record.x) == pytest.approx(4.0)
    assert record.x.mean() == pytest.approx(25.0)  # nobody knows where the line begins
