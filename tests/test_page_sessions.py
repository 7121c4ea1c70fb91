"""Booking on the pages: pick a time, ask for another, move it, call it off, keep the plan."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from supervisor import clock
from supervisor.models import Commitment, Leave, Match, Proposal, Session, Store, Window
from supervisor.plans import plans
from supervisor.rules.kinds import MatchState, Mode, Outcome
from supervisor.sessions import sessions

TIMES = "/entitlements/ben-2027/times"
PLAN = "/entitlements/ben-2027/plan"


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    there = ZoneInfo("Pacific/Auckland")
    return datetime(2027, month, day, hour, minute, tzinfo=there).astimezone(UTC)


def booked(store: Store) -> list[Session]:
    store.rollback()
    store.expire_all()
    query = select(Session).where(Session.cancelled_at.is_(None)).order_by(Session.starts_at)
    return list(store.scalars(query))


def offered(page: str) -> list[str]:
    return re.findall(r'name="start" value="([^"]+)"', page)


@pytest.fixture
def ben(cast: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(cast.ben)


@pytest.fixture
def session(store: Store, cast: SimpleNamespace, now) -> Session:
    """Ben meets Ana on Monday 15 February at ten."""
    made = sessions.book(store, cast.entitlement, at(2, 15, 10), Mode.VIDEO, cast.ben, now)
    store.commit()
    return made


def test_a_worker_picks_one_of_the_times_and_has_it(store: Store, ben: FlaskClient) -> None:
    page = ben.get(TIMES).text
    assert "Book a time with Ana Rewi" in page
    assert "Thursday 11 February" in page
    picked = offered(page)[0]
    answer = ben.post(TIMES, data={"start": picked}, follow_redirects=True)
    assert "Thursday 11 February, 9:00 am" in answer.text
    (one,) = booked(store)
    assert one.starts_at == at(2, 11)


def test_the_same_press_twice_is_one_booking(store: Store, ben: FlaskClient) -> None:
    picked = offered(ben.get(TIMES).text)[0]
    answers = [ben.post(TIMES, data={"start": picked}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(booked(store)) == 1


def test_more_times_are_shown_when_asked_for(ben: FlaskClient) -> None:
    assert len(offered(ben.get(TIMES).text)) == 8
    assert len(offered(ben.get(TIMES + "?later=1").text)) == 24


@pytest.mark.parametrize("who", ["ben", "ana", "cleo"])
def test_each_of_them_may_ask_for_another_time(store: Store, cast, sign_in, who: str) -> None:
    asked = {"asked": "2027-02-19T13:45"}
    assert sign_in(getattr(cast, who)).post(TIMES, data=asked).status_code == 303
    assert [one.starts_at for one in booked(store)] == [at(2, 19, 13, 45)]


def test_the_hub_may_book_any_time_for_them(store: Store, cast, sign_in) -> None:
    """It has talked to both: in the evening, tomorrow morning, or one more than is owed."""
    cast.entitlement.sessions = 0
    store.commit()
    cleo = sign_in(cast.cleo)
    for asked in ("2027-02-20T19:30", "2027-02-10T20:00"):
        assert cleo.post(TIMES, data={"asked": asked}).status_code == 303
    assert len(booked(store)) == 2


def test_calling_off_is_undone_as_if_it_had_not_been(
    store: Store, ben: FlaskClient, session: Session
) -> None:
    shown = ben.post(f"/sessions/{session.ref}/cancellation", follow_redirects=True).text
    assert f'action="/sessions/{session.ref}/restoration"' in shown
    again = ben.post(f"/sessions/{session.ref}/restoration", follow_redirects=True).text
    assert "It is on again." in again
    (back,) = booked(store)
    assert (back.id, back.outcome, back.cancelled_by_id) == (session.id, None, None)
    assert {c.session_id for c in store.scalars(select(Commitment))} == {session.id}


def test_what_was_asked_for_stays_in_its_field(store: Store, ben: FlaskClient, session) -> None:
    for url in (TIMES, f"/sessions/{session.ref}/move"):
        answer = ben.post(url, data={"asked": "2027-02-19T03:00"})
        assert answer.status_code == 422
        assert 'value="2027-02-19T03:00"' in answer.text


def test_what_is_over_or_called_off_is_not_moved(
    store: Store, ben: FlaskClient, session: Session
) -> None:
    ben.post(f"/sessions/{session.ref}/cancellation")
    answer = ben.get(f"/sessions/{session.ref}/move")
    assert answer.headers["Location"].endswith(f"/sessions/{session.ref}")


def test_who_has_answered_is_not_asked_again_and_reads_that_the_hub_settles_it(
    store: Store, cast, ben: FlaskClient, sign_in, session: Session
) -> None:
    clock.set_to(session.starts_at + timedelta(hours=2))
    page = f"/sessions/{session.ref}"
    assert "Not said by both yet" in ben.get(page).text
    ben.post(f"{page}/confirmation", data={"answer": "held"})
    assert "Did it happen?" not in ben.get(page).text
    ana = sign_in(cast.ana)
    assert "Did it happen?" in ana.get(page).text
    ana.post(f"{page}/confirmation", data={"answer": "another_day"})
    assert "The hub settles it, and keeps both words." in ben.get(page).text


def test_later_or_by_somebody_else_it_is_not_undone(
    store: Store, cast, ben: FlaskClient, sign_in, session: Session, now
) -> None:
    ben.post(f"/sessions/{session.ref}/cancellation")
    back = f"/sessions/{session.ref}/restoration"
    refused = sign_in(cast.ana).post(back, follow_redirects=True).text
    assert "Book a time instead." in refused
    clock.set_to(now + timedelta(minutes=11))
    assert "Book a time instead." in ben.post(back, follow_redirects=True).text
    assert booked(store) == []


def test_what_was_taken_meanwhile_is_not_undone(
    store: Store, cast, ben: FlaskClient, session: Session
) -> None:
    ben.post(f"/sessions/{session.ref}/cancellation")
    begins = session.starts_at
    store.add(
        Commitment(person_id=cast.ana.id, starts_at=begins, ends_at=begins + timedelta(hours=1))
    )
    store.commit()
    answer = ben.post(f"/sessions/{session.ref}/restoration")
    assert answer.status_code == 409
    assert "That time has just gone" in answer.text


def test_another_time_never_books_twice(store: Store, cast, ben: FlaskClient) -> None:
    begins = at(2, 19, 13)
    store.add(
        Commitment(person_id=cast.ana.id, starts_at=begins, ends_at=begins + timedelta(hours=1))
    )
    store.commit()
    answer = ben.post(TIMES, data={"asked": "2027-02-19T13:45"})
    assert answer.status_code == 409
    assert "That time has just gone" in answer.text
    assert len(offered(answer.text)) == 3
    assert booked(store) == []
    again = ben.post(TIMES, data={"start": offered(answer.text)[0]})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Pick one of the times."),
        ({"start": "tomorrow"}, "Pick one of the times."),
        ({"start": "2027-02-15T10:00:00|video"}, "Pick one of the times."),
        ({"asked": "soon"}, "Write a day and a time, like 10 March 2027, 10:00 am."),
        ({"asked": "2027-02-15T10:00+13:00"}, "Write a day and a time"),
        ({"asked": "2027-02-09T10:00"}, "That time is over. Choose one that is still to come."),
        ({"asked": "2027-03-26T10:00"}, "That day is a public holiday. Choose another."),
        ({"asked": "2028-01-10T10:00"}, "sessions end on 31 December. Choose a day up to then."),
        ({"asked": "2027-04-04T02:30"}, "The clocks change then."),
        ({"asked": "2027-03-02T10:00"}, "Ana is away until 8 March. Choose a day from then on."),
        ({"asked": "2027-02-11T08:45"}, "Book at least 24 hours ahead"),
        ({"asked": "2027-02-19T03:00"}, "Ana does not meet then. Pick one of the times"),
        ({"asked": "2027-02-19T14:30"}, "Ana does not meet then."),
        ({"asked": "2027-02-20T10:00"}, "Ana does not meet then."),
        ({"start": "2027-02-18T21:00:00+00:00|in_person"}, "no way in which you can both meet"),
    ],
)
def test_what_cannot_be_booked_says_what_to_do_and_shows_the_times(
    store: Store, cast, ben: FlaskClient, form: dict[str, str], words: str
) -> None:
    store.add(Leave(person_id=cast.ana.id, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 8)))
    store.commit()
    answer = ben.post(TIMES, data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert len(offered(answer.text)) == 8
    assert booked(store) == []


def test_nobody_books_a_second_one_on_a_day(store: Store, ben: FlaskClient, session) -> None:
    answer = ben.post(TIMES, data={"asked": "2027-02-15T13:00"})
    assert answer.status_code == 422
    assert "You meet on that day already." in answer.text


def test_nobody_books_more_than_is_owed(store: Store, cast, ben: FlaskClient, session) -> None:
    cast.entitlement.sessions = 1
    store.commit()
    answer = ben.post(TIMES, data={"asked": "2027-02-22T10:00"})
    assert answer.status_code == 422
    assert "All 1 are done or booked." in answer.text
    moved = ben.post(f"/sessions/{session.ref}/move", data={"asked": "2027-02-22T10:00"})
    assert moved.headers["Location"].endswith(f"/sessions/{session.ref}")


def test_where_nothing_suits_it_says_why_and_lets_them_ask(store: Store, cast, ben) -> None:
    store.execute(delete(Window).where(Window.person_id == cast.ana.id))
    store.add(Window(person_id=cast.ana.id, weekday=6, starts_minute=540, ends_minute=600))
    store.commit()
    page = ben.get(TIMES).text
    assert "No time suits you both yet" in page
    assert 'name="asked"' in page


def test_a_provider_books_with_themselves_alone(store: Store, cast, sign_in) -> None:
    """Ana's match ends on 20 February; afterwards Dan is met, whose times are not hers."""
    cast.match.ends_on = date(2027, 2, 20)
    store.add(
        Match(
            entitlement=cast.entitlement, provider=cast.dan, state=MatchState.ACTIVE,
            starts_on=date(2027, 2, 20),
        )
    )  # fmt: skip
    store.commit()
    ana = sign_in(cast.ana)
    starts = [datetime.fromisoformat(x.partition("|")[0]) for x in offered(ana.get(TIMES).text)]
    assert starts
    assert max(starts) < at(2, 20)
    answer = ana.post(TIMES, data={"asked": "2027-02-24T10:00"})
    assert answer.status_code == 422
    assert booked(store) == []


def test_it_is_moved_to_a_time_that_suits_or_that_they_ask_for(
    store: Store, ben: FlaskClient, session: Session
) -> None:
    url = f"/sessions/{session.ref}/move"
    page = ben.get(url).text
    assert "Monday 15 February, 10:00 am" in page
    assert ben.post(url, data={"start": offered(page)[0]}).status_code == 303
    assert ben.post(url, data={"asked": "2027-02-15T10:15"}).status_code == 303
    (moved,) = booked(store)
    assert (moved.id, moved.starts_at, moved.sequence) == (session.id, at(2, 15, 10, 15), 2)
    refused = ben.post(url, data={"asked": "2027-03-26T10:00"}, follow_redirects=True)
    assert "public holiday" in refused.text


def test_a_move_into_a_clash_offers_three_others(
    store: Store, cast, ben: FlaskClient, session: Session
) -> None:
    begins = at(2, 16, 10)
    store.add(
        Commitment(person_id=cast.ana.id, starts_at=begins, ends_at=begins + timedelta(hours=1))
    )
    store.commit()
    answer = ben.post(f"/sessions/{session.ref}/move", data={"asked": "2027-02-16T10:30"})
    assert answer.status_code == 409
    assert len(offered(answer.text)) == 3
    assert booked(store)[0].starts_at == at(2, 15, 10)


def test_calling_it_off_shows_the_next_times_at_once(
    store: Store, ben: FlaskClient, session: Session
) -> None:
    answer = ben.post(f"/sessions/{session.ref}/cancellation", follow_redirects=True)
    assert len(offered(answer.text)) >= 3
    assert booked(store) == []
    gone = store.get_one(Session, session.id)
    assert gone.outcome == Outcome.CANCELLED_BY_WORKER
    again = ben.post(f"/sessions/{session.ref}/cancellation")
    assert again.status_code == 303


def test_the_plan_is_kept_with_one_tap_and_what_has_gone_is_named(
    store: Store, cast, now, ben: FlaskClient
) -> None:
    made = plans.plan(store, date(2027, 2, 10), date(2027, 12, 31), now)
    second = made.times[1].starts_at
    store.add(
        Commitment(person_id=cast.ana.id, starts_at=second, ends_at=second + timedelta(hours=1))
    )
    store.commit()
    page = ben.post(PLAN, follow_redirects=True).text
    assert "9 meetings are booked." in page
    when = f"{second.astimezone(ZoneInfo('Pacific/Auckland')):%A} "
    assert f"Gone by now, so choose another time for it: {when}" in page
    assert len(booked(store)) == 9
    assert store.scalars(select(Proposal)).all() == []
    assert (
        "There is nothing left of that plan to book." in ben.post(PLAN, follow_redirects=True).text
    )


def test_a_time_of_my_own_other_meeting_is_said_to_me_alone(
    store: Store, cast, ben: FlaskClient, sign_in
) -> None:
    begins = at(2, 15, 10)
    ends = begins + timedelta(hours=1)
    mine = Commitment(person_id=cast.ben.id, starts_at=begins, ends_at=ends)
    store.add(mine)
    store.commit()
    asked = {"asked": "2027-02-15T10:00"}
    page = ben.post(TIMES, data=asked).text
    assert "You have another meeting then" in page
    assert "One of you" not in page
    page = sign_in(cast.ana).post(TIMES, data=asked).text
    assert "another meeting" not in page
    assert "That time has just gone" in page


def test_a_typed_time_between_quarter_hours_names_the_nearest(store: Store, ben) -> None:
    answer = ben.post(TIMES, data={"asked": "2027-02-15T10:07"})
    assert answer.status_code == 422
    assert "Choose 10:00 am or 10:15 am." in answer.text
    assert booked(store) == []


@pytest.mark.parametrize(
    "asked", ["19 February 2027, 1:45 pm", "19/02/2027 13:45", "Friday 19 Feb 2027 at 1.45 pm"]
)
def test_a_day_and_time_are_understood_as_people_write_them(
    store: Store, ben: FlaskClient, asked: str
) -> None:
    assert ben.post(TIMES, data={"asked": asked}).status_code == 303
    assert [one.starts_at for one in booked(store)] == [at(2, 19, 13, 45)]


def test_a_year_far_away_is_said_to_be_so(ben: FlaskClient) -> None:
    assert "That year is far away." in ben.post(TIMES, data={"asked": "9999-02-19T10:00"}).text


def test_whoever_called_it_off_reads_you(store: Store, cast, ben, sign_in, session) -> None:
    ben.post(f"/sessions/{session.ref}/cancellation")
    for page in (f"/sessions/{session.ref}", "/entitlements/ben-2027/past"):
        assert "You called it off. Still owed" in ben.get(page).text
        assert "Called off by the worker. Still owed" in sign_in(cast.ana).get(page).text


def test_later_times_are_only_promised_where_there_can_be_some(store: Store, cast, ben) -> None:
    assert "Show later times" in ben.get(TIMES).text
    cast.entitlement.ends_on = date(2027, 2, 12)
    store.commit()
    assert 0 < len(offered(ben.get(TIMES).text)) < 8
    assert "Show later times" not in ben.get(TIMES).text
