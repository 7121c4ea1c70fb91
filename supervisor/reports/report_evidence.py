"""The evidence log: each session and group meeting that has begun, and who said so. No words."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from supervisor import group_credits
from supervisor.models import Audit, Entitlement, Meeting, Person, Session, Store
from supervisor.rules.kinds import Answer, Kind, Outcome, Side
from supervisor.rules.words import N_, Words
from supervisor.sessions import delivery
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import zone

COLUMNS = (
    "session", "entitlement", "starts_at", "ends_at", "minutes", "kind", "mode", "group_size",
    "credited_minutes", "outcome", "delivered", "worker_confirmed_at", "provider_confirmed_at",
    "amended_by", "amended_at",
)  # fmt: skip
NOTES = (
    Words(N_("Each row began before the cut-off. What is booked and has not begun is not here.")),
    Words(N_("Held: one side says it happened and nobody disagrees. Delivered: both say so.")),
    Words(N_("A confirmation is the moment at which that side said that it was held.")),
    Words(N_("Credited: minutes held of an entitlement. First meetings give none.")),
    Words(
        N_(
            "A meeting of a group has a row of its own, without minutes, and one for each "
            "entitlement that it counts toward by the hub's rule, with the minutes that count."
        )
    ),
    Words(
        N_(
            "Withdrawn: called off because the worker is on leave, or because a match ended. It is "
            "on nobody's account, and the register does not count it."
        )
    ),
    Words(
        N_(
            "Amended: somebody changed their own answer, or the hub settled or corrected the "
            "session; ids only, the last time."
        )
    ),
    Words(N_("Calls for help are not in this log. Nothing else was suppressed.")),
)
AMENDING = ("settle", "amend", "correct", "take_back")
Amendments = dict[str, tuple[str | None, datetime]]


def evidence(store: Store, now: datetime) -> Table:
    """Start, end, minutes, mode, and when each side said that it was held: report 2."""
    here = read(store, HubSettings).time_zone
    amended = _amended(store)
    rows = [_session_row(one, amended) for one in _sessions(store, now)]
    rows += [_meeting_row(one) for one in _meetings(store, now)]
    rows += _credit_rows(store, now)
    rows.sort(key=lambda row: (row[2], row[0], row[1] or ""))
    as_at = now.astimezone(zone(here))
    return Table(N_("Evidence log"), COLUMNS, rows, as_at, NOTES)


def _sessions(store: Store, now: datetime) -> Iterator[Session]:
    query = (
        select(Session)
        .join(Session.entitlement)
        .where(Session.starts_at <= now, Entitlement.kind != Kind.DEBRIEF)
        .options(selectinload(Session.confirmations), joinedload(Session.entitlement))
    )
    return iter(store.scalars(query))


def _amended(store: Store) -> Amendments:
    """Who last amended a session and when, by the session's id."""
    query = (
        select(Audit.noun_ref, Person.ref, Audit.at)
        .outerjoin(Person, Person.id == Audit.by_id)
        .where(Audit.noun == "session", Audit.verb.in_(AMENDING))
        .order_by(Audit.at, Audit.id)
    )
    return {session: (by, at) for session, by, at in store.execute(query)}


def _session_row(session: Session, amended: Amendments) -> tuple[Cell, ...]:
    there = zone(session.zone)
    start = session.starts_at.astimezone(there)
    held = session.outcome == Outcome.HELD
    said = {
        c.side: c.said_at.astimezone(there)
        for c in session.confirmations
        if c.answer == Answer.HELD
    }
    by, at = amended.get(session.ref, (None, None))
    return (
        session.ref,
        session.entitlement.ref,
        start,
        start + timedelta(minutes=session.minutes),
        session.minutes,
        session.entitlement.kind,
        session.mode,
        2,
        session.minutes if held and session.counts else 0,
        _outcome(session),
        "yes" if delivery.is_delivered(session) else "no",
        said.get(Side.WORKER),
        said.get(Side.PROVIDER),
        by,
        at and at.astimezone(there),
    )


def _outcome(session: Session) -> str:
    """What is withdrawn is in none of the register's numbers, so it has a word of its own."""
    if delivery.withdrawn(session):
        return "withdrawn"
    return session.outcome or ("disputed" if delivery.disputed(session) else "not_confirmed")


def _meetings(store: Store, now: datetime) -> Iterator[Meeting]:
    query = (
        select(Meeting)
        .where(Meeting.starts_at <= now, ~Meeting.needs_time)
        .options(selectinload(Meeting.attendances), joinedload(Meeting.group))
    )
    return iter(store.scalars(query))


def _credit_rows(store: Store, now: datetime) -> Iterator[tuple[Cell, ...]]:
    """A meeting once more for each entitlement that it counts toward; never who else was there."""
    kinds = group_credits.toward(store, now)
    owed = list(store.scalars(select(Entitlement).where(Entitlement.kind.in_(kinds))))
    given = group_credits.of_entitlements(store, owed, now)
    known = {one.id: one for one in _meetings(store, now)} if given else {}
    for entitlement in owed:
        for one in given.get(entitlement.id, ()):
            row = list(_meeting_row(known[one.came.meeting]))
            row[1], row[8], row[9] = entitlement.ref, one.minutes, str(Outcome.HELD)
            row[10] = "yes" if one.came.by_both else "no"
            yield tuple(row)


def _meeting_row(meeting: Meeting) -> tuple[Cell, ...]:
    """A group credits nobody's entitlement; its size is those who were marked as there."""
    start = meeting.starts_at.astimezone(zone(meeting.zone))
    came = sum(bool(a.came) for a in meeting.attendances)
    marked = Outcome.HELD if came else "not_confirmed"
    return (
        meeting.ref,
        None,
        start,
        start + timedelta(minutes=meeting.minutes),
        meeting.minutes,
        meeting.group.kind,
        meeting.mode,
        came,
        0,
        "cancelled" if meeting.cancelled_at else str(marked),
        None,
        None,
        None,
        None,
        None,
    )
