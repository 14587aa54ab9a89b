"""What who asked for a job is told when it is done."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; jobs that ended before tell nothing."""
    result = sa.Column("result", sa.Text, nullable=False, server_default="{}")
    op.add_column("job", result)
