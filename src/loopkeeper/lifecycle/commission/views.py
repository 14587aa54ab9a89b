"""What of a plant somebody sees who may not see, or does not need, all of it."""

from dataclasses import replace
from enum import StrEnum

from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, joined_places
from loopkeeper.plant.site import Promise

WELL_TESTS = frozenset({"pumping", "step", "recovery", "reinjection"})
"""Kinds of survey tests of wells."""
WATER = frozenset(
    {
        "abstraction_flow",
        "abstraction_volume",
        "reinjection_flow",
        "reinjection_volume",
        "water_level",
        "water_temperature",
        "turbidity",
        "sand_content",
        "conductivity_electrical",
        "wellhead_pressure",
    }
)
"""Quantities that tell of the water of wells."""
WATER_TRIALS = frozenset({"source", "meter_proof"})
"""Modes of trials that tell of it."""


class PackageView(StrEnum):
    """Whom a package is for."""

    WHOLE = "whole"
    EVALUATOR = "evaluator"
    WATER_AUTHORITY = "water-authority"


def seen(plant: Plant, view: PackageView) -> Plant:
    """
    Return what somebody sees of a plant.

    Parameters
    ----------
    plant : Plant
        All of it.
    view : PackageView
        An evaluator sees no prices and nobody's name; a water authority the wells, what they
        give and take back, and the quality of their water, with who took the sample.

    Returns
    -------
    Plant
    """
    if view is PackageView.EVALUATOR:
        return _nameless(plant)
    return _of_wells(plant) if view is PackageView.WATER_AUTHORITY else plant


def _nameless(plant: Plant) -> Plant:
    """Without prices and people; notes may name somebody, so they are left out."""
    return replace(
        plant,
        tariff=None,
        ledger=tuple(replace(one, checked_by="", evidence="") for one in plant.ledger),
        trials=tuple(replace(one, by="", owner="", note="") for one in plant.trials),
        events=tuple(replace(one, note="") for one in plant.events),
        assessments=tuple(replace(one, by="", note="") for one in plant.assessments),
    )


def _of_wells(plant: Plant) -> Plant:
    ids = {one.id for one in plant.source.wells} | {one.id for one in plant.source.single_wells}
    licences = {"water_licence", "log_complete"}
    return Plant(
        site=plant.site,
        source=replace(plant.source, field=None, neighbours=()),
        promise=Promise(
            source_inlet_min=plant.promise.source_inlet_min,
            source_inlet_max=plant.promise.source_inlet_max,
        ),
        tests=tuple(one for one in plant.tests if one.kind in WELL_TESTS),
        ledger=tuple(one for one in plant.ledger if one.item_kind == "well"),
        trials=tuple(one for one in plant.trials if one.mode in WATER_TRIALS),
        points=tuple(one for one in plant.points if _of_water(one, ids)),
        events=tuple(one for one in plant.events if one.of in ids),
        samples=plant.samples,
        assessments=tuple(one for one in plant.assessments if one.figure in licences),
        telemetry=plant.telemetry,
    )


def _of_water(one: Point, wells: set[str]) -> bool:
    places = joined_places(one.of.split("@", maxsplit=1)[0])
    return one.quantity in WATER or bool(wells.intersection(places))
