"""What the people of a group are told of its meetings and seats; no subject names the group."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from supervisor import messages
from supervisor.groups import group_times, group_turns, unread_terms
from supervisor.models import Group, Meeting, Message, Person, Seat, Store, new_ref
from supervisor.rooms.room_hours import room_of, where_of
from supervisor.sessions import calendar_letters
from supervisor.settings import hub_today
from supervisor.stand_ins import readers
from supervisor.zones import today, with_offset


def moved(
    store: Store, meeting: Meeting, before: datetime, by: Person | None, now: datetime
) -> None:
    """It is at another time, and everybody is asked again; `before` is the wall time that was."""
    people = _everybody(meeting)
    of_one(store, meeting, "meeting_moved", people, by, now, {"before": _at(meeting, before)})


def goes_ahead(store: Store, meeting: Meeting, by: Person | None, now: datetime) -> None:
    """Enough can come."""
    of_one(store, meeting, "meeting_on", not_refused(meeting), by, now, {"after_all": False})


def rooms_given(
    store: Store, meetings: Iterable[Meeting], by: Person | None, now: datetime,
    new: Collection[Person] = (),
) -> None:  # fmt: skip
    """The same of meetings in several rooms, one letter for each group and room; to those who are
    new there nothing has changed."""
    alike: dict[tuple[int, int], list[Meeting]] = defaultdict(list)
    for one in meetings:
        alike[one.group_id, one.room_id or 0].append(one)
    for some in alike.values():
        _room_given(store, some, by, now, new)


def _room_given(
    store: Store, meetings: Sequence[Meeting], by: Person | None, now: datetime,
    new: Collection[Person],
) -> None:  # fmt: skip
    """Whoever comes is told in which room they are; without one, at which place."""
    first, last = meetings[0], meetings[-1]
    about = f"{about_one(first)}room:"
    messages.drop_earlier(store, about, now)
    cause = f"{about}{new_ref()}"
    times = [_at(one, one.local_start) for one in meetings]
    where = {"where": where_of(first), "has_room": first.room_id is not None}
    facts = facts_of(first) | where | {"times": times}
    for person in others(not_refused(first), by):
        if person not in new:
            tell(store, first, person, cause, "meeting_room", facts, now, until=last.starts_at)


def too_few(store: Store, meeting: Meeting, yes: int, since: datetime, now: datetime) -> None:
    """It was to go ahead `since` then, and is short again: whoever leads it decides what to do.
    Who has not read that it does reads whatever that was to replace, such as a new time."""
    about, goes = about_one(meeting), f"{about_one(meeting)}{meeting.sequence}:meeting_on:"
    heard = messages.heard(store, [f"{goes}{since.isoformat()}"])
    messages.drop_earlier(store, goes, now)
    messages.take_up(store, about, since, heard, but=(":meeting_on:", ":group_short:"))
    decides = group_turns.who_decides(meeting)
    told = [decides] if decides else readers(store, now)
    _written(store, meeting, "group_short", told, None, now, short_of(meeting, yes))


def short_of(meeting: Meeting, yes: int) -> dict[str, Any]:
    """What a letter says of a meeting for which too few have said yes."""
    return facts_of(meeting) | {"yes": yes, "needed": meeting.group.minimum}


def ask(store: Store, meeting: Meeting, people: Iterable[Person], now: datetime) -> int:
    """Ask whether they can come, at their hour, or at once where that would be too late; how
    many are asked. Nobody is asked twice in a day."""
    cause = f"{about_one(meeting)}{meeting.sequence}:asked:{today(now, meeting.zone)}"
    return sum(
        tell(
            store, meeting, person, cause, "meeting_asked", facts_of(meeting), now,
            until=meeting.starts_at,
        ) is not None
        for person in people
    )  # fmt: skip


def has_a_place(store: Store, seat: Seat, by: Person, now: datetime) -> None:
    """There is a seat for them."""
    _of_seat(store, seat, "seat_offered", by, now)


def place_ended(store: Store, seat: Seat, by: Person, now: datetime) -> None:
    """The hub gave their seat up."""
    _of_seat(store, seat, "seat_ended", by, now)


def somebody_waits(store: Store, group: Group, by: Person, now: datetime) -> None:
    """Whoever leads the group is told, once a day, that people wait and how many seats are free."""
    on = hub_today(store, now)
    free = max(0, group.maximum - len(group_times.seated(group, on)))
    facts = {"group": group.ref, "name": group.name, "free": free}
    for person in others(_leaders(store, group, now), by):
        messages.tell(store, person, f"queue:{group.ref}:{on}", "seat_wanted", facts, now)


def of_one(
    store: Store,
    meeting: Meeting,
    template: str,
    people: Iterable[Person],
    by: Person | None,
    now: datetime,
    more: dict[str, Any] | None = None,
) -> list[Message]:
    """The latest about one meeting; what was to be said of it before need not be said now."""
    messages.drop_earlier(store, about_one(meeting), now)
    return _written(store, meeting, template, people, by, now, more)


def _written(
    store: Store, meeting: Meeting, template: str, people: Iterable[Person], by: Person | None,
    now: datetime, more: dict[str, Any] | None,
) -> list[Message]:  # fmt: skip
    cause = f"{about_one(meeting)}{meeting.sequence}:{template}:{now.isoformat()}"
    facts = facts_of(meeting) | (more or {})
    written = [
        tell(
            store, meeting, person, cause, template, facts, now, urgent=True,
            until=meeting.starts_at,
        )
        for person in others(people, by)
    ]  # fmt: skip
    return [one for one in written if one]


def tell(
    store: Store, meeting: Meeting, person: Person, cause: str, template: str,
    facts: dict[str, Any], now: datetime, **how: Any,
) -> Message | None:  # fmt: skip
    """A member who has not read what the group agrees on reads that there is news, and no hour."""
    if _reads_first(store, meeting, person):
        named = _named(meeting.group)
        return messages.tell(store, person, cause, "group_news", named, now, **how)
    return messages.tell(store, person, cause, template, facts, now, **how)


def _reads_first(store: Store, meeting: Meeting, person: Person) -> bool:
    """Whoever leads this one, and who comes once from elsewhere, has to know when it is."""
    inside = unread_terms.has_seat(meeting.group, person)
    leads = group_turns.leads(meeting) == person
    return inside and not leads and unread_terms.keeps_back(store, meeting.group, person)


def _named(group: Group) -> dict[str, Any]:
    return {"group": group.ref, "name": group.name}


def _of_seat(store: Store, seat: Seat, template: str, by: Person, now: datetime) -> None:
    """Whoever took it themselves knows; their calendar does not."""
    about = f"seat:{seat.id}:"
    messages.drop_earlier(store, about, now)
    facts, person = _named(seat.group), seat.person
    if person.id != by.id:
        messages.tell(store, person, f"{about}{template}:{now.isoformat()}", template, facts, now)
    elif template == "seat_offered":
        for_calendar(store, seat.group, person, now)


def for_calendar(store: Store, group: Group, person: Person, now: datetime) -> None:
    """When a group meets, for the calendar of somebody who knows that they come."""
    ahead = group_times.ahead(store, group, now)
    first = next((one for one in ahead if not one.needs_time), None)
    if first and not _reads_first(store, first, person):
        calendar_letters.tell(store, person, first, now)


def about_one(meeting: Meeting) -> str:
    return f"meeting:{meeting.ref}:"


def facts_of(meeting: Meeting) -> dict[str, Any]:
    return {
        "group": meeting.group.ref,
        "name": meeting.group.name,
        "meeting": meeting.ref,
        "starts": _at(meeting, meeting.local_start),
        "minutes": meeting.minutes,
        "mode": meeting.mode,
        "where": room_at(meeting),
    }


def room_at(meeting: Meeting) -> str:
    """In which room it is, if it has a time and a room."""
    return "" if meeting.needs_time else room_of(meeting)


def _at(meeting: Meeting, local: datetime) -> str:
    """Wall time with its offset."""
    return with_offset(local, meeting.zone)


def _everybody(meeting: Meeting) -> list[Person]:
    """Whoever leads it, everybody with a seat that day, and who comes once."""
    leads = group_turns.leads(meeting)
    here = group_times.people_at(meeting).values()
    return list(dict.fromkeys([*([leads] if leads else []), *here]))


def not_refused(meeting: Meeting) -> list[Person]:
    no = {said.person_id for said in meeting.attendances if said.coming is False}
    return [person for person in _everybody(meeting) if person.id not in no]


def _leaders(store: Store, group: Group, now: datetime) -> list[Person]:
    return [group.facilitator] if group.facilitator else readers(store, now)


def others(people: Iterable[Person], by: Person | None) -> list[Person]:
    """Whoever did it knows."""
    return [person for person in people if by is None or person.id != by.id]


def formed(store: Store, group: Group, first: datetime, by: Person, now: datetime) -> None:
    """A new group: each who asked for one, and whoever leads it, reads when it meets first."""
    rhythm = group.series[-1]
    starts = with_offset(first, rhythm.zone)
    facts = {
        "group": group.ref, "name": group.name, "starts": starts, "minutes": rhythm.minutes,
        "every": rhythm.every_weeks, "mode": group.mode, "people": len(group.seats),
        "by": group.facilitator.name if group.facilitator else "",
        "where": next((room_at(one) for one in group_times.ahead(store, group, now)), ""),
    }  # fmt: skip
    everybody = [*_leaders(store, group, now), *(seat.person for seat in group.seats)]
    for person in others(everybody, by):
        leads = person.id == group.facilitator_id
        messages.tell(
            store, person, f"formed:{group.ref}", "group_formed", facts | {"leads": leads}, now
        )  # fmt: skip


def to_lead(store: Store, group: Group, by: Person, now: datetime) -> None:
    """They lead a group from now on."""
    facts = _named(group)
    for person in others(_leaders(store, group, now), by):
        cause = f"lead:{group.ref}:{now.isoformat()}"
        messages.tell(store, person, cause, "group_lead", facts, now)


def joined(
    store: Store, meeting: Meeting, other: Meeting, guests: Sequence[Person], by: Person,
    now: datetime,
) -> None:  # fmt: skip
    """For once two groups meet together: the one reads when and where, the other that they come."""
    messages.drop_earlier(store, about_one(meeting), now)
    said = facts_of(other) | {
        "name": meeting.group.name, "other": other.group.name,
        "before": _at(meeting, meeting.local_start), "instead": meeting.ref,
    }  # fmt: skip
    for person in others([*_leads(meeting), *guests], by):
        comes = {"comes": person in guests, "group": meeting.group.ref}
        _now(store, meeting, other, person, "meeting_joined", said | comes, now)
    theirs = facts_of(other) | {
        "other": meeting.group.name, "people": len(guests), "instead": meeting.ref,
    }  # fmt: skip
    for person in others(not_refused(other), by):
        if person not in guests:
            _now(store, other, other, person, "meeting_shared", theirs, now)


def _leads(meeting: Meeting) -> list[Person]:
    leads = group_turns.leads(meeting)
    return [leads] if leads else []


def _now(
    store: Store, own: Meeting, meeting: Meeting, person: Person, template: str,
    facts: dict[str, Any], now: datetime,
) -> None:  # fmt: skip
    """`own` is the meeting of the reader's own group."""
    cause = f"{about_one(meeting)}{meeting.sequence}:{template}:{own.ref}:{now.isoformat()}"
    tell(
        store, own, person, cause, template, facts, now, urgent=True, until=meeting.starts_at
    )  # fmt: skip


def to_read(
    store: Store, group: Group, people: Iterable[Person], by: Person, now: datetime
) -> None:
    """What the group agrees on is there to read, or has changed."""
    about = f"terms:{group.ref}:"
    messages.drop_earlier(store, about, now)
    facts = _named(group)
    for person in others(people, by):
        messages.tell(store, person, f"{about}{now.isoformat()}", "group_terms", facts, now)
