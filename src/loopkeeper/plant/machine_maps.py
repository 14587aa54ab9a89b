"""Machines of the dossier as performance maps: measured, or through their rating point."""

from collections.abc import Sequence

import numpy as np

from loopkeeper.errors import InconsistentPlantError, InputError, OutOfRangeError
from loopkeeper.physics.heat_pump import Machine, PerformanceMap, rated_map, with_part_load
from loopkeeper.physics.refrigeration import (
    WATER_TO_AIR,
    WATER_TO_WATER,
    Rating,
    cycle_map,
)
from loopkeeper.physics.system import StagingOrder
from loopkeeper.plant.kinds import traits_of
from loopkeeper.plant.machines import (
    CompressorType,
    MachineRecord,
    MapPoint,
    Medium,
    Mode,
    Staging,
)
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.verdict import Verdict, gathered
from loopkeeper.plant.words import Phrase

RATED_OUTLET = {
    Medium.WATER: {Mode.HEATING: 45.0, Mode.COOLING: 7.0},
    Medium.AIR: {Mode.HEATING: 38.0, Mode.COOLING: 14.0},
}
"""Water, or air, leaving at the rating point (GB/T 19409-2013, M+); warm air at the 38 °C of
T/BAEE 019. [°C]"""
LARGEST_SCROLL, LARGEST_SCREW = 200e3, 1500e3
"""Largest units that usually have such compressors. [W]"""
REFRIGERANT = "R410A"
"""Taken where the cycle is needed and the dossier does not name one."""


def order_of(staging: Staging) -> StagingOrder:
    """Return how machines share the load, as a simulation takes it."""
    return StagingOrder.EQUAL if staging is Staging.EQUAL else StagingOrder.SEQUENCE


def machine_of(record: MachineRecord, kind: SourceKind) -> tuple[Machine, list[Verdict]]:
    """
    Return a machine by its map, else by a map through its rating point.

    Parameters
    ----------
    record : MachineRecord
        Nameplate and map.
    kind : SourceKind
        Decides the rating point.

    Returns
    -------
    machine : Machine
        Ready to simulate.
    verdicts : list of Verdict
        What had to be assumed.

    Raises
    ------
    InconsistentPlantError
        When neither map nor rating is there, or the rating is more than a machine can do.
    """
    (heating, cooling), said = gathered(
        _mode_map(record, mode, kind) for mode in (Mode.HEATING, Mode.COOLING)
    )
    if heating is None and cooling is None:
        raise InconsistentPlantError(
            f"machine {record.id}: neither a performance map nor a rated capacity with COP or EER"
        )
    return Machine(heating, cooling, minimum_part_load=record.minimum_part_load), said


def _mode_map(
    record: MachineRecord, mode: Mode, kind: SourceKind
) -> tuple[PerformanceMap | None, list[Verdict]]:
    points, said = [p for p in record.map if p.mode is mode], []
    if points:
        try:
            return grid_map(points), []
        except InputError as error:
            figures = {"machine": record.id, "mode": str(mode), "reason": str(error)}
            said.append(Verdict("plant.machine.map_not_a_grid", figures))
    heating = mode is Mode.HEATING
    capacity = record.rated_heating if heating else record.rated_cooling
    efficiency = record.rated_cop if heating else record.rated_eer
    if capacity is None or efficiency is None:
        return None, said
    traits = traits_of(kind)
    inlet = traits.rated_heating if heating else traits.rated_cooling
    rating = Rating(heating, capacity, efficiency, inlet, RATED_OUTLET[record.medium][mode])
    try:
        found, assumed = _rated(record, mode, rating)
        compressor = str(record.compressor or usual_compressor(capacity))
        return with_part_load(found, compressor), [*said, assumed]
    except OutOfRangeError as error:
        raise InconsistentPlantError(f"machine {record.id}: {error}") from error


def _rated(record: MachineRecord, mode: Mode, rating: Rating) -> tuple[PerformanceMap, Verdict]:
    """A map through the rating point: of the refrigerant's cycle where its bend matters."""
    compressor = record.compressor or usual_compressor(rating.capacity)
    figures: dict[str, object] = {
        "machine": record.id,
        "mode": str(mode),
        "compressor": Phrase(f"compressor.{compressor}"),
    }
    air = record.medium is Medium.AIR
    if air or record.refrigerant or record.type in {"II", "III"}:
        refrigerant = record.refrigerant or REFRIGERANT
        said = Verdict("plant.machine.cycle_map", {**figures, "refrigerant": refrigerant})
        approach = WATER_TO_AIR if air else WATER_TO_WATER
        return cycle_map(rating, refrigerant=refrigerant, approach=approach), said
    found = rated_map(
        heating=rating.heating,
        capacity=rating.capacity,
        efficiency=rating.efficiency,
        source_inlet=rating.source_inlet,
        load_outlet=rating.load_outlet,
    )
    return found, Verdict("plant.machine.parametric_map", figures)


def usual_compressor(capacity: float) -> CompressorType:
    """
    Return the kind of compressor that water-source units of a capacity usually have.

    Parameters
    ----------
    capacity : float
        Rated. [W]

    Returns
    -------
    CompressorType
        Scrolls in modules up to 200 kW, screws to 1500 kW, then centrifugal (makers' catalogues;
        confidence M).
    """
    if capacity <= LARGEST_SCROLL:
        return CompressorType.SCROLL
    return CompressorType.SCREW if capacity <= LARGEST_SCREW else CompressorType.CENTRIFUGAL


def grid_map(points: Sequence[MapPoint]) -> PerformanceMap:
    """
    Return the performance map of one mode from its rows.

    Parameters
    ----------
    points : sequence of MapPoint
        Rows of one mode; together they must fill a grid.

    Returns
    -------
    PerformanceMap
        The grid; capacity is taken at the largest part load.

    Raises
    ------
    InputError
        When rows are missing from the grid, stand twice, or are not positive.
    """
    axes = [
        np.unique([getattr(p, name) for p in points])
        for name in ("source_inlet", "load_outlet", "part_load")
    ]
    shape = tuple(len(axis) for axis in axes)
    capacity = np.full(shape, np.nan)
    electricity = np.full(shape, np.nan)
    for p in points:
        place = tuple(
            int(np.searchsorted(axis, value))
            for axis, value in zip(axes, (p.source_inlet, p.load_outlet, p.part_load), strict=True)
        )
        capacity[place], electricity[place] = p.capacity, p.electricity
    missing = int(np.isnan(capacity).sum())
    if missing or len(points) != capacity.size:
        raise InputError(
            f"{len(points)} rows do not fill the grid {shape[0]}×{shape[1]}×{shape[2]} once"
        )
    return PerformanceMap(axes[0], axes[1], axes[2], capacity[..., -1], electricity)
