"""Run by Alembic: applies the migrations over the connection that it was given."""

from __future__ import annotations

from alembic import context

from numberblocks.storage.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
context.run_migrations()
