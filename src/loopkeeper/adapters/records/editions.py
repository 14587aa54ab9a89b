"""Things that people edit: each edition a row, the newest counts, none overwrites another's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, insert, select
from sqlalchemy.exc import IntegrityError

from loopkeeper.errors import ConflictError


def newest(table: Table, *keys: str) -> Select[Any]:
    """Return the question for the newest edition of everything that the columns tell apart."""
    own = [table.c[key] for key in keys]
    last = select(*own, func.max(table.c.version).label("version")).group_by(*own).subquery()
    same = [table.c[key] == last.c[key] for key in (*keys, "version")]
    return select(table).join(last, and_(*same))


def add_edition(
    base: Connection, table: Table, key: Mapping[str, Any], row: Mapping[str, Any]
) -> None:
    """
    Add the next edition of what ``key`` names.

    Parameters
    ----------
    base : Connection
        In a transaction that writes.
    table : Table
        Unique by the columns of ``key`` and ``version``.
    key : mapping
        What is edited.
    row : mapping
        The edition; its ``version`` follows on the one that was read.

    Raises
    ------
    ConflictError
        When there is another edition since that one.
    """
    same: list[ColumnElement[bool]] = [table.c[name] == value for name, value in key.items()]
    known = base.execute(select(func.max(table.c.version)).where(*same)).scalar() or 0
    if known == row["version"] - 1:
        try:
            with base.begin_nested():
                base.execute(insert(table), [{**key, **row}])
        except IntegrityError:
            known += 1
        else:
            return
    raise ConflictError(
        f"it is of version {known} by now, changed since it was read; read it again"
    )


def edition(version: int, now: datetime, by: str) -> dict[str, Any]:
    """Return the columns of the edition after the one that was read."""
    return {"version": version + 1, "changed_at": now, "changed_by": by}
