"""Carrying the outbox to a real mail server: together, in order, once, and after it was away."""

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supervisor import clock, messages, post, reach, undelivered
from supervisor.models import Alert, Message, Person, Store
from supervisor.rules.kinds import Channel
from tests.mail_server import MailServer, mail_server, words

MANAGER = {"manager": "Mere Parata"}


@pytest.fixture
def server(app: Flask):
    """A mail server that the app knows of."""
    with mail_server() as server:
        app.config["HUB"] = replace(app.config["HUB"], smtp_host="127.0.0.1", smtp_port=server.port)
        yield server


def tell(store: Store, person: Person, cause: str, template: str = "check_numbers", **given):
    facts = given.pop("facts", MANAGER)
    message = messages.tell(store, person, cause, template, facts, clock.now(), **given)
    store.commit()
    return message


def later(**step: float) -> None:
    clock.set_to(clock.now() + timedelta(**step))


def test_nothing_is_sent_and_nothing_lost_without_a_mail_server(app, store: Store, cast) -> None:
    tell(store, cast.cleo, "one")
    assert post.deliver("a") == 0
    assert store.scalar(select(Message.sent_at)) is None


def test_a_persons_messages_of_a_morning_are_one_mail_in_order(store, cast, server) -> None:
    for cause in ("one", "two", "three"):
        tell(store, cast.cleo, cause, facts={"manager": cause})
    tell(store, cast.mere, "four")
    assert post.deliver("a") == 2
    mail, other = server.mails
    assert (mail["To"], mail["Subject"]) == ("cleo@example.org", "3 things for you")
    said = words(mail)
    assert "See all that needs the hub today" in said
    assert "See all that needs the hub today" not in words(other)
    assert said.count("Hello Cleo,") == said.count("A number to check") == 1
    assert said.index("one asks") < said.index("two asks") < said.index("three asks")
    assert (other["To"], other["Subject"]) == ("mere@example.org", "A number to check")
    assert post.deliver("a") == 0


def test_each_reads_in_their_own_language_whoever_is_written_to_beside_them(
    store, cast, server
) -> None:
    """Words, days and months; the subject too, and both forms."""
    cast.ben.locale = "mi"
    facts = {"other": "Xan", "times": ["2027-05-03T22:00:00+00:00"], "entitlement": "ben-2027"}
    for person in (cast.ana, cast.ben, cast.cleo):
        tell(store, person, "one", "times", facts=facts, urgent=True)
    assert post.deliver("a") == 3
    ana, ben, cleo = server.mails
    for part in ("plain", "html"):
        english, te_reo, again = (m.get_body((part,)).get_content() for m in (ana, ben, cleo))
        assert "Tuesday 4 May" in english
        assert "Tuesday 4 May" in again
        assert "Tuesday" not in te_reo
        assert "Tūrei 4 Mei" in te_reo


def test_urgent_ones_go_alone_and_first_come_first(store, cast, server) -> None:
    for cause in ("one", "two"):
        tell(store, cast.cleo, cause, urgent=True)
    assert post.deliver("a") == 2
    assert [mail["Subject"] for mail in server.mails] == ["A number to check"] * 2


def test_a_mail_is_plain_neutral_and_says_from_whom(store, cast, server) -> None:
    tell(store, cast.cleo, "one")
    post.deliver("a")
    (mail,) = server.mails
    assert mail["From"] == "The hub <hub@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == store.scalar(select(Message.message_id))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    html = mail.get_body(("html",)).get_content()
    assert '<a href="http://127.0.0.1:8000/today#questions"' in html
    assert not re.search(r"<(img|link|script|style)|url\(|src=|https?://(?!127)", html)


def test_a_line_that_begins_with_from_arrives_as_it_was_written(store, cast, server) -> None:
    facts = {"employer": "Harbour House", "starts": "2027-03-01"}
    tell(store, cast.ben, "one", "employer_changed", facts=facts)
    later(days=1)
    post.deliver("a")
    (mail,) = server.mails
    assert "\nFrom Monday 1 March on you work at Harbour House." in words(mail)
    assert ">From" not in words(mail)


def test_a_name_never_breaks_a_mail(store, cast, server) -> None:
    cast.cleo.name = "Zoë\r\nBcc: all@example.org"
    tricky = "<script>Ngāi</script>\r\nBcc: all@example.org"
    tell(store, cast.cleo, "one", facts={"manager": tricky})
    post.deliver("a")
    (mail,) = server.mails
    assert mail["Bcc"] is None
    assert "<script>Ngāi</script> Bcc" in words(mail)
    assert "&lt;script&gt;Ngāi" in mail.get_body(("html",)).get_content()


def test_while_the_server_is_down_nothing_is_lost_and_then_there_is_no_storm(
    store, cast, server: MailServer
) -> None:
    server.stop()
    waiting = []
    for hour in range(24):
        for person in (cast.cleo, cast.ana, cast.ben):
            tell(store, person, f"hour {hour}")
        assert post.deliver("a") == 0
        later(hours=1)
        waiting.append(messages.slow_mail(store, clock.now())[0])
    assert waiting[:9] == [3, 6, 9, 12, 15, 18, 21, 24, 27]
    assert set(store.scalars(select(Message.attempts))) == {0}
    server.start()
    assert post.deliver("a") == 3
    assert {mail["Subject"] for mail in server.mails} == {"24 things for you"}
    assert len({mail["To"] for mail in server.mails}) == 3
    assert None not in set(store.scalars(select(Message.sent_at)))
    assert messages.slow_mail(store, clock.now())[0] == 0


def test_a_server_that_takes_nothing_from_the_hub_blames_no_message(
    store, cast, server: MailServer
) -> None:
    server.refuse_sender = "550 5.7.1 sender not allowed"
    for _try in range(12):
        tell(store, cast.cleo, "one", urgent=True)
        assert post.deliver("a") == 0
        later(hours=1)
    message = store.scalars(select(Message)).one()
    assert (message.attempts, message.stopped_at) == (0, None)
    assert messages.slow_mail(store, clock.now()) == (1, message.due_at)
    server.refuse_sender = "552 5.3.4 too large"
    post.deliver("a")
    store.refresh(message)
    assert message.attempts == 1
    server.refuse_sender = ""
    later(minutes=2)
    assert post.deliver("a") == 1


@pytest.mark.parametrize("ill", ["451 4.3.0 try again later", "550 5.7.1 Relaying denied"])
def test_a_server_that_is_ill_for_four_days_loses_no_mail(
    store, cast, server: MailServer, ill: str
) -> None:
    server.refuse = lambda _address: ill
    tell(store, cast.cleo, "one", urgent=True)
    message, begun = store.scalars(select(Message)).one(), clock.now()
    while clock.now() < begun + timedelta(days=4):
        post.deliver("a")
        store.refresh(message)
        assert message.stopped_at is None
        clock.set_to(message.claimed_until + timedelta(seconds=1))
    store.refresh(cast.cleo)
    assert cast.cleo.email_failed_at is None
    server.refuse = lambda _address: None
    later(hours=5)
    assert post.deliver("a") == 1


def test_a_server_that_hangs_up_on_every_mail_is_left_alone_for_now(
    store, cast, server: MailServer
) -> None:
    server.refuse = lambda _address: "421 4.3.2 closing"
    for person in (cast.ana, cast.ben, cast.cleo, cast.mere):
        tell(store, person, "one", urgent=True)
    post.deliver("a")
    tries = select(Message.attempts, Message.claimed_by).order_by(Message.id)
    store.expire_all()
    assert store.execute(tries).all() == [(1, None), (1, None), (0, None), (0, None)]
    server.refuse = lambda _address: None
    later(minutes=2)
    assert post.deliver("a") == 4


def test_one_mail_that_a_server_cannot_stand_holds_up_nothing(store, cast, server) -> None:
    server.refuse = lambda address: "421 4.3.2 closing" if "ben" in address else None
    for person in (cast.ana, cast.ben, cast.cleo, cast.mere):
        tell(store, person, "one", urgent=True)
    assert post.deliver("a") == 3


def test_a_mail_that_is_sent_again_keeps_its_message_id(store, cast, server: MailServer) -> None:
    """Killed between sending and acknowledging: the lease ends, and another worker sends it."""
    tell(store, cast.cleo, "one")
    message = store.scalars(select(Message)).one()
    post.deliver("a")
    message.sent_at, message.claimed_by = None, "a"
    message.claimed_until = clock.now() + timedelta(seconds=120)
    store.commit()
    assert post.deliver("b") == 0
    later(seconds=121)
    assert post.deliver("b") == 1
    assert len({mail["Message-ID"] for mail in server.mails}) == 1 < len(server.mails)


def test_one_refused_address_does_not_hold_up_the_rest(store, cast, server: MailServer) -> None:
    server.refuse = lambda address: "550 no such mailbox" if "cleo" in address else None
    tell(store, cast.cleo, "one")
    tell(store, cast.mere, "two")
    post.deliver("a")
    assert [mail["To"] for mail in server.mails] == ["mere@example.org"]
    (by_hand,) = undelivered.to_hand_over(store, clock.now())
    assert (by_hand.recipient, by_hand.trouble) == (cast.cleo, "550 no such mailbox")


def test_an_address_that_is_none_is_the_hubs_to_reach(store, cast, server) -> None:
    cast.cleo.email = "cleo at example"
    tell(store, cast.cleo, "one")
    tell(store, cast.mere, "two")
    assert post.deliver("a") == 1
    assert [m.recipient for m in undelivered.to_hand_over(store, clock.now())] == [cast.cleo]


def test_a_mail_that_is_put_off_waits_twice_as_long_each_time(store, cast, server) -> None:
    server.refuse = lambda _address: "451 try again later"
    tell(store, cast.cleo, "one", urgent=True)
    message = store.scalars(select(Message)).one()
    waits = []
    for _ in range(3):
        post.deliver("a")
        store.refresh(message)
        waits.append((message.claimed_until - clock.now()) / timedelta(minutes=1))
        clock.set_to(message.claimed_until + timedelta(seconds=1))
    server.refuse = lambda _address: None
    assert waits == [1, 2, 4]
    assert post.deliver("a") == 1


def test_a_letter_that_cannot_be_written_is_put_off_and_the_rest_go(
    store, cast, server, caplog
) -> None:
    tell(store, cast.cleo, "one", facts={})
    tell(store, cast.cleo, "two")
    assert post.deliver("a") == 1
    assert "could not be written" in caplog.text
    bad = store.scalar(select(Message).where(Message.cause == "one"))
    assert bad.sent_at is None
    assert bad.attempts == 1


def test_what_is_too_late_to_help_is_not_sent(store, cast, server) -> None:
    facts = {"url": "http://127.0.0.1:8000/sign-in/token", "minutes": 10}
    ends = clock.now() + timedelta(minutes=10)
    tell(store, cast.ben, "one", "sign_in", facts=facts, urgent=True, until=ends)
    later(minutes=10)
    assert post.deliver("a") == 0
    assert messages.slow_mail(store, clock.now() + timedelta(hours=1)) == (0, None)
    messages.expire(store, clock.now())
    store.commit()
    (message,) = store.scalars(select(Message)).all()
    assert (message.dropped_at, message.facts) == (clock.now(), {})


def test_two_workers_send_every_mail_once(app: Flask, store, cast, server) -> None:
    people = [Person(name=f"Worker {n}", email=f"w{n}@example.org") for n in range(30)]
    store.add_all(people)
    store.flush()
    for person in people:
        tell(store, person, "one")
    together = threading.Barrier(2)

    def work(name: str) -> None:
        together.wait()
        with app.app_context():
            post.deliver(name)

    workers = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(mail["To"] for mail in server.mails) == sorted(p.email for p in people)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_server_that_asks_for_a_password_gets_it(app, store, cast, server: MailServer) -> None:
    server.stop()
    server.password = ("hub", "secret")
    server.start()
    tell(store, cast.cleo, "one", urgent=True)
    assert post.deliver("a") == 0
    app.config["HUB"] = replace(app.config["HUB"], smtp_user="hub", smtp_password="wrong")
    assert post.deliver("a") == 0
    app.config["HUB"] = replace(app.config["HUB"], smtp_password="secret")
    later(minutes=2)
    assert post.deliver("a") == 1


def test_nothing_goes_out_in_the_clear_where_that_is_not_wanted(
    app, store, cast, server: MailServer
) -> None:
    app.config["HUB"] = replace(app.config["HUB"], smtp_tls=True)
    tell(store, cast.cleo, "one")
    assert post.deliver("a") == 0
    assert server.mails == []
    assert store.scalar(select(Message.attempts)) == 0


def test_a_sign_in_link_is_forgotten_once_it_is_sent(store, cast, server) -> None:
    url = "http://127.0.0.1:8000/sign-in/token"
    facts = {"url": url, "minutes": 10}
    tell(store, cast.ben, "one", "sign_in", facts=facts, urgent=True)
    post.deliver("a")
    assert url in words(server.mails[0])
    assert store.scalar(select(Message.facts)) == {}


def test_delivery_stops_between_two_mails_when_it_is_told_to(store, cast, server) -> None:
    for person in (cast.cleo, cast.mere, cast.ana):
        tell(store, person, "one")
    assert post.deliver("a", lambda: len(server.mails) == 1) == 1
    assert post.deliver("a") == 2


def test_those_without_mail_are_for_the_hub_to_ring(store, cast, server) -> None:
    cast.ben.email, cast.ben.phone = None, "021 555 0199"
    tell(store, cast.ben, "one")
    assert post.deliver("a") == 0
    (message,) = undelivered.to_hand_over(store, clock.now())
    assert message.channel == Channel.PHONE
    undelivered.handed_over(store, message, cast.cleo, clock.now())
    assert undelivered.to_hand_over(store, clock.now()) == []


def test_mail_that_is_late_is_known(store, cast, app) -> None:
    tell(store, cast.cleo, "one")
    assert messages.slow_mail(store, clock.now()) == (0, None)
    due = store.scalar(select(Message.due_at))
    later(minutes=reach.MessageSettings().slow_minutes)
    assert messages.slow_mail(store, clock.now()) == (1, due)
    assert [m.cause for m in undelivered.mail_waiting(store, clock.now())] == ["one"]


def test_of_one_entitlement_a_mail_holds_the_gravest_alert_and_the_rest_waits_a_day(
    store, cast, server
) -> None:
    """Behind, and an offer that waits: the hub reads the one today and the other tomorrow."""
    for name in ("offer_unanswered", "behind"):
        alert = Alert(
            ref=f"alert-{name}", name=name, cause=name, entitlement=cast.entitlement,
            match=cast.match, since_at=clock.now(), raised_at=clock.now(),
        )  # fmt: skip
        message = Message(
            cause=name, recipient=cast.cleo, template="alert_hub", facts={"who": "hub"}, alert=alert
        )
        messages.write(store, message, clock.now())
    cast.entitlement.standing = "behind"
    store.commit()
    assert post.deliver("a") == 1
    assert "owed two meetings or more" in words(server.mails[0])
    assert "waits for an answer" not in words(server.mails[0])
    later(days=1)
    assert post.deliver("a") == 1
    assert "waits for an answer" in words(server.mails[1])
