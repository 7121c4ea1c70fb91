"""The answer of a calendar address is kept, and never told once something of it has changed."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text, update
from sqlalchemy.sql import visitors

from supervisor import clock
from supervisor.extensions import db
from supervisor.feeds import feed_editions, feeds, kept_feeds
from supervisor.feeds.feed_editions import FeedSettings
from supervisor.feeds.feed_pieces import Voice
from supervisor.models import (
    Entitlement,
    Feed,
    Fragment,
    KeptFeed,
    Reader,
    Session,
    Store,
    Touched,
)
from supervisor.models.engine import writing
from supervisor.models.touches import SHOWN
from supervisor.rules.kinds import FeedLevel
from supervisor.schedule import run_one
from supervisor.settings import HubSettings, save
from tests.conftest import ENGINES, on_postgresql
from tests.test_feeds import booked, entries

A_MOMENT = 1
"""In which somebody who need not wait would be done."""


@pytest.fixture
def session(store: Store, cast: SimpleNamespace) -> Session:
    return booked(store, cast, "2027-03-10T10:00")


@pytest.fixture
def address(store: Store, cast: SimpleNamespace, session: Session) -> str:
    """Ben's, on his phone."""
    return made(store, cast.ben)


def made(store: Store, person, level: str = FeedLevel.NEUTRAL) -> str:
    token = feeds.make_feed(store, person, "My phone", clock.now())
    feeds.set_level(store, person, level, clock.now())
    store.commit()
    return f"/feeds/{token}.ics"


@contextmanager
def questions() -> Iterator[list[str]]:
    """What the database is asked meanwhile, but for beginning and ending."""
    asked: list[str] = []

    def note(*args) -> None:
        if not args[2].upper().startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            asked.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def later(session: Session, by: timedelta = timedelta(hours=1)) -> dict[str, object]:
    """What moving a session writes."""
    return {
        "starts_at": session.starts_at + by, "local_start": session.local_start + by,
        "sequence": session.sequence + 1, "changed_at": clock.now(),
    }  # fmt: skip


def hours(octets: bytes) -> list[int]:
    return [entry.start.hour for entry in entries(octets)]


def test_what_a_reader_has_costs_one_question(client: FlaskClient, address: str) -> None:
    has = {"If-None-Match": client.get(address).headers["ETag"]}
    with questions() as asked:
        answer = client.get(address, headers=has)
    assert (answer.status_code, answer.data, len(asked)) == (304, b"", 1)


def test_what_a_reader_has_not_comes_with_the_same_question(
    client: FlaskClient, address: str
) -> None:
    first = client.get(address)
    with questions() as asked:
        assert client.get(address).data == first.data
    assert len(asked) == 1


def test_who_has_another_one_costs_a_second_question(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    for has in ({"If-None-Match": '"another"'}, {"If-Modified-Since": "1 Jan 2020 00:00:00 GMT"}):
        with questions() as asked:
            assert client.get(address, headers=has).data == first.data
        assert len(asked) == 2


def test_who_packs_gets_the_kept_octets_as_they_are(client: FlaskClient, address: str) -> None:
    plain = client.get(address)
    with questions() as asked:
        packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert len(asked) == 1


def test_another_answer_in_between_is_made_anew(
    store: Store, client: FlaskClient, address: str, monkeypatch
) -> None:
    """Between the two questions somebody else's fetch kept another one."""
    first = client.get(address)
    monkeypatch.setattr("supervisor.feeds.kept_feeds.octets", lambda *_whose: None)
    assert client.get(address, headers={"If-None-Match": '"another"'}).data == first.data


def test_a_change_past_every_act_is_seen(
    store: Store, session: Session, client: FlaskClient, address: str
) -> None:
    assert hours(client.get(address).data) == [10]
    store.execute(update(Session).values(later(session)))
    store.commit()
    assert hours(client.get(address).data) == [11]
    store.execute(update(Session).values(changed_at=clock.now(), sequence=9))
    store.execute(update(Entitlement).values(kind="debrief"))
    store.commit()
    assert hours(client.get(address).data) == []


def test_an_old_answer_of_one_address_is_not_kept_past_anothers_fetch(
    store: Store, cast, session: Session, client: FlaskClient, address: str
) -> None:
    other = made(store, cast.ben)
    for each in (address, other):
        assert hours(client.get(each).data) == [10]
    store.execute(update(Session).values(later(session)))
    store.commit()
    for each in (address, other, address, other):
        assert hours(client.get(each).data) == [11]


def test_two_addresses_of_one_person_are_kept_side_by_side(
    store: Store, cast, client: FlaskClient, address: str
) -> None:
    other = made(store, cast.ben)
    clock.set_to(clock.now() + timedelta(days=1))
    for each in (address, other):
        client.get(each)
    for each in (address, other):
        with questions() as asked:
            client.get(each)
        assert len(asked) == 1


def test_what_the_answer_says_of_itself_is_part_of_what_it_is_kept_by(
    store: Store, cast, client: FlaskClient, address: str
) -> None:
    def seen() -> str:
        store.commit()
        with questions() as asked:
            answer = client.get(address)
        assert len(asked) > 1
        return answer.text

    first = client.get(address).text
    save(store, FeedSettings(refresh_hours=7))
    assert "PT7H" in seen()
    feeds.set_level(store, cast.ben, FeedLevel.BUSY, clock.now())
    assert "SUMMARY:Busy" in seen()
    cast.ben.locale = "mi"
    assert seen() != first
    clock.set_to(clock.now() + timedelta(days=1))
    assert "SUMMARY" in seen()
    clock.set_to(clock.now() + timedelta(days=500))
    assert "SUMMARY" not in seen()
    save(store, HubSettings(time_zone="Pacific/Chatham"))
    assert "TZID:Pacific/Chatham" in seen()


def test_who_leaves_is_not_told_what_is_kept(
    store: Store, cast, client: FlaskClient, address: str, now
) -> None:
    client.get(address)
    cast.ben.left_on = now.date() - timedelta(days=1)
    store.commit()
    assert client.get(address).status_code == 404


def test_nothing_is_kept_of_what_is_taken_back(
    store: Store, session: Session, client: FlaskClient, address: str
) -> None:
    client.get(address)
    store.execute(update(Session).values(later(session)))
    store.rollback()
    with questions() as asked:
        assert hours(client.get(address).data) == [10]
    assert len(asked) == 1


def test_yesterdays_answers_and_what_waits_for_nobody_are_tidied_away(
    store: Store, cast, session: Session, client: FlaskClient, address: str
) -> None:
    def left() -> tuple[int | None, int | None]:
        touches = select(func.count(Touched.id)).where(Touched.reader == Reader.FEEDS)
        return store.scalar(select(func.count(KeptFeed.feed_id))), store.scalar(touches)

    client.get(address)
    assert left() == (1, 1), "Ana has no address, and a touch waits for her"
    run_one("tidy calendars", clock.now())
    assert left() == (1, 0)
    store.execute(update(Session).values(later(session)))
    store.commit()
    run_one("tidy calendars", clock.now())
    assert left() == (1, 1), "Ben's phone looks again today"
    clock.set_to(clock.now() + timedelta(days=1))
    run_one("tidy calendars", clock.now())
    assert left() == (0, 0)
    assert hours(client.get(address).data) == [11]


def test_every_column_that_a_calendar_is_put_together_by_is_watched(cast, now) -> None:
    voice = Voice(cast.ben.id, FeedLevel.NEUTRAL, "en")
    asked = {
        (column.table.name, column.name)
        for part in (feed_editions._sessions, feed_editions._meetings)
        for column in visitors.iterate(part(voice, now, now))
        if column.__visit_name__ == "column" and column.table is not None
    }
    named = {(touch.table, name) for touch in SHOWN for name in touch.columns}
    assert {one for one in asked if one[1] != "id"} == named


class TestTwoAtOnce:
    """PostgreSQL lets two write at once; on SQLite the one waits for the other."""

    @pytest.fixture(params=ENGINES[1:])
    def database(self, request: pytest.FixtureRequest) -> Iterator[str]:
        yield from on_postgresql(request)

    def test_a_change_that_began_before_a_fetch_and_ended_after_it_is_seen(
        self, store: Store, session: Session, client: FlaskClient, address: str
    ) -> None:
        with Store(db.engine) as slow:
            slow.execute(update(Session).values(later(session)))
            store.rollback()
            assert hours(client.get(address).data) == [10]
            slow.commit()
        assert hours(client.get(address).data) == [11]

    def test_one_that_began_before_the_address_was_there_too(
        self, store: Store, cast, session: Session, client: FlaskClient
    ) -> None:
        with Store(db.engine) as slow:
            values = later(session)
            store.commit()
            slow.execute(update(Session).values(values))
            address = made(store, cast.ben)
            assert hours(client.get(address).data) == [10]
            run_one("tidy calendars", clock.now())
            slow.commit()
        assert hours(client.get(address).data) == [11]

    def test_an_answer_that_was_read_before_a_change_does_not_outlive_it(
        self, app: Flask, store: Store, cast, session: Session, client: FlaskClient, address: str
    ) -> None:
        """One program's fetch has read everything and not ended; the change ends; a second
        program fetches, and takes the touch away."""
        other = made(store, cast.ben)
        client.get(other)
        values, token = later(session), address[7:-4]
        store.commit()

        def fetch() -> list[int]:
            with app.app_context():
                return hours(app.test_client().get(other).data)

        with Store(db.engine) as first, ThreadPoolExecutor() as pool:
            feed = feeds.found(first, token, clock.now())
            assert feed
            kept_feeds.make(first, feed, clock.now(), str)
            store.execute(update(Session).values(values))
            store.commit()
            second = pool.submit(fetch)
            wait([second], timeout=A_MOMENT)
            first.commit()
            assert second.result() == [11]
        assert hours(client.get(address).data) == [11]

    def test_nobody_who_books_waits_for_anybody_elses_touch(
        self, store: Store, cast, session: Session
    ) -> None:
        """Both change what Ana and Ben have, and neither has ended."""
        another = booked(store, cast, "2027-03-11T10:00")
        values = [(one.id, later(one)) for one in (session, another)]
        store.commit()
        with Store(db.engine) as one, Store(db.engine) as two:
            for handle, (id_, changed) in zip((one, two), values, strict=True):
                handle.execute(text("set local lock_timeout = '5s'"))
                handle.execute(update(Session).where(Session.id == id_).values(changed))
            two.commit()
            one.commit()


def test_many_who_fetch_while_much_changes_end_with_the_truth(
    app: Flask, store: Store, cast, session: Session, client: FlaskClient
) -> None:
    addresses = [made(store, cast.ben), made(store, cast.ben), made(store, cast.ana)]
    session_id = session.id
    store.commit()

    def fetch(address: str) -> None:
        with app.app_context():
            browser = app.test_client()
            for _n in range(12):
                assert browser.get(address).status_code == 200

    def change() -> None:
        with app.app_context():
            for _n in range(8):
                with writing():
                    mine = db.session()
                    one = mine.get_one(Session, session_id)
                    mine.execute(update(Session).values(later(one)))
                    mine.commit()

    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(change), *(pool.submit(fetch, each) for each in addresses)]
        for job in jobs:
            job.result()
    for address in addresses:
        assert hours(client.get(address).data) == [18]


def test_the_commonest_fetch_is_written_down_with_one_update(
    store: Store, client: FlaskClient, address: str
) -> None:
    client.get(address)
    clock.set_to(clock.now() + timedelta(hours=1))
    with questions() as asked:
        client.get(address, headers={"User-Agent": "iOS/19.1"})
    assert len(asked) == 2
    store.rollback()
    assert store.scalar(select(Feed.fetched_at)) == clock.now()
    assert store.scalar(select(Fragment.uid)) is not None
