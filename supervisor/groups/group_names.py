"""What a group is called, changed by the hub."""

from datetime import datetime

from sqlalchemy import select

from supervisor import audit
from supervisor.errors import Refused
from supervisor.models import Group, Meeting, Person, Store
from supervisor.rules.words import N_
from supervisor.sessions.placing import touch


def rename(store: Store, group: Group, name: str, by: Person, now: datetime) -> None:
    """Another name; calendars show it with the meetings ahead. The same again changes nothing."""
    if not name:
        raise Refused(N_("Write what the group is called."), field="name")
    if name == group.name:
        return
    group.name = name
    ahead = select(Meeting).where(Meeting.group_id == group.id, Meeting.starts_at > now)
    for meeting in store.scalars(ahead):
        touch(meeting, now)
    audit.record(store, now, by, "rename", "group", group.ref)
    store.flush()
