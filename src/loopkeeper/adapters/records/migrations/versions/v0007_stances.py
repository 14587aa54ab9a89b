"""What people hold of deviations."""

import sqlalchemy as sa
from alembic import op

from loopkeeper.adapters.records.columns import Instant
from loopkeeper.adapters.records.migrations.guards import ID, only_added_to, owner

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table, which is only added to."""
    op.create_table(
        "stance",
        sa.Column("id", ID, primary_key=True),
        *owner(),
        sa.Column("cause", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.Column("stance", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.UniqueConstraint("organisation", "plant", "cause", "version"),
    )
    only_added_to("stance")
