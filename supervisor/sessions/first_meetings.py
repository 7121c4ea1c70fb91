"""A first meeting: two people see whether it suits them before they sign. It does not count."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select

from supervisor.models import Entitlement, Match, Person, Session, Store
from supervisor.rules.kinds import Outcome
from supervisor.settings import read


@dataclass(frozen=True)
class FirstMeetingSettings:
    """Whether two people who have just said yes to one another meet once without counting it."""

    first_meeting: bool = True


def due(store: Store, match: Match) -> bool:
    """Whether the next session of these two is their first meeting: both said yes here, the terms
    are not signed by all, and no meeting of theirs took place or is booked. Cover has none, nor
    have two who met before the other way round."""
    signed = match.agreement and match.agreement.agreed_on
    if match.provider_yes_at is None or signed or match.cover:
        return False
    if not read(store, FirstMeetingSettings).first_meeting:
        return False
    met = exists().where(
        _of_pair(match),
        Session.cancelled_at.is_(None),
        or_(Session.outcome.is_(None), Session.outcome == Outcome.HELD),
    )
    return not store.scalar(select(met))


def _of_pair(match: Match) -> ColumnElement[bool]:
    """Sessions under this entitlement; and those in which the two had each other's part."""
    owed = match.entitlement
    other_way = select(Entitlement.id).where(
        Entitlement.person_id == match.provider_id, Entitlement.kind == owed.kind
    )
    return or_(
        and_(Session.entitlement_id == owed.id, Session.provider_id == match.provider_id),
        and_(Session.entitlement_id.in_(other_way), Session.provider_id == owed.person_id),
    )


def due_with(store: Store, entitlement: Entitlement, provider: Person | None) -> bool:
    """The same of whoever serves, as the page knows them; nobody yet is no first meeting."""
    if provider is None:
        return False
    query = select(Match).where(
        Match.entitlement_id == entitlement.id,
        Match.provider_id == provider.id,
        Match.provider_yes_at.is_not(None),
        Match.closed_at.is_(None),
    )
    return any(due(store, match) for match in store.scalars(query))
