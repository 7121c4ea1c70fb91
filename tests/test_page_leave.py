"""My time away: seen, written down and taken back by whoever is away."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from supervisor.models import Leave, Person, Session, Store
from supervisor.rules.kinds import Outcome
from tests.everybody import settle

WEEK = {"starts_on": "2027-02-15", "ends_on": "2027-02-22"}


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def ben(theirs: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(theirs.ben)


def days(store: Store, ref: str) -> list[tuple[date, date]]:
    store.expire_all()
    theirs = store.query(Leave).join(Person, Person.id == Leave.person_id).filter_by(ref=ref)
    return [(one.starts_on, one.ends_on) for one in theirs.order_by(Leave.starts_on)]


def test_what_would_be_called_off_is_said_before_anything_is(store: Store, theirs, ben) -> None:
    asked = ben.post("/away", data=WEEK, follow_redirects=True).text
    assert "1 meeting lies in these days" in asked
    assert "Wednesday 17 February, 9:00 am" in asked
    assert "It is not saved yet" in asked
    assert days(store, "ben") == [(date(2027, 3, 1), date(2027, 3, 8))]
    seen = re.findall(r'name="seen" value="([^"]+)"', asked)
    saved = ben.post("/away", data=WEEK | {"seen": seen}, follow_redirects=True).text
    assert "Your time away is written down. 1 meeting in it is called off." in saved
    assert "Away from 15 February 2027" in saved
    assert "Back on 22 February 2027." in saved
    assert store.query(Session).filter_by(ref="session-1").one().outcome == Outcome.DID_NOT_HAPPEN
    assert "Called off. Still owed" in ben.get("/sessions/session-1").text


def test_days_that_become_one_with_others_are_said_with_all_that_is_taken_back(
    store: Store, theirs, ben
) -> None:
    data = {"starts_on": "2027-03-05", "ends_on": "2027-03-12"}
    saved = ben.post("/away", data=data, follow_redirects=True).text
    assert "away from Monday 1 March, back on Friday 12 March." in saved
    assert "What you take back is gone as a whole" in saved
    assert "Take all of it back" in saved
    again = ben.post("/away", data=data | {"starts_on": "2027-03-01"}, follow_redirects=True).text
    assert "It is one with days" not in again


def test_what_is_asked_first_has_an_address_to_go_back_to(store: Store, theirs, ben) -> None:
    asked = ben.post("/away", data=WEEK)
    assert asked.status_code == 303
    page = ben.get(asked.headers["Location"]).text
    assert "1 meeting lies in these days" in page
    assert 'value="2027-02-15"' in page
    assert days(store, "ben") == [(date(2027, 3, 1), date(2027, 3, 8))]


def test_days_without_meetings_are_saved_at_once(store: Store, theirs, sign_in) -> None:
    ana = sign_in(theirs.ana)
    data = {"starts_on": "2027-05-03", "ends_on": "2027-05-10"}
    saved = ana.post("/away", data=data, follow_redirects=True).text
    assert "Your time away is written down." in saved
    assert days(store, "ana") == [(date(2027, 5, 3), date(2027, 5, 10))]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ends_on": "2027-02-15"}, "The first day back comes after the first day away."),
        ({"ends_on": ""}, "Write a day, like"),
        ({"starts_on": "2027-02-01", "ends_on": "2027-02-08"}, "Those days are over."),
    ],
)
def test_a_slip_is_said_beside_its_field_and_what_was_typed_stays(
    store: Store, theirs, ben, wrong: dict[str, str], words: str
) -> None:
    answer = ben.post("/away", data=WEEK | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-describedby="ends_on-e"' in answer.text
    assert f'value="{(WEEK | wrong)["starts_on"]}"' in answer.text
    assert len(days(store, "ben")) == 1


def test_it_is_taken_back_by_its_owner(store: Store, theirs, ben) -> None:
    assert "Away from 1 March 2027" in ben.get("/away").text
    back = ben.post("/away/2027-03-01/withdrawal", follow_redirects=True).text
    assert "It is taken back." in back
    assert "No days are written down." in back
    assert days(store, "ben") == []
    again = ben.post("/away/2027-03-01/withdrawal", follow_redirects=True)
    assert again.status_code == 200
    assert "Those days are not written down any more." in again.text


def test_the_card_says_until_when_it_is_paused(store: Store, theirs, ben) -> None:
    store.add(Leave(person_id=theirs.ben.id, starts_on=date(2027, 2, 9), ends_on=date(2027, 2, 14)))
    store.commit()
    assert "Paused until 14 February 2027" in ben.get("/support").text


def test_workers_and_providers_find_the_page_from_their_own(theirs, ben, sign_in) -> None:
    assert 'href="/away"' in ben.get("/support").text
    assert 'href="/away"' in sign_in(theirs.ana).get("/week").text


def test_the_card_says_that_whom_they_meet_is_away_to_the_end(store: Store, theirs, ben) -> None:
    away = {"starts_on": date(2027, 2, 9), "ends_on": date(2028, 2, 1)}
    assert "away until" not in ben.get("/support").text
    store.add(Leave(person_id=theirs.ana.id, **away))
    store.commit()
    page = ben.get("/support").text
    assert "Ana Rewi is away until 1 February 2028." in page
    assert "Ring the hub: somebody else can stand in." in page
