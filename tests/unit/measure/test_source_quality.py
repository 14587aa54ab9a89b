"""What sources say of their readings, in codes, words and truths."""

import polars as pl
import pytest

from loopkeeper.measure.source_quality import (
    SourceQuality,
    by_opc,
    by_word,
    counts,
    in_words,
    stated,
    warns,
)

GOOD, UNCERTAIN, BAD = SourceQuality


def test_only_good_readings_count_and_all_but_bad_ones_warn():
    frame = pl.DataFrame({"quality": [0, 1, 2]})
    assert frame.select(counts()).to_series().to_list() == [True, False, False]
    assert frame.select(warns()).to_series().to_list() == [True, True, False]
    assert frame.select(in_words()).to_series().to_list() == ["good", "uncertain", "bad"]


@pytest.mark.parametrize(
    ("code", "quality"),
    [
        (192, GOOD),
        (255, GOOD),
        (256, BAD),
        (191, BAD),
        (64, UNCERTAIN),
        (127, UNCERTAIN),
        (63, BAD),
        (128, BAD),
        (499, BAD),
        (500, UNCERTAIN),
        (501, BAD),
        (0, BAD),
        (0x40000000, UNCERTAIN),
        (0x7FFFFFFF, UNCERTAIN),
        (0x80000000, BAD),
        (0x3FFFFFFF, BAD),
    ],
)
def test_the_byte_of_opc_and_the_two_highest_bits_of_its_status(code, quality):
    assert by_opc(code) is quality


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        (" Good ", GOOD),
        ("OK", GOOD),
        ("GoodLocalOverride", GOOD),
        ("正常", GOOD),
        ("质量良好", GOOD),
        ("stale", UNCERTAIN),
        ("UncertainLastUsableValue", UNCERTAIN),
        ("数据可疑", UNCERTAIN),
        ("BadSensorFailure", BAD),
        ("offline", BAD),
        ("不正常", BAD),
        ("传感器故障", BAD),
        ("坏", BAD),
        ("marvellous", None),
        ("坏传感器", None),
        ("not ok", None),
        ("良好但有故障", BAD),
        ("良好但可疑", UNCERTAIN),
    ],
)
def test_words_of_sources_and_the_worst_of_several(text, quality):
    assert by_word(text) is quality


@pytest.mark.parametrize(
    ("raw", "quality"),
    [
        (None, GOOD),
        (True, GOOD),
        (False, BAD),
        (0, GOOD),
        (1, UNCERTAIN),
        (2, BAD),
        (3, BAD),
        (192.0, GOOD),
        (float("nan"), BAD),
        (float("inf"), BAD),
        ("+192", GOOD),
        (" 1 ", UNCERTAIN),
        ("bad", BAD),
        ("-1", None),
        ("", None),
    ],
)
def test_what_is_stated_in_any_way_is_read(raw, quality):
    assert stated(raw) is quality
