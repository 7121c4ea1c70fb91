"""Yes or no by a link in a letter: whose it is, what it shows, and when it ends."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor import clock
from supervisor.calendar_answers import answer_links
from supervisor.groups import meetings, seats
from supervisor.models import Attendance, InvitationReply, Meeting, Message, Session, Store
from supervisor.plus_address import PlusAddress, link_of, signed, verified
from supervisor.rules.kinds import Channel, Kind, Mode, Side
from supervisor.sessions import series, session_messages, sessions
from supervisor.settings import save
from supervisor.throttle import ThrottleSettings
from tests.answer_mail import booked
from tests.mail_calendar import carrying, part_of
from tests.mail_server import words
from tests.test_series import asked
from tests.test_sessions import at


@pytest.fixture
def carried(app: Flask, store: Store) -> Callable[[str], list[EmailMessage]]:
    with carrying(app, store) as carry:
        yield carry


@pytest.fixture
def session(store: Store, cast) -> Session:
    return booked(store, cast)


def path_in(mail: EmailMessage) -> str:
    """Where the link leads; the same in both parts."""
    html = mail.get_body(("html",))
    assert html
    found = re.findall(r"/come/[a-z2-7]+", words(mail))
    assert found == re.findall(r"/come/[a-z2-7]+", html.get_content())
    (path,) = found
    return path


def press(client: FlaskClient, path: str, answer: str):
    page = client.get(path).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return client.post(path, data={"answer": answer, "csrf_token": token[1] if token else ""})


def test_a_look_says_nothing_and_names_nobody(store, cast, session, carried, client):
    (mail,) = carried("ben")
    answer = client.get(path_in(mail))
    assert answer.status_code == 200
    assert "Can you come?" in answer.text
    assert "Wednesday 24 February" in answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    assert not re.search("Ana|Ben|superv|peer", main, re.IGNORECASE)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert session.cancelled_at is None
    assert store.scalars(select(InvitationReply)).all() == []


def test_a_yes_is_noted_once(store, cast, session, carried, client):
    (mail,) = carried("ben")
    path = path_in(mail)
    for _press in range(2):
        assert press(client, path, "yes").status_code == 303
    said = store.scalars(select(InvitationReply)).one()
    assert (said.person_id, said.partstat, said.outcome) == (cast.ben.id, "ACCEPTED", "noted")
    assert said.session_id == session.id
    assert "You said yes" in client.get(path).text
    assert session.cancelled_at is None


def test_a_no_calls_it_off_tells_the_other_and_shows_the_next_times(
    store, cast, session, carried, client
):
    (mail,) = carried("ben")
    path = path_in(mail)
    for _press in range(2):
        press(client, path, "no")
    store.expire_all()
    assert session.cancelled_by_id == cast.ben.id
    told = store.scalars(select(Message).filter_by(template="cancelled", dropped_at=None)).all()
    assert {one.recipient for one in told} == {cast.ben, cast.ana}
    page = client.get(path).text
    assert "You said no" in page
    assert "These times suit you both:" in page
    assert "Sign in and book a time" in page
    assert store.scalars(select(InvitationReply.outcome)).all() == ["declined"]


@pytest.mark.parametrize("said", ["", "maybe"])
def test_what_says_neither_yes_nor_no_calls_nothing_off(
    store, cast, session, carried, client, said
):
    path = path_in(carried("ben")[0])
    answer = press(client, path, said)
    assert answer.status_code == 422
    assert "Choose yes or no." in answer.text
    store.expire_all()
    assert session.cancelled_at is None


def test_a_slip_is_undone_by_the_same_link(store, cast, session, carried, client):
    (mail,) = carried("ben")
    path = path_in(mail)
    press(client, path, "no")
    press(client, path, "yes")
    store.expire_all()
    assert session.cancelled_at is None
    assert "You said yes" in client.get(path).text


def test_a_slip_of_long_ago_is_not_undone(store, cast, session, carried, client):
    (mail,) = carried("ben")
    path = path_in(mail)
    press(client, path, "no")
    clock.set_to(clock.now() + timedelta(days=2))
    answer = press(client, path, "yes")
    assert answer.status_code == 422
    assert "Book a time instead" in answer.text
    store.expire_all()
    assert session.cancelled_at is not None


def test_moved_it_takes_no_answer_and_shows_the_new_time(store, cast, session, carried, client):
    (mail,) = carried("ben")
    sessions.move(store, session, at(2, 25, 10), None, cast.ana, clock.now())
    store.commit()
    page = client.get(path_in(mail)).text
    assert "This meeting has moved" in page
    assert "Thursday 25 February" in page
    assert 'name="answer"' not in page
    assert press(client, path_in(mail), "no").status_code == 422
    store.expire_all()
    assert session.cancelled_at is None
    (moved,) = carried("ben")
    press(client, path_in(moved), "no")
    store.expire_all()
    assert session.cancelled_at is not None


def test_it_ends_with_the_meeting_and_with_its_being_called_off(
    store, cast, session, carried, client
):
    (mail,) = carried("ben")
    path = path_in(mail)
    clock.set_to(session.starts_at + timedelta(minutes=1))
    assert "This meeting has begun" in client.get(path).text
    assert press(client, path, "no").status_code == 422
    clock.set_to(session.starts_at - timedelta(days=1))
    sessions.cancel(store, session, cast.ana, clock.now(), Side.PROVIDER)
    store.commit()
    assert "This meeting is called off" in client.get(path).text
    assert press(client, path, "yes").status_code == 422


def test_it_belongs_to_one_person_and_one_mailbox(store, cast, session, carried, client):
    (mail,) = carried("ben")
    path = path_in(mail)
    cast.ben.email = "ben.new@example.org"
    store.commit()
    assert client.get(path).status_code == 404
    assert client.post(path, data={"answer": "no"}).status_code == 404
    cast.ben.email = "ben@example.org"
    cast.ben.left_on = clock.now().date() - timedelta(days=3)
    store.commit()
    gone = client.get(path)
    assert gone.status_code == 404
    assert "This link does not work" in gone.text


def test_nobody_can_make_one_of_what_stands_in_a_calendar(
    store, cast, session, carried, client, app
):
    """The address to which a program answers is in every calendar that shows the meeting."""
    key = app.config["HUB"].secret_key
    address = signed(key, "hub@example.org", PlusAddress("session", session.id, cast.ben.id))
    token = address.partition("+")[2].partition("@")[0]
    assert client.get(f"/come/{token}").status_code == 404
    (mail,) = carried("ben")
    part = part_of(mail)
    assert part is not None
    assert "/come/" not in part.get_payload(decode=True).decode().replace("\r\n ", "")
    secret = path_in(mail).rpartition("/")[2]
    assert verified(key, f"hub+{secret}@example.org") is None
    changed = secret[:-2] + ("aa" if secret[-2:] != "aa" else "bb")
    assert link_of(key, changed) is None
    assert len(secret) > 50


def test_whoever_tries_many_is_stopped(store, cast, session, carried, client):
    save(store, ThrottleSettings(per_address=3))
    store.commit()
    tries = [client.post(f"/come/{'a' * 61}").status_code for _try in range(5)]
    assert tries == [404, 404, 404, 429, 429]
    (mail,) = carried("ben")
    pressed = [press(client, path_in(mail), "yes").status_code for _try in range(5)]
    assert pressed == [303, 303, 303, 429, 429]


def test_a_meeting_of_a_group_is_answered_and_answered_anew(store, cast, circle, carried, client):
    rows = [one for one in store.query(Meeting).order_by(Meeting.starts_at) if not one.needs_time]
    meetings.move(store, rows[1], rows[1].local_start + timedelta(days=1), cast.ana, clock.now())
    (mail,) = carried("ben")
    path = path_in(mail)
    for answer, coming in (("no", False), ("yes", True), ("yes", True), ("no", False)):
        press(client, path, answer)
        store.expire_all()
        said = store.scalars(select(Attendance).filter_by(meeting_id=rows[1].id)).one()
        assert said.coming is coming
    assert "Your time is free again" in client.get(path).text
    seats.leave(store, circle, cast.ben, cast.cleo, clock.now())
    store.commit()
    assert client.get(path).status_code == 404


def test_of_a_series_it_asks_of_the_next_one(store, cast, carried, client):
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())
    (mail,) = carried("ben")
    press(client, path_in(mail), "no")
    store.expire_all()
    assert [bool(one.cancelled_at) for one in some[:3]] == [True, False, False]


def test_no_debrief_and_no_private_letter_has_one(store, cast, carried):
    cast.entitlement.kind = Kind.DEBRIEF
    talk = Session(
        entitlement=cast.entitlement, provider=cast.ana, starts_at=at(2, 24, 10),
        zone="Pacific/Auckland", local_start=datetime.fromisoformat("2027-02-24T10:00"),
        minutes=60, mode=Mode.VIDEO, changed_at=clock.now(),
    )  # fmt: skip
    store.add(talk)
    store.flush()
    session_messages.booked(store, talk, cast.cleo, clock.now())
    (mail,) = carried("ben")
    assert "/come/" not in words(mail)


def test_only_mail_has_one(store: Store, cast: SimpleNamespace, session, app) -> None:
    message = store.scalars(select(Message).filter_by(template="booked")).first()
    key = app.config["HUB"].secret_key
    assert answer_links.made(store, message, key, clock.now())
    message.channel = Channel.TEXT
    assert answer_links.made(store, message, key, clock.now()) is None
    message.channel, message.private = Channel.EMAIL, True
    assert answer_links.made(store, message, key, clock.now()) is None


@pytest.mark.parametrize("what", ["moved", "off", "over"])
def test_where_nothing_is_asked_any_more_it_leads_on(
    store, cast, session, carried, client, what: str
) -> None:
    path = path_in(carried("ben")[0])
    if what == "moved":
        sessions.move(store, session, at(2, 25, 10), None, cast.cleo, clock.now())
    elif what == "off":
        sessions.cancel(store, session, cast.ana, clock.now())
    else:
        clock.set_to(session.starts_at)
    store.commit()
    assert "See my meetings" in client.get(path).text
