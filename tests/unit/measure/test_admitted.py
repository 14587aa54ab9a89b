"""Stretches of what a point says, and the hours they are laid on."""

import numpy as np
import polars as pl
import pytest

from loopkeeper.measure.admitted import SECOND, Admitted, Flag, Segments, stamp
from loopkeeper.measure.averaging import StepAxis, integrate, step_mean
from loopkeeper.plant.points import Point, Statistic


def stretches(*rows):
    """Stretches as ``(start, end, value, flag)``, in minutes."""
    start, end, value, flag = (np.array(c) for c in zip(*rows, strict=True))
    return Segments(
        (start * 60 * SECOND).astype(np.int64),
        (end * 60 * SECOND).astype(np.int64),
        value.astype(float),
        flag.astype(np.uint8),
    )


def in_a_row(*rows):
    return stretches(*((10 * n, 10 * n + 10, value, flag) for n, (value, flag) in enumerate(rows)))


def test_good_and_spread_stretches_are_usable_where_they_have_a_value():
    flags = list(Flag)
    some = in_a_row(*[(float(f), f) for f in flags], (np.nan, 0))
    assert [f.name for f in flags] == ["GOOD", "SPREAD", "RANGE", "STUCK", "JUMP", "RESET"]
    assert some.usable().value.tolist() == [0.0, 1.0]
    assert some.usable().start.tolist() == [0, 600 * SECOND]
    assert some.usable().end.tolist() == [600 * SECOND, 1200 * SECOND]
    assert some.good().flag.tolist() == [0, 0]
    whole = in_a_row((5.0, 0), (6.0, 1))
    assert whole.usable() is whole


def test_the_length_of_a_stretch_is_in_seconds():
    assert stretches((0, 10, 1.0, 0), (10, 10.5, 1.0, 0)).seconds.tolist() == [600.0, 30.0]


def test_a_value_holds_from_its_start_until_just_before_its_end():
    one = stretches((1, 2, 7.0, 0), (4, 5, 9.0, 0))
    at = np.array([0.9, 1.0, 1.99, 2.0, 3.9, 4.0, 5.0]) * 60 * SECOND
    found = one.at(at.astype(np.int64))
    assert found == pytest.approx([np.nan, 7, 7, np.nan, np.nan, 9, np.nan], nan_ok=True)
    alone = stretches((1, 2, 7.0, 0)).at(np.array([60 * SECOND]))
    assert alone.tolist() == [7.0]
    nothing = Segments(*[np.zeros(0, np.int64)] * 4).at(np.arange(3))
    assert np.isnan(nothing).tolist() == [True] * 3


@pytest.mark.parametrize(("refused", "drawn"), [(3, True), (4, False)])
def test_three_refused_in_a_row_are_drawn_through(refused, drawn):
    """From 10 to 50 over so many that are refused, or not known."""
    bad = [(99.0, Flag.STUCK), (np.nan, 0), (99.0, Flag.RANGE), (99.0, Flag.JUMP)][:refused]
    some = in_a_row((10.0, 0), *bad, (50.0, 0), (7.0, 1))
    found = some.bridged()
    if not drawn:
        assert found.flag.tolist() == some.flag.tolist()
        return
    assert found.value.tolist() == [10.0, 20.0, 30.0, 40.0, 50.0, 7.0]
    assert found.flag.tolist() == [0, 1, 1, 1, 0, 1]
    assert found.start is some.start


def test_what_is_refused_at_an_end_or_throughout_is_not_drawn():
    ends = in_a_row((1.0, 3), (10.0, 0), (1.0, 3), (30.0, 0), (1.0, 3))
    assert ends.bridged().value.tolist() == [1.0, 10.0, 20.0, 30.0, 1.0]
    assert ends.bridged().flag.tolist() == [3, 0, 1, 0, 3]
    nothing = in_a_row((1.0, 3), (2.0, 3))
    assert nothing.bridged() is nothing
    sound = in_a_row((1.0, 0), (2.0, 1))
    assert sound.bridged() is sound


def test_each_point_has_its_own_stretches():
    utc = pl.Datetime("us", "UTC")
    frame = pl.DataFrame(
        {
            "point": pl.Series(["A", "A", "B"], dtype=pl.Enum(["A", "B", "C"])),
            "time": pl.Series([0, 60, 5], dtype=pl.Int64).cast(utc),
            "until": pl.Series([60, 90, 25], dtype=pl.Int64).cast(utc),
            "value": [1.0, 2.0, 3.0],
            "flag": pl.Series([0, 2, 1], dtype=pl.UInt8),
        }
    )
    points = tuple(
        Point(id=n, quantity="flow", of=n, statistic=Statistic.MEAN, unit="m3/h") for n in "ABC"
    )
    admitted = Admitted(frame, points, ())
    found = admitted.segments()
    assert list(found) == ["A", "B"]
    assert found["A"].start.tolist() == [0, 60]
    assert found["A"].end.tolist() == [60, 90]
    assert found["A"].value.tolist() == [1.0, 2.0]
    assert found["B"].flag.tolist() == [1]
    assert found["B"].start.tolist() == [5]
    assert admitted.point("B").of == "B"
    assert Admitted(frame.clear(), points, ()).segments() == {}


def test_instants_are_written_to_the_minute():
    instant = np.datetime64("2024-03-05T06:07:59", "us").astype(np.int64)
    assert stamp(int(instant)) == "2024-03-05 06:07 UTC"


# -- on hours


def test_an_axis_begins_and_ends_on_whole_hours():
    hour = 3600 * SECOND
    for first, last, count, start in (
        (0, hour, 1, 0),
        (hour - 1, hour + 1, 2, 0),
        (hour, 3 * hour, 2, 1),
    ):
        axis = StepAxis.spanning(first, last)
        assert len(axis.time) == count
        assert axis.time[0] == np.datetime64(start, "h")
        assert axis.edges.tolist() == [(start + n) * hour for n in range(count + 1)]


def test_what_stretches_hold_is_cut_at_every_edge():
    """2 for 30 min, nothing for ten, 5 for 50: edges at 10, 35, 50 and 100 minutes."""
    some = stretches((0, 30, 2.0, 0), (40, 90, 5.0, 0))
    edges = np.array([10, 35, 50, 100], np.int64) * 60 * SECOND
    assert integrate(some, edges).tolist() == pytest.approx([2400.0, 3000.0, 12_000.0])


def test_an_hour_s_mean_is_of_its_known_part():
    """20 min of 6, 10 of spread 12, nothing else; an hour of spread; an hour of nothing."""
    some = stretches((0, 20, 6.0, 0), (20, 30, 12.0, 1), (60, 120, 8.0, 1), (120, 150, 9.0, 2))
    mean, coverage = step_mean(some, StepAxis.spanning(0, 3 * 3600 * SECOND))
    assert mean == pytest.approx([8.0, 8.0, np.nan], nan_ok=True)
    assert coverage == pytest.approx([1 / 3, 0.0, 0.0])
    whole, covered = step_mean(some.good(), StepAxis.spanning(0, 3600 * SECOND))
    assert (whole.tolist(), covered.tolist()) == ([6.0], [pytest.approx(1 / 3)])
    brief = stretches((0, 1e-4, 7.0, 0))  # six milliseconds
    mean, _ = step_mean(brief, StepAxis.spanning(0, 3600 * SECOND))
    assert mean.tolist() == pytest.approx([7.0])
