"""The demo's feeds, fetched from a running server, across both changes of the clock."""

import gzip
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import or_, select

from supervisor import demo, settings, workbook
from supervisor.extensions import db
from supervisor.feeds import feeds
from supervisor.groups import groups
from supervisor.models import Attendance, Entitlement, Group, Meeting, Person, Seat, Session, Store
from supervisor.rules.kinds import FeedLevel
from supervisor.settings import HubSettings
from tests.readers import READERS, Read

NOW = datetime(2027, 4, 5, 22, 0, tzinfo=UTC)
CHANGES = [datetime(2026, 9, 26, 14, tzinfo=UTC), datetime(2027, 4, 3, 14, tzinfo=UTC)]
WHO = ("jude", "mihirangi", "marama")


@pytest.fixture
def served(app, store: Store, database: str, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The district in the week of 5 April 2027, a feed each for a few, and a server."""
    settings.save(store, HubSettings(demo=True))
    moved = demo.shifted(demo.DISTRICT, demo.weeks_until(date(2027, 4, 6)), tmp_path)
    workbook.import_workbook(store, moved, NOW, add_words=True)
    groups.extend(store, NOW)
    people = {p.ref: p for p in store.scalars(select(Person).where(Person.ref.in_(WHO)))}
    tokens = {ref: feeds.make_feed(store, person, "", NOW) for ref, person in people.items()}
    for person in people.values():
        feeds.set_level(store, person, FeedLevel.FULL, NOW)
    truth = {ref: _truth(store, person) for ref, person in people.items()}
    store.commit()
    db.session.remove()
    with Server(database) as url:
        addresses = {ref: f"{url}/feeds/{token}.ics" for ref, token in tokens.items()}
        yield SimpleNamespace(addresses=addresses, truth=truth)


def _truth(store: Store, person: Person) -> Read:
    """What is theirs, asked of the records in another way than a feed does."""
    sessions = (
        select(Session)
        .join(Session.entitlement)
        .where(
            or_(Entitlement.person_id == person.id, Session.provider_id == person.id),
            or_(Session.outcome.is_(None), ~Session.outcome.startswith("cancelled")),
        )
    )
    said = {
        (
            s.series.uid if s.series else s.uid,
            s.starts_at,
            s.starts_at + timedelta(minutes=s.minutes),
            "CONFIRMED",
            _title(s, person),
        )
        for s in store.scalars(sessions)
    }
    theirs = select(Seat.group_id).where(Seat.person_id == person.id)
    no = select(Attendance.meeting_id).where(Attendance.person_id == person.id)
    meetings = (
        select(Meeting)
        .join(Meeting.group)
        .where(
            or_(Group.facilitator_id == person.id, Group.id.in_(theirs)),
            ~Meeting.needs_time,
            Meeting.id.not_in(no),
        )
    )
    return said | {
        (
            m.series.uid if m.series else m.uid,
            m.starts_at,
            m.starts_at + timedelta(minutes=m.minutes),
            "CONFIRMED",
            m.group.name,
        )
        for m in store.scalars(meetings)
    }


def _title(session: Session, person: Person) -> str:
    mine = session.entitlement.person_id == person.id
    other = session.provider if mine else session.entitlement.person
    return f"{session.entitlement.kind.replace('_', ' ').capitalize()} with {other.name}"


class Server:
    """`supervisor serve`, as a hub runs it, on a free port of this machine."""

    def __init__(self, database: str) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        facts = {
            "SUPERVISOR_DATABASE": database,
            "SUPERVISOR_SECRET_KEY": "test",
            "SUPERVISOR_NOW": NOW.isoformat(),
        }
        serve = [sys.executable, "-m", "supervisor", "serve", "--no-worker"]
        command = [*serve, "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=os.environ | facts, stdout=subprocess.DEVNULL)

    def __enter__(self) -> str:
        while self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                continue
            return f"http://127.0.0.1:{self.port}"
        raise AssertionError("the server stopped")

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait()


def fetch(address: str, **headers: str) -> SimpleNamespace:
    """One GET over HTTP, whatever it answers."""
    request = Request(address, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urlopen(request) as answer:
            return SimpleNamespace(code=answer.status, headers=answer.headers, body=answer.read())
    except HTTPError as refused:
        with refused:
            return SimpleNamespace(code=refused.code, headers=refused.headers, body=b"")


def test_three_readers_read_the_demos_feeds_the_same_across_both_changes(
    served: SimpleNamespace,
) -> None:
    for ref, address in served.addresses.items():
        octets, truth = fetch(address).body, served.truth[ref]
        starts = sorted(start for _uid, start, *_rest in truth)
        assert all(starts[0] < change < starts[-1] for change in CHANGES)
        for read in READERS:
            assert read(octets) == truth, (ref, read.__name__)


def test_over_the_wire_it_is_the_same_octets_packed_or_not_and_then_nothing(
    served: SimpleNamespace,
) -> None:
    address = served.addresses["jude"]
    plain, again = fetch(address), fetch(address)
    assert plain.body == again.body
    packed = fetch(address, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    for one in (plain, packed):
        etag = one.headers["ETag"]
        encoding = one.headers.get("Content-Encoding", "identity")
        known = fetch(address, If_None_Match=etag, Accept_Encoding=encoding)
        assert (known.code, known.body, known.headers["ETag"]) == (304, b"", etag)
    assert plain.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in plain.headers
    assert fetch(f"{address[:-5]}x.ics").code == 404
