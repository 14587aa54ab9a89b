"""Promise, real years, and what each cause took: the truth of a plant."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial

import numpy as np

from . import loop
from .build import make_hours, make_site
from .causes import Cause, draw_causes
from .design import YEAR, design_run_hours, design_site, design_weather, draw_plant
from .plant import KINDS, Plant, Spread
from .weather import CLIMATES, Weather, weather

MWH = 1e-3
Planting = Callable[[Plant], tuple[Cause, ...]]


@dataclass(frozen=True)
class Year:
    """Energies of a year in kWh by mode (heating, cooling)."""

    heat: np.ndarray
    machines: np.ndarray
    source_pumps: np.ndarray
    load_pumps: np.ndarray
    extracted: float
    rejected: float
    recharge: float

    @property
    def electricity(self) -> np.ndarray:
        return self.machines + self.source_pumps + self.load_pumps

    @property
    def cop(self) -> np.ndarray:
        return self.heat / np.maximum(self.electricity, 1e-9)


def year_of(plant: Plant, table: np.ndarray) -> Year:
    """Sum a year by mode; energy outside the seasons goes where it serves."""
    modes = [table[:, loop.MODE] == m for m in (1, 2)]
    idle = table[:, loop.MODE] == 0

    def by_mode(column: int) -> np.ndarray:
        return np.array([table[m, column].sum() for m in modes])

    heat = by_mode(loop.HEAT)
    share = heat / max(heat.sum(), 1e-9)
    solar = plant.recharge is not None and plant.recharge.kind == "solar"
    serves = np.array([1.0, 0.0]) if solar else np.array([0.0, 1.0])
    machines = (
        by_mode(loop.MACHINES) + by_mode(loop.STAND_BY) + share * table[idle, loop.STAND_BY].sum()
    )
    q = table[:, loop.SOURCE_HEAT]
    return Year(
        heat,
        machines,
        by_mode(loop.SOURCE_PUMPS) + serves * table[:, loop.RECHARGE_PUMP].sum(),
        by_mode(loop.LOAD_PUMPS),
        q[q > 0].sum(),
        -q[q < 0].sum(),
        table[:, loop.RECHARGE].sum(),
    )


@dataclass(frozen=True)
class Promise:
    """What the document says: the healthy design in its third typical year."""

    year: Year
    cop: np.ndarray
    inlet: tuple[float, float]
    drift: float
    wall: tuple[float, ...]
    peaks: tuple[float, float]
    loads: np.ndarray
    scale: float


def promise(plant: Plant) -> Promise:
    """Run the design plant through three typical years and round as a document would."""
    h, scale = design_run_hours(plant)
    table, _ = loop.simulate(design_site(plant), h, start(plant))
    last = table[-YEAR:]
    year = year_of(plant, last)
    on = last[:, loop.HEAT] > 0
    wall = tuple(float(w) for w in table[:, loop.T_WALL].reshape(3, YEAR).mean(axis=1))
    inlet = last[on, loop.T_IN]
    need = last[:, loop.HEAT] + last[:, loop.UNMET]
    loads = np.column_stack([need * (last[:, loop.MODE] == m) for m in (1, 2)])
    span = (float(np.floor(inlet.min() * 2) / 2), float(np.ceil(inlet.max() * 2) / 2))
    drift = round((wall[2] - wall[0]) / 2.0, 2)
    peaks = tuple(loads.max(axis=0))
    return Promise(year, np.round(year.cop, 2), span, drift, wall, peaks, loads, scale)


def start(plant: Plant) -> np.ndarray:
    """Rooms and walls at 20 °C."""
    return np.full((len(plant.building.shares), 2), 20.0)


def draw_spread(plant: Plant, rng: np.random.Generator) -> Spread:
    """Machines ±4 %, pumps ±8 %, set points ±0.5 K, occupancy ±10 %."""
    n = plant.machines
    return Spread(
        tuple(rng.uniform(0.96, 1.04, n)),
        tuple(rng.uniform(0.92, 1.08, n)),
        tuple(rng.uniform(0.92, 1.08, n)),
        float(rng.uniform(-0.5, 0.5)),
        float(rng.uniform(0.9, 1.1)),
    )


@dataclass(frozen=True)
class Life:
    """A plant's life: design, reality, weather, tables of what happened and the accounts."""

    design: Plant
    document: Plant
    real: Plant
    causes: tuple[Cause, ...]
    promise: Promise
    weather: Weather
    table: np.ndarray
    rooms: np.ndarray
    healthy: Year
    measured: Year
    shortfalls: dict[frozenset[int], float]
    shapley: tuple[float, ...]
    rng: np.random.Generator


def shapley(values: dict[frozenset[int], float], players: int) -> tuple[float, ...]:
    """Exact Shapley values of a game given for every coalition."""
    out = []
    for i in range(players):
        others, total = [j for j in range(players) if j != i], 0.0
        for size in range(players):
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            for c in combinations(others, size):
                s = frozenset(c)
                total += weight * (values[s | {i}] - values[s])
        out.append(total)
    return tuple(out)


def with_causes(plant: Plant, causes: tuple[Cause, ...], chosen: frozenset[int]) -> Plant:
    """The plant with some of the causes, in their order."""
    for i in sorted(chosen):
        plant = causes[i].plant(plant)
    return plant


def is_healthy(seed: int) -> bool:
    """A quarter of the seeds, by rule; independent of the frozen third."""
    return seed % 4 == 1


def live(seed: int, planted: Planting | None = None) -> Life:
    """Draw a plant, let it live, and account for it; causes may be planted instead of drawn."""
    design, rng = draw_plant(seed)
    said = promise(design)
    real = replace(design, spread=draw_spread(design, rng))
    drawn = () if is_healthy(seed) else draw_causes(design, rng)
    causes = drawn if planted is None else planted(design)
    climate = CLIMATES[design.climate]
    w = weather(climate, np.random.default_rng(seed + 9000), design.handed_over, design.end)
    runs: dict[frozenset[int], tuple[Year, np.ndarray, np.ndarray]] = {}
    for size in range(len(causes) + 1):
        for c in combinations(range(len(causes)), size):
            p = with_causes(real, causes, frozenset(c))
            h, _ = make_hours(p, w, said.scale)
            table, rooms = loop.simulate(make_site(p, w.time.size), h, start(p))
            runs[frozenset(c)] = (year_of(p, table[-YEAR:]), table, rooms)
    everything = frozenset(range(len(causes)))
    measured, table, rooms = runs[everything]
    base = float((measured.heat / said.cop).sum())
    gaps = {c: float((measured.heat / y.cop).sum()) - base for c, (y, _, _) in runs.items()}
    document = with_causes(
        design, causes, frozenset(i for i, c in enumerate(causes) if c.row.documented)
    )
    return Life(
        design,
        document,
        with_causes(real, causes, everything),
        causes,
        said,
        w,
        table,
        rooms,
        runs[frozenset()][0],
        measured,
        gaps,
        shapley(gaps, len(causes)),
        rng,
    )


def energies(life: Life) -> dict[str, float]:
    """kWh by kind."""
    out: dict[str, float] = {}
    for c, value in zip(life.causes, life.shapley, strict=True):
        out[c.row.kind] = out.get(c.row.kind, 0.0) + value
    return out


def shares(life: Life) -> dict[str, float]:
    """Share of each kind in what was lost; a kind that gained has none."""
    lost = {k: max(v, 0.0) for k, v in energies(life).items()}
    total = sum(lost.values())
    return {k: round(lost.get(k, 0.0) / total, 4) if total > 0 else 0.0 for k in KINDS}


__all__ = ["MWH", "Life", "design_weather", "energies", "live", "shapley", "shares", "year_of"]
