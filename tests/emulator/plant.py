"""What a plant is: immutable descriptions, as designed and as it really is."""

from dataclasses import dataclass, field

KINDS = (
    "design", "operation", "thermal_balance", "construction", "resource", "hydraulic",
    "commissioning",
)  # fmt: skip


@dataclass(frozen=True)
class Use:
    """How a kind of building is used."""

    name: str
    opens: int
    closes: int
    weekend: float
    gain: float
    glass: float
    heating: float
    cooling: float
    setback: float


USES = (
    Use("office", 7, 19, 0.25, 14.0, 0.024, 20.0, 26.0, 2.5),
    Use("school", 7, 18, 0.10, 12.0, 0.024, 20.0, 26.0, 2.5),
    Use("hotel", 0, 24, 1.10, 8.0, 0.022, 21.0, 25.0, 0.0),
    Use("hospital", 0, 24, 0.90, 10.0, 0.020, 22.0, 25.0, 0.0),
    Use("residential", 0, 24, 1.15, 4.5, 0.020, 20.0, 26.0, 0.0),
    Use("sports", 9, 22, 1.20, 10.0, 0.024, 18.0, 26.0, 2.0),
)


@dataclass(frozen=True)
class Building:
    """Zones by area share; densities per m² of floor in W, W/K and Wh/K."""

    use: Use
    area: float
    shares: tuple[float, ...]
    loss: float
    air: float
    mass: float
    gain: float
    glass: float
    heating: float
    cooling: float
    scale: float = 1.0
    cooling_use: float = 1.0
    heating_use: float = 1.0


@dataclass(frozen=True)
class Boreholes:
    """A rectangle of holes in homogeneous ground."""

    columns: int
    rows: int
    spacing: float
    length: float
    diameter: float
    legs: int
    grout: float
    conductivity: float
    heat: float
    temperature: float
    resistance_factor: float = 1.0
    dead: float = 0.0

    @property
    def count(self) -> int:
        return self.columns * self.rows


@dataclass(frozen=True)
class Wells:
    """Abstraction and return wells of one aquifer, with or without a plate exchanger."""

    abstraction: int
    injection: int
    distance: float
    depth: float
    hydraulic: float
    thickness: float
    porosity: float
    conductivity: float
    heat: float
    temperature: float
    captured: float
    regional: float
    level: float
    ua_per_kw: float
    screen_loss: float = 1.0


@dataclass(frozen=True)
class SingleWells:
    """Circulation wells: water is returned above and taken below a seal of the same well."""

    count: int
    depth: float
    bore: float
    conductivity: float
    heat: float
    temperature: float
    velocity: float
    recycled: float
    level: float


@dataclass(frozen=True)
class Surface:
    """River or reclaimed water behind a plate exchanger."""

    body: str
    mean: float
    swing: float
    follows: float
    ua: float
    colder: float = 0.0
    warmer: float = 0.0


Source = Boreholes | Wells | SingleWells | Surface


@dataclass(frozen=True)
class MachineType:
    """Family of machines: rated points and slopes."""

    family: str
    cop: float
    eer: float
    slope: float
    part: tuple[float, float]
    stages: int
    least: float
    cycling: float


@dataclass(frozen=True)
class PumpSet:
    """Duty pumps of one loop: flow of one (m³/h), head (m), lift (m), slope (m per m³/h)."""

    number: int
    flow: float
    head: float
    efficiency: float
    control: int
    lift: float = 0.0
    slope: float = 0.0
    head_factor: float = 1.0


@dataclass(frozen=True)
class Recharge:
    """Relief or recharge of the ground: kind, heat of the design year (MWh, + into the ground)."""

    kind: str
    annual: float
    power: float
    pump: float
    heat_share: float = 1.0
    pump_share: float = 1.0


@dataclass(frozen=True)
class Effect:
    """A change in time: row of `loop`, size, first hour and hours until it is full."""

    row: int
    size: float
    onset: int = 0
    growth: int = 0


@dataclass(frozen=True)
class Controls:
    """Set points as designed."""

    heating_supply: float
    reset: float
    reset_from: float
    supply_least: float
    cooling_supply: float
    load_dt: float
    source_dt: float


@dataclass(frozen=True)
class Spread:
    """Natural spread that is nobody's fault."""

    machines: tuple[float, ...]
    source_pumps: tuple[float, ...]
    load_pumps: tuple[float, ...]
    setpoint: float
    occupancy: float


@dataclass(frozen=True)
class Plant:
    """One plant."""

    seed: int
    climate: str
    kind: str
    years: int
    handed_over: str
    glycol: float
    building: Building
    terminals: tuple[tuple[float, float, float], ...]
    source: Source
    type: MachineType
    machines: int
    rated_heating: float
    rated_cooling: float
    source_pumps: PumpSet
    load_pumps: PumpSet
    controls: Controls
    recharge: Recharge | None
    effects: tuple[Effect, ...] = ()
    cooling_skipped_until: int = 0
    history: float = 0.0
    spread: Spread | None = field(default=None)

    @property
    def end(self) -> str:
        """End of the simulated time: 1 October, `years` after hand-over."""
        return f"{int(self.handed_over[:4]) + self.years}-10-01"
