"""What wells and open water are found to be, on residuals made by hand."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import source_fit
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.source_fit import WaterShift
from loopkeeper.physics.pump import PumpBank, PumpMode

NONE = Level(0.0, 1.0, None, -9.0)
PUMPS = PumpBank(3, 2.0, 30.0, 8000.0, PumpMode.ONE_PER_MACHINE)


@dataclass(frozen=True)
class Offsets:
    """What a shift of the water moves of a system. [K]"""

    source_offset: float
    cooling_offset: float


@dataclass(frozen=True)
class Pumped(Offsets):
    """Water of 5 J m-3 K-1 moved by pumps."""

    source_heat_capacity: float = 5.0
    source_pumps: object = PUMPS


def test_water_is_moved_by_mode_and_back_for_the_other_sign():
    shift = WaterShift(heating=1.5, cooling=-2.0)
    assert shift.moved(Offsets(0.25, 0.5)) == Offsets(1.75, -3.0)
    assert shift.moved(Offsets(0.25, 0.5), -1.0) == Offsets(-1.25, 4.0)


# -- water that was other than designed


def body_of_water(monkeypatch, usual):
    monkeypatch.setattr(source_fit, "yearly_water", lambda *_: np.asarray(usual, dtype=float))
    return SimpleNamespace(source=SimpleNamespace(surface="a river"), site="somewhere")


def hours_of(natural, heating, cooling, run_share):
    arrays = [np.asarray(a, dtype=float) for a in (natural, heating, cooling, run_share)]
    names = ("natural", "heating", "cooling", "run_share")
    columns = dict(zip(names, arrays, strict=True))
    return SimpleNamespace(time=None, hours=len(arrays[0]), **columns)


def test_a_shift_is_the_mean_over_the_hours_that_machines_ran_in_a_season(monkeypatch):
    plant = body_of_water(monkeypatch, [5.0, 6.0, 7.0, 20.0, 21.0, 22.0])
    seen = hours_of(
        [3.0, 5.0, 70.0, 21.5, 23.5, 90.0],
        [1.0, 2.0, 3.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 1.0, 2.0, 3.0],
        [1.0, 0.1, 0.0, 1.0, 0.1, 0.0],
    )
    assert source_fit.water_shift(plant, seen) == WaterShift(-1.5, 2.0)
    seen.cooling = np.zeros(6)
    assert source_fit.water_shift(plant, seen) == WaterShift(-1.5, 0.0)


@pytest.mark.parametrize(("off", "told"), [(1.02, True), (0.98, False), (-1.02, True)])
def test_water_within_a_kelvin_of_the_design_s_is_a_mild_year(monkeypatch, off, told):
    plant = body_of_water(monkeypatch, [5.0, 20.0])
    seen = hours_of([5.0 + off, 20.1], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0])
    shift = source_fit.water_shift(plant, seen)
    assert (shift.heating, shift.cooling) == pytest.approx((off, 0.1) if told else (0.0, 0.0))


def test_wells_and_water_nobody_measured_have_no_shift(monkeypatch):
    plant = body_of_water(monkeypatch, [5.0, 20.0])
    blind = hours_of([9.0, np.nan], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0])
    assert source_fit.water_shift(plant, blind) == WaterShift()
    wells = SimpleNamespace(source=SimpleNamespace(surface=None))
    assert source_fit.water_shift(wells, blind) == WaterShift()


def test_a_whole_year_s_own_course_is_laid_on_the_range_of_the_design(monkeypatch):
    """Of 8001 hours the hundredths are the 81st and the 7921st: 0.1 and 9.9, 0.002 and 19.602."""
    rank = np.arange(8001.0)
    body_of_water(monkeypatch, 20.0 * (rank / 8000.0) ** 2)
    found = source_fit._designed_course(None, None, hours_of(rank / 800.0, rank, rank, rank))
    assert found == pytest.approx(0.002 + 2.0 * (rank / 800.0 - 0.1), abs=1e-9)
    still = source_fit._designed_course(None, None, hours_of(np.full(8001, 7.0), *[rank] * 3))
    assert still == pytest.approx(np.full(8001, 0.002))
    narrow = source_fit._designed_course(None, None, hours_of(rank / 16000.0, rank, rank, rank))
    assert narrow == pytest.approx(0.002 + 19.6 * (rank / 16000.0 - 0.005), abs=1e-9)


@pytest.mark.parametrize(("count", "own"), [(7919, False), (7920, True)])
def test_eleven_months_show_both_ends_of_a_year(monkeypatch, count, own):
    usual = np.linspace(4.0, 24.0, count)
    body_of_water(monkeypatch, usual)
    seen = hours_of(np.linspace(0.0, 10.0, count), usual, usual, usual)
    natural = seen.natural if own else np.linspace(0.0, 10.0, count)
    assert source_fit._designed_course(None, None, seen) == pytest.approx(4.0 + 2.0 * natural)
    seen.natural = np.sqrt(natural)  # another shape between its ends
    found = source_fit._designed_course(None, None, seen)
    assert bool(found == pytest.approx(usual)) is not own


# -- daily residuals


def residuals(monkeypatch, days=20, **other):
    """Days of twenty-four hours: 8 °C simulated, 9 measured, 30 kW drawn in half of each hour."""
    count = 24 * days
    columns = {
        "good": np.ones(count, bool),
        "source_supply": np.full(count, 9.0),
        "source_heat": np.full(count, 3e4),
        "run_share": np.full(count, 0.5),
    }
    op = SimpleNamespace(hours=count, **{**columns, **other})
    run = {"run_share": np.ones(count), "source_supply": np.full(count, 8.0)}
    asked = []
    monkeypatch.setattr(source_fit, "run_years", lambda phases, _: asked.append(phases) or run)
    sized = []
    setting = SimpleNamespace(operation=op, years=lambda **of: sized.append(of))
    found = source_fit._daily_residuals("as designed", setting)
    assert asked == [[(0, "as designed")]]
    assert sized == [{"sized": True, "unbalanced": True}]
    return found


def test_residuals_are_daily_means_of_measured_less_simulated_at_full_running(monkeypatch):
    good = np.ones(480, bool)
    good[24:46] = False  # two usable hours on the second day
    good[48:69] = False  # three on the third
    supply = np.full(480, 9.0)
    supply[69:72] = 8.5, 9.5, 12.0
    heat = np.full(480, 3e4)
    heat[69:72] = 1e4, -2e4, 4e4
    columns = {"good": good, "source_supply": supply, "source_heat": heat}
    assert residuals(monkeypatch, **columns) is None  # nineteen days
    more = {name: np.append(values, values[:24]) for name, values in columns.items()}
    residual, drawn, hour = residuals(monkeypatch, 21, **more)
    assert residual[:2] == pytest.approx([1.0, 2.0])
    assert drawn[:2] == pytest.approx([6e4, 2e4])
    assert hour[:3].tolist() == [0.0, 48.0, 72.0]
    assert len(residual) == len(drawn) == len(hour) == 20


def test_days_that_draw_and_give_back_alike_tell_nothing(monkeypatch):
    heat = np.full(480, 3e4)
    heat[24:36] *= -1.0
    residual, _, hour = residuals(monkeypatch, source_heat=heat)
    assert len(residual) == 19
    assert hour[:2].tolist() == [0.0, 48.0]


def test_hours_count_with_water_heat_and_machines_that_ran_a_third():
    op = SimpleNamespace(
        good=np.array([True, False, True, True, True, True, True, True]),
        source_supply=np.array([9.0, 9.0, np.nan, 9.0, 9.0, 9.0, 9.0, 9.0]),
        source_heat=np.array([1.0, 1.0, 1.0, np.nan, 0.0, -1.0, 1.0, 1.0]),
        run_share=np.array([0.31, 1.0, 1.0, 1.0, 1.0, 1.0, 0.29, 1.0]),
    )
    simulated = np.array([0.01, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0])
    assert np.flatnonzero(source_fit._usable(op, simulated)).tolist() == [0, 5]


# -- what explains them


def test_a_constant_and_a_slope_by_what_they_leave_of_the_days():
    """56 days stray by ± 0.4 K: 56 / (14 · 0.16) of weight beside a prior of 3 K."""
    heat = np.tile([1.0, 1.0, -1.0, -1.0], 14)
    residual = 1.5 - 2.0 * heat + np.tile([0.4, -0.4], 28)
    mean, covariance = source_fit._explained(residual, heat)
    weight = 56 / (14 * 0.16)
    width = 1 / (weight + 1 / 9)
    assert mean == pytest.approx(weight * width * np.array([1.5, 2.0]))
    assert covariance == pytest.approx(np.diag([width + 0.15**2 + 0.5**2, width]), abs=1e-12)
    tight = source_fit._explained(1.5 - 2.0 * heat + np.tile([0.05, -0.05], 28), heat)[1]
    assert tight[1, 1] == pytest.approx(1 / (56 / (14 * 0.01) + 1 / 9))


def asked_of_levels(monkeypatch, residual, heat, design, spread):
    seen = []
    monkeypatch.setattr(source_fit, "find_level", lambda *of: seen.append(of) or NONE)
    numbers = (np.array(residual), np.array(heat))
    assert source_fit._giving_way(*numbers, design, spread) is NONE
    return seen[0]


def test_giving_way_is_the_fall_at_the_design_heat_of_days_of_three_tenths_of_it(monkeypatch):
    drop, mode, prior = asked_of_levels(
        monkeypatch, [-1.0, 3.0, -0.5, 9.0], [50.0, -60.0, 31.0, 29.0], 100.0, 4.0
    )
    assert drop == pytest.approx([2.0, 5.0, 0.5 / 0.31, np.nan], nan_ok=True)
    assert mode.tolist() == [0.0, 1.0, 0.0, 0.0]
    # the middle of the falls is 2 K: less a quarter of the design spread than that
    assert (prior.offset, prior.effect, prior.noise) == pytest.approx((0.5, 2.0, 0.2))


def test_a_large_fall_is_off_by_a_fifth_and_strays_by_a_tenth(monkeypatch):
    prior = asked_of_levels(monkeypatch, [-4.0, 4.0], [50.0, -50.0], 100.0, 30.0)[2]
    assert (prior.offset, prior.effect, prior.noise) == pytest.approx((1.6, 15.0, 0.8))
    small = asked_of_levels(monkeypatch, [-0.1, 0.1], [50.0, -50.0], 100.0, 0.1)[2]
    assert (small.offset, small.effect, small.noise) == pytest.approx((0.5, 0.2, 0.1))
    weak = asked_of_levels(monkeypatch, [-4.0, 4.0], [20.0, -20.0], 100.0, 6.0)[2]
    assert (weak.offset, weak.effect, weak.noise) == pytest.approx((0.5, 3.0, 0.1))


def days_of(early, late, weak=0):
    """A season's falls at loads of eight tenths, cooling like heating, weak days between."""
    drop = np.concatenate([early, np.full(weak, 9.0), late])
    load = np.concatenate([np.full(len(early), 0.8), np.full(weak, 0.29), np.full(len(late), 0.8)])
    return np.append(-drop * load, drop * load), np.append(load, -load)


@pytest.mark.parametrize(
    ("early", "late", "there"),
    [
        ([0.71] * 12, [1.0] * 30, True),
        ([0.69] * 12, [1.0] * 30, False),
        ([0.9] * 11, [1.0] * 30, False),
        ([0.77] * 6 + [0.65] * 6, [0.3, *[1.0] * 30], True),
        ([0.76] * 12, [0.5, *[1.0] * 15, *[1.2] * 15], False),
        ([0.84] * 12, [2.5, *[1.0] * 15, *[1.2] * 15], True),
        ([0.9] * 12, [-1.0] * 30, False),
    ],
)
def test_the_first_dozen_days_fall_seven_tenths_as_deep_as_the_last_thirty(early, late, there):
    assert source_fit._at_once(*days_of(early, late)) is there
    assert source_fit._at_once(*days_of(early, late, weak=20)) is there


def test_both_seasons_have_to_fall_at_once():
    residual, load = days_of([0.9] * 12, [1.0] * 30)
    assert not source_fit._at_once(residual[:42], load[:42])
    slow = days_of([0.1] * 12, [1.0] * 30)[0]
    assert not source_fit._at_once(np.append(residual[:42], slow[42:]), load)
    assert not source_fit._at_once(np.append(slow[:42], residual[42:]), load)


# -- the fit


def fitted(monkeypatch, mean=(0.0, 0.0), level=NONE, **of):
    """The fit of eleven days of 0 to 500 W, and the residuals it looks for a fall in."""
    shift = of.get("shift", WaterShift())
    given = np.arange(11.0), 50.0 * np.arange(11.0), 24.0 * np.arange(2.0, 13.0)
    seen = []
    moved = []
    monkeypatch.setattr(source_fit, "water_shift", lambda *_: shift)
    monkeypatch.setattr(
        source_fit, "_daily_residuals", lambda system, _: moved.append(system) or given
    )
    monkeypatch.setattr(
        source_fit,
        "_explained",
        lambda _, load: seen.append(load) or (np.array(mean), np.diag([0.36, 9.0])),
    )
    monkeypatch.setattr(source_fit, "_giving_way", lambda *args: seen.append(args) or level)
    monkeypatch.setattr(source_fit, "_at_once", lambda _, load: bool(seen.append(load)) or True)
    source = SimpleNamespace(
        surface=of.get("surface"), traits=SimpleNamespace(least_fall=of.get("least", 0.3))
    )
    setting = SimpleNamespace(operation=None)
    fit = source_fit.fit_water(SimpleNamespace(source=source), Pumped(1.0, 0.0), setting)
    assert moved[0].source_offset == 1.0 + shift.heating
    return fit, seen


@pytest.mark.parametrize(
    ("mean", "told"), [(1.19, False), (1.21, True), (-1.21, True), (-1.19, False)]
)
def test_wells_two_standard_deviations_off_are_other_water(monkeypatch, mean, told):
    fit, seen = fitted(monkeypatch, (mean, 3.0))
    assert fit.offset == ((WaterShift(mean, mean), pytest.approx(0.6)) if told else None)
    assert seen[1][0] == pytest.approx(np.arange(11.0) - (mean if told else 0.0))
    on_record, _ = fitted(monkeypatch, (mean, 3.0), surface="a river")
    assert on_record.offset is None


def test_what_a_river_was_off_by_is_known_as_well_as_its_thermometer(monkeypatch):
    fit, seen = fitted(monkeypatch, (5.0, 3.0), shift=WaterShift(1.5, 2.5), surface="a river")
    assert fit.offset == (WaterShift(1.5, 2.5), 0.15)
    assert seen[1][0] == pytest.approx(np.arange(11.0))


def test_the_design_heat_is_that_of_the_ninth_day_in_ten(monkeypatch):
    """450 W of 0 to 500; a spread of 450 / (5 · 2 · 3) = 15 K."""
    fit, seen = fitted(monkeypatch)
    assert (fit.design, fit.drop, fit.onset, fit.at_once) == (450.0, None, None, False)
    assert seen[0] == pytest.approx(np.arange(11.0) / 9.0)
    assert seen[1][2:] == (450.0, 15.0)


@pytest.mark.parametrize(
    ("value", "odds", "told"),
    [(4.6, 3.1, True), (4.4, 3.1, False), (4.6, 2.9, False), (-4.6, 3.1, False)],
)
def test_a_fall_is_told_from_its_kind_s_least_share_of_the_spread_on(
    monkeypatch, value, odds, told
):
    """Three tenths of 15 K, twenty to one: a log of 3.0."""
    fit, seen = fitted(monkeypatch, level=Level(value, 1.2, 4, odds))
    assert fit.drop == ((value, pytest.approx(1.3)) if told else None)
    assert fit.onset == (24 * 6 if told else None)
    assert fit.at_once is told
    assert len(seen) == (3 if told else 2)
    if told:
        assert seen[2] == pytest.approx(np.arange(11.0) / 9.0)


def test_a_fall_that_was_there_before_has_no_onset(monkeypatch):
    fit, _ = fitted(monkeypatch, level=Level(6.0, 0.5, None, 9.0))
    assert fit.onset is None
    assert fit.drop == (6.0, pytest.approx(np.sqrt(0.5)))
