"""A provider's own room for meetings on video: an address that they write down once."""

from datetime import datetime
from urllib.parse import urlsplit

from supervisor import audit, commitments
from supervisor.errors import Refused
from supervisor.models import Person, Session, Store
from supervisor.openings import bookable
from supervisor.rules.kinds import Mode
from supervisor.rules.words import N_
from supervisor.sessions import placing, session_messages
from supervisor.viewers import acting_for

LONGEST = 300


def write(store: Store, person: Person, link: str, by: Person, now: datetime) -> list[Session]:
    """Keep their own room, or none. What is booked on video goes along, each in a new revision,
    and whoever is met there is told."""
    behalf, given = acting_for(store, by, person), _lawful(link.strip())
    if given == person.video:
        return []
    person.video = given
    audit.record(store, now, by, "write", "video", person.ref, behalf)
    moved = [one for one in _booked(store, person, now) if _goes_along(store, one, now)]
    session_messages.video_changed(store, moved, now)
    return moved


def _lawful(link: str) -> str | None:
    parts = urlsplit(link)
    whole = parts.scheme == "https" and "." in parts.netloc and link.isprintable()
    if link and (not whole or " " in link or len(link) > LONGEST):
        raise Refused(
            N_("Write the whole address of your video room. It begins with https://"), field="link"
        )
    return link or None


def _booked(store: Store, person: Person, now: datetime) -> list[Session]:
    query = commitments.booked_with(person).where(
        Session.provider_id == person.id, Session.mode == Mode.VIDEO, Session.starts_at > now
    )
    return list(store.scalars(query))


def _goes_along(store: Store, session: Session, now: datetime) -> bool:
    match = bookable.match_for(store, session.entitlement, session.provider, session.starts_at)
    video = placing.video_of(store, match)
    if video == session.video:
        return False
    session.video = video
    placing.touch(session, now)
    return True
