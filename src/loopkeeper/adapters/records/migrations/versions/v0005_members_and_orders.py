"""Who may come in, with which tokens, and what is to be done at a plant."""

import sqlalchemy as sa
from alembic import op

from loopkeeper.adapters.records.columns import Instant
from loopkeeper.adapters.records.migrations.guards import ID, only_added_to, owner

revision = "0005"
down_revision = "0004"


def edition() -> tuple[sa.Column[object], ...]:
    """Return the columns that say which edition a row is, of when and by whom."""
    return (
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
    )


def upgrade() -> None:
    """Add the tables, all of which are only added to."""
    _members()
    _orders()
    for table in ("member", "token", "token_end", "work_order"):
        only_added_to(table)


def _members() -> None:
    op.create_table(
        "member",
        sa.Column("id", ID, primary_key=True),
        sa.Column("organisation", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        *edition(),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("plants", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.UniqueConstraint("organisation", "name", "version"),
    )
    op.create_table(
        "token",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("organisation", sa.String(100), nullable=False),
        sa.Column("member", sa.String(100), nullable=False),
        sa.Column("per_minute", sa.Integer, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("ends_at", Instant),
    )
    op.create_table(
        "token_end",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("ended_at", Instant, nullable=False),
        sa.Column("ended_by", sa.String(200), nullable=False),
    )


def _orders() -> None:
    op.create_table(
        "work_order",
        sa.Column("id", ID, primary_key=True),
        *owner(),
        sa.Column("number", sa.Integer, nullable=False),
        *edition(),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("assignee", sa.String(100), nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("note", sa.Text, nullable=False),
        sa.UniqueConstraint("organisation", "plant", "number", "version"),
    )
