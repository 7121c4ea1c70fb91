"""Did it happen? What each side may say, and what follows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from supervisor import entitlements
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.models import Audit, Person, PersonHat, Session, Store
from supervisor.models.engine import writing
from supervisor.rules.kinds import Answer, Hat, Outcome, Side, Standing
from supervisor.sessions import delivery
from tests.test_entitlements import at, session

HELD, AWAY, WAS_AWAY = Answer.HELD, Answer.WORKER_AWAY, Answer.PROVIDER_AWAY


@pytest.fixture
def met(store: Store, cast):
    """Ben and Ana's session of 3 February, 10:00."""
    met = session(cast, 2, 3)
    store.add(met)
    store.flush()
    return met


def test_one_side_says_so_and_the_other_is_silent(store: Store, cast, met) -> None:
    delivery.confirm(store, met, Side.PROVIDER, HELD, cast.ana, at(2, 3, 12))
    position = entitlements.position(store, cast.entitlement, at(2, 17))
    assert (position.held, position.delivered) == (1, 0)
    assert position.standing == Standing.ON_TRACK
    assert not delivery.is_delivered(met)


def test_both_say_so_and_it_is_delivered(store: Store, cast, met) -> None:
    delivery.confirm(store, met, Side.PROVIDER, HELD, cast.ana, at(2, 3, 12))
    delivery.confirm(store, met, Side.WORKER, HELD, cast.ben, at(2, 4))
    position = entitlements.position(store, cast.entitlement, at(2, 17))
    assert (position.held, position.delivered) == (1, 1)
    assert delivery.is_delivered(met)


@pytest.mark.parametrize(
    ("provider", "worker", "outcome", "disputed"),
    [
        (HELD, HELD, Outcome.HELD, False),
        (HELD, AWAY, None, True),
        (AWAY, HELD, None, True),
        (AWAY, WAS_AWAY, Outcome.DID_NOT_HAPPEN, False),
        (Answer.ANOTHER_DAY, Answer.ANOTHER_DAY, Outcome.DID_NOT_HAPPEN, False),
        (AWAY, None, None, False),
        (HELD, None, Outcome.HELD, False),
    ],
)
def test_the_outcome_follows_from_both_answers(
    store: Store, cast, met, provider, worker, outcome, disputed
) -> None:
    delivery.confirm(store, met, Side.PROVIDER, provider, cast.ana, at(2, 3, 12))
    if worker:
        delivery.confirm(store, met, Side.WORKER, worker, cast.ben, at(2, 4))
    assert (met.outcome, delivery.disputed(met)) == (outcome, disputed)


def test_answering_keeps_the_standing_and_the_trail(store: Store, cast, met) -> None:
    delivery.confirm(store, met, Side.WORKER, HELD, cast.ben, at(2, 3, 12))
    assert cast.entitlement.look_again_on is not None
    trail = store.scalars(select(Audit)).all()
    assert [(a.verb, a.noun, a.noun_ref, a.by_id, a.for_id) for a in trail] == [
        ("confirm", "session", met.ref, cast.ben.id, None)
    ]


def test_nobody_is_asked_before_it_has_begun(store: Store, cast, met) -> None:
    with pytest.raises(Refused, match="has not begun"):
        delivery.confirm(store, met, Side.WORKER, HELD, cast.ben, at(2, 3, 9))


def test_a_side_answers_once(store: Store, cast, met) -> None:
    delivery.confirm(store, met, Side.WORKER, HELD, cast.ben, at(2, 3, 12))
    with pytest.raises(Refused, match="You have already answered"):
        delivery.confirm(store, met, Side.WORKER, AWAY, cast.ben, at(2, 3, 13))
    assert met.outcome == Outcome.HELD


def test_the_same_tap_twice_is_one_answer(store: Store, cast, met) -> None:
    first = delivery.confirm(store, met, Side.WORKER, AWAY, cast.ben, at(2, 3, 12))
    delivery.confirm(store, met, Side.PROVIDER, AWAY, cast.ana, at(2, 3, 12))
    assert met.outcome == Outcome.DID_NOT_HAPPEN
    assert delivery.confirm(store, met, Side.WORKER, AWAY, cast.ben, at(2, 3, 13)) is first
    with pytest.raises(Refused, match="You have already answered"):
        delivery.confirm(store, met, Side.WORKER, HELD, cast.ben, at(2, 3, 13))
    assert [a.verb for a in store.scalars(select(Audit))] == ["confirm", "confirm"]


@pytest.mark.parametrize(
    ("answer", "outcome"), [(HELD, Outcome.HELD), (AWAY, None)], ids=["agreeing", "differing"]
)
def test_two_who_answer_at_the_same_moment_both_count(
    app: Flask, store: Store, cast, answer: Answer, outcome: Outcome | None
) -> None:
    sessions = [session(cast, 1, day) for day in range(4, 14)]
    store.add_all(sessions)
    store.commit()
    sides = {Side.WORKER: (cast.ben.id, answer), Side.PROVIDER: (cast.ana.id, HELD)}
    both = Barrier(2)

    def say(side: Side) -> None:
        person_id, said = sides[side]
        with app.app_context(), writing():
            mine = db.session()
            for id_ in ids:
                both.wait()
                met, person = mine.get_one(Session, id_), mine.get_one(Person, person_id)
                delivery.confirm(mine, met, side, said, person, at(2, 3, 12))
                mine.commit()

    ids = [one.id for one in sessions]
    store.rollback()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(say, sides))
    assert {one.outcome for one in sessions} == {outcome}
    assert {len(one.confirmations) for one in sessions} == {2}
    position = entitlements.position(store, cast.entitlement, at(2, 17))
    counted = len(sessions) if answer == HELD else 0
    assert (position.held, position.delivered) == (counted, counted)


def test_a_session_that_was_called_off_is_not_confirmed(store: Store, cast, met) -> None:
    met.cancelled_at, met.outcome = at(2, 2), Outcome.CANCELLED_BY_WORKER
    with pytest.raises(Refused, match="called off"):
        delivery.confirm(store, met, Side.WORKER, HELD, cast.ben, at(2, 3, 12))


@pytest.mark.parametrize("who", ["dan", "mere", "ana"])
def test_nobody_answers_for_another(store: Store, cast, met, who: str) -> None:
    with pytest.raises(Refused, match="for themselves"):
        delivery.confirm(store, met, Side.WORKER, HELD, getattr(cast, who), at(2, 3, 12))


def test_the_hub_types_what_one_side_said_on_the_phone(store: Store, cast, met) -> None:
    delivery.confirm(store, met, Side.WORKER, HELD, cast.cleo, at(2, 3, 12))
    delivery.confirm(store, met, Side.PROVIDER, HELD, cast.ana, at(2, 3, 13))
    trail = store.scalars(select(Audit).order_by(Audit.id)).all()
    assert [(a.by_id, a.for_id) for a in trail] == [
        (cast.cleo.id, cast.ben.id),
        (cast.ana.id, None),
    ]
    assert delivery.is_delivered(met)


def test_the_hub_never_supplies_both_sides(store: Store, cast, met) -> None:
    cast.dan.hats = [PersonHat(hat=Hat.COORDINATOR)]
    delivery.confirm(store, met, Side.WORKER, HELD, cast.cleo, at(2, 3, 12))
    for coordinator in (cast.cleo, cast.dan):
        with pytest.raises(Refused, match="their own"):
            delivery.confirm(store, met, Side.PROVIDER, HELD, coordinator, at(2, 3, 13))


def test_a_coordinator_who_supervises_does_not_answer_for_the_worker_too(
    store: Store, cast, met
) -> None:
    cast.ana.hats = [PersonHat(hat=Hat.COORDINATOR)]
    delivery.confirm(store, met, Side.PROVIDER, HELD, cast.ana, at(2, 3, 12))
    with pytest.raises(Refused, match="their own"):
        delivery.confirm(store, met, Side.WORKER, HELD, cast.ana, at(2, 3, 13))


def test_the_hub_settles_what_the_two_see_differently_and_both_words_stay(
    store: Store, cast, met
) -> None:
    delivery.confirm(store, met, Side.PROVIDER, HELD, cast.ana, at(2, 3, 12))
    delivery.confirm(store, met, Side.WORKER, WAS_AWAY, cast.ben, at(2, 3, 13))
    delivery.settle(store, met, held=True, by=cast.cleo, now=at(2, 5))
    assert {c.answer for c in met.confirmations} == {HELD, WAS_AWAY}
    assert (met.outcome, delivery.disputed(met)) == (Outcome.HELD, False)
    position = entitlements.position(store, cast.entitlement, at(2, 6))
    assert (position.held, position.delivered) == (1, 0)


def test_of_two_who_settle_the_second_reads_that_it_is_done(store: Store, cast, met) -> None:
    delivery.confirm(store, met, Side.PROVIDER, HELD, cast.ana, at(2, 3, 12))
    delivery.confirm(store, met, Side.WORKER, WAS_AWAY, cast.ben, at(2, 3, 13))
    delivery.settle(store, met, held=True, by=cast.cleo, now=at(2, 5))
    with pytest.raises(Refused, match="already settled"):
        delivery.settle(store, met, held=False, by=cast.mere, now=at(2, 5))
    assert met.outcome == Outcome.HELD


def test_nobody_settles_what_they_said_themselves(store: Store, cast, met) -> None:
    cast.ana.hats = [PersonHat(hat=Hat.COORDINATOR)]
    delivery.confirm(store, met, Side.PROVIDER, HELD, cast.ana, at(2, 3, 12))
    delivery.confirm(store, met, Side.WORKER, WAS_AWAY, cast.ben, at(2, 3, 13))
    with pytest.raises(Refused, match="Somebody else of the hub settles it"):
        delivery.settle(store, met, held=True, by=cast.ana, now=at(2, 5))
    delivery.settle(store, met, held=False, by=cast.cleo, now=at(2, 5))
    assert met.outcome == Outcome.DID_NOT_HAPPEN


def test_there_is_nothing_to_settle_where_nobody_differs(store: Store, cast, met) -> None:
    with pytest.raises(Refused, match="do not differ"):
        delivery.settle(store, met, held=True, by=cast.cleo, now=at(2, 5))


def test_each_is_asked_when_it_is_over_until_they_have_said(store: Store, cast, met) -> None:
    def asked(person, now) -> bool:
        return delivery.to_confirm(store, person, now) == [met]

    over = met.starts_at + timedelta(hours=1)
    assert not asked(cast.ben, over - timedelta(minutes=1))
    assert asked(cast.ben, over)
    assert asked(cast.ana, over)
    assert not asked(cast.dan, over)
    delivery.confirm(store, met, Side.PROVIDER, HELD, cast.ana, over)
    assert asked(cast.ben, over)
    assert not asked(cast.ana, over)


def test_the_question_lapses_quietly_after_a_fortnight(store: Store, cast, met) -> None:
    assert delivery.to_confirm(store, cast.ben, at(2, 17)) == [met]
    assert delivery.to_confirm(store, cast.ben, at(2, 18)) == []


def test_only_the_two_have_a_side(store: Store, cast, met) -> None:
    assert delivery.side_of(met, cast.ben) == Side.WORKER
    assert delivery.side_of(met, cast.ana) == Side.PROVIDER
    with pytest.raises(Refused, match="the two who met"):
        delivery.side_of(met, cast.cleo)


@pytest.fixture
def differing(store: Store, cast) -> Session:
    """Ben says that they met; Ana says that it was another day."""
    store.add(met := session(cast, 2, 3))
    store.flush()
    delivery.confirm(store, met, Side.WORKER, Answer.HELD, cast.ben, at(2, 4))
    delivery.confirm(store, met, Side.PROVIDER, Answer.ANOTHER_DAY, cast.ana, at(2, 4))
    return met


def test_the_hub_can_write_down_the_day_on_which_they_met(store: Store, cast, differing) -> None:
    delivery.settle(store, differing, held=True, by=cast.cleo, now=at(2, 8), on=date(2027, 2, 5))
    assert differing.outcome == Outcome.HELD
    assert differing.local_start.isoformat() == "2027-02-05T10:00:00"
    assert differing.starts_at == at(2, 5, 10)
    assert len(differing.confirmations) == 2
    assert entitlements.position(store, cast.entitlement, at(2, 8)).last_held == date(2027, 2, 5)


@pytest.mark.parametrize("on", [date(2026, 12, 31), date(2027, 2, 9), date(2027, 2, 1)])
def test_a_day_on_which_they_cannot_have_met_is_refused(
    store: Store, cast, differing, on: date
) -> None:
    """Before the period, in the days ahead, and where another of theirs is."""
    store.add(session(cast, 2, 1))
    store.flush()
    with pytest.raises(Refused):
        delivery.settle(store, differing, held=True, by=cast.cleo, now=at(2, 8), on=on)
