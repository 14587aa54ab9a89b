"""What told the meaning of a point is said in Chinese, too."""

import re

import pytest

from loopkeeper.app.telling.evidence import EVIDENCE, evidence
from loopkeeper.lifecycle.monitor.point_mapping import Named, suggest
from loopkeeper.lifecycle.monitor.point_meaning import _ELSEWHERE
from loopkeeper.plant.sentences import translated
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.words import Language

TOKENS = {t for row in data_table("point_words.csv") for t in row["tokens"].split()}
REASONS = {row["reason"] for row in data_table("point_refusals.csv")}
REASONS |= {reason for _, _, reason in _ELSEWHERE.values()}


@pytest.mark.parametrize("text", sorted(TOKENS | REASONS))
def test_every_token_and_every_refusal_has_its_chinese(text):
    assert re.search(r"[\u4e00-\u9fff]", translated(text, Language.CHINESE, EVIDENCE))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("hp1_load", "负荷侧 机组、hp1"),
        ("src_t_sup_sp", "名称表明为设定值"),
    ],
)
def test_a_suggestion_tells_its_evidence(address, told):
    (one,) = suggest([Named(address=address, name="")], {"hp1"})
    assert evidence(one, Language.CHINESE) == told
    assert evidence(one, Language.ENGLISH) == one.reason
