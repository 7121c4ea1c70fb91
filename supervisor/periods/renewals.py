"""The next period of what somebody is owed: shown to the hub in time, made with one press.

What was not held stays in the period that was short of it: nothing is ever carried over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased, joinedload

from supervisor import entitlements, grants, messages
from supervisor.errors import Refused
from supervisor.grants import Grant
from supervisor.matches import going_on
from supervisor.models import Amendment, Entitlement, Match, Person, Store
from supervisor.models.engine import lock_people
from supervisor.rules.days import DAY, counted, months_after
from supervisor.rules.kinds import MATCHED_KINDS, Kind
from supervisor.rules.words import N_
from supervisor.settings import hub_today, read

YEAR = 12
MOST = 400


@dataclass(frozen=True)
class RenewalSettings:
    """From how many days before a period ends the next one is offered to the hub, and from how
    many days before it is counted on its list for today. Both go on for as many days after it."""

    shown_days: int = 60
    asked_days: int = 30


@dataclass(frozen=True)
class Renewal:
    """A period that ends, and the next one as it would be: the same number and length, and the
    same supervisor where the two still meet then."""

    ends: Entitlement
    next: Grant
    match: Match | None


def due(store: Store, now: datetime) -> list[Renewal]:
    """Those that end soon and have no next one yet, the first to end first."""
    on = hub_today(store, now)
    query = _ending(on, read(store, RenewalSettings).shown_days)
    owed = store.scalars(query.options(joinedload(Entitlement.person))).all()
    return [_renewal(store, one) for one in owed]


def urgent(store: Store, now: datetime) -> int:
    """How many of them are on the hub's list for today."""
    query = _ending(hub_today(store, now), read(store, RenewalSettings).asked_days)
    return len(store.scalars(query.with_only_columns(Entitlement.id)).all())


def _ending(on: date, days: int) -> Select[Entitlement]:
    near = timedelta(days=days)
    return (
        select(Entitlement)
        .join(Entitlement.person)
        .where(
            Entitlement.ends_on.between(on - near, on + near),
            Entitlement.kind.in_(MATCHED_KINDS),
            Entitlement.sessions > 0,
            Person.left_on.is_(None),
            ~_goes_on(),
        )
        .order_by(Entitlement.ends_on, Person.name, Entitlement.id)
    )


def _goes_on() -> ColumnElement[bool]:
    later = aliased(Entitlement)
    return exists().where(
        and_(
            later.person_id == Entitlement.person_id,
            later.kind == Entitlement.kind,
            later.starts_on > Entitlement.starts_on,
        )
    )


def of(store: Store, owed: Entitlement, now: datetime) -> Renewal | None:
    """The next period of one; None where it is not time for it, or it is there."""
    on = hub_today(store, now)
    query = _ending(on, read(store, RenewalSettings).shown_days)
    found = store.scalars(query.where(Entitlement.id == owed.id)).first()
    return _renewal(store, found) if found else None


def _renewal(store: Store, owed: Entitlement) -> Renewal:
    first = owed.ends_on + DAY
    given = Grant(
        Kind(owed.kind), _contracted(store, owed), owed.minutes, first, _last(owed), owed.payer
    )
    return Renewal(owed, given, entitlements.running_match(store, owed, owed.ends_on))


def _contracted(store: Store, owed: Entitlement) -> int:
    """What was contracted at its end: as it was amended."""
    query = select(Amendment.sessions).where(Amendment.entitlement_id == owed.id)
    last = store.scalars(query.order_by(Amendment.from_on.desc()).limit(1)).first()
    return owed.sessions if last is None else last


def _last(owed: Entitlement) -> date:
    """A year for a year, also where that one went on for longer; else as many days."""
    first = owed.ends_on + DAY
    if owed.ends_on >= months_after(owed.starts_on, YEAR) - DAY:
        return months_after(first, YEAR) - DAY
    return owed.ends_on + counted(owed.starts_on, owed.ends_on) * DAY


def renew(
    store: Store, owed: Entitlement, sessions: int | None, by: Person, now: datetime
) -> Entitlement | None:
    """Make the next period, and let the same two go on. Of two who press at once the second finds
    it made: None."""
    lock_people(store, [owed.person_id])
    ahead = of(store, owed, now)
    if ahead is None:
        return None
    number = ahead.next.sessions if sessions is None else sessions
    if not 1 <= number <= MOST:
        words = N_("Write a number from %(least)s to %(most)s.")
        raise Refused(words, field="sessions", least=1, most=MOST)
    made = _made(store, ahead, number, by, now)
    if ahead.match and ahead.match.provider.left_on is None:
        going_on.begin_anew(store, ahead.match, made, by, now)
        going_on.bring_along(store, ahead.match, made, by, now)
    entitlements.reassess(store, made, now)
    _tell(store, owed, made, now)
    return made


def _made(store: Store, ahead: Renewal, number: int, by: Person, now: datetime) -> Entitlement:
    before, given = ahead.ends, ahead.next
    grant = Grant(given.kind, number, given.minutes, given.starts_on, given.ends_on, given.payer)
    made = grants.grant(store, before.person, grant, by, now)
    made.mandatory, made.culture_wanted_id = before.mandatory, before.culture_wanted_id
    if ahead.match is None:
        made.waiting_since = before.waiting_since or hub_today(store, now)
    store.flush()
    return made


def _tell(store: Store, before: Entitlement, made: Entitlement, now: datetime) -> None:
    facts = {
        "sessions": made.sessions, "starts": made.starts_on.isoformat(),
        "ends": made.ends_on.isoformat(),
    }  # fmt: skip
    messages.tell(store, made.person, f"renewed:{before.ref}", "renewed", facts, now)


def renew_all(store: Store, refs: Sequence[str], by: Person, now: datetime) -> list[Entitlement]:
    """All that were read, each as it was; what has its next one by now is left as it is."""
    owed = [one.ends for one in due(store, now) if one.ends.ref in set(refs)]
    lock_people(store, [one.person_id for one in owed])
    made = [renew(store, one, None, by, now) for one in owed]
    return [one for one in made if one]
