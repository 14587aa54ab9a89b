"""Courses by months, and parts of weather and use, on plants that are straight lines."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import course, weather_use
from loopkeeper.lifecycle.diagnose.result import WeatherPart
from loopkeeper.measure.calendar import Months

# -- courses

THREE = Months(("2024-01", "2024-02"), np.array([0, 1, 1]))


class Run(dict):
    """Columns of hours of half an hour."""

    step = 1800.0


def cause(name, more):
    """A cause that adds to a plant that is a number."""
    return SimpleNamespace(cause=name, value=more, apply=lambda plant, value: plant + float(value))


def story(monkeypatch, causes, measured):
    """Plants spend by months what they are: machines 3, source pumps 2, load pumps 1 of 6."""
    shape = np.array([[3.0, 3.0], [2.0, 2.0], [1.0, 1.0]]) * np.array([1.0, 2.0])
    monkeypatch.setattr(
        course,
        "told",
        lambda _, plant, months: SimpleNamespace(spent=plant * shape, months=months),
    )
    monkeypatch.setattr(course, "_measured", lambda op, months, total: (op, months, total))
    monkeypatch.setattr(course, "BY_CODE", {c.cause: SimpleNamespace(seen_at=c) for c in causes})
    monkeypatch.setattr(course, "witness_of", lambda place, _, without: (place, without.spent))
    time = np.array(["2024-01-31T15", "2024-01-31T16", "2024-02-01T00"], "datetime64[s]")
    court = SimpleNamespace(setting=SimpleNamespace(operation=SimpleNamespace(time=time)))
    runs = course.tell(court, 10.0, causes, measured, "Asia/Shanghai")
    assert runs.stage.months.names == ("2024-01", "2024-02")
    assert runs.stage.months.index.tolist() == [0, 1, 1]
    assert runs.stage.measured[2] == measured[0]
    return runs


def test_what_is_expected_has_the_months_of_the_plant_and_the_sum_asked_for(monkeypatch):
    """60 and 120 of a plant of ten, 270 in all."""
    runs = story(monkeypatch, [cause("a", 2.0), cause("b", 3.0)], (400.0, 270.0))
    assert runs.expected == pytest.approx([90.0, 180.0])
    assert runs.stage.base.spent[0].tolist() == [30.0, 60.0]
    assert runs.stage.whole.spent[0].tolist() == [45.0, 90.0]
    assert (runs.nothing, [p.cause for p in runs.players]) == (10.0, ["a", "b"])


def test_a_plant_that_spends_nothing_is_expected_to(monkeypatch):
    monkeypatch.setattr(course, "_measured", lambda *_: None)
    monkeypatch.setattr(course, "told", lambda *_: SimpleNamespace(spent=np.zeros((3, 1))))
    time = np.array(["2024-01-31T15"], "datetime64[s]")
    court = SimpleNamespace(setting=SimpleNamespace(operation=SimpleNamespace(time=time)))
    assert course.tell(court, 0.0, [], (9.0, 8.0), "UTC").expected.tolist() == [0.0]


def test_a_course_is_repaired_by_each_cause_alone_times_its_factor(monkeypatch):
    """Causes of 2 and 3 of 15: 12 and 24 by months, 18 and 36; half and twice of these."""
    causes = [cause("a", 2.0), cause("b", 3.0), cause("c", 7.0)]
    runs = story(monkeypatch, causes, (400.0, 180.0))
    stage = SimpleNamespace(
        measured=np.array([[50.0, 80.0], [30.0, 60.0], [20.0, 10.0]]),
        whole=runs.stage.whole,
        months=runs.stage.months,
    )
    runs = course.MonthlyRuns(runs.court, 10.0, runs.players, stage, np.array([60.0, 120.0]))
    found = runs.of([0, 1], causes[1], np.array([0.5, 2.0, 9.0]))
    assert found.months == ("2024-01", "2024-02")
    assert (found.measured, found.expected) == ((100.0, 150.0), (60.0, 120.0))
    assert found.repaired == pytest.approx((100.0 - 6.0 - 36.0, 150.0 - 12.0 - 72.0))
    place, without = found.witness
    assert place is causes[1]
    assert without[0] == pytest.approx([51.0, 102.0])  # ten and the third


def test_parts_of_a_cost_are_those_of_machines_and_both_pumps(monkeypatch):
    runs = story(monkeypatch, [cause("a", 2.0), cause("b", 0.0)], (400.0, 180.0))
    assert runs.parts(0) == pytest.approx([1 / 2, 1 / 3, 1 / 6])
    assert runs.parts(1).tolist() == [0.0] * 3


def test_a_part_that_a_cause_saves_is_none_of_its_cost(monkeypatch):
    whole = SimpleNamespace(spent=np.array([[9.0, 3.0], [1.0, 1.0], [5.0, 5.0]]))
    monkeypatch.setattr(
        course.MonthlyRuns, "_without", lambda *_: SimpleNamespace(spent=np.full((3, 2), 2.0))
    )
    runs = course.MonthlyRuns(None, None, (), SimpleNamespace(whole=whole), None)
    assert runs.parts(0) == pytest.approx([8 / 12, 0.0, 6 / 12])


def test_causes_are_put_together_in_their_order():
    plant = [
        SimpleNamespace(value=2.0, apply=lambda h, v: h * v),
        SimpleNamespace(value=3.0, apply=lambda h, v: h + v),
    ]
    assert course.together(10.0, plant) == 23.0
    assert course.together(10.0, []) == 10.0


def test_a_told_run_has_its_electricity_by_months(monkeypatch):
    asked = []
    monkeypatch.setattr(course, "at_delivered_heat", lambda *args: asked.append(args) or "spent")
    court = SimpleNamespace(run=lambda _: "run", setting=SimpleNamespace(operation="hours"))
    found = course.told(court, SimpleNamespace(system="system"), "months")
    assert (found.run, found.system, found.spent) == ("run", "system", "spent")
    assert asked == [("run", "hours", "months")]


def simulated(**other):
    columns = {
        "heating_delivered": [10.0, 30.0, 0.0],
        "cooling_delivered": [0.0, 0.0, 20.0],
        "machine_heating_electricity": [2.0, 9.0, 0.0],
        "machine_cooling_electricity": [0.0, 0.0, 4.0],
        "source_pump_electricity": [1.0, 1.0, 3.0],
        "load_pump_electricity": [0.5, 1.5, 0.25],
    }
    return Run({k: np.array(v) for k, v in {**columns, **other}.items()})


def test_months_are_weighed_by_what_was_asked_and_a_hundredth():
    """36 of 48 asked in the first month of which the run had 10 of 40; 8 J of cold for 10."""
    asked = SimpleNamespace(
        heating=np.array([36.0, 12.0, 0.0]), cooling=np.array([0.0, 0.0, 16.0])
    )
    found = course.at_delivered_heat(simulated(), asked, THREE)
    weight = np.array([0.76 / 0.26, 0.26 / 0.76])
    heat, cold = 48 * 3600 / (40 * 1800), 16 * 3600 / (20 * 1800)
    for row, heats, cools in ((0, (2.0, 9.0), 4.0), (1, (1.0, 1.0), 3.0), (2, (0.5, 1.5), 0.25)):
        spent = 1800.0 * np.array(heats)
        moved = spent * weight
        expected = moved * spent.sum() / moved.sum() * heat + [0.0, 1800.0 * cools * cold]
        assert found[row] == pytest.approx(expected)


def test_a_small_plant_is_told_as_a_large_one():
    """All of it a millionth."""
    asked = SimpleNamespace(
        heating=np.array([36.0, 12.0, 0.0]), cooling=np.array([0.0, 0.0, 16.0])
    )
    small = SimpleNamespace(**{k: 1e-6 * v for k, v in vars(asked).items()})
    run = Run({k: 1e-6 * v for k, v in simulated().items()})
    whole = course.at_delivered_heat(simulated(), asked, THREE)
    assert course.at_delivered_heat(run, small, THREE) == pytest.approx(1e-6 * whole, abs=1e-12)


@pytest.mark.parametrize("name", ["heating", "cooling"])
def test_a_mode_that_is_not_asked_or_not_simulated_takes_nothing(name):
    full = {"heating": np.array([36.0, 12.0, 0.0]), "cooling": np.array([0.0, 0.0, 16.0])}
    kept = 0 if name == "cooling" else 1
    none = SimpleNamespace(**{**full, name: np.zeros(3)})
    found = course.at_delivered_heat(simulated(), none, THREE)
    assert found[0].sum() == pytest.approx((11 * 2.4, 4 * 1.6)[kept] * 1800)
    run = simulated(**{f"{name}_delivered": [0.0] * 3})
    found = course.at_delivered_heat(run, SimpleNamespace(**full), THREE)
    assert found[0].sum() == pytest.approx((11 * 2.4, 4 * 1.6)[kept] * 1800)


def test_a_part_that_spends_nothing_stays_at_nothing():
    asked = SimpleNamespace(heating=np.array([36.0, 12.0, 0.0]), cooling=np.zeros(3))
    run = simulated(load_pump_electricity=[0.0] * 3)
    assert course.at_delivered_heat(run, asked, THREE)[2].tolist() == [0.0, 0.0]


def test_measured_parts_sum_to_the_total_and_gaps_go_by_load():
    """The second month knows 20 of 50 W of load: its rate is held to the whole by a hundredth."""
    op = SimpleNamespace(
        heating=np.array([50.0, 20.0, 0.0]),
        cooling=np.array([0.0, 0.0, 30.0]),
        good=np.array([True, True, False]),
        machine_electricity=np.array([10.0, 8.0, np.nan]),
        source_pump_electricity=np.array([4.0, 1.0, 9.0]),
        load_pump_electricity=np.array([0.0, 0.0, 9.0]),
    )
    found = course._measured(op, THREE, 500.0)
    parts = np.array(
        [
            [10.0, 8.0 + 30.0 * (8.0 + 0.18) / 21.0],
            [4.0, 1.0 + 30.0 * (1.0 + 0.05) / 21.0],
            [0.0, 0.0],
        ]
    )
    assert found == pytest.approx(500.0 * parts / parts.sum())
    small = {k: v if k == "good" else 1e-6 * v for k, v in vars(op).items()}
    assert course._measured(SimpleNamespace(**small), THREE, 500.0) == pytest.approx(found)
    still = SimpleNamespace(**{**vars(op), "heating": np.zeros(3), "cooling": np.zeros(3)})
    known = np.array([[10.0, 8.0], [4.0, 1.0], [0.0, 0.0]])
    assert course._measured(still, THREE, 46.0) == pytest.approx(2.0 * known)
    for name in ("machine", "source_pump"):
        setattr(op, f"{name}_electricity", np.zeros(3))
    assert not course._measured(op, THREE, 500.0).any()


# -- weather and use


def mode(heat, inlet, outlet, machines, *, hot=True):
    heat = np.array(heat, dtype=float)
    return weather_use._Mode(
        hot=hot,
        heat=heat,
        machines=np.array(machines, dtype=float),
        source_pumps=0.125 * heat + 1.0,
        load_pumps=0.25 * heat + 2.0,
        inlet=np.array(inlet, dtype=float),
        outlet=np.array(outlet, dtype=float),
        spread=np.full(len(heat), 3.0),
    )


@pytest.fixture
def line(monkeypatch):
    """Maps: a fifth of the heat, less a hundredth a kelvin of source, more two of load water."""
    asked = []

    def response(machines, staging, load, *, source_inlet, source_spread, load_outlet):
        asked.append((machines, staging, load, source_spread))
        heat = load.heating + load.cooling
        share = 0.2 - 0.01 * source_inlet + 0.02 * load_outlet + 0.001 * heat
        return share * heat, None, None

    monkeypatch.setattr(weather_use, "machine_response", response)
    return asked


SYSTEM = SimpleNamespace(machines="machines", controls=SimpleNamespace(staging="staging"))


def test_maps_are_asked_for_one_mode_with_its_water_moved(line):
    heats = mode([10.0, 30.0], [8.0, 4.0], [40.0, 45.0], [0.0, 0.0])
    share = [0.2 - 0.08 + 0.8 + 0.01, 0.2 - 0.04 + 0.9 + 0.03]
    each = (10.0 * share[0] + 30.0 * share[1]) / 40.0
    assert heats.by_map(SYSTEM) == pytest.approx(each)
    assert heats.by_map(SYSTEM, 3.0, 2.0) == pytest.approx(each - 0.03 + 0.04)
    assert line[0][:2] == ("machines", "staging")
    assert line[0][2].heating.tolist() == [10.0, 30.0]
    assert line[0][2].cooling.tolist() == [0.0, 0.0]
    assert line[0][3].tolist() == [3.0, 3.0]
    cools = mode([10.0, 30.0], [8.0, 4.0], [40.0, 45.0], [0.0, 0.0], hot=False)
    assert cools.by_map(SYSTEM) == pytest.approx(each)
    assert line[-1][2].cooling.tolist() == [10.0, 30.0]
    assert line[-1][2].heating.tolist() == [0.0, 0.0]


def test_the_difference_of_two_years_is_split_by_the_slopes_of_the_maps(line):
    """Source 2 K colder, supply 3 K warmer, load 30 for 20 W; machines take 0.5 more of all."""
    design = mode([20.0, 20.0], [9.0, 7.0], [40.0, 42.0], [10.0, 14.0])
    period = mode([30.0, 30.0], [5.0, 7.0], [43.0, 45.0], [30.0, 36.0])
    source, supply, part, pumps, lifts, other = weather_use._split(SYSTEM, design, period)
    assert source == pytest.approx(0.01 * 2.0)
    assert supply == pytest.approx(0.02 * 3.0)
    assert part == pytest.approx(0.001 * 10.0)
    assert pumps == pytest.approx(1 / 30 - 1 / 20)
    assert lifts == pytest.approx(2 / 30 - 2 / 20)
    assert other == pytest.approx(66 / 60 - 24 / 40 - 0.02 - 0.06 - 0.01)
    assert len(line) == 4


def year(heating, cooling):
    """Two hours, the first of heating: 4 W a watt and 3; water of 8 and 20 °C, 45 and 7."""
    heats, cools = np.array([heating, 0.0]), np.array([0.0, cooling])
    return {
        "heating_delivered": heats,
        "cooling_delivered": cools,
        "machine_heating_electricity": 4.0 * heats,
        "machine_cooling_electricity": 3.0 * cools,
        "source_pump_electricity": np.array([1.0, 2.0]),
        "load_pump_electricity": np.array([3.0, 5.0]),
        "source_supply": np.array([8.0, 20.0]),
        "source_return": np.array([5.0, 26.0]),
        "load_supply": np.array([45.0, 7.0]),
    }


def test_parts_are_told_with_what_changed_and_weighed_by_the_delivered_heat(monkeypatch):
    split = {True: np.arange(1.0, 7.0), False: 10.0 * np.arange(1.0, 7.0)}
    monkeypatch.setattr(weather_use, "_split", lambda _, a, b: split[a.hot and b.hot])
    parts = weather_use.weather_parts(SYSTEM, year(10.0, 40.0), year(20.0, 50.0), (2.0, 3.0))
    assert [p.energy for p in parts] == pytest.approx(32.0 * np.arange(1.0, 7.0))
    assert [(p.name, p.unit) for p in parts] == [
        ("source_temperature", "°C"),
        ("load_temperature", "°C"),
        ("part_load", "W"),
        ("source_pumps", "-"),
        ("load_pumps", "-"),
        ("other", "-"),
    ]
    heating, cooling = [[p.heating for p in parts], [p.cooling for p in parts]]
    assert heating[:3] == [(8.0, 8.0), (45.0, 45.0), (10.0, 20.0)]
    assert heating[3:] == [(0.1, 0.05), (0.3, 0.15), (None, None)]
    assert cooling[:3] == [(20.0, 20.0), (7.0, 7.0), (40.0, 50.0)]
    assert cooling[3:] == [(0.05, 0.04), (0.125, 0.1), (None, None)]


def test_little_load_has_parts_like_much(monkeypatch):
    split = {True: np.arange(1.0, 7.0), False: 10.0 * np.arange(1.0, 7.0)}
    monkeypatch.setattr(weather_use, "_split", lambda _, a, b: split[a.hot and b.hot])
    parts = weather_use.weather_parts(SYSTEM, year(0.4, 0.8), year(0.2, 0.5), (0.5, 0.25))
    assert [p.energy for p in parts] == pytest.approx(3.0 * np.arange(1.0, 7.0))
    assert (parts[2].heating, parts[2].cooling) == ((0.4, 0.2), (0.8, 0.5))


def test_a_mode_that_only_one_year_has_is_all_other(monkeypatch):
    """3 J of cold at 3 + 2 / 50 + 5 / 50 J a joule; none where none was delivered."""
    monkeypatch.setattr(weather_use, "_split", lambda *_: np.arange(1.0, 7.0))
    design, period = year(10.0, 0.0), year(20.0, 50.0)
    parts = weather_use.weather_parts(SYSTEM, design, period, (2.0, 3.0))
    assert [p.energy for p in parts] == pytest.approx([2, 4, 6, 8, 10, 12 + 3 * 3.14])
    assert {p.cooling for p in parts} == {(None, None)}
    back = weather_use.weather_parts(SYSTEM, period, design, (2.0, 3.0))
    assert back[5].energy == pytest.approx(12 - 3 * 3.14)
    none = weather_use.weather_parts(SYSTEM, design, period, (2.0, 0.0))
    assert none[5].energy == pytest.approx(12.0)
    assert {p.cooling for p in none} == {(None, None)}


@pytest.mark.parametrize(("left", "said"), [(-2.9, False), (2.9, False), (3.1, True)])
def test_what_no_part_explains_is_said_in_megawatt_hours(left, said):
    parts = (
        WeatherPart("other", left * 3.6e6, "-", (None, None), (None, None)),
        WeatherPart("part_load", 9e9, "W", (None, None), (None, None)),
    )
    found = weather_use.unexplained_weather(parts, 3.6e9)
    assert [v.figures["energy"] for v in found] == pytest.approx([left / 1000] * said)
