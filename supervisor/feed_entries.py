"""The entries of a feed as text, rendered once per revision, viewer and level, and kept.

A name that is put right later shows from the entry's next revision on.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from calendars.event import Event, render
from supervisor.feed_editions import Entry
from supervisor.models import Entitlement, Fragment, Meeting, Session, Store
from supervisor.rules.kinds import FeedLevel

PLAIN, BUSY = "Meeting", "Busy"
Key = tuple[str, int, datetime, bool]
Said = tuple[str, str]


def bodies(store: Store, person_id: int, level: str, entries: Sequence[Entry]) -> dict[Key, bytes]:
    """The text of each entry; only what is not kept yet is rendered, and then kept."""
    kept = _kept(store, person_id, level)
    missing = [entry for entry in entries if entry.key not in kept]
    if not missing:
        return kept
    made = _rendered(store, person_id, level, missing)
    stale = kept.keys() - {entry.key for entry in entries}
    _keep(store, person_id, level, made, {uid for uid, *_rest in stale})
    return kept | made


def _kept(store: Store, person_id: int, level: str) -> dict[Key, bytes]:
    query = select(
        Fragment.uid, Fragment.sequence, Fragment.changed_at, Fragment.cancelled, Fragment.body
    ).where(Fragment.viewer_id == person_id, Fragment.level == level)
    return {(uid, n, at, gone): body for uid, n, at, gone, body in store.execute(query)}


def _rendered(
    store: Store, person_id: int, level: str, entries: Sequence[Entry]
) -> dict[Key, bytes]:
    sessions, meetings = _records(store, entries)
    made = {}
    for entry in entries:
        if entry.what == "session":
            session = sessions[entry.id]
            made[entry.key] = _render(session, entry, level, _session_title(session, person_id))
        else:
            meeting = meetings[entry.id]
            made[entry.key] = _render(meeting, entry, level, meeting.group.name)
    return made


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
    )
    meetings = select(Meeting).options(joinedload(Meeting.group), joinedload(Meeting.place))
    return (
        {s.id: s for s in store.scalars(sessions.where(Session.id.in_(ids["session"])))},
        {m.id: m for m in store.scalars(meetings.where(Meeting.id.in_(ids["meeting"])))},
    )


def of_session(session: Session, person_id: int, level: str) -> bytes:
    """One session at its present revision, as the feed of either of the two has it."""
    entry = Entry(
        "session", session.id, session.uid, session.sequence, session.changed_at,
        session.cancelled_at, session.zone, session.starts_at,
    )  # fmt: skip
    return _render(session, entry, level, _session_title(session, person_id))


def _session_title(session: Session, person_id: int) -> str:
    """The kind, and the other of the two."""
    worker = session.entitlement.person
    other = session.provider if worker.id == person_id else worker
    kind = session.entitlement.kind.replace("_", " ").capitalize()
    return f"{kind} with {other.name}"


def _render(record: Session | Meeting, entry: Entry, level: str, full_title: str) -> bytes:
    title, location = _said(record, level, full_title)
    return render(
        Event(
            uid=entry.uid,
            sequence=entry.sequence,
            changed_at=entry.changed_at,
            starts=record.local_start,
            zone=record.zone,
            minutes=record.minutes,
            title=title,
            location=location,
            cancelled=entry.cancelled_at is not None,
        )
    )


def _said(record: Session | Meeting, level: str, full_title: str) -> Said:
    """Title and place, as much as the owner wants anybody to read."""
    if level == FeedLevel.BUSY:
        return BUSY, ""
    place = record.place.name if record.place else record.mode.replace("_", " ").capitalize()
    return (full_title if level == FeedLevel.FULL else PLAIN), place


def _keep(
    store: Store, person_id: int, level: str, made: dict[Key, bytes], stale: set[str]
) -> None:
    """Two fetches may render the same at once; the database takes one, and both are right."""
    whose = {"viewer_id": person_id, "level": level}
    rows = [
        {"uid": uid, "sequence": n, "changed_at": at, "cancelled": gone, "body": body, **whose}
        for (uid, n, at, gone), body in made.items()
    ]
    mine = (Fragment.viewer_id == person_id, Fragment.level == level)
    try:
        with store.begin_nested():
            store.execute(delete(Fragment).where(*mine, Fragment.uid.in_(stale)))
            store.execute(insert(Fragment), rows)
    except IntegrityError:
        return
