"""What becomes of each meeting is kept as rows that only grow, with a chain over them.

Triggers write the rows, so that nothing that is said or decided of a meeting is ever replaced
without a trace, whoever writes it and however. What is on record already begins the rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ONLY_GROW = ("delivery_event", "trail_link", "trail_head", "trail_check")
KEY = {"trail_link": "seq", "trail_head": "seq"}
COLUMNS = "noun, noun_id, what, side, person_id, value, starts_at, minutes, by_id, at, written_at"
CAME = "case when {row}.came then 'came' when not {row}.came then 'did_not_come' end"
ROWS = {
    "confirmation": (
        "'session', {row}.session_id, 'answer', {row}.side, null, {row}.answer, null, null, "
        "{row}.by_id, {row}.said_at, {clock}"
    ),
    "session": (
        "'session', {row}.id, 'outcome', null, null, {row}.outcome, {row}.starts_at, "
        "{row}.minutes, {row}.cancelled_by_id, {row}.cancelled_at, {clock}"
    ),
    "attendance": (
        f"'meeting', {{row}}.meeting_id, 'mark', null, {{row}}.person_id, {CAME}, null, null, "
        "{row}.marked_by_id, {row}.marked_at, {clock}"
    ),
}
GONE = {
    "confirmation": (
        "'session', old.session_id, 'answer', old.side, null, null, null, null, null, null, {clock}"
    ),
    "session": ("'session', old.id, 'outcome', null, null, null, null, null, null, null, {clock}"),
    "attendance": (
        "'meeting', old.meeting_id, 'mark', null, old.person_id, null, null, null, null, null, "
        "{clock}"
    ),
}
SAYS = {
    "confirmation": "{row}.answer is not null",
    "session": "{row}.outcome is not null",
    "attendance": "{row}.came is not null",
}
WATCHED = {
    "confirmation": ("session_id", "side", "answer", "by_id", "said_at"),
    "session": ("outcome", "starts_at", "minutes", "cancelled_by_id", "cancelled_at"),
    "attendance": ("person_id", "came", "marked_by_id", "marked_at"),
}
CLOCK = {"sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now')", "postgresql": "now()"}
DIFFERS = {"sqlite": "is not", "postgresql": "is distinct from"}


def upgrade() -> None:
    _tables()
    engine = op.get_bind().dialect.name
    for table in ROWS:
        _begin(table, engine)
        (_write_postgresql if engine == "postgresql" else _write_sqlite)(table)
    (_only_grow_postgresql if engine == "postgresql" else _only_grow_sqlite)()


def _tables() -> None:
    op.create_table(
        "delivery_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("noun_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("starts_at", INSTANT, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", INSTANT, nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_event"),
    )
    op.create_index("ix_delivery_event_noun", "delivery_event", ["noun", "noun_id"])
    op.create_table(
        "trail_link",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ledger", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_trail_link"),
        sa.UniqueConstraint("ledger", "row_id", name="uq_trail_link_ledger_row_id"),
    )
    op.create_table(
        "trail_head",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_trail_head"),
    )
    op.create_table(
        "trail_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trail_check"),
    )
    op.create_index("ix_trail_check_at", "trail_check", ["at"])


def _begin(table: str, engine: str) -> None:
    op.execute(
        f"insert into delivery_event ({COLUMNS}) select "
        f"{ROWS[table].format(row='t', clock=CLOCK[engine])} "
        f'from "{table}" t where {SAYS[table].format(row="t")} order by t.id'
    )


def _changed(table: str, engine: str) -> str:
    """Something that is watched differs, and either said something before or does now."""
    differs = " or ".join(f"old.{c} {DIFFERS[engine]} new.{c}" for c in WATCHED[table])
    says = " or ".join(SAYS[table].format(row=row) for row in ("old", "new"))
    return f"({differs}) and ({says})"


def _write_sqlite(table: str) -> None:
    new = ROWS[table].format(row="new", clock=CLOCK["sqlite"])
    gone = GONE[table].format(clock=CLOCK["sqlite"])
    for verb, when, values in (
        ("insert", SAYS[table].format(row="new"), new),
        ("update", _changed(table, "sqlite"), new),
        ("delete", SAYS[table].format(row="old"), gone),
    ):
        op.execute(
            f'create trigger {table}_leaves_a_row_{verb} after {verb} on "{table}" when {when} '
            f"begin insert into delivery_event ({COLUMNS}) values ({values}); end"
        )


def _write_postgresql(table: str) -> None:
    new = ROWS[table].format(row="new", clock=CLOCK["postgresql"])
    gone = GONE[table].format(clock=CLOCK["postgresql"])
    for verb, when, values in (
        ("insert", SAYS[table].format(row="new"), new),
        ("update", _changed(table, "postgresql"), new),
        ("delete", SAYS[table].format(row="old"), gone),
    ):
        name = f"{table}_leaves_a_row_{verb}"
        op.execute(
            f"create or replace function {name}() returns trigger language plpgsql as $$ begin "
            f"insert into delivery_event ({COLUMNS}) values ({values}); return null; end $$"
        )
        op.execute(
            f'create trigger {name} after {verb} on "{table}" for each row when ({when}) '
            f"execute function {name}()"
        )


def _only_grow_postgresql() -> None:
    op.execute(
        "create or replace function only_grows() returns trigger language plpgsql as "
        "$$ begin raise exception '%_only_grows', tg_table_name; end $$"
    )
    for table in ONLY_GROW:
        op.execute(
            f"create trigger {table}_only_grows before update or delete on {table} "
            "for each row execute function only_grows()"
        )
        op.execute(
            f"create trigger {table}_is_never_emptied before truncate on {table} "
            "for each statement execute function only_grows()"
        )


def _only_grow_sqlite() -> None:
    """`insert or replace` deletes the row of that id without asking the trigger of deletes."""
    for table in ONLY_GROW:
        key = KEY.get(table, "id")
        for verb, when in (
            ("update", ""),
            ("delete", ""),
            ("insert", f"when exists (select 1 from {table} where {key} = new.{key}) "),
        ):
            op.execute(
                f"create trigger {table}_only_grows_{verb} before {verb} on {table} {when}"
                f"begin select raise(abort, '{table}_only_grows'); end"
            )


def downgrade() -> None:
    """An older hub has no place for the proof; what was said last stays where it was."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in ROWS:
        for verb in ("insert", "update", "delete"):
            name = f"{table}_leaves_a_row_{verb}"
            op.execute(
                f'drop trigger {name} on "{table}"' if postgresql else f"drop trigger {name}"
            )
            if postgresql:
                op.execute(f"drop function {name}()")
    for table in ONLY_GROW:
        op.drop_table(table)
    if postgresql:
        op.execute("drop function only_grows()")
