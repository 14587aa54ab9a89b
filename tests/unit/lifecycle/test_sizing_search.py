"""The search for a length: how much of the room is used, as a closed form of the length."""

import pytest

from loopkeeper.lifecycle.design.sizing import _solved


def test_the_length_that_uses_all_room_is_found_by_its_closed_form():
    length, told = _solved(lambda at: ((60.0 / at) ** 0.8, at), 10.0, 1e-6)
    assert length == pytest.approx(60.0, rel=1e-5)
    assert told == length


def test_where_the_flow_alone_needs_more_than_all_room_no_length_is_a_number_to_show():
    """Half the spread stays however long the holes are: refused by the next look at 1000 m."""
    length, _ = _solved(lambda at: (1.2 + 30.0 / at, at), 10.0, 1e-6)
    assert length > 1000.0


def test_where_use_jumps_over_one_the_shortest_that_keeps_the_limits_is_taken():
    length, _ = _solved(lambda at: (1.3 if at < 80.0 else 0.7, at), 10.0, 1e-6)
    assert 80.0 <= length < 81.0
