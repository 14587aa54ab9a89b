"""What a ledger of hidden works tells of a source as a whole."""

import re
from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.lifecycle.build.as_found import (
    BOREHOLE,
    LIKELY,
    PRIORS,
    HolesOnRecord,
    expected,
    on_record,
    si_value,
)
from loopkeeper.lifecycle.build.reconcile import State, reconcile
from loopkeeper.lifecycle.build.two_pipes import hole_of
from loopkeeper.measure.case import UNRECORDED, FieldWorks, Recorded
from loopkeeper.measure.series import Floats
from loopkeeper.plant.holes import drawn_holes, on_holes, resistances
from loopkeeper.plant.model import PlantModel, WaterModel
from loopkeeper.plant.plant import Plant


def field_works(plant: Plant, model: PlantModel) -> FieldWorks:
    """
    Return what the ledger tells of a borehole field on average, or of the seals of wells.

    Parameters
    ----------
    plant : Plant
        Its drawing and ledger.
    model : PlantModel
        As drawn.

    Returns
    -------
    FieldWorks
        As drawn where nothing is on record.
    """
    record = _record(plant, model)
    if record is None:
        return replace(UNRECORDED, seal_failed=_seal_failed(plant))
    return FieldWorks(
        length=_mean(record.ratios["active_length"]),
        resistance=_resistance(plant, model, record),
        spacing=_spacing(record),
        tight=_tight(plant, record),
    )


LEAST_FILL: Final = 0.3
"""Grout over a hole's volume below which a record is a slip of the pen (A). [-]"""
LOOP_TESTS: Final = re.compile(r"pressure_test_\d_drop")
"""Checks that prove a loop tight."""
SEAL_TESTS: Final = frozenset({"seal_test", "pressure_test_1_drop"})
"""Checks of a well that prove its seal."""


def _seal_failed(plant: Plant) -> bool:
    """Whether a well's last test of its seal was not passed."""
    return any(
        one.check.item_kind == "well" and one.check.check in SEAL_TESTS
        for one in reconcile(plant, plant.ledger).deviating
    )


def _tight(plant: Plant, record: HolesOnRecord) -> Recorded:
    """Share of the loops with a pressure test on record that passed the last of each."""
    told = [
        one
        for one in reconcile(plant, plant.ledger).findings
        if one.check.item_kind == BOREHOLE and LOOP_TESTS.fullmatch(one.check.check)
    ]
    tested = {one.item for one in told}
    if not tested:
        return Recorded()
    failed = {one.item for one in told if one.state is State.DEVIATING}
    tried = min(len({hole_of(item) for item in tested}), record.drawn.count)
    return _recorded(1.0 - len(failed) / len(tested), tried, record.drawn.count)


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
    if not len(known):
        return Recorded()
    return _recorded(float(known.mean()), len(known), len(ratios))


def _recorded(factor: float, told: int, count: int, kind: str = "active_length") -> Recorded:
    """Holes without a record are like the others as far as the prior of them gives way."""
    return Recorded(factor, told / count, told / (told + PRIORS[kind].holes))


def _resistance(plant: Plant, model: PlantModel, record: HolesOnRecord) -> Recorded:
    """
    R_b* as grout, diameter and fill on record make it.

    Grout and diameter by the multipole method; what was not filled carries no heat, so that what
    is filled carries more: R_b* goes with one over the fill (A).
    """
    grout = np.isfinite(record.ratios["grout_conductivity"])
    told = grout | np.isfinite(record.ratios["diameter"])
    fill, filled = _fill(plant)
    if not told.any():
        return _recorded(1.0 / fill, filled, record.drawn.count) if filled else Recorded()
    holes = replace(expected(record), lengths=record.drawn.lengths)
    found = resistances(plant, model, holes) / model.field.resistance
    kind = "grout_conductivity" if grout.any() else "diameter"
    factor, count = float(found[told].mean()) / fill, int(told.sum())
    return _recorded(factor, max(count, filled), record.drawn.count, kind)


def _fill(plant: Plant) -> tuple[float, int]:
    """Mean of grout pumped over a hole's volume, at most whole, and of how many holes. [-]"""
    told = {
        one.item: value
        for one in plant.ledger
        if one.item_kind == BOREHOLE and one.check == "grout_volume_ratio"
        if (value := si_value(one)) is not None and LEAST_FILL <= value <= LIKELY[1]
    }
    return min(float(np.mean([*told.values()])), 1.0) if told else 1.0, len(told)


def _spacing(record: HolesOnRecord) -> Recorded:
    """Mean distance of neighbours, of the holes whose place is on record."""
    if np.isnan(record.spacing):
        return Recorded()
    return _recorded(record.spacing, record.placed, record.drawn.count)
