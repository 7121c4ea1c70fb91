"""Whoever has to look again reads one table, jobs and calendars alike.

The triggers of `0055` and `0058` go. Those that there are from now on stand beside the records
(`models/touches.py`), and whatever brings a database up to date puts them right once it is done.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None
THERE = {
    "sqlite": "select name, tbl_name from sqlite_master where type = 'trigger'",
    "postgresql": "select t.tgname, c.relname from pg_trigger t join pg_class c "
    "on c.oid = t.tgrelid where not t.tgisinternal and pg_table_is_visible(c.oid)",
}


def upgrade() -> None:
    _without_triggers()
    op.drop_index("ix_touched_job", "touched")
    op.alter_column("touched", "job", new_column_name="reader")
    op.create_index("ix_touched_reader", "touched", ["reader", "person_id"])
    op.execute("insert into touched (reader, person_id) select 'feeds', person_id from feed_touch")
    op.drop_table("feed_touch")


def _without_triggers() -> None:
    """A table that was made anew on SQLite may have lost its own."""
    engine = op.get_bind().dialect.name
    for name, table in op.get_bind().execute(sa.text(THERE[engine])).all():
        if "_touches_" in name:
            on_table = f' on "{table}"' if engine == "postgresql" else ""
            op.execute(f"drop trigger {name}{on_table}")
            if engine == "postgresql":
                op.execute(f"drop function {name}()")


def downgrade() -> None:
    _without_triggers()
    op.create_table(
        "feed_touch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_touch"),
    )
    op.create_index("ix_feed_touch_person_id", "feed_touch", ["person_id"])
    op.execute(
        "insert into feed_touch (person_id) select person_id from touched where reader = 'feeds'"
    )
    op.execute("delete from touched where reader = 'feeds'")
    op.drop_index("ix_touched_reader", "touched")
    op.alter_column("touched", "reader", new_column_name="job")
    op.create_index("ix_touched_job", "touched", ["job"])
    _triggers_as_they_were()


def _triggers_as_they_were() -> None:
    """As the two migrations before wrote them, which stay as they are."""
    jobs = import_module("supervisor.migrations.versions.0055_who_is_looked_at_again")
    feeds = import_module("supervisor.migrations.versions.0058_answers_of_feeds_are_kept")
    engine = op.get_bind().dialect.name
    for trigger in jobs._triggers(engine):
        getattr(jobs, f"_create_{engine}")(*trigger)
    for table in feeds.WHOSE:
        for verb in feeds.verbs(table):
            getattr(feeds, f"_watch_{engine}")(table, verb)
