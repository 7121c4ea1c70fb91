"""A new pair meets once before they sign; it is no part of what is owed."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from supervisor import entitlements
from supervisor.matches import agreements
from supervisor.matches.agreements import Party
from supervisor.models import Match, Proposal, Session, Store
from supervisor.plans import plans
from supervisor.rules.kinds import Answer, Mode, Side
from supervisor.sessions import delivery, first_meetings, sessions
from supervisor.sessions.first_meetings import FirstMeetingSettings
from supervisor.settings import save


def at(day: int, hour: int = 10) -> datetime:
    wall = datetime(2027, 2, day, hour, tzinfo=ZoneInfo("Pacific/Auckland"))
    return wall.astimezone(UTC)


@pytest.fixture
def new_pair(store: Store, cast: SimpleNamespace, now) -> Match:
    """Ben and Ana have just said yes to one another."""
    cast.match.worker_yes_at = cast.match.provider_yes_at = now
    agreements.draft(store, cast.match)
    store.flush()
    return cast.match


@pytest.fixture
def book(store: Store, cast: SimpleNamespace, now):
    return lambda day: sessions.book(store, cast.entitlement, at(day), Mode.VIDEO, cast.ben, now)


def owed(store: Store, cast: SimpleNamespace, now: datetime) -> tuple[int, int]:
    seen = entitlements.position(store, cast.entitlement, now)
    return seen.held, seen.booked


def test_the_first_of_a_new_pair_does_not_count_and_the_next_does(
    store: Store, cast, new_pair, book, now
) -> None:
    assert [book(15).counts, book(22).counts] == [False, True]
    assert owed(store, cast, now) == (0, 1)


def test_held_it_is_delivered_to_nobodys_account(store: Store, cast, new_pair, book, now) -> None:
    first = book(15)
    for person, side in ((cast.ben, Side.WORKER), (cast.ana, Side.PROVIDER)):
        delivery.confirm(store, first, side, Answer.HELD, person, at(15, 12))
    assert owed(store, cast, at(15, 13)) == (0, 0)


def test_one_that_was_called_off_leaves_the_next_to_be_the_first(
    store: Store, cast, new_pair, book, now
) -> None:
    sessions.cancel(store, book(15), cast.ben, now)
    assert not book(22).counts


def test_who_has_signed_has_met(store: Store, cast, new_pair, book, now) -> None:
    agreements.sign(store, new_pair, Party.WORKER, cast.ben, now)
    agreements.sign(store, new_pair, Party.PROVIDER, cast.ana, now)
    assert new_pair.agreement.agreed_on
    assert book(15).counts


def test_a_pair_that_a_workbook_brought_has_met(store: Store, cast, book) -> None:
    assert book(15).counts


def test_cover_has_no_first_meeting(store: Store, new_pair) -> None:
    new_pair.cover = True
    assert not first_meetings.due(store, new_pair)


def test_a_hub_may_do_without(store: Store, new_pair, book) -> None:
    save(store, FirstMeetingSettings(first_meeting=False))
    assert book(15).counts


def propose(store: Store, cast: SimpleNamespace, now: datetime, *days: int) -> None:
    theirs = {"entitlement_id": cast.entitlement.id, "provider_id": cast.ana.id}
    for day in days:
        store.add(
            Proposal(**theirs, starts_at=at(day), minutes=60, mode=Mode.VIDEO, proposed_at=now)
        )
    store.flush()


def test_the_first_of_a_whole_plan_does_not_count_either(store: Store, cast, new_pair, now) -> None:
    propose(store, cast, now, 15, 22)
    kept, _gone = plans.keep(store, cast.entitlement, cast.ben, now)
    assert [session.counts for session in kept] == [False, True]
    assert owed(store, cast, now) == (0, 1)


def test_one_that_was_booked_at_a_planned_time_stays_what_it_is(
    store: Store, cast, new_pair, book, now
) -> None:
    propose(store, cast, now, 15, 22)
    first = book(15)
    plans.keep(store, cast.entitlement, cast.ben, now)
    assert not first.counts


def test_undo_makes_no_second_first_meeting(store: Store, cast, new_pair, book, now) -> None:
    first = book(15)
    sessions.cancel(store, first, cast.ben, now)
    second = book(22)
    sessions.restore(store, first, cast.ben, now)
    assert (first.counts, second.counts) == (True, False)


def test_the_page_says_that_it_does_not_count(store: Store, cast, new_pair, sign_in) -> None:
    store.commit()
    page = sign_in(cast.ben).get(f"/entitlements/{cast.entitlement.link}/times").text
    assert "This is a first meeting" in page
    store.add(_met(cast))
    store.commit()
    page = sign_in(cast.ben).get(f"/entitlements/{cast.entitlement.link}/times").text
    assert "This is a first meeting" not in page


def _met(cast: SimpleNamespace) -> Session:
    return Session(
        entitlement_id=cast.entitlement.id,
        provider_id=cast.ana.id,
        starts_at=at(8),
        local_start=datetime.combine(date(2027, 2, 8), datetime.min.time()),
        zone="Pacific/Auckland",
        minutes=60,
        mode=Mode.VIDEO,
        counts=False,
        changed_at=at(8),
    )
