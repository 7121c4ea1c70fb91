"""A letter for a calendar alone: what no other letter tells it goes with this one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from supervisor import messages
from supervisor.models import Meeting, Message, Person, Session, Store
from supervisor.reach import wants_invitations
from supervisor.zones import with_offset

AT_ONCE = timedelta(days=1)


def tell(
    store: Store, person: Person, record: Session | Meeting, now: datetime, *,
    gone: bool = False, at_once: bool = False, whole: bool = False,
) -> Message | None:  # fmt: skip
    """Bring what is true of a meeting, or of its rhythm, into somebody's calendar, or with
    `gone` take it out; with `whole` all of a rhythm of which it has a part. At their hour, or at
    once where it is near."""
    if not wants_invitations(person):
        return None
    about = f"entry:{person.ref}:{_event_of(record)}:"
    messages.drop_earlier(store, about, now)
    facts = {
        "session": record.ref if isinstance(record, Session) else "",
        "meeting": record.ref if isinstance(record, Meeting) else "",
        "starts": with_offset(record.local_start, record.zone),
        "gone": gone,
        "whole": whole,
    }
    near = at_once or record.starts_at - now < AT_ONCE
    return messages.tell(
        store, person, f"{about}{now.isoformat()}", "calendar_entry", facts, now, urgent=near
    )


def tell_each(store: Store, person: Person, sessions: Sequence[Session], now: datetime) -> None:
    """The events of meetings that one letter tells of, each by a letter of its own and at once;
    but for what that letter brings itself."""
    first = sessions[0]
    told = {_event_of(first)} if brings(first, len(sessions)) else set()
    for one in sessions:
        if _event_of(one) not in told:
            tell(store, person, one, now, at_once=True)
            told.add(_event_of(one))


def brings(first: Session, several: int) -> bool:
    """Whether a letter about so many meetings brings the event of the first. All of a rhythm are
    one event; several by themselves are no invitation together: a REQUEST is about one UID (RFC
    5546 section 3.2.2), and a PUBLISH is an attachment to Outlook, which reads only the first event
    of a mail (MS-STANOICAL section 2.2.175, on RFC 6047 section 4.4)."""
    return several == 1 or first.series_start is not None


def _event_of(record: Session | Meeting) -> str:
    """The name under which a calendar has it: that of its rhythm, or its own."""
    return record.series.uid if record.series and record.series_start else record.uid
