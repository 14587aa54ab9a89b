"""Water quality: classes by hand, charges of measured analyses, scaling and censored medians."""

import numpy as np
import pytest

from loopkeeper.adapters.files.dossier.records import read_samples as read_dossier_samples
from loopkeeper.adapters.files.field_tests.water_samples import analysed, read_samples, sampled_on
from loopkeeper.errors import DossierError, InsufficientDataError
from loopkeeper.lifecycle.survey.hydrochemistry import Sample, baseline
from loopkeeper.measure.water_quality import (
    CLASSES,
    Result,
    censored_quantiles,
    charge_balance,
    index_class,
    index_of,
    indices,
    sample_class,
    saturation_indices,
)
from loopkeeper.measure.water_units import routine_result

pytestmark = pytest.mark.validation


def test_both_editions_are_whole():
    assert len(indices("2017")) == 39
    assert all(i.confidence for e in ("2017", "1993") for i in indices(e).values())


@pytest.mark.parametrize(
    ("name", "value", "edition", "grade"),
    [
        ("chloride", 50.0, "2017", "I"),  # ties take the better class
        ("氯化物", 50.1, "2017", "II"),
        ("ammonia", 0.3, "2017", "III"),
        ("ammonia", 0.3, "1993", "IV"),  # the older edition is stricter
        ("total_hardness", 600.0, "2017", "IV"),
        ("total_hardness", 600.0, "1993", "V"),
        ("ph", 5.8, "2017", "IV"),
        ("ph", 9.5, "2017", "V"),
        ("fluoride", 2.5, "2017", "V"),
    ],
)
def test_class_of_an_index(name, value, edition, grade):
    found = index_class(Result(index_of(name, edition).name, value), edition)
    assert CLASSES[found.high] == grade


def test_a_coarse_reporting_limit_leaves_the_class_open():
    results = [Result("lead", 0.05, censored=True), Result("chloride", 60.0)]
    found = sample_class(results)
    assert CLASSES[found.grade] == "II"
    assert [(c.index, CLASSES[c.low], CLASSES[c.high]) for c in found.undecided] == [
        ("lead", "I", "IV")
    ]


def test_charges_of_34_measured_analyses(shared, judged):
    path = shared / "groundwater_ec_stuyfzand" / "input_groundwaterconductivity.csv"
    samples, _ = read_samples(path)
    errors = [charge_balance(s.ions) for s in samples]
    assert len(errors) == 34
    got = [np.mean(errors), np.std(errors), np.min(errors), np.max(errors)]
    # published to one or two digits
    error = np.array(got) - [0.01, 1.4, -2.9, 6.2]
    judged("charge balance of 34 analyses", by="KIWA report", error=error, bound=0.05, unit="%")


def test_wells_with_many_non_detects(shared):
    samples, verdicts = read_samples(
        shared / "groundwater_quality_usgs_inl" / "usgs_inl_samples_16wells.csv"
    )
    places = {s.place for s in samples}
    assert len(places) == 16
    skipped = next(v for v in verdicts if v.code == "survey.water.not_used")
    assert "quality control: 1149" in skipped.figures["names"]
    for place in places:
        found = baseline([s for s in samples if s.place == place])
        assert found.class_name in CLASSES
        assert found.verdicts


def test_langelier_and_ryznar_by_hand(judged):
    # TDS 320, Ca 60 (150 as CaCO3), HCO3 140 (114.8 as CaCO3), 25 °C, pH 7.5: A 0.1505,
    # B 2.0834, C 1.7756, D 2.0599, pHs 7.6984
    lsi, rsi = saturation_indices(
        ph=7.5, calcium=60, bicarbonate=140, dissolved_solids=320, temperature=25
    )
    error = [lsi + 0.1984, rsi - 7.8968]
    judged("Langelier and Ryznar indices", by="hand", error=error, bound=0.01)


def test_medians_with_non_detects_are_kaplan_meier():
    values, below = [1, 2, 3, 5, 5, 8], [True, False, True, False, False, False]
    (low, low_open), (middle, middle_open) = censored_quantiles(
        np.array(values, float), below, (0.2, 0.5)
    )
    # F(5) = 1 · (1 − 1/6) = 5/6, F(2) = 5/6 · (1 − 2/5) = 1/2, below 2: 1/2 · (1 − 1/2) = 1/4
    assert (middle, middle_open) == (2.0, False)
    assert (low, low_open) == (2.0, True)


def test_units_and_forms_are_brought_together(tmp_path):
    path = tmp_path / "water.csv"
    path.write_text(
        "sampled_at,place,parameter,value,unit\n"
        "2024-05-01,W1,Iron,250,ug/L\n2024-05-01,W1,Nitrate,44.268,mg/L\n"
        "2024-05-01,W1,氨氮,0.05,mg/L as N\n2024-05-01,W1,Lead,<0.002,mg/L\n"
        "2024-05-01,W1,Tritium,3,pCi/L\n"
    )
    samples, verdicts = read_samples(path)
    found = {r.index: (round(r.value, 3), r.censored) for r in samples[0].results}
    assert found == {
        "iron": (0.25, False),
        "nitrate": (10.0, False),
        "ammonia": (0.05, False),
        "lead": (0.002, True),
    }
    assert verdicts[-1].figures["names"] == "Tritium: 1"


def test_one_sample_a_row_with_dates_and_reporting_limits(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(
        "井号,采样日期,氨氮(mg/L),溶解性总固体(mg/L),阴离子表面活性剂(mg/L),嗅和味\n"
        'W1,2023-03-01,0.60,"1,200",未检出,无\nW1,2024-03-01,<0.02,300,<0.05,有\n',
        encoding="utf-8",
    )
    samples, verdicts = read_samples(path)
    assert [s.taken_on for s in samples] == ["2023-03-01", "2024-03-01"]
    assert not verdicts
    first, second = ({r.index: (r.value, r.censored) for r in s.results} for s in samples)
    assert first == {
        "ammonia": (0.60, False),
        "total_dissolved_solids": (1200.0, False),
        "anionic_surfactants": (0.0, True),
        "odour": (0.0, False),
    }
    assert second["ammonia"] == (0.02, True)
    assert CLASSES[sample_class(samples[0].results).grade] == "IV"
    assert sample_class(samples[1].results).decided_by == ("odour",)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("0,25", (0.25, False)),
        ("0,250", (0.25, False)),
        ("1,200", (1200.0, False)),
        ("12,5", (12.5, False)),
        ("<0.02", (0.02, True)),
        ("＜0.02", (0.02, True)),
        ("nan", (None, False)),
        ("未检出", (None, False)),
        ("", (None, False)),
    ],
)
def test_cells_as_laboratories_write_them(cell, found):
    assert analysed(cell, "铅") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2024/5/1", "2024-05-01"),
        ("2024.05.01", "2024-05-01"),
        ("2024年5月1日", "2024-05-01"),
        ("2024-05-01T08:30", "2024-05-01T08:30"),
        ("2024/13/1", "2024/13/1"),
        ("spring", "spring"),
    ],
)
def test_days_of_sampling_as_people_write_them(text, found):
    assert sampled_on(text) == found


def test_a_dossier_names_samples_without_a_day(tmp_path):
    (tmp_path / "water_quality.csv").write_text(
        "sampled_at,place,parameter,value,unit\n2024/5/1,w1,氨氮,<0.02,mg/L\n"
        "soon,w1,氨氮,0.6,mg/L\n2024-06-01,w1,氨氮,much,mg/L\n",
        encoding="utf-8",
    )
    samples, said = read_dossier_samples(tmp_path)
    assert [(s.sampled_at, s.value, s.below_detection) for s in samples] == [
        ("2024-05-01", 0.02, True),
        ("2024-06-01", None, False),
    ]
    assert [(v.figures["row"], v.figures["column"]) for v in said] == [
        (3, "sampled_at"),
        (4, "value"),
    ]


def test_a_file_without_analyses_says_so(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("time,load_kW\n2024-01-01,3\n")
    with pytest.raises(DossierError, match="no water analysis found"):
        read_samples(path)


def test_nothing_routine_refuses():
    with pytest.raises(InsufficientDataError, match="no routine index"):
        baseline([Sample("W", "", ())])


PRINTED = {
    # GB/T 14848-1993, table 1: the highest of classes I to IV, in the units printed there
    "molybdenum": (0.001, 0.01, 0.1, 0.5), "cobalt": (0.005, 0.05, 0.05, 1.0),
    "beryllium": (0.00002, 0.0001, 0.0002, 0.001), "barium": (0.01, 0.1, 1.0, 4.0),
    "nickel": (0.005, 0.05, 0.05, 0.1), "ddt": (0.0, 0.005, 1.0, 1.0),
    "hexachlorocyclohexane": (0.005, 0.05, 5.0, 5.0), "total_hardness": (150, 300, 450, 550),
    "ammonia": (0.02, 0.02, 0.2, 0.5), "nitrite": (0.001, 0.01, 0.02, 0.1),
    "total_coliforms": (3.0, 3.0, 3.0, 100.0), "iodide": (0.1, 0.1, 0.2, 1.0),
}  # fmt: skip


@pytest.mark.parametrize("name", PRINTED)
def test_the_edition_of_1993_as_printed(name):
    """Published count: 39 indices (preface of GB/T 14848-2017); limits from its table 1."""
    known = indices("1993")
    assert len(known) == 39
    assert tuple(known[name].limits) == PRINTED[name]
    units = [known[n].unit for n in ("total_coliforms", "ammonia", "ddt", "turbidity")]
    assert units == ["个/L", "mg/L NH4", "ug/L", "度"]


@pytest.mark.parametrize(
    ("name", "value", "grade"),
    [
        ("phenols", 0.001, "I"),  # 6.2, its own example: 0.001 mg/L is class I, not II
        ("ammonia", 0.50, "III"),
        ("ammonia", 0.60, "IV"),
        ("ammonia", 1.50, "IV"),
        ("ammonia", 1.51, "V"),
        ("anionic_surfactants", 0.3, "III"),
        ("ph", 6.5, "I"),
        ("ph", 6.49, "IV"),
        ("ph", 9.0, "IV"),
        ("total_alpha", 0.6, "IV"),
        ("total_beta", 7.0, "IV"),  # IV and V share "> 0.5", "> 1.0"
        ("odour", 0.0, "I"),
        ("odour", 1.0, "V"),
    ],
)
def test_limits_shared_by_classes_give_the_better_one(name, value, grade):
    assert CLASSES[index_class(Result(name, value)).high] == grade


def test_nothing_detected_is_what_class_one_asks_of_surfactants():
    fine = index_class(Result("anionic_surfactants", 0.05, censored=True))
    assert (CLASSES[fine.low], CLASSES[fine.high]) == ("I", "I")
    coarse = index_class(Result("anionic_surfactants", 0.2, censored=True))
    assert CLASSES[coarse.high] == "III"


@pytest.mark.parametrize(
    ("name", "value", "unit", "edition", "found"),
    [
        ("NH3-N", 0.60, "mg/L", "2017", 0.60),
        ("氨氮", 600.0, "ug/L", "2017", 0.60),
        ("NH4", 0.60, "mg/L", "2017", 0.60 * 14.007 / 18.039),
        ("氨氮", 0.60, "mg/L", "1993", 0.60 * 18.039 / 14.007),  # printed there as NH4
        ("硝酸盐(以N计)", 18.0, "mg/L", "2017", 18.0),
        ("nitrate", 18.0, "", "2017", 18.0),
        ("硝酸盐氮", 18.0, "mg/L", "1993", 18.0),
        ("总大肠菌群", 2.0, "MPN/100mL", "1993", 20.0),
        ("总大肠菌群", 20.0, "个/L", "2017", 2.0),
        ("苯", 0.02, "mg/L", "2017", 20.0),
        ("总α放射性", 10.0, "pCi/L", "2017", 0.37),
    ],
)
def test_forms_and_units_by_hand(name, value, unit, edition, found):
    got = routine_result(name, value, unit, edition=edition)
    assert got.value == pytest.approx(found, rel=1e-12)


def test_medians_do_not_hide_the_newest_sample():
    """Ammonia 0.05 for a year, then 2.0 mg/L: the median is class II, the water is class V."""
    days = ["2023-01-10", "2023-04-10", "2023-07-10", "2023-10-10", "2024-01-10"]
    samples = [
        Sample("W1", day, (Result("ammonia", value), Result("chloride", 40.0)))
        for day, value in zip(days, (0.05, 0.05, 0.05, 0.05, 2.0), strict=True)
    ]
    found = baseline(samples)
    assert (found.class_name, found.newest_name, found.newest_on) == ("II", "V", "2024-01-10")
    said = next(v for v in found.verdicts if v.code == "survey.water.newest")
    assert (said.figures["grade"], said.figures["index"]) == ("V", "ammonia")
    steady = baseline(samples[:4])
    assert "survey.water.newest" not in {v.code for v in steady.verdicts}
