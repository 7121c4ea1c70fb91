"""What a feed holds as text, rendered once per revision, viewer and manner, and kept.

A name that is put right later shows from the entry's next revision on.
"""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from calendars.event import render
from supervisor.feeds.feed_events import Record, Say, events_of
from supervisor.feeds.feed_pieces import Key, Piece, Voice
from supervisor.models import Entitlement, Fragment, Meeting, Session, Store


def bodies(
    store: Store, voice: Voice, pieces: Sequence[Piece], say: Say, *, keep: bool = True
) -> dict[Key, bytes]:
    """The text of each piece; only what is not kept yet is rendered, and then kept."""
    kept = _kept(store, voice)
    missing = [piece for piece in pieces if piece.key not in kept]
    if not missing:
        return kept
    made = rendered(store, voice, missing, say)
    if keep:
        stale = kept.keys() - {piece.key for piece in pieces}
        _keep(store, voice, made, {uid for uid, *_rest in stale})
    return kept | made


def _kept(store: Store, voice: Voice) -> dict[Key, bytes]:
    query = select(
        Fragment.uid, Fragment.sequence, Fragment.changed_at, Fragment.cancelled, Fragment.body
    ).where(Fragment.viewer_id == voice.person_id, Fragment.level == voice.manner)
    return {(uid, n, at, gone): body for uid, n, at, gone, body in store.execute(query)}


def rendered(store: Store, voice: Voice, pieces: Sequence[Piece], say: Say) -> dict[Key, bytes]:
    """The text of each piece, made now."""
    records = _records(store, pieces)
    return {
        piece.key: b"".join(
            render(event)
            for event in events_of([records[e.what, e.id] for e in piece.entries], voice, say)
        )
        for piece in pieces
    }


def records_of(store: Store, piece: Piece) -> list[Record]:
    """The records behind one piece, in its order."""
    records = _records(store, [piece])
    return [records[entry.what, entry.id] for entry in piece.entries]


def _records(store: Store, pieces: Sequence[Piece]) -> dict[tuple[str, int], Record]:
    ids: dict[str, list[int]] = {"session": [], "meeting": []}
    for entry in (entry for piece in pieces for entry in piece.entries):
        ids[entry.what].append(entry.id)
    sessions = select(Session).options(
        joinedload(Session.entitlement).joinedload(Entitlement.person),
        joinedload(Session.provider),
        joinedload(Session.place),
        joinedload(Session.room),
        joinedload(Session.series),
    )
    beside = (joinedload(part) for part in (Meeting.place, Meeting.room, Meeting.series))
    meetings = select(Meeting).options(joinedload(Meeting.group), *beside)
    found: dict[tuple[str, int], Record] = {}
    for session in store.scalars(sessions.where(Session.id.in_(ids["session"]))):
        found["session", session.id] = session
    for meeting in store.scalars(meetings.where(Meeting.id.in_(ids["meeting"]))):
        found["meeting", meeting.id] = meeting
    return found


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
