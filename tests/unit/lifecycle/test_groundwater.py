"""Complete reinjection by all its criteria, levels, injectivity at one viscosity, the tax."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.adapters.report.document import Bullets
from loopkeeper.adapters.report.review_sections import water_blocks
from loopkeeper.lifecycle.evaluate.groundwater import (
    SURE,
    Answer,
    groundwater,
    quality_trends,
)
from loopkeeper.lifecycle.evaluate.injectivity import viscosity_ratio
from loopkeeper.measure.kpi_basis import KpiRefusal
from loopkeeper.measure.kpi_water import reinjection_ratio, water_taken
from loopkeeper.measure.series import Channel, Period, PlantHours
from loopkeeper.measure.trend import Trend, together
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.records import Assessment, LedgerCheck, PlantEvent, WaterSample
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import (
    AquiferRecord,
    SingleWell,
    SingleWellType,
    Source,
    Well,
    WellRole,
)
from loopkeeper.plant.words import Language

HOURS = 24 * 730
TIME = np.datetime64("2024-01-01", "s") + np.arange(HOURS) * np.timedelta64(1, "h")
PUMPED = np.where(np.arange(HOURS) % 24 < 18, 0.02, 0.0)
WELLS = (
    Well(id="w1", role=WellRole.ABSTRACTION, x=0, y=0, design_flow=0.02, screen=(30, 50)),
    Well(id="w2", role=WellRole.INJECTION, x=60, y=0, design_flow=0.02, screen=(30, 50)),
)
PLANT = Plant(
    site=Site(id="t", name="T", timezone="UTC", latitude=39.9, longitude=116.4),
    source=Source(
        kind=SourceKind.WELL_GROUP,
        aquifer=AquiferRecord(hydraulic_conductivity=1e-4, thickness=30.0, top=25.0),
        wells=WELLS,
    ),
    ledger=(
        LedgerCheck(
            item="valve 3",
            item_kind="valve",
            check="discharge_closed",
            drawn="closed",
            found="closed",
        ),
    ),
    events=(PlantEvent(datetime(2024, 1, 1, tzinfo=UTC), "maintenance", "w1", "pump inspected"),),
    assessments=(Assessment("log_complete", 1.0, date(2026, 1, 1)),),
)


def plant_hours(back=1.0, *, sinking=0.0, clogging=0.0):
    year = np.arange(HOURS) / 8760
    water = 12.0 + 8.0 * np.cos(2 * np.pi * year)
    head = 25.0 * viscosity_ratio(water) / (1 - clogging * year)  # above 10 m of depth to water
    pressure = 999.7 * 9.80665 * (head - 10.0)

    def channel(quantity, of, values, unit="m3/h"):
        point = Point(
            id=f"{quantity}-{of}",
            quantity=quantity,
            of=of,
            statistic=Statistic.MEAN,
            unit=unit,
            accuracy="2 %",
        )
        return (quantity, of), Channel(values, np.ones(HOURS), point)

    return PlantHours(
        TIME,
        dict(
            [
                channel("abstraction_volume", "w1", PUMPED),
                channel("reinjection_volume", "w2", PUMPED * back),
                channel("wellhead_pressure", "w2", np.where(PUMPED > 0, pressure, 0.0), "kPa"),
                channel("return_temperature", "source", water, "°C"),
                channel(
                    "water_level", "w1", 10.0 + sinking * year + 0.05 * np.cos(60 * year), "m"
                ),
            ]
        ),
    )


def judged(plant=PLANT, **change):
    hours = plant_hours(**change)
    whole = Period(TIME[0], TIME[-1] + np.timedelta64(1, "h"))
    water = (reinjection_ratio(hours, whole), water_taken(hours, whole))
    return groundwater(plant, hours, hours, water)


def answers(found):
    return {c.id: c.answer for c in found.criteria}


def test_all_criteria_met_and_the_tax_by_hand():
    found = judged()
    assert set(answers(found).values()) == {Answer.MET}
    assert found.complete is Answer.MET
    volume = 0.02 * 3600 * 18 * 730
    assert found.taken.value == pytest.approx(volume)
    assert found.tax == pytest.approx(volume * 0.8 / 1000)


def test_two_percent_less_cannot_be_told_but_ten_percent_can():
    assert answers(judged(back=0.98))["balanced"] is Answer.MET
    found = judged(back=0.9)
    assert answers(found)["balanced"] is Answer.MISSED
    assert answers(found)["every_day"] is Answer.MISSED
    assert (found.complete, found.tax) == (Answer.MISSED, None)


def test_a_sinking_level_is_a_trend_not_a_guess():
    assert answers(judged(sinking=2.0))["level"] is Answer.MISSED
    trend = dict(judged(sinking=2.0).levels)["w1"]
    assert trend.slope == pytest.approx(2.0, rel=0.1)


def test_one_year_of_levels_tells_no_trend():
    hours = plant_hours()
    year = hours.within(Period(TIME[0], TIME[8760]))
    water = (reinjection_ratio(year, Period(TIME[0], TIME[8760])), None)
    assert answers(groundwater(PLANT, year, year, water))["level"] is Answer.UNKNOWN


def test_what_nobody_wrote_down_is_not_known():
    found = judged(replace(PLANT, ledger=(), events=(), assessments=()))
    assert answers(found)["closed"] is Answer.UNKNOWN
    assert answers(found)["flushed"] is Answer.UNKNOWN
    assert found.complete is Answer.UNKNOWN


def test_no_backwash_written_down_is_no_proof_that_there_was_none():
    """A log with other entries and no backwash says nothing of backwashing."""
    silent = replace(PLANT, assessments=())
    assert answers(judged(silent))["flushed"] is Answer.UNKNOWN
    assert judged(silent).complete is Answer.UNKNOWN
    assert answers(judged())["flushed"] is Answer.MET  # somebody states that the log is complete
    washed = PlantEvent(
        datetime(2025, 3, 1, tzinfo=UTC), "maintenance", "w2", "backwash, one hour"
    )
    unmetered = replace(PLANT, events=(washed,))
    assert answers(judged(unmetered))["flushed"] is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("count", "day", "answer"),
    [
        (0.0, date(2025, 12, 31), Answer.MET),  # the last day of the hours judged
        (0.0, date(2026, 2, 1), Answer.MET),  # stated a month later, of the year up to then
        (0.0, date(2025, 6, 30), Answer.UNKNOWN),  # of the rest of the year nobody said anything
        (0.0, date(2027, 1, 1), Answer.UNKNOWN),  # of another year
        (2.0, date(2025, 12, 31), Answer.UNKNOWN),  # there were two, and nothing metered them
    ],
)
def test_no_backwashing_may_be_stated_alone(count, day, answer):
    plant = replace(PLANT, assessments=(Assessment("backwashes", count, day),))
    assert answers(judged(plant))["flushed"] is answer
    washed = PlantEvent(
        datetime(2025, 3, 1, tzinfo=UTC), "maintenance", "w2", "backwash, one hour"
    )
    # stated none, written one: what is written counts
    assert answers(judged(replace(plant, events=(washed,))))["flushed"] is Answer.UNKNOWN


def test_days_that_nobody_metered_do_not_prove_that_every_day_was_kept():
    hours = plant_hours()
    for share, answer in ((0.03, Answer.MET), (0.10, Answer.UNKNOWN)):
        gone = np.arange(HOURS) < share * HOURS
        channels = {
            k: replace(c, values=np.where(gone, np.nan, c.values)) if "volume" in k[0] else c
            for k, c in hours.channels.items()
        }
        holed = replace(hours, channels=channels)
        assert answers(groundwater(PLANT, holed, holed, (None, None)))["every_day"] is answer


def test_another_aquifer_is_missed():
    deep = replace(WELLS[1], screen=(80.0, 100.0))
    plant = replace(PLANT, source=replace(PLANT.source, wells=(WELLS[0], deep)))
    assert answers(judged(plant))["same_aquifer"] is Answer.MISSED


def test_cold_water_is_no_clogging():
    # pressure swings with the seasons by viscosity alone: no trend after the correction
    (sound,) = judged().injectivity
    assert sound.trend == pytest.approx(0.0, abs=0.02)
    (clogged,) = judged(clogging=0.15).injectivity
    assert clogged.trend == pytest.approx(-0.15 / 0.85, abs=0.02)  # 0.15 a year, 0.85 halfway
    # viscosities of groundwater.md: 1.415 at 7 °C and 0.890 at 25 °C over 1.300 at 10 °C
    assert viscosity_ratio(np.array([7.0, 25.0])) == pytest.approx([1.088, 0.685], rel=0.01)


def test_a_head_that_rises_from_the_static_level_is_no_collapse():
    """
    Injectivity that falls 10 % a year, by hand.

    Water rests 10 m below ground; the same flow stands 10.5 m above that at first. After two years
    of 10 % it needs 10.5 / 0.81 = 13.0 m: pressure at the wellhead rises six-fold, from 0.5 m to
    3.0 m, and flow over that pressure fell by more than half a year.
    """
    year = np.arange(HOURS) / 8760
    head = 10.5 / 0.9**year
    pressure = np.where(PUMPED > 0, 999.7 * 9.80665 * (head - 10.0), 0.0)
    hours = plant_hours()
    channels = {
        **hours.channels,
        ("wellhead_pressure", "w2"): Channel(pressure, np.ones(HOURS)),
        ("return_temperature", "source"): Channel(np.full(HOURS, 10.0), np.ones(HOURS)),
        ("water_level", "w1"): Channel(np.full(HOURS, 10.0), np.ones(HOURS)),
    }
    (found,) = groundwater(
        PLANT, *(2 * [replace(hours, channels=channels)]), (None, None)
    ).injectivity
    # slope over the median of an exponential: ln 0.9 = -10.5 %, monthly medians to a tenth of it
    assert found.trend == pytest.approx(-0.105, abs=0.01)
    assert found.values[0] == pytest.approx(0.02 / 10.5, rel=0.01)
    del channels["water_level", "w1"]
    (unknown,) = groundwater(
        PLANT, *(2 * [replace(hours, channels=channels)]), (None, None)
    ).injectivity
    assert (unknown.trend, len(unknown.values)) == (None, 0)


def test_quality_that_drifts_is_told_and_what_is_below_detection_ties():
    def sample(n, index, value, *, below=False):
        day = f"{2015 + n // 4}-{1 + 3 * (n % 4):02d}-15"
        return WaterSample(
            sampled_at=day,
            place="w1",
            parameter=index,
            value=value,
            unit="mg/L",
            below_detection=below,
        )

    rows = [sample(n, "chloride", 100.0 + 2.0 * n + 5.0 * (n % 4)) for n in range(24)]
    rows += [sample(n, "iron", 0.05, below=True) for n in range(24)]
    rows += [sample(n, "lead", 0.01) for n in range(3)]
    found = {index: trend for _, index, trend in quality_trends(rows)}
    assert set(found) == {"chloride", "iron"}
    assert found["chloride"].p < 0.001
    assert found["chloride"].slope == pytest.approx(8.0, rel=0.05)
    assert found["iron"].p == 1.0


SINGLE = replace(
    PLANT,
    source=Source(
        kind=SourceKind.SINGLE_WELL,
        aquifer=AquiferRecord(hydraulic_conductivity=1e-4, thickness=60.0, top=10.0),
        single_wells=(
            SingleWell(
                id="s1",
                type=SingleWellType.ONE_AQUIFER,
                depth=60.0,
                bore_diameter=0.5,
                design_flow=0.02,
                return_zone=(15.0, 30.0),
                intake_zone=(45.0, 60.0),
            ),
        ),
    ),
)


def closed_hours(made_up=0.002, head=20e3):
    """A well whose water circulates: one flow meter, what is made up, the head over the seal."""

    def channel(quantity, of, values, unit="m3/h"):
        point = Point(
            id=f"{quantity}-{of}",
            quantity=quantity,
            of=of,
            statistic=Statistic.MEAN,
            unit=unit,
            accuracy="2 %",
        )
        return (quantity, of), Channel(values, np.ones(HOURS), point)

    return PlantHours(
        TIME,
        dict(
            [
                channel("flow", "source", PUMPED),
                channel("abstraction_volume", "make-up", PUMPED * made_up),
                channel("differential_pressure", "s1", np.where(PUMPED > 0, head, 0.0), "kPa"),
                channel("water_level", "s1", 10.0 + 0.05 * np.cos(np.arange(HOURS) / 100), "m"),
            ]
        ),
    )


def closed(**change):
    hours = closed_hours(**change)
    whole = Period(TIME[0], TIME[-1] + np.timedelta64(1, "h"))
    water = tuple(f(hours, whole, closed=True) for f in (reinjection_ratio, water_taken))
    return groundwater(SINGLE, hours, hours, water), water


def test_a_single_well_is_complete_by_what_it_makes_up_and_by_its_seal():
    found, (ratio, taken) = closed()
    assert ratio.value.value == pytest.approx(1 - 0.002)
    # two meters of 2 %, that is about 1 % each, of a ratio of 0.002
    assert ratio.value.standard_deviation == pytest.approx(0.002 * 0.01 * np.sqrt(2), rel=0.1)
    assert taken.value.value == pytest.approx(0.02 * 3600 * 18 * 730)
    assert set(answers(found).values()) == {Answer.MET}
    assert "circulated" in answers(found)
    assert found.tax == pytest.approx(taken.value.value * 0.8 / 1000)


@pytest.mark.parametrize("change", [{"made_up": 0.06}, {"head": -1e3}])
def test_a_leaking_loop_or_seal_is_missed(change):
    assert answers(closed(**change)[0])["circulated"] is Answer.MISSED


def test_what_a_closed_well_does_not_meter_is_not_known():
    hours = closed_hours()
    bare = PlantHours(TIME, {k: c for k, c in hours.channels.items() if k[1] != "make-up"})
    whole = Period(TIME[0], TIME[-1] + np.timedelta64(1, "h"))
    refused = reinjection_ratio(bare, whole, closed=True)
    assert isinstance(refused, KpiRefusal)
    found = groundwater(SINGLE, bare, bare, (None, water_taken(bare, whole, closed=True)))
    assert answers(found)["circulated"] is Answer.UNKNOWN
    assert answers(found)["every_day"] is Answer.UNKNOWN
    assert found.complete is Answer.UNKNOWN


def test_zones_beyond_the_aquifer_are_missed():
    deep = replace(SINGLE.source.single_wells[0], intake_zone=(80.0, 95.0))
    plant = replace(SINGLE, source=replace(SINGLE.source, single_wells=(deep,)))
    hours = closed_hours()
    assert answers(groundwater(plant, hours, hours, (None, None)))["same_aquifer"] is Answer.MISSED


def test_thirty_indices_without_a_trend_show_none():
    """
    Five years of quarters, 30 indices, white noise of 10 %, forty such wells (seeds 0 to 39).

    At 5 % for the whole search two wells of forty may show a trend (binomial: more than six has a
    probability below 0.5 %); tested one by one nearly every well showed one or two.
    """
    wells = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        rows = [
            WaterSample(
                sampled_at=f"{2018 + n // 4}-{1 + 3 * (n % 4):02d}-15",
                place="W1",
                parameter=f"index {k}",
                value=10 * (1 + 0.1 * rng.standard_normal()),
                unit="mg/L",
            )
            for k in range(30)
            for n in range(20)
        ]
        wells.append(sum(t.p < SURE for _, _, t in quality_trends(rows)))
    assert sum(n > 0 for n in wells) <= 6


def test_probabilities_of_a_search_by_hand():
    """Holm (1979): sorted, times 4, 3, 2, 1, never falling: 0.01→0.04, 0.02→0.06, 0.03→0.06."""
    one_by_one = [Trend(0.0, p, 0, 20) for p in (0.03, 0.01, 0.9, 0.02)]
    assert [t.p for t in together(one_by_one)] == pytest.approx([0.06, 0.04, 0.9, 0.06])


@pytest.mark.parametrize(
    ("latitude", "back", "told"),
    [(39.9, 1.0, "0.8 CNY"), (39.9, 0.9, "asks for proof"), (30.6, 1.0, "no rate")],
)
def test_the_report_tells_the_tax_what_it_asks_for_or_that_no_rate_is_known(latitude, back, told):
    plant = replace(PLANT, site=replace(PLANT.site, latitude=latitude))
    review = SimpleNamespace(plant=plant, water=judged(plant, back=back))
    texts = [
        text
        for block in water_blocks(review, Language.ENGLISH)
        if isinstance(block, Bullets)
        for text, _ in block.lines
    ]
    assert [told in text for text in texts if "m³ were taken" in text] == [True]
