"""A group ends: it is closed, or its people go to another. For some minutes there is a way back."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from supervisor import audit
from supervisor.errors import Refused
from supervisor.groups import group_ending_messages, group_times, group_wishes
from supervisor.models import Group, GroupEnding, Meeting, Person, Seat, Series, Store
from supervisor.models.engine import read_again
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.sessions.placing import revise
from supervisor.settings import hub_today, read


def close(
    store: Store, group: Group, by: Person, now: datetime, *, ask_again: bool = True
) -> GroupEnding:
    """Close a group: what is ahead is called off and everybody is told. Who had asked for a group
    is on the list of those again, with the turn that they had."""
    inside = [seat.person for seat in _seats(group)]
    ahead = group_times.ahead(store, group, now)
    ending = end(store, group, None, by, now)
    if ask_again:
        people = [person.id for person in inside]
        ending.kept = ending.kept | {"wishes": group_wishes.again(store, people, group.kind)}
    group_ending_messages.closed(store, ending, inside, ahead, by, now)
    audit.record(store, now, by, "close", "group", group.ref)
    return ending


def end(store: Store, group: Group, into: Group | None, by: Person, now: datetime) -> GroupEnding:
    """Nobody has a seat any more, nothing is ahead, and nothing is laid; who came stays written."""
    read_again(store, group)
    if group.closed_at:
        raise Refused(N_("This group is closed."))
    group_times.make_room(store, [group], now)
    on = hub_today(store, now)
    kept = {
        "seats": [_leave(seat, on) for seat in _seats(group)],
        "meetings": [_call_off(store, one, now) for one in group_times.ahead(store, group, now)],
        "until": {str(one.id): _stop(one, on) for one in group.series},
    }
    group.closed_at = now
    ending = GroupEnding(group=group, into=into, ended_at=now, ended_by_id=by.id, kept=kept)
    store.add(ending)
    store.flush()
    return ending


def _seats(group: Group) -> list[Seat]:
    """Those of now, who waits included."""
    return [seat for seat in group.seats if seat.left_on is None]


def _leave(seat: Seat, on: date) -> int:
    seat.left_on = on
    return seat.id


def _call_off(store: Store, meeting: Meeting, now: datetime) -> int:
    meeting.cancelled_at = now
    revise(meeting, now)
    group_times.free(store, meeting)
    return meeting.id


def _stop(series: Series, on: date) -> str | None:
    """Its last day from now on; what that was."""
    before = series.until_on
    series.until_on = min(before or on, on)
    return before.isoformat() if before else None


def latest(store: Store, group: Group) -> GroupEnding | None:
    """How a group ended, if it did."""
    query = select(GroupEnding).filter_by(group_id=group.id, undone_at=None)
    return store.scalar(query.order_by(GroupEnding.id.desc()).limit(1))


def can_be_undone(store: Store, ending: GroupEnding, now: datetime) -> bool:
    """For some minutes, as with a meeting that was called off."""
    minutes = timedelta(minutes=read(store, BookingSettings).undo_minutes)
    return ending.undone_at is None and now - ending.ended_at <= minutes


def reopen(store: Store, ending: GroupEnding, by: Person, now: datetime) -> None:
    """As if it had not ended: the same seats, rhythm and meetings. Whoever was told hears so.

    Who has another meeting by now keeps that one.
    """
    read_again(store, ending)
    if not can_be_undone(store, ending, now):
        raise Refused(N_("That can no longer be undone. The hub can make the group anew."))
    group = ending.group
    ending.undone_at, group.closed_at = now, None
    _give_back(store, ending.kept, now)
    store.flush()
    store.expire(group)
    group_times.make_room(store, [group], now)
    for meeting in _meetings(store, ending.kept):
        _put_on_again(store, meeting, now)
    group_ending_messages.goes_on(store, ending, now)
    audit.record(store, now, by, "reopen", "group", group.ref)


def _give_back(store: Store, kept: Mapping[str, Any], now: datetime) -> None:
    for number in kept["seats"]:
        store.get_one(Seat, number).left_on = None
    for number, last in kept["until"].items():
        store.get_one(Series, int(number)).until_on = date.fromisoformat(last) if last else None
    group_wishes.have_one(store, kept.get("wishes", []), now)


def _meetings(store: Store, kept: Mapping[str, Any]) -> list[Meeting]:
    query = select(Meeting).where(Meeting.id.in_(kept["meetings"]))
    return list(store.scalars(query.order_by(Meeting.starts_at)))


def _put_on_again(store: Store, meeting: Meeting, now: datetime) -> None:
    meeting.cancelled_at = None
    revise(meeting, now)
    store.flush()
    group_times.take(store, meeting, now)
