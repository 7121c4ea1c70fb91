"""Up the ladder of an alert: who is told by now, at their hour, and when to look again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from supervisor import entitlements, messages, reach
from supervisor.alerts import alert_hands
from supervisor.alerts.alert_causes import AlertSettings, day_of
from supervisor.alerts.alert_kinds import CATALOGUE, OWN, Kind
from supervisor.alerts.alert_readers import audience, owed
from supervisor.models import Alert, AlertEvent, Entitlement, Leave, Message, Person, Store
from supervisor.models.engine import rows_changed
from supervisor.rules import ladder
from supervisor.rules.days import DAY, Span, merged
from supervisor.settings import read
from supervisor.zones import midnight, today

OFTEN = [kind.name for kind in CATALOGUE if kind.often]


def advance(store: Store, alert: Alert, kind: Kind, now: datetime) -> None:
    """Tell the rungs whose time has come, and note when to look again.

    The next rung is told no sooner than a day after these have had their message.
    """
    moments = _moments(store, alert, kind)
    told = _take(store, alert, ladder.due(moments, alert.step, now))
    first = _workers_hour(store, alert, now) if _to_pair(kind, told) else now
    hours = [_tell(store, alert, kind, number, first, now) + DAY for number in told]
    coming = moments[alert.step :]
    alert.look_again_on = max([coming[0], *hours]) if coming else None
    rest(alert, kind, now)
    store.flush()


def rest(alert: Alert, kind: Kind, now: datetime) -> None:
    """What the hub has put off waits for its day, unless the next rung is for whom it is about."""
    until, coming = alert_hands.put_off_until(alert, now), kind.ladder[alert.step :]
    if until and alert.look_again_on and coming and coming[0].who not in OWN:
        alert.look_again_on = max(alert.look_again_on, until)


def _moments(store: Store, alert: Alert, kind: Kind) -> list[datetime]:
    """When each rung comes due. Days begin where the worker is, and stop with their leave."""
    settings = read(store, AlertSettings)
    after = [
        rung.after if isinstance(rung.after, int) else getattr(settings, rung.after)
        for rung in kind.ladder
    ]
    if alert.session:
        zone = alert.session.zone
        return [day_of(alert.since_at + kind.unit * number, zone) for number in after]
    if kind.find:
        return [alert.since_at + kind.unit * number for number in after]
    entitlement = owed(alert)
    zone, away = entitlements.zone_of(store, entitlement), _leave(store, entitlement)
    since = today(alert.since_at, zone)
    return [midnight(ladder.day_after(since, number, away), zone) for number in after]


def _leave(store: Store, entitlement: Entitlement) -> Sequence[Span]:
    days = select(Leave.starts_on, Leave.ends_on).where(Leave.person_id == entitlement.person_id)
    return merged((starts, ends) for starts, ends in store.execute(days))


def _take(store: Store, alert: Alert, count: int) -> Sequence[int]:
    """The rungs that are this process's to tell. Compare and swap: of two that come at once,
    one gets them."""
    step = alert.step
    swapped = rows_changed(
        store,
        update(Alert).where(Alert.id == alert.id, Alert.step == step).values(step=step + count),
    )
    store.refresh(alert, ["step"])
    return range(step, step + count) if swapped else ()


def _to_pair(kind: Kind, told: Sequence[int]) -> bool:
    return any(kind.ladder[number].who in {"pair", "both"} for number in told)


def _workers_hour(store: Store, alert: Alert, now: datetime) -> datetime:
    """Nobody reads of it before the worker does."""
    return reach.next_hour(store, owed(alert).person, now)


def _tell(
    store: Store, alert: Alert, kind: Kind, number: int, first: datetime, now: datetime
) -> datetime:
    """Write to everybody of a rung; the latest of their hours."""
    who, hours = kind.ladder[number].who, [now]
    for person in audience(store, alert, who, now):
        message = Message(
            cause=f"{alert.ref}:{number}",
            recipient=person,
            template=kind.letter(who),
            facts={"who": who},
            alert=alert,
            until_at=begins(alert, now),
        )
        rest = now if kind.often else _week_over(store, alert, person, now)
        if messages.write(store, message, now, max(first, rest)):
            alert.events.append(AlertEvent(what="told", at=now, person_id=person.id))
            hours.append(message.due_at)
    return max(hours)


def begins(alert: Alert, now: datetime) -> datetime | None:
    """When the meeting ahead begins that it is about: after that, nothing need be told."""
    meeting = alert.session or alert.meeting
    return meeting.starts_at if meeting and meeting.starts_at > now else None


def _week_over(store: Store, alert: Alert, person: Person, now: datetime) -> datetime:
    """When they may be written to about the same again: one message a week."""
    query = (
        select(func.max(Message.due_at))
        .join(Message.alert)
        .where(
            Message.recipient_id == person.id,
            Message.dropped_at.is_(None),
            *_same(alert),
            Alert.name.not_in(OFTEN),
        )
    )
    last = store.scalar(query)
    return (
        reach.days_later(store, person, last, read(store, AlertSettings).quiet_days)
        if last
        else now
    )


def _same(alert: Alert) -> Sequence[ColumnElement[bool]]:
    """Everything about one entitlement; of what is about none, the same thing of one person."""
    if alert.entitlement_id:
        return [Alert.entitlement_id == alert.entitlement_id]
    return [Alert.person_id == alert.person_id, Alert.name == alert.name]
