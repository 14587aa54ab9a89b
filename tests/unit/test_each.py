"""One test of many things names all that are wrong."""

from each import wrong


def even(number):
    assert number % 2 == 0, f"{number} is odd"


def test_all_that_are_wrong_are_named_with_what_is_wrong():
    found = wrong([1, 2, 3, 4], even, lambda n: f"n{n}")
    assert list(found) == ["n1", "n3"]
    assert "3 is odd" in found["n3"]
    assert wrong([2, 4], even) == {}
