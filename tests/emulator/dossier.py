"""plant.toml, design loads, performance maps and the point list."""

import csv
from pathlib import Path

import numpy as np

from .build import curves, hole_star
from .hydraulics import CONSTANT, PER_MACHINE, VARIABLE_DT
from .machines import full_load, part_power
from .meters import Point
from .plant import Boreholes, Plant, PumpSet, SingleWells, Surface, Wells
from .run import Life
from .weather import CLIMATES

TARIFF = (
    '[tariff]\ncurrency = "CNY"\nbands = [ {name="valley", price=0.31, hours=[[23,7]]}, '
    '{name="flat", price=0.65, hours=[[7,9],[15,18],[21,23]]}, '
    '{name="peak", price=1.05, hours=[[9,15],[18,21]]} ]\n'
)


def value(v: object) -> str:
    """A TOML value."""
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, str):
        return f'"{v}"'
    if isinstance(v, list | tuple):
        return "[" + ", ".join(value(x) for x in v) + "]"
    return f"{v:.6g}" if isinstance(v, float) else str(v)


def block(name: str, entries: dict[str, object]) -> str:
    """A TOML table; a key that ends in ! is written bare (dates)."""
    lines = [f"{k.rstrip('!')} = {v if k.endswith('!') else value(v)}" for k, v in entries.items()]
    return f"{name}\n" + "\n".join(lines) + "\n\n"


def site(life: Life, name: str) -> str:
    """Who and where."""
    p, c = life.document, CLIMATES[life.document.climate]
    return 'format = "dossier/1"\n\n' + block(
        "[site]",
        {
            "id": name,
            "name": f"Emulated plant {p.seed}",
            "name_zh": f"仿真电站{p.seed}",
            "latitude": c.latitude,
            "longitude": c.longitude,
            "timezone": "Asia/Shanghai",
            "climate_zone": c.zone,
            "use": p.building.use.name,
            "heated_area_m2": p.building.area,
            "cooled_area_m2": p.building.area,
            "handed_over_on!": p.handed_over,
            "heating_season": c.heating,
            "cooling_season": c.cooling,
        },
    )


def promised(life: Life) -> str:
    """What the design said."""
    p, said = life.document, life.promise
    heat = said.year.heat / 1e3
    electricity = float((said.year.heat / said.cop).sum()) / 1e3
    return block(
        "[promise]",
        {
            "peak_heating_kW": round(said.peaks[0]),
            "peak_cooling_kW": round(said.peaks[1]),
            "annual_heating_MWh": round(float(heat[0]), 1),
            "annual_cooling_MWh": round(float(heat[1]), 1),
            "annual_electricity_MWh": round(electricity, 1),
            "system_cop_heating": float(said.cop[0]),
            "system_cop_cooling": float(said.cop[1]),
            "indoor_heating_C": p.building.use.heating,
            "indoor_cooling_C": p.building.use.cooling,
            "source_inlet_min_C": said.inlet[0],
            "source_inlet_max_C": said.inlet[1],
            "ground_drift_K_per_year": said.drift,
            "loads": "design/loads.csv",
        },
    )


def source(life: Life, *, tested: bool) -> str:
    """The source as designed."""
    p = life.document
    s, flow = p.source, p.source_pumps.number * p.source_pumps.flow
    text = block(
        "[source]",
        {
            "kind": p.kind,
            "fluid": "ethylene_glycol" if p.glycol else "water",
            "fluid_mass_fraction": p.glycol,
            "design_flow_m3_h": round(flow, 1),
        },
    )
    if not isinstance(s, Surface):
        text += block(
            "[source.ground]",
            {
                "basis": "test" if tested else "regional_guess",
                "conductivity_W_mK": round(min(s.conductivity, 2.4), 2),
                "heat_capacity_MJ_m3K": round(s.heat / 1e6, 2),
                "undisturbed_temperature_C": s.temperature,
            },
        )
    if isinstance(s, Boreholes):
        return text + boreholes(p, s, flow)
    if isinstance(s, Wells):
        return text + wells(s, flow)
    if isinstance(s, SingleWells):
        return text + single_wells(life, s, flow)
    return text + block(
        "[source.surface_water]",
        {
            "body": s.body,
            "temperature": "survey/water_temperature.csv",
            "min_C": round(s.mean - s.swing - 0.5, 1),
            "max_C": round(s.mean + s.swing + 0.5, 1),
            "exchanger_UA_kW_K": s.ua,
        },
    )


def boreholes(p: Plant, s: Boreholes, flow: float) -> str:
    """A rectangle of holes."""
    return block(
        "[source.borehole_field]",
        {
            "count": s.count,
            "length_m": s.length,
            "diameter_m": s.diameter,
            "buried_depth_m": 1.5,
            "layout": "rectangle",
            "columns": s.columns,
            "rows": s.rows,
            "spacing_m": s.spacing,
            "pipe": "double_u" if s.legs == 4 else "single_u",
            "pipe_outer_m": 0.032,
            "pipe_inner_m": 0.026,
            "grout_conductivity_W_mK": round(s.grout, 2),
            "resistance_mK_W": round(hole_star(p, s, flow), 3),
        },
    )


def well_places(s: Wells) -> list[tuple[str, float, float]]:
    """Role and position of every well."""
    gap = 0.6 * s.distance
    out = [("abstraction", 0.0, i * gap) for i in range(s.abstraction)]
    return out + [("injection", s.distance, i * gap) for i in range(s.injection)]


def wells(s: Wells, flow: float) -> str:
    """A group of wells and its aquifer."""
    text, top = "", round(s.level + 8.0, 0)
    for i, (role, x, y) in enumerate(well_places(s)):
        each = flow / (s.abstraction if role == "abstraction" else s.injection)
        text += block(
            "[[source.well]]",
            {
                "id": f"well-{i + 1}",
                "role": role,
                "x_m": round(x, 1),
                "y_m": round(y, 1),
                "depth_m": float(s.depth),
                "screen_m": [top, round(top + s.thickness - 4.0, 0)],
                "design_flow_m3_h": round(each, 1),
            },
        )
    return text + aquifer(
        s.hydraulic, s.thickness, s.porosity, s.conductivity, s.regional, s.level
    )


def aquifer(
    k: float, thick: float, porosity: float, conduct: float, flow: float, level: float
) -> str:
    """The aquifer as surveyed."""
    return block(
        "[source.aquifer]",
        {
            "hydraulic_conductivity_m_s": float(f"{k:.2e}"),
            "anisotropy": 0.2,
            "thickness_m": round(thick, 1),
            "porosity": round(porosity, 2),
            "conductivity_W_mK": round(min(conduct, 2.4), 2),
            "heat_capacity_MJ_m3K": 2.5,
            "regional_velocity_m_d": round(flow, 2),
            "static_level_m": round(level, 1),
        },
    )


def single_wells(life: Life, s: SingleWells, flow: float) -> str:
    """Circulation wells, all alike."""
    text, d = "", s.depth
    heat, cold = life.promise.peaks
    for i in range(s.count):
        text += block(
            "[[source.single_well]]",
            {
                "id": f"sw-{i + 1}",
                "type": "particle_annulus",
                "depth_m": d,
                "bore_diameter_m": s.bore,
                "return_zone_m": [10.0, round(0.42 * d, 0)],
                "intake_zone_m": [round(0.68 * d, 0), d - 3.0],
                "seal_zone_m": [round(0.42 * d, 0), round(0.42 * d, 0) + 4.0],
                "inner_pipe_diameter_m": 0.25,
                "particle_porosity": 0.38,
                "particle_conductivity_W_mK": 1.9,
                "design_flow_m3_h": round(flow / s.count, 1),
                "design_heating_kW": round(heat * 0.77 / s.count),
                "design_cooling_kW": round(cold * 1.2 / s.count),
            },
        )
    return text + aquifer(4e-4, 0.8 * d, 0.28, s.conductivity, s.velocity * 86400 * 0.6, s.level)


def pump_blocks(p: PumpSet, loop: str, prefix: str) -> str:
    """Duty pumps and one that stands by."""
    factor = 9.81 / 3600.0 / p.efficiency
    drive = "variable" if p.control >= VARIABLE_DT else "fixed"
    text = ""
    for i in range(p.number + 1):
        text += block(
            "[[pump]]",
            {
                "id": f"{prefix}{i + 1}",
                "loop": loop,
                "flow_m3_h": p.flow,
                "head_m": float(p.head),
                "power_kW": round(p.flow * p.head * factor, 1),
                "drive": drive,
                "standby": i == p.number,
            },
        )
    return text


def equipment(life: Life) -> str:
    """Machines, pumps, recharge, controls."""
    p, text = life.document, ""
    for i in range(p.machines):
        text += block(
            "[[machine]]",
            {
                "id": f"hp{i + 1}",
                "model": f"{p.type.family}-{p.rated_heating:.0f}",
                "type": "II" if p.kind in ("well_group", "single_well") else "I",
                "rated_heating_kW": p.rated_heating,
                "rated_cop": p.type.cop,
                "rated_cooling_kW": float(p.rated_cooling),
                "rated_eer": p.type.eer,
                "stages": p.type.stages,
                "minimum_part_load": p.type.least,
                "map": "machines/map.csv",
            },
        )
    text += pump_blocks(p.source_pumps, "source", "sp") + pump_blocks(p.load_pumps, "load", "lp")
    if p.recharge:
        r, key = p.recharge, "heating_kW" if p.recharge.kind == "solar" else "cooling_kW"
        text += block(
            "[[pump]]",
            {
                "id": "rp1",
                "loop": "source",
                "flow_m3_h": round(r.power / 5.0 / 1.163, 1),
                "head_m": 12.0,
                "power_kW": r.pump,
                "drive": "fixed",
                "standby": False,
            },
        )
        text += block(
            "[[backup]]",
            {
                "id": "rc1",
                "kind": r.kind,
                key: r.power,
                "annual_design_MWh": abs(r.annual),
            },
        )
    return text + control_block(p)


def control_block(p: Plant) -> str:
    """Set points and control of the pumps."""
    c = p.controls
    source_control = {
        CONSTANT: "constant",
        PER_MACHINE: "one_per_machine",
        VARIABLE_DT: "variable_dT",
    }[p.source_pumps.control]
    entries: dict[str, object] = {
        "heating_supply_C": c.heating_supply,
        "cooling_supply_C": c.cooling_supply,
        "load_design_dT_K": c.load_dt,
        "source_design_dT_K": c.source_dt,
        "staging": "sequence",
        "source_pump_control": source_control,
        "heating_reset_K_per_K": c.reset,
    }
    if c.reset > 0:
        entries |= {
            "heating_reset_from_outdoor_C": c.reset_from,
            "heating_supply_min_C": c.supply_least,
        }
    return block("[controls]", entries) + TARIFF


def table(path: Path, header: str, rows: list[list[object]]) -> None:
    """A CSV file."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(header.split(", "))
        out.writerows(rows)


def loads(life: Life, folder: Path) -> None:
    """The design year by calendar, 8760 rows."""
    y = np.roll(life.promise.loads, -(31 + 30 + 31) * 24, axis=0)
    time = np.datetime_as_string(np.datetime64("2018-01-01", "h") + np.arange(8760), unit="m")
    rows = [[t, f"{a:.1f}", f"{b:.1f}"] for t, (a, b) in zip(time, y, strict=True)]
    table(folder / "design" / "loads.csv", "time, heating_kW, cooling_kW", rows)


def maps(life: Life, folder: Path) -> None:
    """The maker's performance map of the machines in the document."""
    rows: list[list[object]] = []
    heating, cooling = curves(life.document)
    grid = (
        ("heating", heating, (0, 5, 10, 15, 20), (35, 40, 45, 50, 55)),
        ("cooling", cooling, (10, 15, 20, 25, 30, 35), (5, 7, 9, 12, 15)),
    )
    for mode, curve, sources, outlets in grid:
        for s in sources:
            for o in outlets:
                capacity, power = full_load(curve, float(s), float(o))
                for part in (1.0, 0.75, 0.5, 0.25):
                    kw = power * part_power(curve, part)
                    rows.append([mode, s, o, part, f"{capacity * part:.1f}", f"{kw:.2f}"])
    header = "mode, source_inlet_C, load_outlet_C, part_load, capacity_kW, electricity_kW"
    table(folder / "machines" / "map.csv", header, rows)


def point_list(points: list[Point], folder: Path, proven: str) -> None:
    """points.csv."""
    header = "point, quantity, of, statistic, unit, accuracy, calibrated_on, "
    header += "calibration_months, address, low, high"
    rows: list[list[object]] = [
        [
            p.name,
            p.quantity,
            p.of,
            p.statistic,
            p.unit,
            p.accuracy,
            proven,
            24,
            40001 + i,
            p.low,
            p.high,
        ]
        for i, p in enumerate(points)
    ]
    table(folder / "points.csv", header, rows)
