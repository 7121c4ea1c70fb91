"""What nobody may book, and what the two may not book by themselves."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import entitlements
from supervisor.capacity import running
from supervisor.errors import Refused
from supervisor.hours import pair_hours, ways
from supervisor.models import Commitment, Entitlement, Leave, Match, Person, Session, Store
from supervisor.rules.days import is_away
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.names import first_name
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read, read_each
from supervisor.viewers import is_hub
from supervisor.zones import to_utc, today

WITH_WISHES = joinedload(Person.place), joinedload(Person.own_booking)


def match_for(
    store: Store, entitlement: Entitlement, provider: Person | None, starts_at: datetime
) -> Match:
    """The cover or match that runs on the day of the session."""
    on = today(starts_at, entitlements.zone_of(store, entitlement))
    query = (
        select(Match)
        .where(Match.entitlement_id == entitlement.id, running(on))
        .options(
            joinedload(Match.provider).options(*WITH_WISHES),
            joinedload(Match.entitlement).joinedload(Entitlement.person).options(*WITH_WISHES),
            joinedload(Match.agreement),
        )
        .order_by(Match.cover.desc(), Match.starts_on.desc())
    )
    if provider is not None:
        query = query.where(Match.provider_id == provider.id)
    match = store.scalars(query).first()
    if match is None:
        raise Refused(N_("There is nobody to meet on that day. Choose another day."), field="start")
    return match


def usual_mode(store: Store, match: Match) -> str | None:
    """How the two would meet, unless they say otherwise."""
    booking, fit = read_each(store, BookingSettings, FitSettings)
    agreed = match.agreement.mode if match.agreement else None
    return next(
        iter(ways.modes(match.entitlement.person, match.provider, booking, fit, agreed)), None
    )


def refuse_unsuitable(store: Store, session: Session, by: Person | None, now: datetime) -> None:
    """The past, another period, a clock change, a holiday, or time away; with what to do.

    The hub talks to both, so it may book any other time; the two stay within what each has said.
    """
    entitlement = session.entitlement
    to_utc(session.local_start, session.zone)
    refuse_past(session.starts_at, now)
    _refuse_other_period(entitlement, session.local_start.date())
    both = pair_hours.of_both(store, session, now)
    pair_hours.refuse_closed(session, both)
    _refuse_days_off(store, (entitlement.person, session.provider), session.starts_at)
    if by and not is_hub(store, by):
        pair_hours.refuse_short_notice(store, session, now)
        pair_hours.refuse_other_hours(store, session, by, both)
        _refuse_twice_a_day(store, session)
        _refuse_more_than_owed(store, session, now)


def refuse_past(starts_at: datetime, now: datetime) -> None:
    """Said before anything else: who was met then is no matter."""
    if starts_at <= now:
        raise Refused(N_("That time is over. Choose one that is still to come."), field="start")


def refuse_between(store: Store, wall: datetime) -> None:
    """A typed time that lies between those at which meetings begin; the two nearest are named."""
    grid = read(store, BookingSettings).grid_minutes
    over = timedelta(minutes=(wall.hour * 60 + wall.minute) % grid, seconds=wall.second)
    if over:
        before, after = (wall - over).time(), (wall - over + timedelta(minutes=grid)).time()
        words = N_("Meetings do not begin then. Choose %(before)s or %(after)s.")
        raise Refused(words, field="start", before=before, after=after)


def _refuse_other_period(entitlement: Entitlement, on: date) -> None:
    if on < entitlement.starts_on:
        words = N_("These sessions begin on %(day)s. Choose a day from then on.")
        raise Refused(words, field="start", day=entitlement.starts_on)
    if on > entitlement.ends_on:
        words = N_("These sessions end on %(day)s. Choose a day up to then.")
        raise Refused(words, field="start", day=entitlement.ends_on)


def _refuse_days_off(store: Store, pair: tuple[Person, Person], starts_at: datetime) -> None:
    """Their own time away."""
    hub = read(store, HubSettings)
    rows = select(Leave).where(Leave.person_id.in_([person.id for person in pair]))
    leave = store.scalars(rows.order_by(Leave.ends_on)).all()
    for person in pair:
        on = today(starts_at, ways.zone_of(person, hub))
        for away in leave:
            if away.person_id == person.id and is_away(on, [(away.starts_on, away.ends_on)]):
                words = N_("%(name)s is away until %(day)s. Choose a day from then on.")
                facts = {"name": first_name(person.name), "day": away.ends_on}
                raise Refused(words, field="start", **facts)


def _refuse_twice_a_day(store: Store, session: Session) -> None:
    days = select(Session.local_start).where(
        Session.entitlement_id == session.entitlement.id,
        Session.id.is_distinct_from(session.id),
        Session.id.in_(select(Commitment.session_id)),
    )
    if session.local_start.date() in {start.date() for start in store.scalars(days)}:
        words = N_("You meet on that day already. Move that meeting, or choose another day.")
        raise Refused(words, field="start")


def _refuse_more_than_owed(store: Store, session: Session, now: datetime) -> None:
    """One that is moved, or does not count, takes nothing more."""
    seen = entitlements.position(store, session.entitlement, now)
    if session.id is None and session.counts and not seen.unbooked:
        words = N_("All %(all)d are done or booked. Ring the hub if you need more.")
        raise Refused(words, field="start", all=seen.contracted)
