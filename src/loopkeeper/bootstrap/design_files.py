"""What a designer brings along, as the files room reads and writes it."""

from loopkeeper.adapters.files.design.energyplus import read_energyplus
from loopkeeper.adapters.files.design.own_use import read_use
from loopkeeper.adapters.files.design.prices import read_catalogue, read_corners, read_prices
from loopkeeper.adapters.files.design.weather_year import read_weather_year
from loopkeeper.adapters.files.dossier.write import write_loads

__all__ = [
    "read_catalogue",
    "read_corners",
    "read_energyplus",
    "read_prices",
    "read_use",
    "read_weather_year",
    "write_loads",
]
