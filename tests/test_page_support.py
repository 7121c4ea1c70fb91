"""A worker's own pages: where they stand, booking in five taps, and what their manager sees."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import icalendar
import pytest
from flask.testing import FlaskClient

from supervisor import clock
from supervisor.feeds import feeds
from supervisor.models import Commitment, Entitlement, Match, Proposal, Session, Store
from supervisor.rules.kinds import FeedLevel, Kind, MatchState, Mode, Outcome, Role
from supervisor.sessions import sessions
from tests.everybody import settle, without_meetings

TIMES = "/entitlements/ben-2027/times"


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def ben(cast: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(cast.ben)


def starts(page: str) -> list[str]:
    return re.findall(r'name="start" value="([^"]+)"', page)


def test_home_says_the_number_then_shows_it(store: Store, theirs, ben) -> None:
    page = ben.get("/support").text
    assert "0 of 10" in page
    assert "1 booked." in page
    assert "with Ana Rewi" in page
    assert "Your next meeting is" in page
    assert "Wednesday 17 February, 9:00 am" in page
    assert "Did you meet Ana Rewi on" in page
    assert "Circle" in page


def test_home_without_anything_says_whom_to_ring(store: Store, theirs, now, sign_in) -> None:
    theirs.entitlement.ends_on = (now - timedelta(days=1)).date()
    theirs.entitlement.starts_on = theirs.entitlement.ends_on
    without_meetings(store)
    store.commit()
    page = sign_in(theirs.ben).get("/support").text
    assert "Nothing here yet" in page
    assert "Ring them if that is wrong" in page


def test_home_while_nobody_is_matched(store: Store, theirs, sign_in) -> None:
    page = sign_in(theirs.eve).get("/support").text
    assert "The hub is looking for somebody who fits." in page
    assert "Not matched" in page


def test_five_taps_to_a_meeting_in_the_calendar(store: Store, cast, ben) -> None:
    home = ben.get("/support").text
    assert f'href="{TIMES}"' in home
    times = ben.get(TIMES).text
    booked = ben.post(TIMES, data={"start": starts(times)[0]})
    assert booked.status_code == 303
    page = ben.get(booked.headers["Location"]).text
    assert "You are booked" in page
    assert "with Ana Rewi, 60 minutes" in page
    file = re.search(r'href="(/sessions/\w+/meeting\.ics)"', page)
    assert file
    answer = ben.get(file[1])
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    session = store.query(Session).one()
    assert str(event["SUMMARY"]) == "Meeting"
    assert str(event["UID"]) == session.uid
    assert event["DTSTART"].dt == session.starts_at
    assert b"Ana" not in answer.data


def test_the_file_says_as_much_as_their_calendars_say(store: Store, theirs, now, ben) -> None:
    feeds.make_feed(store, theirs.ben, "iPhone", now)
    feeds.set_level(store, theirs.ben, FeedLevel.FULL, now)
    store.commit()
    assert b"Ana Rewi" in ben.get("/sessions/session-1/meeting.ics").data
    page = ben.get("/sessions/session-1").text
    assert "Your calendar shows it by itself" in page
    assert "meeting.ics" not in page


def test_a_debrief_is_in_no_calendar(store: Store, theirs, ben) -> None:
    theirs.entitlement.kind = Kind.DEBRIEF
    store.commit()
    assert ben.get("/sessions/session-1/meeting.ics").status_code == 404


def test_the_same_form_sent_twice_books_one_meeting(store: Store, cast, ben) -> None:
    start = starts(ben.get(TIMES).text)[0]
    first, again = (ben.post(TIMES, data={"start": start}) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert store.query(Session).count() == 1


def test_a_time_that_has_just_gone_gives_three_others(store: Store, cast, now, ben) -> None:
    start = starts(ben.get(TIMES).text)[0]
    begins = datetime.fromisoformat(start.partition("|")[0])
    store.add(Commitment(person_id=cast.ana.id, starts_at=begins,
                         ends_at=begins + timedelta(hours=1)))  # fmt: skip
    store.commit()
    gone = ben.post(TIMES, data={"start": start})
    assert gone.status_code == 409
    assert "That time has just gone" in gone.text
    others = starts(gone.text)
    assert len(others) == 3
    assert ben.post(TIMES, data={"start": others[0]}).status_code == 303


@pytest.mark.parametrize("start", ["", "soon", "2027-02-17T10:00|video", "2027-02-09T10:00+00:00|"])
def test_what_is_no_time_to_pick_is_said_on_the_same_page(
    store: Store, cast, ben, start: str
) -> None:
    answer = ben.post(TIMES, data={"start": start})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert len(starts(answer.text)) == 8


def test_later_times_are_more_times(store: Store, cast, ben) -> None:
    assert len(starts(ben.get(f"{TIMES}?later=1").text)) == 24


def test_no_time_in_common_says_why(store: Store, cast, ben) -> None:
    for window in cast.ana.windows:
        window.weekday = 6
    store.commit()
    page = ben.get(TIMES).text
    assert "No time suits you both yet" in page
    assert starts(page) == []


def test_calling_off_is_still_owed_and_can_be_undone(store: Store, theirs, ben) -> None:
    answer = ben.post("/sessions/session-1/cancellation")
    page = ben.get(answer.headers["Location"]).text
    assert "Wednesday 17 February, 9:00 am is called off." in page
    assert "It is still owed" in page
    store.expire_all()
    assert theirs.session.outcome == Outcome.CANCELLED_BY_WORKER
    assert ben.post("/sessions/session-1/restoration").status_code == 303
    store.expire_all()
    assert theirs.session.outcome is None
    assert "is called off" not in ben.get(f"{TIMES}?off=session-0").text


def test_moving_keeps_the_meeting_and_tells_both(store: Store, theirs, ben) -> None:
    page = ben.get("/sessions/session-1/move").text
    assert "Now:" in page
    answer = ben.post("/sessions/session-1/move", data={"start": starts(page)[-1]})
    assert answer.headers["Location"] == "/sessions/session-1"
    assert "You have both been told" in ben.get("/sessions/session-1").text
    store.expire_all()
    assert theirs.session.sequence == 1
    refused = ben.post("/sessions/session-1/move", data={"start": "never"})
    assert "Pick one of the times." in refused.text
    late = ben.post("/sessions/session-0/move", data={"start": starts(page)[0]})
    assert "That meeting has begun" in late.text


def test_each_says_once_whether_it_happened(store: Store, theirs, ben, sign_in) -> None:
    page = ben.get("/sessions/session-0/confirmation").text
    assert "Ana could not come" in page
    assert "I could not come" in page
    ben.post("/sessions/session-0/confirmation", data={"answer": "held"})
    assert "You have answered. Thank you." in ben.get("/sessions/session-0/confirmation").text
    again = ben.post("/sessions/session-0/confirmation", data={"answer": "worker_away"})
    assert "You have already answered." in ben.get(again.headers["Location"]).text
    unsaid = sign_in(theirs.ana).post("/sessions/session-0/confirmation")
    assert unsaid.status_code == 303
    assert "has not begun yet" in ben.get("/sessions/session-1/confirmation").text


def test_a_whole_plan_is_kept_with_one_tap(store: Store, cast, now, ben) -> None:
    for days in (13, 20):
        store.add(
            Proposal(
                entitlement=cast.entitlement, provider=cast.ana, minutes=60, mode=Mode.VIDEO,
                starts_at=now + timedelta(days=days), proposed_at=now,
            )
        )  # fmt: skip
    store.commit()
    page = ben.get("/support").text
    assert "Tuesday 23 February, 9:00 am" in page or "Wednesday 24 February, 9:00 am" in page
    assert "Keep this plan" in page
    answer = ben.post("/entitlements/ben-2027/plan", follow_redirects=True)
    assert "2 meetings are booked." in answer.text
    assert store.query(Session).count() == 2


def test_a_plan_shows_what_can_still_be_kept_and_no_more_than_is_owed(
    store: Store, cast, now, ben, sign_in
) -> None:
    """A meeting has moved to the first of three planned times, and two are owed besides it."""
    cast.entitlement.sessions = 3
    for days in (13, 20, 27, 34):
        store.add(
            Proposal(
                entitlement=cast.entitlement, provider=cast.ana, minutes=60, mode=Mode.VIDEO,
                starts_at=now + timedelta(days=days), proposed_at=now,
            )
        )  # fmt: skip
    store.commit()
    sessions.book(
        store, cast.entitlement, now + timedelta(days=13), Mode.VIDEO, cast.cleo, now
    )  # fmt: skip
    store.commit()
    plan = ben.get("/support").text.partition("We have a plan")[2].partition("Keep this plan")[0]
    assert plan.count("<li>") == 2
    week = sign_in(cast.ana).get("/week").text
    assert "Keep 2 planned times" in week
    ben.post("/entitlements/ben-2027/plan")
    again = ben.post("/entitlements/ben-2027/plan", follow_redirects=True).text
    assert "There is nothing left of that plan to book." in again


def test_what_my_manager_sees_is_exactly_the_managers_row(
    store: Store, theirs, sign_in, ben
) -> None:
    mine, hers = ben.get("/support/manager").text, sign_in(theirs.mere).get("/team").text
    row = re.compile(r'<tr role="row">\s*<th role="rowheader".*?</tr>', re.DOTALL)
    (seen,) = row.findall(mine)
    assert "Ben Harris" in seen
    assert "Ana" not in mine.split("<main")[1]
    assert seen in row.findall(hers)


def test_a_worker_reads_that_the_manager_sees_their_workplace_too(theirs, ben, sign_in) -> None:
    page = ben.get("/support/manager").text
    assert "Your manager sees the days of your 1:1s, your buddy" in page
    assert 'href="/workplace"' in page
    assert "days of your 1:1s" not in sign_in(theirs.mere).get("/support/manager").text


def test_mentoring_is_shown_to_no_manager_without_a_signed_agreement(
    store: Store, theirs, sign_in
) -> None:
    assert "Your manager sees nothing of it" in sign_in(theirs.dan).get("/support/manager").text
    for job in theirs.dan.jobs:
        job.role = Role.VOLUNTEER
    store.commit()
    page = sign_in(theirs.dan).get("/support/manager").text
    assert "No manager sees any of it" in page
    assert "our manager" not in page.replace("What my manager sees", "")


@pytest.fixture
def asked(store: Store, theirs, now) -> Match:
    """Eve waits for somebody; she chose Ana yesterday."""
    owed = store.query(Entitlement).filter_by(ref="eve-2027").one()
    match = Match(
        ref="eve-ana", entitlement=owed, provider=theirs.ana, state=MatchState.OFFERED,
        offered_at=now - timedelta(days=3), worker_yes_at=now - timedelta(days=1),
        lapses_at=now + timedelta(days=13),
    )  # fmt: skip
    store.add(match)
    store.commit()
    return match


def test_after_choosing_the_card_says_who_was_asked_and_when(theirs, asked, sign_in) -> None:
    page = sign_in(theirs.eve).get("/support").text
    assert "Ana Rewi has been asked, on Tuesday 9 February." in page
    assert "Waiting for an answer" in page
    assert "Choose somebody" not in page
    assert "Not matched" not in page


def test_after_a_no_the_card_says_that_the_hub_looks_further(
    store: Store, theirs, asked, now, sign_in
) -> None:
    asked.state, asked.closed_at, asked.closed_by_id = MatchState.DECLINED, now, theirs.ana.id
    store.commit()
    page = sign_in(theirs.eve).get("/support").text
    assert "Ana Rewi is not available. That is nothing to do with you." in page
    assert "The hub is looking for somebody who fits." in page


def test_whoever_took_it_back_is_not_told_that_somebody_is_not_available(
    store: Store, theirs, asked, now, sign_in
) -> None:
    asked.state, asked.closed_at, asked.closed_by_id = MatchState.LAPSED, now, theirs.eve.id
    store.commit()
    assert "is not available" not in sign_in(theirs.eve).get("/support").text


def test_what_cannot_be_met_says_what_that_means_and_who_acts(store: Store, cast, sign_in) -> None:
    clock.set_to(datetime(2027, 11, 22, 21, 0, tzinfo=UTC))
    page = sign_in(cast.ben).get("/support").text
    assert "Cannot be met" in page
    assert "The hub talks with you about the rest" in page


def test_who_is_agreed_to_begin_later_is_named_and_nobody_else_is_looked_for(
    store: Store, theirs, asked, now, sign_in
) -> None:
    asked.state, asked.starts_on = MatchState.ACTIVE, now.date() + timedelta(days=2)
    store.commit()
    page = sign_in(theirs.eve).get("/support").text
    assert "with Ana Rewi" in page
    assert "It is agreed. You meet from" in page
    for word in ("Not matched", "looking for somebody", "Someone I know"):
        assert word not in page


def test_what_was_called_off_leads_to_the_next_times(store: Store, theirs, ben) -> None:
    ben.post("/sessions/session-1/cancellation")
    page = ben.get("/sessions/session-1").text
    assert "See the next times" in page
    assert f'href="{TIMES}"' in page


def test_where_all_are_booked_no_times_are_shown_to_be_refused(store: Store, theirs, ben) -> None:
    theirs.entitlement.sessions = 1
    store.commit()
    page = ben.get(TIMES).text
    assert starts(page) == []
    assert "All of them are done or booked" in page
    assert "Ring the hub if you need more." in page
    home = ben.get("/support").text
    assert f'href="{TIMES}"' not in home
    assert starts(ben.get("/sessions/session-1/move").text)


def test_where_all_are_done_nothing_is_asked_of_anybody(
    store: Store, theirs, ben, sign_in, now
) -> None:
    sessions.cancel(store, theirs.session, theirs.cleo, now)
    theirs.past.outcome, theirs.entitlement.sessions = Outcome.HELD, 1
    store.commit()
    mine, week = ben.get("/support").text, sign_in(theirs.ana).get("/week").text
    assert "All of it is done. You do not have to do anything." in mine
    assert f'href="{TIMES}"' not in mine
    assert "nothing more is owed" in week
    assert "not booked yet" not in mine + week


def test_a_meeting_is_not_moved_to_where_it_is(store: Store, theirs, ben) -> None:
    now = f"{theirs.session.starts_at.isoformat()}|video"
    assert now not in starts(ben.get("/sessions/session-1/move").text)


def test_who_is_reached_by_hand_has_not_been_told_yet(store: Store, theirs, ben, sign_in) -> None:
    theirs.ana.email, theirs.ana.contact_by, theirs.ana.phone = None, "phone", "021 555 0163"
    store.commit()
    assert "The hub tells Ana Rewi." in ben.get("/sessions/session-1").text
    page = sign_in(theirs.cleo).get("/sessions/session-1").text
    assert "No mail reaches Ana Rewi." in page
    assert 'href="tel:021 555 0163"' in page
    assert 'href="/messages"' in page
    assert "They have both been told." not in page


def test_a_time_that_is_over_says_so_whoever_was_met_then(store: Store, theirs, ben) -> None:
    answer = ben.post(TIMES, data={"asked": "2020-01-07T10:00"})
    assert "That time is over." in answer.text


def test_a_second_press_of_stop_leads_to_the_same_page(store: Store, theirs, ben) -> None:
    for _ in range(2):
        assert ben.post("/talk/stop").headers["Location"] == "/talk"
    assert ben.post("/talk/talked").status_code == 303
