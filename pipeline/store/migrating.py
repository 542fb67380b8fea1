"""How old is this store, and bring it up to date: Alembic, told everything in code.

The number of the newest migration stands here too, so that opening a store of today costs one small query and not the
import of Alembic.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from pipeline.core.errors import StoreUnusable

if TYPE_CHECKING:
    from alembic.config import Config

SCHEMA = "0012"  # the newest file in migrations/versions; they are numbered in the order they came


class Standing(Enum):
    """What a database is to this program."""

    EMPTY = "empty"
    FOREIGN = "foreign"  # it holds tables, and none of them says which migrations it has seen
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


def standing(connection: Connection) -> Standing:
    """Compare the schema of the database at ``connection`` with this program's; changes nothing."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return Standing.EMPTY
    if "alembic_version" not in tables:
        return Standing.FOREIGN
    number = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if number is None:
        return Standing.OLDER if len(tables) > 1 else Standing.EMPTY
    return Standing.CURRENT if number == SCHEMA else Standing.OLDER if number < SCHEMA else Standing.NEWER


def upgrade(connection: Connection) -> None:
    """Bring the database at ``connection`` to the newest schema, in one transaction of its own.

    Safe for two processes at once: the second waits for the first and finds nothing left to do. Raises
    SQLAlchemyError, and StoreUnusable where the store names a migration that nobody knows; nothing has changed then.
    """
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(config_for(connection), "head")
    except CommandError as error:
        raise StoreUnusable(
            f"the store cannot be brought up to date: {error}; restore a backup, or report this"
        ) from error


def config_for(connection: Connection) -> Config:
    """Alembic's configuration for commands on ``connection``; there is no alembic.ini."""
    from alembic.config import Config

    config = Config()
    # Alembic reads a percent sign as the start of a variable.
    config.set_main_option("script_location", str(_migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _migrations() -> Path:
    """Where the migrations lie: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    bundled = package / "_bundled" / "migrations"
    return bundled if bundled.is_dir() else package.parent / "migrations"
