"""Suspects of ground, water and by-pass on a small plant: from when on, and what they change."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lived import even_dice
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.source_fit import WaterFit, WaterShift
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.measure.case import UNRECORDED
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.model import WaterModel
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import Source

CONDUCTIVITY, RESISTANCE, TEMPERATURE, LENGTH, SPACING, BYPASS = range(6)
"""Places of what is fitted of a ground."""
MEANS = np.array([-0.2, 0.3, 1.5, -0.1, -0.4, 0.5, 9.0, 9.0, 9.0])
"""All of it off, and its meters far off."""
VARIANCES = np.array([0.01, 0.04, 0.09, 0.16, 0.25, 0.36, 9.0, 9.0, 9.0])
DRAWS = np.arange(12.0).reshape(2, 6)


DICE = even_dice(2)


def look(code, dice=DICE, works=UNRECORDED, **seen):
    scene = {"dice": dice, "case": SimpleNamespace(works=works), **seen}
    return BY_CODE[code].look(SimpleNamespace(**scene))


def after(suspect, small, value=None):
    """The plant with a cause that was always there."""
    moved = suspect.apply(Hypothesis.of(small), suspect.value if value is None else value)
    assert moved.later == ()
    return moved


def test_draws_are_as_many_as_asked_each_about_its_own_mean():
    dice = PosteriorSampler(np.random.default_rng(4), 20000)
    drawn = dice.normal(np.array([3.0, -2.0]), np.array([0.5, 0.1]))
    assert drawn.shape == (20000, 2)
    assert drawn.mean(axis=0) == pytest.approx([3.0, -2.0], abs=0.02)
    assert drawn.std(axis=0) == pytest.approx([0.5, 0.1], rel=0.03)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(0.0, abs=0.03)
    assert dice.nothing().tolist() == [[0.0]] * 20000


# -- by-pass


def bypass(passes, count=150, ground=None, draws=None):
    """Of 2 l/s so many litres pass the field, in all hours of a plant that runs."""
    operation = SimpleNamespace(
        field_flow=np.full(count, passes),
        source_flow=np.full(count, 2.0),
        run_share=np.ones(count),
    )
    return look("hydraulic.bypass", operation=operation, ground=ground, ground_draws=draws)


@pytest.mark.parametrize(("share", "named"), [(0.057, False), (0.063, True)])
def test_a_metered_bypass_is_named_from_six_percent_on(small, share, named):
    found = bypass(2.0 * (1 - share))
    assert (found is not None) is named
    if found:
        assert (found.kind, found.cause) == (DeviationKind.HYDRAULIC, "hydraulic.bypass")
        assert found.value == pytest.approx([share])
        assert found.draws == pytest.approx(np.array([[share + 0.02], [share - 0.02]]))
        assert found.finding.code == "diagnose.hydraulic.bypass"
        assert found.finding.figures == pytest.approx({"percent": 100 * share})
        assert after(found, small).system == replace(small.system, bypass=pytest.approx(share))


@pytest.mark.parametrize(
    ("value", "kept"), [(-0.1, 0.0), (0.3, 0.3), (0.93, 0.93), (0.99, 0.95), (1.1, 0.95)]
)
def test_a_bypass_is_a_share_and_leaves_a_twentieth(small, value, kept):
    moved = after(bypass(1.0), small, np.array([value]))
    assert moved.system.bypass == pytest.approx(kept)


@pytest.mark.parametrize(("share", "named"), [(0.34, False), (0.36, True)])
def test_without_a_meter_a_bypass_has_to_be_a_third(share, named):
    mean = MEANS.copy()
    mean[BYPASS] = share
    found = bypass(np.nan, ground=SimpleNamespace(mean=mean), draws=DRAWS)
    assert (found is not None) is named
    if found:
        assert found.value.tolist() == [share]
        assert found.draws.tolist() == [[5.0], [11.0]]
        assert found.finding.figures == pytest.approx({"percent": 36.0})


def test_where_a_meter_tells_the_temperatures_are_not_asked():
    assert bypass(1.96, ground=SimpleNamespace(mean=MEANS), draws=DRAWS) is None
    assert bypass(np.nan) is None


# -- ground


def in_ground(code, small, mean=MEANS, tested=None):
    return look(
        code,
        ground=SimpleNamespace(mean=mean, covariance=np.diag(VARIANCES)),
        ground_draws=DRAWS,
        listed=small,
        case=SimpleNamespace(surveyed=SimpleNamespace(undisturbed_temperature=tested)),
    )


@pytest.mark.parametrize(
    ("code", "place", "designed", "found", "width"),
    [
        ("resource.conductivity", CONDUCTIVITY, 1.9, 1.9 * np.exp(-0.2), 0.1),
        ("construction.resistance", RESISTANCE, 0.12, 0.12 * np.exp(0.3), 0.2),
        ("resource.temperature", TEMPERATURE, 14.0, 15.5, 0.3),
        ("construction.active_length", LENGTH, 0.96, 0.96 * np.exp(-0.1), 0.4),
        ("construction.spacing", SPACING, 1.0, np.exp(-0.4), 0.5),
    ],
)
def test_each_parameter_of_a_ground_is_a_suspect_of_its_own(
    small, code, place, designed, found, width
):
    suspect = in_ground(code, small)
    assert (suspect.kind, suspect.cause) == (DeviationKind(code.partition(".")[0]), code)
    assert suspect.value.tolist() == [MEANS[place]]
    assert suspect.draws.tolist() == [[place], [6.0 + place]]
    assert (suspect.onset, suspect.doubt, suspect.settles) == (None, 0.0, ())
    assert suspect.finding.code == f"diagnose.{code}"
    width *= 1.0 if place == TEMPERATURE else found
    figures = {"designed": designed, "found": found, "half_width": 1.645 * width}
    assert suspect.finding.figures == pytest.approx(figures)


def of_ground(ground):
    return np.array(
        [
            ground.conductivity / 1.9,
            ground.resistance / 0.12,
            ground.undisturbed_temperature - 14.0,
            ground.length_factor / 0.96,
        ]
    )


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("resource.conductivity", CONDUCTIVITY),
        ("construction.resistance", RESISTANCE),
        ("resource.temperature", TEMPERATURE),
        ("construction.active_length", LENGTH),
    ],
)
def test_a_suspect_of_the_ground_moves_its_own_parameter_alone(small, code, place):
    """By the value of a draw: factors are e to it, the temperature is shifted."""
    moved = after(in_ground(code, small), small, np.array([0.25]))
    expected = np.array([1.0, 1.0, 0.0, 1.0])
    expected[place] = 0.25 if place == TEMPERATURE else np.exp(0.25)
    assert of_ground(moved.ground) == pytest.approx(expected)
    assert moved.ground.field is small.ground.field
    assert moved.system == small.system


def test_holes_nearer_to_one_another_stand_at_that_share_of_their_distance(small):
    moved = after(in_ground("construction.spacing", small), small, np.array([np.log(0.5)]))
    assert np.diff(moved.ground.field.geometry.x) == pytest.approx([3.0])
    assert of_ground(moved.ground) == pytest.approx([1.0, 1.0, 0.0, 1.0])


def test_without_a_fit_or_a_field_there_is_no_suspect_of_the_ground(small):
    case = SimpleNamespace(surveyed=SimpleNamespace(undisturbed_temperature=None))
    for code in ("resource.conductivity", "resource.temperature", "thermal_balance.temperature"):
        assert look(code, ground=None, ground_draws=None, listed=small, case=case) is None
    watered = replace(Hypothesis.of(small), ground=WaterModel(small.system.ground))
    suspect = in_ground("resource.conductivity", small)
    assert suspect.apply(watered, np.array([0.5])) is watered


@pytest.mark.parametrize("shift", [1.0, -2.0])
@pytest.mark.parametrize(
    ("part", "since"),
    [(None, False), (0.0, True), (0.47, True), (0.53, False), (1.4, False), (1.6, True)],
)
def test_ground_that_is_nearer_to_another_than_the_tested_temperature_came_to_it(
    small, shift, part, since
):
    """So far from the design's towards what is found today the ground was when tested."""
    mean = MEANS.copy()
    mean[TEMPERATURE] = shift
    tested = None if part is None else SimpleNamespace(value=14.0 + part * shift)
    came = in_ground("thermal_balance.temperature", small, mean, tested)
    was = in_ground("resource.temperature", small, mean, tested)
    assert (came is not None, was is None) == (since, since)
    one = came or was
    assert one.finding.code == f"diagnose.{one.cause}"
    assert one.finding.figures["found"] == pytest.approx(14.0 + shift)


# -- water


def test_water_of_another_temperature_is_warmer_by_mode(small):
    fit = WaterFit((WaterShift(-2.0, 1.5), 0.4), None, 1e5, None)
    found = look("resource.water_temperature", water=fit)
    assert (found.kind, found.cause) == (DeviationKind.RESOURCE, "resource.water_temperature")
    assert found.value.tolist() == [-2.0, 1.5]
    assert found.draws == pytest.approx(np.array([[-1.6, 1.9], [-2.4, 1.1]]))
    figures = {"heating": -2.0, "cooling": 1.5, "half_width": 1.645 * 0.4}
    assert found.finding.figures == pytest.approx(figures)
    moved = after(found, small, np.array([1.0, 5.0])).system
    assert (moved.source_offset, moved.cooling_offset) == pytest.approx((1.3, 4.2))
    assert look("resource.water_temperature", water=None) is None
    assert look("resource.water_temperature", water=replace(fit, offset=None)) is None


def test_water_is_warmer_than_found_in_both_modes_alike():
    dice = PosteriorSampler(np.random.default_rng(3), 50)
    fit = WaterFit((WaterShift(-2.0, 1.5), 0.4), None, 1e5, None)
    heating, cooling = look("resource.water_temperature", dice, water=fit).draws.T
    assert cooling == pytest.approx(heating + 3.5)
    assert np.ptp(heating) > 0.4


SEAL, AROUND = "construction.seal", "resource.well_bypass"
BREAK, MIXING = "resource.breakthrough", "hydraulic.mixing"
FOULING, EXCHANGER = "operation.exchanger_fouling", "construction.exchanger"
GIVING = (SEAL, AROUND, BREAK, MIXING, FOULING, EXCHANGER)
OTHER = (WaterShift(1.0, 1.0), 0.2)


@pytest.mark.parametrize(
    ("kind", "of", "code"),
    [
        (SourceKind.SINGLE_WELL, {}, SEAL),
        (SourceKind.SINGLE_WELL, {"at_once": True, "onset": 48}, SEAL),
        (SourceKind.SINGLE_WELL, {"offset": OTHER}, AROUND),
        (SourceKind.WELL_GROUP, {}, BREAK),
        (SourceKind.WELL_GROUP, {"offset": OTHER, "onset": 48}, BREAK),
        (SourceKind.WELL_GROUP, {"at_once": True}, MIXING),
        (SourceKind.SURFACE_WATER, {"onset": 48, "offset": OTHER, "at_once": True}, FOULING),
        (SourceKind.SURFACE_WATER, {}, EXCHANGER),
        (SourceKind.STANDING_COLUMN, {}, None),
    ],
)
def test_water_that_gives_way_is_named_by_source_water_and_onset(kind, of, code):
    fit = WaterFit(**{"offset": None, "drop": (2.0, 0.4), "design": 1e5, "onset": None, **of})
    plant = SimpleNamespace(source=Source(kind=kind))
    found = {one: look(one, water=fit, plant=plant) for one in GIVING}
    assert [one for one in GIVING if found[one]] == ([code] if code else [])
    if code:
        suspect = found[code]
        assert (suspect.cause, suspect.finding.code) == (code, f"diagnose.{code}")
        assert suspect.kind is DeviationKind(code.partition(".")[0])
        assert suspect.onset == of.get("onset")
    for silent in (None, replace(fit, drop=None)):
        assert not any(look(one, water=silent, plant=plant) for one in GIVING)


def test_a_seal_that_failed_its_test_leaks_whatever_the_water_is_like():
    fit = WaterFit(OTHER, (2.0, 0.4), 1e5, None)
    plant = SimpleNamespace(source=Source(kind=SourceKind.SINGLE_WELL))
    failed = replace(UNRECORDED, seal_failed=True)
    assert look(SEAL, water=fit, plant=plant, works=failed)
    assert look(AROUND, water=fit, plant=plant, works=failed) is None


def giving(onset=None, kind=SourceKind.SINGLE_WELL):
    plant = SimpleNamespace(source=Source(kind=kind))
    code = SEAL if kind is SourceKind.SINGLE_WELL else FOULING
    return look(code, water=WaterFit(None, (2.0, 0.4), 8e4, onset), plant=plant)


def test_a_drop_at_the_design_heat_is_a_resistance(small):
    found = giving()
    assert found.value.tolist() == [2.0]
    assert found.draws == pytest.approx(np.array([[2.4], [1.6]]))
    figures = {"drop": 2.0, "half_width": 1.645 * 0.4}
    assert found.finding.figures == pytest.approx(figures)
    assert after(found, small).system.source_resistance == pytest.approx(1e-5 + 2.0 / 8e4)
    assert after(found, small, [0.4]).system.source_resistance == pytest.approx(1e-5 + 0.4 / 8e4)
    assert after(found, small, [-1.0]).system.source_resistance == 1e-5


def test_an_exchanger_that_came_to_foul_resists_from_its_hour_on(small):
    found = giving(48, SourceKind.SURFACE_WATER)
    moved = found.apply(Hypothesis.of(small), found.value)
    ((hour, change),) = moved.later
    assert (found.onset, hour, moved.system) == (48, 48, small.system)
    assert change(small.system).source_resistance == pytest.approx(1e-5 + 2.5e-5)
