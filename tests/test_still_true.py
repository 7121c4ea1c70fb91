"""What is not true any more does not go out, though it was true when it was written."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from supervisor import letters, reminders
from supervisor.matches import matches
from supervisor.models import Entitlement, Match, Message, Store
from supervisor.rules.kinds import Answer, MatchState, Side
from supervisor.sessions import delivery
from tests.test_entitlements import session
from tests.test_matches import dans, eve

__all__ = ["dans", "eve"]


@pytest.fixture
def choices(store: Store, cast, dans, eve, now) -> list[Match]:
    """Dan can choose Ana or Eve."""
    return [matches.offer(store, dans, one, now, cast.cleo) for one in (cast.ana, eve)]


def goes(store: Store, template: str, now: datetime, who: str = "") -> list[bool]:
    """Of each such message whether it would go."""
    sent = store.query(Message).filter_by(template=template).order_by(Message.id)
    found = [m for m in sent if who in ("", m.recipient.ref)]
    return [letters.of(store, message, now) is not None for message in found]


def test_whoever_has_chosen_is_not_told_to_choose(store: Store, cast, choices, now) -> None:
    assert goes(store, "match_offered", now) == [True]
    matches.choose(store, choices[0], cast.dan, now)
    assert goes(store, "match_offered", now) == [False]
    assert goes(store, "match_asked", now) == [True]


def test_whoever_wants_none_of_them_is_not_told_to_choose(
    store: Store, cast, dans: Entitlement, choices, now
) -> None:
    matches.none_of_these(store, dans, "", cast.dan, now)
    assert goes(store, "match_offered", now) == [False]


def test_once_there_are_others_to_choose_the_hub_need_not_look(
    store: Store, cast, dans: Entitlement, eve, now
) -> None:
    matches.offer(store, dans, cast.ana, now, cast.cleo)
    matches.none_of_these(store, dans, "", cast.dan, now)
    assert goes(store, "choices_wanted", now) == [True]
    matches.offer(store, dans, eve, now, cast.cleo)
    assert goes(store, "choices_wanted", now) == [False]


def test_a_question_that_needs_no_answer_any_more_is_not_put(
    store: Store, cast, choices, now
) -> None:
    match = matches.choose(store, choices[0], cast.dan, now)
    reminders.remind_of_offer(store, match, cast.cleo, now)
    assert goes(store, "offer_unanswered", now) == [True]
    match.state = MatchState.LAPSED
    store.flush()
    assert goes(store, "match_asked", now) == [False]
    assert goes(store, "offer_unanswered", now) == [False]


def test_whoever_has_said_is_not_asked_whether_they_met(
    store: Store, cast: SimpleNamespace, now
) -> None:
    met = session(cast, 2, 8)
    store.add(met)
    store.flush()
    reminders.ask_again(store, met, cast.cleo, now)
    delivery.confirm(store, met, Side.WORKER, Answer.HELD, cast.ben, now + timedelta(minutes=1))
    assert goes(store, "not_confirmed", now, "ben") == [False]
    assert goes(store, "not_confirmed", now, "ana") == [True]
