"""What each reads of a wish to talk, by page, mail and text, from 2 in the morning on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from supervisor import clock, post
from supervisor.debriefs import debriefs
from supervisor.debriefs.debrief_people import DebriefSettings
from supervisor.errors import Refused
from supervisor.models import Audit, Commitment, Conflict, Debrief, Message, Store
from supervisor.reach import MessageSettings
from supervisor.rules.debrief import Whom
from supervisor.rules.kinds import Channel, Mode
from supervisor.settings import save
from tests.mail_server import MailServer
from tests.talk import ask, asked, at_night, later, letters_to, text_gateway, texts_in
from tests.test_post import server

__all__ = ["server"]


@pytest.fixture
def night(app: Flask, store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    return at_night(store, cast)


@pytest.fixture
def texts(store: Store, night, tmp_path: Path) -> Iterator[Path]:
    with text_gateway(store, tmp_path / "texts.jsonl") as sink:
        yield sink


def test_at_two_in_the_morning_each_step_is_told_as_it_is(
    store: Store, night, server: MailServer, texts: Path, sign_in
) -> None:
    """From the two taps to the end, by page, by mail and by text, under a clock that moves."""
    night.cleo.phone = "+64 21 555 099"
    store.commit()
    ben, cleo = sign_in(night.ben), sign_in(night.cleo)
    debrief = _asked_in_two_taps(store, night, server, ben)
    assert letters_to(server, "cleo@example.org") == texts_in(texts) == []
    _after_twenty_minutes(store, debrief, server, ben, cleo)
    (text,) = texts_in(texts)
    assert text["to"] == "+6421555099"
    assert text["said"].startswith("Nobody has said yes yet.")
    taker = debrief.asks[-1]
    _one_says_yes(debrief, server, sign_in(taker.person), ben)
    assert "Would like to talk" not in cleo.get("/today").text
    later(60)
    assert "Good." in ben.post("/talk/talked", follow_redirects=True).text
    over = sign_in(taker.person).get(f"/asked/{taker.ref}").text
    assert "It is over" in over
    assert "Ben" not in over
    store.expire_all()
    assert (debrief.number, debrief.reach) == (None, None)
    assert store.scalar(select(func.count()).select_from(Commitment)) == 0


def _asked_in_two_taps(store: Store, night, server: MailServer, ben: FlaskClient) -> Debrief:
    page = ben.get("/talk").text
    assert page.index("tel:1737") < page.index("tel:111") < page.index("Somebody else")
    assert "Nobody is on duty at night." in page
    wish = {"whom": "another", "number": "021 555 010"}
    page = ben.post("/talk", data=wish, follow_redirects=True).text
    assert "Nobody is on duty at night. We have asked three people." in page
    assert "If nobody has by 2:20 am, we ask others." in page
    post.deliver("w")
    (told,) = letters_to(server, "ben@example.org")
    assert told[0] == "How it stands"
    assert "Nobody is on duty at night. We have asked three people." in told[1]
    assert "You can call or text 1737 at any time." in told[1]
    debrief = debriefs.open_of(store, night.ben)
    assert debrief
    assert len(asked(debrief)) == 3
    for one in debrief.asks:
        (mail,) = letters_to(server, one.person.email)
        assert mail[0] == "Can you take a call?"
        assert f"/asked/{one.ref}" in mail[1]
        assert "It is night, and nobody is on duty." in mail[1]
        assert "Ben" not in mail[1]
    return debrief


def _after_twenty_minutes(
    store: Store, debrief: Debrief, server: MailServer, ben: FlaskClient, cleo: FlaskClient
) -> None:
    first = asked(debrief)
    later(20)
    store.expire_all()
    assert len(asked(debrief) - first) == 3
    page = ben.get("/talk").text
    assert "We have asked 6 people." in page
    assert "The hub has been told that somebody waits. It does not see who." in page
    (hub,) = letters_to(server, "cleo@example.org")
    assert hub[0] == "Somebody would like to talk"
    assert "Ben" not in hub[1]
    assert "Nobody has said yes yet. You do not see who asks" in cleo.get("/today").text
    assert "Ben" not in cleo.get("/messages").text


def _one_says_yes(
    debrief: Debrief, server: MailServer, taker: FlaskClient, ben: FlaskClient
) -> None:
    one, address = debrief.asks[-1], f"/asked/{debrief.asks[-1].ref}"
    seen = taker.get(address).text
    assert "Somebody would like to talk soon" in seen
    assert "Ben" not in seen
    later(2)
    done = taker.post(f"{address}/yes", data={"when": "30"}, follow_redirects=True).text
    for words in ("Ben Harris", "021 555 010", "Sunday 6 December, 2:52 am"):
        assert words in done
    post.deliver("w")
    subject, said = letters_to(server, "ben@example.org")[-1]
    assert (subject, "2:52 am" in said) == ("Somebody has time for you", True)
    assert one.person.name not in said
    assert one.person.name in ben.get("/talk").text
    assert letters_to(server, one.person.email)[-1][0] == "Thank you for saying yes"
    for other in debrief.asks[:-1]:
        assert letters_to(server, other.person.email)[-1][0] == "You need not do anything"


def test_who_likes_texts_is_told_by_text(store: Store, night, server, texts: Path) -> None:
    night.ben.contact_by = Channel.TEXT
    ask(store, night.ben)
    post.deliver("w")
    (text,) = texts_in(texts)
    assert text["to"] == "021555010"
    assert "We have asked three people." in text["said"]
    assert letters_to(server, "ben@example.org") == []


def test_nothing_is_written_to_a_work_address(store: Store, night, server, sign_in) -> None:
    """Where there is no other way the worker reads it on the page, and is told so."""
    save(store, DebriefSettings(work_domains="lakes.example, EXAMPLE.org"))
    ask(store, night.ben)
    post.deliver("w")
    assert letters_to(server, "ben@example.org") == []
    page = sign_in(night.ben).get("/talk").text
    assert "We have no way to write to you that is not at work." in page


def test_a_text_goes_where_mail_would_be_read_at_work(store, night, server, texts: Path) -> None:
    save(store, DebriefSettings(work_domains="example.org"))
    ask(store, night.ben)
    post.deliver("w")
    assert [one["to"] for one in texts_in(texts)] == ["021555010"]
    assert letters_to(server, "ben@example.org") == []


def test_a_text_that_does_not_go_is_tried_again_and_never_shown(
    store: Store, night, server, sign_in
) -> None:
    save(store, MessageSettings(text_gateway="json://127.0.0.1:9/{phone}"))
    night.ben.contact_by = Channel.TEXT
    ask(store, night.ben)
    later(0)
    trouble = store.scalars(select(Message.trouble).where(Message.channel == Channel.TEXT)).one()
    assert trouble == "the gateway did not take it"
    later(10)
    later(10)
    assert "Ben" not in sign_in(night.cleo).get("/messages").text


def test_by_day_it_says_who_has_open_hours(store: Store, night, sign_in) -> None:
    clock.set_to(datetime(2026, 12, 7, 20, 30, tzinfo=UTC))
    ask(store, night.ben)
    page = sign_in(night.ben).get("/talk").text
    assert "We have asked three people." in page
    assert "on duty" not in page
    clock.set_to(datetime(2026, 12, 8, 4, 30, tzinfo=UTC))
    assert "has open hours just now" in sign_in(night.ben).get("/talk").text


def test_the_second_who_says_yes_is_told_kindly(store: Store, night, sign_in) -> None:
    debrief = ask(store, night.ben)
    one, other, _third = debrief.asks
    sign_in(one.person).post(f"/asked/{one.ref}/yes", data={"reach": "021 1"})
    late = sign_in(other.person).post(
        f"/asked/{other.ref}/yes", data={"reach": "021 2"}, follow_redirects=True
    )
    assert "Somebody has taken it already. Thank you for being there." in late.text
    assert "Ben" not in late.text
    assert sign_in(other.person).post(f"/asked/{other.ref}/talked").status_code == 404


def test_who_gave_no_number_is_given_one(store: Store, night, sign_in) -> None:
    debrief = ask(store, night.ben, number="")
    (one, *_), browser = debrief.asks, sign_in(debrief.asks[0].person)
    refused = browser.post(f"/asked/{one.ref}/yes", data={})
    assert refused.status_code == 422
    assert "Write how they reach you" in refused.text
    browser.post(f"/asked/{one.ref}/yes", data={"reach": "021 7"})
    assert 'href="tel:0217"' in sign_in(night.ben).get("/talk").text


def test_my_page_says_that_a_call_is_asked_for(store: Store, night, sign_in) -> None:
    ben = sign_in(night.ben)
    assert "You have asked for a call." not in ben.get("/support").text
    ask(store, night.ben)
    assert "You have asked for a call." in ben.get("/support").text


def test_a_video_room_is_a_link_and_nothing_else_is(store: Store, night, sign_in) -> None:
    debrief = ask(store, night.ben, way=Mode.VIDEO)
    one = debrief.asks[0]
    room = "https://meet.example.org/a?b=1"
    sign_in(one.person).post(f"/asked/{one.ref}/yes", data={"reach": room})
    assert f'<a href="{room}" rel="noreferrer">' in sign_in(night.ben).get("/talk").text


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ({"when": "at", "at": ""}, "Write a day and a time"),
        ({"when": "at", "at": "2026-12-09T10:00"}, "Pick a time in the next two days."),
        ({"when": "7"}, "Say when."),
        ({"when": "0", "at": "2026-12-06T10:00"}, "You wrote a time as well."),
    ],
)
def test_a_time_that_cannot_be_is_refused_beside_its_field(
    store: Store, night, sign_in, when: dict[str, str], says: str
) -> None:
    one = ask(store, night.ben, number="021").asks[0]
    answer = sign_in(one.person).post(f"/asked/{one.ref}/yes", data=when)
    assert answer.status_code == 422
    assert says in answer.text
    assert one.debrief.accepted_at is None


def test_what_was_picked_and_typed_stays_when_a_time_is_refused(store, night, sign_in) -> None:
    one = ask(store, night.ben, number="021").asks[0]
    given = {"when": "at", "at": "2026-12-09T10:00", "reach": "021 555 011"}
    page = sign_in(one.person).post(f"/asked/{one.ref}/yes", data=given).text
    assert 'value="at" checked' in page
    assert 'value="2026-12-09T10:00"' in page
    assert 'value="021 555 011"' in page


def test_a_yes_can_be_taken_back_and_others_are_asked_at_once(
    store: Store, night, server, sign_in
) -> None:
    debrief = ask(store, night.ben, number="021")
    one = debrief.asks[0]
    debriefs.accept(store, one, clock.now(), "", clock.now())
    store.commit()
    sign_in(one.person).post(f"/asked/{one.ref}/no")
    later(1)
    store.expire_all()
    assert len(debrief.asks) == 6
    assert debrief.accepted_at is None
    assert store.scalars(select(Commitment)).all() == []
    subjects = [subject for subject, _said in letters_to(server, "ben@example.org")]
    assert "The call is off" in subjects
    with pytest.raises(Refused):
        debriefs.accept(store, one, clock.now(), "", clock.now())


def test_once_all_said_no_the_next_are_asked_without_waiting(store: Store, night, sign_in) -> None:
    debrief = ask(store, night.ben)
    for one in debrief.asks:
        page = sign_in(one.person).post(f"/asked/{one.ref}/no", follow_redirects=True).text
        assert "You said not this time" in page
    later(1)
    store.expire_all()
    assert len(debrief.asks) == 6


def test_once_the_only_one_asked_said_no_no_time_that_is_over_is_named(
    store: Store, night, sign_in
) -> None:
    debrief = ask(store, night.ben, Whom.SUPERVISOR)
    ben = sign_in(night.ben)
    assert "If nobody has by 2:20 am" in ben.get("/talk").text
    clock.set_to(clock.now() + timedelta(minutes=5))
    debriefs.decline(store, debrief.asks[0], clock.now())
    store.commit()
    page = ben.get("/talk").text
    assert "If nobody has by" not in page
    assert "We ask others now." in page


def test_asking_while_one_is_open_leads_to_that_one(store: Store, night, sign_in) -> None:
    ben = sign_in(night.ben)
    for said in ("", "You have asked already. This is how it stands."):
        ben.post("/talk", data={"whom": "another"})
        page = ben.get("/talk").text
        assert "We have asked three people." in page
        assert said in page
    assert store.scalar(select(func.count(Debrief.id))) == 1


def test_asking_again_and_again_lets_others_rest_and_is_never_refused(
    store: Store, night, sign_in
) -> None:
    ben = sign_in(night.ben)
    for _time in range(3):
        debriefs.stop(store, ask(store, night.ben), night.ben, clock.now())
        clock.set_to(clock.now() + timedelta(minutes=1))
    debrief = ask(store, night.ben)
    assert asked(debrief) == set()
    assert debrief.hub_told_at
    page = ben.get("/talk").text
    assert "You have asked a few times today, so the hub looks first." in page
    assert "The hub has been told that somebody waits." in page
    sign_in(night.cleo).post("/today/talks")
    store.expire_all()
    assert len(asked(debrief)) == 3
    debriefs.stop(store, debrief, night.ben, clock.now())
    clock.set_to(clock.now() + timedelta(days=1))
    assert len(asked(ask(store, night.ben))) == 3


def test_stopping_tells_those_who_read_it_and_takes_the_rest_back(
    store: Store, night, server, sign_in
) -> None:
    debrief = ask(store, night.ben)
    ben = sign_in(night.ben)
    ben.post("/talk/stop")
    post.deliver("w")
    assert server.mails == []
    assert ben.post("/talk/stop").status_code == 303
    debrief = ask(store, night.ben)
    post.deliver("w")
    ben.post("/talk/stop")
    post.deliver("w")
    for one in debrief.asks:
        assert letters_to(server, one.person.email)[-1][0] == "You need not do anything"


def test_when_the_worker_stops_after_a_yes_the_other_is_told(store, night, server, sign_in) -> None:
    debrief = ask(store, night.ben, number="021")
    one = debrief.asks[0]
    debriefs.accept(store, one, clock.now(), "", clock.now())
    store.commit()
    sign_in(night.ben).post("/talk/stop")
    post.deliver("w")
    assert letters_to(server, one.person.email)[-1][0] == "You need not do anything"


def test_the_hub_has_others_asked_without_seeing_for_whom(store: Store, night, sign_in) -> None:
    debrief = ask(store, night.ben)
    page = sign_in(night.cleo).post("/today/talks", follow_redirects=True).text
    assert "Others are asked." in page
    assert len(debrief.asks) == 6
    assert store.scalars(select(Audit.noun_ref).where(Audit.noun == "others")).all() == [""]


def test_either_says_that_they_have_talked(store: Store, night, sign_in) -> None:
    one = ask(store, night.ben, number="021").asks[0]
    ben, taker = sign_in(night.ben), sign_in(one.person)
    page = ben.post("/talk/talked", follow_redirects=True).text
    assert "Nobody has said yes yet." in page
    debriefs.accept(store, one, clock.now(), "", clock.now())
    store.commit()
    assert "You said yes to a call." in taker.get("/week").text
    page = taker.post(f"/asked/{one.ref}/talked", follow_redirects=True).text
    assert "It is over" in page
    assert "You said yes to a call." not in taker.get("/week").text
    assert "I need to talk to someone" in ben.get("/talk").text
    refused = sign_in(night.others[5]).post(f"/asked/{one.ref}/yes")
    assert refused.status_code == 404


def test_a_yes_after_the_end_is_told_kindly(store: Store, night, sign_in) -> None:
    one = ask(store, night.ben, number="021").asks[0]
    sign_in(night.ben).post("/talk/stop")
    browser = sign_in(one.person)
    late = browser.post(f"/asked/{one.ref}/yes", follow_redirects=True).text
    assert "It is not needed any more. Thank you for being there." in late
    assert "It is over" in browser.post(f"/asked/{one.ref}/no", follow_redirects=True).text


def test_what_a_page_cannot_mean_is_refused(store: Store, night, sign_in) -> None:
    ben = sign_in(night.ben)
    for data in ({}, {"whom": "manager"}, {"whom": "another:x"}, {"whom": "another", "way": "in"}):
        assert ben.post("/talk", data=data).status_code == 400
    assert ben.post("/talk", data={"whom": "manager:nobody"}).status_code == 404
    assert ben.post("/talk", data={"whom": "manager:rua"}).status_code == 404
    page = ben.get("/talk").text
    assert 'value="manager:mere"' in page
    assert store.scalars(select(Debrief)).all() == []


def test_nobody_reads_whether_their_manager_could_be_asked(store: Store, night, sign_in) -> None:
    """Mere would rather not: then three others are asked, and the page reads the same."""
    wish = {"whom": f"manager:{night.mere.ref}", "number": "021 555 010"}
    pages, people = [], []
    for apart in (False, True):
        if apart:
            conflict = Conflict(person_id=night.mere.id, name="Ben Harris", declared_at=clock.now())
            store.add(conflict)
            store.commit()
        ben = sign_in(night.ben)
        pages.append(stands(ben.post("/talk", data=wish, follow_redirects=True).text))
        debrief = store.scalars(select(Debrief).order_by(Debrief.id.desc())).first()
        people.append({one.person.ref for one in debrief.asks})
        ben.post("/talk/stop")
    assert people[0] == {"mere"}
    assert "mere" not in people[1]
    assert len(people[1]) > 1
    assert pages[0] == pages[1]
    assert "We have asked." in pages[0]


def stands(page: str) -> str:
    return page.partition('role="status">')[2].partition("</p>")[0]


FOR_BEN = "/people/ben/talk"


def test_the_hub_asks_for_somebody_who_rings_it_and_tells_them(
    store: Store, night, server, sign_in
) -> None:
    cleo = sign_in(night.cleo)
    assert f'href="{FOR_BEN}"' in cleo.get("/people/ben").text
    assert "Their manager, Mere Parata" in cleo.get(FOR_BEN).text
    cleo.post(FOR_BEN, data={"whom": "another", "number": "021 555 010"})
    debrief = store.scalars(select(Debrief)).one()
    assert (debrief.person, debrief.asked_by) == (night.ben, night.cleo)
    assert "We are asking for Ben Harris" in cleo.get(FOR_BEN).text
    assert "The hub asked for them." in cleo.get("/today").text
    assert "The hub asked for you, as you wished." in sign_in(night.ben).get("/talk").text
    one = debrief.asks[0]
    sign_in(one.person).post(f"/asked/{one.ref}/yes", data={"when": "0"})
    page = cleo.get(FOR_BEN).text
    assert f"{one.person.name} rings Ben on 021 555 010." in page
    assert f"{one.person.name} has said yes. Please ring and tell them." in cleo.get("/today").text
    news = store.scalars(select(Message).where(Message.template == "talk_news")).one()
    assert (news.recipient, news.private) == (night.cleo, True)
    cleo.post(f"{FOR_BEN}/talked")
    assert "Ask for somebody to talk to" in cleo.get(FOR_BEN).text
    assert store.scalar(select(func.count(Audit.id)).where(Audit.noun_ref == debrief.ref)) == 0


def test_what_somebody_asked_for_themselves_is_not_seen_there(store: Store, night, sign_in) -> None:
    cleo = sign_in(night.cleo)

    def read() -> str:
        return cleo.get(FOR_BEN).text

    before = read()
    debrief = ask(store, night.ben)
    assert read() == before
    assert cleo.post(f"{FOR_BEN}/stop").status_code == 404
    cleo.post(FOR_BEN, data={"whom": "another"})
    store.expire_all()
    assert debrief.asked_by == night.cleo, "once Ben asked the hub to, it sees it"
    cleo.post(f"{FOR_BEN}/stop")
    store.expire_all()
    assert debrief.ended_at


def test_nobody_else_asks_for_somebody(store: Store, night, sign_in) -> None:
    for person in (night.mere, night.ana, night.dan):
        browser = sign_in(person)
        assert browser.get(FOR_BEN).status_code == 404
        assert browser.post(FOR_BEN, data={"whom": "another"}).status_code == 404
