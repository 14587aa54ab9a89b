"""
Tables of the records, as the newest migration leaves them.

Every row belongs to an organisation, what concerns a plant to a plant too: repositories ask for
both. Judgements, events of alarms, reports and the trail are only added to; triggers of the
migrations refuse anything else. Times are UTC.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from loopkeeper.adapters.records.columns import (
    Instant,
    edition_columns,
    key_column,
    organisation_column,
    owner_columns,
)

HEAD = "0007"
"""The newest migration."""
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}  # fmt: skip
metadata = MetaData(naming_convention=NAMES)


judgement = Table(
    "judgement",
    metadata,
    key_column(),
    *owner_columns(),
    Column("made_at", Instant, nullable=False),
    Column("code_version", String(50), nullable=False),
    Column("data_version", String(100), nullable=False),
    Column("found", Text, nullable=False),
    Index("ix_judgement_plant", "organisation", "plant", "id"),
)
"""What the daily round found, as JSON; ``data_version`` tells the readings it stood on."""

alarm_standing = Table(
    "alarm_standing",
    metadata,
    *owner_columns(),
    Column("alarm", String(300), nullable=False),
    Column("data", Text, nullable=False),
    PrimaryKeyConstraint("organisation", "alarm", name="pk_alarm_standing_of"),
)
"""How each alarm stood when it last changed."""

alarm_event = Table(
    "alarm_event",
    metadata,
    key_column(),
    Column("time", Instant, nullable=False),
    Column("alarm", String(300), nullable=False),
    Column("before", String(30), nullable=False),
    Column("after", String(30), nullable=False),
    Column("value", Float),
    Column("by", String(200), nullable=False),
    Column("note", Text, nullable=False),
    *owner_columns(default=""),
    Index("ix_alarm_event_time", "time"),
    Index("ix_alarm_event_alarm", "alarm", "id"),
)
"""Every change of state; one without a plant was noted before 0004 and is given it once."""

alarm_told = Table(
    "alarm_told",
    metadata,
    Column("channel", String(200), primary_key=True),
    Column("upto", BigInteger, nullable=False),
)
"""The last event that each channel has told."""

alarm_letter = Table(
    "alarm_letter",
    metadata,
    Column("event", BigInteger, primary_key=True),
    Column("channel", String(200), primary_key=True),
    Column("reason", Text, nullable=False),
)
"""Events that could not be told, with the reason."""

report = Table(
    "report",
    metadata,
    key_column(),
    *owner_columns(),
    Column("made_at", Instant, nullable=False),
    Column("code_version", String(50), nullable=False),
    Column("file", String(500), nullable=False),
    Column("sha256", String(64), nullable=False),
    Index("ix_report_plant", "organisation", "plant", "id"),
)
"""Reports printed."""

job = Table(
    "job",
    metadata,
    Column("id", String(32), primary_key=True),
    *owner_columns(),
    Column("kind", String(50), nullable=False),
    Column("key", String(300), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("most_tries", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("worker", String(100), nullable=False),
    Column("progress", Float, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("error", Text, nullable=False),
    Column("result", Text, nullable=False, server_default="{}"),
    Column("asked_by", String(200), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_job_due", "state", "due_at"),
)
"""Work that survives a restart."""
IS_OPEN = job.c.state.in_(["waiting", "running"])
Index(
    "ix_job_key",
    job.c.organisation,
    job.c.kind,
    job.c.key,
    unique=True,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)
"""Of a ``key`` of a kind one job waits or runs."""

diagnosis = Table(
    "diagnosis",
    metadata,
    key_column(),
    *owner_columns(),
    Column("made_at", Instant, nullable=False),
    Column("code_version", String(50), nullable=False),
    Column("data_version", String(100), nullable=False),
    Column("period_start", Instant, nullable=False),
    Column("period_end", Instant, nullable=False),
    Column("found", Text, nullable=False),
    Index("ix_diagnosis_plant", "organisation", "plant", "id"),
)
"""Why a plant used more than promised in a period, the whole answer as JSON in both languages."""

deviation = Table(
    "deviation",
    metadata,
    key_column(),
    *owner_columns(),
    Column("diagnosis", BigInteger, nullable=False),
    Column("kind", String(50), nullable=False),
    Column("cause", String(100), nullable=False),
    Column("energy", Float, nullable=False),
    Column("energy_low", Float, nullable=False),
    Column("energy_high", Float, nullable=False),
    Column("share", Float, nullable=False),
    Column("confidence", Float, nullable=False),
    Index("ix_deviation_plant", "organisation", "plant", "id"),
)
"""Each deviation of a diagnosis: energy and its 90 % interval [kWh], share and confidence [-]."""

trail = Table(
    "trail",
    metadata,
    key_column(),
    *owner_columns(),
    Column("time", Instant, nullable=False),
    Column("by", String(200), nullable=False),
    Column("deed", String(100), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_trail_plant", "organisation", "plant", "id"),
)
"""Who did what."""

member = Table(
    "member",
    metadata,
    key_column(),
    organisation_column(),
    Column("name", String(100), nullable=False),
    *edition_columns(),
    Column("scopes", Text, nullable=False),
    Column("plants", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("role", String(20), nullable=False, server_default=""),
    UniqueConstraint("organisation", "name", "version"),
)
"""Who may come in, and what they may: every edition; lists as JSON; ``role`` of a person."""

token = Table(
    "token",
    metadata,
    Column("sha256", String(64), primary_key=True),
    organisation_column(),
    Column("member", String(100), nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("ends_at", Instant),
)
"""Tokens by the hash of their secret; what they may do is what their member may."""

token_end = Table(
    "token_end",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("ended_at", Instant, nullable=False),
    Column("ended_by", String(200), nullable=False),
)
"""Tokens that were ended before their time."""

account = Table(
    "account",
    metadata,
    key_column(),
    organisation_column(),
    Column("name", String(100), nullable=False),
    *edition_columns(),
    Column("language", String(10), nullable=False),
    Column("password", String(200), nullable=False),
    UniqueConstraint("name", "version"),
)
"""How a person proves who they are: hash of the password, empty before there is one."""

account_key = Table(
    "account_key",
    metadata,
    key_column(),
    organisation_column(),
    Column("name", String(100), nullable=False),
    *edition_columns(),
    Column("secret", String(100), nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("spare", Text, nullable=False),
    UniqueConstraint("name", "version"),
)
"""Second keys of accounts, and the hashes of their spare codes as JSON."""

account_code = Table(
    "account_code",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("used_at", Instant, nullable=False),
)
"""Codes that were used: none counts twice."""

account_link = Table(
    "account_link",
    metadata,
    Column("sha256", String(64), primary_key=True),
    organisation_column(),
    Column("account", String(100), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("ends_at", Instant, nullable=False),
)
"""Links by which a password is set, once; one without account begins a new administrator."""

account_link_use = Table(
    "account_link_use",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("used_at", Instant, nullable=False),
    Column("used_by", String(200), nullable=False),
)
"""Links that were used, or are not to be used any more."""

log_in = Table(
    "log_in",
    metadata,
    Column("sha256", String(64), primary_key=True),
    organisation_column(),
    Column("account", String(100), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("address", String(100), nullable=False),
    Column("agent", String(200), nullable=False),
    Index("ix_log_in_account", "organisation", "account"),
)
"""Sessions by the hash of their secret."""

log_in_end = Table(
    "log_in_end",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("ended_at", Instant, nullable=False),
    Column("ended_by", String(200), nullable=False),
)
"""Sessions that were ended before their time."""

log_in_seen = Table(
    "log_in_seen",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("seen_at", Instant, nullable=False),
)
"""When a session was last used; changed in place, all else of it never."""

work_order = Table(
    "work_order",
    metadata,
    key_column(),
    *owner_columns(),
    Column("number", Integer, nullable=False),
    *edition_columns(),
    Column("state", String(20), nullable=False),
    Column("title", String(200), nullable=False),
    Column("about", String(200), nullable=False),
    Column("assignee", String(100), nullable=False),
    Column("due_on", Date),
    Column("note", Text, nullable=False),
    UniqueConstraint("organisation", "plant", "number", "version"),
)
"""What is to be done at a plant, and how far it is: every edition, the newest counts."""

stance = Table(
    "stance",
    metadata,
    key_column(),
    *owner_columns(),
    Column("cause", String(200), nullable=False),
    *edition_columns(),
    Column("stance", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("organisation", "plant", "cause", "version"),
)
"""What people hold of a deviation: every edition, the newest counts."""

ADDED_TO = (
    "judgement",
    "alarm_event",
    "report",
    "trail",
    "diagnosis",
    "deviation",
    "member",
    "token",
    "token_end",
    "work_order",
    "stance",
    "account",
    "account_key",
    "account_code",
    "account_link",
    "account_link_use",
    "log_in",
    "log_in_end",
)
"""Tables that are only added to."""
