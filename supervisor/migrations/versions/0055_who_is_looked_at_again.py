"""Jobs look at whom something changed about; what is asked at every tick has its index.

Without these, who has more people than they can take, and who has had three more meetings, is
asked of every match and every meeting there ever was. A migration that rebuilds one of the tables
here on SQLite writes its triggers anew.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None
DIFFERS = {"sqlite": "is not", "postgresql": "is distinct from"}
LOAD, PULSE = "over_capacity", "pulse"
OWED = "person_id from entitlement where id = new.entitlement_id"
GIVES = 'provider_id from "match" where entitlement_id = new.id'
RUNS = ("provider_id", "entitlement_id", "cover", "state", "starts_on", "ends_on")
OFFERS = ("person_id", "kind", "capacity")
PERIOD = ("person_id", "kind", "sessions", "minutes", "starts_on", "ends_on")
TOUCHES = (
    ("match", "insert", LOAD, (), "", "new.provider_id"),
    ("match", "update", LOAD, RUNS, "", "new.provider_id"),
    ("match", "update", LOAD, ("provider_id",), "", "old.provider_id"),
    ("match", "delete", LOAD, (), "", "old.provider_id"),
    ("entitlement", "update", LOAD, PERIOD, "", GIVES),
    ("offering", "insert", LOAD, (), "", "new.person_id"),
    ("offering", "update", LOAD, OFFERS, "", "new.person_id"),
    ("provider", "insert", LOAD, (), "", "new.person_id"),
    ("provider", "update", LOAD, ("hours_a_year",), "", "new.person_id"),
    ("session", "insert", PULSE, (), "new.outcome = 'held'", OWED),
    (
        "session", "update", PULSE, ("outcome", "counts", "entitlement_id", "starts_at"),
        "new.outcome = 'held'", OWED,
    ),
    ("entitlement", "update", PULSE, ("person_id", "kind"), "", "new.person_id"),
    ("person", "update", PULSE, ("left_on",), "new.left_on is null", "new.id"),
    ("pulse_ask", "update", PULSE, ("person_id", "stopped"), "", "new.person_id"),
    ("pulse_ask", "delete", PULSE, (), "", "old.person_id"),
)  # fmt: skip
"""Of which table, by which verb, for which job, which columns differ, where else, and who it is."""
FEW = (
    ("ix_alert_open", "alert", "name", "ended_at is null"),
    ("ix_match_ended", "match", "ends_on", "ends_on is not null"),
    ("ix_message_to_hub", "message", "alert_id",
     "template in ('alert_hub', 'alert_handed') and dropped_at is null"),
)  # fmt: skip
MORE = (
    ("ix_person_hat_hat", "person_hat", ["hat"]),
    ("ix_offering_vetted_until", "offering", ["vetted_until"]),
    ("ix_touched_job", "touched", ["job"]),
)


def upgrade() -> None:
    op.create_table(
        "touched",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_touched"),
    )
    op.create_table(
        "looked_at",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("as_of", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_looked_at"),
    )
    for name, table, column, where in FEW:
        few = sa.text(where)
        op.create_index(name, table, [column], sqlite_where=few, postgresql_where=few)
    for name, table, columns in MORE:
        op.create_index(name, table, columns)
    engine = op.get_bind().dialect.name
    for trigger in _triggers(engine):
        (_create_postgresql if engine == "postgresql" else _create_sqlite)(*trigger)


def _triggers(engine: str) -> Iterator[tuple[str, str, str, str, str]]:
    """The name, the table, the verb, when, and what is written then."""
    for number, (table, verb, job, columns, where, who) in enumerate(TOUCHES):
        differs = " or ".join(f"old.{c} {DIFFERS[engine]} new.{c}" for c in columns)
        when = " and ".join(f"({part})" for part in (differs, where) if part) or "true"
        insert = f"insert into touched (job, person_id) select distinct '{job}', {who}"
        yield f"{table}_touches_{number}", table, verb, when, insert


def _create_sqlite(name: str, table: str, verb: str, when: str, insert: str) -> None:
    op.execute(f'create trigger {name} after {verb} on "{table}" when {when} begin {insert}; end')


def _create_postgresql(name: str, table: str, verb: str, when: str, insert: str) -> None:
    op.execute(
        f"create or replace function {name}() returns trigger language plpgsql as $$ begin "
        f"{insert}; return null; end $$"
    )
    op.execute(
        f'create trigger {name} after {verb} on "{table}" for each row when ({when}) '
        f"execute function {name}()"
    )


def downgrade() -> None:
    engine = op.get_bind().dialect.name
    for name, table, *_rest in _triggers(engine):
        op.execute(
            f'drop trigger {name} on "{table}"'
            if engine == "postgresql"
            else f"drop trigger {name}"
        )
        if engine == "postgresql":
            op.execute(f"drop function {name}()")
    for name, table, *_rest in (*FEW, *MORE):
        op.drop_index(name, table)
    op.drop_table("looked_at")
    op.drop_table("touched")
