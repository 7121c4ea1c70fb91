"""A letter for a calendar alone: what no other letter tells it goes with this one."""

from datetime import datetime, timedelta

from supervisor import messages
from supervisor.models import Meeting, Message, Person, Session, Store
from supervisor.reach import wants_invitations
from supervisor.zones import with_offset

AT_ONCE = timedelta(days=1)


def tell(
    store: Store, person: Person, record: Session | Meeting, now: datetime, *,
    gone: bool = False, at_once: bool = False,
) -> Message | None:  # fmt: skip
    """Bring what is true of a meeting, or of its rhythm, into somebody's calendar, or with
    `gone` take it out. At their hour, or at once where it is near."""
    if not wants_invitations(person):
        return None
    uid = record.series.uid if record.series and record.series_start else record.uid
    about = f"entry:{person.ref}:{uid}:"
    messages.drop_earlier(store, about, now)
    facts = {
        "session": record.ref if isinstance(record, Session) else "",
        "meeting": record.ref if isinstance(record, Meeting) else "",
        "starts": with_offset(record.local_start, record.zone),
        "gone": gone,
    }
    near = at_once or record.starts_at - now < AT_ONCE
    return messages.tell(
        store, person, f"{about}{now.isoformat()}", "calendar_entry", facts, now, urgent=near
    )
