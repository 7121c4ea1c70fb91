"""A text back answers whether two met. What fits nothing, or two people, is the hub's to read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from supervisor import audit, messages
from supervisor.errors import NotFound, Refused
from supervisor.models import Message, Person, Session, Store, TextReply, new_ref
from supervisor.rules.kinds import Channel, Side
from supervisor.rules.replies import Said, answer_of, is_courtesy, read, same_number
from supervisor.rules.words import N_
from supervisor.sessions import delivery
from supervisor.sign_ins import has_left
from supervisor.still_true import still_true

ASKED = "not_confirmed"


@dataclass(frozen=True)
class Incoming:
    """A text as the gateway gives it; without an id of its own it cannot be told from another."""

    phone: str
    words: str
    gateway_id: str = ""


def take(store: Store, text: Incoming, now: datetime) -> TextReply | None:
    """Answer the oldest question that this phone was asked by text; None for one that came
    before."""
    reply = _written(store, text, now)
    if reply is None:
        return None
    known = people_of(store, text.phone, now)
    reply.person = known[0] if len(known) == 1 else None
    question = next(iter(questions(store, reply.person)), None) if reply.person else None
    said = read(text.words)
    if question and said:
        _answer(store, reply, question, said, now)
    elif question is None and is_courtesy(text.words):
        _forget(reply, now)
    store.flush()
    return reply


def _written(store: Store, text: Incoming, now: datetime) -> TextReply | None:
    """The database decides between two who bring the same one at once."""
    reply = TextReply(
        ref=new_ref(), gateway_id=text.gateway_id or None, came_at=now, phone=text.phone,
        words=text.words,
    )  # fmt: skip
    try:
        with store.begin_nested():
            store.add(reply)
            store.flush()
    except IntegrityError:
        return None
    return reply


def people_of(store: Store, phone: str, now: datetime) -> list[Person]:
    """Whose number it is, of those who have not left."""
    known = store.scalars(select(Person).where(Person.phone.is_not(None)).order_by(Person.id))
    theirs = [person for person in known if same_number(person.phone or "", phone)]
    return [person for person in theirs if not has_left(store, person, now)]


def questions(store: Store, person: Person) -> list[Session]:
    """What they were asked by text and have not answered, the oldest meeting first."""
    query = select(Message).where(
        Message.recipient_id == person.id,
        Message.template == ASKED,
        Message.channel == Channel.TEXT,
        Message.sent_at.is_not(None),
    )
    asked = (_session(store, one) for one in store.scalars(query) if still_true(store, one))
    return sorted({one for one in asked if one}, key=lambda one: (one.starts_at, one.id))


def _session(store: Store, message: Message) -> Session | None:
    if message.alert:
        return message.alert.session
    return store.scalar(select(Session).where(Session.ref == message.facts.get("session")))


def _answer(store: Store, reply: TextReply, session: Session, said: Said, now: datetime) -> None:
    """In their own name. What the meeting does not take any more is the hub's to read."""
    assert reply.person
    try:
        side = delivery.side_of(session, reply.person)
        if answer := answer_of(said, side):
            delivery.confirm(store, session, side, answer, reply.person, now)
    except Refused:
        return
    _forget(reply, now)
    reply.said = said
    _thank(store, reply, session, side, now)


def _thank(store: Store, reply: TextReply, session: Session, side: Side, now: datetime) -> None:
    """Say what was written down of which meeting; or ask what happened instead."""
    assert reply.person
    left = [one for one in questions(store, reply.person) if one.id != session.id]
    facts = {
        "session": session.ref,
        "other": delivery.person_of(session, _other(side)).name,
        "starts": session.starts_at.isoformat(),
        "held": reply.said == Said.YES,
        "next": left[0].starts_at.isoformat() if left else "",
    }
    person, cause = reply.person, f"reply:{reply.ref}"
    if reply.said == Said.NO:
        messages.tell(store, person, cause, "reply_which", facts, now, urgent=True)
    else:
        messages.tell(store, person, cause, "reply_taken", facts, now, urgent=True)


def _other(side: Side) -> Side:
    return Side.PROVIDER if side is Side.WORKER else Side.WORKER


def to_look_at(store: Store) -> list[TextReply]:
    """What nobody could make an answer of, oldest first."""
    query = select(TextReply).where(TextReply.settled_at.is_(None))
    return list(store.scalars(query.order_by(TextReply.id)))


def settle(store: Store, ref: str, by: Person, now: datetime) -> None:
    """Somebody of the hub has read it: the words and the number are kept no longer."""
    reply = store.scalar(select(TextReply).where(TextReply.ref == ref))
    if reply is None:
        raise NotFound(N_("There is no such text."))
    if reply.settled_at is None:
        _forget(reply, now)
        audit.record(store, now, by, "settle", "text_reply", reply.ref, reply.person)
    store.flush()


def _forget(reply: TextReply, now: datetime) -> None:
    reply.settled_at, reply.words, reply.phone = now, None, None
