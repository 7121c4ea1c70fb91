"""The mailbox that answers come to, at a real Dovecot; and what the hub reads when it is shut."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supervisor import clock, mailbox, schedule, watch
from supervisor.calendar_answers import inlets
from supervisor.models import Inlet, Store
from tests.answer_mail import no, session
from tests.dovecot import PROGRAM, Box, dovecot

__all__ = ["session"]


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
    with pytest.raises(mailbox.NotOpened, match="certificate"):
        mailbox.look(lambda: False)


def test_without_a_mailbox_nothing_is_looked_into(app):
    assert mailbox.look(lambda: False) == 0


def shut(store: Store) -> list[watch.Trouble]:
    at = clock.really()
    return [one for one in watch.troubles(store, at, at, mailing=True) if one.said]


def looked(times: int = 3) -> None:
    """As the worker process looks; what goes wrong stops no other job."""
    for _ in range(times):
        schedule.run_one("read the mailbox", clock.now())


WRONG = [
    ({"imap_password": "hunter-two"}, "password", "SUPERVISOR_IMAP_PASSWORD"),
    ({"imap_folder": "Nowhere"}, "folder", "SUPERVISOR_IMAP_FOLDER"),
    ({"imap_port": 1}, "unreachable", "SUPERVISOR_IMAP_HOST"),
    ({"imap_host": "nowhere.invalid"}, "unreachable", "SUPERVISOR_IMAP_HOST"),
]


@pytest.mark.parametrize(("given", "why", "helps"), WRONG, ids=[str(row[0]) for row in WRONG])
def test_a_mailbox_that_cannot_be_opened_is_told_to_the_hub_until_it_can(
    store, cast, hub, sign_in, caplog, given, why, helps
):
    right = hub.config["HUB"]
    hub.config["HUB"] = replace(right, **given)
    looked(2)
    assert shut(store) == []
    looked(1)
    (trouble,) = shut(store)
    assert store.scalars(select(Inlet.why)).all() == [why]
    assert "hunter-two" not in trouble.said + caplog.text
    assert "Traceback" not in caplog.text
    page = sign_in(cast.cleo).get("/today").text
    assert "Answers by email do not come in" in page
    assert helps in page
    assert "Answers by email do not come in" not in sign_in(cast.ana).get("/today").text
    hub.config["HUB"] = right
    looked(1)
    assert shut(store) == []


def test_a_mailbox_whose_certificate_is_not_good_is_told_too(store, hub, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    looked()
    assert store.scalars(select(Inlet.why)).all() == ["certificate"]
    (trouble,) = shut(store)
    assert "certificate" in trouble.said.lower()


def test_what_is_told_says_since_when_and_not_for_ever(store, app):
    begun = clock.really() - timedelta(minutes=30)
    for minutes in (0, 1, 2):
        inlets.fails(
            store, "mailbox", "unreachable", "No route", begun + timedelta(minutes=minutes)
        )
    (inlet,) = inlets.shut(store, begun + timedelta(minutes=5))
    assert (inlet.since_at, inlet.failures, inlet.said) == (begun, 3, "No route")
    assert inlets.shut(store, clock.really()) == []


def test_what_a_server_says_at_length_is_cut_short(store, app):
    inlets.fails(store, "mailbox", "broken", "x" * 5000, clock.really())
    assert store.scalars(select(Inlet.said)).one() == "x" * inlets.LONGEST
