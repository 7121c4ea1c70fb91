"""What the hub hands over, and what it is shown of its own machinery."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from supervisor import clock, messages
from supervisor.alerts import alerts
from supervisor.models import Audit, JobTick, Message, Person, Store
from supervisor.reach import MessageSettings

SILENT = "The worker process is not running"


def tell(store: Store, person: Person, cause: str = "one", **given) -> Message:
    facts = {"manager": "Mere Parata"}
    message = messages.tell(store, person, cause, "check_numbers", facts, clock.now(), **given)
    assert message
    store.commit()
    return message


def ticked(store: Store, minutes: int = 0) -> None:
    """The worker process ran so many minutes ago."""
    at = clock.really() - timedelta(minutes=minutes)
    store.add(JobTick(job="deliver messages", tick=at, worker="w"))
    store.commit()


def test_words_for_those_without_mail_are_there_to_be_read_out(store: Store, cast, sign_in) -> None:
    cast.ben.email, cast.ben.phone = None, "021 555 0199"
    message = tell(store, cast.ben, urgent=True)
    browser = sign_in(cast.cleo)
    assert '<a href="/messages">' in browser.get("/today").text
    page = browser.get("/messages").text
    assert "By phone" in page
    assert 'href="tel:021 555 0199"' in page
    assert "Mere Parata asks whether a number about their team is right." in page
    assert "See what was asked" not in page
    assert 'href="http://127.0.0.1:8000/today#questions">Do it for them' in page
    done = browser.post(f"/messages/{message.ref}/handover", follow_redirects=True).text
    assert "Ben Harris has been told" in done
    assert "Nothing to hand over" in done
    trail = store.execute(select(Audit.verb, Audit.for_id)).all()
    assert ("hand_over", cast.ben.id) in [tuple(row) for row in trail]


@pytest.mark.parametrize(
    ("phone", "asked", "said"),
    [("021", "text", "By text"), (None, "paper", "On paper, Cromwell"), (None, "text", "On paper")],
)
def test_it_says_how_each_is_reached(store: Store, cast, sign_in, phone, asked, said) -> None:
    cast.ben.phone, cast.ben.contact_by = phone, asked
    tell(store, cast.ben, urgent=True)
    assert said in sign_in(cast.cleo).get("/messages").text


def test_what_is_not_true_any_more_is_not_read_out(store: Store, cast, sign_in) -> None:
    cast.ben.contact_by = "paper"
    tell(store, cast.ben, urgent=True, until=clock.now())
    assert "Nothing to hand over" in sign_in(cast.cleo).get("/messages").text


def test_a_link_to_sign_in_is_shown_to_nobody(store: Store, cast, sign_in) -> None:
    facts = {"url": "http://127.0.0.1:8000/sign-in/secret", "minutes": 10}
    message = messages.tell(store, cast.ben, "x", "sign_in", facts, clock.now(), urgent=True)
    message.attempts = 5
    store.commit()
    assert "secret" not in sign_in(cast.cleo).get("/messages").text


@pytest.mark.parametrize("who", ["ben", "ana", "mere", "dan"])
def test_only_the_hub_hands_over(store: Store, cast, sign_in, who: str) -> None:
    message = tell(store, cast.ben, urgent=True)
    browser = sign_in(getattr(cast, who))
    assert browser.get("/messages").status_code == 404
    assert browser.post(f"/messages/{message.ref}/handover").status_code == 404


@pytest.mark.parametrize(("minutes", "shown"), [(None, True), (11, True), (9, False)])
def test_the_hub_sees_on_every_page_that_the_worker_process_is_silent(
    store: Store, cast, sign_in, minutes: int | None, shown: bool
) -> None:
    if minutes is not None:
        ticked(store, minutes)
    cleo = sign_in(cast.cleo)
    for page in ("/today", "/people", "/messages"):
        assert (SILENT in cleo.get(page).text) == shown
    assert SILENT not in sign_in(cast.ben).get("/support").text


def test_the_hub_sees_that_mail_is_slow_and_what_waits(app, store: Store, cast, sign_in) -> None:
    ticked(store)
    tell(store, cast.ben, urgent=True)
    cleo = sign_in(cast.cleo)
    assert "No email goes out here" not in cleo.get("/today").text
    clock.set_to(clock.now() + timedelta(minutes=20))
    assert "so messages wait: 1 by now" in cleo.get("/today").text
    app.config["HUB"] = replace(app.config["HUB"], smtp_host="127.0.0.1")
    page = cleo.get("/messages").text
    assert "Email is slow today" in page
    assert "Some of it waits since 10 February." in page
    assert "To go out since Wednesday 10 February, 9:00 am." in page


def test_a_mailbox_that_refuses_is_shown_with_its_reason(store: Store, cast, sign_in) -> None:
    message = tell(store, cast.ben, urgent=True)
    messages.failed(store, [message], "550 no such mailbox", clock.now(), for_good=True)
    store.commit()
    page = sign_in(cast.cleo).get("/messages").text
    assert "Email does not reach them" in page
    assert "There is no such address." in page
    assert "The mail server says: 550 no such mailbox" in page


@pytest.fixture
def back(store: Store, cast) -> Message:
    """A letter to Ben that is given up."""
    message = tell(store, cast.ben, urgent=True)
    messages.failed(store, [message], "5.2.2", clock.now(), for_good=True)
    store.commit()
    return message


def test_what_came_back_says_why_and_leads_to_the_person(store, cast, sign_in, back) -> None:
    page = sign_in(cast.cleo).get("/messages?show=back").text
    assert "The mailbox is full." in page
    assert "We have stopped trying." in page
    assert 'href="/people/ben">Look at their address' in page


@pytest.mark.parametrize(
    ("press", "says", "waits"),
    [
        ("another-try", "We try again now to reach Ben Harris.", True),
        ("letting-go", "Let go. Ben Harris is not told of it.", False),
        ("handover", "Written down: Ben Harris has been told.", False),
    ],
)
def test_it_is_tried_again_said_or_let_go(
    store, cast, sign_in, back, press: str, says: str, waits: bool
) -> None:
    browser = sign_in(cast.cleo)
    page = browser.post(f"/messages/{back.ref}/{press}", follow_redirects=True).text
    assert says in page
    assert "Nothing to hand over" in page
    assert bool(messages.claim(store, "a", clock.now())) is waits
    twice = browser.post(f"/messages/{back.ref}/{press}")
    assert twice.status_code == 303
    assert len([v for v in store.scalars(select(Audit.verb)) if v != "sign_in"]) == 1 + (
        press == "another-try"
    )


def test_what_a_server_refused_for_everybody_goes_again_with_one_press(
    store, cast, sign_in, back
) -> None:
    browser = sign_in(cast.cleo)
    every = "Try all of them again"
    assert every not in browser.get("/messages").text, "there is one alone"
    other = tell(store, cast.mere, urgent=True)
    messages.failed(store, [other], "550 5.1.1 user unknown", clock.now(), for_good=True)
    cast.mere.email_failed_at, cast.mere.email_trouble = clock.now(), "5.1.1"
    store.commit()
    assert every in browser.get("/messages?show=back").text
    page = browser.post("/messages/another-try", follow_redirects=True).text
    assert "Nothing to hand over" in page
    store.expire_all()
    assert (back.stopped_at, other.stopped_at, cast.mere.email_failed_at) == (None, None, None)
    assert browser.post("/messages/another-try").status_code == 303


def test_after_so_many_tries_nothing_is_tried_any_more(store, cast, sign_in) -> None:
    message = tell(store, cast.ben, urgent=True)
    for _try in range(MessageSettings.give_up_after):
        assert message.stopped_at is None
        messages.failed(store, [message], "451 try again later", clock.now())
    store.commit()
    assert message.stopped_at == clock.now()
    clock.set_to(clock.now() + timedelta(days=3))
    assert messages.claim(store, "a", clock.now()) == []
    assert messages.slow_mail(store, clock.now()) == (0, None)
    assert "We have stopped trying." in sign_in(cast.cleo).get("/messages").text


def test_one_list_is_shown_in_parts(store, cast, sign_in, back) -> None:
    cast.ana.email, cast.ana.phone = None, "021 555 0163"
    tell(store, cast.ana, urgent=True)
    tell(store, cast.mere, urgent=True)
    clock.set_to(clock.now() + timedelta(minutes=20))
    browser = sign_in(cast.cleo)
    names = {"back": "Ben Harris", "hand": "Ana Rewi", "waiting": "Mere Parata"}
    everything = browser.get("/messages").text
    for part, name in names.items():
        assert f">{name}<" in everything
        seen = browser.get(f"/messages?show={part}").text
        assert {one for one in names.values() if f">{one}<" in seen} == {name}
    assert f">{names['back']}<" in browser.get("/messages?show=nonsense").text


@pytest.mark.parametrize(
    ("part", "says"),
    [("", "Nothing to hand over"), ("back", "Every address works"), ("waiting", "No email waits")],
)
def test_each_part_says_that_it_is_empty(cast, sign_in, part: str, says: str) -> None:
    assert says in sign_in(cast.cleo).get(f"/messages?show={part}").text


def test_the_hub_sees_on_a_persons_page_that_their_address_does_not_work(
    store, cast, sign_in
) -> None:
    cast.ben.email_failed_at, cast.ben.email_trouble = clock.now(), "5.1.1"
    store.commit()
    cleo = sign_in(cast.cleo)
    page = cleo.get("/people/ben").text
    assert "Email does not reach them" in page
    assert "There is no such address." in page
    listed = cleo.get("/messages?show=back").text
    assert "Addresses that do not work" in listed
    assert 'href="/people/ben/contact">Put it right' in listed
    assert "Addresses that do not work" not in cleo.get("/messages?show=hand").text


def test_what_could_not_be_worked_out_is_shown_by_name(store: Store, cast, sign_in) -> None:
    ticked(store)
    alerts.put_off(store, cast.entitlement.id, clock.now())
    store.commit()
    page = sign_in(cast.cleo).get("/today").text
    assert "Something went wrong here" in page
    assert "try again every hour: Ben Harris." in page


def test_one_person_is_one_card_and_is_told_each_thing_once(store: Store, cast, sign_in) -> None:
    """The same times in two letters, and another thing: one call says it all."""
    cast.ben.email, cast.ben.phone = None, "021 555 0199"
    times = {"other": "Ana Rewi", "times": ["2027-03-03T20:00:00+00:00"], "entitlement": "ben-2027"}
    for cause in ("one", "two"):
        messages.tell(store, cast.ben, cause, "times", times, clock.now(), urgent=True)
    closed = {"other": "Ana Rewi"}
    messages.tell(store, cast.ben, "three", "match_closed", closed, clock.now(), urgent=True)
    store.commit()
    browser = sign_in(cast.cleo)
    assert "<b>1</b>" in browser.get("/today").text
    page = browser.get("/messages").text
    assert page.count(">Ben Harris</h3>") == 1
    assert page.count("Thursday 4 March, 9:00 am") == 1
    also = re.findall(r'name="also" value="([^"]+)"', page)
    first = re.search(r"/messages/([^/]+)/handover", page)
    assert first
    done = browser.post(f"/messages/{first[1]}/handover", data={"also": also})
    assert done.status_code == 303
    assert "Nothing to hand over" in browser.get("/messages").text


def test_the_same_press_twice_in_a_day_says_that_it_was_said(store: Store, cast, sign_in) -> None:
    clock.set_to(datetime(2027, 4, 29, 20, 0, tzinfo=UTC))
    browser = sign_in(cast.cleo)
    said = [
        browser.post("/today/ben-2027/times", follow_redirects=True).text for _press in range(2)
    ]
    assert "Times sent to Ben Harris and Ana Rewi." in said[0]
    assert "Said already today." in said[1]
    assert len(store.scalars(select(Message).where(Message.template == "times")).all()) == 2
