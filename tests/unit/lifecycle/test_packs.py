"""Standards as data: outcomes, grades, vetoes, scores; templates grade nothing."""

from dataclasses import replace

import pytest

from loopkeeper.adapters.files.standards.packs import pack_of, pack_text, read_pack, shipped_packs
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.evaluate.pack_grade import graded
from loopkeeper.lifecycle.evaluate.packs import Figure, Outcome, Rule
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.unit_grades import Nameplate, unit_grade
from loopkeeper.plant.verdict import Verdict

COP = "performance_factor|GB/T 50801|heating"
EER = "performance_factor|GB/T 50801|cooling"
BOTH = ("borehole_field", "heating", "cooling")


def shipped(name):
    return next(p for p in shipped_packs() if p.id == name)


def figures(cop, eer, doubt=0.0):
    return {
        COP: Figure(Estimate(cop, cop - doubt, cop + doubt)),
        EER: Figure(Estimate(eer, eer - doubt, eer + doubt)),
    }


@pytest.mark.parametrize(
    ("cop", "eer", "grade"),
    [
        (3.6, 4.0, "1"),
        (3.6, 3.5, "2"),
        (3.2, 4.0, "2"),
        (2.7, 4.0, "3"),
        (3.5, 3.9, "1"),
        (2.5, 4.0, "fail"),
        (3.6, 2.9, "fail"),
    ],
)
def test_gbt_50801_by_hand(cop, eer, grade):
    found = graded(shipped("GB/T 50801-2013"), figures(cop, eer), BOTH)
    assert found.grade == grade
    assert found.verified  # every limit was seen in a source


@pytest.mark.parametrize(
    ("cop", "doubt", "outcome", "grades", "whole"),
    [
        (3.50, 0.165, Outcome.OPEN, ("1", "2"), "open"),  # 3.34 to 3.67 against 3.5
        (3.70, 0.165, Outcome.MET, ("1",), "1"),
        (3.30, 0.165, Outcome.MET, ("2",), "2"),
        (2.62, 0.05, Outcome.OPEN, ("3", "fail"), "open"),
        (2.58, 0.05, Outcome.OPEN, ("3", "fail"), "open"),
        (2.40, 0.05, Outcome.MISSED, ("fail",), "fail"),
        (3.20, 0.70, Outcome.OPEN, ("1", "2", "3", "fail"), "open"),
        (3.55, 0.05, Outcome.MET, ("1",), "1"),  # the better grade holds its own bound
    ],
)
def test_a_grade_knows_its_interval(cop, doubt, outcome, grades, whole):
    """Limits of GB/T 50801-2013: 3.5, 3.0, 2.6; by hand what lies within low to high."""
    found = graded(shipped("GB/T 50801-2013"), figures(cop, 4.2, doubt), BOTH)
    assert (found.judged[0].outcome, found.judged[0].grades) == (outcome, grades)
    assert found.grade == whole
    assert found.between == ((grades[0], grades[-1]) if whole == "open" else ())


def test_the_worse_mode_tells_what_the_better_leaves_open():
    made = figures(3.5, 3.2) | {COP: Figure(Estimate(3.5, 3.34, 3.67))}
    assert graded(shipped("GB/T 50801-2013"), made, BOTH).grade == "3"  # 1 or 2, and surely 3


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

[[branch]]
id = "energy"
name = "energy"
name_zh = "能效"
weight = 30

[[branch]]
id = "water"
name = "water"
name_zh = "水"
weight = 10

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
    # band 4 is the second of four: 75 of 100, of a branch that weighs three times the other's 100
    assert found.scores[""].value == pytest.approx((30 * 75 + 10 * 100) / 40)
    assert {k: s.value for k, s in found.scores.items() if k} == {"energy": 75, "water": 100}
    assert (found.grade, found.verified) == ("A", False)  # 95 % is from memory
    best = graded(pack, {**made, "cop": Figure(Estimate.exact(4.2))}, ())
    assert (best.scores[""].value, best.grade) == (100.0, "AAA")
    denied = graded(pack, {**made, "returned": Figure(Estimate.exact(0.9))}, ())
    assert denied.grade == "fail"


def test_a_curve_gives_points_and_its_interval_the_score_s():
    """COP 3.0 ± 0.2 on a line from 2 (0 points) to 4 (100): 50 ± 10, 3/4 of the whole."""
    text = SCORED.replace(
        'bands = [[4.0, "5"], [3.5, "4"], [3.0, "3"], [2.5, "2"]]',
        "curve = [[2.0, 0], [4.0, 100]]",
    )
    made = {"cop": Figure(Estimate(3.0, 2.8, 3.2)), "returned": Figure(Estimate.exact(0.97))}
    found = graded(pack_of(text, "t.toml"), made, ()).scores
    assert found["energy"] == Estimate(50.0, pytest.approx(40.0), pytest.approx(60.0))
    assert found[""].value == pytest.approx(0.75 * 50 + 25)
    assert found[""].high - found[""].value == pytest.approx(7.5)


@pytest.mark.parametrize(
    ("returned", "cop", "grade", "between"),
    [
        (Estimate(0.97, 0.94, 1.0), Estimate.exact(4.2), "open", ("AAA", "fail")),
        (Estimate(0.93, 0.91, 0.94), Estimate.exact(4.2), "fail", ()),
        (Estimate.exact(0.97), Estimate(4.0, 3.9, 4.1), "open", ("AAA", "A")),
        (Estimate.exact(0.97), Estimate(4.2, 4.1, 4.3), "AAA", ()),
    ],
)
def test_a_veto_and_a_score_in_doubt_are_no_grade(returned, cop, grade, between):
    """A veto at 95 % within 94 to 100 %; band 4.0 within 3.9 to 4.1: 81 or 100 points, cut 90."""
    made = {"cop": Figure(cop), "returned": Figure(returned)}
    found = graded(pack_of(SCORED, "t.toml"), made, ())
    assert (found.grade, found.between) == (grade, between)


def test_one_open_check_is_no_pass():
    pack = shipped("GB 50366-2005 (2009)")
    made = {
        "source_supply_max": Figure(Estimate.exact(28.0)),
        "source_return_min|water": Figure(Estimate(4.1, 3.9, 4.3)),
        "thermal_balance_ratio|ground|all": Figure(Estimate.exact(1.0)),
    }
    parts = ("borehole_field", "borehole_water", "heating")
    assert graded(pack, made, parts).grade == "open"
    made["source_return_min|water"] = Figure(Estimate(4.5, 4.3, 4.7))
    assert graded(pack, made, parts).grade == "pass"


def test_branches_hang_on_branches_and_empty_ones_do_not_count():
    text = SCORED.replace("weight = 3\n", 'weight = 3\nwhen = "cooling"\n', 1)
    nested = (
        text.replace("weight = 10\n", 'weight = 10\nparent = "site"\n')
        + """
[[branch]]
id = "site"
name = "site"
name_zh = "场地"
weight = 70
"""
    )
    pack = pack_of(nested, "t.toml")
    made = {"cop": Figure(Estimate.exact(3.6)), "returned": Figure(Estimate.exact(0.97))}
    both = graded(pack, made, ("cooling",)).scores
    assert both[""].value == pytest.approx((30 * 75 + 70 * 100) / 100)
    assert both["site"].value == 100
    alone = graded(pack, made, ()).scores
    assert "energy" not in alone
    assert alone[""].value == 100


def test_lower_is_better_of_unit_grades():
    pack = shipped("GB 19577-2024")
    for value, grade in ((1.0, "1"), (2.0, "2"), (3.0, "3"), (4.0, "fail")):
        made = {"unit_grade|GB 19577-2024": Figure(Estimate.exact(value))}
        found = graded(pack, made, (*BOTH, "units-2024"))
        assert graded(pack, made, (*BOTH, "units-2014")).judged == ()  # made before it
        assert found.grade == grade


def test_nameplates_by_the_table():
    # ACOP = 0.56 × 6.0 + 0.44 × 4.5 = 5.34: grade 2 of ground units above 260 kW
    unit = Nameplate("water", "ground", 500e3, 500e3, 4.5, 6.0)
    assert unit.acop == pytest.approx(5.34)
    assert unit_grade(unit).grade == 2
    assert unit_grade(replace(unit, eer=4.0)).grade == 0
    assert unit_grade(replace(unit, cooling=0.0, cop=4.95)).grade == 1  # heating only, COP
    assert unit_grade(replace(unit, source="sea")) is None
    assert unit_grade(replace(unit, eer=0.0)) is None  # a plate without EER is no bad unit
    heats = replace(unit, medium="air", cooling=0.0, eer=0.0)
    assert unit_grade(heats) is None  # no row for air units that only heat


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('rule = "score"', 'rule = "vote"'), "rule 'vote': expected worst"),
        (('cuts = [[90, "AAA"], [60, "A"]]', ""), "a scored pack needs cuts"),
        (('clause = "1"', ""), "index cop: clause is missing"),
        (('confidence = "V"', ""), "index cop: confidence is missing"),
        (("at_least = 2.0", 'at_least = "two"'), "at_least 'two' is no number"),
        (('id = "returned"', 'id = "cop"'), "index cop: stands there twice"),
        (("weight = 3\n", "wait = 3\n"), "index cop: wait is unknown"),
        (("weight = 3\n", "weight = -3\n"), "index cop: weight -3 is below 0"),
        (("weight = 3\n", "weight = true\n"), "index cop: weight True is no number"),
        (("weight = 30", "weight = nan"), "branch energy: weight nan is no number"),
        (("at_least = 2.0", "at_least = inf"), "index cop: at_least inf is no number"),
        (('[[4.0, "5"]', '[[nan, "5"]'), "index cop: bands: expected"),
        (("weight = 30", 'weight = 30\nparent = "energy"'), "branch energy: hangs on itself"),
        (('parent = "water"', 'parent = "wetter"'), "no branch 'wetter'; known: energy, water"),
        (("[[4.0, ", "[[2.0, "), "index cop: bands: expected .* best first"),
        (("at_least = 2.0", "curve = [[4, 100], [2, 0]]"), "index cop: curve: .* ascending"),
        (("[[90, ", "[[50, "), "cuts: expected"),
        (('edition = "1"', ""), "edition is missing"),
        (('id = "T 1"', "id = "), "Invalid value"),
        (('edition = "1"', 'edition = "1"\nfilled = "no"'), "filled 'no': expected true or false"),
        (('edition = "1"', 'edition = "1"\nin_force = 2025-06-25'), "in_force .* a text"),
        (('edition = "1"', 'edition = "1"\nindices = []'), "pack: indices is unknown"),
    ],
)
def test_a_wrong_pack_names_all_that_is_wrong(change, words, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(SCORED.replace(*change, 1))
    with pytest.raises(InputError, match=words) as error:
        read_pack(path)
    assert str(error.value).startswith("own.toml: ")


def test_a_pack_of_the_program_can_be_filled_in():
    text = pack_text("NB/T 11700-2024")
    assert not pack_of(text, "n").filled
    body = SCORED[SCORED.index("[[branch]]") :]
    filled = text.replace("filled = false", 'filled = true\ncuts = [[80, "优"]]')
    with pytest.raises(InputError, match="the checklist still holds 5 items"):
        pack_of(filled + body, "n")
    filled = filled[: filled.index("[[checklist]]")] + body
    pack = pack_of(filled, "n")
    made = {"cop": Figure(Estimate.exact(4.2)), "returned": Figure(Estimate.exact(0.97))}
    assert (pack.rule, graded(pack, made, ()).grade) == (Rule.SCORE, "优")
    with pytest.raises(InputError, match="no pack 'NB/T 1'; known: "):
        pack_text("NB/T 1")
