"""People as the coordinator sees them, and what she does for them on the phone."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from supervisor import clock, entitlements
from supervisor.models import Flip, Leave, Match, Offering, Person, Provider, Session, Store, Trait
from supervisor.people import ListSettings
from supervisor.rules.kinds import Kind, MatchState, Outcome
from supervisor.settings import save
from tests.everybody import settle

SHORTLIST = "/people/ben/entitlements/ben-2027/shortlist"
OFFERS = "/people/ben/entitlements/ben-2027/offers"


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def cleo(cast: SimpleNamespace, sign_in) -> FlaskClient:
    return sign_in(cast.cleo)


@pytest.fixture
def joan(store: Store, theirs: SimpleNamespace) -> Person:
    """Another peer supervisor with room, who may be matched with Ben."""
    joan = Person(ref="joan", name="Joan Perry", email="joan@example.org", place=theirs.dunedin)
    joan.traits = [Trait(word=theirs.consumer)]
    store.add(joan)
    store.flush()
    store.add(Provider(person_id=joan.id))
    store.flush()
    vetted = date(2028, 12, 31)
    kind = Kind.PEER_SUPERVISION
    store.add(Offering(person_id=joan.id, kind=kind, capacity=3, vetted_until=vetted))
    store.commit()
    return joan


def test_everyone_is_listed_by_name_and_can_be_found(store: Store, theirs, now, cleo) -> None:
    theirs.gil.left_on = (now - timedelta(days=30)).date()
    store.commit()
    names = re.findall(r'<a href="/people/\w+">([^<]+)</a>', cleo.get("/people").text)
    assert names == sorted(names)
    assert "Ben Harris" in names
    assert "Gil Orr" not in names
    assert re.findall(r'<a href="/people/\w+">([^<]+)</a>', cleo.get("/people?q=har").text) == [
        "Ben Harris"
    ]
    nobody = cleo.get("/people?q=%25").text
    assert "Nobody by that name" in nobody
    assert "See everybody" in nobody


def test_many_names_are_read_a_page_at_a_time(store: Store, theirs, cleo) -> None:
    save(store, ListSettings(rows=4))
    store.commit()
    page = cleo.get("/people?page=2&q=e").text
    assert "Page 2 of 2" in page
    assert 'href="?page=1&amp;q=e"' in page
    assert "Page 1 of 1" not in cleo.get("/providers").text


def test_one_person_with_what_is_owed_what_happened_and_what_can_be_done(
    store: Store, theirs, cleo
) -> None:
    theirs.ben.contact_by, theirs.ben.phone = "phone", "03 555 0199"
    store.commit()
    page = cleo.get("/people/ben").text
    for words in (
        "Peer support worker, Lakes Peer Service.",
        "Likes the phone best:",
        "03 555 0199",
        "0 of 10 done.",
        "With Ana Rewi.",
        "Wed 17 Feb 9:00 am",
        "Answer for them",
        "1 March 2027 – 8 March 2027",
        "You do not see notes",
    ):
        assert words in page, words
    assert "Supports" in cleo.get("/people/ana").text
    assert "No sessions are owed to Gil Orr." in cleo.get("/people/gil").text


def test_without_anybody_to_meet_no_end_is_foretold(store: Store, theirs, cleo) -> None:
    assert "such years there are fewer" in cleo.get("/people/ben").text
    theirs.match.state, theirs.match.ends_on = MatchState.ENDED, theirs.match.starts_on
    entitlements.reassess(store, theirs.entitlement, clock.now())
    store.commit()
    page = cleo.get("/people/ben").text
    assert "Can still be met until" in page
    assert "such years there are fewer" not in page
    assert "these two have met" not in page


def test_time_away_is_written_down_and_taken_back(store: Store, theirs, cleo) -> None:
    days = {"starts_on": "2027-02-15", "ends_on": "2027-02-20"}
    looked = cleo.post("/people/ben/leave", data=days, follow_redirects=True)
    assert looked.request.args.to_dict() == days, (
        "a page of its own, that the back button finds again"
    )
    looked = looked.text
    assert "It is not saved yet." in looked
    assert theirs.session.cancelled_at is None
    cleo.post("/people/ben/leave", data=days | {"seen": "session-1"})
    page = cleo.get("/people/ben").text
    assert "Time away is written down." in page
    assert "1 meeting in it is called off" in page
    cleo.post("/people/ben/leave/2027-02-15/withdrawal")
    assert "Time away is taken back." in cleo.get("/people/ben").text
    away = store.query(Leave).filter_by(person_id=theirs.ben.id).all()
    assert [leave.starts_on for leave in away] == [date(2027, 3, 1)]


def test_days_that_become_one_with_others_are_said_to_the_hub(theirs, cleo) -> None:
    data = {"starts_on": "2027-03-05", "ends_on": "2027-03-12"}
    saved = cleo.post("/people/ben/leave", data=data, follow_redirects=True).text
    assert "away from Monday 1 March, back on Friday 12 March." in saved
    assert "Take all of it back" in cleo.get("/people/ben").text


@pytest.mark.parametrize(
    ("first", "back", "words"),
    [
        ("", "2027-03-10", "Write a day, like 10 March 2027."),
        ("soon", "2027-03-10", "Write a day, like 10 March 2027."),
        ("2027-03-10", "2027-03-10", "The first day back comes after the first day away."),
    ],
)
def test_a_day_that_is_none_is_said(
    store: Store, theirs, cleo, first: str, back: str, words: str
) -> None:
    days = {"starts_on": first, "ends_on": back}
    answer = cleo.post("/people/eve/leave", data=days)
    assert answer.status_code == 422
    assert words in cleo.get("/people/eve/leave", query_string=days).text
    page = answer.text
    assert words in page
    assert 'role="alert"' in page
    assert page.count('aria-invalid="true"') == 1
    for typed in (first, back):
        assert f'type="date" required value="{typed}"' in page, "what was typed stays"
    assert store.query(Leave).filter_by(person_id=theirs.eve.id).count() == 0


def test_who_fits_comes_with_why_and_the_choice_goes_to_the_worker(
    store: Store, theirs, joan, cleo
) -> None:
    page = cleo.get(SHORTLIST).text
    assert "Joan Perry" in page
    assert "Ana Rewi" not in page.split("<main")[1]
    cleo.post(OFFERS, data={"provider": "joan"})
    assert "Offered." in cleo.get("/people/ben").text
    offer = store.query(Match).filter_by(provider_id=joan.id).one()
    assert (offer.state, offer.cover) == (MatchState.OFFERED, False)


def test_on_their_page_she_chooses_for_them_and_answers_for_whom_they_chose(
    store: Store, theirs, joan, cleo
) -> None:
    assert "Choose for them" not in cleo.get("/people/ben").text
    cleo.post(OFFERS, data={"provider": "joan"})
    page = cleo.get("/people/ben").text
    assert "Can choose Joan Perry. Has not picked yet." in page
    assert "Choose for them" in page
    match = store.query(Match).filter_by(provider_id=joan.id).one()
    cleo.post("/entitlements/ben-2027/choices", data={"match": match.ref})
    page = cleo.get("/people/ben").text
    assert "Joan Perry has been asked." in page
    assert f'href="/matches/{match.ref}">Answer for Joan Perry' in page


def test_cover_is_asked_of_one(store: Store, theirs, joan, cleo) -> None:
    page = cleo.get(f"{SHORTLIST}?cover=1").text
    assert 'type="radio"' in page
    cleo.post(OFFERS, data={"provider": "joan", "cover": "1"})
    assert store.query(Match).filter_by(provider_id=joan.id).one().cover


def test_ticking_nobody_or_somebody_who_may_not_is_said(store: Store, theirs, cleo) -> None:
    answer = cleo.post(OFFERS)
    assert "Tick at least one person." in cleo.get(answer.headers["Location"]).text
    answer = cleo.post(OFFERS, data={"provider": "xan"})
    assert "Xan Po cannot be offered" in cleo.get(answer.headers["Location"]).text
    assert cleo.post(OFFERS, data={"provider": "gil"}).status_code == 404
    assert store.query(Match).filter_by(state=MatchState.OFFERED).count() == 0


def test_nobody_fits_says_where_to_look(store: Store, theirs, cleo) -> None:
    page = cleo.get(SHORTLIST).text
    assert "Nobody fits today" in page
    assert "See all supervisors" in page


def test_the_shortlist_of_somebody_elses_entitlement_is_not_there(theirs, cleo) -> None:
    assert cleo.get("/people/ben/entitlements/eve-2027/shortlist").status_code == 404


def test_she_books_moves_and_calls_off_on_the_phone(store: Store, theirs, cleo) -> None:
    page = cleo.get("/entitlements/ben-2027/times").text
    assert "Book a time for Ben Harris with Ana Rewi" in page
    assert "These times suit both." in page
    start = re.findall(r'name="start" value="([^"]+)"', page)
    answer = cleo.post("/entitlements/ben-2027/times", data={"start": start[0]})
    there = answer.headers["Location"]
    booked = cleo.get(there).text
    assert "They are booked" in booked
    assert "Add to my calendar" not in booked
    cleo.post(f"{there}/move", data={"start": start[1]})
    cleo.post(f"{there}/cancellation")
    assert "Say whose change it is." in cleo.get(there).text
    cleo.post(f"{there}/cancellation", data={"side": "provider"})
    session = store.query(Session).filter_by(ref=there.rpartition("/")[2]).one()
    assert session.outcome == Outcome.CANCELLED_BY_PROVIDER
    assert session.booked_by_id == session.cancelled_by_id == theirs.cleo.id


def test_when_the_hub_noticed_and_since_when_it_is_so_are_two_days(
    store: Store, theirs, cleo
) -> None:
    """What an import brings in was noticed on the day of the import, whatever it was since."""
    flip = Flip(
        entitlement_id=theirs.entitlement.id, after="behind", since=date(2027, 1, 20),
        noticed_at=datetime(2027, 2, 8, 20, 0, tzinfo=UTC),
    )  # fmt: skip
    store.add(flip)
    store.commit()
    page = cleo.get("/people/ben").text
    assert ">9 February 2027</time>" in page
    assert "since 20 January 2027" in page


def test_the_bar_names_who_reads_and_not_who_is_read(theirs, cleo) -> None:
    page = cleo.get("/people/ben").text
    assert f'href="/devices">{theirs.cleo.name}</a>' in page
