"""The source side: ground as assumed, and the borehole field as drawn. SI units."""

from dataclasses import dataclass
from enum import StrEnum

from loopkeeper.plant.site import SourceKind


class Basis(StrEnum):
    """Where a ground property comes from."""

    TEST = "test"
    REGIONAL_GUESS = "regional_guess"


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground properties as the design assumed them."""

    conductivity: float
    heat_capacity: float
    undisturbed_temperature: float
    basis: Basis = Basis.REGIONAL_GUESS


class PipeKind(StrEnum):
    """How a borehole is piped."""

    SINGLE_U = "single_u"
    DOUBLE_U = "double_u"
    COAXIAL = "coaxial"


@dataclass(frozen=True, slots=True)
class BoreholeField:
    """
    A field of vertical boreholes.

    ``positions`` holds (x, y) of every hole in metres; a rectangle is laid out on reading.
    ``resistance`` is the effective fluid-to-ground resistance as designed, or None when it is to
    be computed from pipes and grout.
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


@dataclass(frozen=True, slots=True)
class Source:
    """The source side of a plant: kind, fluid, flow, and what the kind needs."""

    kind: SourceKind
    fluid: str = "water"
    fluid_mass_fraction: float = 0.0
    design_flow: float | None = None
    ground: Ground | None = None
    field: BoreholeField | None = None
