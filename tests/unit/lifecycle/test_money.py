"""Money and carbon by hand: tariff bands, alternatives, coal saved, room by room."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.adapters.report.bills import bills_document
from loopkeeper.adapters.report.printing import printed
from loopkeeper.app.billing import room_bills
from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.evaluate.money import Prices, Room, Used, account, bills, coal_saved
from loopkeeper.measure.series import Channel, Period, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Site, SourceKind, Tariff, TariffBand
from loopkeeper.plant.source import Source
from loopkeeper.units import KWH

TARIFF = Tariff(
    "CNY",
    (
        TariffBand("valley", 0.3, ((23, 7),)), TariffBand("flat", 0.6, ((7, 8), (12, 23))),
        TariffBand("peak", 1.0, ((8, 12),)),
    ),
)  # fmt: skip
DAY = np.arange(24)


def used(electricity=10e3, heat=40e3):
    whole = np.full(24, 1.0)
    return Used(DAY, heat * whole, 0 * whole, electricity * whole)


def test_bands_by_the_hour():
    found = account(used(), TARIFF, 0.5)
    assert {b.name: b.energy / KWH for b in found.bands} == pytest.approx(
        {"valley": 80, "flat": 120, "peak": 40}
    )
    assert found.money == pytest.approx(80 * 0.3 + 120 * 0.6 + 40 * 1.0)
    assert found.carbon == pytest.approx(240 * 0.5)
    assert found.per_area(100.0) == pytest.approx(1.36)
    assert found.per_heat() == pytest.approx(136 / 960)


def test_alternatives_deliver_the_same():
    found = account(used(), TARIFF, 0.5, Prices(gas=3.0, coal=1.2))
    ways = {c.alternative.id: c for c in found.compared}
    assert ways["coal"].money == pytest.approx(960 / 0.70 / 8.14 * 1.2)
    assert ways["coal"].carbon == pytest.approx(960 / 0.70 * 2.457 / 8.14)
    assert ways["gas"].money == pytest.approx(960 / 0.80 / 9.85 * 3.0)
    assert ways["gas"].carbon == pytest.approx(960 / 0.80 * 0.202)
    assert ways["air_source"].carbon == pytest.approx(960 / 2.3 * 0.5)
    assert ways["air_source"].money == pytest.approx(960 / 2.3 * found.money / 240)


def test_coal_saved_by_hand():
    # 960 kWh heat: 960 / (0.70 × 8.14) kg burnt; 240 kWh electricity at 0.302 kg each
    saved = coal_saved(960 * KWH, 0.0, 240 * KWH)
    assert saved == pytest.approx(960 / (0.70 * 8.14) - 240 * 0.302)


def test_without_tariff_there_is_no_money_but_carbon():
    found = account(used(), None, 0.5)
    assert (found.money, found.bands, found.per_heat()) == (None, (), None)
    assert all(c.money is None for c in found.compared)


def test_hours_without_measurement_are_left_out_and_said():
    hours = used()
    hours.electricity[:6] = np.nan
    found = account(hours, TARIFF, 0.5)
    assert found.known == pytest.approx(0.75)
    assert found.electricity == pytest.approx(180 * KWH)
    assert found.heat == pytest.approx(720 * KWH)


def test_rooms_pay_what_they_used_and_their_part_of_what_is_shared():
    rooms = [Room("east", {"valley": 100.0, "peak": 50.0}), Room("west", {"valley": 50.0})]
    east, west = bills(rooms, TARIFF, shared=20.0)
    mean = (150 * 0.3 + 50 * 1.0) / 200
    assert east.total == pytest.approx(100 * 0.3 + 50 * 1.0 + 15 * mean)
    assert west.total == pytest.approx(50 * 0.3 + 5 * mean)
    assert [line[0] for line in east.lines] == ["valley", "peak", "shared"]
    whole = 150 * 0.3 + 50 * 1.0 + 20 * mean
    assert east.total + west.total == pytest.approx(whole)


def test_a_village_is_billed_by_its_own_meters():
    time = np.datetime64("2024-01-01", "s") + np.arange(24 * 31) * np.timedelta64(1, "h")
    watts = {"room-1": 1e3, "room-2": 500.0, "source-pumps": 300.0, "hp1": 9e3}
    hours = PlantHours(
        time,
        {
            ("electricity_energy", of): Channel(np.full(len(time), w), np.ones(len(time)))
            for of, w in watts.items()
        },
    )
    plant = Plant(Site("v", "V", "UTC"), Source(SourceKind.WELL_GROUP), tariff=TARIFF)
    whole = Period(time[0], time[-1] + np.timedelta64(1, "h"))
    one, two = room_bills(plant, hours, whole)
    day = 8 * 0.3 + 12 * 0.6 + 4 * 1.0  # money of a kilowatt all day
    lines = {name: (energy, money) for name, energy, money in one.bill.lines}
    assert lines["valley"][0] == pytest.approx(8 * 31)
    assert lines["shared"][0] == pytest.approx(0.3 * 24 * 31 * 2 / 3)
    assert one.bill.total == pytest.approx(31 * day * (1 + 0.3 * 2 / 3))
    assert one.bill.total + two.bill.total == pytest.approx(31 * day * 1.8)
    assert (one.coverage, one.currency) == (1.0, "CNY")
    document = bills_document(plant, "2024-01", (one, two), "en", "foot")
    text = repr(document.blocks)
    assert f"{one.bill.total:,.2f} CNY" in text
    assert text.count("PageBreak()") == 2
    for suffix in (".html", ".pdf", ".docx"):
        assert len(printed(document, suffix)) > 2000
    with pytest.raises(InsufficientDataError, match="tariff"):
        room_bills(replace(plant, tariff=None), hours, whole)
