"""The pages of somebody's hours: single days, visit days, holidays, notice and breaks."""

import html
import re
from datetime import date
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor.availability import open_days
from supervisor.availability.open_changes import Day, Own, Trip, Worked
from supervisor.models import Leave, Place, Session, Store
from supervisor.rules.kinds import Mode, Outcome
from tests.everybody import settle

DAYS, VISITS, BOOKING, CHANGES = (
    f"/people/ana/hours/{page}" for page in ("days", "visits", "booking", "changes")
)
MEETS_ON = date(2027, 2, 17)
SATURDAY = {"on": "2027-02-20", "from": "10:00", "to": "12:00", "how": "phone", "do": "open"}
THURSDAYS = {
    "place": "Cromwell", "first": "2027-02-18", "every": "2", "from": "10:00", "to": "15:00",
}  # fmt: skip


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def ana(theirs: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(theirs.ana)


def held(store: Store, theirs: SimpleNamespace) -> list:
    store.expire_all()
    return open_days.held(store, theirs.ana)


def hidden(page: str, name: str) -> list[str]:
    return [html.unescape(x) for x in re.findall(rf'name="{name}" value="([^"]*)"', page)]


def undo(ana: FlaskClient, page: str) -> str:
    """Press the button that stands first on the page."""
    notice = page.partition("Changed by mistake?")[2]
    sent = {"what": hidden(notice, "what")[0], "page": hidden(notice, "page")[0]}
    return ana.post(CHANGES, data=sent, follow_redirects=True).text


def test_a_day_is_opened_listed_taken_out_and_undone(store, theirs, ana) -> None:
    page = ana.post(DAYS, data=SATURDAY, follow_redirects=True).text
    opened = Day(date(2027, 2, 20), 600, 720, opens=True, mode=Mode.PHONE)
    assert held(store, theirs) == [opened]
    assert "It is saved." in page
    assert "Saturday 20 February" in page
    assert "10:00 am to 12:00 pm" in " ".join(page.split())
    page = undo(ana, page)
    assert held(store, theirs) == []
    undo(ana, page)
    assert held(store, theirs) == [opened]
    again = ana.post(DAYS, data=SATURDAY, follow_redirects=True).text
    assert "Nothing was changed." in again
    seal = hidden(again.partition("What is written down")[2], "what")[0]
    ana.post(CHANGES, data={"what": seal, "page": "days"})
    assert held(store, theirs) == []


def test_closing_a_day_with_a_meeting_asks_first(store, theirs, ana) -> None:
    shut = {"on": "2027-02-17", "do": "close"}
    page = ana.post(DAYS, data=shut).text
    assert "1 booked meeting lies there" in page
    assert "Wednesday 17 February, 9:00 am" in page
    assert 'href="/sessions/session-1/move' in page
    assert held(store, theirs) == []
    sent = {"what": hidden(page, "what")[0], "page": "days", "seen": hidden(page, "seen")}
    kept = ana.post(CHANGES, data=sent | {"do": "keep"}, follow_redirects=True).text
    assert "What was booked stays booked." in kept
    assert held(store, theirs) == [Day(MEETS_ON, 0, 1440, opens=False)]
    assert outcome(store) is None
    undo(ana, kept)
    assert held(store, theirs) == []
    said = ana.post(CHANGES, data=sent | {"do": "off"}, follow_redirects=True).text
    assert "1 meeting is called off. You both know." in said
    assert outcome(store) == Outcome.CANCELLED_BY_PROVIDER


def outcome(store: Store) -> str | None:
    store.expire_all()
    return store.scalar(select(Session.outcome).where(Session.ref == "session-1"))


@pytest.mark.parametrize(
    ("page", "given", "field", "words"),
    [
        (DAYS, SATURDAY | {"on": "soon"}, "on", "Write a day, like 10 March 2027."),
        (DAYS, SATURDAY | {"on": "2027-02-01"}, "on", "That day is over."),
        (DAYS, SATURDAY | {"from": ""}, "from", "Write a time, like 09:00."),
        (DAYS, SATURDAY | {"to": "09:00"}, "to", "These hours end before they begin."),
        (DAYS, SATURDAY | {"place": "Atlantis"}, "place", "We do not know that place."),
        (DAYS, SATURDAY | {"place": "Dunedin"}, "place", "A place is for meeting in person."),
        (VISITS, THURSDAYS | {"place": ""}, "place", "Write the place that you go to."),
        (VISITS, THURSDAYS | {"every": "x"}, "every", "Write a number of weeks from 1 to 12."),
        (VISITS, THURSDAYS | {"last": "2027-02-11"}, "last", "The last day comes before"),
        (BOOKING, {"most_a_day": "many"}, "most_a_day", "Write a whole number from 1 to 50."),
        (BOOKING, {"horizon_days": "3"}, "horizon_days", "Write a whole number from 7 to 400."),
    ],
)
def test_a_slip_is_said_beside_its_field_and_what_was_typed_stays(
    store, theirs, ana, page: str, given: dict[str, str], field: str, words: str
) -> None:
    answer = ana.post(page, data=given)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-e"[^>]*>{re.escape(words)}', answer.text)
    assert all(f'value="{typed}"' in answer.text for name, typed in given.items() if name == "from")
    assert held(store, theirs) == []


def test_what_is_not_on_the_page_is_refused(store, theirs, ana) -> None:
    for do in ("work-never", "work-2027-02-17"):
        assert ana.post(DAYS, data={"do": do}).status_code == 422
    for what in ("", "W10.abc"):
        page = ana.post(CHANGES, data={"what": what, "page": "no"}, follow_redirects=True).text
        assert "Nothing was changed." in page
    assert held(store, theirs) == []


def test_a_change_that_somebody_else_sealed_is_none(store, theirs, ana, sign_in) -> None:
    seal = hidden(ana.post(DAYS, data=SATURDAY, follow_redirects=True).text, "what")[0]
    cleo = sign_in(theirs.cleo)
    page = cleo.post(CHANGES, data={"what": seal, "page": "days"}, follow_redirects=True).text
    assert "Nothing was changed." in page
    assert len(held(store, theirs)) == 1


def test_an_undo_that_cannot_be_any_more_says_why(store, theirs, ana) -> None:
    page = ana.post(DAYS, data=SATURDAY, follow_redirects=True).text
    out = undo(ana, page)
    ana.post(DAYS, data={"on": "2027-02-20", "do": "close"})
    assert "You closed that time. Take that out first." in undo(ana, out)
    assert held(store, theirs) == [Day(date(2027, 2, 20), 0, 1440, opens=False)]


def test_somebody_works_on_a_public_holiday(store, theirs, ana) -> None:
    page = ana.get(DAYS).text
    assert "Otago Anniversary Day" in page
    assert "Matariki" in page
    assert "Southland Anniversary Day" not in page
    ana.post(DAYS, data={"do": "work-2027-03-22"})
    assert held(store, theirs) == [Worked(date(2027, 3, 22))]
    assert "Open like any other day." in ana.get(DAYS).text
    ana.post(DAYS, data={"do": "rest-2027-03-22"})
    assert held(store, theirs) == []


def test_last_week_is_shown_before_it_is_copied(store, theirs, ana) -> None:
    assert "Last week has nothing to copy" in ana.get(f"{DAYS}?copy=next").text
    store.add(
        open_days._row_of(theirs.ana, Day(date(2027, 2, 4), 540, 600, opens=True, mode="video"))
    )
    store.commit()
    page = ana.get(f"{DAYS}?copy=next").text
    assert "Thursday 18 February" in page
    assert len(held(store, theirs)) == 1
    seal = hidden(page.partition("These are copied")[2], "what")[0]
    page = ana.post(CHANGES, data={"what": seal, "page": "days"}, follow_redirects=True).text
    assert {thing.on for thing in held(store, theirs)} == {date(2027, 2, 4), date(2027, 2, 18)}
    undo(ana, page)
    assert len(held(store, theirs)) == 1


def test_visit_days_are_added_changed_and_taken_out(store, theirs, ana) -> None:
    page = ana.post(VISITS, data=THURSDAYS, follow_redirects=True).text
    cromwell = store.scalar(select(Place.id).where(Place.ref == "cromwell"))
    trip = Trip(date(2027, 2, 18), 2, 600, 900, cromwell)
    assert held(store, theirs) == [trip]
    assert "Every second Thursday" in page
    change = html.unescape(re.search(r'href="([^"]*change=[^"]*)#form"', page)[1])
    form = ana.get(change).text
    assert 'value="15:00"' in form
    old = hidden(form, "old")[0]
    slip = ana.post(VISITS, data=THURSDAYS | {"old": old, "to": "09:00"})
    assert (slip.status_code, hidden(slip.text, "old")) == (422, [old])
    page = ana.post(
        VISITS, data=THURSDAYS | {"old": old, "to": "16:00"}, follow_redirects=True
    ).text
    assert held(store, theirs) == [trip._replace(ends=960)]
    undo(ana, page)
    assert held(store, theirs) == [trip]


def test_own_numbers_are_kept_and_given_back_to_the_hub(store, theirs, ana) -> None:
    assert "The hub: 24." in ana.get(BOOKING).text
    page = ana.post(BOOKING, data={"notice_hours": "48", "after_minutes": "15"}).headers["Location"]
    assert held(store, theirs) == [Own(notice_hours=48, after_minutes=15)]
    page = ana.get(page).text
    assert 'value="48"' in page
    page = ana.post(BOOKING, data={}, follow_redirects=True).text
    assert held(store, theirs) == []
    undo(ana, page)
    assert held(store, theirs) == [Own(notice_hours=48, after_minutes=15)]


def test_the_page_says_what_workers_will_see(store, theirs, ana) -> None:
    store.add(
        Leave(person_id=theirs.ana.id, starts_on=date(2027, 2, 11), ends_on=date(2027, 2, 13))
    )
    store.commit()
    for address in ("/people/ana/hours", DAYS, VISITS, BOOKING):
        page = " ".join(ana.get(address).text.split())
        assert "Away until 13 February." in page
        assert "9:00 am to 3:00 pm</span>: Video, phone" in page
        assert "No hours on this weekday." in page


def test_the_hub_writes_it_down_for_somebody(store, theirs, sign_in) -> None:
    cleo = sign_in(theirs.cleo)
    assert "Single days of Ana Rewi" in cleo.get(DAYS).text
    cleo.post(DAYS, data=SATURDAY)
    assert len(held(store, theirs)) == 1
