"""Reading ``[source.ground]``: stated means, or layers and a profile that they follow from."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from loopkeeper.adapters.files.dossier.layout import GROUND, GROUND_LAYER, below
from loopkeeper.adapters.files.dossier.sections import (
    complete,
    fields_of,
    records_of,
    rows_of,
    section_of,
)
from loopkeeper.physics.layers import effective_ground
from loopkeeper.plant.source import Ground, GroundLayer, Profile
from loopkeeper.plant.verdict import Verdict

APART = {"conductivity": 0.15, "heat_capacity": 0.15, "undisturbed_temperature": 0.5}
"""How far a stated mean may be from the layers' [-], or the profile's [K]."""
DISTURBED = 10.0
"""The seasons reach so deep: what is above tells no gradient. [m]"""
SECTION = "source.ground"


def read_ground(table: Mapping[str, Any]) -> tuple[Ground | None, list[Verdict]]:
    """
    Return the ground of a source; what is not stated follows from layers and profile.

    Parameters
    ----------
    table : mapping
        ``[source]``.

    Returns
    -------
    ground : Ground or None
        None when its section is absent, or neither states nor implies what is needed.
    verdicts : list of Verdict
        What is wrong, missing, or in disagreement.

    Notes
    -----
    Means are over the depth of the holes, weighted by thickness; the lowest layer and the ends of
    the profile go on. The gradient is the profile's line below 10 m.
    """
    section = section_of(table, "ground")
    if not section:
        return None, []
    stated, said = fields_of(section, GROUND, SECTION, below(SECTION))
    layers, verdicts = _layers(section)
    field = section_of(table, "borehole_field")
    top, length = (
        _metres(field.get(key), usual)
        for key, usual in (("buried_depth_m", 0.0), ("length_m", 100.0))
    )
    implied = _means(layers, top, top + length)
    implied |= _warmth(stated.get("temperature_profile", ()), top, top + length)
    known = {key.name for key in GROUND if key.field in implied}
    verdicts += [
        v for v in said if v.code != "dossier.key.missing" or v.figures["key"] not in known
    ]
    verdicts += _disagreements(stated, implied)
    reach = sum(layer.thickness for layer in layers)
    if layers and reach < top + length:
        figures = {"reach": reach, "bottom": top + length}
        verdicts.append(Verdict("dossier.ground.layers_end", figures))
    fields = {**implied, **stated, "layers": layers}
    return Ground(**fields) if complete(GROUND, fields) else None, verdicts


def _layers(section: Mapping[str, Any]) -> tuple[tuple[GroundLayer, ...], list[Verdict]]:
    """All layers, or none where one of them cannot be read."""
    rows = rows_of(section, "layer")
    layers, said = records_of(GroundLayer, GROUND_LAYER, rows, f"{SECTION}.layer")
    return layers if len(layers) == len(rows) else (), said


def _metres(given: object, usual: float) -> float:
    sound = isinstance(given, int | float) and not isinstance(given, bool) and given >= 0
    return float(given) if sound and isinstance(given, int | float) else usual


def _means(layers: Sequence[GroundLayer], top: float, bottom: float) -> dict[str, Any]:
    """Means over the holes, weighted by what of each layer they cross."""
    if not layers:
        return {}
    edges = np.cumsum([0.0, *(layer.thickness for layer in layers)])
    edges[-1] = max(edges[-1], bottom)
    crossed = np.diff(np.clip(edges, top, bottom))
    properties = np.array([(layer.conductivity, layer.heat_capacity) for layer in layers])
    means = effective_ground(crossed, properties)
    return dict(zip(("conductivity", "heat_capacity"), means, strict=True))


def _warmth(profile: Profile, top: float, bottom: float) -> dict[str, Any]:
    """Mean temperature over the holes and its rise with depth."""
    if not profile:
        return {}
    depth, warm = np.array(profile).T
    fine = np.linspace(top, bottom, 1001)
    implied = {"undisturbed_temperature": float(np.interp(fine, depth, warm).mean())}
    deep = depth >= DISTURBED
    if deep.sum() >= 2:
        implied["gradient"] = float(np.polyfit(depth[deep], warm[deep], 1)[0])
    return implied


def _disagreements(stated: Mapping[str, Any], implied: Mapping[str, Any]) -> list[Verdict]:
    """Cautions where what is stated is not what was surveyed; what is stated stands."""
    names = {key.field: key.name for key in GROUND}
    said = []
    for field, most in APART.items():
        if field not in stated or field not in implied:
            continue
        apart = abs(stated[field] - implied[field])
        relative = field != "undisturbed_temperature"
        if apart > most * (implied[field] if relative else 1.0):
            scale = 1e-6 if field == "heat_capacity" else 1.0
            figures = {
                "key": names[field],
                "stated": scale * stated[field],
                "surveyed": scale * implied[field],
            }
            said.append(Verdict("dossier.ground.differs", figures))
    return said
