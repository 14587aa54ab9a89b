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


_RECHARGE = 230e3
"""Solar heat put into the school's ground in summer daylight. [W]"""
_SUNNY_HOURS = 153 * 8
"""Hours from nine to five, May to September. [h]"""


def _rectangle(columns: int, rows: int, spacing: float) -> tuple[tuple[float, float], ...]:
    return tuple((spacing * i, spacing * j) for j in range(rows) for i in range(columns))


def _pumps(
    loop: Loop, count: int, flow_m3_h: float, head: float, drive: Drive
) -> tuple[PumpRecord, ...]:
    letter = "s" if loop is Loop.SOURCE else "l"
    flow = flow_m3_h / HOUR
    power = round(1000 * 9.81 * flow * head / 0.62, -2)
    return tuple(
        PumpRecord(f"{letter}p{n}", loop, flow, head, power, drive) for n in range(1, count + 1)
    )


def _office() -> Template:
    plant = Plant(
        site=Site(
            id="office", name="North office", name_zh="北区办公楼", timezone="Asia/Shanghai",
            latitude=39.9, longitude=116.3, climate_zone="cold-B", use="office",
            heated_area=16000.0, cooled_area=16000.0, handed_over_on=date(2022, 11, 1),
            heating_season=Season((11, 15), (3, 15)), cooling_season=Season((6, 1), (9, 15)),
        ),
        source=Source(
            SourceKind.BOREHOLE_FIELD, design_flow=4 * 25.0 / HOUR,
            ground=Ground(1.9, 2.3e6, 14.2, Basis.TEST),
            field=BoreholeField(
                90, 110.0, 0.15, 1.5, _rectangle(10, 9, 5.0), PipeKind.DOUBLE_U, 0.032, 0.026,
                1.6, 0.09,
            ),
        ),
        promise=Promise(indoor_heating=20.0, indoor_cooling=26.0, source_inlet_min=4.0,
                        source_inlet_max=33.0, ground_drift_per_year=0.05),
        machines=tuple(
            MachineRecord(f"hp{n}", 125e3, 4.8, 120e3, 5.4, "WW-125", "I", 4, 0.25,
                          (), f"machines/hp{n}.csv")
            for n in range(1, 5)
        ),
        pumps=(
            *_pumps(Loop.SOURCE, 4, 25.0, 20.0, Drive.FIXED),
            *_pumps(Loop.LOAD, 4, 22.0, 18.0, Drive.VARIABLE),
        ),
        controls=ControlRecord(45.0, 7.0, load_pump_control=PumpControl.VARIABLE_DT),
        tariff=_TARIFF,
    )  # fmt: skip
    building = Building(16e3, 60e3, 0.35e9, 6.0e9, 120e3, 600.0, 1.0, 1.0, 20.0, 26.0, 3.0)
    return Template(plant, building, Climate(), 12.0, 0.0, 0.25)


def _school() -> Template:
    office = _office()
    p = office.plant
    plant = replace(
        p,
        site=replace(
            p.site, id="school", name="River school", name_zh="河畔学校", use="school",
            heated_area=12000.0, cooled_area=6000.0, climate_zone="cold-A",
        ),
        source=replace(
            p.source, design_flow=4 * 25.0 / HOUR,
            ground=Ground(2.1, 2.4e6, 13.0, Basis.TEST),
            field=BoreholeField(
                72, 100.0, 0.15, 1.5, _rectangle(9, 8, 4.5), PipeKind.DOUBLE_U, 0.032, 0.026,
                1.8, 0.085,
            ),
        ),
        backups=(BackupRecord("sol1", "solar", annual_design=_RECHARGE * _SUNNY_HOURS * HOUR),),
    )  # fmt: skip
    building = Building(13.5e3, 50e3, 0.3e9, 5.0e9, 70e3, 450.0, 1.0, 0.75, 20.0, 26.0, 4.0)
    return Template(plant, building, Climate(11.0, 15.5, 4.5, 2.6), 12.0, _RECHARGE, 0.05)


def _hospital() -> Template:
    office = _office()
    p = office.plant
    plant = replace(
        p,
        site=replace(
            p.site, id="hospital", name="East hospital", name_zh="东区医院", use="hospital",
            heated_area=14000.0, cooled_area=14000.0,
        ),
        source=replace(
            p.source, fluid="ethylene_glycol", fluid_mass_fraction=0.2,
            ground=Ground(2.0, 2.3e6, 14.8, Basis.TEST),
            field=BoreholeField(
                99, 110.0, 0.15, 1.5, _rectangle(11, 9, 5.0), PipeKind.DOUBLE_U, 0.032, 0.026,
                1.8, 0.095,
            ),
        ),
        controls=replace(p.controls, source_pump_control=PumpControl.ONE_PER_MACHINE),
    )  # fmt: skip
    building = Building(14e3, 60e3, 0.35e9, 6.0e9, 110e3, 430.0, 1.0, 1.0, 21.0, 25.5, 0.5)
    return Template(plant, building, Climate(12.0, 15.0, 4.0, 2.6), 12.0, 0.0, 1.0)


_TEMPLATES = {"office": _office, "school": _school, "hospital": _hospital}
_FLOW = 4 * 25.0 / HOUR
"""Source water of the templates' machines. [m3 s-1]"""


def _single_wells() -> Source:
    """Three wells of 60 m in gravel, 60 m apart, packer between return and intake."""
    aquifer = AquiferRecord(
        5e-4, 60.0, top=10.0, undisturbed_temperature=14.0, static_level=12.0, basis=Basis.TEST
    )
    wells = tuple(
        SingleWell(
            f"sw{n}", SingleWellType.ONE_AQUIFER, 70.0, 0.6, _FLOW / 3, 60.0 * n, 0.0,
            (10.0, 30.0), (50.0, 70.0), (30.0, 50.0),
        )
        for n in range(3)
    )  # fmt: skip
    return Source(
        SourceKind.SINGLE_WELL, design_flow=_FLOW, aquifer=aquifer, single_wells=wells,
        exchanger=4.0e5, exchanger_area=120.0,
    )  # fmt: skip


def _well_group() -> Source:
    """One well that pumps and two that inject, 120 m away in both directions."""
    aquifer = AquiferRecord(
        8e-4, 30.0, top=15.0, undisturbed_temperature=15.0, static_level=12.0, basis=Basis.TEST
    )
    places = ((WellRole.ABSTRACTION, 0.0, 1.0), (WellRole.INJECTION, 120.0, 0.5),
              (WellRole.INJECTION, -120.0, 0.5))  # fmt: skip
    wells = tuple(
        Well(f"w{n}", role, x, 0.0, share * _FLOW, 45.0, 0.5, (15.0, 45.0))
        for n, (role, x, share) in enumerate(places, 1)
    )
    return Source(
        SourceKind.WELL_GROUP, design_flow=_FLOW, aquifer=aquifer, wells=wells,
        exchanger=4.0e5, exchanger_area=120.0,
    )  # fmt: skip


def _reclaimed_water() -> Source:
    """Treated sewage, 11 to 26 °C, through plate exchangers."""
    body = SurfaceWater(
        WaterBody.RECLAIMED, 11.0, 26.0, "survey/water_temperature.csv", available_flow=3 * _FLOW
    )
    return Source(
        SourceKind.SURFACE_WATER, design_flow=_FLOW, surface=body, exchanger=3.0e5,
        exchanger_area=110.0, exchanger_fouling=0.0,
    )  # fmt: skip


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
