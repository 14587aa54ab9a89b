"""Headlines say what the figures say: they add up by hand, and a bare pass names its odds."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.app.telling.headlines import (
    amounts,
    design_sentence,
    left_over,
    verdict_sentence,
)
from loopkeeper.lifecycle.design.reliability import Reliability
from loopkeeper.lifecycle.diagnose.result import Deviation, Diagnosis
from loopkeeper.measure.series import Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import BoreholeField, Source
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import KWH

MWH = 1000 * KWH


def about(value, spread=1.0):
    return Estimate.normal(value * MWH, spread * MWH)


def diagnosed(promised, measured, exogenous, causes, cautions=()):
    """A diagnosis whose books balance."""
    short = measured - promised - exogenous
    found = tuple(
        Deviation(
            kind=DeviationKind.OPERATION,
            cause="operation.fouling",
            energy=about(c),
            saving_if_fixed=about(c),
            if_alone=about(c),
            share=c / short,
            confidence=0.99,
            finding=Verdict("evaluate.pack.nothing", {}),
        )
        for c in causes
    )
    rest = short - sum(causes)
    day = np.datetime64("2023-11-01", "s")
    return Diagnosis(
        period=Period(day, day + np.timedelta64(365, "D")),
        boundary="GB/T 50801",
        promised=about(promised),
        exogenous=about(exogenous),
        expected=about(promised),
        measured=about(measured),
        shortfall=about(measured - promised),
        deviations=found,
        unexplained=about(rest),
        unexplained_share=rest / short,
        healthy=not causes,
        cautions=cautions,
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_the_causes_overshoot_is_said(language):
    """183 promised, 212 used: +29, of which 2 are the weather's; 3 causes of 31.3 leave -4.3."""
    told = verdict_sentence(diagnosed(183.0, 212.0, 2.0, (20.0, 8.0, 3.3)), language)
    for figure in ("+29.0", "+16 %", "212.0", "183.0", "+2.0", "+31.3", "116 %", "-4.3", "-16 %"):
        assert figure in told
    assert "100 %" not in told
    assert "+27" not in told


def test_what_is_printed_adds_up_whatever_the_rounding(rng):
    for _ in range(200):
        promised, measured = rng.uniform(50, 400, 2)
        causes = tuple(rng.uniform(1, 40, rng.integers(1, 4)))
        one = amounts(diagnosed(promised, measured, rng.uniform(-5, 5), causes))
        shown = {k: round(getattr(one, k), 1) for k in one.__dataclass_fields__}
        assert shown["promised"] + shown["shortfall"] == pytest.approx(shown["measured"], abs=1e-9)
        parts = shown["exogenous"] + shown["causes"] + shown["unexplained"]
        assert parts == pytest.approx(shown["shortfall"], abs=1e-9)
        # each is rounded to a tenth: two of them leave no more than 0.1 between true and shown
        assert one.shortfall == pytest.approx(measured - promised, abs=0.1)


def test_the_table_s_last_line_is_the_headline_s():
    """16.84 + 9.54 + 4.96 are printed 16.8, 9.5 and 5.0: of 26.9 they leave -4.4, not -4.44."""
    one = diagnosed(183.2, 211.8, 1.7, (16.84, 9.54, 4.96))
    assert left_over(one).value == pytest.approx(-4.4 * MWH)
    assert "+31.3" in verdict_sentence(one, "en")
    assert "-4.4 (-17 %)" in verdict_sentence(one, "en")  # 31.34 of 26.9 is 116.5 %


def test_more_than_promised_without_a_cause_is_not_a_promise_kept():
    told = verdict_sentence(diagnosed(183.0, 212.0, 2.0, ()), "en")
    assert "no cause was found, +27.0 stay unexplained" in told
    sound = verdict_sentence(diagnosed(183.0, 183.5, 0.2, ()), "en")
    assert sound.startswith("No deviation found")


def test_deviations_that_others_hide_are_weighed_by_hand():
    told = verdict_sentence(diagnosed(183.0, 185.0, 1.0, (20.0, -18.0)), "en")
    assert "+2.0 MWh (+1 %)" in told
    assert "1 deviation(s) cost 20.0 MWh" in told
    assert "come to -18.0" in told  # 2 less 20: 1 of weather, -18 that save, -1 unexplained


def test_a_half_told_period_is_said_first():
    figures = {"percent": "83", "first": "2024-09-01", "last": "2024-11-01", "days": "61"}
    half = Verdict("measure.period.half_told", figures)
    told = verdict_sentence(diagnosed(183.0, 212.0, 2.0, (20.0,), (half,)), "en")
    assert told.startswith("Only 83 % of the period is told")


def field(length):
    where = ((0.0, 0.0), (5.0, 0.0))
    return Plant(
        site=Site(id="t", name="T", timezone="UTC"),
        source=Source(
            kind=SourceKind.BOREHOLE_FIELD,
            field=BoreholeField(
                count=2, length=length, diameter=0.15, buried_depth=1.5, positions=where
            ),
        ),
    )


LENGTHS = {0.5: 108.0, 0.8: 119.0, 0.9: 126.0, 0.95: 132.0}
SIZED = SimpleNamespace(reliability=Reliability(108.0, 0.5, LENGTHS, {}))


@pytest.mark.parametrize(
    ("drawn", "odds", "tone"),
    [
        (100.0, "0 to 50 %", "caution"),
        (110.0, "50 to 80 %", "caution"),
        (126.0, "90 to 95 %", "caution"),
        (132.0, "with 95 %", "good"),
    ],
)
def test_a_pass_names_its_odds(drawn, odds, tone):
    told, found = design_sentence(field(drawn), SIZED, passes=True, language="en")
    assert odds in told
    assert found == tone
    assert {"108.0", "132.0", f"{drawn:.1f}"} <= set(re.findall(r"\d+\.\d", told))


def test_what_does_not_pass_or_was_not_sized_says_so():
    assert design_sentence(field(110.0), SIZED, passes=False, language="en")[1] == "problem"
    told, tone = design_sentence(field(110.0), None, passes=True, language="en")
    assert "How surely is not judged" in told
    assert tone == "caution"


@pytest.mark.parametrize(("above_zero", "sure"), [(0.97, 0.97), (0.02, 0.98)])
def test_a_deviation_is_as_sure_as_its_sign(above_zero, sure):
    (one,) = diagnosed(100.0, 110.0, 0.0, (8.0,)).deviations
    assert replace(one, confidence=above_zero).sure == pytest.approx(sure)
