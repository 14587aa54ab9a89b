"""Columns on paper: figures on one line, words share the rest, Chinese counts double."""

import pytest

from loopkeeper.adapters.report.document import LINE, Table, column_shares

WORDS = "electricity expected by the model against what was measured"


def letters(table):
    return [LINE * share for share in column_shares(table)]


def test_figures_get_their_line_and_words_what_is_left():
    table = Table(("name", "value", "clause"), ((WORDS, "1,234.5 kWh/m\u00b3", WORDS),) * 3, (1,))
    name, value, clause = letters(table)
    assert value >= len("1,234.5 kWh/m\u00b3")
    assert name == clause > value
    assert sum(column_shares(table)) == pytest.approx(1.0)


def test_no_word_is_broken_and_chinese_breaks_anywhere():
    long = "ground-temperature-sensor"
    table = Table(("point", "note"), ((long, "\u5730\u6e90\u4fa7\u4f9b\u6c34\u6e29\u5ea6" * 20),))
    point, note = letters(table)
    assert point >= len(long)
    assert note >= 8
    crowded = Table(("a",) * 12, (("measured",) * 12,))
    assert column_shares(crowded) == pytest.approx([1 / 12] * 12)


def test_an_empty_column_is_narrow_but_there():
    table = Table(("name", "clause"), (("heat", ""), ("cold", "")))
    assert min(column_shares(table)) > 0.1
