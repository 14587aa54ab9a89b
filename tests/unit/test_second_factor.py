"""Codes of a second key, by the values that RFC 4226 and RFC 6238 publish."""

import base64
from datetime import UTC, datetime

import pytest

from loopkeeper.app.second_factor import (
    STEP,
    code_of,
    key_address,
    matching_step,
    new_key,
    new_spare,
    spare_hash,
)

SEED = b"12345678901234567890"
BY_COUNT = [755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489]
MOMENTS = (59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000)
BY_TIME = {
    "sha1": "94287082 07081804 14050471 89005924 69279037 65353130",
    "sha256": "46119246 68084774 67062674 91819424 90698825 77737706",
    "sha512": "90693936 25091201 99943326 93441116 38618901 47863826",
}
LENGTHS = {"sha1": 20, "sha256": 32, "sha512": 64}


def test_codes_by_count_are_those_of_rfc_4226():
    assert [int(code_of(SEED, n)) for n in range(10)] == BY_COUNT


@pytest.mark.parametrize("algorithm", BY_TIME)
def test_codes_by_time_are_those_of_rfc_6238(algorithm):
    key = (SEED * 4)[: LENGTHS[algorithm]]
    found = [code_of(key, moment // STEP, 8, algorithm) for moment in MOMENTS]
    assert found == BY_TIME[algorithm].split()


@pytest.mark.parametrize(
    ("seconds", "counts"), [(0, True), (-30, True), (30, True), (-60, False), (60, False)]
)
def test_a_clock_may_be_a_step_off(seconds, counts):
    key, now = new_key(), datetime(2026, 3, 1, 12, tzinfo=UTC)
    step = int(now.timestamp() + seconds) // STEP
    given = code_of(base64.b32decode(key), step)
    assert (matching_step(key, f" {given} ", now) == step) is counts


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "１２３４５６", "x" * 5000])
def test_what_is_no_code_matches_nothing(given):
    assert matching_step(new_key(), given, datetime(2026, 3, 1, tzinfo=UTC)) is None


def test_spare_codes_are_known_by_their_hash():
    codes, hashes = new_spare()
    assert len(set(codes)) == len(codes) == len(hashes)
    assert tuple(spare_hash(f" {code.upper()} ") for code in codes) == hashes


def test_a_device_takes_the_key_from_an_address():
    assert key_address("王工", "ABC") == (
        "otpauth://totp/Loopkeeper:%E7%8E%8B%E5%B7%A5?secret=ABC&issuer=Loopkeeper"
    )
