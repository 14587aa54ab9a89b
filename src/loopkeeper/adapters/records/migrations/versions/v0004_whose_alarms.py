"""Whose alarm it is stands in its own row; events noted before get their plant once."""

import sqlalchemy as sa
from alembic import op

from loopkeeper.adapters.records.migrations.guards import owned_once, owner

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the owner; whose the alarms of before are, a service tells that knows their plants."""
    op.rename_table("alarm_standing", "alarm_standing_before")
    op.create_table(
        "alarm_standing",
        *owner(),
        sa.Column("alarm", sa.String(300), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "alarm", name="pk_alarm_standing_of"),
    )
    op.execute(
        "INSERT INTO alarm_standing (organisation, plant, alarm, data) "
        "SELECT '', '', alarm, data FROM alarm_standing_before"
    )
    op.drop_table("alarm_standing_before")
    for column in owner():
        column.server_default = sa.DefaultClause("")
        op.add_column("alarm_event", column)
    owned_once("alarm_event", ("id", "time", "alarm", "before", "after", "value", "by", "note"))
