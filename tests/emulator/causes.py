"""The causes that can be planted: one row each, with the range its severity is drawn from."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from . import loop
from .hydraulics import VARIABLE_DT
from .plant import KINDS, Boreholes, Effect, Plant, SingleWells

BORE, GROUP, SINGLE, SURFACE = "borehole_field", "well_group", "single_well", "surface_water"
ALL = (BORE, GROUP, SINGLE, SURFACE)

Change = Callable[[Plant, float, "Timing"], Plant]


@dataclass(frozen=True)
class Timing:
    """First hour of a change after hand-over and the hours until it is full."""

    onset: int = 0
    growth: int = 0


@dataclass(frozen=True)
class Row:
    """A cause; its severity is uniform between `mild` and `severe`."""

    kind: str
    name: str
    sources: tuple[str, ...]
    mild: float
    severe: float
    change: Change
    text: str
    documented: bool = False
    later: bool = False
    fits: Callable[[Plant], bool] = lambda _: True


def with_source(**changes: Callable[[float, float], float]) -> Change:
    """Change fields of the source: new value from the old one and the severity."""

    def change(plant: Plant, x: float, _: Timing) -> Plant:
        new = {k: f(getattr(plant.source, k), x) for k, f in changes.items()}
        return replace(plant, source=replace(plant.source, **new))

    return change


def effect(*rows: tuple[int, float]) -> Change:
    """Effects in time: each row of the loop with its share of the severity."""

    def change(plant: Plant, x: float, when: Timing) -> Plant:
        new = tuple(Effect(r, share * x, when.onset, when.growth) for r, share in rows)
        return replace(plant, effects=plant.effects + new)

    return change


def times(old: float, x: float) -> float:
    """Multiply."""
    return old * x


def plus(old: float, x: float) -> float:
    """Add."""
    return old + x


def real_load(plant: Plant, x: float, _: Timing) -> Plant:
    """A building that needs another share of the design load; terminals follow partly."""
    scaled = tuple((a * x**0.5, b * x**0.5, f) for a, b, f in plant.terminals)
    return replace(plant, building=replace(plant.building, scale=x), terminals=scaled)


def bigger_machines(plant: Plant, x: float, _: Timing) -> Plant:
    """Machines and the pumps chosen for them are x times what the load asks."""
    s, p = plant.source_pumps, plant.load_pumps
    return replace(
        plant,
        rated_heating=float(round(plant.rated_heating * x, -1)),
        rated_cooling=float(round(plant.rated_cooling * x, -1)),
        source_pumps=replace(s, flow=round(s.flow * x**0.8, 1)),
        load_pumps=replace(p, flow=round(p.flow * x**0.8, 1)),
    )


def smaller_source(plant: Plant, x: float, _: Timing) -> Plant:
    """A source of x times the size that the load asks."""
    s = plant.source
    if isinstance(s, Boreholes):
        rows = max(round(s.rows * x**0.5), 1)
        columns = max(round(s.count * x / rows), 1)
        return replace(plant, source=replace(s, rows=rows, columns=columns))
    if isinstance(s, SingleWells):
        return replace(plant, source=replace(s, count=max(round(s.count * x), 1)))
    return replace(plant, source=replace(s, ua=round(s.ua * x * 0.7, 1)))


def wrong_type(plant: Plant, x: float, _: Timing) -> Plant:
    """Machines made for another source temperature: steeper, lower where they work."""
    t = plant.type
    wrong = replace(
        t, cop=round(t.cop * (1 - x), 2), eer=round(t.eer * (1 - 0.8 * x), 2), slope=t.slope + x
    )
    return replace(plant, type=wrong)


def lost_recharge(plant: Plant, x: float, _: Timing) -> Plant:
    """Only a share of the designed recharge or relief reaches the ground."""
    return replace(
        plant, recharge=replace(plant.recharge, heat_share=x, pump_share=max(x, 0.1) ** 0.5)
    )


def weak_side(plant: Plant) -> float:
    """Where the climate hurts: colder (-1) where heating rules, warmer (+1) where cooling does."""
    return 1.0 if plant.climate == "hot_summer_cold_winter" else -1.0


def other_ground(plant: Plant, x: float, _: Timing) -> Plant:
    """Undisturbed ground x K colder, or warmer where cooling rules."""
    s = plant.source
    return replace(plant, source=replace(s, temperature=s.temperature + x * weak_side(plant)))


def one_sided(plant: Plant, x: float, _: Timing) -> Plant:
    """The season that would restore the ground is used to a share x only."""
    b = plant.building
    if weak_side(plant) < 0:
        return replace(plant, building=replace(b, cooling_use=x))
    return replace(plant, building=replace(b, heating_use=x))


def unbalanced_years(plant: Plant, x: float, _: Timing) -> Plant:
    """Before the last year no cooling, and a neighbour's building drew x of the heat besides."""
    return replace(
        plant,
        cooling_skipped_until=(plant.years - 1) * 8760,
        history=0.25 * x * plant.rated_heating * plant.machines,
    )


def oversized(side: str) -> Change:
    """Fixed pumps of one loop with x times the head."""

    def change(plant: Plant, x: float, _: Timing) -> Plant:
        return replace(plant, **{side: replace(getattr(plant, side), head_factor=x)})

    return change


def bad_wells(plant: Plant, x: float, _: Timing) -> Plant:
    """Screens and gravel packs badly built: x times the drawdown, stronger pumps, wells closer."""
    s, p = plant.source, plant.source_pumps
    s = replace(s, distance=s.distance / x**0.7, captured=min(s.captured * x**0.8, 0.85))
    bigger = 1.0 + 0.1 * (x - 1.0)
    p = replace(p, slope=p.slope * x, head_factor=p.head_factor * bigger)
    return replace(plant, source=s, source_pumps=p)


def worse_aquifer(plant: Plant, x: float, _: Timing) -> Plant:
    """Transmissivity x times the surveyed; more comes back and sooner; 5 (1 - x) K off."""
    s, p = plant.source, plant.source_pumps
    s = replace(
        s,
        hydraulic=s.hydraulic * x,
        thickness=s.thickness * x**0.5,
        captured=min(s.captured + 0.8 * (1 - x), 0.85),
        distance=s.distance * x**0.8,
        temperature=s.temperature + 5.0 * (1 - x) * weak_side(plant),
    )
    return replace(plant, source=s, source_pumps=replace(p, slope=p.slope / x))


def still_aquifer(plant: Plant, x: float, _: Timing) -> Plant:
    """Circulation wells in water x K off that hardly moves."""
    s = plant.source
    s = replace(
        s,
        temperature=s.temperature + x * weak_side(plant),
        velocity=s.velocity / (1 + 0.6 * x),
        recycled=min(s.recycled + 0.06 * x, 0.6),
    )
    return replace(plant, source=s)


def has_recharge(plant: Plant) -> bool:
    return plant.recharge is not None


def variable(plant: Plant) -> bool:
    return max(plant.source_pumps.control, plant.load_pumps.control) >= VARIABLE_DT


def fixed_source(plant: Plant) -> bool:
    return plant.source_pumps.control < VARIABLE_DT


def fixed_load(plant: Plant) -> bool:
    return plant.load_pumps.control < VARIABLE_DT


def variable_source(plant: Plant) -> bool:
    return plant.source_pumps.control >= VARIABLE_DT


def variable_load(plant: Plant) -> bool:
    return plant.load_pumps.control >= VARIABLE_DT


def several(plant: Plant) -> bool:
    return plant.machines >= 3


def heats_most(plant: Plant) -> bool:
    return (
        plant.climate != "hot_summer_cold_winter" and plant.recharge is None and plant.years >= 4
    )


ROWS = (
    Row(
        "design",
        "load_far_below",
        ALL,
        0.60,
        0.36,
        real_load,
        "Real load is {x:.0%} of the design load.",
    ),
    Row(
        "design",
        "load_far_above",
        (BORE,),
        1.35,
        1.80,
        real_load,
        "Real load is {x:.0%} of the design load.",
    ),
    Row(
        "design",
        "machines_oversized",
        ALL,
        1.8,
        2.8,
        bigger_machines,
        "Machines and their pumps x{x:.2f} of what is asked: short cycling.",
        documented=True,
    ),
    Row(
        "design",
        "source_undersized",
        (BORE, SINGLE, SURFACE),
        0.70,
        0.42,
        smaller_source,
        "Source x{x:.2f} of the size that the load asks.",
        documented=True,
    ),
    Row(
        "design",
        "wrong_type",
        ALL,
        0.07,
        0.22,
        wrong_type,
        "Machines made for another source temperature: COP lower by {x:.0%}.",
        documented=True,
    ),
    Row(
        "resource",
        "low_conductivity",
        (BORE,),
        0.78,
        0.48,
        with_source(conductivity=times),
        "Conductivity x{x:.2f} of the assumed.",
    ),
    Row(
        "resource",
        "other_ground",
        (BORE,),
        1.0,
        3.5,
        other_ground,
        "Ground off by {x:.1f} K, to the season that matters.",
    ),
    Row(
        "resource",
        "worse_aquifer",
        (GROUP,),
        0.65,
        0.25,
        worse_aquifer,
        "Aquifer worse than surveyed: transmissivity x{x:.2f}, early breakthrough.",
    ),
    Row(
        "resource",
        "still_aquifer",
        (SINGLE,),
        0.8,
        3.2,
        still_aquifer,
        "Water off by {x:.1f} K, hardly moving, more of it returns.",
    ),
    Row(
        "resource",
        "other_water",
        (SURFACE,),
        1.2,
        4.0,
        with_source(colder=plus, warmer=lambda o, x: o + 0.6 * x),
        "Source water colder by {x:.1f} K in winter and warmer in summer than assumed.",
    ),
    Row(
        "thermal_balance",
        "lost_recharge",
        (BORE,),
        0.45,
        0.0,
        lost_recharge,
        "Recharge or relief reaches {x:.0%} of the designed heat.",
        fits=has_recharge,
    ),
    Row(
        "thermal_balance",
        "one_sided_use",
        (BORE, SINGLE),
        0.45,
        0.05,
        one_sided,
        "The season that restores the ground is used to {x:.0%}.",
    ),
    Row(
        "thermal_balance",
        "unbalanced_years",
        (BORE,),
        0.5,
        1.8,
        unbalanced_years,
        "No cooling before the last year, a neighbour drew heat too (x{x:.2f}).",
        fits=heats_most,
    ),
    Row(
        "construction",
        "short_holes",
        (BORE,),
        0.84,
        0.58,
        with_source(length=times),
        "Holes x{x:.2f} of the drawn length.",
    ),
    Row(
        "construction",
        "close_holes",
        (BORE,),
        0.65,
        0.35,
        with_source(spacing=times),
        "Spacing x{x:.2f} of the drawn.",
    ),
    Row(
        "construction",
        "poor_grout",
        (BORE,),
        1.5,
        3.2,
        with_source(resistance_factor=times),
        "Poor grout: borehole resistance x{x:.2f}.",
    ),
    Row(
        "construction",
        "blocked_loops",
        (BORE,),
        0.15,
        0.45,
        with_source(dead=plus),
        "{x:.0%} of the loops blocked.",
    ),
    Row(
        "construction",
        "bad_wells",
        (GROUP,),
        2.0,
        5.0,
        bad_wells,
        "Wells badly built and too close: drawdown x{x:.1f}.",
    ),
    Row(
        "construction",
        "broken_seal",
        (SINGLE,),
        0.18,
        0.48,
        with_source(recycled=lambda r, x: min(r + x, 0.7)),
        "Seal of the circulation wells leaks: {x:.0%} more short-circuits.",
    ),
    Row(
        "construction",
        "small_exchanger",
        (SURFACE,),
        0.60,
        0.28,
        with_source(ua=times),
        "Exchanger as built gives x{x:.2f} of the drawn conductance.",
    ),
    Row(
        "hydraulic",
        "source_pumps_oversized",
        ALL,
        1.3,
        1.9,
        oversized("source_pumps"),
        "Fixed source pumps far above need: head x{x:.2f}.",
        fits=fixed_source,
    ),
    Row(
        "hydraulic",
        "load_pumps_oversized",
        ALL,
        1.3,
        1.9,
        oversized("load_pumps"),
        "Fixed load pumps far above need: head x{x:.2f}.",
        fits=fixed_load,
    ),
    Row(
        "hydraulic",
        "source_by_pass",
        ALL,
        0.20,
        0.55,
        effect((loop.BYPASS_S, 1.0)),
        "By-pass open on the source side: {x:.0%} of the flow.",
    ),
    Row(
        "hydraulic",
        "load_by_pass",
        ALL,
        0.30,
        0.60,
        effect((loop.BYPASS_L, 1.0)),
        "By-pass open on the load side: {x:.0%} of the flow.",
        fits=variable_load,
    ),
    Row(
        "hydraulic",
        "clogged_filter",
        ALL,
        2.0,
        9.0,
        effect((loop.FILTER_S, 1.0)),
        "Source filter clogged: resistance x{x:.1f} more.",
        fits=variable_source,
    ),
    Row(
        "hydraulic",
        "open_idle_machines",
        ALL,
        0.35,
        0.95,
        effect((loop.MIX_L, 1.0)),
        "Idle machines' valves stay open: {x:.0%} of their share mixes in.",
        fits=several,
    ),
    Row(
        "hydraulic",
        "branch_imbalance",
        ALL,
        0.5,
        1.3,
        effect((loop.IMBALANCE, 1.0)),
        "Load branches out of balance: {x:.0%} more flow for the last one.",
        fits=variable_load,
    ),
    Row(
        "commissioning",
        "wrong_set_point",
        ALL,
        2.5,
        7.0,
        effect((loop.SET_BIAS, 1.0)),
        "Set point off by {x:.1f} K since hand-over.",
    ),
    Row(
        "commissioning",
        "equal_staging",
        ALL,
        1.0,
        1.0,
        effect((loop.EQUAL, 1.0)),
        "All machines start together: sequence never commissioned.",
    ),
    Row(
        "commissioning",
        "drives_at_full_speed",
        ALL,
        0.72,
        1.0,
        effect((loop.FULL_SPEED, 1.0)),
        "Variable drives left at {x:.0%} of 50 Hz.",
        fits=variable,
    ),
    Row(
        "commissioning",
        "pumps_always_on",
        ALL,
        0.6,
        1.0,
        effect((loop.ALWAYS, 1.0), (loop.FULL_SPEED, 0.9)),
        "Pumps run through the season, drives at {x:.0%} or more.",
    ),
    Row(
        "operation",
        "set_point_drift",
        ALL,
        3.0,
        8.0,
        effect((loop.SET_BIAS, 1.0)),
        "Set point moved by {x:.1f} K step by step.",
        later=True,
    ),
    Row(
        "operation",
        "schedule_at_night",
        ALL,
        0.6,
        1.0,
        effect((loop.NIGHT, 1.0), (loop.ALWAYS, 1.0), (loop.FULL_SPEED, 0.9)),
        "Schedule left running day and night, drives by hand at {x:.0%} or more.",
        later=True,
    ),
    Row(
        "operation",
        "source_fouling",
        ALL,
        2.0,
        7.0,
        effect((loop.FOUL_S, 1.0)),
        "Source-side exchanger fouled: {x:.1f} K at full load.",
        later=True,
    ),
    Row(
        "operation",
        "load_fouling",
        ALL,
        2.0,
        6.0,
        effect((loop.FOUL_L, 1.0)),
        "Load-side exchanger fouled: {x:.1f} K at full load.",
        later=True,
    ),
    Row(
        "operation",
        "refrigerant",
        ALL,
        0.05,
        0.16,
        effect((loop.WEAR, 1.0)),
        "Refrigerant charge and wear: input higher by {x:.0%}.",
        later=True,
    ),
    Row(
        "operation",
        "reinjection_decline",
        (GROUP,),
        1.5,
        6.0,
        effect((loop.SLOPE_S, 1.0), (loop.FILTER_S, 0.4)),
        "Reinjection declines: drawdown x{x:.1f} more.",
        later=True,
        fits=variable_source,
    ),
    Row(
        "operation",
        "no_maintenance",
        ALL,
        1.5,
        5.0,
        effect((loop.FOUL_S, 0.8), (loop.FOUL_L, 0.4), (loop.FILTER_S, 0.2)),
        "Maintenance missing: strainers and exchangers {x:.1f} K at full load.",
        later=True,
    ),
)


@dataclass(frozen=True)
class Cause:
    """A row with its severity and time drawn."""

    row: Row
    severity: float
    timing: Timing

    def plant(self, plant: Plant) -> Plant:
        """The plant with this cause."""
        return self.row.change(plant, self.severity, self.timing)

    @property
    def text(self) -> str:
        return self.row.text.format(x=self.severity)


def kind_weights(plant: Plant) -> np.ndarray:
    """Chance of each kind; the thermal balance is one of borehole fields first of all."""
    balance = {BORE: 3.5, GROUP: 0.0, SINGLE: 1.0, SURFACE: 0.0}[plant.kind]
    weights = np.array([balance if k == "thermal_balance" else 1.0 for k in KINDS])
    return weights / weights.sum()


def draw_causes(plant: Plant, rng: np.random.Generator) -> tuple[Cause, ...]:
    """One (55 %), two (30 %) or three (15 %) causes of different kinds, the first full range."""
    number = int(rng.choice([1, 2, 3], p=[0.55, 0.30, 0.15]))
    size = min(number, int(np.count_nonzero(kind_weights(plant))))
    kinds = rng.choice(KINDS, size=size, replace=False, p=kind_weights(plant))
    causes = []
    for place, kind in enumerate(kinds):
        rows = [r for r in ROWS if r.kind == kind and plant.kind in r.sources and r.fits(plant)]
        row = rows[rng.integers(len(rows))]
        level = rng.uniform(0.0, 1.0 if place == 0 else 0.6)
        causes.append(
            Cause(row, row.mild + level * (row.severe - row.mild), timing(plant, row, rng))
        )
    return tuple(causes)


def timing(plant: Plant, row: Row, rng: np.random.Generator) -> Timing:
    """From the first day, or some time in the two years before the end."""
    if not row.later:
        return Timing()
    end = plant.years * 8760
    return Timing(end - int(rng.uniform(0.9, 1.7) * 8760), int(rng.uniform(100, 4000)))


__all__ = ["ROWS", "Cause", "draw_causes"]
