"""An answer to an invitation, come in by mail: taken, and what follows from it done.

It counts by the signed address that it came to, never by the name that it says it comes from. Then
it must name the meeting of that address, whoever was invited there, and the invitation as it is
now. Whatever is left over waits for a person of the hub.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from calendars.reply import Answer
from supervisor import audit
from supervisor.calendar_answers.answer_targets import Record, Target, named, signed_for, target
from supervisor.errors import Refused
from supervisor.feeds import invited_events
from supervisor.groups import meetings
from supervisor.models import InvitationReply, Person, Session, Store
from supervisor.rules.days import DAY
from supervisor.sessions import sessions
from supervisor.zones import zone

YES = ("ACCEPTED", "TENTATIVE")
WAITING = frozenset(
    ("counter", "mismatch", "unsigned", "whole", "unclear", "not_done", "delegated", "unknown")
)
"""Outcomes on which a person of the hub decides."""


@dataclass(frozen=True)
class Came:
    """An answer, and what it means by the address that it came to."""

    answer: Answer
    target: Target
    now: datetime

    @property
    def occurrence(self) -> str:
        """Which of a rhythm, as a word that compares."""
        return self.answer.recurrence.isoformat() if self.answer.recurrence else ""


def take(
    store: Store, answers: Iterable[Answer], addresses: Iterable[str], key: str, now: datetime
) -> bool:
    """Take in what a mail answers; whether it answers anything of ours. `addresses` are all that
    it came to."""
    plus = signed_for(key, addresses)
    found = [
        Came(one, meant, now)
        for one in answers
        if (meant := target(store, plus, one) if plus else named(store, one.uid))
    ]
    for came in found:
        _take(store, came)
    store.flush()
    return bool(found)


def _take(store: Store, came: Came) -> None:
    """The same once more changes nothing."""
    before = _before(store, came)
    if any(_is_same(one, came.answer) for one in before):
        return
    outcome = _why_not(store, came, before) or _done(store, came)
    _keep(store, came, outcome)
    if outcome == "declined" and came.target.person and came.target.record:
        invited_events.answered_no(store, came.target.person, came.target.record)


def say(store: Store, person: Person, record: Record, now: datetime, *, yes: bool) -> None:
    """The same by the link of a letter, as if a program had sent it now; refused where it cannot
    be done."""
    series, slot = record.series, record.series_start
    at = slot.replace(tzinfo=zone(series.zone)).astimezone(UTC) if series and slot else None
    event = series if series and slot else record
    said = "ACCEPTED" if yes else "DECLINED"
    answer = Answer("REPLY", event.uid, person.email or "", said, event.sequence, now, at)
    came = Came(answer, Target(person, record), now)
    _keep(store, came, _obeyed(store, came))


def _keep(store: Store, came: Came, outcome: str) -> None:
    reply = InvitationReply(
        came_at=came.now,
        person_id=came.target.person.id if came.target.person else None,
        uid=came.answer.uid[:200],
        occurrence=came.occurrence,
        method=came.answer.method,
        partstat=came.answer.partstat,
        sequence=came.answer.sequence,
        stamp=came.answer.stamp,
        proposed_at=came.answer.proposed[0] if came.answer.proposed else None,
        outcome=outcome,
        waits=outcome in WAITING,
    )
    _about(reply, came.target)
    store.add(reply)
    store.flush()


def _about(reply: InvitationReply, target: Target) -> None:
    record = target.record
    if isinstance(record, Session):
        reply.session = record
    else:
        reply.meeting = record


def _before(store: Store, came: Came) -> list[InvitationReply]:
    """What the same person answered to the same before."""
    who = came.target.person.id if came.target.person else None
    query = select(InvitationReply).where(
        InvitationReply.person_id == who if who else InvitationReply.person_id.is_(None),
        InvitationReply.uid == came.answer.uid[:200],
        InvitationReply.occurrence == came.occurrence,
    )
    return list(store.scalars(query))


def _is_same(reply: InvitationReply, answer: Answer) -> bool:
    """Some programs send everything twice."""
    return (reply.method, reply.partstat, reply.sequence, reply.stamp) == (
        answer.method,
        answer.partstat,
        answer.sequence,
        answer.stamp,
    )


def _why_not(store: Store, came: Came, before: list[InvitationReply]) -> str | None:
    """Why nothing follows from it, in a word; None where something does."""
    answer, target = came.answer, came.target
    if target.person is None:
        return "unsigned"
    if answer.unclear:
        return "unclear"
    if target.record is None and not target.whole:
        return "unknown"
    if answer.attendee != (target.person.email or "").strip().lower():
        return "mismatch"
    return _too_late(store, came, before)


def _too_late(store: Store, came: Came, before: list[InvitationReply]) -> str | None:
    """An answer to what the invitation said before, or older than one that has come already
    (RFC 5546 section 2.1.5). None was given long after it came: some clocks are ahead."""
    counted = [one for one in before if one.stamp and one.outcome != "mismatch"]
    stamps = [min(one.stamp, one.came_at + DAY) for one in counted if one.stamp]
    record, stamp = came.target.record, came.answer.stamp
    if (came.answer.sequence or 0) < _number_of(store, came):
        return "outdated"
    if stamps and (stamp is None or stamp < max(stamps)):
        return "older"
    over = record is not None and (record.cancelled_at or record.starts_at <= came.now)
    return "over" if over else None


def _number_of(store: Store, came: Came) -> int:
    """The number from which on an invitation says what is true: called off and put on again before
    anybody was told, a meeting has another, and their calendar has it as it is."""
    target = came.target
    if target.person is None or target.record is None:
        return target.sequence
    row = invited_events.known(store, target.person, came.answer.uid)
    as_it_is = row is not None and invited_events.has_as_it_is(row, target.record)
    return min(row.sequence, target.sequence) if row and as_it_is else target.sequence


def _done(store: Store, came: Came) -> str:
    """What follows, and how that is called."""
    answer = came.answer
    if answer.method == "COUNTER":
        return "counter"
    if came.target.whole:
        return "noted" if answer.partstat in YES else "whole"
    if answer.partstat not in (*YES, "DECLINED"):
        return "delegated" if answer.partstat == "DELEGATED" else "noted"
    try:
        with store.begin_nested():
            return _obeyed(store, came)
    except Refused:
        return "not_done"


def _obeyed(store: Store, came: Came) -> str:
    """A no gives the time back, as on their own page: the other side is told, with other times."""
    record, person = came.target.record, came.target.person
    assert record is not None
    assert person is not None
    no = came.answer.partstat == "DECLINED"
    if isinstance(record, Session):
        if no:
            _refuse_strangers(record, person)
            sessions.cancel(store, record, person, came.now)
    else:
        meetings.answer(store, record, person, not no, came.now)
    return "declined" if no else "noted"


def _refuse_strangers(session: Session, person: Person) -> None:
    """Whoever met here once, and does so no more."""
    if person.id not in {session.provider_id, session.entitlement.person_id}:
        raise Refused("")


def waiting(store: Store) -> list[InvitationReply]:
    """Answers on which somebody of the hub decides, the oldest first."""
    query = (
        select(InvitationReply)
        .where(InvitationReply.waits, InvitationReply.settled_at.is_(None))
        .options(
            joinedload(InvitationReply.person),
            joinedload(InvitationReply.session),
            joinedload(InvitationReply.meeting),
        )
    )
    return list(store.scalars(query.order_by(InvitationReply.id)))


def settle(store: Store, reply: InvitationReply, by: Person, now: datetime) -> None:
    """Somebody of the hub has seen to it."""
    reply.settled_at = reply.settled_at or now
    reply.settled_by_id = reply.settled_by_id or by.id
    audit.record(store, now, by, "settle", "reply", reply.ref, reply.person)
    store.flush()
