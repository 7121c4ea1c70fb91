"""The disk is full, or the database is away: nothing is half kept, all can be read, and a page says
so."""

import sqlite3
from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from supervisor import clock
from supervisor.extensions import db
from supervisor.feeds import feeds
from supervisor.models import AlertEvent, Audit, Fragment, Leave, SignIn, Store, line, unkept
from supervisor.models.unkept import Unkept
from tests.full_disk import full_disk
from tests.test_page_alerts import address, behind  # noqa: F401

AWAY = {"starts_on": "2027-03-08", "ends_on": "2027-03-12"}


def test_on_a_full_disk_a_page_says_so_nothing_is_half_kept_and_the_next_press_works(
    app: Flask, store: Store, cast: SimpleNamespace, sign_in
) -> None:
    ben = sign_in(cast.ben)
    with full_disk(app):
        answer = ben.post("/away", data=AWAY)
    assert answer.status_code == 507
    assert "We cannot keep anything new just now" in answer.text
    assert "What you sent was not kept." in answer.text
    assert store.scalars(select(Leave)).all() == []
    assert store.scalars(select(Audit).where(Audit.verb != "sign_in")).all() == []
    if db.engine.dialect.name == "sqlite":
        assert store.scalar(text("pragma integrity_check")) == "ok"
    store.commit()
    assert ben.post("/away", data=AWAY).status_code == 303
    assert len(store.scalars(select(Leave)).all()) == 1


def test_on_a_full_disk_every_look_goes_on_without_what_it_writes_in_passing(
    app: Flask, store: Store, cast: SimpleNamespace, sign_in, behind, now  # noqa: F811
) -> None:  # fmt: skip
    ben, cleo = sign_in(cast.ben), sign_in(cast.cleo)
    token = feeds.make_feed(store, cast.ben, "Google", now)
    store.commit()
    clock.set_to(clock.now() + timedelta(hours=3))
    written = _written(store)
    with full_disk(app):
        assert "Signed in as Ben" in ben.get("/support").text
        assert ben.get("/people/nobody").status_code == 404
        assert cleo.get(address(behind)).status_code == 200
        calendar = ben.get(f"/feeds/{token}.ics")
    assert _written(store) == written
    assert calendar.status_code == 200
    assert calendar.data == ben.get(f"/feeds/{token}.ics").data
    assert _written(store) != written


def _written(store: Store) -> list[object]:
    columns = func.max(SignIn.seen_at), func.count(AlertEvent.id), func.count(Fragment.uid)
    found = [store.scalar(select(column)) for column in columns]
    store.rollback()
    return found


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_waits_too_long_for_the_database_reads_that_it_was_not_kept(
    database: str, cast: SimpleNamespace, sign_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = sign_in(cast.ben)
    db.session.commit()
    monkeypatch.setattr(line, "PATIENCE", 0)
    other = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("begin immediate")
    answer = ben.post("/away", data=AWAY)
    other.close()
    assert answer.status_code == 503
    assert "The hub is away for a moment" in answer.text
    assert "If you sent something, it was not kept." in answer.text


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_after_the_server_was_restarted_nobody_sees_an_error(
    store: Store, cast: SimpleNamespace, sign_in, postgresql_hub
) -> None:
    ben = sign_in(cast.ben)
    assert ben.get("/support").status_code == 200
    _hang_up(postgresql_hub)
    assert ben.get("/support").status_code == 200
    _hang_up(postgresql_hub)
    assert ben.post("/away", data=AWAY).status_code == 303


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_while_the_server_is_away_a_page_without_it_says_so(
    store: Store, cast: SimpleNamespace, sign_in, postgresql_hub, cluster
) -> None:
    ben, name = sign_in(cast.ben), db.engine.url.database
    with cluster.connected() as server:
        server.execute(f'alter database "{name}" allow_connections false')
        _hang_up(postgresql_hub)
        answers = [ben.get("/support"), ben.post("/away", data=AWAY)]
        server.execute(f'alter database "{name}" allow_connections true')
    assert [answer.status_code for answer in answers] == [503, 503]
    assert "The hub is away for a moment" in answers[0].text
    assert ben.post("/away", data=AWAY).status_code == 303


def _hang_up(postgresql_hub: psycopg.Connection) -> None:
    """Of all but the one who asks."""
    db.session.rollback()
    postgresql_hub.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (psycopg.errors.DiskFull(), Unkept.NO_ROOM),
        (psycopg.errors.ReadOnlySqlTransaction(), Unkept.NO_ROOM),
        (psycopg.errors.UndefinedColumn(), None),
        (sqlite3.OperationalError("no such column"), None),
    ],
)
def test_what_a_database_says_is_known_by_its_code(said: Exception, why: Unkept | None) -> None:
    assert unkept.why(DBAPIError("insert", {}, said)) == why


def test_a_savepoint_that_went_with_a_full_disk_hides_nothing() -> None:
    def undo() -> None:
        try:
            raise DBAPIError("insert", {}, psycopg.errors.DiskFull())
        finally:
            raise DBAPIError("rollback to", {}, sqlite3.OperationalError("no such savepoint"))

    with pytest.raises(DBAPIError) as met:
        undo()
    assert unkept.why(met.value) is Unkept.NO_ROOM


def test_what_somebody_wrote_is_in_no_words_of_a_database_that_are_logged(store: Store) -> None:
    with pytest.raises(DBAPIError) as met:
        store.execute(text("select nothing from person where name = :name"), {"name": "private"})
    store.rollback()
    assert "private" not in str(met.value)
