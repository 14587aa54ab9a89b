"""How Alembic runs the migrations: within the connection and transaction it is handed."""

from alembic import context

from loopkeeper.adapters.records.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False
)
context.run_migrations()
