"""A mail server that turns everybody away blames nobody, and is told until a mail is taken."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supervisor import clock, messages, outlet, post, undelivered, watch
from supervisor.models import Inlet, Message, Person, Store
from supervisor.reach import MessageSettings
from supervisor.rules.bounces import Refusal, all_turned_away
from tests.conftest import NOW
from tests.mail_server import mail_server

FACTS = {"manager": "Mere Parata"}
NOBODY = "550 5.1.1 <{0}>: no such user"
REFUSES, SLOW = "The mail server refuses everybody", "Email is slow today"


@pytest.fixture
def server(app: Flask):
    with mail_server() as server:
        app.config["HUB"] = replace(app.config["HUB"], smtp_host="127.0.0.1", smtp_port=server.port)
        yield server


def later(**step: float) -> None:
    clock.set_to(clock.now() + timedelta(**step))


def tell(store: Store, *people: Person, cause: str = "one", urgent: bool = True) -> None:
    for person in people:
        messages.tell(store, person, cause, "check_numbers", FACTS, clock.now(), urgent=urgent)
    store.commit()


def carried(store: Store, minutes: int = 1) -> int:
    """How much goes in so many minutes of the worker process."""
    count = 0
    for _minute in range(minutes):
        later(minutes=1)
        count += post.deliver("a")
    store.expire_all()
    return count


def troubles(store: Store) -> list[watch.Trouble]:
    found = watch.troubles(store, clock.now(), clock.now(), mailing=True)
    return [one for one in found if one.title in {REFUSES, SLOW}]


def marked(store: Store) -> set[str]:
    failed = select(Person.name).where(Person.email_failed_at.is_not(None))
    return {name.partition(" ")[0] for name in store.scalars(failed)}


@pytest.mark.parametrize(
    ("minutes", "addresses", "so"),
    [
        ([0, 1, 2], "abc", True),
        ([0, 1, 2], "aba", False),
        ([0, 1], "ab", False),
        ([0, 1, 61], "abc", False),
        ([0, 59, 118, 119], "abcd", True),
        ([], "", False),
    ],
)
def test_several_addresses_in_a_row_within_an_hour_are_the_mail_servers_doing(
    minutes: list[int], addresses: str, so: bool
) -> None:
    found = [
        Refusal(address, NOW + timedelta(minutes=n))
        for n, address in zip(minutes, addresses, strict=True)
    ]
    enough = 2 if len(found) == 4 else 3
    assert all_turned_away(found, enough) is so


def test_a_server_that_knows_nobody_marks_nobody_and_loses_nothing(
    store, cast, server, caplog
) -> None:
    server.refuse = NOBODY.format
    everybody = (cast.ana, cast.ben, cast.cleo, cast.mere, cast.dan)
    tell(store, *everybody)
    assert carried(store, 30) == 0
    assert marked(store) == set()
    assert undelivered.to_hand_over(store, clock.now()) == []
    (trouble,) = troubles(store)
    assert (trouble.title, trouble.said) == (REFUSES, "550 5.1.1 <…>: no such user")
    assert "no mail goes out" in caplog.text
    assert "@" not in caplog.text
    server.refuse = lambda _address: None
    carried(store, 30)
    assert sorted(mail["To"] for mail in server.mails) == sorted(p.email for p in everybody)
    assert troubles(store) == []


def test_it_is_found_over_several_runs_too_and_marks_are_taken_back(store, cast, server) -> None:
    server.refuse = NOBODY.format
    for person, before in ((cast.ana, set()), (cast.ben, {"Ana"}), (cast.cleo, {"Ana", "Ben"})):
        assert marked(store) == before
        tell(store, person)
        carried(store, 10)
    assert marked(store) == set()
    assert len(messages.claim(store, "b", clock.now() + timedelta(hours=1))) == 1


def test_a_server_that_took_one_of_them_is_believed_of_the_rest(store, cast, server) -> None:
    server.refuse = lambda address: None if "cleo" in address else NOBODY.format(address)
    for person in (cast.ana, cast.ben, cast.cleo, cast.mere, cast.dan):
        tell(store, person)
        carried(store)
    assert marked(store) == {"Ana", "Ben", "Mere", "Dan"}
    assert troubles(store) == []


def test_whoever_is_still_refused_once_it_takes_mail_again_is_marked(store, cast, server) -> None:
    """Also where several addresses in a row were wrong, and nothing but they had been tried."""
    server.refuse = lambda address: None if "dan" in address else NOBODY.format(address)
    tell(store, cast.ana, cast.ben, cast.cleo, cast.mere)
    carried(store, 5)
    assert marked(store) == set()
    tell(store, cast.dan)
    assert carried(store, 5) == 1
    assert marked(store) == {"Ana", "Ben", "Cleo", "Mere"}
    assert troubles(store) == []


def test_one_address_that_is_refused_again_and_again_is_one(store, cast, server) -> None:
    server.refuse = NOBODY.format
    for cause in ("one", "two", "three", "four"):
        tell(store, cast.ben, cause=cause)
    carried(store, 5)
    assert marked(store) == {"Ben"}
    assert store.scalars(select(Inlet)).all() == []


def test_how_many_are_enough_is_a_setting(store, cast, server, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    given = {key: str(value) for key, value in asdict(MessageSettings()).items()}
    assert 'name="refused_together"' in cleo.get("/settings/MessageSettings").text
    done = cleo.post("/settings/MessageSettings", data=given | {"refused_together": "2"})
    assert done.status_code == 303
    server.refuse = NOBODY.format
    tell(store, cast.ana, cast.ben)
    carried(store, 3)
    assert marked(store) == set()
    assert [one.title for one in troubles(store)] == [REFUSES]


def test_a_server_that_was_away_is_told_through_the_night_until_it_takes_a_mail(
    store, cast, server, sign_in
) -> None:
    """At 18:00 what is not urgent waits for the morning, so nothing is tried any more."""
    server.stop()
    clock.set_to(NOW + timedelta(hours=8, minutes=30))
    tell(store, cast.cleo, urgent=False)
    carried(store, 20)
    assert [one.title for one in troubles(store)] == [SLOW]
    for _hour in range(15):
        later(hours=1)
        post.deliver("a")
        (trouble,) = troubles(store)
        assert trouble.title == SLOW
        assert trouble.said
    assert SLOW in sign_in(cast.cleo).get("/people").text
    store.commit()
    server.start()
    assert carried(store, 15) == 1
    assert troubles(store) == []


def test_a_server_that_was_away_for_a_moment_frightens_nobody(store, cast, server) -> None:
    server.stop()
    tell(store, cast.cleo)
    carried(store, 3)
    assert outlet.shut(store, clock.now()) is None
    server.start()
    assert carried(store) == 1
    assert store.scalars(select(Message.sent_at)).all() == [clock.now()]
    assert store.scalars(select(Inlet)).all() == []


def test_what_the_hub_says_by_phone_is_no_mail_that_was_taken(store, cast, server) -> None:
    server.refuse = NOBODY.format
    tell(store, cast.ana, cast.ben)
    carried(store, 2)
    assert marked(store) == {"Ana", "Ben"}
    for message in undelivered.to_hand_over(store, clock.now())[:1]:
        undelivered.handed_over(store, message, cast.mere, clock.now())
    store.commit()
    tell(store, cast.cleo, cast.dan)
    carried(store, 2)
    assert [one.title for one in troubles(store)] == [REFUSES]


def test_whoever_wants_to_sign_in_waits_for_no_row_of_wrong_addresses(store, cast, server) -> None:
    server.refuse = lambda address: None if "cleo" in address else NOBODY.format(address)
    some = [Person(ref=f"p{n}", name=f"P{n}", email=f"p{n}@example.org") for n in range(20)]
    store.add_all(some)
    store.flush()
    tell(store, *some)
    carried(store, 2)
    assert [one.title for one in troubles(store)] == [REFUSES]
    tell(store, cast.cleo)
    carried(store, 3)
    assert [mail["To"] for mail in server.mails] == [cast.cleo.email]
    assert len(marked(store)) == 20
