"""The plant as something that can be simulated, and changed one property at a time."""

from dataclasses import dataclass, replace

from loopkeeper.physics.borehole import RadialBorehole
from loopkeeper.physics.ground import FieldResponse, Floats, ModalGround, modal_ground
from loopkeeper.physics.system import System


@dataclass(frozen=True)
class GroundModel:
    """
    A borehole field with its ground, as numbers that a survey or a diagnosis may change.

    ``conductivity`` [W m-1 K-1], ``heat_capacity`` [J m-3 K-1], ``undisturbed_temperature``
    [°C]; ``length_factor`` share of the drawn borehole length that works [-]; ``flow_table`` as
    in :func:`loopkeeper.physics.ground.modal_ground`.
    """

    field: FieldResponse
    borehole: RadialBorehole
    conductivity: float
    heat_capacity: float
    undisturbed_temperature: float
    flow_table: tuple[Floats, Floats]
    length_factor: float = 1.0

    @property
    def resistance(self) -> float:
        """Effective borehole resistance at design flow. [m K W-1]"""
        return self.borehole.resistance

    def with_resistance(self, resistance: float) -> "GroundModel":
        """Return the same field with another effective borehole resistance. [m K W-1]"""
        return replace(self, borehole=self.borehole.with_resistance(resistance))


def reduced(ground: GroundModel) -> ModalGround:
    """
    Return the modal form of a ground model.

    Parameters
    ----------
    ground : GroundModel
        The ground.

    Returns
    -------
    ModalGround
        Its modes, with the working length.
    """
    modal = modal_ground(
        ground.field,
        ground.borehole,
        conductivity=ground.conductivity,
        heat_capacity=ground.heat_capacity,
        undisturbed_temperature=ground.undisturbed_temperature,
        flow_table=ground.flow_table,
    )
    return replace(modal, total_length=modal.total_length * ground.length_factor)


@dataclass(frozen=True)
class PlantModel:
    """A system and the ground model it was reduced from."""

    system: System
    ground: GroundModel

    def with_ground(self, ground: GroundModel) -> "PlantModel":
        """Return the plant on another ground."""
        return PlantModel(replace(self.system, ground=reduced(ground)), ground)

    def with_system(self, system: System) -> "PlantModel":
        """Return the plant with another system on the same ground."""
        return PlantModel(replace(system, ground=self.system.ground), self.ground)
