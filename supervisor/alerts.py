"""Alerts: who is told what, when, and what they can press.

`CATALOGUE` is the one place: a new alert is one more `Kind` there, with its words in
`templates/emails/`. An alert is raised once per cause, walks up its ladder as days pass, and
ends by itself when its cause is gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from supervisor import access, entitlements, messages, openings
from supervisor.models import (
    Alert,
    AlertEvent,
    Entitlement,
    Message,
    Person,
    PersonHat,
    Session,
    Store,
)
from supervisor.rules.kinds import Hat, Side, Standing
from supervisor.rules.ladder import Rung, due_rungs, next_rung_on
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.zones import midnight, today


@dataclass(frozen=True)
class AlertSettings:
    """The days after which each rung is told, counted from when the standing changed."""

    not_matched_manager: int = 21
    nothing_booked_hub: int = 7
    slipping_hub: int = 7
    behind_manager: int = 21
    cannot_be_met_manager: int = 7
    quiet_days: int = 7
    remind_first_hours: int = 24
    remind_again_hours: int = 48
    remind_until_days: int = 14


@dataclass(frozen=True)
class Kind:
    """An alert that follows from a standing: its ladder, its words, and its one remedy.

    A rung's `after` is a number of days or the name of a setting that holds it.
    """

    name: Standing
    ladder: tuple[Rung, ...]
    remedy: str = N_("Book a time")
    mandatory_only: bool = False
    template: str = field(default="")

    def letter(self, rung: Rung) -> str:
        """Its own words; a manager reads the position and nothing else."""
        return "manager_position" if rung.who == "manager" else self.template or self.name


CATALOGUE = (
    Kind(
        Standing.NOT_MATCHED,
        (Rung(0, "hub"), Rung("not_matched_manager", "manager")),
        remedy=N_("See who fits"),
        mandatory_only=True,
    ),
    Kind(Standing.NOTHING_BOOKED, (Rung(0, "pair"), Rung("nothing_booked_hub", "hub"))),
    Kind(Standing.SLIPPING, (Rung(0, "pair"), Rung("slipping_hub", "hub"))),
    Kind(Standing.BEHIND, (Rung(0, "pair"), Rung(0, "hub"), Rung("behind_manager", "manager"))),
    Kind(
        Standing.CANNOT_BE_MET,
        (Rung(0, "hub"), Rung("cannot_be_met_manager", "manager")),
        remedy=N_("Find cover"),
    ),
)
BY_STANDING = {kind.name: kind for kind in CATALOGUE}


def due(store: Store, now: datetime) -> list[int]:
    """Entitlements whose time to look again has come: one indexed question."""
    query = select(Entitlement.id).where(Entitlement.look_again_on <= now)
    return list(store.scalars(query.order_by(Entitlement.look_again_on, Entitlement.id)))


def raise_one(store: Store, entitlement_id: int, now: datetime) -> Alert | None:
    """Reassess one entitlement, and raise, advance or end its alert, in one transaction."""
    entitlement = store.get_one(Entitlement, entitlement_id)
    entitlements.reassess(store, entitlement, now)
    kind = BY_STANDING.get(Standing(entitlement.standing))
    cause = f"{entitlement.standing}:{entitlement.ref}:{entitlement.standing_since}"
    _end_others(store, entitlement, cause, now)
    if kind is None or (kind.mandatory_only and not entitlement.mandatory):
        return None
    alert = _open(store, entitlement, kind, cause, now)
    _advance(store, alert, kind, entitlement, now)
    return alert


def _open(
    store: Store, entitlement: Entitlement, kind: Kind, cause: str, now: datetime
) -> Alert:
    alert = store.scalar(select(Alert).where(Alert.cause == cause))
    if alert is None:
        alert = Alert(name=kind.name, cause=cause, entitlement_id=entitlement.id, raised_at=now)
        alert.events.append(AlertEvent(what="raised", at=now))
        store.add(alert)
        store.flush()
    return alert


def _advance(
    store: Store, alert: Alert, kind: Kind, entitlement: Entitlement, now: datetime
) -> None:
    """Tell the rungs whose day has come, and look again when the next one's does."""
    days = _days(store, kind)
    zone = entitlements.zone_of(store, entitlement)
    since = entitlement.standing_since or today(now, zone)
    for rung in due_rungs(kind.ladder, days, alert.step, since, today(now, zone)):
        _tell(store, alert, kind, rung, entitlement, now)
        alert.step += 1
    coming = next_rung_on(days, alert.step, since)
    look = [midnight(coming, zone)] if coming else []
    look += [entitlement.look_again_on] if entitlement.look_again_on else []
    entitlement.look_again_on = min((at for at in look if at > now), default=None)
    store.flush()


def _days(store: Store, kind: Kind) -> list[int]:
    settings = read(store, AlertSettings)
    return [
        rung.after if isinstance(rung.after, int) else getattr(settings, rung.after)
        for rung in kind.ladder
    ]


def _tell(
    store: Store, alert: Alert, kind: Kind, rung: Rung, entitlement: Entitlement, now: datetime
) -> None:
    facts = facts_of(store, entitlement, now) if rung.who != "manager" else {}
    facts |= position_of(store, entitlement, now)
    for person in who(store, rung.who, entitlement, now):
        cause = f"{alert.cause}:{rung.who}"
        reader = facts | {"reader": _reader(person, entitlement, rung)}
        message = messages.tell(store, person, cause, kind.letter(rung), reader, now)
        if message:
            message.due_at = max(message.due_at, _not_before(store, person, entitlement, message))
        alert.events.append(AlertEvent(what="told", at=now, person_id=person.id))


def _reader(person: Person, entitlement: Entitlement, rung: Rung) -> str:
    return "worker" if person.id == entitlement.person_id else rung.who


def _not_before(
    store: Store, person: Person, entitlement: Entitlement, message: Message
) -> datetime:
    """One message per person per entitlement per week."""
    quiet = timedelta(days=read(store, AlertSettings).quiet_days)
    last = store.scalar(
        select(Message.due_at)
        .where(
            Message.recipient_id == person.id,
            Message.cause.contains(f":{entitlement.ref}:", autoescape=True),
            Message.template.in_([*BY_STANDING, "manager_position"]),
            Message.dropped_at.is_(None),
            Message.id != message.id,
        )
        .order_by(Message.due_at.desc())
    )
    return last + quiet if last else message.due_at


def who(store: Store, part: str, entitlement: Entitlement, now: datetime) -> list[Person]:
    """The people of a rung: the pair, the hub's coordinators, or the managers who may know."""
    if part == "hub":
        query = select(Person).join(Person.hats).where(PersonHat.hat == Hat.COORDINATOR)
        return list(store.scalars(query.order_by(Person.id)))
    if part == "manager":
        return access.managers_of(store, entitlement, entitlements.day_of(store, entitlement, now))
    match = entitlements.running_match(
        store, entitlement, entitlements.day_of(store, entitlement, now)
    )
    return [entitlement.person, *([match.provider] if match else [])]


def facts_of(store: Store, entitlement: Entitlement, now: datetime) -> dict[str, Any]:
    """What the pair and the hub may read: the names, and times that suit both."""
    on = entitlements.day_of(store, entitlement, now)
    match = entitlements.running_match(store, entitlement, on)
    times = openings.openings(store, entitlement, now, count=3).times if match else []
    return {
        "provider": match.provider.name if match else "",
        "times": [time.local_start.isoformat() for time in times],
    }


def position_of(store: Store, entitlement: Entitlement, now: datetime) -> dict[str, Any]:
    """The manager's columns, and whose they are."""
    position = entitlements.position(store, entitlement, now)
    return {
        "entitlement": entitlement.ref,
        "worker": entitlement.person.name,
        "person": entitlement.person.ref,
        "kind": entitlement.kind,
        "contracted": position.contracted,
        "expected": round(position.expected, 2),
        "held": position.held,
        "delivered": position.delivered,
        "standing": position.standing,
    }


def _end_others(store: Store, entitlement: Entitlement, cause: str, now: datetime) -> None:
    """What no longer holds ends by itself, and what was not yet sent of it is taken back."""
    gone = store.scalars(
        select(Alert).where(
            Alert.entitlement_id == entitlement.id,
            Alert.cause != cause,
            Alert.ended_at.is_(None),
            Alert.name.in_(BY_STANDING),
        )
    )
    for alert in gone:
        _end(store, alert, now)


def _end(store: Store, alert: Alert, now: datetime) -> None:
    alert.ended_at = now
    alert.events.append(AlertEvent(what="ended", at=now))
    for part in ("pair", "hub", "manager"):
        messages.drop(store, f"{alert.cause}:{part}", now)


def put_off(store: Store, entitlement_id: int, now: datetime) -> None:
    """Something went wrong with this one: look again in an hour, and let the rest go on."""
    store.execute(
        update(Entitlement)
        .where(Entitlement.id == entitlement_id)
        .values(look_again_on=now + timedelta(hours=1))
    )


def still_true(store: Store, message: Message) -> bool:
    """Asked just before sending: an alert's words go out only while they hold."""
    if message.template == "not_confirmed":
        session = store.scalar(select(Session).where(Session.ref == message.facts["session"]))
        side = message.facts.get("side")
        return bool(session) and side not in {c.side for c in session.confirmations}
    if message.template not in BY_STANDING:
        return True
    entitlement = store.scalar(
        select(Entitlement).where(Entitlement.ref == message.facts["entitlement"])
    )
    return entitlement is not None and entitlement.standing == message.template


def raise_others(store: Store, now: datetime) -> None:
    """What follows from a session, not from a standing: whoever has not said is asked."""
    for session in _unanswered(store, now):
        _ask(store, session, now)


def _unanswered(store: Store, now: datetime) -> Iterable[Session]:
    settings = read(store, AlertSettings)
    query = (
        select(Session)
        .where(
            Session.cancelled_at.is_(None),
            Session.starts_at <= now - timedelta(hours=settings.remind_first_hours),
            Session.starts_at > now - timedelta(days=settings.remind_until_days),
        )
        .options(
            joinedload(Session.provider),
            joinedload(Session.entitlement).joinedload(Entitlement.person),
        )
        .order_by(Session.id)
    )
    return [s for s in store.scalars(query) if len(s.confirmations) < len(Side)]


def _ask(store: Store, session: Session, now: datetime) -> None:
    """Two reminders at most: the second only after its hours have passed."""
    settings = read(store, AlertSettings)
    over = now - session.starts_at - timedelta(minutes=session.minutes)
    rungs = [
        number
        for number, hours in enumerate((settings.remind_first_hours, settings.remind_again_hours))
        if over >= timedelta(hours=hours)
    ]
    said = {c.side for c in session.confirmations}
    pair = ((Side.WORKER, session.entitlement.person, session.provider),
            (Side.PROVIDER, session.provider, session.entitlement.person))  # fmt: skip
    for side, person, other in pair:
        if side in said or not rungs:
            continue
        facts = {
            "session": session.ref,
            "side": side,
            "other": other.name,
            "starts": session.local_start.isoformat(),
        }
        cause = f"not_confirmed:{session.ref}:{rungs[-1]}"
        messages.tell(store, person, cause, "not_confirmed", facts, now)


def acknowledge(store: Store, alert: Alert, by: Person, now: datetime) -> None:
    """Somebody has it in hand."""
    alert.events.append(AlertEvent(what="acknowledged", at=now, person_id=by.id))
    store.flush()


def snooze(store: Store, alert: Alert, until: datetime, by: Person, now: datetime) -> None:
    """Out of sight until a day; it still ends by itself."""
    alert.look_again_on = until
    alert.events.append(AlertEvent(what="snoozed", at=now, person_id=by.id, until=until))
    store.flush()
