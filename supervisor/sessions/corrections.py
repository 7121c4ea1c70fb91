"""Somebody tapped the wrong answer to "did it happen?": they change their own, or take it back.

What was said before stays in the record, which only grows: the database writes each answer there.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from supervisor import audit, entitlements
from supervisor.errors import Refused
from supervisor.models import Confirmation, DeliveryEvent, Person, Session, Store
from supervisor.rules.kinds import Answer, Outcome, Side
from supervisor.rules.openings import BookingSettings
from supervisor.rules.pace_facts import DeliverySettings
from supervisor.rules.words import N_
from supervisor.sessions import delivery
from supervisor.settings import read


def can_change(store: Store, said: Confirmation, by: Person, now: datetime) -> bool:
    """Whether this person may change this answer now."""
    try:
        _may_change(store, said, by, now)
    except Refused:
        return False
    return True


def can_undo(store: Store, said: Confirmation, by: Person, now: datetime) -> bool:
    """Whether they may take it back as well: only for some minutes."""
    return _just_said(store, said, now) and can_change(store, said, by, now)


def correct(
    store: Store, session: Session, side: Side, answer: Answer, by: Person, now: datetime
) -> Confirmation:
    """Another answer in place of one's own, and what follows from it. The same again is once."""
    said = _held(store, session, side)
    if said.answer == answer and said.by_id == by.id:
        return said
    _may_change(store, said, by, now)
    said.answer, said.said_at, said.by_id = answer, now, by.id
    _follow(store, said, "correct", by, now)
    return said


def take_back(store: Store, session: Session, side: Side, by: Person, now: datetime) -> None:
    """As it was before they said it last: with the answer before it, or with none."""
    said = _held(store, session, side)
    _may_change(store, said, by, now)
    if not _just_said(store, said, now):
        raise Refused(N_("That was said a while ago. Change the answer instead."))
    before = _before(store, said)
    if before and before.value and before.at:
        if before.by_id != delivery.person_of(session, side).id:
            delivery.refuse_two_of_hub(session, side)
        said.answer, said.said_at, said.by_id = before.value, before.at, before.by_id
    else:
        store.delete(said)
    _follow(store, said, "take_back", by, now)


def _held(store: Store, session: Session, side: Side) -> Confirmation:
    """The answer of a side as it is now, with the session's row held."""
    delivery.lock(store, session)
    said = next((c for c in session.confirmations if c.side == side), None)
    if said is None:
        raise Refused(N_("There is no answer yet that could be changed."))
    return said


def _may_change(store: Store, said: Confirmation, by: Person, now: datetime) -> None:
    session, side = said.session, Side(said.side)
    if session.cancelled_at or session.outcome not in (
        None, Outcome.HELD, Outcome.DID_NOT_HAPPEN,
    ):  # fmt: skip
        raise Refused(N_("This session was called off, so nobody is asked about it."))
    if delivery.settled(session):
        raise Refused(N_("The hub has settled this. Ring the hub if it is not right."))
    if now >= session.starts_at + timedelta(days=read(store, DeliverySettings).asked_for_days):
        raise Refused(N_("That is too long ago to be changed here. Ring the hub."))
    person = delivery.person_of(session, side)
    if by.id == person.id:
        return
    if said.by_id == person.id:
        raise Refused(N_("They said this themselves, so only they can change it."))
    delivery.may_say_for_another(store, session, side, by)


def _just_said(store: Store, said: Confirmation, now: datetime) -> bool:
    return now - said.said_at <= timedelta(minutes=read(store, BookingSettings).undo_minutes)


def _before(store: Store, said: Confirmation) -> DeliveryEvent | None:
    """What this side had said before, by the record; the last row is what it says now."""
    theirs = select(DeliveryEvent).filter_by(
        noun="session", noun_id=said.session_id, what="answer", side=said.side
    )
    return store.scalars(theirs.order_by(DeliveryEvent.id.desc()).offset(1).limit(1)).first()


def _follow(store: Store, said: Confirmation, verb: str, by: Person, now: datetime) -> None:
    session, person = said.session, delivery.person_of(said.session, Side(said.side))
    store.flush()
    store.refresh(session, ["confirmations"])
    session.outcome = delivery.outcome_of(session)
    behalf = None if by.id == person.id else person
    audit.record(store, now, by, verb, "session", session.ref, on_behalf_of=behalf)
    entitlements.look_soon(store, session.entitlement, now)
