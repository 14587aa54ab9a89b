"""Warm months and the coldest day at 40° N, 35° S and 5° N, by stated seasons or by latitude."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.lifecycle.design.seasons import warm_months
from loopkeeper.measure.recharge_year import design_recharge
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.machines import BackupRecord
from loopkeeper.plant.season import coldest_day, summer_months, winter_in_july
from loopkeeper.plant.site import Season, Site
from loopkeeper.plant.source import SurfaceWater, WaterBody
from loopkeeper.plant.surface import yearly_water
from loopkeeper.virtual.templates import template

NORTH, SOUTH, TROPICS = (
    Site(id="s", name="S", timezone="UTC", latitude=at) for at in (40.0, -35.0, 5.0)
)
TIME = np.datetime64("2023-01-01T00", "s") + np.arange(8760) * np.timedelta64(3600, "s")
MONTH = TIME.astype("M8[M]").astype(int) % 12 + 1
WINTER = Season((11, 15), (3, 15))


def test_summer_by_latitude():
    assert summer_months(NORTH) == {5, 6, 7, 8, 9}
    assert summer_months(SOUTH) == {11, 12, 1, 2, 3}
    assert summer_months(TROPICS) == set(range(1, 13))
    assert summer_months(replace(NORTH, latitude=None)) == {5, 6, 7, 8, 9}
    assert summer_months(replace(NORTH, latitude=-23.4)) == set(range(1, 13))


def test_stated_seasons_come_first():
    southern = Season((5, 1), (9, 15))
    assert summer_months(replace(NORTH, heating_season=southern)) == {11, 12, 1, 2, 3}
    assert summer_months(replace(TROPICS, heating_season=WINTER)) == {5, 6, 7, 8, 9}
    always = Season((1, 1), (12, 31))
    assert summer_months(replace(NORTH, cooling_season=always)) == set(range(1, 13))
    cooled = replace(NORTH, latitude=None, cooling_season=Season((12, 1), (3, 1)))
    assert summer_months(cooled) == {11, 12, 1, 2, 3}


def test_the_tropics_have_no_winter():
    assert winter_in_july(NORTH) is False
    assert winter_in_july(SOUTH) is True
    assert winter_in_july(TROPICS) is None
    assert winter_in_july(Site(id="s", name="S", timezone="UTC", heating_season=WINTER)) is False


@pytest.mark.parametrize(("site", "month"), [(NORTH, 1), (TROPICS, 1), (SOUTH, 7)])
def test_water_is_coldest_in_the_winter_of_its_side(site, month):
    water = yearly_water(SurfaceWater(body=WaterBody.LAKE, low=4.0, high=24.0), site, TIME)
    assert MONTH[int(np.argmin(water))] == month
    assert coldest_day(site) == (28.0 if month == 1 else 210.5)


def test_loads_of_the_tropics_are_those_of_cooling_but_high_up():
    warm = np.full(8760, 27.0)
    assert warm_months(MONTH, warm, 5.0) == set(range(1, 13))
    high = np.where(np.isin(MONTH, (6, 7)), 11.0, 16.0)
    assert warm_months(MONTH, high, -16.5) == set(range(1, 13)) - {6, 7}
    temperate = 12.0 - 12.0 * np.cos(2 * np.pi * (MONTH - 1) / 12)
    assert warm_months(MONTH, temperate, 40.0) == {5, 6, 7, 8, 9}
    assert warm_months(MONTH, 24.0 - temperate, -35.0) == {11, 12, 1, 2, 3}


@pytest.mark.parametrize("site", [NORTH, SOUTH, TROPICS])
def test_the_sun_recharges_in_the_summer_of_the_site(site):
    plant = replace(
        template("school").plant,
        site=site,
        backups=(BackupRecord("sun", "solar", heating=1e5, annual_design=3.6e11),),
    )
    none = np.zeros(8760)
    given = design_recharge(plant, LoadYear(TIME, none, none, none, none))
    assert given.sum() * 3600 == pytest.approx(3.6e11)
    assert set(MONTH[given > 0]) == summer_months(site)
