"""Write the design years of the examples: area, use and a synthetic year of weather (assumed)."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from loopkeeper.adapters.files.dossier.write import write_loads
from loopkeeper.lifecycle.design.loads import built_loads
from loopkeeper.lifecycle.design.uses import USES, Use
from loopkeeper.lifecycle.design.weather import WeatherYear
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.series import LoadYear
from loopkeeper.virtual.weather import Climate, synthetic_weather

FOLDER = Path(__file__).parent
ZONE = "Asia/Shanghai"
BEIJING, CHENGDE = Climate(12.5, 15.5, 4.5, 2.6), Climate(9.0, 17.0, 5.0, 2.8)
"""Yearly mean and half range of the air of both places (A)."""
SUNNIER = 1.15
"""Sun on the horizontal over that on a mean facade (A). [-]"""
SPORTS = Use(
    loss=1.6,
    capacity=3.6e5,
    gains=12.0,
    solar=0.010,
    hot_water=3.0,
    opens=8,
    closes=22,
    workdays=False,
    heating=18.0,
)
"""Halls and a pool, half of it below ground (A)."""
CASES = {
    "chengde": (USES["hospital"], 19_000.0, 79_000.0, CHENGDE),
    "haidian-school": (USES["school"], 45_952.0, 45_952.0, BEIJING),
    "dormitory": (USES["residential"], 4_000.0, 4_000.0, BEIJING),
    "sports-centre": (SPORTS, 44_372.55, 44_372.55, BEIJING),
    "forest-office": (USES["office"], 3_600.0, 3_600.0, BEIJING),
}
"""Use, heated and cooled area [m2], climate."""


def weather(climate: Climate) -> WeatherYear:
    """Return the year 2023 of a climate, always the same."""
    start = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp()) - 8 * 3600
    time = (start + 3600 * np.arange(8760)).astype("datetime64[s]")
    month, day, hour, weekday = local_calendar(time, ZONE)
    air, sun = synthetic_weather(climate, np.arange(8760) / 24.0, np.random.default_rng(15))
    return WeatherYear(
        time=time, hour=hour, weekday=weekday, month=month, day=day, air=air, sun=SUNNIER * sun
    )


def design_year(use: Use, heated: float, cooled: float, climate: Climate) -> LoadYear:
    """Return the loads of a building whose heated and cooled areas differ, to 0.1 kW."""
    year = built_loads(use, heated, weather(climate))
    air = np.zeros(8760) if year.outdoor_temperature is None else year.outdoor_temperature
    return replace(
        year,
        heating=year.heating.round(-2),
        cooling=(year.cooling * cooled / heated).round(-2),
        hot_water=year.hot_water.round(-2),
        outdoor_temperature=air.round(1),
    )


if __name__ == "__main__":
    for name, case in CASES.items():
        write_loads(design_year(*case), FOLDER / name / "design" / "loads.csv", ZONE)
