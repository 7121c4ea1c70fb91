"""What an alert can be about, besides where an entitlement stands: each is found by a search."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from supervisor import capacity, workplace
from supervisor.access import RUNNING
from supervisor.groups import meetings
from supervisor.groups.groups import is_holiday
from supervisor.matches.match_offers import MatchSettings, has_its_turn, turn_began
from supervisor.models import (
    Confirmation,
    Entitlement,
    Group,
    Leave,
    Match,
    Meeting,
    Session,
    Store,
    spelt,
)
from supervisor.rules.days import DAY, counted
from supervisor.rules.kinds import MatchState, Outcome
from supervisor.sessions.delivery import DeliverySettings
from supervisor.settings import HubSettings, hub_today, read
from supervisor.zones import midnight, today

SATURDAY = 5
FORTNIGHT = 14
"""No row of days off is longer: New Year's and its weekends."""


@dataclass(frozen=True)
class AlertSettings:
    """When each rung is told: days from when the standing changed, or what was asked; the
    reminders after a session in hours; `short_days` are working days before a group meets. What
    will be too few is told when that is so likely, and while so many days are left. Terms are
    looked at again `review_days` after the first word about it, and vetting ends
    `vetting_days` after it.
    Nobody is written to about the same entitlement more often than every `quiet_days`, those
    reminders apart.
    """

    not_matched_manager: int = 21
    nothing_booked_hub: int = 7
    slipping_hub: int = 7
    behind_manager: int = 21
    cannot_be_met_manager: int = 7
    offer_asked: int = 5
    offer_hub: int = 8
    remind_first_hours: int = 24
    remind_again_hours: int = 48
    away_intervals: int = 2
    short_days: int = 2
    short_hub: int = 0
    review_days: int = 30
    review_hub: int = 44
    unsigned_asked: int = 7
    unsigned_hub: int = 14
    vetting_days: int = 30
    vetting_hub: int = 44
    unread_hours: int = 24
    forecast_percent: int = 80
    forecast_days: int = 60
    quiet_days: int = 7
    put_off_days: int = 60


@dataclass(frozen=True)
class Cause:
    """Why there is an alert, and since when; `key` stays the same while it is the same thing."""

    key: str
    since: datetime
    entitlement_id: int | None = None
    match_id: int | None = None
    session_id: int | None = None
    meeting_id: int | None = None
    job_id: int | None = None
    person_id: int | None = None


def unconfirmed(store: Store, now: datetime) -> Iterator[Cause]:
    """Sessions of the days before on which somebody has not said; after a fortnight nobody is
    asked. The hours say on which day they are asked: it is at their own hour of that day."""
    first = timedelta(hours=read(store, AlertSettings).remind_first_hours)
    last = timedelta(days=read(store, DeliverySettings).asked_for_days)
    said = select(func.count()).where(Confirmation.session_id == Session.id).scalar_subquery()
    query = select(Session).where(
        Session.starts_at.between(now - last, now),
        Session.cancelled_at.is_(None),
        or_(Session.outcome.is_(None), Session.outcome == Outcome.HELD),
        said < 2,
    )
    for session in store.scalars(query.order_by(Session.starts_at)):
        over = session.starts_at + timedelta(minutes=session.minutes)
        if day_of(over + first, session.zone) <= now:
            yield Cause(session.ref, over, session.entitlement_id, session_id=session.id)


def day_of(moment: datetime, zone: str) -> datetime:
    """When the day begins there on which that moment is."""
    return midnight(today(moment, zone), zone)


def unanswered_offers(store: Store, now: datetime) -> Iterator[Cause]:
    """Offers that have waited for days for whoever has the next word: the provider whom the
    worker chose, else the worker, for whom all that can be chosen are one thing to answer."""
    before = now - timedelta(days=read(store, AlertSettings).offer_asked)
    days = read(store, MatchSettings).answer_days
    waits: dict[str, Cause] = {}
    query = select(Match).where(Match.state == spelt(MatchState.OFFERED), has_its_turn())
    for match in store.scalars(query.order_by(Match.lapses_at, Match.id)):
        who = match.ref if match.worker_yes_at else f"choice:{match.entitlement_id}"
        since = turn_began(match, days)
        if who not in waits or waits[who].since < since:
            waits[who] = Cause(who, since, match.entitlement_id, match_id=match.id)
    yield from sorted((x for x in waits.values() if x.since <= before), key=lambda x: x.since)


def providers_away(store: Store, now: datetime) -> Iterator[Cause]:
    """Relationships whose provider is away for more than two usual intervals, without cover."""
    on = today(now, here := read(store, HubSettings).time_zone)
    intervals = read(store, AlertSettings).away_intervals
    query = (
        select(Match, Leave)
        .join(Leave, Leave.person_id == Match.provider_id)
        .where(capacity.running(on), Match.cover.is_(False), Leave.ends_on > on)
        .options(joinedload(Match.entitlement))
        .order_by(Leave.starts_on, Match.id)
    )
    found = store.execute(query).all()
    covered = set(_covered(store, [match.entitlement_id for match, _leave in found]))
    for match, leave in found:
        if _too_long(match, leave, intervals) and match.entitlement_id not in covered:
            since = midnight(leave.starts_on, here)
            key = f"{match.ref}:{leave.starts_on}"
            yield Cause(key, min(since, now), match.entitlement_id, match_id=match.id)


def providers_left(store: Store, now: datetime) -> Iterator[Cause]:
    """Matches that end before what is owed does, and nobody follows. Where somebody has to meet
    them, having nobody is an alert of its own from the day after on."""
    on = hub_today(store, now)
    query = (
        select(Match)
        .join(Match.entitlement)
        .where(
            Match.cover.is_(False),
            Match.state.in_(RUNNING),
            Match.ends_on.is_not(None),
            Match.ends_on < Entitlement.ends_on,
            Entitlement.ends_on >= on,
            or_(Match.ends_on >= on, Entitlement.mandatory.is_(False)),
            ~_followed(),
        )
        .order_by(Match.ends_on, Match.id)
    )
    for match in store.scalars(query):
        since = match.closed_at or now
        yield Cause(match.ref, since, match.entitlement_id, match_id=match.id)


@cache
def _followed() -> ColumnElement[bool]:
    """Somebody meets them later than that, or will."""
    later = aliased(Match)
    return exists().where(
        later.entitlement_id == Match.entitlement_id,
        later.cover.is_(False),
        later.state.in_(RUNNING),
        or_(later.ends_on.is_(None), later.ends_on > Match.ends_on),
    )


def _too_long(match: Match, leave: Leave, intervals: int) -> bool:
    """Only what falls into the period of the entitlement and of the match counts."""
    owed = match.entitlement
    last = min(day for day in (owed.ends_on, match.ends_on) if day)
    away = counted(max(leave.starts_on, owed.starts_on), min(leave.ends_on, last))
    return away * owed.sessions > intervals * counted(owed.starts_on, owed.ends_on)


def _covered(store: Store, owed: Sequence[int]) -> Iterable[int]:
    """Those of the entitlements that somebody covers, or is asked to cover."""
    query = select(Match.entitlement_id).where(
        Match.entitlement_id.in_(owed),
        Match.cover,
        Match.state.in_((MatchState.OFFERED, MatchState.ACTIVE)),
    )
    return store.scalars(query)


def short_groups(store: Store, now: datetime) -> Iterator[Cause]:
    """Meetings of groups soon to come for which too few have said yes."""
    days = read(store, AlertSettings).short_days
    query = (
        select(Meeting)
        .join(Meeting.group)
        .where(
            Group.closed_at.is_(None),
            Meeting.starts_at > now,
            Meeting.starts_at < now + (2 * days + FORTNIGHT) * DAY,
            Meeting.cancelled_at.is_(None),
            Meeting.needs_time.is_(False),
            Meeting.go_ahead_at.is_(None),
        )
        .options(
            joinedload(Meeting.group).selectinload(Group.seats),
            selectinload(Meeting.attendances),
            selectinload(Meeting.guests),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    for meeting in store.scalars(query).unique():
        since = _working_days_before(store, meeting, days)
        if since <= now and meetings.coming(meeting) < meeting.group.minimum:
            yield Cause(f"{meeting.ref}:{meeting.sequence}", since, meeting_id=meeting.id)


def _working_days_before(store: Store, meeting: Meeting, days: int) -> datetime:
    """When that day begins where the group meets: nobody is written to on the days between."""
    on = meeting.local_start.date()
    while days > 0:
        on -= DAY
        days -= on.weekday() < SATURDAY and not is_holiday(store, meeting.group, on)
    return midnight(on, meeting.zone)


def overdue_catch_ups(store: Store, now: datetime) -> Iterator[Cause]:
    """Jobs whose last 1:1 is longer ago than the hub's rule allows."""
    here = read(store, HubSettings).time_zone
    for job, since in workplace.overdue(store, now):
        yield Cause(f"{job.ref}:{since}", midnight(since, here), job_id=job.id)
