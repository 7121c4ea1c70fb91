"""What the doors to groups share: which group the reader leads, and which meetings are its own."""

from flask import abort

from supervisor import door
from supervisor.models import Group, Meeting
from supervisor.viewers import leads


def group_of(ref: str) -> Group:
    """A group that the reader leads, or is the hub for."""
    group = door.find(Group, ref)
    if not leads(door.viewer(), group):
        abort(404)
    return group


def meeting_of(group: Group, ref: str) -> Meeting:
    """A meeting of that group, and of no other."""
    meeting = door.find(Meeting, ref)
    if meeting.group_id != group.id:
        abort(404)
    return meeting
