"""With which quarter report cards begin: the first in which enough people had a session."""

from datetime import date, datetime

from sqlalchemy import Subquery, func, select

from supervisor.models import Confirmation, Entitlement, Session, Store
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MATCHED_KINDS, Answer, Outcome, Side
from supervisor.rules.pulse import last_of, quarter_of


def said() -> Subquery:
    """By session how many sides say that it was held, and when the last of them did."""
    return (
        select(
            Confirmation.session_id,
            func.count().label("sides"),
            func.max(Confirmation.said_at).label("last"),
        )
        .where(Confirmation.answer == Answer.HELD)
        .group_by(Confirmation.session_id)
        .subquery()
    )


def begins_on(store: Store, until: date, least: int) -> date | None:
    """The first day of the first quarter in which enough people had a session that both confirm;
    None where that has not been. What was before would hide the whole first year."""
    both = said()
    delivered = (
        select(func.count(Entitlement.person_id.distinct()), func.min(Session.local_start))
        .join(Session.entitlement)
        .join(both, both.c.session_id == Session.id)
        .where(
            Session.counts,
            Session.outcome == Outcome.HELD,
            both.c.sides == len(Side),
            Entitlement.kind.in_(MATCHED_KINDS),
        )
    )
    _everybody, first = store.execute(delivered).one()
    quarter = quarter_of(first.date()) if first else until
    while quarter < until:
        after = last_of(quarter) + DAY
        within = (
            Session.local_start >= midnight_of(quarter),
            Session.local_start < midnight_of(after),
        )
        people, _first = store.execute(delivered.where(*within)).one()
        if people >= least:
            return quarter
        quarter = after
    return None


def midnight_of(day: date) -> datetime:
    """Its first moment, as a clock on the wall says it."""
    return datetime.combine(day, datetime.min.time())
