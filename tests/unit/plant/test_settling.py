"""What settles a tie has a price, marked as the estimate it is."""

from dataclasses import replace

import pytest

from loopkeeper.app.telling.wording import settling_words
from loopkeeper.plant.settling import effort_of, settling
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.verdict import Verdict, catalogue
from loopkeeper.virtual.templates import template

TESTS = sorted(
    code for code in catalogue() if code.startswith("settles.") and ".effort." not in code
)


def at(timezone, tariff=None):
    plant = template("office").plant
    return replace(plant, site=replace(plant.site, timezone=timezone), tariff=tariff)


def test_every_measurement_has_a_price_at_home_and_abroad():
    assert {row["test"] for row in data_table("settling.csv")} == set(TESTS)
    for code in TESTS:
        home, abroad = (effort_of(code, at(zone)) for zone in ("Asia/Shanghai", "Europe/Berlin"))
        assert 0 < home.cost[0] < home.cost[1]
        assert home.cost[0] < abroad.cost[0] < abroad.cost[1]
        for one in (home, abroad):
            assert one.confidence == "A"  # nobody's price list: an estimate
            assert one.elapsed_days >= one.site_days > 0
            assert (one.stop == "none") == (one.stop_days == 0)
            assert one.basis
            assert one.basis_zh


def test_a_tariff_in_yuan_tells_the_country_too():
    plant = at("UTC", template("office").plant.tariff)
    assert plant.tariff.currency == "CNY"
    assert effort_of("settles.field_flow", plant) == effort_of("settles.field_flow", at("PRC"))
    assert effort_of("settles.nothing_of_this_name", plant) is None


@pytest.mark.parametrize(
    ("language", "figures"),
    [
        ("en", ("1 d on site", "1.5 to 5 thousand CNY (estimate)", "keeps running", "clamp-on")),
        ("zh", ("现场 1 天", "1.5～5 千元（估算）", "无需停机", "外夹式")),
    ],
)
def test_the_price_is_said_with_what_it_is_reckoned_from(language, figures):
    (one,) = settling((Verdict("settles.field_flow", {}),) * 2, at("Asia/Shanghai"))
    words = settling_words(one, language)
    assert words.startswith(one.test.sentence(language))
    for figure in figures:
        assert figure in words


def test_standstill_is_said():
    (one,) = settling((Verdict("settles.rest_temperature", {}),), at("Asia/Shanghai"))
    assert "stops for 14 d" in settling_words(one, "en")
    assert "停机 14 天" in settling_words(one, "zh")
