"""The triggers that leave touches are those which the records say, and come back by themselves."""

import pytest
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import delete, select, text

from supervisor.extensions import db
from supervisor.models import Base, KeptFeed, LookedAt, Reader, Store, Touched, triggers
from supervisor.models.touches import TOUCHES, touches
from supervisor.schedule import run_one
from tests.test_feeds import booked
from tests.test_kept_feeds import made

BEFORE = "0058"


def lose(store: Store, table: str) -> None:
    """As a migration does that makes a table anew on SQLite."""
    connection = store.connection()
    there = triggers.there(connection).items()
    triggers.drop(connection, {name: its for name, its in there if its == table})
    store.commit()


def test_what_is_watched_is_there(store: Store) -> None:
    tables = Base.metadata.tables
    for touch in (touch for some in TOUCHES.values() for touch in some):
        assert set(touch.columns) <= set(tables[touch.table].columns.keys()), touch.table
    assert len(triggers.there(store.connection())) == len(list(touches()))
    assert triggers.are_right(store.connection())


def test_no_two_have_one_name() -> None:
    for engine in ("sqlite", "postgresql"):
        names = list(triggers.declared(engine))
        assert len(set(names)) == len(list(touches()))
        assert max(map(len, names)) < 64, "PostgreSQL cuts what is longer"


def test_one_that_does_something_else_is_missed(store: Store, monkeypatch) -> None:
    monkeypatch.setitem(TOUCHES, Reader.PULSE, TOUCHES[Reader.PULSE][:-1])
    assert not triggers.are_right(store.connection())


def test_what_is_lost_is_noticed_and_comes_back_when_a_hub_is_brought_up_to_date(
    store: Store, cast, client, now
) -> None:
    """Nobody knows what was changed meanwhile: everybody is looked at, and answers are new."""
    booked(store, cast, "2027-03-10T10:00")
    client.get(made(store, cast.ben))
    run_one("search for alerts", now)
    lose(store, "session")
    with pytest.raises(SystemExit):
        check()
    upgrade()
    check()
    for record in (KeptFeed, LookedAt):
        assert store.scalars(select(record)).all() == []
    booked(store, cast, "2027-03-11T10:00")
    theirs = select(Touched.person_id).where(Touched.reader == Reader.FEEDS)
    assert set(store.scalars(theirs)) == {cast.ana.id, cast.ben.id}
    store.close()
    db.engine.dispose()


def test_where_nothing_is_lost_nobody_begins_anew(store: Store, cast, client) -> None:
    booked(store, cast, "2027-03-10T10:00")
    client.get(made(store, cast.ben))
    store.commit()
    upgrade()
    assert store.scalars(select(KeptFeed)).all() != []


def test_what_waits_is_kept_on_the_way_back_and_up_again(store: Store, cast) -> None:
    booked(store, cast, "2027-03-10T10:00")
    store.execute(delete(Touched))
    rows = [(Reader.FEEDS, cast.ben.id), (Reader.PULSE, cast.dan.id)]
    store.add_all([Touched(reader=reader, person_id=person_id) for reader, person_id in rows])
    person, other = cast.ben.id, cast.ana.id
    store.commit()
    store.close()
    downgrade(revision=BEFORE)
    assert store.scalars(text("select person_id from feed_touch")).all() == [person]
    assert store.scalars(text("select job from touched")).all() == ["pulse"]
    store.execute(text("update session set sequence = sequence + 1"))
    assert set(store.scalars(text("select person_id from feed_touch"))) == {person, other}
    store.rollback()
    store.close()
    upgrade()
    found = store.execute(select(Touched.reader, Touched.person_id).order_by(Touched.reader))
    assert [tuple(row) for row in found] == sorted(rows)
    assert triggers.are_right(store.connection())
    store.close()
    db.engine.dispose()
