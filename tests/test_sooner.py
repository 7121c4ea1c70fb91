"""An earlier time: who would like one, who is asked when one comes free, and who has it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import clock, letters, schedule
from supervisor.errors import NotFound, Refused
from supervisor.models import (
    Commitment,
    Entitlement,
    FreedTime,
    Leave,
    Match,
    Message,
    SoonerOffer,
    Store,
)
from supervisor.rules.kinds import Kind, MatchState, Mode
from supervisor.rules.openings import BookingSettings
from supervisor.sessions import sessions, sooner
from supervisor.sessions.sooner import SoonerSettings
from supervisor.settings import save
from tests.test_sessions import all_read, at, told

FREED = at(2, 22, 10)


@pytest.fixture
def two(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Dan and Ben both meet Ana: Dan on 22 February, Ben on 8 March. Nothing can be undone."""
    save(store, BookingSettings(undo_minutes=0))
    owed = Entitlement(
        ref="dan-2027", link="dan-2027", person=cast.dan, kind=Kind.MENTORING, sessions=10,
        minutes=60, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), payer="hub",
    )  # fmt: skip
    match = Match(
        ref="dan-ana", entitlement=owed, provider=cast.ana, state=MatchState.ACTIVE,
        starts_on=date(2027, 1, 1),
    )  # fmt: skip
    store.add_all([owed, match])
    store.flush()
    cast.dans = sessions.book(store, owed, FREED, Mode.VIDEO, cast.dan, now)
    cast.bens = sessions.book(store, cast.entitlement, at(3, 8, 10), Mode.VIDEO, cast.ben, now)
    store.commit()
    return cast


def offers(store: Store) -> list[SoonerOffer]:
    return list(store.scalars(select(SoonerOffer).order_by(SoonerOffer.id)))


def come_free(store: Store, two: SimpleNamespace, now) -> SoonerOffer:
    sooner.wish(store, two.bens, two.ben, now)
    sessions.cancel(store, two.dans, two.dan, now)
    sooner.offer_freed(store, now)
    return offers(store)[0]


def test_a_time_that_comes_free_is_offered_to_who_wished(store: Store, two, now) -> None:
    offer = come_free(store, two, now)
    assert (offer.session, offer.starts_at) == (two.bens, FREED)
    facts = told(store, "sooner_time")
    assert set(facts) == {"ben"}
    assert two.bens.local_start.day == 8
    assert store.scalars(select(FreedTime)).all() == []


def test_nobody_is_asked_who_did_not_wish(store: Store, two, now) -> None:
    sessions.cancel(store, two.dans, two.dan, now)
    assert store.scalars(select(FreedTime)).all() == []
    sooner.offer_freed(store, now)
    assert offers(store) == []


def test_a_time_that_somebody_moved_away_from_is_offered_too(store: Store, two, now) -> None:
    sooner.wish(store, two.bens, two.ben, now)
    sessions.move(store, two.dans, at(2, 23, 10), None, two.dan, now)
    sooner.offer_freed(store, now)
    assert [offer.starts_at for offer in offers(store)] == [FREED]


def test_nobody_is_asked_while_it_can_still_be_undone(store: Store, two, now) -> None:
    save(store, BookingSettings(undo_minutes=1))
    sooner.wish(store, two.bens, two.ben, now)
    sessions.cancel(store, two.dans, two.dan, now)
    sooner.offer_freed(store, now + timedelta(seconds=30))
    assert offers(store) == []
    sooner.offer_freed(store, now + timedelta(seconds=61))
    assert [one.starts_at for one in offers(store)] == [FREED]


def test_yes_moves_the_meeting_and_tells_both(store: Store, two, now) -> None:
    all_read(store, now)
    sooner.accept(store, come_free(store, two, now), two.ben, now)
    assert two.bens.starts_at == FREED
    assert set(told(store, "moved")) == {"ben", "ana"}
    assert not sooner.wished(store, two.bens)
    assert store.scalar(select(Commitment.id).where(Commitment.starts_at == FREED))


def test_no_leaves_it_and_they_hear_of_the_next(store: Store, two, now) -> None:
    offer = come_free(store, two, now)
    sooner.decline(store, offer, two.ben, now)
    assert two.bens.local_start.day == 8
    assert sooner.wished(store, two.bens)
    with pytest.raises(Refused, match="was quicker"):
        sooner.accept(store, offer, two.ben, now)


def test_the_first_yes_has_it(store: Store, two, now) -> None:
    sessions.cancel(store, two.dans, two.dan, now)
    other = sessions.book(store, two.dans.entitlement, at(3, 9, 10), Mode.VIDEO, two.dan, now)
    for session in (two.bens, other):
        sooner.wish(store, session, session.entitlement.person, now)
    store.add(FreedTime(provider_id=two.ana.id, starts_at=FREED))
    sooner.offer_freed(store, now)
    bens, dans = offers(store)
    sooner.accept(store, dans, two.dan, now)
    with pytest.raises(Refused, match="was quicker"):
        sooner.accept(store, bens, two.ben, now)
    assert two.bens.local_start.day == 8


def test_no_more_are_asked_than_the_hub_wants(store: Store, two, now) -> None:
    save(store, SoonerSettings(asked=1))
    later = sessions.book(store, two.entitlement, at(4, 12, 10), Mode.VIDEO, two.ben, now)
    sooner.wish(store, later, two.ben, now)
    sooner.wish(store, two.bens, two.ben, now + timedelta(minutes=1))
    sessions.cancel(store, two.dans, two.dan, now)
    sooner.offer_freed(store, now + timedelta(minutes=2))
    assert [offer.session for offer in offers(store)] == [later]


def test_nobody_is_asked_twice_about_one_time(store: Store, two, now) -> None:
    come_free(store, two, now)
    store.add(FreedTime(provider_id=two.ana.id, starts_at=FREED))
    sooner.offer_freed(store, now)
    assert len(offers(store)) == 1


def test_a_time_in_which_they_are_away_is_not_offered(store: Store, two, now) -> None:
    store.add(Leave(person_id=two.ben.id, starts_on=date(2027, 2, 20), ends_on=date(2027, 2, 27)))
    sooner.wish(store, two.bens, two.ben, now)
    sessions.cancel(store, two.dans, two.dan, now)
    sooner.offer_freed(store, now)
    assert offers(store) == []
    assert two.bens.local_start.day == 8


def test_trying_whether_it_suits_leaves_no_trace(store: Store, two, now) -> None:
    come_free(store, two, now)
    assert two.bens.sequence == 0
    assert told(store, "moved") == {}


def test_a_time_at_too_short_notice_is_not_offered(store: Store, two, now) -> None:
    sooner.wish(store, two.bens, two.ben, now)
    sessions.cancel(store, two.dans, two.dan, now)
    sooner.offer_freed(store, FREED - timedelta(hours=12))
    assert offers(store) == []


def test_an_offer_ends_with_its_hours(store: Store, two, now) -> None:
    offer = come_free(store, two, now)
    assert sooner.is_open(offer, now + timedelta(hours=23))
    with pytest.raises(Refused, match="was quicker"):
        sooner.accept(store, offer, two.ben, now + timedelta(hours=24))


def test_a_letter_about_a_time_that_went_is_not_sent(store: Store, two, now) -> None:
    offer = come_free(store, two, now)
    message = store.scalars(select(Message).where(Message.template == "sooner_time")).one()
    assert letters.of(store, message, now)
    sooner.decline(store, offer, two.ben, now)
    assert letters.of(store, message, now) is None


def test_whoever_they_meet_neither_asks_nor_learns_of_it(store: Store, two, now) -> None:
    with pytest.raises(NotFound):
        sooner.wish(store, two.bens, two.ana, now)
    assert sooner.stands(store, two.bens, two.ana, now) is None


def test_no_longer_wishing_closes_what_was_asked(store: Store, two, now) -> None:
    offer = come_free(store, two, now)
    sooner.unwish(store, two.bens, two.ben, now)
    assert offer.closed_at == now


def test_a_worker_asks_and_answers_on_pages(store: Store, two, now, sign_in) -> None:
    client = sign_in(two.ben)
    here = f"/sessions/{two.bens.ref}"
    assert "Tell me if something sooner comes up" in client.get(here).text
    client.post(f"{here}/sooner")
    assert "You hear of it when an earlier time comes free." in client.get(here).text
    sessions.cancel(store, two.dans, two.dan, now)
    store.commit()
    assert "offer times that came free" in schedule.run_all(now)
    page = client.get(f"/sooner/{offers(store)[0].ref}").text
    assert "Monday 22 February" in page
    assert "Monday 8 March" in page
    client.post(f"/sooner/{offers(store)[0].ref}/yes")
    store.expire_all()
    assert two.bens.starts_at == FREED
    assert "That time has gone" in client.get(f"/sooner/{offers(store)[0].ref}").text


def test_a_time_that_was_taken_back_meanwhile_is_offered_anew_when_it_comes_free(
    store: Store, two, now, sign_in
) -> None:
    offer = come_free(store, two, now)
    sessions.restore(store, two.dans, two.dan, now)
    store.commit()
    page = sign_in(two.ben).post(f"/sooner/{offer.ref}/yes", follow_redirects=True).text
    assert "Somebody else was quicker. Your meeting stays where it is." in page
    page = sign_in(two.ben).get(f"/sooner/{offer.ref}")
    assert "Somebody else has it, or it was turned down." in page.text
    sessions.cancel(store, two.dans, two.dan, now)
    sooner.offer_freed(store, now)
    assert [(one.starts_at, one.closed_at) for one in offers(store)] == [(FREED, None)]


def test_an_offer_says_until_when_it_stands_and_what_became_of_it(
    store: Store, two, now, sign_in
) -> None:
    offer = come_free(store, two, now)
    store.commit()
    ben, here = sign_in(two.ben), f"/sooner/{offer.ref}"
    assert "You can say yes until Thursday 11 February, 9:00 am." in ben.get(here).text
    clock.set_to(now + timedelta(hours=25))
    assert "It is too late for that time." in ben.get(here).text
    clock.set_to(now)
    ben.post(f"{here}/yes")
    assert "Your meeting is at that time now." in ben.get(here).text
