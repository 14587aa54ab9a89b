"""Money and carbon by hand: tariff bands, alternatives, coal saved, room by room."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.adapters.files.dossier.read import inspect_dossier
from loopkeeper.adapters.report.bills import bills_document
from loopkeeper.adapters.report.printing import printed
from loopkeeper.app.billing import room_bills
from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.evaluate.money import (
    FuelPrices,
    Room,
    Terms,
    Used,
    account,
    bills,
)
from loopkeeper.measure.series import Channel, Period, PlantHours
from loopkeeper.plant.machines import Loop, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.reference_ways import coal_burnt, coal_saved, reference_eer
from loopkeeper.plant.site import Site, SourceKind, Tariff, TariffBand
from loopkeeper.plant.source import Source
from loopkeeper.units import KWH

TARIFF = Tariff(
    "CNY",
    (
        TariffBand("valley", 0.3, ((23, 7),)),
        TariffBand("flat", 0.6, ((7, 8), (12, 23))),
        TariffBand("peak", 1.0, ((8, 12),)),
    ),
)
DAY = np.arange(24)


def used(electricity=10e3, heat=40e3):
    whole = np.full(24, 1.0)
    return Used(
        hour=DAY,
        month=np.full(24, 1),
        heat=heat * whole,
        cold=0 * whole,
        electricity=electricity * whole,
    )


def test_bands_by_the_hour():
    found = account(used(), TARIFF, Terms(0.5))
    assert {b.name: b.energy / KWH for b in found.bands} == pytest.approx(
        {"valley": 80, "flat": 120, "peak": 40}
    )
    assert found.money == pytest.approx(80 * 0.3 + 120 * 0.6 + 40 * 1.0)
    assert found.carbon == pytest.approx(240 * 0.5)
    assert found.per_area(100.0) == pytest.approx(1.36)
    assert found.per_heat() == pytest.approx(136 / 960)


def test_alternatives_deliver_the_same():
    found = account(used(), TARIFF, Terms(0.5, FuelPrices(gas=3.0, coal=1.2)))
    ways = {c.alternative.id: c for c in found.compared}
    assert ways["coal"].money == pytest.approx(960 / 0.70 / 8.14 * 1.2)
    assert ways["coal"].carbon == pytest.approx(960 / 0.70 * 2.47 / 8.14)
    assert ways["gas"].money == pytest.approx(960 / 0.80 / 9.85 * 3.0)
    assert ways["gas"].carbon == pytest.approx(960 / 0.80 * 0.202)
    air = 960 / 2.6 + 0.02 * 960  # the unit over a season, and the pumps of its water loop
    assert ways["air_source"].carbon == pytest.approx(air * 0.5)
    assert ways["air_source"].money == pytest.approx(air * found.money / 240)


def test_coal_saved_by_hand():
    # 960 kWh heat: 960 / (0.70 × 8.14) kg burnt; 240 kWh electricity at 0.302 kg each
    saved = coal_saved(960 * KWH, 0.0, (240 * KWH, 0.0))
    assert saved == pytest.approx(960 / (0.70 * 8.14) - 240 * 0.302)
    # a gigawatt hour: 8.14 kWh/kg at 70 %, in design as in the annual report
    assert coal_burnt(1e6 * KWH) / 1000 == pytest.approx(175.5, abs=0.05)


@pytest.mark.parametrize(
    ("kilowatt", "eer"),
    [(527.9, 2.3), (528.0, 2.6), (1163.0, 2.6), (1164.0, 2.8), (None, 2.8)],
)
def test_the_reference_chiller_by_capacity(kilowatt, eer):
    """GB/T 50801-2013: below 528 kW 2.3, 528 to 1163 kW 2.6, above 2.8; hand calculation."""
    assert reference_eer(None if kilowatt is None else 1e3 * kilowatt) == eer
    cooled = replace(used(heat=0.0), cold=np.full(24, 30e3))
    capacity = None if kilowatt is None else 1e3 * kilowatt
    found = account(cooled, TARIFF, Terms(0.5, capacity=capacity))
    saved = 720 / eer * 0.302 - 240 * 0.302
    assert found.coal_saved == pytest.approx(saved)
    assert found.reduced == pytest.approx((2.47 * saved, 0.02 * saved, 0.01 * saved))
    assert found.compared[0].carbon == pytest.approx(720 / eer * 0.5)


def test_gas_of_a_boiler_is_money_carbon_and_coal():
    """5 kW of gas all day: 120 kWh, 120/9.85 m3 at 3, 0.202 kg/kWh, 120/8.14 kg of coal."""
    burnt = replace(used(), fuels={"gas": np.full(24, 5e3)})
    found, plain = (account(u, TARIFF, Terms(0.5)) for u in (burnt, used()))
    assert found.money - plain.money == pytest.approx(120 / 9.85 * 3.0)
    assert found.carbon - plain.carbon == pytest.approx(120 * 0.202)
    assert plain.coal_saved - found.coal_saved == pytest.approx(120 / 8.14)
    assert [(f.name, f.energy / KWH) for f in found.fuels] == [("gas", pytest.approx(120))]


def test_hours_without_a_price_are_no_free_hours():
    """108 kWh a day, 36 of them from 8 to 16 o'clock, which no band prices: no sum is given."""
    gap = Tariff("CNY", (TariffBand("night", 0.5, ((16, 8),)),))
    found = account(used(electricity=4.5e3), gap, Terms(0.5))
    assert (found.money, found.unpriced / KWH) == (None, pytest.approx(36.0))
    assert all(c.money is None for c in found.compared)
    assert len(gap.wrong_hours()) == 12 * 8


def test_months_and_half_hours_have_their_price():
    """10 kW: 7:00 to 8:30 at 1.0, else 0.5; from June to August 0.8 all day."""
    months = tuple(m for m in range(1, 13) if m not in {6, 7, 8})
    tariff = Tariff(
        "CNY",
        (
            TariffBand("peak", 1.0, ((7, 8.5),), months),
            TariffBand("flat", 0.5, ((8.5, 7),), months),
            TariffBand("summer", 0.8, ((0, 24),), (6, 7, 8)),
        ),
    )
    assert tariff.wrong_hours() == ()
    assert account(used(), tariff, Terms(0.5)).money == pytest.approx(15 * 1.0 + 225 * 0.5)
    july = replace(used(), month=np.full(24, 7))
    assert account(july, tariff, Terms(0.5)).money == pytest.approx(240 * 0.8)


@pytest.mark.parametrize(
    ("bands", "code", "kept"),
    [
        ('[{name="a", price=1.0, hours=[[0, 24]]}]', None, True),
        ('[{name="a", price=1.0, hours=[["7:30", 24], [0, 7.5]]}]', None, True),
        ('[{name="a", price=1.0, hours=[[0, 23]]}]', "dossier.tariff.uncovered", True),
        ('[{name="a", price=1.0, hours=[[0, 24]], months=[1]}]', "dossier.tariff.uncovered", True),
        ('[{name="a", price=1.0, hours=[[0, 24], [3, 4]]}]', "dossier.tariff.twice", False),
        ('[{name="a", price=1.0, hours=[[0, 25]]}]', "dossier.key.wrong", False),
        ('[{name="a", price=1.0, hours=[[0, 24]], months=[13]}]', "dossier.key.wrong", False),
        ('[{name="a", price=1.0, hours=[[0, 24]], weekdays=[1]}]', "dossier.key.wrong", False),
    ],
)
def test_a_tariff_that_does_not_cover_the_year_says_so(tmp_path, bands, code, kept):
    (tmp_path / "plant.toml").write_text(
        'format = "dossier/1"\n[site]\nid = "x"\nname = "X"\ntimezone = "Asia/Shanghai"\n'
        '[source]\nkind = "borehole_field"\n'
        f'[tariff]\ncurrency = "CNY"\nbands = {bands}\n'
    )
    found, verdicts = inspect_dossier(tmp_path)
    said = {v.code: v for v in verdicts if "tariff" in repr((v.code, v.figures))}
    assert set(said) == ({code} if code else set())
    assert all(v.sentence("zh") and v.sentence("en") for v in said.values())
    assert (found.plant.tariff is not None) == kept


def test_without_tariff_there_is_no_money_but_carbon():
    found = account(used(), None, Terms(0.5))
    assert (found.money, found.bands, found.per_heat()) == (None, (), None)
    assert all(c.money is None for c in found.compared)


def test_hours_without_measurement_are_left_out_and_said():
    hours = used()
    hours.electricity[:6] = np.nan
    found = account(hours, TARIFF, Terms(0.5))
    assert found.known == pytest.approx(0.75)
    assert found.electricity == pytest.approx(180 * KWH)
    assert found.heat == pytest.approx(720 * KWH)


def test_rooms_pay_what_they_used_and_their_part_of_what_is_shared():
    rooms = [Room("east", {"valley": 100.0, "peak": 50.0}), Room("west", {"valley": 50.0})]
    east, west = bills(rooms, TARIFF, shared={"valley": 15.0, "peak": 5.0})
    common = 15 * 0.3 + 5 * 1.0
    assert east.total == pytest.approx(100 * 0.3 + 50 * 1.0 + 0.75 * common)
    assert west.total == pytest.approx(50 * 0.3 + 0.25 * common)
    assert [line[0] for line in east.lines] == ["valley", "peak", "shared"]
    whole = 150 * 0.3 + 50 * 1.0 + common
    assert east.total + west.total == pytest.approx(whole)
    empty = bills([Room("east", {"valley": 0.0}), Room("west", {})], TARIFF, shared={"peak": 5.0})
    assert [b.total for b in empty] == [2.5, 2.5]  # nobody was there, the pumps ran


@pytest.mark.parametrize(
    "pumps",
    [{"source-pumps": 300.0}, {"sp1": 100.0, "sp2": 150.0, "lp1": 50.0}, {"pumps": 300.0}],
)
def test_a_village_is_billed_by_its_own_meters(pumps):
    time = np.datetime64("2024-01-01", "s") + np.arange(24 * 31) * np.timedelta64(1, "h")
    watts = {"room-1": 1e3, "room-2": 500.0, "hp1": 9e3, **pumps}
    hours = PlantHours(
        time,
        {
            ("electricity_energy", of): Channel(np.full(len(time), w), np.ones(len(time)))
            for of, w in watts.items()
        },
    )
    listed = tuple(
        PumpRecord(
            id=p, loop=Loop.SOURCE if p[0] == "s" else Loop.LOAD, flow=0.01, head=10.0, power=200.0
        )
        for p in pumps
        if "pumps" not in p
    )
    plant = Plant(
        site=Site(id="v", name="V", timezone="UTC"),
        source=Source(kind=SourceKind.WELL_GROUP),
        tariff=TARIFF,
        pumps=listed,
    )
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
