"""The smallest sound dossier of a plant, as text."""

import json
from collections.abc import Mapping, Sequence
from math import ceil, sqrt

from loopkeeper.lifecycle.design.beginning import COP, EER, Beginning
from loopkeeper.lifecycle.survey.regional_guess import CONDUCTIVITY, HEAT_CAPACITY
from loopkeeper.plant.kinds import Section, traits_of


def dossier_text(plant: Beginning) -> str:
    """
    Return ``plant.toml`` of a beginning.

    Parameters
    ----------
    plant : Beginning
        What is known.

    Returns
    -------
    str
        TOML that ``loopkeeper check`` finds no problem in.
    """
    site: dict[str, object] = {
        "id": plant.id,
        "name": plant.name,
        "timezone": plant.timezone,
        "latitude": plant.latitude,
        "longitude": plant.longitude,
        "use": plant.use,
    }
    machine: dict[str, object] = {"id": "hp1"}
    if plant.heating:
        site["heated_area_m2"] = plant.area
        machine |= {"rated_heating_kW": plant.heating, "rated_cop": COP}
    if plant.cooling:
        site["cooled_area_m2"] = plant.area
        machine |= {"rated_cooling_kW": plant.cooling, "rated_eer": EER}
    parts = [
        'format = "dossier/1"',
        _section("[site]", site),
        *_SOURCES[traits_of(plant.source).section](plant),
        _section("[[machine]]", machine),
    ]
    return "\n\n".join(parts) + "\n"


def _section(head: str, rows: Mapping[str, object]) -> str:
    return "\n".join([head, *(f"{key} = {_value(value)}" for key, value in rows.items())])


def _value(given: object) -> str:
    """A value of TOML; a text is written as in JSON, which TOML reads alike."""
    return json.dumps(given, ensure_ascii=False)


def _source(plant: Beginning, name: str = "", wells: Sequence[Mapping[str, object]] = ()) -> str:
    """The head of the source, with its wells a line each."""
    head = _section("[source]", {"kind": str(plant.source), "design_flow_m3_h": plant.flow})
    if not wells:
        return head
    lines = (", ".join(f"{key} = {_value(v)}" for key, v in one.items()) for one in wells)
    return "\n".join([head, f"{name} = [", *(f"    {{{line}}}," for line in lines), "]"])


def _field(plant: Beginning) -> list[str]:
    """A guessed ground and holes in a rectangle."""
    field: dict[str, object] = {
        "count": plant.count,
        "length_m": plant.length,
        "diameter_m": 0.15,
        **_laid_out(plant.count),
    }
    return [_source(plant), _ground(plant), _section("[source.borehole_field]", field)]


def _ground(plant: Beginning) -> str:
    return _section(
        "[source.ground]",
        {
            "basis": "regional_guess",
            "conductivity_W_mK": CONDUCTIVITY.value,
            "heat_capacity_MJ_m3K": HEAT_CAPACITY.value / 1e6,
            "undisturbed_temperature_C": plant.ground,
        },
    )


def _horizontal(plant: Beginning) -> list[str]:
    """Four pipes in each trench, below the frost, under a surface of a temperate year."""
    loop: dict[str, object] = {
        "trenches": plant.count,
        "length_m": plant.length,
        "depth_m": 2.0,
        "trench_spacing_m": 4.0,
        "pipes": 4,
        "pipe_spacing_m": 0.5,
        "surface_swing_K": 13.0,
    }
    return [_source(plant), _ground(plant), _section("[source.horizontal_loop]", loop)]


def _columns(plant: Beginning) -> list[str]:
    """Wells in rock that discharge a tenth of what they circulate."""
    wells: dict[str, object] = {
        "count": plant.count,
        "length_m": plant.length,
        "diameter_m": 0.16,
        "flow_m3_h": 15.0,
        "bleed": 0.1,
    }
    return [_source(plant), _ground(plant), _section("[source.standing_column]", wells)]


def _laid_out(count: int) -> dict[str, object]:
    """Columns and rows of a whole rectangle, else the place of each hole."""
    side = ceil(sqrt(count))
    whole = next((n for n in range(side, 2 * side + 1) if count % n == 0), None)
    if whole is not None:
        return {"columns": whole, "rows": count // whole, "spacing_m": 5.0}
    return {"positions_m": [[5.0 * (n % side), 5.0 * (n // side)] for n in range(count)]}


def _aquifer(plant: Beginning, thickness: float) -> str:
    """A guessed aquifer of sand and gravel, ten metres down."""
    return _section(
        "[source.aquifer]",
        {
            "basis": "regional_guess",
            "hydraulic_conductivity_m_s": 5e-4,
            "thickness_m": thickness,
            "top_m": 10.0,
            "static_level_m": 10.0,
            "undisturbed_temperature_C": plant.ground,
        },
    )


def _single_wells(plant: Beginning) -> list[str]:
    """Wells that return above what they take below, a packer between."""
    top, depth = 10.0, plant.length
    third = round((depth - top) / 3, 1)
    wells = [
        {
            "id": f"sw{n + 1}",
            "type": "one_aquifer",
            "depth_m": depth,
            "bore_diameter_m": 0.6,
            "design_flow_m3_h": round(plant.flow / plant.count, 1),
            "x_m": 60.0 * n,
            "return_zone_m": [top, top + third],
            "intake_zone_m": [depth - third, depth],
        }
        for n in range(plant.count)
    ]
    return [_source(plant, "single_well", wells), _aquifer(plant, depth - top)]


def _well_group(plant: Beginning) -> list[str]:
    """As many wells that give as wells that take, in two rows."""
    share = round(plant.flow / plant.count, 1)
    wells = [
        {
            "id": f"w{2 * n + place}",
            "role": role,
            "x_m": 100.0 * (place - 1),
            "y_m": 60.0 * n,
            "design_flow_m3_h": share,
            "depth_m": plant.length,
        }
        for n in range(plant.count)
        for place, role in ((1, "abstraction"), (2, "injection"))
    ]
    return [_source(plant, "well", wells), _aquifer(plant, plant.length - 10.0)]


def _surface(plant: Beginning) -> list[str]:
    """Treated sewage, three times the water that is taken."""
    water: dict[str, object] = {
        "body": "reclaimed",
        "min_C": 10.0,
        "max_C": 27.0,
        "available_flow_m3_h": 3 * plant.flow,
    }
    return [_source(plant), _section("[source.surface_water]", water)]


_SOURCES = {
    Section.BOREHOLE_FIELD: _field,
    Section.SINGLE_WELL: _single_wells,
    Section.WELL: _well_group,
    Section.SURFACE_WATER: _surface,
    Section.HORIZONTAL_LOOP: _horizontal,
    Section.STANDING_COLUMN: _columns,
}
"""By the section that describes the source."""
