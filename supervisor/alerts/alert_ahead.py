"""Who is on track, and will have fewer sessions in the end than contracted: there is time yet.

All are looked through once a day; what was found is looked at again with every search.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Select, select

from supervisor import entitlements
from supervisor.alerts.alert_causes import AlertSettings, Cause
from supervisor.models import Alert, Entitlement, Store
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MATCHED_KINDS, Standing
from supervisor.rules.pace import Position
from supervisor.settings import hub_today, read

NAME = "forecast_short"


def short_ahead(store: Store, now: datetime) -> list[Cause]:
    """All that will be too few, in the order of their entitlements."""
    return list(_short(store, store.scalars(_on_track(store, now)).all(), now))


def short_still(store: Store, now: datetime) -> Iterator[Cause]:
    """Those of them that were raised, as long as it is so."""
    raised = select(Alert.entitlement_id).where(Alert.name == NAME, Alert.ended_at.is_(None))
    query = _on_track(store, now).where(Entitlement.id.in_(raised))
    yield from _short(store, store.scalars(query).all(), now)


def is_short(position: Position, ends_on: date, settings: AlertSettings) -> bool:
    """Any other standing that needs somebody has an alert of its own."""
    return (
        position.standing is Standing.ON_TRACK
        and (ends_on - position.on).days >= settings.forecast_days
        and position.chance_short * 100 >= settings.forecast_percent
    )


def _on_track(store: Store, now: datetime) -> Select[Entitlement]:
    """As it was looked at last; days begin elsewhere by one day at most."""
    on = hub_today(store, now)
    left = read(store, AlertSettings).forecast_days - 1
    return (
        select(Entitlement)
        .where(
            Entitlement.standing == Standing.ON_TRACK,
            Entitlement.kind.in_(MATCHED_KINDS),
            Entitlement.starts_on <= on + DAY,
            Entitlement.ends_on >= on + left * DAY,
        )
        .order_by(Entitlement.id)
    )


def _short(store: Store, owed: Sequence[Entitlement], now: datetime) -> Iterator[Cause]:
    settings = read(store, AlertSettings)
    found = entitlements.positions(store, owed, now)
    for one in owed:
        if is_short(found[one.id], one.ends_on, settings):
            yield Cause(one.ref, now, one.id)
