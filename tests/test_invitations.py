"""Invitations by mail: what a calendar program makes of them, and who is named in them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

import icalendar
import pytest
from flask import Flask

from calendars.reply import answers
from supervisor import clock
from supervisor.calendar_answers import calendar_answers
from supervisor.groups import groups, meetings
from supervisor.models import Group, Meeting, Message, Session, Store
from supervisor.plus_address import PlusAddress, verified
from supervisor.rules.kinds import Channel, Kind, Mode, Side, Which
from supervisor.sessions import series, session_messages, sessions
from tests.cast import led_by_ana
from tests.mail_calendar import MailCalendar, carrying, part_of
from tests.test_calendar_answers import answered
from tests.test_series import asked
from tests.test_sessions import at

AUCKLAND = "Pacific/Auckland"


@pytest.fixture
def carried(app: Flask, store: Store) -> Callable[[str], list[EmailMessage]]:
    """Send what is due, and what somebody got of it."""
    with carrying(app, store) as carry:
        yield carry


@pytest.fixture
def group(store: Store, cast) -> Group:
    return led_by_ana(store, cast)


def book(store: Store, cast, **more) -> Session:
    return sessions.book(
        store, cast.entitlement, at(2, 24, 10), Mode.VIDEO, cast.cleo, clock.now(), **more
    )


def calendar(mail: EmailMessage) -> icalendar.Calendar:
    part = part_of(mail)
    assert part is not None
    return icalendar.Calendar.from_ical(part.get_payload(decode=True))


def event(mail: EmailMessage) -> icalendar.Event:
    (one,) = calendar(mail).walk("VEVENT")
    return one


def on(some: Sequence[Session | Meeting]) -> set[tuple[str, datetime]]:
    return {
        (one.series.uid if one.series else one.uid, one.starts_at)
        for one in some
        if not one.cancelled_at
    }


def test_a_mail_is_plain_then_html_then_the_invitation(store: Store, cast, carried) -> None:
    session = book(store, cast)
    (mail,) = carried("ben")
    assert mail.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in mail.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    part = part_of(mail)
    assert part is not None
    assert part.get_param("method") == "REQUEST"
    assert part.get_param("charset") == "utf-8"
    assert part["Content-Transfer-Encoding"] == "base64"
    assert "Content-Disposition" not in part
    octets = part.get_payload(decode=True)
    assert b"\r\nMETHOD:REQUEST\r\n" in octets
    assert all(len(line) <= 75 for line in octets.split(b"\r\n"))
    assert octets.count(b"\n") == octets.count(b"\r\n")
    said = event(mail)
    assert (said["UID"], said["SEQUENCE"]) == (session.uid, 0)
    assert said["DTSTAMP"].dt == clock.now()
    assert said["LAST-MODIFIED"].dt == session.changed_at.replace(microsecond=0)


def test_it_names_its_reader_and_nobody_else(store: Store, cast, carried, app) -> None:
    book(store, cast)
    (mail,) = carried("ben")
    said = event(mail)
    assert said["ATTENDEE"] == "mailto:ben@example.org"
    assert dict(said["ATTENDEE"].params) == {
        "CN": "Ben Harris",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    part = part_of(mail)
    assert part is not None
    text = part.get_payload(decode=True).decode().lower()
    for word in ("ana", "rewi", "peer", "superv", "kind"):
        assert word not in text.replace("calendar", "")
    assert "summary:meeting" in text


def test_an_answer_comes_to_an_address_that_stands_for_this_one(
    store: Store, cast, carried, app
) -> None:
    session = book(store, cast)
    (mail,) = carried("ben")
    organizer = str(event(mail)["ORGANIZER"]).removeprefix("mailto:")
    key = app.config["HUB"].secret_key
    assert verified(key, organizer) == PlusAddress("session", session.id, cast.ben.id)
    sessions.move(store, session, at(2, 25, 10), None, cast.cleo, clock.now())
    (moved,) = carried("ben")
    assert str(event(moved)["ORGANIZER"]).removeprefix("mailto:") == organizer


def test_booked_moved_and_called_off_are_one_event_and_one_thread(
    store: Store, cast, carried
) -> None:
    program = MailCalendar()
    session = book(store, cast)
    (booked,) = carried("ben")
    assert program.take(booked) == "REQUEST"
    sessions.move(store, session, at(2, 25, 10), None, cast.cleo, clock.now())
    (moved,) = carried("ben")
    assert program.take(moved) == "REQUEST"
    assert program.starts() == on([session])
    sessions.cancel(store, session, cast.cleo, clock.now(), Side.WORKER)
    (off,) = carried("ben")
    assert program.take(off) == "CANCEL"
    assert program.starts() == set()
    assert "RSVP" not in event(off)["ATTENDEE"].params
    mails = (booked, moved, off)
    assert len({mail["In-Reply-To"] for mail in mails}) == 1
    assert len({mail["Message-ID"] for mail in mails}) == 3


def test_what_was_taken_back_before_it_went_is_never_told_to_a_calendar(
    store: Store, cast, carried
) -> None:
    session = book(store, cast)
    sessions.cancel(store, session, cast.cleo, clock.now(), Side.WORKER)
    (off,) = carried("ben")
    assert part_of(off) is None


def test_a_program_that_lives_on_mail_alone_has_each_meeting_of_a_series(
    store: Store, cast, carried
) -> None:
    program = MailCalendar()
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())

    def right() -> bool:
        methods = {program.take(mail) for mail in carried("ben")}
        assert methods - {""}
        return program.starts() == on(some)

    assert right(), "all of it"
    series.move(store, some[1], at(3, 2, 11), None, cast.cleo, clock.now(), Which.ONLY)
    assert right(), "one is moved"
    series.cancel(store, some[2], cast.cleo, clock.now(), Side.WORKER, Which.ONLY)
    assert right(), "one is called off"
    sessions.restore(store, some[2], cast.cleo, clock.now())
    assert right(), "and on again"
    series.move(store, some[4], at(4, 28, 11), None, cast.cleo, clock.now(), Which.LATER)
    assert some[4].series is not some[0].series
    assert right(), "this and all later ones"
    series.cancel(store, some[6], cast.cleo, clock.now(), Side.WORKER, Which.LATER)
    assert right(), "the later ones are called off"
    series.cancel(store, some[4], cast.cleo, clock.now(), Side.WORKER, Which.LATER)
    assert right(), "and all of that series"


def test_a_series_that_moves_from_its_first_meeting_on_stays_the_same(
    store: Store, cast, carried
) -> None:
    program = MailCalendar()
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())
    before = some[0].series
    for mail in carried("ben"):
        program.take(mail)
    series.move(store, some[0], at(2, 17, 11), None, cast.cleo, clock.now(), Which.LATER)
    assert some[0].series is before
    (moved,) = carried("ben")
    assert program.take(moved) == "REQUEST"
    assert program.starts() == on(some)


def test_the_meetings_of_a_group_come_to_each_by_themselves(
    store: Store, cast, group, carried, now
) -> None:
    groups.meet(
        store, group, datetime.fromisoformat("2027-02-17T10:00"), AUCKLAND, 2, 60, None, now
    )
    rows = [one for one in store.query(Meeting).order_by(Meeting.starts_at) if not one.needs_time]
    program = MailCalendar()
    meetings.move(store, rows[1], rows[1].local_start + timedelta(days=1), cast.ana, now)
    (moved,) = carried("ben")
    assert program.take(moved) == "REQUEST"
    assert (event(moved)["UID"], "RECURRENCE-ID" in event(moved)) == (rows[1].series.uid, True)
    assert str(event(moved)["ATTENDEE"]) == "mailto:ben@example.org"
    meetings.cancel(store, rows[1], cast.ana, clock.now())
    (off,) = carried("ben")
    assert program.take(off) == "CANCEL"
    assert program.starts() == set()


def test_whoever_wants_none_gets_the_letter_alone(store: Store, cast, carried) -> None:
    cast.ben.invited = False
    book(store, cast)
    (mail,) = carried("ben")
    assert part_of(mail) is None


def test_no_debrief_and_nothing_private_is_on_a_calendar(store: Store, cast, carried) -> None:
    cast.entitlement.kind = Kind.DEBRIEF
    session = Session(
        entitlement=cast.entitlement, provider=cast.ana, starts_at=at(2, 24, 10), zone=AUCKLAND,
        local_start=datetime.fromisoformat("2027-02-24T10:00"), minutes=60, mode=Mode.VIDEO,
        changed_at=clock.now(),
    )  # fmt: skip
    store.add(session)
    store.flush()
    session_messages.booked(store, session, cast.cleo, clock.now())
    (mail,) = carried("ben")
    assert part_of(mail) is None


def test_who_is_not_reached_by_mail_hears_once_of_a_series_that_moves(store: Store, cast) -> None:
    cast.ben.contact_by, cast.ben.phone = Channel.TEXT, "+64211"
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())
    series.move(store, some[4], at(4, 28, 11), None, cast.cleo, clock.now(), Which.LATER)
    told = store.query(Message).filter_by(template="series_shortened")
    assert [one.recipient for one in told] == [cast.ana]


def test_a_name_with_quotes_and_breaks_is_a_name(store: Store, cast, carried) -> None:
    cast.ben.name = 'Ben "B;B", Māori\r\nX-EVIL:1'
    book(store, cast)
    (mail,) = carried("ben")
    part = part_of(mail)
    assert part is not None
    assert b"\r\nX-EVIL" not in part.get_payload(decode=True)
    assert event(mail)["ATTENDEE"].params["CN"] == "Ben 'B;B', Māori X-EVIL:1"


def test_an_answer_counts_though_another_of_the_series_changed_since(
    store: Store, cast, carried, app
) -> None:
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())
    carried("ben")
    series.move(store, some[1], at(3, 2, 11), None, cast.cleo, clock.now(), Which.ONLY)
    (first,) = carried("ben")
    series.move(store, some[2], at(3, 16, 11), None, cast.cleo, clock.now(), Which.ONLY)
    (second,) = carried("ben")
    series.move(store, some[2], at(3, 17, 11), None, cast.cleo, clock.now(), Which.ONLY)
    key = app.config["HUB"].secret_key
    for mail in (first, second):
        assert calendar_answers.take(
            store,
            answers(answered(mail, "DECLINED")),
            [str(event(mail)["ORGANIZER"])[7:]],
            key,
            clock.now(),
        )
    assert some[1].cancelled_at, "nothing of this one has changed"
    assert some[2].cancelled_at is None, "this one is at another time by now"


def test_an_invitation_says_where_to_answer_by_hand(store: Store, cast, carried, app) -> None:
    session = book(store, cast)
    (mail,) = carried("ben")
    page = f"{app.config['HUB'].base_url}/sessions/{session.ref}"
    assert page in str(event(mail)["DESCRIPTION"])
