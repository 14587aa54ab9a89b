"""The report speaks two languages in full."""

import re
from importlib import resources

from loopkeeper.adapters.report.words import KINDS, NAMES, WORDS
from loopkeeper.measure.admitted import Quality
from loopkeeper.plant.deviation import DeviationKind

TEMPLATES = "".join(
    page.read_text(encoding="utf-8")
    for page in (resources.files("loopkeeper.adapters.report") / "templates").iterdir()
)


def test_every_word_of_the_template_exists():
    used = set(re.findall(r"w\('(\w+)'\)", TEMPLATES))
    assert used
    assert used <= set(WORDS)


def test_every_kind_and_flag_has_a_name():
    assert {str(kind) for kind in DeviationKind} == set(KINDS)
    assert {q.name.lower() for q in Quality if q is not Quality.GOOD} <= set(NAMES)


def test_both_languages_say_something_of_their_own():
    for table in (WORDS, KINDS, NAMES):
        for english, chinese in table.values():
            assert english
            assert re.search(r"[\u4e00-\u9fff]", chinese)
