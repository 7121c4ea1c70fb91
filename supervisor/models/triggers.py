"""The triggers that leave touches: as they should be, as they are, and put right.

The name of each ends with a mark of what it does, so that one which does something else is missed.
"""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import Connection, delete, text

from supervisor.models.kept_feeds import KeptFeed
from supervisor.models.touched import LookedAt, Reader
from supervisor.models.touches import Touch, touches

OURS = "_touches_"
"""In the name of each, and of no other trigger."""
TAKEN_FIRST = (Reader.FEEDS,)
"""Who takes a touch away before they read; a job does so when it is done."""
DIFFERS = {"sqlite": "is not", "postgresql": "is distinct from"}
THERE = {
    "sqlite": "select name, tbl_name from sqlite_master where type = 'trigger'",
    "postgresql": "select t.tgname, c.relname from pg_trigger t join pg_class c "
    "on c.oid = t.tgrelid where not t.tgisinternal and pg_table_is_visible(c.oid)",
}


def declared(engine: str) -> dict[str, list[str]]:
    """What makes each trigger that there should be, by its name."""
    return dict(_named(engine, *one) for one in touches())


def there(connection: Connection) -> dict[str, str]:
    """The table of each trigger that there is, by name."""
    rows = connection.execute(text(THERE[connection.dialect.name]))
    return {name: table for name, table in rows if OURS in name}


def are_right(connection: Connection) -> bool:
    """Whether there are exactly those that there should be."""
    return there(connection).keys() == declared(connection.dialect.name).keys()


def put_right(connection: Connection) -> None:
    """Make those that are missing, take away any other. What changed without them nobody knows:
    if there were any, everybody begins anew."""
    if are_right(connection):
        return
    has, wanted = there(connection), declared(connection.dialect.name)
    drop(connection, {name: table for name, table in has.items() if name not in wanted})
    for name, made_by in wanted.items():
        _run(connection, [] if name in has else made_by)
    for record in (KeptFeed, LookedAt):
        connection.execute(delete(record))


def drop(connection: Connection, names: dict[str, str]) -> None:
    """Take these away, each from its table; on PostgreSQL with what it calls."""
    on_sqlite = connection.dialect.name == "sqlite"
    for name, table in names.items():
        _run(connection, [f"drop trigger {name}" + ("" if on_sqlite else f' on "{table}"')])
        _run(connection, [] if on_sqlite else [f"drop function {name}()"])


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def _named(engine: str, reader: Reader, touch: Touch, verb: str) -> tuple[str, list[str]]:
    write = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}[engine]
    made_by = write(reader, touch, verb)
    mark = sha256("".join(made_by).encode()).hexdigest()[:8]
    name = f"{touch.table}{OURS}{reader}_{verb}_{mark}"
    return name, [statement.replace("%name%", name) for statement in made_by]


def _on_sqlite(reader: Reader, touch: Touch, verb: str) -> list[str]:
    """Writers come one after the other: where a touch is taken away before anything is read, one
    is enough however much changes."""
    when = _when(touch, verb, "sqlite")
    waits = f"select 1 from touched t where t.reader = '{reader}' and t.person_id = p.person_id"
    once = f" and not exists ({waits})" if reader in TAKEN_FIRST else ""
    return [
        f'create trigger %name% after {verb} on "{touch.table}" '
        + (f"when {when} " if when else "")
        + f"begin {_insert(reader, _people(touch, verb))}{once}; end"
    ]


def _on_postgresql(reader: Reader, touch: Touch, verb: str) -> list[str]:
    """Once for all rows that a statement brings or takes; for each that it changes, if there is
    news in it."""
    if verb == "update":
        who, each = _people(touch, verb), f"for each row when ({_when(touch, verb, 'postgresql')})"
    else:
        who = f"select a.person_id from changed cross join lateral ({touch.people}) a"
        who = (who + (f" where {touch.where}" if touch.where else "")).format(row="changed")
        kind = {"insert": "new", "delete": "old"}[verb]
        each = f"referencing {kind} table as changed for each statement"
    return [
        "create function %name%() returns trigger language plpgsql as $$ begin "
        f"{_insert(reader, who)}; return null; end $$",
        f'create trigger %name% after {verb} on "{touch.table}" {each} execute function %name%()',
    ]


def _insert(reader: Reader, who: str) -> str:
    return (
        f"insert into touched (reader, person_id) select distinct '{reader}', p.person_id "
        f"from ({who}) p where p.person_id is not null"
    )


def _people(touch: Touch, verb: str) -> str:
    rows = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}[verb]
    return " union ".join(touch.people.format(row=row) for row in rows)


def _when(touch: Touch, verb: str, engine: str) -> str:
    differs = f"old.{{0}} {DIFFERS[engine]} new.{{0}}"
    news = " or ".join(map(differs.format, touch.columns)) if verb == "update" else ""
    where = touch.where.format(row="old" if verb == "delete" else "new")
    return " and ".join(f"({part})" for part in (news, where) if part)
