"""The plant as something that can be simulated, and changed one property at a time."""

from dataclasses import dataclass, replace

from loopkeeper.errors import InconsistentPlantError
from loopkeeper.physics.borehole import RadialBorehole
from loopkeeper.physics.ground import FieldResponse, ModalGround, modal_ground
from loopkeeper.physics.hole_resistance import FlowTable
from loopkeeper.physics.neighbour import Neighbour, Surroundings, beside
from loopkeeper.physics.returned_water import WellGround
from loopkeeper.physics.system import System


@dataclass(frozen=True, kw_only=True)
class GroundModel:
    """
    A borehole field with its ground, as numbers that a survey or a diagnosis may change.

    ``conductivity`` [W m-1 K-1], ``heat_capacity`` [J m-3 K-1], ``undisturbed_temperature``
    [°C]; ``length_factor`` share of the drawn borehole length that works [-]; ``flow_table`` as in
    :func:`loopkeeper.physics.ground.modal_ground`; ``neighbours`` fields in the same ground.
    """

    field: FieldResponse
    borehole: RadialBorehole
    conductivity: float
    heat_capacity: float
    undisturbed_temperature: float
    flow_table: FlowTable
    length_factor: float = 1.0
    neighbours: tuple[Neighbour, ...] = ()

    @property
    def surroundings(self) -> Surroundings:
        """The field in the ground that it shares."""
        return Surroundings(
            self.field.geometry, self.conductivity, self.heat_capacity, self.field.groundwater
        )

    @property
    def resistance(self) -> float:
        """Effective borehole resistance at design flow. [m K W-1]"""
        return self.borehole.resistance

    def with_resistance(self, resistance: float) -> "GroundModel":
        """Return the same field with another effective borehole resistance. [m K W-1]"""
        return replace(self, borehole=self.borehole.with_resistance(resistance))


@dataclass(frozen=True)
class WaterModel:
    """Wells or surface water: reduced once, from geometry; their numbers do not change later."""

    source: ModalGround | WellGround

    @property
    def undisturbed_temperature(self) -> float:
        """Of the water at rest. [°C]"""
        return self.source.undisturbed_temperature

    def with_temperature(self, undisturbed_temperature: float) -> "WaterModel":
        """Return the source in other water. [°C]"""
        return WaterModel(self.source.with_temperature(undisturbed_temperature))


def reduced(ground: GroundModel | WaterModel) -> ModalGround | WellGround:
    """
    Return the modal form of a source.

    Parameters
    ----------
    ground : GroundModel or WaterModel
        The source.

    Returns
    -------
    ModalGround or WellGround
        Its modes; a borehole field's with the working length.
    """
    return ground.source if isinstance(ground, WaterModel) else _reduced_field(ground)


def _reduced_field(ground: GroundModel) -> ModalGround:
    modal = modal_ground(
        ground.field,
        ground.borehole,
        conductivity=ground.conductivity,
        heat_capacity=ground.heat_capacity,
        undisturbed_temperature=ground.undisturbed_temperature,
        flow_table=ground.flow_table,
    )
    modal = replace(modal, total_length=modal.total_length * ground.length_factor)
    return beside(modal, ground.surroundings, ground.neighbours)


@dataclass(frozen=True)
class PlantModel:
    """A system and the source it was reduced from."""

    system: System
    ground: GroundModel | WaterModel

    @property
    def field(self) -> GroundModel:
        """The borehole field. Raises InconsistentPlantError for other sources."""
        if isinstance(self.ground, WaterModel):
            raise InconsistentPlantError("this plant has no borehole field")
        return self.ground

    @property
    def field_source(self) -> ModalGround:
        """The borehole field in modal form. Raises InconsistentPlantError for other sources."""
        return _reduced_field(self.field)

    def with_ground(self, ground: GroundModel | WaterModel) -> "PlantModel":
        """Return the plant on another ground."""
        return PlantModel(replace(self.system, ground=reduced(ground)), ground)

    def with_system(self, system: System) -> "PlantModel":
        """Return the plant with another system on the same ground."""
        return PlantModel(replace(system, ground=self.system.ground), self.ground)
