"""Records of hidden works: added once, changed only by others that supersede them."""

import json
from dataclasses import replace

import pytest

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.ledger import WorkRecord, added, record_of, standing

HOLE = WorkRecord(
    id="r1",
    item="B-001",
    item_kind="borehole",
    check="active_length",
    found="118.5",
    unit="m",
    drawn="120",
    happened_at="2026-03-02",
    known_at="2026-03-03T08:00:00Z",
    evidence=("ab" * 32,),
)


def test_what_is_kept_is_one_form_of_text_and_comes_back():
    raw = HOLE.as_bytes()
    assert raw.startswith(b'{"check":"active_length","drawn":"120","evidence":["abab')
    assert b'"note"' not in raw
    assert record_of(json.loads(raw)) == HOLE
    assert "孔".encode() in replace(HOLE, note="孔口").as_bytes()


def test_a_record_that_comes_again_counts_once_and_never_differently():
    again = replace(HOLE, known_at="2026-03-09T08:00:00Z")
    found = added([HOLE], [again, again])
    assert (found.new, found.known) == ((), 2)
    twice = added([], [HOLE, again])
    assert (twice.new, twice.known) == ((HOLE,), 1)
    with pytest.raises(InputError, match="r1: B-001 active_length stands with another content"):
        added([HOLE], [replace(HOLE, found="120")])


def test_a_correction_supersedes_and_both_stay():
    better = replace(HOLE, id="r2", found="119.0", supersedes="r1")
    found = added([HOLE], [better])
    assert found.new == (better,)
    assert standing([HOLE, better]) == (better,)
    assert standing([HOLE, better, replace(better, id="r3", supersedes="r2")])[0].id == "r3"
    with pytest.raises(InputError, match="r2 supersedes r9, which is not in the ledger"):
        added([HOLE], [replace(better, supersedes="r9")])


def test_the_rest_of_the_program_reads_it_as_drawn_against_found():
    check = HOLE.as_check()
    assert check.numbers() == (120.0, 118.5)
    assert (check.item, check.checked_at, check.evidence) == ("B-001", "2026-03-02", "ab" * 32)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"id": "1", "item": "B"}, "missing: item_kind, check, found"),
        ({"id": "1", "colour": "red"}, "unknown: colour"),
        ({"id": 1}, "expected texts"),
        ({"id": "1", "evidence": "photo"}, "expected texts"),
    ],
)
def test_what_is_no_record_is_refused_by_name(told, said):
    with pytest.raises(InputError, match=said):
        record_of(told)
