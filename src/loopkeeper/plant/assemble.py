"""From what the dossier says to what ``simulate`` needs; every assumption is a verdict."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from loopkeeper.errors import InconsistentPlantError
from loopkeeper.physics.borehole import (
    Borehole,
    PipeLayout,
    RadialBorehole,
    borehole_resistance,
    default_shank,
)
from loopkeeper.physics.fluid import WATER, FluidProperties, fluid_properties
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.hole_resistance import FlowTable, resistance_table, temperature_axis
from loopkeeper.physics.neighbour import Neighbour
from loopkeeper.physics.pump import (
    HOLDS_PRESSURE,
    HOLDS_SPREAD,
    DriveLaw,
    PumpBank,
    PumpMode,
)
from loopkeeper.physics.surface_water import Pond, water_source
from loopkeeper.physics.system import Controls, System
from loopkeeper.plant.kinds import Section
from loopkeeper.plant.loops import horizontal_ground, standing_column_ground
from loopkeeper.plant.machine_maps import machine_of, order_of
from loopkeeper.plant.machines import (
    Drive,
    Loop,
    PumpControl,
)
from loopkeeper.plant.model import GroundModel, PlantModel, WaterModel, reduced
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.plate import exchanger_of, exchanger_table, flow_axis
from loopkeeper.plant.recharge import GroundService, recharge_pumps, serving_ground
from loopkeeper.plant.source import BoreholeField, Ground, NeighbourField, PipeKind
from loopkeeper.plant.verdict import Verdict, gathered
from loopkeeper.plant.well_groups import well_group_ground
from loopkeeper.plant.wells import single_well_ground
from loopkeeper.units import DAY, YEAR

FLOWS = np.array([0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5])
"""Flows at which a hole's resistance is known, of its design flow. [-]"""
SEASONS_FELT = 10.0
"""Nearer than this the seasons of a neighbour are felt, which its yearly mean leaves out. [m]"""
_PUMP_MODE = {
    PumpControl.CONSTANT: PumpMode.CONSTANT,
    PumpControl.ONE_PER_MACHINE: PumpMode.ONE_PER_MACHINE,
    PumpControl.VARIABLE_DT: PumpMode.VARIABLE,
}
_COOLING_KINDS = {"chiller", "cooling_tower"}
Modelled = tuple[GroundModel | WaterModel, list[Verdict]]


def assemble(plant: Plant) -> tuple[PlantModel, tuple[Verdict, ...]]:
    """
    Return the plant as designed, ready to simulate.

    Parameters
    ----------
    plant : Plant
        A plant with at least one machine and what its kind of source needs.

    Returns
    -------
    PlantModel
        The system and its ground.
    verdicts : tuple of Verdict
        Every assumption that had to stand in for something the dossier does not say.

    Raises
    ------
    InconsistentPlantError
        When source, ground or machines are missing, or two statements exclude each other.
    """
    source = plant.source
    if not plant.machines:
        raise InconsistentPlantError(f"plant {plant.site.id}: no [[machine]] to simulate")
    machines, mapped = gathered(machine_of(record, source.kind) for record in plant.machines)
    (source_pumps, load_pumps), pumped = gathered(
        _pump_bank(plant, loop) for loop in (Loop.SOURCE, Loop.LOAD)
    )
    flow = design_flow(plant, source_pumps)
    source_fluid = fluid_properties(
        source.fluid, source.fluid_mass_fraction, max(_mean_temperature(plant), 5.0)
    )
    ground, supposed = _MODELS[source.traits.section](plant, source_fluid, flow)
    serving = serving_ground(plant)
    aiding = [b for b in plant.backups if b not in [s.backup for s in serving]]
    system = System(
        ground=reduced(ground),
        machines=tuple(machines),
        source_pumps=source_pumps,
        load_pumps=load_pumps,
        controls=_controls(plant),
        source_heat_capacity=source_fluid.volumetric_heat_capacity,
        load_heat_capacity=fluid_properties("water", 0.0, 30.0).volumetric_heat_capacity,
        backup_heating=sum(b.heating or 0.0 for b in aiding if b.kind != "solar"),
        backup_cooling=sum(b.cooling or 0.0 for b in aiding if b.kind in _COOLING_KINDS),
        recharge_effort=_recharge_effort(serving),
    )
    return PlantModel(system, ground), (*mapped, *pumped, *supposed)


def design_flow(plant: Plant, pumps: PumpBank) -> float:
    """Return the design flow of a source: the drawn one, else that of its pumps. [m3 s-1]"""
    return plant.source.design_flow or pumps.flow * pumps.count


def _mean_temperature(plant: Plant) -> float:
    """Temperature at which the source's fluid is evaluated. [°C]"""
    source = plant.source
    if source.ground is not None:
        return source.ground.undisturbed_temperature
    if source.aquifer is not None:
        return source.aquifer.undisturbed_temperature
    return 0.5 * (source.surface.low + source.surface.high) if source.surface else 12.0


def _wells(plant: Plant, fluid: FluidProperties, flow: float) -> Modelled:
    """Groundwater behind plate exchangers."""
    single = plant.source.traits.section is Section.SINGLE_WELL
    ground, welled = single_well_ground(plant) if single else well_group_ground(plant)
    (axis, resistance), said = exchanger_table(plant, fluid, flow)
    model = WaterModel(replace(ground, flow_axis=axis, flow_resistance=resistance))
    return model, [*welled, *said]


def _trenches(plant: Plant, _: FluidProperties, flow: float) -> Modelled:
    modal, said = horizontal_ground(plant, FLOWS * flow)
    return WaterModel(modal), [*said]


def _columns(plant: Plant, fluid: FluidProperties, flow: float) -> Modelled:
    modal, said = standing_column_ground(plant)
    if plant.source.exchanger is None:
        return WaterModel(modal), [*said]
    (axis, own), exchanged = exchanger_table(plant, fluid, flow)
    by_flow = FlowTable(axis, np.zeros(1), modal.total_length * own[:, None])
    return WaterModel(replace(modal, by_flow=by_flow)), [*exchanged, *said]


def _surface(plant: Plant, fluid: FluidProperties, flow: float) -> Modelled:
    body = plant.source.surface
    if body is None:
        raise InconsistentPlantError(
            f"plant {plant.site.id}: surface water needs [source.surface_water]"
        )
    pond = Pond(body.volume, body.area) if body.volume and body.area else None
    exchanger, said = exchanger_of(plant, flow)
    water = water_source(
        exchanger=exchanger,
        flow_axis=flow_axis(flow),
        source_capacity=WATER,
        loop_capacity=fluid.volumetric_heat_capacity,
        temperature=0.5 * (body.low + body.high),
        pond=pond,
    )
    return WaterModel(water), said


def _recharge_effort(serving: tuple[GroundService, ...]) -> float:
    """Electricity of the pumps that carry recharge, per unit of its heat. [-]"""
    each = [s.pump.power / s.capacity for s in serving if s.pump and s.capacity]
    return sum(each) / len(each) if each else 0.0


def _pump_bank(plant: Plant, loop: Loop) -> tuple[PumpBank, list[Verdict]]:
    other = recharge_pumps(plant)
    duty = [p for p in plant.pumps if p.loop is loop and not p.standby and p.id not in other]
    controls = plant.controls
    spread = controls.source_design_dt if loop is Loop.SOURCE else controls.load_design_dt
    if not duty:
        flow = plant.source.design_flow or 0.05
        bank = PumpBank(1, flow, 20.0, 0.0, PumpMode.CONSTANT, design_spread=spread)
        return bank, [Verdict("plant.pump.none_listed", {"loop": str(loop)})]
    control, law = _pump_control(plant, loop, {p.drive for p in duty})
    said = []
    if control is PumpControl.VARIABLE_DT and all(p.drive is Drive.FIXED for p in duty):
        said = [Verdict("plant.pump.variable_control_fixed_drive", {"loop": str(loop)})]
        control = PumpControl.CONSTANT
    count = len(duty)
    bank = PumpBank(
        count=count,
        flow=sum(p.flow for p in duty) / count,
        head=sum(p.head for p in duty) / count,
        electricity=sum(p.power for p in duty) / count,
        mode=_PUMP_MODE[control],
        design_spread=spread,
        law=law,
    )
    return bank, said


def _pump_control(plant: Plant, loop: Loop, drives: set[Drive]) -> tuple[PumpControl, DriveLaw]:
    """As stated; variable drives nobody says anything of are there to be used."""
    controls = plant.controls
    control = controls.source_pump_control if loop is Loop.SOURCE else controls.load_pump_control
    said = f"{loop}_pump_control" in controls.stated
    if said or control is PumpControl.VARIABLE_DT or drives != {Drive.VARIABLE}:
        return control, HOLDS_SPREAD
    return PumpControl.VARIABLE_DT, HOLDS_SPREAD if loop is Loop.SOURCE else HOLDS_PRESSURE


def _controls(plant: Plant) -> Controls:
    c = plant.controls
    water = plant.source.fluid == "water"
    coldest, warmest = _return_bounds(plant)
    return Controls(
        heating_supply=c.heating_supply,
        cooling_supply=c.cooling_supply,
        staging=order_of(c.staging),
        heating_reset=c.heating_reset,
        heating_reset_from=c.heating_reset_from_outdoor,
        heating_supply_min=c.heating_supply_min,
        cooling_reset=c.cooling_reset,
        cooling_reset_from=c.cooling_reset_from_outdoor,
        cooling_supply_max=c.cooling_supply_max,
        source_outlet_min=coldest if water else -12.0,
        source_outlet_max=warmest,
    )


def _return_bounds(plant: Plant) -> tuple[float, float]:
    """Coldest and warmest water that may leave the machines: freezing, ecology, permit. [°C]"""
    source = plant.source
    if source.surface is not None:
        return source.surface.return_min, np.inf
    if source.aquifer is not None and not source.traits.stores:
        return source.aquifer.return_min, source.aquifer.return_max
    return 1.0, np.inf


def _boreholes(plant: Plant, fluid: FluidProperties, flow: float) -> Modelled:
    field, ground, said = plant.source.field, plant.source.ground, []
    if field is None or ground is None:
        raise InconsistentPlantError(
            f"plant {plant.site.id}: a borehole field needs [source.borehole_field] and "
            "[source.ground]"
        )
    if ground.groundwater_flux > 0:
        flux = f"{ground.groundwater_flux * DAY:g}"
        said.append(Verdict("plant.groundwater.moving", {"flux": flux}))
    hole = hole_of(field)
    own_flow = field.in_series / field.count
    at_design = borehole_resistance(
        hole, ground_conductivity=ground.conductivity, flow_rate=flow * own_flow, fluid=fluid
    )
    carrier = (plant.source.fluid, plant.source.fluid_mass_fraction)
    table = _hole_table(hole, ground.conductivity, flow * own_flow, carrier)
    resistance = field.resistance
    if resistance is None:
        resistance = at_design
        figures = {"resistance": round(at_design, 4)}
        said.append(Verdict("plant.borehole.resistance_computed", figures))
    neighbours, near = gathered(
        _neighbour(n, field, tested=ground.temperature_tested) for n in plant.source.neighbours
    )
    model = GroundModel(
        field=replace(_field_response(field), groundwater=_groundwater(ground)),
        borehole=RadialBorehole.of(
            hole, resistance=resistance, flow_rate=flow * own_flow, fluid=fluid
        ),
        conductivity=ground.conductivity,
        heat_capacity=ground.heat_capacity,
        undisturbed_temperature=ground.undisturbed_temperature,
        flow_table=FlowTable(
            table.flow / own_flow, table.temperature, table.resistance - at_design
        ),
        neighbours=tuple(neighbours),
    )
    return model, [*said, *near]


def _neighbour(
    record: NeighbourField, field: BoreholeField, *, tested: bool
) -> tuple[Neighbour, list[Verdict]]:
    """A field of others, as its drawing and its operator have it."""
    x, y = np.array(record.positions, dtype=np.float64).T
    east, north = np.array(field.positions, dtype=np.float64).T
    nearest = float(np.hypot(x[:, None] - east, y[:, None] - north).min())
    if nearest < field.diameter:
        raise InconsistentPlantError(
            f"neighbour {record.id}: a hole {nearest:.2f} m from one of the field's own; x_m and "
            "y_m place it on the axes of the field"
        )
    figures = {"id": record.id, "nearest": f"{nearest:.0f}"}
    said = [Verdict("plant.neighbour.counted", figures)]
    if nearest < SEASONS_FELT:
        said.append(Verdict("plant.neighbour.near", figures))
    radius = field.diameter / 2
    neighbour = Neighbour(
        FieldGeometry(x, y, record.length, record.buried_depth, radius),
        record.heat / YEAR,
        record.years_before * YEAR,
        tested,
    )
    return neighbour, said


@lru_cache(maxsize=64)
def _hole_table(
    hole: Borehole, conductivity: float, flow: float, carrier: tuple[str, float]
) -> FlowTable:
    """R_b* of a hole by its flow and the temperature of its fluid."""
    flows, warm = FLOWS * flow, temperature_axis(*carrier)
    found = resistance_table(
        hole, ground_conductivity=conductivity, flow=flows, temperature=warm, fluid=carrier
    )
    return FlowTable(flows, warm, found)


_LAYOUT: dict[PipeKind, PipeLayout] = {
    PipeKind.SINGLE_U: "single_u",
    PipeKind.DOUBLE_U: "double_u",
    PipeKind.DOUBLE_U_SERIES: "double_u_series",
    PipeKind.COAXIAL: "coaxial",
}


def _groundwater(ground: Ground) -> tuple[float, float]:
    """Darcy flux [m s-1] and where it heads, from the x axis [rad]."""
    return ground.groundwater_flux, np.pi / 2 - np.radians(ground.groundwater_direction)


def hole_of(field: BoreholeField) -> Borehole:
    """Return one hole of a field by its parts."""
    return Borehole(
        length=field.length,
        buried_depth=field.buried_depth,
        radius=field.diameter / 2,
        layout=_LAYOUT[field.pipe],
        pipe_outer=field.pipe_outer / 2,
        pipe_inner=field.pipe_inner / 2,
        grout_conductivity=field.grout_conductivity,
        shank=default_shank(field.diameter / 2, field.pipe_outer / 2),
        core_outer=field.core_outer / 2,
        core_inner=field.core_inner / 2,
        in_series=field.in_series,
    )


def _field_response(field: BoreholeField) -> FieldResponse:
    mean = sum(field.lengths) / len(field.lengths) if field.lengths else field.length
    shape = (mean, field.buried_depth, field.diameter / 2, field.tilt)
    return _cached_response(field.positions, shape, field.lengths)


@lru_cache(maxsize=32)
def _cached_response(
    positions: tuple[tuple[float, float], ...],
    shape: tuple[float, float, float, float],
    lengths: tuple[float, ...],
) -> FieldResponse:
    """Compute a field's g-function once per process; it takes a quarter of a second."""
    x, y = np.array(positions, dtype=np.float64).T
    length, buried_depth, radius, tilt = shape
    leaning = {}
    if tilt > 0:
        outwards = np.arctan2(y - y.mean(), x - x.mean())
        leaning = {"tilt": np.full(len(x), np.radians(tilt)), "orientation": outwards}
    own = np.array(lengths) if lengths else None
    return FieldResponse.of(
        FieldGeometry(x, y, length, buried_depth, radius, lengths=own, **leaning)
    )


_MODELS: dict[Section, Callable[[Plant, FluidProperties, float], Modelled]] = {
    Section.BOREHOLE_FIELD: _boreholes,
    Section.SINGLE_WELL: _wells,
    Section.WELL: _wells,
    Section.SURFACE_WATER: _surface,
    Section.HORIZONTAL_LOOP: _trenches,
    Section.STANDING_COLUMN: _columns,
}
"""The model of a source by the section that describes it."""
