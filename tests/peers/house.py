"""
A house with a heat pump whose every reading follows from arithmetic, and its meters' dialects.

Truth: in each hour heat = 400 W/K · (20 °C − outdoors) in heating, cold = 300 W/K · (outdoors −
22 °C) in cooling; electricity is heat over 4 or cold over 5; the ground gives or takes the rest.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import polars as pl

from loopkeeper.app.closing_the_loop import evaluated
from loopkeeper.app.groundwork import Measured, admit_readings, lay_groundwork
from loopkeeper.measure.case import Case
from loopkeeper.measure.dossier import Dossier
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.plant.machines import BackupRecord, Loop, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import Promise, Season, Site, SourceKind
from loopkeeper.plant.source import BoreholeField, Ground, Source
from loopkeeper.units import KWH

COP, EER = 4.0, 5.0
STEP = 600
PUMP = {"sp1": 100.0, "lp1": 50.0}


def _point(name, quantity, of, statistic, unit, accuracy):
    return Point(
        id=name, quantity=quantity, of=of, statistic=statistic, unit=unit, accuracy=accuracy
    )


C, M, I = Statistic.COUNTER, Statistic.MEAN, Statistic.INSTANT  # noqa: E741
POINTS = {
    "src_sup": _point("src_sup", "supply_temperature", "source", I, "°C", "0.1"),
    "src_ret": _point("src_ret", "return_temperature", "source", I, "°C", "0.1"),
    "src_flow": _point("src_flow", "flow", "source", I, "m3/h", "2 %"),
    "load_sup": _point("load_sup", "supply_temperature", "load", I, "°C", "0.1"),
    "load_ret": _point("load_ret", "return_temperature", "load", I, "°C", "0.1"),
    "load_flow": _point("load_flow", "flow", "load", I, "m3/h", "2 %"),
    "heat": _point("heat", "heat_energy", "load", C, "kWh", "EN1434-2"),
    "elec": _point("elec", "electricity_energy", "hp1", C, "kWh", "IEC-1"),
    "sp": _point("sp", "electricity_power", "sp1", M, "kW", "IEC-1"),
    "lp": _point("lp", "electricity_power", "lp1", M, "kW", "IEC-1"),
    "out": _point("out", "outdoor_temperature", "site", I, "°C", "0.3"),
}


@dataclass
class House:
    """Readings by point at ten-minute steps, the points, and what is true. [kWh]"""

    plant: Plant
    time: np.ndarray
    values: dict[str, np.ndarray]
    heat: float
    cold: float
    electricity: float

    def frame(self) -> pl.DataFrame:
        """Readings as a long frame."""
        parts = [
            pl.DataFrame({"time": self.time, "point": name, "value": values})
            for name, values in self.values.items()
        ]
        return pl.concat(parts).with_columns(
            pl.col("time").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        )

    def with_points(self, *points: Point) -> "House":
        """Return the house with other rows of the same names in its point list."""
        kept = {p.id: p for p in self.plant.points} | {p.id: p for p in points}
        listed = tuple(p for p in kept.values() if p.id in self.values)
        return replace(self, plant=replace(self.plant, points=listed))

    def without(self, *names: str) -> "House":
        """Return the house without some of its meters."""
        values = {k: v for k, v in self.values.items() if k not in names}
        return replace(self, values=values).with_points()

    def measured(self) -> Measured:
        """Admit the readings."""
        return admit_readings(Dossier(plant=self.plant), self.frame())

    def ground(self) -> Case:
        """Bring everything into the form that the stages read."""
        return lay_groundwork(Dossier(plant=self.plant), self.measured())

    def answer(self):
        """Return the evaluation, or why there is none."""
        return evaluated(self.ground())


def house(days=35, start=datetime(2025, 1, 1, tzinfo=UTC), mean=2.0, swing=4.0, cycle=0) -> House:
    """Return a house over some days about an outdoor temperature [°C]; on half of `cycle`."""
    count = days * 86400 // STEP + 1
    second = STEP * np.arange(count)
    time = np.datetime64(start.replace(tzinfo=None), "us") + second * np.timedelta64(1, "s")
    hour = second / 3600
    out = mean + swing * np.cos(2 * np.pi * (hour - 15) / 24) + 2 * np.sin(2 * np.pi * hour / 260)
    heating = np.maximum(400.0 * (20.0 - out), 0.0) * (out < 18.0)
    cooling = np.maximum(300.0 * (out - 22.0), 0.0)
    if cycle:
        on = 2.0 * (np.arange(count) % cycle < cycle // 2)
        heating, cooling = heating * on, cooling * on
    drawn = heating / COP + cooling / EER
    load = heating - cooling
    source = load - drawn
    flows = {"src": 2.2 / 3600, "load": 1.4 / 3600}
    middle = {"src": np.where(load >= 0, 8.0, 20.0), "load": np.where(load >= 0, 34.0, 12.0)}
    values = {}
    for side, heat in (("src", source), ("load", load)):
        density = {
            t: fluid_properties("water", 0.0, t).volumetric_heat_capacity
            for t in np.unique(middle[side])
        }
        capacity = np.vectorize(density.get)(middle[side])
        half = heat / capacity / flows[side] / 2
        values |= {f"{side}_sup": middle[side] + half, f"{side}_ret": middle[side] - half}
        values[f"{side}_flow"] = np.full(count, 3600 * flows[side])
    register = {
        k: np.concatenate([[0.0], np.cumsum(v[:-1] * STEP / KWH)])
        for k, v in (
            ("heat", heating + cooling),
            ("elec", drawn),
            ("hot", heating),
            ("cold", cooling),
        )
    }
    values |= {"heat": 397.0 + register["heat"], "elec": 150.0 + register["elec"], "out": out}
    values |= {"sp": np.full(count, 0.1), "lp": np.full(count, 0.05)}
    return House(
        _plant(),
        time,
        values,
        float(register["hot"][-1]),
        float(register["cold"][-1]),
        float(register["elec"][-1]),
    )


def _plant() -> Plant:
    ground = Ground(conductivity=2.2, heat_capacity=2.3e6, undisturbed_temperature=10.5)
    return Plant(
        site=Site(
            id="house",
            name="House",
            timezone="UTC",
            heating_season=Season((10, 1), (4, 30)),
            cooling_season=Season((6, 1), (9, 15)),
        ),
        source=Source(
            kind=SourceKind.BOREHOLE_FIELD,
            design_flow=2.2 / 3600,
            ground=ground,
            field=BoreholeField(
                count=2,
                length=100.0,
                diameter=0.14,
                buried_depth=1.5,
                positions=((0.0, 0.0), (8.0, 0.0)),
            ),
        ),
        promise=Promise(system_cop_heating=3.8, system_cop_cooling=4.5),
        machines=(
            MachineRecord(
                id="hp1", rated_heating=12e3, rated_cop=4.6, rated_cooling=12e3, rated_eer=5.0
            ),
        ),
        pumps=(
            PumpRecord(id="sp1", loop=Loop.SOURCE, flow=2.2 / 3600, head=6.0, power=PUMP["sp1"]),
            PumpRecord(id="lp1", loop=Loop.LOAD, flow=1.4 / 3600, head=4.0, power=PUMP["lp1"]),
        ),
        points=tuple(POINTS.values()),
    )


def heater(power: np.ndarray, one: House) -> House:
    """Return the house with an electric heater before the load's heat meter. [W]"""
    given = np.concatenate([[0.0], np.cumsum(power[:-1] * STEP / KWH)])
    point = Point(
        id="ih", quantity="electricity_energy", of="ih1", statistic=C, unit="kWh", accuracy="IEC-1"
    )
    values = one.values | {"heat": one.values["heat"] + given, "ih": 10.0 + given}
    backup = BackupRecord("ih1", "electric_boiler", heating=6e3, efficiency=1.0)
    plant = replace(one.plant, backups=(backup,))
    return replace(one, plant=plant, values=values).with_points(point)


def day(number: int) -> slice:
    """Return the readings of a day, counted from 0."""
    return slice(number * 86400 // STEP, (number + 1) * 86400 // STEP)
