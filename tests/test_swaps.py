"""Asking to swap who is tuakana: asked, agreed, left as it is, and brought back to mind."""

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from supervisor import schedule
from supervisor.errors import NotFound, Refused
from supervisor.letters import of
from supervisor.models import Audit, Message, Person, Store, Swap
from supervisor.rules.kinds import Kind, MatchState
from supervisor.rules.swaps import Stage, SwapSettings
from supervisor.settings import save
from supervisor.swaps import swaps
from tests.swapping import pair
from tests.test_matches import _all_at_once, told, trail

DAY = timedelta(days=1)


@pytest.fixture
def two(store: Store, cast, now):
    return pair(store, cast, now)


@pytest.fixture
def asked(store: Store, two, now) -> Swap:
    swap = swaps.ask(store, two.pair, two.dan, now, two.dan)
    store.commit()
    return swap


def goes(store: Store, swap: Swap, template: str, now) -> list[bool]:
    query = select(Message).where(Message.template == template).order_by(Message.id)
    return [of(store, message, now) is not None for message in store.scalars(query)]


def test_one_asks_and_the_other_is_asked(store, two, asked, now) -> None:
    assert asked.stage is Stage.ASKED
    assert (asked.asked_by, asked.other) == (two.dan, two.xan)
    assert asked.lapses_at == now + 14 * DAY
    assert told(store, two.xan) == ["swap_asked"]
    assert told(store, two.dan) == []
    assert trail(store, "swap") == [("ask", two.dan.id, None)]


def test_the_tuakana_may_ask_as_well(store, two, now) -> None:
    swap = swaps.ask(store, two.pair, two.xan, now, two.xan)
    assert swap.other is two.dan
    assert told(store, two.dan) == ["swap_asked"]


def test_asked_twice_is_once(store, two, asked, now) -> None:
    assert swaps.ask(store, two.pair, two.dan, now + DAY, two.dan) is asked
    assert told(store, two.xan) == ["swap_asked"]


def test_who_asks_the_other_way_meanwhile_has_said_yes(store, two, asked, now) -> None:
    assert swaps.ask(store, two.pair, two.xan, now, two.xan) is asked
    assert asked.stage is Stage.AGREED


def test_both_ask_at_once_and_it_is_agreed(store, two, database, now) -> None:
    stages = _all_at_once(database, [partial(_asks, now, "dan"), partial(_asks, now, "xan")])
    assert sorted(stages) == ["agreed", "asked"]
    store.expire_all()
    (swap,) = store.scalars(select(Swap))
    assert swap.stage is Stage.AGREED


def _asks(now, ref: str, store: Store) -> str:
    person = store.scalars(select(Person).where(Person.ref == ref)).one()
    return swaps.ask(store, _match(store), person, now, person).stage


def _match(store: Store):
    from supervisor.models import Match

    return store.scalars(select(Match).where(Match.ref == "dan-xan")).one()


def test_a_stranger_has_no_say(store, two, asked, now) -> None:
    for verb in (
        lambda: swaps.ask(store, two.pair, two.ben, now, two.ben),
        lambda: swaps.ask(store, two.pair, two.ben, now, two.dan),
        lambda: swaps.agree(store, asked, two.ben, now),
        lambda: swaps.close(store, asked, two.ben, now),
    ):
        with pytest.raises(NotFound):
            verb()


def test_whoever_asked_cannot_say_the_others_yes(store, two, asked, now) -> None:
    with pytest.raises(NotFound):
        swaps.agree(store, asked, two.dan, now)


@pytest.mark.parametrize("what", ["kind", "ending", "cover", "ended", "not begun", "last day"])
def test_only_mentoring_that_goes_on_can_be_swapped(store, two, now, what: str) -> None:
    if what == "kind":
        two.owed.kind = Kind.COACHING
    if what == "ending":
        two.pair.ends_on = date(2027, 6, 30)
    if what == "cover":
        two.pair.cover = True
    if what == "ended":
        two.pair.state, two.pair.ends_on = MatchState.ENDED, date(2027, 2, 1)
    if what == "not begun":
        two.pair.starts_on = date(2027, 2, 11)
    if what == "last day":
        two.owed.ends_on = date(2027, 2, 10)
    store.commit()
    with pytest.raises(Refused, match="Only two who meet as tuakana and teina"):
        swaps.ask(store, two.pair, two.dan, now, two.dan)


def test_a_yes_makes_it_the_hubs_turn(store, two, asked, now) -> None:
    swaps.agree(store, asked, two.xan, now)
    assert asked.stage is Stage.AGREED
    assert swaps.agree(store, asked, two.xan, now + DAY).agreed_at == now
    assert told(store, two.cleo) == ["swap_to_do"]
    assert swaps.to_do(store) == [asked]
    assert two.pair.ends_on is None


def test_a_no_needs_no_reason_and_changes_nothing(store, two, asked, now) -> None:
    swaps.close(store, asked, two.xan, now)
    assert asked.stage is Stage.CLOSED
    assert told(store, two.dan) == ["swap_closed"]
    assert two.pair.state == MatchState.ACTIVE
    assert trail(store, "swap")[-1] == ("decline", two.xan.id, None)
    swaps.close(store, asked, two.xan, now + DAY)
    assert told(store, two.dan) == ["swap_closed"]


@pytest.mark.parametrize("end", ["no", "hub", "lapsed"])
def test_a_no_reads_like_any_other(store, two, asked, now, end: str) -> None:
    """Declined, left by the hub, or never answered: who asked reads the same words."""
    if end == "lapsed":
        swaps.look_after(store, now + 14 * DAY)
    else:
        swaps.close(store, asked, two.xan if end == "no" else two.cleo, now)
    query = select(Message).where(
        Message.template == "swap_closed", Message.recipient_id == two.dan.id
    )
    (message,) = store.scalars(query)
    assert message.facts == {"match": "dan-xan", "other": "Xan Po"}
    letter = of(store, message, now)
    assert letter is not None
    assert letter.subject == "Your meetings stay as they are"


def test_taken_back_before_it_was_read_nobody_hears_of_it(store, two, asked, now) -> None:
    swaps.close(store, asked, two.dan, now)
    assert told(store, two.xan) == []
    assert told(store, two.dan) == []
    assert trail(store, "swap")[-1] == ("take_back", two.dan.id, None)
    assert swaps.ask(store, two.pair, two.dan, now, two.dan).stage is Stage.ASKED


def test_taken_back_after_it_was_read_they_need_not_answer(store, two, asked, now) -> None:
    store.scalars(select(Message)).one().sent_at = now
    swaps.close(store, asked, two.dan, now)
    assert told(store, two.xan) == ["swap_asked", "swap_closed"]


def test_either_may_leave_it_until_it_is_done(store, two, asked, now) -> None:
    swaps.agree(store, asked, two.xan, now)
    swaps.close(store, asked, two.xan, now)
    assert asked.stage is Stage.CLOSED
    assert told(store, two.dan) == ["swap_closed"]
    assert told(store, two.cleo) == []
    with pytest.raises(Refused, match="not open any more"):
        swaps.agree(store, asked, two.xan, now)


def test_after_a_no_the_same_one_waits_before_asking_again(store, two, asked, now) -> None:
    swaps.close(store, asked, two.xan, now)
    with pytest.raises(Refused, match="You can ask again from 2027-03-12 on"):
        swaps.ask(store, two.pair, two.dan, now + 29 * DAY, two.dan)
    assert swaps.ask(store, two.pair, two.xan, now, two.xan).asked_by is two.xan


def test_who_was_asked_may_ask_and_whoever_waits_may_then_say_yes(store, two, asked, now) -> None:
    swaps.close(store, asked, two.xan, now)
    again = swaps.ask(store, two.pair, two.xan, now, two.xan)
    assert swaps.ask(store, two.pair, two.dan, now, two.dan) is again
    assert again.stage is Stage.AGREED
    later = now + 31 * DAY
    swaps.close(store, again, two.dan, later)
    assert swaps.ask(store, two.pair, two.dan, later, two.dan).stage is Stage.ASKED


def test_the_hub_types_for_one_side_only(store, two, now) -> None:
    swap = swaps.ask(store, two.pair, two.cleo, now, two.dan)
    assert trail(store, "swap") == [("ask", two.cleo.id, two.dan.id)]
    with pytest.raises(Refused, match="speaks for one side only"):
        swaps.agree(store, swap, two.cleo, now)
    assert swaps.agree(store, swap, two.xan, now).stage is Stage.AGREED


def test_the_hub_types_the_answer_of_who_rings(store, two, asked, now) -> None:
    swaps.agree(store, asked, two.cleo, now)
    assert trail(store, "swap")[-1] == ("agree", two.cleo.id, two.xan.id)
    swaps.close(store, asked, two.cleo, now, two.xan)
    assert asked.closed_by_id == two.xan.id
    assert told(store, two.xan) == []


def test_unanswered_they_are_reminded_once_and_then_it_lapses(store, two, asked, now) -> None:
    jobs = {job.name: job.run for job in schedule.JOBS}
    look = jobs["look after swaps"]
    look(store, now + 4 * DAY)
    assert told(store, two.xan) == ["swap_asked"]
    look(store, now + 5 * DAY)
    look(store, now + 6 * DAY)
    assert told(store, two.xan) == ["swap_asked", "swap_asked"]
    store.scalars(select(Message)).first().sent_at = now
    look(store, now + 14 * DAY)
    assert asked.stage is Stage.CLOSED
    assert asked.closed_by_id is None
    assert told(store, two.dan) == ["swap_closed"]
    assert told(store, two.xan) == ["swap_asked", "swap_closed"]


def test_the_days_are_the_hubs_to_set(store, two, now) -> None:
    save(store, SwapSettings(answer_days=3, remind_days=1))
    swap = swaps.ask(store, two.pair, two.dan, now, two.dan)
    swaps.look_after(store, now + 1 * DAY)
    assert len(told(store, two.xan)) == 2
    swaps.look_after(store, now + 3 * DAY)
    assert swap.stage is Stage.CLOSED


def test_what_both_agreed_to_does_not_lapse(store, two, asked, now) -> None:
    swaps.agree(store, asked, two.xan, now)
    swaps.look_after(store, now + 60 * DAY)
    assert asked.stage is Stage.AGREED


def test_a_match_that_ends_takes_the_question_with_it(store, two, asked, now) -> None:
    from supervisor.matches import matches

    matches.end(store, two.pair, date(2027, 2, 20), two.xan, now)
    assert swaps.to_answer(store, two.xan) == []
    with pytest.raises(Refused, match="not open any more"):
        swaps.agree(store, asked, two.xan, now)
    swaps.look_after(store, now)
    assert asked.stage is Stage.CLOSED


def test_what_waits_is_shown_to_whoever_is_asked(store, two, asked, now) -> None:
    assert swaps.to_answer(store, two.xan) == [asked]
    assert swaps.to_answer(store, two.dan) == []
    swaps.agree(store, asked, two.xan, now)
    assert swaps.to_answer(store, two.xan) == []


def test_a_question_that_was_answered_is_not_put(store, two, asked, now) -> None:
    assert goes(store, asked, "swap_asked", now) == [True]
    asked.agreed_at = now
    assert goes(store, asked, "swap_asked", now) == [False]
    swaps.tell.agreed(store, asked, now)
    assert goes(store, asked, "swap_to_do", now) == [True]
    asked.closed_at = now
    assert goes(store, asked, "swap_to_do", now) == [False]


def test_no_manager_hears_of_it(store, two, asked, now) -> None:
    swaps.agree(store, asked, two.xan, now)
    assert told(store, two.rua) == []
    assert told(store, two.mere) == []


def test_the_trail_holds_no_words(store, two, asked, now) -> None:
    (row,) = store.scalars(select(Audit).where(Audit.noun == "swap"))
    assert row.noun_ref == asked.ref
