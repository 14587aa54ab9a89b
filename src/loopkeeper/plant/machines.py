"""Machines, pumps, backups and controls as the dossier states them. SI units."""

from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """What a machine does for the building."""

    HEATING = "heating"
    COOLING = "cooling"


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One row of a performance map: temperatures in °C, part load as a fraction, W."""

    mode: Mode
    source_inlet: float
    load_outlet: float
    part_load: float
    capacity: float
    electricity: float


class Medium(StrEnum):
    """What a machine warms or cools."""

    WATER = "water"
    AIR = "air"


class CompressorType(StrEnum):
    """Kinds of compressor."""

    SCROLL = "scroll"
    RECIPROCATING = "reciprocating"
    SCREW = "screw"
    CENTRIFUGAL = "centrifugal"


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRecord:
    """
    A heat pump unit by its nameplate and, where given, its performance map.

    ``type`` I, II or III by the lowest source temperature (T/BAEE 019); ``medium`` on the load
    side; ``refrigerant`` by its number, e.g. R410A; ``compressor`` scroll, reciprocating, screw or
    centrifugal, which tells how a machine without map behaves at part load.
    """

    id: str
    rated_heating: float | None = None
    rated_cop: float | None = None
    rated_cooling: float | None = None
    rated_eer: float | None = None
    model: str = ""
    type: str = ""
    stages: int = 0
    minimum_part_load: float = 0.25
    map: tuple[MapPoint, ...] = ()
    map_file: str = ""
    medium: Medium = Medium.WATER
    refrigerant: str = ""
    compressor: CompressorType | None = None


class Loop(StrEnum):
    """The two water loops of a plant."""

    SOURCE = "source"
    LOAD = "load"


class Drive(StrEnum):
    """How a pump is driven."""

    FIXED = "fixed"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpRecord:
    """
    A circulation pump by its rating point.

    ``serves`` is the backup it circulates the ground's water for; empty for the machines' pumps.
    """

    id: str
    loop: Loop
    flow: float
    head: float
    power: float
    drive: Drive = Drive.FIXED
    standby: bool = False
    serves: str = ""


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """Another source of heat, cold or recharge beside the ground."""

    id: str
    kind: str
    heating: float | None = None
    cooling: float | None = None
    efficiency: float | None = None
    annual_design: float | None = None


class Staging(StrEnum):
    """How machines share the load."""

    SEQUENCE = "sequence"
    EQUAL = "equal"


class PumpControl(StrEnum):
    """How a loop's pumps follow the load."""

    CONSTANT = "constant"
    ONE_PER_MACHINE = "one_per_machine"
    VARIABLE_DT = "variable_dT"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRecord:
    """Set-points and strategies as designed."""

    heating_supply: float = 45.0
    cooling_supply: float = 7.0
    load_design_dt: float = 5.0
    source_design_dt: float = 5.0
    staging: Staging = Staging.SEQUENCE
    source_pump_control: PumpControl = PumpControl.ONE_PER_MACHINE
    load_pump_control: PumpControl = PumpControl.ONE_PER_MACHINE
    heating_reset: float = 0.0
    heating_reset_from_outdoor: float = 0.0
    heating_supply_min: float = 30.0
    cooling_reset: float = 0.0
    cooling_reset_from_outdoor: float = 35.0
    cooling_supply_max: float = 15.0
    stated: tuple[str, ...] = field(default=())
