"""The answer of a calendar address is kept until something that it tells of changes.

Triggers leave a touch for everybody whose calendar may tell of a changed row, whoever writes it
and however. A touch is a new row, so that nobody waits for anybody who books for the same person;
and it is there for people without an address too, since a change may begin before the address is
made and end after it was fetched.
"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

PAIR = "select {row}.provider_id as person_id union select person_id from entitlement"
SESSIONS = (
    "select provider_id as person_id from session where {by} = {{row}}.id "
    "union select e.person_id from session s join entitlement e on e.id = s.entitlement_id "
    "where s.{by} = {{row}}.id"
)
MEMBERS = (
    'select facilitator_id as person_id from "group" where id = {row}.group_id '
    "union select person_id from seat where group_id = {row}.group_id"
)
OF_SERIES = (
    " union select leader_id from meeting where series_id = {row}.id "
    "union select g.person_id from guest g join meeting m on m.id = g.meeting_id "
    "where m.series_id = {row}.id"
)
OF_MEETING = (
    " union select {row}.leader_id union select person_id from guest where meeting_id = {row}.id"
)
THEMSELVES = "select {row}.person_id as person_id"
WHOSE = {
    "session": f"{PAIR} where id = {{row}}.entitlement_id",
    "entitlement": f"{THEMSELVES} union {SESSIONS.format(by='entitlement_id')}",
    "session_series": SESSIONS.format(by="series_id"),
    "meeting": MEMBERS + OF_MEETING,
    "series": MEMBERS + OF_SERIES,
    "group": "select {row}.facilitator_id as person_id",
    "seat": THEMSELVES,
    "attendance": THEMSELVES,
    "guest": THEMSELVES,
    "group_terms": "select person_id from seat where group_id = {row}.group_id",
    "group_yes": THEMSELVES,
}
"""In whose calendars a row shows."""
WATCHED = {
    "session": (
        "entitlement_id", "provider_id", "starts_at", "zone", "series_id", "series_start",
        "outcome", "uid", "sequence", "changed_at", "cancelled_at",
    ),
    "entitlement": ("person_id", "kind"),
    "session_series": ("zone", "uid", "sequence"),
    "meeting": (
        "group_id", "series_id", "series_start", "starts_at", "local_start", "zone", "needs_time",
        "leader_id", "uid", "sequence", "changed_at", "cancelled_at",
    ),
    "series": ("zone", "uid", "sequence"),
    "group": ("facilitator_id",),
    "seat": ("group_id", "person_id", "joined_on", "left_on", "waiting"),
    "attendance": ("meeting_id", "person_id", "coming"),
    "guest": ("meeting_id", "person_id"),
    "group_terms": ("group_id",),
    "group_yes": ("group_id", "person_id"),
}  # fmt: skip
"""What a calendar is put together by: what else is told of a meeting has a new revision."""
UPDATED_ALONE = ("entitlement", "session_series", "series", "group")
"""Nothing is in a calendar by them when they come or go: what points at them comes later, and goes
before."""
VERBS = ("insert", "update", "delete")


def upgrade() -> None:
    _tables()
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in WHOSE:
        for verb in verbs(table):
            (_watch_postgresql if postgresql else _watch_sqlite)(table, verb)


def _tables() -> None:
    op.create_table(
        "kept_feed",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("manner", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_kept_feed_feed_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_kept_feed_person_id"),
        sa.PrimaryKeyConstraint("feed_id", name="pk_kept_feed"),
    )
    op.create_index("ix_kept_feed_person_id", "kept_feed", ["person_id"])
    op.create_table(
        "feed_touch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_touch"),
    )
    op.create_index("ix_feed_touch_person_id", "feed_touch", ["person_id"])


def verbs(table: str) -> tuple[str, ...]:
    """What of a table's changes leaves a touch."""
    return VERBS[1:2] if table in UPDATED_ALONE else VERBS


def trigger(table: str, verb: str) -> str:
    """What a trigger is called on either engine."""
    return f"{table}_touches_feeds_{verb}"


def _people(table: str, verb: str) -> str:
    """After an update both those who have it now and those who had it before."""
    rows = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}[verb]
    return " union ".join(WHOSE[table].format(row=row) for row in rows)


def _differs(table: str, differs: str) -> str:
    return " or ".join(f"old.{column} {differs} new.{column}" for column in WATCHED[table])


def _watch_sqlite(table: str, verb: str) -> None:
    """Writers come one after the other, so one touch is enough however much changes."""
    when = f"when {_differs(table, 'is not')} " if verb == "update" else ""
    op.execute(
        f'create trigger {trigger(table, verb)} after {verb} on "{table}" {when}begin '
        f"insert into feed_touch (person_id) select person_id from ({_people(table, verb)}) "
        "where person_id is not null and person_id not in (select person_id from feed_touch); end"
    )


def _watch_postgresql(table: str, verb: str) -> None:
    """Once for all rows that a statement brings or takes; for each that it changes, if that is
    anything a calendar is put together by."""
    if verb == "update":
        who, when = _people(table, verb), _differs(table, "is distinct from")
        each = f"for each row when ({when})"
    else:
        who = f"select p.person_id from changed cross join lateral ({WHOSE[table]}) p"
        who = who.format(row="changed")
        kind = {"insert": "new", "delete": "old"}[verb]
        each = f"referencing {kind} table as changed for each statement"
    name = trigger(table, verb)
    op.execute(
        f"create function {name}() returns trigger language plpgsql as $$ begin "
        f"insert into feed_touch (person_id) select distinct person_id from ({who}) people "
        "where person_id is not null; return null; end $$"
    )
    op.execute(f'create trigger {name} after {verb} on "{table}" {each} execute function {name}()')


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in WHOSE:
        for name in (trigger(table, verb) for verb in verbs(table)):
            op.execute(f"drop trigger {name}" + (f' on "{table}"' if postgresql else ""))
            if postgresql:
                op.execute(f"drop function {name}()")
    op.drop_table("feed_touch")
    op.drop_table("kept_feed")
