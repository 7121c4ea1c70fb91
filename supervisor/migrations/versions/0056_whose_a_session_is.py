"""Whose a session is, with whom, and whether it counts stands in the record that only grows.

Without it a session that was held could be put on another person's account past every check. A
session has a row from the moment at which something became of it, and another whenever it moves.
"""

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

VALUE = (
    "{row}.entitlement_id || '/' || {row}.provider_id || '/' || "
    "case when {row}.counts then '1' else '0' end"
)
COLUMNS = "noun, noun_id, what, value, written_at"
CLOCK = {"sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now')", "postgresql": "now()"}
DIFFERS = {"sqlite": "is not", "postgresql": "is distinct from"}
WATCHED = ("entitlement_id", "provider_id", "counts")


def upgrade() -> None:
    engine = op.get_bind().dialect.name
    op.execute(
        f"insert into delivery_event ({COLUMNS}) select {_row('t', engine)} "
        'from "session" t where t.outcome is not null order by t.id'
    )
    (_write_postgresql if engine == "postgresql" else _write_sqlite)()


def _row(row: str, engine: str) -> str:
    return f"'session', {row}.id, 'owed', {VALUE.format(row=row)}, {CLOCK[engine]}"


def _when(verb: str, engine: str) -> str:
    if verb == "insert":
        return "new.outcome is not null"
    moved = " or ".join(f"old.{column} {DIFFERS[engine]} new.{column}" for column in WATCHED)
    return f"new.outcome is not null and (old.outcome is null or {moved})"


def _write_sqlite() -> None:
    for verb in ("insert", "update"):
        op.execute(
            f'create trigger session_is_owed_{verb} after {verb} on "session" '
            f"when {_when(verb, 'sqlite')} "
            f"begin insert into delivery_event ({COLUMNS}) values ({_row('new', 'sqlite')}); end"
        )


def _write_postgresql() -> None:
    op.execute(
        "create or replace function session_is_owed() returns trigger language plpgsql as "
        f"$$ begin insert into delivery_event ({COLUMNS}) values ({_row('new', 'postgresql')}); "
        "return null; end $$"
    )
    for verb in ("insert", "update"):
        op.execute(
            f'create trigger session_is_owed_{verb} after {verb} on "session" for each row '
            f"when ({_when(verb, 'postgresql')}) execute function session_is_owed()"
        )


def downgrade() -> None:
    """What only grows is not cut: each session has a row more that takes the others back, so that
    an older hub does not stumble over them."""
    engine = op.get_bind().dialect.name
    for verb in ("insert", "update"):
        op.execute(
            f"drop trigger session_is_owed_{verb}" + ' on "session"' * (engine == "postgresql")
        )
    if engine == "postgresql":
        op.execute("drop function session_is_owed()")
    op.execute(
        f"insert into delivery_event ({COLUMNS}) select 'session', t.noun_id, 'owed', null, "
        f"{CLOCK[engine]} from delivery_event t where t.what = 'owed' group by t.noun_id"
    )
