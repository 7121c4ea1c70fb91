"""Ben says that he was at the circle, and Ana, who led it, says no: the hub settles it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from supervisor import clock, entitlements
from supervisor.errors import Refused
from supervisor.groups import mark_disputes, meetings
from supervisor.models import Audit, Group, Meeting, Person, PersonHat, Seat, Store
from supervisor.rules.credit import CreditSettings
from supervisor.rules.kinds import Hat
from supervisor.settings import save
from supervisor.today import today
from tests.test_credit import EACH, group, met

Door = Callable[[Person], FlaskClient]


@pytest.fixture
def circle(store: Store, cast) -> Group:
    """Ana leads Ben; being there counts as one session."""
    save(store, EACH)
    return group(store, "circle", facilitator=cast.ana, seats=[Seat(person=cast.ben)])


@pytest.fixture
def differing(store: Store, cast, circle, now) -> Meeting:
    meeting = met(store, circle, 5, now)
    meetings.mark(store, meeting, cast.ben, False, cast.ana, now)
    meetings.mark(store, meeting, cast.ben, True, cast.ben, now)
    store.commit()
    return meeting


def numbers(store: Store, cast, now) -> tuple[int, int]:
    seen = entitlements.position(store, cast.entitlement, now)
    return seen.held, seen.delivered


def board(store: Store, now) -> list[str]:
    return [mark.person.ref for mark in today.board(store, now).marks]


def test_it_counts_nothing_and_stays_on_today_until_it_is_settled(
    store: Store, cast, differing, now
) -> None:
    assert numbers(store, cast, now) == (0, 0)
    assert board(store, now) == board(store, now + timedelta(days=60)) == ["ben"]
    mark_disputes.settle(store, differing, cast.ben, came=True, by=cast.cleo, now=now)
    assert board(store, now) == []
    assert numbers(store, cast, now) == (1, 0)
    (mark,) = differing.attendances
    assert (mark.own, mark.led, mark.came) == (True, False, True)
    trail = store.query(Audit).filter_by(verb="settle", noun="meeting").one()
    assert (trail.by_id, trail.for_id) == (cast.cleo.id, cast.ben.id)


def test_where_the_hub_says_that_they_were_not_there_nothing_counts(
    store: Store, cast, differing, now
) -> None:
    mark_disputes.settle(store, differing, cast.ben, came=False, by=cast.cleo, now=now)
    assert numbers(store, cast, now) == (0, 0)
    assert board(store, now) == []


def test_one_who_says_no_where_the_other_says_yes_differs_too(
    store: Store, cast, circle, now
) -> None:
    meeting = met(store, circle, 5, now)
    meetings.mark(store, meeting, cast.ben, True, cast.ana, now)
    assert board(store, now) == []
    meetings.mark(store, meeting, cast.ben, False, cast.ben, now)
    assert board(store, now) == ["ben"]
    meetings.mark(store, meeting, cast.ben, True, cast.ben, now)
    assert board(store, now) == [], "put right by themselves"


def test_a_settled_one_stays_settled_and_keeps_both_words(
    store: Store, cast, differing, now
) -> None:
    mark_disputes.settle(store, differing, cast.ben, came=True, by=cast.cleo, now=now)
    meetings.everyone_here(store, differing, cast.ana, now)
    with pytest.raises(Refused, match="has settled this"):
        meetings.mark(store, differing, cast.ben, False, cast.ben, now)
    with pytest.raises(Refused, match="already settled"):
        mark_disputes.settle(store, differing, cast.ben, came=False, by=cast.cleo, now=now)
    (mark,) = differing.attendances
    assert (mark.own, mark.led, mark.settled) == (True, False, True)


def test_whoever_leads_saves_the_list_though_their_own_mark_is_settled(
    store: Store, cast, circle, now
) -> None:
    meeting = met(store, circle, 5, now)
    circle.seats.append(Seat(person=cast.ana))
    store.flush()
    meetings.mark(store, meeting, cast.ana, True, cast.ana, now)
    meetings.mark(store, meeting, cast.ana, False, cast.cleo, now)
    mark_disputes.settle(store, meeting, cast.ana, came=False, by=cast.mere, now=now)
    meetings.everyone_here(store, meeting, cast.ana, now)
    store.refresh(meeting, ["attendances"])
    assert {one.person.ref: one.came for one in meeting.attendances} == {"ana": False, "ben": True}


def test_nobody_settles_what_they_said_themselves(store: Store, cast, differing, now) -> None:
    for person in (cast.ana, cast.ben):
        person.hats = [PersonHat(hat=Hat.COORDINATOR)]
        with pytest.raises(Refused, match="Somebody else of the hub"):
            mark_disputes.settle(store, differing, cast.ben, came=True, by=person, now=now)


def test_where_group_meetings_count_for_nothing_there_is_nothing_to_settle(
    store: Store, cast, differing, now
) -> None:
    save(store, CreditSettings())
    assert board(store, now) == []


def test_each_reads_what_differs_and_the_hub_settles_it_on_today(
    store: Store, cast, differing, sign_in: Door, now
) -> None:
    ben, cleo = sign_in(cast.ben), sign_in(cast.cleo)
    words = "You said yes, whoever led said no. The hub looks at it."
    past = f"/entitlements/{cast.entitlement.link}/past"
    assert words in ben.get(past).text
    assert words in ben.get("/groups/circle").text
    assert words not in sign_in(cast.ana).get(past).text
    page = cleo.get("/today").text
    assert "Ben Harris says yes, they were there. Whoever led says no." in page
    answer = f"/today/meetings/{differing.ref}/settlement"
    cleo.post(answer, data={"person": "ben"})
    assert "Say whether they were there." in cleo.get("/today").text
    cleo.post(answer, data={"person": "ben", "came": "yes"})
    assert "Settled. Both answers are kept." in cleo.get("/today").text
    assert words not in ben.get(past).text
    assert numbers(store, cast, clock.now()) == (1, 0)


def test_what_was_settled_by_a_slip_is_put_right_by_the_hub_alone(
    store: Store, cast, differing, sign_in: Door, now
) -> None:
    mark_disputes.settle(store, differing, cast.ben, came=False, by=cast.cleo, now=now)
    store.commit()
    here = f"/groups/circle/meetings/{differing.ref}"
    page = sign_in(cast.ben).get(here).text
    assert "Written down: you were away." in page
    assert "You said different things, and the hub settled it." in page
    assert "I was there" not in page
    assert "It was a slip" not in page + sign_in(cast.ana).get(here).text
    cleo, answer = sign_in(cast.cleo), f"/today/meetings/{differing.ref}/settlement"
    assert "It was a slip: they were there" in cleo.get(here).text
    cleo.post(answer, data={"person": "ben", "came": "yes"})
    assert numbers(store, cast, clock.now()) == (0, 0), "a stale press on Today changes nothing"
    slip = {"person": "ben", "came": "yes", "again": "1", "next": here}
    right = cleo.post(answer, data=slip, follow_redirects=True)
    assert (right.request.path, "It was a slip: they were not there" in right.text) == (here, True)
    store.expire_all()
    assert numbers(store, cast, clock.now()) == (1, 0)
    (mark,) = differing.attendances
    assert (mark.own, mark.led) == (True, False)
