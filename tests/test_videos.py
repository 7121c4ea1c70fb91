"""How two people who do not meet in one place come together."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from calendars.event import render
from supervisor.errors import NotFound, Refused
from supervisor.feeds.feed_events import event_of
from supervisor.feeds.feed_pieces import Voice
from supervisor.models import Message, Session, Store
from supervisor.rules.joining import words
from supervisor.rules.kinds import FeedLevel, Mode
from supervisor.sessions import placing, sessions, videos
from supervisor.sessions.placing import JoinSettings
from supervisor.settings import save
from tests.test_sessions import at, told

OWN = "https://meet.example.org/ana"


def booked(store: Store, cast: SimpleNamespace, now, mode: Mode = Mode.VIDEO) -> Session:
    return sessions.book(store, cast.entitlement, at(2, 15, 10), mode, cast.ben, now)


def said(store: Store, session: Session, reader) -> str:
    pair = session.entitlement.person, session.provider
    other = pair[0] if reader is pair[1] else pair[1]
    facts = placing.joining(store, session, reader)
    return str(
        words(session.mode, other.name, facts["video"], facts["number"], calls=facts["calls"])
    )


def test_without_a_link_the_provider_sends_one(store: Store, cast, now) -> None:
    session = booked(store, cast, now)
    assert session.video is None
    assert said(store, session, cast.ben) == "Ana sends you the link."
    assert said(store, session, cast.ana) == "Send Ben the link before."


def test_a_pair_has_its_own_room_by_the_hub_s_pattern(store: Store, cast, now) -> None:
    save(store, JoinSettings(video="https://meet.example.org/hub-{room}"))
    assert booked(store, cast, now).video == f"https://meet.example.org/hub-{cast.match.ref}"


def test_a_provider_s_own_room_goes_before_the_pattern(store: Store, cast, now) -> None:
    save(store, JoinSettings(video="https://meet.example.org/hub-{room}"))
    videos.write(store, cast.ana, OWN, cast.ana, now)
    session = booked(store, cast, now)
    assert session.video == OWN
    assert {facts["video"] for facts in told(store, "booked").values()} == {OWN}


def test_what_is_booked_goes_along_and_the_worker_is_told_once(store: Store, cast, now) -> None:
    session = booked(store, cast, now)
    other = sessions.book(store, cast.entitlement, at(3, 1, 10), Mode.VIDEO, cast.ben, now)
    assert videos.write(store, cast.ana, OWN, cast.ana, now) == [session, other]
    assert {(one.video, one.sequence) for one in (session, other)} == {(OWN, 0)}
    assert {one.changed_at for one in (session, other)} == {now}
    facts = told(store, "video_changed")
    assert set(facts) == {"ben"}
    assert len(facts["ben"]["times"]) == 2


def test_the_same_room_again_tells_nobody(store: Store, cast, now) -> None:
    booked(store, cast, now)
    videos.write(store, cast.ana, OWN, cast.ana, now)
    assert videos.write(store, cast.ana, f" {OWN} ", cast.ana, now) == []
    assert len(store.scalars(select(Message).filter_by(template="video_changed")).all()) == 1


def test_a_room_that_is_taken_away_leaves_no_link(store: Store, cast, now) -> None:
    videos.write(store, cast.ana, OWN, cast.ana, now)
    session = booked(store, cast, now)
    videos.write(store, cast.ana, "", cast.ana, now)
    assert session.video is None


@pytest.mark.parametrize(
    "link",
    [
        "meet.example.org",
        "http://meet.example.org/x",
        "https://x",
        "https://a.b/c d",
        "javascript:alert(1)",
        "https://a.b/" + "x" * 300,
    ],
)
def test_half_an_address_is_refused_beside_its_field(store: Store, cast, now, link: str) -> None:
    with pytest.raises(Refused, match="begins with https") as refusal:
        videos.write(store, cast.ana, link, cast.ana, now)
    assert refusal.value.field == "link"
    assert cast.ana.video is None


def test_nobody_writes_another_s_room_but_the_hub(store: Store, cast, now) -> None:
    with pytest.raises(NotFound):
        videos.write(store, cast.ana, OWN, cast.ben, now)
    videos.write(store, cast.ana, OWN, cast.cleo, now)
    assert cast.ana.video == OWN


def test_on_the_phone_the_provider_rings_the_worker_s_number(store: Store, cast, now) -> None:
    cast.ben.phone = "021 555 0102"
    session = booked(store, cast, now, Mode.PHONE)
    assert session.video is None
    assert said(store, session, cast.ana) == "You ring Ben on 021 555 0102."
    assert said(store, session, cast.ben) == "Ana rings you on 021 555 0102."


def test_the_hub_may_have_the_worker_ring(store: Store, cast, now) -> None:
    save(store, JoinSettings(worker_rings=True))
    session = booked(store, cast, now, Mode.PHONE)
    assert said(store, session, cast.ben).startswith("You ring Ana. If you do not have")
    assert said(store, session, cast.ana) == "Ben rings you. Tell the hub on which number."


def test_who_meets_in_person_needs_no_more(store: Store, cast, now) -> None:
    assert words(Mode.IN_PERSON, "Ana Rewi", "", "", calls=True) is None


def test_a_calendar_has_the_link_unless_it_only_says_busy(store: Store, cast, now) -> None:
    videos.write(store, cast.ana, OWN, cast.ana, now)
    session = booked(store, cast, now)
    shown = {
        level: OWN.encode() in render(event_of(session, Voice(cast.ben.id, level, "en"), str))
        for level in FeedLevel
    }
    assert shown == {FeedLevel.BUSY: False, FeedLevel.NEUTRAL: True, FeedLevel.FULL: True}


def test_no_calendar_leads_to_a_meeting_that_is_off(store: Store, cast, now) -> None:
    videos.write(store, cast.ana, OWN, cast.ana, now)
    session = booked(store, cast, now)
    sessions.cancel(store, session, cast.ben, now)
    voice = Voice(cast.ben.id, FeedLevel.FULL, "en")
    assert OWN.encode() not in render(event_of(session, voice, str))


def test_a_number_stands_in_no_calendar(store: Store, cast, now) -> None:
    cast.ben.phone = "021 555 0102"
    session = booked(store, cast, now, Mode.PHONE)
    for level in FeedLevel:
        voice = Voice(cast.ana.id, level, "en")
        assert b"555" not in render(event_of(session, voice, str))


def test_a_provider_writes_it_on_a_page(sign_in, cast, store: Store) -> None:
    client = sign_in(cast.ana)
    here = "/people/ana/video"
    assert "Copy it from Zoom" in client.get(here).text
    page = client.post(here, data={"link": "zoom"})
    assert page.status_code == 422
    assert 'value="zoom"' in page.text
    assert "begins with https://" in page.text
    assert (
        "It is written down." in client.post(here, data={"link": OWN}, follow_redirects=True).text
    )


def test_each_reads_on_the_meeting_s_page_how_to_join(sign_in, cast, store: Store, now) -> None:
    session = booked(store, cast, now)
    store.commit()
    here = f"/sessions/{session.ref}"
    assert "Ana sends you the link." in sign_in(cast.ben).get(here).text
    assert "Send Ben the link before." in sign_in(cast.ana).get(here).text
    videos.write(store, cast.ana, OWN, cast.ana, now)
    store.commit()
    assert f'href="{OWN}"' in sign_in(cast.ben).get(here).text
