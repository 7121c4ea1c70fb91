"""The two doors for mail that comes in, at a real Dovecot and by a real hand-over."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from supervisor import clock, config, mailbox
from supervisor.errors import Refused
from supervisor.models import InvitationReply, Session, Store
from supervisor.plus_address import PlusAddress, signed
from supervisor.rules.kinds import Mode
from supervisor.sessions import sessions
from tests.dovecot import PROGRAM, Box, dovecot, free_port
from tests.test_sessions import at


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    """Debian's Dovecot."""
    if PROGRAM is None:
        pytest.skip("Dovecot is missing (Debian's package `dovecot-imapd`)")
    with dovecot() as box:
        yield box


@pytest.fixture
def hub(app: Flask, box: Box, monkeypatch) -> Flask:
    """A hub that looks into that mailbox, and has nothing in it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(box.cert))
    app.config["HUB"] = replace(
        app.config["HUB"], imap_host="localhost", imap_port=box.port, imap_user="hub",
        imap_password="secret",
    )  # fmt: skip
    with box.opened() as opened:
        opened.delete(opened.uids())
    return app


@pytest.fixture
def session(store: Store, cast) -> Session:
    found = sessions.book(
        store, cast.entitlement, at(2, 24, 10), Mode.VIDEO, cast.cleo, clock.now()
    )
    store.commit()
    return found


def no(session: Session, person, to_header: bool = True) -> EmailMessage:
    """Ben's no, as a phone sends it."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = person.email, "Declined: Meeting"
    if to_header:
        mail["To"] = address(session, person)
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        f"UID:{session.uid}\r\nSEQUENCE:{session.sequence}\r\nDTSTAMP:20270209T210000Z\r\n"
        f"ATTENDEE;PARTSTAT=DECLINED:mailto:{person.email}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    mail.set_content("No")
    mail.add_alternative(text.encode(), "text", "calendar", params={"method": "REPLY"})
    return mail


def address(session: Session, person) -> str:
    return signed("test", "hub@localhost", PlusAddress("session", session.id, person.id))


def test_an_answer_in_the_mailbox_is_taken_once_and_marked_as_read(store, cast, session, hub, box):
    box.put(no(session, cast.ben))
    box.put(b"From: a@example.org\r\nSubject: Hello\r\n\r\nHello\r\n")
    assert mailbox.look(lambda: False) == 2
    store.expire_all()
    assert session.cancelled_by_id == cast.ben.id
    assert box.flags() == [("\\Seen",), ("\\Seen",)]
    assert mailbox.look(lambda: False) == 0


def test_a_mail_that_cannot_be_read_is_starred_and_stops_no_other(
    store, cast, session, hub, box, monkeypatch
):
    real = mailbox.inbox.take

    def broken(store, mail, *rest):
        if mail["Subject"] == "Broken":
            raise ValueError
        return real(store, mail, *rest)

    monkeypatch.setattr(mailbox.inbox, "take", broken)
    box.put(b"From: a@example.org\r\nSubject: Broken\r\n\r\nHello\r\n")
    box.put(no(session, cast.ben))
    mailbox.look(lambda: False)
    store.expire_all()
    assert session.cancelled_by_id == cast.ben.id
    assert box.flags() == [("\\Flagged", "\\Seen"), ("\\Seen",)]


def test_a_mailbox_that_cannot_prove_who_it_is_is_not_opened(hub, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(OSError, match="certificate"):
        mailbox.look(lambda: False)


def test_without_a_mailbox_nothing_is_looked_into(app):
    assert mailbox.look(lambda: False) == 0
    with mailbox.door(app):
        pass


@pytest.mark.parametrize("kind", ["lmtp", "smtp"])
def test_a_mail_server_hands_over_what_came_in(store, cast, session, app, kind):
    port, mail = free_port(), no(session, cast.ben, to_header=False)
    to = address(session, cast.ben)
    store.commit()
    app.config["HUB"] = replace(app.config["HUB"], mail_door=f"{kind}://127.0.0.1:{port}")
    with mailbox.door(app):
        client = smtplib.LMTP if kind == "lmtp" else smtplib.SMTP
        with client("127.0.0.1", port) as server:
            server.send_message(mail, "ben@example.org", [to])
            refused = server.send_message(mail, "ben@example.org", ["a@localhost", "b@localhost"])
    assert list(refused) == ["b@localhost"]
    store.expire_all()
    assert session.cancelled_by_id == cast.ben.id
    assert store.scalars(select(InvitationReply.outcome)).all()[0] == "declined"


def test_what_could_not_be_taken_stays_with_the_other_server(app, cast, session, monkeypatch):
    def broken(*_given):
        raise ValueError

    monkeypatch.setattr(mailbox.inbox, "take", broken)
    port = free_port()
    app.config["HUB"] = replace(app.config["HUB"], mail_door=f"lmtp://127.0.0.1:{port}")
    with mailbox.door(app), smtplib.LMTP("127.0.0.1", port) as server:
        with pytest.raises(smtplib.SMTPDataError) as said:
            server.send_message(no(session, cast.ben), "ben@example.org", ["hub@localhost"])
        assert said.value.smtp_code == 451


@pytest.mark.parametrize("given", ["127.0.0.1:8024", "lmtp://", "http://x:1", "lmtp://x:port"])
def test_a_door_that_cannot_be_understood_is_named(monkeypatch, tmp_path, given):
    monkeypatch.setenv("SUPERVISOR_DATABASE", str(tmp_path / "hub.db"))
    monkeypatch.setenv("SUPERVISOR_MAIL_DOOR", given)
    with pytest.raises(Refused, match="SUPERVISOR_MAIL_DOOR"):
        config.from_environment()
    monkeypatch.setenv("SUPERVISOR_MAIL_DOOR", "lmtp://127.0.0.1:8024")
    assert config.from_environment().mail_door == "lmtp://127.0.0.1:8024"
