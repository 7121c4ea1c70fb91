"""In whose hands an alert is: taken, handed over with a note, or in nobody's for too long."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from supervisor import audit, messages, stand_ins, viewers
from supervisor.errors import Refused
from supervisor.models import Alert, AlertEvent, Message, Person, Store, spelt
from supervisor.rules.words import N_

HUB_LETTER, HANDED = "alert_hub", "alert_handed"
LONGEST = 1000


def last_taken(alert: Alert) -> AlertEvent | None:
    """The event by which somebody got it; None while nobody has."""
    taken = [one for one in alert.events if one.what in {"acknowledged", "handed_over"}]
    return taken[-1] if taken else None


def owner(alert: Alert) -> Person | None:
    """Whoever of the hub has it in hand."""
    last = last_taken(alert)
    return (last.to or last.person) if last else None


def readers(store: Store, alert: Alert, now: datetime) -> list[Person]:
    """Whoever has it in hand, while they are here; else whoever reads for the hub."""
    has = owner(alert)
    keeps = has is not None and not stand_ins.is_gone(store, has, now)
    return [has] if has and keeps else stand_ins.readers(store, now)


def is_news(alert: Alert, reader: Person) -> bool:
    """Whether somebody of the hub reads it for the first time, while it is open."""
    read = {one.person_id for one in alert.events if one.what == "seen"}
    return alert.ended_at is None and reader.id not in read


def see(store: Store, alert: Alert, by: Person, now: datetime) -> None:
    """Note that they have read of it: from now on the hub knows."""
    alert.events.append(AlertEvent(what="seen", at=now, person=by))
    store.flush()


def acknowledge(store: Store, alert: Alert, by: Person, now: datetime) -> None:
    """Somebody has it in hand, from whoever had it. The ladder goes on: it counts days."""
    alert.events.append(AlertEvent(what="acknowledged", at=now, person=by))
    audit.record(store, now, by, "acknowledge", "alert", alert.ref)
    store.flush()


def hand_over(
    store: Store, alert: Alert, to: Person | None, note: str, by: Person, now: datetime
) -> None:
    """Give it to somebody else of the hub, who is told at their hour."""
    if alert.ended_at:
        raise Refused(N_("This has ended by itself already."))
    if to not in others(store, by):
        raise Refused(N_("Choose somebody of the hub."), field="to")
    assert to
    note = " ".join(note.split())[:LONGEST]
    given = AlertEvent(what="handed_over", at=now, person=by, to=to, note=note or None)
    alert.events.append(given)
    store.flush()
    messages.drop_letter(store, alert, HUB_LETTER, now)
    _tell(store, alert, to, "alert_handed", given, now)
    audit.record(store, now, by, "hand_over", "alert", alert.ref, to)


def others(store: Store, by: Person) -> list[Person]:
    """To whom somebody of the hub can give it."""
    return [one for one in viewers.coordinators(store) if one != by and one.left_on is None]


def tell_stand_in(store: Store, now: datetime) -> None:
    """Whoever stands in is told of what nobody has in hand, once for each pair of hands."""
    stands = stand_ins.stand_in(store)
    if stands is None or stand_ins.is_gone(store, stands, now):
        return
    for alert in _told_to_hub(store):
        knows = owner(alert) == stands or (owner(alert) is None and _has_read(store, alert, stands))
        if not knows and _waits_for_nobody(store, alert, now):
            _tell(store, alert, stands, "alert_stand_in", last_taken(alert), now)


def _told_to_hub(store: Store) -> Iterator[Alert]:
    """Of any name: the index of what is open is in the order of names."""
    told = _letters().where(Message.alert_id == Alert.id).exists()
    query = (
        select(Alert)
        .where(Alert.name > "", Alert.ended_at.is_(None), told)
        .options(selectinload(Alert.events))
    )
    yield from store.scalars(query.order_by(Alert.name, Alert.id))


def _has_read(store: Store, alert: Alert, person: Person) -> bool:
    """Whether it came to them in the place of those who are away."""
    theirs = Message.alert_id == alert.id, Message.recipient_id == person.id
    return store.scalars(_letters().where(*theirs).limit(1)).first() is not None


def _letters() -> Select[Message]:
    return select(Message).where(
        Message.template.in_((spelt(HUB_LETTER), spelt(HANDED))), Message.dropped_at.is_(None)
    )


def _waits_for_nobody(store: Store, alert: Alert, now: datetime) -> bool:
    """Those who were told are gone, or have had their days for it."""
    if put_off_until(alert, now):
        return False
    has = owner(alert)
    if has:
        return stand_ins.is_gone(store, has, now)
    theirs = stand_ins.usual(store)
    return waits_until(store, alert) <= now or all(
        stand_ins.is_gone(store, one, now) for one in theirs
    )


def waits_until(store: Store, alert: Alert) -> datetime:
    """When whoever stands in is told, unless somebody has it in hand before."""
    first = _letters().with_only_columns(func.min(Message.due_at))
    told = store.scalar(first.where(Message.alert_id == alert.id)) or alert.raised_at
    until = [one.until for one in alert.events if one.until]
    return stand_ins.waits_until(store, max([told, *until]))


def put_off_until(alert: Alert, now: datetime) -> datetime | None:
    """The day until which the hub left it, where that is still to come."""
    return max((one.until for one in alert.events if one.until and one.until > now), default=None)


def _tell(
    store: Store, alert: Alert, to: Person, letter: str, hands: AlertEvent | None, now: datetime
) -> None:
    cause = f"{alert.ref}:{letter}:{hands.id if hands else 0}"
    who = "owner" if letter == HANDED else "stand_in"
    message = Message(cause=cause, recipient=to, template=letter, facts={"who": who}, alert=alert)
    if messages.write(store, message, now):
        alert.events.append(AlertEvent(what="told", at=now, person=to))
