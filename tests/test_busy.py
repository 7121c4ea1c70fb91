"""A person's own calendar: read now and then, for when they are busy and nothing else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from supervisor import busy_jobs, clock
from supervisor.busy import busy_clashes, busy_secrets, busy_sources
from supervisor.busy.busy_secrets import Lost, Secret
from supervisor.busy.busy_sources import BusySettings
from supervisor.errors import Refused
from supervisor.models import BusySource, BusySpan, Person, Session, Store
from supervisor.openings.openings import openings
from supervisor.sessions import sessions
from supervisor.settings import read, save
from tests.calendar_server import CalendarServer, allowed_server
from tests.foreign import TUESDAY, calendar

HOUR = timedelta(hours=1)
SECRET = "https://calendar.example.org/private-1a2b3c/basic.ics"


@pytest.fixture
def server(tmp_path: Path, store: Store, monkeypatch) -> Iterator[CalendarServer]:
    """A calendar on this machine, which the hub has allowed."""
    with allowed_server(tmp_path, store, monkeypatch) as server:
        yield server


def add(store: Store, person: Person, address: str = SECRET, now: datetime | None = None):
    source = busy_sources.add(
        store, person, Secret(address), "test", "hub.example.org", now or clock.now()
    )
    store.commit()
    return source


def look(store: Store, now: datetime) -> BusySource:
    busy_jobs.read_due(now, lambda: False)
    store.expire_all()
    return store.scalars(select(BusySource)).one()


def busy(starts_at: datetime, minutes: int = 60) -> str:
    ends = starts_at + timedelta(minutes=minutes)
    dates = f"DTSTART:{starts_at:%Y%m%dT%H%M%SZ}\nDTEND:{ends:%Y%m%dT%H%M%SZ}"
    return f"SUMMARY:Secret\nUID:{starts_at:%d%H%M}\n{dates}"


def starts(store: Store, cast: SimpleNamespace, now: datetime) -> list[datetime]:
    return [one.starts_at for one in openings(store, cast.entitlement, now, 40).times]


def test_its_address_is_nowhere_in_the_database(store, cast, now):
    source = add(store, cast.ben)
    row = store.execute(text("select * from busy_source")).one()
    assert "private-1a2b3c" not in repr(row)
    assert source.host == "calendar.example.org"
    assert busy_secrets.unseal(source.sealed, "test") == Secret(SECRET)
    with pytest.raises(Lost):
        busy_secrets.unseal(source.sealed, "another")


@pytest.mark.parametrize("given", ["", "ben@example.org", "http://example.org/a.ics"])
def test_what_is_no_address_is_refused_beside_its_field(store, cast, given):
    with pytest.raises(Refused) as refused:
        add(store, cast.ben, given)
    assert refused.value.field == "address"


def test_the_hubs_own_address_is_refused(store, cast):
    with pytest.raises(Refused, match="address of the hub"):
        add(store, cast.ben, "https://hub.example.org/feeds/x.ics")


def test_nobody_has_endless_calendars(store, cast):
    for _ in range(busy_sources.MOST):
        add(store, cast.ben)
    with pytest.raises(Refused, match="Take one away first"):
        add(store, cast.ben)


def test_a_busy_time_is_not_offered_and_only_its_times_are_kept(store, cast, now, server):
    free = starts(store, cast, now)
    server.octets = calendar(busy(free[0]))
    add(store, cast.ana, server.url)
    source = look(store, now)
    assert (source.trouble, source.read_at) == (None, now)
    assert free[0] not in starts(store, cast, now)
    assert starts(store, cast, now)
    (span,) = store.scalars(select(BusySpan)).all()
    assert (span.starts_at, span.ends_at, span.seen_at) == (free[0], free[0] + HOUR, now)
    assert "Secret" not in repr(store.execute(text("select * from busy_span")).all())


def test_it_is_no_meeting_of_ours_and_fills_no_day(store, cast, now, server):
    free = starts(store, cast, now)
    day = [at for at in free if at - free[0] < 6 * HOUR]
    server.octets = calendar(*[busy(day[0] + HOUR * n, 5) for n in range(4)])
    add(store, cast.ana, server.url)
    look(store, now)
    assert any(at - free[0] < 6 * HOUR for at in starts(store, cast, now))


def test_what_the_calendar_leaves_open_hides_its_time_and_its_owner_reads_why(
    store, cast, now, server
):
    server.octets = calendar("UID:1\n" + TUESDAY.replace("Pacific/Auckland", "Mars"))
    add(store, cast.ana, server.url)
    source = look(store, now)
    assert source.doubts == [{"number": 1, "why": "zone", "day": "2027-02-09"}]
    assert [one.sure for one in store.scalars(select(BusySpan))] == [False]


def test_it_is_read_again_after_a_while_and_only_if_it_changed(store, cast, now, server):
    server.octets, server.headers = calendar(busy(now + HOUR)), {"ETag": '"1"'}
    add(store, cast.ana, server.url)
    look(store, now)
    look(store, now + timedelta(minutes=5))
    assert len(server.asked) == 1
    source = look(store, now + timedelta(minutes=16))
    assert server.asked[-1][1]["If-None-Match"] == '"1"'
    assert (source.read_at, source.whole_at) == (now + timedelta(minutes=16), now)
    assert store.scalars(select(BusySpan)).one().seen_at == now
    source = look(store, now + timedelta(days=8))
    assert "If-None-Match" not in server.asked[-1][1]
    assert source.whole_at == now + timedelta(days=8)


def test_a_calendar_that_fails_is_tried_more_and_more_seldom_and_what_it_said_holds(
    store, cast, now, server
):
    server.octets = calendar(busy(now + HOUR))
    add(store, cast.ana, server.url)
    look(store, now)
    server.status, waits = 404, []
    at = now
    for _ in range(9):
        at = store.scalars(select(BusySource)).one().next_at
        source = look(store, at)
        waits.append((source.next_at - at).total_seconds() / 60)
    assert waits == [30, 60, 120, 240, 480, 960, 1440, 1440, 1440]
    assert (source.trouble, source.read_at) == ("gone", now)
    assert store.scalars(select(BusySpan)).all()
    server.status = 200
    busy_sources.look_now(source, at)
    store.commit()
    source = look(store, at)
    assert (source.trouble, source.failures) == (None, 0)


@pytest.mark.parametrize(
    ("octets", "why"), [(b"<html>", "no_calendar"), (calendar(TUESDAY)[:-9], "cut_short")]
)
def test_what_is_no_calendar_is_said_in_a_word(store, cast, now, server, octets, why):
    server.octets = octets
    add(store, cast.ana, server.url)
    assert look(store, now).trouble == why


def test_a_private_machine_is_not_read_unless_the_hub_allows_it(store, cast, now, server):
    """A name by which it goes is known only when it is asked for."""
    add(store, cast.ana, server.url)
    save(store, BusySettings())
    store.commit()
    assert look(store, now).trouble == "private"
    assert server.asked == []


def test_a_new_key_of_the_hub_opens_nothing(app, store, cast, now):
    source = busy_sources.add(store, cast.ana, Secret(SECRET), "old key", "", now)
    store.commit()
    assert look(store, now).trouble == "lost"
    assert source.next_at > now


def test_two_readers_read_it_once(store, cast, now):
    source = add(store, cast.ana)
    assert busy_sources.claim(store, source.id, now)
    assert busy_sources.claim(store, source.id, now) is None
    assert busy_sources.due(store, now) == []
    assert busy_sources.due(store, now + timedelta(minutes=11)) == [source.id]


def test_whoever_has_left_is_read_no_more_and_what_opens_it_is_forgotten(store, cast, now):
    source = add(store, cast.ana)
    whose = {"source_id": source.id, "person_id": cast.ana.id}
    store.add(BusySpan(sure=True, seen_at=now, starts_at=now, ends_at=now + HOUR, **whose))
    cast.ana.left_on = now.date() - timedelta(days=1)
    store.commit()
    assert busy_sources.due(store, now) == []
    store.commit()
    busy_jobs.let_go(now)
    assert len(store.scalars(select(BusySource)).all()) == 1
    store.commit()
    busy_jobs.let_go(now + timedelta(days=1))
    assert store.scalars(select(BusySource)).all() == store.scalars(select(BusySpan)).all() == []


def test_slow_strangers_hold_nothing_else_up(store, cast, now, server, monkeypatch):
    """Those that were not reached are still due, and the first a minute later."""
    for person in (cast.ana, cast.ben):
        add(store, person, server.url)
    monkeypatch.setattr(busy_jobs, "PATIENCE", -1)
    busy_jobs.read_due(now, lambda: False)
    assert (len(server.asked), len(busy_sources.due(store, now))) == (0, 2)


def test_taken_away_it_is_forgotten_with_all_it_said(store, cast, now, server):
    server.octets = calendar(busy(now + HOUR))
    source = add(store, cast.ana, server.url)
    asked = busy_sources.claim(store, source.id, now)
    store.commit()
    busy_sources.remove(store, source, cast.ana, now)
    store.commit()
    assert store.scalars(select(BusySpan)).all() == []
    busy_sources.keep(store, asked, busy_sources.Pulled(spans=()), now)
    assert store.scalars(select(BusySource)).all() == []


def booked(store: Store, cast: SimpleNamespace, now: datetime) -> Session:
    found = starts(store, cast, now)
    session = sessions.book(store, cast.entitlement, found[3], None, cast.cleo, now)
    store.commit()
    return session


def test_a_busy_time_that_comes_over_a_booked_meeting_is_a_clash(store, cast, now, server):
    session = booked(store, cast, now)
    later = now + HOUR
    server.octets = calendar(busy(session.starts_at - HOUR, 90))
    add(store, cast.ana, server.url, later)
    look(store, later)
    (clash,) = busy_clashes.clashes(store, later)
    assert (clash.session, clash.since) == (session, later)
    server.octets = calendar()
    source = store.scalars(select(BusySource)).one()
    look(store, source.next_at)
    assert list(busy_clashes.clashes(store, later)) == []


def test_the_meeting_itself_in_that_calendar_is_none(store, cast, now, server):
    """As an invitation of ours, moved by hand or not, and as a copy under any other name."""
    session = booked(store, cast, now)
    ours = busy(session.starts_at + HOUR / 2).replace("UID:", f"UID:{session.uid}\nX-UID:")
    server.octets = calendar(ours, busy(session.starts_at, session.minutes))
    add(store, cast.ana, server.url, now + HOUR)
    look(store, now + HOUR)
    assert list(busy_clashes.clashes(store, now + HOUR)) == []
    assert len(store.scalars(select(BusySpan)).all()) == 1


def test_what_was_known_when_it_was_booked_or_is_unsure_is_none(store, cast, now, server):
    session = booked(store, cast, now)
    span = {"starts_at": session.starts_at - HOUR, "ends_at": session.starts_at + HOUR / 2}
    source = add(store, cast.ana)
    whose = {"source_id": source.id, "person_id": cast.ana.id}
    store.add(BusySpan(sure=True, seen_at=now - HOUR, **whose, **span))
    store.add(BusySpan(sure=False, seen_at=now + HOUR, **whose, **span))
    store.flush()
    assert list(busy_clashes.clashes(store, now + HOUR)) == []


def test_whoever_books_is_not_offered_the_busy_time_of_the_other(store, cast, now, server):
    at = starts(store, cast, now)[3]
    server.octets = calendar(busy(at))
    add(store, cast.ana, server.url)
    look(store, now)
    with pytest.raises(Refused, match="does not meet then"):
        sessions.book(store, cast.entitlement, at, None, cast.ben, now)


def test_the_settings_are_kept(store):
    assert read(store, BusySettings).allowed == frozenset()
    assert BusySettings(allowed_hosts="Cloud.lan, other").allowed == {"cloud.lan", "other"}
