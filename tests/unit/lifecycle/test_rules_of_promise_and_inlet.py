"""The promise's fits on stand-ins of one number each: closed forms and thresholds."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import inlet_fit, promise_fit
from loopkeeper.lifecycle.diagnose.inlet_fit import fit_inlet
from loopkeeper.lifecycle.diagnose.promise_fit import PromiseFit, fit_promise
from loopkeeper.plant.model import GroundModel, WaterModel
from loopkeeper.plant.site import Promise
from loopkeeper.virtual.templates import template


class Run(dict):
    """Columns of a simulated run of half-hours."""

    step = 1800.0


def office_promising(**promised):
    return replace(template("office").plant, promise=Promise(**promised))


# -- electricity


def a_run(**other):
    columns = {
        "heating_delivered": [40.0, 0.0],
        "cooling_delivered": [0.0, 30.0],
        "machine_heating_electricity": [10.0, 0.0],
        "machine_cooling_electricity": [0.0, 6.0],
        "source_pump_electricity": [2.0, 1.0],
        "load_pump_electricity": [0.5, 0.25],
    }
    return Run({k: np.array(v) for k, v in {**columns, **other}.items()})


def without_pumps():
    return a_run(source_pump_electricity=[0.0] * 2, load_pump_electricity=[0.0] * 2)


def test_electricity_is_by_mode_and_place_and_pumps_go_with_the_load():
    found = promise_fit._Energies.of(a_run())
    assert found.spent / 1800.0 == pytest.approx(
        np.array([[10.0, 0.0, 2.0, 0.5], [0.0, 6.0, 1.0, 0.25]])
    )
    assert found.delivered.tolist() == [72000.0, 54000.0]


def test_nothing_promised_moves_nothing(office):
    fit = fit_promise(office_promising(), office, a_run(), {}, {})
    assert fit.moved == (1.0, 1.0, 1.0, 1.0)
    assert fit.doubt == (0.05, 0.05, 0.15, 0.4)  # the load's drives were not seen to follow
    assert fit.model is office
    assert np.isnan(fit.misfit)
    assert fit.verdicts == ()


@pytest.mark.parametrize(
    "promised",
    [
        {"system_cop_heating": 4.0, "system_cop_cooling": 5.0},
        {"system_cop_heating": 4.0},
        {"system_cop_cooling": 5.0},
        {"annual_electricity": 16 * 1800.0},
    ],
)
def test_machines_that_keep_the_promise_stay_and_pumps_draw_nine_tenths(office, promised):
    fit = fit_promise(office_promising(**promised), office, without_pumps(), {}, {})
    assert fit.moved == pytest.approx((1.0, 1.0, 0.9, 0.9), abs=2e-3)
    assert fit.misfit == pytest.approx(0.0, abs=2e-3)
    assert [v.figures["part"] for v in fit.verdicts] == ["source pumps", "load pumps"]
    assert fit.verdicts[0].figures["percent"] == pytest.approx(-10.0, abs=0.1)


@pytest.mark.parametrize(
    "promised",
    [
        {"system_cop_heating": 4.0 * 1.1, "system_cop_cooling": 5.0 * 1.1},
        {"annual_electricity": 16 * 1800.0 / 1.1},
    ],
)
def test_a_promise_a_tenth_higher_moves_both_machines_alike(office, promised):
    """What is left is less than a printed COP tells: log 1.1 of an x weighed by 5 and 1 %."""
    fit = fit_promise(office_promising(**promised), office, without_pumps(), {}, {})
    assert fit.moved[0] == pytest.approx(1 / 1.1, abs=6e-3)
    assert fit.moved[1] == pytest.approx(fit.moved[0], abs=4e-3)
    assert 0 < fit.misfit < 0.01


def test_doubt_of_what_no_promise_tells_is_that_of_its_belief(office):
    """Pumps that draw nothing: √log(1 + t²) rises as t, by 1 / 0.15 and 1 / 0.4."""
    asked = office_promising(annual_electricity=16 * 1800.0)
    fit = fit_promise(asked, office, without_pumps(), {}, {})
    expected = [1 / np.sqrt(doubt**-2 + 0.5**-2) for doubt in (0.15, 0.4)]
    assert fit.doubt[2:] == pytest.approx(expected, rel=0.02)


def test_the_best_of_several_beginnings_is_taken():
    """A hollow at the start and a deeper one half a log below."""
    mean = float(np.log(0.9))

    def missed(x):
        u = x[2] - mean
        return np.array([(u + 0.5) ** 2 * (u - 0.3) ** 2 + max(u, 0.0)])

    beliefs = [promise_fit._Belief(mean, 0.15), promise_fit._Belief(mean, 0.15)]
    found = promise_fit._most_probable(missed, beliefs)
    assert found.x[2] == pytest.approx(mean - 0.5, abs=0.1)
    assert found.x[[0, 1, 3]] == pytest.approx([0.0, 0.0, mean], abs=5e-3)


def test_machines_of_one_type_stray_from_their_maps_and_less_from_each_other():
    """Both by 0.05: √log 2; apart by ± 0.03: one."""
    seen = []

    def missed(x):
        seen.append(x.copy())
        return np.zeros(1)

    answer = promise_fit._most_probable(missed, [promise_fit._Belief(0.0, 0.1, found=True)] * 2)
    assert answer.x == pytest.approx(np.zeros(4), abs=1e-3)
    assert answer.cost == pytest.approx(0.0, abs=1e-4)
    assert max(np.abs(x[:2]).max() for x in seen) <= 0.35
    assert max(np.abs(x[2:]).max() for x in seen) <= 0.25


def test_a_belief_of_what_was_found_is_moved_by_two_and_a_half_deviations():
    assert promise_fit._Belief(0.0, 0.08, found=True).reach == pytest.approx(0.2)
    assert promise_fit._Belief(0.0, 0.08).reach == 0.9
    assert promise_fit._Belief(0.0, 0.4).reach == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("factor", "found", "apart", "other"),
    [
        (0.90, 0.0, 0.0, True),
        (0.96, 0.0, 0.0, False),
        (0.95, 0.0, 0.0, True),
        (0.90, 0.0, 5.0, True),
        (0.90, 0.0, 6.0, False),
        (1.10, 0.0, 0.0, False),
        (0.90, -0.052, 0.0, True),
        (0.90, -0.054, 0.0, False),
    ],
)
def test_machines_a_twentieth_below_their_maps_are_of_another_type(
    office, factor, found, apart, other
):
    fit = PromiseFit(office, (factor, factor, 0.5, 0.5), (0.1,) * 4, 0.0, ())
    assert fit.other_type(found, apart) == ((factor, factor) if other else None)


# -- water


@pytest.fixture
def source(monkeypatch):
    """A source whose two extremes are numbers, moved by one step that shifts both."""

    def build(ground=None, doubt=1.0, shift=(1.0, 1.0)):
        def move(model, size):
            return SimpleNamespace(
                ground=model.ground, system=model.system + size * np.array(shift)
            )

        monkeypatch.setattr(inlet_fit, "_moves_of", lambda *_: ((move, doubt),))
        monkeypatch.setattr(inlet_fit, "_extremes", lambda seen: seen)
        kind = ground and ground.__new__(ground)
        return SimpleNamespace(ground=kind, system=np.array([6.0, 28.0]))

    return build


def inlet(model, low, high):
    plant = office_promising(source_inlet_min=low, source_inlet_max=high)
    return fit_inlet(plant, model, lambda system: system)


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [
        (7.0, 29.0, 2.0 / 2.36),  # both a kelvin up: 2 / (2 + 0.6²)
        (7.0, None, 1.0 / 1.36),
        (None, 29.0, 1.0 / 1.36),
        (5.4, 27.4, -1.2 / 2.36),
        (7.0, 27.0, 0.0),
        (8.3, None, 2.3 / 1.36),
        (8.4, None, 0.0),
        (3.6, None, 0.0),
        (5.0, 29.0, 1.0 / 1.36),  # a usual limit says nothing
        (7.0, 30.0, 1.0 / 1.36),
        (5.0, 30.0, 0.0),
        (None, None, 0.0),
    ],
)
def test_a_source_is_moved_as_far_as_its_doubt_and_the_hour_s_allow(source, low, high, step):
    model = source()
    fit = inlet(model, low, high)
    assert fit.moved(model).system - model.system == pytest.approx([step, step], abs=1e-9)
    assert (fit.short, fit.verdicts) == (1.0, ())


def test_of_wells_a_usual_limit_counts_within_two_kelvin_beside_a_forecast(source):
    """1 / 0.36 and 1 / 4 of weight: a kelvin down by the limit, one up by the forecast."""
    model = source(WaterModel)
    fit = inlet(model, 5.0, 29.0)
    step = (1 / 0.36 - 1 / 4) / (1 / 0.36 + 1 / 4 + 1)
    assert fit.moved(model).system[0] - 6.0 == pytest.approx(step)
    assert inlet(model, 5.0, 30.0).moved(model) is model


def test_a_step_is_in_standard_deviations_of_what_is_moved(source):
    model = source(doubt=0.5)  # slopes of half a kelvin a deviation
    fit = inlet(model, 6.5, None)
    assert fit.moved(model).system[0] - 6.0 == pytest.approx(
        0.5 * (0.25 / 0.36) / (0.25 / 0.36 + 1)
    )


@pytest.mark.parametrize(
    ("now", "promised", "short"),
    [
        ((4.0, 28.0), (8.0, None), 2.0),
        ((4.0, 28.0), (None, 25.0), 1.6),
        ((4.0, 28.0), (8.0, 25.0), 2.0),
        ((4.0, 28.0), (9.6, None), 8 / 2.4),
        ((6.7, 28.0), (8.0, None), 2.0),
        ((6.9, 28.0), (8.0, None), 1.0),
        ((4.0, 26.3), (None, 25.0), 1.6),
        ((4.0, 26.1), (None, 25.0), 1.0),
        ((9.3, 28.0), (8.0, None), 1.0),
        ((4.0, 23.7), (None, 25.0), 1.0),
    ],
)
def test_a_field_is_as_much_longer_as_its_promised_water_needs(
    source, monkeypatch, now, promised, short
):
    """Length f has it at 12 − 8 / f and 20 + 8 / f °C; missed by twice 0.6 K it is too short."""
    model = source(GroundModel, shift=(0.0, 0.0))
    model.system = np.array(now)
    monkeypatch.setattr(
        inlet_fit,
        "_longer",
        lambda _, f: SimpleNamespace(system=np.array([12.0 - 8.0 / f, 20.0 + 8.0 / f])),
    )
    fit = inlet(model, *promised)
    assert fit.short == pytest.approx(short, rel=0.02)
    assert fit.verdicts == ()


def test_water_that_no_length_brings_is_named(source, monkeypatch):
    model = source(GroundModel, shift=(0.0, 0.0))
    monkeypatch.setattr(
        inlet_fit,
        "_longer",
        lambda _, f: SimpleNamespace(system=np.array([12.0 - 8.0 / f, 28.0])),
    )
    assert inlet(model, 9.9, 35.5).short == pytest.approx(8 / 2.1, rel=0.02)
    fit = inlet(model, 10.1, 35.5)
    assert [(v.code, v.figures) for v in fit.verdicts] == [
        ("diagnose.promise.water_unreachable", {"low": 10.1, "high": 35.5})
    ]
    assert fit.short == 1.0
    assert fit.moved(model) is model


@pytest.mark.parametrize(
    ("heating", "cooling", "peak"),
    [(4e5, None, 4e5), (None, 3e5, 3e5), (4e5, 5e5, 5e5), (None, None, 1.0)],
)
def test_wells_give_way_by_ten_kelvin_at_their_peak_and_water_is_known_to_one(
    heating, cooling, peak
):
    plant = office_promising(peak_heating=heating, peak_cooling=cooling)
    model = SimpleNamespace(ground=WaterModel.__new__(WaterModel))
    warmer, giving = inlet_fit._moves_of(plant, model)
    assert warmer == (inlet_fit._warmer_water, 1.0)
    assert giving == (inlet_fit._giving_way, pytest.approx(10.0 / peak))
    lake = replace(plant, source=replace(plant.source, surface="on record"))
    assert inlet_fit._moves_of(lake, model) == (giving,)
    field = SimpleNamespace(ground=None)
    assert inlet_fit._moves_of(plant, field) == (
        (inlet_fit._other_resistance, 0.2),
        (inlet_fit._warmer_ground, 0.4),
    )


def test_what_is_moved_of_a_source_is_added_and_never_below_nothing(office):
    warmer = inlet_fit._warmer_water(inlet_fit._warmer_water(office, 0.5), 0.25)
    assert warmer.system.source_offset - office.system.source_offset == pytest.approx(0.75)
    giving = inlet_fit._giving_way(office, 2e-5)
    assert giving.system.source_resistance == pytest.approx(office.system.source_resistance + 2e-5)
    assert inlet_fit._giving_way(office, -1.0).system.source_resistance == 0.0
    ground = inlet_fit._warmer_ground(office, 0.5).field.undisturbed_temperature
    assert ground - office.field.undisturbed_temperature == pytest.approx(0.5)
    other = inlet_fit._other_resistance(office, np.log(2.0)).field.resistance
    assert other == pytest.approx(2 * office.field.resistance)
    longer = inlet_fit._longer(inlet_fit._longer(office, 2.0), 1.5).field.length_factor
    assert longer == pytest.approx(3 * office.field.length_factor)


def test_extremes_are_the_coldest_while_heating_and_the_warmest_while_cooling():
    run = Run(
        source_supply=np.array([5.0, 4.0, 3.0, 25.0, 30.0, 31.0]),
        run_share=np.array([1.0, 0.2, 0.0, 1.0, 0.2, 0.0]),
        heating_delivered=np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0]),
        cooling_delivered=np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0]),
    )
    assert inlet_fit._extremes(run).tolist() == [4.0, 30.0]
    run["cooling_delivered"] = np.zeros(6)
    assert inlet_fit._extremes(run) == pytest.approx([4.0, np.nan], nan_ok=True)
