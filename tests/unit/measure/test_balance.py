"""The heat balance, a loop's two ways to measure heat, and backups in it: limits by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure import heat_meters
from loopkeeper.measure.backup_place import Slope, balance_slope, without_backups
from loopkeeper.measure.balance import check_closure, check_efficiency, check_pumping, first_day
from loopkeeper.measure.heat_meters import _weighted_difference, check_heat_meters
from loopkeeper.measure.metered import Group
from loopkeeper.plant.machines import BackupRecord

DRAW, LOAD, SOURCE = ("electricity_power", "hp1"), ("heat_power", "load"), ("heat_power", "source")
DAYS = 10


def only(verdicts, code=None):
    """Figures of the only verdict, None without one."""
    if not verdicts:
        return None
    (one,) = verdicts
    assert code is None or one.code == code
    return one.figures


# -- closure: meters of 3 %, 3 % and 1 %


def closure(channelled, plant, load, source, draw, hours=24 * DAYS, **more):
    values = {LOAD: np.full(hours, load), SOURCE: np.full(hours, source)}
    values[DRAW] = np.full(hours, draw)
    values |= {tuple(k.split("__")): np.full(hours, v) for k, v in more.items()}
    return check_closure(channelled(values), plant)


@pytest.mark.parametrize(("open_by", "said"), [(2640.0, False), (2680.0, True)])
def test_heating_closes_within_its_meters_and_three_hundredths(channelled, plant, open_by, said):
    """√(1200² + 820² + 100²) of meters, a thousandth more for 240 readings, and 1200 W of heat."""
    figures = only(closure(channelled, plant, 4e4, 3e4 - open_by, 1e4), "measure.balance.open")
    assert bool(figures) is said
    if said:
        assert figures == {
            "mode": "heating",
            "percent": "+6.7",
            "limit_percent": "6.6",
            "days": 10,
            "first": "2024-01-01",
        }


@pytest.mark.parametrize(("open_by", "said"), [(3600.0, False), (3640.0, True)])
def test_in_cooling_the_larger_side_is_the_source(channelled, plant, open_by, said):
    """√(1200² + 1608² + 100²) and 0.03 of 53.6 kW."""
    figures = only(closure(channelled, plant, -4e4, -5e4 - open_by, 1e4))
    assert bool(figures) is said
    if said:
        assert figures["mode"] == "cooling"
        assert figures["percent"] == "+6.8"


def test_what_pumps_draw_may_warm_the_water(channelled, plant):
    assert closure(channelled, plant, 4e4, 3e4 - 2680, 1e4)
    assert not closure(channelled, plant, 4e4, 3e4 - 2680, 1e4, electricity_power__lp1=40.0)
    assert not closure(channelled, plant, 4e4, 3e4 - 2680, 1e4, electricity_power__sp1=40.0)


def test_five_whole_days_draw_up_a_balance(channelled, plant):
    assert only(closure(channelled, plant, 4e4, 2e4, 1e4, hours=120))["days"] == 5
    assert closure(channelled, plant, 4e4, 2e4, 1e4, hours=119) == ()


def test_a_balance_needs_both_sides_and_the_draw(channelled, plant):
    values = {LOAD: np.full(240, 4e4), SOURCE: np.full(240, 1e4), DRAW: np.full(240, 1e4)}
    assert check_closure(channelled(values), plant)
    for key in values:
        assert (
            check_closure(channelled({k: v for k, v in values.items() if k != key}), plant) == ()
        )


def test_the_first_day_is_that_of_the_first_chosen_hour(channelled):
    hours = channelled({DRAW: np.zeros(72)})
    assert first_day(hours, np.arange(72) >= 24) == "2024-01-02"


# -- efficiency


def efficiency(channelled, plant, cop, heat=4e4):
    """Days of a COP each."""
    load = np.repeat(np.full(len(cop), heat), 24)
    return check_efficiency(
        channelled({LOAD: load, DRAW: np.abs(load) / np.repeat(cop, 24)}), plant
    )


def test_one_implausible_day_in_twenty_is_borne(channelled, plant):
    assert efficiency(channelled, plant, [4.0] * 19 + [0.9]) == ()
    figures = only(efficiency(channelled, plant, [4.0] * 18 + [0.9]))
    assert (figures["days"], figures["of_days"], figures["cop"]) == (1, 19, "0.9")
    assert (figures["low"], figures["high"]) == ("1.0", "inf")
    assert figures["first"] == "2024-01-19"


@pytest.mark.parametrize(("ratio", "said"), [(0.29, True), (0.31, False)])
def test_cooling_is_implausible_below_three_tenths(channelled, plant, ratio, said):
    figures = only(efficiency(channelled, plant, [ratio] * 5, heat=-4e4))
    assert bool(figures) is said
    assert efficiency(channelled, plant, [ratio] * 4, heat=-4e4) == ()


@pytest.mark.parametrize(("share", "counted"), [(0.09, 5), (0.11, 6)])
def test_days_below_a_tenth_of_a_usual_one_do_not_count(channelled, plant, share, counted):
    load = np.repeat([4e4] * 5 + [4e4 * share], 24)
    figures = only(check_efficiency(channelled({LOAD: load, DRAW: 2 * load}), plant))
    assert figures["of_days"] == counted


def test_days_without_draw_have_no_cop(channelled, plant):
    load, draw = np.full(144, 4e4), np.full(144, 8e4)
    draw[:24] = 0.0
    figures = only(check_efficiency(channelled({LOAD: load, DRAW: draw}), plant))
    assert figures["of_days"] == 5
    assert check_efficiency(channelled({LOAD: load}), plant) == ()
    assert check_efficiency(channelled({DRAW: draw}), plant) == ()


def test_pumping_of_hours_in_which_both_are_more_than_nothing(channelled, plant):
    flow, draw = np.full(48, 0.005), np.full(48, 10.0)  # 2 kJ/m³
    flow[:12], draw[12:24] = 0.0, 0.0
    hours = channelled({("flow", "load"): flow, ("electricity_power", "lp1"): draw})
    figures = only(check_pumping(hours, plant))
    assert figures == {
        "loop": "load",
        "work": "2",
        "low": "3",
        "high": "5000",
        "hours": 24,
        "first": "2024-01-02",
    }


# -- two ways to measure the heat of a loop


def two_ways(channelled, plant, loop, meter, water, hours=240, **others):
    """Heat by a meter and by flow and pair at 5 K, as a share of 40 kW (load) or 30 kW."""
    heat = {"load": 4e4, "source": 3e4}
    values = {
        ("heat_power", loop): np.full(hours, meter * heat[loop]),
        ("heat_power_calculated", loop): np.full(hours, water * heat[loop]),
        ("flow", loop): np.full(hours, 0.002),
        ("supply_temperature", loop): np.full(hours, 25.0),
        ("return_temperature", loop): np.full(hours, 20.0),
    }
    other = "source" if loop == "load" else "load"
    if others:
        values["heat_power", other] = np.full(hours, heat[other])
        values[DRAW] = np.full(hours, 1e4)
    return check_heat_meters(channelled(values), plant)


@pytest.mark.parametrize("loop", ["load", "source"])
@pytest.mark.parametrize(
    ("ratio", "said"), [(1.084, False), (1.086, True), (0.916, False), (0.914, True)]
)
def test_a_meter_and_flow_agree_within_two_hundredths_and_their_errors(
    channelled, plant, loop, ratio, said
):
    """0.02, √(0.02² + (0.1414 / 5)²) = 0.0346 and 0.03: 8.46 %."""
    figures = only(two_ways(channelled, plant, loop, ratio, 1.0), "measure.balance.heat_meter")
    assert bool(figures) is said
    if said:
        assert figures == {
            "loop": loop,
            "percent": f"{100 * (ratio - 1):+.1f}",
            "limit_percent": "8.5",
            "times": f"{ratio:.3g}",
            "hours": 240,
            "first": "2024-01-01",
            "point": f"{loop}:heat_power",
        }


def test_in_brine_a_meter_made_for_water_may_read_more(channelled, plant, monkeypatch):
    monkeypatch.setattr(heat_meters, "water_meter_error", lambda _: 0.01)
    assert two_ways(channelled, plant, "source", 1.094, 1.0) == ()
    assert two_ways(channelled, plant, "source", 1.096, 1.0)


def test_a_mean_difference_is_weighted_by_the_heat_it_carried(channelled):
    """3 kW at 2 K, 1 kW at 6 K downwards; nothing counts where a side is unknown."""
    hours = channelled(
        {
            ("supply_temperature", "load"): [30.0, 24.0, np.nan, 90.0],
            ("return_temperature", "load"): [28.0, 30.0, 20.0, 20.0],
        }
    )
    heat, both = np.array([3.0, -1.0, 9.0, 9.0]), np.array([True, True, True, False])
    assert _weighted_difference(hours, "load", heat, both) == pytest.approx(3.0)
    still = channelled({(f"{s}_temperature", "load"): [5.0] for s in ("supply", "return")})
    assert _weighted_difference(still, "load", np.ones(1), np.ones(1, bool)) == 0.05


def test_five_days_tell_a_meter_from_flow(channelled, plant):
    assert two_ways(channelled, plant, "load", 1.5, 1.0, hours=120)
    assert two_ways(channelled, plant, "load", 1.5, 1.0, hours=119) == ()
    assert two_ways(channelled, plant, "load", 0.0, 1.0) == ()
    assert two_ways(channelled, plant, "load", 1.0, 0.0) == ()


@pytest.mark.parametrize("loop", ["load", "source"])
@pytest.mark.parametrize(
    ("meter", "water", "code"),
    [
        (1.235, 1.0, "meter_wrong"),
        (1.22, 1.0, "heat_meter"),
        (0.765, 1.0, "meter_wrong"),
        (1.0, 1.235, "flow_wrong"),
        (1.0, 1.22, "heat_meter"),
        (1.4, 1.11, "meter_wrong"),
        (1.4, 1.12, "heat_meter"),
        (1.11, 1.4, "flow_wrong"),
        (1.12, 1.4, "heat_meter"),
    ],
)
def test_who_leaves_the_balance_while_the_other_closes_it_is_wrong(
    channelled, plant, loop, meter, water, code
):
    """Closed within 8.46 and 3 %, open beyond twice that: 11.5 and 22.9 %."""
    figures = only(
        two_ways(channelled, plant, loop, meter, water, balance=True), f"measure.balance.{code}"
    )
    if code == "flow_wrong":
        assert figures["meter"] == f"{loop}:heat_power"
        assert figures["flow"] == f"{loop}:flow"
        assert figures["supply"] == f"{loop}:supply_temperature"
        assert figures["back"] == f"{loop}:return_temperature"
    else:
        assert figures["point"] == f"{loop}:heat_power"


# -- backups behind the load's meter or beside it


@pytest.mark.parametrize(
    ("value", "error", "inside"),
    [
        (1.0, 0.0, True),
        (1.34, 0.19, True),
        (0.66, 0.0, True),
        (1.36, 0.0, None),
        (0.64, 0.0, None),
        (0.0, 0.0, False),
        (0.34, 0.0, False),
        (-0.34, 0.0, False),
        (-0.36, 0.0, None),
        (0.36, 0.0, None),
        (1.0, 0.21, None),
        (0.0, 0.21, None),
    ],
)
def test_the_place_of_a_backup_is_told_near_none_and_all(value, error, inside):
    assert Slope(value, error).inside is inside


def backed(channelled, plant, held=1.0, size=5e3, days=12, without=()):
    """A plant whose load's meter holds so much of an electric boiler's heat."""
    rng = np.random.default_rng(3)
    source, boiler = (np.repeat(rng.uniform(0.5, 1.5, days), 24) for _ in range(2))
    draw = 1e4 * np.repeat(rng.uniform(0.5, 1.5, days), 24)
    values = {
        LOAD: 3e4 * source + draw + held * size * boiler,
        SOURCE: 3e4 * source,
        DRAW: draw,
        ("heat_power", "b1"): size * boiler,
    }
    plant = replace(plant, backups=(BackupRecord(id="b1", kind="gas_boiler"),))
    return channelled({k: v for k, v in values.items() if k not in without}), plant


@pytest.mark.parametrize("held", [0.0, 0.5, 1.0])
def test_the_rest_of_the_balance_rises_by_what_the_meter_holds(channelled, plant, held):
    hours, plant = backed(channelled, plant, held)
    heat = Group("backup", hours.values("heat_power", "b1"))
    slope = balance_slope(hours, plant, heat)
    assert slope.value == pytest.approx(held, abs=1e-9)
    assert slope.error == pytest.approx(0.0, abs=1e-9)


def test_ten_whole_days_of_all_sides_tell_the_slope(channelled, plant):
    for days, told in ((10, True), (9, False)):
        hours, here = backed(channelled, plant, days=days)
        heat = Group("backup", hours.values("heat_power", "b1"))
        assert bool(balance_slope(hours, here, heat)) is told
    holed, here = backed(channelled, plant, days=10)
    holed.values("heat_power", "load")[5] = np.nan
    heat = Group("backup", holed.values("heat_power", "b1"))
    assert balance_slope(holed, here, heat) is None
    even, here = backed(channelled, plant)
    assert balance_slope(even, here, Group("backup", np.zeros(288))) is None
    assert balance_slope(even, here, Group("backup", None)) is None


def test_an_unfinished_day_is_left_out_of_the_slope(channelled, plant):
    hours, here = backed(channelled, plant)
    values = {k: np.append(c.values, np.full(5, 1e6)) for k, c in hours.channels.items()}
    longer = channelled(values)
    slope = balance_slope(longer, here, Group("backup", longer.values("heat_power", "b1")))
    assert slope.value == pytest.approx(1.0)


def test_cold_of_a_chiller_behind_the_meter_is_given_back(channelled, plant):
    chiller = replace(plant, backups=(BackupRecord(id="c1", kind="chiller"),))
    hours = channelled({LOAD: np.full(3, -4e4), ("heat_power", "c1"): np.full(3, 1e4)})
    found = without_backups(hours, chiller, frozenset({"c1"}))
    assert found.values(*LOAD).tolist() == [-3e4] * 3


def test_the_error_of_a_slope_is_that_of_least_squares(channelled, plant):
    """Backup and source by turns, neither correlated: σ / √Σ b²."""
    days = np.arange(12)
    backup, source = (np.where(days % 2 == k, 1e3, 0.0) for k in (0, 1))
    noise = np.array([1.0, 0, -1, 0] * 3) * 100
    laid = [np.repeat(v, 24) for v in (source + noise + backup, source, backup)]
    values = {LOAD: laid[0], SOURCE: laid[1], DRAW: np.zeros(288)}
    slope = balance_slope(channelled(values), plant, Group("backup", laid[2]))
    variance = 24 * 100.0 * 24 * 100.0 * 6 / (12 - 2)
    assert slope.value == pytest.approx(1.0)
    assert slope.error == pytest.approx(np.sqrt(variance / (6 * 24e3**2)))


def machines_heat(hours, plant, inside=frozenset()):
    found = without_backups(hours, plant, inside)
    taken = hours.values("heat_power", "load") - found.values("heat_power", "load")
    return found, taken / hours.values("heat_power", "b1")


def test_heat_of_a_backup_behind_the_meter_is_taken_off_and_named(channelled, plant):
    hours, here = backed(channelled, plant, 1.0)
    found, taken = machines_heat(hours, here)
    share = np.mean(hours.values("heat_power", "b1")) / np.mean(hours.values(*LOAD))
    assert taken == pytest.approx(np.ones(288))
    assert [(v.code, v.figures) for v in found.verdicts] == [
        ("measure.backup.inside", {"percent": f"{100 * share:.0f}"})
    ]
    assert found.channels[LOAD].rests_on == (("heat_power", "b1"),)


def test_a_backup_beside_the_meter_leaves_it(channelled, plant):
    hours, plant = backed(channelled, plant, 0.0)
    assert without_backups(hours, plant, frozenset()) is hours


def test_the_point_list_s_word_is_taken_without_a_balance(channelled, plant):
    found, taken = machines_heat(*backed(channelled, plant, 0.0), frozenset({"b1"}))
    assert taken == pytest.approx(np.ones(288))
    assert found.verdicts == ()


def test_heat_is_withheld_where_the_place_matters_and_cannot_be_told(channelled, plant):
    for case in ({"held": 0.5}, {"without": (SOURCE,)}):
        hours, here = backed(channelled, plant, **case)
        found = without_backups(hours, here, frozenset())
        assert np.isnan(found.values("heat_power", "load")).all()
        (verdict,) = found.withheld[LOAD]
        assert verdict.code == "measure.backup.place_unknown"
        assert found.verdicts == (verdict,)


@pytest.mark.parametrize(("size", "kept"), [(780.0, True), (830.0, False)])
def test_less_than_a_fiftieth_is_taken_off_without_a_word(channelled, plant, size, kept):
    hours, here = backed(channelled, plant, 0.5, days=9)
    load = np.full(216, 4e4)
    channels = {
        LOAD: replace(hours.channels[LOAD], values=load),
        ("heat_power", "b1"): replace(hours.channels["heat_power", "b1"], values=0 * load + size),
    }
    found = without_backups(
        replace(hours, channels={**hours.channels, **channels}), here, frozenset()
    )
    expected = 4e4 - size if kept else np.nan
    assert found.values("heat_power", "load")[0] == pytest.approx(expected, nan_ok=True)


def test_so_little_beside_the_meter_leaves_it_too(channelled, plant):
    hours, here = backed(channelled, plant, 0.0, size=300.0)
    assert without_backups(hours, here, frozenset()) is hours


def test_coverage_is_the_lesser_of_meter_and_backup(channelled, plant):
    hours, here = backed(channelled, plant)
    low = replace(hours.channels["heat_power", "b1"], coverage=np.full(288, 0.4))
    poor = replace(hours, channels={**hours.channels, ("heat_power", "b1"): low})
    found = without_backups(poor, here, frozenset({"b1"}))
    assert found.channels[LOAD].coverage == pytest.approx(np.full(288, 0.4))


def test_an_unmetered_backup_is_named_and_behind_the_meter_withholds_the_heat(channelled, plant):
    hours, here = backed(channelled, plant, without=(("heat_power", "b1"),))
    named = without_backups(hours, here, frozenset())
    assert [v.code for v in named.verdicts] == ["measure.backup.unmetered"]
    assert np.isfinite(named.values("heat_power", "load")).all()
    held = without_backups(hours, here, frozenset({"b1"}))
    assert [v.code for v in held.verdicts] == ["measure.backup.not_metered"]
    assert np.isnan(held.values("heat_power", "load")).all()
    none = replace(here, backups=())
    assert without_backups(hours, none, frozenset()).verdicts == ()
