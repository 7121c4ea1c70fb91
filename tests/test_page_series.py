"""A series of meetings, from the list of times to Undo."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor.models import Message, Person, Session, Store
from tests.test_sessions import at

Door = Callable[[Person], FlaskClient]
MONDAY = f"{at(2, 15, 10).isoformat()}|video"
TIMES, SERIES = "/entitlements/ben-2027/times", "/entitlements/ben-2027/series"


def said(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def booked(store: Store) -> list[Session]:
    query = select(Session).where(Session.cancelled_at.is_(None)).order_by(Session.starts_at)
    return list(store.scalars(query))


@pytest.fixture
def ben(sign_in: Door, cast: SimpleNamespace) -> FlaskClient:
    return sign_in(cast.ben)


@pytest.fixture
def fortnights(ben: FlaskClient, store: Store) -> list[Session]:
    ben.post(SERIES, data={"start": MONDAY, "rhythm": "fortnightly"})
    return booked(store)


def test_the_times_lead_to_a_series_that_fits_what_is_owed(ben: FlaskClient) -> None:
    assert "Or a series from this time on" in ben.get(TIMES).text
    page = ben.post(TIMES, data={"start": MONDAY, "series": "1"}, follow_redirects=True)
    assert "On the third Monday of each month, 10:00 am" in said(page)
    assert "Book these 10 meetings" in page.text
    assert "Then all that are owed are booked." in said(page)


def test_a_holiday_is_struck_out_with_its_reason(ben: FlaskClient, store: Store) -> None:
    page = ben.get(SERIES, query_string={"start": MONDAY, "rhythm": "fortnightly"})
    assert "Monday 29 March, 10:00 am Left out. That day is a public holiday." in said(page)
    assert "Choose another." not in said(page)
    assert "What is left out is still owed. Book a time for it by itself." in said(page)
    assert booked(store) == []


def test_one_press_books_them_all(ben: FlaskClient, store: Store) -> None:
    page = ben.post(SERIES, data={"start": MONDAY, "rhythm": "fortnightly"}, follow_redirects=True)
    assert len(booked(store)) == 10
    assert "10 meetings are booked. Left out: Monday 29 March" in said(page)
    assert "Every second Monday, 9 later ones are booked" in said(page)


def test_pressed_twice_it_is_one_series(ben: FlaskClient, store: Store) -> None:
    first, second = (
        ben.post(SERIES, data={"start": MONDAY, "rhythm": "fortnightly"}) for _press in range(2)
    )
    assert second.headers["Location"] == first.headers["Location"]
    assert len(booked(store)) == 10
    assert len({one.series_id for one in booked(store)}) == 1
    letters = store.scalars(select(Message.recipient_id)).all()
    assert len(letters) == len(set(letters))


def test_the_hub_books_a_series_for_a_worker(sign_in: Door, cast, store: Store) -> None:
    client = sign_in(cast.cleo)
    page = client.get(SERIES, query_string={"start": MONDAY, "rhythm": "weekly"})
    assert "Book a series for Ben Harris with Ana Rewi" in page.text
    client.post(SERIES, data={"start": MONDAY, "rhythm": "weekly"})
    assert len(booked(store)) == 10


@pytest.mark.parametrize("given", [{"start": "soon"}, {"start": MONDAY, "rhythm": "daily"}, {}])
def test_what_cannot_be_read_leads_back_to_the_times(ben: FlaskClient, given) -> None:
    page = ben.get(SERIES, query_string=given, follow_redirects=True)
    assert page.request.path == TIMES
    assert "Pick one of the times." in page.text or "Say how often you meet." in page.text


def test_whoever_moves_one_of_a_series_says_which(ben: FlaskClient, store, fortnights) -> None:
    here = f"/sessions/{fortnights[2].ref}/move"
    assert "This one and all 7 later ones" in ben.get(here).text
    start = f"{at(3, 17, 11).isoformat()}|video"
    page = ben.post(here, data={"start": start})
    assert page.status_code == 422
    assert "only this one changes, or all later ones too" in page.text
    ben.post(here, data={"start": start, "which": "later"})
    assert [one.local_start.hour for one in booked(store)] == [10, 10, *[11] * 8]


def test_only_this_one_moves_alone(ben: FlaskClient, store: Store, fortnights) -> None:
    start = f"{at(3, 17, 11).isoformat()}|video"
    ben.post(f"/sessions/{fortnights[2].ref}/move", data={"start": start, "which": "only"})
    assert [one.local_start.hour for one in booked(store)].count(11) == 1


def test_a_time_that_has_gone_keeps_what_was_to_move(
    ben: FlaskClient, cast, store: Store, fortnights
) -> None:
    from tests.test_series import something_else

    something_else(store, cast.ana, at(3, 17, 11))
    store.commit()
    start = f"{at(3, 17, 11).isoformat()}|video"
    page = ben.post(f"/sessions/{fortnights[2].ref}/move", data={"start": start, "which": "later"})
    assert page.status_code == 409
    assert 'name="which" value="later"' in page.text
    assert {one.local_start.hour for one in booked(store)} == {10}


def test_calling_off_all_later_ones_can_be_undone(ben: FlaskClient, store, fortnights) -> None:
    page = ben.post(
        f"/sessions/{fortnights[4].ref}/cancellation",
        data={"which": "later"},
        follow_redirects=True,
    )
    assert "So are 5 later ones. They are still owed." in said(page)
    assert len(booked(store)) == 4
    page = ben.post(f"/sessions/{fortnights[4].ref}/restoration", follow_redirects=True)
    assert "It is on again." in page.text
    assert len(booked(store)) == 10


def test_nobody_else_sees_a_series(sign_in: Door, cast, fortnights) -> None:
    for stranger in (cast.dan, cast.mere):
        page = sign_in(stranger).get(SERIES, query_string={"start": MONDAY})
        assert page.status_code == 404


def test_a_first_meeting_is_no_series(ben: FlaskClient, cast, store: Store, now) -> None:
    cast.match.provider_yes_at = now
    store.commit()
    assert "Or a series" not in ben.get(TIMES).text
