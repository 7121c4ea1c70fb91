"""What becomes, with another employer, of what the old one pays; done on the day itself.

What the hub or nobody pays goes on as it is. A shortfall stays in its own period.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import or_, select

from supervisor import entitlements, grants
from supervisor.access import RUNNING
from supervisor.answering import payer_by_name
from supervisor.grants import Grant
from supervisor.matches import agreements, going_on, match_endings
from supervisor.models import Entitlement, Job, JobChange, Match, Person, Store
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MATCHED_KINDS, Kind
from supervisor.settings import hub_today


class Then(StrEnum):
    """What becomes of what the old employer pays: it goes on and the new one or the hub pays,
    or it ends, with or without a new one that the new employer pays."""

    GOES_ON = "goes_on"
    HUB_PAYS = "hub_pays"
    ANEW = "anew"
    ENDS = "ends"


@dataclass(frozen=True)
class Term:
    """The word for one entitlement; `sessions` is how many a new one has."""

    then: Then
    sessions: int = 0


def owed(store: Store, person: Person, first: date) -> list[Entitlement]:
    """What runs on that day or begins later, by kind and period."""
    query = select(Entitlement).where(
        Entitlement.person_id == person.id,
        Entitlement.kind.in_(MATCHED_KINDS),
        Entitlement.ends_on >= first,
    )
    return list(store.scalars(query.order_by(Entitlement.kind.desc(), Entitlement.starts_on)))


def paid_by(store: Store, one: Entitlement, old: Job, last: date) -> bool:
    """Whether the old employer pays for it."""
    return payer_by_name(store, one, last) == old.organisation.ref


def begin_all(store: Store, now: datetime) -> None:
    """Do what is due of everybody whose first day in the new job has come."""
    on = hub_today(store, now)
    due = JobChange.begun_at.is_(None), JobChange.first_on <= on
    for change in store.scalars(select(JobChange).where(*due).order_by(JobChange.id)).all():
        begin(store, change, now)


def begin(store: Store, change: JobChange, now: datetime) -> None:
    """Who pays from now on, what begins anew, and what the old employer signed holds no more."""
    for one in owed(store, change.person, change.first_on):
        term = change.terms.get(one.ref)
        if term:
            _settle(store, one, Term(Then(term["then"]), term["sessions"]), change, now)
    _ask_to_sign_anew(store, change)
    change.begun_at = now
    store.flush()
    for one in owed(store, change.person, change.first_on):
        entitlements.reassess(store, one, now)


def _settle(store: Store, one: Entitlement, term: Term, change: JobChange, now: datetime) -> None:
    if term.then is Then.GOES_ON:
        one.payer = change.new.organisation.ref
    elif term.then is Then.HUB_PAYS:
        one.payer = "hub"
    elif term.then is Then.ANEW:
        _anew(store, one, term.sessions, change, now)
    store.flush()


def _anew(store: Store, one: Entitlement, sessions: int, change: JobChange, now: datetime) -> None:
    """The old period ends; what is booked after it goes along, with the same supervisor."""
    first, by, ends, last = change.first_on, change.noted_by, one.ends_on, change.first_on - DAY
    match = entitlements.running_match(store, one, first)
    one.ends_on = last
    store.flush()
    given = Grant(Kind(one.kind), sessions, one.minutes, first, ends, change.new.organisation.ref)
    made = grants.grant(store, change.person, given, by, now)
    made.mandatory, made.culture_wanted_id = one.mandatory, one.culture_wanted_id
    if match and (match.ends_on is None or match.ends_on > first):
        going_on.bring_along(store, match, made, by, now)
        match_endings.close(store, match, last, by, now)
        going_on.begin_anew(store, match, made, by, now)
    entitlements.reassess(store, one, now)


def running(store: Store, one: Entitlement, first: date) -> list[Match]:
    """Whom they meet for it on that day or later, cover included."""
    query = select(Match).where(
        Match.entitlement_id == one.id,
        Match.state.in_(RUNNING),
        or_(Match.ends_on.is_(None), Match.ends_on >= first),
    )
    return list(store.scalars(query.order_by(Match.id)))


def _ask_to_sign_anew(store: Store, change: JobChange) -> None:
    """What the old employer signed is nothing to the new one: its manager sees no dates and no
    kind until that is agreed anew, and it signs for itself where it pays."""
    for one in owed(store, change.person, change.first_on):
        for match in running(store, one, change.first_on):
            if match.agreement:
                agreements.forget_employer(store, match.agreement)
