"""Diagnoses and the deviations they found."""

import sqlalchemy as sa
from alembic import op

from loopkeeper.adapters.records.columns import Instant
from loopkeeper.adapters.records.migrations.guards import ID, only_added_to, owner

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create both tables; they are only added to."""
    op.create_table(
        "diagnosis",
        sa.Column("id", ID, primary_key=True),
        *owner(),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("code_version", sa.String(50), nullable=False),
        sa.Column("data_version", sa.String(100), nullable=False),
        sa.Column("period_start", Instant, nullable=False),
        sa.Column("period_end", Instant, nullable=False),
        sa.Column("found", sa.Text, nullable=False),
    )
    op.create_table(
        "deviation",
        sa.Column("id", ID, primary_key=True),
        *owner(),
        sa.Column("diagnosis", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("cause", sa.String(100), nullable=False),
        sa.Column("energy", sa.Float, nullable=False),
        sa.Column("energy_low", sa.Float, nullable=False),
        sa.Column("energy_high", sa.Float, nullable=False),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
    )
    for table in ("diagnosis", "deviation"):
        op.create_index(f"ix_{table}_plant", table, ["organisation", "plant", "id"])
        only_added_to(table)
