"""Every sentence that an exception or the log can say has its Chinese, and is found again."""

import re
from functools import cache
from string import Formatter

import pytest

from each import wrong
from loopkeeper.plant.sentences import HELP, SENTENCES, translated
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.words import Language
from said import HOLE, blank, said

OWN = data_table("sentences.csv")
ROWS = [*OWN, *data_table("others.csv"), *data_table("help.csv")]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PUNCTUATION = re.compile(r"[\u3000-\u303f\uff00-\uffef]")
NO_WORDS = {"document.html: {error}", "document.typ: {error}"}
"""Rows whose Chinese is a mark only: names and what others say."""
FIGURES = ("7.25", "'east hall'", "points.csv", "31", "HP1", "0.8", "2024-01-05", "12 %")


@cache
def all_said():
    """Every sentence of the source and where it is said; read when the first test asks."""
    return said()


def in_english(row):
    return row["en"]


def holes(text):
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def test_every_sentence_of_the_source_has_a_row():
    known = {blank(row["en"].replace("{{", "{").replace("}}", "}")) for row in OWN}
    missing = {text: all_said()[text] for text in sorted(set(all_said()) - known)}
    assert missing == {}, "rows to add, and where the sentence is said"


def test_no_row_is_of_a_sentence_that_nobody_says():
    assert [row["en"] for row in OWN if blank(row["en"]) not in all_said()] == []


@pytest.mark.parametrize("table", ["sentences.csv", "others.csv", "help.csv"])
def test_no_sentence_stands_twice(table):
    texts = [blank(row["en"]) for row in data_table(table)]
    assert sorted(texts) == sorted(set(texts))


def _a_row_says_the_same_in_its_own_tongue(row):
    english, chinese = row["en"], row["zh"]
    assert holes(english) == holes(chinese)
    assert len(holes(english)) == len(set(holes(english)))
    assert not PUNCTUATION.search(english)
    if english not in NO_WORDS and LETTERS.search(re.sub(r"\{\w*\}", "", chinese) or "x"):
        assert english != chinese
    if english not in NO_WORDS:
        assert CHINESE.search(chinese)


def test_a_row_says_the_same_in_its_own_tongue():
    assert wrong(ROWS, _a_row_says_the_same_in_its_own_tongue, in_english) == {}


LETTERS = re.compile(r"[A-Za-z]{3,}")


def filled(row):
    """A row with figures in its holes, in both languages."""
    figures = dict(zip(holes(row["en"]), FIGURES * 2, strict=False))
    return row["en"].format(**figures), row["zh"].format(**figures), figures


def _a_sentence_is_found_again_with_its_figures(row):
    english, chinese, figures = filled(row)
    tables = HELP if row in data_table("help.csv") else SENTENCES
    assert translated(english, Language.CHINESE, tables) == chinese
    assert all(value in chinese for value in figures.values())
    assert translated(english, Language.ENGLISH, tables) == english


def test_a_sentence_is_found_again_with_its_figures():
    assert wrong(ROWS, _a_sentence_is_found_again_with_its_figures, in_english) == {}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("/a/b c.csv: No such file or directory", "/a/b c.csv：没有该文件或文件夹"),
        (
            "map.csv: row 3: point is empty; row 4: point 'a; b' stands there twice",
            "map.csv：第 3 行：point 为空；第 4 行：point 'a; b' 重复出现",
        ),
        (
            "the days cannot be judged\n  - telemetry is empty\n  - what nobody knows",
            "无法逐日判定\n  - 遥测为空\n  - what nobody knows",
        ),
        (
            "well group: well radius = 3 m: allowed 0.01 … 2",
            "井群：井半径 = 3 m：允许 0.01 … 2",
        ),
        (
            "x.csv: no unit of time and level",
            "x.csv：没有注明 time、level 的单位",
        ),
        (
            "s.toml: line 4: web.port: found 'a'; expected a whole number from 0 to 65535",
            "s.toml：第 4 行：web.port：现为 'a'；应为 0 至 65535 之间的整数",
        ),
        ("nothing of this is known", "nothing of this is known"),
        ("", ""),
    ],
)
def test_sentences_of_sentences(english, chinese):
    assert translated(english, Language.CHINESE) == chinese


def test_a_hole_is_never_lost():
    assert HOLE not in "".join(row["zh"] for row in OWN)
