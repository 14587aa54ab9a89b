"""What bad data do to a report: each kind its own caution, never a silently wrong number."""

import json
from datetime import timedelta

import polars as pl
import pytest

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.app.groundwork import admit_readings
from loopkeeper.app.record import prepared
from loopkeeper.app.reviewing import reviewed
from loopkeeper.app.use_cases.reviews import review_basis
from loopkeeper.bootstrap.outside import outside
from loopkeeper.measure.kpi_basis import KpiRefusal
from loopkeeper.measure.periods import named_period
from loopkeeper.units import KWH
from loopkeeper.virtual.build import Life, Recording, build_virtual_plant

pytestmark = [pytest.mark.integration, pytest.mark.slow]
HEAT = ("delivered_energy", "user side", "heating")


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    """Two winters up to the leap year 2024, and what they truly were."""
    folder = tmp_path_factory.mktemp("plants") / "office"
    build_virtual_plant(folder, Life("office", years=2), Recording(15))
    dossier = read_dossier(folder)
    truth = json.loads(folder.with_suffix(".truth.json").read_text())
    return dossier, read_telemetry(folder, dossier.plant)[0], truth


def review_of(plant, change=lambda rows: rows, period="2024-02", kind="monthly"):
    dossier, rows, _ = plant
    base = prepared(dossier, admit_readings(dossier, change(rows)))
    when = named_period(period, dossier.plant.site)
    return reviewed(base, kind, when, review_basis(outside))


def refusals(review, name, boundary, mode="all"):
    return [
        v.sentence("en")
        for a in review.answers
        if isinstance(a, KpiRefusal) and (a.name, a.boundary, a.mode) == (name, boundary, mode)
        for v in a.reasons
    ]


def codes(review):
    return {v.code for v in review.verdicts}


def without(*names):
    return lambda rows: rows.filter(~pl.col("point").is_in(names))


@pytest.fixture(scope="module")
def sound(plant):
    return review_of(plant)


def test_the_leap_day_counts(plant, sound):
    whole = sound.value(*HEAT).value.value
    assert sound.period.hours == 29 * 24
    halves = [
        review_of(plant, period=p).value(*HEAT).value.value
        for p in ("2024-02-01/2024-02-15", "2024-02-15/2024-03-01")
    ]
    assert sum(halves) == pytest.approx(whole, rel=0.01)


def test_a_season_over_new_year_is_one_season(plant):
    season = review_of(plant, period="heating-2023", kind="quarterly")
    site = plant[0].plant.site
    assert season.period == named_period("2023-11-15/2024-03-16", site)
    parts = [
        review_of(plant, period=p).value(*HEAT).value.value
        for p in ("2023-11-15/2024-01-01", "2024-01-01/2024-03-16")
    ]
    assert season.value(*HEAT).value.value == pytest.approx(sum(parts), rel=0.01)


def test_the_year_is_what_it_truly_was(plant):
    truth = plant[2]
    year = review_of(plant, period="/".join(truth["period"]), kind="annual")
    for mode in ("heating", "cooling"):
        value = year.value("delivered_energy", "user side", mode).value
        wide = 1.96 * value.standard_deviation
        assert abs(value.value / KWH - truth[f"{mode}_kWh"]) <= wide / KWH
    parts = [
        year.value("electricity", name).value
        for name in ("machines", "source-pumps", "load-pumps")
    ]
    wide = sum(1.96 * p.standard_deviation for p in parts) / KWH
    assert abs(sum(p.value for p in parts) / KWH - truth["measured_kWh"]) <= wide


def test_a_missing_meter_refuses_what_needs_it_by_name(plant):
    review = review_of(plant, without("load_pumps_p"))
    assert review.value("performance_factor", "H2", "heating") is not None
    why = refusals(review, "performance_factor", "GB/T 50801", "heating")
    assert why
    assert all("lp" in reason for reason in why)  # the pumps whose meter is missing
    gbt = next(g for g in review.graded if g.pack.id == "GB/T 50801-2013")
    assert gbt.grade == ""
    assert gbt.reasons


def test_forty_percent_of_gaps_refuse_with_the_coverage(plant):
    def holed(rows):
        return rows.filter(~((pl.col("time").dt.day() % 5 < 2) & (pl.col("point") == "hp1_p")))

    review = review_of(plant, holed)
    (why,) = refusals(review, "performance_factor", "H1", "heating")
    assert "80" in why  # the least share is said
    assert review.value("delivered_energy", "user side", "heating") is not None


def test_swapped_sensors_are_called(plant, sound):
    def swapped(rows):
        names = {"src_t_sup": "src_t_ret", "src_t_ret": "src_t_sup"}
        return rows.with_columns(pl.col("point").replace(names))

    review = review_of(plant, swapped)
    assert "measure.pair.swapped" in codes(review) - codes(sound)


def test_a_counter_that_is_reset_on_the_edge_of_the_month(plant, sound):
    edge = named_period("2024-02", plant[0].plant.site).start.item()

    def reset(rows):
        late = (pl.col("point") == "load_heat") & (
            pl.col("time").dt.replace_time_zone(None) >= edge
        )
        before = rows.filter(
            (pl.col("point") == "load_heat") & (pl.col("time").dt.replace_time_zone(None) < edge)
        )
        level = before.sort("time")["value"][-1]
        return rows.with_columns(
            pl.when(late).then(pl.col("value") - level).otherwise(pl.col("value")).alias("value")
        )

    review = review_of(plant, reset)
    assert "measure.counter.reset" in codes(review) - codes(sound)
    assert review.value(*HEAT).value.value == pytest.approx(
        sound.value(*HEAT).value.value, rel=0.01
    )


def test_readings_doubled_and_out_of_order_change_nothing(plant, sound):
    def mixed(rows):
        return pl.concat([rows, rows.filter(pl.col("time").dt.hour() == 3)]).sample(
            fraction=1.0, shuffle=True, seed=1
        )

    review = review_of(plant, mixed)
    assert review.value(*HEAT).value == sound.value(*HEAT).value


def test_clocks_an_hour_late_are_called(plant, sound):
    def late(rows):
        moved = pl.col("time") + timedelta(hours=3)
        mine = pl.col("point") == "load_heat"
        return rows.with_columns(pl.when(mine).then(moved).otherwise(pl.col("time")).alias("time"))

    found = codes(review_of(plant, late)) - codes(sound)
    assert any(code.startswith("measure.") for code in found)
