"""What migrations share: keys, owners, and guards of tables that are only added to."""

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def owner() -> tuple[sa.Column[str], ...]:
    """Return the columns that say whose a row is."""
    return (
        sa.Column("organisation", sa.String(100), nullable=False),
        sa.Column("plant", sa.String(200), nullable=False),
    )


def only_added_to(table: str) -> None:
    """Have the database itself refuse to change or delete rows."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_added_to BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION only_added_to()"
    )


def owned_once(table: str, others: tuple[str, ...]) -> None:
    """Of a table that is only added to let a row without plant be given its plant."""
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in others)
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"WHEN NOT (OLD.plant = '' AND {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION owned_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND OLD.plant = '' AND "
        "to_jsonb(NEW) - 'plant' - 'organisation' = to_jsonb(OLD) - 'plant' - 'organisation' "
        "THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$"
    )
    op.execute(f"DROP TRIGGER {table}_only_added_to ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_only_added_to BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION owned_once()"
    )
