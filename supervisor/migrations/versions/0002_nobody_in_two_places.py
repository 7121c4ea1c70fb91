"""Nobody is in two places, and an entitlement has one match at a time.

An exclusion constraint on PostgreSQL, a trigger on SQLite; `int4range` with `&&` stands for
equality so that no extension is needed. The audit trail only grows.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RUNS = "state in ('active', 'ended')"
# Two may share the day of a change; one that lasts a single day has that day to itself.
ENDS_POSTGRESQL = "case when ends_on is not null then greatest(ends_on, starts_on + 1) end"
ENDS_SQLITE = "coalesce(max(%(row)s.ends_on, date(%(row)s.starts_on, '+1 day')), '9999-12-31')"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _exclude(
            "commitment",
            "commitment_overlap",
            "person_id",
            "tstzrange(starts_at, ends_at)",
            "true",
        )
        for cover in ("not cover", "cover"):
            name = "match_overlap" if cover == "not cover" else "cover_overlap"
            _exclude(
                "match",
                name,
                "entitlement_id",
                f"daterange(starts_on, {ENDS_POSTGRESQL})",
                f"{cover} and {RUNS}",
            )
        _append_only_postgresql()
    else:
        _refuse(
            "commitment",
            "commitment_overlap",
            "there.person_id = new.person_id"
            " and there.starts_at < new.ends_at and new.starts_at < there.ends_at",
            "true",
        )
        _refuse(
            "match",
            "match_overlap",
            "there.entitlement_id = new.entitlement_id"
            f" and there.cover = new.cover and there.{RUNS}"
            f" and there.starts_on < {ENDS_SQLITE % {'row': 'new'}}"
            f" and new.starts_on < {ENDS_SQLITE % {'row': 'there'}}",
            f"new.{RUNS}",
        )
        _append_only_sqlite()


def _exclude(table: str, name: str, same: str, during: str, where: str) -> None:
    op.execute(
        f'alter table "{table}" add constraint {name} exclude using gist '
        f"(int4range({same}, {same}, '[]') with &&, {during} with &&) where ({where})"
    )


def _refuse(table: str, name: str, clash: str, when: str) -> None:
    for verb in ("insert", "update"):
        op.execute(
            f'create trigger {name}_{verb} before {verb} on "{table}" when {when} '
            f'and exists (select 1 from "{table}" there where there.id is not new.id and {clash}) '
            f"begin select raise(abort, '{name}'); end"
        )


def _append_only_postgresql() -> None:
    op.execute(
        "create function audit_only_grows() returns trigger language plpgsql as "
        "$$ begin raise exception 'audit_only_grows'; end $$"
    )
    op.execute(
        "create trigger audit_only_grows before update or delete on audit "
        "for each row execute function audit_only_grows()"
    )
    op.execute(
        "create trigger audit_is_never_emptied before truncate on audit "
        "for each statement execute function audit_only_grows()"
    )


def _append_only_sqlite() -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"create trigger audit_only_grows_{verb} before {verb} on audit "
            "begin select raise(abort, 'audit_only_grows'); end"
        )
    # `insert or replace` deletes the row of that id without asking the trigger of deletes.
    op.execute(
        "create trigger audit_only_grows_insert before insert on audit "
        "when exists (select 1 from audit where id = new.id) "
        "begin select raise(abort, 'audit_only_grows'); end"
    )


def downgrade() -> None:
    raise NotImplementedError("The invariants are not taken away.")
