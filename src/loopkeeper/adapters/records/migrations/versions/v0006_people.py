"""How people prove who they are, in which sessions, and in which role."""

import sqlalchemy as sa
from alembic import op

from loopkeeper.adapters.records.columns import Instant
from loopkeeper.adapters.records.migrations.guards import ID, only_added_to
from loopkeeper.adapters.records.migrations.versions.v0005_members_and_orders import edition

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the tables, all but one of which are only added to."""
    role = sa.Column("role", sa.String(20), nullable=False, server_default="")
    op.add_column("member", role)
    _accounts()
    _sessions()
    _second_keys()
    for table in (
        "account",
        "account_key",
        "account_code",
        "account_link",
        "account_link_use",
        "log_in",
        "log_in_end",
    ):
        only_added_to(table)


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, primary_key=True),
        sa.Column("organisation", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        *edition(),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.UniqueConstraint("name", "version"),
    )
    op.create_table(
        "account_link",
        *_secret_of_an_account(),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
    )
    op.create_table(
        "account_link_use",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("used_at", Instant, nullable=False),
        sa.Column("used_by", sa.String(200), nullable=False),
    )


def _second_keys() -> None:
    op.create_table(
        "account_key",
        sa.Column("id", ID, primary_key=True),
        sa.Column("organisation", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        *edition(),
        sa.Column("secret", sa.String(100), nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("spare", sa.Text, nullable=False),
        sa.UniqueConstraint("name", "version"),
    )
    op.create_table(
        "account_code",
        sa.Column("account", sa.String(100), primary_key=True),
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("used_at", Instant, nullable=False),
    )


def _sessions() -> None:
    op.create_table(
        "log_in",
        *_secret_of_an_account(),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
    )
    op.create_index("ix_log_in_account", "log_in", ["organisation", "account"])
    op.create_table(
        "log_in_end",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("ended_at", Instant, nullable=False),
        sa.Column("ended_by", sa.String(200), nullable=False),
    )
    op.create_table(
        "log_in_seen",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("seen_at", Instant, nullable=False),
    )


def _secret_of_an_account() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("organisation", sa.String(100), nullable=False),
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
    )
