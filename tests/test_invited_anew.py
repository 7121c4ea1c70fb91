"""Whoever wants invitations after all has what is booked; whoever wants no more keeps what came."""

from supervisor import clock
from supervisor.feeds import feeds
from supervisor.groups import group_messages, meetings, seats
from supervisor.models import GroupTerms, Message, Session, Store
from supervisor.rules.kinds import Side
from supervisor.sessions import series, sessions
from tests.test_invited_gaps import ahead, book, boxes, circle_of_three, known
from tests.test_series import asked

__all__ = ["boxes", "circle_of_three", "known"]


def want(store: Store, person, yes: bool) -> None:
    feeds.invite(store, person, yes, clock.now())


def test_each_event_that_is_booked_comes_once(store: Store, cast, boxes, circle_of_three) -> None:
    want(store, cast.ben, False)
    alone = book(store, cast, 4, 6)
    some, _left = series.book(store, asked(cast, who="cleo"), clock.now())
    assert "ben" not in boxes.day()
    want(store, cast.ben, True)
    uids = {alone.uid, some[0].series.uid, circle_of_three.series[0].uid}
    assert sorted(boxes.day()["ben"]) == sorted(("REQUEST", uid) for uid in uids)
    on = {one.starts_at for one in (alone, *some, *ahead(store))}
    assert {starts for _uid, starts in boxes.has(cast.ben)} == on
    want(store, cast.ben, True)
    assert boxes.day() == {}, "said twice it is once"


def test_it_comes_at_once_and_nobody_else_hears(store: Store, cast, boxes) -> None:
    want(store, cast.ben, False)
    book(store, cast, 4, 6)
    boxes.day()
    want(store, cast.ben, True)
    (letter,) = store.query(Message).filter_by(template="calendar_entry")
    assert (letter.recipient, letter.due_at) == (cast.ben, clock.now())


def test_whoever_wants_no_more_keeps_what_came(store: Store, cast, boxes, known) -> None:
    before = boxes.has(cast.ben)
    want(store, cast.ben, False)
    assert boxes.day(sure=False) == {}
    assert boxes.has(cast.ben) == before


def test_with_the_next_yes_it_is_as_it_is_by_then(store: Store, cast, boxes, known) -> None:
    """Only what changed goes: one is off, one is new, and a place has ended."""
    stays, off = book(store, cast, 4, 6), book(store, cast, 4, 13)
    boxes.day()
    want(store, cast.ben, False)
    sessions.cancel(store, off, cast.cleo, clock.now(), Side.WORKER)
    seats.leave(store, known, cast.ben, cast.cleo, clock.now())
    new: Session = book(store, cast, 4, 20)
    boxes.day(sure=False)
    want(store, cast.ben, True)
    wanted = [("CANCEL", off.uid), ("CANCEL", known.series[0].uid), ("REQUEST", new.uid)]
    assert sorted(boxes.day()["ben"]) == sorted(wanted)
    assert boxes.has(cast.ben) == {(one.uid, one.starts_at) for one in (stays, new)}


def test_hours_that_are_kept_back_stay_so(store: Store, cast, boxes, circle_of_three) -> None:
    store.add(GroupTerms(group=circle_of_three, words="We listen.", changed_at=clock.now()))
    store.flush()
    want(store, cast.ben, False)
    want(store, cast.ben, True)
    assert boxes.day() == {}


def test_a_meeting_that_they_said_no_to_does_not_come(
    store: Store, cast, boxes, circle_of_three
) -> None:
    first = ahead(store)[0]
    want(store, cast.ben, False)
    meetings.answer(store, first, cast.ben, False, clock.now())
    want(store, cast.ben, True)
    boxes.day()
    assert first.starts_at not in {starts for _uid, starts in boxes.has(cast.ben)}


def test_what_was_taken_back_before_they_stopped_comes_again(
    store: Store, cast, boxes, known
) -> None:
    seats.leave(store, known, cast.ben, cast.cleo, clock.now())
    boxes.day()
    assert boxes.has(cast.ben) == set()
    want(store, cast.ben, False)
    seats.join(store, known, cast.ben, cast.cleo, clock.now())
    assert "ben" not in boxes.day(sure=False)
    want(store, cast.ben, True)
    assert boxes.day() == {"ben": [("REQUEST", known.series[0].uid)]}


def test_whoever_wants_none_again_at_once_gets_no_empty_letter(store: Store, cast, boxes) -> None:
    want(store, cast.ben, False)
    book(store, cast, 4, 6)
    boxes.day()
    want(store, cast.ben, True)
    want(store, cast.ben, False)
    assert boxes.carry("ben") == []
    want(store, cast.ben, True)
    assert len(boxes.day()["ben"]) == 1


def test_of_a_rhythm_of_which_they_have_one_meeting_all_come(
    store: Store, cast, boxes, circle_of_three
) -> None:
    """It was asked of alone, by a letter to whoever had nothing of it."""
    group_messages.ask(store, ahead(store)[0], [cast.ben], clock.now())
    boxes.day(sure=False)
    assert len(boxes.has(cast.ben)) == 1
    want(store, cast.ben, False)
    want(store, cast.ben, True)
    assert boxes.day() == {"ben": [("REQUEST", circle_of_three.series[0].uid)]}
    assert boxes.has(cast.ben) >= {
        (circle_of_three.series[0].uid, m.starts_at) for m in ahead(store)
    }
    want(store, cast.ben, False)
    want(store, cast.ben, True)
    assert boxes.day() == {}
