"""A provider's week: what comes, what waits for a yes, whom they support, how much room."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from supervisor import clock, week
from supervisor.models import (
    Commitment,
    Entitlement,
    Match,
    Proposal,
    Session,
    Store,
)
from supervisor.rules.kinds import Answer, Kind, MatchState, Mode
from supervisor.sessions import sessions
from tests.everybody import settle, without_meetings


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Ben met Ana on 7 February and meets her again on the 17th."""
    return settle(store, cast, now)


def test_what_is_to_come_stands_by_day_and_what_waits_for_a_yes_on_top(
    store: Store, theirs, sign_in
) -> None:
    page = sign_in(theirs.ana).get("/week").text
    assert "Did these happen?" in page
    assert "Sunday 7 February, 9:00 am" in page
    assert "Nothing is booked in the week from Wednesday 10 February" in page
    assert "1 more is booked after that" in page
    assert "/sessions/session-1" in page.partition("1 more is booked")[2].partition('id="ppl"')[0]
    clock.set_to(clock.now() + timedelta(days=1))
    assert "Wednesday 17 February" in sign_in(theirs.ana).get("/week").text


def test_one_tap_says_that_it_happened_and_leads_back(store: Store, theirs, sign_in) -> None:
    ana = sign_in(theirs.ana)
    answer = ana.post("/sessions/session-0/confirmation", data={"answer": "held", "next": "/week"})
    assert answer.headers["Location"] == "/week"
    page = ana.get("/week").text
    assert "Thank you. That is written down." in page
    assert "Did these happen?" not in page
    store.expire_all()
    assert [c.answer for c in theirs.past.confirmations] == [Answer.HELD]


def test_nobody_else_sees_the_week_and_no_notes_are_in_it(store: Store, theirs, sign_in) -> None:
    assert sign_in(theirs.ben).get("/week").status_code == 404
    assert "Ben Harris" not in sign_in(theirs.xan).get("/week").text
    assert "No notes are kept here" in sign_in(theirs.ana).get("/week").text


def test_an_offer_is_there_once_the_worker_has_chosen(store: Store, theirs, now, sign_in) -> None:
    owed = Entitlement(
        ref="eve-peer", person=theirs.eve, kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    offer = Match(
        ref="eve-ana", entitlement=owed, provider=theirs.ana, state=MatchState.OFFERED,
        offered_at=now, lapses_at=now + timedelta(days=14),
    )  # fmt: skip
    store.add_all([owed, offer])
    store.commit()
    ana = sign_in(theirs.ana)
    assert "Eve Tan" not in ana.get("/week").text
    offer.worker_yes_at = now
    store.commit()
    page = ana.get("/week").text
    assert "You are asked" in page
    assert "Eve Tan" in page
    assert "/matches/eve-ana" in page


def test_each_relationship_shows_its_pace_and_the_load_its_free_places(
    store: Store, theirs, now
) -> None:
    mine = week.week(store, theirs.ana, now)
    (one,) = mine.people
    assert (one.match.ref, one.position.contracted, one.position.booked) == ("ben-ana", 10, 1)
    assert one.next is theirs.session
    (load,) = mine.loads
    assert (load.people, load.free) == (1, 3)


def test_planned_times_are_seen_before_they_are_kept(store: Store, theirs, now, sign_in) -> None:
    starts = [now + timedelta(days=days) for days in (28, 14)]
    store.add_all(
        Proposal(entitlement=theirs.entitlement, provider_id=theirs.ana.id, starts_at=start,
                 minutes=60, mode=Mode.VIDEO, proposed_at=now)
        for start in starts
    )  # fmt: skip
    store.commit()
    page = sign_in(theirs.ana).get("/week").text
    planned = page[page.index("See the planned times") : page.index("Keep 2 planned times")]
    assert planned.index("24 February") < planned.index("10 March")


def test_a_meeting_of_their_group_is_in_the_week(store: Store, theirs, now, sign_in) -> None:
    from supervisor.models import Meeting

    meeting = store.query(Meeting).filter_by(ref="meeting-1").one()
    ends = meeting.starts_at + timedelta(hours=1)
    store.add(Commitment(person_id=theirs.ana.id, starts_at=meeting.starts_at, ends_at=ends,
                         meeting_id=meeting.id))  # fmt: skip
    store.commit()
    page = sign_in(theirs.ana).get("/week").text
    assert "1 meeting in the week from" in page
    assert "/groups/circle" in page


def test_a_provider_who_has_nobody_reads_what_comes_next(store: Store, theirs, sign_in) -> None:
    for match in store.query(Match):
        match.ends_on = date(2027, 1, 31)
    without_meetings(store)
    store.commit()
    page = sign_in(theirs.xan).get("/week").text
    assert "You support nobody yet" in page
    assert "Room for 2 more" in page


def test_a_provider_books_with_themselves_even_while_somebody_covers(
    store: Store, theirs, now, sign_in
) -> None:
    store.add(
        Match(
            ref="cover", entitlement=theirs.entitlement, provider=theirs.xan, cover=True,
            state=MatchState.ACTIVE, starts_on=date(2027, 2, 1), ends_on=date(2027, 3, 1),
        )
    )  # fmt: skip
    store.commit()
    ana = sign_in(theirs.ana)
    page = ana.get("/entitlements/ben-2027/times").text
    assert "Book a time with Ben Harris" in page
    start = "2027-02-22T20:00:00+00:00|video"
    answer = ana.post("/entitlements/ben-2027/times", data={"start": start})
    assert answer.status_code == 303
    booked = store.query(Session).filter(Session.starts_at > now + timedelta(days=8)).one()
    assert booked.provider_id == theirs.ana.id
    assert (booked.mode, sessions.side_of(booked, theirs.ana)) == (Mode.VIDEO, "provider")


def test_a_time_on_another_clock_says_so(store: Store, theirs, sign_in) -> None:
    """Ana is in Sydney, where it is two hours earlier; Ben and the hub are in New Zealand."""
    theirs.ana.time_zone = "Australia/Sydney"
    store.commit()
    page = sign_in(theirs.ana).get("/sessions/session-1").text
    assert "Wednesday 17 February, 9:00 am, Auckland time" in page
    assert "Auckland time" in sign_in(theirs.ana).get("/week").text
    assert "Auckland time" in sign_in(theirs.ana).get("/entitlements/ben-2027/times").text
    assert "Auckland time" not in sign_in(theirs.ben).get("/sessions/session-1").text


def test_a_meeting_that_is_going_on_is_still_there(store: Store, cast, sign_in, now) -> None:
    """Whoever looks for it five minutes late finds it, on both pages."""
    start = datetime(2027, 2, 15, 21, tzinfo=UTC)
    sessions.book(store, cast.entitlement, start, "video", cast.ben, now)
    store.commit()
    clock.set_to(start + timedelta(minutes=5))
    assert "Ben Harris" in sign_in(cast.ana).get("/week").text
    assert "Tuesday 16 February, 10:00 am" in sign_in(cast.ben).get("/support").text
    clock.set_to(start + timedelta(minutes=61))
    assert "Tuesday 16 February, 10:00 am" not in sign_in(cast.ben).get("/support").text
