"""Mail that came back: marked once, held against the address where that is at fault, put right."""

import email
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from supervisor import bounces, clock, messages, post, sign_ins, undelivered
from supervisor.cli import main
from supervisor.models import Audit, Message, Store
from supervisor.reach import channel_of
from supervisor.rules.kinds import Channel
from tests import reports_of_mail as written
from tests.mail_server import mail_server

FACTS = {"manager": "Mere Parata"}


@pytest.fixture
def sent(app: Flask, store: Store, cast):
    """Two letters that went to Ben in one mail."""
    with mail_server() as server:
        app.config["HUB"] = replace(app.config["HUB"], smtp_host="127.0.0.1", smtp_port=server.port)
        for cause in ("one", "two"):
            messages.tell(store, cast.ben, cause, "check_numbers", FACTS, clock.now())
        store.commit()
        post.deliver("a")
        yield server


def came(store: Store, text: str) -> bool:
    """The report comes in, about what went first."""
    first = store.scalars(select(Message.message_id).order_by(Message.id)).first()
    taken = bounces.take(
        store, email.message_from_string(text.replace("<one@hub>", str(first))), clock.now()
    )
    store.commit()
    return taken


def test_a_mailbox_that_is_not_there_is_the_hubs_to_reach_and_known_of_its_owner(
    store, cast, sent
) -> None:
    assert came(store, written.standard())
    found = undelivered.to_hand_over(store, clock.now())
    assert [m.cause for m in found] == ["one", "two"]
    assert all(undelivered.came_back(m) for m in found)
    assert (cast.ben.email_failed_at, cast.ben.email_trouble) == (clock.now(), "5.1.1")
    assert channel_of(cast.ben) == Channel.PAPER
    assert ("fail", "email") in [tuple(r) for r in store.execute(select(Audit.verb, Audit.noun))]


@pytest.mark.parametrize(
    "text", [written.GMAIL, written.EXCHANGE, written.OLD_EXCHANGE, written.QMAIL, written.EXIM]
)
def test_whoever_reports_it(store, cast, sent, text: str) -> None:
    assert came(store, text)
    assert cast.ben.email_failed_at


def test_nothing_of_the_mail_that_came_back_is_kept(store, cast, sent) -> None:
    came(store, written.standard())
    kept = store.execute(select(Message.trouble, Message.facts)).all()
    assert {row[0] for row in kept} == {"5.1.1"}
    assert "nobody quotes" not in str(kept)


def test_a_full_mailbox_gives_the_letter_back_and_leaves_the_address_alone(
    store, cast, sent
) -> None:
    assert came(store, written.standard("5.2.2", said="smtp; 552 5.2.2 mailbox full"))
    assert len(undelivered.to_hand_over(store, clock.now())) == 2
    assert cast.ben.email_failed_at is None


def test_a_delay_is_a_note_and_nothing_more(store, cast, sent) -> None:
    assert came(store, written.standard("4.4.1", "delayed", "smtp; 451 later"))
    assert undelivered.to_hand_over(store, clock.now()) == []
    assert store.scalars(select(Message.trouble).order_by(Message.id)).first() == "4.4.1"
    assert cast.ben.email_failed_at is None


def test_a_report_about_the_address_before_says_nothing_of_the_one_now(store, cast, sent) -> None:
    cast.ben.email = "ben@elsewhere.example.org"
    store.commit()
    came(store, written.standard())
    assert cast.ben.email_failed_at is None
    assert len(undelivered.to_hand_over(store, clock.now())) == 2


def test_the_same_report_twice_is_one(store, cast, sent) -> None:
    came(store, written.standard())
    at = cast.ben.email_failed_at
    clock.set_to(clock.now() + timedelta(hours=1))
    came(store, written.standard())
    assert cast.ben.email_failed_at == at


def test_what_is_about_no_mail_of_ours_changes_nothing(store, cast, sent) -> None:
    assert bounces.take(store, email.message_from_string(written.standard()), clock.now())
    assert undelivered.to_hand_over(store, clock.now()) == []
    assert not bounces.take(store, email.message_from_string(written.AWAY), clock.now())


def test_a_new_address_is_given_what_came_back(store, cast, sent) -> None:
    came(store, written.standard())
    cast.ben.email = "ben@elsewhere.example.org"
    assert cast.ben.email_failed_at is None
    undelivered.reachable_again(store, cast.ben, clock.now())
    store.commit()
    assert post.deliver("a") == 1
    assert sent.mails[-1]["To"] == "ben@elsewhere.example.org"


def test_an_address_that_is_refused_at_once_is_known_too(store, cast, sent) -> None:
    sent.refuse = lambda _address: "550 5.1.1 no such mailbox"
    messages.tell(store, cast.ana, "three", "check_numbers", FACTS, clock.now(), urgent=True)
    store.commit()
    post.deliver("a")
    assert cast.ana.email_failed_at == clock.now()
    assert [m.recipient for m in undelivered.to_hand_over(store, clock.now())] == [cast.ana]


def test_a_link_to_sign_in_is_still_mailed_when_it_is_asked_for(store, cast, sent) -> None:
    """Whoever asks for it may know better; it is the only way in for some."""
    came(store, written.standard())
    sign_ins.ask(
        store, "ben@example.org", "127.0.0.1", "http://127.0.0.1:8000/sign-in", clock.now()
    )
    store.commit()
    assert post.deliver("a") == 1


def test_a_mail_server_hands_it_over_by_a_pipe(monkeypatch, database, store, cast, sent) -> None:
    first = str(store.scalars(select(Message.message_id).order_by(Message.id)).first())
    store.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    report = written.QMAIL.replace("<one@hub>", first)
    done = CliRunner().invoke(main, ["bounce"], input=report)
    assert (done.exit_code, done.output) == (0, "Read.\n")
    other = CliRunner().invoke(main, ["bounce"], input=written.AWAY)
    assert (other.exit_code, "no delivery report" in other.output) == (0, True)
    store.expire_all()
    assert cast.ben.email_failed_at
