"""Did it happen? Each side says so once; held when one does, delivered when both do."""

from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from supervisor import audit, commitments, entitlements
from supervisor.errors import Refused
from supervisor.models import Confirmation, Entitlement, Person, PersonHat, Session, Store
from supervisor.models.engine import read_again
from supervisor.rules.kinds import Answer, Hat, Outcome, Side
from supervisor.rules.pace_facts import DeliverySettings as DeliverySettings
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.zones import to_utc, today

HUB_SAID = N_("The hub wrote down the other answer. This one has to be their own.")


def side_of(session: Session, person: Person) -> Side:
    """The side that this person is; anyone who was not in it is refused."""
    if person.id == session.entitlement.person_id:
        return Side.WORKER
    if person.id == session.provider_id:
        return Side.PROVIDER
    raise Refused(N_("Only the two who met can say whether it happened."))


def disputed(session: Session) -> bool:
    """The two differ on whether it happened, and the hub has not settled it."""
    happened = {c.answer == Answer.HELD for c in session.confirmations}
    return session.outcome is None and len(happened) == 2


def settled(session: Session) -> bool:
    """The two differ, and the hub has decided."""
    happened = {c.answer == Answer.HELD for c in session.confirmations}
    return session.outcome is not None and len(happened) == 2


def is_delivered(session: Session) -> bool:
    """It was held, and both sides say so."""
    both = [c for c in session.confirmations if c.answer == Answer.HELD]
    return session.outcome == Outcome.HELD and len(both) == 2


def withdrawn(session: Session) -> bool:
    """Called off on nobody's account, because of leave or of the end of a match."""
    return session.outcome == Outcome.DID_NOT_HAPPEN and session.cancelled_at is not None


def to_confirm(store: Store, person: Person, now: datetime) -> list[Session]:
    """The sessions that are over and on which this person has not yet said, oldest first."""
    asked_for = read(store, DeliverySettings).asked_for_days
    query = (
        select(Session)
        .join(Session.entitlement)
        .where(
            or_(Entitlement.person_id == person.id, Session.provider_id == person.id),
            Session.cancelled_at.is_(None),
            or_(Session.outcome.is_(None), Session.outcome == Outcome.HELD),
            Session.starts_at <= now,
            Session.starts_at > now - timedelta(days=asked_for),
        )
        .options(
            selectinload(Session.confirmations),
            joinedload(Session.provider),
            joinedload(Session.entitlement).joinedload(Entitlement.person),
        )
        .order_by(Session.starts_at)
    )
    return [s for s in store.scalars(query) if _is_over(s, now) and not _said(s, person)]


def _is_over(session: Session, now: datetime) -> bool:
    return session.starts_at + timedelta(minutes=session.minutes) <= now


def _said(session: Session, person: Person) -> bool:
    return side_of(session, person) in {c.side for c in session.confirmations}


def confirm(
    store: Store, session: Session, side: Side, answer: Answer, by: Person, now: datetime
) -> Confirmation:
    """Write down what one side says and what follows from it for the session and the pace.

    The same answer from the same hand a second time is the first one.
    """
    lock(store, session)
    again = next((c for c in session.confirmations if c.side == side), None)
    if again and (again.answer, again.by_id) == (answer, by.id):
        return again
    _may_say(store, session, side, by, now)
    confirmation = _write(store, session, side, answer, by, now)
    session.outcome = outcome_of(session)
    person = person_of(session, side)
    behalf = None if by.id == person.id else person
    audit.record(store, now, by, "confirm", "session", session.ref, on_behalf_of=behalf)
    entitlements.look_soon(store, session.entitlement, now)
    return confirmation


def open_sides(store: Store, session: Session, by: Person, now: datetime) -> list[Side]:
    """The sides whose word this person may write down now."""
    return [side for side in Side if _can_say(store, session, side, by, now)]


def _can_say(store: Store, session: Session, side: Side, by: Person, now: datetime) -> bool:
    try:
        _may_say(store, session, side, by, now)
    except Refused:
        return False
    return True


def lock(store: Store, session: Session) -> None:
    """Hold the session's row and read it anew, so that two who answer or settle at the same
    moment do not each decide the outcome without the other."""
    store.flush()
    read_again(store, session)
    store.refresh(session, ["confirmations"])


def _may_say(store: Store, session: Session, side: Side, by: Person, now: datetime) -> None:
    if any(c.side == side for c in session.confirmations):
        raise Refused(N_("You have already answered."))
    if session.cancelled_at or session.outcome not in (None, Outcome.HELD):
        raise Refused(N_("This session was called off, so nobody is asked about it."))
    if now < session.starts_at:
        raise Refused(N_("This session has not begun. Say how it went after it."))
    if by.id != person_of(session, side).id:
        may_say_for_another(store, session, side, by)


def may_say_for_another(store: Store, session: Session, side: Side, by: Person) -> None:
    """The hub types for one side; the other side's word has to be that person's own."""
    if not store.scalar(
        select(exists().where(PersonHat.person_id == by.id, PersonHat.hat == Hat.COORDINATOR))
    ):
        raise Refused(N_("Each says it for themselves, or the hub writes it down for them."))
    if any(c.by_id == by.id for c in _others(session, side)):
        raise Refused(HUB_SAID)
    refuse_two_of_hub(session, side)


def refuse_two_of_hub(session: Session, side: Side) -> None:
    """Where the hub wrote down what the other side said, this side's word is its own."""
    if not all(_own(c, session) for c in _others(session, side)):
        raise Refused(HUB_SAID)


def _others(session: Session, side: Side) -> list[Confirmation]:
    return [c for c in session.confirmations if c.side != side]


def _own(confirmation: Confirmation, session: Session) -> bool:
    return confirmation.by_id == person_of(session, Side(confirmation.side)).id


def person_of(session: Session, side: Side) -> Person:
    """Whose side it is."""
    return session.entitlement.person if side is Side.WORKER else session.provider


def _write(
    store: Store, session: Session, side: Side, answer: Answer, by: Person, now: datetime
) -> Confirmation:
    said = Confirmation(session_id=session.id, side=side, answer=answer, said_at=now, by_id=by.id)
    try:
        with store.begin_nested():
            store.add(said)
    except IntegrityError as twice:
        raise Refused(N_("You have already answered.")) from twice
    store.refresh(session, ["confirmations"])
    return said


def outcome_of(session: Session) -> Outcome | None:
    """Held when somebody says so and nobody disagrees; not when both say it did not happen."""
    happened = [c.answer == Answer.HELD for c in session.confirmations]
    if happened and all(happened):
        return Outcome.HELD
    return Outcome.DID_NOT_HAPPEN if len(happened) == 2 and not any(happened) else None


def settle(
    store: Store,
    session: Session,
    *,
    held: bool,
    by: Person,
    now: datetime,
    on: date | None = None,
    again: bool = False,
) -> None:
    """The hub decides where the two differ; both answers stay as they were given. With `on` they
    met, but on that day, at the hour that was meant. With `again` it puts right what it decided.

    Nobody decides about what they said themselves: another coordinator does.
    """
    lock(store, session)
    if by.id in {session.entitlement.person_id, session.provider_id}:
        raise Refused(N_("You were in this session. Somebody else of the hub settles it."))
    if settled(session) and not again:
        raise Refused(N_("That meeting is already settled."))
    if not (settled(session) if again else disputed(session)):
        raise Refused(N_("The two do not differ on this session."))
    if held and on and on != session.local_start.date():
        _put_on(store, session, on, now)
    session.outcome = Outcome.HELD if held else Outcome.DID_NOT_HAPPEN
    audit.record(store, now, by, "settle", "session", session.ref)
    entitlements.look_soon(store, session.entitlement, now)


def _put_on(store: Store, session: Session, on: date, now: datetime) -> None:
    """The same session on the day on which it was. What lies behind takes nobody's time."""
    owed = session.entitlement
    last = min(owed.ends_on, today(now, session.zone))
    if not owed.starts_on <= on <= last:
        raise Refused(
            N_("Choose a day from %(first)s to %(last)s."),
            field="on", first=owed.starts_on, last=last,
        )  # fmt: skip
    if on in _days_met(store, session):
        raise Refused(N_("Another meeting of theirs is on that day already."), field="on")
    commitments.free(store, session)
    session.local_start = datetime.combine(on, session.local_start.time())
    session.starts_at = to_utc(session.local_start, session.zone)
    session.sequence, session.changed_at = session.sequence + 1, now


def _days_met(store: Store, session: Session) -> set[date]:
    """The days of their other sessions under this entitlement."""
    query = select(Session.local_start).where(
        Session.entitlement_id == session.entitlement_id,
        Session.id != session.id,
        Session.cancelled_at.is_(None),
    )
    return {start.date() for start in store.scalars(query)}
