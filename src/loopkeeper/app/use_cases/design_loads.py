"""A design year by the hour: of a simulation or a table, or built from area, use and weather."""

from dataclasses import dataclass, replace
from pathlib import Path

from loopkeeper.app.outside import DesignFiles, LoadsReading
from loopkeeper.lifecycle.design.load_checks import by_area, out_of_season
from loopkeeper.lifecycle.design.loads import built_loads
from loopkeeper.lifecycle.design.uses import USES, use_name
from loopkeeper.plant.site import Site

__all__ = ["USES", "LoadsOrder", "LoadsReading", "loads", "use_name"]


@dataclass(frozen=True, kw_only=True)
class LoadsOrder:
    """
    Where a design year comes from.

    A ``simulation`` (or table of loads); else ``area`` [m²], ``use`` (or a file of one's
    ``own_use``), ``weather`` and ``insulation``, loss against the usual one [-].
    """

    zone: str
    area: float | None = None
    use: str = "office"
    own_use: Path | None = None
    weather: Path | None = None
    insulation: float = 1.0
    simulation: Path | None = None


def loads(files: DesignFiles, order: LoadsOrder) -> LoadsReading:
    """
    Return a design year, checked against what its area and season let expect.

    Parameters
    ----------
    files : DesignFiles
        Who reads simulations, weather and uses.
    order : LoadsOrder
        What is asked; a simulation, or area with weather.

    Returns
    -------
    LoadsReading
        Without a year where problems forbid one.
    """
    found = _read(files, order)
    if found.year is None:
        return found
    if order.area is not None:
        known = use_name(order.use) if order.simulation is None and order.own_use is None else ""
        likely = by_area(found.year, (order.area, order.area), known)
        found = replace(found, verdicts=(*likely, *found.verdicts))
    if found.year is not None and found.year.outdoor_temperature is not None:
        use = use_name(order.use) if order.simulation is None else ""
        odd = out_of_season(Site(id="", name="", timezone=order.zone, use=use), found.year)
        found = replace(found, verdicts=(*odd, *found.verdicts))
    return found


def _read(files: DesignFiles, order: LoadsOrder) -> LoadsReading:
    if order.simulation is not None:
        return files.read_energyplus(order.simulation, order.zone)
    use = USES[use_name(order.use)] if order.own_use is None else files.read_use(order.own_use)
    weather = files.read_weather_year(Path(str(order.weather)), order.zone)
    if weather.year is None:
        return LoadsReading(None, weather.verdicts)
    year = built_loads(use, order.area or 0.0, weather.year, insulation=order.insulation)
    return LoadsReading(year, weather.verdicts)
