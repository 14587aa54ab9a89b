"""Plants of one id are told apart by their folders."""

from pathlib import Path

from loopkeeper.app.use_cases.fleet import Member, _told_apart


def member(name):
    return Member(id=name, name=name, group={}, figures={}, coverage=0.0)


def test_plants_of_one_id_are_told_apart_by_folder():
    found = {Path("/f/a"): member("office"), Path("/f/b"): member("office")}
    found[Path("/f/c")] = member("school")
    assert [one.id for one in _told_apart(found)] == ["office (a)", "office (b)", "school"]
