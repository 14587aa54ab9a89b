"""Judgements, alarms, reports, jobs and the trail."""

import sqlalchemy as sa
from alembic import op

from loopkeeper.adapters.records.columns import Instant
from loopkeeper.adapters.records.migrations.guards import ID, only_added_to, owner

revision = "0001"
down_revision = None

_ADDED_TO = ("judgement", "alarm_event", "report", "trail")


def upgrade() -> None:
    """Create everything; what is only added to is guarded by the database itself."""
    _judgements()
    _alarms()
    _jobs()
    for table in _ADDED_TO:
        only_added_to(table)


def _judgements() -> None:
    op.create_table(
        "judgement",
        sa.Column("id", ID, primary_key=True),
        *owner(),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("code_version", sa.String(50), nullable=False),
        sa.Column("data_version", sa.String(100), nullable=False),
        sa.Column("found", sa.Text, nullable=False),
    )
    op.create_table(
        "report",
        sa.Column("id", ID, primary_key=True),
        *owner(),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("code_version", sa.String(50), nullable=False),
        sa.Column("file", sa.String(500), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_table(
        "trail",
        sa.Column("id", ID, primary_key=True),
        *owner(),
        sa.Column("time", Instant, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("deed", sa.String(100), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    for table in ("judgement", "report", "trail"):
        op.create_index(f"ix_{table}_plant", table, ["organisation", "plant", "id"])


def _alarms() -> None:
    op.create_table(
        "alarm_standing",
        sa.Column("alarm", sa.String(300), primary_key=True),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_table(
        "alarm_event",
        sa.Column("id", ID, primary_key=True),
        sa.Column("time", Instant, nullable=False),
        sa.Column("alarm", sa.String(300), nullable=False),
        sa.Column("before", sa.String(30), nullable=False),
        sa.Column("after", sa.String(30), nullable=False),
        sa.Column("value", sa.Float),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_alarm_event_time", "alarm_event", ["time"])
    op.create_index("ix_alarm_event_alarm", "alarm_event", ["alarm", "id"])
    op.create_table(
        "alarm_told",
        sa.Column("channel", sa.String(200), primary_key=True),
        sa.Column("upto", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "alarm_letter",
        sa.Column("event", sa.BigInteger, primary_key=True),
        sa.Column("channel", sa.String(200), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
    )


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(32), primary_key=True),
        *owner(),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("most_tries", sa.Integer, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("lease_until", Instant),
        sa.Column("worker", sa.String(100), nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
    )
    op.create_index("ix_job_due", "job", ["state", "due_at"])
    still = sa.text("state IN ('waiting', 'running')")
    columns = ["organisation", "kind", "key"]
    op.create_index(
        "ix_job_key", "job", columns, unique=True, sqlite_where=still, postgresql_where=still
    )
