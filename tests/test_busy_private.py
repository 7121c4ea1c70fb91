"""What opens somebody's calendar, and what it is about, stand nowhere: not in the database, a log,
anybody else's page, a letter, or a file that is taken out."""

import logging
import re
import zipfile
from datetime import timedelta
from io import BytesIO

from sqlalchemy import inspect, select, text

from supervisor import busy_jobs, letters, schedule
from supervisor.busy import busy_pull, busy_sources
from supervisor.busy.busy_account import Home
from supervisor.busy.busy_fetch import Request
from supervisor.busy.busy_secrets import Secret
from supervisor.models import BusySource, BusySpan, Message, Store
from supervisor.privacy import erasing
from tests.calendar_server import CalendarServer
from tests.foreign import calendar
from tests.test_busy import busy, server

__all__ = ["server"]

NEVER = re.compile(r"private-1a2b3c|app-secret|Secret talk|Level 3|anaw", re.IGNORECASE)
WORDS = "SUMMARY:Secret talk\nLOCATION:Level 3\n"


def database(store: Store) -> str:
    tables = inspect(store.connection()).get_table_names()
    said = "".join(
        repr([tuple(row) for row in store.execute(text(f'select * from "{table}"'))])
        for table in tables
    )
    store.rollback()
    return said


def read(store: Store, cast, server: CalendarServer, now, secret: Secret | None = None) -> None:
    """Ana's calendar, by the worker process: read, refused, cut short, broken by our own fault."""
    given = secret or Secret(server.url)
    busy_sources.add(store, cast.ana, given, "test", "hub.example.org", now)
    store.commit()
    entry = busy(now + timedelta(days=2)).replace("SUMMARY:Secret", WORDS.rstrip())
    whole = calendar(entry)
    for n, (status, octets) in enumerate(
        [(200, whole), (500, b""), (401, b""), (200, whole[:-9]), (200, b"<html>private-1a2b3c")]
    ):
        server.status, server.octets = status, octets
        busy_jobs.read_due(now + n * timedelta(days=2), lambda: False)


def test_no_address_and_no_word_of_an_entry_is_kept_or_logged(
    store: Store, cast, server, now, caplog, monkeypatch
):
    caplog.set_level(logging.DEBUG)
    read(store, cast, server, now)

    def broken(*_given):
        raise RuntimeError

    monkeypatch.setattr(busy_pull, "fetch", broken)
    busy_jobs.read_due(now + timedelta(days=20), lambda: False)
    assert "RuntimeError" in caplog.text
    assert store.scalars(select(BusySource.trouble)).one() == "broken"
    assert len(store.scalars(select(BusySpan)).all()) == 1
    assert not NEVER.search(database(store))
    assert not NEVER.search(caplog.text)


def test_none_of_it_is_said_by_what_holds_it():
    """A value that stands in a trace or a message of the program."""
    address = "https://example.org/private-1a2b3c"
    given = {"user": "anaw", "password": "app-secret"}
    for one in (Secret(address, **given, home=address), Request(address, **given), Home(address)):
        assert not NEVER.search(repr(one))


def test_neither_does_an_account_give_its_name_or_password_away(
    store: Store, cast, server, now, caplog
):
    caplog.set_level(logging.DEBUG)
    read(store, cast, server, now, Secret(server.url, "anaw", "app-secret"))
    assert not NEVER.search(database(store))
    assert not NEVER.search(caplog.text)


def test_nobody_elses_page_and_no_letter_says_more_than_that_it_cannot_be_read(
    store: Store, cast, server, now, sign_in
):
    read(store, cast, server, now)
    later = now + timedelta(days=12)
    schedule.run_one("search for alerts", later)
    store.expire_all()
    cleo = sign_in(cast.cleo)
    pages = [cleo.get(f"/people/{cast.ana.ref}"), cleo.get("/today"), cleo.get("/trail")]
    own = sign_in(cast.ana).get("/busy")
    told = store.scalars(select(Message).where(Message.recipient_id == cast.ana.id)).all()
    said = [letters.of(store, one, later) for one in told]
    assert any("localhost" in repr(one) for one in said)
    assert "the address of a page, not of a calendar" in repr(said)
    for one in [*(page.text for page in pages), own.text, repr(said)]:
        assert not NEVER.search(one)


def test_what_somebody_takes_out_of_their_own_has_when_and_not_what_opens_it(
    store: Store, cast, server, now, sign_in
):
    read(store, cast, server, now)
    answer = sign_in(cast.ana).post("/privacy/copy", data={"what": ""})
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        said = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "localhost" in said
    assert not NEVER.search(said)


def test_whoever_is_erased_leaves_none_of_it(store: Store, cast, server, now):
    read(store, cast, server, now)
    assert store.scalars(select(BusySpan)).all()
    erasing.apply(store, cast.ana, "test", now.date(), now)
    store.flush()
    assert store.scalars(select(BusySource)).all() == store.scalars(select(BusySpan)).all() == []
