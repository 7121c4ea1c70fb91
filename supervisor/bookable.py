"""What nobody may book, whatever the hours of the two."""

from datetime import datetime

from sqlalchemy import select

from supervisor import ways
from supervisor.closed_days import is_closed
from supervisor.errors import Refused
from supervisor.models import Leave, Person, Session, Store
from supervisor.rules.days import is_away
from supervisor.rules.names import first_name
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read_each
from supervisor.zones import to_utc, today


def refuse_unsuitable(store: Store, session: Session, now: datetime) -> None:
    """The past, another period, a clock change, a holiday, or time away; with what to do."""
    entitlement, on = session.entitlement, session.local_start.date()
    to_utc(session.local_start, session.zone)
    if session.starts_at <= now:
        raise Refused(N_("That time is over. Choose one that is still to come."), field="start")
    if not entitlement.starts_on <= on <= entitlement.ends_on:
        words = N_("These sessions run from %(first)s to %(last)s. Choose a day in between.")
        facts = {"first": entitlement.starts_on, "last": entitlement.ends_on}
        raise Refused(words, field="start", **facts)
    _refuse_days_off(store, (entitlement.person, session.provider), session.starts_at)


def _refuse_days_off(store: Store, pair: tuple[Person, Person], starts_at: datetime) -> None:
    """A public holiday where either is, or their own time away."""
    hub, booking = read_each(store, HubSettings, BookingSettings)
    rows = select(Leave).where(Leave.person_id.in_([person.id for person in pair]))
    leave = store.scalars(rows.order_by(Leave.ends_on)).all()
    for person in pair:
        on = today(starts_at, ways.zone_of(person, hub))
        if is_closed(on, ways.region_of(person, hub)) and not booking.open_on_holidays:
            raise Refused(N_("That day is a public holiday. Choose another."), field="start")
        for away in leave:
            if away.person_id == person.id and is_away(on, [(away.starts_on, away.ends_on)]):
                words = N_("%(name)s is away until %(day)s. Choose a day from then on.")
                facts = {"name": first_name(person.name), "day": away.ends_on}
                raise Refused(words, field="start", **facts)
