"""How I am reached: chosen by each, typed by the hub, and put right where mail came back."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from supervisor import clock, messages, post, undelivered
from supervisor.debriefs.debrief_people import ways
from supervisor.models import Audit, Message, Person, Store
from supervisor.reach import MessageSettings, by_hand, channel_of
from supervisor.rules import chats
from supervisor.rules.kinds import Channel
from supervisor.settings import save
from tests.gateway import Gateway, gateway
from tests.mail_server import words
from tests.test_post import server

__all__ = ["server"]

FORM = {
    "by": "email", "email": "ben@example.org", "phone": "", "hour": "9", "zone": "", "locale": "en",
}  # fmt: skip


@pytest.fixture
def chat(store: Store, monkeypatch) -> Iterator[Gateway]:
    """A chat service of our own."""
    monkeypatch.setitem(chats.SERVICES, "json", "Our chat")
    save(store, MessageSettings(chat_services="json"))
    store.commit()
    with gateway() as service:
        yield service


def tell(store: Store, cast, cause: str = "one", template: str = "check_numbers"):
    facts = {"manager": "Mere Parata"}
    message = messages.tell(store, cast.ben, cause, template, facts, clock.now(), urgent=True)
    store.commit()
    return message


def test_ben_asks_for_a_text_in_the_afternoon_on_his_own_clock(store, cast, sign_in) -> None:
    ben = sign_in(cast.ben)
    assert 'href="/people/ben/contact"' in ben.get("/devices").text
    given = FORM | {
        "by": "text", "phone": "021 555 0199", "hour": "15", "zone": "Pacific/Chatham",
        "locale": "mi",
    }  # fmt: skip
    assert ben.post("/people/ben/contact", data=given).status_code == 303
    assert channel_of(cast.ben) == Channel.TEXT
    assert (cast.ben.tell_at_hour, cast.ben.time_zone) == (15, "Pacific/Chatham")
    assert cast.ben.locale == "mi"
    message = messages.tell(store, cast.ben, "one", "check_numbers", {}, clock.now())
    assert message
    assert message.due_at == datetime(2027, 2, 10, 1, 15, tzinfo=UTC)


def test_the_hub_types_it_for_him_and_that_is_on_record(store, cast, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    assert "Change how we reach them" in cleo.get("/people/ben").text
    given = FORM | {"by": "phone", "phone": "021 555 0199", "email": ""}
    assert cleo.post("/people/ben/contact", data=given).status_code == 303
    assert (cast.ben.email, channel_of(cast.ben)) == (None, Channel.PHONE)
    rows = store.execute(select(Audit.verb, Audit.noun, Audit.for_id)).all()
    assert ("change", "contact", cast.ben.id) in [tuple(row) for row in rows]


@pytest.mark.parametrize("who", ["ana", "mere", "dan"])
def test_nobody_else_sees_or_changes_it(cast, sign_in, who: str) -> None:
    browser = sign_in(getattr(cast, who))
    assert browser.get("/people/ben/contact").status_code == 404
    assert browser.post("/people/ben/contact", data=FORM).status_code == 404


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"by": "owl"}, "Choose how we reach you."),
        ({"email": "ben at home"}, "Write your email, like ben@example.org."),
        ({"email": "a@b@c"}, "Write your email"),
        ({"email": "ana@example.org"}, "We cannot use that address. Ring the hub."),
        ({"email": "Ana@Example.org "}, "We cannot use that address."),
        ({"email": ""}, "Write the address to which we mail."),
        ({"by": "text"}, "Write the number that we use."),
        ({"by": "phone", "phone": "ring me"}, "Write the number, like 021 555 0199."),
        ({"phone": "123"}, "Write the number, like"),
        ({"hour": "3"}, "Choose an hour."),
        ({"hour": "x"}, "Choose an hour."),
        ({"by": "chat"}, "Write an address of one of these"),
        ({"chat": "tgram://key/1"}, "Write an address of one of these"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_kept(cast, sign_in, given, says) -> None:
    answer = sign_in(cast.ben).post("/people/ben/contact", data=FORM | given)
    assert answer.status_code == 422
    assert says in answer.text
    assert (cast.ben.email, cast.ben.contact_by) == ("ben@example.org", "email")


def test_a_zone_that_there_is_not_is_the_hubs(cast, sign_in) -> None:
    sign_in(cast.ben).post("/people/ben/contact", data=FORM | {"zone": "Mars/Base", "locale": "xx"})
    assert (cast.ben.time_zone, cast.ben.locale) == (None, "en")


def test_the_address_before_is_told_and_then_forgotten(store, cast, sign_in, server) -> None:
    given = FORM | {"email": "Ben@Home.example.org"}
    sign_in(cast.ben).post("/people/ben/contact", data=given)
    press(sign_in(cast.dan), link_mailed(server, "ben@home.example.org"))
    assert cast.ben.email == "ben@home.example.org"
    assert post.deliver("a") == 1
    mail = server.mails[-1]
    assert mail["To"] == "ben@example.org"
    assert "Was it not you? Ring the hub today." in words(mail)
    assert "home.example.org" not in str(mail)
    assert [*store.scalars(select(Message.facts))] == [{}, {}]


def link_mailed(server, address: str) -> str:
    """The path of the link in the one mail that goes to an address that is new."""
    assert post.deliver("a") == 1
    mail = server.mails[-1]
    assert mail["To"] == address
    (path,) = set(re.findall(r"/email/[\w-]+", words(mail)))
    return path


def press(browser, path: str) -> None:
    page = browser.get(path).text
    assert "Use this address" in page
    assert browser.post(path).status_code == 303


def test_a_new_address_counts_once_its_link_is_pressed(store, cast, sign_in, server) -> None:
    ben = sign_in(cast.ben)
    ben.post("/people/ben/contact", data=FORM | {"email": "ben@home.example.org"})
    page = ben.get("/people/ben/contact").text
    assert "ben@home.example.org is not confirmed yet" in page
    assert "Until then we write to ben@example.org." in page
    path = link_mailed(server, "ben@home.example.org")
    for _look in range(2):
        sign_in(cast.dan).get(path)
    assert cast.ben.email == "ben@example.org", "looking changes nothing"
    press(ben, path)
    assert cast.ben.email == "ben@home.example.org"
    assert "not confirmed" not in ben.get("/people/ben/contact").text
    again = ben.post(path)
    assert again.status_code == 410
    assert "This link is over" in again.text


def test_a_new_address_can_be_left_and_a_later_one_takes_its_place(
    store, cast, sign_in, server
) -> None:
    ben = sign_in(cast.ben)
    ben.post("/people/ben/contact", data=FORM | {"email": "ben@hmoe.example.org"})
    slip = link_mailed(server, "ben@hmoe.example.org")
    ben.post("/people/ben/contact", data=FORM | {"email": "ben@home.example.org"})
    assert ben.post(slip).status_code == 410
    right = link_mailed(server, "ben@home.example.org")
    ben.post("/people/ben/contact/email/withdrawal")
    assert ben.post(right).status_code == 410
    assert cast.ben.email == "ben@example.org"


def test_a_link_ends_and_an_address_that_somebody_took_meanwhile_is_none(
    store, cast, sign_in, server, now
) -> None:
    ben = sign_in(cast.ben)
    for days, taken in ((8, None), (1, "ben@home.example.org")):
        clock.set_to(now)
        ben.post("/people/ben/contact", data=FORM | {"email": "ben@home.example.org"})
        path = link_mailed(server, "ben@home.example.org")
        if taken:
            store.get_one(Person, cast.rua.id).email = taken
            store.commit()
        clock.set_to(now + timedelta(days=days))
        assert sign_in(cast.dan).post(path).status_code == 410
    assert cast.ben.email == "ben@example.org"


def test_what_the_hub_types_counts_at_once(cast, sign_in) -> None:
    sign_in(cast.cleo).post("/people/ben/contact", data=FORM | {"email": "ben@home.example.org"})
    assert cast.ben.email == "ben@home.example.org"


def test_nobody_mails_links_to_many_addresses(cast, sign_in) -> None:
    ben = sign_in(cast.ben)
    answers = [
        ben.post("/people/ben/contact", data=FORM | {"email": f"b{n}@home.example.org"})
        for n in range(6)
    ]
    assert [answer.status_code for answer in answers] == [303] * 5 + [422]
    assert "That was many tries" in answers[-1].text


def test_mail_that_came_back_is_seen_on_every_page_and_put_right(
    store, cast, sign_in, server
) -> None:
    message = tell(store, cast)
    message.stopped_at = cast.ben.email_failed_at = clock.now()
    cast.ben.email_trouble = "5.1.1"
    store.commit()
    ben = sign_in(cast.ben)
    for page in ("/support", "/groups", "/calendar"):
        assert "Our mail to you came back" in ben.get(page).text
    page = ben.get("/people/ben/contact").text
    assert "Mail to ben@example.org came back" in page
    assert "There is no such address." in page
    ben.post("/people/ben/contact", data=FORM | {"email": "ben@home.example.org"})
    press(ben, link_mailed(server, "ben@home.example.org"))
    assert "came back" not in ben.get("/support").text
    assert post.deliver("a") == 1
    assert server.mails[-1]["To"] == "ben@home.example.org"


def test_an_address_that_is_right_is_tried_again(store, cast, sign_in, server) -> None:
    message = tell(store, cast)
    message.stopped_at = cast.ben.email_failed_at = clock.now()
    store.commit()
    assert undelivered.to_hand_over(store, clock.now()) == [message]
    assert sign_in(cast.cleo).post("/people/ben/contact/mended").status_code == 303
    assert cast.ben.email_failed_at is None
    assert post.deliver("a") == 1


def test_a_chat_is_offered_where_the_hub_allows_one_and_nobody_else_reads_it(
    store, cast, sign_in
) -> None:
    ben = sign_in(cast.ben)
    assert "A chat" not in ben.get("/people/ben/contact").text
    save(store, MessageSettings(chat_services="tgram,slack"))
    store.commit()
    assert "A chat: Telegram, Slack" in ben.get("/people/ben/contact").text
    given = FORM | {"by": "chat", "chat": "tgram://123:key/99"}
    assert ben.post("/people/ben/contact", data=given).status_code == 303
    assert "tgram://123:key/99" in ben.get("/people/ben/contact").text
    cleo = sign_in(cast.cleo)
    seen = cleo.get("/people/ben/contact").text
    assert "They have a chat address. Only they can read it." in seen
    assert "123:key" not in seen + cleo.get("/people/ben").text
    cleo.post("/people/ben/contact", data=FORM | {"by": "chat", "chat": "tgram://hubs/1"})
    assert cast.ben.chat == "tgram://123:key/99"


@pytest.mark.parametrize(
    ("address", "allowed", "may"),
    [
        ("tgram://1:k/2", "tgram", True),
        ("tgram://1:k/2", "slack", False),
        ("json://10.0.0.1/x", "json", False),
        ("tgram://1:k/2, json://10.0.0.1", "tgram", False),
        ("tgram://1:k/2?verify=no", "tgram", False),
        ("", "tgram", False),
        (None, "tgram", False),
    ],
)
def test_an_address_leads_to_a_service_that_is_allowed_and_nowhere_else(
    address: str | None, allowed: str, may: bool
) -> None:
    assert chats.may_go_to(address, allowed) is may


def test_the_hub_allows_services_that_there_are() -> None:
    assert chats.some_services("")
    assert chats.some_services("tgram, slack")
    assert not chats.some_services("tgram,tgram")
    assert not chats.some_services("mailto")


def test_what_is_told_goes_to_the_chat_without_a_greeting(store, cast, server, chat) -> None:
    cast.ben.contact_by, cast.ben.chat = Channel.CHAT, chat.address
    message = tell(store, cast)
    assert message.channel == Channel.CHAT
    assert not by_hand(store, cast.ben)
    assert post.deliver("a") == 1
    assert "Mere Parata asks whether a number" in chat.said[0]
    assert server.mails == []


def test_what_is_private_never_goes_to_a_chat(store, cast, server, chat) -> None:
    cast.ben.contact_by, cast.ben.chat = Channel.CHAT, chat.address
    apart = tell(store, cast, "two", "identity_question")
    private = Message(
        cause="three", recipient=cast.ben, template="talk_news", facts={}, private=True, urgent=True
    )
    messages.write(store, private, clock.now())
    assert (apart.channel, private.channel) == (Channel.EMAIL, Channel.EMAIL)
    assert ways(store).of_worker(cast.ben) == Channel.EMAIL


def test_where_the_hub_allows_it_no_more_mail_is_the_way(store, cast, chat) -> None:
    cast.ben.contact_by, cast.ben.chat = Channel.CHAT, chat.address
    waits = tell(store, cast)
    save(store, MessageSettings())
    store.commit()
    assert tell(store, cast, "two").channel == Channel.EMAIL
    assert undelivered.to_hand_over(store, clock.now()) == [waits]


def test_a_chat_that_takes_nothing_is_tried_again(store, cast, chat) -> None:
    cast.ben.contact_by, cast.ben.chat = Channel.CHAT, "json://127.0.0.1:9/x"
    message = tell(store, cast)
    assert post.deliver("a") == 0
    store.refresh(message)
    assert (message.attempts, message.stopped_at) == (1, None)
