"""Pressures that records must carry: of tests by the working pressure, at the foot of holes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from loopkeeper.errors import OutOfRangeError
from loopkeeper.lifecycle.build.followed import FollowedCheck
from loopkeeper.lifecycle.build.pipe_class import class_called, class_drawn, warm_factor
from loopkeeper.lifecycle.build.two_pipes import hole_of
from loopkeeper.lifecycle.build.work_units import number
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.source import BoreholeField
from loopkeeper.units import GRAVITY

BOREHOLE: Final = "borehole"
COIL: Final = "coil"
FIELD: Final = "field"
"""Kind and name of the item that all holes together are."""
WORKING: Final = "working_pressure"
FOOT: Final = "foot_pressure"
LOW_PRESSURE: Final = 1.0
"""Working pressure up to which the first rule of GB 50366 4.5.2 holds. [MPa]"""
OVER: Final = 1.5
"""Test over working pressure up to there (GB 50366-2005 (2009) 4.5.2). [-]"""
ABOVE: Final = 0.5
"""Test above working pressure beyond that one (GB 50366-2005 (2009) 4.5.2). [MPa]"""
MEGA: Final = 1e6
"""Pascals in a megapascal. [Pa MPa-1]"""
GROUND_WATER: Final = 1000.0
"""Density of the ground's water (A). [kg m-3]"""
LAID_AT: Final = 10.0
"""Temperature at which the fluid's density is taken; it hardly changes (A). [°C]"""
FOOT_WARMER: Final = 2.5
"""Water half way over that which leaves a field in summer: half of 5 K (A). [K]"""
DIGITS: Final = 3
"""Of a pressure. [-]"""

Records = Mapping[tuple[str, str], LedgerCheck]
"""The last record by item and check, of one kind."""


def pressure_asked(working: float | None) -> float:
    """Return what GB 50366-2005 (2009) 4.5.2 asks a test for, 0 where nothing is told. [MPa]"""
    if working is None:
        return 0.0
    return OVER * working if working <= LOW_PRESSURE else working + ABOVE


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingPressures:
    """
    Working pressures on record.

    Of ``coils`` by their names, and the highest of the ``others``, None where nothing is told
    [MPa].
    """

    coils: Mapping[str, float]
    others: float | None

    def of(self, kind: str, item: str) -> float | None:
        """Return what an item has to stand: a coil its own, or what the coils do. [MPa]"""
        if kind == COIL and self.coils:
            return self.coils.get(item, max(self.coils.values()))
        return self.others


def working_pressures(rows: Sequence[LedgerCheck]) -> WorkingPressures:
    """Return the working pressures on record, in the units of their checks; the last counts."""
    newest = {(one.item_kind, one.item): number(one.found) for one in rows if one.check == WORKING}
    known = {key: value for key, value in newest.items() if value is not None}
    return WorkingPressures(
        coils={name: value for (kind, name), value in known.items() if kind == COIL},
        others=max((value for (kind, _), value in known.items() if kind != COIL), default=None),
    )


def foot_pressures(plant: Plant, rows: Sequence[LedgerCheck]) -> tuple[FollowedCheck, ...]:
    """
    Return what pipes have to carry at the foot of their holes, over the ground's water.

    Parameters
    ----------
    plant : Plant
        As drawn.
    rows : sequence of LedgerCheck
        In the units of their checks; of one item and check the last counts.

    Returns
    -------
    tuple of FollowedCheck
        Of each hole whose pipe is on record by its class, else of the field by its drawn pipe;
        none without a working pressure.

    Notes
    -----
    Working pressure and column of the fluid, less the ground's water outside. Where nobody says
    how high that stands it reaches from the surface to below the foot: that is the interval.
    Where the design has warmer water than 20 °C the upper end is over what a pipe of PE then
    carries for fifty years: no field is that warm all the time.
    """
    field, working = plant.source.field, working_pressures(rows).others
    if field is None or working is None:
        return ()
    own = {(one.item, one.check): one for one in rows if one.item_kind == BOREHOLE}
    found = [
        _carried(plant, working, (BOREHOLE, item), nominal, _foot(field, own, item))
        for item in dict.fromkeys(item for item, _ in own)
        if (nominal := _class(own, item)) is not None
    ]
    nominal = class_drawn(field)
    if found or nominal is None:
        return tuple(found)
    deepest = max(field.lengths or (field.length,))
    return (_carried(plant, working, (FIELD, FIELD), nominal, _deep(field, deepest)),)


def _class(own: Records, item: str) -> float | None:
    stated = own.get((item, "pipe_class"))
    if stated is not None:
        return number(stated.found)
    called = own.get((item, "pipe"))
    return None if called is None else class_called(called.found)


def _foot(field: BoreholeField, own: Records, item: str) -> float:
    """Return how deep a pipe reaches by its record, else as the field is drawn. [m]"""
    told = own.get((item, "active_length")) or own.get((hole_of(item), "active_length"))
    length = None if told is None else number(told.found)
    return _deep(field, field.length if length is None else length)


def _deep(field: BoreholeField, length: float) -> float:
    return field.buried_depth + length * math.cos(math.radians(field.tilt))


def _density(plant: Plant) -> float:
    """Return the density of the source's fluid, of water where it is not known. [kg m-3]"""
    source = plant.source
    try:
        return fluid_properties(source.fluid, source.fluid_mass_fraction, LAID_AT).density
    except OutOfRangeError:
        return GROUND_WATER


def _carried(
    plant: Plant, working: float, item: tuple[str, str], nominal: float, foot: float
) -> FollowedCheck:
    inside, level = working + _density(plant) * GRAVITY * foot / MEGA, ground_water(plant)
    wet, dry = (
        inside - GROUND_WATER * GRAVITY * max(foot - one, 0.0) / MEGA
        for one in ((0.0, foot) if level is None else (level, level))
    )
    most = round(dry / warm_share(plant), DIGITS)
    return FollowedCheck(
        item=item[1],
        item_kind=item[0],
        check=FOOT,
        drawn=f"{nominal:g}",
        found=f"{most:g}",
        unit="MPa",
        low=round(wet, DIGITS),
        high=most,
    )


def ground_water(plant: Plant) -> float | None:
    """Return how deep the ground's water stands beside the holes, None where it is unknown. [m]"""
    ground, aquifer = plant.source.ground, plant.source.aquifer
    if ground is not None and ground.water_level is not None:
        return ground.water_level
    return None if aquifer is None or aquifer.static_level <= 0 else aquifer.static_level


def warmest(plant: Plant) -> float | None:
    """Return how warm the design has the water at the foot, None where it does not say. [°C]"""
    out = plant.promise.source_inlet_max
    return None if out is None else out + FOOT_WARMER


def warm_share(plant: Plant) -> float:
    """Return the share of its nominal pressure that a pipe carries at that. [-]"""
    warm = warmest(plant)
    return 1.0 if warm is None else warm_factor(warm)


def foot_level(nominal: float, wet: float) -> float:
    """
    Return how deep the ground's water may stand for a pipe to carry what is in it. [m]

    ``nominal`` pressure of the pipe, and what it carries with water up to the surface [MPa].
    """
    return (nominal - wet) * MEGA / (GROUND_WATER * GRAVITY)
