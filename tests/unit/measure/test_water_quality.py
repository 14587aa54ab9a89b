"""Classes, charges, scaling and censored medians of groundwater, by hand."""

import numpy as np
import pytest

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.water_quality import (
    IndexClass,
    Result,
    censored_quantiles,
    charge_balance,
    class_name,
    index_class,
    index_of,
    indices,
    sample_class,
    saturation_indices,
)
from loopkeeper.measure.water_units import (
    NITROGEN,
    form_of,
    milligrams,
    routine_result,
    sampled_results,
)
from loopkeeper.plant.records import WaterSample

EQUIVALENT = {
    # mass of a mole of charge [g] by the standard atomic weights of IUPAC
    "calcium": 40.078 / 2, "magnesium": 24.305 / 2, "sodium": 22.990, "potassium": 39.098,
    "ammonium": 14.007 + 4 * 1.008, "hydrogen": 1.008, "iron_ii": 55.845 / 2,
    "manganese_ii": 54.938 / 2,
    "chloride": 35.45, "sulfate": (32.06 + 4 * 15.999) / 2,
    "bicarbonate": 1.008 + 12.011 + 3 * 15.999, "carbonate": (12.011 + 3 * 15.999) / 2,
    "nitrate_ion": 14.007 + 3 * 15.999, "fluoride": 18.998,
}  # fmt: skip
CATIONS = tuple(EQUIVALENT)[:8]


@pytest.mark.parametrize("ion", EQUIVALENT)
def test_a_mole_of_charge_of_any_ion_balances_one_of_salt(ion):
    other, sign = ("fluoride", 1) if ion in CATIONS else ("sodium", -1)
    known = EQUIVALENT[other]
    assert charge_balance({ion: EQUIVALENT[ion], other: known}) == pytest.approx(0.0, abs=0.02)
    more = charge_balance({ion: 3 * EQUIVALENT[ion], other: known})
    assert more == pytest.approx(50.0 * sign, abs=0.02)


def test_what_is_no_ion_bears_no_charge_and_one_side_alone_is_refused():
    salt = {"sodium": 22.990, "chloride": 35.453}
    assert charge_balance({**salt, "silica": 50.0}) == pytest.approx(0.0, abs=1e-9)
    for name, value in salt.items():
        with pytest.raises(InsufficientDataError):
            charge_balance({name: value})


def saturation(**other):
    """pH 8, 400.78 mg/L Ca (1000.9 as CaCO3), 610.17 of HCO3 (500.4), 1000 mg/L, 10 °C."""
    water = {
        "ph": 8.0,
        "calcium": 400.78,
        "bicarbonate": 610.17,
        "dissolved_solids": 1000.0,
        "temperature": 10.0,
    }
    return saturation_indices(**{**water, **other})


def test_indices_of_scaling_of_a_water_by_hand():
    # A 0.2, B 34.55 − 13.12 lg 283.15 = 34.55 − 32.17046, C 3.00039 − 0.4, D 2.69932
    saturated = 9.3 + 0.2 + 2.37954 - 2.60039 - 2.69932
    assert saturation() == pytest.approx((8.0 - saturated, 2 * saturated - 8.0), abs=2e-4)
    assert np.subtract(saturation(ph=9.0), saturation()) == pytest.approx([1, -1])
    assert np.subtract(saturation(calcium=4007.8), saturation()) == pytest.approx([1, -2])
    assert np.subtract(saturation(bicarbonate=6101.7), saturation()) == pytest.approx([1, -2])
    assert np.subtract(saturation(dissolved_solids=1e4), saturation()) == pytest.approx(
        [-0.1, 0.2]
    )


# -- classes


@pytest.mark.parametrize("edition", ["2017", "1993"])
def test_a_value_at_a_limit_is_of_the_better_class_and_above_it_of_the_next(edition):
    for index in indices(edition).values():
        limits = list(index.limits)
        if any(isinstance(one, tuple) for one in limits):
            continue
        for limit in filter(np.isfinite, limits):
            above = index_class(Result(index.name, limit + 1e-9), edition)
            at = index_class(Result(index.name, limit), edition)
            assert at.low == at.high == limits.index(limit)
            last = max(k for k, one in enumerate(limits) if one == limit)
            assert above == IndexClass(index.name, last + 1, last + 1)


def test_of_what_hides_any_class_up_to_its_limit_s_may_be():
    chloride = indices("2017")["chloride"].limits  # 50, 150, 250, 350
    assert index_class(Result("chloride", chloride[1], censored=True)) == IndexClass(
        "chloride", 0, 1
    )
    assert index_class(Result("chloride", 351.0, censored=True)) == IndexClass("chloride", 0, 4)
    assert index_class(Result("moonlight", 1.0)) is None


def test_nothing_detected_is_class_one_up_to_the_limit_of_class_two():
    """Surfactants: none, 0.1, 0.3, 0.3 mg/L."""
    assert index_class(Result("anionic_surfactants", 0.1, censored=True)).high == 0
    assert index_class(Result("anionic_surfactants", 0.11, censored=True)).high == 2
    assert index_class(Result("anionic_surfactants", 0.1)).low == 1


def test_a_class_is_printed_with_both_ends_where_they_differ():
    assert class_name(IndexClass("x", 2, 2)) == "III"
    assert class_name(IndexClass("x", 0, 3)) == "I–IV"


def test_the_worst_index_decides_and_what_may_be_worse_is_undecided():
    results = [
        Result("chloride", 200.0),  # III
        Result("sulfate", 200.0),  # III
        Result("sodium", 50.0),  # I
        Result("chloride", 40.0),  # I
        Result("iron", 99.0, censored=True),  # I to V
        Result("zinc", 0.9, censored=True),  # I to III, no worse than the grade
        Result("moonlight", 1.0),
    ]
    found = sample_class(results)
    assert found.grade == 2
    assert found.decided_by == ("chloride", "sulfate")
    assert found.undecided == (IndexClass("iron", 0, 4),)
    assert found.measured == 5
    with pytest.raises(InsufficientDataError):
        sample_class([Result("moonlight", 1.0)])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Chloride", "chloride"),
        (" IRON ", "iron"),
        ("铁", "iron"),
        ("moonlight", None),
        ("氯化物（mg/L）", "chloride"),
        ("chloride (total)", "chloride"),
        ("", None),
    ],
)
def test_a_laboratory_s_name_is_read_without_case_and_brackets(name, found):
    index = index_of(name)
    assert (index and index.name) == found


# -- medians of what hides


@pytest.mark.parametrize(
    ("values", "hidden", "share", "found"),
    [
        ([1, 2, 3, 4], "0000", 0.5, (2.0, False)),
        ([1, 2, 3, 4], "0000", 0.51, (3.0, False)),
        ([1, 2, 3, 4], "0000", 0.25, (1.0, False)),
        ([1, 2, 2, 4], "0000", 0.75, (2.0, False)),
        ([2, 2, 3, 4], "1000", 0.5, (2.0, False)),  # F(2) = 1/2, below it 1/4
        ([2, 2, 3, 4], "1000", 0.25, (2.0, True)),
        ([1, 5, 3, 4], "0100", 0.9, (4.0, False)),  # what hides below 5 is above nothing
        ([1, 2, 3], "111", 0.5, (3.0, True)),
    ],
)
def test_quantiles_by_kaplan_and_meier(values, hidden, share, found):
    below = [one == "1" for one in hidden]
    assert censored_quantiles(np.array(values, float), below, (share,)) == [found]


def test_quartiles_are_what_is_asked_unless_told():
    found = censored_quantiles(np.arange(1.0, 5.0), [False] * 4)
    assert found == [(1.0, False), (2.0, False), (3.0, False)]


# -- units


def test_masses_of_ions_over_their_nitrogen():
    nitrogen, oxygen, hydrogen = 14.007, 15.999, 1.008
    assert NITROGEN["nitrate"] == pytest.approx(1 + 3 * oxygen / nitrogen, rel=1e-4)
    assert NITROGEN["nitrite"] == pytest.approx(1 + 2 * oxygen / nitrogen, rel=1e-4)
    assert NITROGEN["ammonia"] == pytest.approx(1 + 4 * hydrogen / nitrogen, rel=1e-4)


@pytest.mark.parametrize(
    ("unit", "milligram"),
    [
        ("mg/L", 1.0),
        ("ug/L", 1e-3),
        ("µg/L", 1e-3),
        ("μg/L", 1e-3),
        ("g/L", 1e3),
        ("ng/L", 1e-6),
        ("毫克/升", 1.0),
        ("微克/升", 1e-3),
        ("ppm", 1.0),
        ("ppb", 1e-3),
        ("mg/L as N", 1.0),
        ("ug/L (N)", 1e-3),
        ("g/L-N", 1e3),
        ("furlong", 1.0),
        ("", 1.0),
    ],
)
def test_concentrations_in_milligrams_per_litre(unit, milligram):
    assert milligrams(2.0, unit) == pytest.approx(2.0 * milligram)


@pytest.mark.parametrize(
    ("name", "value", "unit", "found"),
    [
        ("total_coliforms", 30.0, "MPN/L", 3.0),
        ("total_coliforms", 3.0, "CFU/mL", 300.0),
        ("total_coliforms", 3.0, "个/升", 0.3),
        ("total_coliforms", 3.0, "mg/L", 3.0),
        ("total_alpha_activity", 100.0, "mBq/L", 0.1),
        ("total_alpha_activity", 10.0, "pCi/L", 0.37),
        ("iron", 2.0, "Bq/L", 2.0),
    ],
)
def test_germs_and_activities_in_the_standard_s_unit(name, value, unit, found):
    assert routine_result(name, value, unit).value == pytest.approx(found)


@pytest.mark.parametrize(
    ("name", "unit", "form"),
    [
        ("nitrate as N", "", "nitrogen"),
        ("硝酸盐(以N计)", "", "nitrogen"),
        ("氨氮", "", "nitrogen"),
        ("nitrate", "mg/L as N", "nitrogen"),
        ("nitrate-N", "", "nitrogen"),
        ("NO3-", "", "ion"),
        ("NH4+", "", "ion"),
        ("nitrate as NO3", "", "ion"),
        ("硝酸盐(以NO3计)", "", "ion"),
        ("nitrate", "mg/L", ""),
        ("NO5", "", ""),
    ],
)
def test_what_was_weighed_stands_in_name_or_unit(name, unit, form):
    assert form_of(name, unit) == form


def test_plain_nitrate_is_nitrogen_by_the_standard_and_an_ion_where_asked():
    """In 2017 the standard counts nitrogen."""
    assert routine_result("nitrate", 62.005, "mg/L").value == pytest.approx(62.005)
    ion = routine_result("nitrate", 62.005, "mg/L", plain="ion")
    assert ion.value == pytest.approx(14.007)
    assert not ion.censored
    assert routine_result("nitrate", 1.0, censored=True).censored
    assert routine_result("moonlight", 1.0) is None


def test_samples_give_results_of_routine_indices_in_the_standard_s_units():
    def sample(parameter, value, unit, **more):
        own = {"parameter": parameter, "value": value, "unit": unit}
        return WaterSample(sampled_at="2024-01-05", place="W1", **own, **more)

    found = sampled_results(
        [
            sample("iron", 300.0, "ug/L"),
            sample("moonlight", 1.0, "lx"),
            sample("chloride", None, "mg/L"),
            sample("sulfate", 2.0, "mg/L", below_detection=True),
        ]
    )
    assert [(one.index, one.censored) for one in found] == [("iron", False), ("sulfate", True)]
    assert [one.value for one in found] == pytest.approx([0.3, 2.0])
