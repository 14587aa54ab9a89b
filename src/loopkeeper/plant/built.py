"""The plant as built: the design corrected by what survey and ledger have put on record."""

from dataclasses import replace

import numpy as np

from loopkeeper.plant.model import PlantModel, WaterModel
from loopkeeper.plant.plant import Plant


def as_built(
    plant: Plant,
    model: PlantModel,
    *,
    conductivity: float | None = None,
    undisturbed_temperature: float | None = None,
) -> PlantModel:
    """
    Return the plant as the records say it was built.

    Parameters
    ----------
    plant : Plant
        Its ledger tells the active length of the holes.
    model : PlantModel
        The plant as designed.
    conductivity : float, optional
        Ground conductivity measured by a response test. [W m-1 K-1]
    undisturbed_temperature : float, optional
        Ground temperature measured by a response test. [°C]

    Returns
    -------
    PlantModel
        The plant on the ground that was found. Hidden defects are not in it: no record says so.
    """
    ground = model.ground
    if isinstance(ground, WaterModel):
        return model
    tested = undisturbed_temperature is not None
    changed = replace(
        ground,
        neighbours=tuple(replace(n, seen=n.seen or tested) for n in ground.neighbours),
        conductivity=conductivity or ground.conductivity,
        undisturbed_temperature=(
            ground.undisturbed_temperature
            if undisturbed_temperature is None
            else undisturbed_temperature
        ),
        length_factor=ground.length_factor * _recorded_length(plant),
    )
    return model.with_ground(changed)


def _recorded_length(plant: Plant) -> float:
    """Mean share of the drawn length that the ledger found; holes not in it count as drawn."""
    field = plant.source.field
    rows = {
        c.item: c
        for c in plant.ledger
        if c.check == "active_length" and c.item_kind in {"", "borehole"}
    }
    pairs = [pair for c in rows.values() if (pair := c.numbers()) and pair[0] > 0]
    if field is None or not pairs or field.count == 0:
        return 1.0
    share = min(1.0, len(pairs) / field.count)
    return float(1.0 + share * (np.mean([found / drawn for drawn, found in pairs]) - 1.0))
