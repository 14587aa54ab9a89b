"""Columns that tables of the records have in common."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """A time in UTC; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database."""
        if value is None:
            return None
        there = value.astimezone(UTC)
        return there.replace(tzinfo=None) if dialect.name == "sqlite" else there

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the database."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key_column() -> Column[int]:
    """Return the number of a row."""
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def owner_columns(default: str | None = None) -> tuple[Column[Any], ...]:
    """Return whose a row is: an organisation's, and of which plant."""
    return (
        Column("organisation", String(100), nullable=False, server_default=default),
        Column("plant", String(200), nullable=False, server_default=default),
    )


def organisation_column() -> Column[str]:
    """Return whose a row is."""
    return Column("organisation", String(100), nullable=False)


def edition_columns() -> tuple[Column[Any], ...]:
    """Return which edition of a thing that people edit, of when and by whom."""
    return (
        Column("version", Integer, nullable=False),
        Column("changed_at", Instant, nullable=False),
        Column("changed_by", String(200), nullable=False),
    )
