"""The daily update on a virtual plant: carried on from day to day, quick, and right."""

import json
import time
from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from loopkeeper.adapters.files.dossier.daily_state import (
    STATE,
    keep_state,
    newest_state,
    state_of,
    state_text,
)
from loopkeeper.app.closing_the_loop import evaluate_plant
from loopkeeper.app.daily import CONTEXT, advanced, begun, carried_on, replayed, standing_verdicts
from loopkeeper.app.groundwork import admit_readings, lay_groundwork
from loopkeeper.app.judging import judged
from loopkeeper.errors import InputError, InsufficientDataError
from loopkeeper.lifecycle.monitor.defaults import default_alarms
from loopkeeper.measure.series import Period
from loopkeeper.virtual.build import Life, Recording, emulate

pytestmark = [pytest.mark.integration, pytest.mark.slow]
HOUR, DAY = np.timedelta64(1, "h"), np.timedelta64(24, "h")


@pytest.fixture(scope="module")
def plant():
    """A sound office of two years on record."""
    return emulate(Life("office", (), 7, 3), Recording(30, 2))


@pytest.fixture(scope="module")
def measured(plant):
    return admit_readings(plant.dossier, plant.telemetry)


@pytest.fixture(scope="module")
def state(plant, measured):
    """After the first year of the record."""
    start = replayed(plant.dossier, measured).state.diagnosed
    ground = lay_groundwork(plant.dossier, measured, start)
    return begun(ground, evaluate_plant(ground))


def changed(hours, key, since, factor=1.0, shift=0.0):
    """The hours with one channel changed from a time on."""
    channel = hours.channels[key]
    later = hours.time >= since
    values = np.where(later, factor * channel.values + shift, channel.values)
    return replace(hours, channels={**hours.channels, key: replace(channel, values=values)})


def drawn(hours, since, factor):
    """The machines' electricity changed from a time on."""
    for key in hours.channels:
        if key[0].startswith("electricity") and key[1].startswith(("hp", "machine")):
            hours = changed(hours, key, since, factor)
    return hours


def codes(advance):
    return [v.code for one in advance.days for v in one.verdicts]


def test_a_sound_year_is_quiet(plant, measured, state):
    advance = advanced(state, plant.dossier, measured.hours)
    assert sum(one.judged for one in advance.days) > 150
    assert not [c for c in codes(advance) if c != "monitor.daily.too_few"]
    assert [v.code for v in standing_verdicts(advance)] == ["monitor.daily.quiet"]


def test_day_by_day_is_the_whole_at_once(plant, measured, state):
    """Also through its text, every day: what is carried is all that is needed."""
    end = state.until + 40 * DAY
    whole = advanced(state, plant.dossier, measured.hours.within(Period(state.until, end)))
    assert len(whole.days) == 40
    carried, told = state, []
    for n in range(40):
        day = Period(state.until + n * DAY, state.until + (n + 1) * DAY)
        step = advanced(carried, plant.dossier, measured.hours.within(day))
        carried = state_of(state_text(step.state))
        told += step.days
    assert [(d.day, d.known, d.judged) for d in told] == [
        (d.day, d.known, d.judged) for d in whole.days
    ]
    assert np.abs(carried.memory - whole.state.memory).max() < 1e-9
    for one, other in zip(carried.gauges, whole.state.gauges, strict=True):
        assert one.average == pytest.approx(other.average, abs=1e-5)
        assert one.apart == pytest.approx(other.apart, abs=1e-6)
    again = advanced(carried, plant.dossier, measured.hours.within(day))
    assert again.days == ()
    assert again.state is carried


def test_machines_that_draw_more_are_called_within_weeks(plant, measured, state):
    since = state.until + 20 * DAY
    advance = advanced(state, plant.dossier, drawn(measured.hours, since, 1.10))
    called = [
        (one, v)
        for one in advance.days
        for v in one.verdicts
        if v.code == "monitor.daily.machines"
    ]
    day, verdict = called[0]
    late = int((day.day - since.astype("datetime64[D]")).astype(int))
    assert 0 < late <= 30
    assert float(verdict.figures["size"].removesuffix(" %")) == pytest.approx(10, abs=3)
    assert verdict.figures["delay"] <= late + 3
    assert float(verdict.figures["cost"]) > 0
    assert advance.state.standing()["machines"] >= 1


def test_supply_water_off_its_set_point_is_called_as_that(plant, measured, state):
    hours = changed(measured.hours, ("supply_temperature", "load"), state.until + 20 * DAY, 1, 2.5)
    families = {c for c in codes(advanced(state, plant.dossier, hours)) if "too_few" not in c}
    assert "monitor.daily.supply" in families


def test_a_day_of_few_readings_is_not_enough_data(plant, measured, state):
    """However far off the few hours are."""
    first = state.until
    hours = drawn(measured.hours, first, 3.0)
    for key, channel in hours.channels.items():
        values = channel.values.copy()
        gone = (hours.time >= first) & (hours.time < first + 60 * DAY)
        gone &= ((hours.time - first) / HOUR).astype(int) % 24 >= 12
        values[gone] = np.nan
        hours = replace(hours, channels={**hours.channels, key: replace(channel, values=values)})
    inside = hours.within(Period(first, first + 60 * DAY))
    advance = advanced(state, plant.dossier, inside)
    assert set(codes(advance)) == {"monitor.daily.too_few"}
    assert not any(one.judged for one in advance.days)
    assert [g.average for g in advance.state.gauges] == [g.average for g in state.gauges]


def test_what_is_of_another_plant_version_or_dossier_is_refused(plant, measured, state, tmp_path):
    with pytest.raises(InsufficientDataError) as refused:
        advanced(replace(state, plant="school"), plant.dossier, measured.hours)
    assert "of plant school" in " ".join(refused.value.reasons)
    first = replace(plant.dossier.plant.machines[0], id="other")
    other = replace(plant.dossier.plant, machines=(first, *plant.dossier.plant.machines[1:]))
    with pytest.raises(InsufficientDataError) as refused:
        advanced(state, replace(plant.dossier, plant=other), measured.hours)
    assert "have changed since" in " ".join(refused.value.reasons)
    late = replace(state, until=state.until - 60 * DAY)
    inside = measured.hours.within(Period(state.until, state.until + 5 * DAY))
    with pytest.raises(InsufficientDataError) as refused:
        advanced(late, plant.dossier, inside)
    assert "no readings for 60 days" in " ".join(refused.value.reasons)
    text = state_text(state)
    for wrong, words in (
        (text.replace("daily-state/1", "daily-state/9"), "run the full diagnosis again"),
        (json.dumps({**json.loads(text), "version": "0.0.1"}), "0.0.1"),
        ("{}", "no state"),
        ("nonsense", "no state"),
        (text[:-40], "no state"),
        (json.dumps({**json.loads(text), "state": {}}), "no state"),
    ):
        with pytest.raises(InputError, match=words):
            state_of(wrong)
    assert newest_state(tmp_path, "nonsense") is None


def test_a_diagnosis_kept_in_the_dossier_replaces_what_the_service_remembers(state, tmp_path):
    keep_state(tmp_path, replace(state, plant="kept"))
    assert (tmp_path / STATE).is_file()
    earlier = Period(state.diagnosed.start, state.diagnosed.end - DAY)
    later = Period(state.diagnosed.start, state.diagnosed.end + DAY)
    assert newest_state(tmp_path, state_text(replace(state, diagnosed=earlier))).plant == "kept"
    assert newest_state(tmp_path, state_text(replace(state, diagnosed=later))).plant != "kept"


def test_a_running_plant_begins_by_itself_and_carries_on(plant, measured):
    begin, said = carried_on(plant.dossier, measured, None)
    assert [v.code for v in said] == ["monitor.daily.quiet"]
    again, said = carried_on(plant.dossier, measured, begin)
    assert again is begin
    short = replace(
        measured,
        hours=measured.hours.within(Period(measured.hours.time[0], begin.until - 500 * DAY)),
    )
    nothing, said = carried_on(plant.dossier, short, None)
    assert nothing is None
    assert [v.code for v in said] == ["monitor.daily.short"]


def test_the_round_begins_a_state_carries_it_and_has_it_watched(plant):
    hours = plant.telemetry.with_columns(pl.col("time").dt.truncate("1h")).group_by(
        "point", "time", maintain_order=True
    )
    value = pl.col("value")
    table = hours.agg(
        mean=value.mean(),
        min=value.min(),
        max=value.max(),
        first=value.first(),
        last=value.last(),
        count=value.count(),
    ).sort("point", "time")
    end = table["time"].max()
    none = plant.telemetry.head(0)
    yesterday = table.filter(pl.col("time") < end - timedelta(days=2))
    first = judged(plant.dossier, none, yesterday, end)
    assert first.state is not None
    assert "monitor.daily.quiet" in {v.code for v in first.verdicts}
    second = judged(plant.dossier, none, table, end, first.state)
    days = (second.state.until - first.state.until) / DAY
    assert days == 2
    assert second.state.diagnosed == first.state.diagnosed
    families = {g.family for g in second.state.gauges}
    watched = {a.point.rpartition(".")[2] for a in default_alarms(plant.dossier.plant)}
    assert families <= watched
    for family in families:
        assert 0 <= second.figures[f"calc.watch.{family}"] < 1


def test_a_day_with_its_admission_takes_no_two_seconds(plant, state):
    ends = state.until + DAY
    times = plant.telemetry["time"].dt.replace_time_zone(None).to_numpy()
    inside = (times >= state.until - np.timedelta64(CONTEXT)) & (times < ends)
    readings = plant.telemetry.filter(inside)
    advanced(state, plant.dossier, admit_readings(plant.dossier, readings).hours)
    begin = time.process_time()
    advance = advanced(state, plant.dossier, admit_readings(plant.dossier, readings).hours)
    assert len(advance.days) == 1
    assert time.process_time() - begin <= 2.0
