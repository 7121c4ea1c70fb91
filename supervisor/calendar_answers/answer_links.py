"""A link in a letter, by which its reader says yes or no to one meeting without signing in.

It stands for one person, one mailbox of theirs and one meeting at one time: moved, it shows the new
time and takes no answer. Nothing of it is kept; it ends with the meeting.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from supervisor.calendar_answers import calendar_answers
from supervisor.calendar_answers.answer_targets import RECORDS, Record
from supervisor.errors import Refused
from supervisor.feeds import invited_records
from supervisor.groups import group_times, unread_terms
from supervisor.models import InvitationReply, Meeting, Message, Person, Session, Store
from supervisor.plus_address import AnswerLink, fingerprint, link_of, link_token
from supervisor.rules.kinds import Channel, Kind
from supervisor.rules.words import N_
from supervisor.sessions import session_messages, sessions
from supervisor.sign_ins import has_left

ANSWERED_AT = frozenset(
    (
        "booked", "moved", "plan_kept", "series_moved", "meeting_asked", "meeting_moved",
        "meeting_on", "meeting_joined", "meeting_shared", "seat_offered", "group_formed",
        "calendar_entry",
    )
)  # fmt: skip
"""Letters that may have such a link."""
NOT_NOW = N_("This cannot be answered here any more. Sign in, or ring the hub.")


class State(StrEnum):
    """What there is to say: `open`, or what was said already; or why nothing is asked."""

    OPEN = "open"
    YES = "yes"
    NO = "no"
    MOVED = "moved"
    OFF = "off"
    OVER = "over"


@dataclass(frozen=True)
class Asked:
    """Who is asked, of which meeting, and the minute at which it was to begin by the letter."""

    person: Person
    record: Record
    minute: int

    @property
    def of_two(self) -> bool:
        """Whether a no calls it off."""
        return isinstance(self.record, Session)


def made(store: Store, message: Message, key: str, now: datetime) -> tuple[str, Record] | None:
    """The token for a letter, and the meeting that it is about: the first ahead of several."""
    if message.template not in ANSWERED_AT or message.channel != Channel.EMAIL or message.private:
        return None
    record = _ahead(store, invited_records.about(store, message), now)
    person = message.recipient
    if record is None or not person.email or not _asks(store, person, record):
        return None
    what = "session" if isinstance(record, Session) else "meeting"
    mailbox = fingerprint(person.email)
    link = AnswerLink(what, record.id, person.id, _minute(record), mailbox)
    return link_token(key, link), record


def _ahead(store: Store, record: Record | None, now: datetime) -> Record | None:
    """Of a group's rhythm the next; whatever is off, over or without a time is not asked about."""
    if isinstance(record, Meeting) and record.series_id:
        theirs = select(Meeting).where(
            Meeting.series_id == record.series_id, Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None), Meeting.needs_time.is_(False),
        )  # fmt: skip
        if record.starts_at <= now or record.cancelled_at:
            record = store.scalar(theirs.order_by(Meeting.starts_at).limit(1))
    off = record is None or record.cancelled_at or record.starts_at <= now
    return None if off else record


def _minute(record: Record) -> int:
    return int(record.starts_at.timestamp()) // 60


def _asks(store: Store, person: Person, record: Record) -> bool:
    """Whether it is theirs to answer. Of a debrief nothing is ever asked so."""
    if isinstance(record, Session):
        pair = record.provider_id, record.entitlement.person_id
        return person.id in pair and record.entitlement.kind != Kind.DEBRIEF
    back = unread_terms.has_seat(record.group, person) and unread_terms.keeps_back(
        store, record.group, person
    )
    return person.id in group_times.people_at(record) and not back


def found(store: Store, token: str, key: str, now: datetime) -> Asked | None:
    """What a link asks; None for one that was never made, or is nobody's any more."""
    link = link_of(key, token)
    if link is None or link.about not in {"session", "meeting"}:
        return None
    person, record = store.get(Person, link.person_id), store.get(RECORDS[link.about][0], link.id)
    if person is None or record is None or has_left(store, person, now):
        return None
    same = fingerprint(person.email or "") == link.mailbox
    return Asked(person, record, link.minute) if same and _asks(store, person, record) else None


def state(store: Store, asked: Asked, now: datetime) -> State:
    """Where it stands."""
    record = asked.record
    if record.cancelled_at:
        by_me = isinstance(record, Session) and record.cancelled_by_id == asked.person.id
        return State.NO if by_me else State.OFF
    if _minute(record) != asked.minute or (isinstance(record, Meeting) and record.needs_time):
        return State.MOVED
    if record.starts_at <= now:
        return State.OVER
    said = _said(store, asked)
    return State.OPEN if said is None else State.YES if said else State.NO


def _said(store: Store, asked: Asked) -> bool | None:
    """What they said last; of a meeting of two only a yes leaves a trace while it is on."""
    record, person = asked.record, asked.person
    if isinstance(record, Meeting):
        said = (one.coming for one in record.attendances if one.person_id == person.id)
        return next(said, None)
    theirs = InvitationReply.session_id == record.id, InvitationReply.person_id == person.id
    last = select(InvitationReply.partstat).where(*theirs, InvitationReply.outcome == "noted")
    words = store.scalar(last.order_by(InvitationReply.id.desc()).limit(1))
    return True if words == "ACCEPTED" else None


def say(store: Store, asked: Asked, now: datetime, *, yes: bool) -> None:
    """Yes or no; twice is once. A yes soon after a no puts a meeting of two on again."""
    stands = state(store, asked, now)
    if stands == (State.YES if yes else State.NO):
        return
    if stands not in {State.OPEN, State.YES, State.NO}:
        raise Refused(NOT_NOW)
    if isinstance(asked.record, Session) and asked.record.cancelled_at:
        sessions.restore(store, asked.record, asked.person, now)
    calendar_answers.say(store, asked.person, asked.record, now, yes=yes)
    store.flush()


def can_undo(store: Store, asked: Asked, now: datetime) -> bool:
    """Whether a no can be taken back here: of a meeting of two only soon after it."""
    off = asked.record.cancelled_at
    return off is None or sessions.is_fresh(store, off, now)


def other_times(store: Store, asked: Asked, now: datetime) -> list[datetime]:
    """After a no: the next times that suit both."""
    session = asked.record
    if not isinstance(session, Session) or not session.cancelled_at:
        return []
    times = session_messages.other_times(store, [session], now)
    return [datetime.fromisoformat(time) for time in times]
