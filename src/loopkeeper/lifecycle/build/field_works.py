"""What a ledger of hidden works tells of a borehole field as a whole."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.build.as_found import HolesOnRecord, expected, on_record
from loopkeeper.lifecycle.build.surveyed import apart_as_found
from loopkeeper.measure.case import UNRECORDED, FieldWorks, Recorded
from loopkeeper.measure.series import Floats
from loopkeeper.plant.holes import drawn_holes, on_holes, resistances
from loopkeeper.plant.model import PlantModel, WaterModel
from loopkeeper.plant.plant import Plant


def field_works(plant: Plant, model: PlantModel) -> FieldWorks:
    """
    Return what the ledger tells of a borehole field, on average.

    Parameters
    ----------
    plant : Plant
        Its drawing and ledger.
    model : PlantModel
        As drawn.

    Returns
    -------
    FieldWorks
        As drawn where nothing is on record, and for other sources.
    """
    record = _record(plant, model)
    if record is None:
        return UNRECORDED
    return FieldWorks(
        length=_mean(record.ratios["active_length"]),
        resistance=_resistance(plant, model, record),
        spacing=_spacing(record),
    )


def on_found_holes(plant: Plant, model: PlantModel) -> PlantModel:
    """
    Return a plant on its holes one by one, as its ledger tells of them.

    Parameters
    ----------
    plant : Plant
        Its drawing and ledger.
    model : PlantModel
        As drawn, on the ground that is known.

    Returns
    -------
    PlantModel
        As it came where there is no ledger of a field.
    """
    record = _record(plant, model)
    return model if record is None else on_holes(plant, model, expected(record))


def _record(plant: Plant, model: PlantModel) -> HolesOnRecord | None:
    field = plant.source.field
    if field is None or isinstance(model.ground, WaterModel) or not plant.ledger:
        return None
    return on_record(drawn_holes(field), plant.ledger)


def _mean(ratios: Floats) -> Recorded:
    known = ratios[np.isfinite(ratios)]
    return Recorded(float(known.mean()), len(known) / len(ratios)) if len(known) else Recorded()


def _resistance(plant: Plant, model: PlantModel, record: HolesOnRecord) -> Recorded:
    """R_b* as the multipole method makes it of grout and diameter on record."""
    told = np.isfinite(record.ratios["grout_conductivity"])
    told |= np.isfinite(record.ratios["diameter"])
    if not told.any():
        return Recorded()
    holes = replace(expected(record), lengths=record.drawn.lengths)
    found = resistances(plant, model, holes) / model.field.resistance
    return Recorded(float(found[told].mean()), float(told.mean()))


def _spacing(record: HolesOnRecord) -> Recorded:
    """Mean distance of neighbours whose place is on record and not as drawn."""
    drawn = record.drawn
    moved = (record.x != drawn.x) | (record.y != drawn.y)
    if not moved.any():
        return Recorded()
    found, wanted, _ = apart_as_found((drawn.x, drawn.y), (record.x, record.y))
    return Recorded(found / wanted, float(moved.mean())) if wanted > 0 else Recorded()
