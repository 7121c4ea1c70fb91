"""The entries of a feed as text, rendered once per revision, viewer and manner, and kept.

A name that is put right later shows from the entry's next revision on.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from calendars.event import Event, render
from supervisor.feeds.feed_editions import Entry, Voice
from supervisor.models import Entitlement, Fragment, Meeting, Session, Store
from supervisor.rooms.room_hours import where_of
from supervisor.rules.kinds import FeedLevel, Mode
from supervisor.rules.words import N_, Words

PLAIN, BUSY, CALLED_OFF = N_("Meeting"), N_("Busy"), N_("Cancelled")
Key = tuple[str, int, datetime, bool]
Say = Callable[[Words], str]


def bodies(store: Store, voice: Voice, entries: Sequence[Entry], say: Say) -> dict[Key, bytes]:
    """The text of each entry; only what is not kept yet is rendered, and then kept."""
    kept = _kept(store, voice)
    missing = [entry for entry in entries if entry.key not in kept]
    if not missing:
        return kept
    made = _rendered(store, voice, missing, say)
    stale = kept.keys() - {entry.key for entry in entries}
    _keep(store, voice, made, {uid for uid, *_rest in stale})
    return kept | made


def _kept(store: Store, voice: Voice) -> dict[Key, bytes]:
    query = select(
        Fragment.uid, Fragment.sequence, Fragment.changed_at, Fragment.cancelled, Fragment.body
    ).where(Fragment.viewer_id == voice.person_id, Fragment.level == voice.manner)
    return {(uid, n, at, gone): body for uid, n, at, gone, body in store.execute(query)}


def _rendered(store: Store, voice: Voice, entries: Sequence[Entry], say: Say) -> dict[Key, bytes]:
    sessions, meetings = _records(store, entries)
    return {
        entry.key: _of_session(sessions[entry.id], entry, voice, say)
        if entry.what == "session"
        else _of_meeting(meetings[entry.id], entry, voice, say)
        for entry in entries
    }


def _records(
    store: Store, entries: Iterable[Entry]
) -> tuple[dict[int, Session], dict[int, Meeting]]:
    ids: dict[str, list[int]] = {"session": [], "meeting": []}
    for entry in entries:
        ids[entry.what].append(entry.id)
    sessions = select(Session).options(
        joinedload(Session.entitlement).joinedload(Entitlement.person),
        joinedload(Session.provider),
        joinedload(Session.place),
        joinedload(Session.room),
    )
    places = joinedload(Meeting.place), joinedload(Meeting.room)
    meetings = select(Meeting).options(joinedload(Meeting.group), *places)
    return (
        {s.id: s for s in store.scalars(sessions.where(Session.id.in_(ids["session"])))},
        {m.id: m for m in store.scalars(meetings.where(Meeting.id.in_(ids["meeting"])))},
    )


def of_session(session: Session, voice: Voice, say: Say) -> bytes:
    """One session at its present revision, as the feed of either of the two has it."""
    entry = Entry(
        "session", session.id, session.uid, session.sequence, session.changed_at,
        session.cancelled_at, session.zone, session.starts_at,
    )  # fmt: skip
    return _of_session(session, entry, voice, say)


def _of_session(session: Session, entry: Entry, voice: Voice, say: Say) -> bytes:
    """In full, its title is the kind and the other of the two."""
    worker = session.entitlement.person
    other = session.provider if worker.id == voice.person_id else worker
    kind = say(Words(session.entitlement.kind.replace("_", " ").capitalize()))
    title = Words(N_("%(kind)s with %(name)s"), {"kind": kind, "name": other.name})
    return _render(session, entry, voice.level, say(title), say)


def _of_meeting(meeting: Meeting, entry: Entry, voice: Voice, say: Say) -> bytes:
    return _render(meeting, entry, voice.level, meeting.group.name, say)


def _render(record: Session | Meeting, entry: Entry, level: str, full: str, say: Say) -> bytes:
    """Title and place say as much as the owner wants anybody to read."""
    titles = {FeedLevel.BUSY: say(Words(BUSY)), FeedLevel.NEUTRAL: say(Words(PLAIN))}
    return render(
        Event(
            uid=entry.uid,
            sequence=entry.sequence,
            changed_at=entry.changed_at,
            starts=record.local_start,
            zone=record.zone,
            minutes=record.minutes,
            title=titles.get(FeedLevel(level), full),
            location="" if level == FeedLevel.BUSY else _where(record, say),
            link="" if level == FeedLevel.BUSY else _video(record),
            called_off=say(Words(CALLED_OFF)) if entry.cancelled_at else "",
        )
    )


def _where(record: Session | Meeting, say: Say) -> str:
    """A place only where they go there: a group on video may have one for its holidays."""
    if record.place and record.mode == Mode.IN_PERSON:
        return where_of(record)
    return say(Words(record.mode.replace("_", " ").capitalize()))


def _video(record: Session | Meeting) -> str:
    """Nobody goes to a meeting that is off."""
    here = isinstance(record, Session) and not record.cancelled_at
    return (record.video or "") if here and isinstance(record, Session) else ""


def _keep(store: Store, voice: Voice, made: dict[Key, bytes], stale: set[str]) -> None:
    """Two fetches may render the same at once; the database takes one, and both are right."""
    whose = {"viewer_id": voice.person_id, "level": voice.manner}
    rows = [
        {"uid": uid, "sequence": n, "changed_at": at, "cancelled": gone, "body": body, **whose}
        for (uid, n, at, gone), body in made.items()
    ]
    mine = (Fragment.viewer_id == voice.person_id, Fragment.level == voice.manner)
    try:
        with store.begin_nested():
            store.execute(delete(Fragment).where(*mine, Fragment.uid.in_(stale)))
            store.execute(insert(Fragment), rows)
    except IntegrityError:
        return
