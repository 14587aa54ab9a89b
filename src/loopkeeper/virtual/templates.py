"""Plants that come with the emulator."""

from dataclasses import replace
from datetime import date

from loopkeeper.errors import InputError
from loopkeeper.plant.machines import (
    BackupRecord,
    ControlRecord,
    Drive,
    Loop,
    MachineRecord,
    PumpControl,
    PumpRecord,
)
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Promise, Season, Site, SourceKind, Tariff, TariffBand
from loopkeeper.plant.source import (
    AquiferRecord,
    Basis,
    BoreholeField,
    Ground,
    PipeKind,
    SingleWell,
    SingleWellType,
    Source,
    SurfaceWater,
    WaterBody,
    Well,
    WellRole,
)
from loopkeeper.units import HOUR
from loopkeeper.virtual.nature import Building
from loopkeeper.virtual.weather import Climate
from loopkeeper.virtual.world import Template

_TARIFF = Tariff(
    "CNY",
    (
        TariffBand("valley", 0.32, ((23, 7),)),
        TariffBand("flat", 0.68, ((7, 10), (15, 18), (21, 23))),
        TariffBand("peak", 1.10, ((10, 15), (18, 21))),
    ),
)


_SITE = Site(
    id="office",
    name="North office",
    name_zh="北区办公楼",
    timezone="Asia/Shanghai",
    latitude=39.9,
    longitude=116.3,
    climate_zone="cold-B",
    use="office",
    heated_area=16000.0,
    cooled_area=16000.0,
    handed_over_on=date(2022, 11, 1),
    heating_season=Season((11, 15), (3, 15)),
    cooling_season=Season((6, 1), (9, 15)),
)
_RECHARGE = 230e3
"""Solar heat put into the school's ground in summer daylight. [W]"""
_SUNNY_HOURS = 153 * 8
"""Hours from nine to five, May to September. [h]"""


def _rectangle(columns: int, rows: int, spacing: float) -> tuple[tuple[float, float], ...]:
    return tuple((spacing * i, spacing * j) for j in range(rows) for i in range(columns))


def _field(
    grid: tuple[int, int, float], *, length: float, grout: float, resistance: float
) -> BoreholeField:
    """Holes in columns and rows at a spacing, with double U-pipes of 32 mm."""
    columns, rows, spacing = grid
    return BoreholeField(
        count=columns * rows,
        length=length,
        diameter=0.15,
        buried_depth=1.5,
        positions=_rectangle(columns, rows, spacing),
        pipe=PipeKind.DOUBLE_U,
        pipe_outer=0.032,
        pipe_inner=0.026,
        grout_conductivity=grout,
        resistance=resistance,
    )


def _pumps(
    loop: Loop, count: int, flow_m3_h: float, head: float, drive: Drive
) -> tuple[PumpRecord, ...]:
    letter = "s" if loop is Loop.SOURCE else "l"
    flow = flow_m3_h / HOUR
    power = round(1000 * 9.81 * flow * head / 0.62, -2)
    return tuple(
        PumpRecord(id=f"{letter}p{n}", loop=loop, flow=flow, head=head, power=power, drive=drive)
        for n in range(1, count + 1)
    )


def _office() -> Template:
    plant = Plant(
        site=_SITE,
        source=Source(
            kind=SourceKind.BOREHOLE_FIELD,
            design_flow=4 * 25.0 / HOUR,
            ground=Ground(
                conductivity=1.9,
                heat_capacity=2.3e6,
                undisturbed_temperature=14.2,
                basis=Basis.TEST,
            ),
            field=_field((10, 9, 5.0), length=110.0, grout=1.6, resistance=0.09),
        ),
        promise=Promise(
            indoor_heating=20.0,
            indoor_cooling=26.0,
            source_inlet_min=4.0,
            source_inlet_max=33.0,
            ground_drift_per_year=0.05,
        ),
        machines=tuple(
            MachineRecord(
                id=f"hp{n}",
                rated_heating=125e3,
                rated_cop=4.8,
                rated_cooling=120e3,
                rated_eer=5.4,
                model="WW-125",
                type="I",
                stages=4,
                minimum_part_load=0.25,
                map=(),
                map_file=f"machines/hp{n}.csv",
            )
            for n in range(1, 5)
        ),
        pumps=(
            *_pumps(Loop.SOURCE, 4, 25.0, 20.0, Drive.FIXED),
            *_pumps(Loop.LOAD, 4, 22.0, 18.0, Drive.VARIABLE),
        ),
        controls=ControlRecord(
            heating_supply=45.0, cooling_supply=7.0, load_pump_control=PumpControl.VARIABLE_DT
        ),
        tariff=_TARIFF,
    )
    building = Building(16e3, 60e3, 0.35e9, 6.0e9, 120e3, 600.0, 1.0, 1.0, 20.0, 26.0, 3.0)
    return Template(plant, building, Climate(), 12.0, 0.0, 0.25)


def _school() -> Template:
    office = _office()
    p = office.plant
    plant = replace(
        p,
        site=replace(
            p.site,
            id="school",
            name="River school",
            name_zh="河畔学校",
            use="school",
            heated_area=12000.0,
            cooled_area=6000.0,
            climate_zone="cold-A",
        ),
        source=replace(
            p.source,
            design_flow=4 * 25.0 / HOUR,
            ground=Ground(
                conductivity=2.1,
                heat_capacity=2.4e6,
                undisturbed_temperature=13.0,
                basis=Basis.TEST,
            ),
            field=_field((9, 8, 4.5), length=100.0, grout=1.8, resistance=0.085),
        ),
        backups=(BackupRecord("sol1", "solar", annual_design=_RECHARGE * _SUNNY_HOURS * HOUR),),
    )
    building = Building(13.5e3, 50e3, 0.3e9, 5.0e9, 70e3, 450.0, 1.0, 0.75, 20.0, 26.0, 4.0)
    return Template(plant, building, Climate(11.0, 15.5, 4.5, 2.6), 12.0, _RECHARGE, 0.05)


def _hospital() -> Template:
    office = _office()
    p = office.plant
    plant = replace(
        p,
        site=replace(
            p.site,
            id="hospital",
            name="East hospital",
            name_zh="东区医院",
            use="hospital",
            heated_area=14000.0,
            cooled_area=14000.0,
        ),
        source=replace(
            p.source,
            fluid="ethylene_glycol",
            fluid_mass_fraction=0.2,
            ground=Ground(
                conductivity=2.0,
                heat_capacity=2.3e6,
                undisturbed_temperature=14.8,
                basis=Basis.TEST,
            ),
            field=_field((11, 9, 5.0), length=110.0, grout=1.8, resistance=0.095),
        ),
        controls=replace(p.controls, source_pump_control=PumpControl.ONE_PER_MACHINE),
    )
    building = Building(14e3, 60e3, 0.35e9, 6.0e9, 110e3, 430.0, 1.0, 1.0, 21.0, 25.5, 0.5)
    return Template(plant, building, Climate(12.0, 15.0, 4.0, 2.6), 12.0, 0.0, 1.0)


_TEMPLATES = {"office": _office, "school": _school, "hospital": _hospital}
_FLOW = 4 * 25.0 / HOUR
"""Source water of the templates' machines. [m3 s-1]"""


def _single_wells() -> Source:
    """Three wells of 60 m in gravel, 60 m apart, packer between return and intake."""
    aquifer = AquiferRecord(
        hydraulic_conductivity=5e-4,
        thickness=60.0,
        top=10.0,
        undisturbed_temperature=14.0,
        static_level=12.0,
        basis=Basis.TEST,
    )
    wells = tuple(
        SingleWell(
            id=f"sw{n}",
            type=SingleWellType.ONE_AQUIFER,
            depth=70.0,
            bore_diameter=0.6,
            design_flow=_FLOW / 3,
            x=60.0 * n,
            y=0.0,
            return_zone=(10.0, 30.0),
            intake_zone=(50.0, 70.0),
            seal_zone=(30.0, 50.0),
        )
        for n in range(3)
    )
    return Source(
        kind=SourceKind.SINGLE_WELL,
        design_flow=_FLOW,
        aquifer=aquifer,
        single_wells=wells,
        exchanger=4.0e5,
        exchanger_area=120.0,
    )


def _well_group() -> Source:
    """One well that pumps and two that inject, 120 m away in both directions."""
    aquifer = AquiferRecord(
        hydraulic_conductivity=8e-4,
        thickness=30.0,
        top=15.0,
        undisturbed_temperature=15.0,
        static_level=12.0,
        basis=Basis.TEST,
    )
    places = (
        (WellRole.ABSTRACTION, 0.0, 1.0),
        (WellRole.INJECTION, 120.0, 0.5),
        (WellRole.INJECTION, -120.0, 0.5),
    )
    wells = tuple(
        Well(
            id=f"w{n}",
            role=role,
            x=x,
            y=0.0,
            design_flow=share * _FLOW,
            depth=45.0,
            diameter=0.5,
            screen=(15.0, 45.0),
        )
        for n, (role, x, share) in enumerate(places, 1)
    )
    return Source(
        kind=SourceKind.WELL_GROUP,
        design_flow=_FLOW,
        aquifer=aquifer,
        wells=wells,
        exchanger=4.0e5,
        exchanger_area=120.0,
    )


def _reclaimed_water() -> Source:
    """Treated sewage, 11 to 26 °C, through plate exchangers."""
    body = SurfaceWater(
        body=WaterBody.RECLAIMED,
        low=11.0,
        high=26.0,
        temperature_file="survey/water_temperature.csv",
        available_flow=3 * _FLOW,
    )
    return Source(
        kind=SourceKind.SURFACE_WATER,
        design_flow=_FLOW,
        surface=body,
        exchanger=3.0e5,
        exchanger_area=110.0,
        exchanger_fouling=0.0,
    )


_SOURCES = {
    SourceKind.SINGLE_WELL: _single_wells,
    SourceKind.WELL_GROUP: _well_group,
    SourceKind.SURFACE_WATER: _reclaimed_water,
}


def template(name: str, source: SourceKind = SourceKind.BOREHOLE_FIELD) -> Template:
    """
    Return a template by name, on boreholes, wells or surface water.

    Parameters
    ----------
    name : str
        ``office``, ``school`` or ``hospital``.
    source : SourceKind
        What the plant stands on; the building stays.

    Returns
    -------
    Template
        The plant as designed.

    Raises
    ------
    InputError
        When there is no such template, or none on such a source.
    """
    if name not in _TEMPLATES:
        raise InputError(f"unknown template {name!r}; one of {', '.join(_TEMPLATES)}")
    if source not in (SourceKind.BOREHOLE_FIELD, *_SOURCES):
        raise InputError(f"no virtual plant stands on {source}")
    chosen = _TEMPLATES[name]()
    if source is SourceKind.BOREHOLE_FIELD:
        return chosen
    plant = replace(chosen.plant, source=_SOURCES[source](), backups=())
    return replace(chosen, plant=plant, recharge=0.0)
