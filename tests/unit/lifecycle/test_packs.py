"""Standards as data: outcomes, grades, vetoes, scores; templates grade nothing."""

from dataclasses import replace

import pytest

from loopkeeper.adapters.files.packs import pack_of, pack_text, read_pack, shipped_packs
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.evaluate.packs import Figure, Outcome, Rule, graded
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.unit_grades import Nameplate, unit_grade
from loopkeeper.plant.verdict import Verdict

COP = "performance_factor|GB/T 50801|heating"
EER = "performance_factor|GB/T 50801|cooling"
BOTH = ("borehole_field", "heating", "cooling")


def shipped(name):
    return next(p for p in shipped_packs() if p.id == name)


def figures(cop, eer, doubt=0.05):
    return {
        COP: Figure(Estimate(cop, cop - doubt, cop + doubt)),
        EER: Figure(Estimate(eer, eer - doubt, eer + doubt)),
    }


@pytest.mark.parametrize(
    ("cop", "eer", "grade"),
    [
        (3.6, 4.0, "1"), (3.6, 3.5, "2"), (3.2, 4.0, "2"), (2.7, 4.0, "3"), (3.5, 3.9, "1"),
        (2.5, 4.0, "fail"), (3.6, 2.9, "fail"), (2.58, 4.0, "open"),
    ],
)  # fmt: skip
def test_gbt_50801_by_hand(cop, eer, grade):
    found = graded(shipped("GB/T 50801-2013"), figures(cop, eer), BOTH)
    assert found.grade == grade
    assert found.verified  # every limit was seen in a source


def test_a_limit_within_the_interval_stays_open():
    found = graded(shipped("GB/T 50801-2013"), figures(2.62, 4.0), BOTH)
    assert found.judged[0].outcome is Outcome.OPEN
    assert found.grade == "3"  # by its value; the outcome says that it is not sure


def test_a_mode_that_the_plant_does_not_have_is_left_out():
    found = graded(shipped("GB/T 50801-2013"), figures(3.6, 0.1), ("borehole_field", "heating"))
    assert (found.grade, len(found.judged)) == ("1", 1)


def test_what_cannot_be_judged_gives_no_grade_and_says_why():
    why = (Verdict("evaluate.pack.no_figure", {"figure": "x"}),)
    found = graded(shipped("GB/T 50801-2013"), {**figures(3.6, 4.0), EER: why}, BOTH)
    assert found.grade == ""
    assert found.judged[1].reasons == why
    assert "system EER" in found.reasons[0].sentence("en")
    assert "系统制冷能效比" in found.reasons[0].sentence("zh")


@pytest.mark.parametrize("pack", [p for p in shipped_packs() if not p.filled], ids=lambda p: p.id)
def test_a_template_refuses_and_says_what_to_fill_in(pack):
    assert pack.checklist
    with pytest.raises(InputError, match="holds no numbers"):
        graded(pack, figures(3.6, 4.0), BOTH)


def test_every_number_states_clause_confidence_and_both_languages():
    for pack in shipped_packs():
        assert pack.name
        assert any("\u4e00" <= c <= "\u9fff" for c in pack.name_zh)
        for index in pack.indices:
            assert index.clause
            assert index.clause_zh
            assert index.confidence in {"V", "S", "M+", "M", "M-", "A"}
            assert any("\u4e00" <= c <= "\u9fff" for c in index.name_zh)


SCORED = """
id = "T 1"
name = "test"
name_zh = "测试"
edition = "1"
rule = "score"
cuts = [[90, "AAA"], [60, "A"]]

[[index]]
id = "cop"
name = "cop"
name_zh = "能效"
figure = "cop"
clause = "1"
confidence = "V"
bands = [[4.0, "5"], [3.5, "4"], [3.0, "3"], [2.5, "2"]]
at_least = 2.0
weight = 3
parent = "energy"

[[index]]
id = "returned"
name = "returned"
name_zh = "回灌"
figure = "returned"
unit = "%"
clause = "2"
confidence = "M"
at_least = 95
veto = true
parent = "water"
"""


def test_scores_weights_and_vetoes_by_hand():
    pack = pack_of(SCORED, "t.toml")
    made = {"cop": Figure(Estimate.exact(3.6)), "returned": Figure(Estimate.exact(0.97))}
    found = graded(pack, made, ())
    # band 4 is the second of four: 75 of 100 with weight 3; the second index 100 with weight 1
    assert found.score == pytest.approx((3 * 75 + 100) / 4)
    assert (found.grade, found.verified) == ("A", False)  # 95 % is from memory
    best = graded(pack, {**made, "cop": Figure(Estimate.exact(4.2))}, ())
    assert (best.score, best.grade) == (100.0, "AAA")
    denied = graded(pack, {**made, "returned": Figure(Estimate.exact(0.9))}, ())
    assert denied.grade == "fail"


def test_lower_is_better_of_unit_grades():
    pack = shipped("GB 19577-2024")
    for value, grade in ((1.0, "1"), (2.0, "2"), (3.0, "3"), (4.0, "fail")):
        found = graded(pack, {"unit_grade|GB 19577-2024": Figure(Estimate.exact(value))}, BOTH)
        assert found.grade == grade


def test_nameplates_by_the_table():
    # ACOP = 0.56 × 6.0 + 0.44 × 4.5 = 5.34: grade 2 of ground units above 260 kW
    unit = Nameplate("water", "ground", 500e3, 500e3, 4.5, 6.0)
    assert unit.acop == pytest.approx(5.34)
    assert unit_grade(unit).grade == 2
    assert unit_grade(replace(unit, eer=4.0)).grade == 0
    assert unit_grade(replace(unit, cooling=0.0, cop=4.95)).grade == 1  # heating only, COP
    assert unit_grade(replace(unit, source="sea")) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('rule = "score"', 'rule = "vote"'), "rule 'vote': expected worst"),
        (('cuts = [[90, "AAA"], [60, "A"]]', ""), "a scored pack needs cuts"),
        (('clause = "1"', ""), "index cop: clause is missing"),
        (('confidence = "V"', ""), "index cop: confidence is missing"),
        (("at_least = 2.0", 'at_least = "two"'), "at_least 'two' is no number"),
        (('id = "returned"', 'id = "cop"'), "index cop: stands there twice"),
        (("weight = 3", "wait = 3"), "index cop: wait is unknown"),
        (('edition = "1"', ""), "edition is missing"),
        (('id = "T 1"', "id = "), "Invalid value"),
    ],
)  # fmt: skip
def test_a_wrong_pack_names_all_that_is_wrong(change, words, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(SCORED.replace(*change, 1))
    with pytest.raises(InputError, match=words) as error:
        read_pack(path)
    assert str(error.value).startswith("own.toml: ")


def test_a_pack_of_the_program_can_be_filled_in():
    text = pack_text("NB/T 11700-2024")
    assert not pack_of(text, "n").filled
    body = SCORED[SCORED.index("[[index]]") :]
    filled = text.replace("filled = false", 'filled = true\ncuts = [[80, "优"]]') + body
    pack = pack_of(filled, "n")
    made = {"cop": Figure(Estimate.exact(4.2)), "returned": Figure(Estimate.exact(0.97))}
    assert (pack.rule, graded(pack, made, ()).grade) == (Rule.SCORE, "优")
    with pytest.raises(InputError, match="no pack 'NB/T 1'; known: "):
        pack_text("NB/T 1")
