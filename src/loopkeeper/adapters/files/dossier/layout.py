"""
The keys of ``plant.toml``: for each record its fields, their unit in the file, and their range.

One table serves reading, writing and the page of the format, so that what is written can be read
again and what is read is described.
"""

from dataclasses import dataclass

from loopkeeper.adapters.files.dossier.keys import DossierKey
from loopkeeper.adapters.files.dossier.keys import number as _number
from loopkeeper.plant.machines import (
    BackupRecord,
    CompressorType,
    ControlRecord,
    Drive,
    Loop,
    MachineRecord,
    Medium,
    PumpControl,
    PumpRecord,
    Staging,
)
from loopkeeper.plant.network import LoadNetwork
from loopkeeper.plant.records import SurveyTest, TelemetryForm
from loopkeeper.plant.site import Promise, Site, SourceKind, Tariff, TariffBand
from loopkeeper.plant.source import (
    AquiferRecord,
    Basis,
    BoreholeField,
    Ground,
    GroundLayer,
    HorizontalLoop,
    LoopForm,
    NeighbourField,
    PipeKind,
    SingleWell,
    SingleWellType,
    Source,
    StandingColumns,
    SurfaceWater,
    WaterBody,
    Well,
    WellRole,
)

FORMAT = "dossier/1"
SITE = (
    DossierKey("id", "id", "text", required=True),
    DossierKey("name", "name", "text", required=True),
    DossierKey("name_zh", "name_zh", "text"),
    _number("latitude", "latitude", "", -90, 90),
    _number("longitude", "longitude", "", -180, 180),
    DossierKey("timezone", "timezone", "text", required=True),
    DossierKey("climate_zone", "climate_zone", "text"),
    DossierKey("use", "use", "text"),
    _number("heated_area_m2", "heated_area", "m**2", 0, 1e8),
    _number("cooled_area_m2", "cooled_area", "m**2", 0, 1e8),
    DossierKey("handed_over_on", "handed_over_on", "date"),
    DossierKey("heating_season", "heating_season", "season"),
    DossierKey("cooling_season", "cooling_season", "season"),
)
PROMISE = (
    _number("peak_heating_kW", "peak_heating", "kW", 0, 1e7),
    _number("peak_cooling_kW", "peak_cooling", "kW", 0, 1e7),
    _number("annual_heating_MWh", "annual_heating", "MWh", 0, 1e8),
    _number("annual_cooling_MWh", "annual_cooling", "MWh", 0, 1e8),
    _number("annual_electricity_MWh", "annual_electricity", "MWh", 0, 1e8),
    _number("system_cop_heating", "system_cop_heating", "", 0.5, 15),
    _number("system_cop_cooling", "system_cop_cooling", "", 0.5, 25),
    _number("indoor_heating_C", "indoor_heating", "degC", 5, 35),
    _number("indoor_cooling_C", "indoor_cooling", "degC", 15, 40),
    _number("source_inlet_min_C", "source_inlet_min", "degC", -25, 40),
    _number("source_inlet_max_C", "source_inlet_max", "degC", 0, 60),
    _number("field_inlet_min_C", "field_inlet_min", "degC", -25, 40),
    _number("ground_drift_K_per_year", "ground_drift_per_year", "", -5, 5),
    DossierKey("loads", "loads", "text"),
)
SOURCE = (
    DossierKey("kind", "kind", SourceKind),
    DossierKey("fluid", "fluid", "text"),
    _number("fluid_mass_fraction", "fluid_mass_fraction", "", 0, 1),
    _number("design_flow_m3_h", "design_flow", "m3/h", 0, 1e6),
)
EXCHANGER = (
    _number("exchanger_UA_kW_K", "exchanger", "kW/delta_degC", 0, 1e6),
    _number("exchanger_area_m2", "exchanger_area", "", 0, 1e5),
    _number("exchanger_fouling_m2K_W", "exchanger_fouling", "", 0, 0.1),
)
"""Of the plate exchanger before the machines; all of them or none."""
GROUND = (
    DossierKey("basis", "basis", Basis),
    DossierKey("temperature_basis", "temperature_basis", Basis),
    _number("conductivity_W_mK", "conductivity", "", 0.1, 12, required=True),
    _number("heat_capacity_MJ_m3K", "heat_capacity", "MJ/m**3/delta_degC", 0.5, 6, required=True),
    _number(
        "undisturbed_temperature_C", "undisturbed_temperature", "degC", -15, 45, required=True
    ),
    _number("groundwater_flux_m_d", "groundwater_flux", "m/day", 0, 800),
    _number("groundwater_direction_deg", "groundwater_direction", "", 0, 360),
    _number("water_level_m", "water_level", "m", 0, 1000),
    _number("gradient_K_m", "gradient", "", -0.1, 0.3),
    DossierKey("temperature_profile", "temperature_profile", "profile", "degC", -15, 90),
)
GROUND_LAYER = (
    _number("thickness_m", "thickness", "m", 0.01, 5000, required=True),
    _number("conductivity_W_mK", "conductivity", "", 0.1, 12, required=True),
    _number("heat_capacity_MJ_m3K", "heat_capacity", "MJ/m**3/delta_degC", 0.5, 6, required=True),
    DossierKey("material", "material", "text"),
)
FIELD = (
    DossierKey("count", "count", "integer", "", 1, 100_000, required=True),
    _number("length_m", "length", "m", 1, 5000, required=True),
    _number("diameter_m", "diameter", "m", 0.03, 1.5, required=True),
    _number("buried_depth_m", "buried_depth", "m", 0, 100),
    DossierKey("pipe", "pipe", PipeKind),
    _number("pipe_outer_m", "pipe_outer", "m", 0.005, 0.5),
    _number("pipe_inner_m", "pipe_inner", "m", 0.004, 0.5),
    _number("grout_conductivity_W_mK", "grout_conductivity", "", 0.1, 10),
    _number("resistance_mK_W", "resistance", "", 0.01, 1),
    _number("core_outer_m", "core_outer", "m", 0, 0.5),
    _number("core_inner_m", "core_inner", "m", 0, 0.5),
    DossierKey("in_series", "in_series", "integer", "", 1, 20),
    _number("tilt_deg", "tilt", "", 0, 60),
    DossierKey("lengths_m", "lengths", "list", "m", 1, 5000),
)
PLACES = (DossierKey("positions_m", "positions", "places", "m", -1e5, 1e5),)
LAYOUT = (
    DossierKey("layout", "layout", "text"),
    DossierKey("columns", "columns", "integer", "", 1, 100_000),
    DossierKey("rows", "rows", "integer", "", 1, 100_000),
    _number("spacing_m", "spacing", "m", 0, 1e4),
    DossierKey("positions", "listed", "text"),
)
"""Other ways to place the holes; ``positions_m`` is written."""
NEIGHBOUR = (
    DossierKey("id", "id", "text", required=True),
    DossierKey("count", "count", "integer", "", 1, 4000, required=True),
    _number("length_m", "length", "m", 1, 5000, required=True),
    _number("heat_MWh_a", "heat", "MWh", -1e6, 1e6, required=True),
    _number("buried_depth_m", "buried_depth", "m", 0, 100),
    _number("years_before", "years_before", "", -100, 100),
)
CORNER = (_number("x_m", "x", "m", -1e5, 1e5), _number("y_m", "y", "m", -1e5, 1e5))
AQUIFER = (
    _number("hydraulic_conductivity_m_s", "hydraulic_conductivity", "", 1e-12, 1, required=True),
    _number("thickness_m", "thickness", "m", 0.1, 2000, required=True),
    _number("top_m", "top", "m", 0, 5000),
    _number("anisotropy", "anisotropy", "", 0.05, 1e4),
    _number("porosity", "porosity", "", 0.001, 0.7),
    _number("conductivity_W_mK", "conductivity", "", 0.1, 12),
    _number("heat_capacity_MJ_m3K", "heat_capacity", "MJ/m**3/delta_degC", 0.5, 6),
    _number("undisturbed_temperature_C", "undisturbed_temperature", "degC", -2, 60),
    _number("storage_1_m", "storage", "", 1e-9, 0.5),
    _number("regional_velocity_m_d", "regional_velocity", "m/day", 0, 800),
    _number("regional_direction_deg", "regional_direction", "", 0, 360),
    _number("static_level_m", "static_level", "m", -200, 1000),
    DossierKey("basis", "basis", Basis),
    _number("return_min_C", "return_min", "degC", 0, 30),
    _number("return_max_C", "return_max", "degC", 5, 95),
    DossierKey("level_profile", "level_profile", "profile", "m", -200, 1000),
)
SINGLE_WELL = (
    DossierKey("id", "id", "text", required=True),
    DossierKey("type", "type", SingleWellType, required=True),
    _number("depth_m", "depth", "m", 5, 3000, required=True),
    _number("bore_diameter_m", "bore_diameter", "m", 0.05, 3, required=True),
    _number("design_flow_m3_h", "design_flow", "m3/h", 0.1, 2000, required=True),
    _number("x_m", "x", "m", -1e6, 1e6),
    _number("y_m", "y", "m", -1e6, 1e6),
    DossierKey("return_zone_m", "return_zone", "span", "m", 0, 3000),
    DossierKey("intake_zone_m", "intake_zone", "span", "m", 0, 3000),
    DossierKey("seal_zone_m", "seal_zone", "span", "m", 0, 3000),
    _number("inner_pipe_diameter_m", "inner_pipe_diameter", "m", 0.02, 2),
    _number("particle_diameter_m", "particle_diameter", "m", 0.0005, 0.2),
    _number("particle_porosity", "particle_porosity", "", 0.1, 0.7),
    _number("seal_leak", "seal_leak", "", 0, 0.95),
    _number("design_heating_kW", "design_heating", "kW", 0, 1e5),
    _number("design_cooling_kW", "design_cooling", "kW", 0, 1e5),
    _number("particle_conductivity_W_mK", "particle_conductivity", "", 0.1, 12),
)
WELL = (
    DossierKey("id", "id", "text", required=True),
    DossierKey("role", "role", WellRole, required=True),
    _number("x_m", "x", "m", -1e6, 1e6, required=True),
    _number("y_m", "y", "m", -1e6, 1e6, required=True),
    _number("design_flow_m3_h", "design_flow", "m3/h", 0.1, 5000, required=True),
    _number("depth_m", "depth", "m", 2, 3000),
    _number("diameter_m", "diameter", "m", 0.05, 3),
    DossierKey("screen_m", "screen", "span", "m", 0, 3000),
    _number("turbulent_loss_s2_m5", "turbulent_loss", "", 0, 1e7),
)
SURFACE = (
    DossierKey("body", "body", WaterBody, required=True),
    _number("min_C", "low", "degC", -2, 40, required=True),
    _number("max_C", "high", "degC", -2, 45, required=True),
    DossierKey("temperature", "temperature_file", "text"),
    _number("volume_m3", "volume", "m**3", 1, 1e12),
    _number("area_m2", "area", "m**2", 1, 1e10),
    _number("available_flow_m3_h", "available_flow", "m3/h", 0, 1e8),
    DossierKey("flow_by_hour", "flow_by_hour", "list", "", 0, 5, size=24),
    _number("ecological_limit_K", "ecological_limit", "", 0, 20),
    _number("return_min_C", "return_min", "degC", -2, 20),
)
HORIZONTAL = (
    DossierKey("trenches", "trenches", "integer", "", 1, 1000, required=True),
    _number("length_m", "length", "m", 1, 5000, required=True),
    _number("depth_m", "depth", "m", 0.1, 20, required=True),
    _number("surface_swing_K", "surface_swing", "", 0, 40, required=True),
    DossierKey("form", "form", LoopForm),
    _number("trench_spacing_m", "trench_spacing", "m", 0.05, 100),
    DossierKey("pipes", "pipes", "integer", "", 1, 50),
    _number("pipe_spacing_m", "pipe_spacing", "m", 0.01, 20),
    _number("coil_diameter_m", "coil_diameter", "m", 0.1, 5),
    _number("coil_pitch_m", "coil_pitch", "m", 0.02, 5),
    _number("pipe_outer_m", "pipe_outer", "m", 0.005, 0.5),
    _number("pipe_inner_m", "pipe_inner", "m", 0.004, 0.5),
    DossierKey("circuits", "circuits", "integer", "", 0, 50_000),
    _number("coldest_day", "coldest_day", "", 0, 366),
)
STANDING_COLUMN = (
    DossierKey("count", "count", "integer", "", 1, 10_000, required=True),
    _number("length_m", "length", "m", 1, 5000, required=True),
    _number("diameter_m", "diameter", "m", 0.03, 1.5, required=True),
    _number("flow_m3_h", "flow", "m3/h", 0.1, 500, required=True),
    _number("bleed", "bleed", "", 0.001, 1, required=True),
)
MACHINE = (
    DossierKey("id", "id", "text", required=True),
    DossierKey("model", "model", "text"),
    DossierKey("type", "type", "text"),
    DossierKey("medium", "medium", Medium),
    DossierKey("refrigerant", "refrigerant", "text"),
    DossierKey("compressor", "compressor", CompressorType),
    _number("rated_heating_kW", "rated_heating", "kW", 0.5, 1e6),
    _number("rated_cop", "rated_cop", "", 1, 12),
    _number("rated_cooling_kW", "rated_cooling", "kW", 0.5, 1e6),
    _number("rated_eer", "rated_eer", "", 1, 15),
    DossierKey("stages", "stages", "integer", "", 0, 100),
    _number("minimum_part_load", "minimum_part_load", "", 0.01, 1),
    DossierKey("map", "map_file", "text"),
)
PUMP = (
    DossierKey("id", "id", "text", required=True),
    DossierKey("loop", "loop", Loop, required=True),
    _number("flow_m3_h", "flow", "m3/h", 0.01, 1e6, required=True),
    _number("head_m", "head", "m", 0.1, 500, required=True),
    _number("power_kW", "power", "kW", 0.001, 1e5, required=True),
    DossierKey("drive", "drive", Drive),
    DossierKey("standby", "standby", "flag"),
    DossierKey("serves", "serves", "text"),
)
BACKUP = (
    DossierKey("id", "id", "text", required=True),
    DossierKey("kind", "kind", "text", required=True),
    _number("heating_kW", "heating", "kW", 0, 1e7),
    _number("cooling_kW", "cooling", "kW", 0, 1e7),
    _number("efficiency", "efficiency", "", 0, 10),
    _number("annual_design_MWh", "annual_design", "MWh", 0, 1e8),
)
CONTROLS = (
    _number("heating_supply_C", "heating_supply", "degC", 20, 90),
    _number("cooling_supply_C", "cooling_supply", "degC", 1, 25),
    _number("load_design_dT_K", "load_design_dt", "", 1, 40),
    _number("source_design_dT_K", "source_design_dt", "", 1, 20),
    DossierKey("staging", "staging", Staging),
    DossierKey("source_pump_control", "source_pump_control", PumpControl),
    DossierKey("load_pump_control", "load_pump_control", PumpControl),
    _number("heating_reset_K_per_K", "heating_reset", "", 0, 5),
    _number("heating_reset_from_outdoor_C", "heating_reset_from_outdoor", "degC", -40, 30),
    _number("heating_supply_min_C", "heating_supply_min", "degC", 15, 90),
    _number("cooling_reset_K_per_K", "cooling_reset", "", 0, 5),
    _number("cooling_reset_from_outdoor_C", "cooling_reset_from_outdoor", "degC", 10, 50),
    _number("cooling_supply_max_C", "cooling_supply_max", "degC", 5, 30),
)
NETWORK = (
    _number("length_m", "length", "m", 1, 100_000, required=True),
    DossierKey("pipes", "pipes", "integer", "", 2, 4),
    DossierKey("stages", "stages", "integer", "", 1, 2),
)
SURVEY_TEST = (
    DossierKey("kind", "kind", "text", required=True),
    DossierKey("file", "file", "text", required=True),
    DossierKey("taken_on", "taken_on", "date"),
    DossierKey("hole", "hole", "text"),
    _number("length_m", "length", "m", 1, 5000),
    _number("diameter_m", "diameter", "m", 0.02, 5),
    _number("undisturbed_temperature_C", "undisturbed_temperature", "degC", -15, 60),
    DossierKey("fluid", "fluid", "text"),
    _number("fluid_mass_fraction", "fluid_mass_fraction", "", 0, 0.7),
    DossierKey("columns", "columns", "names"),
)
TELEMETRY = (
    DossierKey("time_format", "time_format", "text"),
    DossierKey("timezone", "timezone", "text"),
)
BAND = (
    DossierKey("name", "name", "text", required=True),
    DossierKey("price", "price", required=True),
    DossierKey("hours", "hours", "hours", low=0, high=24, required=True),
    DossierKey("months", "months", "months", low=1, high=12),
)
TARIFF = (
    DossierKey("currency", "currency", "text"),
    DossierKey("bands", "bands", "rows", required=True),
)
TOP = (DossierKey("format", "format", "text", required=True),)


@dataclass(frozen=True, slots=True)
class DossierPart:
    """
    A section of ``plant.toml``.

    ``name`` with dots, empty for what stands before the first; ``keys`` are read and written,
    ``also`` are read only; ``record`` gives what stands where nothing is stated; ``many`` for a
    list of sections.
    """

    name: str
    keys: tuple[DossierKey, ...]
    record: type | None = None
    many: bool = False
    also: tuple[DossierKey, ...] = ()


PARTS = (
    DossierPart("", TOP),
    DossierPart("site", SITE, Site),
    DossierPart("promise", PROMISE, Promise),
    DossierPart("source", (*SOURCE, *EXCHANGER), Source),
    DossierPart("source.ground", GROUND, Ground),
    DossierPart("source.ground.layer", GROUND_LAYER, GroundLayer, many=True),
    DossierPart("source.borehole_field", (*FIELD, *PLACES), BoreholeField, also=LAYOUT),
    DossierPart(
        "source.neighbour",
        (*NEIGHBOUR, *PLACES),
        NeighbourField,
        many=True,
        also=(*CORNER, *LAYOUT),
    ),
    DossierPart("source.aquifer", AQUIFER, AquiferRecord),
    DossierPart("source.surface_water", SURFACE, SurfaceWater, also=EXCHANGER[:1]),
    DossierPart("source.horizontal_loop", HORIZONTAL, HorizontalLoop),
    DossierPart("source.standing_column", STANDING_COLUMN, StandingColumns),
    DossierPart("source.single_well", SINGLE_WELL, SingleWell, many=True),
    DossierPart("source.well", WELL, Well, many=True),
    DossierPart("survey.test", SURVEY_TEST, SurveyTest, many=True),
    DossierPart("machine", MACHINE, MachineRecord, many=True),
    DossierPart("pump", PUMP, PumpRecord, many=True),
    DossierPart("backup", BACKUP, BackupRecord, many=True),
    DossierPart("controls", CONTROLS, ControlRecord),
    DossierPart("load_network", NETWORK, LoadNetwork),
    DossierPart("tariff", TARIFF, Tariff),
    DossierPart("tariff.bands", BAND, TariffBand, many=True),
    DossierPart("telemetry", TELEMETRY, TelemetryForm),
)
"""All sections, in the order they are written."""
SECTIONS = {part.record: part.keys for part in PARTS if part.record is not None}


def below(name: str) -> frozenset[str]:
    """Return the names of the sections that stand directly in a section, "" for the file."""
    prefix = f"{name}." if name else ""
    inside = (part.name.removeprefix(prefix) for part in PARTS if part.name.startswith(prefix))
    return frozenset(rest.split(".")[0] for rest in inside if rest)
