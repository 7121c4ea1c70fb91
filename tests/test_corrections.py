"""Somebody tapped the wrong answer to "did it happen?", and puts it right."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor import clock, entitlements
from supervisor.errors import Refused
from supervisor.models import DeliveryEvent, Person, Session, Store
from supervisor.reports.report_evidence import evidence
from supervisor.rules.kinds import Answer, Outcome, Side
from supervisor.sessions import corrections, delivery
from tests.test_entitlements import at, session

HELD, AWAY = Answer.HELD, Answer.WORKER_AWAY
WORKER, PROVIDER = Side.WORKER, Side.PROVIDER
SOON, LATER = at(2, 3, 13), at(2, 6)
"""Some minutes after Ben tapped, and days after it."""


@pytest.fixture
def met(store: Store, cast: SimpleNamespace) -> Session:
    """Ben and Ana's session of 3 February, 10:00, of which Ben said that he could not come."""
    store.add(met := session(cast, 2, 3))
    store.flush()
    delivery.confirm(store, met, WORKER, AWAY, cast.ben, SOON - timedelta(minutes=5))
    return met


def said(store: Store, met: Session, side: Side) -> list[tuple[str | None, int | None]]:
    """All that a side has said, as the record keeps it."""
    rows = select(DeliveryEvent).filter_by(noun_id=met.id, what="answer", side=side)
    return [(one.value, one.by_id) for one in store.scalars(rows.order_by(DeliveryEvent.id))]


def test_who_answered_changes_it_and_it_counts_and_both_answers_stay(store, cast, met) -> None:
    corrections.correct(store, met, WORKER, HELD, cast.ben, LATER)
    assert met.outcome == Outcome.HELD
    assert entitlements.position(store, cast.entitlement, LATER).held == 1
    assert said(store, met, WORKER) == [(AWAY, cast.ben.id), (HELD, cast.ben.id)]
    row = next(one for one in evidence(store, LATER).rows if one[0] == met.ref)
    assert row[-2] == cast.ben.ref


def test_a_change_that_differs_from_the_other_is_for_the_hub_to_settle(store, cast, met) -> None:
    delivery.confirm(store, met, PROVIDER, AWAY, cast.ana, SOON)
    assert met.outcome == Outcome.DID_NOT_HAPPEN
    corrections.correct(store, met, WORKER, HELD, cast.ben, LATER)
    assert delivery.disputed(met)
    corrections.correct(store, met, PROVIDER, HELD, cast.ana, LATER)
    assert delivery.is_delivered(met)


def test_within_some_minutes_it_is_taken_back_and_asked_again(store, cast, met) -> None:
    corrections.take_back(store, met, WORKER, cast.ben, SOON)
    assert (met.confirmations, met.outcome) == ([], None)
    assert delivery.to_confirm(store, cast.ben, SOON) == [met]
    assert said(store, met, WORKER) == [(AWAY, cast.ben.id), (None, None)]


def test_a_change_is_taken_back_to_the_answer_before_it(store, cast, met) -> None:
    corrections.correct(store, met, WORKER, HELD, cast.ben, LATER)
    corrections.take_back(store, met, WORKER, cast.ben, LATER + timedelta(minutes=1))
    assert [one.answer for one in met.confirmations] == [AWAY]
    assert met.outcome is None


def test_after_some_minutes_it_is_changed_and_not_taken_back(store, cast, met) -> None:
    with pytest.raises(Refused, match="a while ago"):
        corrections.take_back(store, met, WORKER, cast.ben, LATER)


def test_what_the_hub_has_settled_stays_settled(store, cast, met) -> None:
    delivery.confirm(store, met, PROVIDER, HELD, cast.ana, SOON)
    delivery.settle(store, met, held=True, by=cast.cleo, now=LATER)
    for side, who, answer in ((WORKER, cast.ben, HELD), (PROVIDER, cast.ana, AWAY)):
        with pytest.raises(Refused, match="has settled this"):
            corrections.correct(store, met, side, answer, who, LATER)
    assert met.outcome == Outcome.HELD


def test_once_nobody_is_asked_any_more_nothing_is_changed(store, cast, met) -> None:
    with pytest.raises(Refused, match="too long ago"):
        corrections.correct(store, met, WORKER, HELD, cast.ben, at(2, 18))


def test_nobody_changes_what_another_said(store, cast, met) -> None:
    for who, words in ((cast.ana, "themselves"), (cast.cleo, "themselves"), (cast.dan, "them")):
        with pytest.raises(Refused, match=words):
            corrections.correct(store, met, WORKER, HELD, who, LATER)
    with pytest.raises(Refused, match="no answer yet"):
        corrections.correct(store, met, PROVIDER, HELD, cast.ana, LATER)


def test_the_hub_puts_right_what_it_typed_and_never_supplies_both_sides(store, cast) -> None:
    store.add(met := session(cast, 2, 3))
    store.flush()
    delivery.confirm(store, met, WORKER, AWAY, cast.cleo, SOON)
    corrections.correct(store, met, WORKER, HELD, cast.cleo, SOON)
    corrections.correct(store, met, WORKER, AWAY, cast.ben, SOON)
    with pytest.raises(Refused, match="themselves"):
        corrections.correct(store, met, WORKER, HELD, cast.cleo, SOON)
    delivery.confirm(store, met, PROVIDER, HELD, cast.cleo, SOON)
    with pytest.raises(Refused, match="their own"):
        corrections.take_back(store, met, WORKER, cast.ben, SOON)


Door = Callable[[Person], FlaskClient]


def test_the_link_of_the_letter_leads_to_what_was_said_and_changes_it(
    store: Store, cast, met, sign_in: Door
) -> None:
    store.commit()
    clock.set_to(SOON)
    ben, page = sign_in(cast.ben), f"/sessions/{met.ref}"
    assert "Change what I said" in ben.get(page).text
    shown = ben.get(f"{page}/confirmation").text
    assert "Tapped by mistake?" in shown
    assert "Put it back as it was" in shown
    ben.post(f"{page}/correction", data={"answer": "held"})
    assert "It is changed." in ben.get(page).text
    store.expire_all()
    assert met.outcome == Outcome.HELD
    ben.post(f"{page}/correction/undoing")
    assert "It is as it was before." in ben.get(page).text
    assert "Tapped by mistake?" not in sign_in(cast.ana).get(f"{page}/confirmation").text
    clock.set_to(at(2, 20))
    assert "Change what I said" not in ben.get(page).text
    refused = ben.post(f"{page}/correction", data={"answer": "held"}, follow_redirects=True)
    assert "too long ago" in refused.text


def test_the_hub_reads_there_what_it_typed_for_them(store: Store, cast, sign_in: Door) -> None:
    store.add(met := session(cast, 2, 3))
    store.flush()
    delivery.confirm(store, met, PROVIDER, HELD, cast.cleo, SOON)
    store.commit()
    clock.set_to(SOON)
    cleo, page = sign_in(cast.cleo), f"/sessions/{met.ref}"
    assert "They met another day" in cleo.get(f"{page}/confirmation").text
    cleo.post(f"{page}/correction", data={"answer": "another_day", "side": "provider"})
    store.expire_all()
    assert [one.answer for one in met.confirmations] == [Answer.ANOTHER_DAY]
