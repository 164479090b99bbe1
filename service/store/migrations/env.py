"""Run by Alembic: on the connection it is given, inside that one's transaction."""

from __future__ import annotations

from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], target_metadata=given["metadata"], render_as_batch=True)
context.run_migrations()
