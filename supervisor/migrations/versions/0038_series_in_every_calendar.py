"""A series is one event in every calendar: it has an identity of its own, and each of its
meetings says which one of it it is."""

import sqlalchemy as sa
from alembic import op

from supervisor.models.base import UtcDateTime, WallTime, new_ref

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

START = sa.column("first_start", WallTime())
SERIES = sa.table("series", *map(sa.column, ("id", "every_weeks", "uid")), START)
SESSION_SERIES = sa.table("session_series", *map(sa.column, ("id", "zone", "uid")))
SESSION = sa.table("session", *map(sa.column, ("id", "series_id", "zone")))
WALLS = [sa.column(name, WallTime()) for name in ("local_start", "series_start")]
MEETING = sa.table("meeting", sa.column("id"), sa.column("series_id"), *WALLS)


def upgrade() -> None:
    op.add_column("meeting", sa.Column("series_start", WallTime(), nullable=True))
    zone = sa.Column("zone", sa.String(), nullable=False, server_default="Pacific/Auckland")
    op.add_column("session_series", zone)
    for table in (SERIES, SESSION_SERIES):
        _identify(table)
    _say_zones()
    _say_slots()


def _identify(table: sa.TableClause) -> None:
    empty = sa.Column("uid", sa.String(length=64), nullable=False, server_default="")
    op.add_column(table.name, empty)
    first = sa.Column("sequence", sa.Integer(), nullable=False, server_default="0")
    op.add_column(table.name, first)
    op.add_column(table.name, sa.Column("changed_at", UtcDateTime(), nullable=True))
    store = op.get_bind()
    for id_ in store.scalars(sa.select(table.c.id)).all():
        one = sa.update(table).where(table.c.id == id_)
        store.execute(one.values(uid=f"{new_ref()}{new_ref()}"))
    op.create_index(op.f(f"ix_{table.name}_uid"), table.name, ["uid"], unique=True)


def _say_zones() -> None:
    """That of its first meeting."""
    first = (
        sa.select(SESSION.c.zone)
        .where(SESSION.c.series_id == SESSION_SERIES.c.id)
        .order_by(SESSION.c.id)
        .limit(1)
        .scalar_subquery()
    )
    there = sa.exists().where(SESSION.c.series_id == SESSION_SERIES.c.id)
    op.get_bind().execute(sa.update(SESSION_SERIES).where(there).values(zone=first))


def _say_slots() -> None:
    """A meeting that was moved off its rhythm stays by itself: from where is not known."""
    store = op.get_bind()
    asked = sa.select(SERIES.c.id, SERIES.c.first_start, SERIES.c.every_weeks)
    rhythms = {id_: (first, weeks) for id_, first, weeks in store.execute(asked)}
    laid = sa.select(MEETING.c.id, MEETING.c.series_id, MEETING.c.local_start)
    for id_, series_id, local in store.execute(laid.where(MEETING.c.series_id.is_not(None))).all():
        first, weeks = rhythms[series_id]
        if (local - first).total_seconds() % (weeks * 7 * 86400) == 0:
            one = sa.update(MEETING).where(MEETING.c.id == id_)
            store.execute(one.values(series_start=local))


def downgrade() -> None:
    for name in ("session_series", "series"):
        op.drop_index(op.f(f"ix_{name}_uid"), name)
        for column in ("changed_at", "sequence", "uid"):
            op.drop_column(name, column)
    op.drop_column("session_series", "zone")
    op.drop_column("meeting", "series_start")
