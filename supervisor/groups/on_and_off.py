"""That a meeting of a group is called off, or on after all: each hears of it whom it is news to.

Both are asked just before they go. A letter that was withdrawn and its opposite annul each other:
whoever never heard that it was off does not hear that it is on, and whoever has left hears nothing.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from supervisor import messages
from supervisor.groups import group_messages, group_times, group_turns
from supervisor.models import Meeting, Message, Person, Store
from supervisor.sessions.session_messages import quiet_until

OFF, BACK, JOINED = ":meeting_called_off:", ":meeting_back:", ":meeting_joined:"
"""What a cause says of its letter; a member who reads first has another template."""


def called_off(store: Store, meeting: Meeting, by: Person | None, now: datetime) -> None:
    """It does not happen; whoever had said no need not hear of it, and nobody in the first
    minute."""
    told = group_messages.not_refused(meeting)
    quiet = quiet_until(store, now, meeting.starts_at)
    for one in group_messages.of_one(store, meeting, "meeting_called_off", told, by, now):
        one.due_at = quiet


def on_again(
    store: Store, meeting: Meeting, off: datetime, by: Person | None, now: datetime
) -> None:
    """It was called off by mistake at `off`: what was to be said before goes after all."""
    about = group_messages.about_one(meeting)
    messages.drop_earlier(store, about, now)
    messages.take_up(store, about, off, but=(OFF, BACK))
    facts = group_messages.facts_of(meeting) | {"after_all": True}
    cause = f"{about}{meeting.sequence}{BACK}{now.isoformat()}"
    for person in group_messages.others(group_messages.not_refused(meeting), by):
        group_messages.tell(
            store, meeting, person, cause, "meeting_on", facts, now, urgent=True,
            until=meeting.starts_at,
        )  # fmt: skip


def is_news(store: Store, message: Message) -> bool:
    """Whether what a letter says of a meeting is so, and its reader comes to it, and has not read
    the same last."""
    meeting = _meeting(store, message)
    if meeting is None:
        return True
    if JOINED in message.cause or message.template == "meeting_shared":
        return _still_joined(store, message, meeting)
    off = meeting.cancelled_at is not None
    if OFF in message.cause:
        fits = off and not heard_off(store, meeting, message.recipient)
    elif BACK in message.cause:
        fits = not off and heard_off(store, meeting, message.recipient)
    else:
        fits = not off and _says_when(message, meeting) and _goes_ahead(message, meeting)
    return fits and _comes(meeting, message.recipient)


def _meeting(store: Store, message: Message) -> Meeting | None:
    """Which one it is about, also where its letter does not say so."""
    ref = message.cause.split(":")[:2][-1]
    return store.scalar(select(Meeting).where(Meeting.ref == ref))


def _comes(meeting: Meeting, person: Person) -> bool:
    return person.id in group_times.people_at(meeting) or group_turns.leads(meeting) == person


def _says_when(message: Message, meeting: Meeting) -> bool:
    """Whether what tells that it moved says where to: of two, the later one."""
    moved = message.template == "meeting_moved"
    return not moved or message.facts["starts"] == group_messages.facts_of(meeting)["starts"]


def _goes_ahead(message: Message, meeting: Meeting) -> bool:
    """Whether what tells that enough can come is still so."""
    return message.template != "meeting_on" or meeting.go_ahead_at is not None


def _still_joined(store: Store, message: Message, there: Meeting) -> bool:
    """Whether one group still comes to the other's meeting; who led their own has it off."""
    own = store.scalar(select(Meeting).where(Meeting.ref == message.facts.get("instead", "")))
    if there.cancelled_at or (own and not own.cancelled_at):
        return False
    led = own is not None and group_turns.leads(own) == message.recipient
    return led or _comes(there, message.recipient)


def heard_off(store: Store, meeting: Meeting, person: Person) -> bool:
    """Whether the last that they were told of it is that it is off."""
    told = select(Message.cause).where(
        Message.recipient_id == person.id, Message.sent_at.is_not(None), _of(meeting)
    )
    last = store.scalar(told.order_by(Message.sent_at.desc(), Message.id.desc()).limit(1)) or ""
    return OFF in last or _instead(meeting) in last


def _of(meeting: Meeting) -> ColumnElement[bool]:
    own = Message.cause.startswith(group_messages.about_one(meeting), autoescape=True)
    return or_(own, Message.cause.contains(_instead(meeting), autoescape=True))


def _instead(meeting: Meeting) -> str:
    """In the cause of a letter by which they are asked to another meeting instead of this one."""
    return f"{JOINED}{meeting.ref}:"
