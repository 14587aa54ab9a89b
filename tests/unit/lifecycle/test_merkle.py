"""The tree of hashes against the vectors of RFC 6962's public log implementations."""

from contextlib import suppress

import pytest

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.merkle import inclusion, leaf, node, root, rooted

RECORDS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Of the first so many records: published with the Certificate Transparency log."""


@pytest.mark.parametrize("count", range(9))
def test_roots_are_those_published_with_certificate_transparency(count):
    assert root([leaf(one) for one in RECORDS[:count]]).hex() == ROOTS[count]


def leaves(count, mark=""):
    return [leaf(f"{mark}{n}".encode()) for n in range(count)]


def included(record, number, size, proof, known):
    """Whether a proof leads from a record at a place to a root, as RFC 9162, 2.1.3.2, says it."""
    if number >= size:
        return False
    above, place, last = leaf(record), number, size - 1
    for beside in proof:
        if last == 0:
            return False
        while place % 2 == 0 and place == last and place:
            place, last = place // 2, last // 2
        above = node(beside, above) if place % 2 or place == last else node(above, beside)
        place, last = place // 2, last // 2
    return last == 0 and above == known


@pytest.mark.parametrize("count", [*range(1, 20), 33, 64])
def test_a_record_is_proved_at_its_place_and_nowhere_else(count):
    known = root(leaves(count))
    for place in range(count):
        proof = inclusion(leaves(count), place)
        assert len(proof) <= (count - 1).bit_length()
        record = str(place).encode()
        assert included(record, place, count, proof, known)
        assert not included(b"another", place, count, proof, known)
        assert not included(record, place, count, (*proof, known), known)
        assert not included(record, count, count, proof, known)
        for other in range(count):
            assert other == place or not included(record, other, count, proof, known)
        if proof:
            assert not included(record, place, count, proof[:-1], known)


def test_a_node_never_passes_for_a_record():
    """Two leaves glued together are another record than the tree above them (RFC 6962, 2.1)."""
    both = leaves(2)
    assert leaf(both[0] + both[1]) != root(both)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_a_proof_leads_to_the_root_from_its_own_place_only(count):
    """Against the published roots where there are so many records, against the tree elsewhere."""
    above = root(leaves(count))
    for number, one in enumerate(leaves(count)):
        proof = inclusion(leaves(count), number)
        assert rooted(one, (number, count), proof) == above
        with pytest.raises(InputError):
            rooted(one, (number, count), (*proof, one))
        with pytest.raises(InputError):
            rooted(one, (count, count), proof)
        for other in set(range(count)) - {number}:
            with suppress(InputError):
                assert rooted(one, (other, count), proof) != above


def test_a_proof_of_a_published_tree():
    """Hash of record 0 in the tree of eight, put together by hand (RFC 6962, 2.1.3)."""
    eight = [leaf(one) for one in RECORDS]
    right = node(node(eight[4], eight[5]), node(eight[6], eight[7]))
    proof = (eight[1], node(eight[2], eight[3]), right)
    assert rooted(eight[0], (0, 8), proof).hex() == ROOTS[8]
