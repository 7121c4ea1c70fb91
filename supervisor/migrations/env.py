"""How Alembic meets the app: its engine, its tables, and types written in plain SQLAlchemy."""

from contextlib import suppress
from typing import Any

from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection

from supervisor.models import Base, triggers
from supervisor.models.base import UtcDateTime, WallTime
from supervisor.models.engine import writing


def plain_type(kind: str, item: Any, _autogenerate: Any) -> str | bool:
    """Our own column types as the plain ones that they are in the database."""
    if kind != "type":
        return False
    if isinstance(item, WallTime):
        return "sa.DateTime()"
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def refuse_other_triggers(migrations: Any, _revision: Any, _directives: Any) -> None:
    """A comparison sees tables alone; of triggers it is said what is to be done."""
    if not triggers.are_right(migrations.connection):
        raise CommandError("There are other triggers than the records say: run `db upgrade`.")


def run() -> None:
    """Upgrade or compare, in one transaction on either engine: all of it or nothing.

    SQLite alters a table by making it anew, and lets go of the old one only while it does not
    watch what points at it, by a key or by a trigger of another table; so that is looked at once
    at the end.
    """
    engine = current_app.extensions["migrate"].db.engine
    with writing(), engine.connect() as connection:
        _watch(connection, "OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=plain_type,
            transaction_per_migration=False,
            transactional_ddl=True,
            process_revision_directives=refuse_other_triggers,
        )
        with context.begin_transaction():
            context.run_migrations()
            if _is_up_to_date():
                triggers.put_right(connection)
            _refuse_loose_ends(connection)
        connection.commit()
        _watch(connection, "ON")


def _is_up_to_date() -> bool:
    """Whether all migrations are in it; a database that is only looked at stays as it is."""
    with suppress(KeyError):
        context.get_revision_argument()
        return set(context.get_context().get_current_heads()) == set(context.script.get_heads())
    return False


def _watch(connection: Connection, on: str) -> None:
    """Whether SQLite watches its foreign keys, and reads all triggers again when a table takes its
    name; it hears the first between transactions only."""
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA foreign_keys={on}")
        cursor.execute(f"PRAGMA legacy_alter_table={'OFF' if on == 'ON' else 'ON'}")


def _refuse_loose_ends(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        loose = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        assert not loose, f"rows that point at nothing: {loose[:5]}"


run()
