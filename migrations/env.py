"""Runs the migrations over a connection that the caller hands in, in one transaction with everything they do.

To draft a new one, open a store of today, change ``pipeline/store/tables.py``, and ask
``alembic.command.revision(config_for(connection), "what it does", autogenerate=True, rev_id="NNNN")``; then raise
``SCHEMA`` in ``pipeline/store/migrating.py``.
"""

from __future__ import annotations

import sqlite3
from typing import cast

from alembic import context
from sqlalchemy import Connection

from pipeline.core.errors import StoreUnusable
from pipeline.store.tables import metadata, pages, postgres_only, sqlite_only

# Any number, as long as it is always the same: it makes a second process wait for the first.
ADVISORY_LOCK = 20_260_211


def run(connection: Connection) -> None:
    """Migrate the database at ``connection``, which has no transaction open."""
    if connection.dialect.name == "sqlite":
        _run_on_sqlite(connection)
    else:
        with connection.begin():
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
            # Raw pages are a table of the same database here; beside SQLite they have a file of their own.
            context.configure(connection=connection, target_metadata=[metadata, pages, postgres_only])
            context.run_migrations()


def _run_on_sqlite(connection: Connection) -> None:
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    # To alter a table, SQLite copies it and drops the old one, and dropping takes along every row that refers to it.
    # The switch is only heard outside of a transaction.
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            context.configure(
                connection=connection,
                target_metadata=[metadata, sqlite_only],
                render_as_batch=True,
                transactional_ddl=True,
            )
            context.run_migrations()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if orphans:
                raise StoreUnusable(
                    f"bringing the store up to date would leave {len(orphans)} rows that refer to nothing, the first is"
                    f" {tuple(orphans[0])}; nothing was changed: please report this"
                )
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


run(context.config.attributes["connection"])
