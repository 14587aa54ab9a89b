"""Plants drawn at random, sound or with one fault, by the habits of other sites."""

from dataclasses import dataclass, field

import numpy as np

from trials_other.machine import Machine
from trials_other.water import RHO_C

CURRENTS = (75, 100, 150, 200, 250, 300, 400, 500, 600, 800)
"""Primary currents of transformers on the shelf. [A]"""
WEATHER = 0.8
"""Standard deviation of a week's open water about the climate's. [K]"""
ONLY_HEATING = frozenset({"seal_leak"})
ONLY_VARIABLE = frozenset({"drive_at_50_hz"})


@dataclass
class Plant:
    """What a plant is, how it is metered, and what is wrong with it."""

    kind: str
    cooling: bool
    count: int
    machine: Machine
    as_built: list[tuple[float, float]]
    supply: float
    reset: float
    reset_from: float
    air: float
    spread: float
    source_spread: float
    drive: str
    lift: float
    own: float
    base: float
    kept: float
    rest: float
    peak_share: float
    design: list[float]
    branch_off: list[float]
    stated: bool
    step: int
    heat_counter: bool
    power_counter: bool
    each_metered: bool
    pumps_metered: bool
    source_meter: bool
    holes: int = 0
    length: float = 0.0
    spacing: float = 5.0
    bore: float = 0.15
    conductivity: float = 2.0
    heat_capacity: float = 2.3e6
    resistance: float = 0.09
    body: str = "reclaimed"
    coldest: float = 8.0
    warmest: float = 24.0
    water_metered: bool = True
    transmissivity: float = 0.02
    storage: float = 1e-3
    wrong: dict[str, float] = field(default_factory=dict)

    @property
    def mode(self) -> str:
        """Of the season of the trials."""
        return "cooling" if self.cooling else "heating"

    @property
    def rated(self) -> float:
        """Heat, or cold, of a machine at its rating. [W]"""
        return self.machine.cold if self.cooling else self.machine.heat

    @property
    def peak(self) -> float:
        """Load of the design. [W]"""
        return self.peak_share * self.count * self.rated

    @property
    def load_flow(self) -> float:
        """Of one load pump at its rating. [m3 s-1]"""
        return self.rated / (RHO_C * self.spread)

    @property
    def source_flow(self) -> float:
        """Of one source pump at its rating. [m3 s-1]"""
        return (1.18 if self.cooling else 0.74) * self.rated / (RHO_C * self.source_spread)


def drawn(kind: str, fault: str, rng: np.random.Generator) -> Plant:
    """Draw a plant of a kind with a fault."""
    u, chance = rng.uniform, rng.random
    heat = float(u(90e3, 600e3))
    machine = Machine(
        heat=heat,
        cold=heat * u(0.9, 1.02),
        share=u(0.50, 0.57),
        fall=u(0.001, 0.003),
        by_source=u(0.022, 0.030),
        by_load=u(0.004, 0.008),
        gain=u(0.03, 0.08),
    )
    cooling = chance() < 1 / 3 and fault not in ONLY_HEATING
    count = int(rng.integers(2, 5))
    drive = str(rng.choice(["variable", "variable", "constant", "one_per_machine"]))
    if fault in ONLY_VARIABLE:
        drive = "variable"
    branches = int(rng.integers(3, 7))
    even = kind == "borehole_field" and chance() < 0.6
    plant = Plant(
        kind=kind,
        cooling=cooling,
        count=count,
        machine=machine,
        as_built=[tuple(np.clip(rng.normal(1, 0.015, 2), 0.965, 1.035)) for _ in range(count)],
        supply=float(u(6, 8)) if cooling else float(u(40, 50)),
        reset=float(u(0.3, 0.5)) if cooling else float(u(0.35, 0.9)),
        reset_from=float(u(33, 36)) if cooling else float(u(-10, -3)),
        air=float(u(25.5, 28)) if cooling else float(u(1.5, 8)),
        spread=float(rng.choice([5.0, 5.0, 6.0, 7.0])),
        source_spread=float(u(3.5, 5.5)) if kind == "borehole_field" else float(u(5, 8)),
        drive=drive,
        lift=0.0 if kind == "borehole_field" else float(u(0.15, 0.4)),
        own=float(u(0.4, 0.7)),
        base=float(u(0.1, 0.3)),
        kept=float(u(0.25, 0.5)),
        rest=float(u(11, 17)),
        peak_share=float(u(0.88, 0.97)),
        design=[1.0] * branches if even else [round(float(one), 1) for one in u(6, 14, branches)],
        branch_off=list(np.clip(rng.normal(1, 0.04, branches), 0.92, 1.08)),
        stated=not even,
        step=int(rng.choice([10, 30, 60])),
        heat_counter=chance() < 1 / 3,
        power_counter=chance() < 1 / 3,
        each_metered=chance() < 0.4,
        pumps_metered=chance() < 0.7,
        source_meter=chance() < 0.4,
    )
    _ground(plant, rng)
    plant.wrong = _size(fault, rng)
    return plant


def _ground(plant: Plant, rng: np.random.Generator) -> None:
    """Draw the source, and design it for the plant."""
    u = rng.uniform
    whole = plant.count * plant.rated
    if plant.kind == "borehole_field":
        plant.length = float(rng.choice([80, 100, 120, 150]))
        duty = (1.2 if plant.cooling else 0.75) * whole
        plant.holes = int(
            np.ceil(duty / (u(45, 55) if plant.cooling else u(33, 42)) / plant.length)
        )
        plant.spacing = float(rng.choice([4.0, 4.5, 5.0, 6.0]))
        plant.bore = float(rng.choice([0.13, 0.15]))
        plant.conductivity, plant.heat_capacity = float(u(1.5, 2.8)), float(u(2.0, 2.7)) * 1e6
        plant.resistance = float(u(0.07, 0.13))
    if plant.kind == "surface_water":
        plant.body = str(rng.choice(["river", "lake", "reclaimed", "sewage"]))
        cold = {"river": u(4, 8), "lake": u(5, 8), "reclaimed": u(11, 14), "sewage": u(11, 14)}
        plant.coldest = round(float(cold[plant.body]), 1)
        plant.warmest = round(plant.coldest + float(u(10, 15)), 1)
        swing = plant.warmest - plant.coldest
        course = plant.warmest - 0.06 * swing if plant.cooling else plant.coldest + 0.2 * swing
        plant.rest = course + float(rng.normal(0.0, WEATHER))
        plant.water_metered = bool(rng.random() < 0.6)
    plant.transmissivity, plant.storage = float(10 ** u(-2.2, -1.4)), float(10 ** u(-3.5, -2))


def _transformer(rng: np.random.Generator) -> float:
    """Ratio of a transformer to the one that was told. [-]"""
    while True:
        a, b = rng.choice(CURRENTS, 2, replace=False)
        if 1.25 <= max(a, b) / min(a, b) <= 4:
            return float(b / a)


def _size(fault: str, rng: np.random.Generator) -> dict[str, float]:
    u = rng.uniform
    if fault == "none":
        return {}
    sign = float(rng.choice([-1, 1]))
    sizes = {
        "short_holes": u(0.6, 0.95),
        "poor_grout": u(0.55, 0.92),
        "missing_pressure_test": 1.0,
        "wrong_spacing": u(0.75, 0.9),
        "low_test_pressure": u(0.5, 0.9),
        "unbalanced_branches": float(rng.choice([u(0.3, 0.72), u(1.5, 2.0)])),
        "set_point_off": sign * u(2.5, 6.0),
        "no_reset": 1.0,
        "swapped_sensor": float(rng.integers(0, 2)),
        "wrong_ct": _transformer(rng),
        "wrong_ct_pump": _transformer(rng),
        "k_factor": float(rng.choice([0.1, 10.0, 2.5, 0.4, 0.25, 4.0])),
        "wrong_rotation": u(0.35, 0.6),
        "drive_at_50_hz": float(rng.random()),
        "stuck_valve": u(0.08, 0.6),
        "wrong_staging": float(rng.integers(0, 2)),
        "low_delta_t": u(1.5, 2.2),
        "capacity_short": u(0.12, 0.3),
        "draws_too_much": u(1.15, 1.4),
        "sensor_off": sign * u(1.0, 3.0),
        "seal_leak": u(0.3, 0.6),
        "screen_clogged": u(0.03, 0.25),
        "reinjection_short": u(0.75, 0.94),
    }
    wrong = {fault: float(sizes[fault])}
    if fault == "sensor_off":
        wrong["at"] = float(rng.integers(0, 4))
    if fault in {"wrong_rotation", "wrong_ct_pump"}:
        wrong["at"] = float(rng.integers(0, 2))
    if fault == "capacity_short":
        wrong["charge"] = float(u(0.4, 1.0))
    return wrong
