"""The source side: ground as assumed, and the borehole field as drawn. SI units."""

from dataclasses import dataclass
from enum import StrEnum
from math import cos, hypot, radians

from loopkeeper.plant.kinds import Section, Traits, traits_of
from loopkeeper.plant.site import Site, SourceKind

WATER_TAX = 0.8 / 1000.0
"""All water reinjected, Beijing since 2024-12: 0.8 yuan a thousand tonnes (V). [CNY m-3]"""
BEIJING = (39.9, 116.4)
"""Latitude and longitude of the city. [°]"""
WITHIN = 0.3
"""A site so near to it, in degrees of latitude, is in Beijing for certain (A). [°]"""


def water_tax(site: Site) -> float | None:
    """Return the tax of water that is all reinjected; None where no rate is known. [CNY m-3]"""
    if site.latitude is None or site.longitude is None:
        return None
    north, east = site.latitude - BEIJING[0], site.longitude - BEIJING[1]
    away = hypot(north, east * cos(radians(BEIJING[0])))
    return WATER_TAX if away <= WITHIN else None


class Basis(StrEnum):
    """Where a ground property comes from."""

    TEST = "test"
    REGIONAL_GUESS = "regional_guess"


Profile = tuple[tuple[float, float], ...]
"""Depth [m] and what was measured there."""


@dataclass(frozen=True, slots=True)
class GroundLayer:
    """A layer of the ground as drilled: ``thickness`` [m], ``material`` in the driller's words."""

    thickness: float
    conductivity: float
    heat_capacity: float
    material: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """
    Ground properties as the design assumed them.

    ``undisturbed_temperature`` mean over the holes as drawn [°C], rising by ``gradient`` with
    depth [K m-1], which counts when holes of another length are looked at; ``groundwater_flux``
    Darcy flux [m s-1] heading ``groundwater_direction`` [degrees clockwise from north];
    ``water_level`` depth of the ground's water beside the holes at its lowest, from the surface
    down [m], None where nobody knows; below their foot there is none beside them.
    ``temperature_basis`` where the temperature comes from, None when from where the rest does.
    ``layers`` from the surface down and the ``temperature_profile`` by depth [°C] are surveyed.
    """

    conductivity: float
    heat_capacity: float
    undisturbed_temperature: float
    basis: Basis = Basis.REGIONAL_GUESS
    groundwater_flux: float = 0.0
    groundwater_direction: float = 0.0
    water_level: float | None = None
    gradient: float = 0.0
    temperature_basis: Basis | None = None
    layers: tuple[GroundLayer, ...] = ()
    temperature_profile: Profile = ()

    @property
    def temperature_tested(self) -> bool:
        """Whether the undisturbed temperature was measured on site."""
        return (self.temperature_basis or self.basis) is Basis.TEST


class PipeKind(StrEnum):
    """How a borehole is piped."""

    SINGLE_U = "single_u"
    DOUBLE_U = "double_u"
    DOUBLE_U_SERIES = "double_u_series"
    COAXIAL = "coaxial"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoreholeField:
    """
    A field of boreholes.

    ``positions`` holds (x, y) of every hole in metres; a rectangle is laid out on reading.
    ``resistance`` is the effective fluid-to-ground resistance as designed, or None when it is to
    be computed from pipes and grout. ``lengths`` of single holes where they differ [m], ``tilt``
    from the vertical, leaning away from the field's middle [degrees], ``in_series`` holes that
    the same water passes one after another [-]; ``core_*`` the inner tube of coaxial holes [m].
    """

    count: int
    length: float
    diameter: float
    buried_depth: float
    positions: tuple[tuple[float, float], ...]
    pipe: PipeKind = PipeKind.SINGLE_U
    pipe_outer: float = 0.032
    pipe_inner: float = 0.026
    grout_conductivity: float = 1.5
    resistance: float | None = None
    core_outer: float = 0.0
    core_inner: float = 0.0
    in_series: int = 1
    tilt: float = 0.0
    lengths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourField:
    """
    A borehole field of others in the same ground.

    ``positions`` of its holes on the axes of the own field [m]; ``heat`` drawn from the ground in
    a year, less what is put in [J]; ``years_before`` that it has run when the own field starts,
    negative when it comes later [year].
    """

    id: str
    count: int
    length: float
    heat: float
    positions: tuple[tuple[float, float], ...]
    buried_depth: float = 1.5
    years_before: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AquiferRecord:
    """
    The aquifer as survey or design state it.

    Depths in metres below ground; ``regional_velocity`` Darcy flux [m s-1], heading
    ``regional_direction`` [degrees clockwise from north]. Returned water stays within
    ``return_min`` (freezing) and ``return_max`` (permit) [°C]. ``level_profile`` holds levels at
    rest by the depth of the screen they were measured at [m].
    """

    hydraulic_conductivity: float
    thickness: float
    top: float = 0.0
    anisotropy: float = 4.0
    porosity: float = 0.25
    conductivity: float = 2.2
    heat_capacity: float = 2.5e6
    undisturbed_temperature: float = 14.0
    storage: float = 1e-5
    regional_velocity: float = 0.0
    regional_direction: float = 0.0
    static_level: float = 0.0
    basis: Basis = Basis.REGIONAL_GUESS
    return_min: float = 1.0
    return_max: float = 40.0
    level_profile: Profile = ()


class SingleWellType(StrEnum):
    """The three types of single-well circulation (DB11/T 935)."""

    PARTICLE_ANNULUS = "particle_annulus"
    ONE_AQUIFER = "one_aquifer"
    STACKED = "stacked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleWell:
    """
    A well that returns its water into itself; zones as (top, bottom) depths below ground. [m]

    ``x`` and ``y`` are None where the place is not known; ``seal_leak`` is the share of the flow
    that passes the seal within the well as designed [-]; ``particle_conductivity`` of the filling
    and its water is kept as stated, no law asks for it [W m-1 K-1].
    """

    id: str
    type: SingleWellType
    depth: float
    bore_diameter: float
    design_flow: float
    x: float | None = None
    y: float | None = None
    return_zone: tuple[float, float] | None = None
    intake_zone: tuple[float, float] | None = None
    seal_zone: tuple[float, float] | None = None
    inner_pipe_diameter: float = 0.2
    particle_diameter: float = 0.02
    particle_porosity: float = 0.4
    seal_leak: float = 0.0
    design_heating: float | None = None
    design_cooling: float | None = None
    particle_conductivity: float | None = None

    @property
    def place(self) -> tuple[float, float] | None:
        """Where it stands, None where that is not known. [m]"""
        return None if self.x is None or self.y is None else (self.x, self.y)


class LoopForm(StrEnum):
    """How pipes lie in a trench."""

    STRAIGHT = "straight"
    SLINKY = "slinky"


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizontalLoop:
    """
    Pipes in trenches, straight or as flat coils, all equal. Lengths, depths, diameters in metres.

    ``trenches`` of a ``length`` at a ``depth``, ``trench_spacing`` from middle to middle; straight
    ones hold ``pipes`` that lie ``pipe_spacing`` apart, coils have circles of ``coil_diameter``
    every ``coil_pitch``. ``surface_swing`` of the ground's surface about its yearly mean [K],
    ``coldest_day`` of the year on it [d]. ``circuits`` share the flow, each pipe or coil its own
    when 0.
    """

    trenches: int
    length: float
    depth: float
    surface_swing: float
    form: LoopForm = LoopForm.STRAIGHT
    trench_spacing: float = 3.0
    pipes: int = 1
    pipe_spacing: float = 0.5
    coil_diameter: float = 0.8
    coil_pitch: float = 0.4
    pipe_outer: float = 0.032
    pipe_inner: float = 0.026
    circuits: int = 0
    coldest_day: float | None = None


@dataclass(frozen=True, slots=True)
class StandingColumns:
    """
    Equal standing column wells in rock: their own water circulates, part of it is discharged.

    ``length`` of the column and ``diameter`` [m], ``flow`` of each [m3 s-1], ``bleed`` the share
    of it that is discharged [-].
    """

    count: int
    length: float
    diameter: float
    flow: float
    bleed: float


class WellRole(StrEnum):
    """What a well of a group does; reversible ones change with the season."""

    ABSTRACTION = "abstraction"
    INJECTION = "injection"
    REVERSIBLE = "reversible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Well:
    """A well of a group; ``screen`` as (top, bottom) depth below ground. [m]"""

    id: str
    role: WellRole
    x: float
    y: float
    design_flow: float
    depth: float = 60.0
    diameter: float = 0.3
    screen: tuple[float, float] | None = None
    turbulent_loss: float = 0.0


class WaterBody(StrEnum):
    """Sorts of surface water."""

    RIVER = "river"
    LAKE = "lake"
    SEA = "sea"
    RECLAIMED = "reclaimed"
    SEWAGE = "sewage"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceWater:
    """
    A body of surface water: yearly range of its temperature [°C] and what may be used of it.

    ``temperature_file`` holds the measured series; ``volume`` [m3] and ``area`` [m2] of still
    water; ``available_flow`` that may be taken [m3 s-1], ``flow_by_hour`` the share of it there is
    at each local hour, 24 values [-]; ``ecological_limit`` on its change [K];
    ``return_min`` lowest temperature of returned water [°C].
    """

    body: WaterBody
    low: float
    high: float
    temperature_file: str = ""
    volume: float | None = None
    area: float | None = None
    available_flow: float | None = None
    flow_by_hour: tuple[float, ...] = ()
    ecological_limit: float | None = None
    return_min: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    The source side of a plant: kind, fluid, flow, and what the kind needs.

    ``exchanger`` conductance UA of a plate exchanger before the machines [W K-1], None when source
    water goes through them; ``exchanger_area`` [m2]; ``exchanger_fouling`` as designed [m2 K W-1].
    """

    kind: SourceKind
    fluid: str = "water"
    fluid_mass_fraction: float = 0.0
    design_flow: float | None = None
    ground: Ground | None = None
    field: BoreholeField | None = None
    aquifer: AquiferRecord | None = None
    single_wells: tuple[SingleWell, ...] = ()
    wells: tuple[Well, ...] = ()
    surface: SurfaceWater | None = None
    exchanger: float | None = None
    exchanger_area: float = 1.0
    exchanger_fouling: float = 0.0
    neighbours: tuple[NeighbourField, ...] = ()
    horizontal: HorizontalLoop | None = None
    standing_columns: StandingColumns | None = None

    @property
    def traits(self) -> Traits:
        """What is known of its kind."""
        return traits_of(self.kind)

    @property
    def open_water(self) -> SurfaceWater | None:
        """The water it stands on; None of other sources."""
        return self.surface if self.traits.section is Section.SURFACE_WATER else None

    @property
    def constant_layer(self) -> float | None:
        """Undisturbed temperature around boreholes; None of water that is pumped. [°C]"""
        boreholes = self.traits.stores and self.ground is not None
        return self.ground.undisturbed_temperature if boreholes and self.ground else None
