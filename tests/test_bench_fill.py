"""A hub that a bench fills at once has its triggers again, and the ledger that they would write."""

import pytest
from flask import Flask
from sqlalchemy import event, text

from bench import many
from supervisor.extensions import db
from supervisor.models import Store
from supervisor.trail import trail_rows

TRIGGERS = {
    "sqlite": "select name, sql from sqlite_master where type = 'trigger' order by name",
    "postgresql": "select tgname, tgenabled::text from pg_trigger order by tgname",
}
SAID = "select noun, noun_id, what, value from delivery_event order by noun_id, what"


@pytest.fixture(autouse=True)
def others(app: Flask) -> None:
    """Other connections are at hand, as after any test that had two at once."""
    with db.engine.connect(), db.engine.connect():
        pass


def rows(store: Store, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.execute(text(query))]


def test_filling_at_once_puts_each_trigger_on_again(store: Store) -> None:
    query = TRIGGERS[store.get_bind().dialect.name]
    before = rows(store, query)
    many.fill_at_once(store, 20)
    assert before
    assert rows(store, query) == before
    event_of = text("select count(*) from delivery_event where noun_id = 61")
    store.execute(text("update session set outcome = 'held' where id = 61"))
    assert store.scalar(event_of) == 2


def test_the_ledger_that_is_written_is_what_triggers_would_write(store: Store) -> None:
    many.fill_at_once(store, 16)
    filled = rows(store, SAID)
    store.execute(text("update session set outcome = null"))
    last = store.scalar(text("select max(id) from delivery_event"))
    store.execute(text("update session set outcome = 'held' where id <= 48"))
    assert rows(store, SAID.replace(" order", f" where id > {last} order")) == filled


def test_a_ledger_that_was_filled_is_sealed(store: Store) -> None:
    many.fill_at_once(store, 10)
    assert trail_rows.count_waiting(store) == 0
    assert trail_rows.waiting(store, 10) == []


def test_what_waits_for_a_seal_is_sought_among_the_last_links_alone(store: Store) -> None:
    """PostgreSQL held each of the last rows against all the links that there are."""
    many.fill_at_once(store, 2_000)
    asked = list[tuple[str, object]]()

    def noted(
        _connection: object, _cursor: object, said: str, given: object, *_more: object
    ) -> None:
        asked.append((said, given))

    event.listen(db.engine, "before_cursor_execute", noted)
    try:
        trail_rows.waiting(store, 10)
    finally:
        event.remove(db.engine, "before_cursor_execute", noted)
    plan = plan_of(store, *asked[-1])
    assert "ledger=? AND row_id=?" in plan or "row_id > 2000" in plan


def plan_of(store: Store, said: str, given: object) -> str:
    connection = store.connection()
    explain = "explain query plan" if connection.dialect.name == "sqlite" else "explain"
    return str(connection.exec_driver_sql(f"{explain} {said}", given).fetchall())
