"""A meeting of a group that is called off and on again: each hears only what is news to them."""

from datetime import timedelta

import pytest

from supervisor import messages, undelivered
from supervisor.groups import group_endings, meetings, seats, visits
from supervisor.models import Commitment, Group, Meeting, Message, Seat, Store
from supervisor.rules.kinds import Mode
from supervisor.still_true import still_true
from tests.test_group_messages import first, group, say

__all__ = ["first", "group"]
SOON = timedelta(minutes=2)


def goes(store: Store) -> set[tuple[str, str]]:
    """What would still go, and to whom."""
    left = store.query(Message).filter_by(dropped_at=None, sent_at=None)
    return {(one.recipient.ref, one.template) for one in left if still_true(store, one)}


def carry(store: Store, now, *who: str) -> set[tuple[str, str]]:
    """It goes, as far as it is true; where some are named, to them alone."""
    went = set()
    for one in store.query(Message).filter_by(dropped_at=None, sent_at=None):
        if not who or one.recipient.ref in who:
            if still_true(store, one):
                messages.sent([one], now)
                went.add((one.recipient.ref, one.template))
            else:
                messages.take_back(one, now)
            store.flush()
    return went


def test_nobody_hears_in_the_first_minute(store: Store, cast, first, now) -> None:
    meetings.cancel(store, first, cast.ana, now)
    off = store.query(Message).filter_by(template="meeting_called_off")
    assert {one.due_at for one in off} == {now + timedelta(minutes=1)}


@pytest.mark.parametrize("later", [timedelta(), timedelta(seconds=9)])
def test_nobody_hears_that_it_is_on_who_never_heard_that_it_was_off(
    store: Store, cast, first, now, later: timedelta
) -> None:
    for _turn in range(2):
        meetings.cancel(store, first, cast.ana, now)
        meetings.restore(store, first, cast.ana, now + later)
        assert goes(store) == set()


def test_only_who_read_that_it_is_off_reads_that_it_is_on(store: Store, cast, first, now) -> None:
    meetings.cancel(store, first, cast.ana, now)
    carry(store, now + SOON, "ben")
    meetings.restore(store, first, cast.ana, now + SOON)
    assert goes(store) == {("ben", "meeting_on")}


def test_nobody_reads_twice_that_it_is_off(store: Store, cast, first, now) -> None:
    meetings.cancel(store, first, cast.ana, now)
    carry(store, now + SOON, "ben")
    meetings.restore(store, first, cast.ana, now + SOON)
    meetings.cancel(store, first, cast.ana, now + SOON)
    assert goes(store) == {("dan", "meeting_called_off")}
    carry(store, now + 2 * SOON)
    meetings.restore(store, first, cast.ana, now + 2 * SOON)
    assert goes(store) == {("ben", "meeting_on"), ("dan", "meeting_on")}


def test_what_was_on_its_way_as_it_was_undone_counts_as_read(
    store: Store, cast, first, now
) -> None:
    """Whoever sends it holds it already, and acknowledges it after the undoing."""
    meetings.cancel(store, first, cast.ana, now)
    (bens,) = store.query(Message).filter_by(recipient_id=cast.ben.id)
    meetings.restore(store, first, cast.ana, now + SOON)
    messages.sent([bens], now + SOON)
    assert goes(store) == {("ben", "meeting_on")}


@pytest.mark.parametrize("later", [timedelta(), timedelta(seconds=9)])
def test_what_was_to_be_said_before_goes_after_all(
    store: Store, cast, first, now, later: timedelta
) -> None:
    for days in (1, 2):
        at = first.local_start + timedelta(days=days)
        meetings.move(store, first, at, cast.ana, now + later / 3)
    meetings.cancel(store, first, cast.ana, now + later / 2)
    meetings.restore(store, first, cast.ana, now + later)
    assert goes(store) == {("ben", "meeting_moved"), ("dan", "meeting_moved")}
    said = [
        one for one in store.query(Message).filter_by(dropped_at=None) if still_true(store, one)
    ]
    assert {one.facts["starts"][:10] for one in said} == {first.local_start.date().isoformat()}


def test_who_has_left_in_between_hears_nothing(store: Store, cast, group, first, now) -> None:
    meetings.cancel(store, first, cast.ana, now)
    carry(store, now + SOON)
    meetings.restore(store, first, cast.ana, now + SOON)
    seats.leave(store, group, cast.ben, cast.ben, now + SOON)
    assert ("ben", "meeting_on") not in goes(store)
    assert ("dan", "meeting_on") in goes(store)


def test_nor_that_it_moved_or_is_off(store: Store, cast, group, first, now) -> None:
    meetings.move(store, first, first.local_start + timedelta(days=1), cast.ana, now)
    seats.leave(store, group, cast.ben, cast.ben, now)
    assert {who for who, _letter in goes(store)} == {"dan"}
    meetings.cancel(store, first, cast.ana, now)
    seats.leave(store, group, cast.dan, cast.dan, now)
    assert "meeting_called_off" not in {letter for _who, letter in goes(store)}


def test_of_a_group_that_closed_only_its_end_is_told(store: Store, cast, group, first, now) -> None:
    meetings.cancel(store, first, cast.ana, now)
    group_endings.close(store, group, cast.cleo, now)
    assert {letter for _who, letter in goes(store)} == {"group_closed"}


def test_who_leads_hears_what_somebody_else_did(store: Store, cast, first, now) -> None:
    meetings.cancel(store, first, cast.cleo, now)
    assert ("ana", "meeting_called_off") in carry(store, now + SOON)
    meetings.restore(store, first, cast.cleo, now + SOON)
    assert ("ana", "meeting_on") in goes(store)


def test_two_groups_that_do_not_meet_together_after_all(
    store: Store, cast, group, first, now
) -> None:
    """Of the other's people nobody reads that guests come; whoever read to go there reads that
    their own is on."""
    other = Group(
        ref="other", name="Other", kind=group.kind, mode=Mode.VIDEO, minimum=1,
        seats=[Seat(person=cast.cleo)],
    )  # fmt: skip
    store.add(other)
    store.flush()
    there = Meeting(
        ref="there", group=other, starts_at=first.starts_at + timedelta(days=1), zone=first.zone,
        local_start=first.local_start + timedelta(days=1), minutes=60, mode=Mode.VIDEO,
        changed_at=now,
    )  # fmt: skip
    store.add(there)
    store.flush()
    visits.join(store, first, there, cast.mere, now)
    assert goes(store) >= {("ben", "meeting_joined"), ("ana", "meeting_joined")}
    assert ("cleo", "meeting_shared") in goes(store)
    carry(store, now + SOON, "ben")
    meetings.restore(store, first, cast.mere, now + SOON)
    assert goes(store) == {("ben", "meeting_on")}


def test_who_leads_hears_that_too_few_can_come_now_that_it_is_on(
    store: Store, cast, first, now
) -> None:
    """Dan has another meeting by then, and his yes is none any more; that it goes ahead had not
    gone out."""
    say(store, first, ben=True, dan=True)
    meetings.go_ahead(store, first, cast.cleo, now)
    meetings.cancel(store, first, cast.cleo, now)
    starts, ends = first.starts_at, first.starts_at + timedelta(hours=1)
    store.add(Commitment(person_id=cast.dan.id, starts_at=starts, ends_at=ends))
    store.flush()
    meetings.restore(store, first, cast.cleo, now + SOON)
    assert first.go_ahead_at is None
    assert goes(store) == {("ana", "group_short")}


def test_whom_the_hub_tells_by_phone_while_it_is_undone_reads_that_it_is_on(
    store: Store, cast, first, now
) -> None:
    meetings.cancel(store, first, cast.ana, now)
    (bens,) = store.query(Message).filter_by(recipient_id=cast.ben.id)
    meetings.restore(store, first, cast.ana, now + SOON)
    undelivered.handed_over(store, bens, cast.cleo, now + SOON)
    assert goes(store) == {("ben", "meeting_on")}


def test_in_the_last_minute_it_is_told_at_once(store: Store, cast, first) -> None:
    at = first.starts_at - timedelta(seconds=30)
    meetings.cancel(store, first, cast.ana, at)
    off = store.query(Message).filter_by(template="meeting_called_off")
    assert {one.due_at for one in off} == {at}
