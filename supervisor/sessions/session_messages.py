"""What the two are told of their sessions. Nothing says which kind of support, nor why."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from supervisor import messages
from supervisor.models import Entitlement, Message, Person, Session, SoonerOffer, Store, new_ref
from supervisor.openings.openings import openings
from supervisor.reach import wants_invitations
from supervisor.rooms.room_hours import room_of, where_of
from supervisor.rules.openings import BookingSettings
from supervisor.sessions import calendar_letters, last_told, placing
from supervisor.settings import HubSettings, read
from supervisor.zones import with_offset

OFFERED = 3


def booked(store: Store, session: Session, by: Person | None, now: datetime) -> None:
    """It is booked."""
    _of_one(store, session, "booked", by, {}, now)


def moved(
    store: Store, session: Session, before: datetime, by: Person | None, now: datetime
) -> None:
    """It is at another time; `before` is the wall time that was. Who never heard of that one reads
    where it moved to from the last that they heard of, or else that it is booked."""
    was, waits = with_offset(before, session.zone), last_told.waiting(store, session)
    messages.drop_earlier(store, f"session:{session.ref}:", now)
    for person, facts in _read_by_each(store, session, by):
        unread = None if facts["mine"] else waits.get(person.id)
        _tell_moved(store, session, person, facts | {"before": was}, unread, now)


def _tell_moved(
    store: Store, session: Session, person: Person, facts: dict[str, Any],
    unread: Message | None, now: datetime,
) -> None:  # fmt: skip
    cause, until = _cause(session, "moved"), session.starts_at
    if unread and unread.template == "booked":
        facts |= {"by": unread.facts["by"]}
        _tell(store, person, cause, "booked", facts, now, until)
    else:
        facts |= {"before": unread.facts["before"]} if unread else {}
        _tell(store, person, cause, "moved", facts, now, until)


def quiet_until(store: Store, now: datetime, starts_at: datetime) -> datetime:
    """Nobody hears in the first minute of what is called off: a slip is undone without a word.
    What begins by then is told at once."""
    quiet = now + timedelta(minutes=min(1, read(store, BookingSettings).undo_minutes))
    return quiet if quiet < starts_at else now


def cancelled(
    store: Store, off: Sequence[Session], by: Person | None, now: datetime, not_before: datetime
) -> None:
    """What is called off of two people is still owed; here are the next times that suit both."""
    times = {"times": other_times(store, off, now)}
    if len(off) == 1:
        _of_one(store, off[0], "cancelled", by, times, now, not_before)
    else:
        several = {"off": _times(off), "apart": True}
        _of_many(store, off, "series_cancelled", by, times | several, now, not_before)


def other_times(store: Store, off: Sequence[Session], now: datetime) -> list[str]:
    """The next times that suit both, none of those that were just called off."""
    gone = {session.starts_at for session in off}
    found = openings(store, off[0].entitlement, now, OFFERED + len(gone), off[0].provider)
    others = [time for time in found.times if time.starts_at not in gone][:OFFERED]
    return [with_offset(time.local_start, time.zone) for time in others]


def kept(store: Store, sessions: Sequence[Session], by: Person | None, now: datetime) -> None:
    """A plan is booked: all its meetings in one message for each of the two, and for calendars
    each by itself where they are no rhythm."""
    _of_many(store, sessions, "plan_kept", by, _plan(sessions), now)
    for person, _other in _pair(sessions[0].entitlement, sessions[0].provider):
        calendar_letters.tell_each(store, person, sessions, now)


def moved_along(
    store: Store, sessions: Sequence[Session], by: Person | None, now: datetime
) -> None:
    """This one and the later ones of a series are at other times."""
    _of_many(store, sessions, "series_moved", by, _times_and_rooms(sessions), now)


def shortened(store: Store, last: Session, by: Person | None, now: datetime) -> None:
    """Where the old times end, for calendars: `last` is one of those that stay. In a letter of its
    own, since the old times and the new ones are two events there."""
    cause = f"series_shortened:{last.ref}:{last.series.sequence if last.series else 0}"
    for person, facts in _read_by_each(store, last, by):
        if wants_invitations(person):
            messages.tell(store, person, cause, "series_shortened", facts, now, urgent=True)


def cancelled_along(
    store: Store,
    sessions: Sequence[Session],
    by: Person | None,
    now: datetime,
    not_before: datetime,
) -> None:
    """This one and the later ones of a series are called off; here are the next times."""
    more = {"off": _times(sessions), "times": other_times(store, sessions, now)}
    _of_many(store, sessions, "series_cancelled", by, more, now, not_before)


def taken_back(store: Store, sessions: Sequence[Session], now: datetime) -> set[int]:
    """Keep calling these off from each of the two who has not heard of it: what was to be said
    to them before goes after all. Who has, or will by a letter that is on its way."""
    causes = causes_of_cancelling(sessions)
    heard = messages.heard(store, causes)
    for cause in causes:
        messages.drop(store, cause, now)
    for session in sessions:
        if session.cancelled_at:
            about = f"session:{session.ref}:"
            messages.take_up(store, about, session.cancelled_at, heard, but=(":cancelled",))
    return heard


def on_again(
    store: Store, sessions: Sequence[Session], heard: Collection[int], by: Person | None,
    now: datetime,
) -> None:  # fmt: skip
    """Whoever heard that these are off reads that they are on."""
    first, last = sessions[0], sessions[-1]
    alone = len(sessions) == 1
    cause = _cause(first, "booked") if alone else _cause_of_many(first, "plan_kept")
    more = {} if alone else _plan(sessions)
    for person, facts in _read_by_each(store, first, by):
        if person.id in heard:
            template = "booked" if alone else "plan_kept"
            _tell(store, person, cause, template, facts | more, now, last.starts_at)
            calendar_letters.tell_each(store, person, sessions, now)


def sooner(store: Store, offer: SoonerOffer, now: datetime) -> None:
    """An earlier time came free; the worker can have it if they are the first to say yes."""
    session = offer.session
    facts = {
        "offer": offer.ref,
        "other": session.provider.name,
        "starts": offer.starts_at.isoformat(),
        "before": with_offset(session.local_start, session.zone),
        "until": offer.lapses_at.isoformat(),
    }
    worker, cause = session.entitlement.person, f"sooner:{offer.ref}"
    messages.tell(
        store, worker, cause, "sooner_time", facts, now, urgent=True, until=offer.lapses_at
    )


def video_changed(store: Store, sessions: Sequence[Session], now: datetime) -> None:
    """The worker of each is told once where they meet on video from now on."""
    for _worker, some in groupby(sorted(sessions, key=_by_worker), _worker_of):
        theirs = list(some)
        first = theirs[0]
        cause = f"video_changed:{first.ref}:{new_ref()}"
        worker = first.entitlement.person
        facts = {
            "session": first.ref,
            "other": first.provider.name,
            "times": _times(theirs),
            "video": first.video or "",
        }
        until = theirs[-1].starts_at
        messages.tell(store, worker, cause, "video_changed", facts, now, urgent=True, until=until)


def room_given(store: Store, sessions: Sequence[Session], by: Person | None, now: datetime) -> None:
    """The two of some meetings are told in which room they are; without one, at which place."""
    first, last = sessions[0], sessions[-1]
    about = f"session:{first.ref}:room:"
    messages.drop_earlier(store, about, now)
    cause = f"{about}{new_ref()}"
    where = {"where": where_of(first), "has_room": first.room_id is not None}
    more = where | {"times": _times(sessions), "group": ""}
    for person, facts in _read_by_each(store, first, by):
        messages.tell(store, person, cause, "meeting_room", facts | more, now, until=last.starts_at)


def _worker_of(session: Session) -> int:
    return session.entitlement.person_id


def _by_worker(session: Session) -> tuple[int, datetime]:
    return _worker_of(session), session.starts_at


def _of_one(
    store: Store, session: Session, template: str, by: Person | None, more: dict[str, Any],
    now: datetime, not_before: datetime | None = None,
) -> None:  # fmt: skip
    """The latest about one session; what was to be said of it before need not be said now."""
    until = session.starts_at
    messages.drop_earlier(store, f"session:{session.ref}:", now)
    cause = _cause(session, template)
    for person, facts in _read_by_each(store, session, by):
        _tell(store, person, cause, template, facts | more, now, until, not_before)


def _tell(
    store: Store,
    person: Person,
    cause: str,
    template: str,
    facts: dict[str, Any],
    now: datetime,
    until: datetime,
    not_before: datetime | None = None,
) -> None:
    told = messages.tell(store, person, cause, template, facts, now, urgent=True, until=until)
    if told and not_before:
        told.due_at = not_before


def _cause(session: Session, template: str) -> str:
    return f"session:{session.ref}:{session.sequence}:{template}"


def causes_of_cancelling(sessions: Sequence[Session]) -> list[str]:
    """The causes of what both were told as these were called off, alone or with others."""
    alone = [_cause(session, "cancelled") for session in sessions]
    return [*alone, *(_cause_of_many(session, "series_cancelled") for session in sessions)]


def _cause_of_many(first: Session, template: str) -> str:
    return f"{template}:{first.ref}:{first.sequence}"


def _of_many(
    store: Store, sessions: Sequence[Session], template: str, by: Person | None,
    more: dict[str, Any], now: datetime, not_before: datetime | None = None,
) -> None:  # fmt: skip
    """All of them in one message; what was to be said of each before need not be said now."""
    first, last = sessions[0], sessions[-1]
    for session in sessions:
        messages.drop_earlier(store, f"session:{session.ref}:", now)
    cause = _cause_of_many(first, template)
    for person, facts in _read_by_each(store, first, by):
        _tell(store, person, cause, template, facts | more, now, last.starts_at, not_before)


def _times(sessions: Sequence[Session]) -> list[str]:
    return [with_offset(session.local_start, session.zone) for session in sessions]


def _times_and_rooms(sessions: Sequence[Session]) -> dict[str, list[str]]:
    """Each time, and the room that they have then, if any."""
    return {"times": _times(sessions), "rooms": [room_of(session) for session in sessions]}


def _plan(sessions: Sequence[Session]) -> dict[str, Any]:
    """The same, and whether each comes to a calendar by itself."""
    apart = not calendar_letters.brings(sessions[0], len(sessions))
    return _times_and_rooms(sessions) | {"apart": apart}


def _read_by_each(
    store: Store, session: Session, by: Person | None
) -> Iterator[tuple[Person, dict[str, Any]]]:
    for person, other in _pair(session.entitlement, session.provider):
        facts = _facts(session, by, person, other) | placing.joining(store, session, person)
        yield person, facts if by else facts | {"by": read(store, HubSettings).name}


def _pair(entitlement: Entitlement, provider: Person) -> Iterator[tuple[Person, Person]]:
    yield entitlement.person, provider
    yield provider, entitlement.person


def _facts(session: Session, by: Person | None, person: Person, other: Person) -> dict[str, Any]:
    """`by` names whoever did it for both, `mine` says that the reader did it."""
    by_hub = by is not None and by.id not in {person.id, other.id}
    return {
        "session": session.ref,
        "entitlement": session.entitlement.link,
        "other": other.name,
        "by": by.name if by and by_hub else "",
        "mine": by is not None and by.id == person.id,
        "starts": with_offset(session.local_start, session.zone),
        "minutes": session.minutes,
        "mode": session.mode,
        "where": room_of(session),
    }
