"""How both engines are opened: SQLite's pragmas, and writers that say so when they begin."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Delete, Engine, Update, event, text
from sqlalchemy.engine import make_url

from supervisor.models import line
from supervisor.models.base import Base, Store

_writing: ContextVar[bool] = ContextVar("writing", default=False)


def database_url(given: str) -> str:
    """The address as SQLAlchemy wants it: a bare path is SQLite, PostgreSQL goes by psycopg 3.

    A path is made whole: Flask-SQLAlchemy takes any other for one in its own folder `instance`.
    """
    if "://" not in given:
        return f"sqlite:///{Path(given).absolute()}"
    url = make_url(given)
    if url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}:
        url = url.set(database=str(Path(str(url.database)).absolute()))
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions that begin in here take SQLite's write lock at once, so they never upgrade.

    A reader that turns into a writer late fails on SQLite; a writer that says so waits.
    """
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions that begin in here only read, so that a long look keeps nobody waiting."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


def write_from_now(*, on: bool) -> None:
    """The same for the rest of this request: each request sets it, so that none inherits it."""
    _writing.set(on)


def prepare(engine: Engine) -> None:
    """Hook SQLite's pragmas and its explicit BEGIN onto an engine; PostgreSQL needs nothing."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _open_sqlite(connection: Any, _record: Any) -> None:
    """Patience comes first: the question for the journal waits for the lock as well."""
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={line.PATIENCE}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if _writing.get():
        line.begin(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def rows_changed(store: Store, statement: Update | Delete) -> int:
    """How many rows it changed or took: of two that compare and swap at once, one gets a row."""
    return cast("CursorResult[Any]", store.execute(statement)).rowcount


def read_again(store: Store, record: Base) -> None:
    """A row as it is now, locked until the transaction ends; not those that it was read with,
    which PostgreSQL refuses to lock where there may be none."""
    store.refresh(record, with_for_update={"of": type(record)})


def lock_people(store: Store, person_ids: Iterable[int]) -> None:
    """Hold these people's calendars until the transaction ends, in sorted order.

    On PostgreSQL two bookings of the same people would otherwise deadlock on the exclusion
    constraint. SQLite's writers already wait for one another.
    """
    if store.get_bind().dialect.name != "postgresql":
        return
    for person_id in sorted(set(person_ids)):
        store.execute(text("select pg_advisory_xact_lock(:one)"), {"one": person_id})


def lock_rooms(store: Store) -> None:
    """Nobody else is given a room until the transaction ends. One lock for all of them, taken
    after those of people, so that two who need several never wait for one another."""
    if store.get_bind().dialect.name == "postgresql":
        store.execute(text("select pg_advisory_xact_lock(1, 0)"))


def lock_mailbox(store: Store, person_id: int) -> None:
    """Nobody else takes a letter to this reader in hand until the transaction ends."""
    if store.get_bind().dialect.name == "postgresql":
        store.execute(text("select pg_advisory_xact_lock(3, :one)"), {"one": person_id})


def lock_trail(store: Store) -> None:
    """Nobody else lengthens the chain of the record until the transaction ends."""
    if store.get_bind().dialect.name == "postgresql":
        store.execute(text("select pg_advisory_xact_lock(2, 0)"))


def lock_answers(store: Store, person_id: int) -> None:
    """Nobody else makes an answer of this person's calendars, or forgets any, until the
    transaction ends."""
    if store.get_bind().dialect.name == "postgresql":
        locks = "select pg_advisory_xact_lock_shared(3, 0), pg_advisory_xact_lock(4, :one)"
        store.execute(text(locks), {"one": person_id})


def lock_all_answers(store: Store) -> None:
    """Nobody makes an answer of any calendar until the transaction ends."""
    if store.get_bind().dialect.name == "postgresql":
        store.execute(text("select pg_advisory_xact_lock(3, 0)"))
