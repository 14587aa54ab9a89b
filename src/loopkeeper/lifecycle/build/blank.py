"""What a blank form of hidden works asks of a plant: its items, their checks, what is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loopkeeper.lifecycle.build.reconcile import drawn_value
from loopkeeper.lifecycle.build.works import Asked, HiddenCheck, WorkRule, hidden_checks
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.source import BoreholeField, SingleWell, Well

DIGITS = 3
"""Least ones in the name of a hole. [-]"""
ROOM = 40
"""Rows for items that the drawings do not name. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankSheet:
    """
    Items of a kind with the checks asked of them.

    ``items`` by name, empty names for those that the drawings do not name; ``drawn`` values by
    check, one an item, in the unit of the check.
    """

    kind: str
    checks: tuple[HiddenCheck, ...]
    items: tuple[str, ...]
    drawn: Mapping[str, tuple[float | None, ...]]


AGAINST_DRAWN = frozenset(
    {
        WorkRule.AT_LEAST_DRAWN,
        WorkRule.AT_MOST_DRAWN,
        WorkRule.NEAR_DRAWN,
        WorkRule.NEAR_DRAWN_SHARE,
        WorkRule.AS_DRAWN,
    }
)
"""Rules that need what was drawn."""


def blank_sheets(plant: Plant) -> tuple[BlankSheet, ...]:
    """Return the sheets of a plant's form, kinds in the order of the vocabulary."""
    named = _items(plant)
    asked: dict[str, list[HiddenCheck]] = {}
    for (kind, _), check in hidden_checks().items():
        if kind in named and check.needed is not Asked.NO:
            asked.setdefault(kind, []).append(check)
    return tuple(
        BlankSheet(
            kind=kind,
            checks=tuple(checks),
            items=tuple(named[kind]),
            drawn={one.check: _drawn(plant, one, len(named[kind])) for one in checks},
        )
        for kind, checks in asked.items()
    )


def _items(plant: Plant) -> dict[str, Sequence[str]]:
    source = plant.source
    unnamed = [""] * ROOM
    found: dict[str, Sequence[str]] = {"sensor": unnamed}
    if source.field is not None:
        holes = source.field.count
        width = max(DIGITS, len(str(holes)))
        found["borehole"] = [f"B{n:0{width}d}" for n in range(1, holes + 1)]
    if source.field is not None or source.horizontal is not None:
        found |= {"weld": unnamed, "header": ["H1", *unnamed], "filter": ["F1"], "make_up": ["M1"]}
    if source.surface is not None or source.horizontal is not None:
        found["coil"] = unnamed
    wells = [*_wells(plant)]
    if source.standing_columns is not None:
        wells += [f"W{n}" for n in range(1, source.standing_columns.count + 1)]
    return found | ({"well": wells} if wells else {})


def _wells(plant: Plant) -> dict[str, Well | SingleWell]:
    single: dict[str, Well | SingleWell] = {one.id: one for one in plant.source.single_wells}
    return {**{one.id: one for one in plant.source.wells}, **single}


def _drawn(plant: Plant, check: HiddenCheck, count: int) -> tuple[float | None, ...]:
    field, same = plant.source.field, drawn_value(plant, check.item_kind, check.check)
    if check.item_kind == "borehole" and field is not None:
        own = _of_holes(field, check.check)
        return tuple(own) if len(own) == count else (same,) * count
    if check.item_kind == "well":
        wells = _wells(plant)
        return tuple(_of_well(wells.get(one), check.check) for one in _items(plant)["well"])
    return (None,) * count


def _of_holes(field: BoreholeField, check: str) -> Sequence[float]:
    if check in {"x", "y"}:
        return [place["xy".index(check)] for place in field.positions]
    return field.lengths if check == "active_length" else ()


def _of_well(well: Well | SingleWell | None, check: str) -> float | None:
    if well is None:
        return None
    if check == "depth":
        return well.depth
    if isinstance(well, Well) and check == "screen_length" and well.screen:
        return well.screen[1] - well.screen[0]
    return None
