"""The report speaks two languages in full."""

import re
from importlib import resources

from loopkeeper.adapters.report.words import KINDS, WORDS
from loopkeeper.measure.admitted import Flag
from loopkeeper.measure.kpi import BOUNDARIES
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.points import PLACES, QUANTITIES
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.verdict import Verdict

NAMES = {row["key"]: (row["en"], row["zh"]) for row in data_table("names.csv")}

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
    assert {q.name.lower() for q in Flag if q is not Flag.GOOD} <= set(NAMES)


def test_sentences_name_figures_and_modes_in_their_own_language():
    figures = {"kpi": "performance_factor", "boundary": "H1", "mode": "heating"}
    verdict = Verdict("measure.kpi.nothing_delivered", figures)
    assert verdict.sentence("en").startswith("Performance factor (H1, heating) has no meaning")
    assert verdict.sentence("zh").startswith("性能系数（H1，供热）在本期没有意义")


def test_every_quantity_and_place_of_the_point_list_has_a_name():
    assert set(QUANTITIES) | PLACES <= set(NAMES)


def test_every_boundary_s_clause_is_named():
    assert {b.clause for b in BOUNDARIES} <= set(NAMES)


def test_both_languages_say_something_of_their_own():
    for table in (WORDS, KINDS, NAMES):
        for english, chinese in table.values():
            assert english
            assert re.search(r"[\u4e00-\u9fff]", chinese)
