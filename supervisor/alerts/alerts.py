"""The life of an alert: raised once per cause, told up its ladder, ended when its cause is gone.

What there is to raise, and who is told when, is the catalogue: `alert_kinds.py`. Those that
follow from a standing are found by the clock (`due`), all others by a search (`found`).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select, union_all, update
from sqlalchemy.exc import IntegrityError

from supervisor import audit, entitlements, messages
from supervisor.alerts import alert_ahead, alert_ladders
from supervisor.alerts.alert_causes import AlertSettings, Cause
from supervisor.alerts.alert_kinds import AHEAD, CATALOGUE, KINDS, OF_STANDINGS, OWN, TROUBLE, Kind
from supervisor.errors import Refused
from supervisor.models import Alert, AlertEvent, Entitlement, Person, Store
from supervisor.models.engine import rows_changed
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MATCHED_KINDS, Standing
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.zones import midnight, today

A_WHILE = timedelta(hours=1)


def due(store: Store, now: datetime) -> list[int]:
    """Entitlements to look at now, since their standing may have changed or a rung's time has
    come: one question, answered from two indices. Those about no entitlement go up their ladder
    with their search."""
    look = select(Entitlement.id, Entitlement.look_again_on).where(Entitlement.look_again_on <= now)
    ladder = select(Alert.entitlement_id, Alert.look_again_on).where(
        Alert.look_again_on <= now, Alert.entitlement_id.is_not(None)
    )
    entitlement, at = union_all(look, ladder).subquery().columns
    return list(store.scalars(select(entitlement).group_by(entitlement).order_by(func.min(at))))


def raise_one(store: Store, entitlement_id: int, now: datetime) -> Alert | None:
    """Look at one entitlement: raise, advance or end its alerts, in one transaction.

    What a tap may change waits for it, as long as the two are asked whether they met.
    """
    entitlement = store.get_one(Entitlement, entitlement_id)
    entitlements.reassess(store, entitlement, now, looked=True)
    kind = _kind_of(entitlement)
    for alert in _open(store, KINDS, entitlement):
        _look(store, alert, entitlement, kind, now)
    if kind is None:
        return None
    if entitlements.position(store, entitlement, now).in_doubt:
        _wait_for_a_word(store, entitlement, kind, now)
        return None
    zone = entitlements.zone_of(store, entitlement)
    since = midnight(entitlement.standing_since or today(now, zone), zone)
    return raise_cause(store, kind, Cause(entitlement.ref, since, entitlement.id), now)


def _wait_for_a_word(store: Store, entitlement: Entitlement, kind: Kind, now: datetime) -> None:
    """What is raised already goes no further up its ladder; it is looked at again in a while."""
    for alert in _open(store, [kind.name], entitlement):
        if alert.look_again_on and alert.look_again_on <= now:
            alert.look_again_on = now + A_WHILE
    store.flush()


def _look(
    store: Store, alert: Alert, entitlement: Entitlement, kind: Kind | None, now: datetime
) -> None:
    """One open alert: what a search has found goes up its ladder; what follows from a standing
    waits while that is paused, and ends when it is another one."""
    if KINDS[alert.name].find:
        _step(store, alert, now)
    elif alert.name in OF_STANDINGS and entitlement.standing == Standing.PAUSED:
        _wait(store, alert, entitlement.look_again_on or now + A_WHILE)
    elif kind is None or alert.name != kind.name:
        _end(store, alert, now)


def _kind_of(entitlement: Entitlement) -> Kind | None:
    """What its standing raises. Kinds of support that are tracked, not matched, raise nothing."""
    kind = OF_STANDINGS.get(entitlement.standing)
    if kind is None or entitlement.kind not in MATCHED_KINDS:
        return None
    return kind if entitlement.mandatory or not kind.mandatory_only else None


def found(store: Store, now: datetime) -> list[tuple[Kind, Cause]]:
    """What the searches find now. An open alert that they no longer find ends here."""
    searched = [kind for kind in CATALOGUE if kind.find]
    pairs = [(kind, cause) for kind in searched if kind.find for cause in kind.find(store, now)]
    still = {_key(kind, cause) for kind, cause in pairs}
    for alert in _open(store, [kind.name for kind in searched]):
        if alert.cause not in still:
            _end(store, alert, now)
    return pairs


def ahead(store: Store, now: datetime) -> list[tuple[Kind, Cause]]:
    """What will be too few though it is on track, sought among all: once a day is enough."""
    return [(AHEAD, cause) for cause in alert_ahead.short_ahead(store, now)]


def raise_cause(store: Store, kind: Kind, cause: Cause, now: datetime) -> Alert:
    """Raise what is not raised yet, and tell whoever is to be told by now."""
    alert = _opened(store, kind, cause, now)
    _step(store, alert, now)
    return alert


def _step(store: Store, alert: Alert, now: datetime) -> None:
    """Up the ladder, unless its next time is still to come."""
    if alert.look_again_on is None or alert.look_again_on <= now:
        alert_ladders.advance(store, alert, KINDS[alert.name], now)


def _key(kind: Kind, cause: Cause) -> str:
    return f"{kind.name}:{cause.key}"


def _open(
    store: Store, names: Iterable[str], entitlement: Entitlement | None = None
) -> list[Alert]:
    query = select(Alert).where(Alert.ended_at.is_(None), Alert.name.in_(names))
    if entitlement:
        query = query.where(Alert.entitlement_id == entitlement.id)
    return list(store.scalars(query.order_by(Alert.id)))


def _opened(store: Store, kind: Kind, cause: Cause, now: datetime) -> Alert:
    """The open alert of a cause; the database decides between two who raise it at once."""
    query = select(Alert).where(Alert.cause == _key(kind, cause), Alert.ended_at.is_(None))
    there = store.scalars(query).one_or_none()
    if there:
        return there
    try:
        with store.begin_nested():
            store.add(alert := _new(kind, cause, now))
    except IntegrityError:
        return store.scalars(query).one()
    return alert


def _new(kind: Kind, cause: Cause, now: datetime) -> Alert:
    return Alert(
        name=kind.name,
        cause=_key(kind, cause),
        entitlement_id=cause.entitlement_id,
        match_id=cause.match_id,
        session_id=cause.session_id,
        meeting_id=cause.meeting_id,
        job_id=cause.job_id,
        person_id=cause.person_id,
        since_at=cause.since,
        raised_at=now,
        events=[AlertEvent(what="raised", at=now)],
    )


def _end(store: Store, alert: Alert, now: datetime) -> None:
    """Its cause is gone: what was not yet sent of it is taken back."""
    swapped = rows_changed(
        store,
        update(Alert)
        .where(Alert.id == alert.id, Alert.ended_at.is_(None))
        .values(ended_at=now, look_again_on=None),
    )
    if swapped:
        alert.events.append(AlertEvent(what="ended", at=now))
        messages.drop_of(store, alert, now)
        store.flush()


def _wait(store: Store, alert: Alert, until: datetime) -> None:
    """No rung is told before then, and what was not yet sent goes out no sooner."""
    alert.look_again_on = until
    messages.hold(store, alert, until)


def put_off(store: Store, entitlement_id: int, now: datetime) -> None:
    """Something went wrong with this one: the hub is shown it, it is looked at again in a
    while, and the rest go on."""
    later = {"look_again_on": now + A_WHILE}
    store.execute(update(Entitlement).where(Entitlement.id == entitlement_id).values(later))
    store.execute(
        update(Alert)
        .where(Alert.entitlement_id == entitlement_id, Alert.look_again_on <= now)
        .values(later)
    )
    _opened(store, TROUBLE, Cause(str(entitlement_id), now, entitlement_id), now)


def in_trouble(store: Store) -> list[Alert]:
    """Those that could not be worked out."""
    return _open(store, [TROUBLE.name])


def snooze(store: Store, alert: Alert, until: datetime, by: Person, now: datetime) -> None:
    """The hub and managers are told no more until a day; whom it is about reads what is theirs.
    It still ends by itself."""
    _check(store, alert, until, now)
    messages.hold(store, alert, until, but=OWN)
    alert.events.append(AlertEvent(what="snoozed", at=now, person_id=by.id, until=until))
    alert_ladders.rest(alert, KINDS[alert.name], now)
    audit.record(store, now, by, "snooze", "alert", alert.ref)
    store.flush()


def _check(store: Store, alert: Alert, until: datetime, now: datetime) -> None:
    """The day is to come, soon enough to matter, and no later than what it is about."""
    if alert.ended_at:
        raise Refused(N_("This has ended by itself already."))
    if until <= now:
        raise Refused(N_("Choose a day that is still to come."), field="until")
    days = read(store, AlertSettings).put_off_days
    if until > now + days * DAY:
        raise Refused(N_("Choose a day within %(days)s days."), field="until", days=days)
    begins = alert_ladders.begins(alert, now)
    if begins and until >= begins:
        words = N_("They meet before that. Choose an earlier day, or leave it as it is.")
        raise Refused(words, field="until")
