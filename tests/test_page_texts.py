"""A text back answers *did it happen?*, once, for the one who was asked; the rest the hub reads."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import clock, post, reminders
from supervisor.models import Confirmation, Message, Person, Session, Store, TextReply
from supervisor.reach import MessageSettings
from supervisor.rules.kinds import Answer, Channel, Mode, Outcome, Side
from supervisor.settings import read, save
from supervisor.throttle import ThrottleSettings
from supervisor.zones import to_local
from tests.talk import text_gateway, texts_in

SECRET = "q7w8e9r0t1y2u3i4"
BEN = "021 555 0199"
ZONE = "Pacific/Auckland"


@pytest.fixture
def sink(store: Store, cast, tmp_path: Path):
    """A gateway both ways; Ben is reached by text."""
    cast.ben.phone, cast.ben.contact_by = BEN, Channel.TEXT
    with text_gateway(store, tmp_path / "texts") as sink:
        address = read(store, MessageSettings).text_gateway
        save(store, MessageSettings(text_gateway=address, text_secret=SECRET))
        store.commit()
        yield sink


@pytest.fixture
def asked(store: Store, cast, sink: Path) -> list[Session]:
    """Two meetings are over, and Ben was asked about both by text, the later one first."""
    met = [_met(store, cast, days) for days in (3, 1)]
    for session in reversed(met):
        reminders.ask_again(store, session, cast.cleo, clock.now())
    store.commit()
    post.deliver("a")
    return met


def _met(store: Store, cast: SimpleNamespace, days: int) -> Session:
    at = clock.now() - timedelta(days=days)
    session = Session(
        ref=f"before-{days}", entitlement=cast.entitlement, provider=cast.ana, starts_at=at,
        local_start=to_local(at, ZONE), zone=ZONE, minutes=60, mode=Mode.VIDEO, changed_at=at,
    )  # fmt: skip
    store.add(session)
    store.flush()
    return session


@pytest.fixture
def send(client, sink: Path):
    """A text comes in as a gateway brings it."""

    def sending(words: str, phone: str = "+64215550199", **given) -> int:
        form = {"From": phone, "Body": words} | given
        return client.post(f"/texts/{SECRET}", data=form).status_code

    return sending


def answers(store: Store) -> list[tuple[int, str, str]]:
    store.expire_all()
    query = select(Confirmation).order_by(Confirmation.id)
    return [(one.session_id, one.side, one.answer) for one in store.scalars(query)]


def test_the_text_that_asks_says_what_to_text_back(store, asked, sink) -> None:
    said = " ".join(text["said"] for text in texts_in(sink))
    assert "Text back 1: yes, we met. 2: Ana could not come. 3: I could not come." in said
    assert "Or answer" not in said


def test_a_mail_and_a_hub_without_a_way_back_ask_for_no_text(store, cast, sink) -> None:
    address = read(store, MessageSettings).text_gateway
    save(store, MessageSettings(text_gateway=address))
    reminders.ask_again(store, _met(store, cast, 1), cast.cleo, clock.now())
    store.commit()
    post.deliver("a")
    assert "Text back" not in str(texts_in(sink))


@pytest.mark.parametrize("words", ["yes", "Āe", "yep thanks", "1"])
def test_a_yes_answers_the_oldest_in_his_own_name(store, cast, asked, send, words: str) -> None:
    assert send(words) == 204
    assert answers(store) == [(asked[0].id, Side.WORKER, Answer.HELD)]
    assert asked[0].outcome == Outcome.HELD
    assert asked[0].confirmations[0].by_id == cast.ben.id


def test_he_reads_which_meeting_it_was_and_that_one_is_left(store, asked, send, sink) -> None:
    send("yes")
    post.deliver("a")
    thanks = texts_in(sink)[-1]["said"]
    assert "Written down: you and Ana Rewi met on Sunday 7 February, 9:00 am." in thanks
    assert "And on Tuesday 9 February, 9:00 am? Text back the same way." in thanks
    send("yes")
    assert [row[0] for row in answers(store)] == [asked[0].id, asked[1].id]
    post.deliver("a")
    assert "Text back" not in texts_in(sink)[-1]["said"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [("2", Answer.PROVIDER_AWAY), ("3", Answer.WORKER_AWAY), ("4", Answer.ANOTHER_DAY)],
)
def test_a_number_says_what_happened_instead(store, asked, send, words, answer) -> None:
    send(words)
    assert answers(store) == [(asked[0].id, Side.WORKER, answer)]


@pytest.mark.parametrize("words", ["no", "Kāo", "no we didn't"])
def test_a_plain_no_is_asked_what_happened_and_writes_nothing_down(
    store, asked, send, sink, words: str
) -> None:
    send(words)
    assert answers(store) == []
    post.deliver("a")
    assert "So you and Ana Rewi did not meet on Sunday 7 February" in texts_in(sink)[-1]["said"]
    send("3")
    assert answers(store) == [(asked[0].id, Side.WORKER, Answer.WORKER_AWAY)]


def test_what_fits_nothing_is_for_the_hub_to_read_and_then_kept_no_longer(
    store, asked, send, sign_in, cast
) -> None:
    send("Who is this? I changed jobs")
    assert answers(store) == []
    cleo = sign_in(cast.cleo)
    assert "Texts to read" in cleo.get("/today").text
    page = cleo.get("/messages?show=texts").text
    assert "Who is this? I changed jobs" in page
    assert ">Ben Harris</a>" in page
    assert 'href="/sessions/before-3/confirmation">Answer for Sunday 7 February' in page
    (reply,) = store.scalars(select(TextReply))
    done = cleo.post(f"/replies/{reply.ref}/reading", follow_redirects=True).text
    assert "No text to read" in done
    store.expire_all()
    assert (reply.words, reply.phone) == (None, None)
    assert reply.settled_at
    assert cleo.post("/replies/nothing/reading").status_code == 404


def test_two_people_with_one_number_are_never_guessed(store, asked, send, sign_in, cast) -> None:
    store.add(Person(name="Tui Harris", phone="+64 21 555 0199"))
    store.commit()
    assert send("yes") == 204
    assert answers(store) == []
    page = sign_in(cast.cleo).get("/messages").text
    assert "They share this number, so it is not known who wrote." in page


def test_a_number_that_nobody_has_is_shown_and_answers_nothing(
    store, asked, send, sign_in, cast
) -> None:
    send("yes", phone="+64 27 000 0000")
    assert answers(store) == []
    assert "Nobody here has this number" in sign_in(cast.cleo).get("/messages").text


def test_whoever_was_asked_by_mail_is_not_answered_for_by_text(store, cast, send) -> None:
    cast.ben.contact_by = Channel.EMAIL
    reminders.ask_again(store, _met(store, cast, 1), cast.cleo, clock.now())
    store.commit()
    send("yes")
    assert answers(store) == []


def test_what_was_answered_or_called_off_meanwhile_is_not_answered_again(
    store, asked, send, sign_in, cast
) -> None:
    asked[0].cancelled_at = clock.now()
    store.commit()
    send("yes")
    assert answers(store) == [(asked[1].id, Side.WORKER, Answer.HELD)]
    send("yes")
    assert len(answers(store)) == 1
    assert "Texts to read" in sign_in(cast.cleo).get("/today").text


def test_the_same_text_brought_twice_answers_once(store, asked, send) -> None:
    for _again in range(2):
        assert send("yes", MessageSid="SM123") == 204
    assert len(answers(store)) == 1
    assert send("yes", MessageSid="SM124") == 204
    assert len(answers(store)) == 2


def test_thanks_need_nobody(store, asked, send, sign_in, cast) -> None:
    for words in ("yes", "yes", "Thanks!"):
        send(words)
    assert "Texts to read" not in sign_in(cast.cleo).get("/today").text


@pytest.mark.parametrize("secret", ["x" * 16, SECRET[:-1], "%C4%81"])
def test_whoever_does_not_know_the_secret_is_told_nothing(store, asked, client, secret) -> None:
    form = {"From": BEN, "Body": "yes"}
    assert client.post(f"/texts/{secret}", data=form).status_code == 404
    assert answers(store) == []


def test_where_no_secret_is_set_there_is_no_door(store, cast, client) -> None:
    assert client.post("/texts/", data={}).status_code == 404
    assert client.post("/texts/anything", data={"From": BEN, "Body": "yes"}).status_code == 404


def test_guessing_and_flooding_are_stopped(store, asked, client, send) -> None:
    save(store, ThrottleSettings(per_address=3))
    store.commit()
    form = {"From": BEN, "Body": "yes"}
    tries = [client.post("/texts/guess", data=form).status_code for _n in range(4)]
    assert tries == [404, 404, 404, 429]
    assert [send("hm") for _n in range(4)] == [204, 204, 204, 429]


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"msisdn": "64215550199", "text": "yes", "messageId": "1"}},
        {"json": {"from": "+64215550199", "message": "yes", "id": 7}},
        {"data": {"originator": "64215550199", "Content": "yes"}},
    ],
)
def test_gateways_name_things_in_their_own_ways(store, asked, client, sent) -> None:
    assert client.post(f"/texts/{SECRET}", **sent).status_code == 204
    assert len(answers(store)) == 1


def test_half_an_emoji_is_read_without_it(store, asked, client) -> None:
    body = b'{"from": "+64215550199", "text": "yes \\ud83d", "id": "\\udc4d"}'
    sent = client.post(f"/texts/{SECRET}", data=body, content_type="application/json")
    assert sent.status_code == 204
    assert len(answers(store)) == 1


def test_what_is_built_to_exhaust_the_reader_is_refused(store, asked, client) -> None:
    body = b'{"from":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    sent = client.post(f"/texts/{SECRET}", data=body, content_type="application/json")
    assert sent.status_code == 400


@pytest.mark.parametrize("sent", [{"data": {}}, {"data": {"From": BEN}}, {"json": ["yes"]}])
def test_what_is_no_text_is_refused(store, asked, client, sent) -> None:
    assert client.post(f"/texts/{SECRET}", **sent).status_code == 400
    assert store.scalars(select(TextReply)).all() == []


def test_it_needs_no_token_of_a_form_and_every_other_door_still_does(app, asked, client) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    form = {"From": BEN, "Body": "yes"}
    assert client.post(f"/texts/{SECRET}", data=form).status_code == 204
    assert client.post("/replies/x/reading", data={}).status_code == 400


def test_what_he_says_is_kept_in_no_message(store, asked, send) -> None:
    send("yes thank you")
    reply = store.scalars(select(TextReply)).one()
    assert (reply.words, reply.phone, reply.said) == (None, None, "yes")
    assert "thank you" not in str(store.scalars(select(Message.facts)).all())
