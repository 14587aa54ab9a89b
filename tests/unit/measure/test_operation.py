"""The hours of a plant: gaps filled, records borrowed, seasons, and where each column is from."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.gaps import bridged, without_gaps
from loopkeeper.measure.operation import (
    _completed,
    allowed_heat,
    in_season,
    last_full_year,
    operation,
)
from loopkeeper.measure.recharge import RECHARGE
from loopkeeper.measure.series import Channel, Period, TemperatureSeries
from loopkeeper.plant.machines import BackupRecord, MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Season, Site, SourceKind
from loopkeeper.plant.source import Source, SurfaceWater, WaterBody
from loopkeeper.plant.verdict import Verdict

HOUR = np.timedelta64(3600, "s")
COUNT = 400
CURVE = 100.0 + np.arange(COUNT) ** 2 / 50.0
OUTDOOR, LOAD, DRAW = (
    ("outdoor_temperature", "site"),
    ("heat_power", "load"),
    ("electricity_power", "hp1"),
)


def time_of(first, count):
    return np.datetime64(first, "s") + np.arange(count) * HOUR


def holed(*gaps):
    values = CURVE.copy()
    for first, last in gaps:
        values[first:last] = np.nan
    return values


def codes(verdicts):
    return {v.code for v in verdicts}


# -- gaps


def test_six_hours_are_bridged_by_a_straight_line():
    values = holed((200, 206))
    line = CURVE[199] + (CURVE[206] - CURVE[199]) * np.arange(1, 7) / 7
    filled = bridged(values)
    assert filled[200:206] == pytest.approx(line)
    assert filled[:200] == pytest.approx(CURVE[:200])
    assert filled[206:] == pytest.approx(CURVE[206:])
    assert np.isnan(values[200])


def test_seven_hours_are_those_of_the_day_before():
    assert bridged(holed((200, 207)))[200:207] == pytest.approx(CURVE[176:183])


@pytest.mark.parametrize("days", range(1, 8))
def test_where_that_day_is_unknown_too_the_last_of_seven_days_stands_in(days):
    gone = [(203 - 24 * k, 204 - 24 * k) for k in range(1, days)]
    filled = bridged(holed((200, 207), *gone))
    assert filled[200:207] == pytest.approx(CURVE[200 - 24 * days : 207 - 24 * days])


UNTOLD = np.full(960, np.nan)


def months(*, cold=False):
    """Forty days of heat at four times the draw, or of cold at five times."""
    draw = 1e4 * (1.5 + np.sin(np.arange(960) / 24 * np.pi))
    return (-5.0 if cold else 4.0) * draw, draw


@pytest.mark.parametrize("cold", [False, True])
def test_in_a_gap_heat_is_what_machines_drew_for_it(cold):
    heat, draw = months(cold=cold)
    draw[500:700] *= 1.3  # colder days than the three weeks before
    whole = heat.copy()
    whole[500:700] *= 1.3
    told = np.where((np.arange(960) >= 500) & (np.arange(960) < 700), np.nan, heat)
    assert without_gaps(told, draw, UNTOLD) == pytest.approx(whole)


def test_a_gap_over_the_turn_of_the_season_is_heat_or_cold_as_its_water_is():
    """Heat to the 25th day and cold from there on; a fifth of a kelvin tells nothing."""
    (warm, draw), (cold, _) = months(), months(cold=True)
    whole = np.where(np.arange(960) < 600, warm, cold)
    told = np.where((np.arange(960) >= 500) & (np.arange(960) < 700), np.nan, whole)
    lift = np.where(np.arange(960) < 600, 5.0, -5.0)
    assert without_gaps(told, draw, lift) == pytest.approx(whole)
    assert without_gaps(told, draw, 0.04 * lift)[600:700] == pytest.approx(warm[600:700])


def test_in_a_gap_in_which_machines_stood_there_is_none():
    """A register stands still for weeks because the plant does: crankcases draw a little."""
    heat, draw = months()
    told = heat.copy()
    told[400:] = np.nan
    stood = np.where(np.arange(960) < 400, draw, 0.04 * draw[:400].mean())
    assert without_gaps(told, stood, UNTOLD)[400:].tolist() == [0.0] * 560
    assert without_gaps(told, stood, UNTOLD)[:400] == pytest.approx(heat[:400])


def test_where_the_draw_is_not_known_either_the_hours_around_stand_in():
    heat, draw = months()
    told, blind = heat.copy(), draw.copy()
    told[500:700] = blind[500:700] = np.nan
    assert without_gaps(told, blind, UNTOLD) == pytest.approx(bridged(told))
    assert without_gaps(told, np.full(960, np.nan), UNTOLD) == pytest.approx(bridged(told))


def test_a_record_without_heat_has_none():
    assert without_gaps(np.full(9, np.nan), np.ones(9), np.ones(9)).tolist() == [0.0] * 9


def test_beyond_seven_days_a_straight_line_has_to_do():
    gone = [(203 - 24 * k, 204 - 24 * k) for k in range(1, 8)]
    line = CURVE[199] + (CURVE[207] - CURVE[199]) * np.arange(1, 8) / 8
    assert bridged(holed((200, 207), *gone))[200:207] == pytest.approx(line)


def test_a_gap_of_more_than_a_day_is_filled_from_two_days_before():
    assert bridged(holed((200, 224)))[200:224] == pytest.approx(CURVE[176:200])
    assert bridged(holed((200, 225)))[200:225] == pytest.approx(CURVE[152:177])


def test_before_the_record_there_is_no_day_to_borrow():
    assert bridged(holed((24, 31)))[24:31] == pytest.approx(CURVE[:7])
    early = bridged(holed((23, 30)))
    line = CURVE[22] + (CURVE[30] - CURVE[22]) * np.arange(1, 8) / 8
    assert early[23:30] == pytest.approx(line)
    assert bridged(holed((0, 9)))[:9] == pytest.approx(np.full(9, CURVE[9]))
    assert bridged(holed((392, 400)))[392:] == pytest.approx(CURVE[368:376])


def test_what_is_known_throughout_or_nowhere_is_left():
    assert bridged(CURVE) is CURVE
    assert np.isnan(bridged(np.full(9, np.nan))).all()


# -- borrowed records


def test_a_record_stands_in_from_its_first_to_an_hour_after_its_last_instant():
    time = time_of("2024-01-01T00", 8)
    stamps = np.array(["2024-01-01T01:30", "2024-01-01T03:30", "2024-01-01T05"], "datetime64[s]")
    record = TemperatureSeries(stamps, np.array([10.0, 20.0, 26.0]))
    measured = np.array([1.0, np.nan, np.nan, 7.0, np.nan, np.nan, np.nan, np.nan])
    expected = [1.0, np.nan, 12.5, 7.0, 22.0, 26.0, 26.0, np.nan]
    assert _completed(measured, time, record) == pytest.approx(expected, nan_ok=True)
    nothing = TemperatureSeries(stamps[:0], np.zeros(0))
    for other in (None, nothing):
        assert _completed(measured, time, other) == pytest.approx(measured, nan_ok=True)


def test_weather_stands_in_for_an_outdoor_point_and_its_gaps_are_bridged(channelled, plant):
    hours = channelled({LOAD: np.arange(10.0)})
    weather = TemperatureSeries(hours.time[2:8], np.arange(2.0, 8.0))
    found, _ = operation(hours, plant, weather)
    assert found.outdoor == pytest.approx([2.0, 2.0, *range(2, 8), 7.0, 7.0])
    assert not [text for text in found.lacking if "outdoor" in text]


# -- seasons and years


def test_the_last_year_ends_at_the_last_local_midnight():
    """Six in the afternoon at Shanghai: its tenth of June began at sixteen hours UTC."""
    time = time_of("2023-01-01T00", 24 * 526 + 10)
    assert time[-1] == np.datetime64("2024-06-10T09")
    end = np.datetime64("2024-06-09T16", "s")
    whole = last_full_year(time, "Asia/Shanghai")
    assert whole == Period(end - 8760 * HOUR, end)
    assert last_full_year(time[-500:], "Asia/Shanghai") == Period(time[-500], end)
    assert last_full_year(time[-5:], "Asia/Shanghai") == Period(time[-5], time[-1] + HOUR)
    full = time_of("2023-01-01T00", 48)
    assert last_full_year(full, "UTC") == Period(full[0], full[-1] + HOUR)
    assert last_full_year(full[:-1], "UTC") == Period(full[0], full[24])


def test_a_plant_is_enabled_in_either_stated_season_by_local_days():
    site = Site(
        id="s",
        name="S",
        timezone="Asia/Shanghai",
        heating_season=Season((11, 15), (3, 15)),
        cooling_season=Season((6, 1), (8, 31)),
    )
    plant = Plant(site=site, source=Source(kind=SourceKind.BOREHOLE_FIELD), machines=())
    on = ("2023-11-14T16", "2024-03-15T15", "2024-05-31T16", "2024-08-31T15")
    off = ("2023-11-14T15", "2024-03-15T16", "2024-05-31T15", "2024-08-31T16")
    assert in_season(np.array(on, "datetime64[s]"), plant).tolist() == [True] * 4
    assert in_season(np.array(off, "datetime64[s]"), plant).tolist() == [False] * 4
    bare = replace(plant, site=replace(site, heating_season=None, cooling_season=None))
    assert not in_season(np.array(on, "datetime64[s]"), bare).any()


def test_outside_its_seasons_a_plant_is_enabled_while_it_delivers(channelled, plant):
    season = replace(plant, site=replace(plant.site, heating_season=Season((1, 1), (1, 1))))
    heat = np.zeros(30)
    heat[[26, 28]] = 0.5, -0.5
    found, _ = operation(channelled({LOAD: heat}), season)
    assert np.flatnonzero(found.enabled).tolist() == [*range(24), 26, 28]


# -- surface water


def river(plant, **more):
    body = SurfaceWater(body=WaterBody.RIVER, low=4.0, high=26.0, **more)
    return replace(plant, source=Source(kind=SourceKind.SURFACE_WATER, surface=body))


def test_heat_of_surface_water_is_limited_by_its_flow_at_the_local_hour(plant):
    time = time_of("2024-01-01T00", 4)
    natural, cooling = np.array([5.0, 9.0, 9.0, 3.5]), np.array([0.0, 0.0, 1.0, 0.0])
    assert np.isinf(allowed_heat(plant, time, natural, cooling)).all()
    steady = river(plant, available_flow=0.02, ecological_limit=4.0, return_min=3.0)
    kelvin = np.array([2.0, 4.0, 4.0, 0.5])  # not below 3 °C, not more than 4 K
    per_kelvin = 4.18e6 * 0.02
    assert allowed_heat(steady, time, natural, cooling) == pytest.approx(per_kelvin * kelvin)
    shares = tuple((k + 1) / 24 for k in range(24))
    daily = river(
        plant, available_flow=0.02, ecological_limit=4.0, return_min=3.0, flow_by_hour=shares
    )
    there = replace(daily, site=replace(daily.site, timezone="Asia/Shanghai"))
    local = np.array([9, 10, 11, 12]) / 24
    found = allowed_heat(there, time, natural, cooling)
    assert found == pytest.approx(per_kelvin * kelvin * local)


@pytest.mark.parametrize(("known", "supposed"), [(50, False), (49, True)])
def test_water_that_half_the_time_nobody_measured_is_supposed(channelled, plant, known, supposed):
    """By a cosine from 4 °C on the 28th day of the year to 26 °C."""
    here = river(plant)
    water = np.where(np.arange(100) < known, 11.0, np.nan)
    hours = channelled({LOAD: np.ones(100), ("water_temperature", "source"): water})
    found, said = operation(hours, here)
    assert found.natural[:known] == pytest.approx(np.full(known, 11.0))
    if supposed:
        (one,) = [v for v in said if v.code == "plant.water.sinusoid"]
        assert one.figures == {"low": 4.0, "high": 26.0}
        day = np.arange(known, 100) / 24
        course = 15.0 - 11.0 * np.cos(2 * np.pi * (day - 28.0) / 365.25)
        assert found.natural[known:] == pytest.approx(course)
    else:
        assert "plant.water.sinusoid" not in codes(said)
        assert found.natural[known:] == pytest.approx(np.full(100 - known, 11.0))
    record = TemperatureSeries(hours.time, np.full(100, 8.0))
    borrowed, said = operation(hours, here, None, record)
    assert borrowed.natural[known:] == pytest.approx(np.full(100 - known, 8.0))
    assert "plant.water.sinusoid" not in codes(said)


def test_the_outside_of_a_borehole_field_has_no_water_of_its_own(channelled, plant):
    hours = channelled({LOAD: np.ones(5), OUTDOOR: np.arange(5.0)})
    dry, _ = operation(hours, plant)
    assert np.isnan(dry.natural).all()
    assert dry.boundary().source_temperature is None
    assert dry.boundary().source_limit is None
    wet, _ = operation(hours, river(plant, available_flow=0.01))
    assert wet.boundary().source_temperature is wet.natural
    assert wet.boundary().source_limit is wet.source_limit
    assert wet.boundary().outdoor_temperature.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


# -- columns


COLUMNS = {
    "source_supply": (("supply_temperature", "source"), 9.0),
    "source_return": (("return_temperature", "source"), 5.0),
    "source_flow": (("flow", "source"), 0.011),
    "field_flow": (("flow", "field"), 0.012),
    "load_supply": (("supply_temperature", "load"), 44.0),
    "load_return": (("return_temperature", "load"), 39.0),
    "load_flow": (("flow", "load"), 0.013),
    "source_heat": (("heat_power", "source"), 3e4),
    "machine_electricity": (DRAW, 1.1e4),
    "source_pump_electricity": (("electricity_power", "sp1"), 1.7e3),
    "load_pump_electricity": (("electricity_power", "lp1"), 0.9e3),
}


def test_every_column_is_what_its_point_measures(channelled, plant):
    values = {key: value * np.array([1.0, 1.1, 1.3]) for key, value in COLUMNS.values()}
    found, _ = operation(channelled({**values, LOAD: np.array([4e4, 0.0, -5e4])}), plant)
    for name, (key, _) in COLUMNS.items():
        assert getattr(found, name) == pytest.approx(values[key]), name
    assert found.heating.tolist() == [4e4, 0.0, 0.0]
    assert found.cooling.tolist() == [0.0, 0.0, 5e4]
    assert found.electricity == pytest.approx(13.6e3 * np.array([1.0, 1.1, 1.3]))
    assert found.hours == 3
    assert found.recharge.tolist() == [0.0] * 3
    assert found.recharged[1] is found.recharge
    assert found.good.all()
    assert found.guessed == ()
    bare, _ = operation(channelled({LOAD: np.ones(3)}), plant)
    for name in ("source_supply", "field_flow", "load_return", "load_flow", "indoor"):
        assert np.isnan(getattr(bare, name)).all()


def test_within_a_period_all_columns_are_cut_alike(channelled, plant):
    values = {key: value + np.arange(10.0) for key, value in COLUMNS.values()}
    found, _ = operation(channelled({**values, LOAD: np.arange(10.0)}), plant)
    part = found.within(Period(found.time[3], found.time[7]))
    assert part.hours == 4
    assert part.heating.tolist() == [3.0, 4.0, 5.0, 6.0]
    assert part.load_supply == pytest.approx([47.0, 48.0, 49.0, 50.0])
    assert part.lacking == found.lacking


def test_rooms_are_the_mean_of_those_known(channelled, plant):
    rooms = {
        ("indoor_temperature", "z1"): [20.0, np.nan, np.nan, 21.0],
        ("indoor_temperature", "z2"): [23.0, 22.0, np.nan, np.nan],
    }
    found, _ = operation(channelled({**rooms, LOAD: np.ones(4)}), plant)
    assert found.indoor == pytest.approx([21.5, 22.0, np.nan, 21.0], nan_ok=True)


def test_machines_on_are_added_and_the_busiest_is_told(channelled, plant):
    two = replace(plant, machines=(plant.machines[0], MachineRecord(id="hp2")))
    shares = {("running", "hp1"): [0.2, 1.0, 0.0], ("running", "hp2"): [0.5, 0.6, 0.0]}
    found, _ = operation(channelled({**shares, LOAD: np.ones(3)}), two)
    assert found.machines_running == pytest.approx([0.7, 1.6, 0.0])
    assert found.run_share == pytest.approx([0.5, 1.0, 0.0])
    none, _ = operation(channelled({LOAD: np.ones(3)}), replace(plant, machines=()))
    assert np.isnan(none.run_share).all()


def test_hours_are_good_where_heat_and_all_electricity_are_measured(channelled, plant):
    steady = {key: np.full(6, value) for key, value in COLUMNS.values()}
    steady[LOAD] = np.full(6, 5.0)
    steady[LOAD][1] = np.nan
    steady[DRAW][2] = np.nan
    steady["electricity_power", "sp1"][3] = np.nan
    steady["electricity_power", "lp1"][4] = np.nan
    found, said = operation(channelled(steady), plant)
    assert found.good.tolist() == [True, False, False, False, False, True]
    assert np.flatnonzero(found.filled).tolist() == [1]
    (filled,) = [v for v in said if v.code == "measure.operation.load_filled"]
    assert filled.figures == {"share_percent": "17"}


def test_loads_of_which_all_or_nothing_is_known_are_not_said_to_be_filled(channelled, plant):
    for heat in (np.ones(4), np.full(4, np.nan)):
        found, said = operation(channelled({LOAD: heat, OUTDOOR: np.ones(4)}), plant)
        assert "measure.operation.load_filled" not in codes(said)
        assert found.heating == pytest.approx(np.nan_to_num(heat))


def test_what_lacks_is_named_once_with_the_reason_it_was_withheld_for(channelled, plant):
    none, _ = operation(channelled({("flow", "load"): np.ones(3)}), plant)
    assert [text.split()[0] for text in none.lacking] == [
        "heat",
        "electricity_power",
        "outdoor_temperature",
    ]
    full = {LOAD: np.ones(3), DRAW: np.ones(3), OUTDOOR: np.ones(3)}
    assert operation(channelled(full), plant)[0].lacking == ()
    reason = Verdict("measure.source.by_balance", {})
    silent = channelled({**full, DRAW: np.full(3, np.nan), LOAD: np.full(3, np.nan)})
    withheld = replace(silent, withheld={DRAW: (reason,), LOAD: (reason,)})
    assert operation(withheld, plant)[0].lacking == (reason.sentence(),)


def test_recharge_is_what_is_metered_and_what_the_design_says_of_the_rest(channelled, plant):
    tower = BackupRecord("ct", "cooling_tower", cooling=9e4, annual_design=73 * 3.6e9)
    here = replace(plant, backups=(tower,))
    hours = channelled({LOAD: np.zeros(24), OUTDOOR: np.ones(24)})
    moved = Channel(np.full(24, 7.0), np.ones(24), None, ())
    metered = replace(hours, channels={**hours.channels, RECHARGE: moved})
    assert operation(metered, here)[0].recharge == pytest.approx(np.full(24, 7.0))
    cooled = np.where(np.arange(24) == 3, -5e4, 0.0)  # it relieves at night without load
    busy = replace(hours.channels[LOAD], values=cooled)
    night, _ = operation(replace(hours, channels={**hours.channels, LOAD: busy}), here)
    assert np.flatnonzero(night.recharge).tolist() == [0, 1, 2, 4, 5, 6, 20, 21, 22, 23]
    planned, said = operation(hours, here)
    assert planned.recharge.sum() == pytest.approx(-73e6 * 24 / 8760)
    (one,) = [v for v in said if v.code == "measure.recharge.as_designed"]
    assert one.figures == {"backup": "ct", "energy": "73"}
