"""The plant as built: the design corrected by what survey and ledger have put on record."""

from dataclasses import replace

from loopkeeper.plant.model import PlantModel, WaterModel


def as_built(
    model: PlantModel,
    *,
    length_factor: float = 1.0,
    conductivity: float | None = None,
    undisturbed_temperature: float | None = None,
) -> PlantModel:
    """
    Return the plant as the records say it was built.

    Parameters
    ----------
    model : PlantModel
        The plant as designed.
    length_factor : float
        Active length on record over the drawn one. [-]
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
        length_factor=ground.length_factor * length_factor,
    )
    return model.with_ground(changed)
