"""Rows that somebody may see: no repository reads or writes without asking for whom."""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_

from loopkeeper.app.access import Actor
from loopkeeper.errors import AccessError


def seen_by(actor: Actor, table: Table) -> ColumnElement[bool]:
    """Return the condition that a row is one the actor may see."""
    own = table.c.organisation == actor.organisation
    return own if actor.plants is None else and_(own, table.c.plant.in_(sorted(actor.plants)))


def owned(actor: Actor, plant: str, **columns: Any) -> dict[str, Any]:
    """
    Return a row of the actor's own.

    Raises
    ------
    AccessError
        When the plant is not the actor's to see.
    """
    if not actor.sees(plant):
        raise AccessError(f"{actor.name} may not see plant {plant!r}")
    return {"organisation": actor.organisation, "plant": plant, **columns}
