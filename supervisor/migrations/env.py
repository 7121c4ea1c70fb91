"""How Alembic meets the app: its engine, its tables, and types written in plain SQLAlchemy."""

from typing import Any

from alembic import context
from flask import current_app

from supervisor.models import Base
from supervisor.models.base import UtcDateTime, WallTime
from supervisor.models.engine import writing


def plain_type(kind: str, item: Any, _autogenerate: Any) -> str | bool:
    """Our own column types as the plain ones that they are in the database."""
    if kind != "type":
        return False
    if isinstance(item, WallTime):
        return "sa.DateTime()"
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def run() -> None:
    """Upgrade or compare, in one transaction on either engine."""
    engine = current_app.extensions["migrate"].db.engine
    with writing(), engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=plain_type,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
