"""Every calendar that the hub gives out, by the octet: feed, part, file, mail, holidays."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from supervisor import clock, post
from supervisor.feeds import feed_choices, feeds, holiday_feeds
from supervisor.groups import groups, meetings
from supervisor.models import Group, Meeting, Place, Seat, Session, Store
from supervisor.rules.kinds import FeedLevel, GroupKind, Mode, Side, Which
from supervisor.sessions import series, sessions
from tests.calendar_checklist import broken, lines, values
from tests.mail_calendar import part_of
from tests.mail_server import mail_server
from tests.test_series import asked
from tests.test_sessions import at

AUCKLAND = "Pacific/Auckland"
SECRETS = (
    "rewi", "harris", "foley", "peer", "supervis", "circle", "reflection", "aroha", "@example",
    "+64",
)  # fmt: skip
PLACES = ("cromwell", "room", "meet.example", "video")


@pytest.fixture
def everything(app: Flask, store: Store, cast, now) -> dict[str, bytes]:
    """Every kind of calendar after every kind of change, each by what it is."""
    some = _meet(store, cast, now)
    made = dict(_mails(app, store, "first"))
    _change(store, cast, some, now)
    made |= _mails(app, store, "then")
    series.cancel(store, some[3], cast.cleo, clock.now(), Side.WORKER, Which.ONLY)
    made |= _mails(app, store, "last")
    for person in (cast.ana, cast.ben, cast.dan):
        made |= _feeds_of(store, person)
    made["file"] = _file(store, cast)
    made["holidays"] = holiday_feeds.holiday_bytes("OTA", date(2027, 2, 10))
    return made


def _meet(store: Store, cast, now: datetime) -> list[Session]:
    """A series; names that need care."""
    cast.ana.name, cast.ana.video = "Aroha; Rewi, \\Nā", "https://meet.example.org/ana?a=1,2;b"
    cast.ana.phone = "+6421000"
    some, _left = series.book(store, asked(cast, who="cleo"), now)
    return some


def _change(store: Store, cast, some: list[Session], now: datetime) -> None:
    """It and a group, moved, called off and cut in two."""
    series.move(store, some[1], at(3, 2, 11), None, cast.cleo, now, Which.ONLY)
    series.cancel(store, some[2], cast.cleo, now, Side.WORKER, Which.ONLY)
    series.move(store, some[5], at(5, 12, 11), None, cast.cleo, now, Which.LATER)
    sessions.move(store, some[0], at(2, 16, 10), Mode.PHONE, cast.cleo, now)
    circle = Group(
        name="Circle; of, many \\n", kind=GroupKind.CO_REFLECTION, facilitator=cast.ana,
        mode=Mode.IN_PERSON, place=store.scalar(select(Place).where(Place.name == "Cromwell")),
        seats=[Seat(person=cast.ben), Seat(person=cast.dan)],
    )  # fmt: skip
    store.add(circle)
    store.flush()
    first = datetime.fromisoformat("2027-02-18T10:00")
    groups.meet(store, circle, first, AUCKLAND, 2, 60, date(2027, 7, 30), now)
    rows = [m for m in store.scalars(select(Meeting).order_by(Meeting.id)) if not m.needs_time]
    meetings.move(store, rows[1], rows[1].local_start + timedelta(days=1), cast.cleo, now)
    meetings.cancel(store, rows[2], cast.cleo, now)
    meetings.answer(store, rows[3], cast.ben, False, now)


def _mails(app: Flask, store: Store, when: str) -> Iterator[tuple[str, bytes]]:
    with mail_server() as server:
        app.config["HUB"] = replace(app.config["HUB"], smtp_host="127.0.0.1", smtp_port=server.port)
        clock.set_to(clock.now() + timedelta(minutes=2))
        store.commit()
        post.deliver("a")
        for n, mail in enumerate(server.mails):
            part = part_of(mail)
            if part is not None:
                yield f"mail {when} {n} {mail['Subject']}", part.get_payload(decode=True)


def _feeds_of(store: Store, person) -> dict[str, bytes]:
    made = {}
    for choice in feed_choices.choices(store, person):
        for level in FeedLevel:
            voice = replace(
                feeds.voice_of(person, level), part=choice.part, group_id=choice.group_id
            )
            octets, _etag, _changed = feeds.calendar_bytes(store, voice, clock.now())
            made[f"feed {person.ref} {choice.code} {level}"] = octets
    return made


def _file(store: Store, cast: SimpleNamespace) -> bytes:
    session = store.scalars(select(sessions.Session)).first()
    assert session
    return feeds.file_of(store, cast.ben, session, clock.now())


def test_the_kinds_are_all_there(everything) -> None:
    kinds = {name.partition(" ")[0] for name in everything}
    assert kinds == {"feed", "file", "holidays", "mail"}
    methods = {
        value
        for octets in everything.values()
        for name, value in values(octets)
        if name == "METHOD"
    }
    assert methods == {"REQUEST", "CANCEL"}


def test_each_obeys_the_checklist(everything) -> None:
    assert [fault for what, octets in everything.items() for fault in broken(what, octets)] == []


def test_no_calendar_says_more_than_its_owner_lets_it(everything) -> None:
    """The octets themselves are searched. A mail is as neutral as a feed of plain titles."""
    for what, octets in everything.items():
        text = "\n".join(lines(octets)).lower()
        if what == "holidays" or what.endswith(f" {FeedLevel.FULL}"):
            continue
        if what.startswith("mail"):
            text = re.sub(r"\n(organizer|attendee)[^\n]*", "", text)
        for word in (*SECRETS, *(PLACES if what.endswith(f" {FeedLevel.BUSY}") else ())):
            assert word not in text, (what, word)


def test_a_mail_names_its_reader_and_the_hub_alone(everything) -> None:
    for what, octets in everything.items():
        people = [v for name, v in values(octets) if name in ("ORGANIZER", "ATTENDEE")]
        named = {re.sub(r"\+[a-z2-7]+@", "+@", one) for one in people}
        if what.startswith("mail"):
            assert len(named) == 2, what
            assert "mailto:hub+@localhost" in named
            cn = {
                m.lower() for m in re.findall(r"CN=(\"[^\"]*\"|[^;:]*)", "\n".join(lines(octets)))
            }
            assert len(cn) == 2


def test_a_repeated_answer_is_the_same_octets(everything, store: Store, cast) -> None:
    for person in (cast.ana, cast.ben):
        for name, octets in _feeds_of(store, person).items():
            assert octets == everything[name]
