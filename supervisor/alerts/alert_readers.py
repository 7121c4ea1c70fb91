"""Who is told of an alert: the people of a rung, as things are now."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import exists, select

from supervisor import access, entitlements, stand_ins
from supervisor.alerts import alert_hands
from supervisor.groups import group_turns
from supervisor.matches import agreements
from supervisor.models import Alert, Entitlement, Leave, Person, Store
from supervisor.rules.kinds import Side
from supervisor.settings import hub_today
from supervisor.zones import today


def audience(store: Store, alert: Alert, who: str, now: datetime) -> list[Person]:
    """The people of a rung, the worker first; nobody who has left."""
    on = _day_of(store, alert, now)
    people = _AUDIENCES[who](store, alert, now)
    return [person for person in people if person.left_on is None or person.left_on >= on]


def _day_of(store: Store, alert: Alert, now: datetime) -> date:
    """The day that it is for whom it is about."""
    if alert.meeting:
        return today(now, alert.meeting.zone)
    if alert.job or alert.person:
        return hub_today(store, now)
    return entitlements.day_of(store, owed(alert), now)


def owed(alert: Alert) -> Entitlement:
    """The entitlement that an alert is about; all have one but those of groups, jobs and people."""
    assert alert.entitlement
    return alert.entitlement


def provider_of(store: Store, alert: Alert, now: datetime) -> Person | None:
    """The other one: of the session or the match that it is about, else whoever serves now."""
    about = alert.session or alert.match
    if about:
        return about.provider
    entitlement = owed(alert)
    return entitlements.serving(store, entitlement, entitlements.day_of(store, entitlement, now))


def _pair(store: Store, alert: Alert, now: datetime) -> list[Person]:
    """Without a provider who is away: they are left in peace, and the hub hears of it."""
    provider, on = provider_of(store, alert, now), entitlements.day_of(store, owed(alert), now)
    here = provider is not None and not _is_away(store, provider, on)
    return [owed(alert).person, *([provider] if provider and here else [])]


def _is_away(store: Store, person: Person, on: date) -> bool:
    away = exists().where(Leave.person_id == person.id, Leave.starts_on <= on, Leave.ends_on > on)
    return bool(store.scalar(select(away)))


def _owner(_store: Store, alert: Alert, _now: datetime) -> list[Person]:
    """Whoever of the hub has it in hand."""
    has = alert_hands.owner(alert)
    return [has] if has else []


def _stand_in(store: Store, alert: Alert, now: datetime) -> list[Person]:
    """Whoever stands in, as long as nobody who is here has it in hand."""
    has, stands = alert_hands.owner(alert), stand_ins.stand_in(store)
    taken = has is not None and not stand_ins.is_gone(store, has, now)
    return [stands] if stands and not taken else []


def _facilitator(_store: Store, alert: Alert, _now: datetime) -> list[Person]:
    """Whoever leads the group; where nobody does, the hub is told anyway."""
    assert alert.meeting
    decides = group_turns.who_decides(alert.meeting)
    return [decides] if decides else []


def _worker_and_manager(_store: Store, alert: Alert, _now: datetime) -> list[Person]:
    """The two of a 1:1."""
    assert alert.job
    return [one for one in (alert.job.person, alert.job.manager) if one]


def _themselves(_store: Store, alert: Alert, _now: datetime) -> list[Person]:
    assert alert.person
    return [alert.person]


def _managers(store: Store, alert: Alert, now: datetime) -> list[Person]:
    """Those who may see the row on their own page, and nobody else."""
    entitlement = owed(alert)
    return access.managers_of(store, entitlement, entitlements.day_of(store, entitlement, now))


def _silent(_store: Store, alert: Alert, _now: datetime) -> list[Person]:
    """Whoever has not said whether the session happened."""
    assert alert.session
    said = {confirmation.side for confirmation in alert.session.confirmations}
    sides = ((Side.WORKER, owed(alert).person), (Side.PROVIDER, alert.session.provider))
    return [person for side, person in sides if side not in said]


def _unsigned(store: Store, alert: Alert, now: datetime) -> list[Person]:
    """Those who have not signed; a manager for the employer once the two have."""
    assert alert.match
    if alert.match.agreement is None:
        return []
    return [person for _party, person in agreements.to_ask(store, alert.match, now)]


def _asked(_store: Store, alert: Alert, _now: datetime) -> list[Person]:
    """The worker chooses first, then the provider is asked."""
    assert alert.match
    return [alert.match.provider if alert.match.worker_yes_at else owed(alert).person]


_AUDIENCES: dict[str, Callable[[Store, Alert, datetime], list[Person]]] = {
    "pair": _pair,
    "both": _pair,
    "hub": alert_hands.readers,
    "owner": _owner,
    "stand_in": _stand_in,
    "manager": _managers,
    "signers": _pair,
    "unsigned": _unsigned,
    "silent": _silent,
    "asked": _asked,
    "facilitator": _facilitator,
    "worker_and_manager": _worker_and_manager,
    "themselves": _themselves,
}
