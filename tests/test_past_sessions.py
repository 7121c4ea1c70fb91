"""The meetings behind the number: what happened, and what each of the two said of it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from supervisor.models import Match, Session, Store
from supervisor.rules.kinds import Answer, MatchState, Outcome, Side
from supervisor.sessions import delivery
from tests.everybody import settle


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    cast = settle(store, cast, now)
    cast.url = f"/entitlements/{cast.entitlement.link}/past"
    return cast


def say(store: Store, cast, side: Side, answer: Answer, now) -> None:
    who = cast.ben if side is Side.WORKER else cast.ana
    delivery.confirm(store, cast.past, side, answer, who, now)
    store.commit()


def test_the_number_leads_to_the_meetings_behind_it(store: Store, theirs, now, sign_in) -> None:
    say(store, theirs, Side.WORKER, Answer.HELD, now)
    ben = sign_in(theirs.ben)
    assert f'href="{theirs.url}"' in ben.get("/support").text
    page = ben.get(theirs.url).text
    assert "7 February 2027" in page
    assert "with Ana Rewi" in page
    assert "You said yes." in page
    assert "confirmed by both</span>" not in page
    say(store, theirs, Side.PROVIDER, Answer.HELD, now)
    page = ben.get(theirs.url).text
    assert "Done, confirmed by both" in page
    assert "Ana Rewi said yes." in page


def test_what_is_booked_stands_there_to_be_moved_or_called_off(
    store: Store, theirs, sign_in
) -> None:
    ben = sign_in(theirs.ben)
    assert "See all" not in ben.get("/support").text
    ben.post("/entitlements/ben-2027/times", data={"start": "2027-02-24T20:00:00+00:00|video"})
    assert "See all 2 that are booked" in ben.get("/support").text
    second = store.query(Session).order_by(Session.starts_at.desc()).first()
    page = ben.get(theirs.url).text
    booked = page[page.index('id="booked"') : page.index('id="past"')]
    assert "7 February" not in booked.replace("17 February", "")
    assert booked.index("/sessions/session-1") < booked.index(f"/sessions/{second.ref}")
    assert f"/sessions/{second.ref}" in sign_in(theirs.ana).get(theirs.url).text
    ben.post(f"/sessions/{second.ref}/cancellation")
    assert f"/sessions/{second.ref}" not in ben.get(theirs.url).text.partition('id="past"')[0]


def test_it_says_what_waits_what_differs_and_what_does_not_count(
    store: Store, theirs, now, sign_in
) -> None:
    ben = sign_in(theirs.ben)
    assert "Not said yet whether it happened" in ben.get(theirs.url).text
    say(store, theirs, Side.WORKER, Answer.WORKER_AWAY, now)
    say(store, theirs, Side.PROVIDER, Answer.HELD, now)
    page = ben.get(theirs.url).text
    assert "You do not say the same" in page
    assert "You said that you could not come." in page
    assert "You said yes." in sign_in(theirs.ana).get(theirs.url).text
    theirs.past.counts = False
    store.commit()
    assert "First meeting: it does not count." in ben.get(theirs.url).text


@pytest.mark.parametrize(
    ("side", "answer", "words"),
    [
        (Side.WORKER, Answer.PROVIDER_AWAY, "You said that Ana Rewi could not come."),
        (Side.PROVIDER, Answer.PROVIDER_AWAY, "You said that you could not come."),
        (Side.PROVIDER, Answer.WORKER_AWAY, "You said that Ben Harris could not come."),
        (Side.WORKER, Answer.ANOTHER_DAY, "You said that you met another day."),
    ],
)
def test_own_answers_are_in_the_first_person(
    store: Store, theirs, now, sign_in, side: Side, answer: Answer, words: str
) -> None:
    say(store, theirs, side, answer, now)
    mine, other = (theirs.ben, theirs.ana) if side is Side.WORKER else (theirs.ana, theirs.ben)
    assert words in sign_in(mine).get(theirs.url).text
    read = sign_in(other).get(theirs.url).text
    assert f"{mine.name} said that" in read
    assert (f"{mine.name} said that you could not come." in read) == (other.name in words)
    assert f"{mine.name} said that" in sign_in(theirs.cleo).get(theirs.url).text


def test_a_provider_sees_their_own_meetings_alone(store: Store, theirs, now, sign_in) -> None:
    theirs.match.ends_on = date(2027, 2, 8)
    store.flush()
    store.add(
        Match(ref="ben-xan", entitlement=theirs.entitlement, provider=theirs.xan,
              state=MatchState.ACTIVE, starts_on=date(2027, 2, 9))
    )  # fmt: skip
    store.commit()
    page = sign_in(theirs.xan).get(theirs.url).text
    assert "Meetings come here once they are booked." in page
    assert "7 February" not in page
    assert sign_in(theirs.ana).get(theirs.url).status_code == 404


def test_what_was_called_off_is_there_and_still_owed(store: Store, theirs, now, sign_in) -> None:
    ben = sign_in(theirs.ben)
    ben.post("/sessions/session-1/cancellation")
    page = ben.get(theirs.url).text
    assert "17 February 2027, 9:00 am" in page
    assert "You called it off. Still owed." in page
    assert f'href="{theirs.url}"' in sign_in(theirs.ana).get("/week").text
    assert store.query(Session).filter(Session.starts_at > now + timedelta(days=8)).count() == 0


def test_one_more_than_was_contracted_is_said_apart(store: Store, theirs, now, sign_in) -> None:
    say(store, theirs, Side.WORKER, Answer.HELD, now)
    assert "1 of 10 done" in sign_in(theirs.cleo).get("/people/ben").text
    entitlement = theirs.entitlement
    for n in range(1, 11):
        start = theirs.past.starts_at - timedelta(days=n)
        wall = theirs.past.local_start - timedelta(days=n)
        store.add(
            Session(
                entitlement=entitlement, provider=theirs.ana, local_start=wall, starts_at=start,
                zone=theirs.past.zone, minutes=60, mode=theirs.past.mode, outcome=Outcome.HELD,
                changed_at=now,
            )
        )  # fmt: skip
    store.commit()
    assert "10 of 10 done, 1 more." in sign_in(theirs.cleo).get("/people/ben").text
    ben = sign_in(theirs.ben)
    assert "10 of 10 done, 1 more" in ben.get(theirs.url).text
    assert "10 of 10 <small>done, 1 more</small>" in ben.get("/support").text
